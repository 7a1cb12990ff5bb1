//! A map file in memory: roads, addresses and tiles.

use super::files::read_bytes;
use anyhow::{Context, ensure};
use coldmile_basemap::{AddressIndex, Candidate, Grade, Lang, Match, Precision, Theme, TileSource};
use coldmile_geometry::Point;
use coldmile_mapfile::{MapFileReader, MapFileWriter};
use coldmile_model::{Day, InputProblem, Located, Pin};
use coldmile_osm::{read_places, read_scenery};
use coldmile_road::{ImportPhase, Profile, ProfileRules, RoadMap};
use coldmile_server::{DaySource, MapSource};
use std::path::Path;

/// Name and version of the section with the addresses.
const ADDRESSES: (&str, u32) = ("addresses", 1);
/// Name and version of the section from which tiles are cut.
const SCENERY: (&str, u32) = ("scenery", 1);

/// A map file in memory.
pub struct OpenMap {
    roads: RoadMap,
    addresses: AddressIndex,
    tiles: TileSource,
    /// A checksum of the whole file; 0 before there is one.
    checksum: u32,
    /// A checksum of the scenery: tiles of the same version have the same bytes.
    version: String,
}

impl OpenMap {
    /// Imports an OpenStreetMap extract: roads, addresses and tiles, in parallel.
    pub fn import(
        pbf: &[u8],
        rules: &[ProfileRules],
        progress: &(dyn Fn(ImportPhase, f32) + Sync),
    ) -> anyhow::Result<Self> {
        let names = || read_places(pbf).map(|places| AddressIndex::build(&places));
        let scenery = || read_scenery(pbf).map(|scenery| TileSource::new(&scenery));
        let (roads, (addresses, tiles)) =
            rayon::join(|| coldmile_road::import_with(pbf, rules, progress), || rayon::join(names, scenery));
        let tiles = tiles?;
        let version = version_of(&tiles.to_bytes());
        Ok(Self { roads: roads?, addresses: addresses?, tiles, checksum: 0, version })
    }

    /// The same map as it lies in a file of these bytes.
    #[must_use]
    pub fn in_file(self, bytes: &[u8]) -> Self {
        Self { checksum: crc32fast::hash(bytes), ..self }
    }

    /// Tells the file that this map was read from, or written to, from others.
    pub const fn checksum(&self) -> u32 {
        self.checksum
    }

    /// Reads a map file; the error names it.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let bytes = read_bytes(path)?;
        ensure!(
            !is_extract(&bytes),
            "{0} is an OpenStreetMap extract; make a map of it first: coldmile import {0} --out map.cmap",
            path.display()
        );
        let map = Self::from_bytes(&bytes).with_context(|| format!("cannot use {}", path.display()))?;
        Ok(map.in_file(&bytes))
    }

    fn from_bytes(bytes: &[u8]) -> anyhow::Result<Self> {
        let file = MapFileReader::new(bytes)?;
        let addresses = AddressIndex::from_bytes(file.section_of(ADDRESSES.0, ADDRESSES.1)?)?;
        let scenery = file.section_of(SCENERY.0, SCENERY.1)?;
        let tiles = TileSource::from_bytes(scenery)?;
        Ok(Self { roads: RoadMap::read(&file)?, addresses, tiles, checksum: 0, version: version_of(scenery) })
    }

    /// The bytes of the map file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut file = MapFileWriter::new();
        self.roads.write(&mut file);
        file.section(ADDRESSES.0, ADDRESSES.1, self.addresses.to_bytes());
        file.section(SCENERY.0, SCENERY.1, self.tiles.to_bytes());
        file.finish()
    }

    /// The roads of all profiles.
    pub const fn roads(&self) -> &RoadMap {
        &self.roads
    }

    /// Looks up an address: a coordinate if something on the map is good enough to plan with, else the candidates.
    pub fn locate(&self, text: &str) -> Located {
        if let Some((place, point)) = chosen(text) {
            return self.locate_chosen(place, point);
        }
        match self.addresses.locate(text) {
            Match::Exact(found) => Located::Exact(found.point, found.label),
            Match::Taken { best, grade, others } => {
                let (pin, reach_m) = match (grade, best.precision) {
                    (Grade::Street, Precision::Street { reach_m }) => (Pin::Approximate, reach_m),
                    (Grade::Street, _) => (Pin::Approximate, 0),
                    (Grade::Town, _) => (Pin::Coarse, 0),
                    (Grade::First, _) => (Pin::Unsure, 0),
                };
                let others = others.into_iter().map(line).collect();
                Located::Taken { point: best.point, label: best.label, pin, reach_m, others }
            }
            Match::Doubtful(found) => Located::Doubtful(found.into_iter().map(line).collect()),
            Match::Unknown => Located::Unknown,
        }
    }

    /// One of the candidates that were offered for an address: as well known as its name is alone.
    fn locate_chosen(&self, place: &str, point: Point) -> Located {
        let pin = match self.locate(place) {
            Located::Exact(..) => return Located::Exact(point, place.to_owned()),
            Located::Taken { pin: Pin::Coarse, .. } => Pin::Coarse,
            _ => Pin::Approximate,
        };
        Located::Taken { point, label: place.to_owned(), pin, reach_m: 0, others: Vec::new() }
    }
}

/// A candidate as it is offered for an address that is not clear; read back by [`chosen`].
fn line(place: Candidate) -> String {
    format!("{} at {}", place.label, place.point)
}

/// The candidate that was chosen, and where it is.
fn chosen(text: &str) -> Option<(&str, Point)> {
    let (place, point) = text.rsplit_once(" at ")?;
    let (latitude, longitude) = point.split_once(',')?;
    let number = |text: &str| text.trim().parse::<f64>().ok();
    Some((place, Point::new(number(latitude)?, number(longitude)?).ok()?))
}

impl DaySource for OpenMap {
    fn network(&self, bytes: &[u8]) -> Result<Day, Vec<InputProblem>> {
        let known = Profile::ALL.map(|profile| profile.to_string());
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        coldmile_model::read_network(bytes, "network.toml", &known)
    }

    fn locate(&self, text: &str) -> Located {
        self.locate(text)
    }
}

/// Whether these are the first bytes of a `.osm.pbf` file: the length of a header that names its kind.
fn is_extract(bytes: &[u8]) -> bool {
    bytes.get(..32).is_some_and(|head| head.windows(9).any(|name| name == b"OSMHeader"))
}

fn version_of(scenery: &[u8]) -> String {
    format!("{:08x}", crc32fast::hash(scenery))
}

impl MapSource for OpenMap {
    fn style(&self, lang: &str, theme: &str) -> serde_json::Value {
        let lang = if lang == "zh" { Lang::Chinese } else { Lang::English };
        let theme = if theme == "dark" { Theme::Dark } else { Theme::Light };
        // The version keeps browsers from using cached tiles of an earlier import.
        let tiles = format!("/map/{{z}}/{{x}}/{{y}}.mvt?v={}", self.version);
        coldmile_basemap::style(lang, theme, &tiles, self.tiles.bounds(), coldmile_basemap::ATTRIBUTION)
    }

    fn tile(&self, z: u8, x: u32, y: u32) -> Option<Vec<u8>> {
        self.tiles.tile(z, x, y).ok()
    }

    fn version(&self) -> String {
        self.version.clone()
    }
}
