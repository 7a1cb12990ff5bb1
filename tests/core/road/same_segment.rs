//! Source and target on one stretch of road: no junction lies between them.

use coldmile::osm::town::sketch;
use coldmile::road::Profile;
use coldmile::road::testing::TownRoads;
use coldmile::units::{Metres, Seconds};

#[test]
fn ahead_on_the_same_street_is_just_the_stretch_between() {
    let town = sketch(Metres(100), "a----b\n|    |\nd----c");
    // 0.2 to 0.6 of 500 m.
    let found = town.travel(Profile::Van, town.between('a', 'b', 0.2), town.between('a', 'b', 0.6));
    assert_eq!(found.unwrap().1, Metres(200));
    let back = town.travel(Profile::Van, town.between('a', 'b', 0.6), town.between('a', 'b', 0.2));
    assert_eq!(back.unwrap().1, Metres(200));
}

#[test]
fn behind_on_a_one_way_street_goes_round_the_block() {
    let town = sketch(Metres(100), "a-->-b\n|    |\nd----c");
    let found = town.travel(Profile::Van, town.between('a', 'b', 0.6), town.between('a', 'b', 0.2));
    // 200 m to b, 200 + 500 + 200 m round, 100 m from a.
    assert_eq!(found.unwrap().1, Metres(1_200));
    let ahead = town.travel(Profile::Van, town.between('a', 'b', 0.2), town.between('a', 'b', 0.6));
    assert_eq!(ahead.unwrap().1, Metres(200));
}

#[test]
fn both_on_one_dead_end_need_no_turning_round() {
    let town = sketch(Metres(100), "a----b\n|    |\nd----c---e");
    for (from, to) in [(0.25, 0.75), (0.75, 0.25)] {
        let found = town.travel(Profile::Van, town.between('c', 'e', from), town.between('c', 'e', to));
        // 200 m at 25 km/h are 28.8 s.
        assert_eq!(found, Some((Seconds(29), Metres(200))), "{from} to {to}");
    }
}

#[test]
fn the_same_place_is_no_way_at_all() {
    let town = sketch(Metres(100), "a-->-b\n|    |\nd----c");
    let here = town.between('a', 'b', 0.5);
    assert_eq!(town.travel(Profile::Van, here, here), Some((Seconds(0), Metres(0))));
}

#[test]
fn behind_inside_a_private_one_way_pocket_is_reached_by_leaving_and_coming_back() {
    let town = sketch(Metres(100), "a----b\n!    |\nd>---c").street('a', 'd', &[("access", "private")]);
    let found = town.travel(Profile::Van, town.between('a', 'd', 0.75), town.between('a', 'd', 0.25));
    // 50 m to d, 500 m to c, 200 m to b, 500 m to a, 50 m in again.
    assert_eq!(found.unwrap().1, Metres(1_300));
}
