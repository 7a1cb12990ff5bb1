//! One day of one network: everything a plan is made from.

use super::cold::ColdRules;
use super::day_rules::DayRules;
use super::fleet::{Courier, VehicleType};
use super::network::Network;
use super::order::Order;
use coldmile_units::{Celsius, Money, Table, Timestamp};
use serde::{Deserialize, Serialize};

/// Outdoor temperature over the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weather {
    /// Forecast for each hour since local midnight; on days when the clocks change, the reader shifts what the file says
    /// by the clock.
    pub hourly_c: [f64; 24],
    /// Start of the local day, from which hours are counted.
    pub midnight: Timestamp,
}

impl Weather {
    /// Forecast for the hour that `at` lies in; the first or last hour outside the day.
    pub fn at(&self, at: Timestamp) -> Celsius {
        let hour = (at - self.midnight).0.div_euclid(3600).clamp(0, 23);
        Celsius(self.hourly_c[hour as usize])
    }

    /// The coldest hour that touches the span from `from` to `until`.
    pub fn coldest(&self, from: Timestamp, until: Timestamp) -> Celsius {
        let hour = |at: Timestamp| (at - self.midnight).0.div_euclid(3600).clamp(0, 23) as usize;
        let hours = &self.hourly_c[hour(from)..=hour(until).max(hour(from))];
        Celsius(hours.iter().copied().fold(f64::INFINITY, f64::min))
    }

    /// The warmest hour that touches the span from `from` to `until`.
    pub fn warmest(&self, from: Timestamp, until: Timestamp) -> Celsius {
        let hour = |at: Timestamp| (at - self.midnight).0.div_euclid(3600).clamp(0, 23) as usize;
        let hours = &self.hourly_c[hour(from)..=hour(until).max(hour(from))];
        Celsius(hours.iter().copied().fold(f64::NEG_INFINITY, f64::max))
    }
}

/// Everything a plan is made from.
#[derive(Clone, Debug)]
pub struct Day {
    /// The name on screens.
    pub name: String,
    /// The local date, `2026-03-17`.
    pub date: jiff::civil::Date,
    /// IANA name of the time zone, `Europe/Malta`.
    pub timezone: String,
    /// ISO 4217 code of the currency.
    pub currency: String,
    /// Sites, lanes and waves.
    pub network: Network,
    /// Kinds of vehicle.
    pub vehicle_types: Table<VehicleType>,
    /// The people on duty, with their vehicles.
    pub couriers: Table<Courier>,
    /// What was asked for.
    pub orders: Table<Order>,
    /// Temperature classes and carriers.
    pub cold: ColdRules,
    /// Outdoor temperatures.
    pub weather: Weather,
    /// The price of an hour of a family's walk to a centre and back home, where planning weighs one choice against another;
    /// zero where the file does not set it.
    pub family_hour: Money,
    /// Rules that the file switches on.
    pub rules: DayRules,
    /// The price of an hour by which a courier's service at a door begins after the order's window; zero where windows are hard.
    pub late_hour: Money,
}
