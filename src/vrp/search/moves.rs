//! The moves of the descent: stretches of one to three clients move (also turned round), change places with
//! stretches of one or two, trips exchange their ends (2-opt*) or turn a part of themselves (2-opt).

use super::descent::{Descent, Piece};
use super::penalty::Penalised;
use Piece::{Back, Head, Run, Tail};

/// Longest stretch that moves.
const LONGEST: usize = 3;

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

    /// The ends of stretches of one, two and three clients that begin at `client`, as far as the trip reaches.
    fn stretches(&self, client: u32) -> ([u32; LONGEST], usize) {
        let (mut ends, mut count) = ([client; LONGEST], 1);
        while count < LONGEST && !self.is_end(self.next[ends[count - 1] as usize]) {
            ends[count] = self.next[ends[count - 1] as usize];
            count += 1;
        }
        (ends, count)
    }

    fn move_between(&mut self, [from, to]: [u32; 2], client: u32, other: u32) -> bool {
        let before = self.prev[client as usize];
        let behind = self.next[other as usize];
        let (ends, count) = self.stretches(client);
        for &last in &ends[..count] {
            let left = [Head(before), Tail(self.next[last as usize])];
            if self.try_two([from, to], left, [Head(other), Run(client, last), Tail(behind)])
                || last != client
                    && self.try_two([from, to], left, [Head(other), Back(client, last), Tail(behind)])
            {
                return true;
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
        let (ends, count) = self.stretches(client);
        for &last in &ends[..count] {
            if last == other {
                return false;
            }
            let after = self.next[last as usize];
            let is_forward = self.at[other as usize] > self.at[client as usize];
            for piece in [Run(client, last), Back(client, last)] {
                let done = if is_forward {
                    self.try_one(trip, [Head(before), Run(after, other), piece, Tail(behind)])
                } else {
                    self.try_one(trip, [Head(other), piece, Run(behind, before), Tail(after)])
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

    fn swap_between(&mut self, trips: [u32; 2], client: u32, other: u32) -> bool {
        let [before, before_other] = [client, other].map(|node| self.prev[node as usize]);
        let (ends, count) = self.stretches(client);
        let (ends_other, count_other) = self.stretches(other);
        for (len, &last) in ends[..count].iter().enumerate() {
            for &last_other in &ends_other[..count_other.min(len + 1).min(2)] {
                let [after, after_other] = [last, last_other].map(|node| self.next[node as usize]);
                let here = [Head(before), Run(other, last_other), Tail(after)];
                let there = [Head(before_other), Run(client, last), Tail(after_other)];
                if self.try_two(trips, here, there) {
                    return true;
                }
            }
        }
        false
    }

    fn swap_within(&mut self, trip: u32, client: u32, other: u32) -> bool {
        let (ends, count) = self.stretches(client);
        let (ends_other, count_other) = self.stretches(other);
        for (len, &last) in ends[..count].iter().enumerate() {
            for &last_other in &ends_other[..count_other.min(len + 1).min(2)] {
                let (mut one, mut two) = ((client, last), (other, last_other));
                if self.at[one.0 as usize] > self.at[two.0 as usize] {
                    (one, two) = (two, one);
                }
                if self.at[one.1 as usize] >= self.at[two.0 as usize] {
                    continue;
                }
                let (before, behind) = (self.prev[one.0 as usize], self.next[two.1 as usize]);
                let middle = (self.next[one.1 as usize], self.prev[two.0 as usize]);
                let done = if middle.0 == two.0 {
                    self.try_one(trip, [Head(before), Run(two.0, two.1), Run(one.0, one.1), Tail(behind)])
                } else {
                    let middle = Run(middle.0, middle.1);
                    let (one, two) = (Run(one.0, one.1), Run(two.0, two.1));
                    self.try_one(trip, [Head(before), two, middle, one, Tail(behind)])
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
        self.try_one(trip, [Head(first), Back(from, last), Tail(behind)])
    }

    fn exchange_ends(&mut self, [from, to]: [u32; 2], client: u32, other: u32) -> bool {
        if self.trips[from as usize].kind != self.trips[to as usize].kind {
            return false;
        }
        let after = self.next[client as usize];
        let behind = self.next[other as usize];
        if self.try_two([from, to], [Head(client), Tail(behind)], [Head(other), Tail(after)]) {
            return true;
        }
        if self.is_end(other) {
            return false;
        }
        let before = self.prev[other as usize];
        if !M::TURNS {
            return self.try_two([from, to], [Head(client), Tail(other)], [Head(before), Tail(after)]);
        }
        // The first half of one and of the other, turned, and the rest of both.
        let first_other = self.next[self.end_of(to) as usize];
        let last = self.prev[self.end_of(from) as usize];
        let (end, start) = (self.end_of(from), self.end_of(to));
        let here = [Head(client), Back(first_other, other), Tail(end)];
        if self.is_end(after) {
            return self.try_two([from, to], here, [Head(start), Tail(behind)]);
        }
        self.try_two([from, to], here, [Head(start), Back(after, last), Tail(behind)])
    }
}
