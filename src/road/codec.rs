//! Graphs and hierarchies as bytes: differences of neighbouring numbers, written small.
//!
//! Reading checks every number that is later used as a position: a section that passes its checksum and was written by
//! another program, or by a bug, is refused and does not panic.

use super::build::end_of_lists;
use super::graph::{Arc, FORBIDDEN, Layout, NO_ARC, PAST_GATE, Piece, RoadGraph, Segment};
use super::grid::SnapGrid;
use super::hierarchy::{Half, NO_VERTEX, SearchGraph, number_vertices};
use super::index::RoadIndex;
use super::profile::{Profile, SizeLimit};
use super::traffic::{Direction, SpeedRow, Traffic};
use super::weight::{INFINITE, LONGEST_CM, LONGEST_MS, of_parts, parts};
use coldmile_geometry::Point;
use coldmile_mapfile::{Decoder, Encoder};
use coldmile_osm::Schedule;
use coldmile_units::VehicleSize;

/// Writes a graph. What follows from other parts (where lists start, the grid) is left out.
pub(super) fn write_graph(graph: &RoadGraph) -> Vec<u8> {
    let mut out = Encoder::new();
    let layout = &*graph.layout;
    out.number(layout.nodes.len() as u64);
    let mut last = Point::from_e7(0, 0);
    for &node in &layout.nodes {
        write_point(&mut out, &mut last, node);
    }
    out.number(layout.names.len() as u64);
    for name in &layout.names {
        out.text(name);
    }
    out.number(graph.segment_count() as u64);
    let mut way = 0;
    for number in 0..graph.segment_count() as u32 {
        let segment = &layout.segments[number as usize];
        out.number(u64::from(segment.cm));
        out.number(u64::from(segment.name));
        let flags = [segment.is_ferry, segment.is_roundabout, segment.is_wide, segment.keeps_left];
        out.number((0..).zip(flags).map(|(bit, flag)| u64::from(flag) << bit).sum());
        let line = graph.line(number);
        out.number(line.len() as u64);
        for &point in line {
            write_point(&mut out, &mut last, point);
        }
        let pieces = graph.pieces(number);
        out.number(pieces.len() as u64);
        for piece in pieces {
            out.signed(piece.way.wrapping_sub(way));
            way = piece.way;
            out.number(u64::from(piece.cm) << 1 | u64::from(piece.is_reversed));
        }
    }
    let plain_count = layout.first_out[layout.nodes.len()] as usize;
    out.number(plain_count as u64);
    let mut tail = 0;
    for arc in &layout.arcs[..plain_count] {
        out.number(u64::from(arc.tail - tail));
        tail = arc.tail;
        out.signed(i64::from(arc.head) - i64::from(arc.tail));
        out.number(
            u64::from(arc.segment) << 2 | u64::from(arc.is_restricted) << 1 | u64::from(arc.is_backward),
        );
        out.number(u64::from(arc.free_ms));
    }
    let mut originals: Vec<(u32, u32)> =
        layout.copies.iter().map(|&(original, copy)| (copy, original)).collect();
    originals.sort_unstable();
    out.number(originals.len() as u64);
    for (copy, original) in originals {
        out.number(u64::from(original) << 1 | u64::from(layout.arcs[copy as usize].is_restricted));
    }
    out.number(layout.redirects.len() as u64);
    for &(from, to, onto) in &layout.redirects {
        out.number(u64::from(from));
        out.number(u64::from(to));
        out.number(u64::from(onto));
    }
    for &turn in &*layout.free_turns {
        out.number(u64::from(turn.wrapping_add(1)));
    }
    out.number(layout.conditions.len() as u64);
    for condition in &layout.conditions {
        out.number(condition.spans().len() as u64);
        for (days, from, to) in condition.spans() {
            out.number(u64::from(days));
            out.number(u64::from(from));
            out.number(u64::from(to));
        }
    }
    out.number(layout.conditional.len() as u64);
    for &(turn, condition) in &layout.conditional {
        out.number(u64::from(turn));
        out.number(u64::from(condition));
    }
    write_size(&mut out, layout.size);
    out.number(layout.limits.len() as u64);
    for limit in &layout.limits {
        write_size(&mut out, limit.0);
    }
    out.number(layout.sized.len() as u64);
    for &(turn, limit) in &layout.sized {
        out.number(u64::from(turn));
        out.number(u64::from(limit));
    }
    out.finish()
}

fn write_size(out: &mut Encoder, size: VehicleSize) {
    // No limit is the largest number; one more is zero, which takes one byte.
    for number in [size.height_cm, size.width_cm, size.length_cm, size.weight_kg] {
        out.number(u64::from(number.wrapping_add(1)));
    }
}

fn read_size(from: &mut Decoder<'_>) -> Option<VehicleSize> {
    let mut number = || from.small().map(|number| number.wrapping_sub(1));
    let (height_cm, width_cm) = (number()?, number()?);
    Some(VehicleSize { height_cm, width_cm, length_cm: number()?, weight_kg: number()? })
}

fn write_point(out: &mut Encoder, last: &mut Point, point: Point) {
    out.signed(i64::from(point.lat_e7()) - i64::from(last.lat_e7()));
    out.signed(i64::from(point.lon_e7()) - i64::from(last.lon_e7()));
    *last = point;
}

fn read_point(from: &mut Decoder<'_>, last: &mut Point) -> Option<Point> {
    let lat = i32::try_from(i64::from(last.lat_e7()).checked_add(from.signed()?)?).ok()?;
    let lon = i32::try_from(i64::from(last.lon_e7()).checked_add(from.signed()?)?).ok()?;
    if lat.abs() > 900_000_000 || !(-1_800_000_000..=1_800_000_000).contains(&lon) {
        return None;
    }
    *last = Point::from_e7(lat, lon);
    Some(*last)
}

fn read_graph(name: &str, profile: Profile, bytes: &[u8]) -> Option<RoadGraph> {
    let mut from = Decoder::new(bytes);
    let mut last = Point::from_e7(0, 0);
    let node_count = from.count()?;
    let nodes: Vec<Point> =
        (0..node_count).map(|_| read_point(&mut from, &mut last)).collect::<Option<_>>()?;
    let name_count = from.count()?;
    let names: Vec<Box<str>> = (0..name_count).map(|_| from.text().map(Into::into)).collect::<Option<_>>()?;
    let segment_count = from.count()?;
    let mut segments = Vec::with_capacity(segment_count + 1);
    let (mut points, mut pieces) = (Vec::new(), Vec::new());
    let mut way = 0_i64;
    for _ in 0..segment_count {
        let cm = from.small().filter(|cm| (1..=LONGEST_CM).contains(cm))?;
        let name = from.small().filter(|&name| (name as usize) < names.len())?;
        let flags = from.small()?;
        segments.push(Segment {
            cm,
            name,
            arcs: [NO_ARC; 2],
            first_point: points.len() as u32,
            first_piece: pieces.len() as u32,
            is_ferry: flags & 1 == 1,
            is_roundabout: flags & 2 == 2,
            is_wide: flags & 4 == 4,
            keeps_left: flags & 8 == 8,
        });
        for _ in 0..from.count().filter(|&count| count >= 2)? {
            points.push(read_point(&mut from, &mut last)?);
        }
        for _ in 0..from.count()? {
            way = way.wrapping_add(from.signed()?);
            let both = from.number()?;
            pieces.push(Piece { way, cm: u32::try_from(both >> 1).ok()?, is_reversed: both & 1 == 1 });
        }
    }
    segments.push(end_of_lists(points.len(), pieces.len()));
    let arc_count = from.count()?;
    let mut arcs: Vec<Arc> = Vec::with_capacity(arc_count);
    let mut first_out = vec![0; node_count + 1];
    let mut tail = 0_u32;
    for number in 0..arc_count as u32 {
        tail = tail.checked_add(from.small()?).filter(|&tail| (tail as usize) < node_count)?;
        let head = i64::from(tail).checked_add(from.signed()?).and_then(|head| u32::try_from(head).ok());
        let head = head.filter(|&head| (head as usize) < node_count)?;
        let both = from.number()?;
        let segment = u32::try_from(both >> 2).ok().filter(|&segment| (segment as usize) < segment_count)?;
        let (is_restricted, is_backward) = (both & 2 == 2, both & 1 == 1);
        let free_ms = from.small().filter(|&ms| ms <= LONGEST_MS)?;
        arcs.push(Arc { tail, head, segment, free_ms, is_backward, is_restricted, has_redirects: false });
        let place = &mut segments[segment as usize].arcs[usize::from(is_backward)];
        if std::mem::replace(place, number) != NO_ARC {
            return None;
        }
        first_out[tail as usize + 1] += 1;
    }
    for node in 0..node_count {
        first_out[node + 1] += first_out[node];
    }
    if segments[..segment_count].iter().any(|segment| segment.arcs == [NO_ARC; 2]) {
        return None;
    }
    let (copies, redirects) = read_copies(&mut from, &mut arcs, arc_count)?;
    let (mut first_turn, mut turns) = (vec![0], Vec::new());
    for arc in &arcs {
        for _ in first_out[arc.head as usize]..first_out[arc.head as usize + 1] {
            let ms = from.small()?.wrapping_sub(1);
            turns.push(Some(ms).filter(|&ms| ms == FORBIDDEN || ms & !PAST_GATE <= LONGEST_MS)?);
        }
        first_turn.push(turns.len() as u32);
    }
    debug_assert_eq!(FORBIDDEN.wrapping_add(1), 0, "a forbidden turn is written as 0");
    let (conditions, conditional) = read_conditions(&mut from, turns.len())?;
    let (size, limits, sized) = read_limits(&mut from, turns.len())?;
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
    };
    from.is_finished().then(|| RoadGraph::new(name, profile, layout))
}

/// Original and copy; from, to and the copy a turn leads to.
type Copies = (Vec<(u32, u32)>, Vec<(u32, u32, u32)>);

fn read_copies(from: &mut Decoder<'_>, arcs: &mut Vec<Arc>, plain_count: usize) -> Option<Copies> {
    let mut copies = Vec::new();
    for _ in 0..from.count()? {
        let both = from.small()?;
        let original = *arcs[..plain_count].get(both as usize >> 1)?;
        copies.push((both >> 1, arcs.len() as u32));
        arcs.push(Arc { is_restricted: both & 1 == 1, ..original });
    }
    copies.sort_unstable();
    let mut redirects = Vec::new();
    for _ in 0..from.count()? {
        let (start, to, onto) = (from.small()?, from.small()?, from.small()?);
        let is_copy = copies.binary_search(&(to, onto)).is_ok();
        let meets = arcs.get(start as usize)?.head == arcs.get(to as usize)?.tail;
        let is_next = redirects.last().is_none_or(|last| *last < (start, to, onto));
        if !is_copy || !meets || !is_next {
            return None;
        }
        redirects.push((start, to, onto));
        arcs[start as usize].has_redirects = true;
    }
    Some((copies, redirects))
}

/// Schedules, and the turns they forbid.
type Conditions = (Vec<Schedule>, Vec<(u32, u16)>);

fn read_conditions(from: &mut Decoder<'_>, turn_count: usize) -> Option<Conditions> {
    let mut conditions = Vec::new();
    for _ in 0..from.count()? {
        let count = from.count()?;
        let mut word = || u16::try_from(from.number()?).ok();
        let spans: Option<Vec<_>> =
            (0..count).map(|_| Some((u8::try_from(word()?).ok()?, word()?, word()?))).collect();
        conditions.push(Schedule::from_spans(spans?)?);
    }
    let mut conditional = Vec::new();
    for _ in 0..from.count()? {
        let turn = from.small().filter(|&turn| (turn as usize) < turn_count)?;
        let condition = from.small().filter(|&condition| (condition as usize) < conditions.len())?;
        conditional.push((turn, condition as u16));
    }
    Some((conditions, conditional))
}

/// The profile's own size, limits, and the turns they forbid.
type Limits = (VehicleSize, Vec<SizeLimit>, Vec<(u32, u32)>);

fn read_limits(from: &mut Decoder<'_>, turn_count: usize) -> Option<Limits> {
    let size = read_size(from)?;
    let count = from.count()?;
    let limits: Vec<SizeLimit> = (0..count).map(|_| read_size(from).map(SizeLimit)).collect::<Option<_>>()?;
    let mut sized = Vec::new();
    for _ in 0..from.count()? {
        let turn = from.small().filter(|&turn| (turn as usize) < turn_count)?;
        sized.push((turn, from.small().filter(|&limit| (limit as usize) < limits.len())?));
    }
    Some((size, limits, sized))
}

/// Writes measured speeds.
pub(super) fn write_traffic(traffic: &Traffic) -> Vec<u8> {
    let mut out = Encoder::new();
    out.number(traffic.rows().len() as u64);
    let mut way = 0;
    for row in traffic.rows() {
        out.signed(row.way.wrapping_sub(way));
        way = row.way;
        out.number(row.direction as u64);
        out.number(u64::from(row.from));
        out.number(u64::from(row.to));
        out.number(row.km_h.to_bits());
    }
    out.finish()
}

/// Reads measured speeds.
pub(super) fn read_traffic(bytes: &[u8]) -> Option<Traffic> {
    let mut from = Decoder::new(bytes);
    let mut way = 0_i64;
    let mut rows = Vec::new();
    for _ in 0..from.count()? {
        way = way.wrapping_add(from.signed()?);
        let direction = match from.number()? {
            0 => Direction::Forward,
            1 => Direction::Backward,
            2 => Direction::Both,
            _ => return None,
        };
        let (start, end) = (u16::try_from(from.number()?).ok()?, u16::try_from(from.number()?).ok()?);
        let km_h = f64::from_bits(from.number()?);
        rows.push(SpeedRow { way, direction, from: start, to: end, km_h });
    }
    from.is_finished().then_some(rows).and_then(Traffic::from_rows)
}

/// Writes the order of contraction.
pub(super) fn write_order(order: &[u32]) -> Vec<u8> {
    let mut out = Encoder::new();
    out.number(order.len() as u64);
    let mut last = 0;
    for &segment in order {
        out.signed(i64::from(segment) - last);
        last = i64::from(segment);
    }
    out.finish()
}

/// Reads an order that names each of so many segments once.
fn read_order(bytes: &[u8], segment_count: usize) -> Option<Vec<u32>> {
    let mut from = Decoder::new(bytes);
    let count = from.count().filter(|&count| count == segment_count)?;
    let mut is_seen = vec![false; count];
    let mut last = 0_i64;
    let order = (0..count).map(|_| {
        last = last.checked_add(from.signed()?)?;
        let seen = is_seen.get_mut(usize::try_from(last).ok()?)?;
        (!std::mem::replace(seen, true)).then_some(last as u32)
    });
    let order = order.collect::<Option<Vec<u32>>>()?;
    from.is_finished().then_some(order)
}

/// Writes a pruned hierarchy.
pub(super) fn write_search(search: &SearchGraph) -> Vec<u8> {
    let mut out = Encoder::new();
    out.number(search.parent.len() as u64);
    for (vertex, &parent) in search.parent.iter().enumerate() {
        out.number(if parent == NO_VERTEX { 0 } else { u64::from(parent) - vertex as u64 });
    }
    for half in [&search.up, &search.down] {
        for vertex in 0..search.parent.len() as u32 {
            let arcs = half.arcs(vertex);
            out.number(arcs.len() as u64);
            let mut last = vertex;
            for arc in arcs {
                out.number(u64::from(half.upper[arc] - last));
                last = half.upper[arc];
                let (upper, cm) = parts(half.weight[arc]);
                out.number(upper);
                out.number(cm);
                let middle = half.middle[arc];
                out.number(if middle == NO_VERTEX { 0 } else { u64::from(vertex - middle) });
            }
        }
    }
    out.finish()
}

fn read_search(bytes: &[u8], vertex_count: usize) -> Option<SearchGraph> {
    let mut from = Decoder::new(bytes);
    let count = from.count().filter(|&count| count == vertex_count)?;
    let above = |vertex: u32, step: u32| vertex.checked_add(step).filter(|&upper| (upper as usize) < count);
    let mut parent = Vec::with_capacity(count);
    for vertex in 0..count as u32 {
        parent.push(match from.small()? {
            0 => NO_VERTEX,
            step => above(vertex, step)?,
        });
    }
    let mut half = || {
        // An arc takes some seven bytes, and there are two halves.
        let arcs = bytes.len() / 14;
        let mut half = Half {
            first: Vec::with_capacity(count + 1),
            upper: Vec::with_capacity(arcs),
            weight: Vec::with_capacity(arcs),
            middle: Vec::with_capacity(arcs),
        };
        half.first.push(0);
        for vertex in 0..count as u32 {
            let mut last = vertex;
            for _ in 0..from.count()? {
                last = from.small().filter(|&step| step > 0).and_then(|step| above(last, step))?;
                half.upper.push(last);
                let weight = of_parts(from.number()?, from.number()?)?;
                half.weight.push(Some(weight).filter(|&weight| weight < INFINITE)?);
                half.middle.push(match from.small()? {
                    0 => NO_VERTEX,
                    step => vertex.checked_sub(step)?,
                });
            }
            half.first.push(half.upper.len() as u32);
        }
        Some(half)
    };
    let (up, down) = (half()?, half()?);
    from.is_finished().then_some(SearchGraph { parent, up, down })
}

/// Reads the three sections of a profile; `traffic` is what its hierarchy was weighed with.
pub(super) fn read_index(
    name: &str,
    profile: Profile,
    graph: &[u8],
    order: &[u8],
    search: &[u8],
    traffic: &Traffic,
) -> Option<RoadIndex> {
    let graph = read_graph(name, profile, graph)?;
    let graph = if traffic.is_empty() { graph } else { graph.at(traffic, None) };
    let order = read_order(order, graph.segment_count())?;
    let (vertices, vertex_count) = number_vertices(&graph, &order);
    let search = read_search(search, vertex_count)?;
    Some(RoadIndex::assemble(graph, order, vertices, search))
}
