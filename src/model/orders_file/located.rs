//! What an address look-up answers.

use coldmile_geometry::Point;

/// What a look-up of an address found.
#[derive(Clone, Debug, PartialEq)]
pub enum Located {
    /// One place, and what it is called.
    Exact(Point, String),
    /// Places that may be meant, best first, as people would write them.
    Doubtful(Vec<String>),
    /// Nothing like it is on the map.
    Unknown,
}
