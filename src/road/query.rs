//! From one place to another.

use super::elements::{Entry, Turn};
use super::hierarchy::{Half, NO_NODE};
use super::index::{Labels, RoadIndex};
use super::path::{FoundPath, RoadPath};
use super::snap::Snap;
use super::weight::{INFINITE, PASSAGE, Weight, weight};

/// Searches on one [`RoadIndex`]; keeps its working memory between searches, so have one a thread.
pub struct RoadQuery<'a> {
    index: &'a RoadIndex,
    forward: SearchSide,
    backward: SearchSide,
}

/// The state of a search from one end.
struct SearchSide {
    best: Vec<Weight>,
    /// The node before, on the best path to each node.
    from: Vec<u32>,
    /// Nodes with a value, lowest first.
    visited: Vec<u32>,
}

impl SearchSide {
    fn new(node_count: usize) -> Self {
        Self { best: vec![INFINITE; node_count], from: vec![NO_NODE; node_count], visited: Vec::new() }
    }

    fn clear(&mut self) {
        for &node in &self.visited {
            self.best[node as usize] = INFINITE;
            self.from[node as usize] = NO_NODE;
        }
        self.visited.clear();
    }

    /// Upward search: walks up the elimination tree from all labels at once.
    fn search_upward(&mut self, parent: &[u32], half: &Half, labels: &[(u32, Weight)]) {
        self.clear();
        for &(node, weight) in labels {
            let best = &mut self.best[node as usize];
            *best = (*best).min(weight);
        }
        let mut fronts: Labels = labels.into();
        while let Some(node) = fronts.iter().map(|front| front.0).min() {
            self.visited.push(node);
            let so_far = self.best[node as usize];
            if so_far < INFINITE {
                for arc in half.arcs(node) {
                    let (upper, through) = (half.upper[arc] as usize, so_far + half.weight[arc]);
                    if through < self.best[upper] {
                        self.best[upper] = through;
                        self.from[upper] = node;
                    }
                }
            }
            let above = parent[node as usize];
            fronts.retain(|front| front.0 != node);
            if above != NO_NODE && fronts.iter().all(|front| front.0 != above) {
                fronts.push((above, 0));
            }
        }
    }
}

impl<'a> RoadQuery<'a> {
    /// A query on an index.
    pub fn new(index: &'a RoadIndex) -> Self {
        let side = || SearchSide::new(index.search.parent.len());
        Self { index, forward: side(), backward: side() }
    }

    /// The fastest path; `None` when there is none.
    pub fn route(&mut self, from: &Snap, to: &Snap) -> Option<RoadPath> {
        let found = self.find(from, to)?;
        Some(RoadPath::assemble(&self.index.graph, from, to, &found))
    }

    /// Duration and distance of the fastest path, not yet rounded.
    pub(super) fn weigh(&mut self, from: &Snap, to: &Snap) -> Option<Weight> {
        let direct = self.direct(from, to).map(|(_, weight)| weight);
        let around = self.meet(&self.starts(from, to), &self.index.targets(to)).map(|(_, weight)| weight);
        direct.into_iter().chain(around).min()
    }

    /// The fastest path as arcs.
    pub(super) fn find(&mut self, from: &Snap, to: &Snap) -> Option<FoundPath> {
        let starts = self.starts(from, to);
        let targets = self.index.targets(to);
        let around = self.meet(&starts, &targets);
        match (self.direct(from, to), around) {
            (Some((arc, weight)), around) if around.is_none_or(|(_, other)| weight <= other) => {
                Some(FoundPath { weight, arcs: vec![arc] })
            }
            (_, Some((middle, weight))) => {
                Some(FoundPath { weight, arcs: self.arcs_through(middle, from, to)? })
            }
            (_, None) => None,
        }
    }

    /// The arc that leads straight from one place to another further along it.
    fn direct(&self, from: &Snap, to: &Snap) -> Option<(u32, Weight)> {
        if from.segment != to.segment {
            return None;
        }
        let graph = &self.index.graph;
        let shared = graph.arcs_at(from).filter(|&arc| graph.arcs_at(to).any(|other| other == arc));
        let ahead = shared.filter_map(|arc| {
            let ((ms, cm), (to_ms, to_cm)) = (graph.until(arc, from), graph.until(arc, to));
            (to_cm >= cm).then(|| (arc, weight(to_ms - ms, to_cm - cm)))
        });
        ahead.min_by_key(|&(_, weight)| weight)
    }

    /// Where a search begins. When both places share a segment it begins after the first turn: a target behind the
    /// source on the same arc is reached by going round, not by a negative remainder.
    fn starts(&self, from: &Snap, to: &Snap) -> Labels {
        if from.segment != to.segment {
            return self.index.sources(from);
        }
        let (graph, nodes) = (&self.index.graph, &self.index.base.nodes);
        let mut labels = Labels::new();
        for arc in graph.arcs_at(from) {
            let rest = self.index.rest(arc, from);
            for turn in graph.turns_from(arc) {
                let over = rest + self.over(&turn);
                let [out, inward] = nodes[turn.to as usize];
                match graph.entry(arc, turn.to) {
                    Entry::Open | Entry::Stays => labels.push((out, over)),
                    Entry::Enters => labels.extend([(inward, over), (out, over + PASSAGE)]),
                }
            }
        }
        labels
    }

    /// The best meeting node of two searches, and the weight of the path.
    fn meet(&mut self, starts: &[(u32, Weight)], targets: &[(u32, Weight)]) -> Option<(u32, Weight)> {
        // What is driven too much of the last arc is taken off at the end; to keep labels from going below zero all
        // of them are raised by the same amount first.
        let raise = targets.iter().map(|target| target.1).max()?;
        let lowered: Labels = targets.iter().map(|&(node, over)| (node, raise - over)).collect();
        let search = &self.index.search;
        self.forward.search_upward(&search.parent, &search.up, starts);
        self.backward.search_upward(&search.parent, &search.down, &lowered);
        let mut best: Option<(u32, Weight)> = None;
        for &node in &self.backward.visited {
            let weight = self.forward.best[node as usize] + self.backward.best[node as usize];
            if weight < INFINITE && best.is_none_or(|known| weight < known.1) {
                best = Some((node, weight));
            }
        }
        best.map(|(node, weight)| (node, weight.saturating_sub(raise)))
    }

    /// The arcs of the path that the last search found through `middle`. `None` when a map file with good checksums holds
    /// shortcuts that lead nowhere: no import writes such.
    fn arcs_through(&self, middle: u32, from: &Snap, to: &Snap) -> Option<Vec<u32>> {
        let search = &self.index.search;
        let mut up = vec![middle];
        while let Some(&last) = up.last().filter(|&&last| self.forward.from[last as usize] != NO_NODE) {
            up.push(self.forward.from[last as usize]);
        }
        up.reverse();
        let mut nodes = vec![up[0]];
        for pair in up.windows(2) {
            let arc = search.up.arc_to(pair[0], pair[1])?;
            self.unpack(pair[0], pair[1], search.up.middle[arc], &mut nodes)?;
        }
        let mut at = middle;
        while self.backward.from[at as usize] != NO_NODE {
            let below = self.backward.from[at as usize];
            let arc = search.down.arc_to(below, at)?;
            self.unpack(at, below, search.down.middle[arc], &mut nodes)?;
            at = below;
        }
        let mut arcs: Vec<u32> = nodes.into_iter().map(|node| self.index.base.arcs[node as usize]).collect();
        // A search that began after the first turn has not named the arc it began on.
        if from.segment == to.segment {
            let first = self.first_arc(from, arcs[0], self.forward.best[up[0] as usize])?;
            arcs.insert(0, first);
        }
        Some(arcs)
    }

    /// The arc at `from` whose turn to `next` has this price.
    fn first_arc(&self, from: &Snap, next: u32, price: Weight) -> Option<u32> {
        let graph = &self.index.graph;
        graph.arcs_at(from).find(|&arc| {
            let rest = self.index.rest(arc, from);
            let passage = if graph.entry(arc, next) == Entry::Enters { PASSAGE } else { 0 };
            let is_it = |over: Weight| rest + over == price || rest + over + passage == price;
            graph.turns_from(arc).any(|turn| turn.to == next && is_it(self.over(&turn)))
        })
    }

    /// From the head of one arc over a turn to the head of the next.
    fn over(&self, turn: &Turn) -> Weight {
        let graph = &self.index.graph;
        let gate = if turn.is_past_gate { PASSAGE } else { 0 };
        weight(turn.ms + graph.ms(turn.to), graph.cm(turn.to)) + gate
    }

    /// Appends the nodes after `from` on the path to `to`, over `middle` when the arc is a shortcut.
    fn unpack(&self, from: u32, to: u32, middle: u32, nodes: &mut Vec<u32>) -> Option<()> {
        let search = &self.index.search;
        let mut open = vec![(from, to, middle)];
        while let Some((from, to, middle)) = open.pop() {
            if middle == NO_NODE {
                nodes.push(to);
                // No fastest path comes to the same node twice.
                if nodes.len() > search.parent.len() + 1 {
                    return None;
                }
                continue;
            }
            let first = search.down.arc_to(middle, from)?;
            let second = search.up.arc_to(middle, to)?;
            open.push((middle, to, search.up.middle[second]));
            open.push((from, middle, search.down.middle[first]));
        }
        Some(())
    }
}
