//! One event: who did what, when, and to which order, run, stop or centre.

use super::error::EventError;
use super::form::EventForm;
use super::stop_key::StopKey;
use crate::runs::Run;
use coldmile_model::{Order, Site};
use coldmile_units::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;
use std::str::FromStr;

/// The name a device gives an event before it sends it: a UUID, so that sending twice is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EventId(uuid::Uuid);

impl EventId {
    /// The id with these bits; how `synth` and tests make ids that repeat.
    pub const fn from_bits(bits: u128) -> Self {
        Self(uuid::Uuid::from_u128(bits))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for EventId {
    type Err = EventError;
    fn from_str(text: &str) -> Result<Self, EventError> {
        uuid::Uuid::try_parse(text).map(Self).map_err(|_| EventError::BadId { id: text.to_owned() })
    }
}

impl From<EventId> for String {
    fn from(id: EventId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for EventId {
    type Error = EventError;
    fn try_from(text: String) -> Result<Self, EventError> {
        text.parse()
    }
}

/// What a person at a device may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Makes, publishes and watches plans.
    Dispatcher,
    /// Drives one run.
    Courier,
    /// Works at one centre.
    Centre,
}

impl Role {
    /// The word in files and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dispatcher => "dispatcher",
            Self::Courier => "courier",
            Self::Centre => "centre",
        }
    }

    /// The role with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Dispatcher, Self::Courier, Self::Centre].into_iter().find(|role| role.as_str() == word)
    }
}

/// Who did it: one enrolled device. Its events carry one growing `seq`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The device.
    pub id: Id<Actor>,
    /// In which role.
    pub role: Role,
}

/// To whom a parcel was handed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HandedTo {
    /// The person on the label, or their household.
    #[default]
    Recipient,
    /// Someone next door.
    Neighbour,
    /// The agreed place.
    SafePlace,
}

/// Why a delivery did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureReason {
    /// Nobody opened.
    NobodyHome,
    /// The door could not be found.
    AddressNotFound,
    /// The family did not want it.
    Refused,
    /// It arrived broken.
    Damaged,
    /// It was not what was ordered.
    WrongItems,
    /// Going on would have been dangerous.
    Unsafe,
    /// Something else; the note says what.
    Other,
}

/// What happened. Which of an event's references must be there depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A trip of `run` left its base.
    Departed {
        /// Trip of the run, counted from 0.
        trip: usize,
    },
    /// Wheels stopped at `stop`.
    Arrived,
    /// `order` was handed over at the door.
    Delivered {
        /// To whom.
        to: HandedTo,
    },
    /// `order` could not be handed over.
    Failed {
        /// Why.
        reason: FailureReason,
    },
    /// The actor takes back its own last act.
    Undone {
        /// That act.
        event: EventId,
    },
    /// The truck of `run` was unloaded at `centre`.
    Received,
    /// The family collected `order` at `centre`.
    Collected,
    /// A remark; changes nothing.
    Noted,
}

impl EventKind {
    /// The word in files and on the wire.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Departed { .. } => "departed",
            Self::Arrived => "arrived",
            Self::Delivered { .. } => "delivered",
            Self::Failed { .. } => "failed",
            Self::Undone { .. } => "undone",
            Self::Received => "received",
            Self::Collected => "collected",
            Self::Noted => "noted",
        }
    }
}

/// Something that happened, as the device that saw it tells it. Valid: what its kind needs is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "EventForm", try_from = "EventForm")]
pub struct Event {
    /// Its name, given by the device.
    pub id: EventId,
    /// Grows with every act of the device; decides the order among its own events whatever its clock does.
    pub seq: u64,
    /// What happened.
    pub kind: EventKind,
    /// The order it is about.
    pub order: Option<Id<Order>>,
    /// The run it is about.
    pub run: Option<Id<Run>>,
    /// The stop it is about.
    pub stop: Option<StopKey>,
    /// The centre it is about.
    pub centre: Option<Id<Site>>,
    /// When, by the device's clock.
    pub occurred_at: Timestamp,
    /// The server's clock less the device's, as the device last measured it.
    pub device_offset_ms: i64,
    /// Everything else the device said (a note, what proves it), kept as it came.
    pub payload: Map<String, Value>,
}

impl Event {
    /// When it happened by the server's clock, in milliseconds since the Unix epoch, as far as the device knows.
    pub fn corrected_ms(&self) -> i64 {
        self.occurred_at.unix().saturating_mul(1000).saturating_add(self.device_offset_ms)
    }

    /// Whether `other` tells of the same act: everything but the clock readings agrees.
    pub fn is_same_act(&self, other: &Self) -> bool {
        self.kind == other.kind
            && (&self.order, &self.run, &self.stop, &self.centre)
                == (&other.order, &other.run, &other.stop, &other.centre)
    }

    /// The remark that came with it.
    pub fn note(&self) -> Option<&str> {
        self.payload.get("note").and_then(Value::as_str)
    }
}

/// An event as the store keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredEvent {
    /// Its place among all events of the store: 1, 2, 3 … without gaps.
    pub number: u64,
    /// What the device said.
    pub event: Event,
    /// When the store received it first, by the server's clock.
    pub received_at: Timestamp,
    /// Who said it.
    pub actor: Actor,
}

impl StoredEvent {
    /// When it happened, in milliseconds since the Unix epoch: by the device's corrected clock, but never after the
    /// store heard of it, whatever the device believes.
    pub fn happened_ms(&self) -> i64 {
        // `received_at` is cut to whole seconds: an honest device may be up to a second ahead of it.
        self.event.corrected_ms().min(self.received_at.unix() * 1000 + 999)
    }
}
