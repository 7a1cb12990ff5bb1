//! Topology, and where on it the weight of each turn goes: all that new weights need.

use super::customize::{DOWN, UP, Weights};
use super::expand::Link;
use super::search::SearchGraph;
use super::topology::Topology;
use crate::road::graph::{FORBIDDEN, PAST_GATE, RoadGraph};
use crate::road::weight::{PASSAGE, Weight, weight};

/// What stays the same when speeds change.
#[derive(Debug)]
pub(in crate::road) struct Frame {
    topology: Topology,
    places: Vec<Place>,
}

/// Where the weight of a turn goes.
#[derive(Clone, Copy, Debug)]
struct Place {
    turn: u32,
    /// The arc that the turn leads to.
    onto: u32,
    /// Four times the arc of the topology, plus two for a restricted passage, plus its direction.
    slot: u32,
}

impl Frame {
    /// The frame of a graph whose turns are those that can ever be allowed.
    pub(in crate::road) fn build(vertex_count: usize, links: Vec<Link>) -> Self {
        let topology = Topology::build(vertex_count, links.iter().map(|link| (link.from, link.to)));
        let place = |Link { from, to, turn, onto, is_passage }: Link| {
            let arc =
                topology.arc_between(from.min(to), from.max(to)).expect("every link is in the topology");
            let side = if from < to { UP } else { DOWN };
            Place { turn, onto, slot: (arc * 4 + usize::from(is_passage) * 2 + side) as u32 }
        };
        let places = links.into_iter().map(place).collect();
        Self { topology, places }
    }

    /// The hierarchy with the weights of a graph that has the same roads.
    pub(in crate::road) fn weigh(&self, graph: &RoadGraph) -> SearchGraph {
        let mut weights = self.weights(graph);
        weights.settle(&self.topology);
        weights.prune(&self.topology)
    }

    /// The same for the last time: what is not needed any more makes room.
    pub(in crate::road) fn weigh_once(mut self, graph: &RoadGraph) -> SearchGraph {
        let mut weights = self.weights(graph);
        self.places = Vec::new();
        weights.settle(&self.topology);
        self.topology.down = Vec::new();
        weights.prune(&self.topology)
    }

    fn weights(&self, graph: &RoadGraph) -> Weights {
        let arcs: Vec<Weight> =
            (0..graph.arc_count() as u32).map(|arc| weight(graph.ms(arc), graph.cm(arc))).collect();
        let links = self.places.iter().filter_map(|&Place { turn, onto, slot }| {
            let ms = graph.turns[turn as usize];
            (ms != FORBIDDEN).then(|| {
                let passage = if slot & 2 == 0 { 0 } else { PASSAGE };
                let over = weight(ms & !PAST_GATE, 0) + arcs[onto as usize] + passage;
                (slot as usize / 4, slot as usize % 2, over)
            })
        });
        Weights::of_links(&self.topology, links)
    }
}
