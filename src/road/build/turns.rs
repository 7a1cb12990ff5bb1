//! What every turn costs, and which are forbidden.

use super::chains::Draft;
use crate::geometry::Point;
use crate::osm::{Restriction, RestrictionKind, RoadData};
use crate::road::graph::{Arc, FORBIDDEN};
use crate::road::profile::{DrivingSide, Profile, TurnCosts, side_at};
use std::collections::HashMap;

/// Arcs of a draft, sorted by tail, and their turns.
pub(super) struct Turns {
    pub arcs: Vec<Arc>,
    pub first_out: Vec<u32>,
    pub first_turn: Vec<u32>,
    /// Milliseconds, or [`FORBIDDEN`], for each arc that leaves an arc's head. Private gates are not yet closed.
    pub ms: Vec<u32>,
}

impl Turns {
    pub(super) fn out_arcs(&self, node: u32) -> std::ops::Range<u32> {
        self.first_out[node as usize]..self.first_out[node as usize + 1]
    }

    /// Whether the second arc is the first one driven back.
    pub(super) fn turns_round(&self, from: u32, to: u32) -> bool {
        let (from, to) = (&self.arcs[from as usize], &self.arcs[to as usize]);
        from.segment == to.segment && from.is_backward != to.is_backward
    }

    /// The turns from an arc that are allowed.
    pub(super) fn from(&self, arc: u32) -> impl Iterator<Item = u32> {
        let first = self.first_turn[arc as usize] as usize;
        let next = self.out_arcs(self.arcs[arc as usize].head);
        let costs = &self.ms[first..first + next.len()];
        next.zip(costs).filter(|&(_, &ms)| ms != FORBIDDEN).map(|(arc, _)| arc)
    }
}

/// Lays out the arcs of a draft and prices their turns.
pub(super) fn price_turns(data: &RoadData, profile: Profile, draft: &Draft) -> Turns {
    let mut arcs = Vec::with_capacity(draft.segments.len() * 2);
    for (number, segment) in draft.segments.iter().enumerate() {
        for (speed, is_backward) in [(segment.kind.forward, false), (segment.kind.backward, true)] {
            let Some(speed) = speed else { continue };
            let [mut tail, mut head] = segment.ends;
            if is_backward {
                (tail, head) = (head, tail);
            }
            let ms = speed.ms(u64::from(segment.cm)).min(1 << 30) as u32;
            let is_restricted = segment.kind.is_restricted;
            arcs.push(Arc { tail, head, segment: number as u32, ms, is_backward, is_restricted });
        }
    }
    arcs.sort_by_key(|arc| arc.tail);
    let mut first_out = vec![0; draft.nodes.len() + 1];
    for arc in &arcs {
        first_out[arc.tail as usize + 1] += 1;
    }
    for node in 1..first_out.len() {
        first_out[node] += first_out[node - 1];
    }
    let mut turns = Turns { arcs, first_out, first_turn: vec![0], ms: Vec::new() };
    price_all(data, profile, draft, &mut turns);
    restrict(data, profile, draft, &mut turns);
    turns
}

fn price_all(data: &RoadData, profile: Profile, draft: &Draft, turns: &mut Turns) {
    let costs = TurnCosts::of(profile);
    let mut road_count = vec![0_u32; draft.nodes.len()];
    for segment in &draft.segments {
        for end in segment.ends {
            road_count[end as usize] += 1;
        }
    }
    // Direction at the start and at the end of each arc's line, in degrees.
    let headings: Vec<(f64, f64)> = turns
        .arcs
        .iter()
        .map(|arc| {
            let line = &draft.segments[arc.segment as usize].line;
            let [mut start, mut end] = [heading(line.iter()), heading(line.iter().rev())];
            if arc.is_backward {
                (start, end) = (end, start);
            }
            // The end was looked at backwards.
            (start, end + 180.0)
        })
        .collect();
    let sides: Vec<DrivingSide> =
        draft.nodes.iter().map(|&node| side_at(data.points()[node as usize])).collect();
    for (from, arc) in turns.arcs.iter().enumerate() {
        let node = arc.head as usize;
        let (segment, what) = (&draft.segments[arc.segment as usize], draft.node_uses[node]);
        let side = segment.kind.side.unwrap_or(sides[node]);
        for to in turns.first_out[node]..turns.first_out[node + 1] {
            let next = &turns.arcs[to as usize];
            let next_kind = draft.segments[next.segment as usize].kind;
            let turns_round = next.segment == arc.segment && next.is_backward != arc.is_backward;
            let ms = if turns_round {
                let is_end = road_count[node] == 1 || what.is_blocked;
                if segment.kind.is_roundabout { FORBIDDEN } else { costs.u_turn(is_end) }
            } else if what.is_blocked {
                FORBIDDEN
            } else {
                let signal = if what.has_signal { costs.signal() } else { 0 };
                let stays_on_it = segment.kind.is_roundabout && next_kind.is_roundabout;
                let is_junction = road_count[node] > 2 && !stays_on_it;
                let angle = normal(headings[to as usize].0 - headings[from].1);
                signal + if is_junction { costs.turn(angle, side) } else { 0 }
            };
            turns.ms.push(ms);
        }
        turns.first_turn.push(turns.ms.len() as u32);
    }
}

/// An angle between -180 and 180 degrees.
fn normal(degrees: f64) -> f64 {
    (degrees + 540.0).rem_euclid(360.0) - 180.0
}

/// The direction in which a line starts, in degrees clockwise from north, judged over its first ten metres.
fn heading<'a>(mut points: impl Iterator<Item = &'a Point>) -> f64 {
    let Some(start) = points.next() else { return 0.0 };
    let mut last = start;
    for point in points {
        last = point;
        if start.distance_m(*point) >= 10.0 {
            break;
        }
    }
    let north = f64::from(last.lat_e7() - start.lat_e7());
    let east = (f64::from(last.lon_e7()) - f64::from(start.lon_e7())) * start.latitude().to_radians().cos();
    east.atan2(north).to_degrees()
}

/// Forbids what turn restrictions forbid.
fn restrict(data: &RoadData, profile: Profile, draft: &Draft, turns: &mut Turns) {
    let rules: Vec<&Restriction> = data.restrictions().iter().filter(|rule| applies(rule, profile)).collect();
    if rules.is_empty() {
        return;
    }
    let mut at_node: HashMap<u32, Vec<&Restriction>> = HashMap::new();
    for rule in rules {
        at_node.entry(rule.via).or_default().push(rule);
    }
    for from in 0..turns.arcs.len() {
        let arc = turns.arcs[from];
        let Some(rules) = at_node.get(&draft.nodes[arc.head as usize]) else { continue };
        let last_way = way_of(draft, arc, WayEnd::Last);
        let first = turns.first_turn[from] as usize;
        let next: Vec<Arc> = turns.out_arcs(arc.head).map(|to| turns.arcs[to as usize]).collect();
        for rule in rules.iter().filter(|rule| rule.from == last_way) {
            let is_meant = |to: &Arc| {
                let turns_round = to.segment == arc.segment && to.is_backward != arc.is_backward;
                way_of(draft, *to, WayEnd::First) == rule.to && (rule.from != rule.to || turns_round)
            };
            // A rule whose target cannot be driven anyway must not close the junction.
            if rule.kind == RestrictionKind::Only && !next.iter().any(is_meant) {
                continue;
            }
            for (to, ms) in next.iter().zip(&mut turns.ms[first..]) {
                if is_meant(to) == (rule.kind == RestrictionKind::No) {
                    *ms = FORBIDDEN;
                }
            }
        }
    }
}

/// Which end of an arc.
enum WayEnd {
    First,
    Last,
}

/// The way that an arc starts or ends on.
fn way_of(draft: &Draft, arc: Arc, end: WayEnd) -> i64 {
    let pieces = &draft.segments[arc.segment as usize].pieces;
    let at_start = matches!(end, WayEnd::First) != arc.is_backward;
    if at_start { pieces[0].way } else { pieces[pieces.len() - 1].way }
}

/// Whether a restriction is meant for a profile.
fn applies(rule: &Restriction, profile: Profile) -> bool {
    let own = match profile {
        Profile::Van => &["motorcar", "goods", "motor_vehicle", "vehicle"][..],
        Profile::Truck => &["hgv", "goods", "motor_vehicle", "vehicle"],
        Profile::Bike => &["bicycle", "vehicle"],
        Profile::Foot => &["foot"],
    };
    let meant = match &rule.only_for {
        Some(kind) => own.contains(&kind.as_str()),
        None => profile != Profile::Foot,
    };
    meant && !rule.except.split(';').any(|kind| own.contains(&kind.trim()))
}
