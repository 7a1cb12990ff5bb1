//! Prices on top of those of a metre and of a second: of travel, service, waiting and overtime, and of clients on a vehicle
//! type.
//!
//! A route lasts as long as it travels, serves, loads and waits. What waiting costs is therefore charged on the whole
//! duration and taken off the other three, so that every part is a sum over trips or follows from the times of the route:
//! an insertion needs nothing but the times that it is judged by. The shortest duration and the earliest end are those of
//! the same departure, so that neither is bought with the other.

use crate::problem::{Client, TimePrices, VehicleType};
use crate::search::single_trip;
use crate::tardiness::TimeCost;
use coldmile_units::Idx;

/// The prices of a vehicle type on top of those of a metre and of a second, prepared.
#[derive(Clone, Copy)]
pub(super) struct ExtraPrices {
    /// Whether there is any, of time or of a client.
    pub apply: bool,
    /// Of a second of the route's duration.
    duration: i64,
    /// Of a second of travel, and of a trip's service: less what `duration` charges for it.
    pub travel: i64,
    service: i64,
    /// Of loading for one trip.
    pub loading: i64,
    overtime: i64,
    shift_end: i64,
}

impl ExtraPrices {
    pub fn new<'a>(
        vehicle_type: Idx<VehicleType>,
        row: &VehicleType,
        loading: i64,
        mut clients: impl Iterator<Item = &'a Client>,
    ) -> Self {
        let prices = row.time_prices;
        Self {
            apply: prices != TimePrices::default() || clients.any(|client| client.price_on(vehicle_type) > 0),
            duration: prices.waiting,
            travel: prices.travel - prices.waiting,
            service: prices.service - prices.waiting,
            loading: -prices.waiting * loading,
            overtime: prices.overtime,
            shift_end: single_trip::clamp(row.shift.close()),
        }
    }

    /// What the time of a route costs as far as its departure decides it.
    pub fn time_cost(&self, cost_per_second: i64, max_duration: i64) -> TimeCost {
        let Self { duration, overtime, shift_end, .. } = *self;
        TimeCost { per_second: cost_per_second + duration, overtime, shift_end, max_duration }
    }

    /// What a client costs besides its arcs and what they take.
    pub fn of_client(&self, vehicle_type: Idx<VehicleType>, client: &Client) -> i64 {
        client.price_on(vehicle_type) + self.service * client.service.0
    }

    /// What a route costs for its duration and its end.
    #[inline]
    pub fn of_times(&self, duration: i64, end: i64) -> i64 {
        self.duration * duration + self.overtime * (end - self.shift_end).min(duration).max(0)
    }
}
