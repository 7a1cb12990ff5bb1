//! A problem as an instance file states it.

use crate::problem::{Problem, VehicleType};
use coldmile_units::Idx;

/// How costs of a family are printed: the problem's integer cost divided, with so many decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostScale {
    /// What the integer cost is divided by.
    pub divisor: i64,
    /// Decimals printed.
    pub decimals: usize,
}

impl CostScale {
    /// The cost as the family's tables print it.
    pub fn to_number(self, cost: i64) -> f64 {
        cost as f64 / self.divisor as f64
    }

    /// The cost as text.
    pub fn to_text(self, cost: i64) -> String {
        format!("{:.*}", self.decimals, self.to_number(cost))
    }
}

/// An instance as read: the problem, and what its files need to number things.
#[derive(Debug)]
pub struct BenchmarkInstance {
    /// The problem.
    pub problem: Problem,
    /// How costs are printed.
    pub cost_scale: CostScale,
    /// Depots stand before the clients in the file's numbering.
    pub depot_count: usize,
    /// The vehicle type of every vehicle, where the file lists them one by one: then route `k` of a solution is
    /// vehicle `k`. Empty when all vehicles are alike.
    pub vehicles: Vec<Idx<VehicleType>>,
}
