//! Topology, and where on it the weight of each turn goes: all that new weights need.

use super::customize::{DOWN, UP, Weights};
use super::expand::Link;
use super::search::SearchGraph;
use super::topology::Topology;
use crate::graph::{FORBIDDEN, PAST_GATE, RoadGraph};
use crate::weight::{PASSAGE, Weight, weight};
use rayon::prelude::*;

/// What stays the same when speeds change.
#[derive(Debug)]
pub(crate) struct Frame {
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
    pub(crate) fn build(vertex_count: usize, links: Vec<Link>) -> Self {
        let topology = Topology::build(vertex_count, links.iter().map(|link| (link.from, link.to)));
        let place = |Link { from, to, turn, onto, is_passage }: Link| {
            let arc =
                topology.arc_between(from.min(to), from.max(to)).expect("every link is in the topology");
            let side = if from < to { UP } else { DOWN };
            Place { turn, onto, slot: (arc * 4 + usize::from(is_passage) * 2 + side) as u32 }
        };
        let places = links.into_par_iter().map(place).collect();
        Self { topology, places }
    }

    /// The hierarchy with the weights of a graph that has the same roads.
    pub(crate) fn weigh(&self, graph: &RoadGraph) -> SearchGraph {
        let mut weights = self.weights(graph);
        weights.settle(&self.topology);
        weights.prune(&self.topology)
    }

    /// The same for the last time: what is not needed any more makes room.
    pub(crate) fn weigh_once(mut self, graph: &RoadGraph) -> SearchGraph {
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

#[cfg(test)]
mod tests {
    use super::super::expand;
    use super::super::parts::Part;
    use super::*;
    use crate::Profile;
    use crate::testing;
    use crate::wide::{plain, widest};
    use coldmile_units::Seed;

    #[test]
    fn parts_and_registers_change_no_weight() {
        let mut cut_count = 0;
        for seed in (0..40).map(Seed) {
            let Some(index) = testing::random(seed, Profile::Van) else { continue };
            let expanded = expand(index.graph(), &index.base.order);
            let frame = Frame::build(expanded.vertex_count, expanded.links);
            let settled = |width, limit| {
                let all = Part::no_longer_than(&frame.topology, limit);
                let mut weights = frame.weights(index.graph());
                weights.settle_in(width, &frame.topology, &all);
                (weights.prune(&frame.topology), all.below.len())
            };
            let (whole, _) = settled(plain(), usize::MAX);
            assert!(whole == settled(widest(), usize::MAX).0, "{seed:?}");
            for limit in [20, 50, 200] {
                let (search, parts) = settled(widest(), limit);
                assert!(whole == search, "{seed:?} in parts of {limit}");
                cut_count += parts;
            }
        }
        assert!(cut_count > 20, "{cut_count}");
    }
}
