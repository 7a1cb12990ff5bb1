//! Vehicles and the people who drive, ride or walk.

use super::cold::Carrier;
use super::load::{Compartment, Load};
use super::network::Site;
use super::parcel_size::BoxSize;
use coldmile_units::{Id, Idx, Metres, Millilitres, Money, Seconds, TimeWindow, VehicleSize};
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
    /// For each hour of driving, on top of `per_hour`.
    pub per_driving_hour: Money,
    /// For each hour after the end of the shift, on top of all other prices.
    pub per_overtime_hour: Money,
}

impl Prices {
    /// Largest price of a second or a metre that a route can be searched with, in thousandths of a minor unit;
    /// `dispatch::crews` asserts that it is the solver's.
    pub const MAX_UNIT: i64 = 1 << 24;
    /// Largest `per_hour`, `per_driving_hour` or `per_overtime_hour` that a file may give.
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
    /// Greatest mass and greatest volume per compartment; see [`takes`](Self::takes).
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
    /// How long after the end of the shift its courier may still be on the road.
    pub max_overtime: Seconds,
    /// Greatest volume of all compartments together, where the file gives one.
    pub litres: Option<Millilitres>,
    /// Whether the walls between compartments stand wherever the load wants them: only the volumes together count then.
    pub movable_walls: bool,
    /// The largest parcel that goes in; `None` is no limit.
    pub max_parcel: Option<BoxSize>,
}

impl VehicleType {
    /// Greatest volume of all compartments together.
    pub fn total_volume(&self) -> Millilitres {
        let sum = self.capacity.volume();
        match self.litres {
            Some(litres) if self.movable_walls => litres,
            Some(litres) => litres.min(sum),
            None => sum,
        }
    }

    /// Greatest volume in one compartment, whether or not the carrier cools it.
    pub fn volume_of(&self, part: Compartment) -> Millilitres {
        if self.movable_walls { self.total_volume() } else { self.capacity[part] }
    }

    /// Whether it takes a load at once: its mass, the volume in each compartment, and all volumes together.
    pub fn takes(&self, load: &Load) -> bool {
        load.mass <= self.capacity.mass
            && load.volume() <= self.total_volume()
            && Compartment::ALL.iter().all(|&part| load[part] <= self.volume_of(part))
    }
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
    /// From the earliest start of loading to the latest return, but for overtime.
    pub shift: TimeWindow,
    /// The break of the shift, if it has one.
    pub break_rule: Option<Break>,
}

/// A break that a courier makes once on a run.
///
/// It begins in `window` at a stop, when service there has ended. It is due where the run begins before the window opens and
/// ends after it closes; any other run leaves the courier time for it before or after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Break {
    /// When it may begin.
    pub window: TimeWindow,
    /// How long it takes at least.
    pub duration: Seconds,
}
