//! How long to search and from which seed; how to watch a search and to cancel it.

use coldmile_units::Seed;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// When a search ends that has not proved its solution before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// After this many iterations: the same answer on every machine and number of threads.
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
    /// When to end.
    pub stop: Stop,
}

impl Default for SolveConfig {
    fn default() -> Self {
        Self { seed: Seed(0), stop: Stop::Iterations(100_000) }
    }
}

/// How far a search has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// The objective of the best solution so far, if there is one.
    pub objective: Option<f64>,
    /// No solution is better than this.
    pub bound: f64,
    /// Iterations so far.
    pub iterations: u64,
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

    /// Calls `watcher` a few times a second.
    #[must_use]
    pub fn watched_by(mut self, watcher: impl Fn(&Progress) + Sync + 'a) -> Self {
        self.watcher = Some(Box::new(watcher));
        self
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
