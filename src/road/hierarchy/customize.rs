//! Weights onto the topology.
//!
//! The basic step gives each shortcut the best way over lower vertices; the perfect step finds the shortest way over
//! any vertices and thereby which shortcuts no shortest way needs. Both are one loop over the vertices, with an array
//! that says where among a vertex's arcs the one to a neighbour stands.
//!
//! Both directions of an arc lie side by side, [`UP`] (from the lower end to the upper) and [`DOWN`]: who looks at one
//! looks at the other. The inner loops choose without branching, as no processor foresees which way is shorter.

use super::search::{Half, NO_VERTEX, SearchGraph};
use super::topology::Topology;
use crate::road::weight::{INFINITE, Weight};

/// From the lower end of an arc to the upper.
pub(super) const UP: usize = 0;
/// From the upper end to the lower.
pub(super) const DOWN: usize = 1;

/// What is known of every arc, in both directions.
pub(super) struct Weights {
    both: Vec<[Weight; 2]>,
    /// The middle vertex of a shortcut, or [`NO_VERTEX`].
    middles: Vec<[u32; 2]>,
    /// Whether an arc is longer than the distance between its ends.
    is_longer: Vec<[bool; 2]>,
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

    /// Finds the weights of all arcs.
    pub(super) fn settle(&mut self, topology: &Topology) {
        self.middles = vec![[NO_VERTEX; 2]; self.both.len()];
        basic(topology, &mut self.both, &mut self.middles);
        self.is_longer = perfect(topology, &mut self.both);
    }

    /// What shortest paths need. Looks at no arcs from above.
    pub(super) fn prune(&self, topology: &Topology) -> SearchGraph {
        let parent = (0..topology.vertex_count() as u32).map(|v| topology.parent(v).unwrap_or(NO_VERTEX));
        let (up, down) = (prune::<UP>(topology, self), prune::<DOWN>(topology, self));
        SearchGraph { parent: parent.collect(), up, down }
    }
}

/// Gives every arc the best way over vertices below both its ends.
fn basic(topology: &Topology, both: &mut [[Weight; 2]], middles: &mut [[u32; 2]]) {
    let mut place = vec![0_u32; topology.vertex_count()];
    for vertex in 0..topology.vertex_count() as u32 {
        let arcs = topology.up(vertex);
        if arcs.is_empty() {
            continue;
        }
        for (number, &upper) in topology.upper[arcs.clone()].iter().enumerate() {
            place[upper as usize] = number as u32;
        }
        // Arcs of lower vertices come earlier.
        let (below, own) = both.split_at_mut(arcs.start);
        let (own, middles) = (&mut own[..arcs.len()], &mut middles[arcs]);
        for &(middle, arc) in topology.down(vertex) {
            let [from_middle, to_middle] = below[arc as usize];
            if from_middle >= INFINITE && to_middle >= INFINITE {
                continue;
            }
            // Of the middle's upper neighbours those above the current vertex are its neighbours too.
            let others = arc as usize + 1..topology.up(middle).end;
            for (&upper, &[up, down]) in topology.upper[others.clone()].iter().zip(&below[others]) {
                let target = place[upper as usize] as usize;
                let (known, over) = (&mut own[target], &mut middles[target]);
                let through = [to_middle + up, down + from_middle];
                *over = [UP, DOWN].map(|side| if through[side] < known[side] { middle } else { over[side] });
                *known = [UP, DOWN].map(|side| through[side].min(known[side]));
            }
        }
    }
}

/// Gives every arc the true distance between its ends, and tells which ones were longer than that.
fn perfect(topology: &Topology, both: &mut [[Weight; 2]]) -> Vec<[bool; 2]> {
    let mut is_longer = vec![[false; 2]; both.len()];
    let mut place = vec![0_u32; topology.vertex_count()];
    // From above, a vertex's own arcs are exact when it is its turn. The way from a lower vertex to one of its
    // neighbours is direct or leads over another neighbour, and all its neighbours are neighbours of each other.
    for vertex in (0..topology.vertex_count() as u32).rev() {
        let arcs = topology.up(vertex);
        if arcs.is_empty() {
            continue;
        }
        for (number, &upper) in topology.upper[arcs.clone()].iter().enumerate() {
            place[upper as usize] = number as u32;
        }
        let (below, own) = both.split_at_mut(arcs.start);
        let own = &own[..arcs.len()];
        for &(lower, arc) in topology.down(vertex) {
            let others = arc as usize + 1..topology.up(lower).end;
            let uppers = &topology.upper[others.clone()];
            let between = |upper: u32| own[place[upper as usize] as usize];
            let before = below[arc as usize];
            let [mut up_arc, mut down_arc] = before;
            for (&upper, &[up, down]) in uppers.iter().zip(&below[others.clone()]) {
                let [out, back] = between(upper);
                up_arc = up_arc.min(up + back);
                down_arc = down_arc.min(out + down);
            }
            below[arc as usize] = [up_arc, down_arc];
            let longer = &mut is_longer[arc as usize];
            *longer = [longer[UP] || up_arc < before[UP], longer[DOWN] || down_arc < before[DOWN]];
            let rows = uppers.iter().zip(&mut below[others.clone()]).zip(&mut is_longer[others]);
            for ((&upper, known), longer) in rows {
                let [out, back] = between(upper);
                let through = [up_arc + out, back + down_arc];
                *longer = [UP, DOWN].map(|side| longer[side] || through[side] < known[side]);
                *known = [UP, DOWN].map(|side| through[side].min(known[side]));
            }
        }
    }
    is_longer
}

/// Keeps the arcs of one side whose weight is the true distance: only strictly longer ones go, as equal ones may be
/// halves of a shortcut that stays.
fn prune<const SIDE: usize>(topology: &Topology, weights: &Weights) -> Half {
    let Weights { both, middles, is_longer } = weights;
    let is_kept = |arc: usize| both[arc][SIDE] < INFINITE && !is_longer[arc][SIDE];
    let count: usize = (0..both.len()).map(|arc| usize::from(is_kept(arc))).sum();
    // One place more, for what is written last and not kept.
    let mut half = Half {
        first: Vec::with_capacity(topology.vertex_count() + 1),
        upper: vec![0; count + 1],
        weight: vec![0; count + 1],
        middle: vec![0; count + 1],
    };
    half.first.push(0);
    let mut next = 0;
    for vertex in 0..topology.vertex_count() as u32 {
        for arc in topology.up(vertex) {
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
