//! The best objective of a tiny problem: every set of sites, every assignment. Splitting is a linear program, solved on every
//! choice of sites by cancelling negative cycles of single units of demand.

use super::super::{Kind, Problem, Service, Solution, Status, check};

/// The best objective; `None` if there is no feasible solution.
pub fn best_objective(problem: &Problem) -> Option<f64> {
    let sites = problem.sites().len();
    let mut best: Option<f64> = None;
    for set in 0_u32..1 << sites {
        let open: Vec<usize> = (0..sites).filter(|site| set >> site & 1 == 1).collect();
        let is_as_forced = problem.sites().iter().enumerate().all(|(site, data)| match data.status {
            Status::Free => true,
            Status::Open => open.contains(&site),
            Status::Closed => !open.contains(&site),
        });
        if !is_as_forced {
            continue;
        }
        let objective = match problem.kind() {
            Kind::CapacitatedPMedian | Kind::SingleSource => assigned(problem, &open),
            Kind::FacilityLocation => split(problem, &open),
            _ => closest(problem, &open),
        };
        if let Some(objective) = objective {
            let is_better = |best: f64| {
                if problem.kind().maximises() { objective > best } else { objective < best }
            };
            if best.is_none_or(is_better) {
                best = Some(objective);
            }
        }
    }
    best
}

/// The objective of a solution without violations.
fn judged(problem: &Problem, open: &[usize], service: Vec<Service>) -> Option<f64> {
    let report = check(problem, &Solution { open: open.to_vec(), service, objective: 0.0 });
    report.violations.is_empty().then_some(report.objective)
}

fn closest(problem: &Problem, open: &[usize]) -> Option<f64> {
    let covers = problem.kind().needs_radius();
    let service = (0..problem.clients().len()).map(|client| {
        let distance = |site: &usize| problem.distances().of(client, *site);
        let site = open.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        match site {
            Some(site) if distance(site).is_finite() && (!covers || distance(site) <= problem.radius()) => {
                Service::Site(*site)
            }
            _ => Service::None,
        }
    });
    judged(problem, open, service.collect())
}

fn assigned(problem: &Problem, open: &[usize]) -> Option<f64> {
    let clients = problem.clients().len();
    let mut best: Option<f64> = None;
    let total = open.len().pow(clients as u32);
    // Loads are checked while clients are placed, so that few assignments are judged.
    let mut stack: Vec<Vec<usize>> = vec![Vec::new()];
    if total == 0 {
        return None;
    }
    while let Some(chosen) = stack.pop() {
        if chosen.len() == clients {
            let service = chosen.iter().map(|site| Service::Site(*site)).collect();
            let objective = judged(problem, open, service);
            best = match (best, objective) {
                (Some(best), Some(objective)) => Some(best.min(objective)),
                (best, objective) => best.or(objective),
            };
            continue;
        }
        for &site in open {
            let mut next = chosen.clone();
            next.push(site);
            let fits = problem.sites()[site].capacity.iter().enumerate().all(|(dimension, capacity)| {
                let of_site = next.iter().enumerate().filter(|(_, other)| **other == site);
                let load: f64 = of_site.map(|(client, _)| problem.clients()[client].demand[dimension]).sum();
                load <= *capacity
            });
            if fits && problem.distances().of(chosen.len(), site).is_finite() {
                stack.push(next);
            }
        }
    }
    best
}

/// Units of demand one by one along the cheapest chain of exchanges.
fn split(problem: &Problem, open: &[usize]) -> Option<f64> {
    let clients = problem.clients();
    let mut units: Vec<Vec<f64>> = vec![vec![0.0; open.len()]; clients.len()];
    let unit_cost = |client: usize, at: usize| {
        let data = &clients[client];
        let distance = problem.distances().of(client, open[at]);
        if distance.is_infinite() {
            return f64::INFINITY;
        }
        data.cost_per_distance * distance / data.demand[0] + problem.sites()[open[at]].price_per_unit
    };
    for client in 0..clients.len() {
        if clients[client].demand[0] == 0.0 {
            continue;
        }
        for _ in 0..clients[client].demand[0] as usize {
            // Bellman and Ford on the open sites: where the unit goes, and what is moved on from there.
            let mut cost: Vec<f64> = (0..open.len()).map(|at| unit_cost(client, at)).collect();
            let mut moved: Vec<Option<(usize, usize)>> = vec![None; open.len()];
            for _ in 0..open.len() {
                for from in 0..open.len() {
                    for to in 0..open.len() {
                        for (other, row) in units.iter().enumerate() {
                            if row[from] > 0.0 && to != from {
                                let through = cost[from] + unit_cost(other, to) - unit_cost(other, from);
                                if through < cost[to] - 1e-9 {
                                    (cost[to], moved[to]) = (through, Some((from, other)));
                                }
                            }
                        }
                    }
                }
            }
            let load = |at: usize| units.iter().map(|row| row[at]).sum::<f64>();
            let has_space = |at: &usize| {
                problem.sites()[open[*at]].capacity.first().is_none_or(|capacity| load(*at) < *capacity)
            };
            let end = (0..open.len()).filter(has_space).min_by(|a, b| cost[*a].total_cmp(&cost[*b]))?;
            if cost[end].is_infinite() {
                return None;
            }
            let mut at = end;
            while let Some((from, other)) = moved[at] {
                units[other][at] += 1.0;
                units[other][from] -= 1.0;
                at = from;
            }
            units[client][at] += 1.0;
        }
    }
    let service = (0..clients.len()).map(|client| {
        let demand = clients[client].demand[0];
        if demand == 0.0 {
            let cost = |at: &usize| {
                let distance = problem.distances().of(client, open[*at]);
                if distance.is_finite() { distance * clients[client].cost_per_distance } else { distance }
            };
            let cheapest = (0..open.len()).min_by(|a, b| cost(a).total_cmp(&cost(b)));
            return cheapest.map_or(Service::None, |at| Service::Site(open[at]));
        }
        let parts = units[client].iter().enumerate().filter(|(_, amount)| **amount > 0.0);
        Service::Split(parts.map(|(at, amount)| (open[at], amount / demand)).collect())
    });
    judged(problem, open, service.collect())
}
