//! What stands on a node and what it does to whoever passes.

use super::Profile;
use super::access::{Access, access, own_access};
use crate::osm::Tags;

/// What a node does to whoever passes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NodeUse {
    /// Nobody passes.
    pub is_blocked: bool,
    /// Only who begins or ends behind it passes.
    pub is_private: bool,
    /// Passing waits at a signal.
    pub has_signal: bool,
}

impl NodeUse {
    /// Whether the node may be treated as any bend in the road.
    pub(crate) fn is_plain(self) -> bool {
        self == Self::default()
    }
}

/// What a node with these tags does to a profile.
pub(crate) fn judge_node(profile: Profile, tags: Tags<'_>) -> NodeUse {
    let mut found = NodeUse { has_signal: tags.is("highway", "traffic_signals"), ..NodeUse::default() };
    let too_low = profile == Profile::Truck && super::way::too_small_for_truck(tags);
    let allowed = match tags.get("barrier") {
        None | Some("no") => None,
        Some(kind) => Some(barrier(profile, kind, tags)),
    };
    match allowed {
        Some(Access::Closed) => found.is_blocked = true,
        Some(Access::Restricted) => found.is_private = true,
        _ => {}
    }
    found.is_blocked |= too_low;
    found
}

/// Whether a barrier lets a profile through. An access tag decides; without one it depends on the kind.
fn barrier(profile: Profile, kind: &str, tags: Tags<'_>) -> Access {
    let movable =
        kind == "bollard" && matches!(tags.get("bollard"), Some("rising" | "removable" | "foldable"));
    let opens_for_all = matches!(
        kind,
        "gate"
            | "lift_gate"
            | "swing_gate"
            | "sliding_gate"
            | "sally_port"
            | "cattle_grid"
            | "border_control"
            | "toll_booth"
            | "entrance"
            | "height_restrictor"
            | "arch"
            | "checkpoint"
            | "border"
    );
    let by_tag = match access(profile, tags) {
        // A bare `access=no` on a bollard or kissing gate is meant for what cannot pass anyway.
        Some(Access::Closed)
            if !profile.is_motorised() && own_access(profile, tags).is_none() && !opens_for_all =>
        {
            None
        }
        other => other,
    };
    if let Some(access) = by_tag {
        return access;
    }
    if tags.is("locked", "yes") {
        return Access::Restricted;
    }
    let passes = match profile {
        Profile::Van | Profile::Truck => opens_for_all || matches!(kind, "kerb" | "rope" | "chain_open"),
        Profile::Bike => !matches!(
            kind,
            "wall"
                | "fence"
                | "hedge"
                | "kissing_gate"
                | "turnstile"
                | "full-height_turnstile"
                | "stile"
                | "ditch"
                | "retaining_wall"
                | "city_wall"
                | "guard_rail"
                | "handrail"
        ),
        Profile::Foot => !matches!(
            kind,
            "wall" | "fence" | "hedge" | "ditch" | "retaining_wall" | "city_wall" | "guard_rail" | "handrail"
        ),
    };
    match (passes, movable && profile.is_motorised()) {
        (true, _) => Access::Open,
        // Someone can lower it for who lives or delivers behind it.
        (false, true) => Access::Restricted,
        (false, false) => Access::Closed,
    }
}
