//! `Idempotency-Key`: a request that creates something may be sent twice and creates it once.
//!
//! A layer around the routes that create. Keys belong to one device and one path, so a stolen key says nothing to
//! another. Refusals (4xx) are kept like answers; failures of the server are not, so that a retry can succeed.

use super::access::Principal;
use super::error::{Answer, ApiProblem};
use super::request::unread;
use super::state::AppState;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use coldmile_store::{Digest, IdempotencyClaim, StoredResponse};

/// The header.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Longest key, in bytes.
pub(super) const MAX_KEY_LENGTH: usize = 255;
/// Longest response body that is kept, in bytes.
const MAX_KEPT_BODY: usize = 256 * 1024;

pub(super) async fn remember_answers(
    State(state): State<AppState>,
    principal: Principal,
    request: Request,
    next: Next,
) -> Answer {
    let Some(key) = request.headers().get(IDEMPOTENCY_KEY) else { return Ok(next.run(request).await) };
    let key = key.to_str().ok().filter(|key| !key.is_empty() && key.len() <= MAX_KEY_LENGTH);
    let key = key
        .ok_or_else(|| ApiProblem::bad_request("request/wrong-key", "Idempotency-Key is 1 to 255 letters"))?;
    let key = key.to_owned();
    let scope = format!("{} {} {}", principal.0.id, request.method(), request.uri().path());
    let (parts, body) = request.into_parts();
    // Read through the extractor, because that is what knows the route's body limit.
    let mut whole = Request::new(body);
    *whole.extensions_mut() = parts.extensions.clone();
    let body = Bytes::from_request(whole, &state).await.map_err(|rejection| unread(rejection.status()))?;
    match state.store().claim_request(&scope, &key, Digest::of(&body), state.now()).await? {
        IdempotencyClaim::Acquired => {}
        IdempotencyClaim::Completed(kept) => return Ok(replay(kept)),
        IdempotencyClaim::InProgress => {
            return Err(ApiProblem::conflict("request/still-running", "the same request is being worked on"));
        }
        IdempotencyClaim::KeyReused => {
            let detail = "this key was used for another request";
            return Err(ApiProblem::unprocessable("request/key-reused", detail));
        }
    }
    // The claim must end even when the caller hangs up, so the rest does not depend on being polled to its end.
    let (again, claim) = (state.clone(), (scope.clone(), key.clone()));
    let work = async move {
        let response = next.run(Request::from_parts(parts, Body::from(body))).await;
        keep(&state, &scope, &key, response).await
    };
    match tokio::spawn(work).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(problem)) => {
            // The answer could not be kept: the claim is given back, so that the request can be tried again.
            if let Err(error) = again.store().release_request(&claim.0, &claim.1).await {
                tracing::warn!(%error, "a claim of a request could not be given back");
            }
            Err(problem)
        }
        Err(panic) => {
            again.store().release_request(&claim.0, &claim.1).await?;
            Err(ApiProblem::internal(panic))
        }
    }
}

async fn keep(state: &AppState, scope: &str, key: &str, response: Response) -> Answer {
    if response.status().is_server_error() || response.status() == StatusCode::TOO_MANY_REQUESTS {
        state.store().release_request(scope, key).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_KEPT_BODY).await.map_err(ApiProblem::internal)?;
    let kept = StoredResponse {
        status: parts.status.as_u16(),
        content_type: text(&parts.headers, &CONTENT_TYPE),
        location: text(&parts.headers, &LOCATION),
        body: body.to_vec(),
    };
    state.store().complete_request(scope, key, kept, state.now()).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn replay(kept: StoredResponse) -> Response {
    let mut response = Response::new(Body::from(kept.body));
    *response.status_mut() = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    for (name, value) in [(CONTENT_TYPE, kept.content_type), (LOCATION, kept.location)] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
