//! Answers that carry their own version: `ETag`, `If-None-Match`, `If-Match`.

use super::error::{Answer, ApiProblem};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use coldmile_store::Digest;
use serde::Serialize;
use std::fmt::Write;

/// The version of these bytes, as it stands in `ETag`.
pub(super) fn tag_of(bytes: &[u8]) -> String {
    let mut tag = String::from("\"");
    for byte in &Digest::of(bytes).bytes()[..16] {
        write!(tag, "{byte:02x}").expect("writing to a string cannot fail");
    }
    tag.push('"');
    tag
}

/// `value` as JSON with its version; 304 when the client already has it.
pub(super) fn tagged<T: Serialize>(headers: &HeaderMap, value: &T) -> Answer {
    let body = serde_json::to_vec(value).map_err(ApiProblem::internal)?;
    let tag = tag_of(&body);
    Ok(versioned(headers, &tag, "application/json", body))
}

/// Bytes of a known version; 304 when the client already has it.
pub(super) fn versioned(
    headers: &HeaderMap,
    tag: &str,
    content_type: &str,
    body: impl Into<axum::body::Body>,
) -> Response {
    let mut response = if matches(headers, IF_NONE_MATCH, tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Response::new(body.into());
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_str(content_type).expect("a media type is ASCII"));
        response
    };
    let tag = HeaderValue::from_str(tag).expect("a tag is hexadecimal digits in quotes");
    response.headers_mut().insert(ETAG, tag);
    // To be kept, but asked about each time: a phone's 304 costs next to nothing.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

/// Lets an edit through only when the caller has seen the version it changes.
pub(super) fn require_match(headers: &HeaderMap, tag: &str) -> Result<(), ApiProblem> {
    if !headers.contains_key(IF_MATCH) {
        let detail = "say in If-Match which version you change";
        return Err(ApiProblem::new(StatusCode::PRECONDITION_REQUIRED, "edit/match-required", detail));
    }
    if matches(headers, IF_MATCH, tag) {
        return Ok(());
    }
    let detail = "someone changed it meanwhile; look at it again";
    Err(ApiProblem::new(StatusCode::PRECONDITION_FAILED, "edit/stale", detail))
}

/// Whether a header lists `tag`. Weak tags count: a proxy that compresses weakens ours, and the content is the same.
fn matches(headers: &HeaderMap, name: HeaderName, tag: &str) -> bool {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).flat_map(|line| line.split(',')).any(
        |listed| {
            let listed = listed.trim();
            listed == "*" || listed.strip_prefix("W/").unwrap_or(listed) == tag
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_known_version_is_not_sent_again() {
        let answer = |headers: &HeaderMap| versioned(headers, "\"a\"", "text/plain", "body").status();
        assert_eq!(answer(&HeaderMap::new()), StatusCode::OK);
        assert_eq!(answer(&with(IF_NONE_MATCH, "\"b\", W/\"a\"")), StatusCode::NOT_MODIFIED);
        assert_eq!(answer(&with(IF_NONE_MATCH, "\"b\"")), StatusCode::OK);
    }

    #[test]
    fn an_edit_names_the_version_it_saw() {
        let code = |headers: &HeaderMap| require_match(headers, "\"a\"").map_err(|problem| problem.code());
        assert_eq!(code(&HeaderMap::new()), Err("edit/match-required"));
        assert_eq!(code(&with(IF_MATCH, "\"b\"")), Err("edit/stale"));
        assert_eq!(code(&with(IF_MATCH, "\"a\"")), Ok(()));
    }
}
