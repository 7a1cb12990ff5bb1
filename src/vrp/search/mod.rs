//! Ruin and recreate under simulated annealing, in turns with recombination on small problems.
//!
//! [`solve`] prepares the problem (`instance`: ways in `arcs`, who is near whom in `near`), picks the rules that fit it
//! (`plain` or `rich`), and runs one or more lanes (`lanes`, `anneal`) of ruin (`ruin`) and insertion (`recreate`) on a
//! solution that undoes what was refused at the cost of what it touched (`state`; `company` for those who fit nowhere alone); large problems where only load and
//! distance decide start from `savings`. Clients that come and go together or instead of one another count as one
//! (`units`). Where the problem is small, annealing takes turns (`stages`) with children of remembered solutions
//! (`breed`, `pool`, `crossover`), which a descent through broken rules at a price (`penalty`, `descent`, `moves`,
//! `swap_star`) takes to their valleys. Several lanes of a large problem work on sectors of one solution (`sectors`).
//! Clients are numbered along a curve through the plane (`plane`) meanwhile.

mod anneal;
mod arcs;
mod breed;
mod clock;
mod company;
mod config;
mod crossover;
mod descent;
mod fit;
mod instance;
mod lanes;
mod model;
mod moves;
mod near;
mod penalty;
mod plain;
mod plane;
mod pool;
mod recreate;
mod rich;
mod ruin;
mod savings;
mod sectors;
mod stages;
mod state;
mod swap_star;
#[cfg(test)]
mod tests;
mod units;

pub use config::{Control, Progress, SolveConfig, Stop};

use super::problem::{Client, MOST_DIMENSIONS, Problem};
use super::schedule::schedule;
use super::solution::{Reason, Route, Solution, Trip, Unplanned};
use clock::Beginning;
use coldmile_units::Idx;
use instance::Instance;
use plain::{PlainRules, is_plain};
use rich::RichRules;
use state::Plan;

/// The best solution found for `problem` within the limit of `config`. It breaks no rule: whoever does not fit is
/// unplanned, with a reason.
///
/// The method is ruin and recreate by slack induction (Christiaens and Vanden Berghe, 2020) under simulated
/// annealing, on constant-time insertion checks; up to some hundred clients in turns with a genetic search (after Vidal,
/// Crainic, Gendreau, Lahrichi and Rei, 2012). With [`Stop::Iterations`] the same seed gives the same solution on any
/// number of threads.
pub fn solve(problem: &Problem, config: &SolveConfig, control: &Control<'_>) -> Solution {
    let began = Beginning::now();
    let order = plane::hilbert_order(problem);
    let counts: Vec<usize> = problem.vehicle_types().iter().map(|row| row.count).collect();
    let along = problem.part(&order, &counts);
    let vehicles: usize = counts.iter().sum();
    let is_tabled = along.clients().len() + along.depots().len() <= sectors::MOST_TABLED;
    let instance = if is_tabled {
        Instance::new(&along, config.neighbours)
    } else {
        Instance::without_ways(&along, &plane::places(&along), config.neighbours)
    };
    let plan = if problem.clients().is_empty() || vehicles == 0 {
        Plan::default()
    } else if !is_tabled {
        sectors::run_without_ways(&instance, began, config, control)
    } else {
        match Kind::of(&instance) {
            Kind::Plain { has_windows: true } => {
                lanes::run::<PlainRules<true>>(&instance, began, config, control)
            }
            Kind::Plain { has_windows: false } => {
                lanes::run::<PlainRules<false>>(&instance, began, config, control)
            }
            Kind::Rich { dimensions: 0..=1, keeps_cold: false } => {
                lanes::run::<RichRules<1, 0>>(&instance, began, config, control)
            }
            Kind::Rich { dimensions: 0..=4, .. } => {
                lanes::run::<RichRules<4, 1>>(&instance, began, config, control)
            }
            Kind::Rich { .. } => {
                lanes::run::<RichRules<MOST_DIMENSIONS, 1>>(&instance, began, config, control)
            }
        }
    };
    solution(problem, &instance, &order, &plan)
}

/// Which rules fit a problem.
enum Kind {
    Plain { has_windows: bool },
    Rich { dimensions: usize, keeps_cold: bool },
}

impl Kind {
    fn of(instance: &Instance<'_>) -> Self {
        if is_plain(instance) {
            Self::Plain { has_windows: instance.has_windows }
        } else {
            let problem = instance.problem;
            Self::Rich { dimensions: problem.dimensions(), keeps_cold: rich::keeps_cold(problem) }
        }
    }
}

/// The answer to `problem` whose clients `instance` knows in another order.
fn solution(problem: &Problem, instance: &Instance<'_>, order: &[Idx<Client>], plan: &Plan) -> Solution {
    let mut routes: Vec<Route> = (plan.vehicles.iter())
        .map(|(kind, trips)| Route {
            vehicle_type: Idx::new(*kind),
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
        unplanned.push(Unplanned { client, reason: reason(instance, Idx::new(at as u32)) });
    }
    unplanned.sort_by_key(|left| left.client);
    Solution { routes, unplanned, cost }
}

/// Why a client is in no route: what every vehicle lacks even for it alone, or that the best plan left it out.
fn reason(instance: &Instance<'_>, client: Idx<Client>) -> Reason {
    let is_optional = instance.prizes[client.get()].is_some();
    let left_out = if is_optional { Reason::NotWorthIt } else { Reason::NotPlaced };
    instance.obstacle(client).filter(|obstacle| !instance.may_pass(client, obstacle)).unwrap_or(left_out)
}
