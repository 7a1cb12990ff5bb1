//! The clock, the state of health, and the description of the interface.

use crate::error::{Answer, ApiProblem};
use crate::openapi::document;
use crate::routes::routes;
use crate::state::AppState;
use crate::wire::TimeView;
use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use std::sync::OnceLock;

pub(crate) async fn time(State(state): State<AppState>) -> Json<TimeView> {
    Json(TimeView { server_time_ms: state.now_ms() })
}

/// The process answers; says nothing of what is behind it.
pub(crate) async fn healthy() -> &'static str {
    "ok\n"
}

/// The store can be read, and the server is not about to stop.
pub(crate) async fn ready(State(state): State<AppState>) -> Answer<&'static str> {
    if *state.closing().borrow() {
        return Err(ApiProblem::unavailable("server/closing", "the server is stopping"));
    }
    state.store().last_event_number().await?;
    Ok("ready\n")
}

pub(crate) async fn openapi() -> Answer<Response> {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let text = DOCUMENT.get_or_init(|| document(&routes()).to_json().unwrap_or_default());
    Ok(([(CONTENT_TYPE, "application/json")], text.as_str()).into_response())
}
