//! The search limit of a day, divided among phases and their routing problems.

use super::control::{DispatchConfig, Effort, Phase, PlanControl};
use coldmile_plan::Echelon;
use cpu_time::ProcessTime;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A part of the day's limit, from one share of it to another.
#[derive(Clone, Copy)]
pub struct BudgetShare {
    from: f64,
    to: f64,
}

impl BudgetShare {
    /// From one share of the limit to another, both 0 to 1.
    pub const fn new(from: f64, to: f64) -> Self {
        Self { from, to }
    }

    /// This part, but no longer than until another begins.
    pub const fn until(self, other: Self) -> Self {
        Self { from: self.from, to: if self.to < other.from { self.to } else { other.from } }
    }

    /// The share of the limit that is used up when this part is.
    pub const fn end(self) -> f64 {
        self.to
    }

    /// The share of the whole limit that is used up when `share` of this part is.
    fn at(self, share: f64) -> f64 {
        self.from + (self.to - self.from) * share
    }
}

/// The whole limit, which all searches of a day share.
#[derive(Clone, Copy)]
pub struct DayBudget<'a> {
    config: DispatchConfig,
    control: &'a PlanControl<'a>,
    started: Instant,
    cpu: ProcessTime,
    /// Of the limit, what the searches leave: as wall time with all threads at work.
    held_back: Duration,
}

impl<'a> DayBudget<'a> {
    /// A limit that begins now.
    pub fn new(config: DispatchConfig, control: &'a PlanControl<'a>) -> Self {
        Self { config, control, started: Instant::now(), cpu: ProcessTime::now(), held_back: Duration::ZERO }
    }

    /// The same limit, of which the searches leave so much for what follows them.
    pub const fn holding_back(self, held_back: Duration) -> Self {
        Self { held_back, ..self }
    }

    /// What is used up of the limit; nothing under a limit of iterations.
    pub fn used(self) -> Duration {
        self.clock().map_or(Duration::ZERO, |(_, used)| used)
    }

    /// Whether there is a limit of time.
    pub const fn is_timed(self) -> bool {
        !matches!(self.config.effort, Effort::Iterations(_))
    }

    /// The part of the limit that a phase has: under a time limit from now until the end of its share.
    pub fn phase(self, phase: Phase, share: BudgetShare) -> PhaseBudget<'a> {
        PhaseBudget { day: self, phase, share, time: self.time_until(share.to) }
    }

    /// The limit of the searches and what is used up of it, both as wall time with all threads at work; none under a limit of
    /// iterations.
    fn clock(self) -> Option<(Duration, Duration)> {
        let on_all_threads = |cpu: Duration| cpu / rayon::current_num_threads().max(1) as u32;
        let (limit, used) = match self.config.effort {
            Effort::Iterations(_) => return None,
            Effort::TimeLimit(limit) => (limit, self.started.elapsed()),
            Effort::CpuLimit(limit) => (on_all_threads(limit), on_all_threads(self.cpu.elapsed())),
        };
        Some((limit.saturating_sub(self.held_back), used))
    }

    /// Wall time left until this share of the limit; none under a limit of iterations.
    fn time_until(self, share: f64) -> Option<Duration> {
        self.clock().map(|(limit, used)| limit.mul_f64(share).saturating_sub(used))
    }

    /// Whether a search under a time limit has less than `needed` left of this share of it, or the caller has cancelled it.
    pub fn is_over(self, share: f64, needed: Duration) -> bool {
        let is_cancelled = self.control.cancelled.is_some_and(|flag| flag.load(Ordering::Relaxed));
        is_cancelled || self.time_until(share).is_some_and(|left| left.is_zero() || left < needed)
    }

    /// Tells the caller how much of the limit a phase has used up.
    pub fn report(self, phase: Phase, share: f64) {
        let used = self
            .clock()
            .map_or(share, |(limit, used)| (used.as_secs_f64() / limit.as_secs_f64().max(1e-9)).min(share));
        self.control.report(phase, used);
    }

    /// Whether so many iterations for one problem are within the limit: any number is under a time limit.
    pub const fn allows(self, iterations: u64) -> bool {
        match self.config.effort {
            Effort::Iterations(limit) => iterations <= limit,
            Effort::TimeLimit(_) | Effort::CpuLimit(_) => true,
        }
    }

    /// A limit of so many iterations for one problem, or of the day's where those are fewer, on one thread.
    pub fn quick(self, iterations: u64) -> SolveBudget<'a> {
        let iterations = match self.config.effort {
            Effort::Iterations(limit) => iterations.min(limit),
            Effort::TimeLimit(_) | Effort::CpuLimit(_) => iterations,
        };
        SolveBudget {
            keeps_solved: true,
            config: coldmile_vrp::SolveConfig {
                seed: self.config.seed,
                stop: coldmile_vrp::StoppingCriterion::Iterations(iterations),
                lanes: Some(1),
                neighbours: None,
            },
            cancelled: self.control.cancelled,
        }
    }
}

/// The limit of one phase, which its routing problems share.
pub struct PhaseBudget<'a> {
    day: DayBudget<'a>,
    phase: Phase,
    share: BudgetShare,
    /// Wall time of all its problems together, each thread's by itself; none under a limit of iterations.
    time: Option<Duration>,
}

impl PhaseBudget<'_> {
    /// Solves the problems in parallel, giving each a share of the phase's time in proportion to its size.
    ///
    /// `solve` is called once for each entry of `sizes`, with its position and its budget; the results come in the order
    /// of `sizes`.
    pub fn solve_all<R: Send>(
        &self,
        sizes: &[usize],
        solve: impl Fn(usize, &SolveBudget<'_>) -> R + Sync,
    ) -> Vec<R> {
        let control = self.day.control;
        control.report(self.phase, self.share.at(0.0));
        let all: usize = sizes.iter().sum();
        let done = AtomicUsize::new(0);
        let queues = queues(sizes, rayon::current_num_threads());
        let lanes = rayon::current_num_threads().div_ceil(queues.len().max(1));
        let mut answers: Vec<(usize, R)> = (queues.par_iter())
            .flat_map_iter(|queue| {
                queue.members.iter().map(|&at| {
                    let share = sizes[at] as f64 / queue.size.max(1) as f64;
                    let answer = solve(at, &self.budget(share, lanes));
                    let done = done.fetch_add(sizes[at], Ordering::Relaxed) + sizes[at];
                    control.report(self.phase, self.share.at(done as f64 / all.max(1) as f64));
                    (at, answer)
                })
            })
            .collect();
        answers.sort_by_key(|(at, _)| *at);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}

impl<'a> PhaseBudget<'a> {
    /// The limit of a problem that has `share` of a thread's time, searched by so many lanes under a time limit. Under a
    /// limit of iterations the solver derives the lanes from the problem, so that the result does not depend on the machine.
    fn budget(&self, share: f64, lanes: usize) -> SolveBudget<'a> {
        let DispatchConfig { seed, effort } = self.day.config;
        let (stop, lanes) = match (effort, self.time) {
            (Effort::TimeLimit(_) | Effort::CpuLimit(_), time) => {
                let elapsed = time.unwrap_or_default().mul_f64(share);
                (coldmile_vrp::StoppingCriterion::Elapsed(elapsed), Some(lanes))
            }
            (Effort::Iterations(iterations), _) => {
                (coldmile_vrp::StoppingCriterion::Iterations(iterations), None)
            }
        };
        let seed = seed.derive(self.phase as u64);
        let config = coldmile_vrp::SolveConfig { seed, stop, lanes, neighbours: None };
        SolveBudget { config, keeps_solved: false, cancelled: self.day.control.cancelled }
    }
}

/// The limits of the routing problems of both echelons.
pub enum EchelonBudget<'a> {
    /// All problems are searched, each echelon's in its part of the day's limit.
    Whole {
        /// Trucks.
        linehaul: PhaseBudget<'a>,
        /// Couriers.
        last_mile: PhaseBudget<'a>,
    },
    /// The problems that have changed are searched, each by this limit, on the caller's thread.
    Changed(SolveBudget<'a>),
}

impl<'a> EchelonBudget<'a> {
    /// All problems, within these parts of the day's limit.
    pub fn whole(budget: DayBudget<'a>, linehaul: BudgetShare, last_mile: BudgetShare) -> Self {
        Self::Whole {
            linehaul: budget.phase(Phase::Linehaul, linehaul),
            last_mile: budget.phase(Phase::LastMile, last_mile),
        }
    }

    /// Calls `solve` once for each problem of an echelon, of these sizes, with its position and limit.
    pub fn solve_all<R: Send>(
        &self,
        echelon: Echelon,
        sizes: &[usize],
        solve: impl Fn(usize, &SolveBudget<'_>) -> R + Sync,
    ) -> Vec<R> {
        match (self, echelon) {
            (Self::Whole { linehaul, .. }, Echelon::Linehaul) => linehaul.solve_all(sizes, solve),
            (Self::Whole { last_mile, .. }, Echelon::LastMile) => last_mile.solve_all(sizes, solve),
            (Self::Changed(budget), _) => (0..sizes.len()).map(|at| solve(at, budget)).collect(),
        }
    }
}

/// The limit of one routing problem.
pub struct SolveBudget<'a> {
    config: coldmile_vrp::SolveConfig,
    /// Whether a problem that was solved before in the same form is not solved again.
    keeps_solved: bool,
    cancelled: Option<&'a AtomicBool>,
}

impl SolveBudget<'_> {
    /// The limit for a problem whose clients are those of a problem that was solved before, at other times.
    pub const fn of_retimed(&self) -> Self {
        let mut budget = Self { ..*self };
        if let (true, coldmile_vrp::StoppingCriterion::Iterations(limit)) =
            (self.keeps_solved, self.config.stop)
        {
            budget.config.stop = coldmile_vrp::StoppingCriterion::Iterations(limit / 5);
        }
        budget
    }

    /// Whether a problem that was solved before in the same form is not solved again: this limit is for what has changed.
    pub const fn keeps_solved(&self) -> bool {
        self.keeps_solved
    }

    /// The routes of `start` as they are, if this limit is for what has changed, and they still serve every client and break no
    /// rule.
    pub fn kept(
        &self,
        problem: &coldmile_vrp::Problem,
        start: &[coldmile_vrp::Route],
    ) -> Option<coldmile_vrp::Solution> {
        let trips = start.iter().flat_map(|route| &route.trips);
        let served: usize = trips.map(|trip| trip.clients.len()).sum();
        if !self.keeps_solved || served < problem.clients().len() {
            return None;
        }
        let cost = start.iter().map(|route| coldmile_vrp::schedule(problem, route).cost).sum();
        let kept = coldmile_vrp::Solution { routes: start.to_vec(), unplanned: Vec::new(), cost };
        coldmile_vrp::check(problem, &kept).violations.is_empty().then_some(kept)
    }

    /// Solves a problem within this limit, on a search that begins with the routes of `start` where there are any.
    pub fn solve(
        &self,
        problem: &coldmile_vrp::Problem,
        start: Vec<coldmile_vrp::Route>,
    ) -> coldmile_vrp::Solution {
        let control = match self.cancelled {
            Some(flag) => coldmile_vrp::Control::none().cancelled_by(flag),
            None => coldmile_vrp::Control::none(),
        };
        if start.is_empty() {
            return coldmile_vrp::solve(problem, &self.config, &control);
        }
        let start = coldmile_vrp::Solution { routes: start, ..coldmile_vrp::Solution::default() };
        coldmile_vrp::solve_from(problem, &start, &self.config, &control).solution
    }
}

/// Problems that one thread solves one after another.
struct Queue {
    members: Vec<usize>,
    size: usize,
}

/// Divides problems of these sizes among at most `max_count` queues of about the same total size, by the longest
/// processing time rule (Graham, 1969): the largest problem first, each to the queue with the smallest total so far.
fn queues(sizes: &[usize], max_count: usize) -> Vec<Queue> {
    let count = max_count.min(sizes.len());
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
    fn queues_hold_every_problem_once_and_are_about_as_long_as_one_another() {
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
