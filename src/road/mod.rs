#![doc = include_str!("README.md")]

mod buckets;
mod build;
mod codec;
mod components;
pub mod dijkstra;
mod elements;
mod fast_road_list;
mod fast_roads;
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
mod recent;
mod selection;
mod simd;
mod sizes;
mod snap;
mod stop;
mod table;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod traffic;
mod upward;
mod weight;

pub use coldmile_osm::{Moment, ParseMomentError};
pub use fast_road_list::{FastRoadUse, RoadUse};
pub use graph::RoadGraph;
pub use index::RoadIndex;
pub use isochrone::Isochrone;
pub use map::{
    ImportError, ImportPhase, MAX_METRICS, RoadMap, build, import, import_roads, import_rules, import_with,
    rules_of,
};
pub use path::{Manoeuvre, RoadPath, Step};
pub use profile::{Profile, ProfileRules, ProfileRulesError, UnknownProfile, UnreadTag, parse_maxspeed};
pub use query::RoadQuery;
pub use reason::NoPath;
pub use snap::{Approach, MAX_SNAP, Snap, SnapError};
pub use stop::{CANDIDATE_REACH, MultiStopPath, RouteStop, UnknownApproach};
pub use table::TableRow;
pub use traffic::{DecimalSign, Direction, SpeedRow, Traffic, TrafficError, TrafficProblems};
