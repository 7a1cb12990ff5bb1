//! How far one gets in so much time.

use super::oracle::malta;
use coldmile::geometry::Point;
use coldmile::osm::town::sketch;
use coldmile::road::testing::TownRoads;
use coldmile::road::{Isochrone, Profile, dijkstra};
use coldmile::units::{Metres, Seconds, Seed};

/// Whether a point lies in the area: in an outline and in none of its holes.
fn covers(area: &Isochrone, point: Point) -> bool {
    let (lat, lon) = (f64::from(point.lat_e7()) + 0.5, f64::from(point.lon_e7()) + 0.5);
    let crossings = area.parts.iter().flatten().flat_map(|ring| ring.windows(2)).filter(|pair| {
        let (a, b) = (pair[0], pair[1]);
        let (south, north) = (f64::from(a.lat_e7().min(b.lat_e7())), f64::from(a.lat_e7().max(b.lat_e7())));
        // Rings run along rows and columns only.
        south < lat && lat < north && f64::from(a.lon_e7()) > lon
    });
    crossings.count() % 2 == 1
}

#[test]
fn along_a_street_one_gets_as_far_as_the_time_allows() {
    // 25 km/h are 6.94 m/s: 417 m in a minute.
    let town = sketch(Metres(100), "a---------b");
    let map = town.map(Profile::Van);
    let index = map.index(Profile::Van).unwrap();
    let from = index.snap(town.at('a')).unwrap();
    let areas = index.isochrones(&from, &[Seconds(60), Seconds(120), Seconds(0)]);
    let reaches = |area: &Isochrone, metres: f64| covers(area, town.between('a', 'b', metres / 1_000.0));
    assert!(reaches(&areas[0], 400.0) && !reaches(&areas[0], 470.0));
    assert!(reaches(&areas[1], 800.0) && !reaches(&areas[1], 880.0));
    assert!(reaches(&areas[2], 0.0) && !reaches(&areas[2], 60.0));
    for ring in areas.iter().flat_map(|area| &area.parts).flatten() {
        assert_eq!(ring.first(), ring.last());
    }
}

#[test]
fn on_malta_what_dijkstra_reaches_in_time_is_covered_and_larger_times_cover_more() {
    let index = malta().index(Profile::Van).unwrap();
    let from = index.snap(Point::new(35.8977, 14.5128).unwrap()).unwrap();
    let limits = [Seconds(300), Seconds(900)];
    let areas = index.isochrones(&from, &limits);
    let places = super::oracle::places(index, Seed(31), 300);
    let times = dijkstra::one_to_many(index.graph(), from, &places);
    let mut inside = 0;
    for (place, time) in places.iter().zip(&times) {
        let time = time.unwrap().0;
        for (area, limit) in areas.iter().zip(limits) {
            if time <= limit {
                assert!(covers(area, place.point), "{place:?} in {time}");
                inside += 1;
            }
        }
        assert!(!covers(&areas[0], place.point) || covers(&areas[1], place.point));
    }
    assert!(inside > 20, "{inside}");
    assert_eq!(areas, index.isochrones(&from, &limits));
}
