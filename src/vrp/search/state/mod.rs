//! The solution under the search, with undo.

mod journal;
mod slots;
mod solution;
mod undo;
mod update;
mod vehicle_types;

pub(super) use slots::{Link, NewTripPosition, Plan, Record};
pub(super) use solution::State;
