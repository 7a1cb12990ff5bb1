//! What each profile may do on drawn towns.

use coldmile::geometry::Point;
use coldmile::osm::town::{Town, sketch};
use coldmile::road::Profile::{Bike, Foot, Truck, Van};
use coldmile::road::testing::TownRoads;
use coldmile::road::{Approach, Manoeuvre, Profile, RoadQuery};
use coldmile::units::Metres;

/// Two squares side by side: the short way from a to c is along the top.
fn two_ways() -> Town {
    sketch(Metres(100), "a--b--c\n|     |\n|     |\nd-----e")
}

fn metres(town: &Town, profile: Profile, from: char, to: char) -> Option<i64> {
    town.travel(profile, town.at(from), town.at(to)).map(|(_, distance)| distance.0)
}

fn seconds(town: &Town, profile: Profile, from: char, to: char) -> Option<i64> {
    town.travel(profile, town.at(from), town.at(to)).map(|(duration, _)| duration.0)
}

/// Along the top: 600 m. Round by the bottom: 300 + 600 + 300 m.
const DIRECT: Option<i64> = Some(600);
const ROUND: Option<i64> = Some(1_200);

#[test]
fn the_way_back_goes_round_a_one_way_street() {
    let town = sketch(Metres(25), "H-->C\n|   |\na---b"); // one character is 25 m
    assert_eq!(town.distance('H', 'C'), Some(Metres(100)));
    assert_eq!(town.distance('C', 'H'), Some(Metres(200)));
}

#[test]
fn one_way_streets_bind_vehicles_but_not_feet_and_bikes_only_without_contraflow() {
    let town = two_ways().street('a', 'b', &[("oneway", "yes")]);
    assert_eq!(
        [Van, Truck, Bike, Foot].map(|profile| metres(&town, profile, 'c', 'a')),
        [ROUND, ROUND, ROUND, DIRECT]
    );
    for exception in [("oneway:bicycle", "no"), ("cycleway", "opposite"), ("cycleway:left", "opposite_lane")]
    {
        let town = town.clone().street('a', 'b', &[exception]);
        assert_eq!(
            [Van, Bike].map(|profile| metres(&town, profile, 'c', 'a')),
            [ROUND, DIRECT],
            "{exception:?}"
        );
    }
    let reversed = two_ways().street('a', 'b', &[("oneway", "-1")]);
    assert_eq!([('a', 'c'), ('c', 'a')].map(|(from, to)| metres(&reversed, Van, from, to)), [ROUND, DIRECT]);
}

#[test]
fn private_roads_begin_and_end_trips_but_do_not_carry_them() {
    for value in ["private", "destination", "customers", "delivery", "permit"] {
        let town = two_ways().street('a', 'b', &[("access", value)]).street('b', 'c', &[("access", value)]);
        assert_eq!(metres(&town, Van, 'a', 'c'), ROUND, "{value}");
        // b lies inside: out on one side, in on the other.
        assert_eq!(metres(&town, Van, 'b', 'e'), Some(600), "{value}");
        assert_eq!(metres(&town, Van, 'e', 'b'), Some(600), "{value}");
    }
}

#[test]
fn from_one_private_pocket_to_another_the_way_between_is_public() {
    let town = sketch(Metres(100), "a--b--c--d\n|        |\ne--------f")
        .street('a', 'b', &[("access", "private")])
        .street('c', 'd', &[("access", "private")])
        .street('b', 'c', &[("access", "no")]);
    let found = town.travel(Van, town.between('a', 'b', 0.5), town.between('c', 'd', 0.5));
    assert_eq!(found.unwrap().1, Metres(150 + 200 + 900 + 200 + 150));
}

#[test]
fn a_public_road_behind_a_private_one_is_part_of_the_pocket() {
    let town = sketch(Metres(100), "a--b--c\n|  |  |\n|  p  |\n|  |  |\nd--q--e\n   |\n   r")
        .street('b', 'p', &[("access", "private")])
        .street('p', 'q', &[("access", "no")])
        .street('q', 'r', &[("access", "private")]);
    // q–r hangs on the public bottom street; nothing passes p.
    assert_eq!(metres(&town, Van, 'r', 'd'), Some(500));
    let court = sketch(Metres(100), "a--b--c\n|     |\nd--e--f\n   |\n   g\n   |\n   h").street(
        'e',
        'g',
        &[("access", "private")],
    );
    assert_eq!(metres(&court, Van, 'h', 'd'), Some(700));
    assert_eq!(metres(&court, Van, 'd', 'h'), Some(700));
}

#[test]
fn the_most_specific_access_tag_decides() {
    let closed = |tags: &[(&str, &str)]| two_ways().street('a', 'b', tags);
    let of = |town: &Town| [Van, Truck, Bike, Foot].map(|profile| metres(town, profile, 'a', 'c'));
    assert_eq!(of(&closed(&[("access", "no")])), [ROUND; 4]);
    assert_eq!(of(&closed(&[("access", "no"), ("motor_vehicle", "yes")])), [DIRECT, DIRECT, ROUND, ROUND]);
    assert_eq!(of(&closed(&[("access", "no"), ("foot", "yes")])), [ROUND, ROUND, ROUND, DIRECT]);
    assert_eq!(of(&closed(&[("vehicle", "no")])), [ROUND, ROUND, ROUND, DIRECT]);
    assert_eq!(of(&closed(&[("vehicle", "no"), ("bicycle", "yes")])), [ROUND, ROUND, DIRECT, DIRECT]);
    assert_eq!(of(&closed(&[("motor_vehicle", "no"), ("motorcar", "yes")])), [DIRECT, ROUND, DIRECT, DIRECT]);
    assert_eq!(of(&closed(&[("hgv", "no")])), [DIRECT, ROUND, DIRECT, DIRECT]);
    assert_eq!(of(&closed(&[("motorcar", "no"), ("goods", "yes")]))[0], DIRECT);
}

#[test]
fn each_kind_of_barrier_stops_whom_it_stops() {
    let of = |tags: &[(&str, &str)]| {
        let town = two_ways().mark('b', tags);
        [Van, Truck, Bike, Foot].map(|profile| metres(&town, profile, 'a', 'c') == DIRECT)
    };
    for open in ["gate", "lift_gate", "swing_gate", "cattle_grid", "toll_booth", "border_control", "entrance"]
    {
        assert_eq!(of(&[("barrier", open)]), [true; 4], "{open}");
    }
    for narrow in ["bollard", "block", "cycle_barrier", "chain", "jersey_barrier"] {
        assert_eq!(of(&[("barrier", narrow)]), [false, false, true, true], "{narrow}");
    }
    for feet in ["kissing_gate", "turnstile", "stile"] {
        assert_eq!(of(&[("barrier", feet)]), [false, false, false, true], "{feet}");
    }
    assert_eq!(of(&[("barrier", "wall")]), [false; 4]);
    assert_eq!(of(&[("barrier", "gate"), ("access", "no")]), [false; 4]);
    assert_eq!(of(&[("barrier", "gate"), ("access", "private")]), [false; 4]);
    assert_eq!(
        of(&[("barrier", "gate"), ("access", "private"), ("foot", "yes")]),
        [false, false, false, true]
    );
    assert_eq!(of(&[("barrier", "bollard"), ("motor_vehicle", "yes")]), [true; 4]);
    assert_eq!(of(&[("barrier", "height_restrictor"), ("maxheight", "2.1")]), [true, false, true, true]);
}

#[test]
fn a_private_gate_opens_for_who_begins_or_ends_behind_it() {
    let yard = sketch(Metres(100), "a--b--c\n|     |\nd--g--e\n   |\n   i\n   |\n   h");
    let town = yard.clone().mark('i', &[("barrier", "gate"), ("access", "private")]);
    assert_eq!(metres(&town, Van, 'a', 'h'), Some(900));
    assert_eq!(metres(&town, Van, 'h', 'a'), Some(900));
    // A bollard does not open: what lies behind it is left out.
    let shut = yard.mark('i', &[("barrier", "bollard")]);
    assert_eq!(metres(&shut, Van, 'a', 'h'), None);
    assert_eq!(metres(&shut, Foot, 'a', 'h'), Some(900));
}

#[test]
fn a_limit_sets_the_speed_in_its_direction() {
    let town = |tags: &[(&str, &str)]| sketch(Metres(1_000), "a-b").street('a', 'b', tags);
    // 2 km at four fifths of the limit.
    let expected = |km_h: f64| Some((2_000.0 * 3.6 / (km_h * 0.8)).round() as i64);
    assert_eq!(seconds(&town(&[("maxspeed", "50")]), Van, 'a', 'b'), expected(50.0));
    assert_eq!(seconds(&town(&[("maxspeed", "30 mph")]), Van, 'a', 'b'), expected(48.28));
    assert_eq!(seconds(&town(&[("maxspeed", "DE:urban")]), Van, 'a', 'b'), expected(50.0));
    let uneven = town(&[("maxspeed:forward", "80"), ("maxspeed:backward", "40")]);
    assert_eq!(seconds(&uneven, Van, 'a', 'b'), expected(80.0));
    assert_eq!(seconds(&uneven, Van, 'b', 'a'), expected(40.0));
    // A bike and a walker do not care; 2 km at 17 and 5 km/h.
    assert_eq!(seconds(&uneven, Bike, 'a', 'b'), Some(424));
    assert_eq!(seconds(&uneven, Foot, 'a', 'b'), Some(1_440));
    assert_eq!(
        seconds(&town(&[("maxspeed", "80"), ("maxspeed:hgv", "40")]), Truck, 'a', 'b'),
        expected(40.0)
    );
    assert_eq!(seconds(&town(&[("maxspeed", "80"), ("surface", "sand")]), Van, 'a', 'b'), Some(360));
}

#[test]
fn a_forbidden_turn_is_avoided_and_an_only_turn_is_taken() {
    // From a to c via b; the way round leads straight on to e.
    let cross = || sketch(Metres(100), "a--b--e--g\n   |  |  |\n   c--f--h");
    assert_eq!(metres(&cross(), Van, 'a', 'c'), Some(500));
    let no = cross().restrict('a', 'b', 'c', "no_right_turn");
    assert_eq!(metres(&no, Van, 'a', 'c'), Some(300 + 300 + 200 + 300));
    assert_eq!(metres(&no, Foot, 'a', 'c'), Some(500));
    let only = cross().restrict('a', 'b', 'e', "only_straight_on");
    assert_eq!(metres(&only, Van, 'a', 'c'), Some(1_100));
    let except = cross().restrict_except('a', 'b', 'c', "no_right_turn", "bicycle;psv");
    assert_eq!([Van, Bike].map(|profile| metres(&except, profile, 'a', 'c')), [Some(1_100), Some(500)]);
}

#[test]
fn turning_round_is_allowed_at_a_dead_end_and_has_its_price() {
    // Out of the private one-way lane at b the only way back to d is straight on, turning round at c.
    let town = sketch(Metres(100), "a->b--c\n|  |\nd--e").restrict('a', 'b', 'e', "no_right_turn");
    let (duration, distance) = town.travel(Van, town.between('a', 'b', 0.5), town.at('e')).unwrap();
    // 150 m to b, 300 m to c, 300 m back, 200 m to e: 950 m at 25 km/h are 137 s, 20 s for turning round, a few
    // seconds for the turns at b.
    assert_eq!(distance, Metres(950));
    assert!((155..=170).contains(&duration.0), "{duration}");
    let barred = town.restrict('b', 'c', 'b', "no_u_turn");
    assert_eq!(barred.travel(Van, barred.between('a', 'b', 0.5), barred.at('e')), None);
}

#[test]
fn where_nothing_else_leads_on_turning_round_is_as_at_a_dead_end() {
    // A stop on the north side of the street from a to b is left westwards only after turning at b, where both other
    // streets are oneway against the one that arrives. A truck turns there as at a dead end, in 40 s and not in 60.
    let town = sketch(Metres(100), "a--b<-c\n|  ^  |\nd--e--f");
    let map = town.map(Truck);
    let index = map.index(Truck).unwrap();
    let on = town.between('a', 'b', 0.5);
    let (start, end) =
        (Point::from_e7(on.lat_e7() - 900, on.lon_e7()), Point::from_e7(on.lat_e7() + 900, on.lon_e7()));
    let [start, end] = [start, end].map(|point| index.snap_with(point, Approach::Kerb).unwrap());
    let table = index.table(&[start], &[end]);
    // 300 m at 22.5 km/h and the price of turning round.
    assert_eq!(table.distance_between(0, 0), Some(Metres(300)));
    assert_eq!(table.duration_between(0, 0).unwrap().0, 48 + 40);
}

#[test]
fn a_ferry_takes_as_long_as_it_says() {
    let islands = |tags: &[(&str, &str)]| {
        let mut all = vec![("route", "ferry"), ("highway", ""), ("motor_vehicle", "yes")];
        all.extend_from_slice(tags);
        sketch(Metres(1_000), "a-b----c-d").street('b', 'c', &all)
    };
    // 2 km at 25 km/h on each side: 288 s.
    for duration in ["00:25", "25", "00:25:00", "PT25M"] {
        assert_eq!(
            seconds(&islands(&[("duration", duration)]), Van, 'a', 'd'),
            Some(2 * 288 + 1_500),
            "{duration}"
        );
    }
    // Without a word about vehicles it carries people.
    let people = sketch(Metres(1_000), "a-b----c-d").street('b', 'c', &[("route", "ferry"), ("highway", "")]);
    assert_eq!(metres(&people, Van, 'a', 'd'), None);
    assert_eq!(metres(&people, Foot, 'a', 'd'), Some(9_000));
}

#[test]
fn no_stop_is_on_a_ferry_and_an_island_without_one_is_left_out() {
    let town = sketch(Metres(1_000), "a-b----c-d").street(
        'b',
        'c',
        &[("route", "ferry"), ("highway", ""), ("motor_vehicle", "yes"), ("duration", "30")],
    );
    let map = town.map(Van);
    assert!(map.graph(Van).unwrap().snap(town.between('b', 'c', 0.5)).is_err());
    let island = sketch(Metres(1_000), "a-b\n| |\nc-d\n\ne-f");
    assert_eq!(metres(&island, Van, 'a', 'e'), None);
}

#[test]
fn crossing_the_oncoming_lane_costs_more_and_malta_keeps_left() {
    let cross = || sketch(Metres(200), "  n\n  |\nw-x-e\n  |\n  s");
    let turn = |town: &Town, to: char| town.duration('w', to).unwrap();
    let porto = cross().moved_to(Point::new(41.15, -8.61).unwrap());
    let malta = cross().moved_to(Point::new(35.9, 14.5).unwrap());
    // From the west, north is a left turn. Half a second of difference survives rounding on some maps only, so
    // compare both turns of one town with each other.
    assert!(turn(&porto, 'n') >= turn(&porto, 's'));
    assert!(turn(&malta, 'n') <= turn(&malta, 's'));
    assert!(turn(&porto, 'n') - turn(&porto, 's') > turn(&malta, 'n') - turn(&malta, 's'));
}

#[test]
fn a_signal_holds_vehicles_up_and_feet_not() {
    let plain = two_ways();
    let signal = two_ways().mark('b', &[("highway", "traffic_signals")]);
    let extra =
        |profile| seconds(&signal, profile, 'a', 'c').unwrap() - seconds(&plain, profile, 'a', 'c').unwrap();
    assert_eq!([Van, Truck, Foot].map(extra), [2, 3, 0]);
}

#[test]
fn a_truck_keeps_off_what_is_too_low_or_too_weak() {
    for limit in [
        ("maxheight", "3.5"),
        ("maxweight", "7.5"),
        ("maxweight", "3500 kg"),
        ("maxwidth", "2.2"),
        ("maxheight", "11'6\""),
    ] {
        let town = two_ways().street('a', 'b', &[limit]);
        assert_eq!(
            [Van, Truck].map(|profile| metres(&town, profile, 'a', 'c')),
            [DIRECT, ROUND],
            "{limit:?}"
        );
    }
}

#[test]
fn paths_and_steps_belong_to_feet_and_bikes() {
    let of = |highway| {
        let town = two_ways().street('a', 'b', &[("highway", highway)]);
        [Van, Bike, Foot].map(|profile| metres(&town, profile, 'a', 'c') == DIRECT)
    };
    assert_eq!(of("footway"), [false, false, true]); // pushing the bike is slower than going round
    assert_eq!(of("cycleway"), [false, true, true]);
    assert_eq!(of("motorway"), [true, false, false]);
    assert_eq!(of("construction"), [false, false, false]);
}

#[test]
fn a_roundabout_goes_one_way_and_is_said_so() {
    let town = sketch(Metres(20), "a--b--c\n   |  |\n   d--e--f")
        .street('b', 'c', &[("junction", "roundabout"), ("oneway", "-1")])
        .street('c', 'e', &[("junction", "roundabout"), ("oneway", "-1")])
        .street('d', 'e', &[("junction", "roundabout")])
        .street('b', 'd', &[("junction", "roundabout")]);
    assert_eq!(metres(&town, Van, 'a', 'f'), Some(60 + 40 + 60 + 60));
    assert_eq!(metres(&town, Van, 'f', 'a'), Some(60 + 40 + 60 + 60));
    let map = town.map(Van);
    let index = map.index(Van).unwrap();
    let snap = |place| index.snap(town.at(place)).unwrap();
    let path = RoadQuery::new(index).route(&snap('a'), &snap('f')).unwrap();
    let turns: Vec<Manoeuvre> = path.steps.iter().map(|step| step.turn).collect();
    assert_eq!(
        turns,
        [Manoeuvre::Depart, Manoeuvre::EnterRoundabout, Manoeuvre::LeaveRoundabout, Manoeuvre::Arrive]
    );
}
