//! What an address look-up answers.

use crate::Pin;
use coldmile_geometry::Point;

/// What a look-up of an address found.
#[derive(Clone, Debug, PartialEq)]
pub enum Located {
    /// One place, and what it is called.
    Exact(Point, String),
    /// A place that is good enough to plan with, and has to be looked at.
    Taken {
        /// Where.
        point: Point,
        /// What it is called.
        label: String,
        /// How well the door is known.
        pin: Pin,
        /// How far from there the door may be, in metres.
        reach_m: u32,
        /// What may have been meant instead, best first, as people would write it.
        others: Vec<String>,
    },
    /// Places that may be meant, best first, as people would write them.
    Doubtful(Vec<String>),
    /// Nothing like it is on the map.
    Unknown,
}
