//! Segments of plain trips, and by how much they break the rules.

use super::model::PlainModel;
use crate::problem::VehicleType;
use crate::search::instance::Instance;
use crate::search::penalty::{LOAD, Overrun, PenalisedModel, RULE_COUNT, RuleFamily, TIME};
use crate::segment::DurationSegment;
use coldmile_units::Idx;

/// Plain rules of any instance that [`is_plain`](super::model::is_plain).
pub(in crate::search) struct PlainRules<const WINDOWS: bool>;

impl<const WINDOWS: bool> RuleFamily for PlainRules<WINDOWS> {
    type Model<'a> = PlainModel<'a, WINDOWS>;

    fn model<'a>(instance: &'a Instance<'_>) -> PlainModel<'a, WINDOWS> {
        PlainModel::new(instance)
    }
}

/// A segment of a plain trip.
#[derive(Clone, Copy)]
pub(in crate::search) struct PlainSegment {
    load: i64,
    first: u32,
    last: u32,
    time: DurationSegment,
}

impl<const WINDOWS: bool> PenalisedModel for PlainModel<'_, WINDOWS> {
    type Segment = PlainSegment;
    type Route = ();
    const REVERSIBLE: bool = !WINDOWS;
    const EVALUATED_AN_ITERATION: u64 = if WINDOWS { 512 } else { 448 };

    fn can_search_locally(&self) -> bool {
        self.stops.iter().all(|stop| stop.is_possible)
    }

    #[inline]
    fn may_reload(&self) -> bool {
        false
    }

    fn max_trips(&self, _: Idx<VehicleType>) -> usize {
        1
    }

    fn route(&self, _: Idx<VehicleType>, _: &PlainSegment) {}

    fn join_routes(&self, _: Idx<VehicleType>, (): &(), (): &()) {}

    fn route_overrun(&self, _: Idx<VehicleType>, (): &()) -> Overrun {
        Overrun::default()
    }

    fn route_fixed_and_duration_cost(&self, _: Idx<VehicleType>, (): &()) -> i64 {
        self.fixed_cost
    }

    fn departure(&self, _: Idx<VehicleType>) -> PlainSegment {
        let depot = &self.stops[self.stops.len() - 1];
        let time = DurationSegment::stop(i64::from(depot.open), i64::from(depot.close));
        PlainSegment { load: 0, first: self.depot, last: self.depot, time }
    }

    fn arrival(&self, vehicle_type: Idx<VehicleType>) -> PlainSegment {
        self.departure(vehicle_type)
    }

    #[inline]
    fn single(&self, _: Idx<VehicleType>, client: u32) -> PlainSegment {
        let stop = &self.stops[client as usize];
        let time = DurationSegment::stop(i64::from(stop.open), i64::from(stop.close));
        PlainSegment { load: stop.load, first: client, last: client, time }
    }

    #[inline]
    fn join(&self, _: Idx<VehicleType>, first: &PlainSegment, second: &PlainSegment) -> PlainSegment {
        let time = if WINDOWS {
            let arc_cost = self.arcs.at(first.last as usize, second.first as usize).time;
            first.time.join(i64::from(self.stop(first.last).service + arc_cost), second.time)
        } else {
            first.time
        };
        PlainSegment { load: first.load + second.load, first: first.first, last: second.last, time }
    }

    #[inline]
    fn between(&self, from: &PlainSegment, alone: &PlainSegment, to: &PlainSegment) -> PlainSegment {
        PlainSegment { load: to.load - from.load + alone.load, ..*to }
    }

    #[inline]
    fn overrun(&self, _: Idx<VehicleType>, trip: &PlainSegment) -> Overrun {
        let mut overrun = Overrun::default();
        overrun[LOAD] = (trip.load - self.capacity).max(0);
        if WINDOWS {
            overrun[TIME] = trip.time.time_warp;
        }
        overrun
    }

    #[inline]
    fn fixed_and_duration_cost(&self, _: Idx<VehicleType>, _: &PlainSegment) -> i64 {
        self.fixed_cost
    }

    fn min_fixed_and_duration_cost(&self, _: Idx<VehicleType>) -> i64 {
        self.fixed_cost
    }

    #[inline]
    fn arc_cost(&self, _: Idx<VehicleType>, from: u32, to: u32) -> i64 {
        self.cost_per_metre * i64::from(self.arcs.metres(from as usize, to as usize))
    }

    #[inline]
    fn ends(&self, _: Idx<VehicleType>) -> [u32; 2] {
        [self.depot; 2]
    }

    fn scales(&self) -> [f64; RULE_COUNT] {
        let largest = self.stops.iter().map(|stop| stop.load).max().unwrap_or(0).max(1);
        let max_duration = self.arcs.from(self.depot as usize).max_duration().max(1);
        [largest as f64, f64::from(max_duration), 1.0, 1.0]
    }

    #[inline]
    fn load(&self, client: u32) -> i64 {
        self.stops[client as usize].load
    }

    #[inline]
    fn capacity(&self, _: Idx<VehicleType>) -> i64 {
        self.capacity
    }
}
