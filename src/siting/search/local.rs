//! The heuristic: greedy, descent to a local optimum, then iterated local search with path relinking among an elite.
//!
//! As in GRASP with path relinking (Resende and Werneck, *A hybrid heuristic for the p-median problem*, Journal of Heuristics
//! 10, 2004), with random exchanges in place of random starts: a changed local optimum is repaired in a few moves.

use super::super::problem::Status;
use super::incumbent::Incumbent;
use super::layout::{Layout, Move};
use super::model::{Model, NONE};
use fastrand::Rng;

/// Size of the elite.
const ELITE: usize = 8;
/// Iterations between two path relinkings.
const RELINK_EVERY: u64 = 12;
/// Iterations without improvement after which the search returns to the best.
const PATIENCE: u64 = 30;

/// See the top of the file.
pub(super) struct LocalSearch<'m> {
    model: &'m Model<'m>,
    layout: Layout<'m>,
    rng: Rng,
    /// Distinct local optima, the cheapest first.
    elite: Vec<(f64, Vec<u32>)>,
    /// The local optimum that the next change starts from.
    current: f64,
    iterations: u64,
    stalled: u64,
    /// Iterations since the best was found.
    pub fruitless: u64,
}

impl<'m> LocalSearch<'m> {
    /// Greedy start and descent; `may_go_on` may end it early.
    pub fn start(
        model: &'m Model<'m>,
        incumbent: &mut Incumbent,
        rng: Rng,
        mut may_go_on: impl FnMut() -> bool,
    ) -> Self {
        let forced: Vec<u32> = (0..model.site_count as u32)
            .filter(|site| model.status[*site as usize] == Status::Open)
            .collect();
        let mut layout = Layout::new(model, &forced);
        while let Some(best) = best_addition(model, &layout) {
            layout.apply(best);
            if !may_go_on() {
                break;
            }
        }
        incumbent.offer(model, &layout.open);
        layout.descend(&mut may_go_on);
        incumbent.offer(model, &layout.open);
        let current = layout.cost;
        let elite = vec![(current, layout.sorted())];
        Self { model, layout, rng, elite, current, iterations: 0, stalled: 0, fruitless: 0 }
    }

    /// The layout the search is at.
    pub const fn layout(&self) -> &Layout<'m> {
        &self.layout
    }

    /// Work done so far.
    pub const fn work(&self) -> u64 {
        self.layout.work
    }

    /// Descends from other open sites, such as the choice of a bound.
    pub fn descend_from(
        &mut self,
        open: &[u32],
        incumbent: &mut Incumbent,
        mut may_go_on: impl FnMut() -> bool,
    ) {
        if open.is_empty() || !self.model.allows(open) {
            return;
        }
        self.layout.reset(open);
        while let Some(best) = best_addition(self.model, &self.layout) {
            self.layout.apply(best);
        }
        self.layout.descend(&mut may_go_on);
        self.finish(incumbent);
    }

    /// One iteration: change and repair, or relink.
    pub fn step(&mut self, incumbent: &mut Incumbent, mut may_go_on: impl FnMut() -> bool) {
        self.iterations += 1;
        if self.iterations.is_multiple_of(RELINK_EVERY) && self.elite.len() > 1 {
            self.relink();
        } else {
            if self.stalled >= PATIENCE {
                self.stalled = 0;
                let best = self.elite[0].clone();
                self.layout.reset(&best.1);
                self.current = best.0;
            }
            self.shake();
        }
        self.layout.descend(&mut may_go_on);
        self.finish(incumbent);
    }

    /// Keeps what the descent found, or goes back.
    fn finish(&mut self, incumbent: &mut Incumbent) {
        self.fruitless += 1;
        self.stalled += 1;
        let cost = self.layout.cost;
        if cost < incumbent.cost * (1.0 - 1e-12) && incumbent.offer(self.model, &self.layout.open) {
            self.fruitless = 0;
            self.stalled = 0;
        }
        // Slightly worse local optima are accepted, so that the search moves on.
        let tolerance = 2e-4 * self.rng.f64() * self.current.abs();
        if cost <= self.current + tolerance {
            self.current = cost;
            self.admit(cost);
        } else {
            self.admit(cost);
            let best = self.elite[0].clone();
            if self.stalled >= PATIENCE {
                self.layout.reset(&best.1);
                self.current = best.0;
                self.stalled = 0;
            } else {
                self.current = cost.min(self.current * (1.0 + 1e-3));
                if cost > self.current {
                    self.layout.reset(&best.1);
                    self.current = best.0;
                }
            }
        }
    }

    /// Takes the layout into the elite if it is good and new.
    fn admit(&mut self, cost: f64) {
        let last = self.elite.last().map_or(f64::INFINITY, |(cost, _)| *cost);
        if self.elite.len() >= ELITE && cost >= last {
            return;
        }
        let open = self.layout.sorted();
        if self.elite.iter().any(|(_, other)| *other == open) {
            return;
        }
        let at = self.elite.partition_point(|(other, _)| *other <= cost);
        self.elite.insert(at, (cost, open));
        self.elite.truncate(ELITE);
    }

    /// A few random exchanges, close to each other where lists are long.
    fn shake(&mut self) {
        let changes = 1 + self.rng.usize(0..3);
        let mut near = self.rng.usize(0..self.model.client_count);
        for _ in 0..changes {
            let Some(open) = self.random_closed(near) else { continue };
            if self.layout.allows(open, NONE) && self.model.max_open == self.model.site_count {
                // Any number of sites: open one or exchange.
                if self.rng.bool() {
                    self.layout.apply(Move { open, close: NONE, saves: 0.0 });
                    continue;
                }
            }
            let close = self.layout.open[self.rng.usize(0..self.layout.open.len())];
            let close = if self.rng.bool() { close } else { self.nearby_open(near).unwrap_or(close) };
            if self.layout.allows(open, close) {
                self.layout.apply(Move { open, close, saves: 0.0 });
            }
            near = self.nearby_client(near);
        }
    }

    /// A closed site among the closest of a client.
    fn random_closed(&mut self, client: usize) -> Option<u32> {
        let list = self.model.list(client);
        if list.is_empty() || self.layout.open.is_empty() {
            return None;
        }
        let reach = (3 * self.model.site_count / self.layout.open.len() + 3).min(list.len());
        for _ in 0..8 {
            let site = self.model.sites[list.start + self.rng.usize(0..reach)];
            if !self.layout.is_open(site) && self.model.status[site as usize] == Status::Free {
                return Some(site);
            }
        }
        None
    }

    fn nearby_open(&self, client: usize) -> Option<u32> {
        let closest = self.layout.closest[client];
        Some(closest.second).filter(|site| *site != NONE && self.layout.is_open(*site))
    }

    /// Another client of one of the closest sites.
    fn nearby_client(&mut self, client: usize) -> usize {
        let list = self.model.list(client);
        if list.is_empty() {
            return self.rng.usize(0..self.model.client_count);
        }
        let reach = (4 * self.model.site_count / self.layout.open.len().max(1) + 3).min(list.len());
        let site = self.model.sites[list.start + self.rng.usize(0..reach)] as usize;
        let column = self.model.column_starts[site]..self.model.column_starts[site + 1];
        self.model.column_clients[self.rng.usize(column)] as usize
    }

    /// Walks from one of the elite towards another and stays at the best set in between.
    fn relink(&mut self) {
        let from = self.rng.usize(0..self.elite.len());
        let to = (from + 1 + self.rng.usize(0..self.elite.len() - 1)) % self.elite.len();
        let (start, goal) = (self.elite[from].1.clone(), self.elite[to].1.clone());
        self.layout.reset(&start);
        self.current = self.elite[from].0;
        let (mut best, mut best_cost) = (start.clone(), f64::INFINITY);
        let mut enter: Vec<u32> =
            goal.iter().copied().filter(|site| start.binary_search(site).is_err()).collect();
        let mut leave: Vec<u32> =
            start.iter().copied().filter(|site| goal.binary_search(site).is_err()).collect();
        while enter.len() > 1 && leave.len() > 1 {
            let mut next: Option<(f64, usize, usize)> = None;
            for (i, open) in enter.iter().enumerate() {
                for (r, close) in leave.iter().enumerate() {
                    let saves = self.layout.saving(*open, *close);
                    if next.is_none_or(|(known, ..)| saves > known) && self.layout.allows(*open, *close) {
                        next = Some((saves, i, r));
                    }
                }
            }
            let Some((saves, i, r)) = next else { break };
            self.layout.apply(Move { open: enter.swap_remove(i), close: leave.swap_remove(r), saves });
            // The ends are local optima that are known.
            if self.layout.cost < best_cost {
                (best, best_cost) = (self.layout.open.clone(), self.layout.cost);
            }
        }
        self.layout.reset(&best);
    }
}

/// The site whose opening saves the largest amount, without closing one.
fn best_addition(model: &Model<'_>, layout: &Layout<'_>) -> Option<Move> {
    let mut best: Option<Move> = None;
    for open in (0..model.site_count as u32).filter(|site| !layout.is_open(*site)) {
        let saves = layout.gain[open as usize] - model.opening[open as usize];
        if saves > best.map_or(0.0, |best| best.saves) && layout.allows(open, NONE) {
            best = Some(Move { open, close: NONE, saves });
        }
    }
    best
}
