//! How far and how long people walk.

use coldmile_units::{Metres, Seconds};
use serde::{Deserialize, Serialize};

/// A walk. A family's is to its centre and back home, as [`ObjectiveParts::walks`](super::ObjectiveParts::walks) prices it: twice
/// the fastest path on foot from the centre to the door; on a map without roads for people on foot, the path of the first profile
/// of bike, van and truck that it has, at 800 seconds a kilometre. A courier's is between road and door, one direction: the
/// straight distance at [`WALK_M_PER_HOUR`](coldmile_model::DayRules::WALK_M_PER_HOUR), rounded up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    /// Time on foot.
    pub duration: Seconds,
    /// Distance.
    pub distance: Metres,
}
