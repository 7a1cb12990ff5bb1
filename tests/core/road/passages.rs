//! Restricted passages: trips go through private roads and gates only where there is no other way, and through few.

use super::support::{Rule, travel, with_rules};
use coldmile::osm::RoadData;
use coldmile::osm::town::{Town, sketch};
use coldmile::road::Profile::{Truck, Van};
use coldmile::road::{Moment, Profile, RoadQuery, import_roads};
use coldmile::units::{Metres, VehicleSize};

/// From a to c along the top, over d and e round the bottom.
fn ring() -> Town {
    sketch(Metres(100), "a--b--c--x\n|     |\nd-----e")
}

fn noon() -> Moment {
    "Mo 12:00".parse().unwrap()
}

/// How long the way at noon is, and through how many restricted roads it leads.
fn at_noon(data: &RoadData, town: &Town, profile: Profile, from: char, to: char) -> Option<(i64, u32)> {
    let map = import_roads(data, &[profile], &|_, _| {}).unwrap();
    let metres = travel(&map, profile, Some(noon()), town.at(from), town.at(to))?;
    let index = map.index_at(profile, noon()).unwrap();
    let snap = |place| index.snap(town.at(place)).unwrap();
    let path = RoadQuery::new(&index).route(&snap(from), &snap(to)).unwrap();
    Some((metres, path.restricted_passages))
}

#[test]
fn a_private_road_is_the_last_resort_when_the_open_one_is_closed_by_day() {
    let town = ring().street('b', 'c', &[("access", "private")]);
    let by_day = |places| Rule { when: Some("06:00-20:00"), ..Rule::no(places) };
    let open = with_rules(&town, &[]);
    assert_eq!(at_noon(&open, &town, Van, 'a', 'x'), Some((200 + 600 + 200 + 300, 0)));
    let closed = with_rules(&town, &[by_day("ade")]);
    assert_eq!(at_noon(&closed, &town, Van, 'a', 'x'), Some((900, 1)));
    // Who lives there passes nothing.
    assert_eq!(at_noon(&closed, &town, Van, 'a', 'c'), Some((600, 1)));
    let map = import_roads(&closed, &[Van], &|_, _| {}).unwrap();
    assert_eq!(travel(&map, Van, Some(noon()), town.at('a'), town.between('b', 'c', 0.5)), Some(450));
}

#[test]
fn of_two_ways_through_private_roads_the_one_with_fewer_is_taken_however_long() {
    // Straight on there are two private streets with an open one between, round the top there is one; the open way round
    // the bottom and the lane up to b are closed by day.
    let town = sketch(
        Metres(100),
        "   e--------f\n   |        |\ns--a--b--c--d--t\n   |  |     |\n   |  m     |\n   |  |     |\n   g--j-----h",
    )
    .street('a', 'b', &[("access", "private")])
    .street('c', 'd', &[("access", "private")])
    .street('e', 'f', &[("access", "delivery")]);
    let by_day = |places| Rule { when: Some("06:00-20:00"), ..Rule::no(places) };
    assert_eq!(at_noon(&with_rules(&town, &[]), &town, Van, 's', 't'), Some((2_300, 0)));
    let data = with_rules(&town, &["agj", "bmj", "jmb"].map(by_day));
    assert_eq!(at_noon(&data, &town, Van, 's', 't'), Some((1_900, 1)));
    // A trip that ends on the second private street passes one in either direction, and takes the shorter.
    let map = import_roads(&data, &[Van], &|_, _| {}).unwrap();
    assert_eq!(travel(&map, Van, Some(noon()), town.at('s'), town.between('c', 'd', 0.5)), Some(1_050));
}

#[test]
fn a_private_gate_between_open_roads_is_a_passage() {
    let town = sketch(Metres(100), "a--b--g--c--x\n|        |\nd--------e")
        .mark('g', &[("barrier", "gate"), ("access", "private")]);
    let by_day = Rule { when: Some("06:00-20:00"), ..Rule::no("ade") };
    assert_eq!(at_noon(&with_rules(&town, &[]), &town, Van, 'a', 'x'), Some((200 + 900 + 200 + 300, 0)));
    assert_eq!(at_noon(&with_rules(&town, &[by_day]), &town, Van, 'a', 'x'), Some((1_200, 1)));
}

#[test]
fn a_truck_goes_through_a_private_road_where_it_fits_no_other() {
    let town = ring().street('b', 'c', &[("access", "private")]).street('d', 'e', &[("maxheight", "3.5")]);
    let data = with_rules(&town, &[]);
    assert_eq!(at_noon(&data, &town, Truck, 'a', 'x'), Some((900, 1)));
    let map = import_roads(&data, &[Truck], &|_, _| {}).unwrap();
    let low = map.index(Truck).unwrap().for_size(VehicleSize { height_cm: 300, ..VehicleSize::default() });
    let snap = |place| low.snap(town.at(place)).unwrap();
    let path = RoadQuery::new(&low).route(&snap('a'), &snap('x')).unwrap();
    assert_eq!((path.distance, path.restricted_passages), (Metres(1_300), 0));
}
