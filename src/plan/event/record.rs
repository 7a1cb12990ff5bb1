//! One event: which device reports what, when, about which order, run, stop or centre.

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

/// The id that a device gives an event before it sends it: a UUID, so that an event sent twice is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EventId(uuid::Uuid);

impl EventId {
    /// The id with these bits; for ids that are the same in every run of a test or demo.
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

/// One enrolled device that reports events. `seq` grows with each of its events.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The device's id.
    pub id: Id<Actor>,
    /// The role it is enrolled in.
    pub role: Role,
}

/// The recipient of a parcel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HandedTo {
    /// The person on the label, or their household.
    #[default]
    Recipient,
    /// A neighbour.
    Neighbour,
    /// The agreed place.
    SafePlace,
}

/// Why a delivery did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureReason {
    /// The door was not opened.
    #[serde(rename = "nobody-home")]
    NotAtHome,
    /// The door could not be found.
    AddressNotFound,
    /// The family did not want it.
    Refused,
    /// It arrived broken.
    Damaged,
    /// It was not what was ordered.
    #[serde(rename = "wrong-items")]
    WrongGoods,
    /// Going on would have been dangerous.
    Unsafe,
    /// Something else; the note says what.
    Other,
}

/// What happened. It decides which references of an event are required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A trip of `run` left the base.
    Departed {
        /// Trip of the run, counted from 0.
        trip: usize,
    },
    /// The vehicle arrived at `stop`.
    Arrived,
    /// `order` was handed over at the door.
    Delivered {
        /// The recipient.
        to: HandedTo,
    },
    /// `order` could not be handed over.
    Failed {
        /// The reason.
        reason: FailureReason,
    },
    /// The actor undoes its own last act.
    Undone {
        /// That act.
        event: EventId,
    },
    /// The truck of `run` was unloaded at `centre`.
    Received,
    /// The family collected `order` at `centre`.
    Collected,
    /// A note; changes no state.
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

/// Something that happened, as a device reports it. Always has the references that its kind needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "EventForm", try_from = "EventForm")]
pub struct Event {
    /// Its id, given by the device.
    pub id: EventId,
    /// Grows with every act of the device; decides the order of its own events, whatever its clock shows.
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
    /// When it happened, by the device's clock.
    pub occurred_at: Timestamp,
    /// The server's clock minus the device's, as the device last measured it.
    pub device_offset_ms: i64,
    /// Everything else that the device sent (a note, a proof of delivery), kept unchanged.
    pub payload: Map<String, Value>,
}

impl Event {
    /// When it happened by the server's clock, in milliseconds since the Unix epoch, as far as the device knows.
    pub fn corrected_ms(&self) -> i64 {
        self.occurred_at.unix().saturating_mul(1000).saturating_add(self.device_offset_ms)
    }

    /// Whether `other` reports the same act: everything but ids, `seq`, clock readings and payload agrees.
    pub fn is_same_act(&self, other: &Self) -> bool {
        self.kind == other.kind
            && (&self.order, &self.run, &self.stop, &self.centre)
                == (&other.order, &other.run, &other.stop, &other.centre)
    }

    /// The note in its payload.
    pub fn note(&self) -> Option<&str> {
        self.payload.get("note").and_then(Value::as_str)
    }
}

/// An event as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredEvent {
    /// Its number among all stored events: 1, 2, 3 … without gaps.
    pub number: u64,
    /// The event as the device sent it.
    pub event: Event,
    /// When it was first received, by the server's clock.
    pub received_at: Timestamp,
    /// The device that sent it.
    pub actor: Actor,
}

/// How far a device's clock may be off before its events say so.
const CLOCK_TOLERANCE_MS: i64 = 120_000;

impl StoredEvent {
    /// How far the clock of the device is off, in seconds, when that is more than two minutes: positive when it is slow. As
    /// the device measured it; or, when it did not notice, by how much it is ahead of the time of receipt.
    pub fn clock_off_s(&self) -> Option<i64> {
        let measured = self.event.device_offset_ms;
        let ahead = self.event.corrected_ms().saturating_sub(self.received_at.unix().saturating_mul(1000));
        if measured.saturating_abs() > CLOCK_TOLERANCE_MS {
            Some(measured / 1000)
        } else {
            (ahead > CLOCK_TOLERANCE_MS).then_some(-(ahead / 1000))
        }
    }

    /// When it happened, in milliseconds since the Unix epoch: by the device's corrected clock, but never later than it was
    /// received.
    pub fn happened_ms(&self) -> i64 {
        // `received_at` is cut to whole seconds: a correct device may be up to a second ahead of it.
        self.event.corrected_ms().min(self.received_at.unix() * 1000 + 999)
    }
}
