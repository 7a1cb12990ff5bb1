//! How long to search, from which seed, and how to look on or stop it.

use coldmile_units::Seed;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// When a search ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// After this many iterations over all lanes: the same result on every machine and number of threads.
    Iterations(u64),
    /// After this much wall time.
    Elapsed(Duration),
    /// After this much CPU time of the whole process since the search began.
    Cpu(Duration),
}

/// What a search is told.
#[derive(Clone, Copy, Debug)]
pub struct SolveConfig {
    /// Start of all random numbers.
    pub seed: Seed,
    /// When to end. Small problems end earlier, when more iterations hardly pay.
    pub stop: Stop,
    /// Searches that run side by side and exchange what they found at fixed shares of the limit; on large problems there
    /// may be a multiple of them. `None`: follows from the problem's size with [`Stop::Iterations`], else one a thread.
    pub lanes: Option<usize>,
    /// Nearest clients beside which an insertion is tried. `None`: 200 where all vehicles are alike and everybody must be
    /// served, 100 where only load and distance decide, else 40.
    pub neighbours: Option<usize>,
}

impl Default for SolveConfig {
    fn default() -> Self {
        Self { seed: Seed(0), stop: Stop::Iterations(20_000), lanes: None, neighbours: None }
    }
}

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Cost of the best solution so far: routes and prizes of those left out.
    pub best_cost: i64,
    /// Whether it serves everybody who must be served.
    pub is_complete: bool,
    /// Iterations so far, over all lanes.
    pub iterations: u64,
    /// Wall seconds since the search began.
    pub seconds: f64,
    /// Share of the limit used up, 0 to 1.
    pub share: f64,
}

type Watcher<'a> = Box<dyn Fn(&Progress) + Sync + 'a>;

/// A hand on a running search: it may be watched, and told to stop.
#[derive(Default)]
pub struct Control<'a> {
    cancelled: Option<&'a AtomicBool>,
    watcher: Option<Watcher<'a>>,
}

impl<'a> Control<'a> {
    /// Nobody watches and nobody stops it.
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

    /// A hand on a part of the search: what it reports arrives here changed.
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
