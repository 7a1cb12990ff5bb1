//! Stretches of plain trips, and what breaking a plain rule amounts to.

use super::Plain;
use crate::search::instance::Instance;
use crate::search::penalty::{LOAD, Overrun, Penalised, RULES, Rules, TIME};
use crate::segment::TimeSegment;

/// Plain rules of any instance that [`is_plain`](super::is_plain).
pub(in crate::search) struct PlainRules<const WINDOWS: bool>;

impl<const WINDOWS: bool> Rules for PlainRules<WINDOWS> {
    type Model<'a> = Plain<'a, WINDOWS>;

    fn of<'a>(instance: &'a Instance<'_>) -> Plain<'a, WINDOWS> {
        Plain::new(instance)
    }
}

/// A stretch of a plain trip.
#[derive(Clone, Copy)]
pub(in crate::search) struct PlainPart {
    load: i64,
    first: u32,
    last: u32,
    time: TimeSegment,
}

impl<const WINDOWS: bool> Penalised for Plain<'_, WINDOWS> {
    type Part = PlainPart;
    const TURNS: bool = !WINDOWS;
    const JUDGED_AN_ITERATION: u64 = if WINDOWS { 512 } else { 448 };

    fn can_descend(&self) -> bool {
        self.stops.iter().all(|stop| stop.is_possible)
    }

    fn departure(&self, _: u32) -> PlainPart {
        let depot = &self.stops[self.stops.len() - 1];
        let time = TimeSegment::stop(i64::from(depot.open), i64::from(depot.close));
        PlainPart { load: 0, first: self.depot, last: self.depot, time }
    }

    fn arrival(&self, kind: u32) -> PlainPart {
        self.departure(kind)
    }

    #[inline]
    fn single(&self, _: u32, client: u32) -> PlainPart {
        let stop = &self.stops[client as usize];
        let time = TimeSegment::stop(i64::from(stop.open), i64::from(stop.close));
        PlainPart { load: stop.load, first: client, last: client, time }
    }

    #[inline]
    fn join(&self, _: u32, first: &PlainPart, second: &PlainPart) -> PlainPart {
        let time = if WINDOWS {
            let way = self.arcs.at(first.last as usize, second.first as usize).time;
            first.time.join(i64::from(self.stop(first.last).service + way), second.time)
        } else {
            first.time
        };
        PlainPart { load: first.load + second.load, first: first.first, last: second.last, time }
    }

    #[inline]
    fn between(&self, from: &PlainPart, alone: &PlainPart, to: &PlainPart) -> PlainPart {
        PlainPart { load: to.load - from.load + alone.load, ..*to }
    }

    #[inline]
    fn overrun(&self, _: u32, trip: &PlainPart) -> Overrun {
        let mut overrun = Overrun::default();
        overrun[LOAD] = (trip.load - self.capacity).max(0);
        if WINDOWS {
            overrun[TIME] = trip.time.warp;
        }
        overrun
    }

    #[inline]
    fn standing(&self, _: u32, _: &PlainPart) -> i64 {
        self.fixed_cost
    }

    fn least_standing(&self, _: u32) -> i64 {
        self.fixed_cost
    }

    #[inline]
    fn way(&self, _: u32, from: u32, to: u32) -> i64 {
        self.cost_per_metre * i64::from(self.arcs.metres(from as usize, to as usize))
    }

    #[inline]
    fn ends(&self, _: u32) -> [u32; 2] {
        [self.depot; 2]
    }

    fn scales(&self) -> [f64; RULES] {
        let largest = self.stops.iter().map(|stop| stop.load).max().unwrap_or(0).max(1);
        let longest = self.arcs.from(self.depot as usize).longest().max(1);
        [largest as f64, f64::from(longest), 1.0, 1.0]
    }

    #[inline]
    fn load(&self, client: u32) -> i64 {
        self.stops[client as usize].load
    }

    #[inline]
    fn room(&self, _: u32) -> i64 {
        self.capacity
    }
}
