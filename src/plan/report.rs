//! What the audit finds in a plan, in the form that is stored and shown with it.

use coldmile_model::{Order, Parcel};
use coldmile_units::Id;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One broken rule, in words. The audit's own `Violation` has more fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable code, such as `audit/outside-window`.
    pub code: String,
    /// Subject, place, time and amount.
    pub text: String,
}

/// The parcel that comes closest to its temperature limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TightestParcel {
    /// Minutes of ride left.
    pub minutes: i64,
    /// Kelvin left in the replay.
    pub kelvin: f64,
    /// The order it belongs to.
    pub order: Id<Order>,
}

/// What an audit found in a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanReport {
    /// Broken rules; empty in a plan without faults.
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
