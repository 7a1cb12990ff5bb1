//! The order of contraction: nested dissection by edge cuts, found by inertial flow (Schild, Sommer 2015).
//!
//! The arcs are what gets contracted, so a separator is a set of segments whose removal parts the nodes: all paths
//! from arcs on one side to arcs on the other cross it. Carrying an order of nodes over to arcs instead costs several
//! times the shortcuts.

use super::flow::Cut;
use coldmile_geometry::Point;
use coldmile_units::Csr;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A part of the network that is still to be cut.
struct Cell {
    places: Vec<(i32, i32)>,
    /// Two local nodes, and the segment.
    segments: Vec<(u32, u32, u32)>,
}

/// Cells below this many nodes are not worth a second thread.
const PARALLEL: usize = 500;
/// Cells up to this many nodes are cut in two directions only.
const SMALL: usize = 24;

/// All segments, the one to contract first in front. `ends` are the two nodes of each segment.
pub(crate) fn order_segments(nodes: &[Point], ends: &[[u32; 2]]) -> Vec<u32> {
    let (stripped, is_stripped) = strip_degree_one(nodes.len(), ends);
    let segments: Vec<(u32, u32, u32)> = (ends.iter().zip(&is_stripped).enumerate())
        .filter(|(_, (_, stripped))| !**stripped)
        .map(|(segment, (&[a, b], _))| (a, b, segment as u32))
        .collect();
    // Longitudes shrink towards the poles; one factor for the whole map is near enough.
    let middle = nodes.iter().map(|point| point.latitude()).sum::<f64>() / nodes.len().max(1) as f64;
    let shrink = middle.to_radians().cos();
    let places =
        nodes.iter().map(|point| ((f64::from(point.lon_e7()) * shrink) as i32, point.lat_e7())).collect();
    let core = dissect(Cell { places, segments }.without_lone_nodes());
    attach_trees(nodes.len(), ends, &stripped, &core)
}

/// Puts each tree, leaves before roots, right before the first segment of the 2-core that it is attached
/// to, for locality.
fn attach_trees(node_count: usize, ends: &[[u32; 2]], stripped: &[u32], core: &[u32]) -> Vec<u32> {
    let mut is_core = vec![false; node_count];
    for &segment in core {
        ends[segment as usize].into_iter().for_each(|node| is_core[node as usize] = true);
    }
    // From roots to leaves: each tree belongs to the node where it is attached; a component that is a tree, to its last
    // segment.
    let mut root: Vec<Option<u32>> =
        (0..node_count as u32).map(|node| is_core[node as usize].then_some(node)).collect();
    let mut roots = vec![0; ends.len()];
    for &segment in stripped.iter().rev() {
        let [a, b] = ends[segment as usize];
        let known = root[a as usize].or(root[b as usize]).unwrap_or(a);
        root[a as usize].get_or_insert(known);
        root[b as usize].get_or_insert(known);
        roots[segment as usize] = known;
    }
    let trees =
        Csr::from_entries(node_count, stripped.iter().map(|&segment| (roots[segment as usize], segment)));
    // Trees without a core come first.
    let mut order: Vec<u32> = Vec::with_capacity(ends.len());
    (0..node_count as u32)
        .filter(|&node| !is_core[node as usize])
        .for_each(|node| order.extend(trees.row(node)));
    for &segment in core {
        for node in ends[segment as usize] {
            if std::mem::replace(&mut is_core[node as usize], false) {
                order.extend(trees.row(node));
            }
        }
        order.push(segment);
    }
    order
}

/// Strips nodes of degree one until none is left: no path passes them, so they are contracted first, leaves before
/// roots.
fn strip_degree_one(node_count: usize, ends: &[[u32; 2]]) -> (Vec<u32>, Vec<bool>) {
    let ends_of = (0..).zip(ends).flat_map(|(segment, pair)| pair.map(|node| (node, segment)));
    let incident: Csr<u32> = Csr::from_entries(node_count, ends_of);
    let mut is_stripped = vec![false; ends.len()];
    let mut order = Vec::new();
    let mut degree: Vec<u32> = (0..node_count as u32).map(|node| incident.row(node).len() as u32).collect();
    // No path passes a loop either.
    for (segment, [a, b]) in ends.iter().enumerate().filter(|(_, [a, b])| a == b) {
        is_stripped[segment] = true;
        order.push(segment as u32);
        degree[*a as usize] -= 1;
        degree[*b as usize] -= 1;
    }
    let mut leaves: Vec<u32> = (0..node_count as u32).filter(|&node| degree[node as usize] == 1).collect();
    while let Some(leaf) = leaves.pop() {
        let Some(&segment) = incident.row(leaf).iter().find(|&&segment| !is_stripped[segment as usize])
        else {
            continue;
        };
        is_stripped[segment as usize] = true;
        order.push(segment);
        for node in ends[segment as usize] {
            degree[node as usize] -= 1;
            if degree[node as usize] == 1 {
                leaves.push(node);
            }
        }
    }
    (order, is_stripped)
}

/// The order of a cell's segments: both halves first, the cut between them last.
fn dissect(cell: Cell) -> Vec<u32> {
    if cell.segments.len() <= 2 || cell.places.len() <= 2 {
        return cell.segments.iter().map(|&(_, _, segment)| segment).collect();
    }
    let is_left = best_cut(&cell).is_left;
    let (left, right, across) = cell.split(&is_left);
    let (mut order, other) = if left.places.len().min(right.places.len()) > PARALLEL {
        rayon::join(|| dissect(left), || dissect(right))
    } else {
        (dissect(left), dissect(right))
    };
    order.extend(other);
    order.extend(across);
    order
}

/// The smallest of the cuts found in four directions (two in a small cell); of equals the more balanced one.
fn best_cut(cell: &Cell) -> Cut {
    let directions: [(i64, i64); 4] = [(1, 0), (0, 1), (1, 1), (1, -1)];
    // A cut that cannot be the smallest is given up. Which one is given up when may depend on the threads; which one
    // is the smallest does not.
    let limit = AtomicUsize::new(usize::MAX);
    let along = |&(x, y): &(i64, i64)| {
        let mut order: Vec<u32> = (0..cell.places.len() as u32).collect();
        let projection = |node: &u32| {
            let (east, north) = cell.places[*node as usize];
            (i64::from(east) * x + i64::from(north) * y, *node)
        };
        let fixed = (order.len() * 3 / 10).max(1);
        let last = order.len() - fixed;
        order.select_nth_unstable_by_key(fixed - 1, projection);
        if last > fixed {
            order[fixed..].select_nth_unstable_by_key(last - fixed, projection);
        } else {
            order[fixed..].sort_unstable_by_key(projection);
        }
        let (sources, sinks) = (&order[..fixed], &order[last..]);
        let cut = super::flow::min_cut(cell.places.len(), &cell.segments, sources, sinks, &limit)?;
        limit.fetch_min(cut.size, Ordering::Relaxed);
        Some(cut)
    };
    let cuts: Vec<Option<Cut>> = if cell.places.len() > PARALLEL {
        directions.par_iter().map(along).collect()
    } else {
        let count = if cell.places.len() > SMALL { 4 } else { 2 };
        directions[..count].iter().map(along).collect()
    };
    let imbalance = |cut: &Cut| {
        let left = cut.is_left.iter().filter(|left| **left).count();
        left.abs_diff(cell.places.len() - left)
    };
    let best = cuts.into_iter().flatten().min_by_key(|cut| (cut.size, imbalance(cut)));
    best.expect("the smallest cut is never given up")
}

impl Cell {
    /// The two halves, and the segments across.
    fn split(self, is_left: &[bool]) -> (Self, Self, Vec<u32>) {
        let mut across = Vec::new();
        let mut halves = [Vec::new(), Vec::new()];
        for segment in self.segments {
            match (is_left[segment.0 as usize], is_left[segment.1 as usize]) {
                (true, true) => halves[0].push(segment),
                (false, false) => halves[1].push(segment),
                _ => across.push(segment.2),
            }
        }
        let places = self.places;
        let [left, right] = halves.map(|segments| Self::of(&places, segments));
        (left, right, across)
    }

    fn without_lone_nodes(self) -> Self {
        Self::of(&self.places, self.segments)
    }

    /// The nodes that `segments` touch, numbered anew.
    fn of(places: &[(i32, i32)], mut segments: Vec<(u32, u32, u32)>) -> Self {
        let mut number = vec![u32::MAX; places.len()];
        let mut kept = Vec::new();
        let mut renumbered = |node: u32| {
            if number[node as usize] == u32::MAX {
                number[node as usize] = kept.len() as u32;
                kept.push(places[node as usize]);
            }
            number[node as usize]
        };
        for segment in &mut segments {
            segment.0 = renumbered(segment.0);
            segment.1 = renumbered(segment.1);
        }
        Self { places: kept, segments }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square lattice of `side` × `side` nodes, 100 m apart.
    fn lattice(side: u32) -> (Vec<Point>, Vec<[u32; 2]>) {
        let nodes = (0..side * side)
            .map(|node| Point::from_e7((node / side) as i32 * 9_000, (node % side) as i32 * 9_000))
            .collect();
        let mut ends = Vec::new();
        for node in 0..side * side {
            if node % side + 1 < side {
                ends.push([node, node + 1]);
            }
            if node + side < side * side {
                ends.push([node, node + side]);
            }
        }
        (nodes, ends)
    }

    #[test]
    fn every_segment_is_ordered_once_and_a_lattice_is_cut_straight_through() {
        let (nodes, ends) = lattice(20);
        let order = order_segments(&nodes, &ends);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert!(sorted.iter().copied().eq(0..ends.len() as u32));
        // The last 20 segments are the top cut: without them the lattice falls apart.
        let is_cut: Vec<bool> =
            (0..ends.len() as u32).map(|s| order[ends.len() - 20..].contains(&s)).collect();
        let mut reached = vec![0_u32];
        let mut is_reached = vec![false; nodes.len()];
        is_reached[0] = true;
        while let Some(node) = reached.pop() {
            for (segment, &[a, b]) in ends.iter().enumerate().filter(|(segment, _)| !is_cut[*segment]) {
                let _ = segment;
                for (from, to) in [(a, b), (b, a)] {
                    if from == node && !is_reached[to as usize] {
                        is_reached[to as usize] = true;
                        reached.push(to);
                    }
                }
            }
        }
        let count = is_reached.iter().filter(|reached| **reached).count();
        assert!((120..=280).contains(&count), "{count} of 400 on one side");
    }

    #[test]
    fn dead_ends_come_first_leaves_before_roots() {
        // A triangle 0-1-2 with a twig 2-3-4.
        let nodes: Vec<Point> = (0..5).map(|at| Point::from_e7(at * 1000, at * at * 1000)).collect();
        let order = order_segments(&nodes, &[[0, 1], [1, 2], [2, 0], [2, 3], [3, 4]]);
        assert_eq!(order[..2], [4, 3]);
    }
}
