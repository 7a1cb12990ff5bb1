//! When, and for which vehicles, a road or barrier is closed.

use super::size::SizeLimit;
use coldmile_osm::{Moment, Schedule};
use coldmile_units::VehicleSize;

/// Something is closed at some times, to all vehicles or to large ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closing {
    /// The times.
    pub when: Schedule,
    /// The largest vehicle that still passes then; `None` when none does.
    pub up_to: Option<SizeLimit>,
}

impl Closing {
    /// To all vehicles.
    pub(crate) const fn to_all(when: Schedule) -> Self {
        Self { when, up_to: None }
    }

    /// Whether a vehicle of this size is kept out at a moment; `None` is a query without a departure time.
    pub(crate) fn holds(&self, when: Option<Moment>, size: VehicleSize) -> bool {
        self.up_to.is_none_or(|limit| !limit.admits(size)) && self.when.holds(when)
    }
}
