//! Exposure that fades: what open doors do to goods that cool down again between two stops.
//!
//! In one dimension a number `y` is carried along a trip. Every stop adds its dose when service starts, and in between
//! `y` fades exponentially with the dimension's time constant, over service and travel alike. Waiting is not counted, so
//! `y` does not depend on the clock. The limit of a client holds for the value just before its own dose. The process is
//! linear, so a segment of a trip is a few numbers and two segments are joined in constant time.
//!
//! A dimension may have a residue: a second number that rises at every stop too, fades more quickly, and makes the next
//! doses larger. Goods are slow, the air around them that the last door warmed is quick. The derivation is our own.
//!
//! Only additions, multiplications and divisions of IEEE 754 occur, the exponential included: results are the same bits on
//! every machine.

use super::problem::{FadingExposure, FadingStop};
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
    pub fn new(time_constant: f64, longest: i64) -> Self {
        let longest = longest.clamp(0, MAX_DURATION) as usize;
        let level = |at: usize| {
            let unit = 1_u64 << (LEVEL_BITS * at);
            let count = (longest >> (LEVEL_BITS * at)).min(LEVEL - 1) + 1;
            (0..count as u64).map(|step| fade((step * unit) as f64 / time_constant)).collect()
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

/// How one dimension of a vehicle type fades.
#[derive(Clone, Debug)]
pub struct Fade {
    /// The share of the value that is left after a duration.
    slow: Arc<FadeTable>,
    quick: Quick,
    /// What an opening leaves of the residue before it, and what of it is added to the dose.
    kept: f64,
    gain: f64,
}

/// What becomes of a residue.
#[derive(Clone, Debug)]
enum Quick {
    /// There is none.
    None,
    /// It is carried along: by how much the share of it that is left is smaller than that of the value.
    Carried(Arc<FadeTable>),
    /// It is a surcharge on every arc between two stops, see [`Fade::with_surcharges`].
    Surcharge(Arc<FadeTable>, f64),
}

/// Ratio of a surcharge's geometric series from which on an arc is too short for it.
const MAX_RATIO: f64 = 0.9;
/// The surcharge then, above every limit.
const PROHIBITIVE: f64 = 1e12;

/// How each dimension of a vehicle type fades.
pub type Fades = SmallVec<[Fade; 4]>;

impl Fade {
    /// Of this exposure, for durations up to `longest` seconds.
    pub fn new(exposure: &FadingExposure, longest: i64) -> Self {
        let slow = exposure.time_constant.0 as f64;
        let residue = exposure.residue.as_ref();
        // exp(-t / quick) is exp(-t / slow) times the exponential with this time constant.
        let quick = residue.map_or(Quick::None, |residue| {
            let quick = residue.time_constant.0 as f64;
            Quick::Carried(Arc::new(FadeTable::new(quick * slow / (slow - quick), longest)))
        });
        let share = |millionths: Option<i64>| millionths.unwrap_or(0) as f64 / 1e6;
        Self {
            slow: Arc::new(FadeTable::new(slow, longest)),
            quick,
            kept: share(residue.map(|residue| residue.kept_ppm)),
            gain: share(residue.map(|residue| residue.gain_ppm)),
        }
    }

    /// The same where the residue is not carried along but paid for by the arcs, so that a segment's bound does not depend
    /// on a residue before it. What keeps all limits then keeps them here, too.
    ///
    /// With `q` the share of a residue that one arc and the stop before it leave, relative to the value, stop `m` gets from
    /// stop `j < m` at most `gain · largest · Π q / kept` over the arcs between them. A product of `n` factors is at most the mean of
    /// their `n`-th powers, and an arc is in at most `n` such windows that end at or behind it: so much as `gain · largest / kept · (q + q² + …)`
    /// for each arc pays for all of them.
    pub fn with_surcharges(&self, largest: i64) -> Self {
        let quick = match &self.quick {
            Quick::Carried(table) => Quick::Surcharge(Arc::clone(table), self.gain * largest as f64),
            other => other.clone(),
        };
        Self { slow: Arc::clone(&self.slow), quick, ..*self }
    }

    /// What is left of value and residue after `duration` seconds.
    #[inline]
    pub fn over(&self, duration: i64) -> Left {
        let value = self.slow.at(duration);
        match &self.quick {
            Quick::None => Left { value, relative: 1.0, surcharge: 0.0 },
            Quick::Carried(quick) => Left { value, relative: quick.at(duration), surcharge: 0.0 },
            Quick::Surcharge(quick, largest) => {
                let share = quick.at(duration);
                let ratio = share * self.kept;
                let surcharge = if ratio > MAX_RATIO { PROHIBITIVE } else { largest * share / (1.0 - ratio) };
                Left { value, relative: 1.0, surcharge }
            }
        }
    }

    /// A stop.
    pub fn stop(&self, stop: &FadingStop) -> FadingSegment {
        let is_carried = matches!(self.quick, Quick::Carried(_));
        FadingSegment {
            left: 1.0,
            end: stop.dose as f64,
            relative: if is_carried { self.kept } else { 1.0 },
            residue: if is_carried { stop.residue as f64 } else { 0.0 },
            pull: if is_carried { self.gain } else { 0.0 },
            opened: 1.0,
            first_limit: stop.limit.map_or(f64::INFINITY, |limit| limit as f64),
            largest_start: f64::INFINITY,
        }
    }
}

/// The share of a value that is left after a duration, how much smaller the share of the residue is, and what is added at
/// the next stop.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    value: f64,
    relative: f64,
    surcharge: f64,
}

/// One dimension along a segment of a trip, from the start of service at its first stop to that at its last, the doses of
/// both included.
///
/// A value `y` and a residue `x` before the first dose become `left · (y + pull · x) + end` and
/// `left · relative · x + residue`. All limits hold if `y ≤ first_limit` and `y + pull · x ≤ largest_start`, and only then
/// where `x` is 0, as at a departure; else the second bound is a little strict, since limits inside the segment are held
/// against all that the residue adds in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FadingSegment {
    left: f64,
    end: f64,
    relative: f64,
    residue: f64,
    pull: f64,
    /// 1 when it has a stop, else 0.
    opened: f64,
    /// Limit of the first stop.
    first_limit: f64,
    /// The largest first value that keeps all limits behind the first stop.
    largest_start: f64,
}

impl FadingSegment {
    /// A stop that changes nothing.
    pub const FREE: Self = Self::departure(0);

    /// A departure with this value.
    pub const fn departure(start: i64) -> Self {
        Self {
            left: 1.0,
            end: start as f64,
            relative: 1.0,
            residue: 0.0,
            pull: 0.0,
            opened: 0.0,
            first_limit: f64::INFINITY,
            largest_start: f64::INFINITY,
        }
    }

    /// This segment, then service and travel after which so much is left, then `next`.
    #[inline]
    #[must_use]
    pub fn join(self, between: Left, next: Self) -> Self {
        let left = self.left * between.value;
        let relative = self.relative * between.relative;
        let (value, residue) = self.arrival(between);
        let added = between.surcharge * self.opened * next.opened;
        let largest_start = (next.first_limit - value).min(next.room(value + added, residue)) / left;
        Self {
            left: left * next.left,
            end: (value + added + next.pull * residue) * next.left + next.end,
            relative: relative * next.relative,
            residue: next.left * next.relative * residue + next.residue,
            pull: self.pull + next.pull * relative,
            opened: self.opened.max(next.opened),
            first_limit: self.first_limit,
            // Where all has faded away, 0 / 0 is no limit: the comparison is false then.
            largest_start: if largest_start < self.largest_start {
                largest_start
            } else {
                self.largest_start
            },
        }
    }

    /// Value and residue after service and travel behind this segment.
    #[inline]
    fn arrival(self, between: Left) -> (f64, f64) {
        (self.end * between.value, self.residue * between.value * between.relative)
    }

    /// How much larger the value could be before the first stop for all limits behind it.
    #[inline]
    fn room(self, value: f64, residue: f64) -> f64 {
        self.largest_start - value - self.pull * residue
    }

    /// Whether the limits of `next` are kept behind this segment, but for `rounding`; without surcharges.
    #[inline]
    pub fn may_precede(self, between: Left, next: Self, rounding: f64) -> bool {
        let (value, residue) = self.arrival(between);
        value <= next.first_limit + rounding && next.room(value, residue) >= -rounding
    }

    /// For a trip that begins with its departure: by how much the value would have to be smaller there for all limits to
    /// hold; 0 when they do.
    #[inline]
    pub fn excess(self) -> f64 {
        (-self.largest_start).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Residue;
    use coldmile_units::Seconds;

    #[derive(Clone, Copy, Debug)]
    struct Stop {
        row: FadingStop,
        arc_duration: i64,
    }

    fn random_trip(rng: &mut fastrand::Rng) -> Vec<Stop> {
        (0..rng.usize(1..9))
            .map(|_| {
                let (dose, residue) = (rng.i64(0..1_000_000), rng.i64(0..3_000_000));
                let limit = rng.bool().then(|| rng.i64(0..4_000_000));
                Stop { row: FadingStop { dose, residue, limit }, arc_duration: rng.i64(0..9000) }
            })
            .collect()
    }

    fn random_exposure(rng: &mut fastrand::Rng) -> FadingExposure {
        let time_constant = Seconds(rng.i64(600..30_000));
        let residue = rng.bool().then(|| Residue {
            time_constant: Seconds(rng.i64(60..600)),
            kept_ppm: rng.i64(0..1_500_000),
            gain_ppm: rng.i64(0..100_000),
        });
        FadingExposure { time_constant, start: 0, residue }
    }

    fn joined(trip: &[Stop], fade: &Fade, rng: &mut fastrand::Rng) -> FadingSegment {
        if let [stop] = trip {
            return fade.stop(&stop.row);
        }
        let cut = rng.usize(1..trip.len());
        let first = joined(&trip[..cut], fade, rng);
        first.join(fade.over(trip[cut - 1].arc_duration), joined(&trip[cut..], fade, rng))
    }

    /// Replay from `start`: last value and residue, and the least distance to a limit in all of it.
    fn replay(trip: &[Stop], start: (f64, f64), exposure: &FadingExposure) -> ((f64, f64), f64) {
        let ((mut value, mut residue), mut margin) = (start, f64::INFINITY);
        for (at, stop) in trip.iter().enumerate() {
            margin = stop.row.limit.map_or(margin, |limit| margin.min(limit as f64 - value));
            value += stop.row.dose as f64;
            if let Some(row) = exposure.residue {
                value += residue * row.gain_ppm as f64 / 1e6;
                residue = residue * row.kept_ppm as f64 / 1e6 + stop.row.residue as f64;
            }
            if at + 1 < trip.len() {
                let left = |constant: Seconds| (-(stop.arc_duration as f64) / constant.0 as f64).exp();
                value *= left(exposure.time_constant);
                residue *= exposure.residue.map_or(0.0, |row| left(row.time_constant));
            }
        }
        ((value, residue), margin)
    }

    #[test]
    fn tables_agree_with_the_exponential_function() {
        let mut rng = fastrand::Rng::with_seed(1);
        for _ in 0..300 {
            let size = [rng.u32(1..30), rng.u32(1..30)];
            let time_constant = rng.i64(1..1 << size[0]) as f64;
            let longest = rng.i64(0..1 << size[1]);
            let table = FadeTable::new(time_constant, longest);
            for duration in (0..50).map(|_| rng.i64(0..=longest)).chain([0, longest]) {
                let exact = (-(duration as f64) / time_constant).exp();
                let found = table.at(duration);
                assert!((found - exact).abs() <= 1e-11 * exact + 1e-300, "{found} is not {exact}");
            }
            assert!(table.at(i64::MAX) <= table.at(longest));
        }
        assert_eq!((fade(0.0), fade(1e9)), (1.0, 0.0));
    }

    #[test]
    fn joins_in_any_order_agree_with_a_replay_from_any_start() {
        let mut strict = 0;
        for seed in 0..20_000 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let exposure = random_exposure(&mut rng);
            let fade = Fade::new(&exposure, 9000);
            let trip = random_trip(&mut rng);
            let segment = joined(&trip, &fade, &mut rng);
            let residues = if exposure.residue.is_some() { &[0.0, 2e6][..] } else { &[0.0] };
            for (value, &residue) in [-700_000.0, 0.0, 1.0, 50_000.0, 900_000.0, 3e6]
                .into_iter()
                .flat_map(|value| residues.iter().map(move |residue| (value, residue)))
            {
                let (end, margin) = replay(&trip, (value, residue), &exposure);
                let predicted = segment.left * (value + segment.pull * residue) + segment.end;
                assert!((end.0 - predicted).abs() < 1e-3, "seed {seed}: {end:?} is not {predicted}");
                let predicted = segment.left * segment.relative * residue + segment.residue;
                if exposure.residue.is_some() {
                    assert!((end.1 - predicted).abs() < 1e-3, "seed {seed}: {end:?} is not {predicted}");
                }
                let is_kept = value <= segment.first_limit && segment.room(value, residue) >= 0.0;
                // What is admitted keeps all limits; what is refused breaks one, or there is a residue before it.
                assert!(!is_kept || margin > -1e-3, "seed {seed}: {margin} of {trip:?}");
                if residue == 0.0 && margin > 1e-3 {
                    assert!(is_kept, "seed {seed}: {margin} of {trip:?}");
                }
                strict += usize::from(!is_kept && margin > 1e-3);
            }
        }
        assert!(
            strict < 1500,
            "{strict} of 180,000 starts with a residue are refused though they keep all limits"
        );
    }

    #[test]
    fn surcharges_on_arcs_are_never_less_than_what_residues_add() {
        let mut admitted = 0;
        for seed in 0..20_000 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let exposure = random_exposure(&mut rng);
            let carried = Fade::new(&exposure, 9000);
            let charged = carried.with_surcharges(3_000_000);
            // Legs of a few minutes, where residues matter.
            let mut trip = random_trip(&mut rng);
            for stop in &mut trip {
                stop.arc_duration = rng.i64(0..1200);
            }
            let departure = FadingSegment::departure(0);
            let of = |fade: &Fade| {
                trip.iter().fold((departure, 400), |(sum, arc_duration), stop| {
                    (sum.join(fade.over(arc_duration), fade.stop(&stop.row)), stop.arc_duration)
                })
            };
            let [(carried, _), (charged, _)] = [of(&carried), of(&charged)];
            assert!(charged.end >= carried.end - 1e-3, "seed {seed}: {trip:?}");
            assert!(charged.largest_start <= carried.largest_start + 1e-3, "seed {seed}: {trip:?}");
            admitted += usize::from(charged.excess() == 0.0);
        }
        assert!(admitted > 2000, "{admitted}");
    }

    #[test]
    fn what_has_faded_away_limits_nothing() {
        let row = |dose, limit| FadingStop { dose, limit, ..FadingStop::default() };
        // After a time constant of one second nothing is left of 7 in an hour.
        let exposure = FadingExposure { time_constant: Seconds(1), start: 0, residue: None };
        let fade = Fade::new(&exposure, 9000);
        let long = fade.stop(&row(7, None)).join(fade.over(9000), fade.stop(&row(5, Some(0))));
        assert_eq!((long.largest_start, long.end), (f64::INFINITY, 5.0));
        // 8 is left of 16, where 6 may be: 4 less at the start would do.
        let half = Left { value: 0.5, relative: 1.0, surcharge: 0.0 };
        let over = FadingSegment::departure(16).join(half, fade.stop(&row(0, Some(6))));
        assert_eq!((over.left, over.end, over.excess()), (0.5, 8.0, 4.0));
    }
}
