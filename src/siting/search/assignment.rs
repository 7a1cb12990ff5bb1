//! The heuristic where each client has one site with enough capacity: ruin and recreate under simulated annealing.
//!
//! A step takes clients off a few neighbouring sites and puts each back where it is cheapest among the sites with capacity
//! left, closed ones included at the price of opening them; then clients of full sites are exchanged and whole sites relocated
//! where that is cheaper. Accepted by simulated annealing with a temperature that falls in cycles of growing length.

use super::super::problem::{Client, Problem, Status};
use super::super::solution::Service;
use super::incumbent::Incumbent;
use super::model::{Model, NONE};
use fastrand::Rng;

/// Iterations of the first cycle.
const FIRST_CYCLE: u64 = 2_000;
/// Temperatures at the start and the end of a cycle, as parts of the mean cost of a client.
const HOT: f64 = 1.2;
const COLD: f64 = 0.006;

/// Who is served from where; clients without a site count as if infeasible.
#[derive(Clone, Default)]
struct State {
    site_of: Vec<u32>,
    loads: Vec<f64>,
    counts: Vec<u32>,
    side_loads: Vec<f64>,
    open_count: usize,
    /// Of clients that have a site, and of open sites.
    cost: f64,
    /// Weights of the clients that have none.
    missing: f64,
}

impl State {
    /// Cost with a price on clients that have no site.
    fn penalised(&self, penalty: f64) -> f64 {
        self.cost + penalty * self.missing
    }

    fn copy(&mut self, other: &Self) {
        self.site_of.clone_from(&other.site_of);
        self.loads.clone_from(&other.loads);
        self.counts.clone_from(&other.counts);
        self.side_loads.clone_from(&other.side_loads);
        self.open_count = other.open_count;
        self.cost = other.cost;
        self.missing = other.missing;
    }
}

/// The order in which clients are put back.
#[derive(Clone, Copy)]
enum Order {
    Random,
    LargestFirst,
    CostliestFirst,
}

/// Clients without a site, and what their recreation shall do.
struct Ruin {
    clients: Vec<u32>,
    /// Stays closed if it is.
    closed: u32,
    /// Opens at no price.
    favoured: u32,
}

/// See the top of the file.
pub(super) struct Assignment<'m> {
    model: &'m Model<'m>,
    dimensions: usize,
    /// By client and dimension; by site and dimension.
    demands: Vec<f64>,
    capacities: Vec<f64>,
    sides_of: Vec<Vec<(u32, f64)>>,
    /// By client: how much it counts when it has no site.
    weights: Vec<f64>,
    /// Price of a weight of 1, adapted so that some solutions are feasible and some are not.
    penalty: f64,
    least_penalty: f64,
    feasible_share: f64,
    current: State,
    trial: State,
    rng: Rng,
    iteration: u64,
    cycle: u64,
    pub fruitless: u64,
    pub work: u64,
}

impl<'m> Assignment<'m> {
    /// Starts with what a greedy insertion finds.
    pub fn start(problem: &Problem, model: &'m Model<'m>, rng: Rng, incumbent: &mut Incumbent) -> Self {
        let dimensions = problem.clients().first().map_or(0, |client| client.demand.len());
        let mut sides_of = vec![Vec::new(); model.site_count];
        for (side, data) in model.sides.iter().enumerate() {
            for (site, coefficient) in &data.coefficients {
                sides_of[*site as usize].push((side as u32, *coefficient));
            }
        }
        let capacities = problem.sites().iter().flat_map(|site| {
            (0..dimensions).map(|dimension| site.capacity.get(dimension).copied().unwrap_or(f64::INFINITY))
        });
        let mut search = Self {
            model,
            dimensions,
            demands: problem.clients().iter().flat_map(|client| client.demand.iter().copied()).collect(),
            capacities: capacities.collect(),
            sides_of,
            weights: weights(problem),
            penalty: first_penalty(model),
            least_penalty: first_penalty(model) / 4.0,
            feasible_share: 0.5,
            current: State::default(),
            trial: State::default(),
            rng,
            iteration: 0,
            cycle: FIRST_CYCLE,
            fruitless: 0,
            work: 0,
        };
        search.trial = search.empty();
        let clients: Vec<u32> = (0..model.client_count as u32).collect();
        search.recreate(Ruin { clients, closed: NONE, favoured: NONE }, Order::LargestFirst, 0.3);
        search.polish_all();
        let start = search.trial.clone();
        search.current.copy(&start);
        search.offer_trial(incumbent);
        search
    }

    fn empty(&self) -> State {
        let model = self.model;
        let mut state = State {
            site_of: vec![NONE; model.client_count],
            loads: vec![0.0; model.site_count * self.dimensions],
            counts: vec![0; model.site_count],
            side_loads: vec![0.0; model.sides.len()],
            open_count: 0,
            cost: 0.0,
            missing: self.weights.iter().sum(),
        };
        for site in (0..model.site_count).filter(|site| model.status[*site] == Status::Open) {
            state.open_count += 1;
            state.cost += model.opening[site];
            for (side, coefficient) in &self.sides_of[site] {
                state.side_loads[*side as usize] += coefficient;
            }
        }
        state
    }

    fn is_open(&self, site: usize) -> bool {
        self.trial.counts[site] > 0 || self.model.status[site] == Status::Open
    }

    fn fits(&self, client: usize, site: usize) -> bool {
        let (at, of) = (client * self.dimensions, site * self.dimensions);
        (0..self.dimensions).all(|dimension| {
            let load = self.trial.loads[of + dimension] + self.demands[at + dimension];
            load <= self.capacities[of + dimension]
        })
    }

    /// Whether a closed site may open in place of nothing, or of a site that closes with it.
    fn may_open(&self, site: usize, instead: u32) -> bool {
        let closes = instead != NONE && self.model.status[instead as usize] != Status::Open;
        self.model.status[site] == Status::Free
            && self.trial.open_count < self.model.max_open + usize::from(closes)
            && self.sides_of[site].iter().all(|(side, coefficient)| {
                let freed = if closes { self.coefficient(*side, instead as usize) } else { 0.0 };
                self.model.sides[*side as usize]
                    .holds(self.trial.side_loads[*side as usize] + coefficient - freed)
            })
    }

    fn coefficient(&self, side: u32, site: usize) -> f64 {
        self.sides_of[site].iter().find(|(of, _)| *of == side).map_or(0.0, |(_, coefficient)| *coefficient)
    }

    fn put(&mut self, client: usize, site: usize, cost: f64) {
        if !self.is_open(site) {
            self.trial.open_count += 1;
            self.trial.cost += self.model.opening[site];
            for (side, coefficient) in &self.sides_of[site] {
                self.trial.side_loads[*side as usize] += coefficient;
            }
        }
        self.trial.counts[site] += 1;
        for dimension in 0..self.dimensions {
            self.trial.loads[site * self.dimensions + dimension] +=
                self.demands[client * self.dimensions + dimension];
        }
        self.trial.site_of[client] = site as u32;
        self.trial.cost += cost;
        self.trial.missing -= self.weights[client];
    }

    fn take(&mut self, client: usize) {
        let site = self.trial.site_of[client] as usize;
        self.trial.site_of[client] = NONE;
        self.trial.counts[site] -= 1;
        for dimension in 0..self.dimensions {
            self.trial.loads[site * self.dimensions + dimension] -=
                self.demands[client * self.dimensions + dimension];
        }
        self.trial.cost -= self.model.cost(client, site);
        self.trial.missing += self.weights[client];
        if !self.is_open(site) {
            // What is left of sums of fractions.
            self.trial.loads[site * self.dimensions..(site + 1) * self.dimensions].fill(0.0);
            self.trial.open_count -= 1;
            self.trial.cost -= self.model.opening[site];
            for (side, coefficient) in &self.sides_of[site] {
                self.trial.side_loads[*side as usize] -= coefficient;
            }
        }
    }

    /// The cheapest place for a client; closed sites count a part of their opening cost, the favoured one none.
    fn best_place(&mut self, client: usize, ruin: &Ruin, opening_share: f64) -> Option<(usize, f64)> {
        let model = self.model;
        let mut best: Option<(usize, f64)> = None;
        let mut best_price = f64::INFINITY;
        for at in model.list(client) {
            let (site, cost) = (model.sites[at] as usize, model.costs[at]);
            if cost >= best_price {
                break;
            }
            self.work += 1;
            let is_open = self.is_open(site);
            if !is_open && site as u32 == ruin.closed {
                continue;
            }
            let is_free = is_open || site as u32 == ruin.favoured;
            let price = if is_free { cost } else { cost + opening_share * model.opening[site] };
            if price < best_price && self.fits(client, site) && (is_open || self.may_open(site, NONE)) {
                (best, best_price) = (Some((site, cost)), price);
            }
        }
        best
    }

    /// Puts clients back.
    fn recreate(&mut self, mut ruin: Ruin, order: Order, opening_share: f64) {
        let mut clients = std::mem::take(&mut ruin.clients);
        self.rng.shuffle(&mut clients);
        let size = |client: u32| self.demands.get(client as usize * self.dimensions).copied().unwrap_or(0.0);
        match order {
            Order::Random => {}
            Order::LargestFirst => clients.sort_by(|a, b| size(*b).total_cmp(&size(*a))),
            Order::CostliestFirst => {
                let cheapest = |client: u32| {
                    let range = self.model.list(client as usize);
                    self.model.costs[range].first().copied().unwrap_or(0.0)
                };
                clients.sort_by(|a, b| cheapest(*b).total_cmp(&cheapest(*a)));
            }
        }
        let mut ejections = if self.rng.bool() { 2 + self.rng.usize(0..8) } else { 0 };
        clients.reverse();
        while let Some(client) = clients.pop() {
            if let Some((site, cost)) = self.best_place(client as usize, &ruin, opening_share) {
                self.put(client as usize, site, cost);
            } else if ejections > 0 {
                ejections -= 1;
                self.eject(client as usize, &mut clients);
            }
        }
    }

    /// Puts a client on one of its cheaper open sites and takes others off until it fits.
    fn eject(&mut self, client: usize, clients: &mut Vec<u32>) {
        let model = self.model;
        let open: Vec<usize> = model
            .list(client)
            .filter(|at| {
                let site = model.sites[*at] as usize;
                self.is_open(site) && self.could_hold(client, site)
            })
            .take(4)
            .collect();
        if open.is_empty() {
            return;
        }
        let at = open[self.rng.usize(0..open.len())];
        let (site, cost) = (model.sites[at] as usize, model.costs[at]);
        let mut others: Vec<usize> =
            (0..model.client_count).filter(|other| self.trial.site_of[*other] as usize == site).collect();
        while !self.fits(client, site) && !others.is_empty() {
            let other = others.swap_remove(self.rng.usize(0..others.len()));
            self.take(other);
            clients.push(other as u32);
        }
        self.work += model.client_count as u64 / 4;
        if self.fits(client, site) && (self.is_open(site) || self.may_open(site, NONE)) {
            self.put(client, site, cost);
        }
    }

    /// Whether a site that serves no other client could serve this one.
    fn could_hold(&self, client: usize, site: usize) -> bool {
        let (at, of) = (client * self.dimensions, site * self.dimensions);
        (0..self.dimensions).all(|dimension| self.demands[at + dimension] <= self.capacities[of + dimension])
    }

    /// One iteration of ruin and recreate.
    pub fn step(&mut self, incumbent: &mut Incumbent) {
        self.iteration += 1;
        if self.iteration > self.cycle {
            self.iteration = 0;
            self.cycle *= 2;
            self.restore(incumbent);
        }
        let current = std::mem::take(&mut self.current);
        self.trial.copy(&current);
        self.current = current;
        let ruin = self.ruin();
        let order = match self.rng.u8(0..4) {
            0 => Order::Random,
            1 => Order::CostliestFirst,
            _ => Order::LargestFirst,
        };
        let opening_share = if self.rng.bool() { 1.0 } else { self.rng.f64().powi(2) };
        let touched = ruin.clients.clone();
        self.recreate(ruin, order, opening_share);
        self.polish(&touched);
        self.work += self.model.client_count as u64;
        let share = self.iteration as f64 / self.cycle as f64;
        let mean = self.current.cost.min(incumbent.target()) / self.model.client_count as f64;
        let temperature = mean * HOT * (COLD / HOT).powf(share);
        let threshold = self.current.penalised(self.penalty) - temperature * (1.0 - self.rng.f64()).ln();
        self.fruitless += 1;
        self.adapt_penalty();
        if self.trial.penalised(self.penalty) <= threshold {
            self.offer_trial(incumbent);
            std::mem::swap(&mut self.current, &mut self.trial);
        }
    }

    fn adapt_penalty(&mut self) {
        let is_feasible = f64::from(u8::from(!self.current.site_of.contains(&NONE)));
        self.feasible_share += 0.01 * (is_feasible - self.feasible_share);
        if self.iteration.is_multiple_of(100) {
            if self.feasible_share < 0.3 {
                self.penalty = (self.penalty * 1.2).min(self.model.infeasible_from);
            } else if self.feasible_share > 0.7 {
                self.penalty = (self.penalty / 1.2).max(self.least_penalty);
            }
        }
    }

    /// Back to the best solution.
    fn restore(&mut self, incumbent: &Incumbent) {
        let sites = incumbent.service.iter().map(|service| match service {
            Service::Site(site) => Some(*site),
            _ => None,
        });
        let Some(sites) = sites.collect::<Option<Vec<usize>>>() else { return };
        if sites.len() != self.model.client_count {
            return;
        }
        self.trial = self.empty();
        for (client, site) in sites.into_iter().enumerate() {
            let cost = self.model.cost(client, site);
            self.put(client, site, cost);
        }
        std::mem::swap(&mut self.current, &mut self.trial);
    }

    /// Takes clients off: of some neighbouring sites a part or all, and those that a newly favoured site serves for less.
    fn ruin(&mut self) -> Ruin {
        let model = self.model;
        let seed = self.rng.usize(0..model.client_count);
        let own = self.trial.site_of[seed];
        let (closes, opens) = match self.rng.u8(0..10) {
            0..=3 => (false, false),
            4..=5 => (own != NONE, false),
            6..=7 => (false, true),
            _ => (own != NONE, true),
        };
        let closed = if closes { own } else { NONE };
        let favoured = if opens { self.random_closed(seed, closed) } else { NONE };
        let mut sites: Vec<u32> = Vec::new();
        if own != NONE {
            sites.push(own);
        }
        let wanted = 1 + self.rng.usize(0..3);
        for at in model.list(seed) {
            if sites.len() >= wanted {
                break;
            }
            let site = model.sites[at];
            if self.trial.counts[site as usize] > 0 && !sites.contains(&site) && self.rng.f64() < 0.7 {
                sites.push(site);
            }
        }
        let share = match (closes, opens) {
            (false, false) if self.rng.bool() => 1.0,
            (false, false) => 0.1 + 0.5 * self.rng.f64(),
            _ => 0.3 * self.rng.f64(),
        };
        let mut clients = Vec::new();
        for client in 0..model.client_count {
            let site = self.trial.site_of[client];
            let leaves = site == NONE
                || site == closed
                || sites.contains(&site) && self.rng.f64() < share
                || favoured != NONE
                    && model.cost(client, favoured as usize) < model.cost(client, site as usize)
                    && self.rng.f64() < 0.9;
            if leaves {
                clients.push(client as u32);
            }
        }
        for client in &clients {
            if self.trial.site_of[*client as usize] != NONE {
                self.take(*client as usize);
            }
        }
        Ruin { clients, closed, favoured }
    }

    /// A closed site among the cheaper ones of a client that may open, perhaps in place of another.
    fn random_closed(&mut self, client: usize, instead: u32) -> u32 {
        let list = self.model.list(client);
        let reach = (list.len() / 2).max(5).min(list.len());
        for _ in 0..6 {
            if reach == 0 {
                break;
            }
            let site = self.model.sites[list.start + self.rng.usize(0..reach)];
            if !self.is_open(site as usize) && self.may_open(site as usize, instead) {
                return site;
            }
        }
        NONE
    }

    fn polish_all(&mut self) {
        let all: Vec<u32> = (0..self.model.client_count as u32).collect();
        self.polish(&all);
    }

    /// Improves around clients: exchanges of two clients, and sites relocated with all their clients.
    fn polish(&mut self, touched: &[u32]) {
        for client in touched {
            self.exchange(*client as usize);
        }
        let mut sites: Vec<u32> = touched.iter().map(|client| self.trial.site_of[*client as usize]).collect();
        sites.sort_unstable();
        sites.dedup();
        for site in sites.into_iter().filter(|site| *site != NONE) {
            self.relocate(site as usize);
        }
    }

    /// Moves a client to a cheaper site, in exchange for one of its clients where it is full.
    fn exchange(&mut self, client: usize) {
        let model = self.model;
        let from = self.trial.site_of[client];
        if from == NONE {
            return;
        }
        let from = from as usize;
        let here = model.cost(client, from);
        for at in model.list(client) {
            let (site, cost) = (model.sites[at] as usize, model.costs[at]);
            if cost >= here {
                return;
            }
            if !self.is_open(site) || site == from {
                continue;
            }
            self.work += 1;
            if self.fits(client, site) {
                self.take(client);
                self.put(client, site, cost);
                return;
            }
            let saved = here - cost;
            let other = (0..model.client_count).find(|other| {
                self.trial.site_of[*other] as usize == site
                    && model.cost(*other, from) - model.cost(*other, site) < saved - 1e-9
                    && self.fit_exchanged(client, from, *other, site)
            });
            self.work += model.client_count as u64 / 4;
            if let Some(other) = other {
                let cost_of_other = model.cost(other, from);
                let is_alone = self.trial.counts[from] == 1;
                if is_alone {
                    continue;
                }
                self.take(client);
                self.take(other);
                if self.is_open(site) || self.may_open(site, NONE) {
                    self.put(client, site, cost);
                    self.put(other, from, cost_of_other);
                }
                return;
            }
        }
    }

    fn fit_exchanged(&self, a: usize, site_a: usize, b: usize, site_b: usize) -> bool {
        (0..self.dimensions).all(|dimension| {
            let demand = |client: usize| self.demands[client * self.dimensions + dimension];
            let space = |site: usize| {
                self.capacities[site * self.dimensions + dimension]
                    - self.trial.loads[site * self.dimensions + dimension]
            };
            demand(b) - demand(a) <= space(site_a) && demand(a) - demand(b) <= space(site_b)
        })
    }

    /// Exchanges an open site for a closed one that serves the same clients for less.
    fn relocate(&mut self, site: usize) {
        let model = self.model;
        if model.status[site] == Status::Open || self.trial.counts[site] == 0 {
            return;
        }
        let clients: Vec<usize> =
            (0..model.client_count).filter(|client| self.trial.site_of[*client] as usize == site).collect();
        let cost_at =
            |to: usize| clients.iter().map(|client| model.cost(*client, to)).sum::<f64>() + model.opening[to];
        let mut best = (cost_at(site) - 1e-9, site);
        for to in 0..model.site_count {
            let holds = (0..self.dimensions).all(|dimension| {
                self.trial.loads[site * self.dimensions + dimension]
                    <= self.capacities[to * self.dimensions + dimension]
            });
            if self.is_open(to) || !holds || !self.may_open(to, site as u32) {
                continue;
            }
            let cost = cost_at(to);
            if cost < best.0 {
                best = (cost, to);
            }
        }
        self.work += (model.site_count * clients.len()) as u64 / 2;
        if best.1 != site {
            for client in &clients {
                self.take(*client);
            }
            for client in clients {
                let cost = model.cost(client, best.1);
                self.put(client, best.1, cost);
            }
        }
    }

    fn offer_trial(&mut self, incumbent: &mut Incumbent) {
        if self.trial.cost >= incumbent.target() || self.trial.site_of.contains(&NONE) {
            return;
        }
        let open: Vec<u32> =
            (0..self.model.site_count as u32).filter(|site| self.is_open(*site as usize)).collect();
        if !self.model.allows(&open) {
            return;
        }
        let service = self.trial.site_of.iter().map(|site| Service::Site(*site as usize));
        // Summed anew: rounding must not add up.
        let served = self
            .trial
            .site_of
            .iter()
            .enumerate()
            .map(|(client, site)| self.model.cost(client, *site as usize));
        let opening = open.iter().map(|site| self.model.opening[*site as usize]);
        let cost = served.sum::<f64>() + opening.sum::<f64>();
        if incumbent.offer_served(open, || service.collect(), cost) {
            self.fruitless = 0;
        }
    }

    /// Serves all clients from given sites only, and continues there if that is good.
    pub fn try_sites(&mut self, incumbent: &mut Incumbent, open: &[u32]) {
        let mut is_allowed = vec![false; self.model.site_count];
        for site in open {
            is_allowed[*site as usize] = true;
        }
        self.trial = self.empty();
        let mut clients: Vec<usize> = (0..self.model.client_count).collect();
        let size = |client: usize| self.demands.get(client * self.dimensions).copied().unwrap_or(0.0);
        clients.sort_by(|a, b| size(*b).total_cmp(&size(*a)).then(a.cmp(b)));
        for client in clients {
            let place = self.model.list(client).find(|at| {
                let site = self.model.sites[*at] as usize;
                is_allowed[site]
                    && self.fits(client, site)
                    && (self.is_open(site) || self.may_open(site, NONE))
            });
            if let Some(at) = place {
                self.put(client, self.model.sites[at] as usize, self.model.costs[at]);
            }
        }
        self.polish_all();
        self.work += (self.model.client_count * 4) as u64;
        self.offer_trial(incumbent);
        if self.trial.penalised(self.penalty) < self.current.penalised(self.penalty) * 1.002 {
            std::mem::swap(&mut self.current, &mut self.trial);
        }
    }

    /// The cheapest service from exactly these sites by depth first search; the flag says whether it was searched through.
    pub fn enumerate(&mut self, incumbent: &mut Incumbent, open: &[u32], max_nodes: u64) -> (f64, bool) {
        self.trial = self.empty();
        let mut order: Vec<usize> = (0..self.model.client_count).collect();
        let size = |client: usize| self.demands.get(client * self.dimensions).copied().unwrap_or(0.0);
        order.sort_by(|a, b| size(*b).total_cmp(&size(*a)).then(a.cmp(b)));
        // All of them are open, with clients or without.
        let opening: f64 = open.iter().map(|site| self.model.opening[*site as usize]).sum();
        let mut is_allowed = vec![false; self.model.site_count];
        for site in open {
            is_allowed[*site as usize] = true;
        }
        let mut remaining = vec![0.0; order.len() + 1];
        for (at, client) in order.iter().enumerate().rev() {
            let list = self.model.list(*client).find(|at| is_allowed[self.model.sites[*at] as usize]);
            remaining[at] = remaining[at + 1] + list.map_or(f64::INFINITY, |at| self.model.costs[at]);
        }
        let mut walk = Walk {
            order,
            is_allowed,
            remaining,
            nodes: 0,
            max_nodes,
            best: f64::INFINITY,
            excluded: f64::INFINITY,
            open: open.to_vec(),
        };
        self.descend(&mut walk, incumbent, 0, opening);
        self.work += walk.nodes * 4;
        (walk.best.min(walk.excluded), walk.nodes <= max_nodes)
    }

    fn descend(&mut self, walk: &mut Walk, incumbent: &mut Incumbent, at: usize, cost: f64) {
        walk.nodes += 1;
        let bound = cost + walk.remaining[at];
        if incumbent.excludes(bound) {
            walk.excluded = walk.excluded.min(incumbent.excluded_bound(bound));
            return;
        }
        if walk.nodes > walk.max_nodes || bound >= walk.best {
            return;
        }
        let Some(&client) = walk.order.get(at) else {
            walk.best = cost;
            let service = self.trial.site_of.iter().map(|site| Service::Site(*site as usize));
            incumbent.offer_served(walk.open.clone(), || service.collect(), cost);
            return;
        };
        for entry in self.model.list(client) {
            let (site, price) = (self.model.sites[entry] as usize, self.model.costs[entry]);
            if walk.is_allowed[site] && self.fits(client, site) {
                self.put(client, site, price);
                self.descend(walk, incumbent, at + 1, cost + price);
                self.take(client);
            }
        }
    }
}

/// By client: a half and a half of its demand in the mean of all dimensions.
fn weights(problem: &Problem) -> Vec<f64> {
    let clients = problem.clients();
    let sum = |client: &Client| client.demand.iter().sum::<f64>();
    let mean = clients.iter().map(sum).sum::<f64>() / clients.len() as f64;
    // In sixty-fourths, so that sums are exact.
    let weight = |client: &Client| 0.5 + 0.5 * (sum(client) / mean.max(1e-300)).min(1e6);
    clients.iter().map(|client| (weight(client) * 64.0).round() / 64.0).collect()
}

/// Several times what a client costs from its cheapest site, opening costs included.
fn first_penalty(model: &Model<'_>) -> f64 {
    let cheapest = |client: usize| model.costs[model.list(client)].first().copied().unwrap_or(0.0);
    let service: f64 = (0..model.client_count).map(cheapest).sum();
    let opening: f64 = model.opening.iter().sum();
    (3.0 * (service + opening) / model.client_count as f64).max(1e-6 * model.infeasible_from)
}

/// The state of a depth first search.
struct Walk {
    order: Vec<usize>,
    is_allowed: Vec<bool>,
    /// The least cost of the clients from each position on.
    remaining: Vec<f64>,
    nodes: u64,
    max_nodes: u64,
    best: f64,
    /// The lowest bound of what the incumbent excluded.
    excluded: f64,
    open: Vec<u32>,
}
