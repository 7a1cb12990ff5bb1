//! Tags and files that other engines' users have reported: each kind with the value that is right.

use super::hostile::{blob, bytes, header, number, numbers, raw};
use super::support::travel;
use coldmile::geometry::Point;
use coldmile::mapfile::{MapFileReader, MapFileWriter};
use coldmile::osm::town::{Town, sketch};
use coldmile::osm::{OsmError, RoadData, RoadDataBuilder, read_roads};
use coldmile::road::Profile::{Bike, Foot, Truck, Van};
use coldmile::road::testing::TownRoads;
use coldmile::road::{Approach, Moment, Profile, RoadMap, SnapError, import, import_roads};
use coldmile::units::{Metres, VehicleSize};

/// The short way from a to c is along the top: 600 m against 1,200 m.
fn two_ways(tags: &[(&str, &str)]) -> Town {
    sketch(Metres(100), "a--b--c\n|     |\n|     |\nd-----e").street('a', 'b', tags)
}

const DIRECT: Option<i64> = Some(600);
const ROUND: Option<i64> = Some(1_200);

fn metres(town: &Town, profile: Profile, from: char, to: char) -> Option<i64> {
    town.travel(profile, town.at(from), town.at(to)).map(|(_, distance)| distance.0)
}

fn is_direct(tags: &[(&str, &str)]) -> [bool; 4] {
    [Van, Truck, Bike, Foot].map(|profile| metres(&two_ways(tags), profile, 'a', 'c') == DIRECT)
}

/// Metres between two points on roads that are put together by hand.
fn between(data: &RoadData, profile: Profile, from: Point, to: Point) -> Option<i64> {
    let map = import_roads(data, &[profile], &|_, _| {}).unwrap();
    travel(&map, profile, None, from, to)
}

#[test]
fn one_way_streets_by_kind_of_traffic_and_lanes_that_alternate() {
    for profile in [Van, Truck, Bike, Foot] {
        let town = two_ways(&[("oneway", "alternating")]);
        assert_eq!([metres(&town, profile, 'a', 'c'), metres(&town, profile, 'c', 'a')], [DIRECT; 2]);
    }
    assert_eq!(is_direct(&[("oneway", "reversible")]), [false, false, false, true]);
    for (tags, back) in [
        (&[("oneway:motor_vehicle", "yes")][..], [false, false, true, true]),
        (&[("oneway:vehicle", "yes")], [false, false, false, true]),
        (&[("oneway:hgv", "yes")], [true, false, true, true]),
        (&[("oneway", "yes"), ("oneway:hgv", "no")], [false, true, false, true]),
        (&[("oneway", "yes"), ("oneway:goods", "no")], [true, false, false, true]),
        (&[("oneway", "yes"), ("oneway:motorcar", "alternating")], [true, false, false, true]),
        (&[("oneway", "-1"), ("oneway:bicycle", "no")], [true, true, true, true]),
        (&[("hgv:backward", "no")], [true, false, true, true]),
    ] {
        let of = |profile| metres(&two_ways(tags), profile, 'c', 'a') == DIRECT;
        assert_eq!([Van, Truck, Bike, Foot].map(of), back, "{tags:?}");
    }
}

/// A square of 100 m with streets at two opposite corners, and a way round of more than 2 km.
fn square(tags: &[(&str, &str)]) -> (RoadData, Point, Point) {
    let step = 8_993; // 100 m
    let mut town = RoadDataBuilder::default();
    let mut place = |id: i64, x: i32, y: i32| town.node(id, Point::from_e7(y * step, x * step), &[]);
    for (id, x, y) in
        [(1, 0, 0), (2, 1, 0), (3, 1, 1), (4, 0, 1), (5, -2, 0), (6, 3, 1), (7, -2, 9), (8, 3, 9)]
    {
        place(id, x, y);
    }
    town.way(1, &[1, 2, 3, 4, 1], tags);
    for (id, nodes) in [(2, &[5, 1][..]), (3, &[3, 6]), (4, &[5, 7, 8, 6])] {
        town.way(id, nodes, &[("highway", "residential")]);
    }
    (town.finish(), Point::from_e7(0, -step), Point::from_e7(step, 2 * step))
}

#[test]
fn squares_are_crossed_on_foot_and_by_bike_and_closed_to_motors() {
    for tags in [
        &[("highway", "pedestrian"), ("area", "yes")][..],
        &[("highway", "footway"), ("area", "yes")],
        &[("highway", "pedestrian"), ("area", "yes"), ("bicycle", "yes")],
    ] {
        let (data, from, to) = square(tags);
        // 100 m to the corner, 141 m across, 100 m on.
        for profile in [Foot, Bike] {
            assert_eq!(between(&data, profile, from, to), Some(341), "{tags:?} {profile}");
        }
        assert!(between(&data, Van, from, to) > Some(2_000), "{tags:?}");
    }
    // A line is followed, not crossed; a square that is closed is closed.
    let (data, from, to) = square(&[("highway", "pedestrian")]);
    assert_eq!(between(&data, Foot, from, to), Some(400));
    let (data, from, to) = square(&[("highway", "pedestrian"), ("area", "yes"), ("access", "no")]);
    assert!(between(&data, Foot, from, to) > Some(2_000));
}

/// The same square drawn as a multipolygon of two ways without tags, with a fountain in the middle that may be large.
fn square_of_ways(tags: &[(&str, &str)], fountain_m: i32, has_area: bool) -> (RoadData, Point, Point) {
    let step = 8_993; // 100 m
    let mut town = RoadDataBuilder::default();
    let mut place = |id: i64, x: i32, y: i32| town.node(id, Point::from_e7(y, x), &[]);
    for (id, x, y) in
        [(1, 0, 0), (2, 1, 0), (3, 1, 1), (4, 0, 1), (5, -2, 0), (6, 3, 1), (7, -2, 9), (8, 3, 9)]
    {
        place(id, x * step, y * step);
    }
    let half = fountain_m * step / 200;
    for (id, x, y) in [(11, -1, -1), (12, 1, -1), (13, 1, 1), (14, -1, 1)] {
        place(id, step / 2 + x * half, step / 2 + y * half);
    }
    town.way(11, &[1, 2, 3], &[]);
    town.way(12, &[1, 4, 3], &[("barrier", "wall")]);
    town.way(13, &[11, 12, 13, 14, 11], &[]);
    for (id, nodes) in [(2, &[5, 1][..]), (3, &[3, 6]), (4, &[5, 7, 8, 6])] {
        town.way(id, nodes, &[("highway", "residential")]);
    }
    if has_area {
        let holes: &[i64] = if fountain_m > 0 { &[13] } else { &[] };
        town.square(&[12, 11], holes, tags);
    }
    (town.finish(), Point::from_e7(0, -step), Point::from_e7(step, 2 * step))
}

#[test]
fn squares_drawn_as_relations_are_walked_like_squares_drawn_as_one_way() {
    for tags in [
        &[("highway", "pedestrian")][..],
        &[("highway", "pedestrian"), ("area", "yes")],
        &[("highway", "footway")],
    ] {
        // Across where the fountain is not in the way, else round the edge: 100 m, 200 m, 100 m.
        for (fountain_m, metres) in [(0, 341), (20, 400)] {
            let (data, from, to) = square_of_ways(tags, fountain_m, true);
            for profile in [Foot, Bike] {
                assert_eq!(
                    between(&data, profile, from, to),
                    Some(metres),
                    "{tags:?} {profile} {fountain_m}"
                );
            }
            assert!(between(&data, Van, from, to) > Some(2_000), "{tags:?}");
        }
    }
    for tags in [&[("man_made", "pier")][..], &[("railway", "platform")]] {
        let (data, from, to) = square_of_ways(tags, 0, true);
        assert_eq!(between(&data, Foot, from, to), Some(341), "{tags:?}");
    }
    // A road with an area is followed; a closed square is closed; outlines alone are nothing to walk on.
    for (tags, has_area) in
        [(&[("highway", "pedestrian"), ("access", "no")][..], true), (&[("highway", "pedestrian")], false)]
    {
        let (data, from, to) = square_of_ways(tags, 0, has_area);
        assert!(between(&data, Foot, from, to) > Some(2_000), "{tags:?}");
    }
    let (data, from, to) = square_of_ways(&[("highway", "service")], 0, true);
    assert_eq!(between(&data, Foot, from, to), Some(400));
    assert!(between(&data, Van, from, to) > Some(2_000));
}

#[test]
fn piers_and_platforms_are_walked_on() {
    for tags in [
        &[("man_made", "pier")][..],
        &[("railway", "platform")],
        &[("public_transport", "platform")],
        &[("highway", "platform")],
    ] {
        let (data, from, to) = square(tags);
        assert_eq!(between(&data, Foot, from, to), Some(341), "{tags:?}");
        assert!(between(&data, Van, from, to) > Some(2_000), "{tags:?}");
    }
}

#[test]
fn of_a_list_of_access_words_the_most_generous_decides() {
    for (tags, expected) in [
        (&[("motor_vehicle", "agricultural;destination")][..], Some(800)),
        (&[("motor_vehicle", "destination;agricultural")], Some(800)),
        (&[("vehicle", "agricultural;delivery")], Some(800)),
        (&[("access", "bus;destination")], Some(800)),
        (&[("motor_vehicle", "agricultural;forestry")], None),
        (&[("access", "no"), ("motorcar", "forestry;private")], Some(800)),
    ] {
        let town = sketch(Metres(100), "a----b----c\n     |\n     |\n     |\n     d").street('b', 'd', tags);
        let found = metres(&town, Van, 'a', 'd');
        assert_eq!(found.map(|metres| metres - 100), expected, "{tags:?}");
    }
}

#[test]
fn conditions_are_read_in_each_notation_wherever_they_stand() {
    // Trips begin and end on lanes before the closed road: 1,200 m along the top, 1,800 m round.
    const DIRECT: Option<i64> = Some(1_200);
    const ROUND: Option<i64> = Some(1_800);
    let two_ways = |tags: &[(&str, &str)]| {
        sketch(Metres(100), "s--a--b--c--t\n   |     |\n   |     |\n   d-----e").street('a', 'b', tags)
    };
    let at = |town: &Town, profile: Profile, when: &str| {
        let when: Option<Moment> = (!when.is_empty()).then(|| when.parse().unwrap());
        travel(&town.map(profile), profile, when, town.at('s'), town.at('t'))
    };
    for (key, value, profile, closed, open) in [
        (
            "motor_vehicle:conditional",
            "no @ (Mo-Sa 10:00-18:00; PH 10:00-18:00)",
            Van,
            "We 14:00",
            "We 09:00",
        ),
        ("hgv:conditional", "no @ (Su,PH 00:00-22:00)", Truck, "Su 12:00", "Mo 12:00"),
        ("access:conditional", "no @ (Mo - Fr 07:00 - 19:00)", Bike, "Fr 18:59", "Sa 12:00"),
        ("vehicle:conditional", "no @ Mo-Fr 07:00-09:00; Sa 08:00-12:00", Van, "Sa 11:00", "Su 11:00"),
        ("oneway:conditional", "-1 @ (Mo-Fr 07:00–09:00, 16:00–18:00)", Van, "Mo 17:00", "Mo 12:00"),
        ("oneway:bicycle:conditional", "-1 @ (07:00-09:00)", Bike, "Mo 08:00", "Mo 12:00"),
        ("motor_vehicle:forward:conditional", "no @ (07:00-09:00)", Van, "Mo 08:00", "Mo 12:00"),
        ("maxweight:conditional", "7.5 @ (22:00-06:00)", Truck, "Mo 23:00", "Mo 12:00"),
        ("hgv:conditional", "no @ (weight>7.5 AND 22:00-06:00)", Truck, "Mo 23:00", "Mo 12:00"),
    ] {
        let town = two_ways(&[(key, value)]);
        assert_eq!(at(&town, profile, closed), ROUND, "{key}={value} at {closed}");
        assert_eq!(at(&town, profile, open), DIRECT, "{key}={value} at {open}");
        assert_eq!(at(&town, profile, ""), DIRECT, "{key}={value}");
    }
    assert_eq!(at(&two_ways(&[("vehicle:conditional", "no @ (24/7)")]), Van, ""), ROUND);
    assert_eq!(at(&two_ways(&[("vehicle:conditional", "no @ (PH)")]), Van, "Mo 12:00"), DIRECT);
}

#[test]
fn a_condition_about_time_and_size_keeps_out_what_is_larger_then() {
    // Trips begin and end on lanes before the closed road: 1,200 m along the top, 1,800 m round.
    let is_direct = |tags: &[(&str, &str)], profile: Profile, weight_kg: Option<u32>, when: &str| {
        let town =
            sketch(Metres(100), "s--a--b--c--t\n   |     |\n   |     |\n   d-----e").street('a', 'b', tags);
        let mut file = MapFileWriter::new();
        town.map(profile).write(&mut file);
        let file = file.finish();
        let map = RoadMap::read(&MapFileReader::new(&file).unwrap()).unwrap();
        let when: Option<Moment> = (!when.is_empty()).then(|| when.parse().unwrap());
        let size = weight_kg.map(|weight_kg| VehicleSize { weight_kg, ..VehicleSize::default() });
        let index = map.metric(profile.name(), when, size).unwrap();
        let near = |place| index.snap(town.at(place)).unwrap();
        let distance = index.table(&[near('s')], &[near('t')]).distance_between(0, 0).unwrap();
        assert!([1_200, 1_800].contains(&distance.0), "{distance}");
        distance == Metres(1_200)
    };
    // The own size of a truck is 18 t, that of a van not given.
    for (key, value, profile, heavy) in [
        ("access:conditional", "no @ (07:00-09:00 AND weight>3.5)", Van, 3_501),
        ("hgv:conditional", "no @ (weight>3.5 AND Mo-Fr 07:00-09:00)", Truck, 3_501),
        ("motor_vehicle:conditional", "no @ ((07:00-09:00) AND (weight>=7.5))", Truck, 7_500),
        ("maxweight:conditional", "3.5 @ (07:00-09:00)", Van, 3_501),
        ("maxweight:conditional", "3.5 @ (07:00-09:00)", Truck, 3_501),
        ("maxweight:conditional", "7.5 @ (07:00-09:00); 5 @ (06:00-07:00)", Truck, 7_501),
    ] {
        let tags = [(key, value)];
        for (size, when, direct) in [
            (Some(heavy), "Mo 08:00", false),
            (Some(heavy), "Mo 12:00", true),
            (Some(heavy), "", true),
            (Some(heavy - 1), "Mo 08:00", true),
            (Some(heavy - 1), "Mo 12:00", true),
            (None, "Mo 08:00", profile == Van),
            (None, "Mo 12:00", true),
        ] {
            assert_eq!(
                is_direct(&tags, profile, size, when),
                direct,
                "{key}={value} {profile} {size:?} {when:?}"
            );
        }
    }
    // What is closed to all then is closed to every size; a sign that always holds is stricter.
    let closed = [("access:conditional", "no @ (07:00-09:00); no @ (10:00-12:00 AND weight>3.5)")];
    assert!(
        !is_direct(&closed, Truck, Some(1_000), "Mo 08:00")
            && is_direct(&closed, Truck, Some(1_000), "Mo 11:00")
    );
    assert!(!is_direct(&closed, Truck, Some(4_000), "Mo 11:00"));
    let always = [("maxweight", "3.5"), ("maxweight:conditional", "7.5 @ (07:00-09:00)")];
    assert!(
        !is_direct(&always, Truck, Some(8_000), "Mo 08:00")
            && is_direct(&always, Truck, Some(3_500), "Mo 08:00")
    );
    // Two measures together go by the profile's own size.
    let both = [("hgv:conditional", "no @ (07:00-09:00 AND weight>7.5 AND length>10)")];
    assert!(!is_direct(&both, Truck, None, "Mo 08:00") && is_direct(&both, Truck, None, "Mo 12:00"));
}

#[test]
fn of_speed_limits_by_the_hour_the_lowest_holds_at_any_time() {
    let seconds = |tags: &[(&str, &str)], profile: Profile, when: &str| {
        let town = sketch(Metres(1_000), "a--b").street('a', 'b', tags);
        let map = town.map(profile);
        let when: Option<Moment> = (!when.is_empty()).then(|| when.parse().unwrap());
        let index = map.metric(profile.name(), when, None).unwrap();
        let near = |place| index.snap(town.at(place)).unwrap();
        index.table(&[near('a')], &[near('b')]).duration_between(0, 0).unwrap().0
    };
    let plain = |km_h: &str, profile| seconds(&[("maxspeed", km_h)], profile, "");
    for (limits, lowest) in [
        (&[("maxspeed", "50"), ("maxspeed:conditional", "30 @ (Mo-Fr 07:00-17:00)")][..], ["30", "30"]),
        (&[("maxspeed", "50"), ("maxspeed:conditional", "30 @ (22:00-06:00); 20 @ (Su)")], ["20", "20"]),
        (&[("maxspeed", "60"), ("maxspeed:conditional", "100 @ (20:00-06:00)")], ["60", "60"]),
        (&[("maxspeed", "60"), ("maxspeed:conditional", "30 @ (PH)")], ["60", "60"]),
        (&[("maxspeed", "60"), ("maxspeed:conditional", "30 @ (24/7)")], ["30", "30"]),
        (&[("maxspeed", "60"), ("maxspeed:conditional", "40 @ (weight>7.5)")], ["60", "40"]),
        (&[("maxspeed", "60"), ("maxspeed:conditional", "40 @ (weight>7.5 AND 22:00-06:00)")], ["60", "40"]),
        (&[("maxspeed", "60"), ("maxspeed:hgv:conditional", "40 @ (22:00-06:00)")], ["60", "40"]),
        (&[("maxspeed:forward", "60"), ("maxspeed:forward:conditional", "30 @ (07:00-09:00)")], ["30", "30"]),
    ] {
        for (profile, km_h) in [Van, Truck].into_iter().zip(lowest) {
            for when in ["", "We 08:00", "We 12:00", "We 23:00"] {
                assert_eq!(
                    seconds(limits, profile, when),
                    plain(km_h, profile),
                    "{limits:?} {profile} {when}"
                );
            }
        }
        for profile in [Bike, Foot] {
            assert_eq!(seconds(limits, profile, "We 08:00"), plain("60", profile), "{limits:?} {profile}");
        }
    }
    let town = two_ways(&[("maxspeed:conditional", "30 @ (Mo-Fr 07:00-17:00)")])
        .street('b', 'c', &[("maxspeed:conditional", "30 @ (PH)")])
        .street('a', 'd', &[("maxspeed:forward:conditional", "20 @ (Su)")]);
    assert_eq!(town.map(Van).hourly_limits(), 2);
}

#[test]
fn signs_about_size_keep_out_what_is_larger() {
    let way = |tags: &[(&str, &str)], profile: Profile, size: VehicleSize| {
        let town = two_ways(tags);
        let map = town.map(profile);
        let index = map.index(profile).unwrap().for_size(size);
        let near = |place| index.snap(town.at(place)).unwrap();
        index.table(&[near('a')], &[near('c')]).distance_between(0, 0).map(|distance| distance.0)
    };
    let truck = VehicleSize { height_cm: 390, weight_kg: 3_900, ..VehicleSize::default() };
    let small = VehicleSize { height_cm: 300, weight_kg: 3_000, ..VehicleSize::default() };
    for (tags, is_for_vans) in [
        (&[("maxheight", "3,5")][..], true),
        (&[("maxheight", "11’6”")], true),
        (&[("maxheight", "default"), ("maxheight:physical", "3.6")], true),
        (&[("maxweight", "8000 lbs")], true),
        (&[("maxweight", "3.8 st")], true),
        (&[("maxweight", "3.5;5")], true),
        (&[("maxweightrating", "3.5")], true),
        (&[("maxweightrating:hgv", "3.5")], false),
        (&[("maxweight:hgv", "3.5")], false),
        (&[("hgv:conditional", "no @ (weight>3.5)")], false),
        (&[("hgv:conditional", "no @ (maxweightrating>3.5)")], false),
        (&[("hgv", "no"), ("hgv:conditional", "yes @ (weight<=3.5)")], false),
        (&[("access:conditional", "no @ (weight>3.5)")], true),
        (&[("motor_vehicle:conditional", "no @ (height>3.5)")], true),
    ] {
        assert_eq!([way(tags, Truck, truck), way(tags, Truck, small)], [ROUND, DIRECT], "{tags:?}");
        assert_eq!(way(tags, Van, truck), if is_for_vans { ROUND } else { DIRECT }, "{tags:?}");
    }
    // What is signed for trucks counts for them before what is signed for all.
    assert_eq!(way(&[("maxweight", "3.5"), ("maxweight:hgv", "12")], Truck, truck), DIRECT);
}

#[test]
fn mandatory_turns_with_several_targets_are_a_choice() {
    // A cross, its south and east arms joined.
    let cross = || sketch(Metres(100), "   n\n   |\nw--x--e\n   |  |\n   s--t");
    let straight = |town: &Town| metres(town, Van, 'w', 'e');
    assert_eq!(straight(&cross()), Some(600));
    let both = cross().restrict('w', 'x', 'n', "only_left_turn").restrict('w', 'x', 's', "only_right_turn");
    // By the southern arm: 300 + 200 + 300 + 200.
    assert_eq!(straight(&both), Some(1_000));
    let twice = cross().restrict('w', 'x', 's', "only_right_turn").restrict('w', 'x', 's', "only_right_turn");
    assert_eq!(straight(&twice), Some(1_000));
    let with_straight =
        cross().restrict('w', 'x', 'n', "only_left_turn").restrict('w', 'x', 'e', "only_straight_on");
    assert_eq!(straight(&with_straight), Some(600));
}

#[test]
fn emergency_lanes_are_closed_to_motors_and_the_worst_surface_to_wheels() {
    assert_eq!(
        is_direct(&[("highway", "service"), ("service", "emergency_access")]),
        [false, false, true, true]
    );
    let invited = [("highway", "service"), ("service", "emergency_access"), ("motor_vehicle", "yes")];
    assert_eq!(is_direct(&invited), [true; 4]);
    assert_eq!(is_direct(&[("smoothness", "impassable")]), [false, false, false, true]);
    let seconds = |word: &str| {
        let town = two_ways(&[("smoothness", word)]);
        town.travel(Van, town.at('a'), town.at('b')).unwrap().0
    };
    assert!(seconds("no_such_word") >= seconds("bad"));
}

#[test]
fn shared_lanes_are_not_for_deliveries_unless_a_tag_says_so() {
    assert_eq!(is_direct(&[("hov", "designated")]), [false, false, true, true]);
    assert_eq!(is_direct(&[("hov", "designated"), ("motor_vehicle", "yes")]), [true; 4]);
    assert_eq!(is_direct(&[("hov", "yes")]), [true; 4]);
}

#[test]
fn car_trains_carry_motor_vehicles_and_others_by_invitation() {
    // The detour is long, and the train takes a quarter of an hour.
    let train = |tags: &[(&str, &str)]| {
        let mut town = RoadDataBuilder::default();
        for (id, x, y) in [(1, 0, 0), (2, 10, 0), (3, 90, 0), (4, 100, 0), (5, 0, 900), (6, 100, 900)] {
            town.node(id, Point::from_e7(y * 899, x * 899), &[]);
        }
        let mut all = vec![("route", "shuttle_train"), ("duration", "0:15")];
        all.extend_from_slice(tags);
        town.way(1, &[2, 3], &all);
        for (id, nodes) in [(2, &[1, 2][..]), (3, &[3, 4]), (4, &[1, 5, 6, 4])] {
            town.way(id, nodes, &[("highway", "residential"), ("maxspeed", "3")]);
        }
        let (data, from, to) = (town.finish(), Point::from_e7(0, 0), Point::from_e7(0, 100 * 899));
        [Van, Truck, Bike, Foot].map(|profile| between(&data, profile, from, to) == Some(1_000))
    };
    assert_eq!(train(&[]), [true, true, false, false]);
    assert_eq!(train(&[("foot", "yes")]), [true, true, false, true]);
    assert_eq!(train(&[("hgv", "no")]), [true, false, false, false]);
}

#[test]
fn a_barrier_on_a_junction_stands_on_the_side_road() {
    // A street with a drive at b, and a long way round.
    let street = |node: &[(&str, &str)], drive: &str| {
        let town = sketch(Metres(100), "a---b---c\n|   |   |\n|   p   |\n|       |\n|       |\nd-------e");
        town.street('b', 'p', &[("highway", drive)]).mark('b', node)
    };
    for node in
        [&[("barrier", "gate"), ("access", "private")][..], &[("barrier", "lift_gate"), ("access", "no")]]
    {
        for profile in [Van, Truck, Bike, Foot] {
            let town = street(node, "service");
            assert_eq!(metres(&town, profile, 'a', 'c'), Some(800), "{node:?} {profile}");
        }
    }
    let gate = [("barrier", "gate"), ("access", "private")];
    assert_eq!(metres(&street(&gate, "service"), Van, 'a', 'p'), Some(600));
    assert_eq!(metres(&street(&[("barrier", "bollard")], "footway"), Van, 'a', 'c'), Some(800));
    assert_eq!(metres(&street(&[("barrier", "bollard")], "service"), Van, 'a', 'c'), Some(800));
    // Behind the bollard no van goes, and where the road only goes on the barrier bars it.
    assert_eq!(metres(&street(&[("barrier", "bollard")], "service"), Van, 'a', 'p'), None);
    let plain = sketch(Metres(100), "a---b---c\n|       |\n|       |\nd-------e")
        .mark('b', &[("barrier", "bollard")]);
    assert_eq!(metres(&plain, Van, 'a', 'c'), Some(1_400));
    // A crossing of equals: the barrier cannot be placed.
    let cross =
        sketch(Metres(100), "   n\n   |\nw--x--e\n   |  |\n   s--t").mark('x', &[("barrier", "block")]);
    assert_eq!(metres(&cross, Van, 'w', 'e'), Some(600));
}

/// A road of one OSM way along 17 degrees south.
fn pacific(ways: &[&[i32]]) -> (RoadMap, impl Fn(i32) -> Point) {
    let place = |lon: i32| Point::from_e7(-168_000_000, lon);
    let mut town = RoadDataBuilder::default();
    let mut id = 0;
    for (number, way) in (1..).zip(ways) {
        let first = id + 1;
        for &lon in *way {
            id += 1;
            town.node(id, place(lon), &[]);
        }
        town.way(number, &(first..=id).collect::<Vec<_>>(), &[("highway", "residential")]);
    }
    (import_roads(&town.finish(), &[Van], &|_, _| {}).unwrap(), place)
}

#[test]
fn roads_cross_the_antimeridian() {
    let (half, end) = (1_800_000_000, 200_000);
    for ways in [
        &[&[half - end, -half + end][..]][..],
        &[&[half - end, half - 3_000, -half + 90_000, -half + end]],
        &[&[half - end, half], &[-half, -half + end]],
        &[&[half - end, half, -half + end]],
    ] {
        let (map, place) = pacific(ways);
        let index = map.index(Van).unwrap();
        let (from, to) = (place(half - 150_000), place(-half + 150_000));
        let found = travel(&map, Van, None, from, to).unwrap();
        assert!((found - 3_193).abs() <= 4, "{found} m on {ways:?}");
        let line = coldmile::road::RoadQuery::new(index)
            .route(&index.snap(from).unwrap(), &index.snap(to).unwrap())
            .unwrap()
            .line;
        assert!(line.windows(2).all(|pair| pair[0].distance_m(pair[1]) < 3_300.0), "{line:?}");
        for beyond in [place(-half + 1_000), place(half - 1_000), place(half), place(-half)] {
            let snap = index.snap(Point::from_e7(beyond.lat_e7() + 1_000, beyond.lon_e7())).unwrap();
            assert!((snap.distance_m - 11.1).abs() < 0.2, "{snap:?}");
            assert!(snap.point.distance_m(beyond) < 1.0, "{snap:?} {beyond}");
        }
    }
}

#[test]
fn no_distance_is_longer_than_half_the_way_round_the_globe() {
    let (map, place) = pacific(&[&[1_799_000_000, 1_800_000_000]]);
    let index = map.index(Van).unwrap();
    let snap = index.snap(place(-1_799_999_000)).unwrap();
    assert!((snap.distance_m - 10.6).abs() < 0.3, "{snap:?}");
    for (lat, lon) in
        [(0, 0), (168_000_000, 0), (900_000_000, 0), (-900_000_000, 5), (899_999_000, -1_800_000_000)]
    {
        let error = index.snap(Point::from_e7(lat, lon)).unwrap_err();
        assert!((300.0..20_100_000.0).contains(&error.distance_m()), "{error}");
        assert!(!error.to_string().contains("inf"), "{error}");
    }
    // At a pole a degree is a few steps; a road that runs over many is none that can be snapped to.
    let mut pole = RoadDataBuilder::default();
    for (id, lon) in [(1, 0), (2, 900_000_000), (3, 1_790_000_000)] {
        pole.node(id, Point::from_e7(899_999_000, lon), &[]);
    }
    pole.way(1, &[1, 2, 3], &[("highway", "residential")]);
    let map = import_roads(&pole.finish(), &[Van], &|_, _| {}).unwrap();
    let error = map.index(Van).unwrap().snap(Point::from_e7(899_999_000, 450_000_000)).unwrap_err();
    assert!(matches!(error, SnapError::NoRoad { .. }) && error.distance_m() < 20_100_000.0, "{error}");
}

#[test]
fn the_snap_limit_may_be_another_one() {
    let town = two_ways(&[]);
    let map = town.map(Van);
    let index = map.index(Van).unwrap();
    let far = Point::from_e7(town.at('a').lat_e7() + 50_000, town.at('a').lon_e7());
    let within = |limit: f64| index.stop_within(far, Approach::ByRoad, 1, limit);
    assert!(within(300.0).unwrap_err().to_string().contains("the limit is 300 m"));
    assert!((within(600.0).unwrap().candidates()[0].distance_m - 556.0).abs() < 2.0);
    assert!(index.graph().snap_within(town.at('a'), Approach::ByRoad, 0.0).is_ok());
}

/// A file with one road and, where wanted, its nodes.
fn one_road(with_nodes: bool, ids: &[i64]) -> Vec<u8> {
    let mut table = Vec::new();
    for text in ["", "highway", "residential"] {
        bytes(1, text.as_bytes(), &mut table);
    }
    let (mut block, mut dense, mut nodes, mut way, mut ways) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    bytes(1, &table, &mut block);
    numbers(1, &[1, 2], true, &mut dense);
    numbers(8, &[410_000_000, 410_010_000], true, &mut dense);
    numbers(9, &[-86_000_000, -86_000_000], true, &mut dense);
    bytes(2, &dense, &mut nodes);
    if with_nodes {
        bytes(2, &nodes, &mut block);
    }
    number(1, 7, &mut way);
    numbers(2, &[1], false, &mut way);
    numbers(3, &[2], false, &mut way);
    numbers(8, ids, true, &mut way);
    bytes(3, &way, &mut ways);
    bytes(2, &ways, &mut block);
    let mut file = Vec::new();
    header(&mut file);
    blob("OSMData", &raw(&block), &mut file);
    file
}

#[test]
fn roads_without_their_nodes_are_said_to_be_so() {
    assert!(import(&one_road(true, &[1, 2]), &[Van], &|_, _| {}).is_ok());
    let without = read_roads(&one_road(false, &[1, 2])).unwrap_err();
    assert_eq!(without, OsmError::NoNodes { ways: 1 });
    assert!(without.to_string().contains("none of their nodes"));
    // One node is there and the others are not.
    let partly = import(&one_road(true, &[1, 77]), &[Van], &|_, _| {}).unwrap_err().to_string();
    assert!(partly.contains("1 of its roads have no nodes"), "{partly}");
}

#[test]
fn tags_that_are_not_understood_are_counted() {
    let town = two_ways(&[("maxheight", "low"), ("surface", "asphalt"), ("maxspeed", "fast")])
        .street('b', 'c', &[("maxheight", "low"), ("hgv:conditional", "no @ (axles>3)")])
        .mark('d', &[("barrier", "gatte")]);
    let map = town.map(Van);
    let found: Vec<_> = map.unread_tags().iter().map(|tag| (tag.key, &*tag.value, tag.count)).collect();
    let expected = [
        ("maxheight", "low", 2),
        ("barrier", "gatte", 1),
        ("hgv:conditional", "no @ (axles>3)", 1),
        ("maxspeed", "fast", 1),
    ];
    assert_eq!(found, expected);
}
