//! Fast code against the reference implementation: tables and routes of the hierarchy against plain Dijkstra.

use coldmile::geometry::Point;
use coldmile::mapfile::{MapFileReader, MapFileWriter};
use coldmile::osm::town;
use coldmile::road::testing;
use coldmile::road::{Profile, RoadIndex, RoadMap, RoadQuery, Snap, dijkstra, import};
use coldmile::units::Seed;
use std::sync::OnceLock;

/// Malta with all four profiles, imported once for all tests.
pub fn malta() -> &'static RoadMap {
    static MAP: OnceLock<RoadMap> = OnceLock::new();
    MAP.get_or_init(|| {
        import(include_bytes!("../../../data/malta.osm.pbf"), &Profile::ALL, &|_, _| {}).unwrap()
    })
}

/// Random places near roads.
pub fn places(index: &RoadIndex, seed: Seed, count: usize) -> Vec<Snap> {
    let (south_west, north_east) = index.graph().bounds();
    let mut random = seed.rng();
    let mut found = Vec::new();
    for _ in 0..count * 200 {
        let lat = random.i32(south_west.lat_e7()..=north_east.lat_e7());
        let lon = random.i32(south_west.lon_e7()..=north_east.lon_e7());
        found.extend(index.snap(Point::from_e7(lat, lon)).ok());
        if found.len() == count {
            break;
        }
    }
    found
}

/// Table = route = Dijkstra for all pairs.
pub fn agree(index: &RoadIndex, from: &[Snap], to: &[Snap], what: &str) {
    let table = index.table(from, to);
    let mut query = RoadQuery::new(index);
    for (row, source) in from.iter().enumerate() {
        let reference = dijkstra::one_to_many(index.graph(), *source, to);
        for (column, target) in to.iter().enumerate() {
            let cell = table.duration_between(row, column).zip(table.distance_between(row, column));
            assert_eq!(cell, reference[column], "{what}: table, {source:?} to {target:?}");
            let path = query.route(source, target);
            let route = path.as_ref().map(|path| (path.duration, path.distance));
            assert_eq!(route, reference[column], "{what}: route, {source:?} to {target:?}");
            if let Some(path) = path {
                let length: f64 = path.line.windows(2).map(|pair| pair[0].distance_m(pair[1])).sum();
                let stated = path.distance.0 as f64;
                let slack = 2.0 + stated * 0.001;
                assert!((length - stated).abs() < slack, "{what}: line of {length} m for {stated} m");
                let steps: i64 = path.steps.iter().map(|step| step.distance.0).sum();
                assert!((steps - path.distance.0).abs() <= path.steps.len() as i64, "{what}: steps");
            }
        }
    }
}

#[test]
fn hierarchy_and_dijkstra_agree_on_random_towns() {
    let mut pairs = 0;
    for seed in (0..60).map(Seed) {
        for profile in Profile::ALL {
            let Some(index) = testing::random(seed, profile) else { continue };
            let places = places(&index, seed, 12);
            agree(&index, &places, &places, &format!("{seed:?} {profile}"));
            pairs += places.len() * places.len();
        }
    }
    assert!(pairs > 20_000, "{pairs}");
}

#[test]
fn hierarchy_and_dijkstra_agree_on_malta() {
    for profile in Profile::ALL {
        let index = malta().index(profile).unwrap();
        let (from, to) = (places(index, Seed(1), 5), places(index, Seed(2), 60));
        assert_eq!(to.len(), 60);
        agree(index, &from, &to, profile.name());
    }
}

#[test]
fn every_place_on_malta_reaches_every_other_by_ferry_if_need_be() {
    let index = malta().index(Profile::Van).unwrap();
    let places = places(index, Seed(3), 200);
    assert_eq!(index.table(&places, &places).unreachable_count(), 0);
    let valletta = index.snap(Point::new(35.8977, 14.5128).unwrap()).unwrap();
    let victoria = index.snap(Point::new(36.0444, 14.2396).unwrap()).unwrap();
    let path = RoadQuery::new(index).route(&valletta, &victoria).unwrap();
    assert!(path.steps.iter().any(|step| step.turn == coldmile::road::Manoeuvre::Ferry), "{:?}", path.steps);
    assert!((3_000..6_000).contains(&path.duration.0), "{}", path.duration);
}

#[test]
fn one_thread_and_four_threads_give_the_same_bytes() {
    let bytes = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let roads = town::random_roads(Seed(5));
            let map = coldmile::road::import_roads(&roads, &Profile::ALL, &|_, _| {}).unwrap();
            let mut file = MapFileWriter::new();
            map.write(&mut file);
            let index = malta().index(Profile::Bike).unwrap();
            let places = places(index, Seed(4), 40);
            (file.finish(), index.table(&places, &places))
        })
    };
    assert!(bytes(1) == bytes(4));
}

#[test]
fn a_map_read_back_gives_the_same_answers_and_the_same_file() {
    let written = |map: &RoadMap| {
        let mut file = MapFileWriter::new();
        map.write(&mut file);
        file.finish()
    };
    let file = written(malta());
    let map = RoadMap::read(&MapFileReader::new(&file).unwrap()).unwrap();
    assert!(written(&map) == file);
    let (before, after) = (malta().index(Profile::Van).unwrap(), map.index(Profile::Van).unwrap());
    let places = places(before, Seed(6), 20);
    let again: Vec<Snap> = places.iter().map(|snap| after.snap(snap.point).unwrap()).collect();
    assert_eq!(before.table(&again, &again), after.table(&again, &again));
    agree(after, &again[..3], &again, "read back");
}

#[test]
fn a_coordinate_far_from_every_road_is_refused_with_the_distance() {
    let index = malta().index(Profile::Van).unwrap();
    let at_sea = Point::new(35.7, 14.8).unwrap();
    let error = index.snap(at_sea).unwrap_err().to_string();
    assert!(error.contains("m from the nearest road"), "{error}");
    assert!(index.snap(Point::new(35.8977, 14.5128).unwrap()).unwrap().distance_m < 60.0);
}

#[test]
fn the_nearest_road_is_what_looking_at_all_roads_finds() {
    let index = testing::random(Seed(11), Profile::Foot).unwrap();
    let mut random = Seed(12).rng();
    let dense: Vec<Snap> = places(&index, Seed(13), 3_000);
    for _ in 0..200 {
        let point = Point::from_e7(random.i32(-20_000..80_000), random.i32(-20_000..80_000));
        let Ok(snap) = index.snap(point) else { continue };
        let nearest = dense.iter().map(|other| other.point.distance_m(point)).fold(f64::INFINITY, f64::min);
        assert!(snap.distance_m <= nearest + 0.1, "{point}: {} m, yet {nearest} m", snap.distance_m);
        assert!((snap.point.distance_m(point) - snap.distance_m).abs() < 0.1);
    }
}

/// Ten thousand pairs on Malta and on each map in the folder `COLDMILE_MAPS`, all profiles, with and without traffic, cell
/// by cell: `COLDMILE_MAPS=<folder> cargo test --release --test core -- --ignored --nocapture ten_thousand_pairs`
#[test]
#[ignore = "a plain Dijkstra from a hundred places of every map takes minutes; smaller samples run by default"]
fn ten_thousand_pairs_agree_on_every_map_with_and_without_traffic() {
    let mut maps = vec![concat!(env!("CARGO_MANIFEST_DIR"), "/data/malta.osm.pbf").to_owned()];
    match std::env::var_os("COLDMILE_MAPS") {
        Some(folder) => {
            let files = std::fs::read_dir(folder).unwrap();
            let paths = files.map(|file| file.unwrap().path().to_string_lossy().into_owned());
            maps.extend(paths.filter(|path| path.contains(".osm.pbf") && !path.contains("malta")));
        }
        None => println!("Malta only: COLDMILE_MAPS is not set"),
    }
    maps.sort();
    for path in maps {
        let pbf = std::fs::read(&path).unwrap();
        let data = coldmile::osm::read_roads(&pbf).unwrap();
        let rows: Vec<String> = data
            .ways()
            .iter()
            .filter(|way| way.id % 3 != 0)
            .map(|way| format!("{},both,07:00,09:00,{}", way.id, 6 + way.id % 60))
            .collect();
        let csv = format!("osm_way_id,direction,from,to,km_h\n{}\n", rows.join("\n"));
        let traffic = coldmile::road::Traffic::from_csv(csv.as_bytes()).unwrap();
        let map = coldmile::road::import_roads(&data, &Profile::ALL, &|_, _| {}).unwrap();
        for profile in Profile::ALL {
            let free = map.index(profile).unwrap();
            let rush = free.at(&traffic, Some("Mo 08:00".parse().unwrap()));
            for (what, index) in [("free", free), ("rush hour", &rush)] {
                let (from, to) = (places(index, Seed(41), 100), places(index, Seed(42), 100));
                assert_eq!((from.len(), to.len()), (100, 100), "{path}");
                agree(index, &from, &to, &format!("{path} {profile} {what}"));
            }
        }
        println!("{path}: agreed");
    }
}
