//! The rules of a profile: one of the four built-in ones, or one of them changed by a [file](super::file).

use super::access_tags::{Access, keys_of};
use super::base::Profile;
use super::class_speed::class_speed;
use super::turn::TurnCosts;
use coldmile_units::VehicleSize;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Travel speed of a motor vehicle as a share of the limit: traffic, bends and crossings eat the rest.
const SHARE_OF_LIMIT: f64 = 0.8;
/// The fastest a motor vehicle goes on a roundabout, km/h.
const ROUNDABOUT_KM_H: f64 = 40.0;
/// Speed of a ferry that does not say how long it takes, km/h.
const FERRY_KM_H: f64 = 10.0;
/// Main roads, too busy to be crossed on foot with a parcel.
const MAIN_ROADS: [&str; 4] = ["motorway", "trunk", "primary", "secondary"];

/// The truck that roads are judged for unless something else is said.
const TRUCK: VehicleSize = VehicleSize { height_cm: 380, width_cm: 255, length_cm: 1_200, weight_kg: 18_000 };

/// How a profile moves: what it may use, how fast, and what holds it up.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileRules {
    pub(crate) name: String,
    pub(crate) base: Profile,
    /// The access tags that are about it, most specific first.
    pub(crate) keys: Vec<&'static str>,
    pub(crate) limit_share: f64,
    pub(crate) top_km_h: f64,
    pub(crate) roundabout_km_h: f64,
    pub(crate) ferry_km_h: f64,
    pub(crate) costs: TurnCosts,
    pub(crate) size: VehicleSize,
    pub(crate) avoid: Avoid,
    pub(super) tables: Tables,
    /// What a gate does whose tags let only some pass.
    pub(super) private_gates: Barrier,
    /// Classes of road where a stop is made at the kerb.
    pub(super) kerb: Vec<String>,
}

/// What a file says of one value of a tag, in km/h; 0 keeps off. What it does not name stays as it is built in.
pub(super) type SpeedTable = BTreeMap<String, f64>;

/// The lists of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tables {
    /// Where nothing is signed, by class of road.
    pub speeds: SpeedTable,
    /// On classes of road that are used only where a tag invites the profile.
    pub invited: SpeedTable,
    /// At most, by `service`, `surface`, `tracktype` and `smoothness`.
    pub service: SpeedTable,
    pub surface: SpeedTable,
    pub tracktype: SpeedTable,
    pub smoothness: SpeedTable,
    /// What the text of a limit means, such as `MT:rural`.
    pub limits: SpeedTable,
    /// By what stands in the way.
    pub barriers: BTreeMap<String, Barrier>,
    /// By the value of an access tag.
    pub access: BTreeMap<String, Access>,
}

/// What a barrier does where no tag says which traffic may pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Barrier {
    /// It takes a while to pass, in milliseconds.
    Takes(u32),
    /// Only trips that begin or end behind it pass.
    Private,
    /// Nothing passes.
    Closed,
}

/// What a profile keeps off altogether.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Avoid {
    pub toll: bool,
    pub ferry: bool,
    /// Bikes are pushed on trunk roads and dual carriageways.
    pub trunk_roads: bool,
}

impl From<Profile> for ProfileRules {
    fn from(profile: Profile) -> Self {
        let is_motorised = profile.is_motorised();
        Self {
            name: profile.name().to_owned(),
            base: profile,
            keys: keys_of(profile).to_vec(),
            limit_share: SHARE_OF_LIMIT,
            top_km_h: 400.0,
            roundabout_km_h: if is_motorised { ROUNDABOUT_KM_H } else { 400.0 },
            ferry_km_h: FERRY_KM_H,
            costs: TurnCosts::of(profile),
            size: if profile == Profile::Truck { TRUCK } else { VehicleSize::default() },
            avoid: Avoid::default(),
            tables: Tables::default(),
            private_gates: Barrier::Private,
            kerb: MAIN_ROADS.iter().filter(|_| is_motorised).map(|&class| class.to_owned()).collect(),
        }
    }
}

impl ProfileRules {
    /// The name in map files and on the command line.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The built-in profile it is made from.
    pub const fn base(&self) -> Profile {
        self.base
    }

    /// The speed in km/h on a class of road where nothing is signed; `None` when it may not go there.
    pub(super) fn class_speed(&self, highway: &str) -> Option<f64> {
        match self.tables.speeds.get(highway) {
            Some(&km_h) => (km_h > 0.0).then_some(km_h),
            None => class_speed(self.base, highway),
        }
    }

    /// Whether it keeps off a class of road even where a tag invites it.
    pub(super) fn keeps_off(&self, highway: &str) -> bool {
        self.tables.speeds.get(highway) == Some(&0.0)
    }

    /// Whether stops on a class of road are made at the kerb.
    pub(super) fn stops_at_kerb(&self, highway: &str) -> bool {
        let class = highway.trim_end_matches("_link");
        self.kerb.iter().any(|other| other == class)
    }
}
