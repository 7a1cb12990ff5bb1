//! Turn restrictions over ways, with exceptions and at times, on drawn towns.

use super::support::{Rule, agreed, ways};
use coldmile::geometry::Point;
use coldmile::osm::town::{Town, sketch};
use coldmile::osm::{RestrictionKind, RoadData, RoadDataBuilder, Schedule, TurnRule, Via};
use coldmile::road::Profile::{Bike, Foot, Truck, Van};
use coldmile::road::{Moment, Profile, RoadMap, Traffic, import_roads};
use coldmile::units::{Metres, Seed};
use std::fmt::Write;
use std::slice::from_ref;

/// Two lanes of an avenue, joined by a link at each end. 100 m a character.
///
/// ```text
/// a--b--c--d      westwards only
///    |  |
/// e--f--g--h      eastwards only
/// ```
fn avenue() -> Town {
    sketch(Metres(100), "a<-b<-c<-d\n|  |  |  |\n|  |  |  |\ne->f->g->h")
}

fn metres(town: &Town, rules: &[Rule], profile: Profile, from: char, to: char) -> Option<i64> {
    agreed(town, rules, profile, from, to, None)
}

#[test]
fn turning_round_over_the_link_between_two_lanes_is_forbidden_over_the_via_way() {
    // From e along the lower lane, over the link f–b, back along the upper lane to a.
    let town = avenue();
    let far = |rules: &[Rule]| agreed(&town, rules, Van, 'f', 'a', Some(('e', 'f', 0.5)));
    // 150 m to f, 300 m up, 300 m to a.
    assert_eq!(far(&[]), Some(150 + 300 + 300));
    // The next link does: 150 + 300 to g, 300 up, 600 back.
    let no = Rule::no("efba");
    assert_eq!(far(from_ref(&no)), Some(150 + 300 + 300 + 600));
    // Who comes onto the link otherwise may turn: the rule is about those from e.
    assert_eq!(agreed(&town, from_ref(&no), Van, 'f', 'a', Some(('f', 'b', 0.5))), Some(150 + 300));
    // It binds vehicles, not people.
    assert_eq!(
        agreed(&town, &[no], Foot, 'f', 'a', Some(('e', 'f', 0.5))),
        agreed(&town, &[], Foot, 'f', 'a', Some(('e', 'f', 0.5)))
    );
}

#[test]
fn a_rule_over_several_via_ways_remembers_all_of_them_in_any_order() {
    // From a straight on to b, c, d, then down: forbidden as a whole, each part of it is not.
    let town = sketch(Metres(100), "a--b--c--d--e\n   |  |  |  |\n   p--q--r--s");
    assert_eq!(metres(&town, &[], Van, 'a', 'r'), Some(1_100));
    let start = Some(('a', 'b', 0.5));
    let banned = Rule::no("abcdr");
    let shuffled = Rule { via_order: vec![1, 0], ..banned.clone() };
    for rule in [banned, shuffled] {
        // Down at b or c instead, just as long.
        assert_eq!(agreed(&town, from_ref(&rule), Van, 'b', 'r', start), Some(150 + 600 + 200));
        let both = [rule, Rule::no("abp"), Rule::no("abcq")];
        // Only e is left: 150 + 900 + 200 + 300.
        assert_eq!(agreed(&town, &both, Van, 'b', 'r', start), Some(150 + 900 + 200 + 300));
        // From b itself nothing was driven yet.
        assert_eq!(metres(&town, &both, Van, 'c', 'r'), Some(300 + 200));
    }
}

#[test]
fn who_must_follow_the_via_way_may_not_leave_it() {
    let town = sketch(Metres(100), "a--b--c--d\n   |  |  |\n   p--q--r");
    let start = Some(('a', 'b', 0.5));
    assert_eq!(agreed(&town, &[], Van, 'b', 'p', start), Some(150 + 200));
    // From a over b–c only to d: not down at b, not down at c.
    let only = Rule::only("abcd");
    assert_eq!(agreed(&town, from_ref(&only), Van, 'b', 'p', start), Some(150 + 600 + 200 + 600));
    // Who starts on the via way is free.
    let inside = Some(('b', 'c', 0.5));
    assert_eq!(agreed(&town, &[only], Van, 'b', 'q', inside), Some(150 + 200));
}

#[test]
fn an_only_rule_whose_target_is_closed_does_not_close_the_junction() {
    let town =
        sketch(Metres(100), "a--b--c--d\n   |  |  |\n   p--q--r").street('c', 'd', &[("access", "no")]);
    let start = Some(('a', 'b', 0.5));
    assert_eq!(agreed(&town, &[Rule::only("abcd")], Van, 'b', 'p', start), Some(150 + 200));
}

#[test]
fn overlapping_rules_hold_together() {
    // Two sequences share b–c–d: one ends down at d, the other goes on to e and ends there. In a town this small
    // turning round costs more than driving on.
    let town = sketch(Metres(20), "a--b--c--d--e--f\n         |  |  |\n         p--q--r");
    let start = Some(('a', 'b', 0.5));
    let one = Rule::no("abcdp");
    let two = Rule::no("bcdeq");
    assert_eq!(agreed(&town, from_ref(&two), Van, 'b', 'p', start), Some(30 + 120 + 40));
    assert_eq!(agreed(&town, from_ref(&one), Van, 'b', 'p', start), Some(30 + 180 + 40 + 60));
    assert_eq!(agreed(&town, &[one, two], Van, 'b', 'p', start), Some(30 + 240 + 40 + 120));
}

#[test]
fn an_exception_frees_the_vehicles_it_names() {
    let town = avenue();
    let start = Some(('e', 'f', 0.5));
    let rule = Rule { except: "bicycle;hgv", ..Rule::no("efba") };
    let of = |profile| agreed(&town, from_ref(&rule), profile, 'f', 'a', start);
    assert_eq!([Van, Truck, Bike].map(of), [Some(1_350), Some(750), Some(750)]);
    let for_trucks = Rule { only_for: Some("hgv"), ..Rule::no("efba") };
    let of = |profile| agreed(&town, from_ref(&for_trucks), profile, 'f', 'a', start);
    assert_eq!([Van, Truck, Bike].map(of), [Some(750), Some(1_350), Some(750)]);
}

#[test]
fn a_rule_with_hours_holds_in_those_hours_only() {
    let town = avenue();
    for rule in [Rule::no("efba"), Rule::no("efb")] {
        let rule = Rule { when: Some("Mo-Fr 07:00-09:00"), ..rule };
        let data = rule.clone().on(&town);
        let map = import_roads(&data, &[Van], &|_, _| {}).unwrap();
        let from = town.between('e', 'f', 0.5);
        let travel = |map: &RoadMap, when: Option<&str>| {
            super::support::travel(
                map,
                Van,
                when.map(|when| when.parse::<Moment>().unwrap()),
                from,
                town.at('a'),
            )
        };
        assert_eq!(travel(&map, None), Some(750));
        for (when, distance) in
            [("Mo 06:59", 750), ("Mo 07:00", 1_350), ("We 08:59", 1_350), ("Sa 08:00", 750)]
        {
            assert_eq!(travel(&map, Some(when)), Some(distance), "{when}");
        }
    }
    // An only rule with hours.
    let town = sketch(Metres(100), "a--b--c--d\n   |  |  |\n   p--q--r");
    let rule = Rule { when: Some("22:00-06:00"), ..Rule::only("abcd") };
    let map = import_roads(&rule.on(&town), &[Van], &|_, _| {}).unwrap();
    let travel = |when: &str| {
        super::support::travel(
            &map,
            Van,
            Some(when.parse().unwrap()),
            town.between('a', 'b', 0.5),
            town.at('p'),
        )
    };
    assert_eq!(travel("Tu 21:59"), Some(350));
    assert_eq!(travel("Tu 23:30"), Some(150 + 600 + 200 + 600));
    assert_eq!(travel("Tu 05:59"), Some(150 + 600 + 200 + 600));
}

#[test]
fn a_roundabout_as_via_way_is_followed_the_way_it_is_drawn() {
    // From 1 into the ring at 2, out at 4: forbidden. Who goes round once more may leave.
    let mut town = RoadDataBuilder::default();
    let places = [(0, 0), (0, 100), (100, 200), (0, 300), (-100, 200), (100, 400), (0, 400)];
    for (number, (north, east)) in places.into_iter().enumerate() {
        town.node(number as i64 + 1, Point::from_e7(north * 90, east * 90), &[]);
    }
    let road = [("highway", "residential")];
    town.way(10, &[1, 2], &road);
    town.way(11, &[3, 4, 5, 2, 3], &[("highway", "residential"), ("junction", "roundabout")]);
    town.way(12, &[3, 6], &road);
    town.way(13, &[4, 7], &road);
    let mut data = town.finish();
    let travel = |data: &RoadData| {
        let map = import_roads(data, &[Van], &|_, _| {}).unwrap();
        let (from, to) = (Point::from_e7(0, 0), Point::from_e7(0, 400 * 90));
        super::support::travel(&map, Van, None, from, to).unwrap()
    };
    let before = travel(&data);
    data.restrict([TurnRule {
        kind: RestrictionKind::No,
        from: 10,
        via: Via::Ways(vec![11]),
        to: 13,
        only_for: None,
        except: String::new(),
        when: None,
        sizes: Vec::new(),
    }]);
    // Four sides of some 141 m.
    let more = travel(&data) - before;
    assert!((560..=570).contains(&more), "{more}");
}

#[test]
fn rules_whose_members_do_not_meet_are_counted_and_left_out() {
    let town = avenue();
    let mut data = town.roads();
    let rule = |via: Via| TurnRule {
        kind: RestrictionKind::No,
        from: ways(&data, &town, 'e', 'f'),
        via,
        to: ways(&data, &town, 'b', 'a'),
        only_for: None,
        except: String::new(),
        when: Schedule::parse("Mo-Fr"),
        sizes: Vec::new(),
    };
    let rules = [rule(Via::Ways(vec![ways(&data, &town, 'c', 'g')])), rule(Via::Node(999_999))];
    data.restrict(rules);
    assert_eq!((data.skipped_restrictions(), data.restrictions().len()), (2, 0));
}

/// A random town with rules over one to three ways, some of them with hours.
fn with_random_rules(seed: Seed) -> RoadData {
    let mut data = coldmile::osm::town::random_roads(seed);
    let mut random = Seed(seed.0 + 1_000).rng();
    let ends: Vec<(i64, u32, u32)> =
        data.ways().iter().map(|way| (way.id, data.nodes_of(way)[0], data.nodes_of(way)[1])).collect();
    let mut rules = Vec::new();
    for _ in 0..ends.len() {
        // A walk of three to five ways.
        let start = ends[random.usize(..ends.len())];
        let (mut walk, mut at) = (vec![start.0], if random.bool() { start.1 } else { start.2 });
        for _ in 0..random.usize(2..5) {
            let next: Vec<_> =
                ends.iter().filter(|&&(id, a, b)| (a == at || b == at) && !walk.contains(&id)).collect();
            if next.is_empty() {
                break;
            }
            let &(id, a, b) = next[random.usize(..next.len())];
            walk.push(id);
            at = if a == at { b } else { a };
        }
        if walk.len() < 3 {
            continue;
        }
        rules.push(TurnRule {
            kind: if random.u32(0..4) == 0 { RestrictionKind::Only } else { RestrictionKind::No },
            from: walk[0],
            via: Via::Ways(walk[1..walk.len() - 1].to_vec()),
            to: walk[walk.len() - 1],
            only_for: None,
            except: String::new(),
            when: if random.u32(0..3) == 0 { Schedule::parse("Mo-Fr 07:00-09:00") } else { None },
            sizes: Vec::new(),
        });
    }
    data.restrict(rules);
    data
}

#[test]
fn hierarchy_and_dijkstra_agree_on_towns_full_of_rules_at_any_time() {
    let mut pairs = 0;
    for seed in (0..40).map(Seed) {
        let data = with_random_rules(seed);
        let Ok(map) = import_roads(&data, &[Van], &|_, _| {}) else { continue };
        let mut speeds = String::from("osm_way_id,direction,from,to,km_h\n");
        for way in data.ways().iter().filter(|way| way.id % 3 == 0) {
            let direction = if way.id % 2 == 0 { "forward" } else { "both" };
            writeln!(speeds, "{},{direction},07:00,09:00,{}", way.id, 5 + way.id % 40).unwrap();
        }
        let traffic = Traffic::from_csv(speeds.as_bytes()).unwrap();
        let jammed = map.with_traffic(traffic);
        for index in [
            jammed.index_at(Van, "Mo 08:00".parse().unwrap()),
            jammed.index_at(Van, "Mo 12:00".parse().unwrap()),
            map.index_at(Van, "Mo 08:00".parse().unwrap()),
        ] {
            let index = index.unwrap();
            let places = super::oracle::places(&index, seed, 12);
            super::oracle::agree(&index, &places, &places, &format!("{seed:?}"));
            pairs += places.len() * places.len();
        }
    }
    assert!(pairs > 10_000, "{pairs}");
}
