//! Rules that a day switches on: what the planner makes of them, and that the audit finds plans that break them.

use crate::{DispatchConfig, Effort, PlanControl, plan_day};
use coldmile_audit::{AuditReport, audit};
use coldmile_geometry::Point;
use coldmile_model::{Day, Located, read_network, read_orders};
use coldmile_osm::town::sketch;
use coldmile_plan::{DayPlan, Echelon, Run, Stop, StopPlace, Trip, Walk};
use coldmile_road::{Profile, RoadMap, import_roads};
use coldmile_units::{Metres, Seconds, Seed};
use std::fs;

/// A file of river town.
fn file(name: &str) -> String {
    fs::read_to_string(format!("{}/../../tests/golden/river_town/{name}", env!("CARGO_MANIFEST_DIR")))
        .unwrap()
}

fn river_roads() -> RoadMap {
    import_roads(&sketch(Metres(100), &file("town.txt")).roads(), &Profile::ALL, &|_, _| {}).unwrap()
}

fn read(network: &str, orders: &str) -> Day {
    let mut day =
        read_network(network.as_bytes(), "network.toml", &["van", "truck", "bike", "foot"]).unwrap();
    let reading = read_orders(orders.as_bytes(), "orders.csv", &day, &|_| Located::Unknown);
    day.orders = reading.into_result().unwrap();
    day
}

/// River town with more lines in front of its first site, and with orders changed.
fn river_town(lines: &str, edit: impl Fn(&str) -> String) -> Day {
    let network = file("network.toml").replacen("[[site]]", &format!("{lines}\n[[site]]"), 1);
    read(&network, &edit(&file("orders.csv")))
}

fn plan(day: &Day, roads: &RoadMap) -> DayPlan {
    let config = DispatchConfig { seed: Seed(1), effort: Effort::Iterations(1_000) };
    plan_day(day, roads, &config, &PlanControl::default()).unwrap()
}

fn codes(report: &AuditReport) -> Vec<&'static str> {
    report.violations.iter().map(|violation| violation.code).collect()
}

fn doors(plan: &DayPlan) -> impl Iterator<Item = &Stop> {
    let trips = plan.runs.iter().filter(|run| run.echelon == Echelon::LastMile).flat_map(|run| &run.trips);
    trips.flat_map(|trip| &trip.stops)
}

#[test]
fn couriers_walk_from_the_road_to_the_door_and_back() {
    let roads = river_roads();
    // R02 lives 0.0007° (77.8 m) north of its street.
    let off_the_street = |orders: &str| orders.replace("R02,0.0057557,0.0000000", "R02,0.0057557,0.0007000");
    let free = river_town("", off_the_street);
    let before = plan(&free, &roads);
    assert!(doors(&before).all(|stop| stop.walk.is_none()));
    let day = river_town("[rules]\nwalk_to_door = true", off_the_street);
    let walked = plan(&day, &roads);
    assert!(audit(&day, &walked, &roads).is_clean(), "{}", audit(&day, &walked, &roads));
    let is_at = |stop: &&Stop| stop.place == StopPlace::Door { order: "R02".into() };
    let stop = doors(&walked).find(is_at).unwrap();
    // 78 m at 5 km/h are 56.16 s.
    assert_eq!(stop.walk, Some(Walk { distance: Metres(78), duration: Seconds(57) }));
    // All others live within a few metres of a street.
    let others: Seconds =
        doors(&walked).filter(|stop| !is_at(stop)).map(|stop| stop.walk.unwrap().duration).sum();
    assert!(others < Seconds(30), "{others}");

    // The plan of a day without the rule takes too little time, and the reverse takes too much.
    let report = audit(&day, &before, &roads);
    assert!(codes(&report).contains(&"audit/leg-too-fast"), "{report}");
    assert!(codes(&report).contains(&"audit/walk-differs"), "{report}");
    let report = audit(&free, &walked, &roads);
    assert!(codes(&report).contains(&"audit/leg-too-slow"), "{report}");
    assert!(codes(&report).contains(&"audit/walk-differs"), "{report}");
    // A walk that is said to be shorter than it is.
    let mut mutated = walked.clone();
    let stops = mutated.runs.iter_mut().flat_map(|run| &mut run.trips).flat_map(|trip| &mut trip.stops);
    for stop in stops {
        stop.walk = stop.walk.map(|walk| Walk { distance: walk.distance - walk.distance, ..walk });
    }
    assert!(codes(&audit(&day, &mutated, &roads)).contains(&"audit/walk-differs"));
}

#[test]
fn two_orders_of_one_house_have_no_walk_between_them() {
    let roads = river_roads();
    let one_house = |orders: &str| {
        let moved = orders.replace("R02,0.0057557,0.0000000", "R02,0.0057557,0.0007000");
        moved.replace("R01,0.0010792,0.0000000", "R01,0.0057557,0.0007000")
    };
    let day = river_town("[rules]\nwalk_to_door = true", one_house);
    let plan = plan(&day, &roads);
    assert!(audit(&day, &plan, &roads).is_clean());
    let trips = plan.runs.iter().flat_map(|run| &run.trips);
    let still = trips.flat_map(|trip| trip.stops.windows(2).zip(&trip.legs[1..]));
    let between: Vec<_> =
        still.filter(|(stops, _)| stops[0].point == stops[1].point).map(|(_, leg)| leg.duration).collect();
    assert_eq!(between, [Seconds::ZERO]);
}

/// River town where the north bank has an e-bike in place of its van.
fn bike_town(lines: &str) -> Day {
    let with_van = "name = \"Chen Jie\"\nbase = \"NORTH\"\nvehicle = \"van\"";
    let network = file("network.toml").replace(with_van, &with_van.replace("van", "e-bike"));
    read(&network.replacen("[[site]]", &format!("{lines}\n[[site]]"), 1), &file("orders.csv"))
}

/// Where the street along the north bank, from a over b to A, is one that bikes may keep off.
fn river_roads_with_a_fast_road() -> RoadMap {
    let fast = [("highway", "trunk")];
    let town = sketch(Metres(100), &file("town.txt")).street('a', 'b', &fast).street('b', 'A', &fast);
    import_roads(&town.roads(), &Profile::ALL, &|_, _| {}).unwrap()
}

#[test]
fn bikes_keep_off_fast_roads_where_the_day_says_so() {
    let roads = river_roads_with_a_fast_road();
    let (free, day) = (bike_town(""), bike_town("[rules]\nbikes_on_trunk_roads = false"));
    assert_eq!(bike_town("[rules]\nbikes_on_trunk_roads = true").rules, free.rules);
    let (ridden, kept_off) = (plan(&free, &roads), plan(&day, &roads));
    for (day, plan) in [(&free, &ridden), (&day, &kept_off)] {
        assert!(audit(day, plan, &roads).is_clean(), "{}", audit(day, plan, &roads));
        assert_eq!(plan.unplanned.len(), ridden.unplanned.len());
    }
    // From the centre at A to R02, 160 m along the fast road: 144 s on foot.
    let to_r02 = |plan: &DayPlan| {
        let trips = plan.runs.iter().filter(|run| run.base.as_str() == "NORTH").flat_map(|run| &run.trips);
        let is_r02 = |stop: &Stop| stop.place == StopPlace::Door { order: "R02".into() };
        let first = trips.filter(|trip| is_r02(&trip.stops[0])).map(|trip| trip.legs[0].clone());
        first.into_iter().next()
    };
    if let Some(leg) = to_r02(&kept_off) {
        assert!((leg.duration.0 - 144).abs() <= 1, "{}", leg.duration);
    }
    assert!(kept_off.totals.travel_time > ridden.totals.travel_time);

    // The plan of a day without the rule rides where it may not, and the reverse takes too much time.
    let report = audit(&day, &ridden, &roads);
    for code in ["audit/leg-too-fast", "audit/leg-on-trunk-road"] {
        assert!(codes(&report).contains(&code), "{code}: {report}");
    }
    assert!(codes(&audit(&free, &kept_off, &roads)).contains(&"audit/leg-too-slow"));
}

/// The orders with one more column, which holds what `cell` says of each id.
fn with_column(orders: &str, name: &str, cell: impl Fn(&str) -> String) -> String {
    let line = |(number, line): (usize, &str)| match number {
        0 => line.to_owned(),
        1 => format!("{line},{name}"),
        _ => format!("{line},{}", cell(line.split(',').next().unwrap())),
    };
    orders.lines().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

/// What is in the column of one order only.
fn only<'t>(id: &'t str, text: &'t str) -> impl Fn(&str) -> String + 't {
    move |other| if other == id { text.to_owned() } else { String::new() }
}

fn stop_of<'p>(plan: &'p DayPlan, id: &str, echelon: Echelon) -> Option<(&'p Run, &'p Trip, &'p Stop)> {
    let runs = plan.runs.iter().filter(move |run| run.echelon == echelon);
    let stops = runs.flat_map(|run| {
        run.trips.iter().flat_map(move |trip| trip.stops.iter().map(move |stop| (run, trip, stop)))
    });
    let parcel = format!("{id}-1");
    stops.into_iter().find(|(.., stop)| stop.parcels.iter().any(|other| other.as_str() == parcel))
}

fn centre_of<'p>(plan: &'p DayPlan, id: &str) -> Option<&'p str> {
    plan.orders.iter().find(|row| row.order.as_str() == id).map(|row| row.centre.as_str())
}

fn code_of<'p>(plan: &'p DayPlan, id: &str) -> Option<&'p str> {
    plan.unplanned.iter().find(|row| row.order.as_str() == id).map(|row| row.code.as_str())
}

#[test]
fn a_ride_counts_over_truck_transfer_and_courier() {
    let roads = river_roads();
    let mut day = river_town("[rules]\nride = \"whole\"", str::to_owned);
    let free = plan(&day, &roads);
    let ride = |plan: &DayPlan, echelon| {
        stop_of(plan, "R16", echelon).map(|(_, trip, stop)| stop.starts_at - trip.departs_at)
    };
    let whole =
        |plan: &DayPlan| Some(ride(plan, Echelon::Linehaul)? + Seconds(120) + ride(plan, Echelon::LastMile)?);
    let longest = whole(&free).unwrap();
    assert_eq!(day.cold.transfer, Seconds(120));
    let class = day.cold.class_by_id("ice-cream").unwrap();
    let mut planned = 0;
    for less in [0, 1, 60, 120, 240, 480, 960] {
        day.cold.classes[class].longest_ride = Some((longest - Seconds(less)).max(Seconds(1)));
        let plan = plan(&day, &roads);
        let report = audit(&day, &plan, &roads);
        assert!(report.is_clean(), "{less}\n{report}");
        match whole(&plan) {
            Some(whole) => {
                assert!(whole <= longest - Seconds(less), "{less}");
                planned += 1;
            }
            None => assert_eq!(code_of(&plan, "R16"), Some("unplanned/ride-too-long"), "{less}"),
        }
        // The courier's part alone is not too long.
        if less == 1 {
            assert_eq!(codes(&audit(&day, &free, &roads)), ["audit/ride-too-long"]);
            let courier = river_town("", str::to_owned);
            assert!(audit(&courier, &free, &roads).is_clean());
        }
    }
    assert!(planned >= 2, "{planned}");
}

#[test]
fn each_parcel_adds_to_the_stop_of_its_truck() {
    let roads = river_roads();
    let slow =
        file("network.toml").replace("handling_min = 15", "handling_min = 15\nper_parcel_unload_s = 300");
    let usual = read(&file("network.toml"), &file("orders.csv"));
    let day = read(&slow, &file("orders.csv"));
    let before = plan(&usual, &roads);
    let plan = plan(&day, &roads);
    let report = audit(&day, &plan, &roads);
    assert!(report.is_clean(), "{report}");
    let trucks = plan.runs.iter().filter(|run| run.echelon == Echelon::Linehaul).flat_map(|run| &run.trips);
    let mut longest = Seconds::ZERO;
    for stop in trucks.flat_map(|trip| &trip.stops) {
        let StopPlace::Centre { site, wave } = &stop.place else { panic!("a truck at a door") };
        // Two minutes, and five for each parcel.
        let spent = stop.departs_at - stop.starts_at;
        assert_eq!(spent, Seconds(120 + 300 * stop.parcels.len() as i64));
        let wave = plan.waves.iter().find(|row| row.centre == *site && row.schedule == *wave).unwrap();
        assert!(wave.ready_at >= stop.departs_at.max(stop.starts_at + Seconds(900)), "{site}");
        longest = longest.max(spent);
    }
    // Longer than the handling of 15 min, to which a stop is cut without the key.
    assert!(longest > Seconds(900), "{longest}");
    let report = audit(&day, &before, &roads);
    assert!(codes(&report).contains(&"audit/service-too-short"), "{report}");
    assert!(codes(&report).contains(&"audit/ready-too-early"), "{report}");
}

#[test]
fn a_large_parcel_takes_a_vehicle_and_a_store_that_it_fits() {
    let roads = river_roads();
    let sized = |id, size| with_column(&file("orders.csv"), "parcel_cm", only(id, size));
    let network = file("network.toml");
    let bikes = network.replace("id = \"e-bike\"", "id = \"e-bike\"\nmax_parcel_cm = [40, 60, 40]");
    // 60 x 40 x 40 takes 40x30x60 on its side, but nothing that is 61 long or 41 in the second edge.
    for (size, fits) in [("40x30x60", true), ("61x20x20", false), ("50x41x10", false)] {
        let day = read(&bikes, &sized("R01", size));
        let plan = plan(&day, &roads);
        let report = audit(&day, &plan, &roads);
        assert!(report.is_clean(), "{report}");
        let (run, ..) = stop_of(&plan, "R01", Echelon::LastMile).unwrap();
        assert!(fits || run.vehicle.as_str() != "e-bike", "{size}");
        let others = read(&bikes, &sized("R01", "10x10x10"));
        let elsewhere = self::plan(&others, &roads);
        let (run, ..) = stop_of(&elsewhere, "R01", Echelon::LastMile).unwrap();
        assert_eq!(run.vehicle.as_str(), "e-bike");
        let found = codes(&audit(&day, &elsewhere, &roads));
        assert_eq!(found, if fits { vec![] } else { vec!["audit/parcel-too-large"] }, "{size}");
    }
    // No truck takes it.
    let trucks = network.replace("id = \"truck\"", "id = \"truck\"\nmax_parcel_cm = [100, 50, 50]");
    let plan_of = |network: &str, orders: &str| {
        let day = read(network, orders);
        let plan = plan(&day, &roads);
        let report = audit(&day, &plan, &roads);
        assert!(report.is_clean(), "{report}");
        plan
    };
    let left = plan_of(&trucks, &sized("R01", "101x10x10"));
    assert_eq!((code_of(&left, "R01"), left.unplanned.len()), (Some("unplanned/no-vehicle"), 3));

    // Dairy R05 is collected; the door of its centre's fridge is 50 wide and 60 high, that of the other centre larger.
    assert_eq!(centre_of(&plan_of(&network, &sized("R05", "80x51x51")), "R05"), Some("NORTH"));
    let north = network.replace("name = \"North bank\"", "name = \"North bank\"\nstorage_door_cm = [50, 60]");
    assert_eq!(centre_of(&plan_of(&north, &sized("R05", "80x50x50")), "R05"), Some("NORTH"));
    let moved = plan_of(&north, &sized("R05", "80x51x51"));
    assert_eq!(centre_of(&moved, "R05"), Some("SOUTH"));
    // Ambient R06 stands on the shelf.
    assert_eq!(centre_of(&plan_of(&north, &sized("R06", "80x51x51")), "R06"), Some("NORTH"));
    let both = north.replace("name = \"South bank\"", "name = \"South bank\"\nstorage_door_cm = [50, 50]");
    let out = plan_of(&both, &sized("R05", "80x51x51"));
    assert_eq!(code_of(&out, "R05"), Some("unplanned/parcel-too-large"));
    let day = read(&both, &sized("R05", "80x51x51"));
    assert_eq!(codes(&audit(&day, &moved, &roads)), ["audit/store-door"]);
    // The reason is false where a door is large enough.
    let mut wide = out;
    let day = read(&network, &sized("R05", "80x51x51"));
    assert!(codes(&audit(&day, &wide, &roads)).contains(&"audit/false-reason"));
    wide.unplanned.retain(|row| row.order.as_str() != "R05");
    assert!(codes(&audit(&day, &wide, &roads)).contains(&"audit/order-missing"));
}

#[test]
fn the_order_of_higher_priority_is_served() {
    let roads = river_roads();
    // 10 + 10 + 9 litres exceed the 24 of the fridge of the only centre that they may use.
    let orders = file("orders.csv");
    let lines = orders.lines().map(|line| match line.split(',').next().unwrap() {
        "R07" | "R08" | "R09" => {
            let mut cells: Vec<&str> = line.split(',').collect();
            (cells[5], cells[12]) = ("pickup", "SOUTH");
            cells.join(",")
        }
        _ => line.to_owned(),
    });
    let orders = lines.collect::<Vec<_>>().join("\n");
    for id in ["R07", "R08", "R09"] {
        let day = read(&file("network.toml"), &with_column(&orders, "priority", only(id, "9")));
        let plan = plan(&day, &roads);
        assert!(audit(&day, &plan, &roads).is_clean());
        assert!(centre_of(&plan, id).is_some(), "{id}");
        assert_eq!(plan.unplanned.len(), 3, "{id}");
    }
    // One walker for forty minutes cannot serve all doors of the south.
    let network = file("network.toml");
    let (rest, walker) = network.split_once("[[courier]]\nid = \"north-van\"").unwrap();
    let walker = walker.split_once("[[courier]]\nid = \"south-walk\"").unwrap().1;
    let walker = walker.replacen("start = \"08:00\"", "start = \"09:30\"", 1).replacen("20:00", "10:10", 1);
    let network = format!("{rest}[[courier]]\nid = \"south-walk\"{walker}");
    let usual = plan(&read(&network, &orders), &roads);
    let left: Vec<&str> =
        (usual.unplanned.iter()).filter(|row| !row.impossible).map(|row| row.order.as_str()).collect();
    assert!(!left.is_empty());
    for id in left {
        let day = read(&network, &with_column(&orders, "priority", only(id, "9")));
        let plan = plan(&day, &roads);
        assert!(audit(&day, &plan, &roads).is_clean());
        assert!(centre_of(&plan, id).is_some(), "{id}");
    }
}

#[test]
fn an_order_is_worth_what_driving_to_it_costs() {
    let roads = river_roads();
    let network =
        file("network.toml").replace("[[vehicle_type]]", "[[vehicle_type]]\nper_driving_hour = 50000");
    let planned = |orders: &str| plan(&read(&network, orders), &roads).orders.len();
    let orders = file("orders.csv");
    assert_eq!(planned(&with_column(&orders, "priority", only("R07", "9"))), planned(&orders));
}

#[test]
fn goods_are_handed_over_while_enough_of_their_life_is_left() {
    let roads = river_roads();
    let lived = |id, until, share| {
        let until = with_column(&file("orders.csv"), "best_before", only(id, until));
        read(&file("network.toml"), &with_column(&until, "min_life_share", only(id, share)))
    };
    let clock = |day: &Day, text: &str| {
        coldmile_model::DayClock::new(day.date, &day.timezone).unwrap().read(text).unwrap()
    };
    // R08, placed at 18:00 on the day before, may be served from 09:30 to 12:30. Of 36 hours 0.56 are 20:09:36, so that they
    // must be handed over by 09:50:24.
    let day = lived("R08", "2026-05-13T06:00", "0.56");
    let fresh = plan(&day, &roads);
    assert!(audit(&day, &fresh, &roads).is_clean());
    let (.., stop) = stop_of(&fresh, "R08", Echelon::LastMile).unwrap();
    assert!(stop.starts_at <= clock(&day, "09:50:24"));
    // With a little more of its life there is no time left at all.
    let day = lived("R08", "2026-05-13T06:00", "0.57");
    let old = plan(&day, &roads);
    assert!(audit(&day, &old, &roads).is_clean());
    assert_eq!(code_of(&old, "R08"), Some("unplanned/too-old"));
    assert!(codes(&audit(&day, &fresh, &roads)).contains(&"audit/too-old"));
    let usual = read(&file("network.toml"), &file("orders.csv"));
    assert_eq!(codes(&audit(&usual, &old, &roads)), ["audit/false-reason"]);
    // R05 is collected until 19:00, and its goods are good for the whole day; then until noon.
    let plan_of = |until| {
        let day = lived("R05", until, "");
        let plan = plan(&day, &roads);
        assert!(audit(&day, &plan, &roads).is_clean());
        let row = plan.orders.iter().find(|row| row.order.as_str() == "R05").unwrap();
        (row.leaves_at, day)
    };
    let (leaves_at, day) = plan_of("2026-05-12");
    assert_eq!(leaves_at, clock(&day, "19:00"));
    assert_eq!(plan_of("2026-05-12 12:00").0, clock(&day, "12:00"));
}

/// River town with each rule, key and column switched on by chance.
fn random_day(rng: &mut fastrand::Rng) -> Day {
    let mut network = file("network.toml");
    let mut put =
        |anchor: &str, line: String| network = network.replacen(anchor, &format!("{anchor}\n{line}"), 1);
    for id in ["truck", "van", "e-bike", "walker"] {
        if rng.bool() {
            let edges = [rng.i32(20..120), rng.i32(20..60), rng.i32(20..60)];
            put(&format!("[[vehicle_type]]\nid = \"{id}\""), format!("max_parcel_cm = {edges:?}"));
        }
    }
    for name in ["North bank", "South bank"] {
        if rng.bool() {
            put(&format!("name = \"{name}\""), format!("per_parcel_unload_s = {}", rng.i32(0..400)));
        }
        if rng.bool() {
            let door = [rng.i32(20..60), rng.i32(20..60)];
            put(&format!("name = \"{name}\""), format!("storage_door_cm = {door:?}"));
        }
    }
    if rng.bool() {
        put("[prices]", format!("late_per_hour = {}", rng.i32(1..60)));
    }
    let ride = if rng.bool() { "whole" } else { "courier" };
    let (walks, rides_there) = (rng.bool(), rng.bool());
    let rules = format!("walk_to_door = {walks}\nride = \"{ride}\"\nbikes_on_trunk_roads = {rides_there}");
    put("cold = \"default\"\n", format!("[rules]\n{rules}"));
    let mut orders = file("orders.csv");
    let mut column = |name: &str, cell: &mut dyn FnMut() -> String| {
        let cells = std::cell::RefCell::new(cell);
        orders = with_column(&orders, name, |_| (cells.borrow_mut())());
    };
    let edge = |rng: &mut fastrand::Rng| rng.i32(1..60);
    column("priority", &mut || if rng.bool() { String::new() } else { rng.i32(1..=9).to_string() });
    column("parcel_cm", &mut || format!("{}x{}x{}", edge(rng), edge(rng), edge(rng)));
    column("best_before", &mut || format!("2026-05-12T{:02}:{:02}", rng.i32(12..24), rng.i32(0..60)));
    column("min_life_share", &mut || format!("0.{:02}", rng.i32(0..30)));
    let mut day = read(&network, &orders);
    for class in day.cold.classes.indices().collect::<Vec<_>>() {
        if rng.bool() {
            day.cold.classes[class].longest_ride = Some(Seconds(rng.i64(60..2_000)));
        }
    }
    for order in day.orders.indices().collect::<Vec<_>>() {
        // Up to 200 m off the street.
        let point = day.orders[order].point;
        let off = |at: i32, rng: &mut fastrand::Rng| at + rng.i32(-9_000..9_000);
        day.orders[order].point = Point::from_e7(off(point.lat_e7(), rng), off(point.lon_e7(), rng));
    }
    day
}

#[test]
fn any_combination_of_rules_audits_clean() {
    let roads = river_roads_with_a_fast_road();
    let mut planned = 0;
    for seed in 0..20 {
        let day = random_day(&mut fastrand::Rng::with_seed(seed));
        let config = DispatchConfig { seed: Seed(seed), effort: Effort::Iterations(50) };
        let plan = plan_day(&day, &roads, &config, &PlanControl::default()).unwrap();
        let report = audit(&day, &plan, &roads);
        assert!(report.is_clean(), "seed {seed}\n{report}");
        planned += plan.orders.len();
    }
    assert!(planned > 100, "{planned}");
}
