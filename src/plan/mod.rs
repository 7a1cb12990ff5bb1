//! What is promised, one consistent plan of a day from the hub to the families, and what happened to it.
//!
//! Data and its file form (`plan.json`, described by `data/plan.schema.json`), no algorithm. `dispatch` makes it, `audit`
//! recomputes it, people read it. All times are instants; screens turn them into the day's zone.
//! Events tell what happened; [`Progress`] says where every order stands after them.

mod day_plan;
mod event;
mod orders;
mod report;
mod runs;
mod totals;

pub use day_plan::{DayPlan, PLAN_VERSION, PlanError, Wave};
pub use event::{
    Actor, Cause, Conflict, Event, EventError, EventForm, EventId, EventKind, FailureReason, HandedTo,
    Happening, OrderProgress, OrderState, Progress, Role, StopKey, StopKeyError, StoredEvent,
};
pub use orders::{CostShare, Delivery, Handover, PlannedOrder, Relaxation, UnplannedOrder};
pub use report::{Finding, PlanReport, TightestParcel};
pub use runs::{Echelon, Leg, Manifest, Run, Stop, StopPlace, Trip};
pub use totals::Totals;
