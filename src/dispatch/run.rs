//! A run of the plan with what only the planner knows of it.

use coldmile_model::Order;
use coldmile_plan::Run;
use coldmile_units::Idx;

/// A run, and the orders each of its stops serves: by trip, then stop.
pub struct PublishedRun {
    /// What people see.
    pub run: Run,
    /// Orders by trip and stop.
    pub orders: Vec<Vec<Vec<Idx<Order>>>>,
}
