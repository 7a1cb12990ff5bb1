//! Planning in the background.

use crate::conditional::tagged;
use crate::error::{Answer, ApiProblem};
use crate::on_day::OnDay;
use crate::request::{JsonBody, PageQuery, QueryParams};
use crate::state::AppState;
use crate::wire::{JobPost, JobView, Page};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use coldmile_jobs::PlanRequest;
use coldmile_units::{Seconds, Seed};

/// Longest search that may be asked for.
const MAX_TIME_LIMIT_S: i64 = 3600;

pub(crate) async fn start(OnDay(state): OnDay, JsonBody(post): JsonBody<JobPost>) -> Answer {
    if post.kind != "plan" {
        let detail = "the kind of a job is plan";
        return Err(ApiProblem::unprocessable("job/unknown-kind", detail).flaw(
            "/kind",
            "job/unknown-kind",
            detail,
        ));
    }
    if !(1..=MAX_TIME_LIMIT_S).contains(&post.time_limit_s) {
        let detail = format!("time_limit_s is 1 to {MAX_TIME_LIMIT_S}");
        let problem = ApiProblem::unprocessable("job/wrong-time-limit", &detail);
        return Err(problem.flaw("/time_limit_s", "job/wrong-time-limit", detail));
    }
    let request = PlanRequest {
        time_limit: Seconds(post.time_limit_s),
        seed: Seed(post.seed.unwrap_or(1)),
        day: Some(state.day_id().0),
    };
    let job = state.jobs().start(request).await?;
    let location = format!("/api/v1/jobs/{}", job.id);
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(JobView::from(job))).into_response())
}

pub(crate) async fn show(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    tagged(&headers, &JobView::from(state.jobs().find(&id).await?))
}

pub(crate) async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
    QueryParams(page): QueryParams<PageQuery>,
) -> Answer {
    let limit = page.limit()?;
    let before = page.position()?.and_then(|position| i64::try_from(position).ok());
    let mut jobs = state.jobs().list(before, limit as u32 + 1).await?;
    let more = jobs.len() > limit;
    jobs.truncate(limit);
    let number = |id: &str| id.trim_start_matches("J-").parse().unwrap_or(0);
    let next = jobs.last().filter(|_| more).map(|last| PageQuery::cursor(number(&last.id)));
    tagged(&headers, &Page { items: jobs.into_iter().map(JobView::from).collect::<Vec<_>>(), next })
}

pub(crate) async fn cancel(State(state): State<AppState>, Path(id): Path<String>) -> Answer {
    let job = state.jobs().cancel(&id).await?;
    Ok((StatusCode::ACCEPTED, Json(JobView::from(job))).into_response())
}
