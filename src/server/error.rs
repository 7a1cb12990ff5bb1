//! What goes wrong, as `application/problem+json` (RFC 9457) with a stable code.
//!
//! `type` stays `about:blank`, so `title` is the phrase of the status; `code` (`auth/required`) is what programs look
//! at. `detail` never carries what the caller may not see: inner errors go to the log, not to the wire.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use coldmile_jobs::JobError;
use coldmile_model::InputProblem;
use coldmile_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

/// What every handler returns.
pub(super) type Answer<T = Response> = Result<T, ApiProblem>;

/// One wrong place in what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Flaw {
    /// JSON pointer to the place, `/events/3/kind`.
    pub pointer: String,
    /// Stable code.
    pub code: String,
    /// What is wrong with it.
    pub detail: String,
}

/// A refusal.
#[derive(Clone, Debug)]
pub struct ApiProblem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    flaws: Vec<Flaw>,
    /// The value that is there now, for an edit of another one.
    present: Option<Box<serde_json::Value>>,
    retry_after_s: Option<u64>,
}

/// The body of a refusal.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemBody {
    /// Always `about:blank`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Phrase of the status.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What happened, for people.
    detail: String,
    /// What happened, for programs: `auth/required`.
    code: &'static str,
    /// Every wrong place, when the body was wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Flaw>,
    /// What is there now, when the edit was of something older.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    present: Option<Box<serde_json::Value>>,
}

impl ApiProblem {
    /// A refusal with this status, code and sentence.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), flaws: Vec::new(), present: None, retry_after_s: None }
    }

    /// The request carries no valid session.
    pub fn unauthorised() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "auth/required", "sign in with a link from the dispatcher")
    }

    /// The session's role may not do this.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "auth/forbidden", "this role may not do that")
    }

    /// There is no such thing, or the caller may not know that there is.
    pub fn not_found(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    /// The request makes no sense.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// The request is well formed, but its content is refused.
    pub fn unprocessable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// It does not go together with what is there.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// Too often; worth another try after this many seconds.
    pub fn too_many(code: &'static str, retry_after_s: u64) -> Self {
        let detail = format!("too many tries; the next is possible in {retry_after_s} s");
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail);
        Self { retry_after_s: Some(retry_after_s), ..problem }
    }

    /// Something failed on our side. The cause goes to the log only.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server/failed", "the server failed; its log says why")
    }

    /// Not now: a part the request needs is missing or closed.
    pub fn unavailable(code: &'static str, detail: impl Into<String>) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
        Self { retry_after_s: Some(5), ..problem }
    }

    /// Adds a wrong place.
    #[must_use]
    pub(super) fn flaw(mut self, pointer: &str, code: &str, detail: impl Into<String>) -> Self {
        self.flaws.push(Flaw { pointer: pointer.to_owned(), code: code.to_owned(), detail: detail.into() });
        self
    }

    /// Adds a problem of a file or a row, with its column as the place.
    #[must_use]
    pub(super) fn input(self, found: &InputProblem) -> Self {
        let row = found.row.map(|row| format!("/{row}")).unwrap_or_default();
        let column = found.column.as_ref().map(|column| format!("/{column}")).unwrap_or_default();
        let place = row + &column;
        let mut detail = found.reason.clone();
        if !found.candidates.is_empty() {
            detail = format!("{detail} (perhaps: {})", found.candidates.join("; "));
        }
        self.flaw(&place, found.code, detail)
    }

    /// Adds the value that is there now.
    #[must_use]
    pub(super) fn present(self, value: serde_json::Value) -> Self {
        Self { present: Some(Box::new(value)), ..self }
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        self.code
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let body = ProblemBody {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: self.detail,
            code: self.code,
            errors: self.flaws,
            present: self.present,
        };
        let text = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = (self.status, text).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<StoreError> for ApiProblem {
    fn from(error: StoreError) -> Self {
        let (code, text) = (error.code(), error.to_string());
        match &error {
            StoreError::NotFound { .. } => Self::not_found(code, text),
            StoreError::StalePlan { .. } | StoreError::StaleFiles { .. } => {
                Self::new(StatusCode::PRECONDITION_FAILED, "edit/stale", text)
            }
            StoreError::StaleDay { .. } | StoreError::NotADraft { .. } | StoreError::Taken { .. } => {
                Self::conflict(code, text)
            }
            StoreError::Full => {
                tracing::error!(%error, "the store refused");
                Self::new(StatusCode::INSUFFICIENT_STORAGE, code, "the server's disk is full")
            }
            _ if error.is_passing() => {
                tracing::warn!(%error, "the store refused");
                Self::unavailable(code, "the store cannot take this now")
            }
            _ => Self::internal(error),
        }
    }
}

impl From<JobError> for ApiProblem {
    fn from(error: JobError) -> Self {
        match &error {
            JobError::Full => Self::from(StoreError::Full),
            JobError::TooMany => Self::too_many("job/too-many", 30),
            JobError::Unknown(_) => Self::not_found("job/unknown", error.to_string()),
            JobError::Ended(_) => Self::conflict("job/ended", error.to_string()),
            JobError::File(_) | JobError::Queue(_) => Self::internal(error),
        }
    }
}
