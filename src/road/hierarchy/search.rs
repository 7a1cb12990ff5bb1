//! What searches walk on: the arcs that shortest paths need, upwards from both ends.

use crate::weight::Weight;

/// Stands for "no vertex": above the root, or an arc that is no shortcut.
pub(crate) const NO_VERTEX: u32 = u32::MAX;

/// One direction of the search graph: arcs between each vertex and vertices above it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Half {
    /// Where a vertex's arcs start.
    pub first: Vec<u32>,
    /// The upper end; ascending within a vertex.
    pub upper: Vec<u32>,
    pub weight: Vec<Weight>,
    /// The vertex a shortcut leads over, or [`NO_VERTEX`].
    pub middle: Vec<u32>,
}

impl Half {
    pub(crate) fn arcs(&self, vertex: u32) -> std::ops::Range<usize> {
        self.first[vertex as usize] as usize..self.first[vertex as usize + 1] as usize
    }

    /// The arc between a vertex and one above it.
    pub(crate) fn arc_to(&self, vertex: u32, upper: u32) -> Option<usize> {
        let arcs = self.arcs(vertex);
        let found = self.upper[arcs.clone()].binary_search(&upper).ok()?;
        Some(arcs.start + found)
    }
}

/// The pruned hierarchy.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SearchGraph {
    /// The parent in the elimination tree: all a search from a vertex can reach lies on the way to the root.
    pub parent: Vec<u32>,
    /// Arcs to walk upwards.
    pub up: Half,
    /// Arcs to walk downwards, listed at their lower end.
    pub down: Half,
}
