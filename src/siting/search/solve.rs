//! The entry: translates a problem into a model, and what the search found back into an answer.

use super::super::problem::{Kind, Problem};
use super::super::solution::{Answer, Service, Solution};
use super::capacitated::{is_limited, minimise_served};
use super::center::minimise_radius;
use super::clock::Clock;
use super::config::{Control, SolveConfig};
use super::model::{CostRule, Model, NONE};
use super::uncapacitated::minimise;

/// Searches for the best open sites.
///
/// The answer states how good they are at best. It is the same on any number of threads where the limit is one of iterations.
pub fn solve(problem: &Problem, config: &SolveConfig, control: &Control<'_>) -> Answer {
    let worst = if problem.kind().maximises() { f64::INFINITY } else { 0.0 };
    let mut clock = Clock::start(config.stop, control, worst);
    if problem.kind() == Kind::PCenter {
        let report = |clock: &mut Clock<'_>, objective, bound| clock.note(objective, bound);
        let outcome = minimise_radius(problem, config.seed, &mut clock, report);
        let solution = outcome.open.map(|open| centre_solution(problem, &open));
        return Answer {
            solution,
            bound: outcome.bound,
            is_proved: outcome.is_proved,
            iterations: clock.iterations(),
        };
    }
    let rule = match problem.kind() {
        Kind::SetCover | Kind::MaxCover => CostRule::Cover { radius: problem.radius() },
        Kind::Attendance => CostRule::Absence,
        _ => CostRule::Weighted,
    };
    let model = Model::new(problem, rule);
    let total: f64 = problem.clients().iter().map(|client| client.weight).sum();
    let outward = |cost: f64| if problem.kind().maximises() { total - cost } else { cost };
    if problem.kind().is_capacitated() && is_limited(problem) {
        let outcome = minimise_served(problem, &model, config.seed, &mut clock, |clock, cost, bound| {
            clock.note(cost, bound);
        });
        let solution = outcome.best.map(|(open, service, objective)| {
            let open = open.into_iter().map(|site| site as usize).collect();
            Solution { open, service, objective }
        });
        return Answer {
            solution,
            bound: outcome.bound,
            is_proved: outcome.is_proved,
            iterations: clock.iterations(),
        };
    }
    let outcome = minimise(&model, config.seed, &mut clock, u64::MAX, |clock, cost, bound| {
        clock.note(cost.map(outward), outward(bound));
    });
    let solution = outcome.open.map(|open| {
        let cost = model.cost_of(&open);
        let service = services(&model, &open);
        let open = open.into_iter().map(|site| site as usize).collect();
        Solution { open, service, objective: outward(cost) }
    });
    let bound = outward(outcome.bound);
    Answer { solution, bound, is_proved: outcome.is_proved, iterations: clock.iterations() }
}

/// Every client at its closest open site.
fn services(model: &Model<'_>, open: &[u32]) -> Vec<Service> {
    let mut is_open = vec![false; model.site_count];
    for site in open {
        is_open[*site as usize] = true;
    }
    (0..model.client_count)
        .map(|client| match model.closest(client, &is_open, open).0 {
            NONE => Service::None,
            site => Service::Site(site as usize),
        })
        .collect()
}

fn centre_solution(problem: &Problem, open: &[u32]) -> Solution {
    let mut farthest = 0.0_f64;
    let service = (0..problem.clients().len()).map(|client| {
        let distances = open.iter().map(|site| (problem.distances().of(client, *site as usize), *site));
        let closest = distances.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        match closest {
            Some((distance, site)) if distance.is_finite() => {
                farthest = farthest.max(distance);
                Service::Site(site as usize)
            }
            _ => Service::None,
        }
    });
    let service = service.collect();
    Solution { open: open.iter().map(|site| *site as usize).collect(), service, objective: farthest }
}
