//! Lateness at doors, and its price: where the day sets one, windows of deliveries have soft ends.

use super::crews::rounded;
use coldmile_model::{Day, Order};
use coldmile_plan::{DayPlan, StopPlace};
use coldmile_units::{Money, Seconds, Timestamp};
use coldmile_vrp::{COST_SCALE, SoftEnd};
use std::collections::BTreeMap;

/// The soft end of the window of an order at its door; `None` where the day sets no price.
pub fn soft_end(day: &Day, order: &Order) -> Option<SoftEnd> {
    // However small the price: the less lateness the better.
    let price = rounded(day.late_hour.0 * COST_SCALE, 3600).max(1);
    (day.late_hour > Money::ZERO).then(|| SoftEnd { at: order.window.close(), price })
}

/// The price of service at the door that begins at some moment, in the solver's unit.
pub fn lateness_price(day: &Day, order: &Order, begins: Timestamp) -> i64 {
    let late = (begins - order.window.close()).0.max(0);
    let price = i128::from(late) * i128::from(day.late_hour.0 * COST_SCALE) / 3600;
    i64::try_from(price).unwrap_or(i64::MAX / 4)
}

/// The price of all lateness of a plan, rounded half up once.
pub fn price_of_lateness(day: &Day, plan: &DayPlan) -> Money {
    let closes: BTreeMap<_, Timestamp> =
        day.orders.iter().map(|order| (&order.id, order.window.close())).collect();
    let stops = plan.runs.iter().flat_map(|run| &run.trips).flat_map(|trip| &trip.stops);
    let late = stops.filter_map(|stop| match &stop.place {
        StopPlace::Door { order } => Some((stop.starts_at - *closes.get(order)?).max(Seconds::ZERO)),
        StopPlace::Centre { .. } => None,
    });
    let late: Seconds = late.sum();
    let price = (i128::from(late.0) * i128::from(day.late_hour.0) + 1800).div_euclid(3600);
    Money(i64::try_from(price).unwrap_or(i64::MAX / 4))
}
