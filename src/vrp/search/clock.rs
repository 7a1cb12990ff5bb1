//! How much of a search's limit is used up. The one place of this module that reads a stopwatch.

use super::config::{Control, StoppingCriterion};
use cpu_time::ProcessTime;
use std::time::Instant;

/// When a search started, its preparation included.
#[derive(Clone, Copy)]
pub(super) struct StartTime {
    wall: Instant,
    cpu: ProcessTime,
}

impl StartTime {
    /// Now.
    pub fn now() -> Self {
        Self { wall: Instant::now(), cpu: ProcessTime::now() }
    }
}

/// The limit of one lane, and when the search started.
pub(super) struct Clock {
    stop: StoppingCriterion,
    /// Iterations of one lane: its share of an iteration limit, and no more than pay.
    max_iterations: u64,
    started_at: StartTime,
}

impl Clock {
    /// The clock for `lanes` lanes on a problem of `client_count` clients.
    pub fn new(started_at: StartTime, stop: StoppingCriterion, lanes: usize, client_count: usize) -> Self {
        let lanes = lanes as u64;
        let size = client_count as u64;
        let sufficient = 500 * size * size / lanes + 100;
        let max_iterations = match stop {
            StoppingCriterion::Iterations(iterations) => (iterations / lanes).min(sufficient),
            StoppingCriterion::Elapsed(_) | StoppingCriterion::Cpu(_) => sufficient,
        };
        Self { stop, max_iterations, started_at }
    }

    /// Wall seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.started_at.wall.elapsed().as_secs_f64()
    }

    /// Whether the limit is one of iterations only.
    pub fn is_iteration_limit(&self) -> bool {
        matches!(self.stop, StoppingCriterion::Iterations(_))
    }

    /// Share of the limit used up by a lane that has done so many iterations; 1 or more when it is time to end.
    pub fn share(&self, iterations: u64) -> f64 {
        let counted =
            if self.max_iterations == 0 { 1.0 } else { iterations as f64 / self.max_iterations as f64 };
        counted.max(self.timed_share())
    }

    /// Share of a time limit used up; 0 where the limit is one of iterations.
    pub fn timed_share(&self) -> f64 {
        let (elapsed, limit) = match self.stop {
            StoppingCriterion::Iterations(_) => return 0.0,
            StoppingCriterion::Elapsed(limit) => (self.started_at.wall.elapsed(), limit),
            StoppingCriterion::Cpu(limit) => (self.started_at.cpu.elapsed(), limit),
        };
        elapsed.as_secs_f64() / limit.as_secs_f64().max(1e-9)
    }

    /// Iterations that remain to a lane.
    pub fn remaining(&self, iterations: u64) -> u64 {
        self.max_iterations.saturating_sub(iterations)
    }
}

/// Whether a time limit is used up, or the search cancelled: what is being prepared is then finished in a hurry.
pub(super) fn is_time_up(clock: &Clock, control: &Control<'_>) -> bool {
    clock.timed_share() >= 1.0 || control.is_cancelled()
}
