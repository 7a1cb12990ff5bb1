//! Who may go where: the most specific access tag decides.

use super::Profile;
use crate::osm::Tags;

/// What an access tag allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Anyone of this profile may pass.
    Open,
    /// A trip may begin or end here, not pass through.
    Restricted,
    /// Only by pushing (a bike) or not at all (others).
    Dismount,
    /// Nobody.
    Closed,
}

/// The access tags that matter to a profile, most specific first.
const fn hierarchy(profile: Profile) -> &'static [&'static str] {
    match profile {
        Profile::Van => &["goods", "motorcar", "motor_vehicle", "vehicle", "access"],
        Profile::Truck => &["hgv", "motor_vehicle", "vehicle", "access"],
        Profile::Bike => &["bicycle", "vehicle", "access"],
        Profile::Foot => &["foot", "access"],
    }
}

/// What the tags say about access; `None` when they say nothing.
pub(super) fn access(profile: Profile, tags: Tags<'_>) -> Option<Access> {
    hierarchy(profile).iter().find_map(|key| tags.get(key).and_then(meaning))
}

/// What they say that is meant for this profile, leaving out the general `access`, `vehicle` and `motor_vehicle`.
pub(super) fn own_access(profile: Profile, tags: Tags<'_>) -> Option<Access> {
    let own = match profile {
        Profile::Van => &["goods", "motorcar", "motor_vehicle"][..],
        Profile::Truck => &["hgv", "motor_vehicle"],
        Profile::Bike => &["bicycle"],
        Profile::Foot => &["foot"],
    };
    own.iter().find_map(|key| tags.get(key).and_then(meaning))
}

/// The meaning of a value. Unknown values say nothing, so the next tag of the hierarchy is asked.
fn meaning(value: &str) -> Option<Access> {
    // Several values (`destination;delivery`): the first that is known counts.
    value.split(';').find_map(|value| match value.trim() {
        "yes" | "permissive" | "designated" | "official" | "public" | "allowed" | "unknown" => {
            Some(Access::Open)
        }
        "private" | "destination" | "customers" | "delivery" | "permit" | "residents" | "discouraged" => {
            Some(Access::Restricted)
        }
        "dismount" => Some(Access::Dismount),
        "no" | "agricultural" | "forestry" | "emergency" | "psv" | "bus" | "military" | "use_sidepath"
        | "restricted" => Some(Access::Closed),
        _ => None,
    })
}
