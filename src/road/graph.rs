//! The road graph of one profile: nodes, arcs, turns, names and lines, and nothing clever.
//!
//! [`dijkstra`](super::dijkstra) walks on it, the hierarchy is built from it, snapping looks into it. Everything on it can
//! be reached and left again: what cannot is left out when the graph is built.

use super::Profile;
use super::snap::SnapGrid;
use crate::geometry::Point;

/// Milliseconds that stand for "this turn is forbidden".
pub(super) const FORBIDDEN: u32 = u32::MAX;
/// Stands for "there is no such arc".
pub(super) const NO_ARC: u32 = u32::MAX;

/// A stretch of road between two nodes without a junction in between. One or two arcs run along it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

/// One direction of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arc {
    pub tail: u32,
    pub head: u32,
    pub segment: u32,
    pub ms: u32,
    /// Whether it runs against the segment's line.
    pub is_backward: bool,
    /// A trip may begin or end here, not pass through.
    pub is_restricted: bool,
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

/// The road graph of one profile.
#[derive(Debug)]
pub struct RoadGraph {
    pub(super) profile: Profile,
    /// Where the nodes are.
    pub(super) nodes: Vec<Point>,
    /// With one more at the end that only says where the lists end.
    pub(super) segments: Vec<Segment>,
    pub(super) points: Vec<Point>,
    pub(super) pieces: Vec<Piece>,
    /// Sorted by tail.
    pub(super) arcs: Vec<Arc>,
    /// Where a node's arcs start.
    pub(super) first_out: Vec<u32>,
    /// Where an arc's turns start: one for each arc that leaves its head, in the same order.
    pub(super) first_turn: Vec<u32>,
    /// Milliseconds of each turn, or [`FORBIDDEN`].
    pub(super) turns: Vec<u32>,
    pub(super) names: Vec<Box<str>>,
    pub(super) grid: SnapGrid,
}

impl RoadGraph {
    /// Whose roads these are.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// How many arcs there are.
    pub fn arc_count(&self) -> usize {
        self.arcs.len()
    }

    /// The corners of the box around all roads (ferries left out): south-west, north-east.
    pub fn bounds(&self) -> (Point, Point) {
        let (mut south, mut west, mut north, mut east) = (i32::MAX, i32::MAX, i32::MIN, i32::MIN);
        for segment in 0..self.segment_count() as u32 {
            if self.segments[segment as usize].is_ferry {
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
        self.segments.len() - 1
    }

    /// The points of a segment, both ends included.
    pub(super) fn line(&self, segment: u32) -> &[Point] {
        let [this, next] = [segment, segment + 1].map(|at| self.segments[at as usize].first_point as usize);
        &self.points[this..next]
    }

    /// The ways a segment is made of, in the order of its line.
    pub(super) fn pieces(&self, segment: u32) -> &[Piece] {
        let [this, next] = [segment, segment + 1].map(|at| self.segments[at as usize].first_piece as usize);
        &self.pieces[this..next]
    }

    /// The arcs that leave a node.
    pub(super) fn out_arcs(&self, node: u32) -> std::ops::Range<u32> {
        self.first_out[node as usize]..self.first_out[node as usize + 1]
    }

    /// The turns from an arc: the next arc and the milliseconds of the turn. Forbidden ones are left out.
    pub(super) fn turns_from(&self, arc: u32) -> impl Iterator<Item = (u32, u32)> {
        let first = self.first_turn[arc as usize] as usize;
        let next = self.out_arcs(self.arcs[arc as usize].head);
        let costs = &self.turns[first..first + next.len()];
        next.zip(costs).filter(|&(_, &ms)| ms != FORBIDDEN).map(|(arc, &ms)| (arc, ms))
    }

    /// The milliseconds of the turn between two arcs; `None` when it is forbidden or they do not meet.
    pub(super) fn turn_ms(&self, from: u32, to: u32) -> Option<u32> {
        self.turns_from(from).find(|&(arc, _)| arc == to).map(|(_, ms)| ms)
    }

    pub(super) fn segment_of(&self, arc: u32) -> &Segment {
        &self.segments[self.arcs[arc as usize].segment as usize]
    }

    pub(super) fn is_restricted(&self, arc: u32) -> bool {
        self.arcs[arc as usize].is_restricted
    }

    pub(super) fn cm(&self, arc: u32) -> u32 {
        self.segment_of(arc).cm
    }

    pub(super) fn name(&self, arc: u32) -> &str {
        &self.names[self.segment_of(arc).name as usize]
    }
}
