//! Headers on every answer, errors and files included.

use super::error::ApiProblem;
use super::state::AppState;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Nothing from elsewhere, no scripts in the page, no framing by other sites. `unsafe-inline` is for styles only: the map
/// library sets them on its elements.
const CONTENT_POLICY: &str = "default-src 'self'; worker-src 'self'; img-src 'self' data: blob:; \
     style-src 'self' 'unsafe-inline'; connect-src 'self'; object-src 'none'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// What pages may ask the phone for.
const PERMISSIONS: &str = "camera=(self), geolocation=(self), microphone=(), payment=()";

/// Refuses a request over HTTP/1.1 that does not name its host once: two programs in a row may take different ones for
/// true (RFC 9112, 3.2).
pub(super) async fn require_one_host(request: Request, next: Next) -> Response {
    let hosts = request.headers().get_all(HOST).iter().count();
    let is_wrong = hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11);
    if is_wrong {
        return ApiProblem::bad_request("request/wrong-host", "a request names its host once")
            .into_response();
    }
    next.run(request).await
}

pub(super) async fn add_headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(HeaderName::from_static("permissions-policy"), HeaderValue::from_static(PERMISSIONS));
    if state.is_secure() {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(STRICT_TRANSPORT_SECURITY, year);
    }
    // What says nothing else holds names and addresses, or soon will.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
