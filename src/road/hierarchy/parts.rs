//! Parts of the topology that know nothing of each other, for several threads.
//!
//! In an order by nested dissection the vertices below a separator fall into runs that no arc joins. Which runs these
//! are is read from the elimination tree.

use super::search::NO_VERTEX;
use super::topology::Topology;
use std::ops::Range;

/// Runs of vertices up to this long are left whole.
const WHOLE: usize = 2_000;
/// So many runs are made of one at most.
const MOST: usize = 8;

/// A run of vertices all of whose lower neighbours are in it.
#[derive(Debug)]
pub(super) struct Part {
    pub vertices: Range<u32>,
    /// Parts that together start it; empty when it is left whole. The rest, on top of them, starts where they end.
    pub below: Vec<Part>,
}

impl Part {
    /// All vertices, cut where that pays when there are several threads.
    pub(super) fn of(topology: &Topology) -> Self {
        match rayon::current_num_threads() {
            1 => Self::no_longer_than(topology, usize::MAX),
            threads => Self::no_longer_than(topology, (topology.vertex_count() / (threads * 8)).max(WHOLE)),
        }
    }

    /// All vertices in parts of at most so many, as far as they can be cut.
    pub(super) fn no_longer_than(topology: &Topology, limit: usize) -> Self {
        let all = 0..topology.vertex_count() as u32;
        if all.len() <= limit {
            return Self { vertices: all, below: Vec::new() };
        }
        let parent: Vec<u32> = all.clone().map(|v| topology.parent(v).unwrap_or(NO_VERTEX)).collect();
        Self::cut(&parent, all, limit)
    }

    /// Where the vertices start that are in none of the parts below.
    pub(super) fn top(&self) -> u32 {
        self.below.last().map_or(self.vertices.start, |last| last.vertices.end)
    }

    fn cut(parent: &[u32], vertices: Range<u32>, limit: usize) -> Self {
        let mut below = Vec::new();
        if vertices.len() > limit {
            let tops = std::iter::successors(Some(16), |top| Some(top * 2));
            let runs = tops
                .take_while(|&top| top < vertices.len() / 4)
                .map(|top| runs_below(parent, vertices.start..vertices.end - top as u32))
                .find(|runs| runs.iter().all(|run| run.len() * 10 < vertices.len() * 7));
            below = runs.into_iter().flatten().map(|run| Self::cut(parent, run, limit)).collect();
        }
        Self { vertices, below }
    }
}

/// The vertices in as many runs as no arc below the last of them joins, the small ones put together.
fn runs_below(parent: &[u32], vertices: Range<u32>) -> Vec<Range<u32>> {
    let mut runs = Vec::new();
    let (mut start, mut furthest) = (vertices.start, vertices.start);
    for vertex in vertices.clone() {
        let above = parent[vertex as usize];
        if above < vertices.end {
            furthest = furthest.max(above);
        }
        let length = (vertex + 1 - start) as usize;
        if vertex + 1 == vertices.end || furthest <= vertex && length * MOST >= vertices.len() {
            runs.push(start..vertex + 1);
            start = vertex + 1;
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_where_no_arc_leads_on() {
        // Two chains 0-1-2-3 and 4-5-6-7 under vertex 8.
        let parent = [1, 2, 3, 8, 5, 6, 7, 8, NO_VERTEX];
        assert_eq!(runs_below(&parent, 0..8), [0..4, 4..8]);
        assert_eq!(runs_below(&parent, 0..9), vec![0..9; 1]);
    }
}
