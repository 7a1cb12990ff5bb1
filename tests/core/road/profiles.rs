//! Profiles of one's own.

use super::support::Rule;
use coldmile::geometry::Point;
use coldmile::mapfile::{MapFileReader, MapFileWriter};
use coldmile::osm::town::{Town, sketch};
use coldmile::road::{Profile, ProfileRules, RoadIndex, RoadMap, import_rules};
use coldmile::units::Metres;

fn rules(text: &str) -> ProfileRules {
    ProfileRules::from_toml(&format!("name = \"own\"\nbase = \"van\"\n{text}")).unwrap()
}

fn map(town: &Town, rules: &[ProfileRules]) -> RoadMap {
    import_rules(&town.roads(), rules, &|_, _| {}).unwrap()
}

fn travel(index: &RoadIndex, town: &Town, from: char, to: char) -> (i64, i64) {
    let snaps = [from, to].map(|place| index.snap(town.at(place)).unwrap());
    super::oracle::agree(index, &snaps, &snaps, "own profile");
    let table = index.table(&snaps[..1], &snaps[1..]);
    (table.duration_between(0, 0).unwrap().0, table.distance_between(0, 0).unwrap().0)
}

/// Two ways from a to c: 600 m along the top, 1200 m round.
fn two_ways() -> Town {
    sketch(Metres(100), "a--b--c\n|     |\n|     |\nd-----e")
}

#[test]
fn speeds_shares_and_tops_are_ones_own() {
    let town = sketch(Metres(1_000), "a--b");
    let seconds = |text: &str| travel(map(&town, &[rules(text)]).named("own").unwrap(), &town, 'a', 'b').0;
    // 3 km.
    assert_eq!(seconds(""), 432); // 25 km/h
    assert_eq!(seconds("[speeds]\nresidential = 30"), 360);
    assert_eq!(seconds("top_km_h = 10"), 1_080);
    let town = sketch(Metres(1_000), "a--b").street('a', 'b', &[("maxspeed", "50")]);
    let seconds = |text: &str| travel(map(&town, &[rules(text)]).named("own").unwrap(), &town, 'a', 'b').0;
    assert_eq!((seconds(""), seconds("limit_share = 1.0")), (270, 216));
}

#[test]
fn what_is_too_small_or_to_be_avoided_is_gone_round() {
    for (tags, text) in [
        (&[("maxheight", "3.0")][..], "[size]\nheight = 3.2"),
        (&[("maxweight", "3.5")], "[size]\nweight = 7.5"),
        (&[("maxlength", "6")], "[size]\nlength = 7"),
        (&[("maxwidth", "2")], "[size]\nwidth = 2.2"),
        (&[("toll", "yes")], "[avoid]\ntoll = true"),
        (&[("highway", "motorway"), ("oneway", "no")], "[speeds]\nmotorway = 0"),
    ] {
        let town = two_ways().street('a', 'b', tags);
        let found = map(&town, &[rules(text), Profile::Van.into()]);
        assert_eq!(travel(found.named("own").unwrap(), &town, 'a', 'c').1, 1_200, "{text}");
        assert_eq!(travel(found.index(Profile::Van).unwrap(), &town, 'a', 'c').1, 600, "{text}");
    }
}

#[test]
fn prices_of_turns_are_ones_own() {
    let town = two_ways().mark('b', &[("highway", "traffic_signals")]);
    let seconds = |text: &str| travel(map(&town, &[rules(text)]).named("own").unwrap(), &town, 'a', 'c').0;
    assert_eq!(seconds("[turns]\nsignal = 12") - seconds(""), 10);
}

/// A street of 3 km with these tags; its duration for a profile of one's own. `None` when it may not go there.
fn on_street(tags: &[(&str, &str)], text: &str) -> Option<i64> {
    let town = sketch(Metres(1_000), "a--b").street('a', 'b', tags);
    let map = import_rules(&town.roads(), &[rules(text)], &|_, _| {}).ok()?;
    Some(travel(map.named("own").unwrap(), &town, 'a', 'b').0)
}

#[test]
fn each_list_of_speeds_is_ones_own_and_0_keeps_off() {
    for (key, value, list, before) in [
        ("surface", "cobblestone", "surface", 432),
        ("surface", "laterite", "surface", 432),
        ("tracktype", "grade3", "tracktype", 432),
        ("smoothness", "bad", "smoothness", 432),
        ("service", "driveway", "service", 1_080),
        ("service", "parking", "service", 432),
    ] {
        let tags = [(key, value)];
        let with = |km_h: u32| on_street(&tags, &format!("[{list}]\n\"{value}\" = {km_h}"));
        assert_eq!(on_street(&tags, ""), Some(before), "{value}");
        assert_eq!((with(9), with(0)), (Some(1_200), None), "{value}");
        // No surface makes a road faster.
        assert_eq!(with(90), Some(432), "{value}");
    }
}

#[test]
fn a_limit_in_words_means_what_the_file_says() {
    let tags = [("maxspeed", "MT:rural")];
    assert_eq!(on_street(&tags, "limit_share = 1"), Some(135)); // 80 km/h
    assert_eq!(on_street(&tags, "limit_share = 1\n[limits]\n\"MT:rural\" = 90"), Some(120));
    let round = [("junction", "roundabout"), ("oneway", "no"), ("maxspeed", "90")];
    assert_eq!(on_street(&round, ""), Some(270)); // 40 km/h
    assert_eq!(on_street(&round, "roundabout_km_h = 20"), Some(540));
}

#[test]
fn roads_that_need_an_invitation_have_ones_own_speed() {
    let track = [("highway", "track"), ("motor_vehicle", "yes")];
    assert_eq!(on_street(&track, ""), Some(720)); // 15 km/h
    assert_eq!(on_street(&track, "[invited]\ntrack = 10"), Some(1_080));
    assert_eq!(on_street(&track, "[invited]\ntrack = 0"), None);
    assert_eq!(on_street(&[("highway", "track"), ("tracktype", "grade1")], "[invited]\ntrack = 10"), None);
    let bridleway = [("highway", "bridleway"), ("motorcar", "yes")];
    assert_eq!(on_street(&bridleway, ""), Some(1_800)); // 6 km/h
    assert_eq!(on_street(&bridleway, "[invited]\nbridleway = 20"), Some(540));
}

#[test]
fn the_law_that_binds_a_profile_is_named_by_its_keys() {
    let taxi = "keys = [\"taxi\", \"motor_vehicle\", \"access\"]";
    for (tags, van, own) in [
        (&[("motor_vehicle", "no"), ("taxi", "yes")][..], None, Some(432)),
        (&[("taxi", "no")], Some(432), None),
        (&[("goods", "no")], None, Some(432)),
    ] {
        assert_eq!((on_street(tags, ""), on_street(tags, taxi)), (van, own), "{tags:?}");
    }
    // The same keys tell which turn restrictions are meant.
    let cross = sketch(Metres(100), "a--b--e--g\n   |  |  |\n   c--f--h");
    for (rule, van, own) in [
        (Rule { except: "taxi", ..Rule::no("abc") }, 1_100, 500),
        (Rule { only_for: Some("taxi"), ..Rule::no("abc") }, 500, 1_100),
        (Rule { only_for: Some("goods"), ..Rule::no("abc") }, 1_100, 500),
    ] {
        let map = import_rules(&rule.on(&cross), &[rules(taxi), Profile::Van.into()], &|_, _| {}).unwrap();
        let metres = |name| travel(map.named(name).unwrap(), &cross, 'a', 'c').1;
        assert_eq!((metres("van"), metres("own")), (van, own));
    }
}

#[test]
fn what_an_access_value_means_is_ones_own() {
    let town = two_ways().street('a', 'b', &[("access", "customers")]);
    let metres = |text: &str| travel(map(&town, &[rules(text)]).named("own").unwrap(), &town, 'a', 'c').1;
    // a can be left both ways; through the restricted street only a itself is reached.
    let through =
        two_ways().street('b', 'c', &[("access", "customers")]).street('a', 'b', &[("access", "customers")]);
    let past = |text: &str| travel(map(&through, &[rules(text)]).named("own").unwrap(), &through, 'd', 'e').1;
    assert_eq!((metres(""), past("")), (1_200, 600));
    assert_eq!(metres("[access]\ncustomers = \"open\""), 600);
    assert_eq!(metres("[access]\ncustomers = \"closed\""), 1_200);
    let gate = two_ways().mark('b', &[("barrier", "gate"), ("access", "private")]);
    let metres = |text: &str| travel(map(&gate, &[rules(text)]).named("own").unwrap(), &gate, 'a', 'c').1;
    assert_eq!((metres(""), metres("private_gates = \"open\"")), (1_200, 600));
    assert_eq!(metres("private_gates = \"closed\""), 1_200);
}

#[test]
fn barriers_take_a_while_or_stop_as_the_file_says() {
    let gate = |tags: &[(&str, &str)]| {
        let mut all = vec![("barrier", "gate")];
        all.extend_from_slice(tags);
        two_ways().mark('b', &all)
    };
    let on =
        |town: &Town, text: &str| travel(map(town, &[rules(text)]).named("own").unwrap(), town, 'a', 'c');
    let plain = on(&gate(&[]), "");
    assert_eq!(plain.1, 600);
    assert_eq!(on(&gate(&[]), "[barriers]\ngate = 30"), (plain.0 + 30, 600));
    // A tag that lets everyone pass says that it stands open.
    assert_eq!(on(&gate(&[("access", "yes")]), "[barriers]\ngate = 30"), plain);
    for word in ["private", "closed"] {
        assert_eq!(on(&gate(&[]), &format!("[barriers]\ngate = \"{word}\"")).1, 1_200, "{word}");
    }
    let crossing = two_ways().mark('b', &[("barrier", "lift_gate,lights")]);
    assert_eq!(on(&crossing, "").1, 600);
    assert_eq!(on(&crossing, "[barriers]\n\"lift_gate,lights\" = \"closed\"").1, 1_200);
    let bollard = two_ways().mark('b', &[("barrier", "bollard")]);
    assert_eq!((on(&bollard, "").1, on(&bollard, "[barriers]\nbollard = 5").1), (1_200, 600));
}

#[test]
fn waiting_for_a_gap_is_added_to_turns_across_the_oncoming_lane() {
    let cross = sketch(Metres(200), "  n\n  |\nw-x-e\n  |\n  s");
    let seconds = |to: char, text: &str| {
        travel(map(&cross, &[rules(&format!("[turns]\n{text}"))]).named("own").unwrap(), &cross, 'w', to).0
    };
    let extra = |to: char| seconds(to, "across = 20") - seconds(to, "across = 0");
    // Traffic keeps right: north is across, and at a right angle it costs 96 % of the wait.
    assert_eq!(['n', 'e', 's'].map(extra), [19, 0, 0]);
}

#[test]
fn a_signal_at_a_crossing_has_its_own_price() {
    for (tags, extra) in [
        (&[("highway", "crossing"), ("crossing", "traffic_signals")][..], 7),
        (&[("highway", "traffic_signals")], 3),
    ] {
        let town = two_ways().mark('b', tags);
        let seconds =
            |text: &str| travel(map(&town, &[rules(text)]).named("own").unwrap(), &town, 'a', 'c').0;
        let with = seconds("[turns]\nsignal = 3\nsignal_at_crossing = 7");
        assert_eq!(with - seconds("[turns]\nsignal = 0\nsignal_at_crossing = 0"), extra, "{tags:?}");
    }
}

#[test]
fn a_slow_ferry_and_a_free_choice_of_kerb() {
    let ferry = [("route", "ferry"), ("highway", ""), ("motor_vehicle", "yes")];
    let town = sketch(Metres(1_000), "a-b----c-d").street('b', 'c', &ferry);
    let seconds = |text: &str| travel(map(&town, &[rules(text)]).named("own").unwrap(), &town, 'a', 'd').0;
    // 5 km at 10 and at 5 km/h.
    assert_eq!(seconds("ferry_km_h = 5") - seconds(""), 1_800);
    // North of a street that runs east, where traffic keeps right.
    let town = sketch(Metres(100), "a----b\n|    |\nd----c").street('a', 'b', &[("highway", "tertiary")]);
    let on = town.between('a', 'b', 0.4);
    let beside = Point::from_e7(on.lat_e7() + 900, on.lon_e7());
    let metres = |text: &str| {
        let map = map(&town, &[rules(text)]);
        let index = map.named("own").unwrap();
        let (from, to) = (index.snap(town.at('a')).unwrap(), index.snap(beside).unwrap());
        index.table(&[from], &[to]).distance_between(0, 0).unwrap().0
    };
    assert_eq!((metres(""), metres("kerb = [\"tertiary\"]")), (200, 800));
}

#[test]
fn a_profile_of_ones_own_lives_in_the_map_file_beside_the_built_in_ones() {
    let town = two_ways();
    let before = map(&town, &[Profile::Van.into(), rules("top_km_h = 10")]);
    let mut file = MapFileWriter::new();
    before.write(&mut file);
    let file = file.finish();
    let after = RoadMap::read(&MapFileReader::new(&file).unwrap()).unwrap();
    assert_eq!(after.names().collect::<Vec<_>>(), ["van", "own"]);
    assert_eq!(after.profiles().collect::<Vec<_>>(), [Profile::Van]);
    assert!(
        travel(after.named("own").unwrap(), &town, 'a', 'c').0
            > travel(after.index(Profile::Van).unwrap(), &town, 'a', 'c').0
    );
    assert!(after.named("other").is_none());
}
