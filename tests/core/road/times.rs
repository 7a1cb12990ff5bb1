//! Roads that are closed, open or one-way at times, on drawn towns.

use super::support::travel;
use coldmile::mapfile::{MapFileReader, MapFileWriter};
use coldmile::osm::town::{Town, sketch};
use coldmile::road::Profile::{Bike, Foot, Truck, Van};
use coldmile::road::testing::TownRoads;
use coldmile::road::{Moment, NoPath, Profile, ProfileRules, RoadMap, import_roads, import_rules};
use coldmile::units::{Metres, Seed};

const TWO_WAYS: &str = "s--a--b--c--t\n   |     |\n   |     |\n   d-----e";

/// A lane and two squares side by side: the short way from s to t is along the top, 1200 m; round by the bottom it is
/// 1800 m.
fn two_ways(tags: &[(&str, &str)]) -> Town {
    sketch(Metres(100), TWO_WAYS).street('a', 'b', tags)
}

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

/// Whether one may drive along the top from s to t at each time, on the map as it was built and as it is read back.
fn direct(town: &Town, profile: Profile, times: &[&str]) -> Vec<bool> {
    let built = town.map(profile);
    let mut file = MapFileWriter::new();
    built.write(&mut file);
    let file = file.finish();
    let read = RoadMap::read(&MapFileReader::new(&file).unwrap()).unwrap();
    let of = |map: &RoadMap| -> Vec<bool> {
        let metres = |when: &&str| {
            let when = (!when.is_empty()).then(|| at(when));
            travel(map, profile, when, town.at('s'), town.at('t'))
        };
        times.iter().map(|when| metres(when) == Some(1_200)).collect()
    };
    let found = of(&built);
    assert_eq!(of(&read), found);
    found
}

/// A park's gate that is locked at night, and one that is open by day only.
#[test]
fn a_gate_closed_at_times_is_gone_round_then() {
    let times = ["", "Mo 05:59", "Mo 06:00", "We 21:59", "We 22:00", "Su 02:00"];
    let by_day = [false, true, true, false, false];
    for (tags, without_time) in [
        (&[("barrier", "gate"), ("access:conditional", "no @ (22:00-06:00)")][..], true),
        (&[("barrier", "gate"), ("access", "no"), ("access:conditional", "yes @ (06:00-22:00)")], false),
        (&[("barrier", "swing_gate"), ("vehicle:conditional", "no @ (22:00-06:00)")], true),
        (&[("barrier", "bollard"), ("motor_vehicle:conditional", "yes @ (06:00-22:00)")], false),
    ] {
        let town = two_ways(&[]).mark('b', tags);
        let expected: Vec<bool> = std::iter::once(without_time).chain(by_day).collect();
        assert_eq!(direct(&town, Van, &times), expected, "{tags:?}");
    }
    // Feet pass a gate that is closed to vehicles; holidays are no weekday.
    let town = two_ways(&[]).mark('b', &[("barrier", "gate"), ("vehicle:conditional", "no @ (22:00-06:00)")]);
    assert_eq!(direct(&town, Foot, &times), [true; 6]);
    let town = two_ways(&[]).mark('b', &[("barrier", "gate"), ("access:conditional", "no @ (PH)")]);
    assert_eq!(direct(&town, Van, &times), [true; 6]);
    // Without a barrier the tags of a node close nothing.
    let town = two_ways(&[]).mark('b', &[("access:conditional", "no @ (22:00-06:00)")]);
    assert_eq!(direct(&town, Van, &times), [true; 6]);
}

#[test]
fn a_gate_with_hours_on_a_junction_stands_on_the_side_road() {
    // A drive leaves the street at b; the gate is drawn on the junction itself.
    let town = sketch(Metres(100), "s--a--b--c--t\n      |\n      x")
        .street('b', 'x', &[("highway", "service")])
        .mark('b', &[("barrier", "gate"), ("access:conditional", "no @ (22:00-06:00)")]);
    let times = ["Mo 12:00", "Mo 23:00"];
    assert_eq!(direct(&town, Van, &times), [true; 2]);
    let map = town.map(Van);
    let drive =
        times.map(|when| travel(&map, Van, Some(at(when)), town.at('s'), town.between('b', 'x', 0.9)));
    assert!(drive[0].is_some());
    assert_ne!(drive[1], drive[0]);
}

#[test]
fn a_road_closed_at_times_is_gone_round_then() {
    let times = ["", "Mo 06:59", "Mo 07:00", "Fr 08:59", "Fr 09:00", "Sa 08:00"];
    for (key, bound) in [
        ("access:conditional", &[Van, Truck, Bike, Foot][..]),
        ("vehicle:conditional", &[Van, Truck, Bike]),
        ("motor_vehicle:conditional", &[Van, Truck]),
        ("motorcar:conditional", &[Van]),
        ("goods:conditional", &[Van]),
        ("hgv:conditional", &[Truck]),
        ("bicycle:conditional", &[Bike]),
        ("foot:conditional", &[Foot]),
    ] {
        let town = two_ways(&[(key, "no @ (Mo-Fr 07:00-09:00)")]);
        for profile in Profile::ALL {
            let closed = !bound.contains(&profile);
            let expected = [true, true, closed, closed, true, true];
            assert_eq!(direct(&town, profile, &times), expected, "{key} {profile}");
        }
    }
}

#[test]
fn a_road_open_at_times_is_used_then_and_without_a_time_it_is_closed() {
    let times = ["", "Mo 05:59", "Mo 06:00", "Mo 09:59", "Mo 10:00", "Su 07:00"];
    let expected = [false, false, true, true, false, true];
    for tags in [
        &[("motor_vehicle", "no"), ("motor_vehicle:conditional", "yes @ (06:00-10:00)")][..],
        &[("access", "no"), ("motorcar:conditional", "yes @ (06:00-10:00)")],
        &[("highway", "pedestrian"), ("motor_vehicle:conditional", "yes @ (06:00-10:00)")],
        &[("vehicle", "no"), ("goods:conditional", "yes @ (06:00-08:00); yes @ (08:00-10:00)")],
    ] {
        // A pedestrian street is driven slowly, so let the way round be long.
        let town = sketch(
            Metres(100),
            "s--a--b--c--t\n   |     |\n   |     |\n   |     |\n   |     |\n   |     |\n   |     |\n   d-----e",
        );
        assert_eq!(direct(&town.street('a', 'b', tags), Van, &times), expected, "{tags:?}");
    }
}

#[test]
fn a_delivery_hour_opens_no_way_through() {
    let tags = [("motor_vehicle", "no"), ("motor_vehicle:conditional", "delivery @ (06:00-10:00)")];
    let town = sketch(Metres(100), "s--a--b--c--t\n   |     |\n   |     |\n   d-----e")
        .street('a', 'b', &tags)
        .street('b', 'c', &tags);
    let map = town.map(Van);
    let metres =
        |when: &str, from: char, to: char| travel(&map, Van, Some(at(when)), town.at(from), town.at(to));
    for when in ["Mo 07:00", "Mo 12:00"] {
        assert_eq!(metres(when, 's', 't'), Some(1_800), "{when}");
    }
}

#[test]
fn the_most_specific_tag_decides_at_any_time_and_of_its_parts_the_last() {
    let times = ["Mo 08:00", "Mo 12:00"];
    for (tags, expected) in [
        (&[("vehicle:conditional", "no @ (07:00-09:00)"), ("motorcar", "yes")][..], [true, true]),
        (&[("motorcar:conditional", "no @ (07:00-09:00)"), ("vehicle", "yes")], [false, true]),
        (&[("access:conditional", "no @ (Mo-Fr); yes @ (Mo 08:00-09:00)")], [true, false]),
        (&[("access:conditional", "no @ (06:00-10:00); no @ (11:00-13:00)")], [false, false]),
    ] {
        assert_eq!(direct(&two_ways(tags), Van, &times), expected, "{tags:?}");
    }
}

#[test]
fn a_condition_that_is_not_about_the_week_changes_nothing() {
    for value in ["no @ (axles>3)", "no @ (Jun-Sep)", "no @ wet", "no", "@", "no @ (SH 07:00-09:00)", ""] {
        let town = two_ways(&[("access:conditional", value)]);
        assert_eq!(direct(&town, Van, &["", "Mo 08:00"]), [true, true], "{value}");
    }
}

#[test]
fn a_street_is_one_way_at_times() {
    let town = two_ways(&[("oneway:conditional", "-1 @ (Mo-Fr 07:00-09:00)")]);
    assert_eq!(direct(&town, Van, &["", "Mo 08:00", "Mo 10:00"]), [true, false, true]);
    let map = town.map(Van);
    let back = |when: &str| travel(&map, Van, Some(at(when)), town.at('t'), town.at('s'));
    assert_eq!([back("Mo 08:00"), back("Mo 10:00")], [Some(1_200); 2]);
    let town = two_ways(&[("oneway", "-1"), ("oneway:conditional", "no @ (20:00-06:00)")]);
    assert_eq!(direct(&town, Van, &["", "Mo 12:00", "Mo 23:00", "Tu 05:00"]), [false, false, true, true]);
}

#[test]
fn who_is_on_a_road_when_it_closes_drives_on_to_its_end_and_nobody_comes_in() {
    let tags = [("access:conditional", "no @ (20:00-06:00)")];
    // Three pieces of one closed street, with side streets between them that are closed too.
    let town = sketch(Metres(100), "a--b--c--d\n|  |  |  |\ne--f--g--h");
    let town = [('a', 'b'), ('b', 'c'), ('c', 'd'), ('b', 'f'), ('c', 'g')]
        .into_iter()
        .fold(town, |town, (one, other)| town.street(one, other, &tags));
    let map = town.map(Van);
    let metres = |when: Option<&str>, from, to| travel(&map, Van, when.map(at), from, to);
    let middle = town.between('b', 'c', 0.5);
    for when in [None, Some("Mo 12:00")] {
        assert_eq!(metres(when, middle, town.at('e')), Some(650), "{when:?}");
        assert_eq!(metres(when, town.at('e'), middle), Some(650), "{when:?}");
    }
    assert_eq!(metres(Some("Mo 23:00"), middle, town.at('e')), Some(650));
    assert_eq!(metres(Some("Mo 23:00"), town.at('e'), middle), None);
    let night = map.index_at(Van, at("Mo 23:00")).unwrap();
    let (from, to) = (night.snap(town.at('e')), night.snap(middle));
    assert_eq!(night.why_not(&from, &to), Some(NoPath::NotNow));
}

#[test]
fn stops_are_on_a_road_while_it_is_open_and_else_on_the_next_one() {
    for value in ["yes @ (06:00-10:00)", "delivery @ (06:00-10:00)"] {
        let tags = [("motor_vehicle", "no"), ("motor_vehicle:conditional", value)];
        let town = two_ways(&tags);
        let map = town.map(Van);
        let (door, start) = (town.between('a', 'b', 0.4), town.at('d'));
        for (when, off) in [("", 120.0), ("Mo 07:00", 0.0), ("Mo 12:00", 120.0)] {
            let made = (!when.is_empty()).then(|| map.index_at(Van, at(when)).unwrap());
            let index = made.as_ref().or(map.index(Van)).unwrap();
            let snaps = [index.snap(start).unwrap(), index.snap(door).unwrap()];
            // 120 m back to a, where other roads begin.
            assert!((snaps[1].distance_m - off).abs() < 2.0, "{when}");
            super::oracle::agree(index, &snaps, &snaps, when);
            let metres = index.table(&snaps[..1], &snaps[1..]).distance_between(0, 0).unwrap().0;
            assert_eq!(metres, 300 + if off == 0.0 { 120 } else { 0 }, "{when}");
            // What was snapped without a time is still reached.
            let plain = map.index(Van).unwrap();
            let snaps = [plain.snap(start).unwrap(), plain.snap(door).unwrap()];
            super::oracle::agree(index, &snaps, &snaps, when);
            assert_eq!(
                index.table(&snaps[..1], &snaps[1..]).distance_between(0, 0),
                Some(Metres(300)),
                "{when}"
            );
        }
    }
}

#[test]
fn a_profile_of_ones_own_minds_the_hours_of_its_keys() {
    let town = two_ways(&[("motor_vehicle", "no"), ("taxi:conditional", "yes @ (06:00-10:00)")]);
    let taxi = "name = \"taxi\"\nbase = \"van\"\nkeys = [\"taxi\", \"motor_vehicle\", \"access\"]";
    let rules = [ProfileRules::from_toml(taxi).unwrap()];
    let map = import_rules(&town.roads(), &rules, &|_, _| {}).unwrap();
    let metres = |when: &str| {
        let index = map.metric("taxi", Some(at(when)), None).unwrap();
        let snaps = ['s', 't'].map(|place| index.snap(town.at(place)).unwrap());
        super::oracle::agree(&index, &snaps, &snaps, when);
        index.table(&snaps[..1], &snaps[1..]).distance_between(0, 0).unwrap().0
    };
    assert_eq!([metres("Mo 07:00"), metres("Mo 12:00")], [1_200, 1_800]);
}

#[test]
fn hierarchy_and_dijkstra_agree_on_towns_full_of_hours() {
    const HOURS: [&[(&str, &str)]; 6] = [
        &[("access:conditional", "no @ (Mo-Fr 07:00-09:00)")],
        &[("motor_vehicle", "no"), ("motor_vehicle:conditional", "yes @ (06:00-10:00,16:00-18:00)")],
        &[("vehicle", "no"), ("motorcar:conditional", "delivery @ (06:00-10:00)")],
        &[("oneway:conditional", "yes @ (Mo-Fr 07:00-09:00); -1 @ (Mo-Fr 16:00-19:00)")],
        &[("access", "private"), ("access:conditional", "yes @ (08:00-18:00)")],
        &[("highway", "pedestrian"), ("motor_vehicle:conditional", "yes @ (Sa,Su)")],
    ];
    let mut pairs = 0;
    for seed in (0..40).map(Seed) {
        let mut random = seed.rng();
        let mut town = sketch(
            Metres(80),
            "a--b--c--d--e\n|  |  |  |  |\nf--g--h--i--j\n|  |  |  |  |\nk--l--m--n--o\n|  |  |  |  |\np--q--r--s--t",
        );
        for street in [
            "ab", "bc", "cd", "de", "gh", "hi", "lm", "mn", "no", "qr", "bg", "ch", "gl", "hm", "in", "mr",
            "ns",
        ] {
            if random.u32(0..3) > 0 {
                let places: Vec<char> = street.chars().collect();
                town = town.street(places[0], places[1], HOURS[random.usize(..HOURS.len())]);
            }
        }
        let data = town.roads();
        for profile in [Van, Bike] {
            let map = import_roads(&data, &[profile], &|_, _| {}).unwrap();
            for when in ["", "Mo 08:00", "Mo 12:00", "Mo 17:00", "Sa 07:00"] {
                let made = (!when.is_empty()).then(|| map.index_at(profile, at(when)).unwrap());
                let index = made.as_ref().or(map.index(profile)).unwrap();
                let places = super::oracle::places(index, seed, 8);
                super::oracle::agree(index, &places, &places, &format!("{seed:?} {profile} {when}"));
                pairs += places.len() * places.len();
            }
        }
    }
    assert!(pairs > 20_000, "{pairs}");
}
