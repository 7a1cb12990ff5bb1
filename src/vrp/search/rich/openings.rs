//! New trips: which vehicle, new or used, takes the first client of a trip.

use super::followed::FollowedTrip;
use super::model::{RichModel, RichVehicleType};
use crate::search::index::NONE;
use crate::search::insertion::TripOpening;
use crate::search::single_trip::SingleTrip;
use crate::search::state::{NewTripPosition, State};
use crate::segment::{DurationSegment, OPEN};
use coldmile_units::Idx;

/// Of 256 vehicles or types that could open a trip, so many are skipped: the cheapest for the first client of a trip is not
/// always the cheapest for all of them.
const SKIPPED_OF_256: u8 = 26;

impl<const D: usize, const C: usize, const E: usize> RichModel<'_, D, C, E> {
    /// The cheapest new trip below `limit` for `client` itself.
    pub(super) fn best_opening_for(
        &self,
        state: &State<Self>,
        client: u32,
        limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<TripOpening> {
        let mut best: Option<TripOpening> = None;
        for (at, vehicle_type) in self.vehicle_types.iter().enumerate() {
            let Some(single_trip) = vehicle_type.clients[client as usize].single_trip else {
                continue;
            };
            if state.used[at] >= self.fleet[at] || self.vehicle_types.len() > 1 && rng.u8(..) < SKIPPED_OF_256
            {
                continue;
            }
            let tardiness = |whole, has_break| {
                let trip = self.trip_of_unit(client, &single_trip, has_break);
                self.tardiness(vehicle_type, std::iter::once(trip), whole, has_break)
            };
            let Some(of_times) = self.best_times(vehicle_type, &single_trip, false, |time| time, tardiness)
            else {
                continue;
            };
            let mut cost = vehicle_type.row.fixed_cost
                + vehicle_type.row.cost_per_metre * single_trip.distance
                + of_times;
            if vehicle_type.extra.apply {
                cost += self.price_of_single_trip(vehicle_type, client, &single_trip);
            }
            if cost < best.map_or(limit, |opened| opened.delta) {
                best = Some(TripOpening {
                    delta: cost,
                    client,
                    position: NewTripPosition::Vehicle(Idx::new(at as u32)),
                });
            }
        }
        if self.may_reload {
            // Where both cost the same the new vehicle is better: a further trip makes the others of its vehicle wait.
            let limit = best.map_or(limit, |opened| opened.delta);
            best = self.further_trip(state, client, limit, rng).or(best);
        }
        best
    }

    /// What the duration and the end of a route with this trip cost, `None` where it breaks a rule; `route` joins the trip with
    /// what its vehicle drives before and after it, `tardiness` tells what that adds to a route of these times, with its break on
    /// this trip or not.
    #[inline]
    fn best_times(
        &self,
        vehicle_type: &RichVehicleType<'_, D, E>,
        single_trip: &SingleTrip,
        has_break: bool,
        route: impl Fn(DurationSegment) -> DurationSegment,
        tardiness: impl Fn(DurationSegment, bool) -> i64,
    ) -> Option<i64> {
        let price = |unruled: DurationSegment, has_break: bool, is_here: bool| {
            let whole = vehicle_type.with_break_rule(unruled, has_break)?;
            let duration = whole.duration() + vehicle_type.loading;
            let mut cost = vehicle_type.row.cost_per_second * duration;
            if vehicle_type.extra.apply {
                cost += vehicle_type.extra.of_times(duration, whole.earliest_end);
            }
            let is_feasible = whole.is_feasible() && duration <= vehicle_type.max_duration;
            if is_feasible && self.has_soft_ends() {
                cost += tardiness(unruled, is_here);
            }
            is_feasible.then_some(cost)
        };
        let without = price(route(single_trip.time), has_break, false);
        let with_break = single_trip.time_with_break.filter(|_| !has_break);
        let with_break = with_break.and_then(|time| price(route(time), true, true));
        without.into_iter().chain(with_break).min()
    }

    /// A trip for the unit of `client` only, with the vehicle's break at its end or without one.
    fn trip_of_unit(&self, client: u32, single_trip: &SingleTrip, has_break: bool) -> FollowedTrip {
        let partner = Some(self.units.partner(client)).filter(|&partner| partner != NONE);
        let clients = std::iter::once(client).chain(partner);
        let last = partner.unwrap_or(client);
        FollowedTrip {
            release: clients.clone().map(|stop| self.stops[stop as usize].release).fold(-OPEN, i64::max),
            clients: clients.collect(),
            ride_start: single_trip.ride_start,
            break_after: if has_break { last } else { NONE },
        }
    }

    /// What a trip for the unit of `client` only costs on top, but for the times of the route.
    fn price_of_single_trip(
        &self,
        vehicle_type: &RichVehicleType<'_, D, E>,
        client: u32,
        single_trip: &SingleTrip,
    ) -> i64 {
        let partner = Some(self.units.partner(client)).filter(|&partner| partner != NONE);
        let stops = || std::iter::once(client).chain(partner).map(|stop| stop as usize);
        let service: i64 = stops().map(|stop| self.stops[stop].service).sum();
        let price: i64 = stops().map(|stop| vehicle_type.clients[stop].price).sum();
        let extra = &vehicle_type.extra;
        extra.loading + extra.travel * (single_trip.time.min_duration - service) + price
    }

    /// Cheapest position below `limit` for a trip with `client` only on a used vehicle; ties are broken at random.
    fn further_trip(
        &self,
        state: &State<Self>,
        client: u32,
        mut limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<TripOpening> {
        let mut best = None;
        let mut tied = 0;
        for (vehicle, row) in state.vehicles.iter().enumerate() {
            let vehicle_type = &self.vehicle_types[row.vehicle_type.get()];
            let Some(single_trip) = vehicle_type.clients[client as usize].single_trip else {
                continue;
            };
            if row.trips.is_empty()
                || row.trips.len() >= vehicle_type.row.max_trips
                || rng.u8(..) < SKIPPED_OF_256
            {
                continue;
            }
            let of = |trip: u32| &state.trips[trip as usize].data;
            let known = of(row.trips[0]);
            if known.route_distance + single_trip.distance > vehicle_type.max_distance {
                continue;
            }
            for place in 0..=row.trips.len() {
                let before = place.checked_sub(1).map(|at| of(row.trips[at]));
                let before =
                    before.map(|trip| Self::route(vehicle_type.loading, trip.before, trip.time, None));
                let after = row.trips.get(place).map(|&at| of(at));
                let after = after.map(|trip| Self::route(vehicle_type.loading, None, trip.time, trip.after));
                let route = |time| Self::route(vehicle_type.loading, before, time, after);
                let tardiness = |whole, is_here| {
                    let new = self.trip_of_unit(client, &single_trip, is_here);
                    let (until, from) = row.trips.split_at(place);
                    let [until, from] = [until, from].map(|trips| trips.iter());
                    let [until, from] =
                        [until, from].map(|trips| trips.map(|&at| Self::known_trip(state, at)));
                    let trips = until.chain([new]).chain(from);
                    self.tardiness(vehicle_type, trips, whole, known.has_break || is_here)
                };
                let Some(of_times) =
                    self.best_times(vehicle_type, &single_trip, known.has_break, route, tardiness)
                else {
                    continue;
                };
                let mut cost = vehicle_type.row.cost_per_metre * single_trip.distance + of_times
                    - vehicle_type.row.cost_per_second * known.route_duration
                    - known.route_tardiness;
                let extra = &vehicle_type.extra;
                if extra.apply {
                    cost += self.price_of_single_trip(vehicle_type, client, &single_trip)
                        - extra.of_times(known.route_duration, known.route_end);
                }
                let is_tie = cost == limit && tied > 0;
                if cost >= limit && !is_tie {
                    continue;
                }
                tied = if is_tie { tied + 1 } else { 1 };
                if rng.u32(0..tied) == 0 {
                    limit = cost;
                    let position = NewTripPosition::Trip(vehicle as u32, place as u32);
                    best = Some(TripOpening { delta: cost, client, position });
                }
            }
        }
        best
    }
}
