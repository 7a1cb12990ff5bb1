//! The uncapacitated location model behind most kinds: open sites at a price, each client goes to its closest open site or
//! stays out at a price.
//!
//! Costs are truncated neighbour lists: of each client the closest sites, ascending. A list that leaves sites out has a
//! `tail`, the least cost of those; bounds keep a client's multiplier at or below it, so that sites which are left out
//! contribute exactly nothing and the bound holds for the whole problem. The search asks the problem itself where a list
//! ends too early.

use super::super::problem::{Kind, Problem, Status};
use rayon::prelude::*;

/// No site.
pub(super) const NONE: u32 = u32::MAX;

/// A linear rule on the open sites: the coefficients of those that are open add up to at most `limit`.
pub(super) struct Side {
    pub coefficients: Vec<(u32, f64)>,
    pub limit: f64,
}

/// See the top of the file.
pub(super) struct Model<'a> {
    problem: &'a Problem,
    rule: CostRule,
    pub client_count: usize,
    pub site_count: usize,
    /// Where the list of each client starts.
    pub starts: Vec<usize>,
    pub sites: Vec<u32>,
    pub costs: Vec<f64>,
    /// Least cost of the sites that the list leaves out; infinite where it leaves out none.
    pub tails: Vec<f64>,
    /// Cost of no site at all.
    pub unserved: Vec<f64>,
    /// The lists by site: where the column of each site starts, clients and costs.
    pub column_starts: Vec<usize>,
    pub column_clients: Vec<u32>,
    pub column_costs: Vec<f64>,
    pub opening: Vec<f64>,
    pub max_open: usize,
    pub status: Vec<Status>,
    pub sides: Vec<Side>,
    /// Whether all costs are integers.
    pub is_integral: bool,
    /// Costs from here on mean that a client that must be served is not.
    pub infeasible_from: f64,
}

/// What a distance costs.
#[derive(Clone, Copy)]
pub(super) enum CostRule {
    /// Cost per distance, and the site's price for the demand.
    Weighted,
    /// Nothing within the radius, no service outside.
    Cover { radius: f64 },
    /// The same, where the only question is whether all clients can be served: one that is not costs 1.
    CoverAll { radius: f64 },
    /// The weight that does not attend.
    Absence,
}

impl<'a> Model<'a> {
    /// The model of a problem, without its capacities.
    pub fn new(problem: &'a Problem, rule: CostRule) -> Self {
        let kind = problem.kind();
        let (clients, sites) = (problem.clients(), problem.sites());
        let keeps = list_length(problem);
        let rows: Vec<Row> = (0..clients.len())
            .into_par_iter()
            .map(|client| {
                let limit = if kind.may_leave_out() { clients[client].weight } else { f64::INFINITY };
                Row::new(problem, rule, client, limit, keeps)
            })
            .collect();
        let counts_sites = kind == Kind::SetCover;
        let opening: Vec<f64> = sites
            .iter()
            .map(|site| match kind {
                _ if counts_sites => 1.0,
                _ if kind.pays_opening() => site.opening_cost,
                _ => 0.0,
            })
            .collect();
        let all_served: f64 = rows.iter().map(|row| row.farthest).sum();
        let is_question = matches!(rule, CostRule::CoverAll { .. });
        let infeasible_from = if is_question { 1.0 } else { 1.0 + all_served + opening.iter().sum::<f64>() };
        let unserved = clients
            .iter()
            .map(|client| if kind.may_leave_out() { client.weight } else { infeasible_from })
            .collect();
        let mut model = Self {
            problem,
            rule,
            client_count: clients.len(),
            site_count: sites.len(),
            starts: vec![0],
            sites: Vec::new(),
            costs: Vec::new(),
            tails: rows.iter().map(|row| row.tail).collect(),
            unserved,
            column_starts: Vec::new(),
            column_clients: Vec::new(),
            column_costs: Vec::new(),
            opening,
            max_open: problem.max_open().unwrap_or(sites.len()).min(sites.len()),
            status: sites.iter().map(|site| site.status).collect(),
            sides: sides(problem),
            is_integral: problem.is_integral() || is_question,
            infeasible_from: if kind.may_leave_out() && !is_question {
                f64::INFINITY
            } else {
                infeasible_from
            },
        };
        for row in rows {
            model.sites.extend(row.entries.iter().map(|(_, site)| *site));
            model.costs.extend(row.entries.iter().map(|(cost, _)| *cost));
            model.starts.push(model.sites.len());
        }
        model.fill_columns();
        model
    }

    fn fill_columns(&mut self) {
        let mut next = vec![0; self.site_count + 1];
        for site in &self.sites {
            next[*site as usize + 1] += 1;
        }
        for site in 0..self.site_count {
            next[site + 1] += next[site];
        }
        self.column_starts.clone_from(&next);
        self.column_clients = vec![0; self.sites.len()];
        self.column_costs = vec![0.0; self.sites.len()];
        for client in 0..self.client_count {
            for at in self.starts[client]..self.starts[client + 1] {
                let place = &mut next[self.sites[at] as usize];
                self.column_clients[*place] = client as u32;
                self.column_costs[*place] = self.costs[at];
                *place += 1;
            }
        }
    }

    /// The cost of a pair; infinite when the site does not serve the client.
    pub fn cost(&self, client: usize, site: usize) -> f64 {
        self.rule.cost(self.problem, client, site, self.problem.distances().of(client, site))
    }

    /// Where the list of a client stands.
    pub fn list(&self, client: usize) -> std::ops::Range<usize> {
        self.starts[client]..self.starts[client + 1]
    }

    /// What a set of open sites costs in all.
    pub fn cost_of(&self, open: &[u32]) -> f64 {
        let mut is_open = vec![false; self.site_count];
        for site in open {
            is_open[*site as usize] = true;
        }
        let opening: f64 = open.iter().map(|site| self.opening[*site as usize]).sum();
        let served = (0..self.client_count).map(|client| self.closest(client, &is_open, open).1);
        opening + served.sum::<f64>()
    }

    /// The closest open site of a client and its cost.
    pub fn closest(&self, client: usize, is_open: &[bool], open: &[u32]) -> (u32, f64) {
        for at in self.list(client) {
            if is_open[self.sites[at] as usize] {
                return (self.sites[at], self.costs[at]);
            }
        }
        let mut best = (NONE, self.unserved[client]);
        if self.tails[client] < best.1 {
            for &site in open {
                let cost = self.cost(client, site as usize);
                if cost < best.1 || cost == best.1 && cost.is_finite() && site < best.0 {
                    best = (site, cost);
                }
            }
        }
        best
    }

    /// Whether a set of open sites keeps every rule on sites.
    pub fn allows(&self, open: &[u32]) -> bool {
        let mut is_open = vec![false; self.site_count];
        for site in open {
            is_open[*site as usize] = true;
        }
        let is_as_forced = self.status.iter().zip(&is_open).all(|(status, open)| match status {
            Status::Free => true,
            Status::Open => *open,
            Status::Closed => !open,
        });
        is_as_forced && open.len() <= self.max_open && self.sides.iter().all(|side| side.allows(&is_open))
    }
}

impl Side {
    fn allows(&self, is_open: &[bool]) -> bool {
        let open = self.coefficients.iter().filter(|(site, _)| is_open[*site as usize]);
        self.holds(open.map(|(_, coefficient)| coefficient).sum())
    }

    /// Whether a sum of coefficients keeps the rule.
    pub fn holds(&self, sum: f64) -> bool {
        sum <= self.limit + 1e-9 * self.limit.abs().max(1.0)
    }
}

impl CostRule {
    fn cost(self, problem: &Problem, client: usize, site: usize, distance: f64) -> f64 {
        let data = &problem.clients()[client];
        match self {
            Self::Weighted => {
                let price =
                    if problem.kind().pays_opening() { problem.sites()[site].price_per_unit } else { 0.0 };
                let amount = data.demand.first().copied().unwrap_or(0.0);
                // An unreachable site stays so at no cost per distance.
                if distance.is_infinite() {
                    distance
                } else {
                    distance * data.cost_per_distance + price * amount
                }
            }
            Self::Cover { radius } | Self::CoverAll { radius } if distance <= radius => 0.0,
            Self::Cover { .. } | Self::CoverAll { .. } => f64::INFINITY,
            Self::Absence => {
                let share = problem.decay().map_or(0.0, |decay| decay.share(distance));
                data.weight - data.weight * share
            }
        }
    }
}

/// The list of one client while the model is made.
struct Row {
    entries: Vec<(f64, u32)>,
    tail: f64,
    farthest: f64,
}

impl Row {
    fn new(problem: &Problem, rule: CostRule, client: usize, limit: f64, keeps: usize) -> Self {
        let mut entries: Vec<(f64, u32)> = Vec::new();
        problem.distances().for_each(client, |site, distance| {
            let cost = rule.cost(problem, client, site, distance);
            if cost < limit && problem.sites()[site].status != Status::Closed {
                entries.push((cost, site as u32));
            }
        });
        let farthest = entries.iter().fold(0.0_f64, |farthest, (cost, _)| farthest.max(*cost));
        let ascending = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        let mut tail = f64::INFINITY;
        if entries.len() > keeps {
            let (_, first_left_out, _) = entries.select_nth_unstable_by(keeps, ascending);
            tail = first_left_out.0;
            entries.truncate(keeps);
            entries.shrink_to_fit();
        }
        entries.sort_unstable_by(ascending);
        Self { entries, tail, farthest }
    }
}

/// Pairs of clients and sites up to which lists keep all.
const ALL_BELOW: usize = 4_000_000;

/// How many sites a list keeps: all in problems of moderate size, else several times the rank at which the second closest
/// open site is expected.
fn list_length(problem: &Problem) -> usize {
    let (clients, sites) = (problem.clients().len(), problem.sites().len());
    if clients * sites <= ALL_BELOW || problem.kind().is_capacitated() {
        return sites;
    }
    let expected_rank = sites / problem.max_open().unwrap_or(20).max(1);
    (8 * expected_rank + 60).max(ALL_BELOW / clients).min(sites)
}

fn sides(problem: &Problem) -> Vec<Side> {
    let mut sides = Vec::new();
    if let Some(limit) = problem.budget() {
        let priced = problem.sites().iter().enumerate();
        let coefficients = priced.map(|(site, data)| (site as u32, data.opening_cost)).collect();
        sides.push(Side { coefficients, limit });
    }
    for group in problem.groups() {
        let mut members: Vec<u32> = group.iter().map(|site| *site as u32).collect();
        members.sort_unstable();
        members.dedup();
        sides.push(Side { coefficients: members.into_iter().map(|site| (site, 1.0)).collect(), limit: 1.0 });
    }
    sides
}
