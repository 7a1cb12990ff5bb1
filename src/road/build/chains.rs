//! Ways → segments between junctions.
//!
//! A way is cut where something happens: at its ends, where ways meet, at barriers, signals and the vias of
//! restrictions. Where exactly two pieces of the same kind meet, they are joined again.

use crate::geometry::Point;
use crate::osm::RoadData;
use crate::road::graph::Piece;
use crate::road::profile::{NodeUse, Profile, Speed, WayUse, ferry_duration_ms, judge, judge_node};
use std::collections::HashMap;

/// A segment before it is known whether anyone can reach it.
pub(super) struct DraftSegment {
    /// Start and end of the line, as positions in [`Draft::nodes`].
    pub ends: [u32; 2],
    pub line: Vec<Point>,
    pub cm: u32,
    pub name: u32,
    /// Directions are those of the line.
    pub kind: WayUse,
    pub pieces: Vec<Piece>,
}

/// Segments and the nodes they join.
pub(super) struct Draft {
    /// Positions in the file's list of nodes.
    pub nodes: Vec<u32>,
    /// What each node does to whoever passes.
    pub node_uses: Vec<NodeUse>,
    pub segments: Vec<DraftSegment>,
    pub names: Vec<Box<str>>,
}

/// A part of one way between two cuts.
#[derive(Clone, Copy)]
struct Part {
    way: u32,
    /// First and last node, as positions in the way.
    from: u32,
    to: u32,
    /// The same, as positions in the file's list.
    ends: [u32; 2],
    kind: WayUse,
    name: u32,
}

/// Cuts and joins the ways that `profile` may use.
pub(super) fn draft(data: &RoadData, profile: Profile) -> Draft {
    let mut names = Names::default();
    let uses: Vec<Option<(WayUse, u32)>> = data
        .ways()
        .iter()
        .map(|way| {
            let tags = data.tags_of(way);
            let mut kind = judge(profile, tags)?;
            if kind.is_ferry {
                take_its_time(&mut kind, &line_of(data, data.nodes_of(way)), tags.get("duration"));
            }
            Some((kind, names.number(tags.get("name").or(tags.get("ref")).unwrap_or_default())))
        })
        .collect();

    let mut node_uses: HashMap<u32, NodeUse> = data
        .marked_nodes()
        .map(|(node, tags)| (node, judge_node(profile, tags)))
        .filter(|(_, what)| !what.is_plain())
        .collect();
    let parts = cut(data, &uses, &node_uses);
    let chains = join(data, &parts, &node_uses);

    let mut nodes: Vec<u32> = chains.iter().flat_map(|chain| chain_ends(&parts, chain)).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let position = |node: u32| nodes.binary_search(&node).expect("ends were just collected") as u32;
    let segments = chains
        .iter()
        .map(|chain| {
            let mut segment = segment_of(data, &parts, chain);
            segment.ends = chain_ends(&parts, chain).map(position);
            segment
        })
        .collect();
    let node_uses = nodes.iter().map(|node| node_uses.remove(node).unwrap_or_default()).collect();
    Draft { nodes, node_uses, segments, names: names.list }
}

/// Names, each kept once. Number 0 is no name.
struct Names {
    list: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
}

impl Default for Names {
    fn default() -> Self {
        Self { list: vec!["".into()], numbers: HashMap::from([("".into(), 0)]) }
    }
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.list.len() as u32;
        self.list.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }
}

/// Gives a ferry the speed that its duration asks for.
fn take_its_time(kind: &mut WayUse, line: &[Point], duration: Option<&str>) {
    let Some(ms) = duration.and_then(ferry_duration_ms) else { return };
    let speed = Speed::covering(u64::from(length_cm(line)), ms);
    kind.forward = kind.forward.map(|_| speed);
    kind.backward = kind.backward.map(|_| speed);
}

fn line_of(data: &RoadData, nodes: &[u32]) -> Vec<Point> {
    nodes.iter().map(|&node| data.points()[node as usize]).collect()
}

/// Length of a line, at least 1 cm.
fn length_cm(line: &[Point]) -> u32 {
    let metres: f64 = line.windows(2).map(|pair| pair[0].distance_m(pair[1])).sum();
    (metres * 100.0).round().clamp(1.0, 4e9) as u32
}

fn cut(data: &RoadData, uses: &[Option<(WayUse, u32)>], node_uses: &HashMap<u32, NodeUse>) -> Vec<Part> {
    let used = || data.ways().iter().zip(uses).filter_map(|(way, kind)| Some((way, (*kind)?)));
    // How often ways pass a node; their ends count twice.
    let mut passes = vec![0_u8; data.points().len()];
    for (way, _) in used() {
        let nodes = data.nodes_of(way);
        for &node in nodes.iter().chain([&nodes[0], &nodes[nodes.len() - 1]]) {
            passes[node as usize] = passes[node as usize].saturating_add(1);
        }
    }
    for node in node_uses.keys().copied().chain(data.restrictions().iter().map(|rule| rule.via)) {
        passes[node as usize] = passes[node as usize].saturating_add(1);
    }
    let mut parts = Vec::new();
    for (index, (way, kind)) in data.ways().iter().zip(uses).enumerate() {
        let Some((kind, name)) = *kind else { continue };
        let nodes = data.nodes_of(way);
        let mut from = 0;
        for to in 1..nodes.len() {
            if passes[nodes[to] as usize] >= 2 {
                let ends = [nodes[from], nodes[to]];
                parts.push(Part { way: index as u32, from: from as u32, to: to as u32, ends, kind, name });
                from = to;
            }
        }
    }
    parts
}

/// A part and whether it is walked against its way.
type Chain = Vec<(u32, bool)>;

/// Chains of parts between nodes that matter.
fn join(data: &RoadData, parts: &[Part], node_uses: &HashMap<u32, NodeUse>) -> Vec<Chain> {
    let mut first = vec![0_u32; data.points().len() + 1];
    for part in parts {
        for end in part.ends {
            first[end as usize + 1] += 1;
        }
    }
    for node in 1..first.len() {
        first[node] += first[node - 1];
    }
    let mut fill = first.clone();
    // At each node, the parts that end there, and which end.
    let mut incident = vec![(0_u32, 0_u8); parts.len() * 2];
    for (index, part) in parts.iter().enumerate() {
        for (end, node) in part.ends.iter().enumerate() {
            incident[fill[*node as usize] as usize] = (index as u32, end as u8);
            fill[*node as usize] += 1;
        }
    }
    let at = |node: u32| &incident[first[node as usize] as usize..first[node as usize + 1] as usize];
    let mut is_kept: Vec<bool> = vec![false; data.points().len()];
    for node in node_uses.keys().copied().chain(data.restrictions().iter().map(|rule| rule.via)) {
        is_kept[node as usize] = true;
    }
    // The two parts that meet at a node, when nothing else happens there.
    let goes_on = |node: u32| match at(node) {
        &[one, other] if one.0 != other.0 && !is_kept[node as usize] => {
            let (a, b) = (&parts[one.0 as usize], &parts[other.0 as usize]);
            let towards = if one.1 == 1 { a.kind } else { flipped(a.kind) };
            let away = if other.1 == 0 { b.kind } else { flipped(b.kind) };
            (a.name == b.name && towards == away).then_some([one, other])
        }
        _ => None,
    };
    let mut is_done = vec![false; parts.len()];
    let mut chains = Vec::new();
    let mut walk = |start: usize, end: u8, is_done: &mut Vec<bool>| {
        let mut chain = Vec::new();
        let (mut current, mut entered) = (start as u32, end);
        while !is_done[current as usize] {
            is_done[current as usize] = true;
            chain.push((current, entered == 1));
            let node = parts[current as usize].ends[usize::from(1 - entered)];
            let Some(both) = goes_on(node) else { break };
            (current, entered) = if both[0].0 == current { both[1] } else { both[0] };
        }
        chains.push(chain);
    };
    for (index, part) in parts.iter().enumerate() {
        for end in 0..2_u8 {
            if !is_done[index] && goes_on(part.ends[end as usize]).is_none() {
                walk(index, end, &mut is_done);
            }
        }
    }
    // What is left are rings where nothing happens; they are cut open anywhere.
    for index in 0..parts.len() {
        if !is_done[index] {
            walk(index, 0, &mut is_done);
        }
    }
    chains
}

fn flipped(kind: WayUse) -> WayUse {
    WayUse { forward: kind.backward, backward: kind.forward, ..kind }
}

fn chain_ends(parts: &[Part], chain: &Chain) -> [u32; 2] {
    let (first, last) = (chain[0], chain[chain.len() - 1]);
    [parts[first.0 as usize].ends[usize::from(first.1)], parts[last.0 as usize].ends[usize::from(!last.1)]]
}

/// The segment of a chain; its ends are still to be numbered.
fn segment_of(data: &RoadData, parts: &[Part], chain: &Chain) -> DraftSegment {
    let mut line: Vec<Point> = Vec::new();
    let mut pieces: Vec<Piece> = Vec::new();
    for &(part, is_reversed) in chain {
        let part = &parts[part as usize];
        let way = &data.ways()[part.way as usize];
        let mut points = line_of(data, &data.nodes_of(way)[part.from as usize..=part.to as usize]);
        if is_reversed {
            points.reverse();
        }
        let cm = length_cm(&points);
        match pieces.last_mut() {
            Some(last) if last.way == way.id && last.is_reversed == is_reversed => last.cm += cm,
            _ => pieces.push(Piece { way: way.id, cm, is_reversed }),
        }
        line.pop();
        line.append(&mut points);
    }
    let (first, is_reversed) = chain[0];
    let Part { kind, name, .. } = parts[first as usize];
    let kind = if is_reversed { flipped(kind) } else { kind };
    let cm = pieces.iter().map(|piece| piece.cm).sum();
    DraftSegment { ends: [0; 2], line, cm, name, kind, pieces }
}
