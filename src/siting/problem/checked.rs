//! A consistent problem, and the checks that make it one.

use super::distances::Distances;
use super::error::ProblemError;
use super::kind::{Decay, Kind};
use super::limits::MAX_TOTAL;
use super::parts::{Client, Draft, Site, Status};
use rayon::prelude::*;

/// A consistent location problem. It may still have no feasible solution.
#[derive(Clone, Debug)]
pub struct Problem {
    draft: Draft,
    is_integral: bool,
}

impl Draft {
    /// The problem, or everything that is inconsistent about it.
    pub fn build(self) -> Result<Problem, Vec<ProblemError>> {
        let mut errors = Vec::new();
        check_size(&self, &mut errors);
        check_numbers(&self, &mut errors);
        if errors.is_empty() {
            check_rules(&self, &mut errors);
            check_demand(&self, &mut errors);
            check_distances(&self, &mut errors);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let is_integral = has_integral_objective(&self);
        Ok(Problem { draft: self, is_integral })
    }
}

impl Problem {
    /// What is asked.
    pub const fn kind(&self) -> Kind {
        self.draft.kind
    }

    /// The sites.
    pub fn sites(&self) -> &[Site] {
        &self.draft.sites
    }

    /// The clients.
    pub fn clients(&self) -> &[Client] {
        &self.draft.clients
    }

    /// The distances between clients and sites.
    pub const fn distances(&self) -> &Distances {
        &self.draft.distances
    }

    /// Groups of sites of which at most one may be open.
    pub fn groups(&self) -> &[Vec<usize>] {
        &self.draft.groups
    }

    /// At most so many sites are open.
    pub const fn max_open(&self) -> Option<usize> {
        self.draft.max_open
    }

    /// The opening costs of open sites are at most this.
    pub const fn budget(&self) -> Option<f64> {
        self.draft.budget
    }

    /// How far a site covers; infinite where the kind of problem has no radius.
    pub fn radius(&self) -> f64 {
        self.draft.radius.unwrap_or(f64::INFINITY)
    }

    /// How attendance falls with distance.
    pub const fn decay(&self) -> Option<Decay> {
        self.draft.decay
    }

    /// Whether the objective of every feasible solution is an integer.
    pub const fn is_integral(&self) -> bool {
        self.is_integral
    }

    /// Clients that reach no site that may be open.
    pub fn unreachable_clients(&self) -> Vec<usize> {
        unreachable(&self.draft)
    }
}

fn check_size(draft: &Draft, errors: &mut Vec<ProblemError>) {
    let sizes = [
        ("sites", draft.sites.len(), draft.distances.site_count()),
        ("clients", draft.clients.len(), draft.distances.client_count()),
    ];
    for (what, expected, found) in sizes {
        if expected == 0 {
            errors.push(ProblemError::Empty { what });
        } else if expected != found {
            errors.push(ProblemError::Size { what, found, expected });
        }
    }
    let dimensions = draft.clients.first().map_or(0, |client| client.demand.len());
    for (index, client) in draft.clients.iter().enumerate() {
        let found = client.demand.len();
        if found != dimensions {
            errors.push(ProblemError::Dimensions { what: "client", index, found, expected: dimensions });
        }
    }
    for (index, site) in draft.sites.iter().enumerate() {
        let found = site.capacity.len();
        if found != 0 && found != dimensions {
            errors.push(ProblemError::Dimensions { what: "site", index, found, expected: dimensions });
        }
    }
    let is_limited = draft.sites.iter().any(|site| !site.capacity.is_empty());
    if draft.kind.may_split() && is_limited && dimensions > 1 {
        errors.push(ProblemError::SplitDimensions { dimensions });
    }
}

fn check_numbers(draft: &Draft, errors: &mut Vec<ProblemError>) {
    let mut number = |what, index, field, value: f64| {
        if !value.is_finite() || value < 0.0 {
            errors.push(ProblemError::NotANumber { what, index, field, value });
        }
    };
    for (index, site) in draft.sites.iter().enumerate() {
        number("site", index, "opening cost", site.opening_cost);
        number("site", index, "price per unit", site.price_per_unit);
        site.capacity.iter().for_each(|value| number("site", index, "capacity", *value));
    }
    for (index, client) in draft.clients.iter().enumerate() {
        number("client", index, "weight", client.weight);
        number("client", index, "cost per distance", client.cost_per_distance);
        client.demand.iter().for_each(|value| number("client", index, "demand", *value));
    }
}

fn check_rules(draft: &Draft, errors: &mut Vec<ProblemError>) {
    let kind = draft.kind;
    let sites = draft.sites.len();
    let forced: Vec<usize> = (0..sites).filter(|site| draft.sites[*site].status == Status::Open).collect();
    let available = draft.sites.iter().filter(|site| site.status != Status::Closed).count();
    if kind.needs_limit() && draft.max_open.is_none() && draft.budget.is_none() {
        errors.push(ProblemError::NoLimit { kind });
    }
    if let Some(max_open) = draft.max_open {
        if max_open == 0 {
            errors.push(ProblemError::NoSite);
        }
        if max_open > available {
            errors.push(ProblemError::TooFewSites { max_open, available, sites });
        }
        if forced.len() > max_open {
            errors.push(ProblemError::TooManyForced { forced: forced.len(), max_open });
        }
    } else if available == 0 {
        errors.push(ProblemError::TooFewSites { max_open: 1, available, sites });
    }
    for (group, members) in draft.groups.iter().enumerate() {
        for site in members.iter().copied().filter(|site| *site >= sites) {
            errors.push(ProblemError::UnknownSite { group, site, sites });
        }
        let mut open = forced.iter().filter(|site| members.contains(site));
        if let (Some(&first), Some(&second)) = (open.next(), open.next()) {
            errors.push(ProblemError::GroupConflict { first, second });
        }
    }
    if let Some(budget) = draft.budget {
        let cost: f64 = forced.iter().map(|site| draft.sites[*site].opening_cost).sum();
        if cost > budget || budget.is_nan() {
            errors.push(ProblemError::BudgetExceeded { cost, budget });
        }
        if draft.sites.iter().all(|site| site.opening_cost == 0.0) {
            errors.push(ProblemError::NoOpeningCosts);
        }
    }
    if kind.needs_radius() && !draft.radius.is_some_and(|radius| radius >= 0.0) {
        errors.push(ProblemError::NoParameter { kind, what: "radius" });
    }
    let has_decay = matches!(draft.decay, Some(Decay::Half(half)) if half > 0.0 && half.is_finite());
    if kind == Kind::Attendance && !has_decay {
        errors.push(ProblemError::NoParameter { kind, what: "decay" });
    }
}

/// Capacity below demand is wrong input: no choice of sites would help.
fn check_demand(draft: &Draft, errors: &mut Vec<ProblemError>) {
    let open_sites = || draft.sites.iter().filter(|site| site.status != Status::Closed);
    let is_limited = draft.kind.is_capacitated() && open_sites().all(|site| !site.capacity.is_empty());
    let dimensions = draft.clients.first().map_or(0, |client| client.demand.len());
    for dimension in 0..dimensions {
        let demand: f64 = draft.clients.iter().map(|client| client.demand[dimension]).sum();
        if demand > MAX_TOTAL {
            errors.push(ProblemError::TooLarge { what: "demands", total: demand });
        }
        if is_limited {
            let mut capacities: Vec<f64> = open_sites().map(|site| site.capacity[dimension]).collect();
            capacities.sort_unstable_by(|a, b| b.total_cmp(a));
            let capacity = capacities.iter().take(draft.max_open.unwrap_or(usize::MAX)).sum();
            if demand > capacity {
                errors.push(ProblemError::CapacityBelowDemand { dimension, demand, capacity });
            }
        }
    }
}

fn check_distances(draft: &Draft, errors: &mut Vec<ProblemError>) {
    let total: f64 = (0..draft.clients.len()).into_par_iter().map(|client| max_cost(draft, client)).sum();
    let opening: f64 = draft.sites.iter().map(|site| site.opening_cost).sum();
    let weights: f64 = draft.clients.iter().map(|client| client.weight).sum();
    for (what, total) in [("costs", total + opening), ("weights", weights)] {
        if total > MAX_TOTAL {
            errors.push(ProblemError::TooLarge { what, total });
        }
    }
    if !draft.kind.may_leave_out() && draft.kind != Kind::SetCover {
        let lost = unreachable(draft).into_iter();
        errors.extend(lost.map(|client| ProblemError::Unreachable { client }));
    }
}

/// The cost of serving a client from its farthest site.
fn max_cost(draft: &Draft, client: usize) -> f64 {
    let mut cost = 0.0_f64;
    let Client { cost_per_distance, demand, .. } = &draft.clients[client];
    let amount = demand.first().copied().unwrap_or(0.0);
    draft.distances.for_each(client, |site, distance| {
        cost = cost.max(distance * cost_per_distance + draft.sites[site].price_per_unit * amount);
    });
    cost
}

fn unreachable(draft: &Draft) -> Vec<usize> {
    let is_lost = |client: &usize| {
        let mut is_lost = true;
        draft.distances.for_each(*client, |site, _| is_lost &= draft.sites[site].status == Status::Closed);
        is_lost
    };
    (0..draft.clients.len()).into_par_iter().filter(is_lost).collect()
}

fn has_integral_objective(draft: &Draft) -> bool {
    let is_integer = |value: f64| value.fract() == 0.0;
    let has_capacity = draft.sites.iter().any(|site| !site.capacity.is_empty());
    match draft.kind {
        Kind::SetCover => true,
        Kind::Attendance => false,
        Kind::MaxCover => draft.clients.iter().all(|client| is_integer(client.weight)),
        Kind::PCenter => draft.distances.is_integral(),
        kind => {
            let has_integral_clients = draft.clients.iter().all(|client| {
                is_integer(client.cost_per_distance)
                    && client.demand.first().is_none_or(|first| is_integer(*first))
            });
            let has_integral_sites = draft
                .sites
                .iter()
                .all(|site| is_integer(site.opening_cost) && is_integer(site.price_per_unit));
            has_integral_clients
                && (has_integral_sites || !kind.pays_opening())
                && !(kind.may_split() && has_capacity)
                && draft.distances.is_integral()
        }
    }
}
