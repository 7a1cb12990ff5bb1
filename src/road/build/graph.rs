//! Keeps what can be reached and lays it out.

use super::chains::draft;
use super::reach::{Place, places};
use super::turns::price_turns;
use crate::osm::RoadData;
use crate::road::graph::{Arc, FORBIDDEN, Layout, NO_ARC, PAST_GATE, RoadGraph, Segment};
use crate::road::grid::SnapGrid;
use crate::road::profile::{DrivingSide, Rules, SizeLimit, side_at};
use std::collections::HashMap;

/// The graph of a profile; `None` when it has no road that leads back to where one started.
pub(in crate::road) fn build_graph(data: &RoadData, rules: &Rules) -> Option<RoadGraph> {
    let mut draft = draft(data, rules);
    let mut turns = price_turns(data, rules, &draft);
    let place = places(&draft, &turns);
    if !place.contains(&Place::Main) {
        return None;
    }
    let mut is_kept = vec![false; draft.segments.len()];
    for (arc, place) in turns.arcs.iter().zip(&place) {
        is_kept[arc.segment as usize] |= *place != Place::Outside;
    }
    let kept_arcs: Vec<u32> =
        (0..turns.arcs.len() as u32).filter(|&arc| place[arc as usize] != Place::Outside).collect();

    let mut is_used = vec![false; draft.nodes.len()];
    for &arc in &kept_arcs {
        let Arc { tail, head, .. } = turns.arcs[arc as usize];
        is_used[tail as usize] = true;
        is_used[head as usize] = true;
    }
    let (node_number, node_count) = renumber(&is_used);
    let (segment_number, _) = renumber(&is_kept);
    let (arc_number, _) = renumber(&place.iter().map(|place| *place != Place::Outside).collect::<Vec<_>>());

    let mut segments = Vec::new();
    let (mut points, mut pieces) = (Vec::new(), Vec::new());
    for number in (0..draft.segments.len() as u32).filter(|&number| is_kept[number as usize]) {
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
        points.extend(draft.line(number).iter().map(|&node| data.points()[node as usize]));
        pieces.extend_from_slice(draft.pieces(number));
    }
    let first_copy = (turns.arcs.len() - turns.sequences.originals.len()) as u32;
    let mut arcs: Vec<Arc> = Vec::with_capacity(kept_arcs.len());
    let mut copies = Vec::new();
    let mut first_out = vec![0; node_count + 1];
    for &old in &kept_arcs {
        let arc = turns.arcs[old as usize];
        let number = arcs.len() as u32;
        let segment = segment_number[arc.segment as usize];
        let (tail, head) = (node_number[arc.tail as usize], node_number[arc.head as usize]);
        let is_restricted = place[old as usize] == Place::Pocket;
        if old < first_copy {
            segments[segment as usize].arcs[usize::from(arc.is_backward)] = number;
            first_out[tail as usize + 1] += 1;
        } else {
            let original = turns.sequences.originals[(old - first_copy) as usize];
            copies.push((arc_number[original as usize], number));
        }
        arcs.push(Arc { tail, head, segment, is_restricted, ..arc });
    }
    copies.sort_unstable();
    for node in 1..first_out.len() {
        first_out[node] += first_out[node - 1];
    }
    let (mut first_turn, mut turn_ms) = (vec![0], Vec::new());
    let (mut redirects, mut conditional) = (Vec::new(), Vec::new());
    let mut sized = Vec::new();
    let (mut limits, mut limit_number) = (Vec::new(), HashMap::new());
    let mut at_times = turns.sequences.conditional.iter().copied().peekable();
    for &old in &kept_arcs {
        let arc = turns.arcs[old as usize];
        let from = arc_number[old as usize];
        let is_private = draft.node_uses[arc.head as usize].is_private;
        let restricted = |arc: u32| arcs[arc as usize].is_restricted;
        let first = turns.first_turn[old as usize];
        for (turn, old_to) in (first..).zip(turns.out_arcs(arc.head)) {
            if place[old_to as usize] == Place::Outside {
                continue;
            }
            let target = turns.target(old, old_to);
            let (to, onto) = (arc_number[old_to as usize], arc_number[target as usize]);
            let is_dropped = place[target as usize] == Place::Outside;
            // A private gate between open roads is a passage; elsewhere it opens for who begins or ends behind it.
            let is_past_gate =
                is_private && !turns.turns_round(old, old_to) && !restricted(from) && !restricted(onto);
            if target != old_to && !is_dropped {
                redirects.push((from, to, onto));
            }
            while at_times.next_if(|&(other, _)| other < turn).is_some() {}
            while let Some((_, condition)) = at_times.next_if(|&(other, _)| other == turn) {
                conditional.push((turn_ms.len() as u32, condition));
            }
            let turns_round = turns.turns_round(old, old_to);
            let on_node =
                if turns_round { SizeLimit::NONE } else { draft.node_uses[arc.head as usize].limit };
            let limit = on_node.and(draft.segments[turns.arcs[old_to as usize].segment as usize].kind.limit);
            if limit != SizeLimit::NONE {
                let number = *limit_number.entry(limit).or_insert_with(|| {
                    limits.push(limit);
                    limits.len() as u32 - 1
                });
                sized.push((turn_ms.len() as u32, number));
            }
            turn_ms.push(match turns.ms[turn as usize] {
                FORBIDDEN => FORBIDDEN,
                _ if is_dropped => FORBIDDEN,
                ms if is_past_gate => ms | PAST_GATE,
                ms => ms,
            });
        }
        first_turn.push(turn_ms.len() as u32);
    }
    redirects.sort_unstable();
    for &(from, ..) in &redirects {
        arcs[from as usize].has_redirects = true;
    }
    let nodes = draft.nodes.iter().zip(&is_used).filter(|(_, used)| **used);
    let nodes = nodes.map(|(&node, _)| data.points()[node as usize]).collect();
    segments.push(end_of_lists(points.len(), pieces.len()));
    // What is not needed any more makes room.
    let names = std::mem::take(&mut draft.names);
    let conditions = std::mem::take(&mut turns.sequences.conditions);
    drop((draft, turns));
    let grid = SnapGrid::build(&segments, &points);
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
    };
    Some(RoadGraph::new(rules.name(), rules.base, layout))
}

/// The last row of the segments: where the lists of points and pieces end.
pub(in crate::road) fn end_of_lists(points: usize, pieces: usize) -> Segment {
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
