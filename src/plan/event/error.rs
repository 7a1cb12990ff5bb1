//! Events that are refused.

use super::stop_key::StopKeyError;

/// Largest payload of one event, in bytes of JSON, so that a faulty device cannot fill the store. Notes and codes need a
/// few hundred bytes; photos are not part of the payload.
pub(super) const PAYLOAD_LIMIT: usize = 8 * 1024;

/// An event that is refused, because no later event could make it valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The id is not a UUID.
    #[error("{id:?} is not an event id: expected a UUID")]
    BadId {
        /// The text that was given.
        id: String,
    },
    /// No such kind, or its payload lacks a field.
    #[error("event of kind {kind:?}: {cause}")]
    BadKind {
        /// The kind that was given.
        kind: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The stop is not written `RUN/TRIP/STOP`.
    #[error(transparent)]
    BadStop(#[from] StopKeyError),
    /// The kind needs a reference that is missing.
    #[error("an event of kind {kind} needs {field:?}")]
    Missing {
        /// The kind.
        kind: &'static str,
        /// The field.
        field: &'static str,
    },
    /// A number outside the range that can be stored.
    #[error("{field} is out of range")]
    OutOfRange {
        /// The field.
        field: &'static str,
    },
    /// The payload has more than 8 KiB.
    #[error("the payload has {bytes} bytes; at most {PAYLOAD_LIMIT} are kept")]
    TooLarge {
        /// Its size as JSON.
        bytes: usize,
    },
}

impl EventError {
    /// The stable code, the same in the console, the log and the documentation.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadId { .. } => "event/bad-id",
            Self::BadKind { .. } => "event/bad-kind",
            Self::BadStop(_) => "event/bad-stop",
            Self::Missing { .. } => "event/missing-reference",
            Self::OutOfRange { .. } => "event/out-of-range",
            Self::TooLarge { .. } => "event/too-large",
        }
    }

    /// JSON pointer to the offending field within the event.
    pub fn pointer(&self) -> String {
        match self {
            Self::BadId { .. } => "/id".to_owned(),
            Self::BadKind { .. } => "/kind".to_owned(),
            Self::BadStop(_) => "/stop".to_owned(),
            Self::Missing { field, .. } | Self::OutOfRange { field } => format!("/{field}"),
            Self::TooLarge { .. } => "/payload".to_owned(),
        }
    }
}
