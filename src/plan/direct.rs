//! What it would cost to bring orders from their hub straight to the door, without a centre.

use coldmile_model::VehicleType;
use coldmile_units::{Id, Metres, Money};
use serde::{Deserialize, Serialize};

/// An order brought from its hub straight to its door, together with the other orders of its hub and wave: an estimate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direct {
    /// The vehicle type of the day with which the orders of its hub and wave cost least.
    pub vehicle: Id<VehicleType>,
    /// Its part of the trip's cost.
    pub cost: Money,
    /// Its part of the trip's distance.
    pub distance: Metres,
    /// Its part of the trip's greenhouse gas of driving, in grams of CO2-equivalent.
    pub co2e_g: i64,
}

/// All orders that could be brought straight from their hub: so, and by the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectTotals {
    /// How many orders they are.
    pub orders: usize,
    /// Straight from the hub.
    pub cost: Money,
    /// Straight from the hub.
    pub distance: Metres,
    /// Straight from the hub, in grams of CO2-equivalent, of driving.
    pub co2e_g: i64,
    /// What the same orders cost by the plan, via their centres.
    pub via_cost: Money,
    /// What they emit by the plan, in grams of CO2-equivalent, of driving.
    pub via_co2e_g: i64,
}

impl DirectTotals {
    /// Every figure by its name in the file.
    pub const fn by_name(&self) -> [(&'static str, i64); 6] {
        let Self { orders, cost, distance, co2e_g, via_cost, via_co2e_g } = *self;
        [
            ("orders", orders as i64),
            ("cost", cost.0),
            ("distance", distance.0),
            ("co2e_g", co2e_g),
            ("via_cost", via_cost.0),
            ("via_co2e_g", via_co2e_g),
        ]
    }
}
