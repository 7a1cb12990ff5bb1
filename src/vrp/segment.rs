//! Segments: the attributes of a part of a trip by which two parts are joined in constant time.
//!
//! A segment runs from the start of service at its first stop to the start of service at its last one. Joining is
//! associative, so the attributes of a trip follow from any split of it. Times are plain integers here (seconds on any
//! common clock): the search calls these joins hundreds of millions of times.
//!
//! [`DurationSegment`] follows the concatenation of Vidal, Crainic, Gendreau and Prins (2013) with time warp, in a form that
//! keeps the duration without waiting and the earliest end apart, as ride limits need both. [`RideSegment`] and
//! [`ExposureSegment`] are our own derivation.

/// Stands for "no limit" below and above; sums of a route's worth of them stay inside 64 bits.
pub const OPEN: i64 = 1 << 56;

/// When a segment can start and end, waiting included.
///
/// Service that starts at the first stop at `t ≤ latest_start` starts at the last stop at `max(t + min_duration, earliest_end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DurationSegment {
    /// Travel and service from the first start of service to the last one, without waiting.
    pub min_duration: i64,
    /// Earliest start of service at the last stop that windows inside the segment allow.
    pub earliest_end: i64,
    /// Latest start of service at the first stop that keeps all windows (or causes no more time warp).
    pub latest_start: i64,
    /// Time warp: how far back the clock has to be turned in total to keep all windows; 0 for a feasible segment.
    pub time_warp: i64,
}

impl DurationSegment {
    /// A single stop whose service may start from `open` to `close`.
    pub const fn stop(open: i64, close: i64) -> Self {
        Self { min_duration: 0, earliest_end: open, latest_start: close, time_warp: 0 }
    }

    /// This segment, then `arc_duration` seconds of service and travel, then `next`.
    #[inline]
    #[must_use]
    pub fn join(self, arc_duration: i64, next: Self) -> Self {
        // With time warp, the clock at the end of a segment is never later than that of a start at `latest_start`.
        let min_duration = self.min_duration + arc_duration;
        let arrival = self.earliest_end + arc_duration;
        let time_warp = (arrival - next.latest_start).max(0);
        Self {
            min_duration: min_duration + next.min_duration - time_warp,
            earliest_end: (arrival - time_warp + next.min_duration).max(next.earliest_end),
            latest_start: (next.latest_start - min_duration + time_warp).min(self.latest_start),
            time_warp: self.time_warp + next.time_warp + time_warp,
        }
    }

    /// Whether no window is missed, given a start late enough.
    #[inline]
    pub const fn is_feasible(self) -> bool {
        self.time_warp == 0
    }

    /// Shortest possible time from the first start of service to the last, waiting included.
    #[inline]
    pub fn duration(self) -> i64 {
        self.min_duration.max(self.earliest_end - self.latest_start)
    }
}

/// When goods loaded at the trip's start may ride.
///
/// Goods that ride from departure `t` until service starts at stop `i` ride `max(min_duration_i, earliest_end_i − t)`. All limits
/// `L_i` hold iff `excess = max(min_duration_i − L_i) ≤ 0` and
/// `t ≥ earliest_start = max(earliest_end_i − L_i)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RideSegment {
    /// By how much the tightest limit would be exceeded even without waiting; at most 0 when all can hold.
    pub excess: i64,
    /// Earliest start of the segment that keeps all limits.
    pub earliest_start: i64,
}

impl RideSegment {
    /// A stop without a limit.
    pub const FREE: Self = Self { excess: -OPEN, earliest_start: -OPEN };

    /// A stop that opens at `open` and whose goods may ride for `limit` seconds.
    pub const fn stop(open: i64, limit: i64) -> Self {
        Self { excess: -limit, earliest_start: open - limit }
    }

    /// This segment with its times, then `arc_duration` seconds of service and travel, then `next`.
    ///
    /// Time warp must not have occurred in `time`; then the figure would only be a measure of how bad it is.
    #[inline]
    #[must_use]
    pub fn join(self, time: DurationSegment, arc_duration: i64, next: Self) -> Self {
        Self {
            excess: self.excess.max(time.min_duration + arc_duration + next.excess),
            earliest_start: self
                .earliest_start
                .max(time.earliest_end + arc_duration + next.excess)
                .max(next.earliest_start),
        }
    }
}

/// What is on board along a segment, in one load dimension.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadSegment {
    /// Sum of what is brought.
    pub delivery: i64,
    /// Sum of what is taken along.
    pub pickup: i64,
    /// Most that is on board at any moment of the segment, counting only its own deliveries and pickups.
    pub peak: i64,
}

impl LoadSegment {
    /// A single stop.
    #[inline]
    pub fn stop(delivery: i64, pickup: i64) -> Self {
        Self { delivery, pickup, peak: delivery.max(pickup) }
    }

    /// This segment, then `next`.
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
    /// What the whole segment adds.
    pub sum: i64,
    /// By how much the tightest limit is exceeded; at most 0 when all hold.
    pub excess: i64,
}

impl ExposureSegment {
    /// A stop that adds `exposure` to what stays on board and whose own goods may have collected `limit` before.
    #[inline]
    pub const fn stop(exposure: i64, limit: Option<i64>) -> Self {
        Self {
            sum: exposure,
            excess: match limit {
                Some(limit) => -limit,
                None => -OPEN,
            },
        }
    }

    /// This segment, then `next`.
    #[inline]
    #[must_use]
    pub fn join(self, next: Self) -> Self {
        Self { sum: self.sum + next.sum, excess: self.excess.max(self.sum + next.excess) }
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
        arc_duration: i64,
    }

    fn random_trip(rng: &mut fastrand::Rng) -> Vec<Stop> {
        (0..rng.usize(1..7))
            .map(|_| {
                let open = rng.i64(0..30);
                let limit = rng.bool().then(|| rng.i64(0..25));
                Stop { open, close: open + rng.i64(0..20), limit, arc_duration: rng.i64(0..9) }
            })
            .collect()
    }

    fn pieces(stop: &Stop) -> (DurationSegment, RideSegment) {
        let ride = stop.limit.map_or(RideSegment::FREE, |limit| RideSegment::stop(stop.open, limit));
        (DurationSegment::stop(stop.open, stop.close), ride)
    }

    /// Joins the stops of `trip` in a random order of joins.
    fn joined(trip: &[Stop], rng: &mut fastrand::Rng) -> (DurationSegment, RideSegment) {
        if trip.len() == 1 {
            return pieces(&trip[0]);
        }
        let cut = rng.usize(1..trip.len());
        let (first, second) = (joined(&trip[..cut], rng), joined(&trip[cut..], rng));
        let arc_duration = trip[cut - 1].arc_duration;
        (first.0.join(arc_duration, second.0), first.1.join(first.0, arc_duration, second.1))
    }

    /// Plain replay of a departure: total time warp, start of the last service, and whether all rides hold.
    fn replay(trip: &[Stop], departure: i64) -> (i64, i64, bool) {
        let (mut clock, mut time_warp, mut rides) = (departure, 0, true);
        for (at, stop) in trip.iter().enumerate() {
            clock = clock.max(stop.open);
            if clock > stop.close {
                time_warp += clock - stop.close;
                clock = stop.close;
            }
            rides &= stop.limit.is_none_or(|limit| clock - departure <= limit);
            if at + 1 < trip.len() {
                clock += stop.arc_duration;
            }
        }
        (time_warp, clock, rides)
    }

    #[test]
    fn joins_in_any_order_agree_with_trying_every_departure() {
        for seed in 0..20_000 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let trip = random_trip(&mut rng);
            let (time, ride) = joined(&trip, &mut rng);
            let tried: Vec<_> = (-60..120).map(|t| (t, replay(&trip, t))).collect();
            let min_warp = tried.iter().map(|(_, (time_warp, ..))| *time_warp).min().unwrap();
            assert_eq!(time.time_warp, min_warp, "seed {seed}: {trip:?}");
            let latest =
                tried.iter().filter(|(_, (time_warp, ..))| *time_warp == min_warp).map(|(t, _)| *t).max();
            assert_eq!(Some(time.latest_start), latest, "seed {seed}: {trip:?}");
            for (t, (time_warp, end, rides)) in tried {
                if time_warp > 0 {
                    continue;
                }
                assert_eq!(
                    end,
                    (t + time.min_duration).max(time.earliest_end),
                    "seed {seed}, departure {t}: {trip:?}"
                );
                let predicted = ride.excess <= 0 && t >= ride.earliest_start;
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
            if time.is_feasible() && ride.excess <= 0 && ride.earliest_start <= time.latest_start {
                assert!(
                    ride.earliest_start + time.min_duration <= time.earliest_end,
                    "seed {seed}: {trip:?}"
                );
            }
        }
    }

    #[test]
    fn the_peak_of_a_trip_is_its_maximum_load() {
        for seed in 0..5_000 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let stops: Vec<(i64, i64)> =
                (0..rng.usize(1..8)).map(|_| (rng.i64(0..9), rng.i64(0..9))).collect();
            let cut = rng.usize(0..stops.len());
            let fold = |part: &[(i64, i64)]| {
                part.iter().fold(LoadSegment::default(), |sum, s| sum.join(LoadSegment::stop(s.0, s.1)))
            };
            let mut on_board: i64 = stops.iter().map(|stop| stop.0).sum();
            let mut max_load = on_board;
            for stop in &stops {
                on_board += stop.1 - stop.0;
                max_load = max_load.max(on_board);
            }
            assert_eq!(
                fold(&stops[..cut]).join(fold(&stops[cut..])).peak,
                max_load,
                "seed {seed}: {stops:?}"
            );
        }
    }

    #[test]
    fn exposure_counts_the_doors_opened_before() {
        let first = ExposureSegment::stop(5, None);
        let second = ExposureSegment::stop(7, Some(4));
        let third = ExposureSegment::stop(0, Some(12));
        let all = first.join(second).join(third);
        // Before the second stop 5 of 4 allowed, before the third 12 of 12.
        assert_eq!(all, ExposureSegment { sum: 12, excess: 1 });
        assert_eq!(all, first.join(second.join(third)));
    }
}
