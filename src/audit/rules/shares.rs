//! The share of each order in runs and centres, recomputed by itself.
//!
//! What a run spends on cooling is paid in proportion to the joules that are for each order: in each cooled part by volume × seconds on board.
//! The rest of a truck's run is paid in proportion to volume (a litre at least), of a courier's in proportion to the seconds of service
//! plus the straight metres from base to door, and so is the gas of driving shared; a centre's fixed cost in equal parts. Shares are whole minor units: each is
//! rounded down, and what is missing goes, a unit each, to the largest remainders; of equals to the one that the run serves
//! first, at a centre to the first by the plan's order.

use super::super::case::Case;
use super::super::violation::{Amount, Subject, Violation};
use super::energy::{COOLED, is_told, surcharge, volume_in};
use coldmile_model::{Order, Site};
use coldmile_plan::{Echelon, FootprintShare, Run};
use coldmile_units::{Id, Money};
use std::collections::{BTreeMap, HashMap};

/// Millilitres that an order counts as at the least in the cost of a truck.
const LEAST_VOLUME: i64 = 1_000;

/// What an order owes by this file's own reckoning: for trucks, couriers, and its centre.
#[derive(Clone, Copy, Default)]
struct Owed {
    linehaul: i64,
    last_mile: i64,
    centre: i64,
    cold: i64,
    emitted: FootprintShare,
}

/// Each order's share of trucks, couriers and centre is its part by the rule.
pub fn shares(case: &Case, found: &mut Vec<Violation>) {
    let mut owed: HashMap<&Id<Order>, Owed> = HashMap::new();
    for run in &case.plan.runs {
        let members = served(case, run);
        let weights: Vec<i128> = members.iter().map(|order| weight(case, run, order)).collect();
        let cold = surcharge(case, run);
        let joules = joules(case, run, &members);
        let footprint = run.footprint.unwrap_or_default();
        let driving = parts(Money(footprint.driving_g), &weights);
        let (cooling, surcharges) = (parts(Money(footprint.cooling_g), &joules), parts(cold, &joules));
        for (at, part) in parts(run.cost - cold, &weights).into_iter().enumerate() {
            let owed = owed.entry(&members[at].id).or_default();
            match run.echelon {
                Echelon::Linehaul => owed.linehaul += part,
                Echelon::LastMile => owed.last_mile += part,
            }
            owed.cold += surcharges[at];
            owed.emitted += FootprintShare {
                driving_g: driving[at],
                cooling_g: cooling[at],
                cooling_j: joules[at] as i64,
            };
        }
    }
    for (centre, members) in by_centre(case) {
        let Some(site) = case.site(centre) else { continue };
        for (order, part) in members.iter().zip(parts(site.fixed_cost, &vec![1; members.len()])) {
            owed.entry(*order).or_default().centre += part;
        }
    }
    for planned in &case.plan.orders {
        if case.order(&planned.order).is_none() {
            continue;
        }
        let own = owed.get(&planned.order).copied().unwrap_or_default();
        let stated = &planned.cost;
        for (what, stated, own) in [
            ("linehaul", stated.linehaul, own.linehaul),
            ("last-mile", stated.last_mile, own.last_mile),
            ("centre", stated.centre, own.centre),
            ("cold", stated.cold, own.cold),
        ] {
            let own = Money(own);
            if stated != own {
                let text = format!("its {what} share is {stated}, its part makes {own}");
                let violation =
                    Violation::new("audit/share-differs", Subject::Order(planned.order.clone()), text);
                found.push(violation.by(Amount::Money(stated - own)));
            }
        }
        if is_told(case) && planned.footprint.is_some_and(|stated| stated != own.emitted) {
            let subject = Subject::Order(planned.order.clone());
            let FootprintShare { driving_g, cooling_g, cooling_j } = own.emitted;
            let text = format!(
                "its part of greenhouse gas and cooling makes {driving_g} g of driving, {cooling_g} g and {cooling_j} J of cooling"
            );
            found.push(Violation::new("audit/footprint", subject, text));
        }
    }
}

/// The orders that a run serves, each at its first parcel.
fn served<'a>(case: &Case<'a>, run: &Run) -> Vec<&'a Order> {
    let mut members: Vec<&Order> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let parcels = run.trips.iter().flat_map(|trip| &trip.stops).flat_map(|stop| &stop.parcels);
    for (order, _) in parcels.filter_map(|parcel| case.parcel(parcel)) {
        if seen.insert(&order.id) {
            members.push(order);
        }
    }
    members
}

/// The joules of a run's cooling that are for each of its orders.
fn joules(case: &Case, run: &Run, members: &[&Order]) -> Vec<i128> {
    let stated = run.footprint.unwrap_or_default();
    let mut sums = vec![0; members.len()];
    for (part, joules) in COOLED.into_iter().zip([stated.chilled_j, stated.frozen_j]) {
        let mut carried: HashMap<&Id<Order>, i128> = HashMap::new();
        for trip in &run.trips {
            for stop in &trip.stops {
                let seconds = (stop.starts_at - trip.departs_at).0.max(1);
                for (order, parcel) in stop.parcels.iter().filter_map(|id| case.parcel(id)) {
                    let volume = volume_in(case, part, parcel);
                    *carried.entry(&order.id).or_default() += i128::from(volume) * i128::from(seconds);
                }
            }
        }
        let weights: Vec<i128> =
            members.iter().map(|order| carried.get(&order.id).copied().unwrap_or_default()).collect();
        for (sum, own) in sums.iter_mut().zip(parts(Money(joules), &weights)) {
            *sum += i128::from(own);
        }
    }
    sums
}

fn weight(case: &Case, run: &Run, order: &Order) -> i128 {
    match run.echelon {
        Echelon::Linehaul => {
            let volume: i64 = order.parcels.iter().map(|parcel| parcel.volume.0).sum();
            i128::from(volume.max(LEAST_VOLUME))
        }
        Echelon::LastMile => {
            let metres = case.site(&run.base).map_or(0.0, |base| base.point.distance_m(order.point));
            i128::from(order.service.0) + metres.floor() as i128
        }
    }
}

/// The orders that pass through each centre, in the plan's order.
fn by_centre<'a>(case: &Case<'a>) -> BTreeMap<&'a Id<Site>, Vec<&'a Id<Order>>> {
    let mut members: BTreeMap<&Id<Site>, Vec<&Id<Order>>> = BTreeMap::new();
    for planned in &case.plan.orders {
        members.entry(&planned.centre).or_default().push(&planned.order);
    }
    members
}

/// Whole parts of a cost by weight; equal ones when no weight is more than 0.
fn parts(cost: Money, weights: &[i128]) -> Vec<i64> {
    let all: i128 = weights.iter().sum();
    let (weights, all) =
        if all > 0 { (weights.to_vec(), all) } else { (vec![1; weights.len()], weights.len() as i128) };
    if all == 0 {
        return Vec::new();
    }
    let products: Vec<i128> = weights.iter().map(|weight| i128::from(cost.0) * weight).collect();
    let mut parts: Vec<i64> = products.iter().map(|product| product.div_euclid(all) as i64).collect();
    let missing = cost.0 - parts.iter().sum::<i64>();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    // Stable: of equal remainders the first stays first.
    by_remainder.sort_by_key(|&at| -products[at].rem_euclid(all));
    by_remainder.iter().take(missing.max(0) as usize).for_each(|&at| parts[at] += 1);
    parts
}
