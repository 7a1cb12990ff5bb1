//! Insertions of plain problems.
//!
//! The scan of neighbours resembles that of the rich rules and is not shared with it: here both positions next to a neighbour
//! are evaluated without a branch in 32-bit numbers, there each only where it may pay, by segments.

use super::model::PlainModel;
use crate::search::arcs::metres_below;
use crate::search::index::{FIRST_TYPE, NONE};
use crate::search::insertion::{
    BlinkMask, CHUNK, Insertion, InsertionModel, SUFFICIENT_NEIGHBOURS, TripOpening,
};
use crate::search::instance::Instance;
use crate::search::state::{NewTripPosition, State};

impl<const WINDOWS: bool> InsertionModel for PlainModel<'_, WINDOWS> {
    fn refresh(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64> {
        let trip = *state.vehicles[vehicle as usize].trips.first()?;
        let end = state.end_of(trip);
        let mut node = end;
        loop {
            let next = state.links[node as usize].next;
            self.refresh_arc(state, node, next);
            if next == end {
                break;
            }
            node = next;
        }
        self.refresh_shrunk(state, vehicle)
    }

    fn after_removal(&self, state: &mut State<Self>, node: u32) {
        let next = state.links[node as usize].next;
        self.refresh_arc(state, node, next);
    }

    fn refresh_shrunk(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64> {
        let trip = *state.vehicles[vehicle as usize].trips.first()?;
        let end = state.end_of(trip);
        let depot = self.stop(end);
        let (mut node, mut distance, mut load) = (end, 0_i64, 0);
        let mut earliest_departure = depot.open;
        let mut on_time = true;
        loop {
            let next = state.links[node as usize].next;
            let row = &mut state.nodes[node as usize];
            row.earliest_departure = earliest_departure;
            let arc_to_next = row.arc_to_next;
            distance += i64::from(arc_to_next.distance);
            let stop = self.stop(next);
            if WINDOWS {
                let start = stop.open.max(earliest_departure + arc_to_next.time);
                on_time &= start <= stop.close;
                earliest_departure = start + stop.service;
            }
            if next == end {
                break;
            }
            load += stop.load;
            node = next;
        }
        state.trips[trip as usize].data.load = load;
        if WINDOWS {
            if !on_time {
                return None;
            }
            state.nodes[end as usize].latest_start = depot.close;
            let mut latest_start = depot.close;
            node = end;
            loop {
                let prev = state.links[node as usize].prev;
                if prev == end {
                    break;
                }
                let stop = self.stop(prev);
                latest_start =
                    stop.close.min(latest_start - state.nodes[prev as usize].arc_to_next.time - stop.service);
                state.nodes[prev as usize].latest_start = latest_start;
                node = prev;
            }
        }
        Some(self.fixed_cost + self.cost_per_metre * distance)
    }

    fn after_insertion(&self, state: &mut State<Self>, client: u32, delta: i64) {
        let trip = state.links[client as usize].trip;
        let vehicle = state.trips[trip as usize].vehicle;
        if state.trips[trip as usize].len == 1 {
            let cost = self.refresh(state, vehicle).expect("a client that fits alone was inserted alone");
            state.vehicles[vehicle as usize].cost = cost;
            state.cost += cost;
            return;
        }
        state.vehicles[vehicle as usize].cost += delta;
        state.cost += delta;
        state.trips[trip as usize].data.load += self.stop(client).load;
        let (prev, next) = (state.links[client as usize].prev, state.links[client as usize].next);
        let (c, p, s) = (client as usize, self.place(prev), self.place(next));
        let (arrive, depart) = (self.arcs.into(c).at(p), self.arcs.from(c).at(s));
        state.nodes[prev as usize].arc_to_next = arrive;
        state.nodes[c].metres_from_prev = arrive.distance;
        state.nodes[c].arc_to_next = depart;
        state.nodes[next as usize].metres_from_prev = depart.distance;
        if WINDOWS {
            let stop = self.stop(client);
            let start = stop.open.max(state.nodes[prev as usize].earliest_departure + arrive.time);
            state.nodes[c].earliest_departure = start + stop.service;
            let after = state.nodes[next as usize].latest_start - depart.time - stop.service;
            state.nodes[c].latest_start = stop.close.min(after);
            self.forward(state, client);
            self.backward(state, client);
        }
    }

    #[expect(
        clippy::needless_bitwise_bool,
        reason = "the branch is unpredictable; evaluating both sides is cheaper"
    )]
    fn best_among_neighbours(
        &self,
        state: &State<Self>,
        instance: &Instance<'_>,
        client: u32,
        limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Insertion> {
        let c = client as usize;
        let stop = self.stops[c];
        // The load that a trip may have so that the client fits.
        let max_load = self.capacity - stop.load;
        let (arrivals, departures) = (self.arcs.into(c), self.arcs.from(c));
        // Detours below this cost less than the limit.
        let mut max_detour = metres_below(limit, self.cost_per_metre, i32::MAX);
        let mut best = None;
        if state.trips.is_empty() {
            return None;
        }
        let last_trip = state.trips.len() - 1;
        let mut promising = [0_u8; CHUNK];
        let granular = instance.granular_arcs(c);
        for (chunk, clients) in granular.clients.chunks(CHUNK).enumerate() {
            if chunk * CHUNK >= SUFFICIENT_NEIGHBOURS && best.is_some() {
                break;
            }
            let first = chunk * CHUNK;
            let range = first..first + clients.len();
            let (from_neighbour, to_neighbour) =
                (granular.from_neighbours.part(range.clone()), granular.to_neighbours.part(range));
            // By the triangle inequality the arc to the third stop is at least the difference of the two others.
            let bound = max_detour.saturating_add(self.slack);
            // First a screening without unpredictable branches: neighbours on whose trips the load fits, and next to which
            // there is time, and not too long a detour.
            let mut count = 0;
            for (at, ((&client, from_neighbour), to_neighbour)) in
                clients.iter().zip(from_neighbour.iter()).zip(to_neighbour.iter()).enumerate()
            {
                let b = client as usize;
                let link = state.links[b];
                let trip = (link.trip as usize).min(last_trip);
                let node = state.nodes[b];
                let mut may_precede = 2 * (to_neighbour.distance - node.metres_from_prev) < bound;
                let mut may_follow = 2 * (from_neighbour.distance - node.arc_to_next.distance) < bound;
                if WINDOWS {
                    let latest = stop.close.min(node.latest_start - to_neighbour.time - stop.service);
                    let start = stop.open.max(node.earliest_departure + from_neighbour.time);
                    may_precede &= stop.open <= latest;
                    may_follow &= start <= stop.close;
                }
                promising[count] = at as u8;
                let fits = (link.trip != NONE) & (state.trips[trip].data.load <= max_load);
                count += usize::from(fits & (may_precede | may_follow));
            }
            for &at in &promising[..count] {
                let b = clients[at as usize] as usize;
                let (from_neighbour, to_neighbour) =
                    (from_neighbour.at(at as usize), to_neighbour.at(at as usize));
                let node = state.nodes[b];
                let link = state.links[b];
                let blinks = BlinkMask::draw(rng);
                let arrive = arrivals.at(self.place(link.prev));
                let depart = departures.at(self.place(link.next));
                let mut before = arrive.distance + to_neighbour.distance - node.metres_from_prev;
                let mut after = from_neighbour.distance + depart.distance - node.arc_to_next.distance;
                let mut may_precede = blinks.before();
                let mut may_follow = blinks.after();
                if WINDOWS {
                    let latest = stop.close.min(node.latest_start - to_neighbour.time - stop.service);
                    let start = stop.open.max(node.earliest_departure + from_neighbour.time);
                    may_precede &= (stop.open <= latest)
                        & (state.nodes[link.prev as usize].earliest_departure + arrive.time <= latest);
                    let end = start + stop.service + depart.time;
                    may_follow &=
                        (start <= stop.close) & (end <= state.nodes[link.next as usize].latest_start);
                }
                before = if may_precede { before } else { i32::MAX };
                after = if may_follow { after } else { i32::MAX };
                if before.min(after) < max_detour {
                    max_detour = before.min(after);
                    best = Some((if before <= after { link.prev } else { b as u32 }, link.trip));
                }
            }
        }
        best.map(|(after, trip)| {
            let delta = i64::from(max_detour) * self.cost_per_metre;
            Insertion { delta, client, after, trip, partner_after: NONE }
        })
    }

    fn best_opening(
        &self,
        state: &State<Self>,
        client: u32,
        limit: i64,
        _: &mut fastrand::Rng,
    ) -> Option<TripOpening> {
        let (c, depot) = (client as usize, self.depot as usize);
        if state.used[0] >= self.fleet[0] || !self.stops[c].is_possible {
            return None;
        }
        let distance = self.arcs.at(depot, c).distance + self.arcs.at(c, depot).distance;
        let cost = self.fixed_cost + self.cost_per_metre * i64::from(distance);
        (cost < limit).then_some(TripOpening {
            delta: cost,
            client,
            position: NewTripPosition::Vehicle(FIRST_TYPE),
        })
    }
}
