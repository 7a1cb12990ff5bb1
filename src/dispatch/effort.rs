//! How hard is searched: every phase of routing has its part of the limit, and every problem its share of that.

use super::control::{DispatchConfig, Effort, Phase, PlanControl};
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A part of the whole search, as shares of its limit.
#[derive(Clone, Copy)]
pub struct Span {
    from: f64,
    to: f64,
}

impl Span {
    /// From one share to another, 0 to 1.
    pub const fn new(from: f64, to: f64) -> Self {
        Self { from, to }
    }

    /// The share of the limit when this share of the span is over.
    fn at(self, share: f64) -> f64 {
        self.from + (self.to - self.from) * share
    }
}

/// What all searches of a day have in common.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// Seed and limit.
    pub config: DispatchConfig,
    /// Who watches.
    pub control: &'a PlanControl<'a>,
}

impl<'a> Search<'a> {
    /// The routing problems of a phase that has this part of the time.
    pub const fn phase(self, phase: Phase, span: Span) -> PhaseSearch<'a> {
        PhaseSearch { search: self, phase, span }
    }
}

/// How the routing problems of one phase are searched.
pub struct PhaseSearch<'a> {
    search: Search<'a>,
    phase: Phase,
    span: Span,
}

impl PhaseSearch<'_> {
    /// Does `solve` for each of so many problems of these sizes, on all threads, with its position and its turn; the
    /// answers come in the order of the sizes.
    pub fn solve_all<R: Send>(
        &self,
        sizes: &[usize],
        solve: impl Fn(usize, &Turn<'_>) -> R + Sync,
    ) -> Vec<R> {
        let control = self.search.control;
        control.report(self.phase, self.span.at(0.0));
        let all: usize = sizes.iter().sum();
        let done = AtomicUsize::new(0);
        let queues = queues(sizes, rayon::current_num_threads());
        let lanes = rayon::current_num_threads().div_ceil(queues.len().max(1));
        let mut answers: Vec<(usize, R)> = (queues.par_iter())
            .flat_map_iter(|queue| {
                queue.members.iter().map(|&at| {
                    let share = sizes[at] as f64 / queue.size.max(1) as f64;
                    let answer = solve(at, &Turn { phase: self, share, lanes });
                    let done = done.fetch_add(sizes[at], Ordering::Relaxed) + sizes[at];
                    control.report(self.phase, self.span.at(done as f64 / all.max(1) as f64));
                    (at, answer)
                })
            })
            .collect();
        answers.sort_by_key(|(at, _)| *at);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}

/// The turn of one problem.
pub struct Turn<'a> {
    phase: &'a PhaseSearch<'a>,
    /// Share of the phase's time.
    share: f64,
    /// Lanes of a search that is limited by time; where iterations limit it, the problem says.
    lanes: usize,
}

impl Turn<'_> {
    /// Solves the problem whose turn it is.
    pub fn solve(&self, problem: &coldmile_vrp::Problem) -> coldmile_vrp::Solution {
        let PhaseSearch { search: Search { config, control }, phase, span } = *self.phase;
        let (stop, lanes) = match config.effort {
            Effort::Iterations(iterations) => (coldmile_vrp::StoppingCriterion::Iterations(iterations), None),
            Effort::TimeLimit(limit) => {
                let elapsed = limit.mul_f64((span.to - span.from) * self.share);
                (coldmile_vrp::StoppingCriterion::Elapsed(elapsed), Some(self.lanes))
            }
        };
        let seed = config.seed.derive(phase as u64);
        let config = coldmile_vrp::SolveConfig { seed, stop, lanes, neighbours: None };
        let control = match control.cancelled {
            Some(flag) => coldmile_vrp::Control::none().cancelled_by(flag),
            None => coldmile_vrp::Control::none(),
        };
        coldmile_vrp::solve(problem, &config, &control)
    }
}

/// Problems that are solved one after another.
struct Queue {
    members: Vec<usize>,
    size: usize,
}

/// At most so many queues of about the same size for problems of these sizes: the largest first, each to the queue that is
/// shortest so far (Graham, 1969).
fn queues(sizes: &[usize], most: usize) -> Vec<Queue> {
    let count = most.min(sizes.len());
    let mut queues: Vec<Queue> = (0..count).map(|_| Queue { members: Vec::new(), size: 0 }).collect();
    let mut largest_first: Vec<usize> = (0..sizes.len()).collect();
    largest_first.sort_by_key(|&at| std::cmp::Reverse(sizes[at]));
    for at in largest_first {
        if let Some(queue) = queues.iter_mut().min_by_key(|queue| queue.size) {
            queue.size += sizes[at];
            queue.members.push(at);
        }
    }
    queues
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_hold_everybody_once_and_are_about_as_long_as_one_another() {
        for seed in 0..100 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let sizes: Vec<usize> = (0..rng.usize(0..40)).map(|_| rng.usize(0..90)).collect();
            let queues = queues(&sizes, rng.usize(1..9));
            let mut members: Vec<usize> = queues.iter().flat_map(|queue| queue.members.clone()).collect();
            members.sort_unstable();
            assert_eq!(members, (0..sizes.len()).collect::<Vec<_>>(), "seed {seed}");
            let longest = queues.iter().map(|queue| queue.size).max().unwrap_or(0);
            let shortest = queues.iter().map(|queue| queue.size).min().unwrap_or(0);
            let largest = sizes.iter().max().copied().unwrap_or(0);
            assert!(longest <= shortest + largest, "seed {seed}: {longest}, {shortest}");
        }
    }
}
