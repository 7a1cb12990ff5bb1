//! Live updates as server-sent events.
//!
//! Each stream is a task with a short queue. It first replays from the store what the client missed, then follows the
//! news; events carry their number as `id`, so a browser that reconnects says by itself where to go on. A client that
//! reads too slowly loses notifications, not events: the task reads those from the store. No queue grows with a slow client,
//! in messages or in bytes, and a client that reads nothing at all is disconnected.

use crate::access::Principal;
use crate::error::{Answer, ApiProblem};
use crate::handlers::events::concerns;
use crate::indexed_plan::IndexedPlan;
use crate::request::QueryParams;
use crate::state::AppState;
use crate::streams::OpenStream;
use crate::wire::{EventView, JobView, WirePlanHead};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use coldmile_plan::{Role, StoredEvent};
use coldmile_store::{News, PlanStatus};
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};

/// A sign of life when nothing happens, so that proxies keep the line open.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Messages waiting for one client.
const QUEUE: usize = 64;
/// Bytes waiting for one client; a longer message waits alone.
const QUEUE_BYTES: usize = 128 * 1024;
/// A client that takes nothing for this long is disconnected.
const PATIENCE: Duration = Duration::from_secs(30);
/// A stream is no sign of use: it ends with its session, give or take a minute.
const SESSION_CHECK: Duration = Duration::from_mins(1);
/// Most events replayed to a client that reconnects; beyond it the client starts anew.
const MAX_REPLAYED: u64 = 10_000;
#[derive(Deserialize)]
pub(crate) struct AfterQuery {
    /// Like `Last-Event-ID`, for the first connection.
    after: Option<u64>,
}

pub(crate) async fn stream(
    State(state): State<AppState>,
    principal: Principal,
    headers: HeaderMap,
    QueryParams(query): QueryParams<AfterQuery>,
) -> Answer<Response> {
    let open = state.streams().open(&principal.0.id, principal.role());
    let open = open.ok_or_else(|| ApiProblem::unavailable("live/too-many", "too many streams are open"))?;
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let (sender, receiver) = mpsc::channel(QUEUE);
    let waiting = Arc::new(Semaphore::new(QUEUE_BYTES));
    let feed = Feed { state, principal, sender, waiting, sent: 0, open };
    tokio::spawn(feed.run(last.or(query.after)));
    let messages = stream::unfold(receiver, async |mut receiver: mpsc::Receiver<Waiting>| {
        receiver.recv().await.map(|waiting| (Ok::<_, Infallible>(waiting.message), receiver))
    });
    let alive = KeepAlive::new().interval(HEARTBEAT).text("alive");
    Ok(Sse::new(messages).keep_alive(alive).into_response())
}

/// Done once the server stops. A server that is gone has stopped too.
async fn closed(closing: &mut watch::Receiver<bool>) {
    let _ = closing.wait_for(|closing| *closing).await;
}

/// Why a stream ends.
struct Ended;

/// A message in the queue with its share of the bytes, which is given back when the client takes it.
struct Waiting {
    message: Event,
    _bytes: OwnedSemaphorePermit,
}

/// One client's stream.
struct Feed {
    state: AppState,
    principal: Principal,
    sender: mpsc::Sender<Waiting>,
    /// The bytes that may still be queued.
    waiting: Arc<Semaphore>,
    /// Number of the last event dealt with.
    sent: u64,
    open: OpenStream,
}

impl Feed {
    async fn run(mut self, last: Option<u64>) {
        // Listen first, look second: what happens in between is then seen twice, not never.
        let mut news = self.state.store().subscribe();
        let mut jobs = self.state.jobs().changes();
        let mut revoked = self.state.sessions().revocations();
        let mut closing = self.state.closing();
        let mut days = self.state.day_changes();
        let gone = self.sender.clone();
        let evicted = self.open.evicted();
        let mut minutes = tokio::time::interval(SESSION_CHECK);
        minutes.tick().await;
        if self.start(last).await.is_err() {
            return;
        }
        loop {
            let step = tokio::select! {
                message = news.recv() => match message {
                    Ok(message) => self.tell(&message).await,
                    Err(RecvError::Lagged(_)) => self.catch_up().await,
                    Err(RecvError::Closed) => Err(Ended),
                },
                job = jobs.recv() => match job {
                    Ok(job) if self.principal.is_dispatcher() => {
                        self.send(Event::default().event("job"), &JobView::from(job)).await
                    }
                    // Missed progress is overtaken by the next.
                    Ok(_) | Err(RecvError::Lagged(_)) => Ok(()),
                    Err(RecvError::Closed) => Err(Ended),
                },
                device = revoked.recv() => match device {
                    Ok(device) if device != self.principal.0.id => Ok(()),
                    // Their own, or too many to know.
                    _ => Err(Ended),
                },
                _ = minutes.tick() => {
                    let (id, now) = (&self.principal.0.id, self.state.now());
                    if self.state.sessions().is_open(id, now).await { Ok(()) } else { Err(Ended) }
                }
                changed = days.changed() => match changed {
                    Ok(()) => self.tell_day().await,
                    Err(_) => Err(Ended),
                },
                () = closed(&mut closing) => Err(Ended),
                () = gone.closed() => Err(Ended),
                () = evicted.notified() => Err(Ended),
            };
            if step.is_err() {
                return;
            }
        }
    }

    /// Greets, and replays what was missed.
    async fn start(&mut self, last: Option<u64>) -> Result<(), Ended> {
        let newest = self.state.store().last_event_number().await.map_err(|_| Ended)?;
        self.push(Event::default().retry(Duration::from_secs(3)).comment("hello"), 0).await?;
        match last {
            None => self.sent = newest,
            // A number from the future is another store's.
            Some(last) if last > newest || newest - last > MAX_REPLAYED => {
                self.sent = newest;
                let reset = Event::default().event("reset").id(newest.to_string());
                self.send(reset, &json!({ "number": newest })).await?;
            }
            Some(last) => {
                self.sent = last;
                self.catch_up().await?;
            }
        }
        Ok(())
    }

    /// Sends what the store has beyond the last event sent.
    async fn catch_up(&mut self) -> Result<(), Ended> {
        loop {
            let day = self.state.day_id();
            let events = self.state.store().day_events_after(day, self.sent, 500).await.map_err(|_| Ended)?;
            if events.is_empty() {
                return Ok(());
            }
            let indexed = self.indexed_plan().await;
            for event in events {
                self.tell_event(indexed.as_deref(), event).await?;
            }
        }
    }

    async fn tell(&mut self, news: &Arc<News>) -> Result<(), Ended> {
        match &**news {
            News::Event { day, event } if *day == self.state.day_id() => {
                let indexed = if self.principal.is_dispatcher() { None } else { self.indexed_plan().await };
                self.tell_event(indexed.as_deref(), event.clone()).await
            }
            News::Plan(head) if head.day == self.state.day_id() => {
                let message = Event::default().event("plan");
                if self.principal.is_dispatcher() {
                    self.send(message, &WirePlanHead::from(head.clone())).await
                } else if head.status == PlanStatus::Published {
                    // Others learn that there is a new plan, not what it costs.
                    let short = json!({ "id": head.id.to_string(), "status": head.status.as_str() });
                    self.send(message, &short).await
                } else {
                    Ok(())
                }
            }
            _ => Ok(()),
        }
    }

    /// Tells that the files of the day were changed. When another day begins the stream ends after it: the next one is of that
    /// day.
    async fn tell_day(&mut self) -> Result<(), Ended> {
        let today = self.state.today();
        let is_same = today.day_id() == self.state.day_id();
        self.state = today;
        let date = self.state.day().date.to_string();
        self.send(Event::default().event("day"), &json!({ "date": date })).await?;
        if is_same { Ok(()) } else { Err(Ended) }
    }

    async fn tell_event(&mut self, indexed: Option<&IndexedPlan>, event: StoredEvent) -> Result<(), Ended> {
        if event.number <= self.sent {
            return Ok(());
        }
        self.sent = event.number;
        let is_theirs = match self.principal.role() {
            Role::Dispatcher => true,
            Role::Centre | Role::Courier => {
                indexed.is_some_and(|indexed| concerns(&self.principal, indexed, &event))
            }
        };
        if !is_theirs {
            return Ok(());
        }
        let message = Event::default().event("event").id(event.number.to_string());
        self.send(message, &EventView::from(event)).await
    }

    /// The published plan, which says what concerns whom.
    async fn indexed_plan(&self) -> Option<Arc<IndexedPlan>> {
        let head = self.state.plans().published().await.ok()?;
        self.state.plans().indexed(head.id).await.ok()
    }

    async fn send(&self, message: Event, data: &impl serde::Serialize) -> Result<(), Ended> {
        let data = serde_json::to_string(data).map_err(|_| Ended)?;
        let bytes = data.len();
        self.push(message.data(data), bytes).await
    }

    /// Queues a message of so many bytes as soon as there is space for it.
    async fn push(&self, message: Event, bytes: usize) -> Result<(), Ended> {
        let share = u32::try_from(bytes.min(QUEUE_BYTES)).unwrap_or(u32::MAX);
        let queued = async {
            let bytes = self.waiting.clone().acquire_many_owned(share).await.map_err(|_| Ended)?;
            self.sender.send(Waiting { message, _bytes: bytes }).await.map_err(|_| Ended)
        };
        tokio::time::timeout(PATIENCE, queued).await.unwrap_or(Err(Ended))
    }
}
