//! Families' walks against the road, and the price of the day that they are a part of.
//!
//! A walk is twice the fastest path on foot from the centre to the door. On a map without roads on foot it is twice the path of
//! the first profile that it has, at 4.5 km/h. The price of all walks together is seconds × price an hour / 3,600, rounded
//! half up once.

use super::super::case::Case;
use super::super::roads::{Roads, VehicleProfile};
use super::super::violation::{Amount, Subject, Violation};
use super::family::family_profile;
use coldmile_geometry::Point;
use coldmile_model::Order;
use coldmile_plan::{Handover, ObjectiveParts, PlannedOrder, StopPlace, Walk};
use coldmile_units::{Metres, Money, Seconds};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Seconds that a walk there and back may differ from the road's: planner and audit may round each direction differently.
const DURATION_TOLERANCE: i64 = 2;
/// Metres that it may differ by: two paths of the same duration may differ a little in length.
const DISTANCE_TOLERANCE: i64 = 20;

/// A pickup with its order.
type Pickup<'a> = (&'a PlannedOrder, &'a Order);

/// Pickups and only they have a walk, and it is the one that the road has. Pickups of one centre share one search.
pub fn walks(case: &Case, roads: &dyn Roads, found: &mut Vec<Violation>) {
    let mut pickups: BTreeMap<Point, Vec<Pickup<'_>>> = BTreeMap::new();
    for planned in &case.plan.orders {
        match (planned.handover, planned.walk) {
            (Handover::Door, None) => {}
            (Handover::Door, Some(_)) => {
                report(planned, "a family walks for what is brought to its door", found);
            }
            (Handover::Pickup, None) => report(planned, "the walk of its family is missing", found),
            (Handover::Pickup, Some(_)) => {
                if let Some((order, site)) = case.order(&planned.order).zip(case.site(&planned.centre)) {
                    pickups.entry(site.point).or_default().push((planned, order));
                }
            }
        }
    }
    let Some(family) = family_profile(case, roads) else { return };
    let groups: Vec<_> = pickups.into_iter().collect();
    found.par_extend(groups.into_par_iter().flat_map_iter(|(centre, pickups)| {
        let doors: Vec<Point> = pickups.iter().map(|(_, order)| order.point).collect();
        let answers = roads.travel(family, centre, &doors);
        let differing = pickups.into_iter().zip(answers).filter_map(|((planned, _), answer)| {
            let stated = planned.walk?;
            let Some(own) = answer.map(|there| both_directions(family, there)) else {
                return Some(violation(planned, "no path leads from its centre to its door".to_owned()));
            };
            let late = (stated.duration - own.duration).0.abs() > DURATION_TOLERANCE;
            let far = (stated.distance - own.distance).0.abs() > DISTANCE_TOLERANCE;
            (late || far).then(|| {
                let (time, distance) = (own.duration, own.distance);
                let text = format!(
                    "its walk is said to take {} over {}, the road makes {time} over {distance}",
                    stated.duration, stated.distance
                );
                violation(planned, text).by(Amount::Seconds(stated.duration - time))
            })
        });
        differing.collect::<Vec<_>>()
    }));
}

/// There and back.
fn both_directions(family: VehicleProfile<'_>, (duration, distance): (Seconds, Metres)) -> Walk {
    let duration = if family.name == "foot" { duration.0 } else { distance.0 * 4 / 5 };
    Walk { duration: Seconds(duration * 2), distance: Metres(distance.0 * 2) }
}

fn violation(planned: &PlannedOrder, text: String) -> Violation {
    Violation::new("audit/walk-differs", Subject::Order(planned.order.clone()), text)
}

fn report(planned: &PlannedOrder, text: &str, found: &mut Vec<Violation>) {
    found.push(violation(planned, text.to_owned()));
}

/// What it counts that service at doors begins after the orders' windows: all seconds of the day at the price of an hour,
/// rounded half up once.
fn price_of_lateness(case: &Case) -> Money {
    let mut seconds: i128 = 0;
    for halt in case.halts() {
        let StopPlace::Door { order } = &halt.stop.place else { continue };
        if let Some(order) = case.order(order) {
            let after = halt.stop.starts_at.unix() - order.window.close().unix();
            seconds += i128::from(after.max(0));
        }
    }
    let price = seconds * i128::from(case.day.late_hour.0);
    Money((price / 3600 + i128::from(price % 3600 >= 1800)) as i64)
}

/// The objective and its parts, recomputed: what runs and centres cost, and what has a price that is not paid.
pub fn objective(case: &Case, paid: [Money; 3], found: &mut Vec<Violation>) {
    let walked: i128 = case
        .plan
        .orders
        .iter()
        .filter_map(|planned| planned.walk)
        .map(|walk| i128::from(walk.duration.0))
        .sum();
    let price = walked * i128::from(case.day.family_hour.0);
    let [linehaul, last_mile, centres] = paid;
    let own = ObjectiveParts {
        linehaul,
        last_mile,
        centres,
        walks: Money((price / 3600 + i128::from(price % 3600 >= 1800)) as i64),
        lateness: price_of_lateness(case),
        cold_margin: Money::ZERO,
    };
    let totals = &case.plan.totals;
    let sum: Money = own.by_name().iter().map(|(_, part)| *part).sum();
    let stated = totals.objective_parts.by_name().into_iter().chain([("in sum", totals.objective)]);
    let recomputed = own.by_name().into_iter().chain([("in sum", sum)]);
    for ((name, stated), (_, own)) in stated.zip(recomputed).filter(|((_, a), (_, b))| a != b) {
        let text = format!("the day's price ({name}) is {stated}, recomputed {own}");
        found.push(Violation::new("audit/objective", Subject::Plan, text).by(Amount::Money(stated - own)));
    }
}
