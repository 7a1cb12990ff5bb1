//! Stretches of rich trips, and what breaking a rich rule amounts to.

use super::{Cold, Rich, Stretch};
use crate::search::instance::{FAR, Instance};
use crate::search::penalty::{EXPOSURE, LOAD, Overrun, Penalised, RULES, Rules, TIME, WAY};
use crate::segment::{OPEN, TimeSegment};

/// Rich rules of any instance with at most `D` load dimensions.
pub(in crate::search) struct RichRules<const D: usize, const C: usize>;

impl<const D: usize, const C: usize> Rules for RichRules<D, C> {
    type Model<'a> = Rich<'a, D, C>;

    fn of<'a>(instance: &'a Instance<'_>) -> Rich<'a, D, C> {
        Rich::new(instance)
    }
}

/// A stretch of a rich trip on its way through a descent.
#[derive(Clone, Copy)]
pub(in crate::search) struct RichPart<const D: usize, const C: usize> {
    stretch: Stretch<D, C>,
    first: u32,
    last: u32,
    /// Service at the last stop.
    service: i64,
    release: i64,
    distance: i64,
    /// Time on the way, service not counted.
    travel: i64,
    /// Clients that this vehicle type may not serve.
    refused: i64,
}

/// What a whole capacity, or a client that is refused, counts as overrun of load.
const FULL: i64 = 1 << 16;

impl<const D: usize, const C: usize> Penalised for Rich<'_, D, C> {
    type Part = RichPart<D, C>;
    const TURNS: bool = false;
    const JUDGED_AN_ITERATION: u64 = 128;

    fn can_descend(&self) -> bool {
        let is_served = |client: usize| self.kinds.iter().any(|kind| kind.clients[client].alone.is_some());
        !self.has_trips && (0..self.stops.len()).all(is_served)
    }

    fn departure(&self, kind: u32) -> RichPart<D, C> {
        let kind = &self.kinds[kind as usize];
        let stretch = Stretch::depot(kind.departure);
        let place = kind.start as u32;
        RichPart {
            stretch,
            first: place,
            last: place,
            service: 0,
            release: -OPEN,
            distance: 0,
            travel: 0,
            refused: 0,
        }
    }

    fn arrival(&self, kind: u32) -> RichPart<D, C> {
        let row = &self.kinds[kind as usize];
        let place = row.end as u32;
        RichPart { stretch: Stretch::depot(row.arrival), first: place, last: place, ..self.departure(kind) }
    }

    fn single(&self, kind: u32, client: u32) -> RichPart<D, C> {
        let row = &self.kinds[kind as usize];
        let stop = &self.stops[client as usize];
        RichPart {
            stretch: self.stretch(row, client),
            first: client,
            last: client,
            service: stop.service,
            release: stop.release,
            distance: 0,
            travel: 0,
            refused: i64::from(!row.clients[client as usize].has_skills),
        }
    }

    fn join(&self, kind: u32, first: &RichPart<D, C>, second: &RichPart<D, C>) -> RichPart<D, C> {
        let arc = self.kinds[kind as usize].arcs.at(first.last as usize, second.first as usize);
        let link = first.service + i64::from(arc.time);
        RichPart {
            stretch: first.stretch.join(link, &second.stretch),
            first: first.first,
            last: second.last,
            service: second.service,
            release: first.release.max(second.release),
            distance: first.distance + second.distance + i64::from(arc.distance),
            travel: first.travel + second.travel + i64::from(arc.time),
            // No way at all is as bad as a client refused.
            refused: first.refused + second.refused + i64::from(arc.time == FAR),
        }
    }

    fn between(&self, _: &RichPart<D, C>, alone: &RichPart<D, C>, _: &RichPart<D, C>) -> RichPart<D, C> {
        *alone
    }

    fn overrun(&self, kind: u32, trip: &RichPart<D, C>) -> Overrun {
        let kind = &self.kinds[kind as usize];
        let (Stretch { time, load, .. }, Cold { ride, exposure }) = (&trip.stretch, trip.stretch.cold());
        let mut overrun = Overrun::default();
        for (load, &capacity) in load.iter().zip(&kind.capacity) {
            let over = (load.peak - capacity).max(0);
            // A breach never rounds to nothing.
            overrun[LOAD] += over.saturating_mul(FULL) / capacity.max(1) + i64::from(over > 0);
        }
        overrun[LOAD] += trip.refused * FULL;
        let late = (trip.release - time.late).max(0);
        // Where the clock is turned back rides have no figure that all ways of joining agree on.
        let rides = if time.is_feasible() { ride.over.max(ride.leave - time.late).max(0) } else { 0 };
        let duration = released(trip).duration() + kind.loading;
        overrun[TIME] = time.warp + late + rides + duration.saturating_sub(kind.max_duration).max(0);
        overrun[WAY] = trip.distance.saturating_sub(kind.max_distance).max(0);
        overrun[EXPOSURE] = exposure.over.max(0);
        overrun
    }

    fn standing(&self, kind: u32, trip: &RichPart<D, C>) -> i64 {
        let kind = &self.kinds[kind as usize];
        let idle = released(trip).duration() + kind.loading - trip.travel;
        kind.row.fixed_cost + kind.row.cost_per_second * idle
    }

    fn least_standing(&self, kind: u32) -> i64 {
        self.kinds[kind as usize].row.fixed_cost
    }

    #[inline]
    fn way(&self, kind: u32, from: u32, to: u32) -> i64 {
        let kind = &self.kinds[kind as usize];
        let arc = kind.arcs.at(from as usize, to as usize);
        kind.row.cost_per_metre * i64::from(arc.distance) + kind.row.cost_per_second * i64::from(arc.time)
    }

    fn ends(&self, kind: u32) -> [u32; 2] {
        let kind = &self.kinds[kind as usize];
        [kind.start as u32, kind.end as u32]
    }

    fn scales(&self) -> [f64; RULES] {
        let kind = &self.kinds[0];
        let mut scales = [1.0_f64; RULES];
        for client in 0..self.stops.len() {
            for (load, &capacity) in self.stops[client].load.iter().zip(&kind.capacity) {
                scales[LOAD] = scales[LOAD].max(load.peak as f64 * FULL as f64 / capacity.max(1) as f64);
            }
            let arc = kind.arcs.at(kind.start, client);
            if arc.time < FAR {
                scales[TIME] = scales[TIME].max(f64::from(arc.time));
                scales[WAY] = scales[WAY].max(f64::from(arc.distance));
            }
            scales[EXPOSURE] = scales[EXPOSURE].max(kind.clients[client].exposure.sum as f64);
        }
        scales
    }

    fn load(&self, _: u32) -> i64 {
        0
    }

    fn room(&self, _: u32) -> i64 {
        i64::MAX
    }
}

/// Times of a trip that departs no earlier than its goods are there.
fn released<const D: usize, const C: usize>(trip: &RichPart<D, C>) -> TimeSegment {
    let mut time = trip.stretch.time;
    time.early = time.early.max(trip.release + time.way);
    time
}
