//! Whole days on small towns: from two files and a picture to an audited plan.

use coldmile::audit::audit;
use coldmile::dispatch::{DispatchConfig, Effort, PlanControl, plan_day};
use coldmile::model::{self, Day, Fulfilment, Located};
use coldmile::osm::town::{Town, sketch};
use coldmile::plan::{DayPlan, Handover, StopPlace};
use coldmile::road::{Profile, RoadMap, import_roads};
use coldmile::units::{Grams, Metres, Millilitres, Money, Seconds, Seed, VehicleSize};
use std::fs;
use std::path::{Path, PathBuf};

pub(super) fn golden(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(case)
}

pub(super) fn roads(case: &str) -> RoadMap {
    let picture = fs::read_to_string(golden(case).join("town.txt")).unwrap();
    let town = sketch(Metres(100), &picture).roads();
    import_roads(&town, &Profile::ALL, &|_, _| {}).unwrap()
}

pub(super) fn read(network: &[u8], orders: &[u8]) -> Day {
    let mut day = model::read_network(network, "network.toml", &["van", "truck", "bike", "foot"]).unwrap();
    day.orders = model::read_orders(orders, "orders.csv", &day, &|_| Located::Unknown).into_result().unwrap();
    day
}

pub(super) fn day(case: &str) -> Day {
    let folder = golden(case);
    read(&fs::read(folder.join("network.toml")).unwrap(), &fs::read(folder.join("orders.csv")).unwrap())
}

pub(super) fn plan(day: &Day, roads: &RoadMap, seed: u64) -> DayPlan {
    let config = DispatchConfig { seed: Seed(seed), effort: Effort::Iterations(2_000) };
    plan_day(day, roads, &config, &PlanControl::default()).unwrap()
}

#[test]
fn the_plan_of_river_town_is_the_golden_one() {
    let (day, roads) = (day("river_town"), roads("river_town"));
    let plan = plan(&day, &roads, 1);
    let report = audit(&day, &plan, &roads);
    assert!(report.is_clean(), "{report}");
    let path = golden("river_town").join("plan.json");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, plan.to_json()).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    for (number, (found, expected)) in plan.to_json().lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "line {} of plan.json; BLESS=1 accepts the new plan", number + 1);
    }
    assert_eq!(plan, DayPlan::from_json(expected.as_bytes()).unwrap());
}

#[test]
fn an_unplanned_order_has_its_reason() {
    let (day, roads) = (day("river_town"), roads("river_town"));
    let plan = plan(&day, &roads, 1);
    let out: Vec<_> = plan.unplanned.iter().map(|row| (row.order.as_str(), row.code.as_str())).collect();
    assert_eq!(out, [("R17", "unplanned/after-cut-off"), ("R18", "unplanned/too-far-from-road")]);
    assert!(plan.unplanned[0].reason.contains("75 min"), "{}", plan.unplanned[0].reason);
    assert!(plan.unplanned.iter().all(|row| row.impossible && !row.relaxations.is_empty()));
}

#[test]
fn a_family_across_the_river_belongs_to_the_centre_on_its_own_bank() {
    let (day, roads) = (day("river_town"), roads("river_town"));
    let plan = plan(&day, &roads, 1);
    let centre =
        |order: &str| plan.orders.iter().find(|row| row.order.as_str() == order).unwrap().centre.as_str();
    // R11 lives 500 m from North bank by air, and beside South bank by road.
    assert_eq!(centre("R11"), "SOUTH");
    assert_eq!(centre("R05"), "NORTH");
}

#[test]
fn a_full_fridge_sends_one_order_to_the_next_centre_and_a_larger_one_takes_it_back() {
    let (mut day, roads) = (day("river_town"), roads("river_town"));
    let dairy = ["R07", "R08", "R09"];
    // Where walking is dear, pickups go to the nearest centre with storage capacity; doors may move to where couriers' routes
    // are cheaper.
    day.family_hour = Money(20_000);
    for order in day.orders.indices().collect::<Vec<_>>() {
        if dairy.contains(&day.orders[order].id.as_str()) {
            day.orders[order].fulfilment = Fulfilment::Pickup;
        }
    }
    let from_north = |plan: &DayPlan| {
        dairy
            .iter()
            .filter(|order| {
                plan.orders.iter().any(|row| row.order.as_str() == **order && row.centre.as_str() == "NORTH")
            })
            .count()
    };
    // 10 + 10 + 9 litres exceed the 24 of the fridge: one order has to use the centre on the other bank.
    assert_eq!(from_north(&plan(&day, &roads, 1)), 1);
    assert_eq!(from_north(&plan(&with_larger_fridge(day, 40), &roads, 1)), 0);
}

/// The river town with so many litres in the fridge of the southern bank.
fn with_larger_fridge(mut day: Day, litres: i64) -> Day {
    let network = model::write_network(&day).replace("chilled_l = 24", &format!("chilled_l = {litres}"));
    let orders = std::mem::take(&mut day.orders);
    day = model::read_network(network.as_bytes(), "network.toml", &["van", "truck", "bike", "foot"]).unwrap();
    day.orders = orders;
    let south = day.network.site_by_id("SOUTH").unwrap();
    assert_eq!(day.network.sites()[south].storage.chilled, Millilitres(litres * 1000));
    day
}

#[test]
fn a_courier_who_passes_by_takes_doors_of_the_other_bank() {
    let (mut day, roads) = (with_larger_fridge(day("river_town"), 200), roads("river_town"));
    let free = plan(&day, &roads, 1);
    let beyond_the_river = |order: &str| {
        free.orders.iter().find(|row| row.order.as_str() == order).unwrap().centre.as_str() == "NORTH"
    };
    assert!(beyond_the_river("R07") && beyond_the_river("R10"));
    // With every order bound to the centre on its own bank, more couriers are needed.
    let banks = ["NORTH", "SOUTH"].map(|site| day.network.site_by_id(site).unwrap());
    for order in day.orders.indices().collect::<Vec<_>>() {
        let bank = usize::from(day.orders[order].point.latitude() < -0.004);
        day.orders[order].centre = Some(banks[bank]);
    }
    let bound = plan(&day, &roads, 1);
    assert_eq!(free.unplanned.len(), bound.unplanned.len());
    assert!(free.totals.runs < bound.totals.runs, "{} {}", free.totals.runs, bound.totals.runs);
    assert!(free.totals.cost.0 * 10 < bound.totals.cost.0 * 9, "{} {}", free.totals.cost, bound.totals.cost);
}

#[test]
fn shuffled_rows_give_the_same_plan() {
    let roads = roads("river_town");
    let folder = golden("river_town");
    let network = fs::read(folder.join("network.toml")).unwrap();
    let orders = fs::read_to_string(folder.join("orders.csv")).unwrap();
    let expected = plan(&read(&network, orders.as_bytes()), &roads, 3).to_json();
    for seed in 0..4 {
        let mut lines: Vec<&str> = orders.lines().collect();
        fastrand::Rng::with_seed(seed).shuffle(&mut lines[2..]);
        let shuffled = read(&network, lines.join("\n").as_bytes());
        assert!(plan(&shuffled, &roads, 3).to_json() == expected, "seed {seed}");
    }
}

#[test]
fn one_thread_and_four_threads_write_the_same_bytes() {
    let (day, roads) = (day("river_town"), roads("river_town"));
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| plan(&day, &roads, 9).to_json())
    };
    assert!(with(1) == with(4));
}

/// Rows of orders drawn at random along the streets of river town.
pub(super) fn random_orders(town: &Town, rng: &mut fastrand::Rng) -> String {
    let header = "order_id,lon,lat,placed_at,channel,mode,temp_class,kg,litres,tw_start,tw_end,service_min";
    let mut rows = vec![header.to_owned()];
    for number in 0..rng.usize(1..40) {
        let streets =
            [('a', 'b'), ('b', 'A'), ('e', 'H'), ('f', 'g'), ('h', 'i'), ('k', 'l'), ('j', 'n'), ('m', 'n')];
        let (a, b) = streets[rng.usize(..streets.len())];
        let door = town.between(a, b, rng.f64());
        let open = rng.i32(8..18);
        // Before the first cut-off, between the two, or after the last one.
        let placed = ["2026-05-11T12:00", "2026-05-12T09:00", "2026-05-12T12:00"][rng.usize(..3)];
        let placed = if open > 12 { placed } else { "2026-05-11T12:00" };
        let mode = ["door", "pickup", "either"][rng.usize(..3)];
        let class = ["ambient", "dairy", "fish", "meat", "frozen", "ice-cream"][rng.usize(..6)];
        let (kg, litres) = (rng.f64() * 20.0 + 0.1, rng.f64() * 40.0 + 0.1);
        let (close, service) = (open + rng.i32(1..4), rng.i32(1..9));
        rows.push(format!(
            "X{number:03},{},{},{placed},app,{mode},{class},{kg:.1},{litres:.1},{open:02}:00,{close:02}:00,{service}",
            door.longitude(),
            door.latitude(),
        ));
    }
    rows.join("\n")
}

/// Orders and storage capacity drawn at random on river town: every plan must audit clean, and every order is either
/// planned as its family wants it or has a reason.
#[test]
fn any_demand_audits_clean() {
    let roads = roads("river_town");
    let town = sketch(Metres(100), &fs::read_to_string(golden("river_town").join("town.txt")).unwrap());
    let network = fs::read_to_string(golden("river_town").join("network.toml")).unwrap();
    for seed in 0..25 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let csv = random_orders(&town, &mut rng);
        let small = format!("chilled_l = {}", rng.i32(5..60));
        let day = read(network.replace("chilled_l = 24", &small).as_bytes(), csv.as_bytes());
        let plan = plan(&day, &roads, seed);
        let report = audit(&day, &plan, &roads);
        assert!(report.is_clean(), "seed {seed}\n{report}");
        assert_eq!(plan.orders.len() + plan.unplanned.len(), day.orders.len(), "seed {seed}");
        for row in &plan.orders {
            let order = day.orders.iter().find(|order| order.id == row.order).unwrap();
            let wanted = match order.fulfilment {
                Fulfilment::Door => row.handover == Handover::Door,
                Fulfilment::Pickup => row.handover == Handover::Pickup,
                Fulfilment::Either => true,
            };
            assert!(wanted, "seed {seed}: {}", row.order);
        }
        assert!(plan.unplanned.iter().all(|row| !row.reason.is_empty()), "seed {seed}");
    }
}

#[test]
fn a_truck_of_its_own_size_crosses_the_bridge_that_others_cannot() {
    let picture = fs::read_to_string(golden("river_town").join("town.txt")).unwrap();
    let town = sketch(Metres(100), &picture).street('f', 'w', &[("maxheight", "3.5")]);
    let roads = import_roads(&town.roads(), &Profile::ALL, &|_, _| {}).unwrap();
    let mut day = day("river_town");
    let truck = day.vehicle_types.enumerate().find(|(_, vehicle)| vehicle.id.as_str() == "truck").unwrap().0;
    day.vehicle_types[truck].size = Some(VehicleSize { height_cm: 340, ..VehicleSize::default() });
    let low = plan(&day, &roads, 1);
    assert!(audit(&day, &low, &roads).is_clean());
    // A truck of the profile's own size is too high for it: the audit reports it, and in a new plan no truck brings anything.
    day.vehicle_types[truck].size = None;
    let report = audit(&day, &low, &roads);
    assert!(report.violations.iter().any(|violation| violation.code == "audit/leg-without-way"), "{report}");
    let high = plan(&day, &roads, 1);
    assert!(audit(&day, &high, &roads).is_clean());
    assert_eq!((high.orders.len(), high.runs.len()), (0, 0));
    for order in &low.orders {
        let left = high.unplanned.iter().find(|left| left.order == order.order).unwrap();
        assert_eq!((left.code.as_str(), left.impossible), ("unplanned/unreachable", true));
    }
}

#[test]
fn the_largest_prices_that_a_file_may_give_can_be_planned_with() {
    let folder = golden("river_town");
    let network = fs::read_to_string(folder.join("network.toml")).unwrap();
    let at_most = |line: &str| match line.split(" = ").next() {
        Some("per_hour") => "per_hour = 603979.77".to_owned(),
        Some("per_km") => "per_km = 167772.16".to_owned(),
        Some("family_per_hour") => "family_per_hour = 603979.77".to_owned(),
        Some(key @ ("per_day" | "handling_cost" | "fixed_cost")) => format!("{key} = 10000000.00"),
        _ => line.to_owned(),
    };
    let lines: Vec<String> = network.lines().map(at_most).collect();
    let network = lines.join("\n");
    assert!(network.contains("family_per_hour = 603979.77"));
    let (day, roads) =
        (read(network.as_bytes(), &fs::read(folder.join("orders.csv")).unwrap()), roads("river_town"));
    let plan = plan(&day, &roads, 1);
    let report = audit(&day, &plan, &roads);
    assert!(report.is_clean(), "{report}");
    let dear = network.replace("603979.77", "650000");
    let problems = model::read_network(dear.as_bytes(), "network.toml", &["van", "truck", "bike", "foot"]);
    assert!(problems.unwrap_err().iter().all(|problem| problem.code == "toml/out-of-range"));
}

#[test]
fn a_truck_unloads_its_parcels_one_by_one() {
    let (mut day, roads) = (day("river_town"), roads("river_town"));
    for order in day.orders.indices().collect::<Vec<_>>() {
        let order = &mut day.orders[order];
        let whole = order.parcels[0].clone();
        let piece = |number: i64| {
            let share = |all: i64| all / 4 + if number == 0 { all % 4 } else { 0 };
            let id = format!("{}-{}", order.id, number + 1);
            let (mass, volume) = (share(whole.mass.0), share(whole.volume.0));
            model::Parcel {
                id: id.as_str().into(),
                mass: Grams(mass),
                volume: Millilitres(volume),
                ..whole.clone()
            }
        };
        order.parcels = (0..4).map(piece).collect();
    }
    let mut plan = plan(&day, &roads, 1);
    assert!(audit(&day, &plan, &roads).is_clean());
    let mut stops = 0;
    for stop in plan.runs.iter_mut().flat_map(|run| &mut run.trips).flat_map(|trip| &mut trip.stops) {
        let StopPlace::Centre { site, .. } = &stop.place else { continue };
        let handling = day.network.sites()[day.network.site_by_id(site.as_str()).unwrap()].handling;
        let parcels = stop.parcels.len() as i64;
        assert_eq!(stop.departs_at - stop.starts_at, Seconds(120 + 15 * parcels).min(handling), "{site}");
        stops += 1;
        stop.departs_at = stop.departs_at - Seconds(1);
    }
    assert!(stops > 1);
    let report = audit(&day, &plan, &roads);
    let short = report.violations.iter().filter(|violation| violation.code == "audit/service-too-short");
    assert_eq!(short.count(), stops, "{report}");
}
