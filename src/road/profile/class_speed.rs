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
