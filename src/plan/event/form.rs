//! The form of an event in files and on the wire.

use crate::runs::Run;
use coldmile_model::{Order, Site};
use coldmile_units::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An event as written in files and on the wire; [`Event`](super::Event) is the checked form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventForm {
    /// UUID text.
    pub id: String,
    /// See [`Event::seq`](super::Event::seq).
    pub seq: u64,
    /// A word such as `delivered`.
    pub kind: String,
    /// See [`Event::order`](super::Event::order).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Id<Order>>,
    /// See [`Event::run`](super::Event::run).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Id<Run>>,
    /// See [`Event::stop`](super::Event::stop).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<String>,
    /// See [`Event::centre`](super::Event::centre).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<Id<Site>>,
    /// Whole seconds since the Unix epoch.
    pub occurred_at: Timestamp,
    /// See [`Event::device_offset_ms`](super::Event::device_offset_ms).
    #[serde(default)]
    pub device_offset_ms: i64,
    /// The fields that the kind needs (`reason`, `trip`, `event`, `to`) and everything else that the device sent.
    #[serde(default)]
    pub payload: Map<String, Value>,
}
