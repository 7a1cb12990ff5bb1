//! Speed limits and what surface and kind of service road take away.

use super::access::access;
use super::access_tags::Access;
use super::base::Profile;
use super::maxspeed::parse_maxspeed;
use super::rules::{ProfileRules, SpeedTable};
use coldmile_osm::Tags;

/// The fastest a profile goes on a surface, in km/h; `None` for no loss, 0 where it does not go.
pub(super) fn surface_cap(rules: &ProfileRules, tags: Tags<'_>) -> Option<f64> {
    let own = &rules.tables;
    let cap = |key: &str, own: &SpeedTable, common: fn(&str) -> Option<f64>| {
        // Of several values the worst counts.
        let words = tags.get(key)?.split(';').map(str::trim);
        let caps = words.filter_map(|word| {
            own.get(word).copied().or_else(|| match rules.base {
                Profile::Foot => None,
                // A bike feels a surface as a van does at three times its speed; what a van cannot pass it cannot either.
                Profile::Bike => common(word).map(|cap| if cap > 0.0 { (cap / 3.0).max(4.0) } else { 0.0 }),
                Profile::Van | Profile::Truck => common(word),
            })
        });
        caps.min_by(f64::total_cmp)
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
        | "tartan" | "gravel" | "shells" | "metal_grid" | "soil" | "artificial_turf" => 40.0,
        "cobblestone" | "unhewn_cobblestone" | "clay" | "woodchips" | "salt" | "snow" => 30.0,
        "stone" | "rocky" | "sand" | "rock" | "ice" => 20.0,
        "mud" => 10.0,
        "stepping_stones" => 0.0,
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
        "excellent" | "very_good" | "good" => return None,
        "intermediate" => 80.0,
        "very_bad" => 20.0,
        "horrible" => 10.0,
        "very_horrible" => 5.0,
        "impassable" => 0.0,
        // "bad"; a word that is not known is no better.
        _ => 40.0,
    })
}

/// Surfaces without a loss of speed.
const FAST_SURFACES: &[&str] = &[
    "paved",
    "asphalt",
    "chipseal",
    "concrete",
    "concrete:lanes",
    "concrete:plates",
    "paving_stones:lanes",
    "paving_stones:30",
    "rubber",
    "tiles",
    "plastic",
    "acrylic",
    "carpet",
    "fibre_reinforced_polymer_grate",
    "wood_planks",
];

/// Whether each word of a tag about the surface is known.
pub(super) fn is_known_surface(key: &str, value: &str) -> bool {
    value.split(';').map(str::trim).all(|word| match key {
        "surface" => by_surface(word).is_some() || FAST_SURFACES.contains(&word),
        "tracktype" => by_tracktype(word).is_some(),
        _ => matches!(
            word,
            "excellent"
                | "very_good"
                | "good"
                | "intermediate"
                | "bad"
                | "very_bad"
                | "horrible"
                | "very_horrible"
                | "impassable"
        ),
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
    let by_direction =
        if direction_key == "maxspeed:forward" { "maxspeed:hgv:forward" } else { "maxspeed:hgv:backward" };
    let own = [by_direction, "maxspeed:hgv"].into_iter().filter(|_| profile == Profile::Truck);
    let own = own.into_iter().find_map(|key| tags.get(key).and_then(read));
    let limit = own.or(general)?;
    let limit = if profile == Profile::Truck { limit.min(90.0) } else { limit };
    Some(limit * rules.limit_share)
}

/// The fastest on a kind of service road, in km/h; `None` for no loss, 0 where it does not go.
pub(super) fn service_cap(rules: &ProfileRules, tags: Tags<'_>) -> Option<f64> {
    let words = tags.get("service")?.split(';').map(str::trim);
    let caps = words.filter_map(|word| {
        rules.tables.service.get(word).copied().or_else(|| match word {
            // For ambulances and the like, unless a tag lets others pass.
            "emergency_access" if rules.base.is_motorised() => match access(rules, tags) {
                Some(Access::Open | Access::Restricted) => Some(10.0),
                _ => Some(0.0),
            },
            "alley" | "parking_aisle" | "drive-through" | "driveway" if rules.base.is_motorised() => {
                Some(10.0)
            }
            _ => None,
        })
    });
    caps.min_by(f64::total_cmp)
}

/// Values of `service` on roads.
const SERVICES: &[&str] = &[
    "alley",
    "parking_aisle",
    "drive-through",
    "driveway",
    "emergency_access",
    "parking",
    "slipway",
    "layby",
    "bus",
    "busway",
    "irrigation",
    "parking_lane",
    "driveway2",
    "fuel",
    "yard",
    "siding",
    "spur",
    "crossover",
];

/// Whether a kind of service road is known.
pub(super) fn is_known_service(value: &str) -> bool {
    value.split(';').map(str::trim).all(|word| SERVICES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_surface_and_smoothness_is_known() {
        for surface in [
            "paved",
            "asphalt",
            "chipseal",
            "concrete",
            "concrete:lanes",
            "concrete:plates",
            "paving_stones",
            "paving_stones:lanes",
            "grass_paver",
            "sett",
            "unhewn_cobblestone",
            "cobblestone",
            "bricks",
            "metal",
            "metal_grid",
            "wood",
            "stepping_stones",
            "rubber",
            "tiles",
            "fibre_reinforced_polymer_grate",
            "unpaved",
            "compacted",
            "fine_gravel",
            "gravel",
            "shells",
            "rock",
            "pebblestone",
            "ground",
            "dirt",
            "earth",
            "grass",
            "mud",
            "sand",
            "woodchips",
            "snow",
            "ice",
            "salt",
            "clay",
            "tartan",
            "artificial_turf",
            "acrylic",
            "carpet",
            "plastic",
            "asphalt;gravel",
        ] {
            assert!(is_known_surface("surface", surface), "{surface}");
        }
        let words = [
            "excellent",
            "good",
            "intermediate",
            "bad",
            "very_bad",
            "horrible",
            "very_horrible",
            "impassable",
        ];
        let caps: Vec<f64> = words.iter().map(|word| by_smoothness(word).unwrap_or(400.0)).collect();
        assert!(caps.is_sorted_by(|better, worse| better >= worse), "{caps:?}");
        assert!(words.iter().all(|word| is_known_surface("smoothness", word)));
        assert!(by_smoothness("impasable") <= by_smoothness("bad"));
        assert!((1..6).all(|grade| is_known_surface("tracktype", &format!("grade{grade}"))));
        assert!(!is_known_surface("tracktype", "grade6") && !is_known_surface("surface", "lava"));
        assert!(!is_known_surface("smoothness", "impasable"));
        for service in [
            "alley",
            "driveway",
            "parking_aisle",
            "drive-through",
            "emergency_access",
            "slipway",
            "layby",
            "bus",
        ] {
            assert!(is_known_service(service), "{service}");
        }
    }
}
