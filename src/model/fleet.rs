//! Vehicles and the people who drive, ride or walk.

use super::cold::Carrier;
use super::load::Load;
use super::network::Site;
use super::parcel_size::BoxSize;
use coldmile_units::{Id, Idx, Metres, Money, Seconds, TimeWindow, VehicleSize};
use serde::{Deserialize, Serialize};

/// What using a vehicle costs, in minor currency units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prices {
    /// Once for each day the vehicle leaves at all.
    pub per_day: Money,
    /// For each hour from the start of loading to the return, waiting included.
    pub per_hour: Money,
    /// For each kilometre.
    pub per_km: Money,
}

impl Prices {
    /// Largest price of a second or a metre that a route can be searched with, in thousandths of a minor unit;
    /// `dispatch::crews` asserts that it is the solver's.
    pub const MAX_UNIT: i64 = 1 << 24;
    /// Largest `per_hour` that a file may give.
    pub const MAX_PER_HOUR: Money = Money(Self::MAX_UNIT * 3600 / 1000);
    /// Largest `per_km` that a file may give.
    pub const MAX_PER_KM: Money = Money(Self::MAX_UNIT);
}

/// A kind of vehicle: truck, van, e-bike, or a walker with a bag.
#[derive(Clone, Debug, PartialEq)]
pub struct VehicleType {
    /// The name in files.
    pub id: Id<VehicleType>,
    /// How it moves on roads: the name of a road profile.
    pub profile: String,
    /// How large it is on the road, where that is not what its road profile says.
    pub size: Option<VehicleSize>,
    /// Greatest mass and greatest volume per compartment.
    pub capacity: Load,
    /// What its cold compartments are: how long and how well they keep.
    pub carrier: Idx<Carrier>,
    /// What using it costs.
    pub prices: Prices,
    /// Time to load at the start of each trip.
    pub loading: Seconds,
    /// Most trips in one shift; 1 means no reload.
    pub max_trips: u32,
    /// Longest distance in one shift, where a battery or a walker sets a limit.
    pub range: Option<Metres>,
    /// Greenhouse gas in grams of CO2-equivalent a kilometre.
    pub co2e_g_per_km: i64,
    /// The largest parcel that goes in; `None` is no limit.
    pub max_parcel: Option<BoxSize>,
}

/// A person with a vehicle and a shift. One who starts at a hub drives linehaul, one who starts at a centre delivers.
#[derive(Clone, Debug, PartialEq)]
pub struct Courier {
    /// The name in files.
    pub id: Id<Courier>,
    /// The name on screens.
    pub name: String,
    /// Where the shift starts and ends.
    pub base: Idx<Site>,
    /// What they move with.
    pub vehicle: Idx<VehicleType>,
    /// From the earliest start of loading to the latest return.
    pub shift: TimeWindow,
}
