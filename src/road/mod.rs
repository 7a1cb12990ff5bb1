//! Roads: from a .osm.pbf to travel times, paths and the places of coordinates on the network.
//!
//! [`import`] makes a [`RoadMap`] for some profiles; each profile has a [`RoadGraph`] (nodes, arcs, turns: what the referee
//! walks with [`dijkstra`]) and a [`RoadIndex`] (the hierarchy on top, shared by all threads). [`RoadIndex::table`] answers
//! many-to-many, a [`RoadQuery`] (one a thread) gives paths. Inside, time is milliseconds and length centimetres; they are
//! rounded once, where an answer leaves. Knows no parcel and no vehicle beyond its [`Profile`].

mod buckets;
mod build;
mod codec;
mod components;
pub mod dijkstra;
mod graph;
mod grid;
mod hierarchy;
mod index;
mod isochrone;
mod map;
mod path;
mod profile;
mod query;
mod reason;
mod sizes;
mod snap;
mod stop;
mod table;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod traffic;
mod weight;
mod wide;

pub use coldmile_osm::{Moment, ParseMomentError};
pub use graph::RoadGraph;
pub use index::RoadIndex;
pub use isochrone::Isochrone;
pub use map::{
    ImportError, ImportPhase, MOST_METRICS, RoadMap, build, import, import_roads, import_rules, import_with,
    rules_of,
};
pub use path::{RoadPath, Step, Turn};
pub use profile::{Profile, Rules, RulesError, UnknownProfile, parse_maxspeed};
pub use query::RoadQuery;
pub use reason::NoWay;
pub use snap::{Approach, MAX_SNAP, Snap, SnapError};
pub use stop::{CANDIDATE_REACH, Stop, Trip, UnknownApproach};
pub use table::TableRow;
pub use traffic::{Direction, SpeedRow, Traffic, TrafficError};
