//! What stands on a node, and what passing it takes.

use super::access::{access, own_access};
use super::access_tags::Access;
use super::base::Profile;
use super::rules::{Barrier, ProfileRules};
use super::size::SizeLimit;
use super::way::limit_of;
use coldmile_osm::{Moment, Schedule, Tags, Untimed};

/// What passing a node takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "what is true of a node, each by itself")]
pub(crate) struct NodeUse {
    /// Nothing passes.
    pub is_blocked: bool,
    /// Only trips that begin or end behind it pass.
    pub is_private: bool,
    /// Milliseconds that passing takes along the way as it is drawn.
    forward_ms: u32,
    /// The same against it.
    backward_ms: u32,
    /// The same towards the junction that a sign without a direction stands at.
    pub unsure_ms: u32,
    /// What passes.
    pub limit: SizeLimit,
    /// Whether a barrier stands here that does not let all pass.
    pub has_barrier: bool,
    /// Whether that barrier stands on a junction, where only some roads have it.
    pub is_at_junction: bool,
    /// When nothing passes, as a position in a list of schedules; `None` where that does not change with time.
    pub closed: Option<u16>,
}

impl NodeUse {
    /// Whether the node may be treated as any bend in the road.
    pub(crate) fn is_plain(self) -> bool {
        self == Self::default()
    }

    /// Whether so much happens there that the road is parted: what holds up for less than a second is spread over the
    /// road instead.
    pub(crate) fn parts_road(self) -> bool {
        let longest = self.forward_ms.max(self.backward_ms).max(self.unsure_ms);
        self.is_blocked
            || self.is_private
            || self.limit != SizeLimit::NONE
            || self.closed.is_some()
            || longest >= 1_000
    }

    /// The same for roads that the barrier does not stand on.
    pub(crate) fn without_barrier(self) -> Self {
        Self { is_blocked: false, is_private: false, limit: SizeLimit::NONE, closed: None, ..self }
    }

    /// Milliseconds that passing takes with or against the direction the way is drawn in.
    pub(crate) const fn passing_ms(self, is_against: bool) -> u32 {
        if is_against { self.backward_ms } else { self.forward_ms }
    }
}

/// What a node does to a profile at the best of times, and when it lets nothing pass.
pub(crate) struct NodeTimes {
    pub best: NodeUse,
    pub closed: Option<Schedule>,
}

/// What a node with these tags does to a profile at any time: a gate may be closed at night. Conditions about the size of
/// vehicles go by the profile's own.
pub(crate) fn judge_node_times(rules: &ProfileRules, tags: Tags<'_>) -> NodeTimes {
    let conditions = tags.conditions();
    if conditions.is_empty() {
        return NodeTimes { best: judge_node(rules, tags), closed: None };
    }
    let judged = |when: Option<Moment>| judge_node(rules, tags.for_trip(when, rules.size));
    let plain = judged(None);
    let schedules: Vec<&Schedule> =
        conditions.iter().filter_map(|condition| condition.when.as_ref()).collect();
    if schedules.is_empty() {
        return NodeTimes { best: plain, closed: None };
    }
    let moments = Schedule::stretches(&schedules);
    let open = || moments.iter().map(|moment| judged(Some(*moment))).find(|then| !then.is_blocked);
    let best = if plain.is_blocked { open().unwrap_or(plain) } else { plain };
    if best.is_blocked {
        return NodeTimes { best, closed: None };
    }
    let untimed = if plain.is_blocked { Untimed::Applies } else { Untimed::Ignored };
    let closed = Schedule::when(&schedules, untimed, |moment| judged(Some(moment)).is_blocked);
    let has_barrier = best.has_barrier || closed.is_some();
    NodeTimes { best: NodeUse { has_barrier, ..best }, closed }
}

/// What a node with these tags does to a profile.
fn judge_node(rules: &ProfileRules, tags: Tags<'_>) -> NodeUse {
    let costs = rules.costs;
    let mut found = NodeUse { limit: limit_of(rules.base, tags), ..NodeUse::default() };
    let crossing = tags.get("crossing");
    let (ms, is_sign) = match tags.get("highway") {
        Some("traffic_signals") => (costs.signal, false),
        Some("crossing") if crossing == Some("traffic_signals") => (costs.signal_at_crossing, false),
        Some("crossing") if matches!(crossing, Some("zebra" | "marked" | "uncontrolled")) => {
            (costs.crossing, false)
        }
        Some("stop") => (costs.stop, true),
        Some("give_way") => (costs.give_way, true),
        _ => (0, false),
    };
    match tags.get("traffic_signals:direction").or(tags.get("direction")) {
        Some("forward") => found.forward_ms = ms,
        Some("backward") => found.backward_ms = ms,
        Some("both") => (found.forward_ms, found.backward_ms) = (ms, ms),
        _ if is_sign => found.unsure_ms = ms,
        _ => (found.forward_ms, found.backward_ms) = (ms, ms),
    }
    let kinds = tags.get("barrier").filter(|kind| *kind != "no");
    match kinds.map(|kinds| barriers(rules, kinds, tags)) {
        Some(Barrier::Closed) => found.is_blocked = true,
        Some(Barrier::Private) => found.is_private = true,
        Some(Barrier::Takes(ms)) => {
            found.forward_ms += ms;
            found.backward_ms += ms;
        }
        None => {}
    }
    let stops_some = found.is_blocked || found.is_private || found.limit != SizeLimit::NONE;
    NodeUse { has_barrier: kinds.is_some() && stops_some, ..found }
}

/// What several barriers in one place (`kissing_gate;gate`) do: what passes one of them passes all,
/// unless the profile has a rule of its own for just these.
fn barriers(rules: &ProfileRules, kinds: &str, tags: Tags<'_>) -> Barrier {
    if rules.tables.barriers.contains_key(kinds) {
        return barrier(rules, kinds, tags);
    }
    let each = kinds.split([';', ',']).map(|kind| barrier(rules, kind.trim(), tags));
    let easier = |one: Barrier, other: Barrier| match (one, other) {
        (Barrier::Takes(one), Barrier::Takes(other)) => Barrier::Takes(one.min(other)),
        (Barrier::Takes(ms), _) | (_, Barrier::Takes(ms)) => Barrier::Takes(ms),
        (Barrier::Private, _) | (_, Barrier::Private) => Barrier::Private,
        (Barrier::Closed, Barrier::Closed) => Barrier::Closed,
    };
    each.reduce(easier).unwrap_or(Barrier::Closed)
}

/// Barriers that people on foot do not pass.
const WALLS: &[&str] =
    &["wall", "fence", "hedge", "ditch", "retaining_wall", "city_wall", "guard_rail", "handrail"];

/// Documented values of `barrier`.
const KNOWN: &[&str] = &[
    "arch",
    "bar",
    "barrier_board",
    "block",
    "bollard",
    "border",
    "border_control",
    "bump_gate",
    "bus_trap",
    "cable_barrier",
    "cattle_grid",
    "chain",
    "chain_open",
    "checkpoint",
    "coupure",
    "cycle_barrier",
    "debris",
    "delineators",
    "entrance",
    "full-height_turnstile",
    "gate",
    "hampshire_gate",
    "height_restrictor",
    "horse_stile",
    "jersey_barrier",
    "kerb",
    "kissing_gate",
    "lift_gate",
    "log",
    "motorcycle_barrier",
    "no",
    "planter",
    "rope",
    "sally_port",
    "sliding_beam",
    "sliding_gate",
    "spikes",
    "step",
    "stile",
    "sump_buster",
    "swing_gate",
    "tank_trap",
    "toll_booth",
    "turnstile",
    "tyres",
    "wedge",
    "wicket_gate",
    "yes",
];

/// Whether each barrier of a tag is known.
pub(super) fn is_known_barrier(kinds: &str) -> bool {
    kinds.split([';', ',']).map(str::trim).all(|kind| KNOWN.contains(&kind) || WALLS.contains(&kind))
}

/// Whether a barrier lets a profile through. An access tag decides; without one it depends on the kind.
fn barrier(rules: &ProfileRules, kind: &str, tags: Tags<'_>) -> Barrier {
    let profile = rules.base;
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
            | "hampshire_gate"
            | "bump_gate"
            | "sliding_beam"
            | "coupure"
    );
    let by_tag = match access(rules, tags) {
        // A bare `access=no` on a bollard or kissing gate is meant for what cannot pass anyway.
        Some(Access::Closed)
            if !profile.is_motorised() && own_access(rules, tags).is_none() && !opens_for_all =>
        {
            None
        }
        other => other,
    };
    match by_tag {
        Some(Access::Closed) => return Barrier::Closed,
        Some(Access::Restricted) => return rules.private_gates,
        Some(Access::Open | Access::Dismount) => return Barrier::Takes(0),
        None => {}
    }
    if tags.is("locked", "yes") {
        return Barrier::Private;
    }
    if let Some(&own) = rules.tables.barriers.get(kind).filter(|_| !movable) {
        return own;
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
                | "horse_stile"
                | "step"
        ),
        Profile::Foot => !WALLS.contains(&kind),
    };
    match (passes, movable && profile.is_motorised()) {
        (true, _) => Barrier::Takes(0),
        // It can be lowered for residents and deliveries behind it.
        (false, true) => Barrier::Private,
        (false, false) => Barrier::Closed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_barrier_is_known() {
        for kind in [
            "block",
            "bollard",
            "border_control",
            "bump_gate",
            "bus_trap",
            "cattle_grid",
            "coupure",
            "cycle_barrier",
            "debris",
            "entrance",
            "full-height_turnstile",
            "gate",
            "hampshire_gate",
            "height_restrictor",
            "horse_stile",
            "jersey_barrier",
            "kissing_gate",
            "lift_gate",
            "kerb",
            "log",
            "motorcycle_barrier",
            "planter",
            "rope",
            "sally_port",
            "sliding_beam",
            "sliding_gate",
            "spikes",
            "stile",
            "sump_buster",
            "swing_gate",
            "toll_booth",
            "turnstile",
            "wedge",
            "wicket_gate",
            "yes",
            "chain",
            "wall",
            "fence",
            "hedge",
            "ditch",
            "retaining_wall",
            "city_wall",
            "guard_rail",
            "handrail",
            "tank_trap",
            "kissing_gate;gate",
        ] {
            assert!(is_known_barrier(kind), "{kind}");
        }
        assert!(!is_known_barrier("gatte") && !is_known_barrier("gate;gatte"));
    }
}
