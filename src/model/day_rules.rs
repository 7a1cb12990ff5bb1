//! Rules that a day may switch on, beyond what always holds.

use serde::{Deserialize, Serialize};

/// Which times count against the longest ride of a temperature class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RideRule {
    /// The courier's: from the departure of the trip to the start of service at the door.
    #[default]
    Courier,
    /// The whole journey: the truck's, from its departure until it starts to unload at the centre, the transfer there
    /// ([`ColdRules::transfer`](super::ColdRules::transfer)) and the courier's. The time in the centre's store does not count.
    Whole,
}

/// Rules of a day. The default is what holds where the file says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRules {
    /// Whether couriers walk from the road to the door and back, which takes time and counts as distance.
    pub walk_to_door: bool,
    /// What counts as a ride.
    pub ride: RideRule,
    /// Whether bikes keep off fast roads (roads of much quick traffic that are not made for them): there they are pushed.
    #[serde(default)]
    pub bikes_keep_off_fast_roads: bool,
}

impl DayRules {
    /// Metres that a courier walks in an hour between road and door: the speed of the built-in road profile `foot`.
    pub const WALK_M_PER_HOUR: i64 = 5_000;
}
