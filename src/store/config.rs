//! Where the store is and how much it may queue.

use super::code_key::CODE_KEY_FILE;
use super::error::StoreError;
use std::path::PathBuf;

/// Settings of a store, read in `cli`.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// A file path, `sqlite:PATH`, or `postgres://…`. A missing file is made.
    pub url: String,
    /// The file with the key of the pickup codes, made when it is missing. `None`: `code.key` beside a database file; with
    /// PostgreSQL a key that ends with the process, so that codes change with each start.
    pub code_key: Option<PathBuf>,
    /// Connections that read.
    pub readers: u32,
    /// Commands that may wait for the writer; more are refused as overload.
    pub queue: usize,
    /// Commands that share one commit at most.
    pub batch: usize,
    /// What a subscriber may lag behind before it has to catch up from the store.
    pub news: usize,
}

impl StoreConfig {
    /// The usual settings for the store at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), code_key: None, readers: 4, queue: 4096, batch: 512, news: 4096 }
    }

    /// The file of the key, if there is to be one.
    pub(super) fn code_key_path(&self, location: &StoreLocation) -> Option<PathBuf> {
        self.code_key.clone().or_else(|| match location {
            StoreLocation::File(path) => Some(path.with_file_name(CODE_KEY_FILE)),
            StoreLocation::Postgres(_) => None,
        })
    }

    pub(super) fn location(&self) -> Result<StoreLocation, StoreError> {
        if self.url.starts_with("postgres://") || self.url.starts_with("postgresql://") {
            return Ok(StoreLocation::Postgres(self.url.clone()));
        }
        let path = self.url.strip_prefix("sqlite://").or_else(|| self.url.strip_prefix("sqlite:"));
        let path = path.unwrap_or(&self.url);
        if path.is_empty() || path.starts_with(':') || path.contains("://") {
            return Err(StoreError::BadUrl { url: self.url.clone() });
        }
        Ok(StoreLocation::File(PathBuf::from(path)))
    }
}

/// Where a store is: a file, or a database server.
#[derive(Clone, Debug)]
pub(super) enum StoreLocation {
    File(PathBuf),
    Postgres(String),
}

impl std::fmt::Display for StoreLocation {
    /// Without the password that a URL may hold.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Postgres(url) => {
                f.write_str("postgres://")?;
                let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
                let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
                f.write_str(host.split('?').next().unwrap_or_default())
            }
        }
    }
}
