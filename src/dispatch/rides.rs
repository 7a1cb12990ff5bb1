//! Rides that count over the whole journey: truck, transfer at the centre and courier together.
//!
//! A truck's part is limited before its route is known, so that something is left for the courier: the least that each of them
//! needs, and a share of what then remains. The courier has what the real route of the truck leaves.

use super::assign::Assigned;
use super::cold::tighter;
use coldmile_model::{Day, Order, RideRule};
use coldmile_plan::Handover;
use coldmile_units::Seconds;

/// Percent of the time beyond the shortest rides of truck and courier that the truck may use up. Set by judgement, not
/// tuned.
const TRUCK_PERCENT: i64 = 50;

/// The longest time for which the goods of an order may be on vehicles, truck and courier together; `None` is no limit, or a
/// day on which only the courier's ride counts.
pub fn longest_on_vehicles(day: &Day, order: &Order) -> Option<Seconds> {
    if day.rules.ride == RideRule::Courier {
        return None;
    }
    let classes = order.parcels.iter().map(|parcel| &day.cold.classes[parcel.class]);
    classes.filter_map(|class| class.longest_ride).min().map(|longest| longest - day.cold.transfer)
}

/// The longest ride on the truck of an order that is assigned so, where the shortest ride of a truck takes `least`.
pub fn longest_on_truck(day: &Day, row: &Assigned, least: Seconds) -> Option<Seconds> {
    let longest = longest_on_vehicles(day, &day.orders[row.order])?.max(Seconds::ZERO);
    Some(match row.handover {
        Handover::Pickup => longest,
        Handover::Door => {
            let beyond = (longest - row.ride - least).max(Seconds::ZERO);
            (least + Seconds(beyond.0 * TRUCK_PERCENT / 100)).min(longest)
        }
    })
}

/// Limits the ride of a client on every carrier.
pub fn limit(client: &mut coldmile_vrp::Client, longest: Option<Seconds>) {
    for ride in &mut client.longest_ride {
        *ride = tighter(*ride, longest.map(|longest| longest.max(Seconds::ZERO)));
    }
}
