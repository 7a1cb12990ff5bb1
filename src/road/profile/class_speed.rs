//! Speeds of each class of road where nothing is signed.

use super::base::Profile;

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
        "footway" | "pedestrian" | "pier" => 5.0,
        "steps" => 1.5,
        _ => return None,
    })
}

fn foot_speed(highway: &str) -> Option<f64> {
    Some(match highway {
        "trunk" | "trunk_link" | "primary" | "primary_link" | "secondary" | "secondary_link" | "tertiary"
        | "tertiary_link" | "unclassified" | "residential" | "road" | "living_street" | "service"
        | "track" | "path" | "bridleway" | "footway" | "pedestrian" | "cycleway" | "platform"
        | "corridor" | "pier" => 5.0,
        "steps" => 2.5,
        _ => return None,
    })
}

/// Other documented values of `highway` on ways, which no profile uses.
const NOT_FOR_US: &[&str] = &[
    "abandoned",
    "bus_guideway",
    "bus_stop",
    "busway",
    "construction",
    "demolished",
    "disused",
    "elevator",
    "emergency_bay",
    "escape",
    "ladder",
    "no",
    "planned",
    "proposed",
    "raceway",
    "razed",
    "rest_area",
    "services",
    "toll_gantry",
    "trailhead",
    "via_ferrata",
];

/// Documented values of `highway` on nodes.
const ON_NODES: &[&str] = &[
    "bus_stop",
    "crossing",
    "cyclist_waiting_aid",
    "elevator",
    "emergency_access_point",
    "emergency_bay",
    "give_way",
    "hitchhiking",
    "ladder",
    "milestone",
    "mini_roundabout",
    "motorway_junction",
    "passing_place",
    "platform",
    "rest_area",
    "services",
    "speed_camera",
    "speed_display",
    "stop",
    "street_lamp",
    "toll_gantry",
    "traffic_mirror",
    "traffic_signals",
    "trailhead",
    "turning_circle",
    "turning_loop",
];

/// Whether a value of `highway` is known, on ways or nodes.
pub(super) fn is_known(highway: &str) -> bool {
    let is_used = Profile::ALL.into_iter().any(|profile| class_speed(profile, highway).is_some());
    is_used || NOT_FOR_US.contains(&highway) || ON_NODES.contains(&highway)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_class_of_road_is_known() {
        for class in [
            "motorway",
            "trunk",
            "primary",
            "secondary",
            "tertiary",
            "unclassified",
            "residential",
            "motorway_link",
            "trunk_link",
            "primary_link",
            "secondary_link",
            "tertiary_link",
            "living_street",
            "service",
            "pedestrian",
            "track",
            "bus_guideway",
            "escape",
            "raceway",
            "road",
            "busway",
            "footway",
            "bridleway",
            "steps",
            "corridor",
            "path",
            "via_ferrata",
            "cycleway",
            "proposed",
            "construction",
            "platform",
            "elevator",
            "emergency_bay",
            "rest_area",
            "services",
            "crossing",
            "traffic_signals",
            "mini_roundabout",
            "turning_circle",
            "stop",
        ] {
            assert!(is_known(class), "{class}");
        }
        assert!(!is_known("residental") && !is_known(""));
    }
}
