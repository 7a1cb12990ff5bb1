//! The sections of a hierarchy: the order of contraction and the search graph.

use super::fast_roads::read_fast_roads;
use super::field::{Field, read_list, write_list};
use super::graph::read_graph;
use crate::hierarchy::{Half, NO_NODE, SearchGraph, number_nodes};
use crate::index::RoadIndex;
use crate::profile::Profile;
use crate::traffic::Traffic;
use crate::weight::{INFINITE, Weight, of_parts, parts};
use coldmile_mapfile::{Decoder, Encoder};

/// Writes the order of contraction.
pub(crate) fn write_order(order: &[u32]) -> Vec<u8> {
    let mut out = Encoder::new();
    let order: Vec<Ordered> = order.iter().copied().map(Ordered).collect();
    write_list(&order, &mut 0, &mut out);
    out.finish()
}

/// Reads an order that names each of so many segments once.
fn read_order(bytes: &[u8], segment_count: usize) -> Option<Vec<u32>> {
    let mut from = Decoder::new(bytes);
    let order: Vec<Ordered> = read_list(&mut 0, &mut from)?;
    let mut is_seen = vec![false; segment_count];
    let mark = |&Ordered(segment): &Ordered| {
        let seen = is_seen.get_mut(segment as usize)?;
        (!std::mem::replace(seen, true)).then_some(segment)
    };
    let order = order.iter().map(mark).collect::<Option<Vec<u32>>>()?;
    (from.is_finished() && order.len() == segment_count).then_some(order)
}

/// A segment of the order, as the difference from the one before.
struct Ordered(u32);

impl Field for Ordered {
    type Before = i64;
    fn write(&self, last: &mut i64, out: &mut Encoder) {
        out.signed(i64::from(self.0) - *last);
        *last = i64::from(self.0);
    }
    fn read(last: &mut i64, from: &mut Decoder<'_>) -> Option<Self> {
        *last = last.checked_add(from.signed()?)?;
        u32::try_from(*last).ok().map(Self)
    }
}

/// Writes a search graph.
pub(crate) fn write_search(search: &SearchGraph) -> Vec<u8> {
    let mut out = Encoder::new();
    out.number(search.parent.len() as u64);
    for (node, &parent) in (0..).zip(&search.parent) {
        Parent(parent).write(&mut Below { node, last: node }, &mut out);
    }
    for half in [&search.up, &search.down] {
        for node in 0..search.parent.len() as u32 {
            let arcs = half.arcs(node);
            out.number(arcs.len() as u64);
            let mut below = Below { node, last: node };
            for arc in arcs {
                let (upper, weight, middle) = (half.upper[arc], half.weight[arc], half.middle[arc]);
                SearchArc { upper, weight, middle }.write(&mut below, &mut out);
            }
        }
    }
    out.finish()
}

fn read_search(bytes: &[u8], node_count: usize) -> Option<SearchGraph> {
    let mut from = Decoder::new(bytes);
    let count = from.count().filter(|&count| count == node_count)?;
    let is_node = |node: u32| (node as usize) < count;
    let mut parent = Vec::with_capacity(count);
    for node in 0..count as u32 {
        let Parent(above) = Parent::read(&mut Below { node, last: node }, &mut from)?;
        parent.push(Some(above).filter(|&above| above == NO_NODE || is_node(above))?);
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
        for node in 0..count as u32 {
            let mut below = Below { node, last: node };
            for _ in 0..from.count()? {
                let arc = SearchArc::read(&mut below, &mut from).filter(|arc| is_node(arc.upper))?;
                half.upper.push(arc.upper);
                half.weight.push(arc.weight);
                half.middle.push(arc.middle);
            }
            half.first.push(half.upper.len() as u32);
        }
        Some(half)
    };
    let (up, down) = (half()?, half()?);
    from.is_finished().then_some(SearchGraph { parent, up, down })
}

/// The lower end of an arc, and the upper end of the arc before (at first the lower end).
#[derive(Default)]
struct Below {
    node: u32,
    last: u32,
}

/// The parent in the elimination tree, or [`NO_NODE`].
struct Parent(u32);

impl Field for Parent {
    type Before = Below;
    fn write(&self, below: &mut Below, out: &mut Encoder) {
        out.number(if self.0 == NO_NODE { 0 } else { u64::from(self.0 - below.node) });
    }
    fn read(below: &mut Below, from: &mut Decoder<'_>) -> Option<Self> {
        match from.small()? {
            0 => Some(Self(NO_NODE)),
            step => below.node.checked_add(step).filter(|&above| above != NO_NODE).map(Self),
        }
    }
}

/// An arc of one half, with the middle of a shortcut, or [`NO_NODE`].
struct SearchArc {
    upper: u32,
    weight: Weight,
    middle: u32,
}

impl Field for SearchArc {
    type Before = Below;
    #[inline]
    fn write(&self, below: &mut Below, out: &mut Encoder) {
        out.number(u64::from(self.upper - below.last));
        below.last = self.upper;
        let (above_cm, cm) = parts(self.weight);
        out.number(above_cm);
        out.number(cm);
        out.number(if self.middle == NO_NODE { 0 } else { u64::from(below.node - self.middle) });
    }
    #[inline]
    fn read(below: &mut Below, from: &mut Decoder<'_>) -> Option<Self> {
        let upper = below.last.checked_add(from.small().filter(|&step| step > 0)?)?;
        below.last = upper;
        let weight = of_parts(from.number()?, from.number()?).filter(|&weight| weight < INFINITE)?;
        let middle = match from.small()? {
            0 => NO_NODE,
            step => below.node.checked_sub(step)?,
        };
        Some(Self { upper, weight, middle })
    }
}

/// Reads the three sections of a profile, and the one of its fast roads where there is one; `traffic` is what its hierarchy was
/// customized with.
pub(crate) fn read_index(
    name: &str,
    profile: Profile,
    ([graph, order, search], fast): ([&[u8]; 3], Option<&[u8]>),
    traffic: &Traffic,
) -> Option<RoadIndex> {
    let fast_list = match fast {
        Some(bytes) => Some(read_fast_roads(bytes)?),
        None => None,
    };
    let graph = read_graph(name, profile, graph, fast_list)?;
    let graph = if traffic.is_empty() { graph } else { graph.at(traffic, None) };
    let order = read_order(order, graph.segment_count())?;
    let (nodes, node_count) = number_nodes(&graph, &order);
    let search = read_search(search, node_count)?;
    Some(RoadIndex::assemble(graph, order, nodes, search))
}
