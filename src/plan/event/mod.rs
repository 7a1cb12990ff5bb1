//! What happened, beside what was promised: events from phones and desks, and the state of orders that follows from
//! them.
//!
//! Devices work without signal, repeat themselves and disagree about the time, so nothing here depends on the order in
//! which events come in: [`Progress`] is a function of the *set* of events. An event once recorded is never discarded;
//! one that cannot be true beside the others is kept and named as a [`Conflict`] for a person to look at.
//! Knows nothing of databases, sessions or who may send what.

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
pub use state::{Cause, Happening, OrderState};
pub use stop_key::{StopKey, StopKeyError};
