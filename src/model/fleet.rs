//! Vehicles and the people who drive, ride or walk.

use super::cold::Carrier;
use super::network::Site;
use coldmile_units::{Grams, Id, Idx, Metres, Millilitres, Money, Seconds, TimeWindow, VehicleSize};
use serde::{Deserialize, Serialize};
use std::ops::{Add, AddAssign, Index, IndexMut};

/// Where goods of one temperature range stand: a part of a vehicle, or shelf, fridge and freezer of a centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compartment {
    /// No cooling: the shelf of a centre.
    Ambient,
    /// Above freezing: the fridge of a centre.
    Chilled,
    /// At or below -18 °C: the freezer of a centre.
    Frozen,
}

impl Compartment {
    /// All of them, warm to cold.
    pub const ALL: [Self; 3] = [Self::Ambient, Self::Chilled, Self::Frozen];

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ambient => "ambient",
            Self::Chilled => "chilled",
            Self::Frozen => "frozen",
        }
    }
}

/// What is on board or in store: mass over all, volume per compartment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// Mass of everything together.
    pub mass: Grams,
    /// Volume by compartment: ambient, chilled, frozen.
    pub volumes: [Millilitres; 3],
}

impl Load {
    /// Whether this load fits into `capacity`, in mass and in each compartment.
    pub fn fits(&self, capacity: &Self) -> bool {
        self.mass <= capacity.mass && Compartment::ALL.iter().all(|&part| self[part] <= capacity[part])
    }

    /// Volume of all compartments together.
    pub fn volume(&self) -> Millilitres {
        self.volumes.iter().copied().sum()
    }
}

impl Index<Compartment> for Load {
    type Output = Millilitres;
    fn index(&self, part: Compartment) -> &Millilitres {
        &self.volumes[part as usize]
    }
}
impl IndexMut<Compartment> for Load {
    fn index_mut(&mut self, part: Compartment) -> &mut Millilitres {
        &mut self.volumes[part as usize]
    }
}
impl Add for Load {
    type Output = Self;
    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}
impl AddAssign for Load {
    fn add_assign(&mut self, other: Self) {
        self.mass += other.mass;
        for part in Compartment::ALL {
            self[part] += other[part];
        }
    }
}

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
    /// Longest way in one shift, where a battery or legs set one.
    pub range: Option<Metres>,
    /// Greenhouse gas in grams of CO2-equivalent a kilometre.
    pub co2e_g_per_km: i64,
}

/// A person with a vehicle and a shift. Whoever starts at a hub drives linehaul, whoever starts at a centre delivers.
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
