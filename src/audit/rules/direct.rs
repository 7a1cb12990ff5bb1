//! What orders would cost straight from their hub, recomputed.
//!
//! For the orders of one hub and wave and a vehicle type: out to the mean door and back takes twice the mean road from the hub; to the next
//! stop it is 1.4248 × the straight line to the nearest other door × (sum of roads / sum of straight lines), at the pace of
//! the roads. A trip has as many stops as mass, volumes, range and the longest shift of a courier with the type allow, and
//! serves them within the mean window from the hub's opening on; there are as many trips as it takes, with equally many stops n.
//! Each order's road to the next stop counts by 1 - 1 / n - 1 / (2 √n), not below zero. An order pays its own stop and road, its part of loading and road
//! there and back by stops, and an equal part of the price a day of all vehicles. The type is the one that reaches most orders, then
//! costs least.

use super::super::case::Case;
use super::super::roads::Roads;
use super::super::violation::{Amount, Subject, Violation};
use coldmile_geometry::Point;
use coldmile_model::{Compartment, Order, Site, VehicleType};
use coldmile_plan::{Direct, DirectTotals, PlannedOrder};
use coldmile_units::{Money, Seconds};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Share of a figure, and beyond that minor units, metres or grams, by which it may differ: paths of the same duration may differ
/// a little in length.
const TOLERANCE: (f64, f64) = (0.01, 5.0);
/// A limit that a trip just keeps, or just does not, may have been judged otherwise.
const LIMITS: [f64; 3] = [1.0, 0.999, 1.001];

/// Sums are those of the orders, and each order's figures what its hub, its wave and the road make them.
pub fn direct(case: &Case, roads: &dyn Roads, found: &mut Vec<Violation>) {
    let plan = case.plan;
    let Some(stated) = plan.totals.direct else {
        if plan.orders.iter().any(|order| order.direct.is_some()) {
            report(
                Subject::Plan,
                "orders tell what they would cost straight from the hub, but no sum".to_owned(),
                found,
            );
        }
        return;
    };
    let mut own = DirectTotals::default();
    let mut hubs: BTreeMap<_, BTreeMap<_, Vec<Member<'_>>>> = BTreeMap::new();
    for planned in &plan.orders {
        if let Some(direct) = &planned.direct {
            own.orders += 1;
            own.cost += direct.cost;
            own.distance += direct.distance;
            own.co2e_g += direct.co2e_g;
            own.via_cost += planned.cost.total();
            own.via_co2e_g += planned.footprint.map_or(0, |share| share.driving_g);
        }
        let hub = case.run(&planned.linehaul).and_then(|run| case.site_index(&run.base));
        if let Some((hub, order)) = hub.zip(case.order(&planned.order)) {
            hubs.entry(hub).or_default().entry(&planned.wave).or_default().push((planned, order));
        }
    }
    for ((name, stated), (_, own)) in stated.by_name().into_iter().zip(own.by_name()) {
        if stated != own {
            let text = format!("straight from the hub {name} is {stated} in sum, the orders make {own}");
            let violation = Violation::new("audit/direct-differs", Subject::Plan, text);
            found.push(violation.by(Amount::Count(stated - own)));
        }
    }
    let used = |kind: &&VehicleType| longest_shift(case, kind).is_some();
    let kinds: Vec<&VehicleType> = case.day.vehicle_types.iter().filter(used).collect();
    for (hub, waves) in hubs {
        let hub = &case.day.network.sites()[hub];
        let doors: Vec<Point> = waves.values().flatten().map(|(_, order)| order.point).collect();
        // One search a vehicle type, for all waves.
        let by_kind: Vec<Vec<Leg>> = (kinds.par_iter())
            .map(|kind| {
                let legs = roads.travel(case.profile_of(kind), hub.point, &doors).into_iter();
                legs.map(|leg| leg.map(|(time, far)| (time.0 as f64, far.0 as f64))).collect()
            })
            .collect();
        let mut begun = 0;
        for members in waves.into_values() {
            let those = begun..begun + members.len();
            begun = those.end;
            let roads: Vec<(&VehicleType, &[Leg])> =
                kinds.iter().copied().zip(by_kind.iter().map(|legs| &legs[those.clone()])).collect();
            group(case, &roads, hub, &members, found);
        }
    }
}

/// An order of the plan and of the day.
type Member<'a> = (&'a PlannedOrder, &'a Order);

/// Seconds and metres from the hub to a door, if a road leads there.
type Leg = Option<(f64, f64)>;

fn report(subject: Subject, text: String, found: &mut Vec<Violation>) {
    found.push(Violation::new("audit/direct-differs", subject, text));
}

fn group(
    case: &Case,
    roads: &[(&VehicleType, &[Leg])],
    hub: &Site,
    members: &[Member<'_>],
    found: &mut Vec<Violation>,
) {
    let gaps = gaps(members);
    let estimates: Vec<(&VehicleType, Vec<Option<[f64; 3]>>)> = (roads.iter())
        .flat_map(|&(kind, legs)| {
            LIMITS.map(|scale| Some((kind, estimate(case, kind, (hub, members), (legs, &gaps), scale)?)))
        })
        .flatten()
        .collect();
    let worth = |parts: &[Option<[f64; 3]>]| {
        (
            parts.iter().filter(|part| part.is_none()).count(),
            parts.iter().flatten().map(|part| part[0]).sum::<f64>(),
        )
    };
    let best: Option<(usize, f64)> = estimates
        .iter()
        .map(|(_, parts)| worth(parts))
        .min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let is_as_stated = |(kind, parts): &(&VehicleType, Vec<Option<[f64; 3]>>)| {
        let (missed, cost) = worth(parts);
        let is_best = best.is_some_and(|(least, cheapest)| {
            missed == least && cost <= cheapest * (1.0 + TOLERANCE.0) + TOLERANCE.1
        });
        is_best && members.iter().zip(parts).all(|((planned, _), own)| is_near(planned, kind, own.as_ref()))
    };
    if estimates.iter().any(is_as_stated) {
        return;
    }
    // Told for the first order that differs from the best estimate with the stated vehicle, else from the best at all.
    let told = members.iter().find_map(|(planned, _)| planned.direct.as_ref()).map(|direct| &direct.vehicle);
    let compared = estimates.iter().find(|(kind, parts)| {
        told.is_none_or(|told| *told == kind.id) && best.is_some_and(|best| worth(parts).0 == best.0)
    });
    let Some((kind, parts)) = compared.or_else(|| estimates.first()) else {
        for (planned, _) in members.iter().filter(|(planned, _)| planned.direct.is_some()) {
            let text = "no vehicle of the day could bring it straight from its hub".to_owned();
            report(Subject::Order(planned.order.clone()), text, found);
        }
        return;
    };
    let differing =
        members.iter().zip(parts).find(|((planned, _), own)| !is_near(planned, kind, own.as_ref()));
    let ((planned, _), own) = differing.unwrap_or((&members[0], &parts[0]));
    let own_cost = own.map_or(Money::ZERO, |own| Money(own[0].round() as i64));
    let stated = planned.direct.as_ref().map_or(Money::ZERO, |direct| direct.cost);
    let text = format!(
        "straight from {} it is said to cost {stated}, with {} it would be {own_cost}",
        hub.id, kind.id
    );
    let violation = Violation::new("audit/direct-differs", Subject::Order(planned.order.clone()), text);
    found.push(violation.by(Amount::Money(stated - own_cost)));
}

fn is_near(planned: &PlannedOrder, kind: &VehicleType, own: Option<&[f64; 3]>) -> bool {
    match (&planned.direct, own) {
        (None, None) => true,
        (Some(Direct { vehicle, cost, distance, co2e_g }), Some(own)) => {
            let stated = [cost.0, distance.0, *co2e_g];
            let near = |(stated, own): (i64, &f64)| {
                (stated as f64 - own).abs() <= own.abs() * TOLERANCE.0 + TOLERANCE.1
            };
            *vehicle == kind.id && stated.into_iter().zip(own).all(near)
        }
        _ => false,
    }
}

/// The longest shift of a courier with this type, in seconds.
fn longest_shift(case: &Case, kind: &VehicleType) -> Option<i64> {
    let drivers = case.day.couriers.iter().filter(|row| case.day.vehicle_types[row.vehicle].id == kind.id);
    drivers.map(|row| (row.shift.close() - row.shift.open()).0).max()
}

/// Minor units, metres and grams of each order; `None` for an order without a road to it, and in all where no trip has a stop.
fn estimate(
    case: &Case,
    kind: &VehicleType,
    (hub, members): (&Site, &[Member<'_>]),
    (legs, gaps): (&[Leg], &[f64]),
    scale: f64,
) -> Option<Vec<Option<[f64; 3]>>> {
    let reached: Vec<usize> = (0..members.len()).filter(|&at| legs[at].is_some()).collect();
    let count = reached.len() as f64;
    let sum = |figure: &dyn Fn(usize) -> f64| reached.iter().map(|&at| figure(at)).sum::<f64>();
    let order = |at: usize| members[at].1;
    let (times, lengths) =
        (sum(&|at| legs[at].map_or(0.0, |leg| leg.0)), sum(&|at| legs[at].map_or(0.0, |leg| leg.1)));
    let lines = sum(&|at| hub.point.distance_m(order(at).point));
    let bends = if lines > 0.0 { lengths / lines } else { 1.0 };
    let seconds_per_metre = if lengths > 0.0 { times / lengths } else { 0.0 };
    let hop = |at: usize| 1.4248 * gaps[at] * bends;
    let hops = sum(&hop);
    let served = hops * seconds_per_metre + sum(&|at| order(at).service.0 as f64);

    let shift = longest_shift(case, kind)? as f64 * scale;
    let windows: f64 = (members.iter())
        .map(|(_, order)| {
            let from = order.window.open().max(hub.hours.open());
            (order.window.close() - from).clamp(Seconds(0), Seconds(86_400)).0 as f64
        })
        .sum();
    let window = windows / members.len() as f64 * scale;
    let carrier = case.day.cold.carriers.get(kind.carrier)?;
    let (mut mass, mut volumes) = (0, [0; 3]);
    for parcel in reached.iter().flat_map(|&at| &order(at).parcels) {
        mass += parcel.mass.0;
        let part =
            case.day.cold.classes.get(parcel.class).map_or(Compartment::Ambient, |class| class.compartment);
        volumes[part as usize] += parcel.volume.0;
    }
    let is_kept = |part: &Compartment| {
        *part == Compartment::Ambient || volumes[*part as usize] == 0 || carrier.keeping(*part).is_some()
    };
    if reached.is_empty() || !Compartment::ALL.iter().all(is_kept) {
        return None;
    }
    let walls = Compartment::ALL.map(|part| {
        let own = if kind.movable_walls { all_litres(kind) } else { kind.capacity[part].0 };
        (volumes[part as usize], own)
    });
    let load = [
        (mass, kind.capacity.mass.0),
        (volumes.iter().sum(), all_litres(kind)),
        walls[0],
        walls[1],
        walls[2],
    ];
    let mut stops = reached.len() as i64;
    for (all, holds) in load.into_iter().filter(|(all, _)| *all > 0) {
        stops = stops.min(holds * reached.len() as i64 / all);
    }
    let mut stops = stops as f64;
    let out = (2.0 * times / count + kind.loading.0 as f64, 2.0 * lengths / count);
    let each = (served / count, hops / count);
    if each.0 > 0.0 {
        stops = stops.min(((shift - out.0) / each.0).floor()).min((window / each.0).floor().max(1.0));
    }
    let range = kind.range.map(|range| range.0 as f64 * scale);
    if let Some(range) = range.filter(|_| each.1 > 0.0) {
        stops = stops.min(((range - out.1) / each.1).floor());
    }
    if stops < 1.0 || out.0 + each.0 > shift {
        return None;
    }
    let mut trips = (shift / (out.0 + stops * each.0)).floor();
    if let Some(range) = range {
        trips = trips.min((range / (out.1 + stops * each.1).max(1.0)).floor());
    }
    let trips = trips.max(1.0).min(f64::from(kind.max_trips));
    let all_trips = (count / stops).ceil();
    let by_day = kind.prices.per_day.0 as f64 * (all_trips / trips).ceil() / count;
    let stops = count / all_trips;
    let hop = |at: usize| hop(at) * (1.0 - (1.0 + 0.5 * stops.sqrt()) / stops).max(0.0);
    let part = |(at, leg): (usize, &Leg)| {
        let (there, far) = (*leg)?;
        let metres = hop(at) + far / stops * 2.0;
        let wheels = hop(at) * seconds_per_metre + there / stops * 2.0;
        let on_duty = wheels + order(at).service.0 as f64 + kind.loading.0 as f64 / stops;
        let by_time =
            on_duty * kind.prices.per_hour.0 as f64 + wheels * kind.prices.per_driving_hour.0 as f64;
        let kilometres = metres / 1_000.0;
        Some([
            by_day + by_time / 3_600.0 + kilometres * kind.prices.per_km.0 as f64,
            metres,
            kilometres * kind.co2e_g_per_km as f64,
        ])
    };
    Some(legs.iter().enumerate().map(part).collect())
}

/// Millilitres of all compartments together.
fn all_litres(kind: &VehicleType) -> i64 {
    let sum: i64 = Compartment::ALL.iter().map(|&part| kind.capacity[part].0).sum();
    kind.litres.map_or(sum, |litres| if kind.movable_walls { litres.0 } else { litres.0.min(sum) })
}

/// Metres in a straight line from each door to the nearest other one: among those not much farther west or east.
fn gaps(members: &[Member<'_>]) -> Vec<f64> {
    let doors: Vec<Point> = members.iter().map(|(_, order)| order.point).collect();
    // A degree of longitude is shortest where it is farthest from the equator.
    let slant = doors.iter().map(|door| door.latitude().abs()).fold(0.0, f64::max).to_radians().cos();
    let degree = 110_500.0 * slant;
    let mut order: Vec<usize> = (0..doors.len()).collect();
    order.sort_by(|&a, &b| doors[a].longitude().total_cmp(&doors[b].longitude()));
    let mut rank = vec![0; doors.len()];
    order.iter().enumerate().for_each(|(at, &door)| rank[door] = at);
    let gap = |door: usize| {
        let mut least = f64::INFINITY;
        for step in [-1_isize, 1] {
            let mut at = rank[door] as isize + step;
            while let Some(&other) = usize::try_from(at).ok().and_then(|at| order.get(at)) {
                if (doors[other].longitude() - doors[door].longitude()).abs() * degree > least {
                    break;
                }
                least = least.min(doors[door].distance_m(doors[other]));
                at += step;
            }
        }
        if least.is_finite() { least } else { 0.0 }
    };
    (0..doors.len()).into_par_iter().map(gap).collect()
}
