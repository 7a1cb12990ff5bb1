//! A prepared map, opened: roads and addresses.

use super::files::read_bytes;
use crate::mapfile::{Reader, Writer};
use crate::model::Located;
use crate::road::RoadMap;
use anyhow::Context;
use std::path::Path;

/// A prepared map, opened.
pub struct OpenMap {
    roads: RoadMap,
}

impl OpenMap {
    /// What an import has made.
    pub const fn new(roads: RoadMap) -> Self {
        Self { roads }
    }

    /// Opens a map file; an error names it.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let bytes = read_bytes(path)?;
        let map = Reader::new(&bytes).and_then(|file| Ok(Self { roads: RoadMap::read(&file)? }));
        map.with_context(|| format!("cannot use {}", path.display()))
    }

    /// The bytes of the map file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut file = Writer::new();
        self.roads.write(&mut file);
        file.finish()
    }

    /// The roads of every profile.
    pub const fn roads(&self) -> &RoadMap {
        &self.roads
    }

    /// Where an address is.
    pub fn locate(&self, _text: &str) -> Located {
        Located::Unknown
    }
}
