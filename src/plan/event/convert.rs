//! From the wire form of an event to the checked one and back: what makes an event valid.

use super::error::{EventError, PAYLOAD_LIMIT};
use super::form::EventForm;
use super::record::{Event, EventKind, HandedTo};
use super::stop_key::StopKey;
use serde::Serialize;
use serde_json::{Map, Value};

impl TryFrom<EventForm> for Event {
    type Error = EventError;

    fn try_from(form: EventForm) -> Result<Self, EventError> {
        let id = form.id.parse()?;
        let bytes = serde_json::to_string(&form.payload).map_or(usize::MAX, |text| text.len());
        if bytes > PAYLOAD_LIMIT {
            return Err(EventError::TooLarge { bytes });
        }
        if i64::try_from(form.seq).is_err() {
            return Err(EventError::OutOfRange { field: "seq" });
        }
        // Up to the end of the year 9999: no delivery is later, and sums with it cannot overflow.
        if !(0..=253_402_300_799).contains(&form.occurred_at.unix()) {
            return Err(EventError::OutOfRange { field: "occurred_at" });
        }
        if form.device_offset_ms.unsigned_abs() > 253_402_300_799_000 {
            return Err(EventError::OutOfRange { field: "device_offset_ms" });
        }
        let kind = read_kind(&form.kind, &form.payload)?;
        let stop = form.stop.map(|text| text.parse::<StopKey>()).transpose()?;
        let needs = |present: bool, field| {
            if present { Ok(()) } else { Err(EventError::Missing { kind: kind.word(), field }) }
        };
        match kind {
            EventKind::Departed { .. } => needs(form.run.is_some(), "run")?,
            EventKind::Arrived => needs(stop.is_some(), "stop")?,
            EventKind::Delivered { .. } | EventKind::Failed { .. } => needs(form.order.is_some(), "order")?,
            EventKind::Received => {
                needs(form.centre.is_some(), "centre")?;
                needs(form.run.is_some(), "run")?;
            }
            EventKind::Collected => {
                needs(form.centre.is_some(), "centre")?;
                needs(form.order.is_some(), "order")?;
            }
            EventKind::Undone { .. } | EventKind::Noted => {}
        }
        Ok(Self {
            id,
            seq: form.seq,
            kind,
            order: form.order,
            run: form.run,
            stop,
            centre: form.centre,
            occurred_at: form.occurred_at,
            device_offset_ms: form.device_offset_ms,
            payload: form.payload,
        })
    }
}

fn read_kind(word: &str, payload: &Map<String, Value>) -> Result<EventKind, EventError> {
    let bad = |cause: String| EventError::BadKind { kind: word.to_owned(), cause };
    let field = |name: &str| payload.get(name).cloned().ok_or_else(|| bad(format!("payload needs {name:?}")));
    let read = |name: &'static str| {
        move |cause: serde_json::Error| EventError::BadKind {
            kind: word.to_owned(),
            cause: format!("{name}: {cause}"),
        }
    };
    Ok(match word {
        "departed" => {
            EventKind::Departed { trip: serde_json::from_value(field("trip")?).map_err(read("trip"))? }
        }
        "arrived" => EventKind::Arrived,
        "delivered" => EventKind::Delivered {
            to: match payload.get("to") {
                None | Some(Value::Null) => HandedTo::default(),
                Some(to) => serde_json::from_value(to.clone()).map_err(read("to"))?,
            },
        },
        "failed" => {
            EventKind::Failed { reason: serde_json::from_value(field("reason")?).map_err(read("reason"))? }
        }
        "undone" => {
            EventKind::Undone { event: serde_json::from_value(field("event")?).map_err(read("event"))? }
        }
        "received" => EventKind::Received,
        "collected" => EventKind::Collected,
        "noted" => EventKind::Noted,
        _ => return Err(bad("no such kind".to_owned())),
    })
}

impl From<Event> for EventForm {
    fn from(event: Event) -> Self {
        let mut payload = event.payload;
        match &event.kind {
            EventKind::Departed { trip } => drop(payload.insert("trip".into(), (*trip).into())),
            EventKind::Delivered { to } => drop(payload.insert("to".into(), word_of(to))),
            EventKind::Failed { reason } => drop(payload.insert("reason".into(), word_of(reason))),
            EventKind::Undone { event } => drop(payload.insert("event".into(), event.to_string().into())),
            EventKind::Arrived | EventKind::Received | EventKind::Collected | EventKind::Noted => {}
        }
        Self {
            id: event.id.to_string(),
            seq: event.seq,
            kind: event.kind.word().to_owned(),
            order: event.order,
            run: event.run,
            stop: event.stop.map(|stop| stop.to_string()),
            centre: event.centre,
            occurred_at: event.occurred_at,
            device_offset_ms: event.device_offset_ms,
            payload,
        }
    }
}

fn word_of(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("an enum without data serialises to a string")
}

#[cfg(test)]
mod tests {
    use super::*;
    use coldmile_units::Timestamp;

    fn form(kind: &str, payload: &str) -> EventForm {
        serde_json::from_str(&format!(
            r#"{{"id":"01890a5d-ac96-774b-bcce-b302099a8057","seq":3,"kind":"{kind}","order":"O1","run":"R-1",
                "stop":"R-1/0/2","centre":"C1","occurred_at":1773730800,"device_offset_ms":-250,"payload":{payload}}}"#
        ))
        .unwrap()
    }

    #[test]
    fn every_kind_survives_its_wire_form() {
        for (kind, payload) in [
            ("departed", r#"{"trip":1}"#),
            ("arrived", "{}"),
            ("delivered", r#"{"to":"safe-place","note":"shed"}"#),
            ("failed", r#"{"reason":"nobody-home"}"#),
            ("undone", r#"{"event":"01890a5d-ac96-774b-bcce-b302099a8058"}"#),
            ("received", "{}"),
            ("collected", r#"{"code":"4711"}"#),
            ("noted", r#"{"note":"dog"}"#),
        ] {
            let form = form(kind, payload);
            let event = Event::try_from(form.clone()).unwrap();
            assert_eq!(event.kind.word(), kind);
            assert_eq!(EventForm::from(event), form);
        }
    }

    #[test]
    fn an_invalid_event_is_refused_with_a_code_and_a_pointer() {
        let refused =
            |form: EventForm| Event::try_from(form).map_err(|error| (error.code(), error.pointer()));
        let wrong = |change: fn(&mut EventForm)| {
            let mut form = form("delivered", "{}");
            change(&mut form);
            refused(form).unwrap_err()
        };
        assert_eq!(wrong(|form| form.id = "7".into()), ("event/bad-id", "/id".into()));
        assert_eq!(wrong(|form| form.kind = "eaten".into()), ("event/bad-kind", "/kind".into()));
        assert_eq!(wrong(|form| form.stop = Some("R".into())), ("event/bad-stop", "/stop".into()));
        assert_eq!(wrong(|form| form.order = None), ("event/missing-reference", "/order".into()));
        assert_eq!(
            wrong(|form| form.occurred_at = Timestamp::MAX),
            ("event/out-of-range", "/occurred_at".into())
        );
        assert_eq!(
            wrong(|form| drop(form.payload.insert("note".into(), "x".repeat(9000).into()))),
            ("event/too-large", "/payload".into())
        );
        assert_eq!(refused(form("failed", "{}")).unwrap_err().0, "event/bad-kind");
        assert_eq!(refused(form("departed", r#"{"trip":-1}"#)).unwrap_err().0, "event/bad-kind");
    }
}
