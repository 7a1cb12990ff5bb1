//! Location with capacities: heuristic and bound in turns, then branch and bound with knapsacks in the bound.
//!
//! Where clients may be split, a set of open sites is evaluated by a transportation problem; where each client has one site,
//! the heuristic assigns clients itself, and a set without alternatives is searched through.

use super::super::problem::{Problem, Status};
use super::super::solution::Service;
use super::assignment::Assignment;
use super::bounds::Bounds;
use super::clock::Clock;
use super::incumbent::Incumbent;
use super::model::Model;
use super::oracle::{Leaf, Oracle};
use super::relaxation::{Capacities, Multipliers, Relaxation};
use super::transport::{Amounts, Transported, transport};
use coldmile_units::Seed;
use std::collections::HashMap;
use std::rc::Rc;

/// Assignments that a leaf of branch and bound may try.
const MAX_LEAF_NODES: u64 = 100_000;
/// Iterations of the heuristic without improvement after which it gets a smaller share of the work.
const FRUITLESS: u64 = 5_000;

/// What is known of a problem.
pub(super) struct ServedOutcome {
    /// Open sites, services and cost of the best solution.
    pub best: Option<(Vec<u32>, Vec<Service>, f64)>,
    /// No solution costs less.
    pub bound: f64,
    pub is_proved: bool,
}

/// Searches until it is proved or the clock is over. `report` is told of costs and bounds.
pub(super) fn minimise_served(
    problem: &Problem,
    model: &Model<'_>,
    seed: Seed,
    clock: &mut Clock<'_>,
    report: impl Fn(&mut Clock<'_>, Option<f64>, f64),
) -> ServedOutcome {
    let mut incumbent = Incumbent::new(model);
    let capacities = scarcest(problem);
    let root = Relaxation::of_model(model, Some(capacities.clone()));
    // Between the cheapest sites of each client.
    let prices = (0..model.client_count).map(|client| {
        let costs = &model.costs[model.list(client)];
        costs.get(costs.len() / 4).or(costs.first()).copied().unwrap_or(0.0)
    });
    let start = Multipliers { clients: prices.collect(), sides: vec![0.0; model.sides.len()] };
    let mut bounds = Bounds::new(root, start);
    if problem.kind().may_split() {
        let mut oracle = SplitOracle { model, capacities, known: HashMap::new(), work: 0 };
        oracle.offer_root(&mut incumbent, &greedy_sites(model, &oracle.capacities));
        while !bounds.is_exhausted(&incumbent) && !clock.is_over() {
            bounds.advance(&mut oracle, &mut incumbent, clock);
            report(clock, incumbent.is_feasible().then_some(incumbent.cost), bounds.bound(&incumbent));
        }
    } else {
        let mut oracle = SingleOracle(Assignment::start(problem, model, seed.rng(), &mut incumbent));
        while !bounds.is_done(&incumbent) && !clock.is_over() {
            let share = if oracle.0.fruitless < FRUITLESS { 1 } else { 3 };
            if oracle.0.work * share <= bounds.work || bounds.is_exhausted(&incumbent) {
                oracle.0.step(&mut incumbent);
                clock.tick();
            } else {
                bounds.advance(&mut oracle, &mut incumbent, clock);
            }
            report(clock, incumbent.is_feasible().then_some(incumbent.cost), bounds.bound(&incumbent));
        }
    }
    let is_proved = bounds.is_done(&incumbent);
    let bound = bounds.bound(&incumbent);
    let best = incumbent.is_feasible().then_some((incumbent.open, incumbent.service, incumbent.cost));
    ServedOutcome { best, bound, is_proved }
}

/// Whether some site might not hold all clients.
pub(super) fn is_limited(problem: &Problem) -> bool {
    let dimensions = problem.clients().first().map_or(0, |client| client.demand.len());
    let total =
        |dimension: usize| problem.clients().iter().map(|client| client.demand[dimension]).sum::<f64>();
    let totals: Vec<f64> = (0..dimensions).map(total).collect();
    let is_below =
        |capacity: &Vec<f64>| capacity.iter().zip(&totals).any(|(capacity, total)| capacity < total);
    problem.sites().iter().filter(|site| site.status != Status::Closed).any(|site| is_below(&site.capacity))
}

/// The dimension with the least capacity for its demand: the only one that the bound knows of.
fn scarcest(problem: &Problem) -> Capacities {
    let dimensions = problem.clients().first().map_or(0, |client| client.demand.len());
    let capacity = |site: usize, dimension: usize| {
        problem.sites()[site].capacity.get(dimension).copied().unwrap_or(f64::INFINITY)
    };
    let total =
        |dimension: usize| problem.clients().iter().map(|client| client.demand[dimension]).sum::<f64>();
    let scarcity = |dimension: usize| {
        let all: f64 = (0..problem.sites().len()).map(|site| capacity(site, dimension)).sum();
        total(dimension) / all.max(1e-300)
    };
    let dimension = (0..dimensions).max_by(|a, b| scarcity(*a).total_cmp(&scarcity(*b))).unwrap_or(0);
    Capacities {
        of_sites: (0..problem.sites().len()).map(|site| capacity(site, dimension)).collect(),
        demands: Rc::new(problem.clients().iter().map(|client| client.demand[dimension]).collect()),
        total: total(dimension),
        may_split: problem.kind().may_split(),
    }
}

/// Enough sites for the demand, the cheapest for their capacity first.
fn greedy_sites(model: &Model<'_>, capacities: &Capacities) -> Vec<u32> {
    let forced = (0..model.site_count as u32).filter(|site| model.status[*site as usize] == Status::Open);
    completed(model, capacities, &forced.collect::<Vec<u32>>())
}

/// The same sites, and more of them until they hold the demand.
fn completed(model: &Model<'_>, capacities: &Capacities, open: &[u32]) -> Vec<u32> {
    let mut sites = open.to_vec();
    let mut capacity: f64 = open.iter().map(|site| capacities.of_sites[*site as usize]).sum();
    let price =
        |site: u32| (model.opening[site as usize] + 1.0) / capacities.of_sites[site as usize].max(1e-9);
    let mut others: Vec<u32> = (0..model.site_count as u32)
        .filter(|site| !open.contains(site) && model.status[*site as usize] == Status::Free)
        .collect();
    others.sort_by(|a, b| price(*a).total_cmp(&price(*b)).then(a.cmp(b)));
    for site in others {
        if capacity >= capacities.total {
            break;
        }
        sites.push(site);
        if model.allows(&sites) {
            capacity += capacities.of_sites[site as usize];
        } else {
            sites.pop();
        }
    }
    sites.sort_unstable();
    sites
}

/// Clients that may be split.
struct SplitOracle<'m> {
    model: &'m Model<'m>,
    capacities: Capacities,
    /// Costs of sets that were evaluated.
    known: HashMap<Vec<u32>, (f64, Leaf)>,
    work: u64,
}

impl SplitOracle<'_> {
    /// Cost of a set of sites, opening included; infinite where it cannot serve all clients.
    fn evaluate(&mut self, incumbent: &mut Incumbent, open: &[u32]) -> (f64, Leaf) {
        if let Some(known) = self.known.get(open) {
            return *known;
        }
        let amounts = Amounts { demands: &self.capacities.demands, capacities: &self.capacities.of_sites };
        self.work += (self.model.client_count * open.len()) as u64;
        let result = match transport(self.model, &amounts, open) {
            Transported::Impossible => (f64::INFINITY, Leaf::Closed),
            Transported::Unknown => (f64::NEG_INFINITY, Leaf::Open),
            Transported::Served(transport) => {
                let opening: f64 = open.iter().map(|site| self.model.opening[*site as usize]).sum();
                let cost = transport.cost + opening;
                if self.model.allows(open) {
                    let demands = &self.capacities.demands;
                    incumbent.offer_served(open.to_vec(), || services(demands, open, &transport.parts), cost);
                }
                (cost, Leaf::Closed)
            }
        };
        self.known.insert(open.to_vec(), result);
        result
    }

    /// Closes and exchanges sites as long as that helps.
    fn improve(&mut self, incumbent: &mut Incumbent, open: &[u32]) {
        let mut open = open.to_vec();
        let (mut cost, _) = self.evaluate(incumbent, &open);
        loop {
            let mut best: Option<Vec<u32>> = None;
            for at in 0..open.len() {
                let mut fewer = open.clone();
                let site = fewer.remove(at);
                let capacity: f64 = fewer.iter().map(|site| self.capacities.of_sites[*site as usize]).sum();
                if capacity < self.capacities.total || self.model.status[site as usize] == Status::Open {
                    continue;
                }
                let (without, _) = self.evaluate(incumbent, &fewer);
                if without < cost && without.is_finite() {
                    (cost, best) = (without, Some(fewer));
                }
            }
            let Some(better) = best else { return };
            open = better;
        }
    }
}

fn services(demands: &[f64], open: &[u32], parts: &[Vec<(u32, f64)>]) -> Vec<Service> {
    let mut by_client: Vec<Vec<(usize, f64)>> = vec![Vec::new(); demands.len()];
    for (site, parts) in open.iter().zip(parts) {
        for (client, amount) in parts {
            let demand = demands[*client as usize];
            let share = if demand > 0.0 { amount / demand } else { 1.0 };
            by_client[*client as usize].push((*site as usize, share));
        }
    }
    by_client
        .into_iter()
        .map(|parts| match parts.as_slice() {
            [] => Service::None,
            [(site, _)] => Service::Site(*site),
            _ => Service::Split(parts),
        })
        .collect()
}

impl Oracle for SplitOracle<'_> {
    fn offer(&mut self, incumbent: &mut Incumbent, open: &[u32]) {
        let open = completed(self.model, &self.capacities, open);
        if self.model.allows(&open) {
            self.evaluate(incumbent, &open);
        }
    }

    fn offer_root(&mut self, incumbent: &mut Incumbent, open: &[u32]) {
        let open = completed(self.model, &self.capacities, open);
        if self.model.allows(&open) {
            self.improve(incumbent, &open);
        }
    }

    fn leaf(&mut self, incumbent: &mut Incumbent, open: &[u32], _: &Multipliers) -> (f64, Leaf) {
        self.evaluate(incumbent, open)
    }
}

/// Clients with one site each.
struct SingleOracle<'m>(Assignment<'m>);

impl Oracle for SingleOracle<'_> {
    fn offer(&mut self, incumbent: &mut Incumbent, open: &[u32]) {
        self.0.try_sites(incumbent, open);
    }

    fn leaf(&mut self, incumbent: &mut Incumbent, open: &[u32], _: &Multipliers) -> (f64, Leaf) {
        match self.0.enumerate(incumbent, open, MAX_LEAF_NODES) {
            (cost, true) => (cost, Leaf::Closed),
            (_, false) => (f64::NEG_INFINITY, Leaf::Open),
        }
    }
}
