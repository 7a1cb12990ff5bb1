//! How connections to either database are opened.

use super::error::StoreError;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use std::path::Path;
use std::time::Duration;

/// Write-ahead log, flushed at every commit: acknowledged means durable.
pub(super) fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
}

pub(super) fn postgres_options(url: &str) -> Result<PgConnectOptions, StoreError> {
    url.parse()
        .map_err(|_| StoreError::BadUrl { url: url.split('@').next_back().unwrap_or_default().to_owned() })
}
