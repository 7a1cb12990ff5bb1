//! Access to ways and nodes: the most specific access tag decides.

use super::access_tags::Access;
use super::rules::ProfileRules;
use coldmile_osm::Tags;

/// Access tags that are about one direction of a way, as it is drawn and against it.
const DIRECTED: &[(&str, [&str; 2])] = &[
    ("access", ["access:forward", "access:backward"]),
    ("bicycle", ["bicycle:forward", "bicycle:backward"]),
    ("bus", ["bus:forward", "bus:backward"]),
    ("foot", ["foot:forward", "foot:backward"]),
    ("goods", ["goods:forward", "goods:backward"]),
    ("hgv", ["hgv:forward", "hgv:backward"]),
    ("motor_vehicle", ["motor_vehicle:forward", "motor_vehicle:backward"]),
    ("motorcar", ["motorcar:forward", "motorcar:backward"]),
    ("vehicle", ["vehicle:forward", "vehicle:backward"]),
];

/// Whether a way that is open is closed along or against the direction it is drawn in: of the tags about that direction
/// and those about both the most specific one decides.
pub(super) fn closed_directions(rules: &ProfileRules, tags: Tags<'_>) -> [bool; 2] {
    let is_directed = |key: &str| key.contains(":forward") || key.contains(":backward");
    if !tags.any_key(is_directed) {
        return [false; 2];
    }
    [0, 1].map(|direction| {
        let of_key = |key: &&str| {
            let directed = DIRECTED.iter().find(|(plain, _)| plain == key).map(|(_, both)| both[direction]);
            let value = directed.and_then(|key| tags.get(key)).or_else(|| tags.get(key))?;
            meaning(rules, value)
        };
        rules.keys.iter().find_map(of_key) == Some(Access::Closed)
    })
}

/// What the tags say about access; `None` when they say nothing.
pub(super) fn access(rules: &ProfileRules, tags: Tags<'_>) -> Option<Access> {
    rules.keys.iter().find_map(|key| tags.get(key).and_then(|value| meaning(rules, value)))
}

/// What they say that is meant for this profile, leaving out the general `access` and `vehicle`.
pub(super) fn own_access(rules: &ProfileRules, tags: Tags<'_>) -> Option<Access> {
    let own = rules.keys.iter().filter(|key| !matches!(**key, "access" | "vehicle"));
    own.into_iter().find_map(|key| tags.get(key).and_then(|value| meaning(rules, value)))
}

/// The meaning of a value. Unknown values say nothing, so the next tag of the hierarchy is asked.
fn meaning(rules: &ProfileRules, value: &str) -> Option<Access> {
    // Of several values (`agricultural;destination`) each names some who may pass: the most generous one decides.
    let words = value.split([';', ',', '|']).map(str::trim);
    words.filter_map(|word| rules.tables.access.get(word).copied().or_else(|| common_meaning(word))).min()
}

/// The meaning of a value where a profile has none of its own.
fn common_meaning(value: &str) -> Option<Access> {
    Some(match value {
        "yes" | "permissive" | "designated" | "official" | "public" | "allowed" | "unknown" => Access::Open,
        "private" | "destination" | "customers" | "delivery" | "permit" | "residents" | "resident"
        | "discouraged" | "employees" | "employee" | "staff" | "students" | "members" | "visitors"
        | "visitor" | "guests" | "authorized" | "authorised" | "service" | "residential" => {
            Access::Restricted
        }
        "dismount" => Access::Dismount,
        "no" | "agricultural" | "forestry" | "emergency" | "psv" | "bus" | "military" | "use_sidepath"
        | "restricted" | "hov" | "taxi" | "maintenance" => Access::Closed,
        _ => return None,
    })
}

/// Values that are documented and say nothing about who may pass now.
const SAYS_NOTHING: &[&str] = &["variable"];

/// Whether each word of an access tag is known.
pub(super) fn is_known(value: &str) -> bool {
    value
        .split([';', ',', '|'])
        .map(str::trim)
        .all(|word| common_meaning(word).is_some() || SAYS_NOTHING.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn every_documented_word_is_known_and_of_a_list_the_generous_one_decides() {
        let rules = ProfileRules::from(Profile::Van);
        for word in [
            "yes",
            "no",
            "private",
            "permissive",
            "permit",
            "destination",
            "delivery",
            "customers",
            "designated",
            "use_sidepath",
            "dismount",
            "agricultural",
            "forestry",
            "discouraged",
            "variable",
            "unknown",
            "military",
            "emergency",
            "official",
            "residents",
            "psv",
            "bus",
            "hov",
            "restricted",
        ] {
            assert!(is_known(word), "{word}");
        }
        assert!(!is_known("yess") && !is_known("agricultural;foo"));
        for (list, expected) in [
            ("agricultural;destination", Some(Access::Restricted)),
            ("destination;agricultural", Some(Access::Restricted)),
            ("agricultural;forestry", Some(Access::Closed)),
            ("agricultural; destination ;forestry", Some(Access::Restricted)),
            ("no;yes", Some(Access::Open)),
            ("bus,delivery", Some(Access::Restricted)),
            ("foo;no", Some(Access::Closed)),
            ("dismount;private", Some(Access::Restricted)),
            ("foo", None),
            ("", None),
        ] {
            assert_eq!(meaning(&rules, list), expected, "{list}");
        }
    }
}
