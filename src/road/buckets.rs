//! From many places to many when the places lie far apart: each target leaves its distance at every node above it,
//! each source collects them in its upward search (Knopp, Sanders, Schultes, Schulz, Wagner 2007: many-to-many with buckets).

use super::index::RoadIndex;
use super::snap::Snap;
use super::upward::UpwardSearch;
use super::weight::{INFINITE, Weight};
use coldmile_units::Csr;
use rayon::prelude::*;

/// So many targets are prepared at a time by one thread.
const AT_ONCE: usize = 64;

/// What a target left: the node, the target, and the weight of the path to it from there.
type Left = (u32, u32, Weight);

/// What the targets left at the nodes.
pub(super) struct Buckets<'a> {
    index: &'a RoadIndex,
    /// For each node the targets above which it lies, and the weight of the path to each from here.
    entries: Csr<(u32, Weight)>,
    /// What the paths to each target are too long by. It keeps weights from falling below zero where the rest of the
    /// last arc is taken off.
    raised: Vec<Weight>,
}

impl<'a> Buckets<'a> {
    /// Searches backwards from all targets.
    pub(super) fn of(index: &'a RoadIndex, to: &[Snap]) -> Self {
        let found: Vec<(Vec<Left>, Vec<Weight>)> = to
            .par_chunks(AT_ONCE)
            .enumerate()
            .map(|(number, some)| {
                let mut upward = UpwardSearch::new(index);
                let (mut left, mut raised) = (Vec::new(), Vec::with_capacity(some.len()));
                for (target, snap) in (number * AT_ONCE..).zip(some) {
                    let mut labels = index.targets(snap);
                    let raise = labels.iter().map(|label| label.1).max().unwrap_or(0);
                    labels.iter_mut().for_each(|label| label.1 = raise - label.1);
                    let leave = |node, weight| left.push((node, target as u32, weight));
                    upward.run(&index.search, &index.search.down, &labels, leave);
                    raised.push(raise);
                }
                (left, raised)
            })
            .collect();
        let all = found.iter().flat_map(|(left, _)| left);
        let by_node = all.map(|&(node, target, weight)| (node, (target, weight)));
        let entries = Csr::from_entries(index.search.parent.len(), by_node);
        let raised = found.into_iter().flat_map(|(_, raised)| raised).collect();
        Self { index, entries, raised }
    }

    /// The row of a source: what it costs to get to each target.
    pub(super) fn row(&self, source: &Snap, upward: &mut UpwardSearch, cells: &mut [Weight]) {
        let index = self.index;
        cells.fill(INFINITE);
        upward.run(&index.search, &index.search.up, &index.sources(source), |node, weight| {
            for &(target, rest) in self.entries.row(node) {
                let cell = &mut cells[target as usize];
                *cell = (*cell).min(weight + rest);
            }
        });
        for (cell, &raised) in cells.iter_mut().zip(&self.raised) {
            // Only a source on the same segment, which is recomputed later, is nearer than the paths were raised by.
            *cell = if *cell < INFINITE { cell.saturating_sub(raised) } else { INFINITE };
        }
    }
}
