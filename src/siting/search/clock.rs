//! How much of a search's limit is used up. The one place of this room that reads a stopwatch.

use super::config::{Control, Progress, Stop};
use cpu_time::ProcessTime;
use std::time::{Duration, Instant};

/// Iterations between two looks at the stopwatch.
const LOOK: u64 = 8;
/// Time between two reports.
const REPORT: Duration = Duration::from_millis(200);

/// Counts iterations against the limit of a search.
pub(super) struct Clock<'a> {
    stop: Stop,
    control: &'a Control<'a>,
    wall: Instant,
    cpu: ProcessTime,
    iterations: u64,
    is_over: bool,
    reported: Instant,
    /// The objective and the bound in the problem's own unit and sense.
    objective: Option<f64>,
    bound: f64,
}

impl<'a> Clock<'a> {
    /// Starts now.
    pub fn start(stop: Stop, control: &'a Control<'a>, bound: f64) -> Self {
        let now = Instant::now();
        let is_over = stop == Stop::Iterations(0);
        let cpu = ProcessTime::now();
        Self { stop, control, wall: now, cpu, iterations: 0, is_over, reported: now, objective: None, bound }
    }

    /// Iterations so far.
    pub const fn iterations(&self) -> u64 {
        self.iterations
    }

    /// Whether the limit is reached or the search cancelled.
    pub const fn is_over(&self) -> bool {
        self.is_over
    }

    /// Counts an iteration; whether the search may go on.
    pub fn tick(&mut self) -> bool {
        self.iterations += 1;
        if self.iterations.is_multiple_of(LOOK) {
            self.look();
        } else if let Stop::Iterations(limit) = self.stop {
            self.is_over |= self.iterations >= limit;
        }
        !self.is_over
    }

    /// Looks at the stopwatch: for iterations that take long, and loops that count none.
    pub fn look(&mut self) {
        let share = self.share();
        self.is_over |= share >= 1.0 || self.control.is_cancelled();
        if self.reported.elapsed() >= REPORT {
            self.reported = Instant::now();
            self.control.report(&Progress {
                objective: self.objective,
                bound: self.bound,
                iterations: self.iterations,
                share: share.min(1.0),
            });
        }
    }

    /// Remembers what is known, for reports.
    pub fn note(&mut self, objective: Option<f64>, bound: f64) {
        self.objective = objective;
        self.bound = bound;
    }

    fn share(&self) -> f64 {
        let (elapsed, limit) = match self.stop {
            Stop::Iterations(limit) => return self.iterations as f64 / limit.max(1) as f64,
            Stop::Elapsed(limit) => (self.wall.elapsed(), limit),
            Stop::Cpu(limit) => (self.cpu.elapsed(), limit),
        };
        elapsed.as_secs_f64() / limit.as_secs_f64().max(1e-9)
    }
}
