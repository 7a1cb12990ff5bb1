//! Requests that may be sent twice: the first answer is kept and given again.

use super::connection::args;
use super::digest::Digest;
use super::error::StoreError;
use super::handle::Store;
use coldmile_units::{Seconds, Timestamp};

/// How long an answer is kept: a phone may come back after a long weekend.
const KEPT: Seconds = Seconds(72 * 3600);

/// A response as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResponse {
    /// HTTP status.
    pub status: u16,
    /// Media type of the body, if it has one.
    pub content_type: Option<String>,
    /// Where what was created can be found.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// What claiming a key found; says what to do with the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdempotencyClaim {
    /// The key is new and now belongs to the caller: do the work, then call [`Store::complete_request`] or [`Store::release_request`].
    Acquired,
    /// Another request with this key is being worked on.
    InProgress,
    /// It was answered: send the same response again.
    Completed(StoredResponse),
    /// The key was used for a request with another body.
    KeyReused,
}

impl Store {
    /// Claims `key` within `scope` (a device and a path) for the request with this digest. Exactly one caller hears
    /// [`IdempotencyClaim::Acquired`]. A claim ends with its process: after a restart the request may be tried again.
    pub async fn claim_request(
        &self,
        scope: &str,
        key: &str,
        request: Digest,
        now: Timestamp,
    ) -> Result<IdempotencyClaim, StoreError> {
        let (scope, key) = (scope.to_owned(), key.to_owned());
        self.write(move |write| {
            Box::pin(async move {
                let mut conn = write.conn();
                conn.execute(
                    "delete from requests where scope = $1 and name = $2 and status is not null and expires_at <= $3",
                    args![scope.as_str(), key.as_str(), now],
                )
                .await?;
                let claimed = conn
                    .execute(
                        "insert into requests (scope, name, digest, expires_at) values ($1, $2, $3, $4)
                         on conflict (scope, name) do nothing",
                        args![scope.as_str(), key.as_str(), request.bytes(), now + KEPT],
                    )
                    .await?;
                if claimed == 1 {
                    return Ok(IdempotencyClaim::Acquired);
                }
                let sql = "select digest, status, content_type, location, body from requests
                           where scope = $1 and name = $2";
                let row = conn.row(sql, args![scope, key]).await?;
                let row = row.ok_or(StoreError::Taken { what: "request key" })?;
                if row.bytes(0)? != request.bytes() {
                    return Ok(IdempotencyClaim::KeyReused);
                }
                Ok(match row.maybe_int(1)? {
                    None => IdempotencyClaim::InProgress,
                    Some(status) => IdempotencyClaim::Completed(StoredResponse {
                        status: status as u16,
                        content_type: row.maybe_text(2)?,
                        location: row.maybe_text(3)?,
                        body: row.maybe_bytes(4)?.unwrap_or_default(),
                    }),
                })
            })
        })
        .await
    }

    /// Keeps the answer for at least 72 hours from `now`.
    pub async fn complete_request(
        &self,
        scope: &str,
        key: &str,
        answer: StoredResponse,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (scope, key) = (scope.to_owned(), key.to_owned());
        self.write(move |write| {
            Box::pin(async move {
                let sql = "update requests set status = $3, content_type = $4, location = $5, body = $6, expires_at = $7
                           where scope = $1 and name = $2";
                let StoredResponse { status, content_type, location, body } = answer;
                let args = args![scope, key, i64::from(status), content_type, location, body, now + KEPT];
                write.conn().execute(sql, args).await?;
                Ok(())
            })
        })
        .await
    }

    /// Gives a claim back after a failure that is worth another try.
    pub async fn release_request(&self, scope: &str, key: &str) -> Result<(), StoreError> {
        let (scope, key) = (scope.to_owned(), key.to_owned());
        self.write(move |write| {
            Box::pin(async move {
                let sql = "delete from requests where scope = $1 and name = $2 and status is null";
                write.conn().execute(sql, args![scope, key]).await?;
                Ok(())
            })
        })
        .await
    }

    /// Forgets answers that have expired. Returns how many.
    pub async fn forget_requests(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.write(move |write| {
            Box::pin(async move {
                let sql = "delete from requests where status is not null and expires_at <= $1";
                write.conn().execute(sql, args![now]).await
            })
        })
        .await
    }
}
