//! One order, and finding things by what people say of them.

use crate::access::Principal;
use crate::conditional::tagged;
use crate::error::{Answer, ApiProblem};
use crate::indexed_plan::IndexedPlan;
use crate::on_day::OnDay;
use crate::request::{MAX_HITS, MAX_QUERY_LENGTH, QueryParams};
use crate::state::AppState;
use crate::wire::{EventView, MarginalView, OrderView, Page, PickupCodeView, SearchHit};
use axum::Json;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use coldmile_plan::OrderState;
use coldmile_units::Id;
use serde::Deserialize;
use std::sync::Arc;

/// Hits when nothing is said.
const DEFAULT_HITS: usize = 20;

/// One order with all that is known of it. Before anything is published, the newest draft stands in.
pub(crate) async fn show(
    OnDay(state): OnDay,
    _reader: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let order = Id::new(id.as_str());
    let events = state.store().order_events(state.day_id(), &order).await?;
    let events = events.into_iter().map(EventView::from).collect();
    let code = state.store().pickup_code(state.day_id(), &order).await?.map(|code| code.code);
    let (indexed, progress) = match state.live().current().await {
        Ok(live) => {
            let state = live.progress.order(&id).map(|order| order.state);
            (live.indexed.clone(), state)
        }
        Err(problem) if problem.code() == "plan/none-published" => (newest(&state).await?, None),
        Err(problem) => return Err(problem),
    };
    // Once the family has its order, there is nothing left to open.
    let code = code.filter(|_| !matches!(progress, Some(OrderState::Collected | OrderState::Delivered)));
    let progress = progress.map(|state| state.as_str().to_owned());
    let view = OrderView::new(&indexed, &id, progress, code, events);
    let unknown = || ApiProblem::not_found("order/unknown", format!("there is no order {id}"));
    tagged(&headers, &view.ok_or_else(unknown)?)
}

/// Gives an order another pickup code; the one that the family had opens nothing any more.
pub(crate) async fn reissue_code(
    OnDay(state): OnDay,
    principal: Principal,
    Path(id): Path<String>,
) -> Answer {
    let reissued = state.store().reissue_pickup_code(state.day_id(), &Id::new(id)).await?;
    tracing::info!(order = %reissued.order, by = %principal.0.id, "a pickup code was reissued");
    let view = PickupCodeView { order: reissued.order.to_string(), pickup_code: reissued.code };
    Ok(Json(view).into_response())
}

/// What an order adds to the day: the plan with and without it, each after a short search from the plan's routes. Takes seconds.
pub(crate) async fn marginal(OnDay(state): OnDay, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    let indexed = match state.plans().published().await {
        Ok(head) => state.plans().indexed(head.id).await?,
        Err(_) => newest(&state).await?,
    };
    if indexed.order(&id).is_none() {
        return Err(ApiProblem::not_found("order/unknown", format!("there is no order {id}")));
    }
    if indexed.planned(&id).is_none() {
        return Err(ApiProblem::conflict("order/not-served", format!("the plan does not serve order {id}")));
    }
    let cannot = "this server cannot price orders";
    let pricer = state.pricer().ok_or_else(|| ApiProblem::not_found("order/not-priced", cannot))?.clone();
    let order = Id::new(id);
    let _one_at_a_time = state.pricing().lock().await;
    let priced = tokio::task::spawn_blocking(move || {
        pricer(&indexed.day, &indexed.plan, &order).map(|prices| MarginalView::new(&order, prices))
    });
    let view = priced.await.map_err(ApiProblem::internal)?;
    tagged(&headers, &view.map_err(|text| ApiProblem::conflict("order/not-priced", text))?)
}

#[derive(Deserialize)]
pub(crate) struct SearchQuery {
    q: String,
    limit: Option<usize>,
}

/// Orders, runs and sites whose id, name, address or phone holds what was typed.
pub(crate) async fn search(
    OnDay(state): OnDay,
    headers: HeaderMap,
    QueryParams(query): QueryParams<SearchQuery>,
) -> Answer {
    let limit = query.limit.unwrap_or(DEFAULT_HITS);
    if !(1..=MAX_HITS).contains(&limit) {
        return Err(ApiProblem::bad_request("request/wrong-query", format!("limit must be 1 to {MAX_HITS}")));
    }
    let typed = query.q.trim().to_lowercase();
    if typed.is_empty() || query.q.chars().count() > MAX_QUERY_LENGTH {
        let detail = format!("q must be 1 to {MAX_QUERY_LENGTH} letters");
        return Err(ApiProblem::bad_request("request/wrong-query", detail));
    }
    let indexed = match state.plans().published().await {
        Ok(head) => state.plans().indexed(head.id).await?,
        Err(_) => newest(&state).await?,
    };
    let find = move || found(&indexed, &typed, limit);
    let items = tokio::task::spawn_blocking(find).await.map_err(ApiProblem::internal)?;
    tagged(&headers, &Page { items, next: None })
}

async fn newest(state: &AppState) -> Result<Arc<IndexedPlan>, ApiProblem> {
    let heads = state.plans().heads().await?;
    let head = heads.first().ok_or_else(|| ApiProblem::not_found("plan/none", "there is no plan yet"))?;
    state.plans().indexed(head.id).await
}

/// Exact ids first, then runs, sites and orders in their own order.
fn found(indexed: &IndexedPlan, typed: &str, limit: usize) -> Vec<SearchHit> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    // Three digits at least: shorter ones are in every phone number.
    let has_phone = |phone: &str| {
        digits.len() >= 3
            && digits.len() + 3 >= typed.len()
            && phone.chars().filter(char::is_ascii_digit).collect::<String>().contains(&digits)
    };
    let holds = |text: &str| text.to_lowercase().contains(typed);
    let runs =
        indexed.plan.runs.iter().filter_map(|run| {
            let name = indexed.name(run);
            let short = name.letter.unwrap_or_else(|| name.number.to_string());
            let courier = indexed.courier_name(run);
            (holds(run.id.as_str()) || holds(&courier) || short.eq_ignore_ascii_case(typed)).then(|| {
                SearchHit { kind: "run", id: run.id.to_string(), label: format!("{short} · {courier}") }
            })
        });
    let known = indexed.day.network.sites().iter();
    let sites = known.filter(|site| holds(site.id.as_str()) || holds(&site.name)).map(|site| SearchHit {
        kind: "site",
        id: site.id.to_string(),
        label: site.name.clone(),
    });
    let orders = indexed.day.orders.iter().filter_map(|order| {
        let texts = [&order.recipient, &order.address];
        let hit = holds(order.id.as_str())
            || texts.into_iter().flatten().any(|text| holds(text))
            || order.phone.as_deref().is_some_and(has_phone);
        hit.then(|| {
            let parts = [order.recipient.as_deref(), order.address.as_deref()];
            let label: Vec<_> = parts.into_iter().flatten().collect();
            let label = if label.is_empty() { order.id.to_string() } else { label.join(", ") };
            SearchHit { kind: "order", id: order.id.to_string(), label }
        })
    });
    let mut hits: Vec<_> = runs.chain(sites).chain(orders).collect();
    hits.sort_by_key(|hit| !hit.id.eq_ignore_ascii_case(typed));
    hits.truncate(limit);
    hits
}
