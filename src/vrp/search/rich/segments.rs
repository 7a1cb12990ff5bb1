//! Segments of rich trips, and by how much they break the rules.

use super::model::{Attributes, RichModel, RichVehicleType};
use crate::problem::VehicleType;
use crate::search::arcs::UNREACHABLE;
use crate::search::instance::Instance;
use crate::search::penalty::{
    DISTANCE, EXPOSURE, LOAD, Overrun, PenalisedModel, RULE_COUNT, RuleFamily, TIME,
};
use crate::segment::{DurationSegment, OPEN};
use coldmile_units::Idx;

/// Rich rules of any instance with at most `D` load dimensions.
pub(in crate::search) struct RichRules<const D: usize, const C: usize, const E: usize>;

impl<const D: usize, const C: usize, const E: usize> RuleFamily for RichRules<D, C, E> {
    type Model<'a> = RichModel<'a, D, C, E>;

    fn model<'a>(instance: &'a Instance<'_>) -> RichModel<'a, D, C, E> {
        RichModel::new(instance)
    }
}

/// A segment of a rich trip under local search.
#[derive(Clone, Copy)]
pub(in crate::search) struct RichSegment<const D: usize, const C: usize, const E: usize> {
    attributes: Attributes<D, C, E>,
    first: u32,
    last: u32,
    /// Service at the last stop.
    service: i64,
    release: i64,
    distance: i64,
    /// Travel time, service not counted.
    travel: i64,
    /// Clients that this vehicle type may not serve.
    forbidden: i64,
    /// What clients and loading cost on top.
    price: i64,
}

/// The route of a vehicle under local search: trips one after another.
#[derive(Clone, Copy)]
pub(in crate::search) struct RichRoute {
    /// Departure of the first trip to return of the last, releases and the loading between trips included.
    time: DurationSegment,
    distance: i64,
    /// Travel time, service not counted.
    travel: i64,
    /// Excess of load, rides and exposure, summed over the trips.
    load: i64,
    rides: i64,
    exposure: i64,
    /// What clients and loading cost on top.
    price: i64,
}

/// A breach of fading exposure counts no more than this: long before, something else has to change.
const MAX_FADING_BREACH: f64 = 1e9;
/// Excess load that a whole capacity, or a client that is forbidden, counts as.
const FULL_LOAD: i64 = 1 << 16;

impl<const D: usize, const C: usize, const E: usize> PenalisedModel for RichModel<'_, D, C, E> {
    type Segment = RichSegment<D, C, E>;
    type Route = RichRoute;
    const REVERSIBLE: bool = false;
    const EVALUATED_AN_ITERATION: u64 = 128;

    fn can_search_locally(&self) -> bool {
        let is_served = |client: usize| {
            self.vehicle_types.iter().any(|vehicle_type| vehicle_type.clients[client].single_trip.is_some())
        };
        // Its segments know of no break and of no tardiness.
        !self.has_breaks && !self.has_soft_ends() && (0..self.stops.len()).all(is_served)
    }

    #[inline]
    fn may_reload(&self) -> bool {
        self.may_reload
    }

    fn max_trips(&self, vehicle_type: Idx<VehicleType>) -> usize {
        self.vehicle_types[vehicle_type.get()].row.max_trips
    }

    fn route(&self, vehicle_type: Idx<VehicleType>, trip: &RichSegment<D, C, E>) -> RichRoute {
        RichRoute {
            time: released_late(trip),
            distance: trip.distance,
            travel: trip.travel,
            load: self.excess_load(vehicle_type, trip),
            rides: excess_ride(trip),
            exposure: self.excess_exposure(vehicle_type, trip),
            price: trip.price,
        }
    }

    fn join_routes(
        &self,
        vehicle_type: Idx<VehicleType>,
        first: &RichRoute,
        second: &RichRoute,
    ) -> RichRoute {
        let loading = self.vehicle_types[vehicle_type.get()].loading;
        RichRoute {
            time: first.time.join(loading, second.time),
            distance: first.distance + second.distance,
            travel: first.travel + second.travel,
            load: first.load + second.load,
            rides: first.rides + second.rides,
            exposure: first.exposure + second.exposure,
            price: first.price + second.price,
        }
    }

    fn route_overrun(&self, vehicle_type: Idx<VehicleType>, route: &RichRoute) -> Overrun {
        let vehicle_type = &self.vehicle_types[vehicle_type.get()];
        let duration = route.time.duration() + vehicle_type.loading;
        let mut overrun = Overrun::default();
        overrun[LOAD] = route.load;
        overrun[TIME] =
            route.time.time_warp + route.rides + duration.saturating_sub(vehicle_type.max_duration).max(0);
        overrun[DISTANCE] = route.distance.saturating_sub(vehicle_type.max_distance).max(0);
        overrun[EXPOSURE] = route.exposure;
        overrun
    }

    fn route_fixed_and_duration_cost(&self, vehicle_type: Idx<VehicleType>, route: &RichRoute) -> i64 {
        let vehicle_type = &self.vehicle_types[vehicle_type.get()];
        vehicle_type.fixed_and_duration_cost(route.time, route.travel, route.price)
    }

    fn departure(&self, vehicle_type: Idx<VehicleType>) -> RichSegment<D, C, E> {
        let vehicle_type = &self.vehicle_types[vehicle_type.get()];
        let attributes = vehicle_type.depart(vehicle_type.departure);
        let place = vehicle_type.start as u32;
        RichSegment {
            attributes,
            first: place,
            last: place,
            service: 0,
            release: -OPEN,
            distance: 0,
            travel: 0,
            forbidden: 0,
            price: vehicle_type.extra.loading,
        }
    }

    fn arrival(&self, vehicle_type: Idx<VehicleType>) -> RichSegment<D, C, E> {
        let row = &self.vehicle_types[vehicle_type.get()];
        let place = row.end as u32;
        RichSegment {
            attributes: Attributes::depot(row.arrival),
            first: place,
            last: place,
            price: 0,
            ..self.departure(vehicle_type)
        }
    }

    fn single(&self, vehicle_type: Idx<VehicleType>, client: u32) -> RichSegment<D, C, E> {
        let row = &self.vehicle_types[vehicle_type.get()];
        let stop = &self.stops[client as usize];
        let fading = row.clients[client as usize].penalised_fading;
        RichSegment {
            attributes: Attributes { fading, ..self.attributes(row, client) },
            first: client,
            last: client,
            service: stop.service,
            release: stop.release,
            distance: 0,
            travel: 0,
            forbidden: i64::from(!row.clients[client as usize].is_allowed),
            price: row.clients[client as usize].price,
        }
    }

    fn join(
        &self,
        vehicle_type: Idx<VehicleType>,
        first: &RichSegment<D, C, E>,
        second: &RichSegment<D, C, E>,
    ) -> RichSegment<D, C, E> {
        let row = &self.vehicle_types[vehicle_type.get()];
        let arc = row.arcs.at(first.last as usize, second.first as usize);
        let arc_duration = first.service + i64::from(arc.time);
        RichSegment {
            attributes: first.attributes.join(arc_duration, &second.attributes, &row.penalised_fades),
            first: first.first,
            last: second.last,
            service: second.service,
            release: first.release.max(second.release),
            distance: first.distance + second.distance + i64::from(arc.distance),
            travel: first.travel + second.travel + i64::from(arc.time),
            // A missing arc is as bad as a forbidden client.
            forbidden: first.forbidden + second.forbidden + i64::from(arc.time == UNREACHABLE),
            price: first.price + second.price,
        }
    }

    fn between(
        &self,
        _: &RichSegment<D, C, E>,
        single_trip: &RichSegment<D, C, E>,
        _: &RichSegment<D, C, E>,
    ) -> RichSegment<D, C, E> {
        *single_trip
    }

    fn overrun(&self, vehicle_type: Idx<VehicleType>, trip: &RichSegment<D, C, E>) -> Overrun {
        let mut overrun = Overrun::default();
        overrun[LOAD] = self.excess_load(vehicle_type, trip);
        overrun[EXPOSURE] = self.excess_exposure(vehicle_type, trip);
        let vehicle_type = &self.vehicle_types[vehicle_type.get()];
        let time = &trip.attributes.time;
        let late = (trip.release - time.latest_start).max(0);
        let rides = excess_ride(trip);
        let duration = released(trip).duration() + vehicle_type.loading;
        overrun[TIME] =
            time.time_warp + late + rides + duration.saturating_sub(vehicle_type.max_duration).max(0);
        overrun[DISTANCE] = trip.distance.saturating_sub(vehicle_type.max_distance).max(0);
        overrun
    }

    fn fixed_and_duration_cost(&self, vehicle_type: Idx<VehicleType>, trip: &RichSegment<D, C, E>) -> i64 {
        let vehicle_type = &self.vehicle_types[vehicle_type.get()];
        vehicle_type.fixed_and_duration_cost(released(trip), trip.travel, trip.price)
    }

    fn min_fixed_and_duration_cost(&self, vehicle_type: Idx<VehicleType>) -> i64 {
        self.vehicle_types[vehicle_type.get()].row.fixed_cost
    }

    #[inline]
    fn arc_cost(&self, vehicle_type: Idx<VehicleType>, from: u32, to: u32) -> i64 {
        let vehicle_type = &self.vehicle_types[vehicle_type.get()];
        let arc = vehicle_type.arcs.at(from as usize, to as usize);
        vehicle_type.row.arc_price(i64::from(arc.distance), i64::from(arc.time))
    }

    fn ends(&self, vehicle_type: Idx<VehicleType>) -> [u32; 2] {
        let vehicle_type = &self.vehicle_types[vehicle_type.get()];
        [vehicle_type.start as u32, vehicle_type.end as u32]
    }

    fn scales(&self) -> [f64; RULE_COUNT] {
        let vehicle_type = &self.vehicle_types[0];
        let mut scales = [1.0_f64; RULE_COUNT];
        for client in 0..self.stops.len() {
            for (load, &capacity) in self.stops[client].load.iter().zip(&vehicle_type.capacity) {
                scales[LOAD] = scales[LOAD].max(load.peak as f64 * FULL_LOAD as f64 / capacity.max(1) as f64);
            }
            let arc = vehicle_type.arcs.at(vehicle_type.start, client);
            if arc.time < UNREACHABLE {
                scales[TIME] = scales[TIME].max(f64::from(arc.time));
                scales[DISTANCE] = scales[DISTANCE].max(f64::from(arc.distance));
            }
            scales[EXPOSURE] = scales[EXPOSURE].max(vehicle_type.clients[client].exposure.sum as f64);
        }
        if E > 0 {
            scales[EXPOSURE] = scales[EXPOSURE].max(self.exposure_unit);
        }
        scales
    }

    fn load(&self, _: u32) -> i64 {
        0
    }

    fn capacity(&self, _: Idx<VehicleType>) -> i64 {
        i64::MAX
    }
}

impl<const D: usize, const C: usize, const E: usize> RichModel<'_, D, C, E> {
    /// Excess load of a whole trip, in shares of the capacity; a forbidden client counts as a full load.
    fn excess_load(&self, vehicle_type: Idx<VehicleType>, trip: &RichSegment<D, C, E>) -> i64 {
        let capacities = &self.vehicle_types[vehicle_type.get()].capacity;
        let excess = trip.attributes.load.iter().zip(capacities).map(|(load, &capacity)| {
            let over = (load.peak - capacity).max(0);
            // A breach never rounds to nothing.
            over.saturating_mul(FULL_LOAD) / capacity.max(1) + i64::from(over > 0)
        });
        excess.sum::<i64>() + trip.forbidden * FULL_LOAD
    }

    /// Excess exposure of a whole trip, of both kinds; that of the kind that fades is what it had to be smaller at the start.
    #[inline]
    fn excess_exposure(&self, vehicle_type: Idx<VehicleType>, trip: &RichSegment<D, C, E>) -> i64 {
        let sums = trip.attributes.goods().exposure.excess.max(0);
        if E == 0 {
            return sums;
        }
        let fading = trip.attributes.excess_fading() * self.vehicle_types[vehicle_type.get()].fading_weight;
        // A breach never rounds to nothing.
        sums + fading.ceil().min(MAX_FADING_BREACH) as i64
    }
}

impl<const D: usize, const E: usize> RichVehicleType<'_, D, E> {
    /// What a route or trip with these times costs besides its arcs, whose travel time [`VehicleType::arc_price`] charges.
    #[inline]
    fn fixed_and_duration_cost(&self, time: DurationSegment, travel: i64, price: i64) -> i64 {
        let duration = time.duration() + self.loading;
        let mut cost = self.row.fixed_cost + self.row.cost_per_second * (duration - travel);
        let extra = &self.extra;
        if extra.apply {
            cost += price
                + extra.of_times(duration, time.earliest_end)
                + (extra.travel - self.row.time_prices.travel) * travel;
        }
        cost
    }
}

/// Seconds by which a whole trip exceeds the longest ride of its goods.
fn excess_ride<const D: usize, const C: usize, const E: usize>(trip: &RichSegment<D, C, E>) -> i64 {
    let (time, ride) = (trip.attributes.time, trip.attributes.goods().ride);
    // With time warp, the excess of rides depends on the order in which segments are joined.
    if time.is_feasible() { ride.excess.max(ride.earliest_start - time.latest_start).max(0) } else { 0 }
}

/// The same for a trip on a route, where a departure after the latest start is time warp: the clock is turned back to
/// that start.
fn released_late<const D: usize, const C: usize, const E: usize>(
    trip: &RichSegment<D, C, E>,
) -> DurationSegment {
    let time = trip.attributes.time;
    let late = (trip.release - time.latest_start).max(0);
    DurationSegment {
        min_duration: time.min_duration - late,
        earliest_end: time.earliest_end.max(trip.release + time.min_duration - late),
        latest_start: time.latest_start + late,
        time_warp: time.time_warp + late,
    }
}

/// Times of a trip that departs no earlier than its goods are there.
fn released<const D: usize, const C: usize, const E: usize>(trip: &RichSegment<D, C, E>) -> DurationSegment {
    let mut time = trip.attributes.time;
    time.earliest_end = time.earliest_end.max(trip.release + time.min_duration);
    time
}
