//! The turn-expanded graph: its nodes are arcs of the road graph, its links are turns.
//!
//! A restricted arc is there twice, so that the rule about restricted roads is a matter of links: its *outbound* node
//! is where trips begin and leads to open roads; its *inbound* node is entered from open roads and leads to none. A
//! trip that enters an outbound node from an open road passes through, which is counted.

use super::search::NO_NODE;
use crate::elements::{Entry, NO_ARC};
use crate::graph::RoadGraph;

/// Nodes in contraction order, and the links between them.
pub(crate) struct Expanded {
    /// For each arc its node, and for restricted ones the inbound node, else [`NO_NODE`].
    pub nodes: Vec<[u32; 2]>,
    pub node_count: usize,
    pub links: Vec<Link>,
}

/// From the head of one arc to the head of the next: a link between two nodes.
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

/// The nodes of each arc when segments are contracted in this order, and how many nodes there are.
pub(crate) fn number_nodes(graph: &RoadGraph, order: &[u32]) -> (Vec<[u32; 2]>, usize) {
    let mut nodes = vec![[NO_NODE; 2]; graph.arc_count()];
    let mut count = 0;
    for &segment in order {
        let arcs = graph.layout.segments[segment as usize].arcs;
        let arcs = arcs.into_iter().filter(|&arc| arc != NO_ARC);
        for arc in arcs.flat_map(|arc| std::iter::once(arc).chain(graph.copies_of(arc))) {
            let sides = if graph.is_restricted(arc) { 2 } else { 1 };
            for node in &mut nodes[arc as usize][..sides] {
                *node = count;
                count += 1;
            }
        }
    }
    (nodes, count as usize)
}

/// Expands a graph whose segments are contracted in this order.
pub(crate) fn expand(graph: &RoadGraph, order: &[u32]) -> Expanded {
    let (nodes, node_count) = number_nodes(graph, order);
    let mut links = Vec::with_capacity(graph.turns.len());
    for from in 0..graph.arc_count() as u32 {
        let [out, inward] = nodes[from as usize];
        for turn in graph.turns_from(from) {
            let onto = turn.to;
            if onto == from {
                continue;
            }
            let link = |from, to, is_passage| Link { from, to, turn: turn.number, onto, is_passage };
            let [to_out, to_in] = nodes[onto as usize];
            match graph.entry(from, onto) {
                Entry::Open => links.push(link(out, to_out, turn.is_past_gate)),
                Entry::Enters => links.extend([link(out, to_in, false), link(out, to_out, true)]),
                Entry::Stays => links.extend([link(out, to_out, false), link(inward, to_in, false)]),
            }
        }
    }
    Expanded { nodes, node_count, links }
}
