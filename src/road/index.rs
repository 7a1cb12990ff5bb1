//! The index of one profile: its graph and the customized hierarchy on top, shared by all threads.

use super::fast_road_list::{FastRoadUse, RoadUse};
use super::graph::RoadGraph;
use super::hierarchy::{Cch, NO_NODE, SearchGraph, expand, order_segments};
use super::profile::Profile;
use super::snap::{Approach, Snap, SnapError};
use super::traffic::Traffic;
use super::weight::{Weight, weight};
use coldmile_geometry::Point;
use coldmile_osm::Moment;
use coldmile_units::VehicleSize;
use smallvec::SmallVec;
use std::sync::{Arc as Shared, OnceLock};

/// Fast answers on the roads of one profile. Shared by `&`; a [`RoadQuery`](super::RoadQuery) belongs to one thread.
#[derive(Debug)]
pub struct RoadIndex {
    pub(super) graph: RoadGraph,
    pub(super) base: Shared<Base>,
    pub(super) search: SearchGraph,
}

/// The part of the hierarchy that does not depend on the metric.
#[derive(Debug)]
pub(super) struct Base {
    /// The order of contraction.
    pub order: Vec<u32>,
    /// For each arc of the graph its node in the hierarchy, and for private arcs the inbound node.
    pub nodes: Vec<[u32; 2]>,
    /// For each node of the hierarchy its arc.
    pub arcs: Vec<u32>,
    /// Made when the first other metric is asked for.
    cch: OnceLock<Cch>,
}

/// Where a search begins or ends: a node, and what to add for it.
pub(super) type Labels = SmallVec<[(u32, Weight); 4]>;

impl RoadIndex {
    /// Orders, contracts and customizes a graph.
    pub fn build(graph: RoadGraph) -> Self {
        let order = order_of(&graph);
        Self::with_order(graph, order)
    }

    /// Contracts in an order that is known.
    pub(super) fn with_order(graph: RoadGraph, order: Vec<u32>) -> Self {
        let expanded = expand(&graph, &order);
        let search = Cch::build(expanded.node_count, expanded.links).customize_once(&graph);
        Self::assemble(graph, order, expanded.nodes, search)
    }

    /// Puts the parts together.
    pub(super) fn assemble(
        graph: RoadGraph,
        order: Vec<u32>,
        nodes: Vec<[u32; 2]>,
        search: SearchGraph,
    ) -> Self {
        let mut arcs = vec![0; search.parent.len()];
        for (arc, copies) in nodes.iter().enumerate() {
            for &node in copies.iter().filter(|&&node| node != NO_NODE) {
                arcs[node as usize] = arc as u32;
            }
        }
        let base = Base { order, nodes, arcs, cch: OnceLock::new() };
        Self { graph, base: Shared::new(base), search }
    }

    /// The same roads with the speeds and turn restrictions of a moment; see [`RoadGraph::at`]. Snaps stay good.
    #[must_use]
    pub fn at(&self, traffic: &Traffic, when: Option<Moment>) -> Self {
        self.customized(self.graph.at(traffic, when))
    }

    /// The same roads for a vehicle of another size; see [`RoadGraph::for_size`].
    #[must_use]
    pub fn for_size(&self, size: VehicleSize) -> Self {
        self.customized(self.graph.for_size(size))
    }

    /// The same roads where bikes ride on fast roads, or are pushed; see [`RoadGraph::with_fast_roads`]. Snaps stay good.
    #[must_use]
    pub fn with_fast_roads(&self, fast_road_use: FastRoadUse) -> Self {
        self.customized(self.graph.with_fast_roads(fast_road_use))
    }

    /// All at once, customized once.
    pub(super) fn for_trip(&self, traffic: &Traffic, when: Option<Moment>, road_use: RoadUse) -> Self {
        let size = road_use.size.unwrap_or(self.graph.size());
        let graph = self.graph.with_fast_roads(road_use.fast_roads).for_size(size);
        self.customized(graph.at(traffic, when))
    }

    /// Customizes the same hierarchy with other weights. Nothing may be allowed that is forbidden without traffic.
    fn customized(&self, graph: RoadGraph) -> Self {
        let cch = self.base.cch.get_or_init(|| {
            let layout = &self.graph.layout;
            let free =
                RoadGraph { ms: layout.free_ms.clone(), turns: layout.free_turns.clone(), ..graph.clone() };
            let expanded = expand(&free, &self.base.order);
            Cch::build(expanded.node_count, expanded.links)
        });
        let search = cch.customize(&graph);
        Self { graph, base: self.base.clone(), search }
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

    /// The same with a word on the side of the road.
    pub fn snap_with(&self, point: Point, approach: Approach) -> Result<Snap, SnapError> {
        self.graph.snap_with(point, approach)
    }

    /// What is left of each arc when a trip begins here.
    pub(super) fn sources(&self, snap: &Snap) -> Labels {
        self.graph.arcs_at(snap).map(|arc| (self.base.nodes[arc as usize][0], self.rest(arc, snap))).collect()
    }

    /// What is driven too much of each arc when a trip ends here: to be taken off.
    pub(super) fn targets(&self, snap: &Snap) -> Labels {
        let copies = self.graph.ends_at(snap).flat_map(|arc| {
            let rest = self.rest(arc, snap);
            self.base.nodes[arc as usize].into_iter().filter(|&v| v != NO_NODE).map(move |v| (v, rest))
        });
        copies.collect()
    }

    /// From a snap to the head of its arc.
    pub(super) fn rest(&self, arc: u32, snap: &Snap) -> Weight {
        let (ms, cm) = self.graph.until(arc, snap);
        weight(self.graph.ms(arc) - ms, self.graph.cm(arc) - cm)
    }
}

/// The order in which the segments of a graph are contracted.
pub(super) fn order_of(graph: &RoadGraph) -> Vec<u32> {
    let ends: Vec<[u32; 2]> = graph.layout.segments[..graph.segment_count()]
        .iter()
        .map(|segment| {
            let arc = segment.arcs.into_iter().find_map(|arc| graph.layout.arcs.get(arc as usize));
            let arc = arc.expect("a segment has an arc");
            [arc.tail, arc.head]
        })
        .collect();
    order_segments(&graph.layout.nodes, &ends)
}
