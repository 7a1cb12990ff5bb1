//! The search graph whose vertices are arcs and whose links are turns.
//!
//! A private arc is there twice, so that the rule about private roads is a matter of links: its *outbound* vertex is
//! where trips begin and leads to open roads, its *inbound* vertex is entered from open roads and leads to none.

use super::search::NO_VERTEX;
use crate::road::graph::{NO_ARC, RoadGraph};
use crate::road::weight::{Weight, weight};

/// Vertices in contraction order, and the links between them.
pub(in crate::road) struct Expanded {
    /// For each arc its vertex, and for private ones the inbound vertex, else [`NO_VERTEX`].
    pub vertices: Vec<[u32; 2]>,
    pub vertex_count: usize,
    /// From, to, and what it takes from the head of the first arc to the head of the second.
    pub links: Vec<(u32, u32, Weight)>,
}

/// The vertices of each arc when segments are contracted in this order, and how many vertices there are.
pub(in crate::road) fn number_vertices(graph: &RoadGraph, order: &[u32]) -> (Vec<[u32; 2]>, usize) {
    let mut vertices = vec![[NO_VERTEX; 2]; graph.arc_count()];
    let mut count = 0;
    for &segment in order {
        let arcs = graph.layout.segments[segment as usize].arcs;
        let arcs = arcs.into_iter().filter(|&arc| arc != NO_ARC);
        for arc in arcs.flat_map(|arc| std::iter::once(arc).chain(graph.copies_of(arc))) {
            let sides = if graph.is_restricted(arc) { 2 } else { 1 };
            for vertex in &mut vertices[arc as usize][..sides] {
                *vertex = count;
                count += 1;
            }
        }
    }
    (vertices, count as usize)
}

/// Expands a graph whose segments are contracted in this order.
pub(in crate::road) fn expand(graph: &RoadGraph, order: &[u32]) -> Expanded {
    let (vertices, vertex_count) = number_vertices(graph, order);
    let mut links = Vec::with_capacity(graph.turns.len());
    for from in 0..graph.arc_count() as u32 {
        let [out, inward] = vertices[from as usize];
        for (to, turn) in graph.turns_from(from) {
            if to == from {
                continue;
            }
            let cost = weight(turn + graph.ms(to), graph.cm(to));
            let [to_out, to_in] = vertices[to as usize];
            match (graph.is_restricted(from), graph.is_restricted(to)) {
                (_, false) => links.push((out, to_out, cost)),
                (false, true) => links.push((out, to_in, cost)),
                (true, true) => links.extend([(out, to_out, cost), (inward, to_in, cost)]),
            }
        }
    }
    Expanded { vertices, vertex_count, links }
}
