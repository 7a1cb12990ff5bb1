//! Pieces of the road network that only ferries join.

use super::tags::tag_value;
use osmpbfreader::{NodeId, Tags};
use std::collections::HashMap;

/// Collects roads and ferries, way by way.
#[derive(Default)]
pub(super) struct Islands {
    numbers: HashMap<NodeId, u32>,
    by_road: DisjointSets,
    ferries: Vec<(u32, u32)>,
}

/// Which island a road's node lies on.
pub(super) struct IslandRanks {
    numbers: HashMap<NodeId, u32>,
    /// By number of the node.
    islands: Vec<Option<u32>>,
}

impl Islands {
    /// Adds a way. Only public roads and ferries for cars count. Oneway rules do not: an island is connected land, in
    /// either direction of travel.
    pub fn add(&mut self, tags: &Tags, nodes: &[NodeId]) {
        let tag = |key: &str| tag_value(tags, key);
        let closed = ["access", "vehicle", "motor_vehicle"]
            .iter()
            .any(|key| matches!(tag(key), Some("no" | "private" | "military" | "forestry")));
        let is_road = matches!(
            tag("highway").map(|value| value.trim_end_matches("_link")),
            Some(
                "motorway"
                    | "trunk"
                    | "primary"
                    | "secondary"
                    | "tertiary"
                    | "unclassified"
                    | "residential"
                    | "living_street"
                    | "road"
            )
        );
        let is_ferry =
            matches!(tag("route"), Some("ferry" | "shuttle_train")) && tag("motor_vehicle") != Some("no");
        if closed || !(is_road || is_ferry) {
            return;
        }
        let numbers: Vec<u32> = nodes.iter().map(|node| self.number(*node)).collect();
        for pair in numbers.windows(2) {
            if is_road {
                self.by_road.join(pair[0], pair[1]);
            } else {
                self.ferries.push((pair[0], pair[1]));
            }
        }
    }

    fn number(&mut self, node: NodeId) -> u32 {
        *self.numbers.entry(node).or_insert_with(|| self.by_road.add())
    }

    /// Numbers the islands, most nodes first. A piece of road network that no ferry joins to the largest gets no number.
    pub fn rank(mut self) -> IslandRanks {
        let count = self.by_road.parents.len() as u32;
        let mut sizes: HashMap<u32, u32> = HashMap::new();
        for node in 0..count {
            *sizes.entry(self.by_road.root(node)).or_default() += 1;
        }
        let mut by_sea = DisjointSets { parents: self.by_road.parents.clone() };
        for (from, to) in self.ferries {
            by_sea.join(from, to);
        }
        let mut roots: Vec<(u32, u32)> = sizes.into_iter().map(|(root, size)| (size, root)).collect();
        roots.sort_unstable_by_key(|(size, root)| (std::cmp::Reverse(*size), *root));
        let main = roots.first().map(|(_, root)| by_sea.root(*root));
        let joined = roots.iter().map(|(_, root)| *root).filter(|root| Some(by_sea.root(*root)) == main);
        let ranks: HashMap<u32, u32> = joined.zip(0..).collect();
        let islands = (0..count).map(|node| ranks.get(&self.by_road.root(node)).copied()).collect();
        IslandRanks { numbers: self.numbers, islands }
    }
}

impl IslandRanks {
    /// The island that a node of a road lies on.
    pub fn of(&self, node: NodeId) -> Option<u32> {
        self.numbers.get(&node).and_then(|number| self.islands[*number as usize])
    }
}

/// Disjoint sets of numbers that are joined pair by pair (union-find).
#[derive(Clone, Default)]
struct DisjointSets {
    parents: Vec<u32>,
}

impl DisjointSets {
    fn add(&mut self) -> u32 {
        let number = self.parents.len() as u32;
        self.parents.push(number);
        number
    }

    fn root(&mut self, mut number: u32) -> u32 {
        while self.parents[number as usize] != number {
            // Path halving keeps the trees flat.
            let above = self.parents[number as usize];
            self.parents[number as usize] = self.parents[above as usize];
            number = above;
        }
        number
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        // The smaller number becomes the root, so that the result does not depend on the order of joining.
        self.parents[a.max(b) as usize] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(islands: &mut Islands, tags: &[(&str, &str)], nodes: &[i64]) {
        let mut all = Tags::new();
        for (key, value) in tags {
            all.insert((*key).into(), (*value).into());
        }
        islands.add(&all, &nodes.iter().map(|node| NodeId(*node)).collect::<Vec<_>>());
    }

    #[test]
    fn a_ferry_joins_islands_without_making_them_one() {
        let mut islands = Islands::default();
        way(&mut islands, &[("highway", "residential")], &[1, 2, 3, 4]);
        way(&mut islands, &[("route", "ferry")], &[4, 90, 10]);
        way(&mut islands, &[("highway", "tertiary")], &[10, 11, 12]);
        way(&mut islands, &[("highway", "residential")], &[20, 21]);
        way(&mut islands, &[("highway", "residential"), ("access", "private")], &[3, 30]);
        let ranked = islands.rank();
        let island = |node| ranked.of(NodeId(node));
        assert_eq!((island(1), island(4)), (Some(0), Some(0)));
        assert_eq!(island(12), Some(1));
        assert_eq!(island(20), None, "nothing leads there");
        assert_eq!(island(30), None, "private ground");
    }
}
