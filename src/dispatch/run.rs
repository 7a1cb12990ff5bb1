//! A run of the plan together with the orders its stops serve.

use coldmile_model::Order;
use coldmile_plan::Run;
use coldmile_units::Idx;

/// A run, and the orders that each of its stops serves.
pub struct PublishedRun {
    /// The run as the plan shows it.
    pub run: Run,
    /// Orders by trip, then stop. A truck's stop serves all orders of its consignment, a courier's stop one.
    pub orders: Vec<Vec<Vec<Idx<Order>>>>,
    /// Joules of the run's cooling that are for each order, in the order in which they are served.
    pub cooling_j: Vec<i64>,
}
