//! The search graph whose vertices are arcs and whose links are turns.
//!
//! A restricted arc is there twice, so that the rule about restricted roads is a matter of links: its *outbound* vertex
//! is where trips begin and leads to open roads; its *inbound* vertex is entered from open roads and leads to none. Who
//! enters an outbound vertex from an open road means to pass through, which is counted.

use super::search::NO_VERTEX;
use crate::graph::{Entry, NO_ARC, RoadGraph};

/// Vertices in contraction order, and the links between them.
pub(crate) struct Expanded {
    /// For each arc its vertex, and for restricted ones the inbound vertex, else [`NO_VERTEX`].
    pub vertices: Vec<[u32; 2]>,
    pub vertex_count: usize,
    pub links: Vec<Link>,
}

/// The way from the head of one arc to the head of the next, between two vertices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub from: u32,
    pub to: u32,
    /// The turn between the two arcs.
    pub turn: u32,
    /// The second arc.
    pub onto: u32,
    /// Whether it is the start of a restricted passage.
    pub is_passage: bool,
}

/// The vertices of each arc when segments are contracted in this order, and how many vertices there are.
pub(crate) fn number_vertices(graph: &RoadGraph, order: &[u32]) -> (Vec<[u32; 2]>, usize) {
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
pub(crate) fn expand(graph: &RoadGraph, order: &[u32]) -> Expanded {
    let (vertices, vertex_count) = number_vertices(graph, order);
    let mut links = Vec::with_capacity(graph.turns.len());
    for from in 0..graph.arc_count() as u32 {
        let [out, inward] = vertices[from as usize];
        for turn in graph.turns_from(from) {
            let onto = turn.to;
            if onto == from {
                continue;
            }
            let link = |from, to, is_passage| Link { from, to, turn: turn.number, onto, is_passage };
            let [to_out, to_in] = vertices[onto as usize];
            match graph.entry(from, onto) {
                Entry::Open => links.push(link(out, to_out, turn.is_past_gate)),
                Entry::Enters => links.extend([link(out, to_in, false), link(out, to_out, true)]),
                Entry::Stays => links.extend([link(out, to_out, false), link(inward, to_in, false)]),
            }
        }
    }
    Expanded { vertices, vertex_count, links }
}
