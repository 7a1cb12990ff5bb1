//! Versions of the plan: list, look, compare, publish.

use crate::access::{Principal, random_pickup_code};
use crate::conditional::{require_match, tagged, versioned};
use crate::error::{Answer, ApiProblem};
use crate::indexed_plan::IndexedPlan;
use crate::request::{OptionalJsonBody, PageQuery, QueryParams};
use crate::state::AppState;
use crate::wire::{CompareView, Page, PlanView, PublishPost, WirePlanHead};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use coldmile_plan::Handover;
use coldmile_store::{
    DayId, PickupCode, PlanHead as StoredHead, PlanId, Publication, Replaces, Store, StoreError,
};
use coldmile_units::{Id, Timestamp};
use std::collections::{HashMap, HashSet};

/// How often codes are drawn anew when another publication took one meanwhile.
const DRAWS: usize = 5;

/// The version of a plan: its content never changes, its head does; a new program may show it differently.
fn tag(head: &StoredHead) -> String {
    format!("\"{}.{}.{}\"", head.id, head.version, env!("CARGO_PKG_VERSION"))
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
    State(state): State<AppState>,
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

pub(crate) async fn published(State(state): State<AppState>, headers: HeaderMap) -> Answer {
    let head = state.plans().published().await?;
    whole(&state, &headers, head).await
}

pub(crate) async fn show(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let head = head_of_day(&state, &id).await?;
    whole(&state, &headers, head).await
}

/// A plan with everything; built where blocking is allowed, since it may be some megabytes.
async fn whole(state: &AppState, headers: &HeaderMap, head: StoredHead) -> Answer {
    let tag = tag(&head);
    let fresh = versioned(headers, &tag, "application/json", Vec::new());
    if headers.contains_key(IF_NONE_MATCH) && fresh.status() == StatusCode::NOT_MODIFIED {
        return Ok(fresh);
    }
    let indexed = state.plans().indexed(head.id).await?;
    let build = move || serde_json::to_vec(&PlanView::new(WirePlanHead::from(head), &indexed));
    let body = tokio::task::spawn_blocking(build).await.map_err(ApiProblem::internal)?;
    Ok(versioned(headers, &tag, "application/json", body.map_err(ApiProblem::internal)?))
}

/// Publishes a draft: it becomes the plan that all devices work by.
pub(crate) async fn publish(
    State(state): State<AppState>,
    principal: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    OptionalJsonBody(post): OptionalJsonBody<PublishPost>,
) -> Answer {
    let head = head_of_day(&state, &id).await?;
    require_match(&headers, &tag(&head))?;
    let indexed = state.plans().indexed(head.id).await?;
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
    Ok(([(ETAG, tag(&head))], Json(WirePlanHead::from(head))).into_response())
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
    let mut taken = Ok(());
    for _ in 0..DRAWS {
        let mut used: HashMap<&str, HashSet<String>> = HashMap::new();
        let mut known = HashMap::new();
        for (_, site) in indexed.day.network.sites_of(coldmile_model::SiteKind::Centre) {
            let codes = store.pickup_codes(day, &site.id).await?;
            used.insert(site.id.as_str(), codes.iter().map(|code| code.code.clone()).collect());
            known.extend(codes.into_iter().map(|code| (code.order, code.code)));
        }
        let pickups = indexed.plan.orders.iter().filter(|planned| planned.handover == Handover::Pickup);
        let codes = pickups.map(|planned| {
            let used = used.entry(planned.centre.as_str()).or_default();
            let code = known.get(&planned.order).cloned().unwrap_or_else(|| {
                let mut code = random_pickup_code();
                while used.contains(&code) {
                    code = random_pickup_code();
                }
                code
            });
            used.insert(code.clone());
            PickupCode { order: planned.order.clone(), centre: planned.centre.clone(), code }
        });
        taken = store.put_pickup_codes(day, codes.collect()).await;
        if !matches!(taken, Err(StoreError::Taken { .. })) {
            break;
        }
    }
    taken
}

/// Two plans side by side.
pub(crate) async fn compare(
    State(state): State<AppState>,
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
