//! Breaks: a vehicle's break is made after one of its clients, whose number its trip stores.
//!
//! Insertions are judged with the break where it is, or next to the new client where the route had none and needs one now.
//! Whenever a route is brought up to date the break moves to where it costs least: each position joins the part of the trip
//! before it, the break, and the part after it.

use super::followed::{ChangedTrip, FollowedTrip};
use super::model::{Attributes, GoodsLimits, RichModel, RichTrip, RichVehicleType, ServedMore};
use super::prepared_break::PreparedBreak;
use crate::fading::Fades;
use crate::search::arcs::Arc;
use crate::search::index::NONE;
use crate::search::state::State;
use crate::segment::DurationSegment;

impl<const D: usize, const E: usize> RichVehicleType<'_, D, E> {
    /// The times of a whole route, which has its break or not; `None` where it lacks one.
    #[inline]
    pub fn with_break_rule(&self, whole: DurationSegment, has_break: bool) -> Option<DurationSegment> {
        match &self.break_rule {
            Some(row) if !has_break => row.without(whole, self.loading),
            _ => Some(whole),
        }
    }
}

impl<const D: usize, const C: usize, const E: usize> Attributes<D, C, E> {
    /// This segment, then so many seconds of service, a break, and the arc to `next`.
    #[inline(never)]
    pub fn join_after_break(
        &self,
        (service, row, arc_time): (i64, &PreparedBreak, i64),
        next: &Self,
        fades: &Fades,
    ) -> Self {
        // Loads and exposure know of no break; times and rides do.
        let mut joined = self.join(service + arc_time, next, fades);
        let until = self.time.join(service, row.segment);
        let leave = row.duration + arc_time;
        joined.time = until.join(leave, next.time);
        for ((joined, here), there) in joined.goods.iter_mut().zip(&self.goods).zip(&next.goods) {
            *joined = GoodsLimits { ride: here.ride.join(until, leave, there.ride), ..*joined };
        }
        joined
    }
}

impl<const D: usize, const C: usize, const E: usize> RichModel<'_, D, C, E> {
    /// `head` of a trip as far as `node`, then the arc to `next`; with the break in between if it is made there.
    #[inline]
    pub(super) fn leave(
        &self,
        vehicle_type: &RichVehicleType<'_, D, E>,
        (head, node, break_after): (&Attributes<D, C, E>, u32, u32),
        arc_time: i64,
        next: &Attributes<D, C, E>,
    ) -> Attributes<D, C, E> {
        let service = self.service(node);
        match &vehicle_type.break_rule {
            Some(row) if node == break_after => {
                head.join_after_break((service, row, arc_time), next, &vehicle_type.fades)
            }
            _ => head.join(service + arc_time, next, &vehicle_type.fades),
        }
    }

    /// What inserting `client` between two nodes of a trip costs on a vehicle type with a break: where that is now, or next to
    /// the client where the route has none.
    #[inline(never)]
    pub(super) fn insertion_around_break(
        &self,
        state: &State<Self>,
        (vehicle_type, row, data): (&RichVehicleType<'_, D, E>, &PreparedBreak, &RichTrip<D>),
        client: u32,
        [(after, head), (next, tail)]: [(u32, &Attributes<D, C, E>); 2],
        [arrive, depart]: [Arc; 2],
        (detour, mut limit): (i64, i64),
    ) -> Option<i64> {
        let fades = &vehicle_type.fades;
        let stop = &self.stops[client as usize];
        let own = self.attributes(vehicle_type, client);
        let [arrive, depart] = [arrive, depart].map(|arc| i64::from(arc.time));
        let trip = state.links[if state.is_end(after) { next } else { after } as usize].trip;
        let cost_of = |whole: &Attributes<D, C, E>, (break_after, on_break): (u32, i64), limit: i64| {
            let goods = whole.goods();
            let mut time = whole.time;
            if !time.is_feasible()
                || stop.release > time.latest_start
                || goods.ride.excess > 0
                || goods.ride.earliest_start > time.latest_start
                || goods.exposure.excess > 0
                || (0..D).any(|d| whole.load[d].peak > vehicle_type.capacity[d])
            {
                return None;
            }
            // Departing at the release instead of before moves nothing but the earliest end.
            time.earliest_end = time.earliest_end.max(stop.release + time.min_duration);
            let price = vehicle_type.clients[client as usize].price;
            let more = ServedMore { detour, service: stop.service, price, on_break };
            let cost = Self::cost_on_route(vehicle_type, data, time, more)?;
            if !self.has_soft_ends() {
                return Some(cost);
            }
            let change = ChangedTrip {
                trip,
                inserted: &[(after, client)],
                release: data.release.max(stop.release),
                ride_start: goods.ride.earliest_start,
                break_after,
                time,
                has_break: data.has_break || on_break > 0,
            };
            self.with_tardiness(state, (vehicle_type, data), &change, cost, limit)
        };
        let arriving = self.service(after) + arrive;
        let until = self.leave(vehicle_type, (head, after, data.break_after), arrive, &own);
        if !head.keeps_fading_strictly(arriving, &own, fades)
            || !until.keeps_fading_strictly(stop.service + depart, tail, fades)
        {
            return None;
        }
        let mut best = None;
        let mut consider = |whole: &Attributes<D, C, E>, break_here: (u32, i64)| {
            if let Some(cost) = cost_of(whole, break_here, limit).filter(|&cost| cost < limit) {
                limit = cost;
                best = Some(cost);
            }
        };
        consider(&until.join(stop.service + depart, tail, fades), (data.break_after, 0));
        if !data.has_break {
            let at_client = until.join_after_break((stop.service, row, depart), tail, fades);
            consider(&at_client, (client, row.duration));
            if (after as usize) < self.stops.len() {
                let until = head.join_after_break((self.service(after), row, arrive), &own, fades);
                consider(&until.join(stop.service + depart, tail, fades), (after, row.duration));
            }
        }
        best
    }

    /// Chooses the place of the break of a vehicle whose trips are up to date without one, or none where it needs none and that
    /// is cheaper; returns its cost, `None` where the route breaks a rule all the same.
    pub(super) fn place_break(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64> {
        let (cost, is_kept) = self.connect(state, vehicle);
        let row = &state.vehicles[vehicle as usize];
        let (type_index, trips) = (row.vehicle_type, row.trips.clone());
        let vehicle_type = &self.vehicle_types[type_index.get()];
        let Some(rule) = vehicle_type.break_rule else {
            return is_kept.then_some(cost);
        };
        // What the duration and the end cost is all that a break changes.
        let of_times = |whole: DurationSegment| {
            let duration = whole.duration() + vehicle_type.loading;
            vehicle_type.row.cost_per_second * duration
                + vehicle_type.extra.of_times(duration, whole.earliest_end)
        };
        let known = state.trips[trips[0] as usize].data;
        let mut best = is_kept.then(|| {
            let cost = vehicle_type.row.cost_per_second * known.route_duration
                + vehicle_type.extra.of_times(known.route_duration, known.route_end)
                + known.route_tardiness;
            (cost, NONE, NONE)
        });
        for &trip in &trips {
            let data = &state.trips[trip as usize].data;
            for client in state.clients(trip) {
                let next = state.links[client as usize].next;
                let to = if state.is_end(next) { vehicle_type.end } else { next as usize };
                let arc_time = i64::from(vehicle_type.arcs.at(client as usize, to).time);
                let (head, tail) = (&state.details[client as usize].head, &state.details[next as usize].tail);
                let parts = (self.stops[client as usize].service, &rule, arc_time);
                let whole_trip = head.join_after_break(parts, tail, &vehicle_type.fades);
                let goods = whole_trip.goods();
                let mut time = whole_trip.time;
                time.earliest_end = time.earliest_end.max(data.release + time.min_duration);
                let whole = Self::route(vehicle_type.loading, data.before, time, data.after);
                if !time.is_feasible()
                    || !whole.is_feasible()
                    || data.release > time.latest_start
                    || goods.ride.excess > 0
                    || goods.ride.earliest_start > time.latest_start
                    || whole.duration() + vehicle_type.loading > vehicle_type.max_duration
                {
                    continue;
                }
                let mut cost = of_times(whole);
                if self.has_soft_ends() {
                    let followed = trips.iter().map(|&other| {
                        let known = Self::known_trip(state, other);
                        if other == trip {
                            let ride_start = goods.ride.earliest_start;
                            return FollowedTrip { ride_start, break_after: client, ..known };
                        }
                        known
                    });
                    cost += self.tardiness(vehicle_type, followed, whole, true);
                }
                if best.is_none_or(|(least, ..)| cost < least) {
                    best = Some((cost, trip, client));
                }
            }
        }
        let (_, trip, client) = best?;
        if trip == NONE {
            return Some(cost);
        }
        state.trips[trip as usize].data.break_after = client;
        let is_feasible = self.refresh_trip(state, type_index, trip);
        let (cost, keeps_limits) = self.connect(state, vehicle);
        (is_feasible && keeps_limits).then_some(cost)
    }
}
