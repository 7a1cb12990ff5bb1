//! Keys of shops on the wire.

use coldmile_store::{ApiKey, Scope};
use coldmile_units::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /keys`.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyPost {
    /// Whose it is.
    #[schema(min_length = 1, max_length = 64)]
    pub name: String,
    /// What it is good for: `orders:write`, `orders:read`, `events:read`.
    pub scopes: Vec<String>,
}

/// A key that was just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewKeyView {
    /// Its id.
    pub id: String,
    /// The key, told this once; to be sent as `Authorization: Bearer`.
    pub key: String,
}

/// A key as it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyView {
    id: String,
    name: String,
    scopes: Vec<&'static str>,
    created_at: i64,
    /// When it was last used, give or take a minute.
    last_used_at: Option<i64>,
    /// When it was withdrawn.
    revoked_at: Option<i64>,
}

impl From<ApiKey> for KeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name,
            scopes: key.scopes.into_iter().map(Scope::word).collect(),
            created_at: key.created_at.unix(),
            last_used_at: key.last_used_at.map(Timestamp::unix),
            revoked_at: key.revoked_at.map(Timestamp::unix),
        }
    }
}
