//! Sums over a plan.

use super::direct::DirectTotals;
use super::footprint::Footprint;
use super::objective::ObjectiveParts;
use coldmile_units::{Metres, Money, Seconds};
use serde::{Deserialize, Serialize};

/// Sums over a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All orders of the day.
    pub orders: usize,
    /// Orders that will be served.
    pub planned: usize,
    /// Orders that will not.
    pub unplanned: usize,
    /// Served at the door.
    pub doors: usize,
    /// Collected at a centre.
    pub pickups: usize,
    /// Runs of both echelons.
    pub runs: usize,
    /// Trips of all runs.
    pub trips: usize,
    /// Distance of the trucks.
    pub linehaul_distance: Metres,
    /// Distance of the couriers.
    pub last_mile_distance: Metres,
    /// Travel time of all legs.
    pub travel_time: Seconds,
    /// Time from first loading to last return, over all runs.
    pub working_time: Seconds,
    /// Cost of the trucks.
    pub linehaul_cost: Money,
    /// Cost of the couriers.
    pub last_mile_cost: Money,
    /// Handling of all planned parcels, and the fixed cost of each centre that a planned order passes through.
    pub centre_cost: Money,
    /// Sum of the three costs: what is paid.
    pub cost: Money,
    /// What planning minimises: `cost`, and at its price what is not paid for.
    pub objective: Money,
    /// Its parts.
    pub objective_parts: ObjectiveParts,
    /// Greenhouse gas of all runs' driving, in grams of CO2-equivalent, rounded half up once a run.
    pub co2e_g: i64,
    /// Greenhouse gas of driving and cooling of all runs, and what cooling takes; missing in plans of older programs, which do
    /// not count cooling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footprint: Option<Footprint>,
    /// What all orders would cost straight from their hubs, beside what they cost by the plan; missing in plans of older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<DirectTotals>,
}
