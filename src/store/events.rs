//! Events: append-only, each kept once, numbered without gaps.

use super::access::have_same_grant;
use super::connection::{Connection, SqlRow, args};
use super::error::StoreError;
use super::handle::Store;
use super::ids::DayId;
use super::news::News;
use super::pickup::next_code;
use coldmile_model::Order;
use coldmile_plan::{Actor, Event, EventForm, EventId, EventKind, Role, StoredEvent};
use coldmile_units::{Id, Timestamp};
use std::sync::Arc;

/// The form in which this program writes events; newer ones are not understood.
const EVENT_FORM: i64 = 1;

/// What became of an event that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// Kept now, under this number.
    Accepted {
        /// Its number.
        number: u64,
    },
    /// Kept before, under this number.
    Duplicate {
        /// Its number.
        number: u64,
    },
    /// Refused: its id belongs to another event, of another act or of a device of others.
    Reused {
        /// The other event's number.
        number: u64,
    },
}

impl Appended {
    /// The number of the event that has the id.
    pub const fn number(self) -> u64 {
        match self {
            Self::Accepted { number } | Self::Duplicate { number } | Self::Reused { number } => number,
        }
    }
}

macro_rules! events {
    ($rest:literal) => {
        concat!("select number, actor, role, received_at, form, body from events ", $rest)
    };
}

impl Store {
    /// Keeps the events of one device, all or none. Sending them again is harmless: answers stand in the order of
    /// `events` and say for each whether it is new.
    pub async fn append(
        &self,
        day: DayId,
        actor: Actor,
        events: Vec<Event>,
        now: Timestamp,
    ) -> Result<Vec<Appended>, StoreError> {
        let key = self.codes.clone();
        let bodies: Vec<String> = events.iter().map(body_of).collect();
        self.write(move |write| {
            Box::pin(async move {
                let sql = "select count(*) from days where id = $1";
                if write.conn().number(sql, args![day.0]).await? == 0 {
                    return Err(StoreError::NotFound { what: "day", id: day.to_string() });
                }
                let mut answers = Vec::with_capacity(events.len());
                for (event, body) in events.into_iter().zip(bodies) {
                    let new = write
                        .conn()
                        .row(
                            "insert into events (number, id, day, actor, role, received_at, order_id, form, body)
                             select coalesce(max(number), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 from events
                             where true
                             on conflict (id) do nothing
                             returning number",
                            args![
                                event.id.to_string(),
                                day.0,
                                &actor.id,
                                actor.role.as_str(),
                                now,
                                event.order.as_ref(),
                                EVENT_FORM,
                                body
                            ],
                        )
                        .await?;
                    let Some(row) = new else {
                        answers.push(known(&mut write.conn(), &event, &actor).await?);
                        continue;
                    };
                    let number = row.count(0)?;
                    answers.push(Appended::Accepted { number });
                    if let (EventKind::Collected, Some(order)) = (&event.kind, &event.order) {
                        // The code has opened its order; in the same transaction, so that it does so once.
                        next_code(&mut write.conn(), &key, day, order).await?;
                    }
                    let event = StoredEvent { number, event, received_at: now, actor: actor.clone() };
                    write.news.push(Arc::new(News::Event { day, event }));
                }
                Ok(answers)
            })
        })
        .await
    }

    /// Up to `limit` events with numbers above `number`, in order, of all days.
    pub async fn events_after(&self, number: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = events!("where number > $1 order by number limit $2");
        reader.conn().rows(sql, args![number, limit as i64]).await?.iter().map(read_event).collect()
    }

    /// Up to `limit` events of one day with numbers above `number`, in order.
    pub async fn day_events_after(
        &self,
        day: DayId,
        number: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = events!("where day = $1 and number > $2 order by number limit $3");
        reader.conn().rows(sql, args![day.0, number, limit as i64]).await?.iter().map(read_event).collect()
    }

    /// The events of one order of a day, in order of their numbers.
    pub async fn order_events(&self, day: DayId, order: &Id<Order>) -> Result<Vec<StoredEvent>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = events!("where day = $1 and order_id = $2 order by number");
        reader.conn().rows(sql, args![day.0, order]).await?.iter().map(read_event).collect()
    }

    /// Whether an event with this id is kept.
    pub async fn has_event(&self, id: EventId) -> Result<bool, StoreError> {
        let mut reader = self.reader().await?;
        Ok(reader
            .conn()
            .row("select number from events where id = $1", args![id.to_string()])
            .await?
            .is_some())
    }

    /// How many events of a day one device has sent.
    pub async fn event_count(&self, day: DayId, actor: &Id<Actor>) -> Result<u64, StoreError> {
        let mut reader = self.reader().await?;
        let sql = "select count(*) from events where day = $1 and actor = $2";
        Ok(reader.conn().number(sql, args![day.0, actor]).await?.unsigned_abs())
    }

    /// The number of the last event; 0 when there is none.
    pub async fn last_event_number(&self) -> Result<u64, StoreError> {
        let mut reader = self.reader().await?;
        let number = reader.conn().number("select coalesce(max(number), 0) from events", args![]).await?;
        Ok(number.unsigned_abs())
    }
}

fn body_of(event: &Event) -> String {
    serde_json::to_string(&EventForm::from(event.clone())).expect("an event is texts and whole numbers")
}

async fn known(conn: &mut Connection<'_>, event: &Event, actor: &Actor) -> Result<Appended, StoreError> {
    let row = conn.row(events!("where id = $1"), args![event.id.to_string()]).await?;
    let row = row.ok_or(StoreError::Taken { what: "event number" })?;
    let stored = read_event(&row)?;
    let number = stored.number;
    let is_sender = stored.actor == *actor || have_same_grant(conn, &stored.actor.id, &actor.id).await?;
    Ok(if is_sender && stored.event.is_same_act(event) {
        Appended::Duplicate { number }
    } else {
        Appended::Reused { number }
    })
}

fn read_event(row: &SqlRow) -> Result<StoredEvent, StoreError> {
    let bad = |cause: String| StoreError::BadRecord { what: "event", cause };
    let (role, form) = (row.text(2)?, row.int(4)?);
    if form > EVENT_FORM {
        return Err(bad(format!("form {form} is newer than this program")));
    }
    Ok(StoredEvent {
        number: row.count(0)?,
        event: serde_json::from_str(&row.text(5)?).map_err(|error| bad(error.to_string()))?,
        received_at: row.time(3)?,
        actor: Actor {
            id: row.id(1)?,
            role: Role::from_word(&role).ok_or_else(|| bad(format!("role {role:?}")))?,
        },
    })
}
