//! Turn restrictions: what a relation says, and the nodes it leads over.

use super::conditions::SizeBound;
use super::schedule::Schedule;
use std::collections::HashMap;

/// Most `via` ways of a restriction: more are taken for a mistake in the map.
pub(super) const MAX_VIAS: usize = 6;

/// Most turns that one relation may be about: its `from` ways by its `to` ways by what it says of them. More are taken for a
/// mistake in the map; the largest junctions have some twenty.
pub(super) const MAX_TURNS: usize = 256;

/// A rule about turning from one way to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// What the relation says.
    pub rule: TurnRule,
    /// The nodes it leads over, as positions in [`RoadData::points`](super::RoadData::points): one for a `via` node; for
    /// `via` ways all nodes from the end of `from` to the start of `to`.
    pub path: Vec<u32>,
}

/// What the relation of a turn restriction says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnRule {
    /// Whether the turn is forbidden or the only one allowed.
    pub kind: RestrictionKind,
    /// The way it starts on.
    pub from: i64,
    /// What lies between.
    pub via: Via,
    /// The way it ends on.
    pub to: i64,
    /// The vehicles it is for, as in the tag: `hgv` for `restriction:hgv`; `None` is all vehicles.
    pub only_for: Option<String>,
    /// Vehicles it does not apply to, as in the tag `except`, separated by `;`.
    pub except: String,
    /// When it holds; `None` is always.
    pub when: Option<Schedule>,
    /// For vehicles of which size it holds; all must.
    pub sizes: Vec<SizeBound>,
}

/// What lies between the first and the last way of a turn restriction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// The node where both meet.
    Node(i64),
    /// One way or several, in any order.
    Ways(Vec<i64>),
}

/// Forbidden, or the only turn allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestrictionKind {
    /// `no_left_turn` and its like.
    No,
    /// `only_straight_on` and its like.
    Only,
}

/// The nodes of each way, in as many pieces as the file has of it.
pub(super) type WayNodes = HashMap<i64, Vec<Vec<u32>>>;

/// The nodes from the end of `from` over the ways `via` to the start of `to`; `None` when they do not meet.
pub(super) fn trace(ways: &WayNodes, from: i64, via: &[i64], to: i64) -> Option<Vec<u32>> {
    let mut chosen = vec![from];
    let mut left = via.to_vec();
    if !put_in_order(ways, &mut chosen, &mut left, to) {
        return None;
    }
    let mut path: Vec<u32> = vec![meeting(ways, from, chosen[1])?];
    for pair in chosen[1..].windows(2) {
        let end = meeting(ways, pair[0], pair[1])?;
        let start = path[path.len() - 1];
        path.extend(ways[&pair[0]].iter().find_map(|nodes| stretch(nodes, start, end))?);
    }
    Some(path)
}

/// Moves the ways of `left` behind `chosen` so that each meets the one before it and the last one meets `to`.
fn put_in_order(ways: &WayNodes, chosen: &mut Vec<i64>, left: &mut Vec<i64>, to: i64) -> bool {
    let last = chosen[chosen.len() - 1];
    if left.is_empty() {
        chosen.push(to);
        return meeting(ways, last, to).is_some();
    }
    for at in 0..left.len() {
        if meeting(ways, last, left[at]).is_some() {
            let next = left.remove(at);
            chosen.push(next);
            if put_in_order(ways, chosen, left, to) {
                return true;
            }
            chosen.truncate(chosen.iter().rposition(|&way| way == next).unwrap_or(0));
            left.insert(at, next);
        }
    }
    false
}

/// The node where two ways meet: best where one of them ends.
fn meeting(ways: &WayNodes, one: i64, other: i64) -> Option<u32> {
    let is_end = |nodes: &[u32], node: u32| nodes.first() == Some(&node) || nodes.last() == Some(&node);
    let pairs = ways[&one].iter().flat_map(|a| ways[&other].iter().map(move |b| (a, b)));
    let common = pairs.flat_map(|(a, b)| {
        a.iter().filter(|node| b.contains(node)).map(move |&node| (is_end(a, node), is_end(b, node), node))
    });
    // Of equals the first.
    let rank = |&(ends_one, ends_other, _): &(bool, bool, u32)| u8::from(ends_one) + u8::from(ends_other);
    common.reduce(|best, next| if rank(&next) > rank(&best) { next } else { best }).map(|(.., node)| node)
}

/// The nodes of a way after `start` up to `end`. On a ring they run in the direction it is drawn.
fn stretch(nodes: &[u32], start: u32, end: u32) -> Option<Vec<u32>> {
    let is_ring = nodes.len() > 2 && nodes.first() == nodes.last();
    let find = |node: u32| nodes.iter().position(|&other| other == node);
    let (start, end) = (find(start)?, find(end)?);
    match start.cmp(&end) {
        std::cmp::Ordering::Less => Some(nodes[start + 1..=end].to_vec()),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater if is_ring => Some([&nodes[start + 1..], &nodes[1..=end]].concat()),
        std::cmp::Ordering::Greater => Some(nodes[end..start].iter().rev().copied().collect()),
    }
}

/// What the tag's value means, such as `no_left_turn`.
pub(super) fn restriction_kind(value: &str) -> Option<RestrictionKind> {
    if value.starts_with("no_") {
        Some(RestrictionKind::No)
    } else {
        value.starts_with("only_").then_some(RestrictionKind::Only)
    }
}
