//! The transportation problem: clients that may be split over the open sites, at least cost within the capacities.
//!
//! Successive shortest paths on the graph of sites: every client starts at its cheapest site, and what is too much at a site
//! moves along the cheapest chain of sites to one with capacity left; a chain moves a client's part from each site to the next.
//! Starting at the cheapest there is no negative cycle, and shortest chains never make one, so the end is optimal (Ahuja,
//! Magnanti and Orlin, Network Flows, 1993, chapter 9).

use super::model::Model;

/// A client's part of a site: client and amount.
type Part = (u32, f64);

/// The cheapest service of all clients from the open sites.
pub(super) struct Transport {
    /// Amounts by position of the open site.
    pub parts: Vec<Vec<Part>>,
    /// Cost of service; opening costs are not part of it.
    pub cost: f64,
}

/// What is needed besides the model.
pub(super) struct Amounts<'a> {
    pub demands: &'a [f64],
    pub capacities: &'a [f64],
}

/// How it went.
pub(super) enum Transported {
    /// The cheapest service.
    Served(Transport),
    /// The sites cannot serve all clients.
    Impossible,
    /// Rounding kept it from ending.
    Unknown,
}

/// Serves all clients from the open sites.
pub(super) fn transport(model: &Model<'_>, amounts: &Amounts<'_>, open: &[u32]) -> Transported {
    let Some(mut state) = State::new(model, amounts, open) else { return Transported::Impossible };
    for _ in 0..1000 + 50 * (model.client_count + open.len()) {
        let Some(from) = state.overloaded() else {
            return Transported::Served(Transport { cost: state.cost(), parts: state.parts });
        };
        if !state.relieve(from) {
            return Transported::Impossible;
        }
    }
    Transported::Unknown
}

struct State<'a> {
    demands: &'a [f64],
    /// Costs of a client's whole demand, by client and open position.
    costs: Vec<f64>,
    parts: Vec<Vec<Part>>,
    loads: Vec<f64>,
    capacities: Vec<f64>,
}

impl<'a> State<'a> {
    fn new(model: &Model<'_>, amounts: &Amounts<'a>, open: &[u32]) -> Option<Self> {
        let count = open.len();
        let costs: Vec<f64> = (0..model.client_count)
            .flat_map(|client| open.iter().map(move |site| model.cost(client, *site as usize)))
            .collect();
        let capacities: Vec<f64> = open.iter().map(|site| amounts.capacities[*site as usize]).collect();
        let mut state = Self {
            demands: amounts.demands,
            costs,
            parts: vec![Vec::new(); count],
            loads: vec![0.0; count],
            capacities,
        };
        for client in 0..model.client_count {
            let row = &state.costs[client * count..(client + 1) * count];
            let cheapest = (0..count).min_by(|a, b| row[*a].total_cmp(&row[*b]))?;
            if row[cheapest].is_infinite() {
                return None;
            }
            state.parts[cheapest].push((client as u32, state.demands[client]));
            state.loads[cheapest] += state.demands[client];
        }
        Some(state)
    }

    fn tolerance(&self, site: usize) -> f64 {
        1e-9 * self.capacities[site].clamp(1.0, 1e9)
    }

    fn overloaded(&self) -> Option<usize> {
        (0..self.loads.len()).find(|site| self.loads[*site] > self.capacities[*site] + self.tolerance(*site))
    }

    /// Moves some of a site's excess to where there is capacity left; false when there is no chain to such a site.
    fn relieve(&mut self, from: usize) -> bool {
        let count = self.loads.len();
        // The cheapest client to move along each arc.
        let mut arcs = vec![(f64::INFINITY, usize::MAX); count * count];
        for site in 0..count {
            for (at, (client, _)) in self.parts[site].iter().enumerate() {
                let row = &self.costs[*client as usize * count..(*client as usize + 1) * count];
                let demand = self.demands[*client as usize];
                if demand <= 0.0 {
                    continue;
                }
                for to in 0..count {
                    let unit_cost = (row[to] - row[site]) / demand;
                    if unit_cost < arcs[site * count + to].0 {
                        arcs[site * count + to] = (unit_cost, at);
                    }
                }
            }
        }
        let (distances, before) = shortest_chains(&arcs, from, count);
        let has_space = |site: &usize| self.loads[*site] < self.capacities[*site] - self.tolerance(*site);
        let ends = (0..count).filter(|site| distances[*site].is_finite()).filter(has_space);
        let Some(end) = ends.min_by(|a, b| distances[*a].total_cmp(&distances[*b])) else { return false };
        let mut amount =
            (self.loads[from] - self.capacities[from]).min(self.capacities[end] - self.loads[end]);
        let mut chain = Vec::new();
        let mut site = end;
        while site != from && chain.len() <= count {
            let previous = before[site];
            let at = arcs[previous * count + site].1;
            amount = amount.min(self.parts[previous][at].1);
            chain.push((previous, site, self.parts[previous][at].0));
            site = previous;
        }
        for (previous, site, client) in chain {
            self.shift(previous, site, client, amount);
        }
        true
    }

    fn shift(&mut self, from: usize, to: usize, client: u32, amount: f64) {
        if let Some(at) = self.parts[from].iter().position(|part| part.0 == client) {
            self.parts[from][at].1 -= amount;
            if self.parts[from][at].1 <= 1e-12 * self.demands[client as usize] {
                self.parts[from].swap_remove(at);
            }
        }
        match self.parts[to].iter_mut().find(|part| part.0 == client) {
            Some(part) => part.1 += amount,
            None => self.parts[to].push((client, amount)),
        }
        self.loads[from] -= amount;
        self.loads[to] += amount;
    }

    fn cost(&self) -> f64 {
        let count = self.loads.len();
        let mut cost = 0.0;
        for (site, parts) in self.parts.iter().enumerate() {
            for (client, amount) in parts {
                let whole = self.costs[*client as usize * count + site];
                let demand = self.demands[*client as usize];
                cost += if demand > 0.0 { whole * (amount / demand) } else { whole };
            }
        }
        cost
    }
}

/// Bellman and Ford: arcs may have negative costs, cycles have none.
fn shortest_chains(arcs: &[(f64, usize)], from: usize, count: usize) -> (Vec<f64>, Vec<usize>) {
    let mut distances = vec![f64::INFINITY; count];
    let mut before = vec![usize::MAX; count];
    distances[from] = 0.0;
    for _ in 0..count {
        let mut changed = false;
        for site in 0..count {
            if distances[site].is_infinite() {
                continue;
            }
            for to in 0..count {
                let through = distances[site] + arcs[site * count + to].0;
                if to != from && through < distances[to] - 1e-9 * distances[to].abs().min(1e6) {
                    (distances[to], before[to]) = (through, site);
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    (distances, before)
}
