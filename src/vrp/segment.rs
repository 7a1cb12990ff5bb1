//! What a stretch of a trip needs to know of itself so that two stretches join in constant time.
//!
//! A segment runs from the start of service at its first stop to the start of service at its last one. Joining
//! is associative, so a trip's attributes follow from any split of it. Times are plain integers here (seconds on any
//! common clock): the search calls these joins hundreds of millions of times.
//!
//! [`TimeSegment`] follows Vidal, Crainic, Gendreau and Prins (2013) in using concatenation, in a form that keeps the
//! way without waiting and the earliest end apart, as the ride limits need both. [`RideSegment`] and
//! [`ExposureSegment`] are our own derivation.

/// Stands for "no limit" below and above; sums of a route's worth of them stay inside 64 bits.
pub const OPEN: i64 = 1 << 56;

/// When a stretch can start and end, waiting included.
///
/// Service that starts at the first stop at `t ≤ late` starts at the last stop at `max(t + way, early)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSegment {
    /// Travel and service from the first start of service to the last one, without waiting.
    pub way: i64,
    /// Earliest start of service at the last stop that windows inside the stretch allow.
    pub early: i64,
    /// Latest start of service at the first stop that keeps all windows (or costs no more time warp).
    pub late: i64,
    /// How far back the clock has to be turned in total to keep all windows; 0 for a feasible stretch.
    pub warp: i64,
}

impl TimeSegment {
    /// A single stop whose service may start from `open` to `close`.
    pub const fn stop(open: i64, close: i64) -> Self {
        Self { way: 0, early: open, late: close, warp: 0 }
    }

    /// This stretch, then `link` seconds of service and travel, then `next`.
    #[inline]
    #[must_use]
    pub fn join(self, link: i64, next: Self) -> Self {
        // With warp, the clock at the end of a stretch is never later than that of a start at `late`.
        let way = self.way + link;
        let arrival = self.early + link;
        let warp = (arrival - next.late).max(0);
        Self {
            way: way + next.way - warp,
            early: (arrival - warp + next.way).max(next.early),
            late: (next.late - way + warp).min(self.late),
            warp: self.warp + next.warp + warp,
        }
    }

    /// Whether no window is missed, given a start late enough.
    #[inline]
    pub const fn is_feasible(self) -> bool {
        self.warp == 0
    }

    /// Shortest possible time from the first start of service to the last, waiting included.
    #[inline]
    pub fn duration(self) -> i64 {
        self.way.max(self.early - self.late)
    }
}

/// When goods loaded at the trip's start may ride.
///
/// Goods that ride from departure `t` until service starts at stop `i` ride `max(way_i, early_i − t)`. All limits
/// `L_i` hold iff `over = max(way_i − L_i) ≤ 0` and `t ≥ leave = max(early_i − L_i)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RideSegment {
    /// By how much the tightest limit would be exceeded even without waiting; at most 0 when all can hold.
    pub over: i64,
    /// Earliest start of the stretch that keeps all limits.
    pub leave: i64,
}

impl RideSegment {
    /// A stop without a limit.
    pub const FREE: Self = Self { over: -OPEN, leave: -OPEN };

    /// A stop that opens at `open` and whose goods may ride for `limit` seconds.
    pub const fn stop(open: i64, limit: i64) -> Self {
        Self { over: -limit, leave: open - limit }
    }

    /// This stretch with its times, then `link` seconds of service and travel, then `next`.
    ///
    /// Time warp must not have occurred in `time`; then the figure would only be a measure of how bad it is.
    #[inline]
    #[must_use]
    pub fn join(self, time: TimeSegment, link: i64, next: Self) -> Self {
        Self {
            over: self.over.max(time.way + link + next.over),
            leave: self.leave.max(time.early + link + next.over).max(next.leave),
        }
    }
}

/// What is on board along a stretch, in one load dimension.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadSegment {
    /// Sum of what is brought.
    pub delivery: i64,
    /// Sum of what is taken along.
    pub pickup: i64,
    /// Most that is on board at any moment of the stretch, counting only its own deliveries and pickups.
    pub peak: i64,
}

impl LoadSegment {
    /// A single stop.
    #[inline]
    pub fn stop(delivery: i64, pickup: i64) -> Self {
        Self { delivery, pickup, peak: delivery.max(pickup) }
    }

    /// This stretch, then `next`.
    #[inline]
    #[must_use]
    pub fn join(self, next: Self) -> Self {
        Self {
            delivery: self.delivery + next.delivery,
            pickup: self.pickup + next.pickup,
            peak: (self.peak + next.delivery).max(self.pickup + next.peak),
        }
    }
}

/// What open doors do to the goods still on board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExposureSegment {
    /// What the whole stretch adds.
    pub sum: i64,
    /// By how much the tightest limit is exceeded; at most 0 when all hold.
    pub over: i64,
}

impl ExposureSegment {
    /// A stop that adds `exposure` to what stays on board and whose own goods may have collected `limit` before.
    #[inline]
    pub const fn stop(exposure: i64, limit: Option<i64>) -> Self {
        Self {
            sum: exposure,
            over: match limit {
                Some(limit) => -limit,
                None => -OPEN,
            },
        }
    }

    /// This stretch, then `next`.
    #[inline]
    #[must_use]
    pub fn join(self, next: Self) -> Self {
        Self { sum: self.sum + next.sum, over: self.over.max(self.sum + next.over) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stop of a small random trip: window, limit of the ride, and the link to the next stop.
    #[derive(Clone, Copy, Debug)]
    struct Stop {
        open: i64,
        close: i64,
        limit: Option<i64>,
        link: i64,
    }

    fn random_trip(rng: &mut fastrand::Rng) -> Vec<Stop> {
        (0..rng.usize(1..7))
            .map(|_| {
                let open = rng.i64(0..30);
                let limit = rng.bool().then(|| rng.i64(0..25));
                Stop { open, close: open + rng.i64(0..20), limit, link: rng.i64(0..9) }
            })
            .collect()
    }

    fn pieces(stop: &Stop) -> (TimeSegment, RideSegment) {
        let ride = stop.limit.map_or(RideSegment::FREE, |limit| RideSegment::stop(stop.open, limit));
        (TimeSegment::stop(stop.open, stop.close), ride)
    }

    /// Joins the stops of `trip` in a random order of joins.
    fn joined(trip: &[Stop], rng: &mut fastrand::Rng) -> (TimeSegment, RideSegment) {
        if trip.len() == 1 {
            return pieces(&trip[0]);
        }
        let cut = rng.usize(1..trip.len());
        let (first, second) = (joined(&trip[..cut], rng), joined(&trip[cut..], rng));
        let link = trip[cut - 1].link;
        (first.0.join(link, second.0), first.1.join(first.0, link, second.1))
    }

    /// Plain replay of a departure: total time warp, start of the last service, and whether all rides hold.
    fn replay(trip: &[Stop], departure: i64) -> (i64, i64, bool) {
        let (mut clock, mut warp, mut rides) = (departure, 0, true);
        for (at, stop) in trip.iter().enumerate() {
            clock = clock.max(stop.open);
            if clock > stop.close {
                warp += clock - stop.close;
                clock = stop.close;
            }
            rides &= stop.limit.is_none_or(|limit| clock - departure <= limit);
            if at + 1 < trip.len() {
                clock += stop.link;
            }
        }
        (warp, clock, rides)
    }

    #[test]
    fn joins_in_any_order_agree_with_trying_every_departure() {
        for seed in 0..20_000 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let trip = random_trip(&mut rng);
            let (time, ride) = joined(&trip, &mut rng);
            let tried: Vec<_> = (-60..120).map(|t| (t, replay(&trip, t))).collect();
            let least_warp = tried.iter().map(|(_, (warp, ..))| *warp).min().unwrap();
            assert_eq!(time.warp, least_warp, "seed {seed}: {trip:?}");
            let latest = tried.iter().filter(|(_, (warp, ..))| *warp == least_warp).map(|(t, _)| *t).max();
            assert_eq!(Some(time.late), latest, "seed {seed}: {trip:?}");
            for (t, (warp, end, rides)) in tried {
                if warp > 0 {
                    continue;
                }
                assert_eq!(end, (t + time.way).max(time.early), "seed {seed}, departure {t}: {trip:?}");
                let predicted = ride.over <= 0 && t >= ride.leave;
                assert_eq!(rides, predicted, "seed {seed}, departure {t}: {trip:?}");
            }
        }
    }

    #[test]
    fn a_departure_that_keeps_the_rides_never_has_to_delay_the_end() {
        for seed in 0..20_000 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let trip = random_trip(&mut rng);
            let (time, ride) = joined(&trip, &mut rng);
            if time.is_feasible() && ride.over <= 0 && ride.leave <= time.late {
                assert!(ride.leave + time.way <= time.early, "seed {seed}: {trip:?}");
            }
        }
    }

    #[test]
    fn the_peak_of_a_trip_is_the_most_that_is_ever_on_board() {
        for seed in 0..5_000 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let stops: Vec<(i64, i64)> =
                (0..rng.usize(1..8)).map(|_| (rng.i64(0..9), rng.i64(0..9))).collect();
            let cut = rng.usize(0..stops.len());
            let fold = |part: &[(i64, i64)]| {
                part.iter().fold(LoadSegment::default(), |sum, s| sum.join(LoadSegment::stop(s.0, s.1)))
            };
            let mut on_board: i64 = stops.iter().map(|stop| stop.0).sum();
            let mut most = on_board;
            for stop in &stops {
                on_board += stop.1 - stop.0;
                most = most.max(on_board);
            }
            assert_eq!(fold(&stops[..cut]).join(fold(&stops[cut..])).peak, most, "seed {seed}: {stops:?}");
        }
    }

    #[test]
    fn exposure_counts_the_doors_opened_before() {
        let first = ExposureSegment::stop(5, None);
        let second = ExposureSegment::stop(7, Some(4));
        let third = ExposureSegment::stop(0, Some(12));
        let all = first.join(second).join(third);
        // Before the second stop 5 of 4 allowed, before the third 12 of 12.
        assert_eq!(all, ExposureSegment { sum: 12, over: 1 });
        assert_eq!(all, first.join(second.join(third)));
    }
}
