//! A prepared map, opened: roads and addresses.

use super::files::read_bytes;
use crate::audit::Roads;
use crate::basemap::AddressIndex;
use crate::mapfile::Reader;
use crate::model::Located;
use crate::road::RoadMap;
use anyhow::Context;
use std::path::Path;

/// A prepared map, opened.
pub struct OpenMap {
    roads: RoadMap,
    addresses: AddressIndex,
}

impl OpenMap {
    /// Opens a map file; an error names it.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        Self::from_bytes(&read_bytes(path)?).with_context(|| path.display().to_string())
    }

    /// Opens the bytes of a map file.
    pub fn from_bytes(bytes: &[u8]) -> anyhow::Result<Self> {
        let file = Reader::new(bytes)?;
        Ok(Self { roads: RoadMap::read(&file)?, addresses: AddressIndex::read(&file)? })
    }

    /// The roads of every profile.
    pub const fn roads(&self) -> &RoadMap {
        &self.roads
    }

    /// Where an address is.
    pub fn locate(&self, text: &str) -> Located {
        self.addresses.locate(text)
    }
}
