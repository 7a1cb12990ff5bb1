//! From many places to many.
//!
//! The targets pick the part of the hierarchy that matters: everything above them. Each source searches upwards, then
//! one sweep from the top down gives its distances to all of that part, for several sources at once (Delling, Goldberg,
//! Werneck 2011: RPHAST). Blocks of rows run in parallel; every row is its own sum, so threads change nothing.

use super::hierarchy::NO_VERTEX;
use super::index::RoadIndex;
use super::query::RoadQuery;
use super::snap::Snap;
use super::weight::{INFINITE, Weight, metres, seconds};
use crate::units::TravelMatrix;
use rayon::prelude::*;
use std::collections::HashMap;

/// Sources in one sweep.
const LANES: usize = 8;
/// Stands for "not in the selection".
const OUT: u32 = u32::MAX;

/// The part of the hierarchy above some targets, from the top down.
struct Selection {
    /// For each vertex its place in the selection, or [`OUT`].
    place: Vec<u32>,
    /// Where a place's arcs start.
    first: Vec<u32>,
    /// The upper end of an arc, as a place that comes earlier, and its weight.
    arcs: Vec<(u32, Weight)>,
    /// Where a target's labels start.
    first_label: Vec<u32>,
    /// A place, and what to take off.
    labels: Vec<(u32, Weight)>,
}

impl RoadIndex {
    /// Durations and distances from each of `from` to each of `to`, along the fastest ways.
    pub fn table(&self, from: &[Snap], to: &[Snap]) -> TravelMatrix {
        let mut matrix = TravelMatrix::unreachable(from.len(), to.len());
        let selection = self.select(to);
        let mut on_segment: HashMap<u32, Vec<u32>> = HashMap::new();
        for (target, snap) in to.iter().enumerate() {
            on_segment.entry(snap.segment).or_default().push(target as u32);
        }
        let blocks: Vec<Vec<Weight>> = from
            .par_chunks(LANES)
            .map_init(
                || (vec![INFINITE; self.search.parent.len()], Vec::new()),
                |(climbed, swept), sources| {
                    let mut rows = self.sweep(&selection, sources, to.len(), climbed, swept);
                    self.mend_shared_segments(sources, to, &on_segment, &mut rows);
                    rows
                },
            )
            .collect();
        for (block, rows) in blocks.iter().enumerate() {
            for (cell, &weight) in rows.iter().enumerate().filter(|(_, weight)| **weight < INFINITE) {
                let row = block * LANES + cell / to.len();
                matrix.set(row, cell % to.len(), seconds(weight), metres(weight));
            }
        }
        matrix
    }

    /// Everything above the targets.
    fn select(&self, to: &[Snap]) -> Selection {
        let search = &self.search;
        let mut place = vec![OUT; search.parent.len()];
        let mut chosen: Vec<u32> = Vec::new();
        let targets: Vec<_> = to.iter().map(|snap| self.targets(snap)).collect();
        for &(mut vertex, _) in targets.iter().flatten() {
            while vertex != NO_VERTEX && place[vertex as usize] == OUT {
                place[vertex as usize] = 0;
                chosen.push(vertex);
                vertex = search.parent[vertex as usize];
            }
        }
        chosen.sort_unstable_by(|a, b| b.cmp(a));
        for (number, &vertex) in chosen.iter().enumerate() {
            place[vertex as usize] = number as u32;
        }
        let mut selection =
            Selection { place, first: vec![0], arcs: Vec::new(), first_label: vec![0], labels: Vec::new() };
        for &vertex in &chosen {
            let arcs = search.down.arcs(vertex);
            selection.arcs.extend(
                arcs.map(|arc| (selection.place[search.down.upper[arc] as usize], search.down.weight[arc])),
            );
            selection.first.push(selection.arcs.len() as u32);
        }
        for labels in &targets {
            let places = labels.iter().map(|&(vertex, over)| (selection.place[vertex as usize], over));
            selection.labels.extend(places);
            selection.first_label.push(selection.labels.len() as u32);
        }
        selection
    }

    /// The rows of up to [`LANES`] sources, one after the other.
    fn sweep(
        &self,
        selection: &Selection,
        sources: &[Snap],
        target_count: usize,
        climbed: &mut [Weight],
        swept: &mut Vec<[Weight; LANES]>,
    ) -> Vec<Weight> {
        let place_count = selection.first.len() - 1;
        swept.clear();
        swept.resize(place_count, [INFINITE; LANES]);
        for (lane, source) in sources.iter().enumerate() {
            self.climb(source, climbed, |vertex, weight| {
                let place = selection.place[vertex as usize];
                if place != OUT {
                    swept[place as usize][lane] = weight;
                }
            });
        }
        for place in 0..place_count {
            let (above, rest) = swept.split_at_mut(place);
            let own = &mut rest[0];
            for &(upper, weight) in
                &selection.arcs[selection.first[place] as usize..selection.first[place + 1] as usize]
            {
                let upper = &above[upper as usize];
                for lane in 0..LANES {
                    own[lane] = own[lane].min(upper[lane] + weight);
                }
            }
        }
        let mut rows = vec![INFINITE; sources.len() * target_count];
        for target in 0..target_count {
            let labels = selection.first_label[target] as usize..selection.first_label[target + 1] as usize;
            for &(place, over) in &selection.labels[labels] {
                for lane in 0..sources.len() {
                    let weight = swept[place as usize][lane];
                    // Only a source on the same arc, which is mended later, has less than is taken off.
                    if weight < INFINITE && weight >= over {
                        let cell = &mut rows[lane * target_count + target];
                        *cell = (*cell).min(weight - over);
                    }
                }
            }
        }
        rows
    }

    /// Searches upwards from a source; `found` hears every vertex that is reached. `climbed` is all infinite before and
    /// after.
    fn climb(&self, source: &Snap, climbed: &mut [Weight], mut found: impl FnMut(u32, Weight)) {
        let search = &self.search;
        let labels = self.sources(source);
        let mut fronts: smallvec::SmallVec<[u32; 4]> = labels.iter().map(|label| label.0).collect();
        for (vertex, weight) in labels {
            climbed[vertex as usize] = climbed[vertex as usize].min(weight);
        }
        while let Some(vertex) = fronts.iter().copied().min() {
            let weight = std::mem::replace(&mut climbed[vertex as usize], INFINITE);
            if weight < INFINITE {
                found(vertex, weight);
                for arc in search.up.arcs(vertex) {
                    let upper = &mut climbed[search.up.upper[arc] as usize];
                    *upper = (*upper).min(weight + search.up.weight[arc]);
                }
            }
            let above = search.parent[vertex as usize];
            fronts.retain(|front| *front != vertex);
            if above != NO_VERTEX && !fronts.contains(&above) {
                fronts.push(above);
            }
        }
    }

    /// Searches again where source and target share a segment: the sweep does not know which comes first on it.
    fn mend_shared_segments(
        &self,
        sources: &[Snap],
        to: &[Snap],
        on_segment: &HashMap<u32, Vec<u32>>,
        rows: &mut [Weight],
    ) {
        let mut query = None;
        for (lane, source) in sources.iter().enumerate() {
            for &target in on_segment.get(&source.segment).into_iter().flatten() {
                let snap = &to[target as usize];
                rows[lane * to.len() + target as usize] = if snap.offset_cm == source.offset_cm {
                    0
                } else {
                    let query = query.get_or_insert_with(|| RoadQuery::new(self));
                    query.weigh(source, snap).unwrap_or(INFINITE)
                };
            }
        }
    }
}
