//! Whether the database file is still the one that was opened.

use super::config::StoreLocation;
use super::error::StoreError;
use std::path::Path;

/// A file by what stays the same however often its content changes, and differs when another takes its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileIdentity {
    device: u64,
    number: u64,
}

impl FileIdentity {
    /// The file that now has the name; `None` where there is none, or where the system does not say.
    fn of(path: &Path) -> Option<Self> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let metadata = std::fs::metadata(path).ok()?;
            Some(Self { device: metadata.dev(), number: metadata.ino() })
        }
        #[cfg(not(unix))]
        {
            path.exists().then_some(Self { device: 0, number: 0 })
        }
    }
}

/// The database file as it was opened; always itself for a database server.
#[derive(Clone, Debug)]
pub(super) struct OpenedStore {
    location: StoreLocation,
    identity: Option<FileIdentity>,
}

impl OpenedStore {
    /// Remembers the file that lies at `location` now.
    pub(super) fn new(location: &StoreLocation) -> Self {
        let identity = match location {
            StoreLocation::File(path) => FileIdentity::of(path),
            StoreLocation::Postgres(_) => None,
        };
        Self { location: location.clone(), identity }
    }

    /// Fails when another file, or none, has the name now: what were written to the old one would be lost with it.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match &self.location {
            StoreLocation::File(path) if FileIdentity::of(path) != self.identity => {
                Err(StoreError::Replaced { location: self.location.to_string() })
            }
            _ => Ok(()),
        }
    }
}
