//! What kind of day to invent, and why that may fail.

use coldmile_units::Seed;
use jiff::civil::Date;

/// What kind of day to invent.
#[derive(Clone, Debug)]
pub struct DemoConfig {
    /// Same map, same config: same day.
    pub seed: Seed,
    /// How many orders.
    pub orders: usize,
    /// The day.
    pub date: Date,
}

impl Default for DemoConfig {
    /// 800 orders on a Tuesday in March.
    fn default() -> Self {
        Self { seed: Seed(1), orders: 800, date: Date::constant(2026, 3, 17) }
    }
}

/// A map on which no day can be invented.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DemoError {
    /// There is no residential street that a car can reach.
    #[error("the map has no streets with homes, so there is no door to deliver to")]
    NoStreets,
}
