//! Measured speeds on drawn towns and on Malta: no new import.

use super::oracle::{agree, malta, places};
use coldmile::mapfile::{MapFileReader, MapFileWriter};
use coldmile::osm::town::{Town, sketch};
use coldmile::road::Profile::{Bike, Truck, Van};
use coldmile::road::testing::TownRoads;
use coldmile::road::{Moment, Profile, RoadMap, Traffic};
use coldmile::units::{Metres, Seed};
use std::fmt::Write;

fn traffic(rows: &str) -> Traffic {
    Traffic::from_csv(format!("osm_way_id,direction,from,to,km_h\n{rows}").as_bytes()).unwrap()
}

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

/// 3 km in one street (way 0).
fn street() -> Town {
    sketch(Metres(1_000), "a--b")
}

fn seconds(map: &RoadMap, town: &Town, profile: Profile, when: Option<&str>, from: char, to: char) -> i64 {
    let at_moment = when.map(|when| map.index_at(profile, at(when)).unwrap());
    let index = at_moment.as_ref().or(map.index(profile)).unwrap();
    let snaps = [from, to].map(|place| index.snap(town.at(place)).unwrap());
    agree(index, &snaps, &snaps, "traffic");
    index.table(&snaps[..1], &snaps[1..]).duration_between(0, 0).unwrap().0
}

#[test]
fn a_measured_speed_holds_in_its_direction_in_its_hours() {
    let town = street();
    let map = town.map(Van).with_traffic(traffic("0,forward,07:00,09:00,10\n0,backward,22:00,05:00,60\n"));
    // 3 km at 25 km/h are 432 s, at 10 km/h 1080 s, at 60 km/h 180 s.
    for (when, there, back) in [
        (None, 432, 432),
        (Some("Mo 06:59"), 432, 432),
        (Some("Mo 07:00"), 1_080, 432),
        (Some("Su 08:59"), 1_080, 432),
        (Some("Mo 09:00"), 432, 432),
        (Some("Mo 23:00"), 432, 180),
        (Some("Mo 04:59"), 432, 180),
    ] {
        assert_eq!(seconds(&map, &town, Van, when, 'a', 'b'), there, "{when:?} there");
        assert_eq!(seconds(&map, &town, Van, when, 'b', 'a'), back, "{when:?} back");
    }
}

#[test]
fn what_holds_all_day_holds_without_a_departure_and_a_later_row_counts() {
    let town = street();
    let map = town.map(Van).with_traffic(traffic("0,both,,,10\n0,forward,12:00,13:00,60\n0,both,,,20\n"));
    assert_eq!(seconds(&map, &town, Van, None, 'a', 'b'), 540);
    assert_eq!(seconds(&map, &town, Van, Some("12:30"), 'a', 'b'), 540);
    let map = town.map(Van).with_traffic(traffic("0,both,,,20\n0,forward,12:00,13:00,60\n"));
    assert_eq!(seconds(&map, &town, Van, Some("12:30"), 'a', 'b'), 180);
    // Without traffic everything is as it was.
    let map = map.with_traffic(Traffic::default());
    assert_eq!(seconds(&map, &town, Van, Some("12:30"), 'a', 'b'), 432);
}

#[test]
fn trucks_have_their_own_limit_and_bikes_pass_the_jam() {
    let town = street();
    let of = |profile: Profile, rows: &str| {
        seconds(&town.map(profile).with_traffic(traffic(rows)), &town, profile, None, 'a', 'b')
    };
    assert_eq!(of(Truck, "0,both,,,120\n"), 135); // 80 km/h
    assert_eq!(of(Truck, "0,both,,,10\n"), 1_080);
    assert_eq!(of(Bike, "0,both,,,5\n"), of(Bike, ""));
}

#[test]
fn a_jam_makes_the_way_round_the_better_one() {
    let town = sketch(Metres(100), "x-a--b--c-y\n  |     |\n  |     |\n  d-----e");
    let rows: String = (0..2).fold(String::new(), |mut rows, way| {
        let data = town.roads();
        let ends = [('a', 'b'), ('b', 'c')][way];
        let id = super::support::ways(&data, &town, ends.0, ends.1);
        writeln!(rows, "{id},both,08:00,09:00,2").unwrap();
        rows
    });
    let map = town.map(Van).with_traffic(traffic(&rows));
    let metres =
        |when: &str| super::support::travel(&map, Van, Some(at(when)), town.at('a'), town.at('c')).unwrap();
    assert_eq!((metres("07:59"), metres("08:00")), (600, 1_200));
}

#[test]
fn traffic_is_in_the_map_file_and_comes_back() {
    let town = street();
    let map = town.map(Van).with_traffic(traffic("0,both,,,10\n0,forward,12:00,13:00,60\n"));
    let written = |map: &RoadMap| {
        let mut file = MapFileWriter::new();
        map.write(&mut file);
        file.finish()
    };
    let file = written(&map);
    let again = RoadMap::read(&MapFileReader::new(&file).unwrap()).unwrap();
    assert!(written(&again) == file);
    assert_eq!(seconds(&again, &town, Van, None, 'a', 'b'), 1_080);
    assert_eq!(seconds(&again, &town, Van, Some("12:30"), 'a', 'b'), 180);
    assert_eq!(seconds(&again.with_traffic(Traffic::default()), &town, Van, None, 'a', 'b'), 432);
}

#[test]
fn on_malta_hierarchy_and_dijkstra_agree_in_the_rush_hour() {
    let data = coldmile::osm::read_roads(include_bytes!("../../../data/malta.osm.pbf")).unwrap();
    let mut rows = String::new();
    for way in data.ways().iter().filter(|way| way.id % 2 == 0) {
        writeln!(rows, "{},both,07:00,09:00,{}", way.id, 8 + way.id % 50).unwrap();
    }
    let traffic = traffic(&rows);
    for profile in [Van, Truck] {
        let index = malta().index(profile).unwrap();
        let rush = index.at(&traffic, Some(at("Mo 08:00")));
        let (from, to) = (places(&rush, Seed(21), 4), places(&rush, Seed(22), 60));
        agree(&rush, &from, &to, profile.name());
        assert!(rush.table(&from, &to) != index.table(&from, &to));
        // At another time, and again without traffic, nothing has changed.
        let night = rush.at(&traffic, Some(at("Mo 23:00")));
        assert_eq!(night.table(&from, &to), index.table(&from, &to));
    }
}
