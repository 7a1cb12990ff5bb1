//! How much of a search's limit is used up. The one place of this module that reads a stopwatch.

use super::config::Stop;
use cpu_time::ProcessTime;
use std::time::Instant;

/// When a search began, its preparation included.
#[derive(Clone, Copy)]
pub(super) struct Beginning {
    wall: Instant,
    cpu: ProcessTime,
}

impl Beginning {
    /// It begins now.
    pub fn now() -> Self {
        Self { wall: Instant::now(), cpu: ProcessTime::now() }
    }
}

/// The limit of one lane, and when the search began.
pub(super) struct Clock {
    stop: Stop,
    /// Iterations of one lane after which more hardly pay, or its share of an iteration limit.
    most: u64,
    began: Beginning,
}

impl Clock {
    /// The clock for `lanes` lanes on a problem of `client_count` clients.
    pub fn new(began: Beginning, stop: Stop, lanes: usize, client_count: usize) -> Self {
        let lanes = lanes as u64;
        let size = client_count as u64;
        let enough = 500 * size * size / lanes + 100;
        let most = match stop {
            Stop::Iterations(iterations) => (iterations / lanes).min(enough),
            Stop::Elapsed(_) | Stop::Cpu(_) => enough,
        };
        Self { stop, most, began }
    }

    /// Wall seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.began.wall.elapsed().as_secs_f64()
    }

    /// Whether only iterations count, whatever time they take.
    pub fn counts(&self) -> bool {
        matches!(self.stop, Stop::Iterations(_))
    }

    /// Share of the limit used up by a lane that has done so many iterations; 1 or more when it is time to end.
    pub fn share(&self, iterations: u64) -> f64 {
        let counted = if self.most == 0 { 1.0 } else { iterations as f64 / self.most as f64 };
        let timed = match self.stop {
            Stop::Iterations(_) => 0.0,
            Stop::Elapsed(limit) => self.began.wall.elapsed().as_secs_f64() / limit.as_secs_f64().max(1e-9),
            Stop::Cpu(limit) => self.began.cpu.elapsed().as_secs_f64() / limit.as_secs_f64().max(1e-9),
        };
        counted.max(timed)
    }

    /// Iterations a lane has left.
    pub fn left(&self, iterations: u64) -> u64 {
        self.most.saturating_sub(iterations)
    }
}
