//! Speed limits and what surface and kind of service road take away.

use super::base::Profile;
use super::maxspeed::parse_maxspeed;
use super::rules::{ProfileRules, SpeedTable};
use coldmile_osm::Tags;

/// The fastest a profile goes on a surface, in km/h; `None` for no loss, 0 where it does not go.
pub(super) fn surface_cap(rules: &ProfileRules, tags: Tags<'_>) -> Option<f64> {
    let own = &rules.tables;
    let cap = |key: &str, own: &SpeedTable, common: fn(&str) -> Option<f64>| {
        let value = tags.get(key)?;
        own.get(value).copied().or_else(|| match rules.base {
            Profile::Foot => None,
            // A bike feels a surface as a van does at three times its speed.
            Profile::Bike => common(value).map(|cap| (cap / 3.0).max(4.0)),
            Profile::Van | Profile::Truck => common(value),
        })
    };
    [
        cap("surface", &own.surface, by_surface),
        cap("tracktype", &own.tracktype, by_tracktype),
        cap("smoothness", &own.smoothness, by_smoothness),
    ]
    .into_iter()
    .flatten()
    .min_by(f64::total_cmp)
}

/// The fastest that a surface lets a van go, km/h; as are the next two.
fn by_surface(surface: &str) -> Option<f64> {
    Some(match surface {
        "cement" | "compacted" | "fine_gravel" => 80.0,
        "paving_stones" | "metal" | "bricks" | "wood" => 60.0,
        "grass_paver" | "grass" | "sett" | "unpaved" | "ground" | "dirt" | "earth" | "pebblestone"
        | "tartan" | "gravel" => 40.0,
        "cobblestone" | "unhewn_cobblestone" | "clay" => 30.0,
        "stone" | "rocky" | "sand" | "rock" => 20.0,
        "mud" => 10.0,
        _ => return None,
    })
}

fn by_tracktype(grade: &str) -> Option<f64> {
    Some(match grade {
        "grade1" => 60.0,
        "grade2" => 40.0,
        "grade3" => 30.0,
        "grade4" => 25.0,
        "grade5" => 20.0,
        _ => return None,
    })
}

fn by_smoothness(smoothness: &str) -> Option<f64> {
    Some(match smoothness {
        "intermediate" => 80.0,
        "bad" => 40.0,
        "very_bad" => 20.0,
        "horrible" => 10.0,
        "very_horrible" => 5.0,
        _ => return None,
    })
}

/// The limit of a motor vehicle in one direction, as a travel speed in km/h.
pub(super) fn limit(rules: &ProfileRules, tags: Tags<'_>, direction_key: &str) -> Option<f64> {
    let profile = rules.base;
    let read = |text: &str| rules.tables.limits.get(text).copied().or_else(|| parse_maxspeed(text));
    let general = [direction_key, "maxspeed", "maxspeed:type", "source:maxspeed", "zone:maxspeed"]
        .into_iter()
        .find_map(|key| tags.get(key).and_then(read));
    // What is advised is what is driven, where it is less than what is allowed.
    let general = match (general, tags.get("maxspeed:advisory").and_then(read)) {
        (Some(limit), Some(advised)) => Some(limit.min(advised)),
        (limit, advised) => limit.or(advised),
    };
    let own = tags.get("maxspeed:hgv").filter(|_| profile == Profile::Truck).and_then(read);
    let limit = own.or(general)?;
    let limit = if profile == Profile::Truck { limit.min(90.0) } else { limit };
    Some(limit * rules.limit_share)
}

/// The fastest on a kind of service road, in km/h; `None` for no loss, 0 where it does not go.
pub(super) fn service_cap(rules: &ProfileRules, tags: Tags<'_>) -> Option<f64> {
    let service = tags.get("service")?;
    rules.tables.service.get(service).copied().or_else(|| match service {
        "alley" | "parking_aisle" | "drive-through" | "driveway" | "emergency_access"
            if rules.base.is_motorised() =>
        {
            Some(10.0)
        }
        _ => None,
    })
}
