//! The section of a graph. What follows from other parts (where lists start, the grid) is left out.

use super::field::{Field, LastPoint, OrNone, OsmId, append_list, read_list, write_list};
use crate::build::end_of_lists;
use crate::elements::{Arc, FORBIDDEN, NO_ARC, PAST_GATE, Segment, SegmentPiece};
use crate::fast_road_list::FastRoadList;
use crate::graph::{Layout, RoadGraph};
use crate::grid::SnapGrid;
use crate::profile::{Closing, Profile, SizeLimit};
use crate::weight::{MAX_ARC_MS, MAX_SEGMENT_CM};
use coldmile_geometry::Point;
use coldmile_mapfile::{Decoder, Encoder};
use coldmile_osm::Schedule;
use coldmile_units::{VehicleSize, row_starts};

/// Writes a graph.
pub(crate) fn write_graph(graph: &RoadGraph) -> Vec<u8> {
    let mut out = Encoder::new();
    let layout = &*graph.layout;
    let (mut point, mut osm_id) = (LastPoint::default(), 0);
    write_list(&layout.nodes, &mut point, &mut out);
    write_list(&layout.names, &mut (), &mut out);
    out.number(graph.segment_count() as u64);
    for number in 0..graph.segment_count() as u32 {
        SegmentHead::of(&layout.segments[number as usize]).write(&mut (), &mut out);
        write_list(graph.line(number), &mut point, &mut out);
        write_list(graph.pieces(number), &mut osm_id, &mut out);
    }
    let plain_count = layout.first_out[layout.nodes.len()] as usize;
    write_list(&layout.arcs[..plain_count], &mut 0, &mut out);
    let mut copies: Vec<(u32, u32)> =
        layout.copies.iter().map(|&(original, copy)| (copy, original)).collect();
    copies.sort_unstable();
    let is_restricted = |copy: u32| layout.arcs[copy as usize].is_restricted;
    let copies: Vec<ArcCopy> = copies
        .into_iter()
        .map(|(copy, original)| ArcCopy { original, is_restricted: is_restricted(copy) })
        .collect();
    write_list(&copies, &mut (), &mut out);
    write_list(&layout.redirects, &mut (), &mut out);
    // As many as the arcs say.
    layout.free_turns.iter().for_each(|&ms| OrNone(ms).write(&mut (), &mut out));
    let schedules: Vec<Schedule> = layout.conditions.iter().map(|closing| closing.when.clone()).collect();
    write_list(&schedules, &mut (), &mut out);
    write_list(&layout.conditional, &mut (), &mut out);
    layout.size.write(&mut (), &mut out);
    write_list(&layout.limits, &mut (), &mut out);
    write_list(&layout.sized, &mut (), &mut out);
    // Maps without conditions about time and size together have no such list.
    let limits = (0..).zip(&layout.conditions).filter_map(|(number, closing)| Some((number, closing.up_to?)));
    let limits: Vec<ClosingLimit> = limits.map(|(number, limit)| ClosingLimit { number, limit }).collect();
    if !limits.is_empty() {
        write_list(&limits, &mut (), &mut out);
    }
    out.finish()
}

/// Reads a graph; `None` when the bytes make no sense.
pub(super) fn read_graph(
    name: &str,
    profile: Profile,
    bytes: &[u8],
    fast_list: Option<FastRoadList>,
) -> Option<RoadGraph> {
    let from = &mut Decoder::new(bytes);
    let mut point = LastPoint::default();
    let nodes: Vec<Point> = read_list(&mut point, from)?;
    let names: Vec<Box<str>> = read_list(&mut (), from)?;
    let (mut segments, points, pieces) = read_segments(from, point, names.len())?;
    let segment_count = segments.len() - 1;
    let mut arcs: Vec<Arc> = read_list(&mut 0, from)?;
    for (number, arc) in (0..).zip(&arcs) {
        let ends_at_nodes = (arc.tail as usize) < nodes.len() && (arc.head as usize) < nodes.len();
        if !ends_at_nodes || arc.segment as usize >= segment_count || arc.free_ms > MAX_ARC_MS {
            return None;
        }
        let place = &mut segments[arc.segment as usize].arcs[usize::from(arc.is_backward)];
        if std::mem::replace(place, number) != NO_ARC {
            return None;
        }
    }
    if segments[..segment_count].iter().any(|segment| segment.arcs == [NO_ARC; 2]) {
        return None;
    }
    let first_out = row_starts(nodes.len(), arcs.iter().map(|arc| arc.tail));
    let copies = read_copies(from, &mut arcs)?;
    let redirects = read_redirects(from, &mut arcs, &copies)?;
    let (mut first_turn, mut turns) = (vec![0], Vec::new());
    for arc in &arcs {
        for _ in first_out[arc.head as usize]..first_out[arc.head as usize + 1] {
            let OrNone(ms) = OrNone::read(&mut (), from)?;
            turns.push(Some(ms).filter(|&ms| ms == FORBIDDEN || ms & !PAST_GATE <= MAX_ARC_MS)?);
        }
        first_turn.push(turns.len() as u32);
    }
    debug_assert_eq!(FORBIDDEN.wrapping_add(1), 0, "a forbidden turn is written as 0");
    let schedules: Vec<Schedule> = read_list(&mut (), from)?;
    let mut conditions: Vec<Closing> = schedules.into_iter().map(Closing::to_all).collect();
    let conditional: Vec<(u32, u16)> = read_list(&mut (), from)?;
    let size = VehicleSize::read(&mut (), from)?;
    let limits: Vec<SizeLimit> = read_list(&mut (), from)?;
    let sized: Vec<(u32, u32)> = read_list(&mut (), from)?;
    if !from.is_finished() {
        for ClosingLimit { number, limit } in read_list(&mut (), from)? {
            conditions.get_mut(usize::from(number))?.up_to = Some(limit);
        }
    }
    let is_turn = |turn: u32| (turn as usize) < turns.len();
    if !conditional.iter().all(|&(turn, at)| is_turn(turn) && usize::from(at) < conditions.len())
        || !sized.iter().all(|&(turn, limit)| is_turn(turn) && (limit as usize) < limits.len())
        || !from.is_finished()
    {
        return None;
    }
    let grid = SnapGrid::build(&segments, &points);
    let layout = Layout {
        nodes,
        segments,
        points,
        pieces,
        free_ms: arcs.iter().map(|arc| arc.free_ms).collect(),
        arcs,
        first_out,
        first_turn,
        free_turns: turns.into(),
        copies,
        redirects,
        conditional,
        conditions,
        sized,
        limits,
        size,
        names,
        grid,
        fast_list,
    };
    Some(RoadGraph::new(name, profile, layout))
}

/// Segments, one more that ends the lists, and the lists of their points and pieces.
type Lines = (Vec<Segment>, Vec<Point>, Vec<SegmentPiece>);

fn read_segments(from: &mut Decoder<'_>, mut point: LastPoint, name_count: usize) -> Option<Lines> {
    let count = from.count()?;
    let mut segments = Vec::with_capacity(count + 1);
    let (mut points, mut pieces, mut osm_id) = (Vec::new(), Vec::new(), 0);
    for _ in 0..count {
        let head = SegmentHead::read(&mut (), from)?;
        if !(1..=MAX_SEGMENT_CM).contains(&head.cm) || head.name as usize >= name_count {
            return None;
        }
        segments.push(head.segment(points.len(), pieces.len()));
        append_list(&mut points, &mut point, from).filter(|&count| count >= 2)?;
        append_list(&mut pieces, &mut osm_id, from)?;
    }
    segments.push(end_of_lists(points.len(), pieces.len()));
    Some((segments, points, pieces))
}

/// Reads the copies of arcs and appends them to the arcs; gives each original with its copy, sorted.
fn read_copies(from: &mut Decoder<'_>, arcs: &mut Vec<Arc>) -> Option<Vec<(u32, u32)>> {
    let plain_count = arcs.len();
    let mut copies = Vec::new();
    for ArcCopy { original, is_restricted } in read_list(&mut (), from)? {
        let arc = *arcs[..plain_count].get(original as usize)?;
        copies.push((original, arcs.len() as u32));
        arcs.push(Arc { is_restricted, ..arc });
    }
    copies.sort_unstable();
    Some(copies)
}

/// Reads the turns that lead to copies: from, to and the copy.
fn read_redirects(
    from: &mut Decoder<'_>,
    arcs: &mut [Arc],
    copies: &[(u32, u32)],
) -> Option<Vec<(u32, u32, u32)>> {
    let redirects: Vec<(u32, u32, u32)> = read_list(&mut (), from)?;
    if !redirects.is_sorted_by(|one, next| one < next) {
        return None;
    }
    for &(start, to, onto) in &redirects {
        let is_copy = copies.binary_search(&(to, onto)).is_ok();
        let meets = arcs.get(start as usize)?.head == arcs.get(to as usize)?.tail;
        if !is_copy || !meets {
            return None;
        }
        arcs[start as usize].has_redirects = true;
    }
    Some(redirects)
}

/// What a segment is without its line and pieces.
struct SegmentHead {
    cm: u32,
    name: u32,
    /// Ferry, roundabout, wide, keeps left.
    flags: [bool; 4],
}

impl SegmentHead {
    fn of(segment: &Segment) -> Self {
        let flags = [segment.is_ferry, segment.is_roundabout, segment.is_wide, segment.keeps_left];
        Self { cm: segment.cm, name: segment.name, flags }
    }

    /// The segment whose line and pieces start here. Arcs are not filled in yet.
    fn segment(self, first_point: usize, first_piece: usize) -> Segment {
        let [is_ferry, is_roundabout, is_wide, keeps_left] = self.flags;
        Segment {
            cm: self.cm,
            name: self.name,
            arcs: [NO_ARC; 2],
            first_point: first_point as u32,
            first_piece: first_piece as u32,
            is_ferry,
            is_roundabout,
            is_wide,
            keeps_left,
        }
    }
}

impl Field for SegmentHead {
    type Before = ();
    fn write(&self, (): &mut (), out: &mut Encoder) {
        out.number(u64::from(self.cm));
        out.number(u64::from(self.name));
        out.number((0..).zip(self.flags).map(|(bit, flag)| u64::from(flag) << bit).sum());
    }
    fn read((): &mut (), from: &mut Decoder<'_>) -> Option<Self> {
        let (cm, name, flags) = (from.small()?, from.small()?, from.small()?);
        Some(Self { cm, name, flags: [0, 1, 2, 3].map(|bit| flags >> bit & 1 == 1) })
    }
}

impl Field for SegmentPiece {
    type Before = i64;
    fn write(&self, osm_id: &mut i64, out: &mut Encoder) {
        OsmId(self.osm_id).write(osm_id, out);
        out.number(u64::from(self.cm) << 1 | u64::from(self.is_reversed));
    }
    fn read(osm_id: &mut i64, from: &mut Decoder<'_>) -> Option<Self> {
        let OsmId(osm_id) = OsmId::read(osm_id, from)?;
        let both = from.number()?;
        Some(Self { osm_id, cm: u32::try_from(both >> 1).ok()?, is_reversed: both & 1 == 1 })
    }
}

/// Arcs are sorted by tail. Whether turns lead to copies is not written.
impl Field for Arc {
    type Before = u32;
    fn write(&self, last_tail: &mut u32, out: &mut Encoder) {
        out.number(u64::from(self.tail - *last_tail));
        *last_tail = self.tail;
        out.signed(i64::from(self.head) - i64::from(self.tail));
        out.number(
            u64::from(self.segment) << 2 | u64::from(self.is_restricted) << 1 | u64::from(self.is_backward),
        );
        out.number(u64::from(self.free_ms));
    }
    fn read(last_tail: &mut u32, from: &mut Decoder<'_>) -> Option<Self> {
        let tail = last_tail.checked_add(from.small()?)?;
        *last_tail = tail;
        let head = i64::from(tail).checked_add(from.signed()?).and_then(|head| u32::try_from(head).ok())?;
        let both = from.number()?;
        let segment = u32::try_from(both >> 2).ok()?;
        let (is_restricted, is_backward) = (both & 2 == 2, both & 1 == 1);
        let free_ms = from.small()?;
        Some(Self { tail, head, segment, free_ms, is_backward, is_restricted, has_redirects: false })
    }
}

/// A copy of an arc; copies are numbered after all arcs.
struct ArcCopy {
    original: u32,
    is_restricted: bool,
}

impl Field for ArcCopy {
    type Before = ();
    fn write(&self, (): &mut (), out: &mut Encoder) {
        out.number(u64::from(self.original) << 1 | u64::from(self.is_restricted));
    }
    fn read((): &mut (), from: &mut Decoder<'_>) -> Option<Self> {
        let both = from.small()?;
        Some(Self { original: both >> 1, is_restricted: both & 1 == 1 })
    }
}

/// The limit of a condition that keeps out large vehicles only.
struct ClosingLimit {
    /// Position of the condition.
    number: u16,
    limit: SizeLimit,
}

impl Field for ClosingLimit {
    type Before = ();
    fn write(&self, (): &mut (), out: &mut Encoder) {
        self.number.write(&mut (), out);
        self.limit.write(&mut (), out);
    }
    fn read((): &mut (), from: &mut Decoder<'_>) -> Option<Self> {
        Some(Self { number: u16::read(&mut (), from)?, limit: SizeLimit::read(&mut (), from)? })
    }
}

impl Field for Schedule {
    type Before = ();
    fn write(&self, (): &mut (), out: &mut Encoder) {
        write_list(&self.spans().collect::<Vec<(u8, u16, u16)>>(), &mut (), out);
    }
    fn read((): &mut (), from: &mut Decoder<'_>) -> Option<Self> {
        Self::from_spans(read_list::<(u8, u16, u16)>(&mut (), from)?)
    }
}

impl Field for SizeLimit {
    type Before = ();
    fn write(&self, (): &mut (), out: &mut Encoder) {
        self.0.write(&mut (), out);
    }
    fn read((): &mut (), from: &mut Decoder<'_>) -> Option<Self> {
        VehicleSize::read(&mut (), from).map(Self)
    }
}
