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
    /// From the lower end to the upper, and the middle vertex of a shortcut.
    up: Vec<(Weight, u32)>,
    /// From the upper end to the lower.
    down: Vec<(Weight, u32)>,
}

/// Puts weights on a topology and keeps what shortest paths need.
pub(in crate::road) fn customize(topology: &Topology, links: &[(u32, u32, Weight)]) -> SearchGraph {
    let nothing = vec![(INFINITE, NO_VERTEX); topology.upper.len()];
    let mut weights = Weights { up: nothing.clone(), down: nothing };
    for &(from, to, weight) in links {
        let arc = topology.arc_between(from.min(to), from.max(to)).expect("every link is in the topology");
        let side = if from < to { &mut weights.up } else { &mut weights.down };
        if weight < side[arc].0 {
            side[arc] = (weight, NO_VERTEX);
        }
    }
    basic(topology, &mut weights);
    let shortest = perfect(topology, &weights);
    prune(topology, &weights, &shortest)
}

/// Gives every arc the best way over vertices below both its ends.
fn basic(topology: &Topology, weights: &mut Weights) {
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
            let (to_middle, from_middle) = (weights.down[arc as usize].0, weights.up[arc as usize].0);
            // Of the middle's upper neighbours those above the current vertex are its neighbours too.
            for other in arc as usize + 1..topology.up(middle).end {
                let target = place[topology.upper[other] as usize] as usize;
                let up = to_middle + weights.up[other].0;
                if up < weights.up[target].0 {
                    weights.up[target] = (up, middle);
                }
                let down = weights.down[other].0 + from_middle;
                if down < weights.down[target].0 {
                    weights.down[target] = (down, middle);
                }
            }
        }
    }
}

/// The true distances between the ends of every arc: up, down.
fn perfect(topology: &Topology, weights: &Weights) -> (Vec<Weight>, Vec<Weight>) {
    let mut up: Vec<Weight> = weights.up.iter().map(|arc| arc.0).collect();
    let mut down: Vec<Weight> = weights.down.iter().map(|arc| arc.0).collect();
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

/// Keeps the arcs whose weight is the true distance.
fn prune(topology: &Topology, weights: &Weights, shortest: &(Vec<Weight>, Vec<Weight>)) -> SearchGraph {
    let half = |arcs: &[(Weight, u32)], shortest: &[Weight]| {
        let mut half = Half { first: vec![0], ..Half::default() };
        for vertex in 0..topology.vertex_count() as u32 {
            for arc in topology.up(vertex) {
                let (weight, middle) = arcs[arc];
                // Strictly longer ones go; equal ones may be halves of a shortcut that stays.
                if weight < INFINITE && weight <= shortest[arc] {
                    half.upper.push(topology.upper[arc]);
                    half.weight.push(weight);
                    half.middle.push(middle);
                }
            }
            half.first.push(half.upper.len() as u32);
        }
        half
    };
    let parent =
        (0..topology.vertex_count() as u32).map(|v| topology.parent(v).unwrap_or(NO_VERTEX)).collect();
    SearchGraph { parent, up: half(&weights.up, &shortest.0), down: half(&weights.down, &shortest.1) }
}
