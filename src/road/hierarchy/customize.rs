//! Customization: weights onto the contracted topology (Dibbelt, Strasser, Wagner 2016).
//!
//! *Basic customization* takes the nodes by rank and relaxes the lower triangles of their arcs: afterwards each arc
//! has the length of the shortest path over lower nodes. *Perfect customization* takes them from the top down and
//! relaxes intermediate and upper triangles: afterwards each arc has the distance between its ends, and the arcs that
//! were longer than it are pruned. Triangles are found with an array that says where among a node's arcs the one to
//! a neighbour stands.
//!
//! Both directions of an arc lie next to each other, [`UP`] (from the lower end to the upper) and [`DOWN`], as they are
//! always used together. The inner loops take minima without branching: which path is shorter is an unpredictable
//! branch.

use super::search::{Half, NO_NODE, SearchGraph};
use super::separators::SeparatorTree;
use super::topology::Topology;
use crate::simd::{Kernel, SimdLevel, detect, run};
use crate::weight::{INFINITE, Weight};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::ops::Range;

/// From the lower end of an arc to the upper.
pub(super) const UP: usize = 0;
/// From the upper end to the lower.
pub(super) const DOWN: usize = 1;

/// One bit for each direction: whether the arc is longer than the distance between its ends.
type Longer = u8;

/// What is known of every arc, in both directions.
pub(super) struct Weights {
    both: Vec<[Weight; 2]>,
    /// The middle node of a shortcut, or [`NO_NODE`].
    middles: Vec<[u32; 2]>,
    /// Whether an arc is longer than the distance between its ends.
    is_longer: Vec<Longer>,
}

impl Weights {
    /// The weights of links, each of which names an arc and a direction.
    pub(super) fn of_links(topology: &Topology, links: impl Iterator<Item = (usize, usize, Weight)>) -> Self {
        let mut both = vec![[INFINITE; 2]; topology.upper.len()];
        for (arc, side, weight) in links {
            both[arc][side] = weight.min(both[arc][side]);
        }
        Self { both, middles: Vec::new(), is_longer: Vec::new() }
    }

    /// Basic and perfect customization of all arcs, in parallel.
    pub(super) fn customize(&mut self, topology: &Topology) {
        self.customize_in(detect(), topology, &SeparatorTree::of(topology));
    }

    /// The same cell by cell; how the nodes are separated into cells changes no weight.
    pub(super) fn customize_in(&mut self, level: SimdLevel, topology: &Topology, root: &SeparatorTree) {
        self.middles = vec![[NO_NODE; 2]; self.both.len()];
        self.is_longer = vec![0; self.both.len()];
        if !self.both.is_empty() {
            customize_basic(level, topology, root, &mut self.both, &mut self.middles);
            customize_perfect(level, topology, root, &mut self.both, &mut self.is_longer, &[]);
        }
    }

    /// The arcs that shortest paths need. Does not use `topology.down`.
    pub(super) fn prune(&self, topology: &Topology) -> SearchGraph {
        let parent = (0..topology.node_count() as u32).map(|v| topology.parent(v).unwrap_or(NO_NODE));
        let (up, down) = rayon::join(|| prune::<UP>(topology, self), || prune::<DOWN>(topology, self));
        SearchGraph { parent: parent.collect(), up, down }
    }
}

/// Basic customization of a cell: relaxes the lower triangles of every arc that leads up from its nodes. `both` and
/// `middles` are those of the cell's arcs.
fn customize_basic(
    level: SimdLevel,
    topology: &Topology,
    cell: &SeparatorTree,
    mut both: &mut [[Weight; 2]],
    mut middles: &mut [[u32; 2]],
) {
    let (first_arc, top) = (topology.up(cell.nodes.start).start, cell.top());
    let mut cells = Vec::new();
    for below in &cell.below {
        let count = topology.arcs_of(&below.nodes).len();
        let own = both.split_off_mut(..count).expect("a cell's arcs are among those of the whole");
        let own_middles = middles.split_off_mut(..count).expect("there are as many middles");
        cells.push((below, own, own_middles));
    }
    cells
        .par_iter_mut()
        .for_each(|(below, both, middles)| customize_basic(level, topology, below, both, middles));

    // Triangles over the cells below are independent of each other for different nodes of the separator.
    if !cell.below.is_empty() {
        let lower: Vec<(u32, &[[Weight; 2]])> =
            cells.iter().map(|(below, both, _)| (below.nodes.end, &**both)).collect();
        let (mut rest, mut rest_middles) = (&mut *both, &mut *middles);
        let mut nodes: Vec<_> = (top..cell.nodes.end)
            .map(|node| {
                let count = topology.up(node).len();
                let own = rest.split_off_mut(..count).expect("the rest holds the arcs above");
                let middles = rest_middles.split_off_mut(..count).expect("there are as many middles");
                (node, own, middles)
            })
            .collect();
        let at_once = nodes.len().div_ceil(rayon::current_num_threads() * 4);
        nodes.par_chunks_mut(at_once).for_each(|some| {
            let mut positions = NeighbourPositions::above(topology, top);
            for (node, own, middles) in some {
                let mut downs = topology.down(*node);
                let mut first_arc = first_arc;
                for &(end, below) in &lower {
                    let count = downs.partition_point(|&(middle, _)| middle < end);
                    let over = downs.split_off(..count).expect("the count is of these");
                    let (node, positions) = (*node, &mut positions);
                    run(
                        level,
                        LowerTriangles { topology, node, over, below, first_arc, own, middles, positions },
                    );
                    first_arc += below.len();
                }
            }
        });
    }

    let mut positions = NeighbourPositions::above(topology, top);
    let first_arc = topology.up(top.min(cell.nodes.end - 1)).start;
    for node in top..cell.nodes.end {
        let arcs = topology.up(node);
        let downs = topology.down(node);
        let over = &downs[downs.partition_point(|&(middle, _)| middle < top)..];
        // Arcs of lower nodes come earlier.
        let (below, own) = both.split_at_mut(arcs.start - first_arc);
        let own = &mut own[..arcs.len()];
        let middles = &mut middles[arcs.start - first_arc..][..arcs.len()];
        let positions = &mut positions;
        run(level, LowerTriangles { topology, node, over, below, first_arc, own, middles, positions });
    }
}

/// Where among the arcs of a node the one to each upper neighbour stands.
struct NeighbourPositions {
    first: u32,
    of_upper: Vec<u32>,
    /// Weights and middles of the node's arcs, interleaved and of equal size.
    own: Vec<([Weight; 2], [u64; 2])>,
}

impl NeighbourPositions {
    /// For neighbours of nodes from `first` on.
    fn above(topology: &Topology, first: u32) -> Self {
        Self { first, of_upper: vec![0; topology.node_count() - first as usize], own: Vec::new() }
    }

    #[inline]
    fn set(&mut self, uppers: &[u32]) {
        for (number, &upper) in uppers.iter().enumerate() {
            self.of_upper[(upper - self.first) as usize] = number as u32;
        }
    }

    #[inline]
    fn of(&self, upper: u32) -> usize {
        self.of_upper[(upper - self.first) as usize] as usize
    }
}

/// Relaxes the lower triangles of a node's arcs over some of its lower neighbours: down to the middle node and up
/// again.
struct LowerTriangles<'a> {
    topology: &'a Topology,
    node: u32,
    /// The lower neighbours, and the arcs to them.
    over: &'a [(u32, u32)],
    /// Weights of arcs of lower nodes from `first_arc` on.
    below: &'a [[Weight; 2]],
    first_arc: usize,
    /// The node's own arcs.
    own: &'a mut [[Weight; 2]],
    middles: &'a mut [[u32; 2]],
    positions: &'a mut NeighbourPositions,
}

impl Kernel for LowerTriangles<'_> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "see `Kernel`")]
    fn run(self) {
        let Self { topology, node, over, below, first_arc, own, middles, positions } = self;
        if over.is_empty() || own.is_empty() {
            return;
        }
        positions.set(&topology.upper[topology.up(node)]);
        let mut arcs = std::mem::take(&mut positions.own);
        arcs.clear();
        arcs.extend(own.iter().zip(&*middles).map(|(&known, &over)| (known, over.map(u64::from))));
        for &(middle, arc) in over {
            let [from_middle, to_middle] = below[arc as usize - first_arc];
            if from_middle >= INFINITE && to_middle >= INFINITE {
                continue;
            }
            // The upper neighbours of the middle are a clique: those above the node are its neighbours too.
            let others = arc as usize + 1..topology.up(middle).end;
            let beyond = &below[others.start - first_arc..others.end - first_arc];
            for (&upper, &[up, down]) in topology.upper[others].iter().zip(beyond) {
                let (known, over) = &mut arcs[positions.of(upper)];
                let through = [to_middle + up, down + from_middle];
                let middle = u64::from(middle);
                *over = [UP, DOWN].map(|side| if through[side] < known[side] { middle } else { over[side] });
                *known = [UP, DOWN].map(|side| through[side].min(known[side]));
            }
        }
        for ((own, middle), (known, over)) in own.iter_mut().zip(middles).zip(&arcs) {
            *own = *known;
            *middle = over.map(|over| over as u32);
        }
        positions.own = arcs;
    }
}

/// Exact weights: those of the arcs of some nodes after perfect customization.
#[derive(Clone, Copy)]
struct ExactArcs<'a> {
    first_node: u32,
    first_arc: usize,
    both: &'a [[Weight; 2]],
}

/// Perfect customization of a cell: gives every arc that leads up from its nodes the distance between its ends, and
/// tells which ones were longer than that. `above` has the arcs of all nodes that lie above the cell, the highest
/// first.
fn customize_perfect(
    level: SimdLevel,
    topology: &Topology,
    cell: &SeparatorTree,
    mut both: &mut [[Weight; 2]],
    mut is_longer: &mut [Longer],
    above: &[ExactArcs<'_>],
) {
    let mut cells = Vec::new();
    for below in &cell.below {
        let count = topology.arcs_of(&below.nodes).len();
        let own = both.split_off_mut(..count).expect("a cell's arcs are among those of the whole");
        let longer = is_longer.split_off_mut(..count).expect("there are as many marks");
        cells.push((below, own, longer));
    }
    // From the top down, the arcs of a node are exact when its turn comes. A shortest path from a lower node to one
    // of its upper neighbours is the arc or leads over another upper neighbour, and these form a clique.
    let own = cell.top()..cell.nodes.end;
    let first_arc = topology.arcs_of(&own).start;
    let mut positions = NeighbourPositions::above(topology, own.start);
    for upper in ancestors(topology, &own).into_iter().rev() {
        let known = above.iter().find(|known| known.first_node <= upper);
        let known = known.expect("all that lies above is known");
        let arcs = topology.up(upper);
        let exact = &known.both[arcs.start - known.first_arc..arcs.end - known.first_arc];
        let downs = topology.down(upper);
        let from = downs.partition_point(|&(lower, _)| lower < own.start);
        let to = downs.partition_point(|&(lower, _)| lower < own.end);
        let (node, lowers, positions) = (upper, &downs[from..to], &mut positions);
        let (below, is_longer) = (&mut *both, &mut *is_longer);
        run(level, UpperTriangles { topology, node, exact, lowers, first_arc, below, is_longer, positions });
    }
    for node in own.clone().rev() {
        let arcs = topology.up(node);
        let (below, exact) = both.split_at_mut(arcs.start - first_arc);
        let exact = &exact[..arcs.len()];
        let downs = topology.down(node);
        let lowers = &downs[downs.partition_point(|&(lower, _)| lower < own.start)..];
        let (is_longer, positions) = (&mut *is_longer, &mut positions);
        run(level, UpperTriangles { topology, node, exact, lowers, first_arc, below, is_longer, positions });
    }
    // The lowest of what lies above comes last, so that the first that starts low enough is the right one.
    let mut above = above.to_vec();
    above.push(ExactArcs { first_node: own.start, first_arc, both });
    cells.into_par_iter().for_each(|(below, both, is_longer)| {
        customize_perfect(level, topology, below, both, is_longer, &above);
    });
}

/// The ancestors of some nodes in the elimination tree that lie above all of them, sorted.
fn ancestors(topology: &Topology, nodes: &Range<u32>) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    for node in nodes.clone() {
        let mut above = topology.parent(node).filter(|&above| above >= nodes.end);
        while let Some(next) = above.filter(|&next| found.insert(next)) {
            above = topology.parent(next);
        }
    }
    found
}

/// Relaxes, for each lower neighbour of a node, the upper triangles of the arc to the node and the intermediate
/// triangles of the other arcs, both with the node's exact arcs.
struct UpperTriangles<'a> {
    topology: &'a Topology,
    node: u32,
    exact: &'a [[Weight; 2]],
    /// The lower neighbours, and the arcs to them.
    lowers: &'a [(u32, u32)],
    /// The first arc of those to be changed.
    first_arc: usize,
    below: &'a mut [[Weight; 2]],
    is_longer: &'a mut [Longer],
    positions: &'a mut NeighbourPositions,
}

impl Kernel for UpperTriangles<'_> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "see `Kernel`")]
    fn run(self) {
        let Self { topology, node, exact, lowers, first_arc, below, is_longer, positions } = self;
        if exact.is_empty() || lowers.is_empty() {
            return;
        }
        positions.set(&topology.upper[topology.up(node)]);
        for &(lower, arc) in lowers {
            let others = arc as usize + 1..topology.up(lower).end;
            let uppers = &topology.upper[others.clone()];
            let (arc, others) = (arc as usize - first_arc, others.start - first_arc..others.end - first_arc);
            let before = below[arc];
            let [mut up_arc, mut down_arc] = before;
            for (&upper, &[up, down]) in uppers.iter().zip(&below[others.clone()]) {
                let [out, back] = exact[positions.of(upper)];
                up_arc = up_arc.min(up + back);
                down_arc = down_arc.min(out + down);
            }
            below[arc] = [up_arc, down_arc];
            is_longer[arc] |= is_less([up_arc, down_arc], before);
            let rows = uppers.iter().zip(&mut below[others.clone()]).zip(&mut is_longer[others]);
            for ((&upper, known), longer) in rows {
                let [out, back] = exact[positions.of(upper)];
                let through = [up_arc + out, back + down_arc];
                *longer |= is_less(through, *known);
                *known = [UP, DOWN].map(|side| through[side].min(known[side]));
            }
        }
    }
}

/// In which directions one weight is less than another.
#[inline]
fn is_less(one: [Weight; 2], other: [Weight; 2]) -> Longer {
    Longer::from(one[UP] < other[UP]) << UP | Longer::from(one[DOWN] < other[DOWN]) << DOWN
}

/// Keeps the arcs of one side whose weight is the true distance: only strictly longer ones go, as equal ones may be
/// halves of a shortcut that stays.
fn prune<const SIDE: usize>(topology: &Topology, weights: &Weights) -> Half {
    let Weights { both, middles, is_longer } = weights;
    let is_kept = |arc: usize| both[arc][SIDE] < INFINITE && is_longer[arc] >> SIDE & 1 == 0;
    let count: usize = (0..both.len()).map(|arc| usize::from(is_kept(arc))).sum();
    // One place more, for what is written last and not kept.
    let mut half = Half {
        first: Vec::with_capacity(topology.node_count() + 1),
        upper: vec![0; count + 1],
        weight: vec![0; count + 1],
        middle: vec![0; count + 1],
    };
    half.first.push(0);
    let mut next = 0;
    for node in 0..topology.node_count() as u32 {
        for arc in topology.up(node) {
            half.upper[next] = topology.upper[arc];
            half.weight[next] = both[arc][SIDE];
            half.middle[next] = middles[arc][SIDE];
            next += usize::from(is_kept(arc));
        }
        half.first.push(next as u32);
    }
    half.upper.truncate(count);
    half.weight.truncate(count);
    half.middle.truncate(count);
    half
}
