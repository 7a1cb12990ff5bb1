//! Reading a .osm.pbf in streaming passes.
//!
//! Callers ask for what they need (roads, places, addresses) and get plain data; nothing here knows profiles,
//! speeds or tiles. Every pass runs over bytes in memory and keeps only what its caller keeps. [`for_each`] hands out
//! whole objects; [`read_roads`] keeps what a road graph needs.

mod blocks;
mod check;
mod islands;
pub mod places;
mod reader;
mod restrictions;
mod road_blocks;
mod roads;
pub mod scenery;
mod schedule;
mod tags;
#[cfg(any(test, feature = "testing"))]
pub mod town;

pub use places::{Places, read_places};
pub use reader::{OsmError, for_each};
pub use restrictions::{Restriction, RestrictionKind, TurnRule, Via};
pub use roads::{RoadData, RoadDataBuilder, RoadWay, read_roads};
pub use scenery::read_scenery;
pub use schedule::{Moment, NoMoment, Schedule, conditional_parts};
pub use tags::Tags;
