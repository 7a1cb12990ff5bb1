//! The search graph: the arcs that shortest paths need after perfect customization, upward from both ends.

use crate::weight::Weight;

/// Stands for "no node": above the root, or an arc that is no shortcut.
pub(crate) const NO_NODE: u32 = u32::MAX;

/// One direction of the search graph: arcs between each node and nodes above it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Half {
    /// Where a node's arcs start.
    pub first: Vec<u32>,
    /// The upper end; ascending within a node.
    pub upper: Vec<u32>,
    pub weight: Vec<Weight>,
    /// The node a shortcut leads over, or [`NO_NODE`].
    pub middle: Vec<u32>,
}

impl Half {
    pub(crate) fn arcs(&self, node: u32) -> std::ops::Range<usize> {
        self.first[node as usize] as usize..self.first[node as usize + 1] as usize
    }

    /// The arc between a node and one above it.
    pub(crate) fn arc_to(&self, node: u32, upper: u32) -> Option<usize> {
        let arcs = self.arcs(node);
        let found = self.upper[arcs.clone()].binary_search(&upper).ok()?;
        Some(arcs.start + found)
    }
}

/// The pruned hierarchy.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SearchGraph {
    /// The parent in the elimination tree: the search space of a node is the path to the root.
    pub parent: Vec<u32>,
    /// Arcs to walk upwards.
    pub up: Half,
    /// Arcs to walk downwards, listed at their lower end.
    pub down: Half,
}
