//! The built-in profiles.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How something moves on roads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// A delivery van or car.
    Van,
    /// A truck of up to 3.8 m height and 18 t, which keeps to roads that bear it.
    Truck,
    /// A cargo bike or e-bike.
    Bike,
    /// On foot, perhaps with a trolley.
    Foot,
}

impl Profile {
    /// All profiles, in the order of map files and screens.
    pub const ALL: [Self; 4] = [Self::Van, Self::Truck, Self::Bike, Self::Foot];

    /// The name in files and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Van => "van",
            Self::Truck => "truck",
            Self::Bike => "bike",
            Self::Foot => "foot",
        }
    }

    /// Whether it has an engine and obeys the rules for motor vehicles.
    pub const fn is_motorised(self) -> bool {
        matches!(self, Self::Van | Self::Truck)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that is no profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a profile; known are van, truck, bike and foot")]
pub struct UnknownProfile(pub String);

impl FromStr for Profile {
    type Err = UnknownProfile;
    fn from_str(text: &str) -> Result<Self, UnknownProfile> {
        let found = Self::ALL.into_iter().find(|profile| profile.name() == text);
        found.ok_or_else(|| UnknownProfile(text.to_owned()))
    }
}
