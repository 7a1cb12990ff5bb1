//! Barriers on junctions: a gate drawn on the node where a drive meets a street stands on the drive.
//!
//! Of the roads that meet there, those of the highest class go through, and of equals those that are not cut there or
//! have the same name. The barrier is passed by all that come from or go to another road. Where the roads are alike it
//! cannot be placed and is left out.

use crate::profile::NodeUse;
use coldmile_osm::{RoadData, Tags};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Nodes, by their position in the file's list, and the ways that go through them without their barrier.
pub(super) type MainRoads = HashSet<(u32, i64)>;

/// A way at a node.
struct Branch<'a> {
    way: i64,
    rank: u8,
    name: &'a str,
    /// How many roads lead away along it: one at its end, else two.
    ends: u32,
}

/// Finds the roads that go through junctions with a barrier, and marks the nodes as such.
pub(super) fn place_barriers(data: &RoadData, node_uses: &mut HashMap<u32, NodeUse>) -> MainRoads {
    let mut is_barrier = vec![false; data.points().len()];
    for (&node, _) in node_uses.iter().filter(|(_, what)| what.has_barrier) {
        is_barrier[node as usize] = true;
    }
    let mut branches: BTreeMap<u32, Vec<Branch<'_>>> = BTreeMap::new();
    for way in data.ways() {
        let nodes = data.nodes_of(way);
        for (at, &node) in nodes.iter().enumerate().filter(|(_, node)| is_barrier[**node as usize]) {
            let tags = data.tags_of(way);
            if tags.get("highway").is_none() || tags.is("area", "yes") {
                continue;
            }
            let ends = if at == 0 || at + 1 == nodes.len() { 1 } else { 2 };
            let name = tags.get("name").unwrap_or_default();
            branches.entry(node).or_default().push(Branch { way: way.id, rank: rank(tags), name, ends });
        }
    }
    let mut main_roads = MainRoads::new();
    for (node, branches) in branches {
        if branches.iter().map(|branch| branch.ends).sum::<u32>() < 3 {
            continue;
        }
        if let Some(what) = node_uses.get_mut(&node) {
            what.is_at_junction = true;
        }
        main_roads.extend(main_ways(&branches).into_iter().map(|way| (node, way)));
    }
    main_roads
}

/// The ways that go through a junction; all where they are alike.
fn main_ways(branches: &[Branch<'_>]) -> Vec<i64> {
    let top = branches.iter().map(|branch| branch.rank).max().unwrap_or(0);
    let of = |is_meant: &dyn Fn(&Branch<'_>) -> bool| -> Vec<&Branch<'_>> {
        branches.iter().filter(|branch| is_meant(branch)).collect()
    };
    let is_through = |found: &[&Branch<'_>]| found.iter().map(|branch| branch.ends).sum::<u32>() >= 2;
    let ids = |found: Vec<&Branch<'_>>| found.into_iter().map(|branch| branch.way).collect();
    let highest = of(&|branch| branch.rank == top);
    if highest.len() < branches.len() {
        // A single road that ends where lesser ones begin is parted from all of them.
        return if is_through(&highest) { ids(highest) } else { Vec::new() };
    }
    let uncut = of(&|branch| branch.ends == 2);
    if !uncut.is_empty() {
        return ids(uncut);
    }
    let has_namesake = |branch: &Branch<'_>| {
        !branch.name.is_empty() && branches.iter().filter(|other| other.name == branch.name).count() >= 2
    };
    let named = of(&has_namesake);
    if named.is_empty() { ids(highest) } else { ids(named) }
}

/// How important a class of road is.
fn rank(tags: Tags<'_>) -> u8 {
    match tags.get("highway").map(|class| class.trim_end_matches("_link")) {
        Some("motorway") => 10,
        Some("trunk") => 9,
        Some("primary") => 8,
        Some("secondary") => 7,
        Some("tertiary") => 6,
        Some("unclassified" | "residential" | "living_street" | "road" | "busway") => 5,
        Some("service") => 4,
        Some("track" | "pedestrian") => 3,
        _ => 2,
    }
}
