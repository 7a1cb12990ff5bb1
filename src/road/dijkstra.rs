//! The reference implementation: plain Dijkstra over arcs and turns of a [`RoadGraph`], without any hierarchy.
//!
//! The referee recomputes plans with it and the tests check hierarchy and tables against it, so it shares no arithmetic
//! with them: it keeps passages, milliseconds and centimetres apart and follows the rule about restricted roads as it
//! walks.

use super::graph::RoadGraph;
use super::snap::Snap;
use coldmile_units::{Metres, Seconds};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Restricted passages, then milliseconds, then centimetres: of two paths equally fast the shorter is better.
type Cost = (u64, u64, u64);

/// Duration and distance from one place to many, along the fastest path; `None` where there is none.
///
/// A trip may begin and end on restricted roads; it passes through as few of them as it can. Milliseconds and
/// centimetres are rounded once, at the end.
pub fn one_to_many(graph: &RoadGraph, from: Snap, to: &[Snap]) -> Vec<Option<(Seconds, Metres)>> {
    let mut best: Vec<Option<Cost>> = vec![None; to.len()];
    let mut targets_on: Vec<(u32, usize)> = to
        .iter()
        .enumerate()
        .flat_map(|(target, snap)| graph.ends_at(snap).map(move |arc| (arc, target)))
        .collect();
    targets_on.sort_unstable();
    let targets_of = |arc: u32| {
        let first = targets_on.partition_point(|&(other, _)| other < arc);
        targets_on[first..].iter().take_while(move |&&(other, _)| other == arc).map(|&(_, target)| target)
    };
    let improve = |best: &mut [Option<Cost>], target: usize, cost: Cost| {
        if best[target].is_none_or(|known| cost < known) {
            best[target] = Some(cost);
        }
    };

    // An arc is reached when its head is. The second half of the states is for the last restricted stretch: a trip
    // that came there from an open road does not get back to one.
    let count = graph.arc_count();
    let mut reached: Vec<Cost> = vec![(u64::MAX, u64::MAX, u64::MAX); count * 2];
    let mut queue = BinaryHeap::new();
    for arc in graph.arcs_at(&from) {
        let (ms, cm) = graph.until(arc, &from);
        for target in targets_of(arc) {
            let (to_ms, to_cm) = graph.until(arc, &to[target]);
            if to_cm >= cm {
                improve(&mut best, target, (0, u64::from(to_ms - ms), u64::from(to_cm - cm)));
            }
        }
        let rest = (0, u64::from(graph.ms(arc) - ms), u64::from(graph.cm(arc) - cm));
        reached[arc as usize] = rest;
        queue.push(Reverse((rest, arc as usize)));
    }
    let mut popped = 0_usize;
    while let Some(Reverse((cost, state))) = queue.pop() {
        if cost > reached[state] {
            continue;
        }
        popped += 1;
        if popped.is_multiple_of(512) && best.iter().all(|known| known.is_some_and(|known| known < cost)) {
            break;
        }
        let (arc, is_last) = ((state % count) as u32, state >= count);
        for turn in graph.turns_from(arc) {
            let next = turn.to;
            let enters = graph.is_restricted(next) && !graph.is_restricted(arc);
            if is_last && !graph.is_restricted(next) {
                continue;
            }
            let tail = (cost.0 + u64::from(turn.is_past_gate), cost.1 + u64::from(turn.ms), cost.2);
            for target in targets_of(next) {
                let (ms, cm) = graph.until(next, &to[target]);
                improve(&mut best, target, (tail.0, tail.1 + u64::from(ms), tail.2 + u64::from(cm)));
            }
            let head = (tail.0, tail.1 + u64::from(graph.ms(next)), tail.2 + u64::from(graph.cm(next)));
            let mut reach = |is_last: bool, head: Cost| {
                let state = next as usize + if is_last { count } else { 0 };
                if head < reached[state] {
                    reached[state] = head;
                    queue.push(Reverse((head, state)));
                }
            };
            reach(is_last || enters, head);
            if enters && !is_last {
                // A trip that leaves it again passes through.
                reach(false, (head.0 + 1, head.1, head.2));
            }
        }
    }
    best.into_iter().map(|cost| cost.map(rounded)).collect()
}

/// Whole seconds and metres, halves upwards.
fn rounded((_, ms, cm): Cost) -> (Seconds, Metres) {
    (Seconds(((ms + 500) / 1000) as i64), Metres(((cm + 50) / 100) as i64))
}
