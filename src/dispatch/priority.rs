//! What orders of different priority are worth to a routing problem.
//!
//! Where all orders of a day have the same priority, every client must be served and as few as possible are left out. Else
//! each has a prize in proportion to its priority, far above what serving it may cost.

use super::crews::Crew;
use coldmile_model::{Day, Order};
use coldmile_units::Idx;

/// The largest prize of one client for each step of priority: nine of them are what a problem takes.
const MAX_PRIZE: i64 = coldmile_vrp::MAX_AMOUNT / 16;
/// Metres of the longest trip that has to be worth a delivery of the lowest priority.
const FAR_M: i64 = 500_000;

/// Stops of a route that one more may make late. Set by judgement.
const MANY_STOPS: i64 = 50;

/// The prizes of a problem; `None` where clients must be served.
#[derive(Clone, Copy)]
pub struct Prizes {
    each: Option<i64>,
}

impl Prizes {
    /// For a problem with these crews.
    pub fn new<'c>(day: &Day, crews: impl Iterator<Item = &'c Crew>) -> Self {
        let mut priorities = day.orders.iter().map(|order| order.priority);
        let first = priorities.next();
        if priorities.all(|priority| Some(priority) == first) {
            return Self { each: None };
        }
        let max_cost = crews.map(|crew| {
            let prices = &day.vehicle_types[crew.vehicle].prices;
            let hours = crew.longest_work(day).0.div_euclid(3600) + 1;
            let by_hour = [prices.per_hour, prices.per_driving_hour, prices.per_overtime_hour];
            let by_hour = by_hour.into_iter().map(|price| price.0.saturating_mul(hours));
            // One stop more may make all others later.
            let late = day.late_hour.0.saturating_mul(hours).saturating_mul(MANY_STOPS);
            let by_distance = prices.per_km.0.saturating_mul(FAR_M / 1000);
            by_hour.chain([by_distance, late]).fold(prices.per_day.0, i64::saturating_add)
        });
        let max_cost = max_cost.max().unwrap_or(0).max(1).saturating_mul(coldmile_vrp::COST_SCALE);
        Self { each: Some(max_cost.min(MAX_PRIZE / 9)) }
    }

    /// The prize for these orders together.
    pub fn of(self, day: &Day, orders: impl IntoIterator<Item = Idx<Order>>) -> Option<i64> {
        let each = self.each?;
        let priorities = orders.into_iter().map(|order| i64::from(day.orders[order].priority));
        Some(each.saturating_mul(priorities.sum()).min(coldmile_vrp::MAX_AMOUNT))
    }

    /// The cost of a solution without the prizes of clients that it leaves out.
    pub fn cost_without(self, problem: &coldmile_vrp::Problem, solution: &coldmile_vrp::Solution) -> i64 {
        if self.each.is_none() {
            return solution.cost;
        }
        solution.routes.iter().map(|route| coldmile_vrp::schedule(problem, route).cost).sum()
    }
}
