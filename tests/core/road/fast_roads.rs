//! Bikes and fast roads: which roads they are, and that bikes are pushed there when a trip asks for it.

use super::oracle::{agree, malta, places};
use coldmile::dispatch::{DispatchConfig, Effort, PlanControl, plan_day};
use coldmile::geometry::Point;
use coldmile::mapfile::{MapFileReader, MapFileWriter};
use coldmile::osm::town::{Town, random_roads, sketch};
use coldmile::osm::{RoadData, RoadDataBuilder};
use coldmile::road::Profile::{Bike, Foot, Van};
use coldmile::road::testing::TownRoads;
use coldmile::road::{FastRoadUse, ProfileRules, RoadIndex, RoadMap, RoadUse, import_roads, import_rules};
use coldmile::units::{Metres, Seconds, Seed};

const PUSH: RoadUse = RoadUse { size: None, fast_roads: FastRoadUse::Push };

/// The short way from a to c is along the top: 600 m against 1,200 m.
fn two_ways() -> Town {
    sketch(Metres(100), "a--b--c\n|     |\n|     |\nd-----e")
}

/// Duration and distance between two points of a town.
fn between(index: &RoadIndex, from: Point, to: Point) -> (i64, i64) {
    let [from, to] = [from, to].map(|at| index.snap(at).unwrap());
    agree(index, &[from], &[to], "a drawn town");
    let table = index.table(&[from], &[to]);
    (table.duration_between(0, 0).unwrap().0, table.distance_between(0, 0).unwrap().0)
}

/// Metres from one place to another by a bike that keeps off fast roads.
fn kept_off(town: &Town, from: char, to: char) -> i64 {
    let map = town.map(Bike);
    let index = map.metric_for("bike", None, PUSH).unwrap();
    let found = between(&index, town.at(from), town.at(to));
    let ridden = between(map.index(Bike).unwrap(), town.at(from), town.at(to));
    assert!(found.0 >= ridden.0, "keeping off a road makes nothing faster");
    found.1
}

#[test]
fn a_bike_rides_round_a_trunk_road_and_others_do_not() {
    for class in ["trunk", "trunk_link"] {
        let town = two_ways().street('a', 'b', &[("highway", class)]).street('b', 'c', &[("highway", class)]);
        assert_eq!(kept_off(&town, 'a', 'c'), 1_200);
        assert_eq!(between(town.map(Bike).index(Bike).unwrap(), town.at('a'), town.at('c')).1, 600);
        for profile in [Van, Foot] {
            let map = town.map(profile);
            let index = map.metric_for(profile.name(), None, PUSH).unwrap();
            assert_eq!(between(&index, town.at('a'), town.at('c')).1, 600);
        }
    }
    assert_eq!(kept_off(&two_ways(), 'a', 'c'), 600);
}

#[test]
fn a_door_on_a_trunk_road_is_reached_by_pushing_the_bike() {
    let town = two_ways().street('a', 'b', &[("highway", "trunk")]).street('b', 'c', &[("highway", "trunk")]);
    let map = town.map(Bike);
    let index = map.metric_for("bike", None, PUSH).unwrap();
    // 100 m from a: 100 m at 4 km/h.
    let door = town.between('a', 'b', 1.0 / 3.0);
    assert_eq!(between(&index, town.at('a'), door), (90, 100));
    // From c the 600 m on foot take 540 s; round by e and d 1,200 m at 17 km/h and 100 m on foot take less.
    let (duration, distance) = between(&index, town.at('c'), door);
    assert_eq!(distance, 1_300);
    assert!((254 + 90..254 + 90 + 12).contains(&duration), "{duration}");
    // Where nothing else leads across, the bike is pushed all along.
    let bridge = sketch(Metres(100), "a--b----c--d").street('b', 'c', &[("highway", "trunk")]);
    let index = bridge.map(Bike).metric_for("bike", None, PUSH).unwrap();
    // 500 m on foot, 600 m at 17 km/h.
    assert_eq!(between(&index, bridge.at('a'), bridge.at('d')), (450 + 127, 1_100));
}

#[test]
fn a_trip_that_begins_or_ends_between_takes_its_own_part_of_the_time() {
    // One segment of 600 m of which the middle 200 m are pushed: 180 s; 200 m at 17 km/h take 42.4 s.
    let town = sketch(Metres(100), "a-b-c-d").street('b', 'c', &[("highway", "trunk")]);
    let map = town.map(Bike);
    let index = map.metric_for("bike", None, PUSH).unwrap();
    let at = |from: char, to: char, share: f64| town.between(from, to, share);
    for (from, to, seconds) in [
        (town.at('a'), town.at('b'), 42),
        (town.at('b'), town.at('a'), 42),
        (at('a', 'b', 0.5), at('b', 'c', 0.5), 111),
        (at('b', 'c', 0.5), at('a', 'b', 0.5), 111),
        (at('b', 'c', 0.25), at('b', 'c', 0.75), 90),
        (town.at('a'), town.at('d'), 265),
        (town.at('d'), town.at('a'), 265),
    ] {
        let found = between(&index, from, to).0;
        assert!((found - seconds).abs() <= 1, "{from} to {to}: {found} s, not {seconds}");
    }
}

#[test]
fn a_trunk_road_that_is_made_for_bikes_is_ridden() {
    for tag in [
        ("bicycle", "yes"),
        ("bicycle", "designated"),
        ("bicycle", "permissive"),
        ("bicycle_road", "yes"),
        ("cyclestreet", "yes"),
        ("cycleway", "lane"),
        ("cycleway", "track"),
        ("cycleway:both", "lane"),
        ("cycleway", "share_busway"),
    ] {
        let tags = [("highway", "trunk"), tag];
        assert_eq!(kept_off(&two_ways().street('a', 'b', &tags).street('b', 'c', &tags), 'a', 'c'), 600);
    }
    for tag in
        [("cycleway", "no"), ("cycleway", "separate"), ("cycleway:both", "no"), ("bicycle", "destination")]
    {
        let tags = [("highway", "trunk"), tag];
        let town = two_ways().street('a', 'b', &tags).street('b', 'c', &tags);
        assert_eq!(kept_off(&town, 'a', 'c'), 1_200, "{tag:?}");
    }
}

#[test]
fn a_lane_on_one_side_is_for_the_traffic_of_that_side() {
    // The upper streets are drawn from a to c.
    let with = |tag: (&str, &str), side: &str| {
        let tags = [("highway", "trunk"), ("driving_side", side), tag];
        two_ways().street('a', 'b', &tags).street('b', 'c', &tags)
    };
    for (key, side, forward, backward) in [
        ("cycleway:right", "right", 600, 1_200),
        ("cycleway:left", "right", 1_200, 600),
        ("cycleway:right", "left", 1_200, 600),
        ("cycleway:left", "left", 600, 1_200),
    ] {
        let town = with((key, "lane"), side);
        assert_eq!(
            [kept_off(&town, 'a', 'c'), kept_off(&town, 'c', 'a')],
            [forward, backward],
            "{key} {side}"
        );
    }
    // On a oneway road either side is in the driving direction.
    let tags = [("highway", "trunk"), ("oneway", "yes"), ("cycleway:left", "lane")];
    assert_eq!(kept_off(&two_ways().street('a', 'b', &tags).street('b', 'c', &tags), 'a', 'c'), 600);
    // A lane for bikes against the traffic of a oneway road.
    let tags = [("highway", "trunk"), ("oneway", "yes"), ("cycleway", "opposite_lane")];
    let town = two_ways().street('a', 'b', &tags).street('b', 'c', &tags);
    assert_eq!([kept_off(&town, 'a', 'c'), kept_off(&town, 'c', 'a')], [1_200, 600]);
}

/// A ring of streets, its upper side one carriageway to the east 50 m from one to the west; from h to k it is 800 m along it, and
/// 1,100 m round.
fn two_carriageways(apart: &str, tags: &[(&str, &str)]) -> Town {
    let level = "|           |\n";
    let (upper, lower) = ("f<<<<<<<<<<<g", "a>>>>>b>>>>>c");
    let picture = format!("{upper}\n{apart}{lower}\n{level}h           k\n{}d-----------e", level.repeat(4));
    let town = sketch(Metres(50), &picture);
    [('a', 'b'), ('b', 'c'), ('f', 'g')]
        .into_iter()
        .fold(town, |town, (from, to)| town.street(from, to, tags))
}

#[test]
fn two_carriageways_that_face_each_other_are_a_dual_carriageway() {
    let main = ("highway", "primary");
    let lanes = ("lanes", "2");
    let metres = |apart: &str, tags: &[(&str, &str)]| kept_off(&two_carriageways(apart, tags), 'h', 'k');
    for tags in [
        &[main, lanes][..],
        &[("highway", "secondary"), ("lanes", "3")],
        &[main, ("maxspeed", "60")],
        &[main, ("maxspeed", "40 mph"), ("lanes", "1")],
        &[main, lanes, ("name", "Ring")],
    ] {
        assert_eq!(metres("", tags), 1_100, "{tags:?}");
    }
    for tags in [
        &[main, ("lanes", "1")][..],
        &[main, ("maxspeed", "50")],
        &[("highway", "tertiary"), lanes],
        &[main, lanes, ("cycleway", "lane")],
        &[main, lanes, ("junction", "roundabout")],
    ] {
        assert_eq!(metres("", tags), 800, "{tags:?}");
    }
    // 100 m apart: two streets.
    assert_eq!(metres("|           |\n", &[main, lanes]), 800);
    // One street to the east and another to the west.
    let named = two_carriageways("", &[main, lanes, ("name", "East")]).street('f', 'g', &[("name", "West")]);
    assert_eq!(kept_off(&named, 'h', 'k'), 800);
    // Both in the same direction.
    let parallel = two_carriageways("", &[main, lanes]).street('f', 'g', &[("oneway", "yes")]);
    assert_eq!(kept_off(&parallel, 'h', 'k'), 800);
    // What is tagged needs no other carriageway.
    let tagged = two_carriageways("", &[("dual_carriageway", "yes")]);
    let tagged = tagged.street('f', 'g', &[("dual_carriageway", "no")]);
    assert_eq!(kept_off(&tagged, 'h', 'k'), 1_100);
}

#[test]
fn a_road_that_parts_for_a_traffic_island_is_no_dual_carriageway() {
    // Two carriageways of 175 m or 225 m each; 50 m lead to them from h and k, 75 m to the street below.
    let town = |columns: usize| {
        let [to_west, to_east, level] = ["<", ">", "-"].map(|sign| sign.repeat(columns));
        let [sides, between] = ["|", "h"].map(|left| {
            let right = if left == "h" { "k" } else { left };
            format!("{left}{}{right}\n", " ".repeat(columns))
        });
        let picture = format!("f{to_west}g\na{to_east}c\n{sides}{between}{sides}{sides}d{level}e");
        let tags = [("highway", "primary"), ("lanes", "2")];
        sketch(Metres(25), &picture).street('a', 'c', &tags).street('f', 'g', &tags)
    };
    assert_eq!(kept_off(&town(6), 'h', 'k'), 50 + 175 + 50);
    assert_eq!(kept_off(&town(8), 'h', 'k'), 75 + 225 + 75);
}

#[test]
fn fast_roads_come_back_from_a_map_file_and_older_files_do_not_know_them() {
    let town = two_ways().street('a', 'b', &[("highway", "trunk")]).street('b', 'c', &[("highway", "trunk")]);
    let map = import_roads(&town.roads(), &[Van, Bike], &|_, _| {}).unwrap();
    let mut file = MapFileWriter::new();
    map.write(&mut file);
    let bytes = file.finish();
    let reader = MapFileReader::new(&bytes).unwrap();
    let again = RoadMap::read(&reader).unwrap();
    let index = again.metric_for("bike", None, PUSH).unwrap();
    assert!(index.graph().knows_fast_roads());
    assert_eq!(index.graph().fast_road_use(), FastRoadUse::Push);
    assert_eq!(between(&index, town.at('a'), town.at('c')).1, 1_200);
    let mut old = MapFileWriter::new();
    for (name, version, bytes) in reader.sections().filter(|(name, ..)| *name != "roads/bike/fast") {
        old.section(name, version, bytes.to_vec());
    }
    let old = old.finish();
    let old = RoadMap::read(&MapFileReader::new(&old).unwrap()).unwrap();
    assert!(!old.index(Bike).unwrap().graph().knows_fast_roads());
    assert!(old.index(Van).unwrap().graph().knows_fast_roads(), "there is nothing to know for vans");
    let index = old.metric_for("bike", None, PUSH).unwrap();
    assert_eq!(between(&index, town.at('a'), town.at('c')).1, 600);
}

#[test]
fn a_profile_of_a_file_keeps_off_by_its_own_rule() {
    let town = two_ways().street('a', 'b', &[("highway", "trunk")]).street('b', 'c', &[("highway", "trunk")]);
    let metres = |lines: &str, fast_roads: FastRoadUse| {
        let rules = ProfileRules::from_toml(&format!("name = \"cargo\"\nbase = \"bike\"\n{lines}")).unwrap();
        let map = import_rules(&town.roads(), &[rules], &|_, _| {}).unwrap();
        let index = map.metric_for("cargo", None, RoadUse { size: None, fast_roads }).unwrap();
        between(&index, town.at('a'), town.at('c')).1
    };
    assert_eq!(metres("", FastRoadUse::Ride), 600);
    assert_eq!(metres("", FastRoadUse::Push), 1_200);
    for fast_roads in [FastRoadUse::Ride, FastRoadUse::Push] {
        assert_eq!(metres("[avoid]\ntrunk_roads = true", fast_roads), 1_200);
    }
}

#[test]
fn the_graph_for_a_trip_is_the_one_below_its_metric_and_each_is_made_once() {
    let town = two_ways().street('a', 'b', &[("highway", "trunk")]).street('b', 'c', &[("highway", "trunk")]);
    let map = town.map(Bike);
    let index = map.metric_for("bike", None, PUSH).unwrap();
    assert!(std::sync::Arc::ptr_eq(&index, &map.metric_for("bike", None, PUSH).unwrap()));
    let graph = map.graph_for("bike", PUSH).unwrap();
    let [from, to] = ['a', 'c'].map(|at| graph.snap(town.at(at)).unwrap());
    let found = coldmile::road::dijkstra::one_to_many(&graph, from, &[to]);
    assert_eq!(found, coldmile::road::dijkstra::one_to_many(index.graph(), from, &[to]));
    assert_eq!(found[0].map(|(_, distance)| distance), Some(Metres(1_200)));
    // A moment changes nothing for bikes, and the rule stays.
    let noon = map.metric_for("bike", Some("Mo 12:00".parse().unwrap()), PUSH).unwrap();
    assert_eq!(noon.table(&[from], &[to]).duration_between(0, 0), found[0].map(|(duration, _)| duration));
    assert!(found[0].is_some_and(|(duration, _)| duration > Seconds(250)));
}

/// A random town of which every third street is a trunk road.
fn with_trunk_roads(seed: Seed) -> RoadData {
    let data = random_roads(seed);
    let mut builder = RoadDataBuilder::default();
    for (node, &point) in (0..).zip(data.points()) {
        builder.node(node, point, &[]);
    }
    for way in data.ways() {
        let tags = data.tags_of(way);
        let class = if way.id % 3 == 0 { "trunk" } else { tags.get("highway").unwrap_or("residential") };
        let mut all = vec![("highway", class)];
        all.extend(tags.get("oneway").map(|value| ("oneway", value)));
        all.extend((way.id % 6 == 0).then_some(("cycleway:right", "lane")));
        let nodes: Vec<i64> = data.nodes_of(way).iter().map(|&node| i64::from(node)).collect();
        builder.way(way.id, &nodes, &all);
    }
    builder.finish()
}

#[test]
fn hierarchy_and_dijkstra_agree_where_bikes_are_pushed_on_random_towns_and_on_malta() {
    let mut differing = 0;
    for seed in (0..60).map(Seed) {
        let Ok(map) = import_roads(&with_trunk_roads(seed), &[Bike], &|_, _| {}) else { continue };
        let ridden = map.index(Bike).unwrap();
        let pushed = ridden.with_fast_roads(FastRoadUse::Push);
        let places = places(&pushed, seed, 12);
        agree(&pushed, &places, &places, &format!("{seed:?}"));
        let [before, after] = [ridden, &pushed].map(|index| index.table(&places, &places));
        for (row, column) in (0..places.len()).flat_map(|row| (0..places.len()).map(move |at| (row, at))) {
            let [ride, push] = [&before, &after].map(|table| table.duration_between(row, column));
            assert_eq!(ride.is_some(), push.is_some(), "{seed:?}: what can be reached stays so");
            assert!(ride <= push, "{seed:?}");
            differing += usize::from(ride != push);
        }
        let again = pushed.with_fast_roads(FastRoadUse::Ride).table(&places, &places);
        assert!((0..places.len()).all(|at| again.duration_between(0, at) == before.duration_between(0, at)));
    }
    assert!(differing > 1_000, "{differing}");
    let index = malta().metric_for("bike", None, PUSH).unwrap();
    let places = places(&index, Seed(7), 30);
    agree(&index, &places, &places, "Malta");
}

#[test]
fn a_day_with_the_rule_needs_a_map_that_knows_its_fast_roads() {
    let map = crate::day::roads("river_town");
    let mut file = MapFileWriter::new();
    map.write(&mut file);
    let bytes = file.finish();
    let reader = MapFileReader::new(&bytes).unwrap();
    let mut old = MapFileWriter::new();
    for (name, version, bytes) in reader.sections().filter(|(name, ..)| !name.ends_with("/fast")) {
        old.section(name, version, bytes.to_vec());
    }
    let old = old.finish();
    let old = RoadMap::read(&MapFileReader::new(&old).unwrap()).unwrap();
    let [network, orders] = ["network.toml", "orders.csv"]
        .map(|name| std::fs::read_to_string(crate::day::golden("river_town").join(name)).unwrap());
    let planned = |lines: &str, map: &RoadMap| {
        let network = network.replacen("[weather]", &format!("{lines}\n[weather]"), 1);
        let day = crate::day::read(network.as_bytes(), orders.as_bytes());
        let config = DispatchConfig { seed: Seed(1), effort: Effort::Iterations(10) };
        plan_day(&day, map, &config, &PlanControl::default())
    };
    assert!(planned("", &old).is_ok());
    let rule = "[rules]\nbikes_on_trunk_roads = false";
    assert!(planned(rule, &map).is_ok());
    let error = planned(rule, &old).unwrap_err().to_string();
    assert!(error.contains("bikes_on_trunk_roads") && error.contains("import it again"), "{error}");
}
