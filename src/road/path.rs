//! A path as people see it: a line and steps with street names.

use super::graph::RoadGraph;
use super::snap::Snap;
use super::weight::{Weight, metres, passages, seconds};
use coldmile_geometry::Point;
use coldmile_units::{Metres, Seconds};
use serde::Serialize;

/// The fastest path between two places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoadPath {
    /// How long it takes.
    pub duration: Seconds,
    /// How long it is.
    pub distance: Metres,
    /// How often it goes through roads where trips may only begin or end, for want of another path.
    pub restricted_passages: u32,
    /// The line from snap to snap. At least two points, which may be the same.
    pub line: Vec<Point>,
    /// What to do along it; the last step arrives.
    pub steps: Vec<Step>,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What to do at the start of the step.
    pub turn: Manoeuvre,
    /// The street to be on afterwards; empty where it has no name.
    pub name: String,
    /// How far to go on it.
    pub distance: Metres,
    /// Where the step starts, as a position in the path's line.
    pub at: usize,
}

/// What to do at the start of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Manoeuvre {
    /// Set off.
    Depart,
    /// Keep going; the street changes its name.
    Straight,
    /// Bear left, up to 45 degrees or so.
    SlightLeft,
    /// Manoeuvre left.
    Left,
    /// Manoeuvre left by more than a right angle.
    SharpLeft,
    /// Bear right.
    SlightRight,
    /// Manoeuvre right.
    Right,
    /// Manoeuvre right by more than a right angle.
    SharpRight,
    /// Manoeuvre round.
    UTurn,
    /// Drive into a roundabout.
    EnterRoundabout,
    /// Leave it.
    LeaveRoundabout,
    /// Drive onto a ferry.
    Ferry,
    /// Stop: this is the place.
    Arrive,
}

/// A path as a search found it.
pub(super) struct FoundPath {
    /// Restricted passages, duration and distance.
    pub weight: Weight,
    /// The arcs from the first to the last, both only partly driven.
    pub arcs: Vec<u32>,
}

impl RoadPath {
    /// Lays out the arcs that a search found.
    pub(super) fn assemble(graph: &RoadGraph, from: &Snap, to: &Snap, found: &FoundPath) -> Self {
        let mut line = vec![from.point];
        let mut steps: Vec<Step> = Vec::new();
        let mut step_cm = 0_u64;
        let last = found.arcs.len() - 1;
        let finish = |steps: &mut Vec<Step>, cm: u64| {
            if let Some(step) = steps.last_mut() {
                step.distance = Metres(((cm + 50) / 100) as i64);
            }
        };
        for (number, &arc) in found.arcs.iter().enumerate() {
            let start = if number == 0 { graph.until(arc, from).1 } else { 0 };
            let end = if number == last { graph.until(arc, to).1 } else { graph.cm(arc) };
            let turn = if number == 0 {
                Some(Manoeuvre::Depart)
            } else {
                turn_between(graph, found.arcs[number - 1], arc)
            };
            if let Some(turn) = turn {
                finish(&mut steps, step_cm);
                step_cm = 0;
                let name = graph.name(arc).to_owned();
                steps.push(Step { turn, name, distance: Metres(0), at: line.len() - 1 });
            }
            step_cm += u64::from(end.saturating_sub(start));
            append_line(graph, arc, start, end, &mut line);
        }
        finish(&mut steps, step_cm);
        if line.last() != Some(&to.point) || line.len() < 2 {
            line.push(to.point);
        }
        let name = steps.last().map(|step| step.name.clone()).unwrap_or_default();
        steps.push(Step { turn: Manoeuvre::Arrive, name, distance: Metres(0), at: line.len() - 1 });
        Self {
            duration: seconds(found.weight),
            distance: metres(found.weight),
            restricted_passages: passages(found.weight),
            line,
            steps,
        }
    }
}

/// The points of an arc strictly after `start` and up to `end`, both centimetres from its tail.
fn append_line(graph: &RoadGraph, arc: u32, start: u32, end: u32, line: &mut Vec<Point>) {
    let points = graph.line(graph.layout.arcs[arc as usize].segment);
    let is_backward = graph.layout.arcs[arc as usize].is_backward;
    let at = |number: usize| points[if is_backward { points.len() - 1 - number } else { number }];
    if start == 0 && end == graph.cm(arc) {
        for number in 1..points.len() {
            let point = at(number);
            if line.last() != Some(&point) {
                line.push(point);
            }
        }
        return;
    }
    let lengths: Vec<f64> = (1..points.len()).map(|number| at(number - 1).distance_m(at(number))).collect();
    let total = lengths.iter().sum::<f64>().max(1e-9);
    let per_metre = f64::from(graph.cm(arc)) / total;
    let mut cm = 0.0;
    for (number, length) in lengths.iter().enumerate() {
        cm += length * per_metre;
        // A place less than half a centimetre from an end is the end.
        let is_end = number + 1 == lengths.len() && end == graph.cm(arc);
        if is_end || cm > f64::from(start) + 0.5 && cm < f64::from(end) - 0.5 {
            let point = at(number + 1);
            if line.last() != Some(&point) {
                line.push(point);
            }
        }
    }
}

/// What to say between two arcs; `None` when there is nothing to say.
fn turn_between(graph: &RoadGraph, from: u32, to: u32) -> Option<Manoeuvre> {
    let (before, after) = (graph.segment_of(from), graph.segment_of(to));
    if graph.layout.arcs[from as usize].segment == graph.layout.arcs[to as usize].segment && from != to {
        return Some(Manoeuvre::UTurn);
    }
    match (before.is_ferry, after.is_ferry) {
        (false, true) => return Some(Manoeuvre::Ferry),
        (true, true) => return None,
        _ => {}
    }
    match (before.is_roundabout, after.is_roundabout) {
        (false, true) => return Some(Manoeuvre::EnterRoundabout),
        (true, false) => return Some(Manoeuvre::LeaveRoundabout),
        (true, true) => return None,
        _ => {}
    }
    let has_choice = graph.out_arcs(graph.layout.arcs[from as usize].head).len() > 2;
    if before.name == after.name && before.name != 0 && !has_choice {
        return None;
    }
    let angle = turn_angle(graph, from, to);
    let turn = match angle {
        _ if angle.abs() < 20.0 => Manoeuvre::Straight,
        _ if angle.abs() > 170.0 => Manoeuvre::UTurn,
        _ if angle < -115.0 => Manoeuvre::SharpLeft,
        _ if angle < -50.0 => Manoeuvre::Left,
        _ if angle < 0.0 => Manoeuvre::SlightLeft,
        _ if angle > 115.0 => Manoeuvre::SharpRight,
        _ if angle > 50.0 => Manoeuvre::Right,
        _ => Manoeuvre::SlightRight,
    };
    let is_same_street = before.name == after.name && (before.name != 0 || angle.abs() < 50.0);
    let says_nothing = is_same_street && (angle.abs() < 50.0 || !has_choice);
    (!says_nothing).then_some(turn)
}

/// Degrees between the end of one arc and the start of the next; positive is to the right.
fn turn_angle(graph: &RoadGraph, from: u32, to: u32) -> f64 {
    let ends = |arc: u32, at_head: bool| {
        let points = graph.line(graph.layout.arcs[arc as usize].segment);
        let is_last = at_head != graph.layout.arcs[arc as usize].is_backward;
        if is_last { (points[points.len() - 2], points[points.len() - 1]) } else { (points[1], points[0]) }
    };
    let heading = |(a, b): (Point, Point)| {
        let north = f64::from(b.lat_e7() - a.lat_e7());
        let east = a.east_e7(b) as f64 * a.latitude().to_radians().cos();
        east.atan2(north).to_degrees()
    };
    let arriving = heading(ends(from, true));
    // At a tail `ends` gives the point further in first.
    let (second, first) = ends(to, false);
    let leaving = heading((first, second));
    (leaving - arriving + 540.0).rem_euclid(360.0) - 180.0
}
