//! From many places to many when the places lie far apart: each target leaves its distance at every vertex above it,
//! each source collects on its way up (Knopp, Sanders, Schultes, Schulz, Wagner 2007: many-to-many with buckets).

use super::index::RoadIndex;
use super::snap::Snap;
use super::table::Climber;
use super::weight::{INFINITE, Weight};
use rayon::prelude::*;

/// So many targets are prepared at a time by one thread.
const AT_ONCE: usize = 64;

/// What a target left: the vertex, the target, and the way to it from there.
type Left = (u32, u32, Weight);

/// What the targets left at the vertices.
pub(super) struct Buckets {
    /// Where a vertex's entries start.
    first: Vec<u32>,
    /// A target, and the way to it from here.
    entries: Vec<(u32, Weight)>,
    /// What the ways to each target are too long by. It keeps them from falling below zero where the rest of the last arc
    /// is taken off.
    raised: Vec<Weight>,
}

impl Buckets {
    /// Searches backwards from all targets.
    pub(super) fn of(index: &RoadIndex, to: &[Snap]) -> Self {
        let found: Vec<(Vec<Left>, Vec<Weight>)> = to
            .par_chunks(AT_ONCE)
            .enumerate()
            .map(|(number, some)| {
                let mut climber = Climber::new(index);
                let (mut left, mut raised) = (Vec::new(), Vec::with_capacity(some.len()));
                for (target, snap) in (number * AT_ONCE..).zip(some) {
                    let mut labels = index.targets(snap);
                    let raise = labels.iter().map(|label| label.1).max().unwrap_or(0);
                    labels.iter_mut().for_each(|label| label.1 = raise - label.1);
                    let leave = |vertex, weight| left.push((vertex, target as u32, weight));
                    climber.climb(&index.search, &index.search.down, &labels, leave);
                    raised.push(raise);
                }
                (left, raised)
            })
            .collect();
        let mut first = vec![0_u32; index.search.parent.len() + 1];
        for (vertex, ..) in found.iter().flat_map(|(left, _)| left) {
            first[*vertex as usize + 1] += 1;
        }
        for vertex in 1..first.len() {
            first[vertex] += first[vertex - 1];
        }
        let mut next = first.clone();
        let mut entries = vec![(0, 0); found.iter().map(|(left, _)| left.len()).sum()];
        for &(vertex, target, weight) in found.iter().flat_map(|(left, _)| left) {
            entries[next[vertex as usize] as usize] = (target, weight);
            next[vertex as usize] += 1;
        }
        let raised = found.into_iter().flat_map(|(_, raised)| raised).collect();
        Self { first, entries, raised }
    }

    /// The row of a source: what it costs to get to each target.
    pub(super) fn row(&self, index: &RoadIndex, source: &Snap, climber: &mut Climber, cells: &mut [Weight]) {
        cells.fill(INFINITE);
        climber.climb(&index.search, &index.search.up, &index.sources(source), |vertex, weight| {
            let entries = self.first[vertex as usize] as usize..self.first[vertex as usize + 1] as usize;
            for &(target, rest) in &self.entries[entries] {
                let cell = &mut cells[target as usize];
                *cell = (*cell).min(weight + rest);
            }
        });
        for (cell, &raised) in cells.iter_mut().zip(&self.raised) {
            // Only a source on the same segment, which is mended later, is nearer than the ways were raised by.
            *cell = if *cell < INFINITE { cell.saturating_sub(raised) } else { INFINITE };
        }
    }
}
