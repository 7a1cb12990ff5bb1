//! The map of all profiles: importing it, and its sections in a map file.

use super::build::build_graph;
use super::codec;
use super::fast_road_list::{FastRoadUse, RoadUse};
use super::graph::RoadGraph;
use super::index::{RoadIndex, order_of};
use super::profile::{Profile, ProfileRules, UnreadTag, is_hourly_limit, is_understood};
use super::recent::Recent;
use super::traffic::Traffic;
use coldmile_geometry::Point;
use coldmile_mapfile::MapFileError;
use coldmile_osm::{Moment, OsmError, RoadData};
use coldmile_units::VehicleSize;
use rayon::prelude::*;
use std::sync::Arc as Shared;

/// What an import is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImportPhase {
    /// Reading the file.
    Read,
    /// Building the graphs.
    Build,
    /// Ordering them for contraction.
    Order,
    /// Customizing the hierarchies.
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
    NoRoads(String),
    /// The file has no roads for a profile, and some of its roads have no nodes.
    #[error(
        "the map has no roads for the profile {name}: {roads} of its roads have no nodes in the file; make the extract with complete ways"
    )]
    MissingNodes {
        /// The profile.
        name: String,
        /// Roads and ferries whose nodes are not in the file.
        roads: usize,
    },
}

/// Metrics that a map keeps at most: a working day's hours for two sizes of vehicle.
pub const MAX_METRICS: usize = 24;

/// What the weights of a profile are customized for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Metric {
    name: String,
    departure: Option<Moment>,
    road_use: RoadUse,
}

/// Roads and hierarchies of some profiles.
#[derive(Debug)]
pub struct RoadMap {
    /// Built-in profiles stand in the order of [`Profile::ALL`].
    indexes: Vec<Shared<RoadIndex>>,
    /// Measured speeds. Those that hold all day are in the indexes.
    traffic: Traffic,
    /// Indexes of other moments, sizes and uses.
    metrics: Recent<Metric, Shared<RoadIndex>, MAX_METRICS>,
    /// Graphs of other sizes and uses, by the name of the profile.
    graphs: Recent<(String, RoadUse), RoadGraph, MAX_METRICS>,
    skipped_restrictions: usize,
    tags: ImportedTags,
}

/// What an import has to tell about the tags that it met.
#[derive(Debug, Default)]
struct ImportedTags {
    unread: Vec<UnreadTag>,
    hourly_limits: usize,
}

/// Imports the roads of a .osm.pbf for some profiles, on all cores.
///
/// `progress` hears each phase at its start (0.0), in between, and at its end (1.0), from any thread.
pub fn import(
    pbf: &[u8],
    profiles: &[Profile],
    progress: &(dyn Fn(ImportPhase, f32) + Sync),
) -> Result<RoadMap, ImportError> {
    import_with(pbf, &rules_of(profiles), progress)
}

/// The same for custom profiles. Of rules with the same name only the first count.
pub fn import_with(
    pbf: &[u8],
    rules: &[ProfileRules],
    progress: &(dyn Fn(ImportPhase, f32) + Sync),
) -> Result<RoadMap, ImportError> {
    progress(ImportPhase::Read, 0.0);
    let data = coldmile_osm::read_roads(pbf)?;
    progress(ImportPhase::Read, 1.0);
    let graphs = build_graphs(&data, rules, progress)?;
    let (skipped_restrictions, tags) = (data.skipped_restrictions(), ImportedTags::of(&data));
    drop(data);
    Ok(RoadMap { tags, ..index_all(graphs, skipped_restrictions, progress) })
}

/// The same from roads that have been read, or invented.
pub fn import_roads(
    data: &RoadData,
    profiles: &[Profile],
    progress: &(dyn Fn(ImportPhase, f32) + Sync),
) -> Result<RoadMap, ImportError> {
    import_rules(data, &rules_of(profiles), progress)
}

/// The rules of built-in profiles, in the order of map files.
pub fn rules_of(profiles: &[Profile]) -> Vec<ProfileRules> {
    Profile::ALL.into_iter().filter(|profile| profiles.contains(profile)).map(ProfileRules::from).collect()
}

/// The same for custom profiles. Of rules with the same name only the first count.
pub fn import_rules(
    data: &RoadData,
    rules: &[ProfileRules],
    progress: &(dyn Fn(ImportPhase, f32) + Sync),
) -> Result<RoadMap, ImportError> {
    let graphs = build_graphs(data, rules, progress)?;
    let map = index_all(graphs, data.skipped_restrictions(), progress);
    Ok(RoadMap { tags: ImportedTags::of(data), ..map })
}

/// What differs from what the graph has without a word: its own size, and fast roads where no bikes ride, are nothing.
fn told_apart(graph: &RoadGraph, road_use: RoadUse) -> RoadUse {
    let is_bike = graph.profile() == Profile::Bike;
    RoadUse {
        size: road_use.size.filter(|size| *size != graph.size()),
        fast_roads: if is_bike { road_use.fast_roads } else { FastRoadUse::Ride },
    }
}

impl ImportedTags {
    /// The tags that no profile understands, the most frequent first, and how many limits change with the hour.
    fn of(data: &RoadData) -> Self {
        let mut found = Self::default();
        for (key, value, count) in data.tag_counts() {
            if !is_understood(key, value) {
                found.unread.push(UnreadTag { key, value: value.to_owned(), count });
            }
            if is_hourly_limit(key, value) {
                found.hourly_limits += count;
            }
        }
        found.unread.sort_by_key(|tag| std::cmp::Reverse(tag.count));
        found
    }
}

fn build_graphs(
    data: &RoadData,
    rules: &[ProfileRules],
    progress: &(dyn Fn(ImportPhase, f32) + Sync),
) -> Result<Vec<RoadGraph>, ImportError> {
    let is_first = |(number, one): &(usize, &ProfileRules)| {
        rules[..*number].iter().all(|other| other.name() != one.name())
    };
    let wanted: Vec<&ProfileRules> =
        rules.iter().enumerate().filter(is_first).map(|(_, rules)| rules).collect();
    progress(ImportPhase::Build, 0.0);
    let graphs: Result<Vec<RoadGraph>, ImportError> = wanted
        .par_iter()
        .map(|rules| build_graph(data, rules).ok_or_else(|| no_roads(data, rules)))
        .collect();
    progress(ImportPhase::Build, 1.0);
    graphs
}

fn no_roads(data: &RoadData, rules: &ProfileRules) -> ImportError {
    let name = rules.name().to_owned();
    match data.roads_without_nodes() {
        0 => ImportError::NoRoads(name),
        roads => ImportError::MissingNodes { name, roads },
    }
}

fn index_all(
    graphs: Vec<RoadGraph>,
    skipped_restrictions: usize,
    progress: &(dyn Fn(ImportPhase, f32) + Sync),
) -> RoadMap {
    progress(ImportPhase::Order, 0.0);
    let orders: Vec<Vec<u32>> = graphs.par_iter().map(order_of).collect();
    progress(ImportPhase::Order, 1.0);
    progress(ImportPhase::Customize, 0.0);
    let indexes =
        graphs.into_par_iter().zip(orders).map(|(graph, order)| RoadIndex::with_order(graph, order));
    let indexes = indexes.map(Shared::new).collect();
    progress(ImportPhase::Customize, 1.0);
    RoadMap::new(indexes, Traffic::default(), skipped_restrictions)
}

/// The index of one profile on roads that have been read, or invented; `None` when it has no roads.
pub fn build(data: &RoadData, profile: Profile) -> Option<RoadIndex> {
    build_graph(data, &ProfileRules::from(profile)).map(RoadIndex::build)
}

/// The section that says which profiles there are.
const SECTION: &str = "roads";
/// The section of measured speeds, where there are any.
const TRAFFIC: &str = "roads/traffic";
/// Version of the sections of roads.
const VERSION: u32 = 3;

impl RoadMap {
    fn new(indexes: Vec<Shared<RoadIndex>>, traffic: Traffic, skipped_restrictions: usize) -> Self {
        let (metrics, graphs, tags) = (Recent::default(), Recent::default(), ImportedTags::default());
        Self { indexes, traffic, metrics, graphs, skipped_restrictions, tags }
    }

    /// Adds the sections of roads to a map file.
    pub fn write(&self, file: &mut coldmile_mapfile::MapFileWriter) {
        let mut head = coldmile_mapfile::Encoder::new();
        head.number(self.skipped_restrictions as u64);
        head.number(self.indexes.len() as u64);
        for index in &self.indexes {
            head.text(index.graph.profile_name());
            head.text(index.profile().name());
        }
        file.section(SECTION, VERSION, head.finish());
        let sections: Vec<_> = self
            .indexes
            .par_iter()
            .map(|index| {
                let name = index.graph.profile_name();
                let write_rest = || {
                    let graph = (format!("roads/{name}/graph"), codec::write_graph(&index.graph));
                    (graph, (format!("roads/{name}/order"), codec::write_order(&index.base.order)))
                };
                let write_search = || (format!("roads/{name}/search"), codec::write_search(&index.search));
                let ((graph, order), search) = rayon::join(write_rest, write_search);
                [graph, order, search]
            })
            .collect();
        for (name, bytes) in sections.into_iter().flatten() {
            file.section(&name, VERSION, bytes);
        }
        for index in &self.indexes {
            if let Some(fast_list) = &index.graph.layout.fast_list {
                let name = format!("roads/{}/fast", index.graph.profile_name());
                file.section(&name, VERSION, codec::write_fast_roads(fast_list));
            }
        }
        if !self.traffic.is_empty() {
            file.section(TRAFFIC, VERSION, codec::write_traffic(&self.traffic));
        }
    }

    /// Reads the sections of roads from a map file.
    pub fn read(file: &coldmile_mapfile::MapFileReader) -> Result<Self, MapFileError> {
        let head = file.section_of(SECTION, VERSION)?;
        let damaged = || MapFileError::Damaged(format!("section {SECTION}"));
        let mut head = coldmile_mapfile::Decoder::new(head);
        let skipped_restrictions = head.number().ok_or_else(damaged)? as usize;
        let count = head.count().ok_or_else(damaged)?;
        let names: Option<Vec<(&str, Profile)>> =
            (0..count).map(|_| Some((head.text()?, head.text()?.parse().ok()?))).collect();
        let traffic = match file.section_of(TRAFFIC, VERSION) {
            Ok(bytes) => codec::read_traffic(bytes)
                .ok_or_else(|| MapFileError::Damaged(format!("section {TRAFFIC}")))?,
            Err(MapFileError::Missing(_)) => Traffic::default(),
            Err(error) => return Err(error),
        };
        let indexes: Result<Vec<Shared<RoadIndex>>, MapFileError> = names
            .ok_or_else(damaged)?
            .into_par_iter()
            .map(|(name, profile)| {
                let section = |part: &str| file.section_of(&format!("roads/{name}/{part}"), VERSION);
                let sections = [section("graph")?, section("order")?, section("search")?];
                // Maps of earlier versions do not know them.
                let fast = match section("fast") {
                    Err(MapFileError::Missing(_)) => None,
                    found => Some(found?),
                };
                codec::read_index(name, profile, (sections, fast), &traffic)
                    .map(Shared::new)
                    .ok_or_else(|| MapFileError::Damaged(format!("the sections of roads/{name}")))
            })
            .collect();
        Ok(Self::new(indexes?, traffic, skipped_restrictions))
    }

    /// The same roads with measured speeds, without a new import. What was measured before is forgotten.
    #[must_use]
    pub fn with_traffic(&self, traffic: Traffic) -> Self {
        let indexes = self.indexes.par_iter().map(|index| Shared::new(index.at(&traffic, None))).collect();
        Self::new(indexes, traffic, self.skipped_restrictions)
    }

    /// The measured speeds.
    pub fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// The index of a profile for trips that depart at a moment, if the map has the profile.
    pub fn index_at(&self, profile: Profile, departure: Moment) -> Option<RoadIndex> {
        self.index(profile).map(|index| index.at(&self.traffic, Some(departure)))
    }

    /// The index of a profile, by its name, for trips that depart at a moment and a vehicle of some size (without one,
    /// the profile's own); `None` if the map does not have the profile. It is made when first asked for, then kept: of
    /// many the [`MAX_METRICS`] last ones.
    pub fn metric(
        &self,
        name: &str,
        departure: Option<Moment>,
        size: Option<VehicleSize>,
    ) -> Option<Shared<RoadIndex>> {
        self.metric_for(name, departure, RoadUse { size, ..RoadUse::default() })
    }

    /// The same for a vehicle that also says what bikes do on fast roads.
    pub fn metric_for(
        &self,
        name: &str,
        departure: Option<Moment>,
        road_use: RoadUse,
    ) -> Option<Shared<RoadIndex>> {
        let base = self.shared(name)?;
        let road_use = told_apart(&base.graph, road_use);
        if departure.is_none() && road_use == RoadUse::default() {
            return Some(base.clone());
        }
        let key = Metric { name: name.to_owned(), departure, road_use };
        let make = || Shared::new(base.for_trip(&self.traffic, departure, road_use));
        Some(self.metrics.get_or_make(key, make))
    }

    /// The graph of a profile, by its name, for what a vehicle asks of the roads (without a size, the profile's own) and
    /// without a moment; `None` if the map does not have the profile. The same graph as under [`RoadMap::metric_for`], but no
    /// hierarchy is customized for it: the audit needs no more. Kept like a metric; a clone is cheap.
    pub fn graph_for(&self, name: &str, road_use: RoadUse) -> Option<RoadGraph> {
        let base = &self.shared(name)?.graph;
        let road_use = told_apart(base, road_use);
        if road_use == RoadUse::default() {
            return Some(base.clone());
        }
        let size = road_use.size.unwrap_or(base.size());
        let make = || base.with_fast_roads(road_use.fast_roads).for_size(size).at(&self.traffic, None);
        Some(self.graphs.get_or_make((name.to_owned(), road_use), make))
    }

    /// The built-in profiles there are.
    pub fn profiles(&self) -> impl Iterator<Item = Profile> {
        self.names().filter_map(|name| name.parse().ok())
    }

    /// The names of all profiles there are.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.indexes.iter().map(|index| index.graph.profile_name())
    }

    /// The index of a built-in profile, if the map has it.
    pub fn index(&self, profile: Profile) -> Option<&RoadIndex> {
        self.named(profile.name())
    }

    /// The index of a profile by its name, if the map has it.
    pub fn named(&self, name: &str) -> Option<&RoadIndex> {
        self.shared(name).map(|index| &**index)
    }

    fn shared(&self, name: &str) -> Option<&Shared<RoadIndex>> {
        self.indexes.iter().find(|index| index.graph.profile_name() == name)
    }

    /// The plain graph of a profile, if the map has it.
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

    /// Turn restrictions that the import could not apply: their members are missing or do not meet, or their condition
    /// is not understood.
    pub fn skipped_restrictions(&self) -> usize {
        self.skipped_restrictions
    }

    /// The tags that the import of this map met and no profile understands, the most frequent first. A map that was read
    /// from a map file does not know them.
    pub fn unread_tags(&self) -> &[UnreadTag] {
        &self.tags.unread
    }

    /// How many tags of the import set speed limits that change with the hour or the day: the lowest of them holds at any
    /// time. A map that was read from a map file does not know them.
    pub fn hourly_limits(&self) -> usize {
        self.tags.hourly_limits
    }
}
