//! The access tags of each profile, and what their values allow.

use super::base::Profile;

/// What an access tag allows, the most generous first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Access {
    /// Open to this profile.
    Open,
    /// A trip may begin or end here, not pass through.
    Restricted,
    /// Only by pushing (a bike) or not at all (others).
    Dismount,
    /// Closed to this profile.
    Closed,
}

/// The access tags that matter to a profile, most specific first.
pub(super) const fn keys_of(profile: Profile) -> &'static [&'static str] {
    match profile {
        Profile::Van => &["goods", "motorcar", "motor_vehicle", "vehicle", "access"],
        Profile::Truck => &["hgv", "motor_vehicle", "vehicle", "access"],
        Profile::Bike => &["bicycle", "vehicle", "access"],
        Profile::Foot => &["foot", "access"],
    }
}

/// All access tags that a custom profile may go by.
pub(super) const KNOWN_KEYS: &[&str] = &[
    "access",
    "bicycle",
    "bus",
    "foot",
    "goods",
    "hgv",
    "motor_vehicle",
    "motorcar",
    "motorcycle",
    "psv",
    "taxi",
    "vehicle",
];
