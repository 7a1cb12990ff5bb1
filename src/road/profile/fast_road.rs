//! Fast roads by their tags: trunk roads and dual carriageways with nothing for bikes.
//!
//! One carriageway of a main road is fast only where another runs the other way, which tags do not say: see
//! [`build`](crate::build).

use super::access::own_access;
use super::access_tags::Access;
use super::maxspeed::parse_maxspeed;
use super::rules::ProfileRules;
use super::side::DrivingSide;
use super::way::{Oneway, oneway};
use coldmile_osm::Tags;

/// Lanes from which one carriageway of a main road counts as fast.
const MIN_LANES: u32 = 2;
/// Limit in km/h from which it does.
const MIN_LIMIT_KM_H: f64 = 60.0;

/// What the tags of a road say about how fast it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FastTags {
    /// A trunk road or its link, or a road that is tagged as a dual carriageway.
    Fast,
    /// One carriageway of a main road, driven along the OSM way.
    CarriagewayForward,
    /// The same, driven against it.
    CarriagewayBackward,
    /// Neither.
    Ordinary,
}

impl FastTags {
    /// What these tags say.
    pub(crate) fn of(tags: Tags<'_>) -> Self {
        let Some(class) = tags.get("highway") else { return Self::Ordinary };
        let is_link = class.ends_with("_link");
        let is_dual = tags.is("dual_carriageway", "yes") && !is_link;
        if matches!(class, "trunk" | "trunk_link") || is_dual {
            return Self::Fast;
        }
        let is_main = matches!(class, "primary" | "secondary");
        let goes_round = matches!(tags.get("junction"), Some("roundabout" | "circular"));
        if !is_main || goes_round || !is_broad_or_quick(tags) {
            return Self::Ordinary;
        }
        match tags.get("oneway").and_then(oneway) {
            Some(Oneway::Forward) => Self::CarriagewayForward,
            Some(Oneway::Backward) => Self::CarriagewayBackward,
            _ => Self::Ordinary,
        }
    }
}

/// Whether a carriageway has two lanes or more, or a limit of 60 km/h or more.
fn is_broad_or_quick(tags: Tags<'_>) -> bool {
    let lanes = tags.get("lanes").and_then(|lanes| lanes.parse::<u32>().ok());
    let limit = tags.get("maxspeed").and_then(parse_maxspeed);
    lanes.is_some_and(|lanes| lanes >= MIN_LANES) || limit.is_some_and(|limit| limit >= MIN_LIMIT_KM_H)
}

/// Whether a road is made for bikes along the direction that it is drawn in, and against it: a tag invites them, it is a bicycle
/// road, or there is a lane or track for them on it or on that side of it.
pub(crate) fn is_made_for_bikes(rules: &ProfileRules, tags: Tags<'_>, side: DrivingSide) -> [bool; 2] {
    let is_invited = own_access(rules, tags) == Some(Access::Open);
    if is_invited || tags.is("bicycle_road", "yes") || tags.is("cyclestreet", "yes") {
        return [true; 2];
    }
    // Where a lane is, by the direction of the OSM way.
    let on_side = |key: &str, with_traffic: [bool; 2]| -> [bool; 2] {
        let against = with_traffic.map(|with| !with);
        match tags.get(key).map(|value| (value, value.strip_prefix("opposite_"))) {
            Some((_, Some(rest))) if is_for_bikes(rest) => against,
            Some((value, None)) if is_for_bikes(value) => with_traffic,
            _ => [false; 2],
        }
    };
    let (on_left, on_right) = match tags.get("oneway").and_then(oneway) {
        Some(Oneway::Forward) => ([true, false], [true, false]),
        Some(Oneway::Backward) => ([false, true], [false, true]),
        _ if side == DrivingSide::Left => ([true, false], [false, true]),
        _ => ([false, true], [true, false]),
    };
    let on_all = [on_left[0] || on_right[0], on_left[1] || on_right[1]];
    let found = [
        on_side("cycleway", on_all),
        on_side("cycleway:both", on_all),
        on_side("cycleway:left", on_left),
        on_side("cycleway:right", on_right),
    ];
    [0, 1].map(|direction| found.iter().any(|both| both[direction]))
}

/// Values of `cycleway` and its like that stand for something on the road itself, not on a path of its own.
fn is_for_bikes(value: &str) -> bool {
    matches!(value, "lane" | "track" | "shared_lane" | "share_busway" | "shoulder")
}
