//! The moves of the descent: stretches of one to three clients move (also turned round), change places with
//! stretches of one or two, trips exchange their ends (2-opt*) or turn a part of themselves (2-opt).
//!
//! Each move is first judged by what it does to the ways, from a few arcs; only where that leaves hope, broken rules
//! paid back included, the rules are asked.

use super::descent::{Descent, Piece};
use super::penalty::Penalised;
use Piece::{Back, Head, Run, Tail};

/// Longest stretch that moves.
const LONGEST: usize = 3;
/// Longest stretch that a stretch changes places with.
const LONGEST_OTHER: usize = 2;

/// A stretch of clients: its last one, the node behind it, and the cost of the ways in it, forth and turned round.
#[derive(Clone, Copy)]
struct Stretch {
    last: u32,
    after: u32,
    forth: i64,
    back: i64,
}

impl<M: Penalised> Descent<'_, M> {
    /// Tries to bring `client` and `other` (a client, or the node of a trip) together; whether something was done.
    pub fn try_moves(&mut self, client: u32, other: u32) -> bool {
        let [from, to] = [client, other].map(|node| self.trip[node as usize]);
        if from == to {
            return self.move_within(from, client, other)
                || !self.is_end(other)
                    && (self.swap_within(from, client, other) || self.turn(from, client, other));
        }
        self.move_between([from, to], client, other)
            || !self.is_end(other) && self.swap_between([from, to], client, other)
            || self.exchange_ends([from, to], client, other)
    }

    /// The stretches of up to `N` clients that begin at `client`, as far as its trip reaches; how many there are.
    #[inline]
    fn stretches<const N: usize>(&self, client: u32) -> ([Stretch; N], usize) {
        let kind = self.trips[self.trip[client as usize] as usize].kind;
        let mut stretch = Stretch { last: client, after: self.next[client as usize], forth: 0, back: 0 };
        let (mut found, mut count) = ([stretch; N], 1);
        while count < N && !self.is_end(stretch.after) {
            let (last, next) = (stretch.last, stretch.after);
            stretch = Stretch {
                last: next,
                after: self.next[next as usize],
                forth: stretch.forth + self.ahead[last as usize],
                back: stretch.back + self.model.way(kind, next, last),
            };
            found[count] = stretch;
            count += 1;
        }
        (found, count)
    }

    /// Cost of the way that closes a trip between two nodes, and what is spared when that leaves it empty.
    #[inline]
    fn closing(&self, kind: u32, before: u32, after: u32) -> [i64; 2] {
        if self.is_end(before) && self.is_end(after) {
            return [0, self.least[kind as usize]];
        }
        let [start, stop] = self.model.ends(kind);
        [self.model.way(kind, self.place(before, start), self.place(after, stop)), 0]
    }

    /// Cost of the ways inside a stretch that begins at `first` for another vehicle type, forth and turned round.
    fn ways_of(&self, kind: u32, first: u32, last: u32) -> [i64; 2] {
        self.along(first, last).fold([0, 0], |[forth, back], [a, b]| {
            [forth + self.model.way(kind, a, b), back + self.model.way(kind, b, a)]
        })
    }

    fn move_between(&mut self, [from, to]: [u32; 2], client: u32, other: u32) -> bool {
        let [kind, kind_to] = [from, to].map(|trip| self.trips[trip as usize].kind);
        let before = self.prev[client as usize];
        let behind = self.next[other as usize];
        let [start_to, stop_to] = self.model.ends(kind_to);
        let [here, there] = [self.place(other, start_to), self.place(behind, stop_to)];
        let opened = self.ahead[other as usize];
        let arrived = self.ahead[before as usize];
        let slack = self.slack(from) + self.slack(to);
        let [to_client, from_client] =
            [self.model.way(kind_to, here, client), self.model.way(kind_to, client, there)];
        let (stretches, count) = self.stretches::<LONGEST>(client);
        for stretch in &stretches[..count] {
            let Stretch { last, after, mut forth, mut back } = *stretch;
            let [closed, spared] = self.closing(kind, before, after);
            let freed = arrived + forth + self.ahead[last as usize] - closed;
            let allowed = slack + spared;
            if kind != kind_to {
                [forth, back] = self.ways_of(kind_to, client, last);
            }
            let left = [Head(before), Tail(after)];
            let from_last = self.model.way(kind_to, last, there);
            let change = to_client + forth + from_last - opened - freed;
            let moved = [Head(other), Run(client, last), Tail(behind)];
            if self.try_two([from, to], change, allowed, left, moved) {
                return true;
            }
            if last != client {
                let to_last = self.model.way(kind_to, here, last);
                let change = to_last + back + from_client - opened - freed;
                let moved = [Head(other), Back(client, last), Tail(behind)];
                if self.try_two([from, to], change, allowed, left, moved) {
                    return true;
                }
            }
        }
        false
    }

    fn move_within(&mut self, trip: u32, client: u32, other: u32) -> bool {
        let before = self.prev[client as usize];
        if other == before {
            return false;
        }
        let behind = self.next[other as usize];
        let kind = self.trips[trip as usize].kind;
        let [start, stop] = self.model.ends(kind);
        let [here, there] = [self.place(other, start), self.place(behind, stop)];
        let first_before = self.place(before, start);
        let way = |from, to| self.model.way(kind, from, to);
        let opened = self.ahead[before as usize] + self.ahead[other as usize];
        let [to_client, from_client] = [way(here, client), way(client, there)];
        let (stretches, count) = self.stretches::<LONGEST>(client);
        let is_forward = self.at[other as usize] > self.at[client as usize];
        for &Stretch { last, after, forth, back } in &stretches[..count] {
            if last == other {
                return false;
            }
            let way = |from, to| self.model.way(kind, from, to);
            let closed = way(first_before, self.place(after, stop)) - opened - self.ahead[last as usize];
            let straight = to_client + way(last, there) + closed;
            let turned = way(here, last) + from_client + closed + back - forth;
            for (piece, change) in [(Run(client, last), straight), (Back(client, last), turned)] {
                let done = if is_forward {
                    self.try_one(trip, change, [Head(before), Run(after, other), piece, Tail(behind)])
                } else {
                    self.try_one(trip, change, [Head(other), piece, Run(behind, before), Tail(after)])
                };
                if done {
                    return true;
                }
                if last == client {
                    break;
                }
            }
        }
        false
    }

    fn swap_between(&mut self, [from, to]: [u32; 2], client: u32, other: u32) -> bool {
        let [kind, kind_to] = [from, to].map(|trip| self.trips[trip as usize].kind);
        let [before, before_other] = [client, other].map(|node| self.prev[node as usize]);
        let ([start, stop], [start_to, stop_to]) = (self.model.ends(kind), self.model.ends(kind_to));
        let to_other = self.model.way(kind, self.place(before, start), other);
        let to_client = self.model.way(kind_to, self.place(before_other, start_to), client);
        let arrived = self.ahead[before as usize] + self.ahead[before_other as usize];
        let slack = self.slack(from) + self.slack(to);
        let (ends, count) = self.stretches::<LONGEST>(client);
        let (ends_other, count_other) = self.stretches::<LONGEST_OTHER>(other);
        for (len, of_client) in ends[..count].iter().enumerate() {
            for of_other in &ends_other[..count_other.min(len + 1)] {
                let [last, last_other] = [of_client.last, of_other.last];
                let [after, after_other] = [of_client.after, of_other.after];
                let mut change = to_other
                    + self.model.way(kind, last_other, self.place(after, stop))
                    + to_client
                    + self.model.way(kind_to, last, self.place(after_other, stop_to))
                    - arrived
                    - self.ahead[last as usize]
                    - self.ahead[last_other as usize];
                if kind != kind_to {
                    change += self.ways_of(kind, other, last_other)[0] - of_other.forth;
                    change += self.ways_of(kind_to, client, last)[0] - of_client.forth;
                }
                let here = [Head(before), Run(other, last_other), Tail(after)];
                let there = [Head(before_other), Run(client, last), Tail(after_other)];
                if self.try_two([from, to], change, slack, here, there) {
                    return true;
                }
            }
        }
        false
    }

    fn swap_within(&mut self, trip: u32, client: u32, other: u32) -> bool {
        let kind = self.trips[trip as usize].kind;
        let [start, stop] = self.model.ends(kind);
        let (ends, count) = self.stretches::<LONGEST>(client);
        let (ends_other, count_other) = self.stretches::<LONGEST_OTHER>(other);
        for (len, of_client) in ends[..count].iter().enumerate() {
            for of_other in &ends_other[..count_other.min(len + 1)] {
                let (mut one, mut two) = ((client, of_client.last), (other, of_other.last));
                if self.at[one.0 as usize] > self.at[two.0 as usize] {
                    (one, two) = (two, one);
                }
                if self.at[one.1 as usize] >= self.at[two.0 as usize] {
                    continue;
                }
                let way = |from, to| self.model.way(kind, from, to);
                let (before, behind) = (self.prev[one.0 as usize], self.next[two.1 as usize]);
                let middle = (self.next[one.1 as usize], self.prev[two.0 as usize]);
                let outer = way(self.place(before, start), two.0) + way(one.1, self.place(behind, stop))
                    - self.ahead[before as usize]
                    - self.ahead[one.1 as usize]
                    - self.ahead[two.1 as usize];
                let done = if middle.0 == two.0 {
                    let pieces = [Head(before), Run(two.0, two.1), Run(one.0, one.1), Tail(behind)];
                    self.try_one(trip, outer + way(two.1, one.0), pieces)
                } else {
                    let inner = way(two.1, middle.0) + way(middle.1, one.0) - self.ahead[middle.1 as usize];
                    let middle = Run(middle.0, middle.1);
                    let (one, two) = (Run(one.0, one.1), Run(two.0, two.1));
                    self.try_one(trip, outer + inner, [Head(before), two, middle, one, Tail(behind)])
                };
                if done {
                    return true;
                }
            }
        }
        false
    }

    /// Turns the stretch behind `client` until `other`, or the other way round.
    fn turn(&mut self, trip: u32, client: u32, other: u32) -> bool {
        let (first, last) = if self.at[client as usize] < self.at[other as usize] {
            (client, other)
        } else {
            (other, client)
        };
        let (from, behind) = (self.next[first as usize], self.next[last as usize]);
        if from == last {
            return false;
        }
        let kind = self.trips[trip as usize].kind;
        let there = self.place(behind, self.model.ends(kind)[1]);
        let turned = self.back[last as usize] - self.back[from as usize] + self.forth[from as usize]
            - self.forth[last as usize];
        let change = self.model.way(kind, first, last) + self.model.way(kind, from, there)
            - self.ahead[first as usize]
            - self.ahead[last as usize]
            + turned;
        self.try_one(trip, change, [Head(first), Back(from, last), Tail(behind)])
    }

    fn exchange_ends(&mut self, [from, to]: [u32; 2], client: u32, other: u32) -> bool {
        let kind = self.trips[from as usize].kind;
        if kind != self.trips[to as usize].kind {
            return false;
        }
        let after = self.next[client as usize];
        let behind = self.next[other as usize];
        let [start, stop] = self.model.ends(kind);
        let way = |from, to| self.model.way(kind, from, to);
        let slack = self.slack(from) + self.slack(to);
        let freed = self.ahead[client as usize] + self.ahead[other as usize];
        let [closed, spared] = self.closing(kind, other, after);
        let change = way(client, self.place(behind, stop)) + closed - freed;
        let pieces = ([Head(client), Tail(behind)], [Head(other), Tail(after)]);
        if self.try_two([from, to], change, slack + spared, pieces.0, pieces.1) {
            return true;
        }
        if self.is_end(other) {
            return false;
        }
        let before = self.prev[other as usize];
        let way = |from, to| self.model.way(kind, from, to);
        if !M::TURNS {
            let freed = self.ahead[client as usize] + self.ahead[before as usize];
            let [closed, spared] = self.closing(kind, before, after);
            let change = way(client, other) + closed - freed;
            let pieces = ([Head(client), Tail(other)], [Head(before), Tail(after)]);
            return self.try_two([from, to], change, slack + spared, pieces.0, pieces.1);
        }
        // The first half of one and of the other, turned, and the rest of both.
        let first_other = self.next[self.end_of(to) as usize];
        let last = self.prev[self.end_of(from) as usize];
        let (end, start_node) = (self.end_of(from), self.end_of(to));
        let here = [Head(client), Back(first_other, other), Tail(end)];
        let mut change = way(client, other) + self.back[other as usize] + way(first_other, stop)
            - freed
            - self.forth[other as usize];
        if self.is_end(after) {
            let [closed, spared] = self.closing(kind, start_node, behind);
            change += closed;
            return self.try_two([from, to], change, slack + spared, here, [Head(start_node), Tail(behind)]);
        }
        let rest = self.trips[from as usize].way - self.forth[after as usize];
        change += way(start, last) + self.back[last as usize] - self.back[after as usize]
            + way(after, self.place(behind, stop))
            - rest;
        let there = [Head(start_node), Back(after, last), Tail(behind)];
        self.try_two([from, to], change, slack, here, there)
    }
}
