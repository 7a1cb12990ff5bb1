//! Profiles of one's own.

use coldmile::mapfile::{Reader, Writer};
use coldmile::road::{Profile, RoadIndex, RoadMap, Rules, import_rules};
use coldmile::synth::town::{Town, sketch};
use coldmile::units::Metres;

fn rules(text: &str) -> Rules {
    Rules::from_toml(&format!("name = \"own\"\nbase = \"van\"\n{text}")).unwrap()
}

fn map(town: &Town, rules: &[Rules]) -> RoadMap {
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

#[test]
fn a_profile_of_ones_own_lives_in_the_map_file_beside_the_built_in_ones() {
    let town = two_ways();
    let before = map(&town, &[Profile::Van.into(), rules("top_km_h = 10")]);
    let mut file = Writer::new();
    before.write(&mut file);
    let file = file.finish();
    let after = RoadMap::read(&Reader::new(&file).unwrap()).unwrap();
    assert_eq!(after.names().collect::<Vec<_>>(), ["van", "own"]);
    assert_eq!(after.profiles().collect::<Vec<_>>(), [Profile::Van]);
    assert!(
        travel(after.named("own").unwrap(), &town, 'a', 'c').0
            > travel(after.index(Profile::Van).unwrap(), &town, 'a', 'c').0
    );
    assert!(after.named("other").is_none());
}
