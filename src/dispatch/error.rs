//! Days that cannot be planned at all on a map.

use coldmile_road::Profile;

/// A day that cannot be planned at all on this map. What concerns a single order is never an error but an entry of
/// [`DayPlan::unplanned`](coldmile_plan::DayPlan::unplanned), with its reason.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    /// A vehicle type names a profile that does not exist.
    #[error("there is no road profile called {profile}")]
    UnknownProfile {
        /// The name in the network file.
        profile: String,
    },
    /// The map was imported without a profile that the fleet needs.
    #[error("the map was imported without the profile {profile}, which the fleet needs")]
    ProfileNotInMap {
        /// The missing profile.
        profile: Profile,
    },
    /// The day's bikes keep off fast roads, and the map does not know which roads are fast.
    #[error(
        "the map does not know which roads {profile}s keep off by bikes_on_trunk_roads = false: an earlier version imported it; import it again"
    )]
    FastRoadsUnknown {
        /// The profile.
        profile: Profile,
    },
    /// Most of the day's places lie off the map.
    #[error("the map does not cover this day: {missed} of {places} places are far from all of its roads")]
    MapElsewhere {
        /// Places without a road near them.
        missed: usize,
        /// All places.
        places: usize,
    },
}
