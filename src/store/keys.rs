//! Keys of shops: programs that bring orders without a person who signs in. Kept only as digests.

use super::connection::{SqlRow, args};
use super::digest::Digest;
use super::error::StoreError;
use super::handle::Store;
use coldmile_plan::Actor;
use coldmile_units::{Id, Seconds, Timestamp};

/// A key is marked as used at most this often.
const USED_EVERY: Seconds = Seconds::minutes(1);

/// What a key is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Adding, changing and taking out orders.
    OrdersWrite,
    /// Reading orders.
    OrdersRead,
    /// Reading what happened.
    EventsRead,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::OrdersWrite, Self::OrdersRead, Self::EventsRead];

    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::OrdersWrite => "orders:write",
            Self::OrdersRead => "orders:read",
            Self::EventsRead => "events:read",
        }
    }

    /// The scope with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }
}

/// A key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its name among actors: `S1`, `S2` …
    pub id: Id<Actor>,
    /// The name on screens.
    pub name: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub revoked_at: Option<Timestamp>,
}

macro_rules! keys {
    ($rest:literal) => {
        concat!("select number, name, scopes, created_at, last_used_at, revoked_at from api_keys ", $rest)
    };
}

impl Store {
    /// Keeps a new key.
    pub async fn add_key(
        &self,
        digest: Digest,
        name: &str,
        scopes: &[Scope],
        now: Timestamp,
    ) -> Result<ApiKey, StoreError> {
        let (name, scopes) = (name.to_owned(), scopes.to_vec());
        self.write(move |write| {
            Box::pin(async move {
                let mut conn = write.conn();
                let number = conn.number("select coalesce(max(number), 0) + 1 from api_keys", args![]).await?;
                let words: Vec<&str> = scopes.iter().map(|scope| scope.word()).collect();
                conn.execute(
                    "insert into api_keys (number, digest, name, scopes, created_at) values ($1, $2, $3, $4, $5)",
                    args![number, digest.bytes(), name.as_str(), words.join(" "), now],
                )
                .await?;
                let id = name_of(number);
                Ok(ApiKey { id, name, scopes, created_at: now, last_used_at: None, revoked_at: None })
            })
        })
        .await
    }

    /// The key with this digest, unless it was withdrawn.
    pub async fn key_by_digest(&self, digest: Digest) -> Result<Option<ApiKey>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = keys!("where digest = $1 and revoked_at is null");
        reader.conn().row(sql, args![digest.bytes()]).await?.as_ref().map(read_key).transpose()
    }

    /// All keys that were ever made, newest first.
    pub async fn keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        let mut reader = self.reader().await?;
        reader.conn().rows(keys!("order by number desc"), args![]).await?.iter().map(read_key).collect()
    }

    /// Notes that a key was used; writes nothing when that is already known to the minute.
    pub async fn see_key(&self, key: &ApiKey, now: Timestamp) -> Result<(), StoreError> {
        if key.last_used_at.is_some_and(|used| now - used < USED_EVERY) {
            return Ok(());
        }
        let number = number_of(&key.id)?;
        self.write(move |write| {
            Box::pin(async move {
                let sql = "update api_keys set last_used_at = $2 where number = $1";
                write.conn().execute(sql, args![number, now]).await?;
                Ok(())
            })
        })
        .await
    }

    /// Withdraws a key for good. Again is harmless.
    pub async fn revoke_key(&self, id: &Id<Actor>, now: Timestamp) -> Result<ApiKey, StoreError> {
        let number = number_of(id)?;
        let id = id.clone();
        self.write(move |write| {
            Box::pin(async move {
                let mut conn = write.conn();
                let sql = "update api_keys set revoked_at = $2 where number = $1 and revoked_at is null";
                conn.execute(sql, args![number, now]).await?;
                let row = conn.row(keys!("where number = $1"), args![number]).await?;
                read_key(&row.ok_or_else(|| unknown(&id))?)
            })
        })
        .await
    }
}

fn name_of(number: i64) -> Id<Actor> {
    Id::new(format!("S{number}"))
}

fn number_of(id: &Id<Actor>) -> Result<i64, StoreError> {
    id.as_str().strip_prefix('S').and_then(|digits| digits.parse().ok()).ok_or_else(|| unknown(id))
}

fn unknown(id: &Id<Actor>) -> StoreError {
    StoreError::NotFound { what: "key", id: id.to_string() }
}

fn read_key(row: &SqlRow) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        id: name_of(row.int(0)?),
        name: row.text(1)?,
        scopes: row.text(2)?.split(' ').filter_map(Scope::from_word).collect(),
        created_at: row.time(3)?,
        last_used_at: row.maybe_time(4)?,
        revoked_at: row.maybe_time(5)?,
    })
}
