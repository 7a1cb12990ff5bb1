//! The arcs of a draft and their turns, while restrictions are applied to them.

use crate::elements::{Arc, FORBIDDEN};
use crate::profile::Closing;
use coldmile_units::Csr;
use std::collections::BTreeMap;

/// Arcs of a draft, sorted by tail, then copies of arcs; and their turns.
pub(super) struct Turns {
    pub arcs: Vec<Arc>,
    pub first_out: Vec<u32>,
    pub first_turn: Vec<u32>,
    /// Milliseconds, or [`FORBIDDEN`], for each arc that leaves an arc's head. Private gates do not count yet.
    pub ms: Vec<u32>,
    /// What looks back over more than one turn, or holds at certain times.
    pub sequences: Sequences,
    /// Arcs by the node they enter. Copies are not in it.
    pub enters: Csr<u32>,
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

    /// The turns from an arc that are allowed, leading to copies where sequences are remembered.
    pub(super) fn from(&self, arc: u32) -> impl Iterator<Item = u32> + Clone {
        let first = self.first_turn[arc as usize] as usize;
        let next = self.out_arcs(self.arcs[arc as usize].head);
        let costs = &self.ms[first..first + next.len()];
        let allowed = next.zip(costs).filter(|&(_, &ms)| ms != FORBIDDEN);
        allowed.map(move |(to, _)| self.target(arc, to))
    }

    /// Where a turn leads: the arc itself or its copy.
    pub(super) fn target(&self, from: u32, to: u32) -> u32 {
        let redirects = &self.sequences.redirects;
        if redirects.is_empty() { to } else { redirects.get(&(from, to)).copied().unwrap_or(to) }
    }

    /// Where the turn between two arcs stands in the list of turns.
    pub(super) fn position(&self, from: u32, to: u32) -> Option<usize> {
        let next = self.out_arcs(self.arcs[from as usize].head);
        next.contains(&to).then(|| (self.first_turn[from as usize] + to - next.start) as usize)
    }

    /// The arcs that enter a node.
    pub(super) fn enters_of(&self, node: u32) -> impl Iterator<Item = u32> {
        self.enters.row(node).iter().copied()
    }
}

/// Copies of arcs and turns that are forbidden at times; made by [`forbid`](super::sequences::forbid).
#[derive(Debug, Default)]
pub(super) struct Sequences {
    /// The original of each copy; copies are numbered after all arcs.
    pub originals: Vec<u32>,
    /// Where a turn from the first arc to the second leads to a copy of the second.
    pub redirects: BTreeMap<(u32, u32), u32>,
    /// Turns, by their position in the list of turns, that are forbidden under a condition.
    pub conditional: Vec<(u32, u16)>,
    pub conditions: Vec<Closing>,
}
