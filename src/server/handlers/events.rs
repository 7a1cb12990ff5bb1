//! What happened, told by phones and desks and read by dispatchers.
//!
//! A batch is taken event by event: a malformed or foreign one is `rejected` and the others are kept. The answer comes
//! after the store has everything it kept on disk. Sending the same again changes nothing.

use super::desk::{CodeMatch, match_code};
use crate::access::Principal;
use crate::conditional::tagged;
use crate::error::{Answer, ApiProblem};
use crate::indexed_plan::{IndexedPlan, calls_at};
use crate::on_day::OnDay;
use crate::plan_cache::OLDER_PLANS;
use crate::request::{JsonBody, PageQuery, QueryParams};
use crate::state::AppState;
use crate::wire::{EventBatch, EventPost, EventResult, EventResults, EventView, Page};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use coldmile_plan::{Event, EventForm, EventKind, OrderState, Role, Run, StoredEvent};
use coldmile_store::{Appended, PlanStatus};
use coldmile_units::{Id, Timestamp};
use serde_json::Value;
use std::sync::Arc;

/// Most events in a batch.
const MAX_EVENTS: usize = 100;
/// Longest event as it was sent, in bytes of JSON.
const MAX_EVENT_BYTES: usize = 16 * 1024;
/// Longest id that an event may name, in characters; as in orders.csv.
const MAX_ID_LENGTH: usize = 64;
/// Events looked through for one page of a filtered list.
const CHUNK: usize = 500;

/// Why an event was not kept.
struct Rejected {
    code: String,
    reason: String,
}

impl Rejected {
    fn new(code: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { code: code.into(), reason: reason.into() }
    }
}

pub(crate) async fn record(
    State(state): State<AppState>,
    principal: Principal,
    JsonBody(batch): JsonBody<EventBatch>,
) -> Answer<Response> {
    if batch.events.len() > MAX_EVENTS {
        let detail = format!("a batch holds at most {MAX_EVENTS} events");
        return Err(ApiProblem::unprocessable("event/too-many", &detail).flaw(
            "/events",
            "event/too-many",
            detail,
        ));
    }
    state.quota().take(&principal, batch.events.len()).await?;
    let days = DaysOfEvents::new(state, &principal, &batch.events).await?;
    let mut results: Vec<Result<When, EventResult>> = Vec::with_capacity(batch.events.len());
    let mut kept = [Vec::new(), Vec::new()];
    for sent in batch.events {
        let id = sent.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let (when, read) = days.read(&principal, sent).await?;
        match read {
            Ok(event) => {
                kept[when as usize].push(event);
                results.push(Ok(when));
            }
            Err(Rejected { code, reason }) => results.push(Err(EventResult {
                id,
                status: "rejected",
                code: Some(code),
                reason: Some(reason),
            })),
        }
    }
    let state = &days.today.0;
    let clock_off_s = clock_off(state, &principal, &kept[When::Today as usize]);
    let [today, earlier] = kept;
    let mut told = [
        keep(state, &principal, today).await?.into_iter(),
        match &days.earlier {
            Some((state, _)) => keep(state, &principal, earlier).await?.into_iter(),
            None => Vec::new().into_iter(),
        },
    ];
    let results = results.into_iter().filter_map(|result| match result {
        Ok(when) => told[when as usize].next(),
        Err(rejected) => Some(rejected),
    });
    let results = results.collect();
    Ok(Json(EventResults { results, server_time: state.now().unix(), clock_off_s }).into_response())
}

/// Of which day an event is.
#[derive(Clone, Copy)]
enum When {
    Today,
    Earlier,
}

/// The day that people work by, and the one before: a phone that had no signal over night tells then what happened the day
/// before.
struct DaysOfEvents {
    today: (AppState, Vec<Arc<IndexedPlan>>),
    earlier: Option<(AppState, Vec<Arc<IndexedPlan>>)>,
    midnight: Timestamp,
}

impl DaysOfEvents {
    async fn new(state: AppState, principal: &Principal, sent: &[Value]) -> Result<Self, ApiProblem> {
        let date = state.day().date;
        let midnight = state.day().weather.midnight;
        // A dispatcher speaks of everything: the day is the one that people work by.
        let may_be_of_before =
            !principal.is_dispatcher() && sent.iter().any(|event| is_before(event, midnight));
        let before = if may_be_of_before { day_before(&state, date).await? } else { None };
        let earlier = match before {
            Some(before) => {
                let plans = indexed_plans(&before, principal).await?;
                Some((before, plans))
            }
            None => None,
        };
        let plans = indexed_plans(&state, principal).await?;
        Ok(Self { today: (state, plans), earlier, midnight })
    }

    /// Reads an event as one of the day that it is of.
    async fn read(
        &self,
        principal: &Principal,
        sent: Value,
    ) -> Result<(When, Result<Event, Rejected>), ApiProblem> {
        if let Some((state, plans)) = &self.earlier
            && is_before(&sent, self.midnight)
            && let Ok(event) = read(state, principal, plans, sent.clone()).await?
        {
            return Ok((When::Earlier, Ok(event)));
        }
        let (state, plans) = &self.today;
        Ok((When::Today, read(state, principal, plans, sent).await?))
    }
}

/// Whether the sender says that it happened before this moment.
fn is_before(sent: &Value, moment: Timestamp) -> bool {
    sent.get("occurred_at").and_then(Value::as_i64).is_some_and(|at| at < moment.unix())
}

/// The day before, if the store has one and a plan of it was published.
async fn day_before(state: &AppState, date: jiff::civil::Date) -> Result<Option<AppState>, ApiProblem> {
    let date = date.to_string();
    let heads = state.store().days().await?;
    match heads.into_iter().find(|head| head.date < date && head.is_published) {
        Some(head) => Ok(state.on(&head.date).await.ok()),
        None => Ok(None),
    }
}

/// How far the device's clock is off by its last event, when that is too far.
fn clock_off(state: &AppState, principal: &Principal, events: &[Event]) -> Option<i64> {
    let last = events.iter().max_by_key(|event| event.seq)?.clone();
    let stored = StoredEvent { number: 0, event: last, received_at: state.now(), actor: principal.actor() };
    let off = stored.clock_off_s();
    if let Some(seconds) = off {
        tracing::info!(device = %principal.0.id, seconds, "the clock of a device is off");
    }
    off
}

/// Appends and says what became of each.
async fn keep(
    state: &AppState,
    principal: &Principal,
    events: Vec<Event>,
) -> Result<Vec<EventResult>, ApiProblem> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = events.iter().map(|event| event.id).collect();
    let appended = state.store().append(state.day_id(), principal.actor(), events, state.now()).await?;
    // Durable from here on: whatever fails now must not make the phone believe otherwise.
    let live = state.live().current().await.ok();
    let results = ids.into_iter().zip(appended).map(|(id, appended)| {
        let result = |status, code: Option<&str>, reason: Option<&str>| EventResult {
            id: id.to_string(),
            status,
            code: code.map(str::to_owned),
            reason: reason.map(str::to_owned),
        };
        match appended {
            Appended::Duplicate { .. } => result("duplicate", None, None),
            Appended::Reused { .. } => {
                result("rejected", Some("event/id-reused"), Some("another event has this id"))
            }
            Appended::Accepted { .. } => {
                let conflict = live.as_ref().and_then(|live| live.progress.conflicts_of(id).pop());
                match conflict {
                    None => result("accepted", None, None),
                    Some(conflict) => {
                        result("conflict", Some(conflict.cause.code()), Some(conflict.cause.text()))
                    }
                }
            }
        }
    });
    Ok(results.collect())
}

/// One event, checked in form and against what its sender may speak of.
async fn read(
    state: &AppState,
    principal: &Principal,
    indexed_plans: &[Arc<IndexedPlan>],
    sent: Value,
) -> Result<Result<Event, Rejected>, ApiProblem> {
    if let Err(rejected) = check_size(&sent) {
        return Ok(Err(rejected));
    }
    let post: EventPost = match serde_json::from_value(sent) {
        Ok(post) => post,
        Err(error) => return Ok(Err(Rejected::new("event/malformed", error.to_string()))),
    };
    let mut event = match Event::try_from(EventForm::from(post)) {
        Ok(event) => event,
        Err(error) => return Ok(Err(Rejected::new(error.code(), error.to_string()))),
    };
    let may = match principal.role() {
        Role::Dispatcher => true,
        Role::Courier => courier_may(principal, indexed_plans, &event),
        Role::Centre => centre_may(principal, indexed_plans, &event),
    };
    if !may && indexed_plans.is_empty() {
        // Not a refusal: with a plan it may be right, so the device keeps it and sends it again.
        return Err(ApiProblem::unavailable("plan/none-published", "no plan of this day is published yet"));
    }
    if !may {
        return Ok(Err(Rejected::new("event/not-yours", "this device may not say that")));
    }
    if event.kind == EventKind::Collected
        && !principal.is_dispatcher()
        && let Err(rejected) = check_code(state, principal, &event).await?
    {
        return Ok(Err(rejected));
    }
    // The code has done its work; it is not kept with the event.
    event.payload.remove("code");
    Ok(Ok(event))
}

/// Refuses what is larger than any event of a device, before it is read: each event goes to every console.
fn check_size(sent: &Value) -> Result<(), Rejected> {
    let bytes = serde_json::to_string(sent).map_or(usize::MAX, |text| text.len());
    if bytes > MAX_EVENT_BYTES {
        let reason = format!("an event has at most {MAX_EVENT_BYTES} bytes, this one {bytes}");
        return Err(Rejected::new("event/too-large", reason));
    }
    // A stop is `RUN/TRIP/STOP`: a run's id and two numbers.
    for (field, limit) in [
        ("order", MAX_ID_LENGTH),
        ("run", MAX_ID_LENGTH),
        ("centre", MAX_ID_LENGTH),
        ("stop", MAX_ID_LENGTH + 42),
    ] {
        let length = sent.get(field).and_then(Value::as_str).map_or(0, |id| id.chars().count());
        if length > limit {
            let reason = format!("{field}: an id has at most {MAX_ID_LENGTH} characters");
            return Err(Rejected::new("event/long-id", reason));
        }
    }
    Ok(())
}

/// A hand-over at the counter needs the family's code.
async fn check_code(
    state: &AppState,
    principal: &Principal,
    event: &Event,
) -> Result<Result<(), Rejected>, ApiProblem> {
    // Sent again: the code has done its work by then, and the store recognises the event.
    if state.store().has_event(event.id).await? {
        return Ok(Ok(()));
    }
    let centre = event.centre.as_ref().map(Id::as_str).unwrap_or_default();
    let Some(code) = event.payload.get("code").and_then(Value::as_str) else {
        return Ok(Err(Rejected::new("pickup/code-required", "a hand-over needs the family's code")));
    };
    let found = match match_code(state, principal, centre, code, event.order.as_ref()).await {
        Ok(found) => found,
        Err(problem) if problem.code() == "pickup/too-many-tries" => {
            return Ok(Err(Rejected::new(problem.code(), "too many wrong codes; wait some minutes")));
        }
        Err(problem) => return Err(problem),
    };
    let order = event.order.as_ref().map(Id::as_str);
    let matches = match found {
        CodeMatch::Current(found) => order == Some(found.as_str()),
        // A desk that had no signal, and another device was faster: kept, and shown as the conflict it is.
        CodeMatch::Earlier => is_handed_over(state, order).await,
        CodeMatch::None => false,
    };
    Ok(if matches {
        Ok(())
    } else {
        Err(Rejected::new("pickup/unknown-code", "the code is not this order's"))
    })
}

/// Whether the family has the order already.
async fn is_handed_over(state: &AppState, order: Option<&str>) -> bool {
    let Ok(live) = state.live().current().await else { return false };
    let state = order.and_then(|order| live.progress.order(order)).map(|order| order.state);
    matches!(state, Some(OrderState::Collected | OrderState::Delivered))
}

/// Couriers speak of their own run, as it is or was published: a phone without signal knows only the older one.
fn courier_may(principal: &Principal, indexed_plans: &[Arc<IndexedPlan>], event: &Event) -> bool {
    use EventKind::{Arrived, Delivered, Departed, Failed, Noted, Undone};
    if !matches!(
        event.kind,
        Departed { .. } | Arrived | Delivered { .. } | Failed { .. } | Undone { .. } | Noted
    ) {
        return false;
    }
    let Some(courier) = principal.courier() else { return false };
    indexed_plans.iter().filter_map(|indexed| Some((indexed, indexed.run_of_courier(courier.as_str())?))).any(
        |(indexed, own)| {
            let run = event.run.as_ref().is_none_or(|run| *run == own.id);
            let stop = event.stop.as_ref().is_none_or(|stop| stop.run == own.id);
            let order = event.order.as_ref().is_none_or(|order| indexed.carries(own, order.as_str()));
            let centre = event.centre.as_ref().is_none_or(|centre| calls_at(own, centre));
            run && stop && order && centre
        },
    )
}

/// Centres speak of themselves: of runs that start or stop there and of orders that are handed out there.
fn centre_may(principal: &Principal, indexed_plans: &[Arc<IndexedPlan>], event: &Event) -> bool {
    use EventKind::{Collected, Noted, Received, Undone};
    let Some(own) = principal.centre() else { return false };
    let is_kind = matches!(event.kind, Received | Collected | Undone { .. } | Noted);
    let is_here = event.centre.as_ref().is_none_or(|centre| centre == own);
    let run = event.run.as_ref().or(event.stop.as_ref().map(|stop| &stop.run));
    let is_known = run.is_none() && event.order.is_none()
        || indexed_plans.iter().any(|indexed| {
            let calls = |run: &Id<Run>| indexed.run(run.as_str()).is_some_and(|run| calls_at(run, own));
            let order = event.order.as_ref().is_none_or(|order| {
                indexed.planned(order.as_str()).is_some_and(|planned| planned.centre == *own)
            });
            event.run.as_ref().is_none_or(calls)
                && event.stop.as_ref().is_none_or(|stop| calls(&stop.run))
                && order
        });
    is_kind && is_here && is_known
}

/// The published plan and those before it; none for dispatchers, who speak of everything.
async fn indexed_plans(state: &AppState, principal: &Principal) -> Result<Vec<Arc<IndexedPlan>>, ApiProblem> {
    let mut indexed_plans = Vec::new();
    if principal.is_dispatcher() {
        return Ok(indexed_plans);
    }
    let heads = state.plans().heads().await?;
    let promised = heads.iter().filter(|head| head.status != PlanStatus::Draft);
    let mut ids: Vec<_> = promised.map(|head| (head.status, head.id)).take(OLDER_PLANS + 1).collect();
    ids.sort_by_key(|(status, id)| (*status != PlanStatus::Published, std::cmp::Reverse(*id)));
    for (_, id) in ids {
        indexed_plans.push(state.plans().indexed(id).await?);
    }
    Ok(indexed_plans)
}

/// Whether a centre or courier is told of an event.
pub(crate) fn concerns(principal: &Principal, indexed: &IndexedPlan, event: &StoredEvent) -> bool {
    let event = &event.event;
    if let Some(courier) = principal.courier() {
        let Some(own) = indexed.run_of_courier(courier.as_str()) else { return false };
        return event.run.as_ref().is_some_and(|run| *run == own.id)
            || event.stop.as_ref().is_some_and(|stop| stop.run == own.id)
            || event.order.as_ref().is_some_and(|order| indexed.carries(own, order.as_str()));
    }
    let Some(centre) = principal.centre() else { return false };
    let run = event.run.as_ref().or(event.stop.as_ref().map(|stop| &stop.run));
    event.centre.as_ref().is_some_and(|named| named == centre)
        || event.order.as_ref().is_some_and(|order| {
            indexed.planned(order.as_str()).is_some_and(|planned| planned.centre == *centre)
        })
        || run.is_some_and(|run| indexed.run(run.as_str()).is_some_and(|run| run.base == *centre))
}

/// Stored events, oldest first.
pub(crate) async fn list(
    OnDay(state): OnDay,
    principal: Principal,
    headers: HeaderMap,
    QueryParams(page): QueryParams<PageQuery>,
) -> Answer {
    let limit = page.limit()?;
    let mut after = page.position()?.unwrap_or(0);
    let indexed = if principal.is_dispatcher() {
        None
    } else {
        Some(state.plans().indexed(state.plans().published().await?.id).await?)
    };
    let mut items = Vec::new();
    loop {
        let events = state.store().day_events_after(state.day_id(), after, CHUNK).await?;
        let more = events.len() == CHUNK;
        for event in events {
            if items.len() == limit {
                return tagged(&headers, &Page { items, next: Some(PageQuery::cursor(after)) });
            }
            after = event.number;
            if indexed.as_ref().is_none_or(|indexed| concerns(&principal, indexed, &event)) {
                items.push(EventView::from(event));
            }
        }
        if !more {
            return tagged(&headers, &Page { items, next: None });
        }
    }
}
