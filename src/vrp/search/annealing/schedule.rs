//! When a search does what: annealing first, then recombination and annealing from a lower temperature in turns, as far as
//! the problem is small enough for it. A small problem that recombination does not suit is annealed again and again, each
//! time with another readiness to open trips, and last from the best solution.

use crate::search::params::{AnnealingParams, MAX_RECOMBINED_CLIENTS};

/// What is done now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum SearchStage {
    /// Ruin and recreate at this temperature, in mean arc costs; one iteration in `new_trip_period` may open trips whenever
    /// that is cheaper.
    Anneal { number: u32, temperature: f64, new_trip_period: u32, start: AnnealFrom },
    /// Offspring of the population.
    Recombine { number: u32 },
}

/// From which solution a stage of annealing goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnnealFrom {
    /// The present one.
    Present,
    /// The best so far.
    Best,
}

impl SearchStage {
    /// The stages of a search are numbered in order, with gaps.
    pub fn number(self) -> u32 {
        match self {
            Self::Anneal { number, .. } | Self::Recombine { number } => number,
        }
    }
}

/// Where the first solution of a search comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::search) enum FirstSolution {
    /// The search builds it.
    Built,
    /// The caller gives it: the search stays near it at first.
    Given,
}

/// What follows the first annealing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AfterFirst {
    /// Nothing: it takes the whole limit.
    End,
    /// Recombination and more annealings in turns.
    Recombine,
    /// Other annealings like it.
    Repeat,
}

/// What of a problem decides the schedule.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScheduleTraits {
    /// Clients, units of them counted once.
    pub client_count: usize,
    /// Whether offspring can be made.
    pub can_recombine: bool,
    /// Whether a large problem starts from savings, which find nearly as few routes as are needed.
    pub joins_savings: bool,
    /// Whether clients may be left out at a price: the fleet that pays is then found at high temperatures.
    pub has_prizes: bool,
    /// Where the first solution comes from.
    pub first_solution: FirstSolution,
}

/// The stages of one search.
#[derive(Clone, Copy, Debug)]
pub(super) struct SearchSchedule {
    params: AnnealingParams,
    /// Temperature at the start of the first annealing.
    initial_temperature: f64,
    /// Share of the limit that the first annealing takes.
    first: f64,
    /// Iterations that it takes at least.
    min_iterations: f64,
    clients: f64,
    /// Whether a long search cools sooner.
    cools_sooner_when_long: bool,
    after_first: AfterFirst,
}

impl SearchSchedule {
    /// The stages of a search on its own.
    pub fn new(params: AnnealingParams, traits: ScheduleTraits) -> Self {
        let clients = traits.client_count as f64;
        let is_small = traits.client_count <= MAX_RECOMBINED_CLIENTS;
        Self {
            params,
            initial_temperature: match traits.first_solution {
                FirstSolution::Given => params.given_start_temperature,
                FirstSolution::Built if !traits.joins_savings && !is_small => {
                    params.initial_temperature_large
                }
                FirstSolution::Built => params.initial_temperature,
            },
            first: if traits.can_recombine && is_small { clients / params.first_share_clients } else { 1.0 },
            min_iterations: params.min_first_iterations * clients,
            clients,
            cools_sooner_when_long: !traits.has_prizes,
            after_first: match (is_small, traits.can_recombine) {
                (false, _) => AfterFirst::End,
                (true, true) => AfterFirst::Recombine,
                (true, false) => AfterFirst::Repeat,
            },
        }
    }

    /// A single annealing as on a large problem: the stages of a search that works on a part of a large solution.
    pub fn once(params: AnnealingParams, traits: ScheduleTraits) -> Self {
        let as_large =
            ScheduleTraits { client_count: MAX_RECOMBINED_CLIENTS + 1, can_recombine: false, ..traits };
        Self { clients: traits.client_count as f64, ..Self::new(params, as_large) }
    }

    /// Share of the limit that the first annealing takes in a search of so many iterations.
    fn first_of(&self, iterations: f64) -> f64 {
        let first = self.first.max(self.min_iterations / iterations.max(1.0));
        if first > self.params.max_first_share { 1.0 } else { first }
    }

    /// The stage of a search that anneals once, with so many iterations a client in all.
    fn only(&self, share: f64, iterations_a_client: f64) -> SearchStage {
        let params = &self.params;
        let length = if self.cools_sooner_when_long {
            let [short, long] = params.long_iterations;
            ((iterations_a_client - short) / (long - short)).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let between = |short: f64, long: f64| short + (long - short) * length;
        let end = between(params.final_temperature, params.final_temperature_long);
        let exponent = between(1.0, params.cooling_exponent_long);
        let temperature = cooled(self.initial_temperature, end, share.powf(exponent));
        self.annealing(0, temperature)
    }

    fn annealing(&self, number: u32, temperature: f64) -> SearchStage {
        let new_trip_period = self.params.new_trip_periods[0];
        SearchStage::Anneal { number, temperature, new_trip_period, start: AnnealFrom::Present }
    }

    /// Temperature when this share of a whole cooling from `start` is over.
    fn cooled_from(&self, start: f64, share: f64) -> f64 {
        cooled(start, self.params.final_temperature, share)
    }

    /// The stage at this share of the limit, 0 to 1, after so many iterations. There is recombination only while all
    /// clients that must be served are.
    pub fn at(&self, share: f64, iterations: u64, is_complete: bool) -> SearchStage {
        let params = &self.params;
        let expected = if share > 0.0 { iterations as f64 / share } else { f64::INFINITY };
        match self.after_first {
            AfterFirst::Repeat => return self.repeated(share, expected),
            AfterFirst::End => return self.only(share, expected / self.clients),
            AfterFirst::Recombine => {}
        }
        let first = self.first_of(expected);
        if share < first {
            return self.annealing(0, self.cooled_from(self.initial_temperature, share / first));
        }
        let rest = (share - first) / (1.0 - first);
        if !is_complete {
            return self.annealing(1, self.cooled_from(self.initial_temperature, rest));
        }
        let alternation = (rest * f64::from(params.alternations)) as u32;
        let within = rest * f64::from(params.alternations) - f64::from(alternation);
        if within < params.recombination_share || alternation + 1 >= params.alternations {
            SearchStage::Recombine { number: 2 * alternation + 2 }
        } else {
            let share = (within - params.recombination_share) / (1.0 - params.recombination_share);
            self.annealing(2 * alternation + 3, self.cooled_from(params.restart_temperature, share))
        }
    }

    /// The stage of a search that anneals several times, with so many iterations in all.
    fn repeated(&self, share: f64, iterations: f64) -> SearchStage {
        let params = &self.params;
        let sufficient =
            params.restart_iterations * self.clients * (self.clients / params.restart_clients).min(1.0);
        let annealings = match iterations / sufficient {
            length if length < 1.0 => 1,
            length if length < 4.0 => 3,
            _ => 5,
        };
        let place = share * f64::from(annealings);
        let number = (place as u32).min(annealings - 1);
        let is_last = annealings > 1 && number + 1 == annealings;
        let (start_temperature, start) = if is_last {
            (params.last_restart_temperature, AnnealFrom::Best)
        } else {
            (self.initial_temperature, AnnealFrom::Present)
        };
        let temperature = self.cooled_from(start_temperature, place - f64::from(number));
        let new_trip_period = params.new_trip_periods[number as usize % params.new_trip_periods.len()];
        SearchStage::Anneal { number, temperature, new_trip_period, start }
    }
}

/// Temperature when this share of an exponential cooling from `start` to `end` is over.
fn cooled(start: f64, end: f64, share: f64) -> f64 {
    start * (end / start).powf(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRAITS: ScheduleTraits = ScheduleTraits {
        client_count: 100,
        can_recombine: true,
        joins_savings: false,
        has_prizes: false,
        first_solution: FirstSolution::Built,
    };

    fn schedule(client_count: usize, can_recombine: bool) -> SearchSchedule {
        let traits = ScheduleTraits { client_count, can_recombine, ..TRAITS };
        SearchSchedule::new(AnnealingParams::default(), traits)
    }

    #[test]
    fn without_recombination_a_long_search_anneals_several_times_and_last_from_the_best() {
        let stages = schedule(100, false);
        assert!(matches!(stages.at(0.99, 99_000, true), SearchStage::Anneal { number: 0, .. }));
        let long = stages.at(0.99, 9_900_000, true);
        assert!(matches!(long, SearchStage::Anneal { number: 4, start: AnnealFrom::Best, .. }), "{long:?}");
        let once = SearchSchedule::once(AnnealingParams::default(), TRAITS);
        assert!(matches!(once.at(0.99, 9_900_000, true), SearchStage::Anneal { number: 0, .. }));
    }

    #[test]
    fn a_longer_search_cools_sooner() {
        let (stages, params) = (schedule(1000, false), AnnealingParams::default());
        let temperature = |share, iterations| match stages.at(share, iterations, true) {
            SearchStage::Anneal { temperature, .. } => temperature,
            SearchStage::Recombine { .. } => unreachable!("too many clients"),
        };
        let usual = stages.cooled_from(params.initial_temperature_large, 0.25);
        assert!((temperature(0.25, 250_000) - usual).abs() < 1e-9);
        assert!(temperature(0.25, 1_000_000) < temperature(0.25, 250_000) * 0.5);
        assert!((temperature(1.0, 4_000_000) - params.final_temperature_long).abs() < 1e-9);
    }

    #[test]
    fn a_short_search_is_all_annealing_and_a_long_one_ends_with_recombination() {
        let stages = schedule(100, true);
        let at_end = |iterations| stages.at(0.999, iterations, true);
        assert!(matches!(at_end(20_000), SearchStage::Anneal { number: 0, .. }));
        assert!(matches!(at_end(1_000_000), SearchStage::Recombine { .. }));
        // 30,000 of 100,000 iterations: the first annealing is longer than its usual share.
        assert!(matches!(stages.at(0.29, 29_000, true), SearchStage::Anneal { number: 0, .. }));
        assert!(matches!(stages.at(0.31, 31_000, true), SearchStage::Recombine { .. }));
        assert!(matches!(stages.at(0.31, 31_000, false), SearchStage::Anneal { number: 1, .. }));
    }
}
