//! Turn restrictions and times as a file says them: relations with several members, and what is wrong with them.

use super::hostile::{blob, bytes, header, number, numbers, raw};
use coldmile::geometry::Point;
use coldmile::osm::{RestrictionKind, RoadData, Via, read_roads};
use coldmile::road::{Moment, Profile, import};

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
