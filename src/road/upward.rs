//! The upward search of tables: all ancestors of some nodes in the elimination tree, lower ranks first.

use super::hierarchy::{Half, NO_NODE, SearchGraph};
use super::index::RoadIndex;
use super::weight::{INFINITE, Weight};

/// Upward searches without a queue; keeps its working memory from one to the next.
pub(super) struct UpwardSearch {
    /// Infinite between searches.
    distance: Vec<Weight>,
}

impl UpwardSearch {
    pub(super) fn new(index: &RoadIndex) -> Self {
        Self { distance: vec![INFINITE; index.search.parent.len()] }
    }

    /// Searches upward from some nodes; `found` is called with every node that is reached and its distance, lower
    /// ranks first.
    pub(super) fn run(
        &mut self,
        search: &SearchGraph,
        half: &Half,
        labels: &[(u32, Weight)],
        mut found: impl FnMut(u32, Weight),
    ) {
        let distance = &mut self.distance;
        let mut fronts: smallvec::SmallVec<[u32; 4]> = labels.iter().map(|label| label.0).collect();
        for &(node, weight) in labels {
            distance[node as usize] = distance[node as usize].min(weight);
        }
        while let Some(node) = fronts.iter().copied().min() {
            let weight = std::mem::replace(&mut distance[node as usize], INFINITE);
            if weight < INFINITE {
                found(node, weight);
                for arc in half.arcs(node) {
                    let upper = &mut distance[half.upper[arc] as usize];
                    *upper = (*upper).min(weight + half.weight[arc]);
                }
            }
            let above = search.parent[node as usize];
            fronts.retain(|front| *front != node);
            if above != NO_NODE && !fronts.contains(&above) {
                fronts.push(above);
            }
        }
    }
}
