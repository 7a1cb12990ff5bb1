//! The metric-independent part of the hierarchy: topology, and which of its arcs takes the weight of each turn.

use super::customize::{DOWN, UP, Weights};
use super::expand::Link;
use super::search::SearchGraph;
use super::topology::Topology;
use crate::elements::{FORBIDDEN, PAST_GATE};
use crate::graph::RoadGraph;
use crate::weight::{PASSAGE, Weight, weight};
use coldmile_units::Csr;
use rayon::prelude::*;

/// A contracted graph that can be customized for any speeds.
#[derive(Debug)]
pub(crate) struct Cch {
    topology: Topology,
    positions: Vec<WeightPosition>,
}

/// Which arc of the topology takes the weight of a turn.
#[derive(Clone, Copy, Debug)]
struct WeightPosition {
    turn: u32,
    /// The arc that the turn leads to.
    onto: u32,
    /// Four times the arc of the topology, plus two for a restricted passage, plus its direction.
    target: u32,
}

impl Cch {
    /// Contracts a graph whose turns are those that can ever be allowed.
    pub(crate) fn build(node_count: usize, links: Vec<Link>) -> Self {
        let topology = Topology::build(node_count, links.iter().map(|link| (link.from, link.to)));
        let position = |Link { from, to, turn, onto, is_passage }: Link| {
            let arc =
                topology.arc_between(from.min(to), from.max(to)).expect("every link is in the topology");
            let side = if from < to { UP } else { DOWN };
            WeightPosition { turn, onto, target: (arc * 4 + usize::from(is_passage) * 2 + side) as u32 }
        };
        let positions = links.into_par_iter().map(position).collect();
        Self { topology, positions }
    }

    /// Customizes the hierarchy with the weights of a graph that has the same roads.
    pub(crate) fn customize(&self, graph: &RoadGraph) -> SearchGraph {
        let mut weights = self.weights(graph);
        weights.customize(&self.topology);
        weights.prune(&self.topology)
    }

    /// The same for the last time: frees what is not needed any more.
    pub(crate) fn customize_once(mut self, graph: &RoadGraph) -> SearchGraph {
        let mut weights = self.weights(graph);
        self.positions = Vec::new();
        weights.customize(&self.topology);
        self.topology.down = Csr::default();
        weights.prune(&self.topology)
    }

    fn weights(&self, graph: &RoadGraph) -> Weights {
        let arcs: Vec<Weight> =
            (0..graph.arc_count() as u32).map(|arc| weight(graph.ms(arc), graph.cm(arc))).collect();
        let links = self.positions.iter().filter_map(|&WeightPosition { turn, onto, target }| {
            let ms = graph.turns[turn as usize];
            (ms != FORBIDDEN).then(|| {
                let passage = if target & 2 == 0 { 0 } else { PASSAGE };
                let over = weight(ms & !PAST_GATE, 0) + arcs[onto as usize] + passage;
                (target as usize / 4, target as usize % 2, over)
            })
        });
        Weights::of_links(&self.topology, links)
    }
}

#[cfg(test)]
mod tests {
    use super::super::expand;
    use super::super::separators::SeparatorTree;
    use super::*;
    use crate::Profile;
    use crate::simd::{detect, scalar};
    use crate::testing;
    use coldmile_units::Seed;

    #[test]
    fn cells_and_simd_change_no_weight() {
        let mut cut_count = 0;
        for seed in (0..40).map(Seed) {
            let Some(index) = testing::random(seed, Profile::Van) else { continue };
            let expanded = expand(index.graph(), &index.base.order);
            let cch = Cch::build(expanded.node_count, expanded.links);
            let customized = |level, limit| {
                let root = SeparatorTree::no_longer_than(&cch.topology, limit);
                let mut weights = cch.weights(index.graph());
                weights.customize_in(level, &cch.topology, &root);
                (weights.prune(&cch.topology), root.below.len())
            };
            let (whole, _) = customized(scalar(), usize::MAX);
            assert!(whole == customized(detect(), usize::MAX).0, "{seed:?}");
            for limit in [20, 50, 200] {
                let (search, cells) = customized(detect(), limit);
                assert!(whole == search, "{seed:?} in cells of {limit}");
                cut_count += cells;
            }
        }
        assert!(cut_count > 20, "{cut_count}");
    }
}
