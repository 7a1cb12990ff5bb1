//! The moves of the local search: runs of one to three clients are relocated (also reversed) or swapped with runs of one or
//! two, trips exchange their ends (2-opt*) or reverse a part of themselves (2-opt).
//!
//! Each move is first evaluated by the cost of a few arcs; the other rules are evaluated only where it may still pay, penalties
//! that it saves included.

use super::pieces::Piece::{self, Head, Reversed, Run, Tail};
use super::routes::LaterTrips;
use super::tables::LocalSearch;
use crate::problem::VehicleType;
use crate::search::penalty::PenalisedModel;
use coldmile_units::Idx;

/// Clients of a run that is relocated at most.
const MAX_MOVED: usize = 3;
/// Clients of a run that another is swapped with at most.
const MAX_SWAPPED: usize = 2;

/// A run of clients: its last one, the node after it, and the cost of the arcs in it, as it stands and reversed.
#[derive(Clone, Copy)]
struct ClientRun {
    last: u32,
    after: u32,
    cost_to: i64,
    reversed_cost_to: i64,
}

impl<M: PenalisedModel> LocalSearch<'_, M> {
    /// Tries to bring `client` and `other` (a client, or the node of a trip) together; whether something was done.
    pub fn try_moves(&mut self, client: u32, other: u32) -> bool {
        let [from, to] = [client, other].map(|node| self.trip[node as usize]);
        if from == to {
            return self.relocate_within(from, client, other)
                || !self.is_end(other)
                    && (self.swap_within(from, client, other) || self.two_opt(from, client, other));
        }
        self.relocate_between([from, to], client, other)
            || !self.is_end(other) && self.swap_between([from, to], client, other)
            || self.two_opt_star([from, to], client, other)
    }

    /// The runs of up to `N` clients that start at `client`, as far as its trip reaches; how many there are.
    #[inline]
    fn runs<const N: usize>(&self, client: u32) -> ([ClientRun; N], usize) {
        let vehicle_type = self.trips[self.trip[client as usize] as usize].vehicle_type;
        let mut run =
            ClientRun { last: client, after: self.next[client as usize], cost_to: 0, reversed_cost_to: 0 };
        let (mut found, mut count) = ([run; N], 1);
        while count < N && !self.is_end(run.after) {
            let (last, next) = (run.last, run.after);
            run = ClientRun {
                last: next,
                after: self.next[next as usize],
                cost_to: run.cost_to + self.next_arc_cost[last as usize],
                reversed_cost_to: run.reversed_cost_to + self.model.arc_cost(vehicle_type, next, last),
            };
            found[count] = run;
            count += 1;
        }
        (found, count)
    }

    /// Cost of the arc that closes a trip between two nodes, and what is saved when that leaves it empty.
    #[inline]
    fn closing(&self, vehicle_type: Idx<VehicleType>, before: u32, after: u32) -> [i64; 2] {
        if self.is_end(before) && self.is_end(after) {
            return [0, self.min_trip_cost[vehicle_type.get()]];
        }
        let [start, stop] = self.model.ends(vehicle_type);
        [self.model.arc_cost(vehicle_type, self.place(before, start), self.place(after, stop)), 0]
    }

    /// Cost of the arcs of a run that starts at `first` for another vehicle type, as it stands and reversed.
    fn run_costs(&self, vehicle_type: Idx<VehicleType>, first: u32, last: u32) -> [i64; 2] {
        self.along(first, last).fold([0, 0], |[cost_to, reversed_cost_to], [a, b]| {
            [
                cost_to + self.model.arc_cost(vehicle_type, a, b),
                reversed_cost_to + self.model.arc_cost(vehicle_type, b, a),
            ]
        })
    }

    fn relocate_between(&mut self, [from, to]: [u32; 2], client: u32, other: u32) -> bool {
        let [vehicle_type, kind_to] = [from, to].map(|trip| self.trips[trip as usize].vehicle_type);
        let before = self.prev[client as usize];
        let behind = self.next[other as usize];
        let [start_to, stop_to] = self.model.ends(kind_to);
        let [here, there] = [self.place(other, start_to), self.place(behind, stop_to)];
        let opened = self.next_arc_cost[other as usize];
        let arrived = self.next_arc_cost[before as usize];
        let slack = self.slack(from) + self.slack(to);
        let [to_client, from_client] =
            [self.model.arc_cost(kind_to, here, client), self.model.arc_cost(kind_to, client, there)];
        let (runs, count) = self.runs::<MAX_MOVED>(client);
        for run in &runs[..count] {
            let ClientRun { last, after, mut cost_to, mut reversed_cost_to } = *run;
            let [closed, saved] = self.closing(vehicle_type, before, after);
            let freed = arrived + cost_to + self.next_arc_cost[last as usize] - closed;
            let allowed = slack + saved;
            if vehicle_type != kind_to {
                [cost_to, reversed_cost_to] = self.run_costs(kind_to, client, last);
            }
            let left = [Head(before), Tail(after)];
            let from_last = self.model.arc_cost(kind_to, last, there);
            let change = to_client + cost_to + from_last - opened - freed;
            let moved = [Head(other), Run(client, last), Tail(behind)];
            if self.try_two([from, to], change, allowed, left, moved) {
                return true;
            }
            if last != client {
                let to_last = self.model.arc_cost(kind_to, here, last);
                let change = to_last + reversed_cost_to + from_client - opened - freed;
                let moved = [Head(other), Reversed(client, last), Tail(behind)];
                if self.try_two([from, to], change, allowed, left, moved) {
                    return true;
                }
            }
        }
        false
    }

    fn relocate_within(&mut self, trip: u32, client: u32, other: u32) -> bool {
        let before = self.prev[client as usize];
        if other == before {
            return false;
        }
        let behind = self.next[other as usize];
        let vehicle_type = self.trips[trip as usize].vehicle_type;
        let [start, stop] = self.model.ends(vehicle_type);
        let [here, there] = [self.place(other, start), self.place(behind, stop)];
        let first_before = self.place(before, start);
        let arc_cost = |from, to| self.model.arc_cost(vehicle_type, from, to);
        let opened = self.next_arc_cost[before as usize] + self.next_arc_cost[other as usize];
        let [to_client, from_client] = [arc_cost(here, client), arc_cost(client, there)];
        let (runs, count) = self.runs::<MAX_MOVED>(client);
        let moves_forward = self.at[other as usize] > self.at[client as usize];
        for &ClientRun { last, after, cost_to, reversed_cost_to } in &runs[..count] {
            if last == other {
                return false;
            }
            let arc_cost = |from, to| self.model.arc_cost(vehicle_type, from, to);
            let closed =
                arc_cost(first_before, self.place(after, stop)) - opened - self.next_arc_cost[last as usize];
            let straight = to_client + arc_cost(last, there) + closed;
            let reversed = arc_cost(here, last) + from_client + closed + reversed_cost_to - cost_to;
            for (piece, change) in [(Run(client, last), straight), (Reversed(client, last), reversed)] {
                let done = if moves_forward {
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
        let [vehicle_type, kind_to] = [from, to].map(|trip| self.trips[trip as usize].vehicle_type);
        let [before, before_other] = [client, other].map(|node| self.prev[node as usize]);
        let ([start, stop], [start_to, stop_to]) = (self.model.ends(vehicle_type), self.model.ends(kind_to));
        let to_other = self.model.arc_cost(vehicle_type, self.place(before, start), other);
        let to_client = self.model.arc_cost(kind_to, self.place(before_other, start_to), client);
        let arrived = self.next_arc_cost[before as usize] + self.next_arc_cost[before_other as usize];
        let slack = self.slack(from) + self.slack(to);
        let (ends, count) = self.runs::<MAX_MOVED>(client);
        let (ends_other, count_other) = self.runs::<MAX_SWAPPED>(other);
        for (len, of_client) in ends[..count].iter().enumerate() {
            for of_other in &ends_other[..count_other.min(len + 1)] {
                let [last, last_other] = [of_client.last, of_other.last];
                let [after, after_other] = [of_client.after, of_other.after];
                let mut change = to_other
                    + self.model.arc_cost(vehicle_type, last_other, self.place(after, stop))
                    + to_client
                    + self.model.arc_cost(kind_to, last, self.place(after_other, stop_to))
                    - arrived
                    - self.next_arc_cost[last as usize]
                    - self.next_arc_cost[last_other as usize];
                if vehicle_type != kind_to {
                    change += self.run_costs(vehicle_type, other, last_other)[0] - of_other.cost_to;
                    change += self.run_costs(kind_to, client, last)[0] - of_client.cost_to;
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
        let vehicle_type = self.trips[trip as usize].vehicle_type;
        let [start, stop] = self.model.ends(vehicle_type);
        let (ends, count) = self.runs::<MAX_MOVED>(client);
        let (ends_other, count_other) = self.runs::<MAX_SWAPPED>(other);
        for (len, of_client) in ends[..count].iter().enumerate() {
            for of_other in &ends_other[..count_other.min(len + 1)] {
                let (mut one, mut two) = ((client, of_client.last), (other, of_other.last));
                if self.at[one.0 as usize] > self.at[two.0 as usize] {
                    (one, two) = (two, one);
                }
                if self.at[one.1 as usize] >= self.at[two.0 as usize] {
                    continue;
                }
                let arc_cost = |from, to| self.model.arc_cost(vehicle_type, from, to);
                let (before, behind) = (self.prev[one.0 as usize], self.next[two.1 as usize]);
                let middle = (self.next[one.1 as usize], self.prev[two.0 as usize]);
                let outer = arc_cost(self.place(before, start), two.0)
                    + arc_cost(one.1, self.place(behind, stop))
                    - self.next_arc_cost[before as usize]
                    - self.next_arc_cost[one.1 as usize]
                    - self.next_arc_cost[two.1 as usize];
                let done = if middle.0 == two.0 {
                    let pieces = [Head(before), Run(two.0, two.1), Run(one.0, one.1), Tail(behind)];
                    self.try_one(trip, outer + arc_cost(two.1, one.0), pieces)
                } else {
                    let inner = arc_cost(two.1, middle.0) + arc_cost(middle.1, one.0)
                        - self.next_arc_cost[middle.1 as usize];
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

    /// 2-opt: reverses the run behind the first of `client` and `other` up to the second.
    fn two_opt(&mut self, trip: u32, client: u32, other: u32) -> bool {
        let (first, last) = if self.at[client as usize] < self.at[other as usize] {
            (client, other)
        } else {
            (other, client)
        };
        let (from, behind) = (self.next[first as usize], self.next[last as usize]);
        if from == last {
            return false;
        }
        let vehicle_type = self.trips[trip as usize].vehicle_type;
        let there = self.place(behind, self.model.ends(vehicle_type)[1]);
        let reversed = self.reversed_cost_to[last as usize] - self.reversed_cost_to[from as usize]
            + self.cost_to[from as usize]
            - self.cost_to[last as usize];
        let change = self.model.arc_cost(vehicle_type, first, last)
            + self.model.arc_cost(vehicle_type, from, there)
            - self.next_arc_cost[first as usize]
            - self.next_arc_cost[last as usize]
            + reversed;
        self.try_one(trip, change, [Head(first), Reversed(from, last), Tail(behind)])
    }

    /// As 2-opt* with the later trips of both vehicles: these follow the ends of the trips.
    fn cross_routes(
        &mut self,
        [from, to]: [u32; 2],
        change: i64,
        of_a: &[Piece; 2],
        of_b: &[Piece; 2],
    ) -> bool {
        if !self.model.may_reload() {
            return false;
        }
        let [row, row_to] = [from, to].map(|trip| self.trips[trip as usize]);
        let is_apart = |trip: u32| self.empty[row.vehicle_type.get()] == trip;
        if row.route == row_to.route || is_apart(to) || is_apart(from) {
            return false;
        }
        let [count, count_to] = [row, row_to].map(|row| self.routes[row.route as usize].trips.len());
        let [place, place_to] = [row.place as usize, row_to.place as usize];
        let has_later = place + 1 < count || place_to + 1 < count_to;
        let max_count = (place + count_to - place_to).max(place_to + count - place);
        if !has_later || max_count > self.model.max_trips(row.vehicle_type) {
            return false;
        }
        self.evaluated += 1;
        self.evaluate_two_on_routes([from, to], change, of_a, of_b, LaterTrips::Exchanged)
    }

    fn two_opt_star(&mut self, [from, to]: [u32; 2], client: u32, other: u32) -> bool {
        let vehicle_type = self.trips[from as usize].vehicle_type;
        if vehicle_type != self.trips[to as usize].vehicle_type {
            return false;
        }
        let after = self.next[client as usize];
        let behind = self.next[other as usize];
        let [start, stop] = self.model.ends(vehicle_type);
        let arc_cost = |from, to| self.model.arc_cost(vehicle_type, from, to);
        let slack = self.slack(from) + self.slack(to);
        let freed = self.next_arc_cost[client as usize] + self.next_arc_cost[other as usize];
        let [closed, saved] = self.closing(vehicle_type, other, after);
        let change = arc_cost(client, self.place(behind, stop)) + closed - freed;
        let pieces = ([Head(client), Tail(behind)], [Head(other), Tail(after)]);
        if self.try_two([from, to], change, slack + saved, pieces.0, pieces.1)
            || change < slack + saved && self.cross_routes([from, to], change, &pieces.0, &pieces.1)
        {
            return true;
        }
        if self.is_end(other) {
            return false;
        }
        let before = self.prev[other as usize];
        let arc_cost = |from, to| self.model.arc_cost(vehicle_type, from, to);
        if !M::REVERSIBLE {
            let freed = self.next_arc_cost[client as usize] + self.next_arc_cost[before as usize];
            let [closed, saved] = self.closing(vehicle_type, before, after);
            let change = arc_cost(client, other) + closed - freed;
            let pieces = ([Head(client), Tail(other)], [Head(before), Tail(after)]);
            return self.try_two([from, to], change, slack + saved, pieces.0, pieces.1)
                || change < slack + saved && self.cross_routes([from, to], change, &pieces.0, &pieces.1);
        }
        // The first part of one trip and that of the other, reversed; then the rest of both.
        let first_other = self.next[self.end_of(to) as usize];
        let last = self.prev[self.end_of(from) as usize];
        let (end, start_node) = (self.end_of(from), self.end_of(to));
        let here = [Head(client), Reversed(first_other, other), Tail(end)];
        let mut change =
            arc_cost(client, other) + self.reversed_cost_to[other as usize] + arc_cost(first_other, stop)
                - freed
                - self.cost_to[other as usize];
        if self.is_end(after) {
            let [closed, saved] = self.closing(vehicle_type, start_node, behind);
            change += closed;
            return self.try_two([from, to], change, slack + saved, here, [Head(start_node), Tail(behind)]);
        }
        let rest = self.trips[from as usize].travel_cost - self.cost_to[after as usize];
        change += arc_cost(start, last) + self.reversed_cost_to[last as usize]
            - self.reversed_cost_to[after as usize]
            + arc_cost(after, self.place(behind, stop))
            - rest;
        let there = [Head(start_node), Reversed(after, last), Tail(behind)];
        self.try_two([from, to], change, slack, here, there)
    }
}
