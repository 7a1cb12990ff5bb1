//! Requests that may be sent twice: the first answer is kept and given again.

use super::access::Digest;
use super::error::StoreError;
use super::handle::Store;
use super::link::args;
use coldmile_units::{Seconds, Timestamp};

/// How long an answer is kept: a phone may come back after a long weekend.
const KEPT: Seconds = Seconds(72 * 3600);

/// An answer as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Media type of the body, if it has one.
    pub content_type: Option<String>,
    /// Where what was created can be found.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// What to do with a request that carries a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Nobody has sent it before: do it, then call [`Store::finish_request`] or [`Store::abandon_request`].
    New,
    /// It is being worked on.
    Running,
    /// It was answered: say the same again.
    Answered(Answer),
    /// The key was used for another request.
    Mismatch,
}

impl Store {
    /// Claims `key` within `scope` (a device and a path) for the request with this digest. Exactly one caller hears
    /// [`Begun::New`]. A claim ends with its process: after a restart the request may be tried again.
    pub async fn begin_request(
        &self,
        scope: &str,
        key: &str,
        request: Digest,
        now: Timestamp,
    ) -> Result<Begun, StoreError> {
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
                    return Ok(Begun::New);
                }
                let sql = "select digest, status, content_type, location, body from requests
                           where scope = $1 and name = $2";
                let row = conn.row(sql, args![scope, key]).await?;
                let row = row.ok_or(StoreError::Taken { what: "request key" })?;
                if row.bytes(0)? != request.bytes() {
                    return Ok(Begun::Mismatch);
                }
                Ok(match row.maybe_int(1)? {
                    None => Begun::Running,
                    Some(status) => Begun::Answered(Answer {
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
    pub async fn finish_request(
        &self,
        scope: &str,
        key: &str,
        answer: Answer,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (scope, key) = (scope.to_owned(), key.to_owned());
        self.write(move |write| {
            Box::pin(async move {
                let sql = "update requests set status = $3, content_type = $4, location = $5, body = $6, expires_at = $7
                           where scope = $1 and name = $2";
                let Answer { status, content_type, location, body } = answer;
                let args = args![scope, key, i64::from(status), content_type, location, body, now + KEPT];
                write.conn().execute(sql, args).await?;
                Ok(())
            })
        })
        .await
    }

    /// Gives a claim back after a failure that is worth another try.
    pub async fn abandon_request(&self, scope: &str, key: &str) -> Result<(), StoreError> {
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
