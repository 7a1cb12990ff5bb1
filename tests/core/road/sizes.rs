//! Vehicles of all sizes on one import.

use coldmile::osm::town::{self, Town, sketch};
use coldmile::road::Profile::{Bike, Foot, Truck, Van};
use coldmile::road::testing::TownRoads;
use coldmile::road::{Profile, RoadIndex, RoadMap, RoadQuery, RoadUse, Traffic, dijkstra, import_roads};
use coldmile::units::{Metres, Seed, VehicleSize};

/// The short way from a to c is along the top: 600 m against 1,200 m.
fn two_ways() -> Town {
    sketch(Metres(100), "a--b--c\n|     |\n|     |\nd-----e")
}

/// Metres that table, route and Dijkstra agree on; `None` where there is no way or no road.
fn metres(index: &RoadIndex, town: &Town, from: char, to: char) -> Option<i64> {
    let near = |place| index.snap(town.at(place)).ok().filter(|snap| snap.distance_m < 1.0);
    let (from, to) = (near(from)?, near(to)?);
    let reference = dijkstra::one_to_many(index.graph(), from, &[to])[0];
    let table = index.table(&[from], &[to]);
    assert_eq!(reference, table.duration_between(0, 0).zip(table.distance_between(0, 0)));
    let path = RoadQuery::new(index).route(&from, &to);
    assert_eq!(reference, path.map(|path| (path.duration, path.distance)));
    reference.map(|(_, distance)| distance.0)
}

fn high(cm: u32) -> VehicleSize {
    VehicleSize { height_cm: cm, ..VehicleSize::default() }
}

#[test]
fn each_sign_keeps_out_what_is_larger_and_nothing_else() {
    let large = VehicleSize { height_cm: 400, width_cm: 250, length_cm: 1_800, weight_kg: 40_000 };
    let cases = [
        ("maxheight", "4", "3.9", VehicleSize { height_cm: 400, ..VehicleSize::default() }),
        ("maxwidth", "2.5", "2.4", VehicleSize { width_cm: 250, ..VehicleSize::default() }),
        ("maxlength", "18", "12", VehicleSize { length_cm: 1_800, ..VehicleSize::default() }),
        ("maxweight", "40", "7.5", VehicleSize { weight_kg: 40_000, ..VehicleSize::default() }),
    ];
    for (key, enough, too_little, size) in cases {
        let way = |value: &str, on_node: bool, size| {
            let town = if on_node {
                two_ways().mark('b', &[("barrier", "height_restrictor"), (key, value)])
            } else {
                two_ways().street('a', 'b', &[(key, value)])
            };
            metres(&town.map(Van).index(Van).unwrap().for_size(size), &town, 'a', 'c')
        };
        for on_node in [false, true] {
            assert_eq!(way(enough, on_node, size), Some(600), "{key}");
            assert_eq!(way(too_little, on_node, size), Some(1_200), "{key}");
            assert_eq!(way(too_little, on_node, VehicleSize::default()), Some(600), "{key}");
            assert_eq!(way(too_little, on_node, large), Some(1_200), "{key}");
        }
    }
}

#[test]
fn a_truck_has_its_usual_size_unless_something_else_is_said() {
    let town = two_ways().street('a', 'b', &[("maxheight", "3.5"), ("maxweight", "7.5")]);
    let of = |profile: Profile| metres(town.map(profile).index(profile).unwrap(), &town, 'a', 'c');
    assert_eq!([Van, Truck, Bike, Foot].map(of), [Some(600), Some(1_200), Some(600), Some(600)]);
    let map = town.map(Truck);
    let small = map.index(Truck).unwrap().for_size(VehicleSize { weight_kg: 7_500, ..high(350) });
    assert_eq!(metres(&small, &town, 'a', 'c'), Some(600));
    // People walk under low bridges, whatever they carry.
    let map = town.map(Foot);
    assert_eq!(metres(&map.index(Foot).unwrap().for_size(high(400)), &town, 'a', 'c'), Some(600));
}

#[test]
fn a_door_that_only_a_low_bridge_leads_to_is_reached_from_the_next_road_or_not_at_all() {
    // g–h lies behind the bridge c–g; h is 20 m from e–f.
    let town = sketch(
        Metres(20),
        "a-----b-----c\n|           |\n|           g\n|           |\n|           h\n|           \nd-----e-----f",
    );
    let town = town.street('c', 'g', &[("maxheight", "3")]);
    let map = town.map(Van);
    let (low, tall) = (map.index(Van).unwrap(), map.index(Van).unwrap().for_size(high(380)));
    let h = town.at('h');
    assert!(low.snap(h).unwrap().distance_m < 0.1);
    let door = tall.snap(h).unwrap();
    assert!((door.distance_m - 40.0).abs() < 0.5, "{}", door.distance_m);
    let from_e = tall.table(&[tall.snap(town.at('e')).unwrap()], &[door]);
    assert_eq!(from_e.distance_between(0, 0), Some(Metres(120)));
}

#[test]
fn sizes_hours_and_speeds_hold_together_and_come_back_from_a_map_file() {
    let town = two_ways().street('a', 'b', &[("maxheight", "3")]);
    let map = import_roads(&town.roads(), &[Van, Truck], &|_, _| {}).unwrap();
    let traffic = Traffic::from_csv(b"osm_way_id,direction,from,to,km_h\n3,both,,,5\n").unwrap();
    let map = map.with_traffic(traffic);
    let mut file = coldmile::mapfile::MapFileWriter::new();
    map.write(&mut file);
    let bytes = file.finish();
    let again = RoadMap::read(&coldmile::mapfile::MapFileReader::new(&bytes).unwrap()).unwrap();
    for map in [&map, &again] {
        let duration = |index: &RoadIndex| {
            let snap = |place| index.snap(town.at(place)).unwrap();
            index.table(&[snap('a')], &[snap('c')]).duration_between(0, 0).unwrap().0
        };
        let [van, truck] = [Van, Truck].map(|profile| map.index(profile).unwrap());
        assert_eq!(truck.graph().size().height_cm, 380);
        assert_eq!(metres(van, &town, 'a', 'c'), Some(600));
        assert_eq!(metres(truck, &town, 'a', 'c'), Some(1_200));
        let tall = van.for_size(high(310));
        assert_eq!(metres(&tall, &town, 'a', 'c'), Some(1_200));
        assert_eq!(duration(&tall), duration(&tall.at(map.traffic(), Some("Mo 08:00".parse().unwrap()))));
        assert_eq!(duration(&tall.for_size(VehicleSize::default())), duration(van));
    }
}

#[test]
fn a_metric_is_made_once_and_shared() {
    let town = two_ways().street('a', 'b', &[("maxheight", "3")]);
    let map = town.map(Van);
    let metric = |size| map.metric("van", None, Some(size)).unwrap();
    assert!(std::sync::Arc::ptr_eq(&metric(high(310)), &metric(high(310))));
    assert_eq!(metres(&metric(high(310)), &town, 'a', 'c'), Some(1_200));
    assert_eq!(metres(&metric(high(290)), &town, 'a', 'c'), Some(600));
    assert!(map.metric("tram", None, None).is_none());
}

#[test]
fn the_graph_for_a_size_is_the_one_below_its_metric() {
    let town = two_ways().street('a', 'b', &[("maxheight", "3")]);
    let map = town.map(Van);
    for (size, metres) in [(None, 600), (Some(high(290)), 600), (Some(high(310)), 1_200)] {
        let graph = map.graph_for("van", RoadUse { size, ..RoadUse::default() }).unwrap();
        let index = map.metric("van", None, size).unwrap();
        let (from, to) = (graph.snap(town.at('a')).unwrap(), graph.snap(town.at('c')).unwrap());
        let found = dijkstra::one_to_many(&graph, from, &[to]);
        assert_eq!(found, dijkstra::one_to_many(index.graph(), from, &[to]));
        assert_eq!(found[0].map(|(_, distance)| distance.0), Some(metres));
    }
    assert!(map.graph_for("tram", RoadUse::default()).is_none());
}

#[test]
fn hierarchy_and_dijkstra_agree_for_any_size_on_random_towns() {
    for seed in (0..60).map(Seed) {
        let roads = town::random_roads(seed);
        let Ok(map) = import_roads(&roads, &[Van, Truck], &|_, _| {}) else { continue };
        for profile in map.profiles() {
            for size in
                [VehicleSize::default(), high(240), high(260), VehicleSize { weight_kg: 8_000, ..high(400) }]
            {
                let index = map.index(profile).unwrap().for_size(size);
                let places = super::oracle::places(&index, seed, 12);
                super::oracle::agree(&index, &places, &places, &format!("{seed:?} {profile} {size:?}"));
            }
        }
    }
}
