//! Straight pieces of road by where they are, for snapping.
//!
//! Each cell of the grid holds the pieces that touch it together with their ends, so that a search reads a few runs of
//! memory and nothing else.

use super::elements::Segment;
use coldmile_geometry::Point;
use rayon::prelude::*;

/// Height and width of a grid cell in 1e-7 degrees: some 67 m from south to north.
const CELL: i32 = 6_000;
/// Greatest extent of a piece that can be snapped to, as the sum of its height and width in 1e-7 degrees: no road runs straight for
/// 100 km, and a file that says so must not fill the memory.
const MAX_PIECE_E7: i64 = 10_000_000;
/// Metres from south to north in 1e-7 degrees.
const METRES_PER_E7: f64 = 0.011_119_508;

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
    pieces: Vec<GridPiece>,
}

/// A straight piece of road as one cell knows it.
#[derive(Clone, Copy, Debug, Default)]
struct GridPiece {
    segment: u32,
    /// Position of the piece's first point.
    at: u32,
    /// Latitude and longitude of both ends, in 1e-7 degrees from the cell's south-western corner, or [`FAR`].
    ends: [[i16; 2]; 2],
}

/// Stands for ends too far from the cell for small numbers: the list of points has them.
const FAR: [[i16; 2]; 2] = [[i16::MIN; 2]; 2];

/// A place on a straight piece of road.
#[derive(Clone, Copy)]
pub(super) struct GridHit {
    /// Square of the distance in metres.
    pub square: f64,
    /// The same in whole square centimetres: at a corner rounding must not decide.
    pub near: i64,
    pub segment: u32,
    /// Position of the piece's first point.
    pub at: u32,
    /// How far along the piece, from 0 to 1.
    pub share: f64,
}

/// A piece in one of the cells of a row.
#[derive(Clone, Copy, Default)]
struct CellEntry {
    column: i32,
    segment: u32,
    at: u32,
}

/// Calls `visit` with the rows and columns of all cells that pieces touch.
fn each_cell(segments: &[Segment], points: &[Point], mut visit: impl FnMut(i32, CellEntry)) {
    for (segment, pair) in (0..).zip(segments.windows(2)).filter(|(_, pair)| !pair[0].is_ferry) {
        for at in pair[0].first_point..pair[1].first_point.saturating_sub(1) {
            let (a, b) = (points[at as usize], points[at as usize + 1]);
            let (a, b) = if a.lat_e7() <= b.lat_e7() { (a, b) } else { (b, a) };
            let height = i64::from(b.lat_e7()) - i64::from(a.lat_e7());
            if height + (i64::from(b.lon_e7()) - i64::from(a.lon_e7())).abs() > MAX_PIECE_E7 {
                continue;
            }
            for row in a.lat_e7().div_euclid(CELL)..=b.lat_e7().div_euclid(CELL) {
                columns_in(a, b, row).for_each(|column| visit(row, CellEntry { column, segment, at }));
            }
        }
    }
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

/// The ends of a piece as a cell keeps them.
fn ends_in(row: i32, column: i32, ends: [Point; 2]) -> [[i16; 2]; 2] {
    let corner = [row, column].map(|number| number * CELL);
    let small = |position: i32, corner: i32| i16::try_from(position - corner).ok();
    let [a, b] = ends.map(|end| Some([small(end.lat_e7(), corner[0])?, small(end.lon_e7(), corner[1])?]));
    match (a, b) {
        (Some(a), Some(b)) if [a, b] != FAR => [a, b],
        _ => FAR,
    }
}

/// Puts the pieces of a row in the order of their columns, those of one cell in the order they had. Gives the columns
/// and how many pieces each has.
fn fill_row(row: i32, entries: &[CellEntry], points: &[Point], place: &mut [GridPiece]) -> Vec<(i32, u32)> {
    let columns = entries.iter().map(|entry| entry.column);
    let (west, east) = columns.fold((i32::MAX, i32::MIN), |(a, b), column| (a.min(column), b.max(column)));
    if west > east {
        return Vec::new();
    }
    let piece = |&CellEntry { column, segment, at }: &CellEntry| {
        let ends = ends_in(row, column, [points[at as usize], points[at as usize + 1]]);
        GridPiece { segment, at, ends }
    };
    let width = (i64::from(east) - i64::from(west)) as usize + 1;
    if width > 64 + entries.len() * 8 {
        // A few places far from each other.
        let mut sorted = entries.to_vec();
        sorted.sort_by_key(|entry| entry.column);
        for (place, entry) in place.iter_mut().zip(&sorted) {
            *place = piece(entry);
        }
        let cells = sorted.chunk_by(|a, b| a.column == b.column);
        return cells.map(|cell| (cell[0].column, cell.len() as u32)).collect();
    }
    let mut next = vec![0_u32; width];
    for entry in entries {
        next[(entry.column - west) as usize] += 1;
    }
    let cells = (west..).zip(&next).filter(|&(_, &count)| count > 0).map(|(column, &count)| (column, count));
    let cells = cells.collect();
    let mut sum = 0;
    for count in &mut next {
        sum += std::mem::replace(count, sum);
    }
    for entry in entries {
        let next = &mut next[(entry.column - west) as usize];
        place[*next as usize] = piece(entry);
        *next += 1;
    }
    cells
}

impl SnapGrid {
    /// The grid over the segments that one can stop on; the last segment only ends the lists.
    pub(super) fn build(segments: &[Segment], points: &[Point]) -> Self {
        let mut found: Vec<(i32, CellEntry)> = Vec::with_capacity(points.len() + points.len() / 2);
        each_cell(segments, points, |row, entry| found.push((row, entry)));
        let (south, north) =
            found.iter().fold((i32::MAX, i32::MIN), |(a, b), &(row, _)| (a.min(row), b.max(row)));
        if south > north {
            return Self::default();
        }
        let mut counts = vec![0_u32; (north - south) as usize + 1];
        for (row, _) in &found {
            counts[(row - south) as usize] += 1;
        }
        let mut next: Vec<u32> =
            counts.iter().scan(0, |sum, &count| Some(std::mem::replace(sum, *sum + count))).collect();
        let mut entries = vec![CellEntry::default(); found.len()];
        for (row, entry) in found {
            let next = &mut next[(row - south) as usize];
            entries[*next as usize] = entry;
            *next += 1;
        }
        let mut pieces = vec![GridPiece::default(); entries.len()];
        let (mut rest, mut free) = (&entries[..], &mut pieces[..]);
        let rows: Vec<(i32, &[CellEntry], &mut [GridPiece])> = (south..)
            .zip(&counts)
            .map(|(row, &count)| {
                let own = rest.split_off(..count as usize).expect("the counts add up to the entries");
                let place = free.split_off_mut(..count as usize).expect("there are as many pieces");
                (row, own, place)
            })
            .collect();
        let cells: Vec<Vec<(i32, u32)>> = rows
            .into_par_iter()
            .with_min_len(16)
            .map(|(row, entries, place)| fill_row(row, entries, points, place))
            .collect();

        let mut grid = Self { first_row: south, pieces, ..Self::default() };
        let mut first = 0;
        for row in cells {
            grid.row_start.push(grid.columns.len() as u32);
            for (column, count) in row {
                grid.columns.push(column);
                grid.first.push(first);
                first += count;
            }
        }
        grid.row_start.push(grid.columns.len() as u32);
        grid.first.push(first);
        grid
    }

    /// Calls `visit` with places on pieces at most `reach` metres away; what it gives back is how far the search has to
    /// reach from then on. Nothing within reach is left out; the order is that of the search and means nothing.
    pub(super) fn near(
        &self,
        points: &[Point],
        point: Point,
        reach: f64,
        mut visit: impl FnMut(GridHit) -> f64,
    ) {
        let row_count = self.row_start.len().saturating_sub(1) as i32;
        if row_count == 0 {
            return;
        }
        let east_west = point.latitude().to_radians().cos().max(0.01) * METRES_PER_E7;
        let own_row = point.lat_e7().div_euclid(CELL) - self.first_row;
        let start = own_row.clamp(0, row_count - 1);
        let lon = i64::from(point.lon_e7());
        let mut search = NearSearch { grid: self, points, point, lon, east_west, reach, visit: &mut visit };
        search.rows(start, row_count);
        // What lies across the antimeridian is as near as it is there.
        if (HALF_ROUND - lon.abs()) as f64 * east_west <= search.reach {
            search.lon = if lon < 0 { lon + 2 * HALF_ROUND } else { lon - 2 * HALF_ROUND };
            search.rows(start, row_count);
        }
    }
}

/// 180 degrees in 1e-7 degrees.
const HALF_ROUND: i64 = 1_800_000_000;

/// A search for pieces near a point.
struct NearSearch<'a, V> {
    grid: &'a SnapGrid,
    points: &'a [Point],
    point: Point,
    /// Longitude of the point in 1e-7 degrees, or the same once round the globe.
    lon: i64,
    /// Metres from west to east in 1e-7 degrees.
    east_west: f64,
    reach: f64,
    visit: &'a mut V,
}

impl<V: FnMut(GridHit) -> f64> NearSearch<'_, V> {
    /// Looks at all rows that are within reach.
    fn rows(&mut self, start: i32, row_count: i32) {
        // Rows from near to far, on both sides.
        let (mut is_north_open, mut is_south_open) = (true, true);
        for step in 0.. {
            let (north, south) = (start + step, start - step);
            is_north_open &= north < row_count && self.row(north);
            is_south_open &= step == 0 || south >= 0 && self.row(south);
            if !is_north_open && !is_south_open {
                return;
            }
        }
    }

    /// Looks at the cells of a row that are within reach. Whether any of the row is.
    fn row(&mut self, number: i32) -> bool {
        let row = number + self.grid.first_row;
        if distance_outside(i64::from(self.point.lat_e7()), row) * METRES_PER_E7 > self.reach {
            return false;
        }
        let number = number as usize;
        let cells = self.grid.row_start[number] as usize..self.grid.row_start[number + 1] as usize;
        let columns = &self.grid.columns[cells.clone()];
        let own = self.lon.div_euclid(i64::from(CELL));
        let middle = columns.partition_point(|&column| i64::from(column) < own);
        let (west, east) = columns.split_at(middle);
        let middle = cells.start + middle;
        for (number, &column) in (middle..).zip(east) {
            if !self.cell(row, column, number) {
                break;
            }
        }
        for (number, &column) in (cells.start..middle).zip(west).rev() {
            if !self.cell(row, column, number) {
                break;
            }
        }
        true
    }

    /// Looks at the pieces of a cell, unless it is out of reach.
    fn cell(&mut self, row: i32, column: i32, number: usize) -> bool {
        if distance_outside(self.lon, column) * self.east_west > self.reach {
            return false;
        }
        let grid = self.grid;
        let corner = [row * CELL, column * CELL];
        let (lat, lon) = (f64::from(self.point.lat_e7()), self.lon as f64);
        for piece in &grid.pieces[grid.first[number] as usize..grid.first[number + 1] as usize] {
            let ends = if piece.ends == FAR {
                [piece.at, piece.at + 1].map(|at| {
                    let end = self.points[at as usize];
                    (end.lat_e7(), end.lon_e7())
                })
            } else {
                piece.ends.map(|[lat, lon]| (corner[0] + i32::from(lat), corner[1] + i32::from(lon)))
            };
            let flat = |(end_lat, end_lon): (i32, i32)| {
                ((f64::from(end_lon) - lon) * self.east_west, (f64::from(end_lat) - lat) * METRES_PER_E7)
            };
            let ((ax, ay), (bx, by)) = (flat(ends[0]), flat(ends[1]));
            let (dx, dy) = (bx - ax, by - ay);
            let length = dx * dx + dy * dy;
            let share = if length > 0.0 { (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
            let (x, y) = (ax + share * dx, ay + share * dy);
            let square = x * x + y * y;
            if square <= self.reach * self.reach {
                let near = (square * 1e4) as i64;
                let GridPiece { segment, at, .. } = *piece;
                self.reach = (self.visit)(GridHit { square, near, segment, at, share });
            }
        }
        true
    }
}

/// How far a position lies outside a row or column, in 1e-7 degrees; nothing when it is inside.
fn distance_outside(position: i64, number: i32) -> f64 {
    let low = f64::from(number) * f64::from(CELL);
    let position = position as f64;
    (low - position).max(position - low - f64::from(CELL)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::super::Profile;
    use crate::testing;
    use coldmile_geometry::Point;
    use coldmile_units::Seed;

    #[test]
    fn the_nearest_place_is_that_of_a_look_at_every_piece() {
        for seed in (0..40).map(Seed) {
            let Some(index) = testing::random(seed, Profile::Van) else { continue };
            let layout = &index.graph().layout;
            let mut random = seed.rng();
            for spread in [3_000, 60_000, 2_000_000] {
                let point = Point::from_e7(random.i32(-spread..spread), random.i32(-spread..spread));
                let mut nearest = f64::INFINITY;
                layout.grid.near(&layout.points, point, f64::INFINITY, |hit| {
                    nearest = nearest.min(hit.square);
                    nearest.sqrt() + 0.1
                });
                let to_piece = |pair: &[Point]| {
                    // In steps of a thousandth: coarse, but no shared arithmetic.
                    let at = |step: i32| {
                        let share = f64::from(step) / 1000.0;
                        let between = |a: i32, b: i32| f64::from(a) + f64::from(b - a) * share;
                        let north = between(pair[0].lat_e7(), pair[1].lat_e7()) - f64::from(point.lat_e7());
                        let east = between(pair[0].lon_e7(), pair[1].lon_e7()) - f64::from(point.lon_e7());
                        north.hypot(east * point.latitude().to_radians().cos()) * 0.011_119_508
                    };
                    (0..=1000).map(at).fold(f64::INFINITY, f64::min)
                };
                let roads = (0..index.graph().segment_count() as u32)
                    .filter(|&segment| !layout.segments[segment as usize].is_ferry);
                let slow = roads
                    .flat_map(|segment| index.graph().line(segment).windows(2).map(to_piece))
                    .fold(f64::INFINITY, f64::min);
                let fast = nearest.sqrt();
                assert!((fast - slow).abs() < 0.5 + slow * 1e-6, "{seed:?}: {fast} m, not {slow} m");
            }
        }
    }
}
