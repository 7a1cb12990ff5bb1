//! The separator tree of the order: cells of the topology that are independent of each other, for several threads.
//!
//! In an order by nested dissection the nodes below a separator fall into runs of ranks that no arc joins. Which runs
//! these are is read from the elimination tree.

use super::search::NO_NODE;
use super::topology::Topology;
use std::ops::Range;

/// Runs of nodes up to this long are left whole.
const WHOLE: usize = 2_000;
/// A cell is separated into this many cells at most.
const MAX_RUNS: usize = 8;

/// A cell: a run of nodes all of whose lower neighbours are in it.
#[derive(Debug)]
pub(super) struct SeparatorTree {
    pub nodes: Range<u32>,
    /// Cells that together start it; empty when it is left whole. The rest, on top of them, is their separator.
    pub below: Vec<SeparatorTree>,
}

impl SeparatorTree {
    /// All nodes, cut where that pays when there are several threads.
    pub(super) fn of(topology: &Topology) -> Self {
        match rayon::current_num_threads() {
            1 => Self::no_longer_than(topology, usize::MAX),
            threads => Self::no_longer_than(topology, (topology.node_count() / (threads * 8)).max(WHOLE)),
        }
    }

    /// All nodes in cells of at most `limit`, as far as they can be separated.
    pub(super) fn no_longer_than(topology: &Topology, limit: usize) -> Self {
        let all = 0..topology.node_count() as u32;
        if all.len() <= limit {
            return Self { nodes: all, below: Vec::new() };
        }
        let parent: Vec<u32> = all.clone().map(|v| topology.parent(v).unwrap_or(NO_NODE)).collect();
        Self::cut(&parent, all, limit)
    }

    /// Where the separator starts: the nodes that are in none of the cells below.
    pub(super) fn top(&self) -> u32 {
        self.below.last().map_or(self.nodes.start, |last| last.nodes.end)
    }

    fn cut(parent: &[u32], nodes: Range<u32>, limit: usize) -> Self {
        let mut below = Vec::new();
        if nodes.len() > limit {
            let tops = std::iter::successors(Some(16), |top| Some(top * 2));
            let runs = tops
                .take_while(|&top| top < nodes.len() / 4)
                .map(|top| runs_below(parent, nodes.start..nodes.end - top as u32))
                .find(|runs| runs.iter().all(|run| run.len() * 10 < nodes.len() * 7));
            below = runs.into_iter().flatten().map(|run| Self::cut(parent, run, limit)).collect();
        }
        Self { nodes, below }
    }
}

/// The nodes in as many runs as no arc below the last of them joins, the small ones put together.
fn runs_below(parent: &[u32], nodes: Range<u32>) -> Vec<Range<u32>> {
    let mut runs = Vec::new();
    let (mut start, mut furthest) = (nodes.start, nodes.start);
    for node in nodes.clone() {
        let above = parent[node as usize];
        if above < nodes.end {
            furthest = furthest.max(above);
        }
        let length = (node + 1 - start) as usize;
        if node + 1 == nodes.end || furthest <= node && length * MAX_RUNS >= nodes.len() {
            runs.push(start..node + 1);
            start = node + 1;
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_where_no_arc_leads_on() {
        // Two chains 0-1-2-3 and 4-5-6-7 under node 8.
        let parent = [1, 2, 3, 8, 5, 6, 7, 8, NO_NODE];
        assert_eq!(runs_below(&parent, 0..8), [0..4, 4..8]);
        assert_eq!(runs_below(&parent, 0..9), vec![0..9; 1]);
    }
}
