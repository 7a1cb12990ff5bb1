//! Turn restrictions and times as a file says them: relations with several members, and what is wrong with them.

use super::hostile::{blob, bytes, header, number, numbers, raw};
use coldmile::geometry::Point;
use coldmile::osm::{RestrictionKind, RoadData, Via, read_roads};
use coldmile::road::{Moment, Profile, import};
use coldmile::units::VehicleSize;

/// A relation: tags, and members by number, kind (0 node, 1 way, 2 relation) and role.
type Relation<'a> = (&'a [(&'a str, &'a str)], &'a [(i64, i64, &'a str)]);

/// Roads out of node 1 in the middle: ways 1 to 4 to nodes 2 to 5, which a ring of ways 5 to 8 joins.
fn file(tags_of_1: &[(&str, &str)], relations: &[Relation<'_>]) -> Vec<u8> {
    let mut texts: Vec<String> = vec![String::new()];
    let mut text = |word: &str| {
        let known = texts.iter().position(|other| other == word);
        known.unwrap_or_else(|| {
            texts.push(word.to_owned());
            texts.len() - 1
        }) as i64
    };
    let mut nodes = Vec::new();
    let mut dense = Vec::new();
    numbers(1, &[1, 2, 3, 4, 5], true, &mut dense);
    let (lat, lon) = (410_000_000, -86_000_000);
    numbers(8, &[lat, lat, lat + 20_000, lat, lat - 20_000], true, &mut dense);
    numbers(9, &[lon, lon - 30_000, lon, lon + 30_000, lon], true, &mut dense);
    bytes(2, &dense, &mut nodes);
    let mut ways = Vec::new();
    for (id, ends) in (1..).zip([[1, 2], [1, 3], [1, 4], [1, 5], [2, 3], [3, 4], [4, 5], [5, 2]]) {
        let mut tags = vec![("highway", "residential")];
        if id == 1 {
            tags.extend_from_slice(tags_of_1);
        }
        let (keys, values): (Vec<i64>, Vec<i64>) = tags.iter().map(|&(k, v)| (text(k), text(v))).unzip();
        let mut way = Vec::new();
        number(1, id, &mut way);
        numbers(2, &keys, false, &mut way);
        numbers(3, &values, false, &mut way);
        numbers(8, &ends, true, &mut way);
        bytes(3, &way, &mut ways);
    }
    let mut rules = Vec::new();
    for (id, (tags, members)) in (1..).zip(relations) {
        let (keys, values): (Vec<i64>, Vec<i64>) = tags.iter().map(|&(k, v)| (text(k), text(v))).unzip();
        let mut relation = Vec::new();
        number(1, id, &mut relation);
        numbers(2, &keys, false, &mut relation);
        numbers(3, &values, false, &mut relation);
        numbers(8, &members.iter().map(|member| text(member.2)).collect::<Vec<_>>(), false, &mut relation);
        numbers(9, &members.iter().map(|member| member.0).collect::<Vec<_>>(), true, &mut relation);
        numbers(10, &members.iter().map(|member| member.1).collect::<Vec<_>>(), false, &mut relation);
        bytes(4, &relation, &mut rules);
    }
    let mut table = Vec::new();
    for text in &texts {
        bytes(1, text.as_bytes(), &mut table);
    }
    let mut block = Vec::new();
    bytes(1, &table, &mut block);
    for group in [nodes, ways, rules] {
        bytes(2, &group, &mut block);
    }
    let mut file = Vec::new();
    header(&mut file);
    blob("OSMData", &raw(&block), &mut file);
    file
}

fn read(tags: &[(&str, &str)], members: &[(i64, i64, &str)]) -> RoadData {
    read_roads(&file(&[], &[(tags, members)])).unwrap()
}

const RULE: (&str, &str) = ("type", "restriction");

#[test]
fn several_ways_in_or_out_are_a_rule_each() {
    for (value, members, expected) in [
        (
            "no_entry",
            &[(1, 1, "from"), (2, 1, "from"), (1, 0, "via"), (3, 1, "to")][..],
            &[(1, 3), (2, 3)][..],
        ),
        ("no_exit", &[(1, 1, "from"), (1, 0, "via"), (2, 1, "to"), (3, 1, "to")], &[(1, 2), (1, 3)]),
        ("no_left_turn", &[(1, 0, "via"), (2, 1, "to"), (1, 1, "from")], &[(1, 2)]),
        // A place on the map that some editors add does not matter.
        ("no_left_turn", &[(1, 1, "from"), (1, 0, "via"), (2, 1, "to"), (3, 0, "location_hint")], &[(1, 2)]),
    ] {
        let data = read(&[RULE, ("restriction", value)], members);
        let found: Vec<(i64, i64)> =
            data.restrictions().iter().map(|found| (found.rule.from, found.rule.to)).collect();
        assert_eq!(found, expected, "{value} {members:?}");
        assert!(data.restrictions().iter().all(|found| found.rule.kind == RestrictionKind::No));
        assert_eq!(data.skipped_restrictions(), 0);
    }
}

#[test]
fn a_multipolygon_of_ways_is_a_square() {
    let tags = [("type", "multipolygon"), ("highway", "pedestrian")];
    let ring: Vec<(i64, i64, &str)> = [5, 7, 6, 8].map(|way| (way, 1, "outer")).to_vec();
    // Eight streets, four outlines with the square's tags, two lines across.
    let data = read(&tags, &ring);
    let outlines = data.ways()[8..].iter().map(|way| (way.id, data.nodes_of(way).len()));
    assert_eq!(outlines.collect::<Vec<_>>(), [(5, 2), (7, 2), (6, 2), (8, 2), (5, 2), (5, 2)]);
    assert!(data.ways()[8..].iter().all(|way| {
        let tags = data.tags_of(way);
        tags.is("highway", "pedestrian") && tags.is("area", "yes")
    }));
    // An outline with a gap, a hole alone, a member that the file does not have, other kinds of relation.
    assert_eq!(read(&tags, &ring[..3]).ways().len(), 8 + 3);
    assert_eq!(read(&tags, &[(5, 1, "inner")]).ways().len(), 8);
    assert_eq!(read(&tags, &[(77, 1, "outer"), (5, 1, ""), (1, 0, "outer")]).ways().len(), 8 + 1);
    assert_eq!(read(&[("type", "boundary"), ("highway", "pedestrian")], &ring).ways().len(), 8);
    assert_eq!(read(&[("type", "multipolygon"), ("building", "yes")], &ring).ways().len(), 8);
    // However often a file says it.
    let many: Vec<Relation<'_>> = vec![(&tags[..], &ring[..]); 500];
    assert_eq!(read_roads(&file(&[], &many)).unwrap().ways().len(), 8 + 4 * (4 + 2));
}

#[test]
fn what_a_rule_says_is_read_from_its_tags() {
    let members = [(1, 1, "from"), (1, 0, "via"), (2, 1, "to")];
    let rules = |tags: &[(&str, &str)]| {
        let mut all = vec![RULE];
        all.extend_from_slice(tags);
        let data = read(&all, &members);
        let rules: Vec<_> = data.restrictions().iter().map(|found| found.rule.clone()).collect();
        (rules, data.skipped_restrictions())
    };
    let (found, _) = rules(&[("restriction", "only_right_turn"), ("except", "bicycle;psv")]);
    assert_eq!((found[0].kind, &*found[0].except), (RestrictionKind::Only, "bicycle;psv"));
    let (found, _) = rules(&[("restriction:hgv", "no_right_turn")]);
    assert_eq!(found[0].only_for.as_deref(), Some("hgv"));
    let (found, _) = rules(&[("restriction:conditional", "no_right_turn @ (Mo-Fr 07:00-09:00)")]);
    let monday: Moment = "Mo 08:00".parse().unwrap();
    assert!(found[0].when.as_ref().unwrap().holds_at(monday));
    let (found, _) = rules(&[("restriction:bicycle:conditional", "no_right_turn @ (07:00-09:00)")]);
    assert_eq!((found[0].only_for.as_deref(), found[0].when.is_some()), (Some("bicycle"), true));
    // Two tags are two rules; a condition that is not understood is counted; a value that is no rule says nothing.
    assert_eq!(rules(&[("restriction", "no_right_turn"), ("restriction:hgv", "no_u_turn")]).0.len(), 2);
    assert_eq!(rules(&[("restriction:conditional", "no_right_turn @ (wet)")]).1, 1);
    let (found, skipped) = rules(&[("restriction:conditional", "no_right_turn @ (weight>7.5)")]);
    assert_eq!((found[0].sizes.len(), skipped), (1, 0));
    assert_eq!(rules(&[("restriction:conditional", "no_right_turn @ (PH 07:00-09:00)")]), (Vec::new(), 0));
    assert_eq!(rules(&[("restriction", "give_way")]), (Vec::new(), 0));
    assert_eq!(rules(&[("restrictions", "no_right_turn")]), (Vec::new(), 0));
}

#[test]
fn ways_between_are_put_in_order_and_what_does_not_fit_is_counted() {
    let tags = [RULE, ("restriction", "no_u_turn")];
    let data = read(&tags, &[(1, 1, "from"), (6, 1, "via"), (2, 1, "via"), (7, 1, "to")]);
    assert_eq!(data.restrictions()[0].rule.via, Via::Ways(vec![6, 2]));
    // Over nodes 1, 3 and 4.
    assert_eq!(data.restrictions()[0].path, [0, 2, 3]);
    for members in [
        &[(1, 1, "from"), (1, 0, "via")][..],
        &[(1, 0, "via"), (2, 1, "to")],
        &[(1, 1, "from"), (2, 1, "to")],
        &[(1, 1, "from"), (1, 0, "via"), (3, 0, "via"), (2, 1, "to")],
        &[(1, 1, "from"), (1, 0, "via"), (6, 1, "via"), (2, 1, "to")],
        &[(1, 1, "from"), (9, 2, "via"), (2, 1, "to")],
        &[(1, 1, "from"), (77, 0, "via"), (2, 1, "to")],
        &[(1, 1, "from"), (7, 1, "via"), (2, 1, "to")],
    ] {
        let data = read(&tags, members);
        assert_eq!((data.restrictions().len(), data.skipped_restrictions()), (0, 1), "{members:?}");
    }
    // Something else than a restriction.
    let data = read(&[("type", "route"), ("restriction", "no_u_turn")], &[(1, 1, "from")]);
    assert_eq!((data.restrictions().len(), data.skipped_restrictions()), (0, 0));
}

#[test]
fn the_hours_of_a_road_come_from_the_file() {
    let pbf = file(&[("motor_vehicle:conditional", "no @ (Mo-Fr 07:00-09:00)")], &[]);
    let map = import(&pbf, &[Profile::Van], &|_, _| {}).unwrap();
    let centre = Point::from_e7(410_000_000, -86_000_000);
    let metres = |when: &str| {
        let index = map.index_at(Profile::Van, when.parse().unwrap()).unwrap();
        // From the ring near the western end of way 1 to the northern road near the middle.
        let from = index.snap(Point::from_e7(410_001_000, -86_028_500)).unwrap();
        let to = index.snap(Point::from_e7(410_001_000, centre.lon_e7())).unwrap();
        index.table(&[from], &[to]).distance_between(0, 0).unwrap().0
    };
    let (night, morning) = (metres("Mo 03:00"), metres("Mo 08:00"));
    assert!(morning > night + 100, "{night} m at night, {morning} m in the morning");
}

#[test]
fn a_turn_restriction_about_size_holds_for_the_size_that_a_trip_asks_for() {
    let members = [(1, 1, "from"), (1, 0, "via"), (3, 1, "to")];
    for (value, is_timed) in
        [("no_straight_on @ (weight>7.5)", false), ("no_straight_on @ (weight>7.5 AND 07:00-09:00)", true)]
    {
        let tags = [RULE, ("restriction:conditional", value)];
        let map = import(&file(&[], &[(&tags, &members)]), &[Profile::Truck], &|_, _| {}).unwrap();
        let metres = |when: &str, weight_kg: Option<u32>| {
            let when: Option<Moment> = (!when.is_empty()).then(|| when.parse().unwrap());
            let size = weight_kg.map(|weight_kg| VehicleSize { weight_kg, ..VehicleSize::default() });
            let index = map.metric("truck", when, size).unwrap();
            let near = |east: i32| index.snap(Point::from_e7(410_000_000, -86_000_000 + east)).unwrap();
            index.table(&[near(-20_000)], &[near(20_000)]).distance_between(0, 0).unwrap().0
        };
        let straight = metres("Mo 12:00", Some(7_500));
        for (when, weight_kg, is_kept_out) in [
            ("Mo 08:00", Some(7_501), true),
            ("Mo 08:00", None, true),
            ("Mo 08:00", Some(7_500), false),
            ("Mo 12:00", Some(7_501), !is_timed),
            ("", Some(7_501), !is_timed),
            ("", None, !is_timed),
            ("", Some(7_500), false),
        ] {
            let found = metres(when, weight_kg);
            assert_eq!(found > straight, is_kept_out, "{value} {when:?} {weight_kg:?}: {found} {straight}");
        }
    }
}
