//! Every access tag and value, every barrier, every class of road, for every profile: one street of a drawn town has
//! the tag, and a vehicle that may not use it goes round.

use coldmile::osm::town::{Town, sketch};
use coldmile::road::Profile::{Bike, Foot, Truck, Van};
use coldmile::road::testing::TownRoads;
use coldmile::road::{Profile, import_roads};
use coldmile::units::Metres;

/// The short way from s to t is along the top over b, 1200 m. Round by the bottom it is so long that no slow street
/// makes it the faster one.
fn town() -> Town {
    let down = "\n   |     |".repeat(30);
    sketch(Metres(100), &format!("s--a--b--c--t{down}\n   d-----e"))
}

/// Who takes the top: van, truck, bike, foot.
fn takes_the_top(town: &Town) -> [bool; 4] {
    let map = import_roads(&town.roads(), &Profile::ALL, &|_, _| {}).unwrap();
    [Van, Truck, Bike, Foot]
        .map(|profile| super::support::travel(&map, profile, None, town.at('s'), town.at('t')) == Some(1_200))
}

fn on_street(tags: &[(&str, &str)]) -> [bool; 4] {
    takes_the_top(&town().street('a', 'b', tags))
}

fn on_node(tags: &[(&str, &str)]) -> [bool; 4] {
    takes_the_top(&town().mark('b', tags))
}

/// Whom a tag is about: van, truck, bike, foot.
const KEYS: [(&str, [bool; 4]); 8] = [
    ("access", [true; 4]),
    ("vehicle", [true, true, true, false]),
    ("motor_vehicle", [true, true, false, false]),
    ("motorcar", [true, false, false, false]),
    ("goods", [true, false, false, false]),
    ("hgv", [false, true, false, false]),
    ("bicycle", [false, false, true, false]),
    ("foot", [false, false, false, true]),
];

#[test]
fn each_value_of_each_access_tag_keeps_out_whom_it_keeps_out() {
    for (key, about) in KEYS {
        for open in ["yes", "permissive", "designated", "official", "public", "allowed", "unknown", "what"] {
            assert_eq!(on_street(&[(key, open)]), [true; 4], "{key}={open}");
        }
        // No way through, or no way at all: passing trips go round.
        for shut in [
            "no",
            "private",
            "destination",
            "customers",
            "delivery",
            "permit",
            "residents",
            "discouraged",
            "agricultural",
            "forestry",
            "emergency",
            "military",
            "psv",
            "destination;delivery",
        ] {
            assert_eq!(on_street(&[(key, shut)]), about.map(|about| !about), "{key}={shut}");
        }
        // What is closed for all is opened by the tag of one's own.
        if key != "access" {
            assert_eq!(on_street(&[("access", "no"), (key, "yes")]), about, "access=no {key}=yes");
        }
    }
    // Pushing is walking, for a bike; for others a word without sense.
    assert_eq!(on_street(&[("bicycle", "dismount")]), [true; 4]);
}

#[test]
fn trips_end_on_restricted_streets_and_not_on_closed_ones() {
    let reach = |value: &str| {
        let town = town().street('a', 'b', &[("access", value)]).street('b', 'c', &[("access", value)]);
        town.travel(Van, town.at('d'), town.at('b')).is_some()
    };
    for value in ["private", "destination", "customers", "delivery", "permit", "residents", "discouraged"] {
        assert!(reach(value), "{value}");
    }
    for value in ["no", "agricultural", "forestry", "emergency", "military", "psv", "bus"] {
        assert!(!reach(value), "{value}");
    }
}

#[test]
fn each_barrier_stops_whom_it_stops() {
    for open in [
        "gate",
        "lift_gate",
        "swing_gate",
        "sliding_gate",
        "sally_port",
        "cattle_grid",
        "border_control",
        "toll_booth",
        "entrance",
        "height_restrictor",
        "arch",
        "checkpoint",
        "border",
        "kerb",
        "rope",
        "no",
    ] {
        assert_eq!(on_node(&[("barrier", open)]), [true; 4], "{open}");
    }
    for narrow in
        ["bollard", "block", "cycle_barrier", "chain", "jersey_barrier", "motorcycle_barrier", "log", "yes"]
    {
        assert_eq!(on_node(&[("barrier", narrow)]), [false, false, true, true], "{narrow}");
    }
    for feet in ["kissing_gate", "turnstile", "full-height_turnstile", "stile"] {
        assert_eq!(on_node(&[("barrier", feet)]), [false, false, false, true], "{feet}");
    }
    for wall in ["wall", "fence", "hedge", "ditch", "retaining_wall", "city_wall", "guard_rail", "handrail"] {
        assert_eq!(on_node(&[("barrier", wall)]), [false; 4], "{wall}");
    }
    // A barrier with several kinds is passed by a vehicle that passes one of them.
    assert_eq!(on_node(&[("barrier", "kissing_gate;gate")]), [true; 4]);
    assert_eq!(on_node(&[("barrier", "bollard;stile")]), [false, false, true, true]);
}

#[test]
fn a_tag_on_a_barrier_says_who_passes() {
    for (tags, expected) in [
        (&[("barrier", "bollard"), ("access", "yes")][..], [true; 4]),
        (&[("barrier", "bollard"), ("motor_vehicle", "yes")], [true; 4]),
        (&[("barrier", "bollard"), ("motorcar", "yes")], [true, false, true, true]),
        (&[("barrier", "gate"), ("motor_vehicle", "no")], [false, false, true, true]),
        (&[("barrier", "gate"), ("access", "private")], [false; 4]),
        (&[("barrier", "gate"), ("access", "private"), ("bicycle", "yes")], [false, false, true, false]),
        (&[("barrier", "gate"), ("locked", "yes")], [false; 4]),
        // A bare no on a bollard is meant for what cannot pass anyway.
        (&[("barrier", "bollard"), ("access", "no")], [false, false, true, true]),
        (&[("barrier", "bollard"), ("bicycle", "no")], [false, false, false, true]),
        (&[("barrier", "wall"), ("foot", "yes")], [false, false, false, true]),
        (&[("barrier", "gate"), ("maxheight", "3")], [true, false, true, true]),
    ] {
        assert_eq!(on_node(tags), expected, "{tags:?}");
    }
    // Someone lowers it for who begins or ends behind it.
    for kind in ["rising", "removable", "foldable", "fixed"] {
        let yard = sketch(Metres(100), "a--b--c\n|     |\nd--g--e\n   |\n   i\n   |\n   h");
        let town = yard.mark('i', &[("barrier", "bollard"), ("bollard", kind)]);
        assert_eq!(town.travel(Van, town.at('a'), town.at('h')).is_some(), kind != "fixed", "{kind}");
    }
}

#[test]
fn each_class_of_road_is_for_whom_it_is() {
    const ALL: [bool; 4] = [true; 4];
    for (class, expected) in [
        ("motorway", [true, true, false, false]),
        ("motorway_link", [true, true, false, false]),
        ("trunk", ALL),
        ("trunk_link", ALL),
        ("primary", ALL),
        ("primary_link", ALL),
        ("secondary", ALL),
        ("secondary_link", ALL),
        ("tertiary", ALL),
        ("tertiary_link", ALL),
        ("unclassified", ALL),
        ("residential", ALL),
        ("road", ALL),
        ("service", ALL),
        ("living_street", ALL),
        ("cycleway", [false, false, true, true]),
        ("track", [false, false, true, true]),
        ("path", [false, false, true, true]),
        ("bridleway", [false, false, true, true]),
        ("footway", [false, false, true, true]),
        ("pedestrian", [false, false, true, true]),
        ("steps", [false, false, true, true]),
        ("corridor", [false, false, false, true]),
        ("platform", [false, false, false, true]),
        ("construction", [false; 4]),
        ("proposed", [false; 4]),
        ("raceway", [false; 4]),
        ("busway", [false; 4]),
    ] {
        let oneway = if class == "motorway" {
            [("highway", class), ("oneway", "no")]
        } else {
            [("highway", class), ("lit", "no")]
        };
        assert_eq!(on_street(&oneway), expected, "{class}");
    }
    let more = |tags: &[(&str, &str)]| on_street(tags);
    assert_eq!(more(&[("highway", "trunk"), ("motorroad", "yes")]), [true, true, false, false]);
    assert_eq!(
        more(&[("highway", "trunk"), ("motorroad", "yes"), ("bicycle", "yes")]),
        [true, true, true, false]
    );
    assert_eq!(more(&[("highway", "track"), ("tracktype", "grade1")]), ALL);
    assert_eq!(more(&[("highway", "track"), ("surface", "asphalt")]), ALL);
    assert_eq!(more(&[("highway", "track"), ("surface", "mud")]), [false, false, true, true]);
    assert_eq!(more(&[("highway", "pedestrian"), ("motor_vehicle", "yes")]), ALL);
    assert_eq!(more(&[("highway", "pedestrian"), ("goods", "yes")]), [true, false, true, true]);
    assert_eq!(more(&[("highway", "busway"), ("bicycle", "yes")]), [false, false, true, false]);
    assert_eq!(more(&[("impassable", "yes")]), [false; 4]);
    assert_eq!(more(&[("area", "yes")]), [false, false, true, true]);
}

#[test]
fn one_way_streets_have_their_exceptions() {
    // Against the way that the street is drawn, from t to s.
    let back = |tags: &[(&str, &str)]| {
        let town = town().street('a', 'b', tags);
        let map = import_roads(&town.roads(), &Profile::ALL, &|_, _| {}).unwrap();
        [Van, Truck, Bike, Foot].map(|profile| {
            super::support::travel(&map, profile, None, town.at('t'), town.at('s')) == Some(1_200)
        })
    };
    for value in ["yes", "true", "1"] {
        assert_eq!(back(&[("oneway", value)]), [false, false, false, true], "{value}");
        assert_eq!(on_street(&[("oneway", value)]), [true; 4], "{value}");
    }
    for value in ["-1", "reverse"] {
        assert_eq!(back(&[("oneway", value)]), [true; 4], "{value}");
        assert_eq!(on_street(&[("oneway", value)]), [false, false, false, true], "{value}");
    }
    for value in ["no", "false", "0", "what", "alternating"] {
        assert_eq!(back(&[("oneway", value)]), [true; 4], "{value}");
    }
    assert_eq!(on_street(&[("oneway", "alternating")]), [true; 4]);
    assert_eq!(on_street(&[("oneway", "reversible")]), [false, false, false, true]);
    for implied in [("junction", "roundabout"), ("junction", "circular")] {
        assert_eq!(back(&[implied]), [false, false, false, true], "{implied:?}");
        assert_eq!(back(&[implied, ("oneway", "no")]), [true; 4], "{implied:?}");
    }
    for exception in [
        ("oneway:bicycle", "no"),
        ("cycleway", "opposite"),
        ("cycleway", "opposite_lane"),
        ("cycleway:left", "opposite_track"),
        ("cycleway:right", "opposite_lane"),
        ("cycleway:both", "opposite_lane"),
    ] {
        assert_eq!(back(&[("oneway", "yes"), exception]), [false, false, true, true], "{exception:?}");
    }
    assert_eq!(back(&[("oneway", "no"), ("oneway:bicycle", "yes")]), [true, true, false, true]);
    assert_eq!(back(&[("oneway", "yes"), ("oneway:bicycle", "-1")]), [false, false, true, true]);
    assert_eq!(back(&[("oneway", "no"), ("oneway:foot", "yes")]), [true, true, true, false]);
    assert_eq!(on_street(&[("oneway:foot", "-1")]), [true, true, true, false]);
}

#[test]
fn a_way_may_be_closed_in_one_direction_for_some() {
    let back = |tags: &[(&str, &str)]| {
        let town = town().street('a', 'b', tags);
        let map = import_roads(&town.roads(), &Profile::ALL, &|_, _| {}).unwrap();
        [Van, Truck, Bike, Foot].map(|profile| {
            super::support::travel(&map, profile, None, town.at('t'), town.at('s')) == Some(1_200)
        })
    };
    for (key, about) in [
        ("motor_vehicle:backward", [true, true, false, false]),
        ("vehicle:backward", [true, true, true, false]),
        ("motorcar:backward", [true, false, false, false]),
        ("bicycle:backward", [false, false, true, false]),
        ("access:backward", [true; 4]),
    ] {
        assert_eq!(back(&[(key, "no")]), about.map(|about| !about), "{key}");
        assert_eq!(on_street(&[(key, "no")]), [true; 4], "{key}");
        let key = key.replace("backward", "forward");
        assert_eq!(on_street(&[(&key, "no")]), about.map(|about| !about), "{key}");
    }
    // The tag of one's own decides before that.
    assert_eq!(back(&[("vehicle:backward", "no"), ("bicycle", "yes")]), [false, false, true, true]);
    // A street that is closed both ways is not opened by a word about one.
    assert_eq!(on_street(&[("access", "no"), ("access:forward", "yes")]), [false; 4]);
}

#[test]
fn surfaces_and_steps_slow_down_wheels_and_not_feet() {
    let seconds = |tags: &[(&str, &str)], profile: Profile| {
        let town = sketch(Metres(1_000), "a--b").street('a', 'b', tags);
        town.travel(profile, town.at('a'), town.at('b')).unwrap().0.0
    };
    // 3 km: 432 s at the van's 25 km/h, 635 s at the bike's 17, 2160 s at the walker's 5.
    for (tags, van, bike, foot) in [
        (&[][..], 432, 635, 2_160),
        (&[("surface", "asphalt")], 432, 635, 2_160),
        (&[("surface", "cobblestone")], 432, 1_080, 2_160),
        (&[("surface", "sand")], 540, 1_620, 2_160),
        (&[("surface", "mud")], 1_080, 2_700, 2_160),
        (&[("smoothness", "very_bad")], 540, 1_620, 2_160),
        (&[("tracktype", "grade5")], 540, 1_620, 2_160),
        (&[("surface", "gravel"), ("smoothness", "horrible")], 1_080, 2_700, 2_160),
        (&[("highway", "service"), ("service", "driveway")], 1_080, 720, 2_160),
    ] {
        let found = [Van, Bike, Foot].map(|profile| seconds(tags, profile));
        assert_eq!(found, [van, bike, foot], "{tags:?}");
    }
    // A bike is carried up steps.
    assert_eq!([Bike, Foot].map(|profile| seconds(&[("highway", "steps")], profile)), [7_200, 4_320]);
}

#[test]
fn a_truck_minds_signs_of_height_weight_length_and_width_on_roads_and_at_gates() {
    for (sign, fits) in [
        (("maxheight", "3.7"), false),
        (("maxheight", "3.8"), true),
        (("maxheight", "12'0\""), false),
        (("maxheight", "12'6\""), true),
        (("maxheight", "370 cm"), false),
        (("maxheight", "default"), true),
        (("maxheight", "none"), true),
        (("maxweight", "7.5"), false),
        (("maxweight", "17999 kg"), false),
        (("maxweight", "18"), true),
        (("maxlength", "11.9 m"), false),
        (("maxlength", "12"), true),
        (("maxwidth", "2.5"), false),
        (("maxwidth", "2.55"), true),
    ] {
        assert_eq!(on_street(&[sign]), [true, fits, true, true], "{sign:?}");
        assert_eq!(on_node(&[("barrier", "entrance"), sign]), [true, fits, true, true], "{sign:?}");
    }
}
