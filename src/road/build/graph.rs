//! Keeps what can be reached and lays it out.

use super::chains::{Draft, draft};
use super::reach::{Reachability, reachability};
use super::turn_table::Turns;
use super::turns::price_turns;
use crate::elements::{Arc, FORBIDDEN, NO_ARC, PAST_GATE, Segment, SegmentPiece};
use crate::graph::{Layout, RoadGraph};
use crate::grid::SnapGrid;
use crate::profile::{DrivingSide, ProfileRules, SizeLimit, side_at};
use coldmile_geometry::Point;
use coldmile_osm::RoadData;
use coldmile_units::row_starts;
use std::collections::HashMap;

/// The graph of a profile; `None` when it has no road that leads back to where one started.
pub(crate) fn build_graph(data: &RoadData, rules: &ProfileRules) -> Option<RoadGraph> {
    let mut draft = draft(data, rules);
    let mut turns = price_turns(data, rules, &draft);
    let reach = reachability(&draft, &turns);
    if !reach.contains(&Reachability::Main) {
        return None;
    }
    let kept = Kept::of(&draft, &turns, reach);
    let (lines, crossings) =
        rayon::join(|| Lines::of(data, &draft, &kept), || Crossings::of(&draft, &turns, &kept));
    let Lines { mut segments, points, pieces, grid } = lines;
    for (number, arc) in crossings.arcs[..crossings.original_count].iter().enumerate() {
        segments[arc.segment as usize].arcs[usize::from(arc.is_backward)] = number as u32;
    }
    let nodes = draft.nodes.iter().zip(&kept.is_used).filter(|(_, used)| **used);
    let nodes = nodes.map(|(&node, _)| data.points()[node as usize]).collect();
    let names = std::mem::take(&mut draft.names);
    let conditions = std::mem::take(&mut turns.sequences.conditions);
    let fast_list = draft.fast_ways.take();
    let Crossings {
        arcs, copies, first_out, first_turn, turn_ms, redirects, conditional, sized, limits, ..
    } = crossings;
    let layout = Layout {
        nodes,
        segments,
        points,
        pieces,
        first_out,
        first_turn,
        free_turns: turn_ms.into(),
        free_ms: arcs.iter().map(|arc| arc.free_ms).collect(),
        arcs,
        copies,
        redirects,
        conditional,
        conditions,
        sized,
        limits,
        size: rules.size,
        names,
        grid,
        fast_list,
    };
    drop((draft, turns, kept));
    Some(RoadGraph::new(rules.name(), rules.base, layout))
}

/// What is kept of a draft, and the new numbers of it.
struct Kept {
    reach: Vec<Reachability>,
    arcs: Vec<u32>,
    is_used: Vec<bool>,
    has_arc: Vec<bool>,
    node_number: Vec<u32>,
    node_count: usize,
    segment_number: Vec<u32>,
    arc_number: Vec<u32>,
}

impl Kept {
    fn of(draft: &Draft, turns: &Turns, reach: Vec<Reachability>) -> Self {
        let is_kept: Vec<bool> = reach.iter().map(|reach| *reach != Reachability::Outside).collect();
        let arcs: Vec<u32> = (0..turns.arcs.len() as u32).filter(|&arc| is_kept[arc as usize]).collect();
        let (mut is_used, mut has_arc) = (vec![false; draft.nodes.len()], vec![false; draft.segments.len()]);
        for &arc in &arcs {
            let Arc { tail, head, segment, .. } = turns.arcs[arc as usize];
            is_used[tail as usize] = true;
            is_used[head as usize] = true;
            has_arc[segment as usize] = true;
        }
        let (node_number, node_count) = renumber(&is_used);
        let (segment_number, _) = renumber(&has_arc);
        let (arc_number, _) = renumber(&is_kept);
        Self { reach, arcs, is_used, has_arc, node_number, node_count, segment_number, arc_number }
    }
}

/// The segments that are kept, their lines, and where these are.
struct Lines {
    segments: Vec<Segment>,
    points: Vec<Point>,
    pieces: Vec<SegmentPiece>,
    grid: SnapGrid,
}

impl Lines {
    /// Arcs are not filled in yet.
    fn of(data: &RoadData, draft: &Draft, kept: &Kept) -> Self {
        let (mut segments, mut points, mut pieces) = (Vec::new(), Vec::new(), Vec::new());
        for number in (0..draft.segments.len() as u32).filter(|&number| kept.has_arc[number as usize]) {
            let segment = &draft.segments[number as usize];
            let start = data.points()[draft.line(number)[0] as usize];
            segments.push(Segment {
                cm: segment.cm,
                name: segment.name,
                arcs: [NO_ARC; 2],
                first_point: points.len() as u32,
                first_piece: pieces.len() as u32,
                is_ferry: segment.kind.is_ferry,
                is_roundabout: segment.kind.is_roundabout,
                is_wide: segment.kind.is_wide,
                keeps_left: segment.kind.side.unwrap_or_else(|| side_at(start)) == DrivingSide::Left,
            });
            let line = draft.line(number).iter().map(|&node| data.points()[node as usize]);
            points.extend(cut_at_antimeridian(line));
            pieces.extend_from_slice(draft.pieces(number));
        }
        segments.push(end_of_lists(points.len(), pieces.len()));
        let grid = SnapGrid::build(&segments, &points);
        Self { segments, points, pieces, grid }
    }
}

/// The line with a point at 180 and one at -180 degrees where it crosses the antimeridian, so that no piece of it runs
/// round the globe.
fn cut_at_antimeridian(line: impl Iterator<Item = Point>) -> impl Iterator<Item = Point> {
    let mut last: Option<Point> = None;
    line.flat_map(move |point| {
        let before = last.replace(point);
        let crossing = before.filter(|before| (before.lon_e7() < 0) != (point.lon_e7() < 0));
        let crossing = crossing.filter(|before| before.lon_e7().abs_diff(point.lon_e7()) > 1_800_000_000);
        let between = crossing.map(|before| {
            let side = if before.lon_e7() < 0 { -1_800_000_000 } else { 1_800_000_000 };
            let to_side = before.east_e7(Point::from_e7(0, side)) as f64;
            let share = to_side / before.east_e7(point) as f64;
            let north =
                f64::from(point.lat_e7() - before.lat_e7()) * if share.is_finite() { share } else { 0.0 };
            let latitude = before.lat_e7() + north.round() as i32;
            let ends = [Point::from_e7(latitude, side), Point::from_e7(latitude, -side)];
            ends.into_iter().filter(move |end| *end != before && *end != point)
        });
        between.into_iter().flatten().chain([point])
    })
}

/// The arcs that are kept, and the turns between them.
#[derive(Default)]
struct Crossings {
    /// Those that are no copies, then the copies.
    arcs: Vec<Arc>,
    original_count: usize,
    copies: Vec<(u32, u32)>,
    first_out: Vec<u32>,
    first_turn: Vec<u32>,
    turn_ms: Vec<u32>,
    redirects: Vec<(u32, u32, u32)>,
    conditional: Vec<(u32, u16)>,
    sized: Vec<(u32, u32)>,
    limits: Vec<SizeLimit>,
}

impl Crossings {
    fn of(draft: &Draft, turns: &Turns, kept: &Kept) -> Self {
        let mut all = Self { first_turn: vec![0], ..Self::default() };
        all.add_arcs(turns, kept);
        all.add_turns(draft, turns, kept);
        all.redirects.sort_unstable();
        for &(from, ..) in &all.redirects {
            all.arcs[from as usize].has_redirects = true;
        }
        all
    }

    fn add_arcs(&mut self, turns: &Turns, kept: &Kept) {
        let first_copy = (turns.arcs.len() - turns.sequences.originals.len()) as u32;
        self.arcs.reserve_exact(kept.arcs.len());
        for &old in &kept.arcs {
            let arc = turns.arcs[old as usize];
            let number = self.arcs.len() as u32;
            let segment = kept.segment_number[arc.segment as usize];
            let [tail, head] = [arc.tail, arc.head].map(|node| kept.node_number[node as usize]);
            let is_restricted = kept.reach[old as usize] == Reachability::Pocket;
            if old < first_copy {
                self.original_count += 1;
            } else {
                let original = turns.sequences.originals[(old - first_copy) as usize];
                self.copies.push((kept.arc_number[original as usize], number));
            }
            self.arcs.push(Arc { tail, head, segment, is_restricted, ..arc });
        }
        self.copies.sort_unstable();
        let originals = self.arcs[..self.original_count].iter();
        self.first_out = row_starts(kept.node_count, originals.map(|arc| arc.tail));
    }

    fn add_turns(&mut self, draft: &Draft, turns: &Turns, kept: &Kept) {
        let Kept { reach, arc_number, .. } = kept;
        let mut limit_number = HashMap::new();
        let mut at_times = turns.sequences.conditional.iter().copied().peekable();
        for &old in &kept.arcs {
            let arc = turns.arcs[old as usize];
            let from = arc_number[old as usize];
            let restricted = |arc: u32| self.arcs[arc as usize].is_restricted;
            let first = turns.first_turn[old as usize];
            for (turn, old_to) in (first..).zip(turns.out_arcs(arc.head)) {
                if reach[old_to as usize] == Reachability::Outside {
                    continue;
                }
                let target = turns.target(old, old_to);
                let (to, onto) = (arc_number[old_to as usize], arc_number[target as usize]);
                let passing = draft.passing(&arc, &turns.arcs[old_to as usize]);
                let is_outside = reach[target as usize] == Reachability::Outside;
                // A private gate between open roads is a passage; elsewhere it opens for trips that begin or end behind it.
                let is_past_gate = passing.is_private
                    && !turns.turns_round(old, old_to)
                    && !restricted(from)
                    && !restricted(onto);
                if target != old_to && !is_outside {
                    self.redirects.push((from, to, onto));
                }
                while at_times.next_if(|&(other, _)| other < turn).is_some() {}
                while let Some((_, condition)) = at_times.next_if(|&(other, _)| other == turn) {
                    self.conditional.push((self.turn_ms.len() as u32, condition));
                }
                let turns_round = turns.turns_round(old, old_to);
                let on_node = if turns_round { SizeLimit::NONE } else { passing.limit };
                let limit =
                    on_node.and(draft.segments[turns.arcs[old_to as usize].segment as usize].kind.limit);
                if limit != SizeLimit::NONE {
                    let number = *limit_number.entry(limit).or_insert_with(|| {
                        self.limits.push(limit);
                        self.limits.len() as u32 - 1
                    });
                    self.sized.push((self.turn_ms.len() as u32, number));
                }
                self.turn_ms.push(match turns.ms[turn as usize] {
                    FORBIDDEN => FORBIDDEN,
                    _ if is_outside => FORBIDDEN,
                    ms if is_past_gate => ms | PAST_GATE,
                    ms => ms,
                });
            }
            self.first_turn.push(self.turn_ms.len() as u32);
        }
    }
}

/// The last row of the segments: where the lists of points and pieces end.
pub(crate) fn end_of_lists(points: usize, pieces: usize) -> Segment {
    Segment {
        cm: 0,
        name: 0,
        arcs: [NO_ARC; 2],
        first_point: points as u32,
        first_piece: pieces as u32,
        is_ferry: false,
        is_roundabout: false,
        is_wide: false,
        keeps_left: false,
    }
}

/// New numbers for the things that are kept, and how many there are.
fn renumber(is_kept: &[bool]) -> (Vec<u32>, usize) {
    let mut count = 0;
    let numbers = is_kept
        .iter()
        .map(|&kept| {
            count += u32::from(kept);
            count.wrapping_sub(1)
        })
        .collect();
    (numbers, count as usize)
}
