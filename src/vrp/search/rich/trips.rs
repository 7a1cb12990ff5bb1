//! What trips and routes remember, brought up to date: a whole route, or only what an insertion changes.

use super::{Kind, Rich, RichTrip, Stretch};
use crate::search::instance::FAR;
use crate::search::state::{NONE, State};
use crate::segment::{OPEN, TimeSegment};

impl<const D: usize, const C: usize> Rich<'_, D, C> {
    /// Recomputes everything that a vehicle's trips remember, and its cost; `None` when it breaks a rule.
    pub(super) fn refresh_route(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64> {
        let kind_at = state.vehicles[vehicle as usize].kind;
        let trips = state.vehicles[vehicle as usize].trips.clone();
        let mut is_sound = true;
        for &trip in &trips {
            is_sound &= self.refresh_trip(state, kind_at, trip);
        }
        if trips.is_empty() {
            return None;
        }
        let (cost, keeps_limits) = self.connect(state, vehicle);
        (is_sound && keeps_limits).then_some(cost)
    }

    /// Brings a vehicle up to date after `client` and its other half, if it has one, were put into one of its trips where
    /// no rule is broken by that; returns the vehicle's cost.
    pub(super) fn extend_route(&self, state: &mut State<Self>, vehicle: u32, client: u32) -> i64 {
        let trip = state.links[client as usize].trip;
        let slot = &state.trips[trip as usize];
        let is_new = slot.len == 1 || self.stops[client as usize].release > slot.data.release;
        if is_new || self.units.partner(client) != NONE {
            self.refresh_trip(state, state.vehicles[vehicle as usize].kind, trip);
        } else {
            self.extend_trip(state, trip, client);
        }
        let (cost, keeps_limits) = self.connect(state, vehicle);
        debug_assert!(keeps_limits, "an insertion is checked before it is made");
        cost
    }

    /// Brings a trip up to date after `client` was put in, which is released no later than the others: what stands before
    /// it knows of no new beginning, what stands behind it of no new end.
    fn extend_trip(&self, state: &mut State<Self>, trip: u32, client: u32) {
        let kind = &self.kinds[state.trips[trip as usize].data.kind as usize];
        let end = state.end_of(trip);
        let (prev, next) = (state.links[client as usize].prev, state.links[client as usize].next);
        let from = if prev == end { kind.start } else { prev as usize };
        let to = if next == end { kind.end } else { next as usize };
        let c = client as usize;
        let detour = i64::from(kind.arcs.at(from, c).distance) + i64::from(kind.arcs.at(c, to).distance)
            - i64::from(kind.arcs.at(from, to).distance);
        let (head, _) = self.heads(state, kind, prev, from, state.nodes[prev as usize].head);
        let tail = state.nodes[next as usize].tail;
        self.tails(state, kind, next, to, tail);
        let data = &mut state.trips[trip as usize].data;
        data.time = head.time;
        data.distance += detour;
        data.delivery = head.load.map(|load| load.delivery);
        data.pickup = head.load.map(|load| load.pickup);
    }

    /// Recomputes one trip; whether it keeps all rules of a trip.
    fn refresh_trip(&self, state: &mut State<Self>, kind_at: u32, trip: u32) -> bool {
        let kind = &self.kinds[kind_at as usize];
        let end = state.end_of(trip);
        let (mut release, mut distance, mut is_sound) = (-OPEN, 0, true);
        let (mut node, mut place) = (state.links[end as usize].next, kind.start);
        while node != end {
            let next_place = node as usize;
            is_sound &= kind.clients[next_place].has_skills;
            release = release.max(self.stops[next_place].release);
            distance += i64::from(kind.arcs.at(place, next_place).distance);
            (node, place) = (state.links[node as usize].next, next_place);
        }
        distance += i64::from(kind.arcs.at(place, kind.end).distance);
        let mut departure = kind.departure;
        departure.early = departure.early.max(release);
        is_sound &= departure.early <= departure.late;
        let first = Stretch::depot(departure);
        state.nodes[end as usize].head = first;
        let (head, has_ways) = self.heads(state, kind, end, kind.start, first);
        let last = Stretch::depot(kind.arrival);
        state.nodes[end as usize].tail = last;
        self.tails(state, kind, end, kind.end, last);
        let data = &mut state.trips[trip as usize].data;
        data.kind = kind_at;
        data.release = release;
        data.time = head.time;
        data.distance = distance;
        data.delivery = head.load.map(|load| load.delivery);
        data.pickup = head.load.map(|load| load.pickup);
        is_sound
            && has_ways
            && head.time.is_feasible()
            && head.cold().ride.over <= 0
            && head.cold().ride.leave <= head.time.late
            && head.cold().exposure.over <= 0
            && head.load.iter().zip(&kind.capacity).all(|(load, capacity)| load.peak <= *capacity)
    }

    /// Recomputes the heads of all behind `node`, whose own is `head`; returns the whole trip, and whether there is a way
    /// everywhere.
    fn heads(
        &self,
        state: &mut State<Self>,
        kind: &Kind<'_, D>,
        mut node: u32,
        mut place: usize,
        mut head: Stretch<D, C>,
    ) -> (Stretch<D, C>, bool) {
        let mut has_ways = true;
        let mut service = self.service(node);
        loop {
            let next = state.links[node as usize].next;
            let is_last = state.is_end(next);
            let next_place = if is_last { kind.end } else { next as usize };
            let arc = kind.arcs.at(place, next_place);
            state.nodes[node as usize].ahead = arc.distance;
            state.nodes[next as usize].behind = arc.distance;
            has_ways &= arc.time != FAR;
            let link = service + i64::from(arc.time);
            if is_last {
                return (head.join(link, &Stretch::depot(kind.arrival)), has_ways);
            }
            head = head.join(link, &self.stretch(kind, next));
            state.nodes[next as usize].head = head;
            (node, place, service) = (next, next_place, self.stops[next as usize].service);
        }
    }

    /// Recomputes the tails of all before `node`, whose own is `tail`.
    fn tails(
        &self,
        state: &mut State<Self>,
        kind: &Kind<'_, D>,
        mut node: u32,
        mut place: usize,
        mut tail: Stretch<D, C>,
    ) {
        loop {
            let prev = state.links[node as usize].prev;
            if state.is_end(prev) {
                return;
            }
            let link = self.service(prev) + i64::from(kind.arcs.at(prev as usize, place).time);
            tail = self.stretch(kind, prev).join(link, &tail);
            state.nodes[prev as usize].tail = tail;
            (node, place) = (prev, prev as usize);
        }
    }

    /// Tells the trips of a vehicle, each up to date by itself, of one another; its cost, and whether it keeps the rules of
    /// a route.
    fn connect(&self, state: &mut State<Self>, vehicle: u32) -> (i64, bool) {
        let State { vehicles, trips, .. } = state;
        let row = &vehicles[vehicle as usize];
        let kind = &self.kinds[row.kind as usize];
        let mut before: Option<TimeSegment> = None;
        let mut distance = 0;
        for &trip in &row.trips {
            let data = &mut trips[trip as usize].data;
            data.before = before;
            before = Some(Self::route(kind.loading, before, data.time, None));
            distance += data.distance;
        }
        let whole = before.expect("a vehicle in use has a trip");
        let duration = whole.duration() + kind.loading;
        let mut after = None;
        for &trip in row.trips.iter().rev() {
            let data = &mut trips[trip as usize].data;
            data.after = after;
            after = Some(Self::route(kind.loading, None, data.time, after));
            data.route_duration = duration;
            data.route_distance = distance;
        }
        let is_sound = whole.is_feasible()
            && duration <= kind.max_duration
            && distance <= kind.max_distance
            && row.trips.len() <= kind.row.max_trips;
        let cost =
            kind.row.fixed_cost + kind.row.cost_per_metre * distance + kind.row.cost_per_second * duration;
        (cost, is_sound)
    }

    /// The vehicle's whole route with `trip` between `before` and `after`.
    #[inline]
    pub(super) fn route(
        loading: i64,
        before: Option<TimeSegment>,
        trip: TimeSegment,
        after: Option<TimeSegment>,
    ) -> TimeSegment {
        let until = before.map_or(trip, |before| before.join(loading, trip));
        after.map_or(until, |after| until.join(loading, after))
    }

    /// What a trip at these times, so much longer than before, costs its route; `None` when the route breaks a rule.
    #[inline]
    pub(super) fn cost_on_route(
        kind: &Kind<'_, D>,
        data: &RichTrip<D>,
        time: TimeSegment,
        detour: i64,
    ) -> Option<i64> {
        let whole = Self::route(kind.loading, data.before, time, data.after);
        let duration = whole.duration() + kind.loading;
        let is_sound = whole.is_feasible()
            && duration <= kind.max_duration
            && data.route_distance + detour <= kind.max_distance;
        is_sound.then(|| {
            kind.row.cost_per_metre * detour + kind.row.cost_per_second * (duration - data.route_duration)
        })
    }
}
