//! Squares, piers and platforms that are drawn as relations: the OSM ways of their outlines become ways with the tags of
//! the relation, so that they are walked like a square that is one closed way.

use super::areas::crossings;
use super::join::{Reversal, join};
use super::tags::TagSpan;
use coldmile_geometry::Point;
use std::collections::HashMap;

/// Most outlines of squares that one OSM way may belong to: neighbours share an edge. A square with an outline beyond
/// that is left out, so that a file cannot multiply its own size.
const MAX_SQUARES_OF_WAY: u8 = 4;
/// Nodes of an outline that is crossed, at most.
const MAX_RING: usize = 2_000;

/// A relation whose area people walk on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Square {
    /// OSM ways of the outer outline.
    pub outer: Vec<i64>,
    /// OSM ways round the holes.
    pub inner: Vec<i64>,
}

/// The squares of a file whose outlines are known, with the tags of each.
#[derive(Default)]
pub(super) struct Squares {
    squares: Vec<(Square, TagSpan)>,
    /// Node ids of the OSM ways that outlines are made of.
    outlines: HashMap<i64, Vec<i64>>,
}

impl Squares {
    /// Of all relations of a file, in its order.
    pub fn of(relations: Vec<(Square, TagSpan)>) -> Self {
        let mut uses: HashMap<i64, u8> = HashMap::new();
        let mut squares = relations;
        squares.retain(|(square, _)| {
            let is_exhausted = |way: &i64| uses.get(way).is_some_and(|&uses| uses >= MAX_SQUARES_OF_WAY);
            let ways = || square.outer.iter().chain(&square.inner);
            let is_kept = !square.outer.is_empty() && !ways().any(is_exhausted);
            if is_kept {
                ways().for_each(|&way| *uses.entry(way).or_default() += 1);
            }
            is_kept
        });
        Self { squares, outlines: HashMap::new() }
    }

    /// Ids of the OSM ways whose nodes are needed, sorted.
    pub fn wanted(&self) -> Vec<i64> {
        let ways = self.squares.iter().flat_map(|(square, _)| square.outer.iter().chain(&square.inner));
        let mut wanted: Vec<i64> = ways.copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.squares.is_empty()
    }

    /// Ids of the nodes round holes.
    pub fn hole_nodes(&self) -> impl Iterator<Item = i64> {
        let ways = self.squares.iter().flat_map(|(square, _)| &square.inner);
        ways.filter_map(|way| self.outlines.get(way)).flatten().copied()
    }

    /// Gives the nodes of an OSM way. Of two with the same id the first counts.
    pub fn outline(&mut self, way: i64, nodes: Vec<i64>) {
        self.outlines.entry(way).or_insert(nodes);
    }

    /// The ways that outlines add: id, nodes, tags. An OSM way that two squares share comes once for each.
    pub fn ways(&self) -> impl Iterator<Item = (i64, &[i64], TagSpan)> {
        self.squares.iter().flat_map(|(square, tags)| {
            let known = square.outer.iter().filter_map(|way| Some((*way, self.outlines.get(way)?)));
            known.map(|(way, nodes)| (way, &nodes[..], *tags))
        })
    }

    /// The lines across each square whose outer outline closes.
    ///
    /// A line has the id of the square's first OSM way. It begins and ends where other ways meet the outline and touches no
    /// edge of a hole. `position` finds a node among the points of the roads.
    pub fn lines(
        &self,
        roads: &OutlineRoads<'_>,
        position: impl Fn(i64) -> Option<u32>,
        is_crossed: impl Fn(TagSpan) -> bool,
    ) -> Vec<(i64, [u32; 2], TagSpan)> {
        let mut lines = Vec::new();
        for (square, tags) in self.squares.iter().filter(|(_, tags)| is_crossed(*tags)) {
            let rings = |ways: &[i64]| -> Vec<Vec<u32>> {
                let pieces = ways.iter().filter_map(|way| self.outlines.get(way).cloned()).collect();
                let joined = join(pieces, Reversal::Allowed, MAX_RING).into_iter();
                let closed = joined.filter(|ring| ring.len() >= 4 && ring.first() == ring.last());
                closed.filter_map(|ring| ring.into_iter().map(&position).collect()).collect()
            };
            let own = roads.uses_of(&square.outer);
            let is_entrance =
                |node: u32| roads.uses[node as usize] > own.get(&node).copied().unwrap_or_default();
            let holes = rings(&square.inner);
            for ring in rings(&square.outer) {
                let found = crossings(&ring, &holes, roads.points, is_entrance);
                lines.extend(found.into_iter().map(|ends| (square.outer[0], ends, *tags)));
            }
        }
        lines
    }
}

/// The roads that outlines are part of.
pub(super) struct OutlineRoads<'a> {
    pub points: &'a [Point],
    /// How often each node is part of a way, at most 255 times.
    pub uses: &'a [u8],
    /// The nodes of each way, in as many pieces as there are, by its id: at least those of all outlines.
    pub nodes: &'a HashMap<i64, Vec<&'a [u32]>>,
}

impl OutlineRoads<'_> {
    /// How often each node is part of these ways themselves.
    fn uses_of(&self, ways: &[i64]) -> HashMap<u32, u8> {
        let mut uses: HashMap<u32, u8> = HashMap::new();
        for &node in ways.iter().filter_map(|way| self.nodes.get(way)).flatten().copied().flatten() {
            let count = uses.entry(node).or_default();
            *count = count.saturating_add(1);
        }
        uses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_may_belong_to_few_squares_only() {
        let square = || (Square { outer: vec![1, 2], inner: vec![3] }, TagSpan::default());
        let mut squares = Squares::of((0..1_000).map(|_| square()).collect());
        assert_eq!(squares.squares.len(), usize::from(MAX_SQUARES_OF_WAY));
        assert_eq!(squares.wanted(), [1, 2, 3]);
        squares.outline(2, vec![5, 6]);
        squares.outline(3, vec![7, 8]);
        let ways: Vec<_> = squares.ways().map(|(id, nodes, _)| (id, nodes)).collect();
        assert_eq!(ways, [(2, &[5, 6][..]); 4], "holes are no ways, and what the file lacks is left out");
        assert!(Squares::of(vec![(Square::default(), TagSpan::default())]).squares.is_empty());
    }
}
