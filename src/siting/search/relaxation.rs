//! The Lagrangian relaxation of the uncapacitated model: every client's "one site" is priced instead of kept.
//!
//! With a multiplier per client, a site is worth its opening cost less what its clients pay above their cost; the bound opens
//! the sites with the lowest values, at most p of them (Cornuéjols, Fisher and Nemhauser, Management Science 23, 1977). Rules
//! on sites, such as a budget, are priced likewise. Values of sites that the bound does not open say what forcing them open
//! would add to it, and the other case: reduced costs, by which sites are fixed.

use super::super::problem::Status;
use super::knapsack::{Knapsack, Offer};
use super::model::Model;
use std::rc::Rc;

/// The sites that are still undecided or open, with the lists of clients restricted to them. Sites have local positions.
pub(super) struct Relaxation {
    pub sites: Vec<u32>,
    pub is_forced: Vec<bool>,
    starts: Vec<usize>,
    list: Vec<u32>,
    costs: Vec<f64>,
    /// The largest multiplier with which the bound is valid, by client.
    ceilings: Vec<f64>,
    opening: Vec<f64>,
    max_open: usize,
    sides: Vec<LocalSide>,
    capacities: Option<Capacities>,
}

struct LocalSide {
    coefficients: Vec<(u32, f64)>,
    limit: f64,
}

/// Capacities of the sites in the dimension that is scarcest: a site's value is then that of its knapsack.
#[derive(Clone)]
pub(super) struct Capacities {
    /// By site; infinite where there is none.
    pub of_sites: Vec<f64>,
    /// By client.
    pub demands: Rc<Vec<f64>>,
    /// Of all clients.
    pub total: f64,
    pub may_split: bool,
}

/// Prices of clients and of rules on sites.
#[derive(Clone)]
pub(super) struct Multipliers {
    pub clients: Vec<f64>,
    pub sides: Vec<f64>,
}

/// One evaluation of the bound.
#[derive(Default)]
pub(super) struct Evaluation {
    pub bound: f64,
    /// Value of each site; low is good.
    pub values: Vec<f64>,
    /// Sites that the bound opens, by local position.
    pub chosen: Vec<u32>,
    pub is_chosen: Vec<bool>,
    /// One less the number of chosen sites that serve the client.
    slack: Vec<f64>,
    side_slack: Vec<f64>,
    order: Vec<u32>,
    offers: Vec<Vec<Offer>>,
    /// Where sites have capacities: what their knapsacks took.
    taken: Vec<Vec<(u32, f64)>>,
    knapsack: Knapsack,
}

impl Relaxation {
    /// All sites of a model that are not forced closed.
    pub fn of_model(model: &Model<'_>, capacities: Option<Capacities>) -> Self {
        let sites: Vec<u32> = (0..model.site_count as u32)
            .filter(|site| model.status[*site as usize] != Status::Closed)
            .collect();
        let mut local = vec![u32::MAX; model.site_count];
        sites.iter().enumerate().for_each(|(at, site)| local[*site as usize] = at as u32);
        let (mut starts, mut list, mut costs) = (vec![0], Vec::new(), Vec::new());
        for client in 0..model.client_count {
            for at in model.list(client) {
                if local[model.sites[at] as usize] != u32::MAX {
                    list.push(local[model.sites[at] as usize]);
                    costs.push(model.costs[at]);
                }
            }
            starts.push(list.len());
        }
        let sides = model.sides.iter().map(|side| LocalSide {
            limit: side.limit,
            coefficients: side
                .coefficients
                .iter()
                .filter(|(site, _)| local[*site as usize] != u32::MAX)
                .map(|(site, coefficient)| (local[*site as usize], *coefficient))
                .collect(),
        });
        let ceilings = model.unserved.iter().zip(&model.tails).map(|(unserved, tail)| unserved.min(*tail));
        Self {
            is_forced: sites.iter().map(|site| model.status[*site as usize] == Status::Open).collect(),
            opening: sites.iter().map(|site| model.opening[*site as usize]).collect(),
            ceilings: ceilings.collect(),
            max_open: model.max_open,
            sides: sides.collect(),
            capacities: capacities.map(|all| Capacities {
                of_sites: sites.iter().map(|site| all.of_sites[*site as usize]).collect(),
                ..all
            }),
            sites,
            starts,
            list,
            costs,
        }
    }

    /// The same without some sites, and with others forced open; both by local position.
    pub fn restricted(&self, is_closed: &[bool], is_forced: &[bool]) -> Self {
        let mut local = vec![u32::MAX; self.sites.len()];
        let kept: Vec<usize> = (0..self.sites.len()).filter(|at| !is_closed[*at]).collect();
        kept.iter().enumerate().for_each(|(new, old)| local[*old] = new as u32);
        let (mut starts, mut list, mut costs) =
            (Vec::with_capacity(self.starts.len()), Vec::new(), Vec::new());
        starts.push(0);
        for client in 0..self.starts.len() - 1 {
            for at in self.starts[client]..self.starts[client + 1] {
                let site = local[self.list[at] as usize];
                if site != u32::MAX {
                    list.push(site);
                    costs.push(self.costs[at]);
                    if is_forced[self.list[at] as usize] && self.capacities.is_none() {
                        // A client never goes past a site that is open and has place for all.
                        break;
                    }
                }
            }
            starts.push(list.len());
        }
        let sides = self.sides.iter().map(|side| LocalSide {
            limit: side.limit,
            coefficients: side
                .coefficients
                .iter()
                .filter(|(site, _)| local[*site as usize] != u32::MAX)
                .map(|(site, coefficient)| (local[*site as usize], *coefficient))
                .collect(),
        });
        Self {
            sites: kept.iter().map(|at| self.sites[*at]).collect(),
            is_forced: kept.iter().map(|at| is_forced[*at]).collect(),
            opening: kept.iter().map(|at| self.opening[*at]).collect(),
            ceilings: self.ceilings.clone(),
            max_open: self.max_open,
            sides: sides.collect(),
            capacities: self.capacities.as_ref().map(|all| Capacities {
                of_sites: kept.iter().map(|at| all.of_sites[*at]).collect(),
                demands: Rc::clone(&all.demands),
                ..*all
            }),
            starts,
            list,
            costs,
        }
    }

    /// How many sites may still be decided.
    pub fn free_count(&self) -> usize {
        self.is_forced.iter().filter(|forced| !**forced).count()
    }

    /// How many sites may be opened beside those forced open.
    pub fn remaining(&self) -> usize {
        self.max_open.saturating_sub(self.sites.len() - self.free_count())
    }

    /// How many list entries there are: the work of an evaluation at worst.
    pub fn entry_count(&self) -> usize {
        self.list.len()
    }

    /// Moves multipliers to where the bound is valid and cannot be raised at once.
    pub fn project(&self, multipliers: &mut Multipliers) {
        for (client, price) in multipliers.clients.iter_mut().enumerate() {
            let range = self.starts[client]..self.starts[client + 1];
            let cheapest = self.costs[range].first().copied().unwrap_or(f64::INFINITY);
            *price = price.max(cheapest).min(self.ceilings[client]);
        }
        multipliers.sides.iter_mut().for_each(|price| *price = price.max(0.0));
    }

    /// The bound with these multipliers, which must be projected. Returns the number of list entries visited.
    pub fn evaluate(&self, multipliers: &Multipliers, into: &mut Evaluation) -> u64 {
        let site_count = self.sites.len();
        into.values.clear();
        into.values.extend_from_slice(&self.opening);
        let mut constant = 0.0;
        let mut magnitude: f64 = 0.0;
        for (side, price) in self.sides.iter().zip(&multipliers.sides) {
            constant -= side.limit * price;
            magnitude += (side.limit * price).abs();
            if *price > 0.0 {
                for (site, coefficient) in &side.coefficients {
                    into.values[*site as usize] += coefficient * price;
                    magnitude += (coefficient * price).abs();
                }
            }
        }
        for price in &multipliers.clients {
            constant += price;
            magnitude += price.abs();
        }
        let visited = match &self.capacities {
            None => self.subtract_payments(multipliers, into),
            Some(capacities) => self.subtract_knapsacks(capacities, multipliers, into),
        };
        magnitude += into.values.iter().map(|value| value.abs()).sum::<f64>();
        self.choose(into);
        let chosen: f64 = into.chosen.iter().map(|site| into.values[*site as usize]).sum();
        // What rounding may have added.
        let rounding = 1.2e-16 * (multipliers.clients.len() + site_count) as f64 * magnitude;
        into.bound = constant + chosen - rounding;
        self.slacks(multipliers, into);
        2 * visited + site_count as u64
    }

    /// Takes off each site's value what its clients pay above their cost.
    fn subtract_payments(&self, multipliers: &Multipliers, into: &mut Evaluation) -> u64 {
        let mut visited = 0;
        for (client, price) in multipliers.clients.iter().enumerate() {
            let range = self.starts[client]..self.starts[client + 1];
            for (cost, site) in self.costs[range.clone()].iter().zip(&self.list[range]) {
                if cost >= price {
                    break;
                }
                into.values[*site as usize] -= price - cost;
                visited += 1;
            }
        }
        visited
    }

    /// The same where only as many clients pay as the capacity holds.
    fn subtract_knapsacks(
        &self,
        capacities: &Capacities,
        multipliers: &Multipliers,
        into: &mut Evaluation,
    ) -> u64 {
        let mut work = 0;
        into.offers.resize_with(self.sites.len(), Vec::new);
        into.taken.resize_with(self.sites.len(), Vec::new);
        into.offers.iter_mut().for_each(Vec::clear);
        for (client, price) in multipliers.clients.iter().enumerate() {
            let range = self.starts[client]..self.starts[client + 1];
            let demand = capacities.demands[client];
            for (cost, site) in self.costs[range.clone()].iter().zip(&self.list[range]) {
                if cost >= price {
                    break;
                }
                if demand <= capacities.of_sites[*site as usize] || capacities.may_split {
                    let offer = Offer { client: client as u32, profit: price - cost, demand };
                    into.offers[*site as usize].push(offer);
                }
            }
        }
        for site in 0..self.sites.len() {
            let offers = &mut into.offers[site];
            let capacity = capacities.of_sites[site];
            let mut profit = into.knapsack.fractional(offers, capacity);
            work += 4 * offers.len() as u64;
            // A site that does not pay in part does not pay as a whole: it stays closed with either value.
            if !capacities.may_split && (into.values[site] < profit || self.is_forced[site]) {
                profit = into.knapsack.whole(offers, capacity, profit);
                work += offers.len() as u64 * (capacity.min(capacities.total) as u64) / 4;
            }
            into.values[site] -= profit;
            std::mem::swap(&mut into.taken[site], &mut into.knapsack.taken);
        }
        work
    }

    /// Opens what is forced open and the lowest negative values, at most p in all.
    fn choose(&self, into: &mut Evaluation) {
        into.is_chosen.clear();
        into.is_chosen.extend_from_slice(&self.is_forced);
        into.order.clear();
        let values = &into.values;
        into.order.extend(
            (0..self.sites.len() as u32)
                .filter(|site| !self.is_forced[*site as usize] && values[*site as usize] < 0.0),
        );
        let remaining = self.remaining();
        if into.order.len() > remaining {
            into.order.select_nth_unstable_by(remaining, |a, b| {
                values[*a as usize].total_cmp(&values[*b as usize]).then(a.cmp(b))
            });
            into.order.truncate(remaining);
        }
        into.order.iter().for_each(|site| into.is_chosen[*site as usize] = true);
        into.chosen.clear();
        into.chosen.extend((0..self.sites.len() as u32).filter(|site| into.is_chosen[*site as usize]));
    }

    fn slacks(&self, multipliers: &Multipliers, into: &mut Evaluation) {
        into.slack.clear();
        if self.capacities.is_some() {
            into.slack.resize(multipliers.clients.len(), 1.0);
            for site in &into.chosen {
                for (client, share) in &into.taken[*site as usize] {
                    into.slack[*client as usize] -= share;
                }
            }
            self.side_slacks(into);
            return;
        }
        for (client, price) in multipliers.clients.iter().enumerate() {
            let range = self.starts[client]..self.starts[client + 1];
            let mut slack = 1.0;
            for (cost, site) in self.costs[range.clone()].iter().zip(&self.list[range]) {
                if cost >= price {
                    break;
                }
                slack -= f64::from(into.is_chosen[*site as usize]);
            }
            into.slack.push(slack);
        }
        self.side_slacks(into);
    }

    fn side_slacks(&self, into: &mut Evaluation) {
        into.side_slack.clear();
        for side in &self.sides {
            let open = side.coefficients.iter().filter(|(site, _)| into.is_chosen[*site as usize]);
            into.side_slack.push(open.map(|(_, coefficient)| coefficient).sum::<f64>() - side.limit);
        }
    }

    /// The values at which sites would enter and leave the choice.
    pub fn thresholds(&self, evaluation: &Evaluation) -> Thresholds {
        let free_chosen = evaluation.chosen.iter().filter(|site| !self.is_forced[**site as usize]);
        let count = free_chosen.clone().count();
        let worst =
            free_chosen.map(|site| evaluation.values[*site as usize]).fold(f64::NEG_INFINITY, f64::max);
        let others = (0..self.sites.len()).filter(|site| !evaluation.is_chosen[*site]);
        let best_other = others.map(|site| evaluation.values[site]).fold(f64::INFINITY, f64::min);
        Thresholds {
            next: best_other.min(0.0),
            // With p sites chosen, another takes the place of the worst; before, it just comes on top.
            last: if count < self.remaining() { 0.0 } else { worst.min(0.0) },
        }
    }
}

/// See [`Relaxation::thresholds`].
#[derive(Clone, Copy)]
pub(super) struct Thresholds {
    /// Value of what takes a closed site's place.
    next: f64,
    /// Value of what a new site drives out.
    last: f64,
}

impl Thresholds {
    /// What a site adds to the bound when its state is forced to the other: closed where it is chosen, open where not.
    pub fn reduced_cost(self, evaluation: &Evaluation, site: usize) -> f64 {
        let value = evaluation.values[site];
        let difference = if evaluation.is_chosen[site] { self.next - value } else { value - self.last };
        difference.max(0.0)
    }
}

/// Subgradient steps towards the best bound.
pub(super) struct Ascent {
    pub multipliers: Multipliers,
    pub best: Multipliers,
    pub best_bound: f64,
    /// Share of recent evaluations that chose each site.
    pub shares: Vec<f64>,
    direction: Multipliers,
    step: f64,
    stalled: u32,
    pub evaluation: Evaluation,
}

impl Ascent {
    /// Starts at multipliers; `step` 2 is bold, below 0.01 there is hardly any movement.
    pub fn new(relaxation: &Relaxation, mut start: Multipliers, step: f64) -> Self {
        relaxation.project(&mut start);
        let zero =
            Multipliers { clients: vec![0.0; start.clients.len()], sides: vec![0.0; start.sides.len()] };
        Self {
            best: start.clone(),
            multipliers: start,
            best_bound: f64::NEG_INFINITY,
            shares: vec![0.0; relaxation.sites.len()],
            direction: zero,
            step,
            stalled: 0,
            evaluation: Evaluation::default(),
        }
    }

    /// Whether steps have become too short to matter.
    pub fn has_converged(&self) -> bool {
        self.step < 0.004
    }

    /// Evaluates and steps towards `target`, an upper bound on the bound. Returns the work done.
    pub fn step(&mut self, relaxation: &Relaxation, target: f64, patience: u32) -> u64 {
        let work = relaxation.evaluate(&self.multipliers, &mut self.evaluation);
        let evaluation = &self.evaluation;
        let gain = evaluation.bound - self.best_bound;
        if gain > 0.0 {
            self.best_bound = evaluation.bound;
            self.best.clients.clone_from(&self.multipliers.clients);
            self.best.sides.clone_from(&self.multipliers.sides);
        }
        if gain > 1e-4 * (target - evaluation.bound).max(0.0) {
            self.stalled = 0;
        } else {
            self.stalled += 1;
            if self.stalled >= patience {
                self.stalled = 0;
                self.step /= 2.0;
                self.multipliers.clone_from(&self.best);
                self.direction.clients.fill(0.0);
                self.direction.sides.fill(0.0);
                return work;
            }
        }
        for (share, chosen) in self.shares.iter_mut().zip(&evaluation.is_chosen) {
            *share += 0.08 * (f64::from(*chosen) - *share);
        }
        self.turn(relaxation);
        self.advance(target);
        relaxation.project(&mut self.multipliers);
        work
    }

    /// The direction is the subgradient deflected by the last direction.
    fn turn(&mut self, relaxation: &Relaxation) {
        const KEPT: f64 = 0.6;
        let evaluation = &self.evaluation;
        let clients = self.direction.clients.iter_mut().zip(&evaluation.slack).enumerate();
        for (client, (direction, slack)) in clients {
            *direction = KEPT * *direction + slack;
            if self.multipliers.clients[client] >= relaxation.ceilings[client] && *direction > 0.0 {
                *direction = 0.0;
            }
        }
        let sides = self.direction.sides.iter_mut().zip(&evaluation.side_slack).enumerate();
        for (side, (direction, slack)) in sides {
            *direction = KEPT * *direction + slack;
            if self.multipliers.sides[side] <= 0.0 && *direction < 0.0 {
                *direction = 0.0;
            }
        }
    }

    fn advance(&mut self, target: f64) {
        let square = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
        let norm = square(&self.direction.clients) + square(&self.direction.sides);
        if norm < 1e-12 {
            return;
        }
        let distance = (target - self.evaluation.bound).max(1e-6 * target.abs());
        let length = self.step * distance / norm;
        let clients = self.multipliers.clients.iter_mut().zip(&self.direction.clients);
        clients.for_each(|(price, direction)| *price += length * direction);
        let sides = self.multipliers.sides.iter_mut().zip(&self.direction.sides);
        sides.for_each(|(price, direction)| *price += length * direction);
    }
}

impl Relaxation {
    /// At most so many sites are open.
    pub const fn max_open(&self) -> usize {
        self.max_open
    }

    /// The capacities, if sites have any.
    pub const fn capacities(&self) -> Option<&Capacities> {
        self.capacities.as_ref()
    }

    /// How many rules on sites there are.
    pub const fn side_count(&self) -> usize {
        self.sides.len()
    }

    /// The coefficients by local position and the limit of a rule.
    pub fn side(&self, side: usize) -> (&[(u32, f64)], f64) {
        (&self.sides[side].coefficients, self.sides[side].limit)
    }
}

impl Ascent {
    /// Evaluates at the best multipliers.
    pub fn evaluate_best(&mut self, relaxation: &Relaxation) {
        relaxation.evaluate(&self.best, &mut self.evaluation);
        self.best_bound = self.best_bound.max(self.evaluation.bound);
    }

    /// How bold steps are.
    pub const fn step_length(&self) -> f64 {
        self.step
    }
}
