//! The rules of a profile: one of the four built-in ones, or one of them changed by a file.

use super::speed::class_speed;
use super::{Profile, TurnCosts, VehicleSize};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Travel speed of a motor vehicle as a share of the limit: traffic, bends and crossings eat the rest.
const SHARE_OF_LIMIT: f64 = 0.8;

/// How a profile moves: what it may use, how fast, and what holds it up.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    pub(crate) name: String,
    pub(crate) base: Profile,
    speeds: BTreeMap<String, f64>,
    pub(crate) limit_share: f64,
    pub(crate) top_km_h: f64,
    pub(crate) costs: TurnCosts,
    pub(crate) size: VehicleSize,
    pub(crate) avoid: Avoid,
}

/// The size of a vehicle, in metres and tonnes. What is not given fits everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Size {
    height: Option<f64>,
    width: Option<f64>,
    length: Option<f64>,
    weight: Option<f64>,
}

/// What a profile keeps off altogether.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Avoid {
    pub toll: bool,
    pub ferry: bool,
}

/// A file of rules that is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RulesError {
    /// It is not the TOML that is expected.
    #[error("profile/bad-toml: {0}")]
    Toml(String),
    /// A number is out of its range.
    #[error("profile/bad-number: {field} is {value}, and must be from {low} to {high}")]
    Number {
        /// Its name in the file.
        field: String,
        /// What stands there.
        value: String,
        /// The least it may be.
        low: f64,
        /// The most.
        high: f64,
    },
    /// The name cannot stand in a map file or is taken by a built-in profile.
    #[error(
        "profile/bad-name: {0:?} is no name for a profile: use lower-case letters, digits and -, and no built-in name"
    )]
    Name(String),
}

/// The file: all but the first two lines may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    base: Profile,
    limit_share: Option<f64>,
    top_km_h: Option<f64>,
    #[serde(default)]
    speeds: BTreeMap<String, f64>,
    #[serde(default)]
    turns: Turns,
    size: Option<Size>,
    #[serde(default)]
    avoid: Avoid,
}

/// Prices in seconds.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Turns {
    sharpest: Option<f64>,
    across_bias: Option<f64>,
    u_turn: Option<f64>,
    u_turn_at_dead_end: Option<f64>,
    signal: Option<f64>,
    stop: Option<f64>,
    give_way: Option<f64>,
    crossing: Option<f64>,
}

impl From<Profile> for Rules {
    fn from(profile: Profile) -> Self {
        Self {
            name: profile.name().to_owned(),
            base: profile,
            speeds: BTreeMap::new(),
            limit_share: SHARE_OF_LIMIT,
            top_km_h: 400.0,
            costs: TurnCosts::of(profile),
            size: if profile == Profile::Truck { VehicleSize::TRUCK } else { VehicleSize::default() },
            avoid: Avoid::default(),
        }
    }
}

impl Rules {
    /// Reads the rules of a profile of one's own.
    ///
    /// ```toml
    /// name = "night-van"
    /// base = "van"            # van, truck, bike or foot: who it is before the law
    /// limit_share = 0.85      # travel speed as a share of maxspeed
    /// top_km_h = 90
    /// [speeds]                # km/h where nothing is signed, by highway class; 0 keeps off it
    /// residential = 22
    /// motorway = 0
    /// [turns]                 # seconds
    /// u_turn = 40
    /// signal = 5
    /// [size]                  # metres and tonnes
    /// height = 3.1
    /// weight = 7.5
    /// [avoid]
    /// toll = true
    /// ```
    pub fn from_toml(text: &str) -> Result<Self, RulesError> {
        let file: File = toml::from_str(text).map_err(|error| RulesError::Toml(error.to_string()))?;
        let is_letter = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let is_taken = Profile::ALL.iter().any(|profile| profile.name() == file.name);
        if file.name.is_empty() || file.name.len() > 40 || !file.name.bytes().all(is_letter) || is_taken {
            return Err(RulesError::Name(file.name));
        }
        let mut rules = Self { name: file.name, ..Self::from(file.base) };
        let number = |field: &str, value: Option<f64>, low: f64, high: f64| match value {
            Some(value) if !(low..=high).contains(&value) => {
                Err(RulesError::Number { field: field.to_owned(), value: value.to_string(), low, high })
            }
            other => Ok(other),
        };
        if let Some(share) = number("limit_share", file.limit_share, 0.1, 1.5)? {
            rules.limit_share = share;
        }
        if let Some(top) = number("top_km_h", file.top_km_h, 1.0, 200.0)? {
            rules.top_km_h = top;
        }
        for (class, &km_h) in &file.speeds {
            number(&format!("speeds.{class}"), Some(km_h), 0.0, 200.0)?;
        }
        rules.speeds = file.speeds;
        let costs = &mut rules.costs;
        if let Some(bias) = number("turns.across_bias", file.turns.across_bias, 0.5, 2.0)? {
            costs.bias = bias;
        }
        if let Some(sharpest) = number("turns.sharpest", file.turns.sharpest, 0.0, 600.0)? {
            costs.sharpest = sharpest * 1000.0;
        }
        for (field, value, ms) in [
            ("turns.u_turn", file.turns.u_turn, &mut costs.u_turn),
            ("turns.u_turn_at_dead_end", file.turns.u_turn_at_dead_end, &mut costs.u_turn_at_end),
            ("turns.signal", file.turns.signal, &mut costs.signal),
            ("turns.stop", file.turns.stop, &mut costs.stop),
            ("turns.give_way", file.turns.give_way, &mut costs.give_way),
            ("turns.crossing", file.turns.crossing, &mut costs.crossing),
        ] {
            if let Some(seconds) = number(field, value, 0.0, 600.0)? {
                *ms = (seconds * 1000.0).round() as u32;
            }
        }
        if let Some(size) = file.size {
            for (field, value, high) in [
                ("size.height", size.height, 10.0),
                ("size.width", size.width, 10.0),
                ("size.length", size.length, 60.0),
                ("size.weight", size.weight, 200.0),
            ] {
                number(field, value, 0.1, high)?;
            }
            let Size { height, width, length, weight } = size;
            rules.size = VehicleSize::from_metres(height, width, length, weight);
        }
        rules.avoid = file.avoid;
        Ok(rules)
    }

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
        match self.speeds.get(highway) {
            Some(&km_h) => (km_h > 0.0).then_some(km_h),
            None => class_speed(self.base, highway),
        }
    }

    /// Whether it keeps off a class of road even where a tag invites it.
    pub(super) fn keeps_off(&self, highway: &str) -> bool {
        self.speeds.get(highway) == Some(&0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_changes_what_it_names_and_nothing_else() {
        let rules = Rules::from_toml("name = \"slow\"\nbase = \"van\"\n[turns]\nsignal = 5\n").unwrap();
        let plain = Rules::from(Profile::Van);
        assert_eq!(rules.costs.signal, 5_000);
        assert_eq!(Rules { name: plain.name.clone(), costs: plain.costs, ..rules }, plain);
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (text, part) in [
            ("base = \"van\"", "name"),
            ("name = \"van\"\nbase = \"van\"", "\"van\" is no name"),
            ("name = \"Ü\"\nbase = \"van\"", "no name"),
            ("name = \"a\"\nbase = \"plane\"", "plane"),
            ("name = \"a\"\nbase = \"van\"\nspeed = 3", "speed"),
            ("name = \"a\"\nbase = \"van\"\ntop_km_h = 900", "top_km_h is 900"),
            ("name = \"a\"\nbase = \"van\"\n[speeds]\ntrunk = -1", "speeds.trunk is -1"),
            ("name = \"a\"\nbase = \"van\"\n[turns]\nsignal = nan", "turns.signal is NaN"),
        ] {
            let error = Rules::from_toml(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
