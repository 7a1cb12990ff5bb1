//! How long to search and from which seed; how to watch a search and to cancel it.

use super::params::MAX_RECOMBINED_CLIENTS;
use coldmile_units::Seed;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// When a search ends (one of the criteria, as in `PyVRP`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoppingCriterion {
    /// After this many iterations over all lanes: the same result on every machine and number of threads.
    Iterations(u64),
    /// After this much wall time.
    Elapsed(Duration),
    /// After this much CPU time of the whole process since the search started.
    Cpu(Duration),
}

/// Settings of a search.
#[derive(Clone, Copy, Debug)]
pub struct SolveConfig {
    /// Seed of all random numbers.
    pub seed: Seed,
    /// When to end. Small problems end earlier, when more iterations hardly pay.
    pub stop: StoppingCriterion,
    /// Searches that run in parallel and exchange their best solutions at fixed shares of the limit; on very large problems
    /// there may be a multiple of them. `None`: follows from the problem's size with [`StoppingCriterion::Iterations`], else one a thread.
    pub lanes: Option<usize>,
    /// Size of the granular neighbourhoods: next to how many clients an insertion is tried. `None`: 200 on large problems
    /// where all vehicles are alike and all clients must be served, 100 where only load and distance decide, else 40.
    pub neighbours: Option<usize>,
}

impl Default for SolveConfig {
    fn default() -> Self {
        Self { seed: Seed(0), stop: StoppingCriterion::Iterations(20_000), lanes: None, neighbours: None }
    }
}

impl SolveConfig {
    /// How many lanes search a problem of so many clients.
    pub(super) fn lane_count(&self, client_count: usize) -> usize {
        let by_default = match self.stop {
            StoppingCriterion::Iterations(_) => {
                1 + client_count / if client_count > MAX_RECOMBINED_CLIENTS { 400 } else { 200 }
            }
            StoppingCriterion::Elapsed(_) | StoppingCriterion::Cpu(_) => rayon::current_num_threads(),
        };
        self.lanes.unwrap_or(by_default.min(8)).max(1)
    }
}

/// How far a search has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Cost of the best solution so far: routes, and prizes of clients left out.
    pub best_cost: i64,
    /// Whether it serves all clients that must be served.
    pub is_complete: bool,
    /// Iterations so far, over all lanes.
    pub iterations: u64,
    /// Wall seconds since the search started.
    pub seconds: f64,
    /// Share of the limit used up, 0 to 1.
    pub share: f64,
}

type Watcher<'a> = Box<dyn Fn(&Progress) + Sync + 'a>;

/// Control over a running search: it may be watched, and cancelled.
#[derive(Default)]
pub struct Control<'a> {
    cancelled: Option<&'a AtomicBool>,
    watcher: Option<Watcher<'a>>,
}

impl<'a> Control<'a> {
    /// A search without a watcher that runs to its limit.
    pub fn none() -> Self {
        Self::default()
    }

    /// Ends the search, with the best found so far, soon after `flag` becomes true.
    #[must_use]
    pub fn cancelled_by(mut self, flag: &'a AtomicBool) -> Self {
        self.cancelled = Some(flag);
        self
    }

    /// Calls `watcher` a few times a second, and once at the end.
    #[must_use]
    pub fn watched_by(mut self, watcher: impl Fn(&Progress) + Sync + 'a) -> Self {
        self.watcher = Some(Box::new(watcher));
        self
    }

    /// Control over a part of the search, whose reports arrive here changed.
    pub(super) fn relayed<'b>(&'b self, change: impl Fn(&Progress) -> Progress + Sync + 'b) -> Control<'b> {
        let watcher: Watcher<'b> = Box::new(move |progress| self.report(&change(progress)));
        Control { cancelled: self.cancelled, watcher: Some(watcher) }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    pub(super) fn report(&self, progress: &Progress) {
        if let Some(watcher) = &self.watcher {
            watcher(progress);
        }
    }
}
