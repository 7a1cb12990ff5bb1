//! Compartments, and the mass and volume that stand in them.

use coldmile_units::{Grams, Millilitres};
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
