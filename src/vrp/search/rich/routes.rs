//! What trips and routes store, brought up to date: a whole route, or only what an insertion changes.

use super::model::{Attributes, RichModel, RichTrip, RichVehicleType, ServedMore};
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
            state.trips[trip as usize].data.break_after = NONE;
            is_feasible &= self.refresh_trip(state, type_index, trip);
        }
        if trips.is_empty() {
            return None;
        }
        if self.has_breaks {
            return if is_feasible { self.place_break(state, vehicle) } else { None };
        }
        let (cost, keeps_limits) = self.connect(state, vehicle);
        (is_feasible && keeps_limits).then_some(cost)
    }

    /// Brings a vehicle up to date after `client`, and the other half of its pair, were inserted into one of its trips without
    /// breaking a rule; returns the vehicle's cost.
    pub(super) fn extend_route(&self, state: &mut State<Self>, vehicle: u32, client: u32) -> i64 {
        let trip = state.links[client as usize].trip;
        if self.vehicle_types[state.vehicles[vehicle as usize].vehicle_type.get()].break_rule.is_some() {
            let cost = self.refresh_route(state, vehicle);
            return cost.expect("the place of the break that the insertion was judged with is tried, too");
        }
        let slot = &state.trips[trip as usize];
        let is_new = slot.len == 1 || self.stops[client as usize].release > slot.data.release;
        if self.needs_only_sums && slot.len > 1 {
            self.extend_sums(state, trip, client);
        } else if is_new || self.units.partner(client) != NONE {
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
        let (head, _) =
            self.heads(state, vehicle_type, (prev, NONE), from, state.details[prev as usize].head);
        let tail = state.details[next as usize].tail;
        self.tails(state, vehicle_type, (next, NONE), to, tail);
        let stop = &self.stops[c];
        let data = &mut state.trips[trip as usize].data;
        data.travel += head.time.min_duration - data.time.min_duration - stop.service;
        data.price += vehicle_type.clients[c].price;
        data.time = head.time;
        data.ride_start = head.goods().ride.earliest_start;
        data.distance += detour;
        data.delivery = head.load.map(|load| load.delivery);
        data.pickup = head.load.map(|load| load.pickup);
    }

    /// The same where [`needs_only_sums`](Self::needs_only_sums).
    fn extend_sums(&self, state: &mut State<Self>, trip: u32, client: u32) {
        let vehicle_type = &self.vehicle_types[state.trips[trip as usize].data.vehicle_type.get()];
        let (prev, next) = (state.links[client as usize].prev, state.links[client as usize].next);
        let from = if state.is_end(prev) { vehicle_type.start } else { prev as usize };
        let to = if state.is_end(next) { vehicle_type.end } else { next as usize };
        let direct = state.nodes[prev as usize].metres_to_next;
        let arrive = vehicle_type.arcs.metres(from, client as usize);
        let depart = vehicle_type.arcs.metres(client as usize, to);
        state.nodes[prev as usize].metres_to_next = arrive;
        state.nodes[client as usize].metres_from_prev = arrive;
        state.nodes[client as usize].metres_to_next = depart;
        state.nodes[next as usize].metres_from_prev = depart;
        let data = &mut state.trips[trip as usize].data;
        data.distance += i64::from(arrive) + i64::from(depart) - i64::from(direct);
        for (d, load) in self.stops[client as usize].load.iter().enumerate() {
            data.delivery[d] += load.delivery;
            data.pickup[d] += load.pickup;
        }
    }

    /// Recomputes one trip where [`needs_only_sums`](Self::needs_only_sums); whether it keeps all rules of a trip.
    fn refresh_sums(&self, state: &mut State<Self>, type_index: Idx<VehicleType>, trip: u32) -> bool {
        let vehicle_type = &self.vehicle_types[type_index.get()];
        let end = state.end_of(trip);
        let (mut distance, mut is_feasible) = (0, true);
        let (mut delivery, mut pickup) = ([0; D], [0; D]);
        let (mut node, mut place) = (end, vehicle_type.start);
        loop {
            let next = state.links[node as usize].next;
            let next_place = if next == end { vehicle_type.end } else { next as usize };
            let metres = vehicle_type.arcs.metres(place, next_place);
            state.nodes[node as usize].metres_to_next = metres;
            state.nodes[next as usize].metres_from_prev = metres;
            is_feasible &= metres != UNREACHABLE;
            distance += i64::from(metres);
            if next == end {
                break;
            }
            is_feasible &= vehicle_type.clients[next_place].is_allowed;
            for (d, load) in self.stops[next_place].load.iter().enumerate() {
                delivery[d] += load.delivery;
                pickup[d] += load.pickup;
            }
            (node, place) = (next, next_place);
        }
        let keeps_capacity = |loads: &[i64; D]| {
            loads.iter().zip(&vehicle_type.capacity).all(|(sum, capacity)| sum <= capacity)
        };
        let is_feasible = is_feasible && keeps_capacity(&delivery) && keeps_capacity(&pickup);
        let data = &mut state.trips[trip as usize].data;
        data.vehicle_type = type_index;
        data.time = vehicle_type.departure;
        (data.distance, data.delivery, data.pickup) = (distance, delivery, pickup);
        is_feasible
    }

    /// Recomputes one trip; whether it keeps all rules of a trip.
    pub(super) fn refresh_trip(
        &self,
        state: &mut State<Self>,
        type_index: Idx<VehicleType>,
        trip: u32,
    ) -> bool {
        if self.needs_only_sums {
            return self.refresh_sums(state, type_index, trip);
        }
        let vehicle_type = &self.vehicle_types[type_index.get()];
        let end = state.end_of(trip);
        let (mut release, mut distance, mut is_feasible) = (-OPEN, 0, true);
        let (mut service, mut price) = (0, 0);
        let (mut node, mut place) = (state.links[end as usize].next, vehicle_type.start);
        while node != end {
            let next_place = node as usize;
            is_feasible &= vehicle_type.clients[next_place].is_allowed;
            service += self.stops[next_place].service;
            price += vehicle_type.clients[next_place].price;
            release = release.max(self.stops[next_place].release);
            distance += i64::from(vehicle_type.arcs.at(place, next_place).distance);
            (node, place) = (state.links[node as usize].next, next_place);
        }
        distance += i64::from(vehicle_type.arcs.at(place, vehicle_type.end).distance);
        let mut departure = vehicle_type.departure;
        departure.earliest_end = departure.earliest_end.max(release);
        is_feasible &= departure.earliest_end <= departure.latest_start;
        let first = vehicle_type.depart(departure);
        state.details[end as usize].head = first;
        let break_after = state.trips[trip as usize].data.break_after;
        let (head, is_kept) = self.heads(state, vehicle_type, (end, break_after), vehicle_type.start, first);
        let last = Attributes::depot(vehicle_type.arrival);
        state.details[end as usize].tail = last;
        self.tails(state, vehicle_type, (end, break_after), vehicle_type.end, last);
        let data = &mut state.trips[trip as usize].data;
        data.vehicle_type = type_index;
        data.release = release;
        data.time = head.time;
        data.ride_start = head.goods().ride.earliest_start;
        let on_break = match &vehicle_type.break_rule {
            Some(row) if break_after != NONE => row.duration,
            _ => 0,
        };
        data.travel = head.time.min_duration - service - on_break;
        data.price = price;
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
        (mut node, break_after): (u32, u32),
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
            let from = (&head, node, break_after);
            if is_last {
                let arrival = Attributes::depot(vehicle_type.arrival);
                return (self.leave(vehicle_type, from, i64::from(arc.time), &arrival), is_kept);
            }
            let stop = self.attributes(vehicle_type, next);
            is_kept &= head.keeps_fading(arc_duration, &stop, &vehicle_type.fades);
            head = self.leave(vehicle_type, from, i64::from(arc.time), &stop);
            service = self.stops[next as usize].service;
            state.details[next as usize].head = head;
            state.nodes[next as usize].earliest_departure = match &vehicle_type.break_rule {
                Some(row) if next == break_after => {
                    (head.time.earliest_end + service).max(row.segment.earliest_end) + row.duration
                }
                _ => head.time.earliest_end + service,
            };
            (node, place) = (next, next_place);
        }
    }

    /// Recomputes the tails of all nodes before `node`, whose own is `tail`.
    fn tails(
        &self,
        state: &mut State<Self>,
        vehicle_type: &RichVehicleType<'_, D, E>,
        (mut node, break_after): (u32, u32),
        mut place: usize,
        mut tail: Attributes<D, C, E>,
    ) {
        loop {
            let prev = state.links[node as usize].prev;
            if state.is_end(prev) {
                return;
            }
            let arc_time = i64::from(vehicle_type.arcs.at(prev as usize, place).time);
            let stop = self.attributes(vehicle_type, prev);
            tail = self.leave(vehicle_type, (&stop, prev, break_after), arc_time, &tail);
            state.details[prev as usize].tail = tail;
            state.nodes[prev as usize].latest_start = tail.time.latest_start;
            (node, place) = (prev, prev as usize);
        }
    }

    /// Stores in the trips of a vehicle, each up to date by itself, the times of the others; returns the vehicle's cost, and
    /// whether it keeps the rules of a route.
    pub(super) fn connect(&self, state: &mut State<Self>, vehicle: u32) -> (i64, bool) {
        let State { vehicles, trips, .. } = state;
        let row = &vehicles[vehicle as usize];
        let vehicle_type = &self.vehicle_types[row.vehicle_type.get()];
        let mut before: Option<DurationSegment> = None;
        let (mut distance, mut of_trips) = (0, 0);
        let extra = &vehicle_type.extra;
        for &trip in &row.trips {
            let data = &mut trips[trip as usize].data;
            data.before = before;
            before = Some(Self::route(vehicle_type.loading, before, data.time, None));
            distance += data.distance;
            of_trips += extra.loading + extra.travel * data.travel + data.price;
        }
        let whole = before.expect("a vehicle in use has a trip");
        let has_break =
            self.has_breaks && row.trips.iter().any(|&trip| trips[trip as usize].data.break_after != NONE);
        let ruled = vehicle_type.with_break_rule(whole, has_break);
        let (whole, keeps_breaks) = (ruled.unwrap_or(whole), ruled.is_some());
        let duration = whole.duration() + vehicle_type.loading;
        let mut after = None;
        for &trip in row.trips.iter().rev() {
            let data = &mut trips[trip as usize].data;
            data.after = after;
            after = Some(Self::route(vehicle_type.loading, None, data.time, after));
            data.route_duration = duration;
            data.route_distance = distance;
            data.route_end = whole.earliest_end;
            data.has_break = has_break;
        }
        let is_feasible = whole.is_feasible()
            && keeps_breaks
            && duration <= vehicle_type.max_duration
            && distance <= vehicle_type.max_distance
            && row.trips.len() <= vehicle_type.row.max_trips;
        let mut cost = vehicle_type.row.fixed_cost
            + vehicle_type.row.cost_per_metre * distance
            + vehicle_type.row.cost_per_second * duration;
        if extra.apply {
            cost += of_trips + extra.of_times(duration, whole.earliest_end);
        }
        if self.has_soft_ends() {
            cost += self.connect_tardiness(state, vehicle, has_break);
        }
        (cost, is_feasible)
    }

    /// Stores in the trips of a vehicle, whose times are up to date, what tardiness adds to its cost, and returns that.
    fn connect_tardiness(&self, state: &mut State<Self>, vehicle: u32, has_break: bool) -> i64 {
        let row = &state.vehicles[vehicle as usize];
        let vehicle_type = &self.vehicle_types[row.vehicle_type.get()];
        let first = &state.trips[row.trips[0] as usize].data;
        let whole = Self::route(vehicle_type.loading, None, first.time, first.after);
        let trips = row.trips.iter().map(|&trip| Self::known_trip(state, trip));
        let tardiness = self.tardiness(vehicle_type, trips, whole, has_break);
        for &trip in &state.vehicles[vehicle as usize].trips {
            state.trips[trip as usize].data.route_tardiness = tardiness;
        }
        tardiness
    }

    /// No more than what a vehicle of another type would cost on a route that is up to date, as far as loads and distance
    /// tell; `None` where they break a rule.
    pub(super) fn least_route_cost(
        &self,
        state: &State<Self>,
        vehicle: u32,
        type_index: Idx<VehicleType>,
    ) -> Option<i64> {
        let row = &state.vehicles[vehicle as usize];
        let [known, other] = [row.vehicle_type, type_index].map(|at| &self.vehicle_types[at.get()]);
        let mut distance = 0;
        for &trip in &row.trips {
            let data = &state.trips[trip as usize].data;
            for (load, &capacity) in data.delivery.iter().zip(&other.capacity) {
                if *load > capacity {
                    return None;
                }
            }
            for (load, &capacity) in data.pickup.iter().zip(&other.capacity) {
                if *load > capacity {
                    return None;
                }
            }
            let end = state.end_of(trip);
            let (first, last) =
                (state.links[end as usize].next as usize, state.links[end as usize].prev as usize);
            let legs = |row: &RichVehicleType<'_, D, E>| {
                i64::from(row.arcs.metres(row.start, first)) + i64::from(row.arcs.metres(last, row.end))
            };
            distance += data.distance + legs(other) - legs(known);
        }
        if !std::ptr::eq(known.arcs, other.arcs) {
            // Between clients the other type may travel by shorter arcs.
            distance = 0;
        }
        let least = other.row.fixed_cost + other.row.cost_per_metre * distance;
        (distance <= other.max_distance).then_some(least)
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

    /// What changing a trip to these times, with what is added, costs its route; `None` when the route breaks a rule.
    #[inline]
    pub(super) fn cost_on_route(
        vehicle_type: &RichVehicleType<'_, D, E>,
        data: &RichTrip<D>,
        time: DurationSegment,
        more: ServedMore,
    ) -> Option<i64> {
        let whole = Self::route(vehicle_type.loading, data.before, time, data.after);
        let whole = vehicle_type.with_break_rule(whole, data.has_break || more.on_break > 0)?;
        let duration = whole.duration() + vehicle_type.loading;
        let is_feasible = whole.is_feasible()
            && duration <= vehicle_type.max_duration
            && data.route_distance + more.detour <= vehicle_type.max_distance;
        is_feasible.then(|| {
            let mut cost = vehicle_type.row.cost_per_metre * more.detour
                + vehicle_type.row.cost_per_second * (duration - data.route_duration);
            let extra = &vehicle_type.extra;
            if extra.apply {
                let travel = time.min_duration - data.time.min_duration - more.service - more.on_break;
                cost += extra.travel * travel + more.price + extra.of_times(duration, whole.earliest_end)
                    - extra.of_times(data.route_duration, data.route_end);
            }
            cost
        })
    }
}
