//! Events on the wire.

use coldmile_model::{Order, Site};
use coldmile_plan::Run;
use coldmile_plan::{EventForm, StoredEvent};
use coldmile_units::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::schema::{AnyOfBuilder, Array, ArrayBuilder, ObjectBuilder, Schema, SchemaType};
use utoipa::openapi::{Ref, RefOr};

/// `POST /events`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventBatch {
    /// At most 100. Taken one by one, so that one malformed event does not hold up the others.
    #[schema(schema_with = event_list)]
    pub events: Vec<Value>,
}

/// Events, and anything else, which is rejected one by one: that is an answer, not a refusal of the batch.
fn event_list() -> Array {
    let event = Ref::from_schema_name("EventPost");
    let items = AnyOfBuilder::new().item(event).item(ObjectBuilder::new().schema_type(SchemaType::AnyValue));
    ArrayBuilder::new().items(RefOr::T(Schema::AnyOf(items.build()))).max_items(Some(100)).build()
}

/// An event as a device tells it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventPost {
    /// A UUID made on the device (version 7).
    id: String,
    /// Grows with every act of the device.
    seq: u64,
    /// `departed`, `arrived`, `delivered`, `failed`, `undone`, `received`, `collected` or `noted`.
    kind: String,
    #[serde(default)]
    order: Option<String>,
    #[serde(default)]
    run: Option<String>,
    /// `RUN/TRIP/STOP`.
    #[serde(default)]
    stop: Option<String>,
    #[serde(default)]
    centre: Option<String>,
    /// By the device's clock, whole seconds.
    occurred_at: i64,
    /// The server's clock less the device's.
    #[serde(default)]
    device_offset_ms: i64,
    #[serde(default)]
    #[schema(value_type = Object)]
    payload: Map<String, Value>,
}

impl From<EventPost> for EventForm {
    fn from(post: EventPost) -> Self {
        Self {
            id: post.id,
            seq: post.seq,
            kind: post.kind,
            order: post.order.map(Id::<Order>::new),
            run: post.run.map(Id::<Run>::new),
            stop: post.stop,
            centre: post.centre.map(Id::<Site>::new),
            occurred_at: Timestamp::from_unix(post.occurred_at),
            device_offset_ms: post.device_offset_ms,
            payload: post.payload,
        }
    }
}

/// What became of an event that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct EventResult {
    /// The event's id as it was sent.
    pub id: String,
    /// `accepted`, `duplicate`, `conflict` (kept, for a dispatcher to look at) or `rejected` (not kept).
    pub status: &'static str,
    /// Stable code of a conflict or rejection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Answer to a batch, in its order. Everything not `rejected` is on disk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventResults {
    /// One for each event sent.
    pub results: Vec<EventResult>,
    /// The server's clock, whole seconds.
    pub server_time: i64,
    /// How far the device's clock is off, in seconds, when that is more than two minutes: positive when it is slow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_off_s: Option<i64>,
}

/// An event as the store keeps it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EventView {
    /// Its place among all events.
    pub number: u64,
    id: String,
    seq: u64,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    centre: Option<String>,
    occurred_at: i64,
    device_offset_ms: i64,
    /// When the server received it.
    received_at: i64,
    /// How far the clock of its device was off, in seconds, when that is more than two minutes: positive when it is slow.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_off_s: Option<i64>,
    #[schema(value_type = Object)]
    payload: Map<String, Value>,
    /// The device that sent it.
    actor: ActorView,
}

/// Who did it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ActorView {
    /// Device.
    id: String,
    /// `dispatcher`, `courier` or `centre`.
    role: &'static str,
}

impl From<StoredEvent> for EventView {
    fn from(stored: StoredEvent) -> Self {
        let clock_off_s = stored.clock_off_s();
        let form = EventForm::from(stored.event);
        let mut payload = form.payload;
        // The family's pickup code opens the fridge; once used it must not appear in any list.
        payload.remove("code");
        Self {
            number: stored.number,
            id: form.id,
            seq: form.seq,
            kind: form.kind,
            order: form.order.map(|order| order.to_string()),
            run: form.run.map(|run| run.to_string()),
            stop: form.stop,
            centre: form.centre.map(|centre| centre.to_string()),
            occurred_at: form.occurred_at.unix(),
            device_offset_ms: form.device_offset_ms,
            received_at: stored.received_at.unix(),
            clock_off_s,
            payload,
            actor: ActorView { id: stored.actor.id.to_string(), role: stored.actor.role.as_str() },
        }
    }
}
