//! All shapes of a map, ready to be cut.

use super::index::Index;
use super::kind::FeatureKind;
use coldmile_geometry::Point;
use coldmile_osm::scenery::Traits;
use i_overlay::i_float::int::point::IntPoint;

/// What tiles are cut from. One for a map, shared by all threads.
#[derive(Clone, Debug, PartialEq)]
pub struct TileSource {
    /// Whether the map has no coast: every tile is land then.
    pub(super) is_all_land: bool,
    /// South-west and north-east corner of what the map shows; `None` when it shows nothing.
    pub(super) bounds: Option<[Point; 2]>,
    /// Names; the first is empty.
    pub(super) texts: Vec<String>,
    /// Sorted by the zoom they first show at, then along a curve that keeps near ones near.
    pub(super) features: Vec<Feature>,
    /// The shapes of all features one after the other, as `stored` writes them.
    pub(super) shapes: Vec<u8>,
    pub(super) index: Index,
}

/// One thing to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Feature {
    pub(super) kind: FeatureKind,
    pub(super) traits: Traits,
    /// The zoom it first shows at.
    pub(super) from: u8,
    /// Local, English, Chinese: positions in the texts.
    pub(super) names: [u32; 3],
    /// Where names crowd, low ranks come first.
    pub(super) rank: u32,
    /// The first point of its shape.
    pub(super) origin: IntPoint,
    /// Where its shape stands among the bytes of all.
    pub(super) shape: (usize, usize),
}

impl TileSource {
    /// South-west and north-east corner of what the map shows, ferries left out; `None` when it shows nothing.
    pub fn bounds(&self) -> Option<[Point; 2]> {
        self.bounds
    }

    /// How many features it holds.
    pub fn feature_count(&self) -> usize {
        self.features.len()
    }
}
