//! The solver's entry: prepares a problem, chooses its rules, runs the lanes and puts the answer together.

use super::client_units::{ClientUnits, unit_prizes};
use super::clock::{Clock, StartTime};
use super::config::{Control, SolveConfig, StoppingCriterion};
use super::decomposition::{LargeProblem, MAX_PREPARED_SHARE, MAX_TABLED};
use super::embedding::{hilbert_order, planar_positions};
use super::instance::Instance;
use super::lanes;
use super::neighbourhoods::Neighbourhoods;
use super::obstacles::{JointInsertions, Obstacles};
use super::penalty::RuleFamily;
use super::rule_set::{RuleSet, WithRules};
use super::start::repaired;
use super::state::Plan;
use crate::check::{Violation, check};
use crate::problem::{Client, Problem};
use crate::schedule::schedule;
use crate::solution::{Reason, Route, Solution, Trip, Unplanned};
use coldmile_units::Idx;

/// The best solution found for `problem` within the limit of `config`. It breaks no rule: clients that do not fit are
/// unplanned, with a reason.
///
/// The method is slack induction by string removals (SISR; Christiaens and Vanden Berghe, 2020) under simulated annealing,
/// on constant-time insertion checks; up to some hundred clients in turns with a hybrid genetic search (after Vidal,
/// Crainic, Gendreau, Lahrichi and Rei, 2012). With [`StoppingCriterion::Iterations`](super::StoppingCriterion) the same
/// seed gives the same solution on any number of threads.
pub fn solve(problem: &Problem, config: &SolveConfig, control: &Control<'_>) -> Solution {
    search(problem, None, config, control)
}

/// What a search from a given solution answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContinuedSolution {
    /// The best solution found: never worse than the given one, if that broke no rule.
    pub solution: Solution,
    /// The rules that the given solution broke; it was repaired.
    pub broken: Vec<Violation>,
}

/// The best solution found for `problem`, as [`solve`] finds it, on a search that begins with `start` and stays near it at
/// first. Clients that `start` leaves out are inserted where they fit.
///
/// The result is never worse than a `start` that breaks no rule: no more clients that must be served are left out, and
/// with as many left out it costs no more. From one that breaks rules, clients are taken out until it breaks none. With
/// no iterations the answer is `start` itself, repaired and completed.
pub fn solve_from(
    problem: &Problem,
    start: &Solution,
    config: &SolveConfig,
    control: &Control<'_>,
) -> ContinuedSolution {
    let broken = check(problem, start).violations;
    let routes = repaired(problem, start);
    ContinuedSolution { solution: search(problem, Some(&routes), config, control), broken }
}

fn search(
    problem: &Problem,
    start: Option<&[Route]>,
    config: &SolveConfig,
    control: &Control<'_>,
) -> Solution {
    let started_at = StartTime::now();
    let order = hilbert_order(problem);
    let counts: Vec<usize> = problem.vehicle_types().iter().map(|row| row.count).collect();
    let along = problem.part(&order, &counts);
    let start = start.map(|routes| plan_of(routes, &order));
    let start = start.as_ref();
    let has_work = !problem.clients().is_empty() && counts.iter().sum::<usize>() > 0;
    if along.clients().len() + along.depots().len() <= max_tabled(config.stop) {
        let instance = Instance::new(&along, config.neighbours);
        let plan = if has_work {
            RuleSet::of(&instance).apply(Lanes { instance: &instance, start, started_at, config, control })
        } else {
            Plan::default()
        };
        answer(problem, &order, &instance.obstacles(), &plan)
    } else {
        let units = ClientUnits::new(&along);
        let prizes = unit_prizes(&along, &units);
        let positions = planar_positions(&along);
        let clock = Clock::new(started_at, config.stop, 1, along.clients().len());
        let is_late = || clock.timed_share() > MAX_PREPARED_SHARE || control.is_cancelled();
        let neighbourhoods = Neighbourhoods::on_plane(&along, &positions, config.neighbours, &is_late);
        let large = LargeProblem {
            problem: &along,
            units: &units,
            positions: &positions,
            neighbourhoods: &neighbourhoods,
        };
        let plan = if has_work { large.search(start, started_at, config, control) } else { Plan::default() };
        answer(problem, &order, &Obstacles::new(&along, &units, &prizes, JointInsertions::NotTried), &plan)
    }
}

/// Routes as the search knows them, which has the clients in another `order`.
fn plan_of(routes: &[Route], order: &[Idx<Client>]) -> Plan {
    let mut position = vec![0_u32; order.len()];
    for (at, client) in (0..).zip(order) {
        position[client.get()] = at;
    }
    let trip = |trip: &Trip| trip.clients.iter().map(|client| position[client.get()]).collect();
    let vehicles = routes.iter().map(|route| (route.vehicle_type, route.trips.iter().map(trip).collect()));
    Plan { vehicles: vehicles.collect() }
}

/// Clients and depots up to which all arcs are kept in one table: as many as there is time to prepare it for.
fn max_tabled(stop: StoppingCriterion) -> usize {
    /// Arcs that are prepared in a good half of a second, with the neighbourhoods that follow from them.
    const ARCS_A_SECOND: f64 = 1.5e7;
    /// Below this many seconds the rest of the preparation counts more.
    const MIN_SECONDS: f64 = 0.1;
    match stop {
        StoppingCriterion::Iterations(_) => MAX_TABLED,
        StoppingCriterion::Elapsed(limit) | StoppingCriterion::Cpu(limit) => {
            let arcs = limit.as_secs_f64().max(MIN_SECONDS) * ARCS_A_SECOND;
            (arcs.sqrt() as usize).min(MAX_TABLED)
        }
    }
}

/// The search of all lanes, under rules still to be chosen.
struct Lanes<'l, 'c> {
    instance: &'l Instance<'l>,
    start: Option<&'l Plan>,
    started_at: StartTime,
    config: &'l SolveConfig,
    control: &'l Control<'c>,
}

impl WithRules for Lanes<'_, '_> {
    type Output = Plan;

    fn call<R: RuleFamily>(self) -> Plan {
        lanes::run::<R>(self.instance, self.start, self.started_at, self.config, self.control)
    }
}

/// The answer to `problem`, whose clients the search knows in another `order`. Clients without an obstacle were left out
/// because the best plan has no place for them.
pub(super) fn answer(
    problem: &Problem,
    order: &[Idx<Client>],
    obstacles: &Obstacles<'_>,
    plan: &Plan,
) -> Solution {
    let mut routes: Vec<Route> = (plan.vehicles.iter())
        .map(|(vehicle_type, trips)| Route {
            vehicle_type: *vehicle_type,
            trips: trips
                .iter()
                .map(|clients| Trip {
                    clients: clients.iter().map(|&client| order[client as usize]).collect(),
                })
                .collect(),
        })
        .collect();
    routes.sort_by_key(|route| (route.vehicle_type, route.trips[0].clients[0]));
    let mut is_planned = vec![false; problem.clients().len()];
    for client in routes.iter().flat_map(|route| &route.trips).flat_map(|trip| &trip.clients) {
        is_planned[client.get()] = true;
    }
    let mut cost = routes.iter().map(|route| schedule(problem, route).cost).sum();
    let mut unplanned = Vec::new();
    let members = problem.members();
    for (at, &client) in order.iter().enumerate() {
        let group = problem.clients()[client].group.map(|group| (group, &members[group.get()]));
        if is_planned[client.get()]
            || group.is_some_and(|(_, members)| members.iter().any(|other| is_planned[other.get()]))
        {
            continue;
        }
        if group.is_none_or(|(_, members)| members[0] == client) {
            cost += problem.price_of_absence(client).unwrap_or(0);
        }
        let is_optional = obstacles.is_optional(Idx::new(at as u32));
        let left_out = if is_optional { Reason::NotWorthIt } else { Reason::NotPlaced };
        let reason = obstacles.of(Idx::new(at as u32)).unwrap_or(left_out);
        unplanned.push(Unplanned { client, reason });
    }
    unplanned.sort_by_key(|left| left.client);
    Solution { routes, unplanned, cost }
}
