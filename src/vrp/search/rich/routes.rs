//! What trips and routes store, brought up to date: a whole route, or only what an insertion changes.

use super::model::{Attributes, RichModel, RichTrip, RichVehicleType};
use crate::problem::VehicleType;
use crate::search::arcs::UNREACHABLE;
use crate::search::index::NONE;
use crate::search::state::State;
use crate::segment::{DurationSegment, OPEN};
use coldmile_units::Idx;

impl<const D: usize, const C: usize, const E: usize> RichModel<'_, D, C, E> {
    /// Recomputes everything that a vehicle's trips store, and its cost; `None` when it breaks a rule.
    pub(super) fn refresh_route(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64> {
        let type_index = state.vehicles[vehicle as usize].vehicle_type;
        let trips = state.vehicles[vehicle as usize].trips.clone();
        let mut is_feasible = true;
        for &trip in &trips {
            is_feasible &= self.refresh_trip(state, type_index, trip);
        }
        if trips.is_empty() {
            return None;
        }
        let (cost, keeps_limits) = self.connect(state, vehicle);
        (is_feasible && keeps_limits).then_some(cost)
    }

    /// Brings a vehicle up to date after `client`, and the other half of its pair, were inserted into one of its trips without
    /// breaking a rule; returns the vehicle's cost.
    pub(super) fn extend_route(&self, state: &mut State<Self>, vehicle: u32, client: u32) -> i64 {
        let trip = state.links[client as usize].trip;
        let slot = &state.trips[trip as usize];
        let is_new = slot.len == 1 || self.stops[client as usize].release > slot.data.release;
        if is_new || self.units.partner(client) != NONE {
            self.refresh_trip(state, state.vehicles[vehicle as usize].vehicle_type, trip);
        } else {
            self.extend_trip(state, trip, client);
        }
        let (cost, keeps_limits) = self.connect(state, vehicle);
        debug_assert!(keeps_limits, "an insertion is checked before it is made");
        cost
    }

    /// Brings a trip up to date after `client` was inserted, which is released no later than the others: heads before it and
    /// tails after it stay as they are.
    fn extend_trip(&self, state: &mut State<Self>, trip: u32, client: u32) {
        let vehicle_type = &self.vehicle_types[state.trips[trip as usize].data.vehicle_type.get()];
        let end = state.end_of(trip);
        let (prev, next) = (state.links[client as usize].prev, state.links[client as usize].next);
        let from = if prev == end { vehicle_type.start } else { prev as usize };
        let to = if next == end { vehicle_type.end } else { next as usize };
        let c = client as usize;
        let detour = i64::from(vehicle_type.arcs.at(from, c).distance)
            + i64::from(vehicle_type.arcs.at(c, to).distance)
            - i64::from(vehicle_type.arcs.at(from, to).distance);
        let (head, _) = self.heads(state, vehicle_type, prev, from, state.nodes[prev as usize].head);
        let tail = state.nodes[next as usize].tail;
        self.tails(state, vehicle_type, next, to, tail);
        let data = &mut state.trips[trip as usize].data;
        data.time = head.time;
        data.distance += detour;
        data.delivery = head.load.map(|load| load.delivery);
        data.pickup = head.load.map(|load| load.pickup);
    }

    /// Recomputes one trip; whether it keeps all rules of a trip.
    fn refresh_trip(&self, state: &mut State<Self>, type_index: Idx<VehicleType>, trip: u32) -> bool {
        let vehicle_type = &self.vehicle_types[type_index.get()];
        let end = state.end_of(trip);
        let (mut release, mut distance, mut is_feasible) = (-OPEN, 0, true);
        let (mut node, mut place) = (state.links[end as usize].next, vehicle_type.start);
        while node != end {
            let next_place = node as usize;
            is_feasible &= vehicle_type.clients[next_place].has_skills;
            release = release.max(self.stops[next_place].release);
            distance += i64::from(vehicle_type.arcs.at(place, next_place).distance);
            (node, place) = (state.links[node as usize].next, next_place);
        }
        distance += i64::from(vehicle_type.arcs.at(place, vehicle_type.end).distance);
        let mut departure = vehicle_type.departure;
        departure.earliest_end = departure.earliest_end.max(release);
        is_feasible &= departure.earliest_end <= departure.latest_start;
        let first = vehicle_type.depart(departure);
        state.nodes[end as usize].head = first;
        let (head, is_kept) = self.heads(state, vehicle_type, end, vehicle_type.start, first);
        let last = Attributes::depot(vehicle_type.arrival);
        state.nodes[end as usize].tail = last;
        self.tails(state, vehicle_type, end, vehicle_type.end, last);
        let data = &mut state.trips[trip as usize].data;
        data.vehicle_type = type_index;
        data.release = release;
        data.time = head.time;
        data.distance = distance;
        data.delivery = head.load.map(|load| load.delivery);
        data.pickup = head.load.map(|load| load.pickup);
        is_feasible
            && is_kept
            && head.time.is_feasible()
            && head.goods().ride.excess <= 0
            && head.goods().ride.earliest_start <= head.time.latest_start
            && head.goods().exposure.excess <= 0
            && head.load.iter().zip(&vehicle_type.capacity).all(|(load, capacity)| load.peak <= *capacity)
    }

    /// Recomputes the heads of all nodes after `node`, whose own is `head`; returns the whole trip, and whether all its arcs
    /// exist and exposure that fades keeps all limits.
    fn heads(
        &self,
        state: &mut State<Self>,
        vehicle_type: &RichVehicleType<'_, D, E>,
        mut node: u32,
        mut place: usize,
        mut head: Attributes<D, C, E>,
    ) -> (Attributes<D, C, E>, bool) {
        let mut is_kept = true;
        let mut service = self.service(node);
        loop {
            let next = state.links[node as usize].next;
            let is_last = state.is_end(next);
            let next_place = if is_last { vehicle_type.end } else { next as usize };
            let arc = vehicle_type.arcs.at(place, next_place);
            state.nodes[node as usize].metres_to_next = arc.distance;
            state.nodes[next as usize].metres_from_prev = arc.distance;
            is_kept &= arc.time != UNREACHABLE;
            let arc_duration = service + i64::from(arc.time);
            if is_last {
                let arrival = Attributes::depot(vehicle_type.arrival);
                return (head.join(arc_duration, &arrival, &vehicle_type.fades), is_kept);
            }
            let stop = self.attributes(vehicle_type, next);
            is_kept &= head.keeps_fading(arc_duration, &stop, &vehicle_type.fades);
            head = head.join(arc_duration, &stop, &vehicle_type.fades);
            state.nodes[next as usize].head = head;
            (node, place, service) = (next, next_place, self.stops[next as usize].service);
        }
    }

    /// Recomputes the tails of all nodes before `node`, whose own is `tail`.
    fn tails(
        &self,
        state: &mut State<Self>,
        vehicle_type: &RichVehicleType<'_, D, E>,
        mut node: u32,
        mut place: usize,
        mut tail: Attributes<D, C, E>,
    ) {
        loop {
            let prev = state.links[node as usize].prev;
            if state.is_end(prev) {
                return;
            }
            let arc_duration =
                self.service(prev) + i64::from(vehicle_type.arcs.at(prev as usize, place).time);
            tail = self.attributes(vehicle_type, prev).join(arc_duration, &tail, &vehicle_type.fades);
            state.nodes[prev as usize].tail = tail;
            (node, place) = (prev, prev as usize);
        }
    }

    /// Stores in the trips of a vehicle, each up to date by itself, the times of the others; returns the vehicle's cost, and
    /// whether it keeps the rules of a route.
    fn connect(&self, state: &mut State<Self>, vehicle: u32) -> (i64, bool) {
        let State { vehicles, trips, .. } = state;
        let row = &vehicles[vehicle as usize];
        let vehicle_type = &self.vehicle_types[row.vehicle_type.get()];
        let mut before: Option<DurationSegment> = None;
        let mut distance = 0;
        for &trip in &row.trips {
            let data = &mut trips[trip as usize].data;
            data.before = before;
            before = Some(Self::route(vehicle_type.loading, before, data.time, None));
            distance += data.distance;
        }
        let whole = before.expect("a vehicle in use has a trip");
        let duration = whole.duration() + vehicle_type.loading;
        let mut after = None;
        for &trip in row.trips.iter().rev() {
            let data = &mut trips[trip as usize].data;
            data.after = after;
            after = Some(Self::route(vehicle_type.loading, None, data.time, after));
            data.route_duration = duration;
            data.route_distance = distance;
        }
        let is_feasible = whole.is_feasible()
            && duration <= vehicle_type.max_duration
            && distance <= vehicle_type.max_distance
            && row.trips.len() <= vehicle_type.row.max_trips;
        let cost = vehicle_type.row.fixed_cost
            + vehicle_type.row.cost_per_metre * distance
            + vehicle_type.row.cost_per_second * duration;
        (cost, is_feasible)
    }

    /// The vehicle's whole route with `trip` between `before` and `after`.
    #[inline]
    pub(super) fn route(
        loading: i64,
        before: Option<DurationSegment>,
        trip: DurationSegment,
        after: Option<DurationSegment>,
    ) -> DurationSegment {
        let until = before.map_or(trip, |before| before.join(loading, trip));
        after.map_or(until, |after| until.join(loading, after))
    }

    /// What changing a trip to these times, with a detour in metres, costs its route; `None` when the route breaks a rule.
    #[inline]
    pub(super) fn cost_on_route(
        vehicle_type: &RichVehicleType<'_, D, E>,
        data: &RichTrip<D>,
        time: DurationSegment,
        detour: i64,
    ) -> Option<i64> {
        let whole = Self::route(vehicle_type.loading, data.before, time, data.after);
        let duration = whole.duration() + vehicle_type.loading;
        let is_feasible = whole.is_feasible()
            && duration <= vehicle_type.max_duration
            && data.route_distance + detour <= vehicle_type.max_distance;
        is_feasible.then(|| {
            vehicle_type.row.cost_per_metre * detour
                + vehicle_type.row.cost_per_second * (duration - data.route_duration)
        })
    }
}
