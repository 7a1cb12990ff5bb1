//! How well addresses are found: the demo's own, and those of other maps, written as people of the country write them.

use crate::{AddressIndex, Candidate, Grade, Match};
use coldmile_geometry::Point;
use coldmile_model::{Located, read_network, read_orders};
use coldmile_osm::places::SettlementKind;
use coldmile_osm::{Places, read_places};
use coldmile_synth::{DemoConfig, demo_day};
use coldmile_units::Seed;

fn map(name: &str) -> Option<Places> {
    let shared = std::env::var("MAPS").unwrap_or_default();
    let bytes = std::fs::read(format!("{shared}/{name}.osm.pbf")).ok();
    let bytes = bytes.or_else(|| {
        std::fs::read(format!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/{}.osm.pbf"), name)).ok()
    })?;
    Some(read_places(&bytes).unwrap())
}

/// What came of addresses whose doors are known.
#[derive(Default, Debug, Clone, Copy)]
struct Outcome {
    all: u32,
    exact: u32,
    street: u32,
    town: u32,
    first: u32,
    /// Refused.
    refused: u32,
    within_500: u32,
    /// Taken without a flag, further away than 500 m and 2 km.
    silent_500: u32,
    silent_2000: u32,
    /// Taken with a flag, further away than 2 km.
    flagged_2000: u32,
}

impl Outcome {
    fn add(&mut self, found: &Match, door: Point) {
        self.all += 1;
        let place: Option<&Candidate> = match found {
            Match::Exact(found) => {
                self.exact += 1;
                Some(found)
            }
            Match::Taken { best, grade, .. } => {
                let count = match grade {
                    Grade::Street => &mut self.street,
                    Grade::Town => &mut self.town,
                    Grade::First => &mut self.first,
                };
                *count += 1;
                Some(best)
            }
            Match::Doubtful(_) | Match::Unknown => {
                self.refused += 1;
                None
            }
        };
        let Some(apart) = place.map(|place| place.point.distance_m(door)) else { return };
        let is_silent = matches!(found, Match::Exact(_));
        self.within_500 += u32::from(apart <= 500.0);
        self.silent_500 += u32::from(is_silent && apart > 500.0);
        self.silent_2000 += u32::from(is_silent && apart > 2_000.0);
        self.flagged_2000 += u32::from(!is_silent && apart > 2_000.0);
    }
}

fn measure(title: &str, index: &AddressIndex, addresses: &[(String, Point)]) -> Outcome {
    let mut outcome = Outcome::default();
    let is_told = std::env::var("TELL").is_ok_and(|told| title.contains(&told));
    for (address, door) in addresses {
        let found = index.locate(address);
        outcome.add(&found, *door);
        if is_told {
            let (kind, place) = match &found {
                Match::Exact(place) => ("exact".to_owned(), Some(place)),
                Match::Taken { best, grade, .. } => (format!("{grade:?}"), Some(best)),
                other => (format!("{other:?}").chars().take(200).collect(), None),
            };
            let apart = place.map_or(-1.0, |place| place.point.distance_m(*door));
            if !(0.0..=500.0).contains(&apart) {
                println!(
                    "{kind} {apart:.0} m: {address} -> {}",
                    place.map_or("", |place| place.label.as_str())
                );
            }
        }
    }
    let share = |count: u32| 100.0 * f64::from(count) / f64::from(outcome.all.max(1));
    println!(
        "| {title} | {} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | **{:.1}** | {} | {} | {} |",
        outcome.all,
        share(outcome.exact),
        share(outcome.street),
        share(outcome.town),
        share(outcome.first),
        share(outcome.refused),
        share(outcome.within_500),
        outcome.silent_500,
        outcome.silent_2000,
        outcome.flagged_2000,
    );
    outcome
}

fn demo_addresses(places: &Places) -> Vec<(String, Point)> {
    let demo = demo_day(places, &DemoConfig::default()).unwrap();
    let day = read_network(demo.network_toml.as_bytes(), "network.toml", &["van", "truck", "bike", "foot"])
        .unwrap();
    let orders = read_orders(demo.orders_csv.as_bytes(), "orders.csv", &day, &|_| Located::Unknown);
    orders.into_result().unwrap().iter().map(|order| (order.address.clone().unwrap(), order.point)).collect()
}

/// Every house number of a map whose town is known, as `write` puts it: street, number, town.
/// The town that people name: the nearest that is more than a name on the map.
fn town_at(places: &Places, point: Point) -> String {
    let towns = places.settlements.iter().filter(|town| town.kind != SettlementKind::Neighbourhood);
    let nearest = towns.min_by(|a, b| a.point.distance_m(point).total_cmp(&b.point.distance_m(point)));
    nearest.map(|town| town.names[0].clone()).unwrap_or_default()
}

fn houses(places: &Places, write: impl Fn(&str, &str, &str) -> String) -> Vec<(String, Point)> {
    let line = |house: &coldmile_osm::places::HouseNumber| {
        let town = house.town.clone().unwrap_or_else(|| town_at(places, house.point));
        (write(&house.street, &house.number, &town), house.point)
    };
    places.house_numbers.iter().map(line).collect()
}

/// Without every second house number: those that are asked for are not on the map.
fn without_half(places: &Places, addresses: &[(String, Point)]) -> (AddressIndex, Vec<(String, Point)>) {
    let mut known = places.clone();
    let mut at = 0;
    known.house_numbers.retain(|_| {
        at += 1;
        at % 2 == 0
    });
    (AddressIndex::build(&known), addresses.iter().step_by(2).cloned().collect())
}

/// Points of named streets as doors, with an invented number.
fn street_doors(places: &Places, write: impl Fn(&str, u32) -> String) -> Vec<(String, Point)> {
    let mut rng = Seed(7).rng();
    let named = places.streets.iter().filter(|street| !street.names.is_empty() && street.island.is_some());
    let named: Vec<_> = named.collect();
    (0..800)
        .map(|_| {
            let street = named[rng.usize(..named.len())];
            let point = street.points[rng.usize(..street.points.len())];
            (write(&street.names[0], rng.u32(1..400)), point)
        })
        .collect()
}

const HEAD: &str = "| addresses | count | exact % | street % | town % | first of several % | refused % | within 500 m % | silent > 500 m | silent > 2 km | flagged > 2 km |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |";

#[test]
fn addresses_of_the_demo_are_taken_near_their_doors() {
    let places = map("malta").unwrap();
    let index = AddressIndex::build(&places);
    println!("{HEAD}");
    let demo = demo_addresses(&places);
    let all = measure("demo, as written", &index, &demo);
    assert!(all.refused * 20 <= all.all, "{all:?}");
    assert!(all.silent_500 * 100 <= all.all && all.silent_2000 == 0, "{all:?}");
    // What names no street says no more than the town, whose doors lie kilometres apart.
    let streets: Vec<_> = demo.into_iter().filter(|(text, _)| text.contains(',')).collect();
    let streets = measure("demo, with a street", &index, &streets);
    assert!(streets.all > 600 && streets.within_500 * 10 >= streets.all * 9, "{streets:?}");
}

/// The table: `MAPS=/work/shared/osm cargo test -p coldmile-basemap other_maps -- --ignored --nocapture`; with
/// `TELL=demo` every address of the lines whose title has that word that was not found within 500 m.
#[test]
#[ignore = "a measurement; the command is in its comment"]
fn addresses_of_other_maps() {
    println!("{HEAD}");
    if let Some(places) = map("malta") {
        let index = AddressIndex::build(&places);
        let demo = demo_addresses(&places);
        measure("Malta: demo, as written", &index, &demo);
        let bare = |text: &str| {
            text.replace("Il-", "")
                .replace("Tas-", "")
                .replace("Ħal ", "")
                .replace("Ħaż-", "")
                .replace("L-", "")
        };
        let plain: Vec<_> = demo.iter().map(|(text, door)| (bare(text), *door)).collect();
        measure("Malta: demo, without articles", &index, &plain);
        let full: Vec<_> = demo
            .iter()
            .map(|(text, door)| (format!("Flat 3, 999, {text}, MST 1234, Malta"), *door))
            .collect();
        measure("Malta: demo, flat, number, postcode, country", &index, &full);
        let doors = houses(&places, |street, number, town| format!("{number}, {street}, {town}"));
        measure("Malta: house numbers", &index, &doors);
        let (half, asked) = without_half(&places, &doors);
        measure("Malta: house numbers that are not on the map", &half, &asked);
    }
    if let Some(places) = map("helsinki") {
        let index = AddressIndex::build(&places);
        let doors = houses(&places, |street, number, _| format!("{street} {number} A 5, 00100 Helsinki"));
        measure("Helsinki: Finnish, with flat and postcode", &index, &doors);
        let (half, asked) = without_half(&places, &doors);
        measure("Helsinki: numbers that are not on the map", &half, &asked);
    }
    if let Some(places) = map("isle_of_man") {
        let index = AddressIndex::build(&places);
        let doors = houses(&places, |street, number, town| {
            format!("Flat 2, {number} {street}, {town}, Isle of Man, IM1 2AB")
        });
        measure("Isle of Man: English, with flat and postcode", &index, &doors);
        let (half, asked) = without_half(&places, &doors);
        measure("Isle of Man: numbers that are not on the map", &half, &asked);
    }
    if let Some(places) = map("shanghai_center") {
        let index = AddressIndex::build(&places);
        let doors = street_doors(&places, |street, number| format!("上海市黄浦区{street}{number}号5楼501室"));
        measure("Shanghai: 省市区 in front, building and room", &index, &doors);
        let doors = street_doors(&places, |street, number| format!("{street}{number}弄3号"));
        measure("Shanghai: lane and house", &index, &doors);
    }
}
