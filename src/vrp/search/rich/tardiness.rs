//! Soft ends of windows: what tardiness costs a route.
//!
//! Constant-time joins judge a changed route as if no end of a soft window mattered, which is never more than it costs. Only a
//! change that is still cheap enough is followed along the whole route, stop by stop.

use super::followed::{ChangedTrip, FollowedTrip, Inserted, Sequence};
use super::model::{RichModel, RichTrip, RichVehicleType};
use crate::search::state::State;
use crate::segment::{DurationSegment, OPEN};
use crate::tardiness::{SoftRoute, TimeCost};

/// The clients of a trip, with others behind some of its nodes.
fn sequence<const D: usize, const C: usize, const E: usize>(
    state: &State<RichModel<'_, D, C, E>>,
    trip: u32,
    inserted: Inserted<'_>,
) -> Sequence {
    let mut clients = Sequence::new();
    let mut node = state.end_of(trip);
    loop {
        // Of a pair the second may be behind the first.
        let mut behind = node;
        for &(after, client) in inserted {
            if after == behind {
                clients.push(client);
                behind = client;
            }
        }
        node = state.links[node as usize].next;
        if state.is_end(node) {
            return clients;
        }
        clients.push(node);
    }
}

impl<const D: usize, const C: usize, const E: usize> RichModel<'_, D, C, E> {
    /// Whether service at some client may begin late.
    #[inline]
    pub(super) fn has_soft_ends(&self) -> bool {
        !self.soft_ends.is_empty()
    }

    /// A trip as it is.
    pub(super) fn known_trip(state: &State<Self>, trip: u32) -> FollowedTrip {
        let data = &state.trips[trip as usize].data;
        FollowedTrip {
            clients: sequence(state, trip, &[]),
            release: data.release,
            ride_start: data.ride_start,
            break_after: data.break_after,
        }
    }

    /// What tardiness costs a route of these trips, and what departing early in order to avoid it; `whole` are its times as if
    /// no soft end mattered, the break rule not yet applied.
    pub(super) fn tardiness(
        &self,
        vehicle_type: &RichVehicleType<'_, D, E>,
        trips: impl Iterator<Item = FollowedTrip>,
        whole: DurationSegment,
        has_break: bool,
    ) -> i64 {
        let Some(ruled) = vehicle_type.with_break_rule(whole, has_break) else { return 0 };
        let mut followed: Option<SoftRoute> = None;
        for trip in trips {
            let first = vehicle_type.departure.earliest_end.max(trip.release).max(trip.ride_start);
            match &mut followed {
                Some(route) => route.go_on(vehicle_type.loading, first),
                None => followed = Some(SoftRoute::depart(first)),
            }
            if let Some(route) = &mut followed {
                self.follow(vehicle_type, &trip, route);
            }
        }
        let Some(mut route) = followed else { return 0 };
        if let Some(rule) = vehicle_type.break_rule.filter(|_| !has_break) {
            route.not_before(rule.earliest_without(whole, vehicle_type.loading));
        }
        route.best(ruled, vehicle_type.loading, &vehicle_type.time_cost()).cost
    }

    /// Follows one trip from its departure to its return.
    fn follow(&self, vehicle_type: &RichVehicleType<'_, D, E>, trip: &FollowedTrip, route: &mut SoftRoute) {
        let (mut place, mut stay) = (vehicle_type.start, 0);
        for &client in &trip.clients {
            let (stop, end) = (&self.stops[client as usize], self.soft_ends[client as usize]);
            let arc = vehicle_type.arcs.at(place, client as usize);
            route.go_on(stay + i64::from(arc.time), stop.time.earliest_end);
            route.begin_by(end);
            (place, stay) = (client as usize, stop.service);
            if let Some(rule) = vehicle_type.break_rule.as_ref().filter(|_| client == trip.break_after) {
                route.go_on(stay, rule.segment.earliest_end);
                stay = rule.duration;
            }
        }
        route.go_on(stay + i64::from(vehicle_type.arcs.at(place, vehicle_type.end).time), -OPEN);
    }

    /// `cost`, what a change of one trip costs its route as if no soft end mattered, with what tardiness adds; `None` where it
    /// is not below `limit`.
    #[inline(never)]
    pub(super) fn with_tardiness(
        &self,
        state: &State<Self>,
        (vehicle_type, data): (&RichVehicleType<'_, D, E>, &RichTrip<D>),
        change: &ChangedTrip<'_>,
        cost: i64,
        limit: i64,
    ) -> Option<i64> {
        let least = cost - data.route_tardiness;
        if least >= limit {
            return None;
        }
        let vehicle = &state.vehicles[state.trips[change.trip as usize].vehicle as usize];
        let trips = vehicle.trips.iter().map(|&trip| {
            if trip != change.trip {
                return Self::known_trip(state, trip);
            }
            FollowedTrip {
                clients: sequence(state, trip, change.inserted),
                release: change.release,
                ride_start: change.ride_start,
                break_after: change.break_after,
            }
        });
        let whole = Self::route(vehicle_type.loading, data.before, change.time, data.after);
        let cost = least + self.tardiness(vehicle_type, trips, whole, change.has_break);
        (cost < limit).then_some(cost)
    }
}

impl<const D: usize, const E: usize> RichVehicleType<'_, D, E> {
    /// What the time of a route costs as far as its departure decides it.
    fn time_cost(&self) -> TimeCost {
        self.extra.time_cost(self.row.cost_per_second, self.max_duration)
    }
}
