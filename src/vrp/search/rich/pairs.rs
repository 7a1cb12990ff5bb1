//! Insertion of pairs: every position of the origin in a trip with every position of the destination after that.
//!
//! The segment from the departure through the origin grows client by client, and the destination is tried after each of
//! them: a few joins a position, until a window or the load excludes all later positions.

use super::followed::ChangedTrip;
use super::model::{Attributes, RichModel, RichTrip, RichVehicleType, ServedMore};
use crate::search::arcs::UNREACHABLE;
use crate::search::index::NONE;
use crate::search::insertion::{BLINK_PERIOD, Insertion};
use crate::search::instance::Instance;
use crate::search::state::State;
use smallvec::SmallVec;

/// One position in this many is skipped.
const SKIP_PERIOD: u8 = BLINK_PERIOD as u8;

/// A search for the best insertion of a pair into a trip.
struct PairSearch<'s, 'a, const D: usize, const C: usize, const E: usize> {
    rich: &'s RichModel<'a, D, C, E>,
    state: &'s State<RichModel<'a, D, C, E>>,
    vehicle_type: &'s RichVehicleType<'a, D, E>,
    data: &'s RichTrip<D>,
    trip: u32,
    origin: u32,
    destination: u32,
    release: i64,
}

impl<const D: usize, const C: usize, const E: usize> RichModel<'_, D, C, E> {
    /// The cheapest insertion below `limit` of the pair of `origin` into the trips of its granular neighbours.
    pub(super) fn best_pair_insertion(
        &self,
        state: &State<Self>,
        instance: &Instance<'_>,
        origin: u32,
        mut limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Insertion> {
        let destination = instance.units.partner(origin);
        let mut seen: SmallVec<[u32; 32]> = SmallVec::new();
        let mut best = None;
        let neighbours = [origin, destination].map(|client| instance.granular_neighbours(client as usize));
        for &other in neighbours.into_iter().flatten() {
            let trip = state.links[other as usize].trip;
            if trip == NONE || seen.contains(&trip) {
                continue;
            }
            seen.push(trip);
            let data = &state.trips[trip as usize].data;
            let vehicle_type = &self.vehicle_types[data.vehicle_type.get()];
            let stops = [origin, destination].map(|client| &self.stops[client as usize]);
            let can_serve =
                [origin, destination].iter().all(|&c| vehicle_type.clients[c as usize].is_allowed);
            if !can_serve || (0..D).any(|d| stops[0].load[d].peak > vehicle_type.capacity[d]) {
                continue;
            }
            let release = stops[0].release.max(stops[1].release);
            let search =
                PairSearch { rich: self, state, vehicle_type, data, trip, origin, destination, release };
            if let Some(gap) = search.best(limit, rng) {
                limit = gap.delta;
                best = Some(gap);
            }
        }
        best
    }
}

impl<const D: usize, const C: usize, const E: usize> PairSearch<'_, '_, D, C, E> {
    /// Position of a node among the stops of the arcs, where it is left and where it is reached.
    fn places(&self, node: u32) -> [usize; 2] {
        if self.state.is_end(node) {
            [self.vehicle_type.start, self.vehicle_type.end]
        } else {
            [node as usize; 2]
        }
    }

    /// Metres that `client` adds between two stops; `None` when an arc is missing.
    fn detour(&self, from: usize, client: usize, to: usize) -> Option<i64> {
        let (arrive, depart) =
            (self.vehicle_type.arcs.into(client).at(from), self.vehicle_type.arcs.from(client).at(to));
        let direct = self.vehicle_type.arcs.at(from, to);
        (arrive.time != UNREACHABLE && depart.time != UNREACHABLE)
            .then(|| i64::from(arrive.distance) + i64::from(depart.distance) - i64::from(direct.distance))
    }

    fn best(&self, mut limit: i64, rng: &mut fastrand::Rng) -> Option<Insertion> {
        let end = self.state.end_of(self.trip);
        let mut best = None;
        let mut after = end;
        loop {
            if rng.u8(..SKIP_PERIOD) > 0
                && let Some(gap) = self.behind(after, limit, rng)
            {
                limit = gap.delta;
                best = Some(gap);
            }
            after = self.state.links[after as usize].next;
            if after == end {
                return best;
            }
        }
    }

    /// The cheapest position of the destination when the origin is inserted behind `after`.
    fn behind(&self, after: u32, mut limit: i64, rng: &mut fastrand::Rng) -> Option<Insertion> {
        let Self { rich, state, vehicle_type, .. } = *self;
        let fades = &vehicle_type.fades;
        let price = vehicle_type.row.cost_per_metre;
        let (o, d) = (self.origin as usize, self.destination as usize);
        let from = self.places(after)[0];
        let mut next = state.links[after as usize].next;
        let mut to = self.places(next)[1];
        // The cost of time can only be added, but for detours that save time.
        let alone = self.detour(from, o, to);
        let arrive = vehicle_type.arcs.into(o).at(from);
        if arrive.time == UNREACHABLE {
            return None;
        }
        let break_after = self.data.break_after;
        let head = &state.details[after as usize].head;
        let mut until = rich.leave(
            vehicle_type,
            (head, after, break_after),
            i64::from(arrive.time),
            &rich.attributes(vehicle_type, self.origin),
        );
        let [first, second] = [o, d].map(|client| rich.stops[client].service);
        let mut best = None;
        if !until.time.is_feasible() {
            return None;
        }
        // Both at once.
        let between = vehicle_type.arcs.at(o, d);
        let depart = vehicle_type.arcs.from(d).at(to);
        if between.time != UNREACHABLE && depart.time != UNREACHABLE {
            let detour =
                i64::from(arrive.distance) + i64::from(between.distance) + i64::from(depart.distance)
                    - i64::from(vehicle_type.arcs.at(from, to).distance);
            let whole = || {
                until
                    .join(
                        first + i64::from(between.time),
                        &rich.attributes(vehicle_type, self.destination),
                        fades,
                    )
                    .join(second + i64::from(depart.time), &state.details[next as usize].tail, fades)
            };
            if price * detour < limit
                && let Some(delta) = self.cost(&whole(), [after, self.origin], detour, limit)
            {
                limit = delta;
                best = Some(self.gap(delta, after, self.origin));
            }
        }
        let alone = alone?;
        if price * alone >= limit {
            return best;
        }
        let mut last = (o, first);
        while !state.is_end(next) {
            let arc_time = i64::from(vehicle_type.arcs.at(last.0, to).time);
            let from = (&until, last.0 as u32, break_after);
            until = rich.leave(vehicle_type, from, arc_time, &rich.attributes(vehicle_type, next));
            let is_full = (0..D).any(|dim| until.load[dim].peak > vehicle_type.capacity[dim]);
            if !until.time.is_feasible() || is_full {
                return best;
            }
            last = (to, rich.service(next));
            let here = next;
            next = state.links[next as usize].next;
            let from = to;
            to = self.places(next)[1];
            let arrive = vehicle_type.arcs.into(d).at(from);
            let Some(detour) = self.detour(from, d, to) else {
                continue;
            };
            let arc_duration = last.1 + i64::from(arrive.time);
            if until.time.earliest_end + arc_duration > rich.stops[d].time.latest_start {
                return best;
            }
            if price * (alone + detour) >= limit || rng.u8(..SKIP_PERIOD) == 0 {
                continue;
            }
            let depart = vehicle_type.arcs.from(d).at(to);
            let whole = rich
                .leave(
                    vehicle_type,
                    (&until, here, break_after),
                    i64::from(arrive.time),
                    &rich.attributes(vehicle_type, self.destination),
                )
                .join(second + i64::from(depart.time), &state.details[next as usize].tail, fades);
            if let Some(delta) = self.cost(&whole, [after, here], alone + detour, limit) {
                limit = delta;
                best = Some(self.gap(delta, after, here));
            }
        }
        best
    }

    fn gap(&self, delta: i64, after: u32, partner_after: u32) -> Insertion {
        Insertion { delta, client: self.origin, after, trip: self.trip, partner_after }
    }

    /// What the trip as a whole costs more than before, with the pair behind these two nodes; `None` when it breaks a rule or does not stay below `limit`.
    fn cost(&self, whole: &Attributes<D, C, E>, behind: [u32; 2], detour: i64, limit: i64) -> Option<i64> {
        let (vehicle_type, data) = (self.vehicle_type, self.data);
        let mut time = whole.time;
        if !time.is_feasible()
            || self.release > time.latest_start
            || whole.goods().ride.excess > 0
            || whole.goods().ride.earliest_start > time.latest_start
            || whole.goods().exposure.excess > 0
            || whole.excess_fading() > 0.0
            || (0..D).any(|d| whole.load[d].peak > vehicle_type.capacity[d])
        {
            return None;
        }
        // Departing at the release instead of before moves nothing but the earliest end.
        time.earliest_end = time.earliest_end.max(self.release + time.min_duration);
        let stops = [self.origin, self.destination].map(|client| client as usize);
        let more = ServedMore {
            detour,
            service: stops.map(|client| self.rich.stops[client].service).iter().sum(),
            price: stops.map(|client| vehicle_type.clients[client].price).iter().sum(),
            on_break: 0,
        };
        let cost = RichModel::<'_, D, C, E>::cost_on_route(vehicle_type, data, time, more);
        if self.rich.has_soft_ends() {
            let change = ChangedTrip {
                trip: self.trip,
                inserted: &[(behind[0], self.origin), (behind[1], self.destination)],
                release: data.release.max(self.release),
                ride_start: whole.goods().ride.earliest_start,
                break_after: data.break_after,
                time,
                has_break: data.has_break,
            };
            return self.rich.with_tardiness(self.state, (vehicle_type, data), &change, cost?, limit);
        }
        cost.filter(|&cost| cost < limit)
    }
}
