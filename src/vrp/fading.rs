//! Exposure that fades: what open doors do to goods that cool down again between two stops.
//!
//! In one dimension a number `y` is carried along a trip. Every stop adds its dose when service starts, and in between
//! `y` fades exponentially with the dimension's time constant, over service and travel alike. Waiting is not counted, so
//! `y` does not depend on the clock. The limit of a client holds for the value just before its own dose. The process is
//! linear, so a segment of a trip is three numbers and two segments are joined in constant time; the derivation is our own.
//!
//! Only additions, multiplications and divisions of IEEE 754 occur, the exponential included: results are the same bits on
//! every machine.

use smallvec::SmallVec;
use std::sync::Arc;

/// Entries of one level of a [`FadeTable`].
const LEVEL: usize = 1 << LEVEL_BITS;
/// Bits of a duration that one level stands for.
const LEVEL_BITS: usize = 10;
/// Longest duration that is told apart, in seconds; longer ones fade as much as this one, which is less than they do.
const MAX_DURATION: i64 = (1 << (3 * LEVEL_BITS)) - 1;

/// `exp(-x)` for `x ≥ 0`, with a relative error of some 1e-15 for each unit of `x`.
pub fn fade(x: f64) -> f64 {
    let (mut part, mut halvings) = (x, 0);
    while part > 0.25 && halvings < 16 {
        part *= 0.5;
        halvings += 1;
    }
    if part > 0.25 {
        return 0.0;
    }
    // The power series of exp(part), whose terms are all positive.
    let (mut term, mut sum) = (1.0, 1.0);
    for degree in 1..14 {
        term *= part / f64::from(degree);
        sum += term;
    }
    let mut value = 1.0 / sum;
    for _ in 0..halvings {
        value *= value;
    }
    value
}

/// The share that is left after a whole number of seconds, for one time constant.
#[derive(Debug)]
pub struct FadeTable {
    /// By the lowest bits of the duration, those above them, and the highest.
    levels: [Vec<f64>; 3],
}

impl FadeTable {
    /// For this time constant in seconds, above 0, and durations up to `longest` seconds.
    pub fn new(time_constant: i64, longest: i64) -> Self {
        let longest = longest.clamp(0, MAX_DURATION) as usize;
        let level = |at: usize| {
            let unit = 1_u64 << (LEVEL_BITS * at);
            let count = (longest >> (LEVEL_BITS * at)).min(LEVEL - 1) + 1;
            (0..count as u64).map(|step| fade((step * unit) as f64 / time_constant as f64)).collect()
        };
        Self { levels: [level(0), level(1), level(2)] }
    }

    /// The share left after `duration` seconds; longer than the table has, a larger share than that.
    #[inline]
    pub fn at(&self, duration: i64) -> f64 {
        let duration = duration.clamp(0, MAX_DURATION) as usize;
        let share = |level: usize| {
            let values = &self.levels[level];
            values[((duration >> (LEVEL_BITS * level)) & (LEVEL - 1)).min(values.len() - 1)]
        };
        if duration < LEVEL { share(0) } else { share(0) * share(1) * share(2) }
    }
}

/// How each dimension of a vehicle type fades.
pub type FadeTables = SmallVec<[Arc<FadeTable>; 4]>;

/// One dimension along a segment of a trip, from the start of service at its first stop to that at its last, the doses of
/// both included.
///
/// A value `y` before the first dose becomes `left · y + end`, and all limits hold iff `y ≤ largest_start`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FadingSegment {
    /// The share of the first value that is left at the end.
    pub left: f64,
    /// The value at the end when it was 0 at the beginning.
    pub end: f64,
    /// The largest first value that keeps all limits.
    pub largest_start: f64,
}

impl FadingSegment {
    /// A stop that adds `dose`, and where at most `limit` may be reached before; `None` is no limit.
    pub fn stop(dose: i64, limit: Option<i64>) -> Self {
        let largest_start = limit.map_or(f64::INFINITY, |limit| limit as f64);
        Self { left: 1.0, end: dose as f64, largest_start }
    }

    /// A stop that changes nothing.
    pub const FREE: Self = Self { left: 1.0, end: 0.0, largest_start: f64::INFINITY };

    /// This segment, then service and travel of which the share `between` is left, then `next`.
    #[inline]
    #[must_use]
    pub fn join(self, between: f64, next: Self) -> Self {
        let (arriving, left) = (self.end * between, self.left * between);
        let largest_start = (next.largest_start - arriving) / left;
        Self {
            left: left * next.left,
            end: arriving * next.left + next.end,
            // Where all has faded away, 0 / 0 is no limit: the comparison is false then.
            largest_start: if largest_start < self.largest_start {
                largest_start
            } else {
                self.largest_start
            },
        }
    }

    /// Whether limits of `next` are kept behind this segment, as far as that depends on it.
    #[inline]
    pub fn may_precede(self, between: f64, next: Self) -> bool {
        self.end * between <= next.largest_start
    }

    /// For a trip that begins at its depot, where the value is part of the segment: by how much it would have to be smaller
    /// there for all limits to hold; 0 when they do.
    #[inline]
    pub fn excess(self) -> f64 {
        (-self.largest_start).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug)]
    struct Stop {
        dose: i64,
        limit: Option<i64>,
        arc_duration: i64,
    }

    fn random_trip(rng: &mut fastrand::Rng) -> Vec<Stop> {
        (0..rng.usize(1..9))
            .map(|_| Stop {
                dose: rng.i64(0..1_000_000),
                limit: rng.bool().then(|| rng.i64(0..4_000_000)),
                arc_duration: rng.i64(0..9000),
            })
            .collect()
    }

    fn joined(trip: &[Stop], table: &FadeTable, rng: &mut fastrand::Rng) -> FadingSegment {
        if let [stop] = trip {
            return FadingSegment::stop(stop.dose, stop.limit);
        }
        let cut = rng.usize(1..trip.len());
        let first = joined(&trip[..cut], table, rng);
        first.join(table.at(trip[cut - 1].arc_duration), joined(&trip[cut..], table, rng))
    }

    /// Replay from `start`: the last value, and the least distance to a limit in all of it.
    fn replay(trip: &[Stop], start: f64, time_constant: i64) -> (f64, f64) {
        let (mut value, mut margin) = (start, f64::INFINITY);
        for (at, stop) in trip.iter().enumerate() {
            margin = stop.limit.map_or(margin, |limit| margin.min(limit as f64 - value));
            value += stop.dose as f64;
            if at + 1 < trip.len() {
                value *= (-(stop.arc_duration as f64) / time_constant as f64).exp();
            }
        }
        (value, margin)
    }

    #[test]
    fn tables_agree_with_the_exponential_function() {
        let mut rng = fastrand::Rng::with_seed(1);
        for _ in 0..300 {
            let size = [rng.u32(1..30), rng.u32(1..30)];
            let time_constant = rng.i64(1..1 << size[0]);
            let longest = rng.i64(0..1 << size[1]);
            let table = FadeTable::new(time_constant, longest);
            for duration in (0..50).map(|_| rng.i64(0..=longest)).chain([0, longest]) {
                let exact = (-(duration as f64) / time_constant as f64).exp();
                let found = table.at(duration);
                assert!((found - exact).abs() <= 1e-11 * exact + 1e-300, "{found} is not {exact}");
            }
            assert!(table.at(i64::MAX) <= table.at(longest));
        }
        assert_eq!((fade(0.0), fade(1e9)), (1.0, 0.0));
    }

    #[test]
    fn joins_in_any_order_agree_with_a_replay_from_any_start() {
        for seed in 0..20_000 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let time_constant = rng.i64(600..30_000);
            let table = FadeTable::new(time_constant, 9000);
            let trip = random_trip(&mut rng);
            let segment = joined(&trip, &table, &mut rng);
            for start in [-700_000.0, 0.0, 1.0, 50_000.0, 900_000.0, 3e6] {
                let (end, margin) = replay(&trip, start, time_constant);
                let predicted = segment.left * start + segment.end;
                assert!((end - predicted).abs() < 1e-4, "seed {seed}: {end} is not {predicted}");
                if margin.abs() > 1e-4 {
                    assert_eq!(start <= segment.largest_start, margin > 0.0, "seed {seed}: {trip:?}");
                }
            }
            // A start at the bound reaches a limit and exceeds none.
            if segment.largest_start < f64::INFINITY {
                let (_, margin) = replay(&trip, segment.largest_start, time_constant);
                assert!(margin.abs() < 1e-3, "seed {seed}: {margin} of {trip:?}");
            }
        }
    }

    #[test]
    fn what_has_faded_away_limits_nothing() {
        let limited = FadingSegment::stop(5, Some(0));
        assert_eq!(FadingSegment::stop(7, None).join(0.0, limited).largest_start, f64::INFINITY);
        // 8 is left of 16, where 6 may be: 4 less at the start would do.
        let over = FadingSegment::stop(16, None).join(0.5, FadingSegment::stop(0, Some(6)));
        assert_eq!(over, FadingSegment { left: 0.5, end: 8.0, largest_start: -4.0 });
        assert_eq!(over.excess(), 4.0);
    }
}
