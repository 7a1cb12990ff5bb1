//! Soft ends of time windows: when a route departs best if service may begin after them at a price.
//!
//! A route is followed stop by stop, each trip as early as the one before allows. Departing at `t`, service at a stop
//! begins at `max(t + duration, earliest)`, where `duration` is the time to it without waiting. From the onset
//! `max(earliest, soft end) - duration` on, every second of a later departure is a second of tardiness there. What a route costs is
//! therefore convex in its departure as long as its end does not move, and least at an onset or at the latest departure
//! (convex inconvenience costs on a fixed path; Dumas, Soumis and Desrosiers, Transportation Science 24, 1990).

use super::problem::SoftEnd;
use super::segment::{DurationSegment, OPEN};
use smallvec::SmallVec;

/// What the time of a route costs as far as its departure decides it.
#[derive(Clone, Copy)]
pub(crate) struct TimeCost {
    /// Of a second of the duration, loading and waiting included.
    pub per_second: i64,
    /// Of a second after `shift_end`, on top.
    pub overtime: i64,
    pub shift_end: i64,
    pub max_duration: i64,
}

impl TimeCost {
    fn of(&self, duration: i64, end: i64) -> i64 {
        self.per_second * duration + self.overtime * (end - self.shift_end).min(duration).max(0)
    }
}

/// A route followed from its departure on, where service at some stops may begin late.
#[derive(Clone)]
pub(crate) struct SoftRoute {
    /// The earliest departure.
    first: i64,
    /// Time from the departure to here without waiting.
    duration: i64,
    /// The earliest moment at which one can be here.
    earliest: i64,
    /// What tardiness costs whatever the departure.
    unavoidable: i64,
    /// Departures from which on a stop is later, and the price of a second there.
    onsets: SmallVec<[(i64, i64); 24]>,
}

/// The best departure of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BestDeparture {
    pub departure: i64,
    /// What tardiness costs, and what departing early in order to avoid it.
    pub cost: i64,
}

impl SoftRoute {
    /// A route that departs at `first` or later.
    pub fn depart(first: i64) -> Self {
        Self { first, duration: 0, earliest: first, unavoidable: 0, onsets: SmallVec::new() }
    }

    /// No departure before `first`.
    pub fn not_before(&mut self, first: i64) {
        self.first = self.first.max(first);
    }

    /// So many seconds further, where nothing can begin before `open`.
    #[inline]
    pub fn go_on(&mut self, duration: i64, open: i64) {
        self.duration += duration;
        self.earliest = (self.earliest + duration).max(open);
    }

    /// What begins here should begin by a soft end, if there is one.
    #[inline]
    pub fn begin_by(&mut self, end: Option<SoftEnd>) {
        let Some(end) = end else { return };
        let at = end.at.unix().clamp(-OPEN, OPEN);
        if end.price > 0 && at < OPEN {
            self.unavoidable += end.price.saturating_mul((self.earliest - at).max(0));
            self.onsets.push((self.earliest.max(at) - self.duration, end.price));
        }
    }

    /// The latest departure that makes nothing later than it must be; [`OPEN`] where nothing can be late.
    pub fn first_onset(&self) -> i64 {
        self.onsets.iter().map(|onset| onset.0).min().unwrap_or(OPEN)
    }

    /// The cheapest departure of this route, whose times without tardiness are `whole`; of those that cost the same the one with
    /// the least tardiness, and of those the latest.
    pub fn best(&mut self, whole: DurationSegment, loading: i64, prices: &TimeCost) -> BestDeparture {
        let end = whole.earliest_end;
        let latest = (end - whole.min_duration).min(whole.latest_start);
        let first =
            self.first.max(end.saturating_add(loading).saturating_sub(prices.max_duration)).min(latest);
        let of_times = |departure: i64| prices.of(end - departure + loading, end);
        let least = of_times(latest);
        self.onsets.sort_unstable();
        let cost = |departure: i64| {
            let cost = of_times(departure) - least + self.tardiness(departure);
            BestDeparture { departure, cost }
        };
        // What begins after the shift is overtime as a whole: a second of duration costs more from there on.
        let after_shift = prices.shift_end.saturating_add(loading);
        if prices.overtime == 0 || latest <= after_shift {
            return cost(self.balance(prices.per_second).clamp(first, latest));
        }
        let within = self.balance(prices.per_second).min(after_shift).clamp(first, latest);
        let after = self.balance(prices.per_second + prices.overtime).max(after_shift).clamp(first, latest);
        let [within, after] = [within, after].map(cost);
        if after.cost < within.cost { after } else { within }
    }

    /// What tardiness costs for a departure.
    fn tardiness(&self, departure: i64) -> i64 {
        let begun = self.onsets.iter().take_while(|onset| onset.0 < departure);
        begun.fold(self.unavoidable, |sum, &(onset, price)| {
            sum.saturating_add(price.saturating_mul(departure - onset))
        })
    }

    /// The departure from which on tardiness grows by no less than `per_second`; the onsets are in order.
    fn balance(&self, per_second: i64) -> i64 {
        let mut price = 0;
        let mut onsets = self.onsets.iter();
        let found = onsets.find(|onset| {
            price += onset.1;
            price >= per_second
        });
        found.map_or(OPEN, |onset| onset.0)
    }
}
