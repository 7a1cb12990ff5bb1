//! A set of open sites under local search: what opening, closing and exchanging sites would save, kept up to date.
//!
//! Resende and Werneck (*A fast swap-based local search procedure for location problems*, Annals of Operations Research 150,
//! 2007): `gain` of opening a site, `loss` of closing one, and for pairs the `extra` that the loss overstates, since clients of
//! the closed site may go to the opened one. Each client contributes by its two closest open sites; a move updates the
//! contributions of the clients whose two closest sites it changes.

use super::super::problem::Status;
use super::model::{Model, NONE};

/// The two closest open sites of a client; without one the site is `NONE` and the cost that of no service.
#[derive(Clone, Copy)]
pub(super) struct Closest {
    pub first: u32,
    pub second: u32,
    pub first_cost: f64,
    pub second_cost: f64,
}

/// A change of the open sites; `NONE` where it opens or closes nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Move {
    pub open: u32,
    pub close: u32,
    /// By how much the cost falls.
    pub saves: f64,
}

/// See the top of the file.
pub(super) struct Layout<'m> {
    model: &'m Model<'m>,
    /// Open sites by position; `extra` has a row for each.
    pub open: Vec<u32>,
    position: Vec<u32>,
    pub closest: Vec<Closest>,
    pub gain: Vec<f64>,
    loss: Vec<f64>,
    extra: Vec<Vec<f64>>,
    side_loads: Vec<f64>,
    sides_of: Vec<Vec<(u32, f64)>>,
    pub cost: f64,
    /// Clients whose second closest site lies behind the end of their list.
    long: Vec<bool>,
    long_count: usize,
    /// Candidates to open: gain less opening cost, or negative infinity.
    candidates: Vec<f64>,
    /// List entries visited: the work done.
    pub work: u64,
}

impl<'m> Layout<'m> {
    /// The layout with these open sites.
    pub fn new(model: &'m Model<'m>, open: &[u32]) -> Self {
        let mut sides_of = vec![Vec::new(); model.site_count];
        for (side, data) in model.sides.iter().enumerate() {
            for (site, coefficient) in &data.coefficients {
                sides_of[*site as usize].push((side as u32, *coefficient));
            }
        }
        let nowhere = Closest { first: NONE, second: NONE, first_cost: 0.0, second_cost: 0.0 };
        let mut layout = Self {
            model,
            open: Vec::new(),
            position: vec![NONE; model.site_count],
            closest: vec![nowhere; model.client_count],
            gain: vec![0.0; model.site_count],
            loss: Vec::new(),
            extra: Vec::new(),
            side_loads: vec![0.0; model.sides.len()],
            sides_of,
            cost: 0.0,
            long: vec![false; model.client_count],
            long_count: 0,
            candidates: vec![0.0; model.site_count],
            work: 0,
        };
        layout.reset(open);
        layout
    }

    /// Starts anew with other open sites.
    pub fn reset(&mut self, open: &[u32]) {
        self.position.fill(NONE);
        self.open.clear();
        self.side_loads.fill(0.0);
        self.gain.fill(0.0);
        for &site in open {
            self.place(site);
        }
        self.loss.truncate(self.open.len());
        self.loss.fill(0.0);
        self.extra.truncate(self.open.len());
        self.extra.iter_mut().for_each(|row| row.fill(0.0));
        self.cost = open.iter().map(|site| self.model.opening[*site as usize]).sum();
        for client in 0..self.model.client_count {
            self.closest[client] = self.two_closest(client);
            self.note_long(client);
            self.cost += self.closest[client].first_cost;
            self.contribute(client, 1.0);
        }
    }

    pub fn is_open(&self, site: u32) -> bool {
        self.position[site as usize] != NONE
    }

    /// The open sites, ascending.
    pub fn sorted(&self) -> Vec<u32> {
        let mut open = self.open.clone();
        open.sort_unstable();
        open
    }

    fn place(&mut self, site: u32) {
        self.position[site as usize] = self.open.len() as u32;
        self.open.push(site);
        if self.loss.len() < self.open.len() {
            self.loss.push(0.0);
        }
        if self.extra.len() < self.open.len() {
            self.extra.push(vec![0.0; self.model.site_count]);
        }
        for (side, coefficient) in &self.sides_of[site as usize] {
            self.side_loads[*side as usize] += coefficient;
        }
    }

    fn two_closest(&mut self, client: usize) -> Closest {
        let unserved = self.model.unserved[client];
        let mut found = Closest { first: NONE, second: NONE, first_cost: unserved, second_cost: unserved };
        for at in self.model.list(client) {
            self.work += 1;
            let (site, cost) = (self.model.sites[at], self.model.costs[at]);
            if self.is_open(site) {
                if found.first == NONE {
                    (found.first, found.first_cost) = (site, cost);
                } else {
                    (found.second, found.second_cost) = (site, cost);
                    return found;
                }
            }
        }
        if self.model.tails[client] < unserved {
            for &site in &self.open {
                if site != found.first {
                    found.meet(site, self.model.cost(client, site as usize));
                }
            }
            self.work += self.open.len() as u64;
        }
        found
    }

    fn note_long(&mut self, client: usize) {
        let is_long = self.closest[client].second_cost > self.model.tails[client];
        if is_long != self.long[client] {
            self.long[client] = is_long;
            self.long_count = if is_long { self.long_count + 1 } else { self.long_count - 1 };
        }
    }

    /// Adds (`sign` 1) or takes off (`sign` −1) what a client contributes.
    fn contribute(&mut self, client: usize, sign: f64) {
        let Closest { first, first_cost, second_cost, .. } = self.closest[client];
        let range = self.model.list(client);
        let list = self.model.sites[range.clone()].iter().zip(&self.model.costs[range]);
        let overstated = sign * (second_cost - first_cost);
        if first == NONE {
            for (site, cost) in list.take_while(|(_, cost)| **cost < first_cost) {
                self.gain[*site as usize] += sign * (first_cost - cost);
                self.work += 1;
            }
            return;
        }
        let row = self.position[first as usize] as usize;
        self.loss[row] += overstated;
        let extra = &mut self.extra[row];
        for (site, cost) in list.take_while(|(_, cost)| **cost < second_cost) {
            self.work += 1;
            if *cost < first_cost {
                self.gain[*site as usize] += sign * (first_cost - cost);
                extra[*site as usize] += overstated;
            } else {
                extra[*site as usize] += sign * (second_cost - cost);
            }
        }
    }

    /// Carries out a move.
    pub fn apply(&mut self, change: Move) {
        let model = self.model;
        let mut affected: Vec<u32> = Vec::new();
        if change.close != NONE {
            let close = change.close;
            let of_closed = self.closest.iter().enumerate();
            affected.extend(
                of_closed
                    .filter(|(_, closest)| closest.first == close || closest.second == close)
                    .map(|(client, _)| client as u32),
            );
        }
        if change.open != NONE {
            let column =
                model.column_starts[change.open as usize]..model.column_starts[change.open as usize + 1];
            for at in column {
                let client = model.column_clients[at];
                if model.column_costs[at] < self.closest[client as usize].second_cost {
                    affected.push(client);
                }
            }
            if self.long_count > 0 {
                affected.extend((0..model.client_count as u32).filter(|client| self.long[*client as usize]));
            }
        }
        affected.sort_unstable();
        affected.dedup();
        for &client in &affected {
            self.contribute(client as usize, -1.0);
            self.cost -= self.closest[client as usize].first_cost;
        }
        self.exchange(change);
        for &client in &affected {
            let client = client as usize;
            let Closest { first, second, .. } = self.closest[client];
            if change.close != NONE && (first == change.close || second == change.close) {
                self.closest[client] = self.two_closest(client);
            } else {
                let cost = model.cost(client, change.open as usize);
                self.closest[client].meet(change.open, cost);
            }
            self.note_long(client);
            self.cost += self.closest[client].first_cost;
            self.contribute(client, 1.0);
        }
        self.work += model.client_count as u64 / 4;
    }

    /// Changes the open sites; no client of a closed one contributes at this moment.
    fn exchange(&mut self, change: Move) {
        let price = |site: u32| if site == NONE { 0.0 } else { self.model.opening[site as usize] };
        self.cost += price(change.open) - price(change.close);
        if change.close != NONE {
            let at = self.position[change.close as usize] as usize;
            self.position[change.close as usize] = NONE;
            self.open.swap_remove(at);
            if at < self.open.len() {
                self.position[self.open[at] as usize] = at as u32;
            }
            let last = self.open.len();
            self.loss.swap(at, last);
            self.extra.swap(at, last);
            // What is left of sums of fractions.
            self.loss[last] = 0.0;
            self.extra[last].fill(0.0);
            for (side, coefficient) in &self.sides_of[change.close as usize] {
                self.side_loads[*side as usize] -= coefficient;
            }
        }
        if change.open != NONE {
            self.place(change.open);
        }
    }

    /// Whether a move keeps the rules on sites.
    pub fn allows(&self, open: u32, close: u32) -> bool {
        if close != NONE && self.model.status[close as usize] == Status::Open {
            return false;
        }
        if open == NONE {
            return true;
        }
        let has_place = close != NONE || self.open.len() < self.model.max_open;
        self.model.status[open as usize] == Status::Free && has_place && self.sides_allow(open, close)
    }

    fn sides_allow(&self, open: u32, close: u32) -> bool {
        self.sides_of[open as usize].iter().all(|(side, coefficient)| {
            let freed = if close == NONE { 0.0 } else { self.coefficient(*side, close) };
            self.model.sides[*side as usize].holds(self.side_loads[*side as usize] + coefficient - freed)
        })
    }

    fn coefficient(&self, side: u32, site: u32) -> f64 {
        let of_site = self.sides_of[site as usize].iter().find(|(of, _)| *of == side);
        of_site.map_or(0.0, |(_, coefficient)| *coefficient)
    }

    /// What exchanging an open site for a closed one saves.
    pub fn saving(&self, open: u32, close: u32) -> f64 {
        let row = self.position[close as usize] as usize;
        let prices = self.model.opening[close as usize] - self.model.opening[open as usize];
        self.gain[open as usize] - self.loss[row] + self.extra[row][open as usize] + prices
    }

    /// The move that saves the largest amount; `None` if none saves more than `least`.
    pub fn best_move(&mut self, least: f64) -> Option<Move> {
        let model = self.model;
        for site in 0..model.site_count {
            let may_open = model.status[site] == Status::Free && self.position[site] == NONE;
            self.candidates[site] =
                if may_open { self.gain[site] - model.opening[site] } else { f64::NEG_INFINITY };
        }
        let mut best = Move { open: NONE, close: NONE, saves: least };
        if self.open.len() < model.max_open {
            for site in 0..model.site_count as u32 {
                let saves = self.candidates[site as usize];
                if saves > best.saves && self.sides_allow(site, NONE) {
                    best = Move { open: site, close: NONE, saves };
                }
            }
        }
        for (row, &close) in self.open.iter().enumerate() {
            if model.status[close as usize] == Status::Open {
                continue;
            }
            let base = model.opening[close as usize] - self.loss[row];
            if base > best.saves {
                best = Move { open: NONE, close, saves: base };
            }
            if base + max_sum(&self.candidates, &self.extra[row]) <= best.saves {
                continue;
            }
            for site in 0..model.site_count {
                let saves = base + (self.candidates[site] + self.extra[row][site]);
                if saves > best.saves && (model.sides.is_empty() || self.sides_allow(site as u32, close)) {
                    best = Move { open: site as u32, close, saves };
                }
            }
        }
        self.work += (model.site_count * (self.open.len() + 1)) as u64 / 4;
        (best.open != NONE || best.close != NONE).then_some(best)
    }

    /// Carries out best moves until none is left or `may_go_on` says no; whether a local optimum was reached.
    pub fn descend(&mut self, mut may_go_on: impl FnMut() -> bool) -> bool {
        loop {
            let least = 1e-9 * self.cost.abs().max(1e-3);
            let Some(best) = self.best_move(least) else { return true };
            self.apply(best);
            if !may_go_on() {
                return false;
            }
        }
    }
}

impl Closest {
    /// Takes another open site into account.
    fn meet(&mut self, site: u32, cost: f64) {
        if cost < self.first_cost {
            (self.second, self.second_cost) = (self.first, self.first_cost);
            (self.first, self.first_cost) = (site, cost);
        } else if cost < self.second_cost {
            (self.second, self.second_cost) = (site, cost);
        }
    }
}

/// The largest sum of two entries at the same place, in eight lanes for SIMD.
fn max_sum(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [f64::NEG_INFINITY; 8];
    let (chunks_a, chunks_b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest = chunks_a.remainder().iter().zip(chunks_b.remainder());
    let rest = rest.map(|(a, b)| a + b).fold(f64::NEG_INFINITY, f64::max);
    for (a, b) in chunks_a.zip(chunks_b) {
        for lane in 0..8 {
            let sum = a[lane] + b[lane];
            lanes[lane] = if sum > lanes[lane] { sum } else { lanes[lane] };
        }
    }
    lanes.into_iter().fold(rest, f64::max)
}
