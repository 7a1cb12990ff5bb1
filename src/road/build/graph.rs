//! Keeps what can be reached and lays it out.

use super::chains::draft;
use super::reach::{Place, places};
use super::turns::price_turns;
use crate::osm::RoadData;
use crate::road::graph::{Arc, FORBIDDEN, NO_ARC, RoadGraph, Segment};
use crate::road::profile::Profile;
use crate::road::snap::SnapGrid;

/// The graph of a profile; `None` when it has no road that leads back to where one started.
pub(in crate::road) fn build_graph(data: &RoadData, profile: Profile) -> Option<RoadGraph> {
    let draft = draft(data, profile);
    let turns = price_turns(data, profile, &draft);
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
    for segment in draft.segments.iter().zip(&is_kept).filter(|(_, kept)| **kept).map(|(segment, _)| segment)
    {
        segments.push(Segment {
            cm: segment.cm,
            name: segment.name,
            arcs: [NO_ARC; 2],
            first_point: points.len() as u32,
            first_piece: pieces.len() as u32,
            is_ferry: segment.kind.is_ferry,
            is_roundabout: segment.kind.is_roundabout,
        });
        points.extend_from_slice(&segment.line);
        pieces.extend_from_slice(&segment.pieces);
    }
    let mut arcs = Vec::with_capacity(kept_arcs.len());
    let mut first_out = vec![0; node_count + 1];
    let (mut first_turn, mut turn_ms) = (vec![0], Vec::new());
    for &old in &kept_arcs {
        let arc = turns.arcs[old as usize];
        let number = arcs.len() as u32;
        let segment = segment_number[arc.segment as usize];
        segments[segment as usize].arcs[usize::from(arc.is_backward)] = number;
        let (tail, head) = (node_number[arc.tail as usize], node_number[arc.head as usize]);
        let is_restricted = place[old as usize] == Place::Pocket;
        arcs.push(Arc { tail, head, segment, is_restricted, ..arc });
        first_out[tail as usize + 1] += 1;
    }
    for node in 1..first_out.len() {
        first_out[node] += first_out[node - 1];
    }
    for &old in &kept_arcs {
        let arc = turns.arcs[old as usize];
        let is_private = draft.node_uses[arc.head as usize].is_private;
        let restricted = |arc: u32| arcs[arc as usize].is_restricted;
        let first = turns.first_turn[old as usize] as usize;
        for (to, &ms) in turns.out_arcs(arc.head).zip(&turns.ms[first..]) {
            if place[to as usize] == Place::Outside {
                continue;
            }
            // A private gate opens for who begins or ends behind it.
            let turns_round = turns.turns_round(old, to);
            let (from, to) = (arc_number[old as usize], arc_number[to as usize]);
            let is_shut = is_private && !turns_round && !restricted(from) && !restricted(to);
            turn_ms.push(if is_shut { FORBIDDEN } else { ms });
        }
        first_turn.push(turn_ms.len() as u32);
    }
    let nodes = draft.nodes.iter().zip(&is_used).filter(|(_, used)| **used);
    let nodes = nodes.map(|(&node, _)| data.points()[node as usize]).collect();
    segments.push(end_of_lists(points.len(), pieces.len()));
    let grid = SnapGrid::build(&segments, &points);
    let names = draft.names;
    Some(RoadGraph {
        profile,
        nodes,
        segments,
        points,
        pieces,
        arcs,
        first_out,
        first_turn,
        turns: turn_ms,
        names,
        grid,
    })
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
