//! Versions of the plan: list, look, compare, publish.

use crate::access::{Allowance, Principal};
use crate::conditional::{require_match, tagged, versioned};
use crate::error::{Answer, ApiProblem};
use crate::facts::check_facts;
use crate::indexed_plan::IndexedPlan;
use crate::on_day::OnDay;
use crate::plan_bodies::PlanBody;
use crate::request::{OptionalJsonBody, PageQuery, QueryParams};
use crate::state::AppState;
use crate::wire::{CompareView, Page, PlanView, PublishPost, WirePlanHead};
use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use coldmile_plan::Handover;
use coldmile_store::{
    DayId, PickupOrder, PlanHead as StoredHead, PlanId, Publication, Replaces, Store, StoreError,
};
use coldmile_units::{Id, Timestamp};

/// The version of a plan: its content never changes, its head does; a new program may show it differently, and so do
/// corrected files of the day.
fn tag(state: &AppState, head: &StoredHead) -> String {
    format!("\"{}.{}.{}.{}\"", head.id, head.version, env!("CARGO_PKG_VERSION"), state.day_version())
}

fn plan_id(text: &str) -> Result<PlanId, ApiProblem> {
    let id = text.parse().map(PlanId);
    id.map_err(|_| ApiProblem::not_found("store/not-found", format!("there is no plan {text}")))
}

/// The head of a plan of this day; a plan of another day is as unknown as one that never was.
async fn head_of_day(state: &AppState, text: &str) -> Result<StoredHead, ApiProblem> {
    let head = state.store().plan_head(plan_id(text)?).await?;
    if head.day == state.day_id() {
        return Ok(head);
    }
    Err(ApiProblem::not_found("store/not-found", format!("there is no plan {text}")))
}

/// Heads, newest first.
pub(crate) async fn list(
    OnDay(state): OnDay,
    headers: HeaderMap,
    QueryParams(page): QueryParams<PageQuery>,
) -> Answer {
    let (limit, before) = (page.limit()?, page.position()?.unwrap_or(u64::MAX));
    let heads = state.plans().heads().await?;
    let mut rest = heads.iter().filter(|head| head.id.0 < before).cloned();
    let items: Vec<_> = rest.by_ref().take(limit).map(WirePlanHead::from).collect();
    let next = rest.next().and(items.last()).and_then(|last| last.id.parse().ok()).map(PageQuery::cursor);
    tagged(&headers, &Page { items, next })
}

pub(crate) async fn published(OnDay(state): OnDay, principal: Principal, headers: HeaderMap) -> Answer {
    let head = state.plans().published().await?;
    whole(&state, &principal, &headers, head).await
}

pub(crate) async fn show(
    OnDay(state): OnDay,
    principal: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let head = head_of_day(&state, &id).await?;
    whole(&state, &principal, &headers, head).await
}

/// A plan with everything. It may be some megabytes, so a device has only so many of them a minute, and its bytes are
/// built and compressed once.
async fn whole(state: &AppState, principal: &Principal, headers: &HeaderMap, head: StoredHead) -> Answer {
    let tag = tag(state, &head);
    let fresh = versioned(headers, &tag, "application/json", Vec::new());
    if headers.contains_key(IF_NONE_MATCH) && fresh.status() == StatusCode::NOT_MODIFIED {
        return Ok(fresh);
    }
    let key = format!("plans {}", principal.0.id);
    let booked = state.limits().book(&key, Allowance::WHOLE_PLANS, state.now());
    booked.map_err(|wait| ApiProblem::too_many("plan/too-many-reads", wait))?;
    let build = async || {
        let indexed = state.plans().indexed(head.id).await?;
        let build = move || {
            let view = PlanView::new(WirePlanHead::from(head), &indexed);
            serde_json::to_vec(&view).map(PlanBody::new)
        };
        let body = tokio::task::spawn_blocking(build).await.map_err(ApiProblem::internal)?;
        body.map_err(ApiProblem::internal)
    };
    let body = state.plan_bodies().get(&tag, build).await?;
    let is_packed = takes_gzip(headers);
    let bytes = if is_packed { &body.gzip } else { &body.plain };
    let mut response = versioned(headers, &tag, "application/json", Bytes::from_owner(bytes.clone()));
    if is_packed {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

/// Whether the client names gzip among the encodings it takes, and does not exclude it (RFC 9110, 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let listed = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    listed.flat_map(|value| value.split(',')).any(|entry| {
        let (name, weight) = entry.split_once(';').unwrap_or((entry, ""));
        let is_excluded = weight.trim().trim_start_matches("q=").parse() == Ok(0.0);
        name.trim().eq_ignore_ascii_case("gzip") && !is_excluded
    })
}

/// Publishes a draft: it becomes the plan that all devices work by.
pub(crate) async fn publish(
    OnDay(state): OnDay,
    principal: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    OptionalJsonBody(post): OptionalJsonBody<PublishPost>,
) -> Answer {
    let head = head_of_day(&state, &id).await?;
    require_match(&headers, &tag(&state, &head))?;
    let indexed = state.plans().indexed(head.id).await?;
    match state.live().current().await {
        Ok(live) => check_facts(&live, &indexed)?,
        Err(problem) if problem.code() == "plan/none-published" => {}
        Err(problem) => return Err(problem),
    }
    put_codes(state.store(), state.day_id(), &indexed).await?;
    let publication = Publication {
        plan: head.id,
        version: head.version,
        replaces: Replaces::Whichever,
        by: principal.0.id.clone(),
        reasons: post.reasons.into_iter().collect(),
    };
    let head = state.store().publish(publication, state.now()).await?;
    tracing::info!(plan = %head.id, by = %principal.0.id, "published");
    Ok(([(ETAG, tag(&state, &head))], Json(WirePlanHead::from(head))).into_response())
}

/// Publishes a draft without a dispatcher; for the command line, which puts a first plan in place.
pub async fn publish_draft(state: &AppState, plan: PlanId) -> Result<(), ApiProblem> {
    let head = state.store().plan_head(plan).await?;
    let indexed = state.plans().indexed(plan).await?;
    put_codes(state.store(), state.day_id(), &indexed).await?;
    let publication = Publication {
        plan,
        version: head.version,
        replaces: Replaces::Whichever,
        by: Id::new("system"),
        reasons: Vec::new(),
    };
    state.store().publish(publication, state.now()).await?;
    Ok(())
}

/// Gives every order that will be collected a code. Orders that have one keep it.
async fn put_codes(store: &Store, day: DayId, indexed: &IndexedPlan) -> Result<(), StoreError> {
    let pickups = indexed.plan.orders.iter().filter(|planned| planned.handover == Handover::Pickup);
    let orders =
        pickups.map(|planned| PickupOrder { order: planned.order.clone(), centre: planned.centre.clone() });
    store.put_pickup_orders(day, orders.collect()).await
}

/// Two plans side by side.
pub(crate) async fn compare(
    OnDay(state): OnDay,
    Path((id, other)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    let (a, b) = (head_of_day(&state, &id).await?, head_of_day(&state, &other).await?);
    let (a, b) = (state.plans().indexed(a.id).await?, state.plans().indexed(b.id).await?);
    let view = tokio::task::spawn_blocking(move || CompareView::new(&a, &b));
    tagged(&headers, &view.await.map_err(ApiProblem::internal)?)
}

impl From<StoredHead> for WirePlanHead {
    fn from(head: StoredHead) -> Self {
        Self {
            id: head.id.to_string(),
            status: head.status.as_str(),
            base: head.base.map(|base| base.to_string()),
            source: head.source,
            created_at: head.created_at.unix(),
            published_at: head.published_at.map(Timestamp::unix),
            seed: head.seed.map(|seed| seed.0),
            figures: serde_json::from_value(head.figures).ok(),
        }
    }
}
