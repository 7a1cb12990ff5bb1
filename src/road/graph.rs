//! The road graph of one profile: nodes, arcs, turns, names and lines, without a hierarchy.
//!
//! [`dijkstra`](super::dijkstra) walks on it, the hierarchy is built from it, snapping looks into it. Everything on it can
//! be reached and left again: what cannot is left out when the graph is built.

use super::elements::{Arc, Entry, FORBIDDEN, PAST_GATE, Segment, SegmentPiece, Turn};
use super::fast_road_list::{FastRoadList, FastRoadUse};
use super::grid::SnapGrid;
use super::profile::{Closing, Profile, SizeLimit};
use coldmile_geometry::Point;
use coldmile_osm::Moment;
use coldmile_units::VehicleSize;
use std::sync::Arc as Shared;

/// What does not change with the time of day.
#[derive(Debug)]
pub(super) struct Layout {
    /// Where the nodes are.
    pub nodes: Vec<Point>,
    /// With one more at the end that only says where the lists end.
    pub segments: Vec<Segment>,
    pub points: Vec<Point>,
    pub pieces: Vec<SegmentPiece>,
    /// Sorted by tail; then come copies of arcs. A trip on a copy has come along a sequence of arcs that some turn
    /// restriction knows.
    pub arcs: Vec<Arc>,
    /// Where a node's arcs start. Copies are not among them.
    pub first_out: Vec<u32>,
    /// Where an arc's turns start: one for each arc that leaves its head, in the same order.
    pub first_turn: Vec<u32>,
    /// Milliseconds of each turn, perhaps with [`PAST_GATE`], or [`FORBIDDEN`].
    pub free_turns: Shared<[u32]>,
    /// Milliseconds of each arc without traffic.
    pub free_ms: Shared<[u32]>,
    /// Original and copy, sorted.
    pub copies: Vec<(u32, u32)>,
    /// From, to, and the copy of `to` that the turn leads to; sorted.
    pub redirects: Vec<(u32, u32, u32)>,
    /// Turns that are forbidden while a condition holds.
    pub conditional: Vec<(u32, u16)>,
    pub conditions: Vec<Closing>,
    /// Turns that are forbidden for what is larger than a limit.
    pub sized: Vec<(u32, u32)>,
    pub limits: Vec<SizeLimit>,
    /// The size of vehicle that the profile has unless something else is said.
    pub size: VehicleSize,
    pub names: Vec<Box<str>>,
    pub grid: SnapGrid,
    /// The fast roads, for profiles of bikes; `None` where the map does not know them.
    pub fast_list: Option<FastRoadList>,
}

/// The road graph of one profile at some time of day. A clone, and the graph at another time, share all but speeds.
#[derive(Clone, Debug)]
pub struct RoadGraph {
    pub(super) name: Shared<str>,
    pub(super) profile: Profile,
    pub(super) layout: Shared<Layout>,
    /// Milliseconds of each arc.
    pub(super) ms: Shared<[u32]>,
    /// Milliseconds of each turn, perhaps with [`PAST_GATE`], or [`FORBIDDEN`].
    pub(super) turns: Shared<[u32]>,
    /// The moment whose turn restrictions hold.
    pub(super) when: Option<Moment>,
    /// The size of the vehicle.
    pub(super) size: VehicleSize,
    /// What bikes do on fast roads.
    pub(super) fast_road_use: FastRoadUse,
    /// Milliseconds of each arc without traffic, with what bikes do on fast roads.
    pub(super) free_ms: Shared<[u32]>,
    /// Whether each arc can be reached and left again by a vehicle of this size; `None` when all can.
    pub(super) open: Option<Shared<[bool]>>,
}

impl RoadGraph {
    /// The graph without traffic, for the profile's own size of vehicle.
    pub(super) fn new(name: &str, profile: Profile, layout: Layout) -> Self {
        let (ms, turns) = (layout.free_ms.clone(), layout.free_turns.clone());
        let (size, free_ms) = (layout.size, layout.free_ms.clone());
        let layout = Shared::new(layout);
        let graph = Self {
            name: name.into(),
            profile,
            layout,
            ms,
            turns,
            when: None,
            size: VehicleSize::default(),
            fast_road_use: FastRoadUse::default(),
            free_ms,
            open: None,
        };
        graph.made_for(size)
    }

    /// The name of the profile: built in or custom.
    pub fn profile_name(&self) -> &str {
        &self.name
    }

    /// Whose roads these are: a built-in profile, or the one that a custom profile is made from.
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

    /// The pieces of a segment, each of one OSM way, in the order of its line.
    pub(super) fn pieces(&self, segment: u32) -> &[SegmentPiece] {
        let [this, next] =
            [segment, segment + 1].map(|at| self.layout.segments[at as usize].first_piece as usize);
        &self.layout.pieces[this..next]
    }

    /// The arcs that leave a node.
    pub(super) fn out_arcs(&self, node: u32) -> std::ops::Range<u32> {
        self.layout.first_out[node as usize]..self.layout.first_out[node as usize + 1]
    }

    /// The turns from an arc that are not forbidden.
    pub(super) fn turns_from(&self, arc: u32) -> impl Iterator<Item = Turn> {
        let first = self.layout.first_turn[arc as usize];
        let Arc { head, has_redirects, .. } = self.layout.arcs[arc as usize];
        let next = self.out_arcs(head);
        let costs = &self.turns[first as usize..first as usize + next.len()];
        let allowed = (first..).zip(next).zip(costs).filter(|&(_, &ms)| ms != FORBIDDEN);
        allowed.map(move |((number, to), &ms)| {
            let to = if has_redirects { self.redirected(arc, to) } else { to };
            Turn { number, to, ms: ms & !PAST_GATE, is_past_gate: ms & PAST_GATE != 0 }
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

    /// What a turn between two arcs means for the count of restricted passages.
    pub(super) fn entry(&self, from: u32, to: u32) -> Entry {
        match (self.is_restricted(from), self.is_restricted(to)) {
            (_, false) => Entry::Open,
            (false, true) => Entry::Enters,
            (true, true) => Entry::Stays,
        }
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
