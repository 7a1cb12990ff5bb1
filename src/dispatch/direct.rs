//! What orders would cost that are brought from their hub straight to the door: an estimate beside the plan's cost.
//!
//! Orders of one hub and wave share trips of one vehicle type, as many as it takes. The length of a trip is that of the
//! continuous approximation: out to the mean door and back, and for each stop the distance to the next one, which on
//! a shortest path through points that are spread at random is 1.4248 times that to the nearest one. A trip of n stops has n - 1 of
//! these, and its first and last door are nearer than the mean: together half a distance to the next stop for each √n. That half is
//! fitted to routes that the solver found for 30 and 80 random points with depots in the middle, in the corner and outside: the
//! estimate was 0.88 to 1.17 of their length. A trip has as many stops
//! as its load, its range and its shift allow, and serves them within the mean time window. Other constraints, such as each
//! order's own window and what keeps it cold, are left out, so the true cost would be higher.
//!
//! J. Beardwood, J. H. Halton, J. M. Hammersley, *The shortest path through many points*, 1959; C. F. Daganzo, *The distance
//! traveled to visit N points with a maximum of C stops per vehicle*, 1984.

use super::places::{DayPlaces, PlaceIdx};
use coldmile_geometry::Point;
use coldmile_model::{Compartment, Day, Load, Order, Site, VehicleType};
use coldmile_plan::{Direct, DirectTotals, PlannedOrder, Run};
use coldmile_units::{Id, Idx, Metres, Money};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Distance to the next stop of a shortest path through random points, in distances to the nearest point: 0.7124 / √density
/// and 0.5 / √density.
const TO_NEXT: f64 = 1.4248;

/// Fills in for every order what it would cost straight from its hub, and returns the sums.
pub fn compare_with_direct(
    day: &Day,
    places: &DayPlaces,
    runs: &[Run],
    orders: &mut [PlannedOrder],
) -> DirectTotals {
    let hub_of: BTreeMap<&Id<Run>, &Id<Site>> = runs.iter().map(|run| (&run.id, &run.base)).collect();
    let position: BTreeMap<&Id<Order>, Idx<Order>> =
        day.orders.enumerate().map(|(position, order)| (&order.id, position)).collect();
    let mut groups: BTreeMap<_, Vec<(usize, Idx<Order>)>> = BTreeMap::new();
    for (row, planned) in orders.iter().enumerate() {
        let hub = hub_of.get(&planned.linehaul).and_then(|hub| day.network.site_by_id(hub.as_str()));
        if let (Some(hub), Some(&order)) = (hub, position.get(&planned.order)) {
            groups.entry((hub, planned.wave.clone())).or_default().push((row, order));
        }
    }
    let answers: Vec<Vec<(usize, Direct)>> = (groups.into_par_iter())
        .map(|((hub, _), members)| {
            let (rows, served): (Vec<usize>, Vec<Idx<Order>>) = members.into_iter().unzip();
            let group = Group::new(day, places, hub, served);
            let found = group.cheapest().into_iter();
            found.filter_map(|(at, direct)| Some((rows[at], direct?))).collect()
        })
        .collect();
    let mut totals = DirectTotals::default();
    for (row, direct) in answers.into_iter().flatten() {
        let planned = &mut orders[row];
        totals.orders += 1;
        totals.cost += direct.cost;
        totals.distance += direct.distance;
        totals.co2e_g += direct.co2e_g;
        totals.via_cost += planned.cost.total();
        totals.via_co2e_g += planned.footprint.map_or(0, |share| share.driving_g);
        planned.direct = Some(direct);
    }
    totals
}

/// Orders of one hub and wave.
struct Group<'a> {
    day: &'a Day,
    places: &'a DayPlaces,
    hub: Idx<Site>,
    orders: Vec<Idx<Order>>,
    /// Metres from each door to the nearest other one, in a straight line.
    nearest: Vec<f64>,
    /// The mean time between the first and the last moment at which service may start, in seconds.
    window: f64,
}

/// Those of all orders; `None` for one to which no road leads.
type Parts = Vec<Option<Part>>;

/// One order's part of a trip.
#[derive(Clone, Copy)]
struct Part {
    cost: f64,
    metres: f64,
    grams: f64,
}

impl<'a> Group<'a> {
    fn new(day: &'a Day, places: &'a DayPlaces, hub: Idx<Site>, orders: Vec<Idx<Order>>) -> Self {
        let doors: Vec<Point> = orders.iter().map(|&order| day.orders[order].point).collect();
        let span = |order: &Idx<Order>| {
            let window = day.orders[*order].window;
            let open = window.open().max(day.network.sites()[hub].hours.open());
            (window.close() - open).0.clamp(0, 86_400) as f64
        };
        let window = orders.iter().map(span).sum::<f64>() / orders.len() as f64;
        let nearest = nearest(&doors);
        Self { day, places, hub, orders, nearest, window }
    }

    /// Every order with the vehicle type that reaches most of them, and of those costs least; the first of equals.
    fn cheapest(&self) -> Vec<(usize, Option<Direct>)> {
        let couriers = self.day.couriers.iter();
        let used: BTreeSet<Idx<VehicleType>> = couriers.map(|row| row.vehicle).collect();
        let mut best: Option<(usize, f64, Parts, Idx<VehicleType>)> = None;
        for vehicle in used {
            let Some(parts) = self.parts(vehicle) else { continue };
            let missed = parts.iter().filter(|part| part.is_none()).count();
            let cost = parts.iter().flatten().map(|part| part.cost).sum::<f64>();
            if best.as_ref().is_none_or(|(known, dear, ..)| (missed, cost) < (*known, *dear)) {
                best = Some((missed, cost, parts, vehicle));
            }
        }
        let Some((_, _, parts, vehicle)) = best else { return Vec::new() };
        let direct = |part: Part| Direct {
            vehicle: self.day.vehicle_types[vehicle].id.clone(),
            cost: Money(part.cost.round() as i64),
            distance: Metres(part.metres.round() as i64),
            co2e_g: part.grams.round() as i64,
        };
        parts.into_iter().map(|part| part.map(direct)).enumerate().collect()
    }

    /// What each order costs with a vehicle type; `None` for the whole when a trip has not even one stop.
    fn parts(&self, vehicle: Idx<VehicleType>) -> Option<Parts> {
        let kind = &self.day.vehicle_types[vehicle];
        let doors: Vec<PlaceIdx> = self.orders.iter().map(|&order| self.places.door(order)).collect();
        let hub = DayPlaces::site(self.hub);
        let travel = self.places.matrix(self.places.profile_of(vehicle), &[hub], &doors);
        let reached: Vec<Option<(f64, f64)>> = (0..doors.len())
            .map(|door| {
                let leg = travel.duration_between(0, door).zip(travel.distance_between(0, door));
                leg.map(|(duration, distance)| (duration.0 as f64, distance.0 as f64))
            })
            .collect();
        let known = || reached.iter().enumerate().filter_map(|(at, leg)| leg.map(|leg| (at, leg)));
        let count = known().count() as f64;
        if count == 0.0 {
            return None;
        }
        let mean = |figure: &dyn Fn(usize, (f64, f64)) -> f64| {
            known().map(|(at, leg)| figure(at, leg)).sum::<f64>() / count
        };
        let base = self.places.point(hub);
        let order = |at: usize| &self.day.orders[self.orders[at]];
        let straight = mean(&|at, _| base.distance_m(order(at).point));
        let (duration, distance) = (mean(&|_, leg| leg.0), mean(&|_, leg| leg.1));
        let detour = if straight > 0.0 { distance / straight } else { 1.0 };
        let pace = if distance > 0.0 { duration / distance } else { 0.0 };
        let to_next = |at: usize| TO_NEXT * detour * self.nearest[at];
        let at_stop = mean(&|at, _| to_next(at) * pace + order(at).service.0 as f64);
        let trip = Trip {
            out: (2.0 * duration + kind.loading.0 as f64, 2.0 * distance),
            stop: (at_stop, mean(&|at, _| to_next(at))),
        };
        let (stops, trips) = self.stops_and_trips(vehicle, &trip, known().map(|(at, _)| at))?;
        // As many trips as it takes, and their stops shared among them evenly.
        let trip_count = (count / stops).ceil();
        let vehicles = (trip_count / trips).ceil();
        let stops = count / trip_count;
        let between = (1.0 - 1.0 / stops - 0.5 / stops.sqrt()).max(0.0);
        let prices = &kind.prices;
        let hours = |price: Money, seconds: f64| price.0 as f64 * seconds / 3_600.0;
        let part = |(at, leg): (usize, Option<(f64, f64)>)| {
            let (duration, distance) = leg?;
            let metres = 2.0 * distance / stops + between * to_next(at);
            let driving = 2.0 * duration / stops + between * to_next(at) * pace;
            let working = driving + kind.loading.0 as f64 / stops + order(at).service.0 as f64;
            let cost = prices.per_day.0 as f64 * vehicles / count
                + hours(prices.per_hour, working)
                + hours(prices.per_driving_hour, driving)
                + prices.per_km.0 as f64 * metres / 1_000.0;
            Some(Part { cost, metres, grams: kind.co2e_g_per_km as f64 * metres / 1_000.0 })
        };
        Some(reached.iter().copied().enumerate().map(part).collect())
    }

    /// How many stops a trip has, and how many trips a shift.
    fn stops_and_trips(
        &self,
        vehicle: Idx<VehicleType>,
        trip: &Trip,
        members: impl Iterator<Item = usize>,
    ) -> Option<(f64, f64)> {
        let kind = &self.day.vehicle_types[vehicle];
        let carrier = &self.day.cold.carriers[kind.carrier];
        let mut count = 0_i64;
        let mut load = Load::default();
        for at in members {
            count += 1;
            load += self.day.orders[self.orders[at]].load;
        }
        let keeps = |part: Compartment| part == Compartment::Ambient || carrier.keeping(part).is_some();
        if Compartment::ALL.into_iter().any(|part| load[part].0 > 0 && !keeps(part)) {
            return None;
        }
        let shifts = self.day.couriers.iter().filter(|courier| courier.vehicle == vehicle);
        let shift = shifts.map(|courier| (courier.shift.close() - courier.shift.open()).0).max()? as f64;
        let mut bounds = vec![(load.mass.0, kind.capacity.mass.0), (load.volume().0, kind.total_volume().0)];
        bounds.extend(Compartment::ALL.map(|part| (load[part].0, kind.volume_of(part).0)));
        let by_load =
            bounds.into_iter().filter(|&(all, _)| all > 0).map(|(all, capacity)| capacity * count / all);
        let fits = |limit: f64, (out, each): (f64, f64)| {
            if each > 0.0 { ((limit - out) / each).floor() } else { f64::INFINITY }
        };
        let time = (trip.out.0, trip.stop.0);
        let mut stops = by_load.map(|stops| stops as f64).fold(count as f64, f64::min);
        stops = stops.min(fits(shift, time)).min(fits(self.window, (0.0, trip.stop.0)).max(1.0));
        let road = (trip.out.1, trip.stop.1);
        if let Some(Metres(range)) = kind.range {
            stops = stops.min(fits(range as f64, road));
        }
        if stops < 1.0 || time.0 + time.1 > shift {
            return None;
        }
        let mut trips = (shift / (time.0 + stops * time.1)).floor();
        if let Some(Metres(range)) = kind.range {
            trips = trips.min((range as f64 / (road.0 + stops * road.1).max(1.0)).floor());
        }
        Some((stops, trips.clamp(1.0, f64::from(kind.max_trips))))
    }
}

/// Seconds and metres of a trip out to the mean door and back, loading included, and for each stop.
struct Trip {
    out: (f64, f64),
    stop: (f64, f64),
}

/// Metres from each point to the nearest other one in a straight line; zero for a single one.
fn nearest(points: &[Point]) -> Vec<f64> {
    /// Metres of a degree of latitude, at least.
    const DEGREE_M: f64 = 110_500.0;
    let mut by_latitude: Vec<usize> = (0..points.len()).collect();
    by_latitude.sort_by(|&a, &b| points[a].latitude().total_cmp(&points[b].latitude()));
    let mut nearest = vec![f64::INFINITY; points.len()];
    for (rank, &at) in by_latitude.iter().enumerate() {
        let (south, north) = (by_latitude[..rank].iter().rev(), by_latitude[rank + 1..].iter());
        let closest = |others: &mut dyn Iterator<Item = &usize>, known: f64| {
            let mut closest = known;
            for &other in others {
                let apart = (points[other].latitude() - points[at].latitude()).abs() * DEGREE_M;
                if apart > closest {
                    break;
                }
                closest = closest.min(points[at].distance_m(points[other]));
            }
            closest
        };
        let known = closest(&mut { south }, f64::INFINITY);
        nearest[at] = closest(&mut { north }, known);
    }
    nearest.into_iter().map(|metres| if metres.is_finite() { metres } else { 0.0 }).collect()
}
