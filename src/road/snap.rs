//! A coordinate's place on the road network.
//!
//! The grid holds every straight piece of every segment that one can stop on. Ferries are not in it, and what cannot be
//! reached is not in the graph, so a snap is always a place that a trip can come to and leave.

use super::graph::{RoadGraph, Segment};
use crate::geometry::Point;

/// A coordinate farther than this many metres from every road is refused, not moved.
pub const MAX_SNAP: f64 = 300.0;

/// Height and width of a grid cell in 1e-7 degrees: some 170 m from south to north.
const CELL: i32 = 15_000;
/// Metres from south to north in 1e-7 degrees.
const METRES_PER_E7: f64 = 0.011_119_508;

/// A coordinate's place on the road.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snap {
    pub(super) segment: u32,
    /// Centimetres from the start of the segment's line.
    pub(super) offset_cm: u32,
    /// The place on the road.
    pub point: Point,
    /// How far it is from the coordinate, in metres.
    pub distance_m: f64,
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
    /// Cells that hold something, sorted: row in the upper half, column in the lower.
    cells: Vec<u64>,
    /// Where a cell's pieces start.
    first: Vec<u32>,
    /// Segment, and position of the piece's first point.
    pieces: Vec<(u32, u32)>,
}

fn cell_of(lat_e7: i32, lon_e7: i32) -> (i32, i32) {
    (lat_e7.div_euclid(CELL), lon_e7.div_euclid(CELL))
}

fn key(row: i32, column: i32) -> u64 {
    // Shifted so that the order of keys is the order of rows and columns.
    (u64::from(row as u32 ^ 0x8000_0000) << 32) | u64::from(column as u32 ^ 0x8000_0000)
}

impl SnapGrid {
    /// The grid over the segments that one can stop on; the last segment only ends the lists.
    pub(super) fn build(segments: &[Segment], points: &[Point]) -> Self {
        let mut entries: Vec<(u64, u32, u32)> = Vec::with_capacity(points.len() * 2);
        for (number, pair) in segments.windows(2).enumerate().filter(|(_, pair)| !pair[0].is_ferry) {
            for at in pair[0].first_point..pair[1].first_point.saturating_sub(1) {
                let (a, b) = (points[at as usize], points[at as usize + 1]);
                let (south, west) = cell_of(a.lat_e7().min(b.lat_e7()), a.lon_e7().min(b.lon_e7()));
                let (north, east) = cell_of(a.lat_e7().max(b.lat_e7()), a.lon_e7().max(b.lon_e7()));
                for row in south..=north {
                    entries.extend((west..=east).map(|column| (key(row, column), number as u32, at)));
                }
            }
        }
        entries.sort_unstable();
        let mut grid = Self { pieces: Vec::with_capacity(entries.len()), ..Self::default() };
        for (key, segment, at) in entries {
            if grid.cells.last() != Some(&key) {
                grid.cells.push(key);
                grid.first.push(grid.pieces.len() as u32);
            }
            grid.pieces.push((segment, at));
        }
        grid.first.push(grid.pieces.len() as u32);
        grid
    }

    /// The pieces in the cells of one row from one column to another.
    fn row(&self, row: i32, from: i32, to: i32) -> &[(u32, u32)] {
        let first = self.cells.partition_point(|&cell| cell < key(row, from));
        let count = self.cells[first..].iter().take_while(|&&cell| cell <= key(row, to)).count();
        &self.pieces[self.first[first] as usize..self.first[first + count] as usize]
    }
}

/// A place on a straight piece of road.
#[derive(Clone, Copy)]
struct Hit {
    square: f64,
    segment: u32,
    at: u32,
    /// How far along the piece, from 0 to 1.
    share: f64,
}

impl RoadGraph {
    /// The nearest place on a road, at most [`MAX_SNAP`] metres away.
    pub fn snap(&self, point: Point) -> Result<Snap, SnapError> {
        match self.nearest(point, MAX_SNAP) {
            Some(hit) if hit.square.sqrt() <= MAX_SNAP => Ok(self.snap_at(hit)),
            _ => {
                let far = self.nearest(point, f64::INFINITY).map_or(f64::INFINITY, |hit| hit.square.sqrt());
                Err(SnapError::TooFar { point, distance_m: far })
            }
        }
    }

    /// The nearest piece; with a finite `limit` only pieces about that near are looked at.
    fn nearest(&self, point: Point, limit: f64) -> Option<Hit> {
        let east_west = point.latitude().to_radians().cos().max(0.01) * METRES_PER_E7;
        let mut best: Option<Hit> = None;
        let mut look = |pieces: &[(u32, u32)]| {
            for &(segment, at) in pieces {
                let (square, share) = self.distance_to_piece(point, at, east_west);
                // Compared in square centimetres: at a corner rounding must not decide.
                let rounded = |square: f64| (square * 1e4).round();
                let is_better = best.is_none_or(|best| {
                    rounded(square) < rounded(best.square)
                        || rounded(square) <= rounded(best.square)
                            && self.rank_at(segment, at) < self.rank_at(best.segment, best.at)
                });
                if is_better {
                    best = Some(Hit { square, segment, at, share });
                }
            }
            best
        };
        if limit.is_infinite() {
            look(&self.grid.pieces);
            return best;
        }
        let (row, column) = cell_of(point.lat_e7(), point.lon_e7());
        for ring in 0.. {
            let mut found = None;
            for other in row - ring..=row + ring {
                if (other - row).abs() == ring {
                    found = look(self.grid.row(other, column - ring, column + ring));
                } else {
                    look(self.grid.row(other, column - ring, column - ring));
                    found = look(self.grid.row(other, column + ring, column + ring));
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

    /// Of pieces equally near, as at a corner, one on an open road is better than one on a private road.
    fn rank_at(&self, segment: u32, at: u32) -> (bool, u32, u32) {
        let arcs = self.segments[segment as usize].arcs.into_iter();
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
        let (ax, ay) = flat(self.points[at as usize]);
        let (bx, by) = flat(self.points[at as usize + 1]);
        let (dx, dy) = (bx - ax, by - ay);
        let square = dx * dx + dy * dy;
        let share = if square > 0.0 { (-(ax * dx + ay * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
        let (x, y) = (ax + share * dx, ay + share * dy);
        (x * x + y * y, share)
    }

    fn snap_at(&self, hit: Hit) -> Snap {
        let segment = &self.segments[hit.segment as usize];
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
        }
    }

    /// The arcs one can be on at a snap.
    pub(super) fn arcs_at(&self, snap: &Snap) -> impl Iterator<Item = u32> {
        let arcs = self.segments[snap.segment as usize].arcs;
        arcs.into_iter().filter(|&arc| arc != super::graph::NO_ARC)
    }

    /// Milliseconds and centimetres from the tail of an arc to a snap on it.
    pub(super) fn until(&self, arc: u32, snap: &Snap) -> (u32, u32) {
        let (arc, total) = (&self.arcs[arc as usize], self.cm(arc));
        let cm = if arc.is_backward { total - snap.offset_cm } else { snap.offset_cm };
        ((u64::from(arc.ms) * u64::from(cm) / u64::from(total)) as u32, cm)
    }
}
