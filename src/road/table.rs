//! From many places to many.
//!
//! The targets select the part of the hierarchy that matters: everything above them. Each source searches upward, then
//! one sweep from the top down gives its distances to all of that part, for several sources at once (Delling, Goldberg,
//! Werneck 2011: RPHAST). Where that part is large against the table, [`buckets`](super::buckets) are faster. Blocks of
//! rows run in parallel; each row is computed by itself, so threads change nothing.

use super::buckets::Buckets;
use super::index::RoadIndex;
use super::query::RoadQuery;
use super::selection::Selection;
use super::simd::{self, SimdLevel, detect};
use super::snap::Snap;
use super::upward::UpwardSearch;
use super::weight::{INFINITE, Weight, metres, seconds};
use coldmile_units::{Metres, Seconds, TravelMatrix};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// One row of a table: the paths from one source to all targets.
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

    /// Duration and distance to each target in turn; `None` where there is no path.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<(Seconds, Metres)>> {
        self.cells.iter().map(|&cell| (cell < INFINITE).then(|| (seconds(cell), metres(cell))))
    }
}

/// How a table is filled. Both methods give the same bytes.
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

impl RoadIndex {
    /// Durations and distances from each of `from` to each of `to`, along the fastest paths.
    pub fn table(&self, from: &[Snap], to: &[Snap]) -> TravelMatrix {
        TableRequest { index: self, from, to, level: detect() }.matrix()
    }

    /// The same row by row, in order, for tables that do not fit the memory: only some rows exist at a time.
    pub fn table_rows(&self, from: &[Snap], to: &[Snap], visit: impl FnMut(usize, TableRow<'_>)) {
        TableRequest { index: self, from, to, level: detect() }.rows(visit);
    }
}

/// A table that is asked for.
#[derive(Clone, Copy)]
struct TableRequest<'a> {
    index: &'a RoadIndex,
    from: &'a [Snap],
    to: &'a [Snap],
    level: SimdLevel,
}

/// Fills the cells of a block of rows; each thread has one.
trait FillRows: Send {
    fn fill(&mut self, sources: &[Snap], cells: &mut [Weight]);
}

impl<'a> TableRequest<'a> {
    fn matrix(self) -> TravelMatrix {
        let mut matrix = TravelMatrix::unreachable(self.from.len(), self.to.len());
        self.rows(|number, row| {
            for (column, cell) in row.iter().enumerate() {
                if let Some((duration, distance)) = cell {
                    matrix.set(number, column, duration, distance);
                }
            }
        });
        matrix
    }

    fn rows(self, visit: impl FnMut(usize, TableRow<'_>)) {
        let selection = Selection::above(self.index, self.to);
        let method = Method::for_table(self.from.len(), self.to.len(), selection.arc_count());
        self.rows_by(method, selection, visit);
    }

    fn rows_by(self, method: Method, selection: Selection, visit: impl FnMut(usize, TableRow<'_>)) {
        match method {
            Method::Buckets => {
                drop(selection);
                let buckets = Buckets::of(self.index, self.to);
                self.blocks(16, visit, || BucketRows {
                    buckets: &buckets,
                    upward: UpwardSearch::new(self.index),
                });
            }
            Method::Sweep if self.level.prefers_16_lanes() => {
                self.blocks(16, visit, || SweepRows::<16>::new(self, &selection));
            }
            Method::Sweep => self.blocks(8, visit, || SweepRows::<8>::new(self, &selection)),
        }
    }

    /// Fills blocks of so many rows in parallel and shows them in order. `worker` makes what a thread fills them with.
    fn blocks<W: FillRows>(
        self,
        block: usize,
        mut visit: impl FnMut(usize, TableRow<'_>),
        worker: impl Fn() -> W + Sync,
    ) {
        let Self { from, to, .. } = self;
        if to.is_empty() {
            return;
        }
        let mut on_segment: HashMap<u32, Vec<u32>> = HashMap::new();
        for (target, snap) in to.iter().enumerate() {
            on_segment.entry(snap.segment).or_default().push(target as u32);
        }
        let at_once = block * 4 * rayon::current_num_threads();
        // Workers, one a thread, kept from block to block.
        let spare = Mutex::new(Vec::new());
        let spare = || spare.lock().unwrap_or_else(PoisonError::into_inner);
        let mut cells = vec![INFINITE; at_once.min(from.len()) * to.len()];
        for (number, some) in from.chunks(at_once).enumerate() {
            let cells = &mut cells[..some.len() * to.len()];
            some.par_chunks(block).zip(cells.par_chunks_mut(block * to.len())).for_each(
                |(sources, cells)| {
                    let kept = spare().pop();
                    let (mut own, mut query) = kept.unwrap_or_else(|| (worker(), None));
                    own.fill(sources, cells);
                    self.recompute_same_segment_pairs(&mut query, sources, &on_segment, cells);
                    spare().push((own, query));
                },
            );
            for (offset, cells) in cells.chunks(to.len()).enumerate() {
                visit(number * at_once + offset, TableRow { cells });
            }
        }
    }

    /// Searches again where source and target share a segment: sweeps and buckets do not know which comes first on it.
    fn recompute_same_segment_pairs(
        self,
        query: &mut Option<RoadQuery<'a>>,
        sources: &[Snap],
        on_segment: &HashMap<u32, Vec<u32>>,
        rows: &mut [Weight],
    ) {
        let Self { index, to, .. } = self;
        for (lane, source) in sources.iter().enumerate() {
            for &target in on_segment.get(&source.segment).into_iter().flatten() {
                let snap = &to[target as usize];
                // Doors that face each other across a main road are two places: it takes a drive to the other side.
                let is_same_place = snap.offset_cm == source.offset_cm
                    && index
                        .graph
                        .arcs_at(snap)
                        .any(|arc| index.graph.arcs_at(source).any(|other| other == arc));
                rows[lane * to.len() + target as usize] = if is_same_place {
                    0
                } else {
                    query.get_or_insert_with(|| RoadQuery::new(index)).weigh(source, snap).unwrap_or(INFINITE)
                };
            }
        }
    }
}

/// Rows by buckets.
struct BucketRows<'a> {
    buckets: &'a Buckets<'a>,
    upward: UpwardSearch,
}

impl FillRows for BucketRows<'_> {
    fn fill(&mut self, sources: &[Snap], cells: &mut [Weight]) {
        let target_count = cells.len() / sources.len();
        for (source, row) in sources.iter().zip(cells.chunks_mut(target_count)) {
            self.buckets.row(source, &mut self.upward, row);
        }
    }
}

/// Rows by sweeps over everything above the targets, `LANES` sources at once.
struct SweepRows<'a, const LANES: usize> {
    request: TableRequest<'a>,
    selection: &'a Selection,
    upward: UpwardSearch,
    swept: Vec<[Weight; LANES]>,
}

impl<'a, const LANES: usize> SweepRows<'a, LANES> {
    fn new(request: TableRequest<'a>, selection: &'a Selection) -> Self {
        Self { request, selection, upward: UpwardSearch::new(request.index), swept: Vec::new() }
    }
}

impl<const LANES: usize> FillRows for SweepRows<'_, LANES> {
    fn fill(&mut self, sources: &[Snap], cells: &mut [Weight]) {
        let Self { request: TableRequest { index, level, .. }, selection, upward, swept } = self;
        swept.clear();
        swept.resize(selection.len(), [INFINITE; LANES]);
        for (lane, source) in sources.iter().enumerate() {
            upward.run(&index.search, &index.search.up, &index.sources(source), |node, weight| {
                if let Some(place) = selection.place_of(node) {
                    swept[place][lane] = weight;
                }
            });
        }
        simd::sweep(*level, &selection.downward(), swept, cells);
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
    fn simd_and_scalar_code_give_the_same_bytes() {
        for seed in (0..30).map(Seed) {
            let Some(index) = testing::random(seed, Profile::Van) else { continue };
            let mut random = seed.rng();
            let mut point = || Point::from_e7(random.i32(0..60_000), random.i32(0..60_000));
            let places: Vec<Snap> = (0..200).filter_map(|_| index.snap(point()).ok()).take(37).collect();
            let level = simd::scalar();
            let scalar = TableRequest { index: &index, from: &places, to: &places, level }.matrix();
            assert!(scalar == index.table(&places, &places), "{seed:?}");
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
                let (mut rows, to) = (Vec::new(), &places[5..]);
                let request = TableRequest { index: &index, from: &places, to, level: detect() };
                request.rows_by(method, Selection::above(&index, to), |number, row| {
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
