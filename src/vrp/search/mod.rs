//! Ruin and recreate under simulated annealing.
//!
//! [`solve`] prepares the problem (`instance`), picks the rules that fit it (`plain` or `rich`), and runs one or more
//! lanes (`lanes`, `anneal`) of ruin (`ruin`) and insertion (`recreate`) on a solution that undoes what was refused at
//! the cost of what it touched (`state`).

mod anneal;
mod clock;
mod config;
mod instance;
mod lanes;
mod plain;
mod recreate;
mod ruin;
mod state;

pub use config::{Control, Progress, SolveConfig, Stop};

use super::problem::Problem;
use super::schedule::schedule;
use super::solution::{Reason, Route, Solution, Trip, Unplanned};
use crate::units::Idx;
use instance::Instance;
use plain::{Plain, client_at, is_plain};
use state::Plan;

/// The best solution found for `problem` within the limit of `config`. It breaks no rule: whoever does not fit is
/// unplanned, with a reason.
///
/// The method is ruin and recreate by slack induction (Christiaens and Vanden Berghe, 2020) under simulated
/// annealing, on constant-time insertion checks. With [`Stop::Iterations`] the same seed gives the same solution on any
/// number of threads.
pub fn solve(problem: &Problem, config: &SolveConfig, control: &Control<'_>) -> Solution {
    let instance = Instance::new(problem, config.neighbours);
    let plan = if is_plain(&instance) && instance.has_windows {
        lanes::run(&Plain::<true>::new(&instance), &instance, config, control)
    } else {
        lanes::run(&Plain::<false>::new(&instance), &instance, config, control)
    };
    solution(problem, &plan)
}

fn solution(problem: &Problem, plan: &Plan) -> Solution {
    let mut routes: Vec<Route> = (plan.vehicles.iter())
        .map(|(kind, trips)| Route {
            vehicle_type: Idx::new(*kind),
            trips: trips
                .iter()
                .map(|clients| Trip { clients: clients.iter().map(|&client| client_at(client)).collect() })
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
    for (client, row) in problem.clients().enumerate() {
        if !is_planned[client.get()] {
            cost += row.prize.unwrap_or(0);
            unplanned.push(Unplanned { client, reason: Reason::NotPlaced });
        }
    }
    Solution { routes, unplanned, cost }
}
