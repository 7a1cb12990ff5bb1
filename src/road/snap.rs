//! A coordinate's place on the road network.
//!
//! The grid holds every straight piece of every segment that one can stop on. Ferries are not in it, and what cannot be
//! reached is not in the graph, so a snap is always a place that a trip can come to and leave.

use super::graph::{RoadGraph, Segment};
use crate::geometry::Point;

/// A coordinate farther than this many metres from every road is refused, not moved.
pub const MAX_SNAP: f64 = 300.0;

/// Height and width of a grid cell in 1e-7 degrees: some 67 m from south to north.
const CELL: i32 = 6_000;
/// Up to so many metres cell after cell is looked at; beyond, all roads.
const SOME_WAY_OFF: f64 = 3_000.0;
/// Longest piece that can be snapped to, as the sum of its height and width in 1e-7 degrees: no road runs straight for
/// 100 km, and a file that says so must not fill the memory.
const LONGEST: i64 = 10_000_000;
/// Who lies nearer than this many metres to the line of a road is on neither side of it.
const MIDDLE: f64 = 1.0;
/// So many metres farther than the best is far enough not to be as near as the best after rounding.
const TIE: f64 = 0.1;
/// Metres from south to north in 1e-7 degrees.
const METRES_PER_E7: f64 = 0.011_119_508;

/// A coordinate's place on the road.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snap {
    pub(super) segment: u32,
    /// Centimetres from the start of the segment's line.
    pub(super) offset_cm: u32,
    /// Whether one stops here on the way along the line, and against it.
    pub(super) directions: [bool; 2],
    /// The place on the road.
    pub point: Point,
    /// How far it is from the coordinate, in metres.
    pub distance_m: f64,
}

/// On which side of the road a stop is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Approach {
    /// At the kerb on main roads, on either side elsewhere.
    #[default]
    ByRoad,
    /// At the kerb: the vehicle stands on the side where the place is.
    Kerb,
    /// On either side.
    Either,
}

/// A coordinate that is on no road.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum SnapError {
    /// The nearest road is too far.
    #[error(
        "{point} is {distance_m:.0} m from the nearest road that can be reached; the limit is {MAX_SNAP} m"
    )]
    TooFar {
        /// The coordinate.
        point: Point,
        /// The distance to the nearest road.
        distance_m: f64,
    },
}

impl SnapError {
    /// To the nearest road that can be reached, in metres; infinite when there is none at all.
    pub const fn distance_m(&self) -> f64 {
        let Self::TooFar { distance_m, .. } = self;
        *distance_m
    }
}

/// Straight pieces of road by the cells of a grid that they touch.
#[derive(Debug, Default)]
pub(super) struct SnapGrid {
    /// The row of the southernmost cells.
    first_row: i32,
    /// Where a row's cells start.
    row_start: Vec<u32>,
    /// Columns of the cells that hold something, sorted within a row.
    columns: Vec<i32>,
    /// Where a cell's pieces start.
    first: Vec<u32>,
    /// Segment, and position of the piece's first point.
    pieces: Vec<(u32, u32)>,
}

/// The ends of the piece that starts at point `at`, the southern one first.
fn ends(points: &[Point], at: u32) -> (Point, Point) {
    let (a, b) = (points[at as usize], points[at as usize + 1]);
    if a.lat_e7() <= b.lat_e7() { (a, b) } else { (b, a) }
}

/// A piece in one of the cells that it touches.
#[derive(Clone, Copy, Default)]
struct Entry {
    row: i32,
    column: i32,
    segment: u32,
    at: u32,
}

/// The entries by rows or columns, equal ones in the order they had. The earth has 600,000 columns, so counting is
/// bounded and faster than comparing.
fn sorted_by(entries: Vec<Entry>, key: impl Fn(&Entry) -> i32) -> Vec<Entry> {
    let range = entries.iter().map(&key).fold((i32::MAX, i32::MIN), |(a, b), key| (a.min(key), b.max(key)));
    if range.0 >= range.1 {
        return entries;
    }
    let number = |entry: &Entry| (key(entry) - range.0) as usize;
    let mut next = vec![0_u32; (range.1 - range.0) as usize + 2];
    for entry in &entries {
        next[number(entry) + 1] += 1;
    }
    for at in 1..next.len() {
        next[at] += next[at - 1];
    }
    let mut sorted = vec![Entry::default(); entries.len()];
    for entry in &entries {
        let next = &mut next[number(entry)];
        sorted[*next as usize] = *entry;
        *next += 1;
    }
    sorted
}

/// The columns that the line from `a` to `b`, which lies no farther south, touches in a row.
fn columns_in(a: Point, b: Point, row: i32) -> std::ops::RangeInclusive<i32> {
    let (south, north) = (i64::from(a.lat_e7()), i64::from(b.lat_e7()));
    let (from, to) = (i64::from(a.lon_e7()), i64::from(b.lon_e7()));
    let longitude_at = |latitude: i64| from + (to - from) * (latitude - south) / (north - south);
    let bottom = i64::from(row) * i64::from(CELL);
    let top = bottom + i64::from(CELL);
    // Most lines begin and end in one row, and need no division.
    let mut low = if bottom <= south { from } else { longitude_at(bottom) };
    let mut high = if top >= north { to } else { longitude_at(top) };
    if low > high {
        (low, high) = (high, low);
    }
    // One more on either side for what division cuts off.
    let column = |longitude: i64| longitude.div_euclid(i64::from(CELL)) as i32;
    column(low - 1)..=column(high + 1)
}

fn cell_of(lat_e7: i32, lon_e7: i32) -> (i32, i32) {
    (lat_e7.div_euclid(CELL), lon_e7.div_euclid(CELL))
}

impl SnapGrid {
    /// The grid over the segments that one can stop on; the last segment only ends the lists.
    pub(super) fn build(segments: &[Segment], points: &[Point]) -> Self {
        let mut entries = Vec::with_capacity(points.len() + points.len() / 2);
        for (segment, pair) in (0..).zip(segments.windows(2)).filter(|(_, pair)| !pair[0].is_ferry) {
            for at in pair[0].first_point..pair[1].first_point.saturating_sub(1) {
                let (a, b) = ends(points, at);
                let height = i64::from(b.lat_e7()) - i64::from(a.lat_e7());
                if height + (i64::from(b.lon_e7()) - i64::from(a.lon_e7())).abs() > LONGEST {
                    continue;
                }
                for row in a.lat_e7().div_euclid(CELL)..=b.lat_e7().div_euclid(CELL) {
                    let touched = columns_in(a, b, row);
                    entries.extend(touched.map(|column| Entry { row, column, segment, at }));
                }
            }
        }
        // Pieces of one cell stay in their order.
        let entries = sorted_by(sorted_by(entries, |entry| entry.column), |entry| entry.row);
        let Some(first) = entries.first() else { return Self::default() };
        let mut grid =
            Self { first_row: first.row, pieces: Vec::with_capacity(entries.len()), ..Self::default() };
        let mut last = None;
        for &Entry { row, column, segment, at } in &entries {
            if last != Some((row, column)) {
                last = Some((row, column));
                // Rows without pieces start where the next one does.
                grid.row_start.resize((row - first.row) as usize + 1, grid.columns.len() as u32);
                grid.columns.push(column);
                grid.first.push(grid.pieces.len() as u32);
            }
            grid.pieces.push((segment, at));
        }
        grid.row_start.push(grid.columns.len() as u32);
        grid.first.push(grid.pieces.len() as u32);
        grid
    }

    /// The pieces in the cells of one row from one column to another.
    fn row(&self, row: i32, from: i32, to: i32) -> &[(u32, u32)] {
        let number = usize::try_from(i64::from(row) - i64::from(self.first_row)).unwrap_or(usize::MAX);
        let Some(&[start, end]) = self.row_start.get(number..).and_then(|rest| rest.first_chunk::<2>())
        else {
            return &[];
        };
        let columns = &self.columns[start as usize..end as usize];
        let first = columns.partition_point(|&column| column < from);
        let count = columns[first..].iter().take_while(|&&column| column <= to).count();
        let first = start as usize + first;
        &self.pieces[self.first[first] as usize..self.first[first + count] as usize]
    }
}

/// Metres from west to east in 1e-7 degrees.
fn east_west_at(point: Point) -> f64 {
    point.latitude().to_radians().cos().max(0.01) * METRES_PER_E7
}

/// A place on a straight piece of road.
#[derive(Clone, Copy)]
struct Hit {
    square: f64,
    /// The same in whole square centimetres: at a corner rounding must not decide.
    near: i64,
    segment: u32,
    at: u32,
    /// How far along the piece, from 0 to 1.
    share: f64,
}

impl RoadGraph {
    /// The nearest place on a road, at most [`MAX_SNAP`] metres away, to be approached as the road asks for.
    pub fn snap(&self, point: Point) -> Result<Snap, SnapError> {
        self.snap_with(point, Approach::ByRoad)
    }

    /// The same with a word on the side of the road.
    pub fn snap_with(&self, point: Point, approach: Approach) -> Result<Snap, SnapError> {
        // How far the nearest road is, is worth telling but not worth looking at every road when it is near enough.
        for limit in [MAX_SNAP, SOME_WAY_OFF, f64::INFINITY] {
            let Some(hit) = self.nearest(point, limit).filter(|hit| hit.square.sqrt() <= limit) else {
                continue;
            };
            let distance_m = hit.square.sqrt();
            return if distance_m <= MAX_SNAP {
                Ok(self.snap_at(point, hit, approach))
            } else {
                Err(SnapError::TooFar { point, distance_m })
            };
        }
        Err(SnapError::TooFar { point, distance_m: f64::INFINITY })
    }

    /// The nearest place on each road within so many metres, the nearest first.
    pub(super) fn snaps_within(&self, point: Point, approach: Approach, metres: f64) -> Vec<Snap> {
        let east_west = east_west_at(point);
        let (south, north) = (f64::from(point.lat_e7()) - metres / METRES_PER_E7, metres / METRES_PER_E7);
        let rows = (south / f64::from(CELL)).floor() as i32
            ..=((f64::from(point.lat_e7()) + north) / f64::from(CELL)).floor() as i32;
        let reach = metres / east_west;
        let column = |longitude: f64| (longitude / f64::from(CELL)).floor() as i32;
        let (west, east) = (f64::from(point.lon_e7()) - reach, f64::from(point.lon_e7()) + reach);
        let mut hits: Vec<Hit> = Vec::new();
        for row in rows {
            for &(segment, at) in self.layout.grid.row(row, column(west), column(east)) {
                let (square, share) = self.distance_to_piece(point, at, east_west);
                if square.sqrt() <= metres && self.is_open_road(segment) {
                    hits.push(Hit { square, near: (square * 1e4) as i64, segment, at, share });
                }
            }
        }
        hits.sort_by_key(|hit| (hit.segment, hit.near, hit.at));
        hits.dedup_by_key(|hit| hit.segment);
        hits.sort_by_key(|hit| (hit.near, self.rank_at(hit.segment, hit.at)));
        hits.into_iter().map(|hit| self.snap_at(point, hit, approach)).collect()
    }

    /// The nearest piece; with a finite `limit` only pieces about that near are looked at.
    fn nearest(&self, point: Point, limit: f64) -> Option<Hit> {
        let east_west = east_west_at(point);
        let mut best: Option<Hit> = None;
        let mut look = |pieces: &[(u32, u32)]| {
            for &(segment, at) in pieces {
                let (square, share) = self.distance_to_piece(point, at, east_west);
                let near = (square * 1e4) as i64;
                let is_better = self.is_open_road(segment)
                    && best.is_none_or(|best| {
                        near < best.near
                            || near == best.near
                                && self.rank_at(segment, at) < self.rank_at(best.segment, best.at)
                    });
                if is_better {
                    best = Some(Hit { square, near, segment, at, share });
                }
            }
            best
        };
        if limit.is_infinite() {
            look(&self.layout.grid.pieces);
            return best;
        }
        let (row, column) = cell_of(point.lat_e7(), point.lon_e7());
        let mut found: Option<Hit> = None;
        for ring in 0.. {
            for other in row - ring..=row + ring {
                // What lies farther than the best so far need not be looked at.
                let near = found.map_or(f64::INFINITY, |hit| hit.square.sqrt() + TIE);
                let south = f64::from(other) * f64::from(CELL) - f64::from(point.lat_e7());
                if south.max(-south - f64::from(CELL)) * METRES_PER_E7 > near {
                    continue;
                }
                // Conversions of what is too large for a number of a column stop at its end.
                let reach = near / east_west;
                let west = ((f64::from(point.lon_e7()) - reach) / f64::from(CELL)).floor() as i32;
                let east = ((f64::from(point.lon_e7()) + reach) / f64::from(CELL)).floor() as i32;
                let (left, right) = (column - ring, column + ring);
                if (other - row).abs() == ring {
                    found = look(self.layout.grid.row(other, left.max(west), right.min(east)));
                } else {
                    if left >= west {
                        found = look(self.layout.grid.row(other, left, left));
                    }
                    if right <= east {
                        found = look(self.layout.grid.row(other, right, right));
                    }
                }
            }
            // Everything nearer than the edge of the square has been seen.
            let to_edge = |position: i32, cell: i32| {
                let low = f64::from(position) - f64::from(cell - ring) * f64::from(CELL);
                low.min(f64::from(CELL) * f64::from(2 * ring + 1) - low)
            };
            let seen = (to_edge(point.lat_e7(), row) * METRES_PER_E7)
                .min(to_edge(point.lon_e7(), column) * east_west);
            if seen >= limit || found.is_some_and(|hit: Hit| hit.square <= seen * seen) {
                break;
            }
        }
        best
    }

    /// Whether one can stop on a segment.
    fn is_open_road(&self, segment: u32) -> bool {
        let arcs = self.layout.segments[segment as usize].arcs;
        self.open.is_none() || arcs.into_iter().any(|arc| arc != super::graph::NO_ARC && self.is_open(arc))
    }

    /// Of pieces equally near, as at a corner, one on an open road is better than one on a private road.
    fn rank_at(&self, segment: u32, at: u32) -> (bool, u32, u32) {
        let arcs = self.layout.segments[segment as usize].arcs.into_iter();
        let is_private = arcs.filter(|&arc| arc != super::graph::NO_ARC).all(|arc| self.is_restricted(arc));
        (is_private, segment, at)
    }

    /// Square of the distance in metres to the piece that starts at point `at`, and how far along it the nearest place
    /// lies.
    fn distance_to_piece(&self, point: Point, at: u32, east_west: f64) -> (f64, f64) {
        let flat = |end: Point| {
            let north = f64::from(end.lat_e7() - point.lat_e7()) * METRES_PER_E7;
            let east = (f64::from(end.lon_e7()) - f64::from(point.lon_e7())) * east_west;
            (east, north)
        };
        let (ax, ay) = flat(self.layout.points[at as usize]);
        let (bx, by) = flat(self.layout.points[at as usize + 1]);
        let (dx, dy) = (bx - ax, by - ay);
        let square = dx * dx + dy * dy;
        let share = if square > 0.0 { (-(ax * dx + ay * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
        let (x, y) = (ax + share * dx, ay + share * dy);
        (x * x + y * y, share)
    }

    fn snap_at(&self, point: Point, hit: Hit, approach: Approach) -> Snap {
        let segment = &self.layout.segments[hit.segment as usize];
        let line = self.line(hit.segment);
        let piece = (hit.at - segment.first_point) as usize;
        let east_west = line[0].latitude().to_radians().cos();
        let (mut before, mut total) = (0.0, 0.0);
        for (number, pair) in line.windows(2).enumerate() {
            let north = f64::from(pair[1].lat_e7() - pair[0].lat_e7());
            let east = (f64::from(pair[1].lon_e7()) - f64::from(pair[0].lon_e7())) * east_west;
            let length = north.hypot(east);
            total += length;
            if number < piece {
                before += length;
            } else if number == piece {
                before += length * hit.share;
            }
        }
        let share = if total > 0.0 { before / total } else { 0.0 };
        let (a, b) = (line[piece], line[piece + 1]);
        let between = |a: i32, b: i32| (f64::from(a) + f64::from(b - a) * hit.share).round() as i32;
        Snap {
            segment: hit.segment,
            offset_cm: (f64::from(segment.cm) * share).round() as u32,
            point: Point::from_e7(between(a.lat_e7(), b.lat_e7()), between(a.lon_e7(), b.lon_e7())),
            distance_m: hit.square.sqrt(),
            directions: self.directions(point, hit, approach),
        }
    }

    /// Whether a stop is made on the way along the line of a segment, and against it.
    fn directions(&self, point: Point, hit: Hit, approach: Approach) -> [bool; 2] {
        let segment = &self.layout.segments[hit.segment as usize];
        let at_kerb = match approach {
            Approach::ByRoad => segment.is_wide,
            Approach::Kerb => true,
            Approach::Either => false,
        };
        let is_one_way = !segment.arcs.iter().all(|&arc| arc != super::graph::NO_ARC && self.is_open(arc));
        if !at_kerb || is_one_way || hit.square.sqrt() < MIDDLE {
            return [true; 2];
        }
        let (a, b) = (self.layout.points[hit.at as usize], self.layout.points[hit.at as usize + 1]);
        let flat = |end: Point| {
            let east = (f64::from(end.lon_e7()) - f64::from(a.lon_e7())) * a.latitude().to_radians().cos();
            (east, f64::from(end.lat_e7()) - f64::from(a.lat_e7()))
        };
        let ((along_x, along_y), (x, y)) = (flat(b), flat(point));
        let is_left_of_line = along_x * y - along_y * x > 0.0;
        [is_left_of_line == segment.keeps_left, is_left_of_line != segment.keeps_left]
    }

    /// The arcs one can be on at a snap.
    pub(super) fn arcs_at(&self, snap: &Snap) -> impl Iterator<Item = u32> {
        let arcs = self.layout.segments[snap.segment as usize].arcs.into_iter().zip(snap.directions);
        arcs.filter(|&(arc, stops)| arc != super::graph::NO_ARC && stops && self.is_open(arc))
            .map(|(arc, _)| arc)
    }

    /// The arcs one can be on when one arrives at a snap: those at the snap and their copies.
    pub(super) fn ends_at(&self, snap: &Snap) -> impl Iterator<Item = u32> {
        self.arcs_at(snap).flat_map(|arc| std::iter::once(arc).chain(self.copies_of(arc)))
    }

    /// Milliseconds and centimetres from the tail of an arc to a snap on it.
    pub(super) fn until(&self, arc: u32, snap: &Snap) -> (u32, u32) {
        let total = self.cm(arc);
        let is_backward = self.layout.arcs[arc as usize].is_backward;
        let cm = if is_backward { total - snap.offset_cm } else { snap.offset_cm };
        ((u64::from(self.ms(arc)) * u64::from(cm) / u64::from(total)) as u32, cm)
    }
}
