//! Profile rules as a file says them: TOML, every number within its range.

use super::access_tags::{Access, KNOWN_KEYS};
use super::base::Profile;
use super::rules::{Avoid, Barrier, ProfileRules, SpeedTable};
use coldmile_units::VehicleSize;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A file of rules that is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProfileRulesError {
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
    /// A word that is not one of those that may stand there.
    #[error("profile/bad-word: {field} is {value:?}, and must be {expected}")]
    Word {
        /// Its name in the file.
        field: String,
        /// What stands there.
        value: String,
        /// What may stand there.
        expected: &'static str,
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
struct RulesFile {
    name: String,
    base: Profile,
    keys: Option<Vec<String>>,
    limit_share: Option<f64>,
    top_km_h: Option<f64>,
    roundabout_km_h: Option<f64>,
    ferry_km_h: Option<f64>,
    kerb: Option<Vec<String>>,
    private_gates: Option<String>,
    #[serde(default)]
    speeds: SpeedTable,
    #[serde(default)]
    invited: SpeedTable,
    #[serde(default)]
    service: SpeedTable,
    #[serde(default)]
    surface: SpeedTable,
    #[serde(default)]
    tracktype: SpeedTable,
    #[serde(default)]
    smoothness: SpeedTable,
    #[serde(default)]
    limits: SpeedTable,
    #[serde(default)]
    barriers: BTreeMap<String, Passing>,
    #[serde(default)]
    access: BTreeMap<String, String>,
    #[serde(default)]
    turns: TurnPrices,
    size: Option<SizeTable>,
    #[serde(default)]
    avoid: Avoid,
}

/// Prices in seconds.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TurnPrices {
    sharpest: Option<f64>,
    across_bias: Option<f64>,
    across: Option<f64>,
    u_turn: Option<f64>,
    u_turn_at_dead_end: Option<f64>,
    signal: Option<f64>,
    signal_at_crossing: Option<f64>,
    stop: Option<f64>,
    give_way: Option<f64>,
    crossing: Option<f64>,
}

/// The size of a vehicle, in metres and tonnes. What is not given fits everywhere.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SizeTable {
    height: Option<f64>,
    width: Option<f64>,
    length: Option<f64>,
    weight: Option<f64>,
}

/// What a barrier does: seconds, or a word.
#[derive(Deserialize)]
#[serde(untagged)]
enum Passing {
    Seconds(f64),
    Word(String),
}

impl ProfileRules {
    /// Reads the rules of a custom profile. What a file does not name is as in the profile it is based on.
    ///
    /// ```toml
    /// name = "night-van"
    /// base = "van"            # van, truck, bike or foot: the traffic rules that hold for it
    /// keys = ["motorcar", "motor_vehicle", "vehicle", "access"] # the access tags about it, most specific first
    /// limit_share = 0.85      # travel speed as a share of maxspeed, 0.1 to 1.5
    /// top_km_h = 90           # 1 to 200
    /// roundabout_km_h = 30    # at most that on roundabouts
    /// ferry_km_h = 12         # on ferries that do not say how long they take
    /// kerb = ["primary"]      # classes of road where stops are made on the side of the door; [] for none
    /// private_gates = "private" # gates tagged access=private and the like: "open", "private" (no way through) or "closed"
    /// [speeds]                # km/h where nothing is signed, by highway; 0 keeps off it
    /// residential = 22
    /// motorway = 0
    /// [invited]               # km/h by highway, used only where a tag such as motor_vehicle=yes invites; 0 never
    /// track = 12
    /// [service]               # at most so many km/h by service; 0 keeps off; so are the next three
    /// driveway = 8
    /// [surface]
    /// cobblestone = 15
    /// [tracktype]
    /// grade3 = 10
    /// [smoothness]
    /// very_bad = 0
    /// [limits]                # km/h that a maxspeed in words means
    /// "MT:rural" = 80
    /// [barriers]              # seconds to pass, or "private" or "closed", where no access tag decides
    /// gate = 60
    /// bollard = "private"
    /// [access]                # what a value of an access tag means: "open", "restricted" (no way through) or "closed"
    /// permit = "closed"
    /// [turns]                 # seconds, 0 to 600
    /// sharpest = 7.5          # a turn back short of a u-turn; milder turns cost less
    /// across_bias = 1.1       # how much earlier the price rises across the oncoming lane, 0.5 to 2
    /// across = 2              # more for a turn across the oncoming lane
    /// u_turn = 40
    /// u_turn_at_dead_end = 20
    /// signal = 5
    /// signal_at_crossing = 3  # a signal that is there for people on foot
    /// stop = 4
    /// give_way = 2
    /// crossing = 1
    /// [size]                  # metres and tonnes
    /// height = 3.1
    /// width = 2.2
    /// length = 7
    /// weight = 7.5
    /// [avoid]
    /// toll = true
    /// ferry = true
    /// trunk_roads = true      # bikes are pushed on trunk roads and dual carriageways that are not made for them
    /// ```
    pub fn from_toml(text: &str) -> Result<Self, ProfileRulesError> {
        let file: RulesFile =
            toml::from_str(text).map_err(|error| ProfileRulesError::Toml(error.to_string()))?;
        let is_letter = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let is_taken = Profile::ALL.iter().any(|profile| profile.name() == file.name);
        if file.name.is_empty() || file.name.len() > 40 || !file.name.bytes().all(is_letter) || is_taken {
            return Err(ProfileRulesError::Name(file.name));
        }
        let mut rules = Self { name: file.name, ..Self::from(file.base) };
        if let Some(keys) = file.keys {
            let known = |key: &String| {
                KNOWN_KEYS.iter().copied().find(|other| other == key).ok_or_else(|| ProfileRulesError::Word {
                    field: "keys".to_owned(),
                    value: key.clone(),
                    expected: "access tags such as motorcar, taxi, motor_vehicle, vehicle and access",
                })
            };
            rules.keys = keys.iter().map(known).collect::<Result<_, _>>()?;
        }
        for (field, value, low, high, own) in [
            ("limit_share", file.limit_share, 0.1, 1.5, &mut rules.limit_share),
            ("top_km_h", file.top_km_h, 1.0, 200.0, &mut rules.top_km_h),
            ("roundabout_km_h", file.roundabout_km_h, 1.0, 200.0, &mut rules.roundabout_km_h),
            ("ferry_km_h", file.ferry_km_h, 1.0, 200.0, &mut rules.ferry_km_h),
            ("turns.across_bias", file.turns.across_bias, 0.5, 2.0, &mut rules.costs.bias),
        ] {
            if let Some(value) = value {
                *own = within(field, value, low, high)?;
            }
        }
        let costs = &mut rules.costs;
        for (field, value, ms) in [
            ("turns.sharpest", file.turns.sharpest, &mut costs.sharpest),
            ("turns.across", file.turns.across, &mut costs.across),
        ] {
            if let Some(seconds) = value {
                *ms = within(field, seconds, 0.0, 600.0)? * 1000.0;
            }
        }
        for (field, value, ms) in [
            ("turns.u_turn", file.turns.u_turn, &mut costs.u_turn),
            ("turns.u_turn_at_dead_end", file.turns.u_turn_at_dead_end, &mut costs.u_turn_at_end),
            ("turns.signal", file.turns.signal, &mut costs.signal),
            ("turns.signal_at_crossing", file.turns.signal_at_crossing, &mut costs.signal_at_crossing),
            ("turns.stop", file.turns.stop, &mut costs.stop),
            ("turns.give_way", file.turns.give_way, &mut costs.give_way),
            ("turns.crossing", file.turns.crossing, &mut costs.crossing),
        ] {
            if let Some(seconds) = value {
                *ms = milliseconds(field, seconds)?;
            }
        }
        let tables = &mut rules.tables;
        for (name, given, low, table) in [
            ("speeds", file.speeds, 0.0, &mut tables.speeds),
            ("invited", file.invited, 0.0, &mut tables.invited),
            ("service", file.service, 0.0, &mut tables.service),
            ("surface", file.surface, 0.0, &mut tables.surface),
            ("tracktype", file.tracktype, 0.0, &mut tables.tracktype),
            ("smoothness", file.smoothness, 0.0, &mut tables.smoothness),
            ("limits", file.limits, 1.0, &mut tables.limits),
        ] {
            for (value, &km_h) in &given {
                within(&format!("{name}.{value}"), km_h, low, 200.0)?;
            }
            *table = given;
        }
        for (kind, passing) in file.barriers {
            let field = format!("barriers.{kind}");
            let barrier = match passing {
                Passing::Seconds(seconds) => Barrier::Takes(milliseconds(&field, seconds)?),
                Passing::Word(word) => match word.as_str() {
                    "private" => Barrier::Private,
                    "closed" => Barrier::Closed,
                    _ => {
                        let expected = "seconds, \"private\" or \"closed\"";
                        return Err(ProfileRulesError::Word { field, value: word, expected });
                    }
                },
            };
            tables.barriers.insert(kind, barrier);
        }
        for (value, word) in file.access {
            let access = match word.as_str() {
                "open" => Access::Open,
                "restricted" => Access::Restricted,
                "closed" => Access::Closed,
                _ => {
                    let (field, expected) = (format!("access.{value}"), "open, restricted or closed");
                    return Err(ProfileRulesError::Word { field, value: word, expected });
                }
            };
            tables.access.insert(value, access);
        }
        if let Some(size) = file.size {
            for (field, value, high) in [
                ("size.height", size.height, 10.0),
                ("size.width", size.width, 10.0),
                ("size.length", size.length, 60.0),
                ("size.weight", size.weight, 200.0),
            ] {
                value.map(|value| within(field, value, 0.1, high)).transpose()?;
            }
            let SizeTable { height, width, length, weight } = size;
            rules.size = VehicleSize::from_metres(height, width, length, weight);
        }
        if file.avoid.trunk_roads && file.base != Profile::Bike {
            let (field, value) = ("avoid.trunk_roads".to_owned(), "true".to_owned());
            return Err(ProfileRulesError::Word { field, value, expected: "false where base is not bike" });
        }
        rules.avoid = file.avoid;
        if let Some(word) = file.private_gates {
            rules.private_gates = match word.as_str() {
                "open" => Barrier::Takes(0),
                "private" => Barrier::Private,
                "closed" => Barrier::Closed,
                _ => {
                    let (field, expected) = ("private_gates".to_owned(), "open, private or closed");
                    return Err(ProfileRulesError::Word { field, value: word, expected });
                }
            };
        }
        if let Some(kerb) = file.kerb {
            rules.kerb = kerb;
        }
        Ok(rules)
    }
}

/// The number, if it is in its range.
fn within(field: &str, value: f64, low: f64, high: f64) -> Result<f64, ProfileRulesError> {
    if (low..=high).contains(&value) {
        return Ok(value);
    }
    Err(ProfileRulesError::Number { field: field.to_owned(), value: value.to_string(), low, high })
}

fn milliseconds(field: &str, seconds: f64) -> Result<u32, ProfileRulesError> {
    within(field, seconds, 0.0, 600.0).map(|seconds| (seconds * 1000.0).round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_changes_what_it_names_and_nothing_else() {
        let rules =
            ProfileRules::from_toml("name = \"slow\"\nbase = \"van\"\n[turns]\nsignal = 5\n").unwrap();
        let plain = ProfileRules::from(Profile::Van);
        assert_eq!(rules.costs.signal, 5_000);
        assert_eq!(ProfileRules { name: plain.name.clone(), costs: plain.costs, ..rules }, plain);
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
            ("name = \"a\"\nbase = \"van\"\nroundabout_km_h = 0", "roundabout_km_h is 0"),
            ("name = \"a\"\nbase = \"van\"\nferry_km_h = -3", "ferry_km_h is -3"),
            ("name = \"a\"\nbase = \"van\"\nkeys = [\"plane\"]", "keys is \"plane\""),
            ("name = \"a\"\nbase = \"van\"\nprivate_gates = \"no\"", "private_gates is \"no\""),
            ("name = \"a\"\nbase = \"van\"\nkerb = \"primary\"", "kerb"),
            ("name = \"a\"\nbase = \"van\"\n[speeds]\ntrunk = -1", "speeds.trunk is -1"),
            ("name = \"a\"\nbase = \"van\"\n[invited]\ntrack = 900", "invited.track is 900"),
            ("name = \"a\"\nbase = \"van\"\n[service]\nalley = nan", "service.alley is NaN"),
            ("name = \"a\"\nbase = \"van\"\n[surface]\nmud = inf", "surface.mud is inf"),
            ("name = \"a\"\nbase = \"van\"\n[tracktype]\ngrade1 = -2", "tracktype.grade1 is -2"),
            ("name = \"a\"\nbase = \"van\"\n[smoothness]\nbad = 201", "smoothness.bad is 201"),
            ("name = \"a\"\nbase = \"van\"\n[limits]\n\"MT:rural\" = 0", "limits.MT:rural is 0"),
            ("name = \"a\"\nbase = \"van\"\n[barriers]\ngate = 601", "barriers.gate is 601"),
            ("name = \"a\"\nbase = \"van\"\n[barriers]\ngate = \"shut\"", "barriers.gate is \"shut\""),
            ("name = \"a\"\nbase = \"van\"\n[access]\nprivate = \"no\"", "access.private is \"no\""),
            ("name = \"a\"\nbase = \"van\"\n[turns]\nsignal = nan", "turns.signal is NaN"),
            ("name = \"a\"\nbase = \"van\"\n[turns]\nacross = 700", "turns.across is 700"),
            ("name = \"a\"\nbase = \"van\"\n[turns]\nacross_bias = 3", "turns.across_bias is 3"),
            ("name = \"a\"\nbase = \"van\"\n[size]\nheight = 0", "size.height is 0"),
            ("name = \"a\"\nbase = \"van\"\n[avoid]\ntrunk_roads = true", "base is not bike"),
        ] {
            let error = ProfileRules::from_toml(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
