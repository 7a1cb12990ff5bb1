//! OR-Library pmed: an undirected graph, whose shortest paths are the distances.

use super::super::problem::{Client, Distances, Site};
use super::decimal::Places;
use super::dialect::Format;
use super::instance::{FormatError, Instance, Scale};
use super::tokens::{Reader, tokens};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// `n m p`, then m lines `i j cost`. An edge that is repeated takes the last cost; every node is a client and a site.
pub(super) fn read_pmed(text: &str) -> Result<Instance, Vec<FormatError>> {
    let mut reader = Reader::new(tokens(text));
    let nodes = reader.count("number of nodes", 1..=30_000);
    let lines = reader.count("number of edges", 0..=100_000_000);
    let max_open = reader.count("number of sites to open", 0..=30_000);
    let (Some(nodes), Some(lines)) = (nodes, lines) else { return Err(reader.errors) };
    let mut costs: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    let mut places = Places::new();
    for _ in 0..lines {
        let from = reader.count("node", 1..=nodes);
        let to = reader.count("node", 1..=nodes);
        let cost = reader.number("cost", &mut places);
        if reader.is_hopeless() {
            return Err(reader.errors);
        }
        if let (Some(from), Some(to)) = (from, to) {
            let (from, to) = (from as u32 - 1, to as u32 - 1);
            costs.insert((from.min(to), from.max(to)), cost);
        }
    }
    reader.finish()?;
    let mut links: Vec<Vec<(u32, f64)>> = vec![Vec::new(); nodes];
    for ((from, to), cost) in costs {
        let cost = places.apply(cost);
        links[from as usize].push((to, cost));
        links[to as usize].push((from, cost));
    }
    let cells: Vec<f64> =
        (0..nodes).into_par_iter().flat_map_iter(|from| shortest_paths(&links, from)).collect();
    let distances =
        Distances::dense(nodes, nodes, cells).map_err(|error| vec![FormatError::whole(error.to_string())])?;
    let scale = places.scale();
    Ok(Instance {
        format: Format::Pmed,
        site_names: Vec::new(),
        client_names: Vec::new(),
        sites: vec![Site::default(); nodes],
        clients: vec![Client::default(); nodes],
        distances,
        max_open,
        scale: Scale { cost: scale, distance: scale, weight: 1.0 },
    })
}

/// Dijkstra from one node.
fn shortest_paths(links: &[Vec<(u32, f64)>], from: usize) -> Vec<f64> {
    let mut distances = vec![f64::INFINITY; links.len()];
    distances[from] = 0.0;
    // Distances are not negative, so their bits are in their order.
    let mut queue = BinaryHeap::from([Reverse((0_u64, from as u32))]);
    while let Some(Reverse((bits, node))) = queue.pop() {
        let distance = f64::from_bits(bits);
        if distance > distances[node as usize] {
            continue;
        }
        for (next, cost) in &links[node as usize] {
            let through = distance + cost;
            if through < distances[*next as usize] {
                distances[*next as usize] = through;
                queue.push(Reverse((through.to_bits(), *next)));
            }
        }
    }
    distances
}
