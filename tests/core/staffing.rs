//! Days on which somebody is missing, and orders that nobody on duty can serve: the true reason, and nothing else changed.

use super::day::{day, golden, plan, random_orders, read, roads};
use coldmile::audit::audit;
use coldmile::model::{Courier, Day, Fulfilment, Order, SiteKind};
use coldmile::osm::town::sketch;
use coldmile::plan::{DayPlan, Echelon, Handover};
use coldmile::road::{Profile, import_roads};
use coldmile::units::{Grams, Metres, Money, Seconds, TimeWindow};
use std::collections::BTreeSet;
use std::fs;

/// The day with the couriers that `is_on_duty` lets through.
fn staffed(day: &Day, is_on_duty: impl Fn(&Courier) -> bool) -> Day {
    let mut day = day.clone();
    day.couriers = day.couriers.iter().filter(|courier| is_on_duty(courier)).cloned().collect();
    day
}

fn is_truck(day: &Day, courier: &Courier) -> bool {
    day.network.sites()[courier.base].kind == SiteKind::Hub
}

/// The day with one more order, made of `from` by `change`.
fn with_order(day: &Day, from: &str, change: impl FnOnce(&mut Order)) -> Day {
    let mut day = day.clone();
    let mut order = day.orders.iter().find(|order| order.id.as_str() == from).unwrap().clone();
    order.id = "Z99".into();
    order.parcels.iter_mut().for_each(|parcel| parcel.id = "Z99-1".into());
    change(&mut order);
    day.orders.push(order);
    day
}

fn make_heavy(order: &mut Order) {
    order.load.mass = Grams(900_000);
    order.parcels[0].mass = Grams(900_000);
}

fn make_late(order: &mut Order) {
    // Couriers end at 20:00.
    order.window = TimeWindow::new(
        order.window.open() + Seconds::minutes(660),
        order.window.open() + Seconds::minutes(720),
    )
    .unwrap();
}

fn reason(plan: &DayPlan, order: &str) -> (String, String, bool) {
    let row = plan.unplanned.iter().find(|row| row.order.as_str() == order).unwrap();
    (row.code.clone(), row.reason.clone(), row.impossible)
}

#[test]
fn an_order_that_no_courier_can_bring_changes_nothing_else() {
    let (day, roads) = (day("river_town"), roads("river_town"));
    let without = plan(&day, &roads, 1);
    for (change, code) in [
        (make_heavy as fn(&mut Order), "unplanned/load-too-large"),
        (make_late, "unplanned/window-too-tight"),
    ] {
        let more = with_order(&day, "R01", change);
        let with = plan(&more, &roads, 1);
        assert!(audit(&more, &with, &roads).is_clean());
        assert_eq!(reason(&with, "Z99").0, code);
        assert!(reason(&with, "Z99").2);
        assert_eq!(
            (&with.runs, &with.orders, &with.waves),
            (&without.runs, &without.orders, &without.waves),
            "{code}"
        );
        assert_eq!(with.totals.cost, without.totals.cost, "{code}");
    }
}

#[test]
fn an_order_that_no_courier_can_bring_is_collected_where_it_may_be() {
    let (day, roads) = (day("river_town"), roads("river_town"));
    let more = with_order(&day, "R01", |order| {
        make_heavy(order);
        order.fulfilment = Fulfilment::Either;
    });
    let plan = plan(&more, &roads, 1);
    assert!(audit(&more, &plan, &roads).is_clean());
    let row = plan.orders.iter().find(|row| row.order.as_str() == "Z99").unwrap();
    assert_eq!(row.handover, Handover::Pickup);
}

#[test]
fn no_truck_drives_for_an_order_that_nobody_can_bring() {
    let (day, roads) = (day("river_town"), roads("river_town"));
    let mut alone = with_order(&day, "R01", make_heavy);
    alone.orders = alone.orders.iter().filter(|order| order.id.as_str() == "Z99").cloned().collect();
    let plan = plan(&alone, &roads, 1);
    assert!(audit(&alone, &plan, &roads).is_clean());
    assert_eq!((plan.runs.len(), plan.totals.cost), (0, Money(0)));
}

/// A truck that starts late brings goods for which the couriers' shift is then too short: only the routes can tell.
#[test]
fn no_truck_stops_for_orders_that_couriers_refuse_in_the_end() {
    let (mut day, roads) = (day("river_town"), roads("river_town"));
    let at = |minutes: i64| day.weather.midnight + Seconds::minutes(minutes);
    let (truck_shift, courier_shift) = ((at(478), at(900)), (at(480), at(518)));
    let window = TimeWindow::new(at(480), at(720)).unwrap();
    let door = day.orders.iter().find(|order| order.id.as_str() == "R01").unwrap().clone();
    day.orders = [Order { window, ..door }].into_iter().collect();
    for courier in day.couriers.indices().collect::<Vec<_>>() {
        let (open, close) = if is_truck(&day, &day.couriers[courier]) { truck_shift } else { courier_shift };
        day.couriers[courier].shift = TimeWindow::new(open, close).unwrap();
    }
    let plan = plan(&day, &roads, 1);
    assert!(audit(&day, &plan, &roads).is_clean());
    assert_eq!(reason(&plan, "R01").0, "unplanned/window-too-tight");
    assert_eq!((plan.runs.len(), plan.totals.cost), (0, Money(0)));
}

#[test]
fn without_trucks_every_order_says_so() {
    let (day, roads) = (day("river_town"), roads("river_town"));
    let day = staffed(&day, |courier| !is_truck(&day, courier));
    let plan = plan(&day, &roads, 1);
    assert!(audit(&day, &plan, &roads).is_clean());
    assert_eq!((plan.runs.len(), plan.orders.len()), (0, 0));
    let expected = "no truck works at HUB today".to_owned();
    assert_eq!(reason(&plan, "R01"), ("unplanned/no-truck-on-duty".to_owned(), expected, true));
}

#[test]
fn a_hub_without_trucks_leaves_its_centres_to_the_other_hub() {
    let network = fs::read_to_string(golden("river_town").join("network.toml")).unwrap();
    let orders = fs::read(golden("river_town").join("orders.csv")).unwrap();
    let hub = network.split("[[site]]").find(|part| part.contains("\"HUB\"")).unwrap();
    let second = format!("[[site]]{}", hub.replace("\"HUB\"", "\"HUB2\"").replace("Old mill", "New mill"));
    let lane = "[[lane]]\nfrom = \"HUB\"\nto = [\"NORTH\", \"SOUTH\"]\n";
    assert!(network.contains(lane));
    let roads = roads("river_town");
    // Both hubs have lanes to both centres: the one with a truck is taken, in either order of the file.
    let both = network
        .replace(lane, &format!("{second}{lane}\n[[lane]]\nfrom = \"HUB2\"\nto = [\"NORTH\", \"SOUTH\"]\n"));
    // South has a lane from the hub without trucks only.
    let split = network.replace(lane, &format!("{second}[[lane]]\nfrom = \"HUB\"\nto = [\"NORTH\"]\n\n[[lane]]\nfrom = \"HUB2\"\nto = [\"SOUTH\"]\n"));
    for (network, base) in [(both.clone(), "HUB"), (both, "HUB2"), (split, "HUB")] {
        let network = network.replace("base = \"HUB\"", &format!("base = \"{base}\""));
        let day = read(network.as_bytes(), &orders);
        let plan = plan(&day, &roads, 1);
        assert!(audit(&day, &plan, &roads).is_clean());
        let trucks: Vec<_> = plan.runs.iter().filter(|run| run.echelon == Echelon::Linehaul).collect();
        assert!(!trucks.is_empty() && trucks.iter().all(|run| run.base.as_str() == base));
        assert!(plan.orders.len() > 8, "{}", plan.orders.len());
    }
}

#[test]
fn without_couriers_families_still_collect() {
    let (all, roads) = (day("river_town"), roads("river_town"));
    let day = staffed(&all, |courier| is_truck(&all, courier));
    let found = plan(&day, &roads, 1);
    assert!(audit(&day, &found, &roads).is_clean());
    let collected = |plan: &DayPlan| -> BTreeSet<String> {
        let pickups = plan.orders.iter().filter(|row| row.handover == Handover::Pickup);
        pickups.map(|row| row.order.to_string()).collect()
    };
    assert!(!collected(&found).is_empty());
    assert!(collected(&found).is_superset(&collected(&plan(&all, &roads, 1))));
    let expected = "no courier works at NORTH, the nearest centre that it may pass through".to_owned();
    assert_eq!(reason(&found, "R01"), ("unplanned/no-courier-on-duty".to_owned(), expected, true));
}

#[test]
fn a_day_on_which_nobody_works_is_not_the_fault_of_the_map() {
    let (day, roads) = (day("river_town"), roads("river_town"));
    let day = staffed(&day, |_| false);
    let plan = plan(&day, &roads, 1);
    assert!(audit(&day, &plan, &roads).is_clean());
    assert_eq!(plan.unplanned.len(), day.orders.len());
    let expected = ("unplanned/nobody-on-duty".to_owned(), "nobody works on this day".to_owned(), true);
    assert_eq!(reason(&plan, "R01"), expected);
}

/// Families walk by the paths for people on foot, whoever works that day; on a map without them, along the roads.
#[test]
fn a_map_without_paths_on_foot_has_pickups_too() {
    let picture = fs::read_to_string(golden("river_town").join("town.txt")).unwrap();
    let town = sketch(Metres(100), &picture).roads();
    let roads = import_roads(&town, &[Profile::Van, Profile::Truck, Profile::Bike], &|_, _| {}).unwrap();
    let day = day("river_town");
    let day = staffed(&day, |courier| is_truck(&day, courier));
    let plan = plan(&day, &roads, 1);
    assert!(audit(&day, &plan, &roads).is_clean());
    assert!(plan.totals.pickups > 0);
}

/// Demand, staffing and shifts drawn at random: no panic, no stop for nobody, a reason for every order that stays behind.
#[test]
fn any_staffing_audits_clean() {
    let roads = roads("river_town");
    let town = sketch(Metres(100), &fs::read_to_string(golden("river_town").join("town.txt")).unwrap());
    let network = fs::read_to_string(golden("river_town").join("network.toml")).unwrap();
    for seed in 0..40 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut day = read(network.as_bytes(), random_orders(&town, &mut rng).as_bytes());
        let share = rng.f64();
        day.couriers = day.couriers.iter().filter(|_| rng.f64() < share).cloned().collect();
        for courier in day.couriers.indices().collect::<Vec<_>>() {
            let shift = &mut day.couriers[courier].shift;
            let open = (shift.open() + Seconds::minutes(rng.i64(0..240))).min(shift.close());
            let close = (open + Seconds::minutes(rng.i64(1..600))).min(shift.close());
            *shift = TimeWindow::new(open, close).unwrap();
        }
        for order in day.orders.indices().collect::<Vec<_>>() {
            if rng.u8(..8) == 0 {
                make_heavy(&mut day.orders[order]);
            }
        }
        let plan = plan(&day, &roads, seed);
        let report = audit(&day, &plan, &roads);
        assert!(report.is_clean(), "seed {seed}\n{report}");
        assert_eq!(plan.orders.len() + plan.unplanned.len(), day.orders.len(), "seed {seed}");
        assert!(plan.unplanned.iter().all(|row| !row.reason.is_empty()), "seed {seed}");
    }
}
