//! A prepared map, opened: roads and addresses.

use super::files::read_bytes;
use crate::basemap::{AddressIndex, Match};
use crate::mapfile::{Reader, Writer};
use crate::model::Located;
use crate::osm::read_places;
use crate::road::{self, ImportPhase, Profile, RoadMap};
use anyhow::Context;
use std::path::Path;

/// The section that holds the addresses, and its version.
const ADDRESSES: (&str, u32) = ("addresses", 1);

/// A prepared map, opened.
pub struct OpenMap {
    roads: RoadMap,
    addresses: AddressIndex,
}

impl OpenMap {
    /// Makes everything that is asked of a map from an OpenStreetMap extract.
    pub fn import(
        pbf: &[u8],
        profiles: &[Profile],
        progress: &(dyn Fn(ImportPhase, f32) + Sync),
    ) -> anyhow::Result<Self> {
        let (roads, addresses) = rayon::join(
            || road::import(pbf, profiles, progress),
            || read_places(pbf).map(|places| AddressIndex::build(&places)),
        );
        Ok(Self { roads: roads?, addresses: addresses? })
    }

    /// Opens a map file; an error names it.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        Self::from_bytes(&read_bytes(path)?).with_context(|| format!("cannot use {}", path.display()))
    }

    fn from_bytes(bytes: &[u8]) -> anyhow::Result<Self> {
        let file = Reader::new(bytes)?;
        let addresses = AddressIndex::from_bytes(file.section_of(ADDRESSES.0, ADDRESSES.1)?)?;
        Ok(Self { roads: RoadMap::read(&file)?, addresses })
    }

    /// The bytes of the map file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut file = Writer::new();
        self.roads.write(&mut file);
        file.section(ADDRESSES.0, ADDRESSES.1, self.addresses.to_bytes());
        file.finish()
    }

    /// The roads of every profile.
    pub const fn roads(&self) -> &RoadMap {
        &self.roads
    }

    /// Where an address is, if the map leaves no doubt.
    pub fn locate(&self, text: &str) -> Located {
        match self.addresses.locate(text) {
            Match::Exact(found) => Located::Exact(found.point, found.label),
            Match::Doubtful(found) => {
                let line = |place: crate::basemap::Candidate| format!("{} at {}", place.label, place.point);
                Located::Doubtful(found.into_iter().map(line).collect())
            }
            Match::Unknown => Located::Unknown,
        }
    }
}
