//! What the keys of a vehicle type mean for a day: prices of driving and overtime, litres of all compartments together,
//! walls that can be moved; and what the break of a courier means. Each is planned by, and its audit finds what breaks it.

use super::day::{golden, plan, read, roads};
use coldmile::audit::audit;
use coldmile::model::{self, Compartment, Day};
use coldmile::plan::{DayPlan, Run};
use coldmile::units::{Millilitres, Money, Seconds};
use std::fs;

/// River town with its network file changed.
fn town(change: impl Fn(String) -> String) -> Day {
    let network = fs::read_to_string(golden("river_town").join("network.toml")).unwrap();
    let orders = fs::read(golden("river_town").join("orders.csv")).unwrap();
    read(change(network).as_bytes(), &orders)
}

/// More keys for every vehicle type.
fn with_keys(network: &str, keys: &str) -> String {
    network.replace("loading_min", &format!("{keys}\nloading_min"))
}

/// Couriers go home at three, before the doors of the afternoon; they may stay for so many minutes, at a price.
fn short_shifts(network: &str, minutes: u32, per_hour: &str) -> String {
    let network = network.replace("end = \"20:00\"", "end = \"15:00\"");
    with_keys(&network, &format!("per_overtime_hour = {per_hour}\nmax_overtime_min = {minutes}"))
}

fn codes(day: &Day, plan: &DayPlan) -> Vec<&'static str> {
    let mut codes: Vec<_> =
        audit(day, plan, &roads("river_town")).violations.iter().map(|row| row.code).collect();
    codes.dedup();
    codes
}

fn overtime(day: &Day, run: &Run) -> Seconds {
    let courier = day.couriers.iter().find(|courier| courier.id == run.courier).unwrap();
    // Who begins after the shift is paid for no more than the run.
    (run.ends_at - run.starts_at.max(courier.shift.close())).max(Seconds::ZERO)
}

#[test]
fn couriers_work_overtime_where_it_is_allowed_and_are_paid_for_it() {
    let roads = roads("river_town");
    let strict = town(|network| short_shifts(&network, 0, "12.00"));
    let left_out = plan(&strict, &roads, 1).unplanned.len();
    let day = town(|network| short_shifts(&network, 240, "12.00"));
    let plan = plan(&day, &roads, 1);
    assert!(audit(&day, &plan, &roads).is_clean(), "{}", audit(&day, &plan, &roads));
    // The doors R12, R13, R14 and R16 open at three or later; R17 and R18 cannot be planned at all.
    assert_eq!((left_out, plan.unplanned.len()), (6, 2));
    let late: Vec<&Run> = plan.runs.iter().filter(|run| overtime(&day, run) > Seconds::ZERO).collect();
    assert!(!late.is_empty());
    for run in late {
        let prices = day.vehicle_types.iter().find(|kind| kind.id == run.vehicle).unwrap().prices;
        // 12.00 an hour are 1200 minor units an hour on top of the hours and kilometres of the run.
        let exact = |per_hour: f64, time: Seconds| per_hour * time.0 as f64 / 3600.0;
        let cost = prices.per_day.0 as f64
            + exact(prices.per_hour.0 as f64, run.ends_at - run.starts_at)
            + exact(1200.0, overtime(&day, run))
            + prices.per_km.0 as f64 * run.distance.0 as f64 / 1000.0;
        assert!((run.cost.0 as f64 - cost).abs() <= 0.5 + 1e-6, "{}: {} and {cost}", run.id, run.cost);
    }
    // The same plan where less overtime is allowed, and where it has another price.
    let less = town(|network| short_shifts(&network, 30, "12.00"));
    assert!(codes(&less, &plan).contains(&"audit/outside-shift"));
    let dearer = town(|network| short_shifts(&network, 240, "13.00"));
    assert!(codes(&dearer, &plan).contains(&"audit/run-cost"));
}

#[test]
fn driving_has_a_price_of_its_own() {
    let roads = roads("river_town");
    let day = town(|network| with_keys(&network, "per_driving_hour = 30.00"));
    let plan = plan(&day, &roads, 1);
    assert!(audit(&day, &plan, &roads).is_clean(), "{}", audit(&day, &plan, &roads));
    for run in &plan.runs {
        let prices = day.vehicle_types.iter().find(|kind| kind.id == run.vehicle).unwrap().prices;
        let driving: Seconds = run.trips.iter().flat_map(|trip| &trip.legs).map(|leg| leg.duration).sum();
        // 30.00 an hour are 3000 / 3600 minor units a second.
        let cost = prices.per_day.0 as f64
            + prices.per_hour.0 as f64 * (run.ends_at - run.starts_at).0 as f64 / 3600.0
            + 3000.0 * driving.0 as f64 / 3600.0
            + prices.per_km.0 as f64 * run.distance.0 as f64 / 1000.0;
        assert!((run.cost.0 as f64 - cost).abs() <= 0.5 + 1e-6, "{}: {} and {cost}", run.id, run.cost);
    }
    let cheaper = town(|network| with_keys(&network, "per_driving_hour = 29.00"));
    assert!(codes(&cheaper, &plan).contains(&"audit/run-cost"));
    let sum: Money = plan.runs.iter().map(|run| run.cost).sum();
    assert_eq!(sum, plan.totals.linehaul_cost + plan.totals.last_mile_cost);
}

/// The largest volume that any trip of a vehicle type carries, in one compartment or in all.
fn largest(plan: &DayPlan, vehicle: &str, part: Option<Compartment>) -> Millilitres {
    let trips = plan.runs.iter().filter(|run| run.vehicle.as_str() == vehicle).flat_map(|run| &run.trips);
    let volume = |load: &model::Load| part.map_or(load.volume(), |part| load[part]);
    trips.map(|trip| volume(&trip.manifest.load)).max().unwrap_or_default()
}

#[test]
fn all_compartments_together_hold_no_more_than_litres() {
    let roads = roads("river_town");
    let free = plan(&town(|network| network), &roads, 1);
    assert!(largest(&free, "truck", None) > Millilitres(60_000), "{}", largest(&free, "truck", None));
    let day = town(|network| network.replace("frozen_l = 2500", "frozen_l = 2500\nlitres = 60"));
    let tight = plan(&day, &roads, 1);
    assert!(audit(&day, &tight, &roads).is_clean(), "{}", audit(&day, &tight, &roads));
    assert!(largest(&tight, "truck", None) <= Millilitres(60_000));
    assert_eq!(tight.unplanned.len(), 2, "a wave travels in several consignments");
    assert!(codes(&day, &free).contains(&"audit/over-capacity"));
}

#[test]
fn walls_that_can_be_moved_leave_only_the_sum() {
    let roads = roads("river_town");
    // All litres of the truck stand in its freezer, and are enough for everything.
    let packed = |network: String, keys: &str| {
        let network = network.replace("ambient_l = 7000\nchilled_l = 5000", "ambient_l = 0\nchilled_l = 0");
        network.replace("frozen_l = 2500", &format!("frozen_l = 70\n{keys}"))
    };
    let fixed = town(|network| packed(network, "movable_walls = false"));
    let day = town(|network| packed(network, "movable_walls = true"));
    let moved = plan(&day, &roads, 1);
    assert!(audit(&day, &moved, &roads).is_clean(), "{}", audit(&day, &moved, &roads));
    assert_eq!(moved.unplanned.len(), 2);
    assert!(largest(&moved, "truck", Some(Compartment::Ambient)) > Millilitres::ZERO);
    assert!(largest(&moved, "truck", None) <= Millilitres(70_000));
    assert!(codes(&fixed, &moved).contains(&"audit/over-capacity"));
    assert!(plan(&fixed, &roads, 1).orders.len() < moved.orders.len());
    // What together is more than `litres` says does not fit, walls or not.
    let tighter = town(|network| packed(network, "movable_walls = true\nlitres = 40"));
    assert!(codes(&tighter, &moved).contains(&"audit/over-capacity"));
}

#[test]
fn a_courier_has_a_break_where_the_run_covers_it() {
    let roads = roads("river_town");
    // The truck loads at eight to be at the centres by half past, and again at half past eleven for the afternoon.
    let with_break = |network: String, rule: &str| {
        network.replace("end = \"15:00\"", &format!("end = \"15:00\"\nbreak = {rule}"))
    };
    let free = plan(&town(|network| network), &roads, 1);
    let day = town(|network| with_break(network, "{ min = 20, from = \"08:10\", to = \"11:40\" }"));
    assert_eq!(codes(&day, &free), ["audit/no-break"]);
    let plan = plan(&day, &roads, 1);
    assert!(audit(&day, &plan, &roads).is_clean(), "{}", audit(&day, &plan, &roads));
    assert_eq!(plan.unplanned.len(), 2);
    let begins_and_ends = |plan: &DayPlan| -> Vec<_> {
        plan.runs.iter().flat_map(|run| &run.breaks).map(|row| (row.starts_at, row.ends_at)).collect()
    };
    let [(begins, ends)] = begins_and_ends(&plan)[..] else { panic!("one break: {:?}", plan.runs[0].breaks) };
    assert_eq!(ends - begins, Seconds::minutes(20));
    let row = &plan.runs[0].breaks[0];
    assert_eq!(plan.runs[0].trips[row.trip].stops[row.stop].departs_at, ends);
    let read_back = DayPlan::from_json(plan.to_json().as_bytes()).unwrap();
    assert_eq!(read_back, plan);
    for (change, code) in [(60, "audit/wrong-break"), (-7200, "audit/wrong-break")] {
        let mut wrong = plan.clone();
        wrong.runs[0].breaks[0].starts_at += Seconds(change);
        assert!(codes(&day, &wrong).contains(&code), "{change}");
    }
    let mut silent = plan.clone();
    silent.runs[0].breaks.clear();
    assert!(codes(&day, &silent).contains(&"audit/no-break"));
}
