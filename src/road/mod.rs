//! Roads: from a .osm.pbf to travel times, paths and the places of coordinates on the network.
//!
//! [`import`] makes a [`RoadMap`] for some profiles; each profile has a [`RoadGraph`] (nodes, arcs, turns: what the referee
//! walks with [`dijkstra`]) and a [`RoadIndex`] (the hierarchy on top, shared by all threads). [`RoadIndex::table`] answers
//! many-to-many, a [`RoadQuery`] (one a thread) gives paths. Inside, time is milliseconds and length centimetres; they are
//! rounded once, where an answer leaves. Knows no parcel and no vehicle beyond its [`Profile`].

mod build;
mod codec;
pub mod dijkstra;
mod graph;
mod hierarchy;
mod index;
mod map;
mod path;
mod profile;
mod query;
mod snap;
mod table;
mod weight;

pub use graph::RoadGraph;
pub use index::RoadIndex;
pub use map::{ImportError, ImportPhase, RoadMap, build, import, import_roads};
pub use path::{RoadPath, Step, Turn};
pub use profile::{Profile, UnknownProfile, parse_maxspeed};
pub use query::RoadQuery;
pub use snap::{MAX_SNAP, Snap, SnapError};
