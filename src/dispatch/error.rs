//! Days that cannot be planned at all.

use coldmile_road::Profile;

/// A day that cannot be planned at all on this map. What concerns a single order is never an error but a reason in the
/// plan.
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
        /// Which.
        profile: Profile,
    },
    /// Most of the day lies off the map.
    #[error("the map does not cover this day: {missed} of {places} places are far from all of its roads")]
    MapElsewhere {
        /// Places without a road.
        missed: usize,
        /// All places.
        places: usize,
    },
    /// A site where couriers start has no road near it.
    #[error("site {site} cannot be reached by {profile}: {reason}")]
    SiteOffRoad {
        /// Which site.
        site: String,
        /// For whom.
        profile: Profile,
        /// How far the road is.
        reason: String,
    },
}
