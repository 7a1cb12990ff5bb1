#![doc = include_str!("README.md")]

mod areas;
mod blocks;
mod check;
mod conditions;
mod error;
mod hours;
mod islands;
mod join;
mod measures;
pub mod places;
mod reader;
mod restrictions;
mod road_blocks;
mod roads;
pub mod scenery;
mod schedule;
mod squares;
mod tags;
#[cfg(any(test, feature = "testing"))]
pub mod town;

pub use conditions::{Condition, Conditional, Dimension, SizeBound, conditional_parts};
pub use error::OsmError;
pub use measures::{Quantity, ReadLimit, read_limit};
pub use places::{Places, read_places};
pub use reader::for_each;
pub use restrictions::{Restriction, RestrictionKind, TurnRule, Via};
pub use roads::{RoadData, RoadDataBuilder, RoadWay, read_roads};
pub use scenery::read_scenery;
pub use schedule::{Moment, ParseMomentError, Schedule, Untimed};
pub use tags::Tags;
