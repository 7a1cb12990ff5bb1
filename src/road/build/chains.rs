//! Ways → segments between junctions.
//!
//! A way is cut where something happens: at its ends, where ways meet, at barriers, signals and the vias of
//! restrictions. Where exactly two pieces of the same kind meet, they are joined again; what holds traffic up between
//! them becomes a delay of the segment.

use super::fast_ways::fast_ways;
use super::junctions::{MainRoads, place_barriers};
use crate::elements::{Arc, SegmentPiece};
use crate::fast_road_list::{FastRoadList, PUSHED_KM_H};
use crate::profile::{
    ALWAYS_OPEN, Closing, NodeTimes, NodeUse, Profile, ProfileRules, Speed, WayTimes, WayUse,
    ferry_duration_ms, judge_node_times, judge_times,
};
use crate::weight::MAX_SEGMENT_CM;
use coldmile_osm::{RoadData, Tags};
use coldmile_units::Csr;
use rayon::prelude::*;
use std::collections::HashMap;

/// A segment before it is known whether it can be reached.
pub(super) struct DraftSegment {
    /// Start and end of the line, as positions in [`Draft::nodes`].
    pub ends: [u32; 2],
    pub cm: u32,
    pub name: u32,
    /// Directions are those of the line.
    pub kind: WayUse,
    /// Milliseconds for what stands on the way, along the line and against it.
    pub delay: [u32; 2],
    first_node: u32,
    first_piece: u32,
}

/// Segments and the nodes they join.
pub(super) struct Draft {
    /// Positions in the file's list of nodes.
    pub nodes: Vec<u32>,
    /// What passing each node takes.
    pub node_uses: Vec<NodeUse>,
    pub segments: Vec<DraftSegment>,
    pub names: Vec<Box<str>>,
    /// When, and to whom, roads and barriers are closed.
    pub conditions: Vec<Closing>,
    /// What closes a direction of a road, as positions in that list; the road's kind has a position in this one.
    pub closings: Vec<Vec<u16>>,
    /// The fast roads, for profiles of bikes.
    pub fast_ways: Option<FastRoadList>,
    /// Roads that go through a junction without its barrier.
    main_roads: MainRoads,
    /// Nodes of the segments, as positions in the file's list of nodes.
    line_nodes: Vec<u32>,
    pieces: Vec<SegmentPiece>,
}

impl Draft {
    /// The line of a segment, as positions in the file's list of nodes.
    pub(super) fn line(&self, segment: u32) -> &[u32] {
        let end =
            self.segments.get(segment as usize + 1).map_or(self.line_nodes.len(), |s| s.first_node as usize);
        &self.line_nodes[self.segments[segment as usize].first_node as usize..end]
    }

    /// What passing the node between two arcs takes. A barrier on a junction stands on the side roads only.
    pub(super) fn passing(&self, from: &Arc, to: &Arc) -> NodeUse {
        let what = self.node_uses[from.head as usize];
        if what.is_at_junction {
            let node = self.nodes[from.head as usize];
            let is_main = |way: i64| self.main_roads.contains(&(node, way));
            if is_main(self.last_way(from)) && is_main(self.first_way(to)) {
                return what.without_barrier();
            }
        }
        what
    }

    /// The way that an arc starts on.
    pub(super) fn first_way(&self, arc: &Arc) -> i64 {
        let pieces = self.pieces(arc.segment);
        pieces[if arc.is_backward { pieces.len() - 1 } else { 0 }].osm_id
    }

    /// The way that an arc ends on.
    pub(super) fn last_way(&self, arc: &Arc) -> i64 {
        let pieces = self.pieces(arc.segment);
        pieces[if arc.is_backward { 0 } else { pieces.len() - 1 }].osm_id
    }

    /// The ways a segment is made of, in the order of its line.
    pub(super) fn pieces(&self, segment: u32) -> &[SegmentPiece] {
        let end =
            self.segments.get(segment as usize + 1).map_or(self.pieces.len(), |s| s.first_piece as usize);
        &self.pieces[self.segments[segment as usize].first_piece as usize..end]
    }
}

/// A part of one way between two cuts.
#[derive(Clone, Copy)]
struct WayPart {
    way: u32,
    /// First and last node, as positions in the way.
    from: u32,
    to: u32,
    /// The same, as positions in the file's list.
    ends: [u32; 2],
}

impl WayPart {
    fn nodes<'a>(&self, data: &'a RoadData) -> &'a [u32] {
        &data.nodes_of(&data.ways()[self.way as usize])[self.from as usize..=self.to as usize]
    }
}

/// Cuts and joins the ways that a profile may use.
pub(super) fn draft(data: &RoadData, rules: &ProfileRules) -> Draft {
    let mut names = Names::default();
    let mut conditions: Vec<Closing> = Vec::new();
    let mut closings: Vec<Vec<u16>> = Vec::new();
    let mut judged: Vec<Option<(WayTimes, &str)>> = data
        .ways()
        .par_iter()
        .map(|way| {
            let tags = data.tags_of(way);
            let mut times = judge_times(rules, tags)?;
            if times.best.is_ferry {
                apply_ferry_duration(
                    &mut times.best,
                    length_cm(data, data.nodes_of(way)),
                    tags.get("duration"),
                );
            }
            Some((times, tags.get("name").or(tags.get("ref")).unwrap_or_default()))
        })
        .collect();
    let fast_ways = (rules.base() == Profile::Bike).then(|| {
        let is_used: Vec<bool> = judged.iter().map(Option::is_some).collect();
        fast_ways(data, rules, &is_used)
    });
    if let Some(fast_ways) = fast_ways.as_ref().filter(|_| rules.avoid.trunk_roads) {
        for (way, times) in data.ways().iter().zip(&mut judged) {
            if let Some((times, _)) = times {
                push_on_fast_roads(&mut times.best, fast_ways.directions(way.id));
            }
        }
    }
    // Names and conditions are numbered in the order of the file.
    let number_all = || -> Vec<Option<(WayUse, u32)>> {
        let number = |way: Option<(WayTimes, &str)>| {
            let (WayTimes { best: mut kind, closed }, name) = way?;
            kind.closed = closed.map(|closed| {
                let parts = closed.iter().map(|closing| number_of(&mut conditions, closing));
                let parts: Vec<u16> = parts.collect();
                if parts.is_empty() { ALWAYS_OPEN } else { number_of(&mut closings, &parts) }
            });
            Some((kind, names.number(name)))
        };
        judged.into_iter().map(number).collect()
    };
    let (uses, nodes_at_times) = rayon::join(number_all, || judge_nodes(data, rules));
    let mut node_uses: HashMap<u32, NodeUse> = HashMap::new();
    for (node, NodeTimes { mut best, closed }) in nodes_at_times {
        best.closed = closed.map(|closed| number_of(&mut conditions, &Closing::to_all(closed)));
        node_uses.insert(node, best);
    }
    let main_roads = place_barriers(data, &mut node_uses);
    let parts = cut(data, &uses, &node_uses);
    let lengths: Vec<u32> = parts.par_iter().map(|part| length_cm(data, part.nodes(data))).collect();
    // Only ways that may be used have parts.
    let kind_of = |part: u32| uses[parts[part as usize].way as usize].expect("the way is used");
    let chains = join(data, &parts, &kind_of, &node_uses);

    let mut nodes: Vec<u32> = chains.iter().flat_map(|chain| chain_ends(&parts, chain)).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let position = |node: u32| nodes.binary_search(&node).expect("ends were just collected") as u32;
    let (segments, line_nodes, pieces) = chains
        .par_chunks(AT_ONCE)
        .map(|some| {
            let mut lines = SegmentLists::default();
            for chain in some {
                let ends = chain_ends(&parts, chain).map(position);
                lines.add(data, (&parts, &lengths), chain, kind_of(chain[0].0), &node_uses, ends);
            }
            lines
        })
        .collect::<Vec<SegmentLists>>()
        .into_iter()
        .fold(SegmentLists::default(), SegmentLists::with)
        .into_lists();
    let node_uses = nodes.iter().map(|node| node_uses.remove(node).unwrap_or_default()).collect();
    Draft {
        nodes,
        node_uses,
        segments,
        names: names.list,
        conditions,
        closings,
        fast_ways,
        main_roads,
        line_nodes,
        pieces,
    }
}

/// A bike is pushed in the directions in which an OSM way is a fast road.
fn push_on_fast_roads(kind: &mut WayUse, [forward, backward]: [bool; 2]) {
    let pushed = Speed::from_km_h(PUSHED_KM_H);
    let slower = |speed: Option<Speed>, is_fast: bool| {
        speed.map(|speed| if is_fast { speed.min(pushed) } else { speed })
    };
    kind.forward = slower(kind.forward, forward);
    kind.backward = slower(kind.backward, backward);
}

/// So many segments are laid out at a time by one thread.
const AT_ONCE: usize = 4_096;

/// What passing the nodes with something on them takes, in the order of the file; plain ones are left out.
fn judge_nodes(data: &RoadData, rules: &ProfileRules) -> Vec<(u32, NodeTimes)> {
    let marked: Vec<(u32, Tags<'_>)> = data.marked_nodes().collect();
    let judged = marked.into_par_iter().map(|(node, tags)| (node, judge_node_times(rules, tags)));
    judged.filter(|(_, times)| !times.best.is_plain() || times.closed.is_some()).collect()
}

/// The position of a condition in a list that has each once. Of more than 65,000 the last one stands for the rest.
pub(super) fn number_of<T: Clone + PartialEq>(conditions: &mut Vec<T>, condition: &T) -> u16 {
    let known = conditions.iter().position(|other| other == condition);
    let number = known.unwrap_or_else(|| {
        conditions.push(condition.clone());
        conditions.len() - 1
    });
    number.min(usize::from(ALWAYS_OPEN - 1)) as u16
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

/// Gives a ferry the speed that follows from its tag `duration`.
fn apply_ferry_duration(kind: &mut WayUse, cm: u32, duration: Option<&str>) {
    let Some(ms) = duration.and_then(ferry_duration_ms) else { return };
    let speed = Speed::covering(u64::from(cm), ms);
    kind.forward = kind.forward.map(|_| speed);
    kind.backward = kind.backward.map(|_| speed);
}

/// Length of the line through some nodes, at least 1 cm.
fn length_cm(data: &RoadData, nodes: &[u32]) -> u32 {
    let points = data.points();
    let metres: f64 =
        nodes.windows(2).map(|pair| points[pair[0] as usize].distance_m(points[pair[1] as usize])).sum();
    (metres * 100.0).round().clamp(1.0, f64::from(MAX_SEGMENT_CM)) as u32
}

fn cut(data: &RoadData, uses: &[Option<(WayUse, u32)>], node_uses: &HashMap<u32, NodeUse>) -> Vec<WayPart> {
    let used = || data.ways().iter().zip(uses).filter_map(|(way, kind)| Some((way, (*kind)?)));
    // How often ways pass a node; their ends count twice.
    let mut passes = vec![0_u8; data.points().len()];
    for (way, _) in used() {
        let nodes = data.nodes_of(way);
        for &node in nodes.iter().chain([&nodes[0], &nodes[nodes.len() - 1]]) {
            passes[node as usize] = passes[node as usize].saturating_add(1);
        }
    }
    for node in node_uses.keys().copied().chain(vias(data)) {
        passes[node as usize] = passes[node as usize].saturating_add(1);
    }
    let mut parts = Vec::new();
    for (index, (way, kind)) in data.ways().iter().zip(uses).enumerate() {
        if kind.is_none() {
            continue;
        }
        let nodes = data.nodes_of(way);
        let mut from = 0;
        for to in 1..nodes.len() {
            if passes[nodes[to] as usize] >= 2 {
                let ends = [nodes[from], nodes[to]];
                parts.push(WayPart { way: index as u32, from: from as u32, to: to as u32, ends });
                from = to;
            }
        }
    }
    parts
}

/// The nodes where turn restrictions begin and end.
fn vias(data: &RoadData) -> impl Iterator<Item = u32> {
    data.restrictions().iter().flat_map(|rule| [rule.path[0], rule.path[rule.path.len() - 1]])
}

/// A part and whether it is walked against its way.
type Chain = Vec<(u32, bool)>;

/// Chains of parts between nodes that matter.
fn join(
    data: &RoadData,
    parts: &[WayPart],
    kind_of: &impl Fn(u32) -> (WayUse, u32),
    node_uses: &HashMap<u32, NodeUse>,
) -> Vec<Chain> {
    // At each node, the parts that end there, and which end.
    let both_ends =
        (0..).zip(parts).flat_map(|(index, part)| [(part.ends[0], (index, 0)), (part.ends[1], (index, 1))]);
    let incident: Csr<(u32, u8)> = Csr::from_entries(data.points().len(), both_ends);
    let mut is_kept: Vec<bool> = vec![false; data.points().len()];
    let parting = node_uses.iter().filter(|(_, what)| what.parts_road()).map(|(&node, _)| node);
    for node in parting.chain(vias(data)) {
        is_kept[node as usize] = true;
    }
    // The two parts that meet at a node, when nothing else happens there.
    let goes_on = |node: u32| match incident.row(node) {
        &[one, other] if one.0 != other.0 && !is_kept[node as usize] => {
            let ((a, a_name), (b, b_name)) = (kind_of(one.0), kind_of(other.0));
            let towards = if one.1 == 1 { a } else { flipped(a) };
            let away = if other.1 == 0 { b } else { flipped(b) };
            (a_name == b_name && towards == away).then_some([one, other])
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
    WayUse {
        forward: kind.backward,
        backward: kind.forward,
        closed: [kind.closed[1], kind.closed[0]],
        ..kind
    }
}

fn chain_ends(parts: &[WayPart], chain: &Chain) -> [u32; 2] {
    let (first, last) = (chain[0], chain[chain.len() - 1]);
    [parts[first.0 as usize].ends[usize::from(first.1)], parts[last.0 as usize].ends[usize::from(!last.1)]]
}

/// Segments laid out one after another.
#[derive(Default)]
struct SegmentLists {
    segments: Vec<DraftSegment>,
    nodes: Vec<u32>,
    pieces: Vec<SegmentPiece>,
}

impl SegmentLists {
    /// These, then others.
    fn with(mut self, others: Self) -> Self {
        let (first_node, first_piece) = (self.nodes.len() as u32, self.pieces.len() as u32);
        self.nodes.extend(others.nodes);
        self.pieces.extend(others.pieces);
        self.segments.extend(others.segments.into_iter().map(|segment| DraftSegment {
            first_node: segment.first_node + first_node,
            first_piece: segment.first_piece + first_piece,
            ..segment
        }));
        self
    }

    fn into_lists(self) -> (Vec<DraftSegment>, Vec<u32>, Vec<SegmentPiece>) {
        (self.segments, self.nodes, self.pieces)
    }

    /// Adds the segment of a chain.
    fn add(
        &mut self,
        data: &RoadData,
        (parts, lengths): (&[WayPart], &[u32]),
        chain: &Chain,
        (kind, name): (WayUse, u32),
        node_uses: &HashMap<u32, NodeUse>,
        ends: [u32; 2],
    ) {
        let (first_node, first_piece) = (self.nodes.len() as u32, self.pieces.len());
        let mut cm = 0_u32;
        // What stands between two parts: how far along, and the directions of both ways.
        let mut passed: Vec<(NodeUse, u32, [bool; 2])> = Vec::new();
        for (number, &(part, is_reversed)) in chain.iter().enumerate() {
            let part_cm = lengths[part as usize];
            let part = &parts[part as usize];
            let way = &data.ways()[part.way as usize];
            let nodes = part.nodes(data);
            if number > 0 {
                let node = self.nodes.pop().expect("a part has two nodes");
                if let Some(what) = node_uses.get(&node) {
                    passed.push((*what, cm, [chain[number - 1].1, is_reversed]));
                }
            }
            if is_reversed {
                self.nodes.extend(nodes.iter().rev());
            } else {
                self.nodes.extend(nodes);
            }
            cm = cm.saturating_add(part_cm).min(MAX_SEGMENT_CM);
            match self.pieces[first_piece..].last_mut() {
                Some(last) if last.osm_id == way.id && last.is_reversed == is_reversed => {
                    last.cm = last.cm.saturating_add(part_cm);
                }
                _ => self.pieces.push(SegmentPiece { osm_id: way.id, cm: part_cm, is_reversed }),
            }
        }
        let mut delay = [0, 0];
        for (what, at, [before_is_reversed, after_is_reversed]) in passed {
            // A sign that names no direction is for the nearer end, where the junction is.
            let unsure = |towards_end: bool| {
                if towards_end == (u64::from(at) * 2 > u64::from(cm)) { what.unsure_ms } else { 0 }
            };
            delay[0] += what.passing_ms(before_is_reversed) + unsure(true);
            delay[1] += what.passing_ms(!after_is_reversed) + unsure(false);
        }
        let kind = if chain[0].1 { flipped(kind) } else { kind };
        let first_piece = first_piece as u32;
        self.segments.push(DraftSegment { ends, cm, name, kind, delay, first_node, first_piece });
    }
}
