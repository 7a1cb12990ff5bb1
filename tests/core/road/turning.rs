//! Turn restrictions of every kind, turning round, and what holds up at junctions, on drawn towns.

use super::support::{Rule, agreed};
use coldmile::geometry::Point;
use coldmile::osm::town::{Town, sketch};
use coldmile::road::Profile::{Bike, Foot, Truck, Van};
use coldmile::road::testing::TownRoads;
use coldmile::road::{Approach, Profile, RoadQuery};
use coldmile::units::Metres;

/// A crossing x in the middle of four blocks; streets are 300 m long.
fn crossing() -> Town {
    sketch(Metres(100), "a--n--b\n|  |  |\n|  |  |\nw--x--e\n|  |  |\n|  |  |\nc--s--d")
}

/// Metres from the middle of the street from w to x, to each neighbour of x.
fn from_the_west(town: &Town, profile: Profile) -> [Option<i64>; 3] {
    ['n', 'e', 's'].map(|place| {
        let found = town.travel(profile, town.between('w', 'x', 0.5), town.at(place));
        found.map(|(_, distance)| distance.0)
    })
}

/// Straight through the crossing, or back over w and round a block: 150 + 300 + 300 m; e is reached over n or s.
const DIRECT: Option<i64> = Some(450);
const ROUND: Option<i64> = Some(750);
const FAR: Option<i64> = Some(150 + 300 + 300 + 300);

#[test]
fn each_kind_of_restriction_forbids_what_it_names() {
    for (to, value, expected) in [
        ('n', "no_left_turn", [ROUND, DIRECT, DIRECT]),
        ('s', "no_right_turn", [DIRECT, DIRECT, ROUND]),
        ('e', "no_straight_on", [DIRECT, FAR, DIRECT]),
        ('e', "no_entry", [DIRECT, FAR, DIRECT]),
        ('n', "no_exit", [ROUND, DIRECT, DIRECT]),
        // An unknown value that says no.
        ('n', "no_turn_on_red", [ROUND, DIRECT, DIRECT]),
        ('n', "only_left_turn", [DIRECT, FAR, ROUND]),
        ('s', "only_right_turn", [ROUND, FAR, DIRECT]),
        ('e', "only_straight_on", [ROUND, DIRECT, ROUND]),
        // Nothing is said.
        ('n', "left_turn", [DIRECT; 3]),
        ('n', "give_way", [DIRECT; 3]),
    ] {
        let town = crossing().restrict('w', 'x', to, value);
        assert_eq!(from_the_west(&town, Van), expected, "{value}");
        // People on foot turn as they like.
        assert_eq!(from_the_west(&town, Foot), [DIRECT; 3], "{value}");
    }
}

#[test]
fn a_restriction_binds_whom_it_names() {
    let of = |rule: &Rule| {
        [Van, Truck, Bike, Foot].map(|profile| {
            let start = Some(('w', 'x', 0.5));
            agreed(&crossing(), std::slice::from_ref(rule), profile, 'w', 'n', start) == DIRECT
        })
    };
    let no = Rule::no("wxn");
    assert_eq!(of(&no), [false, false, false, true]);
    for (except, free) in [
        ("bicycle", [false, false, true, true]),
        ("hgv", [false, true, false, true]),
        ("psv;bicycle", [false, false, true, true]),
        ("motorcar", [true, false, false, true]),
        ("motor_vehicle", [true, true, false, true]),
        ("psv", [false, false, false, true]),
        (" hgv ; motorcar ", [true, true, false, true]),
    ] {
        assert_eq!(of(&Rule { except, ..no.clone() }), free, "except {except}");
    }
    for (only_for, free) in [
        ("hgv", [true, false, true, true]),
        ("bicycle", [true, true, false, true]),
        ("foot", [true, true, true, false]),
        ("motorcar", [false, true, true, true]),
        ("psv", [true; 4]),
    ] {
        assert_eq!(of(&Rule { only_for: Some(only_for), ..no.clone() }), free, "restriction:{only_for}");
    }
}

#[test]
fn at_a_crossing_one_turns_round_unless_it_is_forbidden() {
    // From the south kerb of w–x, which leads east where traffic keeps right, to the north kerb, which leads west.
    let round = |town: &Town, profile: Profile| {
        let map = town.map(profile);
        let index = map.index(profile).unwrap();
        let on = town.between('w', 'x', 0.5);
        let snap = |north: i32| {
            index.snap_with(Point::from_e7(on.lat_e7() + north, on.lon_e7()), Approach::Kerb).unwrap()
        };
        let (from, to) = (snap(-900), snap(900));
        super::oracle::agree(index, &[from, to], &[from, to], "kerbs");
        index.table(&[from], &[to]).distance_between(0, 0).map(|distance| distance.0)
    };
    // 150 m to x, and back.
    assert_eq!(round(&crossing(), Van), Some(300));
    // At the next junction instead: 150 + 300 m there, and back.
    let barred = crossing().restrict('w', 'x', 'w', "no_u_turn");
    assert_eq!(round(&barred, Van), Some(900));
    // Who may only turn round does.
    let only = crossing().restrict('w', 'x', 'w', "only_u_turn");
    assert_eq!(from_the_west(&only, Van), [ROUND, FAR.map(|far| far + 300), ROUND]);
}

#[test]
fn at_a_barrier_one_turns_round_as_at_a_dead_end() {
    let lane = |tags: &[(&str, &str)]| sketch(Metres(100), "a--b--c\n|\nd").mark('b', tags);
    let shut = lane(&[("barrier", "bollard")]);
    let map = shut.map(Van);
    let index = map.index(Van).unwrap();
    let on = shut.between('a', 'b', 0.5);
    let kerb = |north: i32| {
        index.snap_with(Point::from_e7(on.lat_e7() + north, on.lon_e7()), Approach::Kerb).unwrap()
    };
    let table = index.table(&[kerb(-900)], &[kerb(900)]);
    // 300 m at 25 km/h are 43 s, turning round 20 s.
    assert_eq!(table.distance_between(0, 0), Some(Metres(300)));
    assert_eq!(table.duration_between(0, 0).unwrap().0, 63);
    // Behind the bollard there is nothing to reach.
    assert_eq!(shut.travel(Van, shut.at('d'), shut.at('c')), None);
}

#[test]
fn on_a_roundabout_nobody_turns_round_but_by_going_round() {
    let town = sketch(Metres(20), "      n\n      |\n   p--q\n   |  |\nw--r--t")
        .street('p', 'q', &[("junction", "roundabout"), ("oneway", "-1")])
        .street('q', 't', &[("junction", "roundabout"), ("oneway", "-1")])
        .street('r', 't', &[("junction", "roundabout")])
        .street('p', 'r', &[("junction", "roundabout")]);
    let map = town.map(Van);
    let index = map.index(Van).unwrap();
    let on = town.between('w', 'r', 0.5);
    let kerb = |north: i32| {
        index.snap_with(Point::from_e7(on.lat_e7() + north, on.lon_e7()), Approach::Kerb).unwrap()
    };
    let (from, to) = (kerb(-200), kerb(200));
    // 30 m in, sides of 60 and 40 m twice, 30 m out.
    super::oracle::agree(index, &[from, to], &[from, to], "roundabout");
    assert_eq!(index.table(&[from], &[to]).distance_between(0, 0), Some(Metres(30 + 200 + 30)));
}

#[test]
fn what_stands_on_a_street_holds_up_whom_it_faces() {
    // From v over w, b and e to f, drawn that way; b lies nearer to e.
    let seconds = |tags: &[(&str, &str)], profile: Profile, from: char, to: char| {
        let town = sketch(Metres(100), "v--w-----b--e--f\n   |        |\n   c--------d").mark('b', tags);
        town.travel(profile, town.at(from), town.at(to)).unwrap().0.0
    };
    // Extra seconds from v to f and from f to v.
    let extra = |tags: &[(&str, &str)], profile: Profile| {
        [('v', 'f'), ('f', 'v')]
            .map(|(from, to)| seconds(tags, profile, from, to) - seconds(&[], profile, from, to))
    };
    for (tags, van, truck, bike) in [
        (&[("highway", "traffic_signals")][..], [2.0, 2.0], [3.0, 3.0], [2.0, 2.0]),
        (
            &[("highway", "traffic_signals"), ("traffic_signals:direction", "forward")],
            [2.0, 0.0],
            [3.0, 0.0],
            [2.0, 0.0],
        ),
        (
            &[("highway", "traffic_signals"), ("traffic_signals:direction", "backward")],
            [0.0, 2.0],
            [0.0, 3.0],
            [0.0, 2.0],
        ),
        (&[("highway", "traffic_signals"), ("direction", "both")], [2.0, 2.0], [3.0, 3.0], [2.0, 2.0]),
        (&[("highway", "crossing"), ("crossing", "traffic_signals")], [2.0, 2.0], [3.0, 3.0], [2.0, 2.0]),
        (&[("highway", "crossing"), ("crossing", "unmarked")], [0.0; 2], [0.0; 2], [0.0; 2]),
        (&[("highway", "stop"), ("direction", "forward")], [2.0, 0.0], [3.0, 0.0], [1.0, 0.0]),
        (&[("highway", "stop"), ("direction", "backward")], [0.0, 2.0], [0.0, 3.0], [0.0, 1.0]),
        // Without a direction the sign is for who comes to the nearer junction: that at e.
        (&[("highway", "stop")], [2.0, 0.0], [3.0, 0.0], [1.0, 0.0]),
        (&[("highway", "give_way")], [1.0, 0.0], [1.5, 0.0], [0.5, 0.0]),
        (&[("highway", "give_way"), ("direction", "both")], [1.0, 1.0], [1.5, 1.5], [0.5, 0.5]),
    ] {
        for (profile, expected) in [(Van, van), (Truck, truck), (Bike, bike), (Foot, [0.0; 2])] {
            let found = extra(tags, profile);
            // Whole seconds are told: half a one is rounded either way.
            let is_near =
                found.iter().zip(expected).all(|(&found, expected)| (found as f64 - expected).abs() <= 0.5);
            assert!(is_near, "{tags:?} {profile}: {found:?}, not {expected:?}");
        }
    }
    // Many crossings add up: half a second each.
    let zebra = [("highway", "crossing"), ("crossing", "zebra")];
    let row = |tags: &[(&str, &str)]| {
        let town = "bcdefg"
            .chars()
            .fold(sketch(Metres(100), "a-b-c-d-e-f-g-h"), |town, place| town.mark(place, tags));
        town.duration('a', 'h').unwrap().0
    };
    assert_eq!(row(&zebra) - row(&[]), 3);
}

#[test]
fn of_two_lines_of_equal_weight_all_searches_name_the_same_cost() {
    // Both sides of the square are the same in length and turns mirrored; feet do not mind which.
    let town = sketch(Metres(100), "a--b--c\n|  |  |\nd--e--f\n|  |  |\ng--h--i");
    for profile in [Bike, Foot] {
        let map = town.map(profile);
        let index = map.index(profile).unwrap();
        let snaps: Vec<_> = "abcdefghi".chars().map(|place| index.snap(town.at(place)).unwrap()).collect();
        super::oracle::agree(index, &snaps, &snaps, "equal weights");
        // The same line each time it is asked for, and from indexes made anew.
        let again = town.map(profile);
        let again = again.index(profile).unwrap();
        let (mut one, mut other) = (RoadQuery::new(index), RoadQuery::new(again));
        for from in &snaps {
            for to in &snaps {
                let line = one.route(from, to).unwrap().line;
                assert_eq!(line, one.route(from, to).unwrap().line);
                assert_eq!(line, other.route(from, to).unwrap().line);
            }
        }
    }
}
