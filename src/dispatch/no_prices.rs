//! Days whose vehicles have no prices: planned by hours and kilometres, so that the plan is as short as it can be.

use coldmile_model::{Day, Prices};
use coldmile_units::{Money, Table};

/// The stable code of the warning.
const CODE: &str = "network/no-prices";

/// What people are told of such a day.
pub fn no_prices_warning() -> String {
    format!(
        "no vehicle type has a price: the day is planned by hours and kilometres, and its cost of 0 says nothing (set per_hour and \
         per_km of [[vehicle_type]]) [{CODE}]"
    )
}

/// An hour and a kilometre where nothing has a price. Only their ratio matters: that of a van and its driver.
const STAND_IN: (Money, Money) = (Money(2_000), Money(30));

/// Whether the use of any vehicle type costs something.
pub fn has_prices(day: &Day) -> bool {
    day.vehicle_types.iter().any(|kind| {
        let Prices { per_day, per_hour, per_km, per_driving_hour, per_overtime_hour: _ } = kind.prices;
        [per_day, per_hour, per_km, per_driving_hour].into_iter().any(|price| price > Money::ZERO)
    })
}

/// The same day with a price of hours and kilometres.
pub fn with_stand_in_prices(day: &Day) -> Day {
    let (per_hour, per_km) = STAND_IN;
    let mut priced = day.clone();
    let mut types: Vec<_> = day.vehicle_types.iter().cloned().collect();
    for kind in &mut types {
        kind.prices.per_hour = per_hour;
        kind.prices.per_km = per_km;
    }
    priced.vehicle_types = Table::from(types);
    priced
}
