//! The rules of plain problems: one vehicle type, one trip a vehicle, one load dimension of deliveries, cost by
//! distance, with time windows or without.
//!
//! Everything fits small integers and a few instructions an insertion: this is where the literature's CVRP and VRPTW
//! run. Whatever asks for more takes [`rich`](super::rich).

mod parts;

pub(super) use parts::PlainRules;

use super::arcs::metres_below;
use super::instance::{Arc, Arcs, FAR, Instance};
use super::model::{BUNCH, ENOUGH, Eyes, Gap, Model, Opened, Opening};
use super::state::{NONE, State};
use super::units::Units;
use crate::problem::VehicleType;
use coldmile_units::Timestamp;

/// Latest time on the small clock.
const LATEST: i64 = 1 << 29;

/// Rules of a plain problem; `WINDOWS` says whether time matters at all.
pub(super) struct Plain<'a, const WINDOWS: bool> {
    arcs: &'a Arcs,
    units: &'a Units,
    fleet: [u32; 1],
    depot: u32,
    capacity: i64,
    fixed_cost: i64,
    cost_per_metre: i64,
    /// Twice by how much a way may be shorter than the difference of the two that make a triangle with it.
    slack: i32,
    stops: Vec<Stop>,
}

/// A client, or (last) the depot.
#[derive(Clone, Copy)]
struct Stop {
    open: i32,
    close: i32,
    service: i32,
    /// Whether a vehicle can serve it alone.
    is_possible: bool,
    load: i64,
}

/// What a node of a plain problem remembers.
#[derive(Clone, Copy, Default)]
pub(super) struct PlainNode {
    /// Earliest departure: start of service plus service.
    leave: i32,
    /// Latest start of service that keeps the rest of the trip on time.
    late: i32,
    /// The way to the next node.
    ahead: Arc,
    /// Metres from the one before.
    behind: i32,
}

/// What a trip of a plain problem remembers.
#[derive(Clone, Copy, Default)]
pub(super) struct PlainTrip {
    load: i64,
}

/// Whether a problem is plain.
pub(super) fn is_plain(instance: &Instance<'_>) -> bool {
    let problem = instance.problem;
    let mut types = problem.vehicle_types().iter();
    let (Some(vehicle), None) = (types.next(), types.next()) else {
        return false;
    };
    let arcs = instance.arcs_of(vehicle);
    let small = |span: i64| span < i64::from(FAR) / 2;
    !arcs.has_gaps
        && instance.units.is_trivial()
        && problem.dimensions() <= 1
        && vehicle.start_depot == vehicle.end_depot
        && (!instance.has_windows || first_loading(instance, vehicle) > Timestamp::MIN)
        && vehicle.cost_per_second == 0
        && vehicle.max_duration.is_none()
        && vehicle.max_distance.is_none()
        && vehicle.max_trips == 1
        && problem.clients().iter().all(|client| {
            client.pickup.iter().all(|&amount| amount == 0)
                && client.release == Timestamp::MIN
                && (0..=vehicle.carrier).all(|carrier| {
                    client.longest_ride_on(carrier).is_none() && client.exposure_limit_on(carrier).is_none()
                })
                && client.skills & !vehicle.skills == 0
                && small(client.service.0)
        })
}

/// When loading may begin.
fn first_loading(instance: &Instance<'_>, vehicle: &VehicleType) -> Timestamp {
    let depot = &instance.problem.depots()[vehicle.start_depot];
    depot.window.open().max(vehicle.shift.open())
}

impl<'a, const WINDOWS: bool> Plain<'a, WINDOWS> {
    /// The rules of a problem that [`is_plain`].
    pub fn new(instance: &'a Instance<'_>) -> Self {
        let problem = instance.problem;
        let vehicle = problem.vehicle_types().iter().next().expect("a plain problem has one vehicle type");
        let depot = &problem.depots()[vehicle.start_depot];
        let open = first_loading(instance, vehicle) + depot.loading;
        let close = depot.window.close().min(vehicle.shift.close());
        // Nothing happens before the first loading: the small clock starts there.
        let zero = if WINDOWS { open.unix() } else { 0 };
        let clock = |at: Timestamp| at.unix().saturating_sub(zero).clamp(0, LATEST) as i32;
        let arcs = instance.arcs_of(vehicle);
        let depot_at = problem.clients().len() + vehicle.start_depot.get();
        // A depot's closing before the clock's zero stays unreachable.
        let depot_close = if close.unix() < zero { -1 } else { clock(close) };
        let depot_stop =
            Stop { open: clock(open), close: depot_close, service: 0, is_possible: true, load: 0 };
        let mut stops: Vec<Stop> = (problem.clients().iter().enumerate())
            .map(|(c, client)| {
                let mut stop = Stop {
                    open: clock(client.window.open()),
                    close: if client.window.close().unix() < zero {
                        -1
                    } else {
                        clock(client.window.close())
                    },
                    service: client.service.0 as i32,
                    is_possible: true,
                    load: client.delivery.first().copied().unwrap_or(0),
                };
                let start = stop.open.max(depot_stop.open + arcs.at(depot_at, c).time);
                let back = start + stop.service + arcs.at(c, depot_at).time;
                let on_time = !WINDOWS || start <= stop.close && back <= depot_stop.close;
                stop.is_possible =
                    on_time && stop.load <= vehicle.capacity.first().copied().unwrap_or(i64::MAX);
                stop
            })
            .collect();
        stops.push(depot_stop);
        Self {
            arcs,
            units: &instance.units,
            fleet: [vehicle.count.min(problem.clients().len()) as u32],
            depot: depot_at as u32,
            capacity: vehicle.capacity.first().copied().unwrap_or(i64::MAX),
            fixed_cost: vehicle.fixed_cost,
            cost_per_metre: vehicle.cost_per_metre,
            slack: if arcs.is_metric { 2 } else { FAR },
            stops,
        }
    }

    /// Position of a node among the stops that arcs know.
    #[inline]
    fn place(&self, node: u32) -> usize {
        if (node as usize) < self.stops.len() - 1 { node as usize } else { self.depot as usize }
    }

    #[inline]
    fn stop(&self, node: u32) -> &Stop {
        &self.stops[(node as usize).min(self.stops.len() - 1)]
    }

    /// Notes the way between two nodes that follow one another now.
    fn part_ways(&self, state: &mut State<Self>, node: u32, next: u32) {
        let arc = self.arcs.at(self.place(node), self.place(next));
        state.nodes[node as usize].ahead = arc;
        state.nodes[next as usize].behind = arc.distance;
    }

    /// Earliest times from `node` on, until they change nothing any more.
    fn forward(&self, state: &mut State<Self>, mut node: u32) {
        loop {
            let next = state.links[node as usize].next;
            if state.is_end(next) {
                return;
            }
            let PlainNode { leave, ahead, .. } = state.nodes[node as usize];
            let stop = self.stop(next);
            let next_leave = stop.open.max(leave + ahead.time) + stop.service;
            if state.nodes[next as usize].leave == next_leave {
                return;
            }
            state.nodes[next as usize].leave = next_leave;
            node = next;
        }
    }

    /// Latest times before `node`, until they change nothing any more.
    fn backward(&self, state: &mut State<Self>, mut node: u32) {
        loop {
            let prev = state.links[node as usize].prev;
            if state.is_end(prev) {
                return;
            }
            let ahead = state.nodes[prev as usize].ahead;
            let stop = self.stop(prev);
            let late = stop.close.min(state.nodes[node as usize].late - ahead.time - stop.service);
            if state.nodes[prev as usize].late == late {
                return;
            }
            state.nodes[prev as usize].late = late;
            node = prev;
        }
    }
}

impl<const WINDOWS: bool> Model for Plain<'_, WINDOWS> {
    type Node = PlainNode;
    type Trip = PlainTrip;

    fn client_count(&self) -> usize {
        self.stops.len() - 1
    }

    fn units(&self) -> &Units {
        self.units
    }

    fn fleet(&self) -> &[u32] {
        &self.fleet
    }

    fn refresh(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64> {
        let trip = *state.vehicles[vehicle as usize].trips.first()?;
        let end = state.end_of(trip);
        let mut node = end;
        loop {
            let next = state.links[node as usize].next;
            self.part_ways(state, node, next);
            if next == end {
                break;
            }
            node = next;
        }
        self.shrunk(state, vehicle)
    }

    fn parted(&self, state: &mut State<Self>, node: u32) {
        let next = state.links[node as usize].next;
        self.part_ways(state, node, next);
    }

    fn shrunk(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64> {
        let trip = *state.vehicles[vehicle as usize].trips.first()?;
        let end = state.end_of(trip);
        let depot = self.stop(end);
        let (mut node, mut distance, mut load) = (end, 0_i64, 0);
        let mut leave = depot.open;
        let mut on_time = true;
        loop {
            let next = state.links[node as usize].next;
            let row = &mut state.nodes[node as usize];
            row.leave = leave;
            let ahead = row.ahead;
            distance += i64::from(ahead.distance);
            let stop = self.stop(next);
            let start = stop.open.max(leave + ahead.time);
            on_time &= start <= stop.close;
            if next == end {
                break;
            }
            load += stop.load;
            leave = start + stop.service;
            node = next;
        }
        state.trips[trip as usize].data.load = load;
        if WINDOWS {
            if !on_time {
                return None;
            }
            state.nodes[end as usize].late = depot.close;
            let mut late = depot.close;
            node = end;
            loop {
                let prev = state.links[node as usize].prev;
                if prev == end {
                    break;
                }
                let stop = self.stop(prev);
                late = stop.close.min(late - state.nodes[prev as usize].ahead.time - stop.service);
                state.nodes[prev as usize].late = late;
                node = prev;
            }
        }
        Some(self.fixed_cost + self.cost_per_metre * distance)
    }

    fn inserted(&self, state: &mut State<Self>, client: u32, delta: i64) {
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
        state.nodes[prev as usize].ahead = arrive;
        state.nodes[c].behind = arrive.distance;
        state.nodes[c].ahead = depart;
        state.nodes[next as usize].behind = depart.distance;
        if WINDOWS {
            let stop = self.stop(client);
            let start = stop.open.max(state.nodes[prev as usize].leave + arrive.time);
            state.nodes[c].leave = start + stop.service;
            let after = state.nodes[next as usize].late - depart.time - stop.service;
            state.nodes[c].late = stop.close.min(after);
            self.forward(state, client);
            self.backward(state, client);
        }
    }

    #[inline]
    fn may_join(&self, state: &State<Self>, client: u32, trip: u32) -> bool {
        state.trips[trip as usize].data.load + self.stops[client as usize].load <= self.capacity
    }

    #[inline]
    fn insertion(&self, state: &State<Self>, client: u32, after: u32, _: u32, limit: i64) -> Option<i64> {
        let next = state.links[after as usize].next;
        let before = state.nodes[after as usize];
        let (from, to) = (self.place(after), self.place(next));
        let (arrive, depart) =
            (self.arcs.into(client as usize).at(from), self.arcs.from(client as usize).at(to));
        let detour = i64::from(arrive.distance + depart.distance - before.ahead.distance);
        let delta = detour * self.cost_per_metre;
        if delta >= limit {
            return None;
        }
        if WINDOWS {
            let stop = &self.stops[client as usize];
            let start = stop.open.max(before.leave + arrive.time);
            if start > stop.close || start + stop.service + depart.time > state.nodes[next as usize].late {
                return None;
            }
        }
        Some(delta)
    }

    #[expect(
        clippy::needless_bitwise_bool,
        reason = "a branch that nobody can foresee costs more than both sides"
    )]
    fn gap_beside(
        &self,
        state: &State<Self>,
        instance: &Instance<'_>,
        client: u32,
        limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Gap> {
        let c = client as usize;
        let stop = self.stops[c];
        let room = self.capacity - stop.load;
        let (arrivals, departures) = (self.arcs.into(c), self.arcs.from(c));
        // Detours below this cost less than the limit.
        let mut most = metres_below(limit, self.cost_per_metre);
        let mut best = None;
        if state.trips.is_empty() {
            return None;
        }
        let last_trip = state.trips.len() - 1;
        let mut promising = [0_u8; BUNCH];
        let beside = instance.beside_arcs(c);
        for (bunch, clients) in beside.clients.chunks(BUNCH).enumerate() {
            if bunch * BUNCH >= ENOUGH && best.is_some() {
                break;
            }
            let first = bunch * BUNCH;
            let ways = first..first + clients.len();
            let (forth, back) = (beside.forth.part(ways.clone()), beside.back.part(ways));
            // The way to the third stop is at least the difference of the two others.
            let bound = most.saturating_add(self.slack);
            // First, without a branch that nobody could foresee: on whose trips there is room, and time beside them, and
            // not too long a detour.
            let mut count = 0;
            for (at, ((&client, forth), back)) in
                clients.iter().zip(forth.iter()).zip(back.iter()).enumerate()
            {
                let b = client as usize;
                let link = state.links[b];
                let trip = (link.trip as usize).min(last_trip);
                let node = state.nodes[b];
                let mut may_precede = 2 * (back.distance - node.behind) < bound;
                let mut may_follow = 2 * (forth.distance - node.ahead.distance) < bound;
                if WINDOWS {
                    let latest = stop.close.min(node.late - back.time - stop.service);
                    let start = stop.open.max(node.leave + forth.time);
                    may_precede &= stop.open <= latest;
                    may_follow &= start <= stop.close;
                }
                promising[count] = at as u8;
                let has_room = (link.trip != NONE) & (state.trips[trip].data.load <= room);
                count += usize::from(has_room & (may_precede | may_follow));
            }
            for &at in &promising[..count] {
                let b = clients[at as usize] as usize;
                let (forth, back) = (forth.at(at as usize), back.at(at as usize));
                let node = state.nodes[b];
                let link = state.links[b];
                let eyes = Eyes::open(rng);
                let arrive = arrivals.at(self.place(link.prev));
                let depart = departures.at(self.place(link.next));
                let mut before = arrive.distance + back.distance - node.behind;
                let mut behind = forth.distance + depart.distance - node.ahead.distance;
                let mut may_precede = eyes.left();
                let mut may_follow = eyes.right();
                if WINDOWS {
                    let latest = stop.close.min(node.late - back.time - stop.service);
                    let start = stop.open.max(node.leave + forth.time);
                    may_precede &= (stop.open <= latest)
                        & (state.nodes[link.prev as usize].leave + arrive.time <= latest);
                    let end = start + stop.service + depart.time;
                    may_follow &= (start <= stop.close) & (end <= state.nodes[link.next as usize].late);
                }
                before = if may_precede { before } else { i32::MAX };
                behind = if may_follow { behind } else { i32::MAX };
                if before.min(behind) < most {
                    most = before.min(behind);
                    best = Some((if before <= behind { link.prev } else { b as u32 }, link.trip));
                }
            }
        }
        best.map(|(after, trip)| {
            let delta = i64::from(most) * self.cost_per_metre;
            Gap { delta, client, after, trip, partner_after: NONE }
        })
    }

    fn opening(&self, state: &State<Self>, client: u32, limit: i64, _: &mut fastrand::Rng) -> Option<Opened> {
        let (c, depot) = (client as usize, self.depot as usize);
        if state.used[0] >= self.fleet[0] || !self.stops[c].is_possible {
            return None;
        }
        let way = self.arcs.at(depot, c).distance + self.arcs.at(c, depot).distance;
        let cost = self.fixed_cost + self.cost_per_metre * i64::from(way);
        (cost < limit).then_some(Opened { delta: cost, client, opening: Opening::Vehicle(0) })
    }
}
