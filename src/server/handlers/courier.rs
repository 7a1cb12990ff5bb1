//! The courier's own run. Whose it is comes from the session alone.

use crate::access::Principal;
use crate::conditional::tagged;
use crate::error::{Answer, ApiProblem};
use crate::state::AppState;
use crate::wire::RouteView;
use axum::extract::State;
use axum::http::HeaderMap;

pub(crate) async fn route(State(state): State<AppState>, principal: Principal, headers: HeaderMap) -> Answer {
    let none = || ApiProblem::not_found("route/none", "there is no run for you today");
    let courier = principal.courier().ok_or_else(ApiProblem::forbidden)?;
    let live = state.live().current().await.map_err(|problem| match problem.code() {
        "plan/none-published" => none(),
        _ => problem,
    })?;
    let run = live.indexed.run_of_courier(courier.as_str()).ok_or_else(none)?;
    let plan = live.head.id.to_string();
    tagged(&headers, &RouteView::new(&plan, &live.indexed, run, &live.progress))
}
