//! Temperature classes and the carriers that keep them: data, read from `data/cold/*.toml`.
//!
//! `dispatch::cold` turns this into compartments, longest rides and exposures, in sum or fading; `audit::cold` replays
//! temperatures from the same parameters with formulas of its own.
//!
//! The physical picture both have in mind. A parcel follows the air around it: its temperature approaches the air's with
//! time constant `settling`. In a carrier the air holds at `hold` as long as cooling lasts: without limit with a machine, for
//! `hold_over` with ice or phase-change packs (stated for `reference` outdoors; the heat that leaks in is proportional to
//! outdoors minus `hold`). Each door opening lifts the air by `opening_share` of the difference to outdoors; it stays up
//! while the door is open and then falls back with time constant `recovery`. An opening also uses up hold-over:
//! `opening_loss` times its length (door time plus `recovery`). Once cooling is used up, the air approaches outdoors with
//! time constant `warm_up`.

use super::load::Compartment;
use coldmile_units::{Celsius, Id, Idx, Seconds, Table};
use serde::{Deserialize, Serialize};

/// A kind of goods with the same limits of temperature.
#[derive(Clone, Debug, PartialEq)]
pub struct ColdClass {
    /// The name in files, such as `dairy`.
    pub id: Id<ColdClass>,
    /// Where it stands in vehicles and centres.
    pub compartment: Compartment,
    /// What keeps it from spoiling; `None` for goods that need no cooling.
    pub limits: Option<ColdLimits>,
    /// Longest time from loading to the door in any carrier, for freshness.
    pub longest_ride: Option<Seconds>,
}

/// Temperatures of a class, and how fast it follows the air.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColdLimits {
    /// Temperature of the goods when they leave the hub.
    pub set_point_c: Celsius,
    /// Warmest temperature at which a family should receive it.
    pub accept_c: Celsius,
    /// Warmer than this it is refused.
    pub reject_c: Celsius,
    /// Time constant with which the goods follow the air around them, in minutes.
    pub settling_min: f64,
}

/// What carries goods: a reefer truck, a box with ice packs, a plain bag.
#[derive(Clone, Debug, PartialEq)]
pub struct Carrier {
    /// The name in files, such as `reefer-truck`.
    pub id: Id<Carrier>,
    /// How it keeps chilled goods; `None` when it cannot.
    pub chilled: Option<Keeping>,
    /// How it keeps frozen goods; `None` when it cannot.
    pub frozen: Option<Keeping>,
    /// How long its door or lid stands open at a stop.
    pub door_open: Seconds,
}

/// How one compartment of a carrier keeps its temperature. See the module's text for the picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keeping {
    /// Temperature of the air while cooling lasts.
    pub hold_c: Celsius,
    /// How long cooling lasts at [`reference_c`](Self::reference_c) outdoors; `None` with a machine.
    #[serde(default)]
    pub hold_over_min: Option<f64>,
    /// Outdoor temperature for which `hold_over_min` is stated.
    #[serde(default = "default_reference")]
    pub reference_c: Celsius,
    /// Share of the difference to outdoors by which an opening lifts the air, 0 to 1.
    pub opening_share: f64,
    /// Time constant with which the air falls back after an opening, in minutes.
    pub recovery_min: f64,
    /// Hold-over used up by an opening, as a multiple of its length.
    #[serde(default)]
    pub opening_loss: f64,
    /// Time constant with which the air approaches outdoors once cooling is used up, in minutes.
    #[serde(default = "default_warm_up")]
    pub warm_up_min: f64,
}

fn default_reference() -> Celsius {
    Celsius(30.0)
}

fn default_warm_up() -> f64 {
    60.0
}

impl Carrier {
    /// How it keeps goods of `compartment`; `None` for ambient goods and for what it cannot keep.
    pub const fn keeping(&self, compartment: Compartment) -> Option<&Keeping> {
        match compartment {
            Compartment::Ambient => None,
            Compartment::Chilled => self.chilled.as_ref(),
            Compartment::Frozen => self.frozen.as_ref(),
        }
    }
}

/// The rules of a day: classes, carriers, and what happens at centres.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColdRules {
    /// Temperature classes.
    pub classes: Table<ColdClass>,
    /// Carriers.
    pub carriers: Table<Carrier>,
    /// Air in a centre's fridge.
    pub fridge_c: Option<Celsius>,
    /// Air in a centre's freezer.
    pub freezer_c: Option<Celsius>,
    /// How long goods stand outside any cooling when they change hands at a centre.
    pub transfer: Seconds,
}

impl ColdRules {
    /// The class with this id.
    pub fn class_by_id(&self, id: &str) -> Option<Idx<ColdClass>> {
        self.classes.enumerate().find(|(_, class)| class.id.as_str() == id).map(|(position, _)| position)
    }

    /// The carrier with this id.
    pub fn carrier_by_id(&self, id: &str) -> Option<Idx<Carrier>> {
        self.carriers.enumerate().find(|(_, carrier)| carrier.id.as_str() == id).map(|(position, _)| position)
    }
}
