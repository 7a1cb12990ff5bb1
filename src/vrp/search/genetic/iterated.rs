//! Iterated local search through penalised solutions, for vehicles that make several trips: clients of neighbouring trips are
//! taken out and inserted again, the outcome is improved to a local optimum, and kept by late acceptance (Burke and Bykov,
//! European Journal of Operational Research 258, 2017).
//!
//! Fewer trips than the best solution has are found through solutions that are late or overloaded: each step towards them
//! breaks a rule before the last one keeps them all.

use crate::search::index::NONE;
use crate::search::insertion::BLINK_PERIOD;
use crate::search::instance::Instance;
use crate::search::local_search::LocalSearch;
use crate::search::params::IteratedParams;
use crate::search::penalty::{PenalisedModel, PenaltyManager, is_feasible};
use crate::search::state::Plan;

/// The search: the present solution, and what it is compared with.
pub(super) struct IteratedSearch<'a, M: PenalisedModel> {
    params: IteratedParams,
    /// The present solution, and the one being made of it.
    current: LocalSearch<'a, M>,
    trial: LocalSearch<'a, M>,
    penalties: PenaltyManager,
    /// Prices of earlier solutions, and which is compared with next; empty before the first start.
    history: Vec<i64>,
    at: usize,
    /// The best feasible solution since the start, and solutions since it was found.
    best: Option<(Plan, i64)>,
    idle: u64,
    removed: Vec<u32>,
}

impl<'a, M: PenalisedModel> IteratedSearch<'a, M> {
    /// A search without a solution yet, where a long arc costs `long_arc`.
    pub fn new(model: &'a M, instance: &'a Instance<'a>, long_arc: f64) -> Self {
        let params = instance.params.iterated;
        let penalties = PenaltyManager::new(params.penalties, model.scales(), long_arc);
        let weights = penalties.weights();
        Self {
            params,
            current: LocalSearch::new(model, instance, weights),
            trial: LocalSearch::new(model, instance, weights),
            penalties,
            history: Vec::new(),
            at: 0,
            best: None,
            idle: 0,
            removed: Vec::new(),
        }
    }

    /// Goes on from this solution; clients that it leaves out are inserted first.
    pub fn start(&mut self, plan: &Plan, rng: &mut fastrand::Rng) {
        self.trial.reprice(self.penalties.weights());
        self.trial.load(plan, |_| false);
        self.trial.insert_all();
        self.trial.descend(rng);
        self.current.copy_solution(&self.trial);
        self.history.clear();
        self.history.resize(self.params.history, self.current.price());
        (self.best, self.idle) = (None, 0);
    }

    /// Whether it is to be started anew.
    pub fn is_idle(&self) -> bool {
        let max_idle = self.params.max_idle + self.params.max_idle_a_client * self.trial.size() as u64;
        self.history.is_empty() || self.idle > max_idle
    }

    /// Hands over the best feasible solution since the start.
    pub fn take_best(&mut self) -> Option<Plan> {
        self.best.take().map(|(plan, _)| plan)
    }

    /// One step after a start; returns the solution if it is feasible and costs less than `limit`.
    pub fn step(&mut self, limit: i64, rng: &mut fastrand::Rng) -> Option<(Plan, i64)> {
        let weights = self.penalties.weights();
        if weights != self.current.weights {
            self.current.reprice(weights);
        }
        self.trial.copy_solution(&self.current);
        let mut removed = std::mem::take(&mut self.removed);
        self.ruin(&mut removed, rng);
        self.trial.instance.sort_for_insertion(&mut removed, rng);
        for &client in &removed {
            self.trial.insert_unless(client, || rng.u32(0..BLINK_PERIOD) == 0);
        }
        self.trial.descend_from(&removed);
        self.removed = removed;
        self.accept();
        let (cost, overrun) = self.trial.value();
        self.penalties.observe(&overrun);
        self.idle += 1;
        if !is_feasible(&overrun) || self.best.as_ref().is_some_and(|(_, best)| cost >= *best) {
            return None;
        }
        self.idle = 0;
        let best = (self.trial.plan(), cost);
        self.best = Some(best.clone());
        (cost < limit).then_some(best)
    }

    /// Goes on from the solution made if it costs less than the present one, or than that of some steps ago.
    fn accept(&mut self) {
        let (price, before) = (self.trial.price(), self.current.price());
        let earlier = &mut self.history[self.at];
        let is_accepted = price < before || price < *earlier;
        *earlier = price.min(before).min(*earlier);
        self.at = (self.at + 1) % self.history.len();
        if is_accepted {
            self.current.copy_solution(&self.trial);
        }
    }

    /// Moves evaluated since the last call.
    pub fn take_evaluated(&mut self) -> u64 {
        std::mem::take(&mut self.trial.evaluated)
    }

    /// Takes out runs of clients of the trips around a random client, now and then a whole trip.
    fn ruin(&mut self, removed: &mut Vec<u32>, rng: &mut fastrand::Rng) {
        let trial = &self.trial;
        let seed = rng.usize(0..trial.size());
        let wanted = rng.usize(1..=self.params.max_removed);
        let takes_trip = rng.u32(0..self.params.trip_period) == 0;
        let mut trips: Vec<u32> = Vec::new();
        removed.clear();
        for client in std::iter::once(seed as u32).chain(trial.instance.nearest(seed).iter().copied()) {
            let trip = trial.trip[client as usize];
            if trip == NONE || trips.contains(&trip) {
                continue;
            }
            trips.push(trip);
            let len = trial.trips[trip as usize].len as usize;
            let count = if takes_trip { len } else { rng.usize(1..=len.min(wanted - removed.len())) };
            let place = trial.at[client as usize] as usize - 1;
            let first = place.saturating_sub(rng.usize(0..count)).min(len - count);
            removed.extend(trial.clients(trip).skip(first).take(count));
            if takes_trip || removed.len() >= wanted {
                break;
            }
        }
        self.trial.remove(&trips, removed);
    }
}
