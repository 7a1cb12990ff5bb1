//! What every turn costs, and which are forbidden.

use super::chains::Draft;
use super::sequences::forbid;
use super::turn_table::{Sequences, Turns};
use crate::elements::{Arc, FORBIDDEN};
use crate::profile::{DrivingSide, ProfileRules, TurnCosts, side_at};
use crate::weight::MAX_ARC_MS;
use coldmile_geometry::Point;
use coldmile_osm::RoadData;
use coldmile_units::{Csr, row_starts};
use rayon::prelude::*;

/// Lays out the arcs of a draft and prices their turns.
pub(super) fn price_turns(data: &RoadData, rules: &ProfileRules, draft: &Draft) -> Turns {
    let mut arcs = Vec::with_capacity(draft.segments.len() * 2);
    for (number, segment) in draft.segments.iter().enumerate() {
        for (speed, is_backward) in [(segment.kind.forward, false), (segment.kind.backward, true)] {
            let Some(speed) = speed else { continue };
            let [mut tail, mut head] = segment.ends;
            if is_backward {
                (tail, head) = (head, tail);
            }
            let delay = segment.delay[usize::from(is_backward)];
            let free_ms =
                (speed.ms(u64::from(segment.cm)) + u64::from(delay)).min(u64::from(MAX_ARC_MS)) as u32;
            let is_restricted = segment.kind.is_restricted;
            let segment = number as u32;
            arcs.push(Arc { tail, head, segment, free_ms, is_backward, is_restricted, has_redirects: false });
        }
    }
    arcs.sort_by_key(|arc| arc.tail);
    let first_out = row_starts(draft.nodes.len(), arcs.iter().map(|arc| arc.tail));
    let enters =
        Csr::from_entries(draft.nodes.len(), (0..).zip(&arcs).map(|(arc, Arc { head, .. })| (*head, arc)));
    let mut turns = Turns {
        arcs,
        first_out,
        first_turn: vec![0],
        ms: Vec::new(),
        sequences: Sequences::default(),
        enters,
    };
    price_all(data, rules.costs, draft, &mut turns);
    forbid(data, rules, draft, &mut turns);
    turns
}

fn price_all(data: &RoadData, costs: TurnCosts, draft: &Draft, turns: &mut Turns) {
    let mut road_count = vec![0_u32; draft.nodes.len()];
    for segment in &draft.segments {
        for end in segment.ends {
            road_count[end as usize] += 1;
        }
    }
    // Direction at the start and at the end of each arc's line, in degrees.
    let headings: Vec<(f64, f64)> = turns
        .arcs
        .par_iter()
        .map(|arc| {
            let line = draft.line(arc.segment).iter().map(|&node| data.points()[node as usize]);
            let [mut start, mut end] = [heading(line.clone()), heading(line.rev())];
            if arc.is_backward {
                (start, end) = (end, start);
            }
            // The end was looked at backwards.
            (start, end + 180.0)
        })
        .collect();
    let sides: Vec<DrivingSide> =
        draft.nodes.par_iter().map(|&node| side_at(data.points()[node as usize])).collect();
    let price = |from: usize, arc: &Arc, all: &mut Vec<u32>| {
        let node = arc.head as usize;
        let (segment, what) = (&draft.segments[arc.segment as usize], draft.node_uses[node]);
        let is_shut = |to: u32| draft.passing(arc, &turns.arcs[to as usize]).is_blocked;
        let side = segment.kind.side.unwrap_or(sides[node]);
        // In which direction of the way the node is passed, and how long that takes.
        let pieces = draft.pieces(arc.segment);
        let last = if arc.is_backward { pieces[0] } else { pieces[pieces.len() - 1] };
        let hold = what.passing_ms(last.is_reversed != arc.is_backward);
        let out = turns.first_out[node]..turns.first_out[node + 1];
        // The road ends where nothing leads on: at its end, at a barrier, or where all others are oneway against it.
        let is_end = out.clone().all(|to| turns.turns_round(from as u32, to) || is_shut(to));
        // Where a roundabout begins one goes round it instead of turning round.
        let goes_round =
            |to: u32| draft.segments[turns.arcs[to as usize].segment as usize].kind.is_roundabout;
        let is_at_roundabout = out.clone().any(goes_round);
        for to in out {
            let next = &turns.arcs[to as usize];
            let next_kind = draft.segments[next.segment as usize].kind;
            let turns_round = next.segment == arc.segment && next.is_backward != arc.is_backward;
            let ms = if turns_round {
                if is_at_roundabout { FORBIDDEN } else { costs.u_turn(is_end) }
            } else if is_shut(to) {
                FORBIDDEN
            } else {
                let stays_on_it = segment.kind.is_roundabout && next_kind.is_roundabout;
                let is_junction = road_count[node] > 2 && !stays_on_it;
                let angle = normal(headings[to as usize].0 - headings[from].1);
                // A sign that names no direction stands a little before the junction it is for.
                let is_meant =
                    road_count[node] != 2 || draft.segments[next.segment as usize].cm <= segment.cm;
                let sign = if is_meant { what.unsure_ms } else { 0 };
                hold + sign + if is_junction { costs.turn(angle, side) } else { 0 }
            };
            all.push(ms);
        }
    };
    let priced: Vec<Vec<u32>> = turns
        .arcs
        .par_chunks(AT_ONCE)
        .enumerate()
        .map(|(number, some)| {
            let mut all = Vec::new();
            (number * AT_ONCE..).zip(some).for_each(|(from, arc)| price(from, arc, &mut all));
            all
        })
        .collect();
    turns.ms.reserve_exact(priced.iter().map(Vec::len).sum());
    turns.ms.extend(priced.into_iter().flatten());
    let mut end = 0;
    turns.first_turn.extend(turns.arcs.iter().map(|arc| {
        let node = arc.head as usize;
        end += turns.first_out[node + 1] - turns.first_out[node];
        end
    }));
}

/// So many arcs are priced at a time by one thread.
const AT_ONCE: usize = 4_096;

/// An angle between -180 and 180 degrees.
fn normal(degrees: f64) -> f64 {
    (degrees + 540.0).rem_euclid(360.0) - 180.0
}

/// The direction in which a line starts, in degrees clockwise from north, judged over its first ten metres.
fn heading(mut points: impl Iterator<Item = Point>) -> f64 {
    let Some(start) = points.next() else { return 0.0 };
    let mut last = start;
    for point in points {
        last = point;
        if start.distance_m(point) >= 10.0 {
            break;
        }
    }
    let north = f64::from(last.lat_e7() - start.lat_e7());
    let east = start.east_e7(last) as f64 * start.latitude().to_radians().cos();
    east.atan2(north).to_degrees()
}
