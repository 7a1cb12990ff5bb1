//! The price of a day: the one number that planning minimises once as many orders as possible are served.
//!
//! Planner, command line, console and audit name its parts by [`ObjectiveParts::by_name`] and by nothing else.

use coldmile_units::Money;
use serde::{Deserialize, Serialize};

/// The parts of [`Totals::objective`](super::Totals::objective); they sum to it exactly. The first three are
/// paid, and sum to [`Totals::cost`](super::Totals::cost); the others are prices that are weighed but not paid, zero where
/// the day does not set them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectiveParts {
    /// The trucks.
    pub linehaul: Money,
    /// The couriers.
    pub last_mile: Money,
    /// Handling and fixed costs of the centres.
    pub centres: Money,
    /// Families' time on foot, to their centres and back, at `family_per_hour`; the sum of all walks is rounded half up once.
    pub walks: Money,
    /// Service at doors that begins after the order's window, at `late_per_hour`; the sum of all lateness is rounded half up once.
    pub lateness: Money,
    /// Thin cold margins at their price.
    pub cold_margin: Money,
}

impl ObjectiveParts {
    /// Every part by its name in the file.
    pub const fn by_name(&self) -> [(&'static str, Money); 6] {
        let Self { linehaul, last_mile, centres, walks, lateness, cold_margin } = *self;
        [
            ("linehaul", linehaul),
            ("last_mile", last_mile),
            ("centres", centres),
            ("walks", walks),
            ("lateness", lateness),
            ("cold_margin", cold_margin),
        ]
    }

    /// What is paid.
    pub fn cost(&self) -> Money {
        self.linehaul + self.last_mile + self.centres
    }

    /// The price of the day.
    pub fn total(&self) -> Money {
        self.by_name().into_iter().map(|(_, part)| part).sum()
    }
}
