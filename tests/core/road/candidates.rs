//! Stops between several roads.

use coldmile::geometry::Point;
use coldmile::osm::town::{Town, sketch};
use coldmile::road::Profile::Van;
use coldmile::road::testing::TownRoads;
use coldmile::road::{Approach, RoadIndex, RoadMap, RoadQuery, RouteStop};
use coldmile::units::{Metres, Seconds, Seed};

/// Two one-way streets 40 m apart, eastwards and westwards; the yard between them is reached from both.
fn two_streets() -> Town {
    sketch(Metres(20), "a-----b>----c-----d\n|                 |\ne-----f<----g-----h")
}

fn index(map: &RoadMap) -> &RoadIndex {
    map.index(Van).unwrap()
}

/// A place between the two streets, so many metres below the upper one.
fn yard(town: &Town, below: i32) -> Point {
    let street = town.between('b', 'c', 0.5);
    Point::from_e7(street.lat_e7() - below * 90, street.lon_e7())
}

#[test]
fn roads_almost_as_near_as_the_nearest_are_candidates_and_others_are_not() {
    let town = two_streets();
    let map = town.map(Van);
    let stop = |below, most| index(&map).stop(yard(&town, below), Approach::ByRoad, most).unwrap();
    assert_eq!(stop(18, 1).candidates().len(), 1);
    let both = stop(18, 4);
    assert_eq!(both.candidates().len(), 2);
    assert_eq!(both.candidates()[0], index(&map).snap(yard(&town, 18)).unwrap());
    // 4 m farther on foot, at 4 km/h.
    assert_eq!([0, 1].map(|candidate| both.walk(candidate)), [Seconds(0), Seconds(4)]);
    // 36 m farther is another street's house.
    assert_eq!(stop(2, 4).candidates().len(), 1);
}

#[test]
fn a_table_takes_the_better_street_and_a_trip_leaves_from_where_it_came_to() {
    let town = two_streets();
    let map = town.map(Van);
    let index = index(&map);
    let near = |place| RouteStop::from(index.snap(town.at(place)).unwrap());
    let door = index.stop(yard(&town, 18), Approach::ByRoad, 2).unwrap();
    let table =
        index.table_of_stops(&[near('h'), near('a'), door.clone()], &[door.clone(), near('d'), near('e')]);
    let metres = |row, column| table.distance_between(row, column).unwrap().0;
    // From h along the lower street, from a along the upper one.
    assert_eq!((metres(0, 0), metres(1, 0)), (180, 180));
    assert_eq!((metres(2, 1), metres(2, 2)), (180, 180));
    let trip = RoadQuery::new(index).route_over(&[near('h'), door.clone(), near('e')]).unwrap();
    assert_eq!(trip.candidates[1], 1);
    assert_eq!(trip.legs.iter().map(|leg| leg.distance.0).collect::<Vec<_>>(), [180, 180]);
    assert_eq!(trip.walk, Seconds(7));
    let path = RoadQuery::new(index).route_over(&[near('a'), door, near('d')]).unwrap();
    assert_eq!((path.candidates[1], path.walk), (0, Seconds(0)));
}

#[test]
fn every_cell_is_the_best_over_all_candidates() {
    for seed in (0..12).map(Seed) {
        let Some(index) = coldmile::road::testing::random(seed, Van) else { continue };
        let mut random = seed.rng();
        let mut place = || Point::from_e7(random.i32(-3_000..60_000), random.i32(-3_000..60_000));
        let stops: Vec<RouteStop> =
            (0..60).filter_map(|_| index.stop(place(), Approach::Kerb, 3).ok()).take(14).collect();
        let table = index.table_of_stops(&stops, &stops);
        let mut query = RoadQuery::new(&index);
        for (row, from) in stops.iter().enumerate() {
            for (column, to) in stops.iter().enumerate() {
                let trip = query.route_over(&[from.clone(), to.clone()]);
                let whole = trip.map(|trip| (trip.legs[0].duration + trip.walk, trip.legs[0].distance));
                let cell = table.duration_between(row, column).zip(table.distance_between(row, column));
                assert_eq!(cell, whole, "{seed:?} {row} {column}");
            }
        }
    }
}
