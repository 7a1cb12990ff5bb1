//! The road graph of one profile: nodes, arcs, turns, names and lines, and nothing clever.
//!
//! [`dijkstra`](super::dijkstra) walks on it, the hierarchy is built from it, snapping looks into it. Everything on it can
//! be reached and left again: what cannot is left out when the graph is built.

use super::Profile;
use super::grid::SnapGrid;
use crate::geometry::Point;
use crate::osm::Schedule;
use std::sync::Arc as Shared;

/// Milliseconds that stand for "this turn is forbidden".
pub(super) const FORBIDDEN: u32 = u32::MAX;
/// Stands for "there is no such arc".
pub(super) const NO_ARC: u32 = u32::MAX;

/// A stretch of road between two nodes without a junction in between. One or two arcs run along it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "what is true of a road, each by itself")]
pub(super) struct Segment {
    /// Its length.
    pub cm: u32,
    /// Position of its name.
    pub name: u32,
    /// The arc along the line and the arc against it, or [`NO_ARC`].
    pub arcs: [u32; 2],
    /// Where its points start in the list of points; they end where the next segment's start.
    pub first_point: u32,
    /// Where its pieces start.
    pub first_piece: u32,
    /// Water: nobody stops here.
    pub is_ferry: bool,
    /// Part of a roundabout.
    pub is_roundabout: bool,
    /// Too much traffic to cross it on foot with a parcel: stops are made at the kerb.
    pub is_wide: bool,
    /// Traffic keeps left here.
    pub keeps_left: bool,
}

/// One direction of a segment, or a copy of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arc {
    pub tail: u32,
    pub head: u32,
    pub segment: u32,
    /// Milliseconds without traffic.
    pub free_ms: u32,
    /// Whether it runs against the segment's line.
    pub is_backward: bool,
    /// A trip may begin or end here, not pass through.
    pub is_restricted: bool,
    /// Whether some turn from here leads to a copy.
    pub has_redirects: bool,
}

/// A part of a segment that is one way in OpenStreetMap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The way's id.
    pub way: i64,
    /// Its length.
    pub cm: u32,
    /// Whether the way is drawn against the segment's line.
    pub is_reversed: bool,
}

/// What does not change with the time of day.
#[derive(Debug)]
pub(super) struct Layout {
    /// Where the nodes are.
    pub nodes: Vec<Point>,
    /// With one more at the end that only says where the lists end.
    pub segments: Vec<Segment>,
    pub points: Vec<Point>,
    pub pieces: Vec<Piece>,
    /// Sorted by tail; then come copies of arcs. Who drives on a copy has come along a sequence of arcs that some turn
    /// restriction knows.
    pub arcs: Vec<Arc>,
    /// Where a node's arcs start. Copies are not among them.
    pub first_out: Vec<u32>,
    /// Where an arc's turns start: one for each arc that leaves its head, in the same order.
    pub first_turn: Vec<u32>,
    /// Milliseconds of each turn, or [`FORBIDDEN`].
    pub free_turns: Shared<[u32]>,
    /// Milliseconds of each arc without traffic.
    pub free_ms: Shared<[u32]>,
    /// Original and copy, sorted.
    pub copies: Vec<(u32, u32)>,
    /// From, to, and the copy of `to` that the turn leads to; sorted.
    pub redirects: Vec<(u32, u32, u32)>,
    /// Turns that are forbidden while a condition holds.
    pub conditional: Vec<(u32, u16)>,
    pub conditions: Vec<Schedule>,
    pub names: Vec<Box<str>>,
    pub grid: SnapGrid,
}

/// The road graph of one profile at some time of day. A clone, and the graph at another time, share all but speeds.
#[derive(Clone, Debug)]
pub struct RoadGraph {
    pub(super) name: Shared<str>,
    pub(super) profile: Profile,
    pub(super) layout: Shared<Layout>,
    /// Milliseconds of each arc.
    pub(super) ms: Shared<[u32]>,
    /// Milliseconds of each turn, or [`FORBIDDEN`].
    pub(super) turns: Shared<[u32]>,
}

impl RoadGraph {
    /// The graph without traffic.
    pub(super) fn new(name: &str, profile: Profile, layout: Layout) -> Self {
        let (ms, turns) = (layout.free_ms.clone(), layout.free_turns.clone());
        Self { name: name.into(), profile, layout: Shared::new(layout), ms, turns }
    }

    /// The name of the profile: that of a built-in one, or one's own.
    pub fn profile_name(&self) -> &str {
        &self.name
    }

    /// Whose roads these are: a built-in profile, or the one that one's own is made from.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> usize {
        self.layout.nodes.len()
    }

    /// How many arcs there are.
    pub fn arc_count(&self) -> usize {
        self.layout.arcs.len()
    }

    /// The corners of the box around all roads (ferries left out): south-west, north-east.
    pub fn bounds(&self) -> (Point, Point) {
        let (mut south, mut west, mut north, mut east) = (i32::MAX, i32::MAX, i32::MIN, i32::MIN);
        for segment in 0..self.segment_count() as u32 {
            if self.layout.segments[segment as usize].is_ferry {
                continue;
            }
            for point in self.line(segment) {
                south = south.min(point.lat_e7());
                north = north.max(point.lat_e7());
                west = west.min(point.lon_e7());
                east = east.max(point.lon_e7());
            }
        }
        (Point::from_e7(south, west), Point::from_e7(north, east))
    }

    pub(super) fn segment_count(&self) -> usize {
        self.layout.segments.len() - 1
    }

    /// The points of a segment, both ends included.
    pub(super) fn line(&self, segment: u32) -> &[Point] {
        let [this, next] =
            [segment, segment + 1].map(|at| self.layout.segments[at as usize].first_point as usize);
        &self.layout.points[this..next]
    }

    /// The ways a segment is made of, in the order of its line.
    pub(super) fn pieces(&self, segment: u32) -> &[Piece] {
        let [this, next] =
            [segment, segment + 1].map(|at| self.layout.segments[at as usize].first_piece as usize);
        &self.layout.pieces[this..next]
    }

    /// The arcs that leave a node.
    pub(super) fn out_arcs(&self, node: u32) -> std::ops::Range<u32> {
        self.layout.first_out[node as usize]..self.layout.first_out[node as usize + 1]
    }

    /// The turns from an arc: the next arc (or its copy) and the milliseconds of the turn. Forbidden ones are left out.
    pub(super) fn turns_from(&self, arc: u32) -> impl Iterator<Item = (u32, u32)> {
        self.numbered_turns_from(arc).map(|(_, to, ms)| (to, ms))
    }

    /// The same, each with its position in the list of turns first.
    pub(super) fn numbered_turns_from(&self, arc: u32) -> impl Iterator<Item = (u32, u32, u32)> {
        let first = self.layout.first_turn[arc as usize];
        let Arc { head, has_redirects, .. } = self.layout.arcs[arc as usize];
        let next = self.out_arcs(head);
        let costs = &self.turns[first as usize..first as usize + next.len()];
        let allowed = (first..).zip(next).zip(costs).filter(|&(_, &ms)| ms != FORBIDDEN);
        allowed.map(move |((turn, to), &ms)| {
            (turn, if has_redirects { self.redirected(arc, to) } else { to }, ms)
        })
    }

    fn redirected(&self, from: u32, to: u32) -> u32 {
        let redirects = &self.layout.redirects;
        let found = redirects.binary_search_by_key(&(from, to), |&(from, to, _)| (from, to));
        found.map_or(to, |at| redirects[at].2)
    }

    /// An arc's copies.
    pub(super) fn copies_of(&self, arc: u32) -> impl Iterator<Item = u32> {
        let copies = &self.layout.copies;
        let first = copies.partition_point(|&(original, _)| original < arc);
        copies[first..].iter().take_while(move |&&(original, _)| original == arc).map(|&(_, copy)| copy)
    }

    /// The milliseconds of the turn between two arcs; `None` when it is forbidden or they do not meet.
    pub(super) fn turn_ms(&self, from: u32, to: u32) -> Option<u32> {
        self.turns_from(from).find(|&(arc, _)| arc == to).map(|(_, ms)| ms)
    }

    pub(super) fn segment_of(&self, arc: u32) -> &Segment {
        &self.layout.segments[self.layout.arcs[arc as usize].segment as usize]
    }

    pub(super) fn is_restricted(&self, arc: u32) -> bool {
        self.layout.arcs[arc as usize].is_restricted
    }

    /// Milliseconds from tail to head.
    pub(super) fn ms(&self, arc: u32) -> u32 {
        self.ms[arc as usize]
    }

    pub(super) fn cm(&self, arc: u32) -> u32 {
        self.segment_of(arc).cm
    }

    pub(super) fn name(&self, arc: u32) -> &str {
        &self.layout.names[self.segment_of(arc).name as usize]
    }
}
