//! The day that a request is about: of the date in its path or query, else the day that people work by.

use super::error::ApiProblem;
use super::state::{AppState, Server};
use axum::extract::{FromRef, FromRequestParts, Query, RawPathParams};
use axum::http::request::Parts;
use serde::Deserialize;

/// The state with the day that the request names: `{date}` in its path, or `?date=2026-03-17`.
pub(super) struct OnDay(pub AppState);

#[derive(Deserialize)]
struct DateQuery {
    date: Option<String>,
}

impl FromRequestParts<Server> for OnDay {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, ApiProblem> {
        let state = AppState::from_ref(server);
        let malformed = |_| ApiProblem::bad_request("request/malformed-path", "the path is malformed");
        let params = RawPathParams::from_request_parts(parts, server).await.map_err(malformed)?;
        let in_path = params.iter().find(|(name, _)| *name == "date").map(|(_, date)| date.to_owned());
        let date = if in_path.is_some() {
            in_path
        } else {
            let query = Query::<DateQuery>::from_request_parts(parts, server).await;
            query.ok().and_then(|Query(query)| query.date).filter(|date| !date.is_empty())
        };
        match date {
            Some(date) => Ok(Self(state.on(&date).await?)),
            None => Ok(Self(state)),
        }
    }
}
