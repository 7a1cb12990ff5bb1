//! The clock, the state of health, and the description of the interface.

use crate::error::{Answer, ApiProblem};
use crate::openapi::DocumentText;
use crate::state::AppState;
use crate::wire::TimeView;
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

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
    state.store().check_place().await?;
    Ok("ready\n")
}

pub(crate) async fn openapi(Extension(DocumentText(text)): Extension<DocumentText>) -> Response {
    ([(CONTENT_TYPE, "application/json")], text()).into_response()
}
