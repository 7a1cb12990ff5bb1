//! The best open sites found so far, and what they leave to be proved.

use super::super::solution::Service;
use super::model::Model;

/// See the top of the file.
pub(super) struct Incumbent {
    /// Ascending; empty before the first.
    pub open: Vec<u32>,
    /// Infinite before the first.
    pub cost: f64,
    /// Who is served from where, where that does not follow from the open sites.
    pub service: Vec<Service>,
    infeasible_from: f64,
    is_integral: bool,
}

impl Incumbent {
    pub const fn new(model: &Model<'_>) -> Self {
        Self {
            open: Vec::new(),
            cost: f64::INFINITY,
            service: Vec::new(),
            infeasible_from: model.infeasible_from,
            is_integral: model.is_integral,
        }
    }

    /// Takes a set over that costs less and keeps all rules; whether it did.
    pub fn offer(&mut self, model: &Model<'_>, open: &[u32]) -> bool {
        if !model.allows(open) {
            return false;
        }
        let cost = model.cost_of(open);
        let is_better = cost < self.cost;
        if is_better {
            self.cost = cost;
            self.open = open.to_vec();
            self.open.sort_unstable();
        }
        is_better
    }

    /// Takes over a solution that costs less; the caller knows that it keeps all rules. Whether it did.
    pub fn offer_served(
        &mut self,
        open: Vec<u32>,
        service: impl FnOnce() -> Vec<Service>,
        cost: f64,
    ) -> bool {
        let is_better = cost < self.cost;
        if is_better {
            (self.open, self.service, self.cost) = (open, service(), cost);
        }
        is_better
    }

    /// Whether every client that must be served is.
    pub fn is_feasible(&self) -> bool {
        self.cost < self.infeasible_from
    }

    /// What a better solution costs less than.
    pub fn target(&self) -> f64 {
        self.cost.min(self.infeasible_from)
    }

    /// Whether solutions that cost at least `bound` are of no interest: none is better than this one.
    pub fn excludes(&self, bound: f64) -> bool {
        let target = self.target();
        if self.is_integral || !self.is_feasible() {
            bound > target - 1.0 + 1e-6
        } else {
            bound >= target - 1e-9 * target.abs()
        }
    }

    /// The bound that proves the incumbent, or that there is no solution.
    pub fn proof_needs(&self) -> f64 {
        if self.is_feasible() { self.cost - 1e-9 * self.cost.abs() } else { self.infeasible_from - 0.5 }
    }

    /// What is known of solutions that were excluded by a bound.
    pub fn excluded_bound(&self, bound: f64) -> f64 {
        if self.is_integral || !self.is_feasible() { f64::INFINITY } else { bound }
    }
}

impl Incumbent {
    /// Whether all costs are integers.
    pub const fn is_integral(&self) -> bool {
        self.is_integral
    }
}
