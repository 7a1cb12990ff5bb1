//! The estimate of what orders would cost straight from their hub, against routes that the solver finds.

use super::tiny_days::read;
use crate::{DispatchConfig, Effort, PlanControl, plan_day};
use coldmile_audit::audit;
use coldmile_osm::town::sketch;
use coldmile_plan::DayPlan;
use coldmile_road::{Profile, import_roads};
use coldmile_units::{Metres, Money, Seed};
use std::fmt::Write;

/// Streets in both directions every 300 m, 3.6 km long.
const STREETS: usize = 13;

/// The centre stands where the hub does, so that couriers drive straight from the hub. Only kilometres have a price.
const NETWORK: &str = r#"
version = 1
name = "Grid"
date = "2026-05-12"
timezone = "UTC"
currency = "EUR"

[[site]]
id = "HUB"
kind = "hub"
lat = 0.0
lon = 0.0
open = "04:00"
close = "23:00"

[[site]]
id = "C"
kind = "centre"
lat = 0.0
lon = 0.0
open = "04:00"
close = "23:00"
storage = { ambient_l = 4000 }
handling_min = 1

[[lane]]
from = "HUB"
to = ["C"]

[[wave]]
id = "day"
cut_off = "-1 20:00"
hub_ready = "05:00"
centre_due = "06:00"

[[vehicle_type]]
id = "van"
profile = "van"
kg = CAPACITY
ambient_l = 1600
carrier = "none"
per_km = 1
max_trips = 50
co2e_g_per_km = 240

[[courier]]
id = "T"
base = "HUB"
vehicle = "van"
start = "05:00"
end = "22:00"

[[courier]]
id = "K"
base = "C"
vehicle = "van"
start = "05:00"
end = "22:00"
"#;

/// Sixty doors at random in the grid, of which a van takes `stops`.
fn planned(seed: u64, stops: usize) -> DayPlan {
    let street = vec!["+"; STREETS].join("-");
    let between = vec!["|"; STREETS].join(" ");
    let rows: Vec<String> = (0..STREETS).flat_map(|_| [street.clone(), between.clone()]).collect();
    let town = sketch(Metres(150), &rows[..2 * STREETS - 1].join("\n"));
    let roads = import_roads(&town.roads(), &Profile::ALL, &|_, _| {}).unwrap();
    let mut rng = fastrand::Rng::with_seed(seed);
    let side = (STREETS - 1) as f64 * 300.0 / 111_195.0;
    let mut orders = String::from("order_id,lon,lat,mode,temp_class,kg,litres,service_min,window");
    for number in 0..60 {
        let (lon, lat) = (rng.f64() * side, -rng.f64() * side);
        write!(orders, "\nX{number},{lon:.7},{lat:.7},door,ambient,1,6,0,06:00-22:00").unwrap();
    }
    let day = read(&NETWORK.replace("CAPACITY", &stops.to_string()), &orders);
    let config = DispatchConfig { seed: Seed(1), effort: Effort::Iterations(100) };
    let plan = plan_day(&day, &roads, &config, &PlanControl::default()).unwrap();
    let report = audit(&day, &plan, &roads);
    assert!(report.is_clean(), "{report}");
    assert_eq!(plan.totals.planned, 60);
    plan
}

#[test]
fn the_estimate_is_close_to_what_the_solver_drives_without_other_constraints() {
    for (seed, stops) in [(1, 6), (2, 12), (3, 20), (4, 60)] {
        let plan = planned(seed, stops);
        let direct = plan.totals.direct.unwrap();
        assert_eq!(direct.orders, 60);
        let ratio = direct.distance.0 as f64 / plan.totals.last_mile_distance.0 as f64;
        println!(
            "{stops} stops a trip: {} of {}, {ratio:.3}",
            direct.distance, plan.totals.last_mile_distance
        );
        assert!((0.8..1.25).contains(&ratio), "{stops} stops: {ratio}");
        // 1.00 a kilometre and 240 g; each order is rounded by itself.
        assert!((direct.cost - Money(direct.distance.0 / 10)).0.abs() <= 60, "{}", direct.cost);
        assert!((direct.co2e_g - direct.distance.0 * 240 / 1_000).abs() <= 60, "{}", direct.co2e_g);
        assert_eq!(direct.via_cost, plan.totals.cost);
        assert_eq!(direct.via_co2e_g, plan.totals.co2e_g);
    }
}

#[test]
fn each_order_has_the_sum_of_its_parts_in_the_totals() {
    let plan = planned(5, 12);
    let orders = || plan.orders.iter().filter_map(|order| order.direct.as_ref());
    let direct = plan.totals.direct.unwrap();
    assert_eq!(orders().map(|order| order.cost).sum::<Money>(), direct.cost);
    assert_eq!(orders().map(|order| order.distance).sum::<Metres>(), direct.distance);
    assert!(orders().all(|order| order.vehicle == "van".into()));
    // Nothing is kept cold, so that there is neither heat nor a surcharge.
    let footprint = plan.totals.footprint.unwrap();
    assert_eq!((footprint.cooling_g, footprint.chilled_j + footprint.frozen_j), (0, 0));
    assert!(plan.orders.iter().all(|order| order.cost.cold == Money::ZERO));
    assert_eq!(plan.orders.iter().map(|order| order.cost.total()).sum::<Money>(), plan.totals.cost);
}
