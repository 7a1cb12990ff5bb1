//! How far one gets in so much time: from one place everywhere, as areas.
//!
//! One search upwards, one sweep down the whole hierarchy (Delling, Goldberg, Nowatzyk, Werneck 2011: PHAST), then the
//! stretches of road within reach are drawn on a grid and the cells they touch are outlined.

use super::elements::Arc;
use super::graph::RoadGraph;
use super::hierarchy::NO_NODE;
use super::index::RoadIndex;
use super::snap::Snap;
use super::weight::{INFINITE, Weight, ms_of};
use coldmile_geometry::Point;
use coldmile_units::Seconds;
use std::collections::{BTreeMap, BTreeSet};

/// Width and height of a cell, in 1e-7 degrees of latitude: 50 m.
const CELL: i64 = 4_500;

/// The area that is reached within a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Isochrone {
    /// The time.
    pub limit: Seconds,
    /// Its parts, each an outline and the holes in it. Rings are closed; outlines run anticlockwise, holes clockwise.
    pub parts: Vec<Vec<Vec<Point>>>,
}

type Cell = (i64, i64);

impl RoadIndex {
    /// The areas that are reached from a place within each of `limits`, to some 50 m.
    pub fn isochrones(&self, from: &Snap, limits: &[Seconds]) -> Vec<Isochrone> {
        let reached = self.one_to_all(from);
        let shape = |limit: &Seconds| {
            let cells = cells_within(&self.graph, &reached, from, limit.0.max(0) as u64 * 1000);
            Isochrone { limit: *limit, parts: outline(&cells, from.point) }
        };
        limits.iter().map(shape).collect()
    }

    /// Milliseconds to the head of each arc; `None` where there is no path.
    fn one_to_all(&self, from: &Snap) -> Vec<Option<u64>> {
        let search = &self.search;
        let mut best: Vec<Weight> = vec![INFINITE; search.parent.len()];
        for (node, weight) in self.sources(from) {
            best[node as usize] = best[node as usize].min(weight);
        }
        for node in 0..search.parent.len() as u32 {
            let so_far = best[node as usize];
            if so_far < INFINITE {
                for arc in search.up.arcs(node) {
                    let upper = &mut best[search.up.upper[arc] as usize];
                    *upper = (*upper).min(so_far + search.up.weight[arc]);
                }
            }
        }
        for node in (0..search.parent.len() as u32).rev() {
            for arc in search.down.arcs(node) {
                let through = best[search.down.upper[arc] as usize] + search.down.weight[arc];
                best[node as usize] = best[node as usize].min(through);
            }
        }
        let copies = self.base.nodes.iter().map(|copies| {
            let known = copies.iter().filter(|&&node| node != NO_NODE);
            known.map(|&node| best[node as usize]).filter(|&weight| weight < INFINITE).min()
        });
        copies.map(|weight| weight.map(ms_of)).collect()
    }
}

/// The cells that roads within the limit touch.
fn cells_within(graph: &RoadGraph, reached: &[Option<u64>], from: &Snap, limit_ms: u64) -> BTreeSet<Cell> {
    let grid = Grid::around(from.point);
    let mut cells = BTreeSet::new();
    let mut draw = |arc: u32, start: f64, end: f64| {
        let Arc { segment, is_backward, .. } = graph.layout.arcs[arc as usize];
        let (start, end) = if is_backward { (1.0 - end, 1.0 - start) } else { (start, end) };
        grid.draw(graph.line(segment), start, end, &mut cells);
    };
    for (arc, at_head) in (0..).zip(reached) {
        let Some(at_head) = *at_head else { continue };
        let ms = u64::from(graph.ms(arc));
        // Arcs that begin at the place itself are drawn below.
        if at_head < ms || graph.segment_of(arc).is_ferry {
            continue;
        }
        let at_tail = at_head - ms;
        if at_tail <= limit_ms {
            draw(arc, 0.0, ((limit_ms - at_tail) as f64 / ms.max(1) as f64).min(1.0));
        }
    }
    for arc in graph.arcs_at(from) {
        let (before_ms, before_cm) = graph.until(arc, from);
        let rest_ms = u64::from(graph.ms(arc) - before_ms);
        let start = f64::from(before_cm) / f64::from(graph.cm(arc));
        let share = (limit_ms as f64 / rest_ms.max(1) as f64).min(1.0);
        draw(arc, start, start + (1.0 - start) * share);
    }
    cells
}

/// Square cells around a place.
struct Grid {
    origin: Point,
    /// Width of a cell in 1e-7 degrees of longitude.
    width: i64,
}

impl Grid {
    fn around(origin: Point) -> Self {
        let shrink = origin.latitude().to_radians().cos().max(0.01);
        Self { origin, width: (CELL as f64 / shrink) as i64 }
    }

    /// Row and column of the cell in whose middle a point is nearest.
    fn cell(&self, latitude: f64, longitude: f64) -> Cell {
        let row = (latitude - f64::from(self.origin.lat_e7())) / CELL as f64;
        // Across the antimeridian the columns go on.
        let east = longitude - f64::from(self.origin.lon_e7());
        let column = (east - (east / 3.6e9).round() * 3.6e9) / self.width as f64;
        (row.round() as i64, column.round() as i64)
    }

    /// Marks the cells along a line from one share of its length to another.
    fn draw(&self, line: &[Point], start: f64, end: f64, cells: &mut BTreeSet<Cell>) {
        let lengths: Vec<f64> = line.windows(2).map(|pair| pair[0].distance_m(pair[1])).collect();
        let total: f64 = lengths.iter().sum();
        let (start, end) = (start * total, end * total);
        let mut before = 0.0;
        for (pair, &length) in line.windows(2).zip(&lengths) {
            let (low, high) = ((start - before).max(0.0), (end - before).min(length));
            if low <= high {
                // A step of a third of a cell misses no cell by much.
                let steps = ((high - low) / 15.0).ceil() as u32;
                for step in 0..=steps {
                    let at = low + (high - low) * f64::from(step) / f64::from(steps.max(1));
                    let share = if length > 0.0 { at / length } else { 0.0 };
                    let mix = |a: i32, b: i32| f64::from(a) + (f64::from(b) - f64::from(a)) * share;
                    let latitude = mix(pair[0].lat_e7(), pair[1].lat_e7());
                    cells.insert(self.cell(latitude, mix(pair[0].lon_e7(), pair[1].lon_e7())));
                }
            }
            before += length;
        }
    }

    /// The south-western corner of a cell.
    fn corner(&self, (row, column): Cell) -> Point {
        let limit = |value: i64, max: i64| value.clamp(-max, max) as i32;
        let latitude = i64::from(self.origin.lat_e7()) + row * CELL - CELL / 2;
        let longitude = i64::from(self.origin.lon_e7()) + column * self.width - self.width / 2;
        Point::from_e7(limit(latitude, 900_000_000), limit(longitude, 1_800_000_000))
    }
}

/// The outlines of some cells, and the holes in them.
fn outline(cells: &BTreeSet<Cell>, origin: Point) -> Vec<Vec<Vec<Point>>> {
    // Sides with a cell on the left and none on the right, by the corner they start at. At a corner where two cells
    // touch, two sides start; turning left keeps the cells apart.
    let mut sides: BTreeMap<Cell, Vec<Cell>> = BTreeMap::new();
    let mut side = |from: Cell, to: Cell| sides.entry(from).or_default().push(to);
    for &(row, column) in cells {
        let has = |row: i64, column: i64| cells.contains(&(row, column));
        if !has(row - 1, column) {
            side((row, column), (row, column + 1));
        }
        if !has(row, column + 1) {
            side((row, column + 1), (row + 1, column + 1));
        }
        if !has(row + 1, column) {
            side((row + 1, column + 1), (row + 1, column));
        }
        if !has(row, column - 1) {
            side((row + 1, column), (row, column));
        }
    }
    let (mut outlines, mut holes) = (Vec::new(), Vec::new());
    while let Some((&start, _)) = sides.first_key_value() {
        let mut ring: Vec<Cell> = vec![start];
        let mut direction = (0, 0);
        loop {
            let at = ring[ring.len() - 1];
            let Some(next) = sides.get_mut(&at) else { break };
            let left = |to: &Cell| {
                let (row, column) = (to.0 - at.0, to.1 - at.1);
                direction.1 * row - direction.0 * column
            };
            let best = (0..next.len()).max_by_key(|&number| left(&next[number])).unwrap_or(0);
            let to = next.swap_remove(best);
            if next.is_empty() {
                sides.remove(&at);
            }
            direction = (to.0 - at.0, to.1 - at.1);
            ring.push(to);
            if to == start {
                break;
            }
        }
        let ring = without_straight_corners(ring);
        if doubled_area(&ring) > 0 { outlines.push(vec![ring]) } else { holes.push(ring) }
    }
    for hole in holes {
        // The smallest outline around it.
        let around =
            outlines.iter_mut().filter(|part: &&mut Vec<Vec<Cell>>| contains(&part[0], hole[0], &hole));
        if let Some(part) = around.min_by_key(|part| doubled_area(&part[0])) {
            part.push(hole);
        }
    }
    let grid = Grid::around(origin);
    let ring = |ring: Vec<Cell>| ring.into_iter().map(|corner| grid.corner(corner)).collect();
    outlines.into_iter().map(|part| part.into_iter().map(ring).collect()).collect()
}

fn without_straight_corners(mut ring: Vec<Cell>) -> Vec<Cell> {
    ring.pop();
    let count = ring.len();
    let is_corner = |at: usize| {
        let (before, this, after) = (ring[(at + count - 1) % count], ring[at], ring[(at + 1) % count]);
        (this.0 - before.0, this.1 - before.1) != (after.0 - this.0, after.1 - this.1)
    };
    let mut kept: Vec<Cell> = (0..count).filter(|&at| is_corner(at)).map(|at| ring[at]).collect();
    kept.extend(kept.first().copied());
    kept
}

/// Twice the area; positive when the ring runs anticlockwise.
fn doubled_area(ring: &[Cell]) -> i64 {
    ring.windows(2).map(|pair| pair[0].1 * pair[1].0 - pair[1].1 * pair[0].0).sum()
}

/// Whether a hole lies in an outline: the cell north-east or south-west of its first corner decides.
fn contains(outline: &[Cell], corner: Cell, hole: &[Cell]) -> bool {
    // A point just inside the hole's bounding corner, off every line of the grid.
    let low = hole.iter().copied().min().unwrap_or(corner);
    let (row, column) = (low.0 as f64 + 0.5, low.1 as f64 + 0.5);
    let crossings = outline.windows(2).filter(|pair| {
        let (a, b) = (pair[0], pair[1]);
        (a.0 as f64 > row) != (b.0 as f64 > row) && a.1 as f64 > column
    });
    crossings.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(picture: &str) -> BTreeSet<Cell> {
        let rows = picture.lines().enumerate();
        let marked = rows.flat_map(|(row, line)| {
            let found = line.chars().enumerate().filter(|(_, c)| *c == '#');
            found.map(move |(column, _)| (-(row as i64), column as i64))
        });
        marked.collect()
    }

    #[test]
    fn a_ring_of_cells_has_an_outline_and_a_hole() {
        let parts = outline(&cells("###\n#.#\n###"), Point::from_e7(0, 0));
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].iter().map(Vec::len).collect::<Vec<_>>(), [5, 5]);
    }

    #[test]
    fn cells_that_touch_at_a_corner_only_are_two_parts() {
        let parts = outline(&cells("#.\n.#"), Point::from_e7(0, 0));
        assert_eq!(parts.len(), 2);
        assert!(parts.iter().all(|part| part.len() == 1 && part[0].len() == 5));
    }

    #[test]
    fn an_island_in_a_hole_is_a_part_of_its_own() {
        let parts = outline(&cells("#####\n#...#\n#.#.#\n#...#\n#####"), Point::from_e7(0, 0));
        let mut rings: Vec<usize> = parts.iter().map(Vec::len).collect();
        rings.sort_unstable();
        assert_eq!(rings, [1, 2]);
    }
}
