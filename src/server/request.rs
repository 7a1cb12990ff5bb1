//! Reading requests so that every refusal is a problem with a code: bodies, queries, cursors.

use super::error::ApiProblem;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// Most entries on a page.
pub(super) const MAX_PAGE_SIZE: u32 = 500;

/// Most hits of a search.
pub(super) const MAX_HITS: usize = 100;
/// Longest text that is searched for, in characters.
pub(super) const MAX_QUERY_LENGTH: usize = 200;

/// A JSON body. Wrong JSON is 400, wrong content (unknown fields too) 422, another type 415, too long 413.
pub(super) struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiProblem;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiProblem> {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().map(str::trim) != Some("application/json") {
            let detail = "send application/json";
            return Err(ApiProblem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "request/not-json", detail));
        }
        let body =
            Bytes::from_request(request, state).await.map_err(|rejection| unread(rejection.status()))?;
        read_json(&body).map(Self)
    }
}

/// A JSON body that may be absent altogether.
pub(super) struct OptionalJsonBody<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalJsonBody<T> {
    type Rejection = ApiProblem;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiProblem> {
        if request.headers().get(CONTENT_TYPE).is_none() {
            let body = Bytes::from_request(request, state).await;
            let body = body.map_err(|rejection| unread(rejection.status()))?;
            return if body.is_empty() { Ok(Self(T::default())) } else { read_json(&body).map(Self) };
        }
        JsonBody::from_request(request, state).await.map(|JsonBody(value)| Self(value))
    }
}

/// Why a body could not be read.
pub(super) fn unread(status: StatusCode) -> ApiProblem {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return ApiProblem::new(status, "request/too-large", "the body is longer than this route takes");
    }
    ApiProblem::bad_request("request/unreadable", "the body ended early")
}

pub(super) fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiProblem> {
    serde_json::from_slice(body).map_err(|error| {
        let detail = error.to_string();
        if error.is_data() {
            return ApiProblem::unprocessable("request/wrong-content", &detail).flaw(
                "",
                "request/wrong-content",
                detail,
            );
        }
        ApiProblem::bad_request("request/malformed-json", detail)
    })
}

/// A query string; unknown names are ignored, wrong values are 400.
pub(super) struct QueryParams<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryParams<T> {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiProblem> {
        let query = Query::from_request_parts(parts, state).await;
        let Query(value) = query
            .map_err(|rejection| ApiProblem::bad_request("request/wrong-query", rejection.body_text()))?;
        Ok(Self(value))
    }
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize)]
pub(super) struct PageQuery {
    cursor: Option<String>,
    #[serde(default, deserialize_with = "number_or_empty")]
    limit: Option<u32>,
}

/// A number; nothing when the parameter is there without a value, as forms send it.
fn number_or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
}

impl PageQuery {
    /// How many entries, 1 to 500; 100 when not said.
    pub(super) fn limit(&self) -> Result<usize, ApiProblem> {
        match self.limit.unwrap_or(100) {
            limit @ 1..=MAX_PAGE_SIZE => Ok(limit as usize),
            _ => Err(ApiProblem::bad_request(
                "request/wrong-query",
                format!("limit must be 1 to {MAX_PAGE_SIZE}"),
            )),
        }
    }

    /// The position behind the cursor. Opaque to clients: letters, so that none computes with it.
    pub(super) fn position(&self) -> Result<Option<u64>, ApiProblem> {
        let Some(text) = &self.cursor else { return Ok(None) };
        let digits: Option<String> = text
            .chars()
            .map(|letter| {
                let digit = u32::from(letter).checked_sub(u32::from('g'))?;
                char::from_digit(digit, 10)
            })
            .collect();
        let position = digits.and_then(|digits| digits.parse().ok());
        position
            .map(Some)
            .ok_or_else(|| ApiProblem::bad_request("request/wrong-cursor", "this is no cursor of ours"))
    }

    /// The cursor for a position.
    pub(super) fn cursor(position: u64) -> String {
        position.to_string().bytes().map(|digit| char::from(b'g' + (digit - b'0'))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_position_and_anything_else_is_refused() {
        let read = |text: &str| PageQuery { cursor: Some(text.to_owned()), limit: None }.position();
        for position in [0, 9, 1_234_567_890, u64::MAX] {
            assert_eq!(read(&PageQuery::cursor(position)).unwrap(), Some(position));
        }
        for text in ["", "12", "g g", "zzz", "pppppppppppppppppppppp"] {
            assert_eq!(read(text).unwrap_err().code(), "request/wrong-cursor", "{text}");
        }
    }
}
