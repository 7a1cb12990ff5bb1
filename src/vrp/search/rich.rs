//! The rules of rich problems: vehicle types with shifts and prices, several depots and trips, release times, load
//! dimensions with pickups, pairs, alternatives, longest rides, exposure, skills, limits on way and duration.
//!
//! Every node remembers the segments of its trip from the departure to itself (`head`) and from itself to the
//! return (`tail`); a trip remembers the times of its vehicle's trips before and after. An insertion joins a handful
//! of segments, whatever the length of the route. `D` is the number of load dimensions that are
//! kept, `C` is 1 where goods have limits of rides or exposure and 0 where none has: what is absent costs nothing.

mod openings;
mod pairs;
mod parts;
mod trips;

pub(super) use parts::RichRules;

use super::arcs::metres_below;
use super::fit::{self, Alone};
use super::instance::{Arc, Arcs, FAR, Instance};
use super::model::{BUNCH, ENOUGH, Eyes, Gap, Model, Opened};
use super::state::{NONE, State};
use super::units::Units;
use crate::problem::{Client, Problem, VehicleType};
use crate::segment::{ExposureSegment, LoadSegment, OPEN, RideSegment, TimeSegment};
use crate::solution::Reason;
use coldmile_units::Idx;

/// Whether any goods have a longest ride or a limit of exposure on some vehicle.
pub(super) fn keeps_cold(problem: &Problem) -> bool {
    let on = |client: &Client, row: &VehicleType| {
        client.longest_ride_on(row.carrier).is_some() || client.exposure_limit_on(row.carrier).is_some()
    };
    problem.vehicle_types().iter().any(|row| problem.clients().iter().any(|client| on(client, row)))
}

/// Rules of a rich problem.
pub(super) struct Rich<'a, const D: usize, const C: usize> {
    units: &'a Units,
    kinds: Vec<Kind<'a, D>>,
    fleet: Vec<u32>,
    stops: Vec<Stop<D>>,
    has_trips: bool,
    /// The least that any vehicle type pays for a metre.
    least_per_metre: i64,
    /// Whether all vehicle types drive by the ways of the first.
    shares_arcs: bool,
    /// Whether the ways of all of them keep the triangle inequality, as [`Arcs::is_metric`] says.
    is_metric: bool,
}

/// A client made ready.
struct Stop<const D: usize> {
    time: TimeSegment,
    service: i64,
    release: i64,
    load: [LoadSegment; D],
}

/// A vehicle type made ready.
struct Kind<'a, const D: usize> {
    row: &'a VehicleType,
    arcs: &'a Arcs,
    /// Whether these are the first vehicle type's.
    shares_first_arcs: bool,
    /// Positions of its depots among the stops of the arcs.
    start: usize,
    end: usize,
    loading: i64,
    departure: TimeSegment,
    arrival: TimeSegment,
    capacity: [i64; D],
    max_duration: i64,
    max_distance: i64,
    /// By client: rides and exposures on its carrier, and a trip for its unit alone if that fits.
    clients: Vec<OnKind>,
}

/// A client seen from a vehicle type.
struct OnKind {
    ride: RideSegment,
    exposure: ExposureSegment,
    has_skills: bool,
    alone: Option<Alone>,
}

/// What goods that must stay cold allow of a stretch.
#[derive(Clone, Copy)]
struct Cold {
    ride: RideSegment,
    exposure: ExposureSegment,
}

impl Cold {
    const FREE: Self = Self { ride: RideSegment::FREE, exposure: ExposureSegment::stop(0, None) };
}

/// A stretch of a trip.
#[derive(Clone, Copy)]
struct Stretch<const D: usize, const C: usize> {
    time: TimeSegment,
    cold: [Cold; C],
    load: [LoadSegment; D],
}

impl<const D: usize, const C: usize> Stretch<D, C> {
    /// A depot at these times.
    fn depot(time: TimeSegment) -> Self {
        Self { time, cold: [Cold::FREE; C], load: [LoadSegment::default(); D] }
    }

    fn join(&self, link: i64, next: &Self) -> Self {
        let cold = |(here, there): (&Cold, &Cold)| Cold {
            ride: here.ride.join(self.time, link, there.ride),
            exposure: here.exposure.join(there.exposure),
        };
        Self {
            time: self.time.join(link, next.time),
            cold: std::array::from_fn(|c| cold((&self.cold[c], &next.cold[c]))),
            load: std::array::from_fn(|d| self.load[d].join(next.load[d])),
        }
    }

    /// By how much the longest ride is exceeded, the earliest start that keeps all rides, and by how much exposure is
    /// exceeded.
    fn cold(&self) -> Cold {
        self.cold.first().copied().unwrap_or(Cold::FREE)
    }
}

/// What a node of a rich problem remembers. A trip's own node holds its departure as `head` and its return as `tail`.
#[derive(Clone, Copy)]
pub(super) struct RichNode<const D: usize, const C: usize> {
    /// Metres to the next node, and from the one before.
    ahead: i32,
    behind: i32,
    head: Stretch<D, C>,
    tail: Stretch<D, C>,
}

impl<const D: usize, const C: usize> Default for RichNode<D, C> {
    fn default() -> Self {
        let nothing = Stretch::depot(TimeSegment::stop(-OPEN, OPEN));
        Self { ahead: 0, behind: 0, head: nothing, tail: nothing }
    }
}

/// What a trip of a rich problem remembers.
#[derive(Clone, Copy)]
pub(super) struct RichTrip<const D: usize> {
    kind: u32,
    release: i64,
    /// Departure to return, and what is loaded in all.
    time: TimeSegment,
    delivery: [i64; D],
    pickup: [i64; D],
    distance: i64,
    /// The vehicle's trips before and after this one.
    before: Option<TimeSegment>,
    after: Option<TimeSegment>,
    /// Shortest duration, loading included, and way of the whole route.
    route_duration: i64,
    route_distance: i64,
}

impl<const D: usize> Default for RichTrip<D> {
    fn default() -> Self {
        Self {
            kind: 0,
            release: -OPEN,
            time: TimeSegment::stop(-OPEN, OPEN),
            delivery: [0; D],
            pickup: [0; D],
            distance: 0,
            before: None,
            after: None,
            route_duration: 0,
            route_distance: 0,
        }
    }
}

impl<'a, const D: usize, const C: usize> Rich<'a, D, C> {
    /// The rules of any problem with at most `D` load dimensions.
    pub fn new(instance: &'a Instance<'_>) -> Self {
        let problem = instance.problem;
        let client_count = problem.clients().len();
        let in_dimension = |load: &[i64], d: usize| load.get(d).copied().unwrap_or(0);
        let load = |client: &Client, d: usize| match client.origin {
            // What was taken up at the origin leaves the vehicle here.
            Some(origin) => {
                let pickup = -in_dimension(&problem.clients()[origin].pickup, d);
                LoadSegment { delivery: 0, pickup, peak: 0 }
            }
            None => LoadSegment::stop(in_dimension(&client.delivery, d), in_dimension(&client.pickup, d)),
        };
        let stops = problem.clients().iter().map(|client| Stop {
            time: fit::service(client),
            service: client.service.0,
            release: fit::clamp(client.release),
            load: std::array::from_fn(|d| load(client, d)),
        });
        let first_profile = problem.vehicle_types().iter().next().map_or(Idx::new(0), |row| row.profile);
        let kinds = problem.vehicle_types().iter().map(|row| {
            let depots = [&problem.depots()[row.start_depot], &problem.depots()[row.end_depot]];
            let (start, end) = (client_count + row.start_depot.get(), client_count + row.end_depot.get());
            let arcs = instance.arcs_of(row);
            let alone = |c: usize, client: &Client| match instance.units.partner(c as u32) {
                NONE => fit::alone(row, depots, &[client], &[arcs.at(start, c), arcs.at(c, end)]),
                _ if client.origin.is_some() => Err(Reason::NoVehicle),
                other => {
                    let (d, second) = (other as usize, &problem.clients()[Idx::new(other)]);
                    let ways = [arcs.at(start, c), arcs.at(c, d), arcs.at(d, end)];
                    fit::alone(row, depots, &[client, second], &ways)
                }
            };
            let clients = problem.clients().iter().enumerate().map(|(c, client)| OnKind {
                ride: fit::ride(client, row.carrier),
                exposure: ExposureSegment::stop(
                    client.exposure_on(row.carrier),
                    client.exposure_limit_on(row.carrier),
                ),
                has_skills: client.skills & !row.skills == 0,
                alone: alone(c, client).ok(),
            });
            Kind {
                row,
                arcs,
                shares_first_arcs: row.profile == first_profile,
                start,
                end,
                loading: depots[0].loading.0,
                departure: fit::departure(row, depots[0]),
                arrival: fit::arrival(row, depots[1]),
                capacity: std::array::from_fn(|d| row.capacity.get(d).copied().unwrap_or(i64::MAX)),
                max_duration: row.max_duration.map_or(i64::MAX, |limit| limit.0),
                max_distance: row.max_distance.unwrap_or(i64::MAX),
                clients: clients.collect(),
            }
        });
        let (stops, kinds): (Vec<_>, Vec<_>) = (stops.collect(), kinds.collect());
        Self {
            units: &instance.units,
            fleet: problem.vehicle_types().iter().map(|row| row.count.min(client_count) as u32).collect(),
            stops,
            has_trips: problem.vehicle_types().iter().any(|row| row.max_trips > 1),
            least_per_metre: problem.vehicle_types().iter().map(|row| row.cost_per_metre).min().unwrap_or(0),
            shares_arcs: kinds.iter().all(|kind| kind.shares_first_arcs),
            is_metric: kinds.iter().all(|kind| kind.arcs.is_metric),
            kinds,
        }
    }

    #[inline]
    fn service(&self, node: u32) -> i64 {
        self.stops.get(node as usize).map_or(0, |stop| stop.service)
    }

    /// Metres from which on a detour costs `limit` or more on every vehicle type.
    #[inline]
    fn metres(&self, limit: i64) -> i32 {
        metres_below(limit, self.least_per_metre)
    }

    /// Whether a place can be a detour below `metres` where one of its two ways is so much longer than the way it
    /// replaces, and the other may be as short as can be.
    #[inline]
    const fn may_pay(&self, excess: i32, metres: i32) -> bool {
        // Where distances are metric the other way is at least as long as that excess, give or take the rounding.
        if self.is_metric { 2 * excess < metres.saturating_add(2) } else { excess < metres }
    }

    /// What `client` costs between two nodes of a trip that it reaches and leaves by these ways; `None` when a rule forbids
    /// it or the cost is not below `limit`.
    #[inline]
    fn between(
        &self,
        state: &State<Self>,
        (kind, data): (&Kind<'_, D>, &RichTrip<D>),
        client: u32,
        [after, next]: [u32; 2],
        [arrive, depart]: [Arc; 2],
        limit: i64,
    ) -> Option<i64> {
        let detour = i64::from(arrive.distance) + i64::from(depart.distance)
            - i64::from(state.nodes[after as usize].ahead);
        let way_cost = kind.row.cost_per_metre * detour;
        // Where prices of time are added the insertion can only become dearer, but for detours that save time.
        if way_cost >= limit || arrive.time == FAR || depart.time == FAR {
            return None;
        }
        let (stop, on_kind) = (&self.stops[client as usize], &kind.clients[client as usize]);
        let (head, tail) = (&state.nodes[after as usize].head, &state.nodes[next as usize].tail);
        let link_in = self.service(after) + i64::from(arrive.time);
        let link_out = stop.service + i64::from(depart.time);
        let until = head.time.join(link_in, stop.time);
        let mut time = until.join(link_out, tail.time);
        if !time.is_feasible() || stop.release > time.late {
            return None;
        }
        // Departing at the release instead of before moves nothing but the earliest end.
        time.early = time.early.max(stop.release + time.way);
        for (before, behind) in head.cold.iter().zip(&tail.cold) {
            let ride = before.ride.join(head.time, link_in, on_kind.ride).join(until, link_out, behind.ride);
            let exposure = before.exposure.join(on_kind.exposure).join(behind.exposure);
            if ride.over > 0 || ride.leave > time.late || exposure.over > 0 {
                return None;
            }
        }
        for d in 0..D {
            if head.load[d].join(stop.load[d]).join(tail.load[d]).peak > kind.capacity[d] {
                return None;
            }
        }
        Self::cost_on_route(kind, data, time, detour).filter(|&cost| cost < limit)
    }

    fn stretch(&self, kind: &Kind<'_, D>, client: u32) -> Stretch<D, C> {
        let (stop, on_kind) = (&self.stops[client as usize], &kind.clients[client as usize]);
        let cold = Cold { ride: on_kind.ride, exposure: on_kind.exposure };
        Stretch { time: stop.time, cold: [cold; C], load: stop.load }
    }
}

impl<const D: usize, const C: usize> Model for Rich<'_, D, C> {
    type Node = RichNode<D, C>;
    type Trip = RichTrip<D>;
    const UNITS: bool = true;

    fn client_count(&self) -> usize {
        self.stops.len()
    }

    fn units(&self) -> &Units {
        self.units
    }

    fn fleet(&self) -> &[u32] {
        &self.fleet
    }

    fn refresh(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64> {
        self.refresh_route(state, vehicle)
    }

    fn inserted(&self, state: &mut State<Self>, client: u32, _: i64) {
        let vehicle = state.trips[state.links[client as usize].trip as usize].vehicle;
        let cost = self.extend_route(state, vehicle, client);
        state.charge(vehicle, cost);
    }

    #[inline]
    fn may_join(&self, state: &State<Self>, client: u32, trip: u32) -> bool {
        let data = &state.trips[trip as usize].data;
        let kind = &self.kinds[data.kind as usize];
        let load = &self.stops[client as usize].load;
        kind.clients[client as usize].has_skills
            && (0..D).all(|d| {
                data.delivery[d] + load[d].delivery <= kind.capacity[d]
                    && data.pickup[d] + load[d].pickup <= kind.capacity[d]
            })
    }

    fn insertion(&self, state: &State<Self>, client: u32, after: u32, trip: u32, limit: i64) -> Option<i64> {
        let data = &state.trips[trip as usize].data;
        let kind = &self.kinds[data.kind as usize];
        let next = state.links[after as usize].next;
        let from = if state.is_end(after) { kind.start } else { after as usize };
        let to = if state.is_end(next) { kind.end } else { next as usize };
        let c = client as usize;
        let (arrive, depart) = (kind.arcs.into(c).at(from), kind.arcs.from(c).at(to));
        self.between(state, (kind, data), client, [after, next], [arrive, depart], limit)
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
        mut limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Gap> {
        let c = client as usize;
        let mut best = None;
        let mut metres = self.metres(limit);
        let beside = instance.beside_arcs(c);
        let mut promising = [0_u8; BUNCH];
        for (bunch, clients) in beside.clients.chunks(BUNCH).enumerate() {
            if bunch * BUNCH >= ENOUGH && best.is_some() && instance.has_windows {
                break;
            }
            let first = bunch * BUNCH;
            let ways = first..first + clients.len();
            let (forth, back) = (beside.forth.part(ways.clone()), beside.back.part(ways));
            // First, without a branch that nobody could foresee: who is there, and not too long a detour. The ways that
            // the neighbour's row knows hold for the vehicle types that share them.
            let mut count = 0;
            for (at, (&other, (forth, back))) in clients.iter().zip(forth.iter().zip(back.iter())).enumerate()
            {
                let RichNode { ahead, behind, .. } = state.nodes[other as usize];
                let may_precede = self.may_pay(back.distance - behind, metres);
                let may_follow = self.may_pay(forth.distance - ahead, metres);
                let is_there = state.links[other as usize].trip != NONE;
                promising[count] = at as u8;
                count += usize::from(is_there & (may_precede | may_follow | !self.shares_arcs));
            }
            for &at in &promising[..count] {
                let other = clients[at as usize];
                let link = state.links[other as usize];
                if !self.may_join(state, client, link.trip) {
                    continue;
                }
                let data = &state.trips[link.trip as usize].data;
                let kind = &self.kinds[data.kind as usize];
                let RichNode { ahead, behind, .. } = state.nodes[other as usize];
                let (mut forth, mut back) = (forth.at(at as usize), back.at(at as usize));
                if !kind.shares_first_arcs {
                    (forth, back) =
                        (kind.arcs.into(c).at(other as usize), kind.arcs.from(c).at(other as usize));
                }
                let eyes = Eyes::open(rng);
                if eyes.left() && self.may_pay(back.distance - behind, metres) {
                    let from = if state.is_end(link.prev) { kind.start } else { link.prev as usize };
                    let (nodes, ways) = ([link.prev, other], [kind.arcs.into(c).at(from), back]);
                    if let Some(delta) = self.between(state, (kind, data), client, nodes, ways, limit) {
                        (limit, metres) = (delta, self.metres(delta));
                        let (after, trip) = (link.prev, link.trip);
                        best = Some(Gap { delta, client, after, trip, partner_after: NONE });
                    }
                }
                if eyes.right() && self.may_pay(forth.distance - ahead, metres) {
                    let to = if state.is_end(link.next) { kind.end } else { link.next as usize };
                    let (nodes, ways) = ([other, link.next], [forth, kind.arcs.from(c).at(to)]);
                    if let Some(delta) = self.between(state, (kind, data), client, nodes, ways, limit) {
                        (limit, metres) = (delta, self.metres(delta));
                        let (after, trip) = (other, link.trip);
                        best = Some(Gap { delta, client, after, trip, partner_after: NONE });
                    }
                }
            }
        }
        best
    }

    fn best_gap(
        &self,
        state: &State<Self>,
        instance: &Instance<'_>,
        client: u32,
        limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Gap> {
        if self.units.partner(client) != NONE {
            return self.best_pair_gap(state, instance, client, limit, rng);
        }
        let mut best = self.gap_beside(state, instance, client, limit, rng);
        for &other in self.units.alternatives(client) {
            if other != client {
                let limit = best.map_or(limit, |gap| gap.delta);
                best = self.gap_beside(state, instance, other, limit, rng).or(best);
            }
        }
        best
    }

    fn opening(
        &self,
        state: &State<Self>,
        client: u32,
        limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Opened> {
        let mut best = self.opening_for(state, client, limit, rng);
        for &other in self.units.alternatives(client) {
            if other != client {
                let limit = best.map_or(limit, |opened| opened.delta);
                best = self.opening_for(state, other, limit, rng).or(best);
            }
        }
        best
    }
}
