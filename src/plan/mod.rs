#![doc = include_str!("README.md")]

mod day_plan;
mod event;
mod orders;
mod report;
mod runs;
mod totals;

pub use day_plan::{DayPlan, PLAN_VERSION, PlanError, Wave};
pub use event::{
    Actor, Conflict, ConflictCause, Event, EventError, EventForm, EventId, EventKind, FailureReason,
    HandedTo, OrderProgress, OrderState, OrderStep, Progress, Role, StopKey, StopKeyError, StoredEvent,
};
pub use orders::{CostShare, Delivery, Handover, PlannedOrder, Relaxation, UnplannedOrder};
pub use report::{Finding, PlanReport, TightestParcel};
pub use runs::{Echelon, Leg, Manifest, Run, Stop, StopPlace, Trip, Walk};
pub use totals::Totals;
