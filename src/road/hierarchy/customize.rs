//! Weights onto the topology.
//!
//! The basic step gives each shortcut the best way over lower vertices; the perfect step finds the shortest way over
//! any vertices and thereby which shortcuts no shortest way needs. Both are one loop over the vertices, with an array
//! that says where a vertex's arcs stand.

use super::search::{Half, NO_VERTEX, SearchGraph};
use super::topology::Topology;
use crate::road::weight::{INFINITE, Weight};

/// Both directions of every arc.
struct Weights {
    /// From the lower end to the upper.
    up: Vec<Weight>,
    /// From the upper end to the lower.
    down: Vec<Weight>,
    /// The middle vertex of a shortcut, or [`NO_VERTEX`].
    up_middle: Vec<u32>,
    down_middle: Vec<u32>,
}

/// Puts weights on a topology and keeps what shortest paths need.
pub(in crate::road) fn customize(topology: &Topology, links: Vec<(u32, u32, Weight)>) -> SearchGraph {
    let count = topology.upper.len();
    let mut weights = Weights {
        up: vec![INFINITE; count],
        down: vec![INFINITE; count],
        up_middle: vec![NO_VERTEX; count],
        down_middle: vec![NO_VERTEX; count],
    };
    for &(from, to, weight) in &links {
        let arc = topology.arc_between(from.min(to), from.max(to)).expect("every link is in the topology");
        let side = if from < to { &mut weights.up } else { &mut weights.down };
        side[arc] = side[arc].min(weight);
    }
    drop(links);
    basic(topology, &mut weights);
    let (up, down) = perfect(topology, &weights);
    // One side after the other, so that what is not needed any more makes room.
    let up = prune(topology, weights.up, &weights.up_middle, up);
    let down = prune(topology, weights.down, &weights.down_middle, down);
    let parent = (0..topology.vertex_count() as u32).map(|v| topology.parent(v).unwrap_or(NO_VERTEX));
    SearchGraph { parent: parent.collect(), up, down }
}

/// Gives every arc the best way over vertices below both its ends.
fn basic(topology: &Topology, weights: &mut Weights) {
    let Weights { up, down, up_middle, down_middle } = weights;
    // Where the arc from the current vertex to an upper neighbour stands.
    let mut place = vec![0_u32; topology.vertex_count()];
    for vertex in 0..topology.vertex_count() as u32 {
        let own = topology.up(vertex);
        if own.is_empty() {
            continue;
        }
        for arc in own {
            place[topology.upper[arc] as usize] = arc as u32;
        }
        for &(middle, arc) in topology.down(vertex) {
            let (to_middle, from_middle) = (down[arc as usize], up[arc as usize]);
            // Of the middle's upper neighbours those above the current vertex are its neighbours too.
            for other in arc as usize + 1..topology.up(middle).end {
                let target = place[topology.upper[other] as usize] as usize;
                let through = to_middle + up[other];
                if through < up[target] {
                    (up[target], up_middle[target]) = (through, middle);
                }
                let through = down[other] + from_middle;
                if through < down[target] {
                    (down[target], down_middle[target]) = (through, middle);
                }
            }
        }
    }
}

/// The true distances between the ends of every arc: up, down.
fn perfect(topology: &Topology, weights: &Weights) -> (Vec<Weight>, Vec<Weight>) {
    let (mut up, mut down) = (weights.up.clone(), weights.down.clone());
    let mut place = vec![0_u32; topology.vertex_count()];
    // From above, a vertex's own arcs are exact when it is its turn. The way from a lower vertex to one of its
    // neighbours is direct or leads over another neighbour, and all its neighbours are neighbours of each other.
    for vertex in (0..topology.vertex_count() as u32).rev() {
        let own = topology.up(vertex);
        if own.is_empty() {
            continue;
        }
        for arc in own {
            place[topology.upper[arc] as usize] = arc as u32;
        }
        for &(lower, arc) in topology.down(vertex) {
            let arc = arc as usize;
            let (mut up_arc, mut down_arc) = (up[arc], down[arc]);
            for other in arc + 1..topology.up(lower).end {
                let between = place[topology.upper[other] as usize] as usize;
                up[other] = up[other].min(up_arc + up[between]);
                up_arc = up_arc.min(up[other] + down[between]);
                down[other] = down[other].min(down[between] + down_arc);
                down_arc = down_arc.min(up[between] + down[other]);
            }
            (up[arc], down[arc]) = (up_arc, down_arc);
        }
    }
    (up, down)
}

/// Keeps the arcs of one side whose weight is the true distance.
fn prune(topology: &Topology, weights: Vec<Weight>, middles: &[u32], shortest: Vec<Weight>) -> Half {
    // Strictly longer ones go; equal ones may be halves of a shortcut that stays.
    let is_kept = |arc: usize| weights[arc] < INFINITE && weights[arc] <= shortest[arc];
    let count = (0..weights.len()).filter(|&arc| is_kept(arc)).count();
    let mut half = Half {
        first: Vec::with_capacity(topology.vertex_count() + 1),
        upper: Vec::with_capacity(count),
        weight: Vec::with_capacity(count),
        middle: Vec::with_capacity(count),
    };
    half.first.push(0);
    for vertex in 0..topology.vertex_count() as u32 {
        for arc in topology.up(vertex).filter(|&arc| is_kept(arc)) {
            half.upper.push(topology.upper[arc]);
            half.weight.push(weights[arc]);
            half.middle.push(middles[arc]);
        }
        half.first.push(half.upper.len() as u32);
    }
    half
}
