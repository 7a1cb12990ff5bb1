//! Greenhouse gas and the energy of cooling.

use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// What a run, or the whole plan, emits, and what its cooling takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footprint {
    /// Greenhouse gas of driving, in grams of CO2-equivalent: `co2e_g_per_km` of the vehicle type × distance, rounded half up.
    pub driving_g: i64,
    /// Greenhouse gas of cooling, in grams of CO2-equivalent.
    pub cooling_g: i64,
    /// Heat that is taken out of chilled compartments during its trips, in joules.
    pub chilled_j: i64,
    /// Heat that is taken out of frozen compartments during its trips, in joules.
    pub frozen_j: i64,
    /// Diesel of the cooling machines, in millilitres.
    pub diesel_ml: i64,
    /// Electricity that freezes the ice of boxes again, in watt-hours.
    pub electricity_wh: i64,
}

impl Footprint {
    /// Greenhouse gas of driving and cooling.
    pub const fn co2e_g(&self) -> i64 {
        self.driving_g + self.cooling_g
    }

    /// Every figure by its name in the file.
    pub const fn by_name(&self) -> [(&'static str, i64); 6] {
        let Self { driving_g, cooling_g, chilled_j, frozen_j, diesel_ml, electricity_wh } = *self;
        [
            ("driving_g", driving_g),
            ("cooling_g", cooling_g),
            ("chilled_j", chilled_j),
            ("frozen_j", frozen_j),
            ("diesel_ml", diesel_ml),
            ("electricity_wh", electricity_wh),
        ]
    }
}

impl Add for Footprint {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            driving_g: self.driving_g + other.driving_g,
            cooling_g: self.cooling_g + other.cooling_g,
            chilled_j: self.chilled_j + other.chilled_j,
            frozen_j: self.frozen_j + other.frozen_j,
            diesel_ml: self.diesel_ml + other.diesel_ml,
            electricity_wh: self.electricity_wh + other.electricity_wh,
        }
    }
}

impl Sum for Footprint {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// An order's part of the footprints of its truck and its courier. Each figure, summed over all orders, is that of the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FootprintShare {
    /// Greenhouse gas of driving, in grams of CO2-equivalent: shared as the cost of the run is.
    pub driving_g: i64,
    /// Greenhouse gas of cooling, in grams of CO2-equivalent: shared as the heat is.
    pub cooling_g: i64,
    /// Heat that is taken out for its goods, in joules: shared in each compartment by volume × time on board.
    pub cooling_j: i64,
}

impl AddAssign for FootprintShare {
    fn add_assign(&mut self, other: Self) {
        self.driving_g += other.driving_g;
        self.cooling_g += other.cooling_g;
        self.cooling_j += other.cooling_j;
    }
}
