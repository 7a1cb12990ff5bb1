//! Which side of the road a stop is on, and why a cell of a table is empty.

use super::support::{Rule, travel};
use coldmile::geometry::Point;
use coldmile::osm::town::{Town, sketch};
use coldmile::road::Profile::{Foot, Van};
use coldmile::road::testing::TownRoads;
use coldmile::road::{
    Approach, NoPath, Profile, RoadIndex, RoadMap, RoadQuery, Snap, dijkstra, import_roads,
};
use coldmile::units::Metres;

/// A main street from a to b, a block around it so that one can turn.
fn main_street() -> Town {
    sketch(Metres(100), "a----b\n|    |\nd----c").street('a', 'b', &[("highway", "primary")])
}

/// A place beside the street from `a` to `b`: metres to the left of it.
fn beside(town: &Town, share: f64, left: i32) -> Point {
    let on = town.between('a', 'b', share);
    // The street runs east: left is north.
    Point::from_e7(on.lat_e7() + left * 90, on.lon_e7())
}

/// Metres between two snaps that table, route and Dijkstra agree on.
fn metres(index: &RoadIndex, from: Snap, to: Snap) -> Option<i64> {
    let reference = dijkstra::one_to_many(index.graph(), from, &[to])[0];
    let table = index.table(&[from], &[to]);
    assert_eq!(reference, table.duration_between(0, 0).zip(table.distance_between(0, 0)));
    let path = RoadQuery::new(index).route(&from, &to);
    assert_eq!(reference, path.map(|path| (path.duration, path.distance)));
    reference.map(|(_, distance)| distance.0)
}

fn index(map: &RoadMap, profile: Profile) -> &RoadIndex {
    map.index(profile).unwrap()
}

#[test]
fn a_door_on_a_main_road_is_approached_from_its_own_side() {
    let town = main_street();
    let map = town.map(Van);
    let index = index(&map, Van);
    let start = index.snap(town.at('a')).unwrap();
    let door = |left: i32| index.snap(beside(&town, 0.4, left)).unwrap();
    // Traffic keeps right: eastwards the doors on the south side are at the kerb.
    assert_eq!(metres(index, start, door(-10)), Some(200));
    // The north side is reached on the way back: 500 m to b, turning round, 300 m back.
    assert_eq!(metres(index, start, door(10)), Some(500 + 300));
    // A place in the middle of the road is on neither side.
    assert_eq!(metres(index, start, door(0)), Some(200));
}

#[test]
fn where_traffic_keeps_left_the_kerb_is_the_other_one() {
    let town = main_street().moved_to(Point::new(35.9, 14.5).unwrap());
    let map = town.map(Van);
    let index = index(&map, Van);
    let start = index.snap(town.at('a')).unwrap();
    let door = |left: i32| index.snap(beside(&town, 0.4, left)).unwrap();
    assert_eq!(metres(index, start, door(10)), Some(200));
    assert_eq!(metres(index, start, door(-10)), Some(800));
}

#[test]
fn small_streets_are_crossed_on_foot_unless_the_stop_says_otherwise() {
    let town = main_street().street('a', 'b', &[("highway", "residential")]);
    let map = town.map(Van);
    let index = index(&map, Van);
    let start = index.snap(town.at('a')).unwrap();
    let door = |approach| index.snap_with(beside(&town, 0.4, 10), approach).unwrap();
    assert_eq!(metres(index, start, door(Approach::ByRoad)), Some(200));
    assert_eq!(metres(index, start, door(Approach::Either)), Some(200));
    // Nothing tells b from any bend, so turning round there is not allowed: once round the block.
    assert_eq!(metres(index, start, door(Approach::Kerb)), Some(1_200));
    let main = main_street();
    let map = main.map(Van);
    let index = self::index(&map, Van);
    let door = index.snap_with(beside(&main, 0.4, 10), Approach::Either).unwrap();
    assert_eq!(metres(index, index.snap(main.at('a')).unwrap(), door), Some(200));
}

#[test]
fn one_way_streets_have_both_kerbs_on_the_way_and_feet_cross_anything() {
    let town = main_street().street('a', 'b', &[("oneway", "yes")]);
    let map = town.map(Van);
    let one_way = index(&map, Van);
    let start = one_way.snap(town.at('a')).unwrap();
    for left in [-10, 10] {
        assert_eq!(metres(one_way, start, one_way.snap(beside(&town, 0.4, left)).unwrap()), Some(200));
    }
    let town = main_street();
    let map = town.map(Foot);
    let on_foot = index(&map, Foot);
    let start = on_foot.snap(town.at('a')).unwrap();
    assert_eq!(metres(on_foot, start, on_foot.snap(beside(&town, 0.4, 10)).unwrap()), Some(200));
}

#[test]
fn from_a_door_to_the_one_across_a_main_road_one_turns_round() {
    let town = main_street();
    let map = town.map(Van);
    let index = index(&map, Van);
    let door = |left: i32| index.snap(beside(&town, 0.4, left)).unwrap();
    assert_eq!(metres(index, door(-10), door(-10)), Some(0));
    // 300 m to b, turning round, 300 m back; westwards it is 200 m to a.
    assert_eq!(metres(index, door(-10), door(10)), Some(600));
    assert_eq!(metres(index, door(10), door(-10)), Some(400));
}

#[test]
fn every_empty_cell_has_its_reason() {
    let town = sketch(Metres(100), "a--b--c--d\n   |  |  |\n   p--q--r\n\n         z");
    let map = town.map(Van);
    let index = index(&map, Van);
    let on_road = index.snap(town.at('a'));
    let at_sea = index.snap(Point::from_e7(10_000_000, 0));
    assert_eq!(index.why_not(&on_road, &on_road), None);
    for (from, to, is_from) in
        [(&at_sea, &on_road, true), (&on_road, &at_sea, false), (&at_sea, &at_sea, true)]
    {
        match index.why_not(from, to) {
            Some(NoPath::FromTooFar { distance_m }) if is_from => assert!(distance_m > 100_000.0),
            Some(NoPath::ToTooFar { distance_m }) if !is_from => assert!(distance_m > 100_000.0),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_place_that_only_a_turn_forbidden_by_day_leads_to_says_so() {
    // The yard behind q is entered from b over p only; turning round is forbidden at the end of the lane.
    let town = sketch(Metres(100), "a->b->c\n^  |  !\n|  p  |\nd-<--<e");
    let rule = Rule { when: Some("06:00-20:00"), ..Rule::no("abp") };
    let map = import_roads(&rule.on(&town), &[Van], &|_, _| {}).unwrap();
    let day = map.index_at(Van, "Mo 12:00".parse().unwrap()).unwrap();
    let (from, to) = (day.snap(town.at('a')), day.snap(town.at('p')));
    assert_eq!(day.table(&[from.unwrap()], &[to.unwrap()]).unreachable_count(), 1);
    assert_eq!(day.why_not(&from, &to), Some(NoPath::NotNow));
    assert!(travel(&map, Van, Some("Mo 21:00".parse().unwrap()), town.at('a'), town.at('p')).is_some());
    assert!(travel(&map, Van, None, town.at('a'), town.at('p')).is_some());
}
