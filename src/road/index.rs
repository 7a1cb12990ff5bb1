//! The index of one profile: its graph and the hierarchy on top, shared by all threads.

use super::graph::RoadGraph;
use super::hierarchy::{NO_VERTEX, SearchGraph, Topology, customize, expand, order_segments};
use super::profile::Profile;
use super::snap::{Snap, SnapError};
use super::weight::{Weight, weight};
use crate::geometry::Point;
use smallvec::SmallVec;

/// Fast answers on the roads of one profile. Shared by `&`; a [`RoadQuery`](super::RoadQuery) belongs to one thread.
#[derive(Debug)]
pub struct RoadIndex {
    pub(super) graph: RoadGraph,
    /// The order of contraction, for new weights without a new order.
    pub(super) order: Vec<u32>,
    /// For each arc its vertex, and for private arcs the inbound vertex.
    pub(super) vertices: Vec<[u32; 2]>,
    /// For each vertex its arc.
    pub(super) arcs: Vec<u32>,
    pub(super) search: SearchGraph,
}

/// Where a search begins or ends: a vertex, and what to add for it.
pub(super) type Labels = SmallVec<[(u32, Weight); 4]>;

impl RoadIndex {
    /// Orders, contracts and weighs a graph.
    pub fn build(graph: RoadGraph) -> Self {
        let order = order_of(&graph);
        Self::with_order(graph, order)
    }

    /// Contracts in an order that is known.
    pub(super) fn with_order(graph: RoadGraph, order: Vec<u32>) -> Self {
        let expanded = expand(&graph, &order);
        let links = expanded.links.iter().map(|&(from, to, _)| (from, to));
        let topology = Topology::build(expanded.vertex_count, links);
        let search = customize(&topology, &expanded.links);
        Self::assemble(graph, order, expanded.vertices, search)
    }

    /// Puts the parts together.
    pub(super) fn assemble(
        graph: RoadGraph,
        order: Vec<u32>,
        vertices: Vec<[u32; 2]>,
        search: SearchGraph,
    ) -> Self {
        let mut arcs = vec![0; search.parent.len()];
        for (arc, copies) in vertices.iter().enumerate() {
            for &vertex in copies.iter().filter(|&&vertex| vertex != NO_VERTEX) {
                arcs[vertex as usize] = arc as u32;
            }
        }
        Self { graph, order, vertices, arcs, search }
    }

    /// The plain graph below.
    pub fn graph(&self) -> &RoadGraph {
        &self.graph
    }

    /// Whose roads these are.
    pub fn profile(&self) -> Profile {
        self.graph.profile()
    }

    /// The nearest place on a road, at most [`MAX_SNAP`](super::MAX_SNAP) metres away.
    pub fn snap(&self, point: Point) -> Result<Snap, SnapError> {
        self.graph.snap(point)
    }

    /// What is left of each arc when a trip begins here.
    pub(super) fn sources(&self, snap: &Snap) -> Labels {
        self.graph.arcs_at(snap).map(|arc| (self.vertices[arc as usize][0], self.rest(arc, snap))).collect()
    }

    /// What is driven too much of each arc when a trip ends here: to be taken off.
    pub(super) fn targets(&self, snap: &Snap) -> Labels {
        let copies = self.graph.arcs_at(snap).flat_map(|arc| {
            let rest = self.rest(arc, snap);
            self.vertices[arc as usize].into_iter().filter(|&v| v != NO_VERTEX).map(move |v| (v, rest))
        });
        copies.collect()
    }

    /// From a snap to the head of its arc.
    pub(super) fn rest(&self, arc: u32, snap: &Snap) -> Weight {
        let (ms, cm) = self.graph.until(arc, snap);
        weight(self.graph.arcs[arc as usize].ms - ms, self.graph.cm(arc) - cm)
    }
}

/// The order in which the segments of a graph are contracted.
pub(super) fn order_of(graph: &RoadGraph) -> Vec<u32> {
    let ends: Vec<[u32; 2]> = graph.segments[..graph.segment_count()]
        .iter()
        .map(|segment| {
            let arc = segment.arcs.into_iter().find_map(|arc| graph.arcs.get(arc as usize));
            let arc = arc.expect("a segment has an arc");
            [arc.tail, arc.head]
        })
        .collect();
    order_segments(&graph.nodes, &ends)
}
