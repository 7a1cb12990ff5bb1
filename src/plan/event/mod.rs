//! Events from couriers' phones and centres' desks, and the states of orders that follow from them.
//!
//! Devices work offline, send events twice and disagree about the time, so nothing here depends on the order in which
//! events arrive: [`Progress`] is a function of the *set* of events. A recorded event is never discarded; one that
//! contradicts other events or the plan is kept and listed as a [`Conflict`] for a person to decide.
//! Knows nothing of databases, sessions and permissions.
//!
//! - `form`, `convert`, `error`: the wire form, its validation, refusals
//! - `record`: the checked event, devices and roles; `stop_key`: the key of a stop
//! - `state`: the states of an order; `undo`: undone acts of one device; `progress`: all orders of a plan

mod convert;
mod error;
mod form;
mod progress;
mod record;
mod state;
mod stop_key;
#[cfg(test)]
mod tests;
mod undo;

pub use error::EventError;
pub use form::EventForm;
pub use progress::{Conflict, OrderProgress, Progress};
pub use record::{Actor, Event, EventId, EventKind, FailureReason, HandedTo, Role, StoredEvent};
pub use state::{ConflictCause, OrderState, OrderStep};
pub use stop_key::{StopKey, StopKeyError};
