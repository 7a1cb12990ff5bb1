//! The courier's own run. Whose it is comes from the session alone.

use crate::access::Reader;
use crate::conditional::tagged;
use crate::error::{Answer, Problem};
use crate::state::AppState;
use crate::wire::RouteView;
use axum::extract::State;
use axum::http::HeaderMap;

pub(crate) async fn route(State(state): State<AppState>, reader: Reader, headers: HeaderMap) -> Answer {
    let none = || Problem::not_found("route/none", "there is no run for you today");
    let courier = reader.courier().ok_or_else(Problem::forbidden)?;
    let stage = state.stage().await.map_err(|problem| match problem.code() {
        "plan/none-published" => none(),
        _ => problem,
    })?;
    let run = stage.board.run_of_courier(courier.as_str()).ok_or_else(none)?;
    let plan = stage.head.id.to_string();
    tagged(&headers, &RouteView::new(&plan, &stage.board, run, &stage.progress))
}
