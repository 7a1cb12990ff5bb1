//! Speeds: what a class of road allows when nobody says, and what surface and size take away.

use super::maxspeed::parse_maxspeed;
use super::rules::Table;
use super::{Profile, Rules};
use coldmile_osm::Tags;

/// The speed in km/h that a profile reaches on a class of road without further tags; `None` when it may not go there.
pub(super) fn class_speed(profile: Profile, highway: &str) -> Option<f64> {
    match profile {
        Profile::Van => van_speed(highway),
        Profile::Truck => van_speed(highway).map(|speed| (speed * 0.9).min(75.0)),
        Profile::Bike => bike_speed(highway),
        Profile::Foot => foot_speed(highway),
    }
}

fn van_speed(highway: &str) -> Option<f64> {
    Some(match highway {
        "motorway" => 90.0,
        "trunk" => 85.0,
        "primary" => 65.0,
        "secondary" => 55.0,
        "motorway_link" => 45.0,
        "trunk_link" | "tertiary" => 40.0,
        "primary_link" | "busway_link" => 30.0,
        "secondary_link" | "unclassified" | "residential" | "road" => 25.0,
        "tertiary_link" => 20.0,
        "service" => 15.0,
        "living_street" => 10.0,
        _ => return None,
    })
}

fn bike_speed(highway: &str) -> Option<f64> {
    Some(match highway {
        "cycleway" | "trunk" | "trunk_link" | "primary" | "primary_link" | "secondary" | "secondary_link"
        | "tertiary" | "tertiary_link" | "unclassified" | "residential" | "road" => 17.0,
        "living_street" | "service" => 15.0,
        "track" => 12.0,
        "path" | "bridleway" => 10.0,
        "footway" | "pedestrian" => 5.0,
        "steps" => 1.5,
        _ => return None,
    })
}

fn foot_speed(highway: &str) -> Option<f64> {
    Some(match highway {
        "trunk" | "trunk_link" | "primary" | "primary_link" | "secondary" | "secondary_link" | "tertiary"
        | "tertiary_link" | "unclassified" | "residential" | "road" | "living_street" | "service"
        | "track" | "path" | "bridleway" | "footway" | "pedestrian" | "cycleway" | "platform"
        | "corridor" => 5.0,
        "steps" => 2.5,
        _ => return None,
    })
}

/// The fastest a profile goes on a surface, in km/h; `None` for no loss, 0 where it does not go.
pub(super) fn surface_cap(rules: &Rules, tags: Tags<'_>) -> Option<f64> {
    let own = &rules.tables;
    let cap = |key: &str, own: &Table, common: fn(&str) -> Option<f64>| {
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
pub(super) fn limit(rules: &Rules, tags: Tags<'_>, direction_key: &str) -> Option<f64> {
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
pub(super) fn service_cap(rules: &Rules, tags: Tags<'_>) -> Option<f64> {
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
