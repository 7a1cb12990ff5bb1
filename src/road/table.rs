//! From many places to many.
//!
//! The targets pick the part of the hierarchy that matters: everything above them. Each source searches upwards, then
//! one sweep from the top down gives its distances to all of that part, for several sources at once (Delling, Goldberg,
//! Werneck 2011: RPHAST). Where that part is large against the table, [`buckets`](super::buckets) are faster. Blocks of rows run in parallel; every row is its own sum, so threads change nothing.

use super::buckets::Buckets;
use super::hierarchy::{Half, NO_VERTEX, SearchGraph};
use super::index::RoadIndex;
use super::query::RoadQuery;
use super::snap::Snap;
use super::weight::{INFINITE, Weight, metres, seconds};
use super::wide::{self, Downward, Width, widest};
use coldmile_units::{Metres, Seconds, TravelMatrix};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

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

/// One row of a table: the ways from one source to all targets.
#[derive(Clone, Copy, Debug)]
pub struct TableRow<'a> {
    cells: &'a [Weight],
}

impl<'a> TableRow<'a> {
    /// A row of weights.
    pub(super) const fn of(cells: &'a [Weight]) -> Self {
        Self { cells }
    }

    /// Passages, duration and distance to each target in turn, or infinite.
    pub(super) const fn weights(&self) -> &'a [Weight] {
        self.cells
    }

    /// How many targets there are.
    pub const fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there are no targets.
    pub const fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Duration and distance to each target in turn; `None` where there is no way.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<(Seconds, Metres)>> {
        self.cells.iter().map(|&cell| (cell < INFINITE).then(|| (seconds(cell), metres(cell))))
    }
}

/// How a table is filled. Both ways give the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    /// Sweeps over everything above the targets, many sources at once.
    Sweep,
    /// Buckets: what is swept would be large against the table.
    Buckets,
}

impl Method {
    /// For a table of some size when so many arcs would be swept. Counted in steps of a sweep for one source: preparing a
    /// bucket search for one target takes some 60,000 of them, one cell by buckets some 300.
    fn for_table(from_count: usize, to_count: usize, arc_count: usize) -> Self {
        let swept = arc_count.saturating_mul(from_count.next_multiple_of(16));
        let by_buckets = to_count.saturating_mul(60_000 + from_count.saturating_mul(300));
        if by_buckets < swept { Self::Buckets } else { Self::Sweep }
    }
}

/// The working memory of searches upwards.
pub(super) struct Climber {
    /// Infinite between searches.
    climbed: Vec<Weight>,
}

impl Climber {
    pub(super) fn new(index: &RoadIndex) -> Self {
        Self { climbed: vec![INFINITE; index.search.parent.len()] }
    }

    /// Searches upwards from some vertices; `found` hears every vertex that is reached, lower ones first.
    pub(super) fn climb(
        &mut self,
        search: &SearchGraph,
        half: &Half,
        labels: &[(u32, Weight)],
        mut found: impl FnMut(u32, Weight),
    ) {
        let climbed = &mut self.climbed;
        let mut fronts: smallvec::SmallVec<[u32; 4]> = labels.iter().map(|label| label.0).collect();
        for &(vertex, weight) in labels {
            climbed[vertex as usize] = climbed[vertex as usize].min(weight);
        }
        while let Some(vertex) = fronts.iter().copied().min() {
            let weight = std::mem::replace(&mut climbed[vertex as usize], INFINITE);
            if weight < INFINITE {
                found(vertex, weight);
                for arc in half.arcs(vertex) {
                    let upper = &mut climbed[half.upper[arc] as usize];
                    *upper = (*upper).min(weight + half.weight[arc]);
                }
            }
            let above = search.parent[vertex as usize];
            fronts.retain(|front| *front != vertex);
            if above != NO_VERTEX && !fronts.contains(&above) {
                fronts.push(above);
            }
        }
    }
}

impl RoadIndex {
    /// Durations and distances from each of `from` to each of `to`, along the fastest ways.
    pub fn table(&self, from: &[Snap], to: &[Snap]) -> TravelMatrix {
        self.table_of_width(widest(), from, to)
    }

    fn table_of_width(&self, width: Width, from: &[Snap], to: &[Snap]) -> TravelMatrix {
        let mut matrix = TravelMatrix::unreachable(from.len(), to.len());
        self.rows_of_width(width, from, to, |number, row| {
            for (column, cell) in row.iter().enumerate() {
                if let Some((duration, distance)) = cell {
                    matrix.set(number, column, duration, distance);
                }
            }
        });
        matrix
    }

    /// The same row by row, in order, for tables that do not fit the memory: only some rows exist at a time.
    pub fn table_rows(&self, from: &[Snap], to: &[Snap], visit: impl FnMut(usize, TableRow<'_>)) {
        self.rows_of_width(widest(), from, to, visit);
    }

    fn rows_of_width(
        &self,
        width: Width,
        from: &[Snap],
        to: &[Snap],
        visit: impl FnMut(usize, TableRow<'_>),
    ) {
        let selection = self.select(to);
        let method = Method::for_table(from.len(), to.len(), selection.arcs.len());
        self.rows_by(method, selection, width, from, to, visit);
    }

    fn rows_by(
        &self,
        method: Method,
        selection: Selection,
        width: Width,
        from: &[Snap],
        to: &[Snap],
        visit: impl FnMut(usize, TableRow<'_>),
    ) {
        match method {
            Method::Buckets => {
                drop(selection);
                let buckets = Buckets::of(self, to);
                self.rows(
                    16,
                    from,
                    to,
                    visit,
                    || Climber::new(self),
                    |climber, sources, cells| {
                        for (source, row) in sources.iter().zip(cells.chunks_mut(to.len())) {
                            buckets.row(self, source, climber, row);
                        }
                    },
                );
            }
            Method::Sweep if width.is_wide() => {
                self.rows(
                    16,
                    from,
                    to,
                    visit,
                    || (Climber::new(self), Vec::new()),
                    |(climber, swept), sources, cells| {
                        self.sweep::<16>(width, &selection, sources, climber, swept, cells);
                    },
                );
            }
            Method::Sweep => {
                self.rows(
                    8,
                    from,
                    to,
                    visit,
                    || (Climber::new(self), Vec::new()),
                    |(climber, swept), sources, cells| {
                        self.sweep::<8>(width, &selection, sources, climber, swept, cells);
                    },
                );
            }
        }
    }

    /// Fills blocks of so many rows in parallel and shows them in order. `work` makes a thread's working memory.
    fn rows<W: Send>(
        &self,
        block: usize,
        from: &[Snap],
        to: &[Snap],
        mut visit: impl FnMut(usize, TableRow<'_>),
        work: impl Fn() -> W + Sync,
        fill: impl Fn(&mut W, &[Snap], &mut [Weight]) + Sync,
    ) {
        if to.is_empty() {
            return;
        }
        let mut on_segment: HashMap<u32, Vec<u32>> = HashMap::new();
        for (target, snap) in to.iter().enumerate() {
            on_segment.entry(snap.segment).or_default().push(target as u32);
        }
        let at_once = block * 4 * rayon::current_num_threads();
        // Working memory, one a thread, kept from batch to batch.
        let spare = Mutex::new(Vec::new());
        let spare = || spare.lock().unwrap_or_else(PoisonError::into_inner);
        let mut cells = vec![INFINITE; at_once.min(from.len()) * to.len()];
        for (number, some) in from.chunks(at_once).enumerate() {
            let cells = &mut cells[..some.len() * to.len()];
            some.par_chunks(block).zip(cells.par_chunks_mut(block * to.len())).for_each(
                |(sources, cells)| {
                    let kept = spare().pop();
                    let (mut own, mut query) = kept.unwrap_or_else(|| (work(), None));
                    fill(&mut own, sources, cells);
                    self.mend_shared_segments(&mut query, sources, to, &on_segment, cells);
                    spare().push((own, query));
                },
            );
            for (offset, cells) in cells.chunks(to.len()).enumerate() {
                visit(number * at_once + offset, TableRow { cells });
            }
        }
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
            for arc in search.down.arcs(vertex) {
                // All upper ends lie on the way to the root, unless a forged map file says otherwise.
                let upper = selection.place[search.down.upper[arc] as usize];
                if upper != OUT {
                    selection.arcs.push((upper, search.down.weight[arc]));
                }
            }
            selection.first.push(selection.arcs.len() as u32);
        }
        for labels in &targets {
            let places = labels.iter().map(|&(vertex, over)| (selection.place[vertex as usize], over));
            selection.labels.extend(places);
            selection.first_label.push(selection.labels.len() as u32);
        }
        selection
    }

    /// The rows of up to `LANES` sources, one after the other.
    fn sweep<const LANES: usize>(
        &self,
        width: Width,
        selection: &Selection,
        sources: &[Snap],
        climber: &mut Climber,
        swept: &mut Vec<[Weight; LANES]>,
        cells: &mut [Weight],
    ) {
        swept.clear();
        swept.resize(selection.first.len() - 1, [INFINITE; LANES]);
        for (lane, source) in sources.iter().enumerate() {
            climber.climb(&self.search, &self.search.up, &self.sources(source), |vertex, weight| {
                let place = selection.place[vertex as usize];
                if place != OUT {
                    swept[place as usize][lane] = weight;
                }
            });
        }
        let Selection { first, arcs, first_label, labels, .. } = selection;
        wide::sweep(width, &Downward { first, arcs, first_label, labels }, swept, cells);
    }

    /// Searches again where source and target share a segment: the sweep does not know which comes first on it.
    fn mend_shared_segments<'a>(
        &'a self,
        query: &mut Option<RoadQuery<'a>>,
        sources: &[Snap],
        to: &[Snap],
        on_segment: &HashMap<u32, Vec<u32>>,
        rows: &mut [Weight],
    ) {
        for (lane, source) in sources.iter().enumerate() {
            for &target in on_segment.get(&source.segment).into_iter().flatten() {
                let snap = &to[target as usize];
                // Two doors face each other across a wide road: to get to the other side takes a way.
                let is_same_place = snap.offset_cm == source.offset_cm
                    && self
                        .graph
                        .arcs_at(snap)
                        .any(|arc| self.graph.arcs_at(source).any(|other| other == arc));
                rows[lane * to.len() + target as usize] = if is_same_place {
                    0
                } else {
                    query.get_or_insert_with(|| RoadQuery::new(self)).weigh(source, snap).unwrap_or(INFINITE)
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;
    use crate::testing;
    use coldmile_geometry::Point;
    use coldmile_units::Seed;

    #[test]
    fn wide_and_narrow_registers_give_the_same_bytes() {
        for seed in (0..30).map(Seed) {
            let Some(index) = testing::random(seed, Profile::Van) else { continue };
            let mut random = seed.rng();
            let mut point = || Point::from_e7(random.i32(0..60_000), random.i32(0..60_000));
            let places: Vec<Snap> = (0..200).filter_map(|_| index.snap(point()).ok()).take(37).collect();
            let narrow = index.table_of_width(wide::plain(), &places, &places);
            assert!(narrow == index.table(&places, &places), "{seed:?}");
        }
    }

    #[test]
    fn buckets_and_sweeps_give_the_same_bytes() {
        for seed in (0..30).map(Seed) {
            let Some(index) = testing::random(seed, Profile::Van) else { continue };
            let mut random = seed.rng();
            let mut point = || Point::from_e7(random.i32(0..60_000), random.i32(0..60_000));
            let places: Vec<Snap> = (0..200).filter_map(|_| index.snap(point()).ok()).take(53).collect();
            let rows = |method| {
                let (mut rows, selection) = (Vec::new(), index.select(&places[5..]));
                index.rows_by(method, selection, widest(), &places, &places[5..], |number, row| {
                    rows.push((number, row.weights().to_vec()));
                });
                rows
            };
            assert!(rows(Method::Buckets) == rows(Method::Sweep), "{seed:?}");
        }
    }

    #[test]
    fn far_places_go_into_buckets_and_dense_or_few_ones_are_swept() {
        assert_eq!(Method::for_table(1_000, 1_000, 120_000), Method::Sweep);
        assert_eq!(Method::for_table(1_000, 1_000, 960_000), Method::Buckets);
        assert_eq!(Method::for_table(1, 1_000, 960_000), Method::Sweep);
    }
}
