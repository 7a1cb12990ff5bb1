//! What the referee and the clock say of a plan: kept beside it, shown with it.

use coldmile_model::{Order, Parcel};
use coldmile_units::Id;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One broken rule, in words. The referee's own type knows more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable code, such as `violation/late`.
    pub code: String,
    /// Who, where, when and how much.
    pub text: String,
}

/// The parcel that comes closest to its temperature limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TightestParcel {
    /// Minutes of ride left.
    pub minutes: i64,
    /// Kelvin left in the replay.
    pub kelvin: f64,
    /// Whose it is.
    pub order: Id<Order>,
}

/// What is known of a plan beyond the plan: made by whoever audited it, stored with it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanReport {
    /// Broken rules, none in a good plan.
    pub violations: Vec<Finding>,
    /// Stops and pickups inside their windows.
    pub on_time: usize,
    /// Stops and pickups after their windows.
    pub late: usize,
    /// The least cold margin of all; `None` when nothing needs cooling.
    pub tightest: Option<TightestParcel>,
    /// Cold margin in minutes of every parcel that needs cooling.
    pub margins: BTreeMap<Id<Parcel>, i64>,
}
