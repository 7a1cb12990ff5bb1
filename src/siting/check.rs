//! The referee: judges a solution by the problem alone, and shares no arithmetic with the search.
//!
//! A solution is judged as it stands: a client is charged for the sites that it is assigned to, even if a closer one is open.

use super::problem::{Kind, Problem, Status};
use super::solution::{Service, Solution};

/// One broken rule. Positions count from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Violation {
    /// A site that does not exist.
    #[error("site {site} does not exist")]
    UnknownSite {
        /// The site.
        site: usize,
    },
    /// The solution is of another number of clients.
    #[error("{found} clients, the problem has {expected}")]
    ClientCount {
        /// In the solution.
        found: usize,
        /// In the problem.
        expected: usize,
    },
    /// A site stands twice in the list of open sites.
    #[error("site {site} is opened twice")]
    OpenTwice {
        /// The site.
        site: usize,
    },
    /// More sites than p.
    #[error("{open} sites are open, at most {max_open} may be")]
    TooManyOpen {
        /// Open sites.
        open: usize,
        /// p.
        max_open: usize,
    },
    /// A site forced open is closed, or the other case.
    #[error("site {site} is forced {}", if *.is_open { "closed" } else { "open" })]
    Forced {
        /// The site.
        site: usize,
        /// Whether the solution opens it.
        is_open: bool,
    },
    /// Two sites of a group.
    #[error("sites {first} and {second} are open, at most one of their group may be")]
    Group {
        /// One.
        first: usize,
        /// The other.
        second: usize,
    },
    /// The open sites cost too much.
    #[error("the open sites cost {cost}, the budget is {budget}")]
    Budget {
        /// Opening costs.
        cost: f64,
        /// The budget.
        budget: f64,
    },
    /// A client without a site.
    #[error("client {client} has no site")]
    NotServed {
        /// The client.
        client: usize,
    },
    /// A client of a closed site.
    #[error("client {client} is served from site {site}, which is closed")]
    ClosedSite {
        /// The client.
        client: usize,
        /// The site.
        site: usize,
    },
    /// A client of a site that it does not reach.
    #[error("client {client} does not reach site {site}")]
    Unreachable {
        /// The client.
        client: usize,
        /// The site.
        site: usize,
    },
    /// A client that is said to be covered from too far.
    #[error("client {client}: site {site} is {distance} from it, the radius is {radius}")]
    OutsideRadius {
        /// The client.
        client: usize,
        /// The site.
        site: usize,
        /// How far it is.
        distance: f64,
        /// How far it covers.
        radius: f64,
    },
    /// A client in parts where each has one site.
    #[error("client {client} is split over {parts} sites, each client has one")]
    Split {
        /// The client.
        client: usize,
        /// Sites.
        parts: usize,
    },
    /// Shares that do not add up.
    #[error("client {client}: the shares are no shares of 1 (their sum is {sum})")]
    Shares {
        /// The client.
        client: usize,
        /// Sum of its shares.
        sum: f64,
    },
    /// A site that serves too much.
    #[error("site {site}, dimension {dimension}: {load} is served, the capacity is {capacity}")]
    Overloaded {
        /// The site.
        site: usize,
        /// The dimension of demand.
        dimension: usize,
        /// What it serves.
        load: f64,
        /// What it can serve.
        capacity: f64,
    },
}

/// What the referee found.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Every broken rule.
    pub violations: Vec<Violation>,
    /// The objective of the solution as it stands; clients of unknown or unreachable sites count nothing.
    pub objective: f64,
}

/// Shares, loads and budgets may differ by this part of their limit: sums of fractions are not exact.
const TOLERANCE: f64 = 1e-7;

/// Judges a solution.
pub fn check(problem: &Problem, solution: &Solution) -> Report {
    let mut violations = Vec::new();
    let is_open = check_sites(problem, solution, &mut violations);
    check_clients(problem, solution, &is_open, &mut violations);
    check_loads(problem, solution, &mut violations);
    Report { violations, objective: objective(problem, solution) }
}

fn check_sites(problem: &Problem, solution: &Solution, violations: &mut Vec<Violation>) -> Vec<bool> {
    let sites = problem.sites();
    let mut is_open = vec![false; sites.len()];
    for &site in &solution.open {
        match is_open.get_mut(site) {
            None => violations.push(Violation::UnknownSite { site }),
            Some(true) => violations.push(Violation::OpenTwice { site }),
            Some(open) => *open = true,
        }
    }
    let open = is_open.iter().filter(|open| **open).count();
    if let Some(max_open) = problem.max_open().filter(|max_open| open > *max_open) {
        violations.push(Violation::TooManyOpen { open, max_open });
    }
    for (site, (data, &is_open)) in sites.iter().zip(&is_open).enumerate() {
        let forbidden = if is_open { Status::Closed } else { Status::Open };
        if data.status == forbidden {
            violations.push(Violation::Forced { site, is_open: !is_open });
        }
    }
    for group in problem.groups() {
        let mut members: Vec<usize> = group.iter().copied().filter(|site| is_open[*site]).collect();
        members.sort_unstable();
        members.dedup();
        for pair in members.windows(2) {
            violations.push(Violation::Group { first: pair[0], second: pair[1] });
        }
    }
    if let Some(budget) = problem.budget() {
        let cost: f64 =
            sites.iter().zip(&is_open).map(|(site, open)| if *open { site.opening_cost } else { 0.0 }).sum();
        if cost > budget * (1.0 + TOLERANCE) {
            violations.push(Violation::Budget { cost, budget });
        }
    }
    is_open
}

/// The sites of a client with their shares.
fn parts(service: &Service) -> Vec<(usize, f64)> {
    match service {
        Service::None => Vec::new(),
        Service::Site(site) => vec![(*site, 1.0)],
        Service::Split(parts) => parts.clone(),
    }
}

fn check_clients(problem: &Problem, solution: &Solution, is_open: &[bool], violations: &mut Vec<Violation>) {
    let (found, expected) = (solution.service.len(), problem.clients().len());
    if found != expected {
        violations.push(Violation::ClientCount { found, expected });
    }
    let kind = problem.kind();
    for (client, service) in solution.service.iter().enumerate().take(expected) {
        let parts = parts(service);
        if parts.is_empty() {
            if !matches!(kind, Kind::MaxCover | Kind::Attendance) {
                violations.push(Violation::NotServed { client });
            }
            continue;
        }
        if parts.len() > 1 && kind != Kind::FacilityLocation {
            violations.push(Violation::Split { client, parts: parts.len() });
        }
        let sum: f64 = parts.iter().map(|(_, share)| share).sum();
        if (sum - 1.0).abs() > TOLERANCE || parts.iter().any(|(_, share)| share.is_nan() || *share < 0.0) {
            violations.push(Violation::Shares { client, sum });
        }
        for (site, _) in parts {
            if site >= is_open.len() {
                violations.push(Violation::UnknownSite { site });
                continue;
            }
            if !is_open[site] {
                violations.push(Violation::ClosedSite { client, site });
            }
            let distance = problem.distances().of(client, site);
            if distance.is_infinite() {
                violations.push(Violation::Unreachable { client, site });
            } else if matches!(kind, Kind::SetCover | Kind::MaxCover) && distance > problem.radius() {
                let radius = problem.radius();
                violations.push(Violation::OutsideRadius { client, site, distance, radius });
            }
        }
    }
}

fn check_loads(problem: &Problem, solution: &Solution, violations: &mut Vec<Violation>) {
    let is_limited =
        matches!(problem.kind(), Kind::CapacitatedPMedian | Kind::FacilityLocation | Kind::SingleSource);
    if !is_limited {
        return;
    }
    let dimensions = problem.clients()[0].demand.len();
    for dimension in 0..dimensions {
        let mut loads = vec![0.0; problem.sites().len()];
        for (client, service) in problem.clients().iter().zip(&solution.service) {
            for (site, share) in parts(service) {
                if let Some(load) = loads.get_mut(site) {
                    *load += share * client.demand[dimension];
                }
            }
        }
        for (site, load) in loads.into_iter().enumerate() {
            let Some(&capacity) = problem.sites()[site].capacity.get(dimension) else { continue };
            if load > capacity + TOLERANCE * capacity.max(1.0) {
                violations.push(Violation::Overloaded { site, dimension, load, capacity });
            }
        }
    }
}

fn objective(problem: &Problem, solution: &Solution) -> f64 {
    let kind = problem.kind();
    let mut open: Vec<usize> =
        solution.open.iter().copied().filter(|site| *site < problem.sites().len()).collect();
    open.sort_unstable();
    open.dedup();
    if kind == Kind::SetCover {
        return open.len() as f64;
    }
    let pays_sites = matches!(kind, Kind::FacilityLocation | Kind::SingleSource);
    let mut total = 0.0;
    if pays_sites {
        total += open.iter().map(|site| problem.sites()[*site].opening_cost).sum::<f64>();
    }
    let mut farthest = 0.0_f64;
    for (client, (data, service)) in problem.clients().iter().zip(&solution.service).enumerate() {
        for (site, share) in parts(service) {
            if site >= problem.sites().len() {
                continue;
            }
            let distance = problem.distances().of(client, site);
            if distance.is_infinite() {
                continue;
            }
            farthest = farthest.max(distance);
            total += match kind {
                Kind::MaxCover if distance <= problem.radius() => data.weight,
                Kind::MaxCover => 0.0,
                Kind::Attendance => data.weight * problem.decay().map_or(0.0, |decay| decay.share(distance)),
                _ => {
                    let amount = data.demand.first().copied().unwrap_or(0.0);
                    let price = if pays_sites { problem.sites()[site].price_per_unit } else { 0.0 };
                    share * (data.cost_per_distance * distance + amount * price)
                }
            };
        }
    }
    if kind == Kind::PCenter { farthest } else { total }
}
