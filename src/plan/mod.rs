#![doc = include_str!("README.md")]

mod day_plan;
mod direct;
mod event;
mod footprint;
mod objective;
mod orders;
mod reasons;
mod report;
mod runs;
mod totals;
mod unplanned;
mod version_1;
mod walk;

pub use day_plan::{DayPlan, PLAN_VERSION, PlanError, Wave};
pub use direct::{Direct, DirectTotals};
pub use event::{
    Actor, Conflict, ConflictCause, Event, EventError, EventForm, EventId, EventKind, FailureReason,
    HandedTo, OrderProgress, OrderState, OrderStep, Progress, Role, StopKey, StopKeyError, StoredEvent,
};
pub use footprint::{Footprint, FootprintShare};
pub use objective::ObjectiveParts;
pub use orders::{CostShare, Delivery, Handover, PlannedOrder};
pub use reasons::{REASONS, ReasonCode, reason_code, sentence};
pub use report::{Finding, PlanReport, TightestParcel};
pub use runs::{Echelon, Leg, Manifest, Run, RunBreak, Stop, StopPlace, Trip};
pub use totals::Totals;
pub use unplanned::{Detail, Details, Relaxation, RelaxationKind, UnplannedOrder};
pub use walk::Walk;
