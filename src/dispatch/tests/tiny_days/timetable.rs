//! The times of a run whose stops are given: as early as possible, or as late as possible before some moment.
//!
//! All times are seconds of the day's clock. A run that starts as late as it can without ending later than it must takes as
//! little time as any with the same stops.

/// A stop of a trip.
#[derive(Clone, Copy, Debug)]
pub struct StopTimes {
    /// Travel to it, and its metres.
    pub leg: (i64, i64),
    /// Service starts not before.
    pub open: i64,
    /// Service starts not after.
    pub close: i64,
    /// Service that starts after this is late, at a price.
    pub late_from: i64,
    /// Arrival not after.
    pub due: i64,
    /// Time spent there.
    pub service: i64,
}

/// A trip.
#[derive(Clone, Debug)]
pub struct TripTimes {
    /// Loading starts not before.
    pub release: i64,
    pub stops: Vec<StopTimes>,
    /// Travel back, and its metres.
    pub back: (i64, i64),
}

/// A run: its trips, and from when to when it may last.
#[derive(Clone, Debug)]
pub struct RunTimes {
    pub loading: i64,
    pub from: i64,
    pub until: i64,
    pub trips: Vec<TripTimes>,
}

/// A timed trip.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimedTrip {
    pub loads: i64,
    pub departs: i64,
    /// Arrival, start of service and departure of every stop.
    pub stops: Vec<[i64; 3]>,
    pub returns: i64,
}

impl RunTimes {
    /// Every trip as early as possible; `None` where that is too late.
    pub fn earliest(&self) -> Option<Vec<TimedTrip>> {
        self.timed(&vec![i64::MIN; self.trips.len()])
    }

    /// The trips, each loading as early as it can but not before its moment.
    pub fn timed(&self, not_before: &[i64]) -> Option<Vec<TimedTrip>> {
        let mut now = self.from;
        let mut timed = Vec::with_capacity(self.trips.len());
        for (trip, &not_before) in self.trips.iter().zip(not_before) {
            let loads = now.max(trip.release).max(not_before);
            let departs = loads + self.loading;
            now = departs;
            let mut stops = Vec::with_capacity(trip.stops.len());
            for stop in &trip.stops {
                let arrives = now + stop.leg.0;
                let starts = arrives.max(stop.open);
                if arrives > stop.due || starts > stop.close {
                    return None;
                }
                now = starts + stop.service;
                stops.push([arrives, starts, now]);
            }
            now += trip.back.0;
            timed.push(TimedTrip { loads, departs, stops, returns: now });
        }
        (now <= self.until).then_some(timed)
    }

    /// The latest moments at which the trips may load so that the run ends by `end` and all is in time; of no meaning where
    /// [`earliest`](Self::earliest) is not in time.
    pub fn latest(&self, end: i64) -> Vec<i64> {
        let mut next = end.min(self.until);
        let mut loads = Vec::with_capacity(self.trips.len());
        for trip in self.trips.iter().rev() {
            let mut now = next - trip.back.0;
            for stop in trip.stops.iter().rev() {
                let starts = (now - stop.service).min(stop.close);
                now = starts.min(stop.due) - stop.leg.0;
            }
            next = now - self.loading;
            loads.push(next);
        }
        loads.reverse();
        loads
    }

    /// A run's times: ending as early as it can, with the first trip or every trip as late as that allows; ending as late as
    /// it can, in as little time; and every trip as late as it can.
    pub fn moments(&self) -> Vec<Vec<TimedTrip>> {
        let Some(earliest) = self.earliest() else { return Vec::new() };
        // Where lateness has a price: nothing later than it must be, or no matter how late.
        let mut found = self.no_later_than(&earliest).moments_after(&earliest);
        found.extend(self.moments_after(&earliest));
        found.dedup();
        found
    }

    /// This run with no stop later than at these times, or than it may be without being late.
    fn no_later_than(&self, earliest: &[TimedTrip]) -> Self {
        let mut run = self.clone();
        for (trip, timed) in run.trips.iter_mut().zip(earliest) {
            for (stop, times) in trip.stops.iter_mut().zip(&timed.stops) {
                stop.close = stop.close.min(stop.late_from.max(times[1]));
            }
        }
        run
    }

    /// Seconds by which stops are late at these times.
    pub fn lateness(&self, timed: &[TimedTrip]) -> i64 {
        let stops = self.trips.iter().flat_map(|trip| &trip.stops);
        let times = timed.iter().flat_map(|trip| &trip.stops);
        stops.zip(times).map(|(stop, times)| (times[1] - stop.late_from).max(0)).sum()
    }

    fn moments_after(&self, earliest: &[TimedTrip]) -> Vec<Vec<TimedTrip>> {
        let end = earliest[earliest.len() - 1].returns;
        let compact = self.latest(end);
        let first = |latest: &[i64]| {
            let mut not_before = vec![i64::MIN; latest.len()];
            not_before[0] = latest[0];
            not_before
        };
        let last = self.latest(self.until);
        let mut found: Vec<_> = [first(&compact), compact, first(&last), last]
            .iter()
            .filter_map(|not_before| self.timed(not_before))
            .collect();
        found.dedup();
        found
    }

    /// The least time that the run takes from loading to return; `None` where it cannot be in time.
    pub fn shortest(&self) -> Option<i64> {
        let end = self.earliest()?.last()?.returns;
        Some(end - self.latest(end)[0])
    }

    /// Metres of all legs.
    pub fn metres(&self) -> i64 {
        let of_trip = |trip: &TripTimes| trip.back.1 + trip.stops.iter().map(|stop| stop.leg.1).sum::<i64>();
        self.trips.iter().map(of_trip).sum()
    }
}
