//! The map of all profiles: importing it, and its sections in a map file.

use super::build::build_graph;
use super::codec;
use super::graph::RoadGraph;
use super::index::{RoadIndex, order_of};
use super::profile::Profile;
use crate::geometry::Point;
use crate::mapfile::{self, MapFileError};
use crate::osm::{self, OsmError, RoadData};
use rayon::prelude::*;

/// What an import is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImportPhase {
    /// Reading the file.
    Read,
    /// Building the graphs.
    Build,
    /// Ordering them for contraction.
    Order,
    /// Weighing the hierarchies.
    Customize,
}

impl ImportPhase {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Read, Self::Build, Self::Order, Self::Customize];
}

/// A map that cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error(transparent)]
    Osm(#[from] OsmError),
    /// The file has no roads for a profile.
    #[error("the map has no roads for the profile {0}")]
    NoRoads(Profile),
}

/// Roads and hierarchies of some profiles.
#[derive(Debug)]
pub struct RoadMap {
    /// In the order of [`Profile::ALL`].
    indexes: Vec<RoadIndex>,
    skipped_restrictions: usize,
}

/// Imports the roads of a .osm.pbf for some profiles, on all cores.
///
/// `progress` hears each phase at its start (0.0), in between, and at its end (1.0), from any thread.
pub fn import(
    pbf: &[u8],
    profiles: &[Profile],
    progress: &(dyn Fn(ImportPhase, f32) + Sync),
) -> Result<RoadMap, ImportError> {
    progress(ImportPhase::Read, 0.0);
    let data = osm::read_roads(pbf)?;
    progress(ImportPhase::Read, 1.0);
    import_roads(&data, profiles, progress)
}

/// The same from roads that have been read, or invented.
pub fn import_roads(
    data: &RoadData,
    profiles: &[Profile],
    progress: &(dyn Fn(ImportPhase, f32) + Sync),
) -> Result<RoadMap, ImportError> {
    let wanted: Vec<Profile> =
        Profile::ALL.into_iter().filter(|profile| profiles.contains(profile)).collect();
    progress(ImportPhase::Build, 0.0);
    let graphs: Vec<RoadGraph> = wanted
        .par_iter()
        .map(|&profile| build_graph(data, profile).ok_or(ImportError::NoRoads(profile)))
        .collect::<Result<_, _>>()?;
    progress(ImportPhase::Build, 1.0);
    progress(ImportPhase::Order, 0.0);
    let orders: Vec<Vec<u32>> = graphs.par_iter().map(order_of).collect();
    progress(ImportPhase::Order, 1.0);
    progress(ImportPhase::Customize, 0.0);
    let indexes =
        graphs.into_par_iter().zip(orders).map(|(graph, order)| RoadIndex::with_order(graph, order));
    let indexes = indexes.collect();
    progress(ImportPhase::Customize, 1.0);
    Ok(RoadMap { indexes, skipped_restrictions: data.skipped_restrictions() })
}

/// The index of one profile on roads that have been read, or invented; `None` when it has no roads.
pub fn build(data: &RoadData, profile: Profile) -> Option<RoadIndex> {
    build_graph(data, profile).map(RoadIndex::build)
}

/// The section that says which profiles there are.
const SECTION: &str = "roads";
/// Version of the sections of roads.
const VERSION: u32 = 1;

impl RoadMap {
    /// Adds the sections of roads to a map file.
    pub fn write(&self, file: &mut mapfile::Writer) {
        let mut head = mapfile::Encoder::new();
        head.number(self.skipped_restrictions as u64);
        head.number(self.indexes.len() as u64);
        for index in &self.indexes {
            head.text(index.profile().name());
        }
        file.section(SECTION, VERSION, head.finish());
        let sections: Vec<_> = self
            .indexes
            .par_iter()
            .map(|index| {
                let name = index.profile().name();
                let graph = (format!("roads/{name}/graph"), codec::write_graph(&index.graph));
                let order = (format!("roads/{name}/order"), codec::write_order(&index.order));
                let search = (format!("roads/{name}/search"), codec::write_search(&index.search));
                [graph, order, search]
            })
            .collect();
        for (name, bytes) in sections.into_iter().flatten() {
            file.section(&name, VERSION, bytes);
        }
    }

    /// Reads the sections of roads from a map file.
    pub fn read(file: &mapfile::Reader) -> Result<Self, MapFileError> {
        let head = file.section_of(SECTION, VERSION)?;
        let damaged = || MapFileError::Damaged(format!("section {SECTION}"));
        let mut head = mapfile::Decoder::new(head);
        let skipped_restrictions = head.number().ok_or_else(damaged)? as usize;
        let count = head.count().ok_or_else(damaged)?;
        let names: Option<Vec<Profile>> = (0..count).map(|_| head.text()?.parse().ok()).collect();
        let indexes: Result<Vec<RoadIndex>, MapFileError> = names
            .ok_or_else(damaged)?
            .into_par_iter()
            .map(|profile| {
                let section = |part: &str| file.section_of(&format!("roads/{profile}/{part}"), VERSION);
                let (graph, order, search) = (section("graph")?, section("order")?, section("search")?);
                codec::read_index(profile, graph, order, search)
                    .ok_or_else(|| MapFileError::Damaged(format!("the sections of roads/{profile}")))
            })
            .collect();
        Ok(Self { indexes: indexes?, skipped_restrictions })
    }

    /// The profiles there are.
    pub fn profiles(&self) -> impl Iterator<Item = Profile> {
        self.indexes.iter().map(RoadIndex::profile)
    }

    /// The index of a profile, if the map has it.
    pub fn index(&self, profile: Profile) -> Option<&RoadIndex> {
        self.indexes.iter().find(|index| index.profile() == profile)
    }

    /// The plain graph of a profile, if the map has it. The referee needs no more.
    pub fn graph(&self, profile: Profile) -> Option<&RoadGraph> {
        self.index(profile).map(RoadIndex::graph)
    }

    /// The corners of the box around the roads of all profiles (ferries left out): south-west, north-east.
    pub fn bounds(&self) -> Option<(Point, Point)> {
        let boxes = self.indexes.iter().map(|index| index.graph.bounds());
        boxes.reduce(|a, b| {
            let south_west = Point::from_e7(a.0.lat_e7().min(b.0.lat_e7()), a.0.lon_e7().min(b.0.lon_e7()));
            let north_east = Point::from_e7(a.1.lat_e7().max(b.1.lat_e7()), a.1.lon_e7().max(b.1.lon_e7()));
            (south_west, north_east)
        })
    }

    /// Nodes of all profiles together.
    pub fn node_count(&self) -> usize {
        self.indexes.iter().map(|index| index.graph.node_count()).sum()
    }

    /// Arcs of all profiles together.
    pub fn arc_count(&self) -> usize {
        self.indexes.iter().map(|index| index.graph.arc_count()).sum()
    }

    /// Turn restrictions that the import could not apply: via a way, or with members missing.
    pub fn skipped_restrictions(&self) -> usize {
        self.skipped_restrictions
    }
}
