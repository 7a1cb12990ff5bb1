//! What trucks and couriers do under one assignment, and how hard that is searched.

use super::assign::{Assigned, Assignment, leaves_by};
use super::costs::centre_cost;
use super::last_mile::{CentreRoutes, solve_last_mile};
use super::linehaul::{HubRoutes, Ready, ready_times, solve_linehaul};
use super::pipeline::{DispatchConfig, Effort, Phase, PlanControl};
use super::places::Places;
use super::refusal::Refusal;
use crate::model::{Day, Fulfilment};
use crate::plan::Handover;
use crate::vrp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A part of the whole search, as shares of its limit.
#[derive(Clone, Copy)]
pub struct Span {
    from: f64,
    to: f64,
}

impl Span {
    const fn new(from: f64, to: f64) -> Self {
        Self { from, to }
    }

    const fn length(self) -> f64 {
        self.to - self.from
    }
}

/// When trucks and couriers are routed.
#[derive(Clone, Copy)]
pub struct Spans {
    linehaul: Span,
    last_mile: Span,
}

/// Where no centre can take over doors of another.
pub const ALONE: Spans = Spans { linehaul: Span::new(0.0, 0.1), last_mile: Span::new(0.1, 1.0) };
/// Before doors change centres: what it costs if none does, and when goods are ready.
pub const BEFORE: Spans = Spans { linehaul: Span::new(0.0, 0.05), last_mile: Span::new(0.05, 0.17) };
/// When doors change centres.
pub const EXCHANGE: Span = Span::new(0.17, 0.67);
/// After it.
pub const AFTER: Spans = Spans { linehaul: Span::new(0.67, 0.72), last_mile: Span::new(0.72, 1.0) };

/// What trucks and couriers do under one assignment.
pub struct Draft {
    /// The trucks of every hub.
    pub hubs: Vec<HubRoutes>,
    /// When every wave is ready at its centre.
    pub ready: Ready,
    /// The couriers of every centre.
    pub centres: Vec<CentreRoutes>,
    /// Who is served.
    pub assigned: Vec<Assigned>,
    /// Who is not.
    pub refusals: Vec<Refusal>,
}

impl Draft {
    /// What is compared: whoever is refused, then money in the solver's unit.
    pub fn score(&self, day: &Day) -> (usize, i64) {
        let trucks: i64 = self.hubs.iter().map(|hub| hub.solution.cost).sum();
        let couriers: i64 = self.centres.iter().map(|centre| centre.solution.cost).sum();
        (self.refusals.len(), trucks + couriers + centre_cost(day, &self.assigned).0 * vrp::COST_SCALE)
    }
}

/// What a plan is made with and from.
pub struct Planner<'a> {
    pub day: &'a Day,
    pub places: &'a Places,
    pub config: &'a DispatchConfig,
    pub control: &'a PlanControl<'a>,
}

impl Planner<'_> {
    /// Trucks, then couriers when their goods are there; families that accept both collect what no courier can bring.
    pub fn draft(&self, assignment: &Assignment, spans: Spans) -> Draft {
        let Self { day, places, .. } = *self;
        let mut assigned = assignment.assigned();
        let mut refusals = assignment.refusals.clone();
        let trucks = self.effort(Phase::Linehaul, spans.linehaul, assigned.len(), 1);
        let (hubs, refused) = solve_linehaul(day, places, &assigned, &trucks);
        let ready = ready_times(day, &hubs);
        drop_refused(&mut assigned, &refused);
        refusals.extend(refused);

        let doors = assigned.iter().filter(|row| row.handover == Handover::Door);
        let centres: BTreeSet<_> = doors.clone().map(|row| row.centre).collect();
        let couriers = self.effort(Phase::LastMile, spans.last_mile, doors.count(), centres.len());
        let (centres, refused) = solve_last_mile(day, places, &assigned, &ready, &couriers);
        let refused = collect_instead(day, &mut assigned, &ready, refused);
        drop_refused(&mut assigned, &refused);
        refusals.extend(refused);
        Draft { hubs, ready, centres, assigned, refusals }
    }

    /// Begins a phase that solves so many problems of so many clients together.
    pub fn effort(&self, phase: Phase, span: Span, clients: usize, problems: usize) -> SolveEffort<'_> {
        self.control.report(phase, span.from);
        let threads = rayon::current_num_threads();
        let problems = problems.max(1);
        let lanes = match self.config.effort {
            Effort::TimeLimit(_) => Some(threads.div_ceil(problems)),
            Effort::Iterations(_) => None,
        };
        SolveEffort {
            config: *self.config,
            control: self.control,
            phase,
            span,
            clients,
            done: AtomicUsize::new(0),
            lanes,
        }
    }
}

/// How the routing problems of one phase are searched. Those of a row share the time by their number of clients.
pub struct SolveEffort<'a> {
    config: DispatchConfig,
    control: &'a PlanControl<'a>,
    phase: Phase,
    /// Which part of the whole search the phase is, in shares of its limit.
    span: Span,
    /// Clients of the phase.
    pub clients: usize,
    done: AtomicUsize,
    lanes: Option<usize>,
}

impl SolveEffort<'_> {
    /// Solves a problem that has so many of the phase's clients, in a row that has so many.
    pub fn solve(&self, problem: &vrp::Problem, clients: usize, in_row: usize) -> vrp::Solution {
        let stop = match self.config.effort {
            Effort::Iterations(iterations) => vrp::Stop::Iterations(iterations),
            Effort::TimeLimit(limit) => {
                let share = clients as f64 / in_row.max(1) as f64;
                vrp::Stop::Elapsed(limit.mul_f64(self.span.length() * share))
            }
        };
        let config = vrp::SolveConfig {
            // Every problem draws from its own sequence.
            seed: self.config.seed.derive(self.phase as u64),
            stop,
            lanes: self.lanes,
            neighbours: None,
        };
        let mut control = vrp::Control::none();
        if let Some(flag) = self.control.cancelled {
            control = control.cancelled_by(flag);
        }
        let solution = vrp::solve(problem, &config, &control);
        let done = self.done.fetch_add(clients, Ordering::Relaxed) + clients;
        let share = done as f64 / self.clients.max(1) as f64;
        self.control.report(self.phase, self.span.from + self.span.length() * share);
        solution
    }
}

/// Problems that are solved one after another.
pub struct Row {
    /// Which.
    pub members: Vec<usize>,
    /// How many clients they have together.
    pub clients: usize,
}

/// As many rows as there are threads, of about the same length, for problems of these sizes: the largest first, each to
/// the row that is shortest so far (Graham, 1969).
pub fn rows(sizes: &[usize]) -> Vec<Row> {
    let count = rayon::current_num_threads().min(sizes.len());
    let mut rows: Vec<Row> = (0..count).map(|_| Row { members: Vec::new(), clients: 0 }).collect();
    let mut largest_first: Vec<usize> = (0..sizes.len()).collect();
    largest_first.sort_by_key(|&at| (std::cmp::Reverse(sizes[at]), at));
    for at in largest_first {
        if let Some(row) = rows.iter_mut().min_by_key(|row| row.clients) {
            row.clients += sizes[at];
            row.members.push(at);
        }
    }
    rows
}

/// Families that accept both collect what no courier can bring; returns the refusals that remain.
///
/// The room was reserved until the door's window closes, which is no earlier than the last moment of a pickup.
fn collect_instead(
    day: &Day,
    assigned: &mut [Assigned],
    ready: &Ready,
    refused: Vec<Refusal>,
) -> Vec<Refusal> {
    let positions: BTreeMap<_, _> =
        assigned.iter().enumerate().map(|(position, row)| (row.order, position)).collect();
    let mut remain = Vec::new();
    for refusal in refused {
        let order = &day.orders[refusal.order];
        let row = &mut assigned[positions[&refusal.order]];
        let latest = leaves_by(day, order, row.centre, Handover::Pickup);
        if order.fulfilment == Fulfilment::Either && ready[&(row.centre, row.wave)] <= latest {
            row.handover = Handover::Pickup;
        } else {
            remain.push(refusal);
        }
    }
    remain
}

fn drop_refused(assigned: &mut Vec<Assigned>, refused: &[Refusal]) {
    let gone: BTreeSet<_> = refused.iter().map(|refusal| refusal.order).collect();
    assigned.retain(|row| !gone.contains(&row.order));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_hold_everybody_once_and_are_about_as_long_as_one_another() {
        for seed in 0..100 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let sizes: Vec<usize> = (0..rng.usize(0..40)).map(|_| rng.usize(0..90)).collect();
            let rows = rows(&sizes);
            let mut members: Vec<usize> = rows.iter().flat_map(|row| row.members.clone()).collect();
            members.sort_unstable();
            assert_eq!(members, (0..sizes.len()).collect::<Vec<_>>(), "seed {seed}");
            let longest = rows.iter().map(|row| row.clients).max().unwrap_or(0);
            let shortest = rows.iter().map(|row| row.clients).min().unwrap_or(0);
            let largest = sizes.iter().max().copied().unwrap_or(0);
            assert!(longest <= shortest + largest, "seed {seed}: {longest}, {shortest}");
        }
    }
}
