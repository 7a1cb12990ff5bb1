//! Access to ways and nodes: the most specific access tag decides.

use super::access_tags::Access;
use super::rules::ProfileRules;
use coldmile_osm::Tags;

/// Access tags that are about one direction of a way, as it is drawn and against it.
const DIRECTED: &[(&str, [&str; 2])] = &[
    ("access", ["access:forward", "access:backward"]),
    ("bicycle", ["bicycle:forward", "bicycle:backward"]),
    ("motor_vehicle", ["motor_vehicle:forward", "motor_vehicle:backward"]),
    ("motorcar", ["motorcar:forward", "motorcar:backward"]),
    ("vehicle", ["vehicle:forward", "vehicle:backward"]),
];

/// Whether a way that is open is closed along or against the direction it is drawn in: of the tags about that direction
/// and those about both the most specific one decides.
pub(super) fn closed_directions(rules: &ProfileRules, tags: Tags<'_>) -> [bool; 2] {
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
    // Several values (`destination;delivery`): the first that is known counts.
    value
        .split(';')
        .map(str::trim)
        .find_map(|value| rules.tables.access.get(value).copied().or_else(|| common_meaning(value)))
}

/// The meaning of a value where a profile has none of its own.
fn common_meaning(value: &str) -> Option<Access> {
    Some(match value {
        "yes" | "permissive" | "designated" | "official" | "public" | "allowed" | "unknown" => Access::Open,
        "private" | "destination" | "customers" | "delivery" | "permit" | "residents" | "discouraged" => {
            Access::Restricted
        }
        "dismount" => Access::Dismount,
        "no" | "agricultural" | "forestry" | "emergency" | "psv" | "bus" | "military" | "use_sidepath"
        | "restricted" => Access::Closed,
        _ => return None,
    })
}
