//! A valid plan audits clean; every planted violation is found, and nothing else with it.

mod fixture;
mod planted;
mod schema;
mod slips;

use super::{AuditReport, CODES, audit};
use coldmile_plan::DayPlan;
use coldmile_units::{Idx, Money, Seconds};
use fixture::{BIKE, day, plan, roads, window};
use planted::{BOX, PLANTS, order};
use std::collections::BTreeSet;

fn codes(report: &AuditReport) -> BTreeSet<&'static str> {
    report.violations.iter().map(|violation| violation.code).collect()
}

#[test]
fn a_valid_plan_audits_clean() {
    let day = day();
    let report = audit(&day, &plan(&day), &roads());
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.linehaul_distance + report.last_mile_distance, {
        let totals = plan(&day).totals;
        totals.linehaul_distance + totals.last_mile_distance
    });
    assert_eq!(report.punctuality.doors_in_window + report.punctuality.pickups_in_window, 6);
    assert!(report.cold.is_some());
}

#[test]
fn service_after_its_window_is_allowed_at_its_price() {
    let mut day = day();
    let mut plan = plan(&day);
    planted::late_at_a_price(&mut day, &mut plan);
    let report = audit(&day, &plan, &roads());
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.punctuality.doors_in_window + report.punctuality.pickups_in_window, 5);
}

#[test]
fn a_plan_read_back_from_its_file_audits_clean() {
    let day = day();
    let plan = DayPlan::from_json(plan(&day).to_json().as_bytes()).unwrap();
    let report = audit(&day, &plan, &roads());
    assert!(report.is_clean(), "{report}");
}

#[test]
fn a_plan_of_an_older_program_tells_no_footprint_and_audits_clean() {
    let mut day = day();
    // Without a price of distance there is no cold surcharge, as before there was one.
    for vehicle in day.vehicle_types.indices().collect::<Vec<_>>() {
        day.vehicle_types[vehicle].prices.per_km = Money::ZERO;
    }
    let mut json: serde_json::Value = serde_json::from_str(&plan(&day).to_json()).unwrap();
    let mut strip = |rows: &str| {
        for row in json[rows].as_array_mut().unwrap() {
            let row = row.as_object_mut().unwrap();
            row.remove("footprint");
            row.remove("direct");
            row.get_mut("cost").and_then(|cost| cost.as_object_mut()).map(|cost| cost.remove("cold"));
        }
    };
    strip("runs");
    strip("orders");
    let totals = json["totals"].as_object_mut().unwrap();
    assert!(totals.remove("footprint").is_some() && totals.remove("direct").is_some());
    let older = DayPlan::from_json(json.to_string().as_bytes()).unwrap();
    assert_eq!(older.totals.footprint, None);
    let report = audit(&day, &older, &roads());
    assert!(report.is_clean(), "{report}");
    // Nor is what it does not tell written.
    assert_eq!(older.to_json().matches("footprint").count(), 0);
}

#[test]
fn every_planted_violation_is_found_and_nothing_else() {
    let mut wrong = Vec::new();
    for (name, expected, plant) in PLANTS {
        let mut day = day();
        let mut plan = plan(&day);
        plant(&mut day, &mut plan);
        let report = audit(&day, &plan, &roads());
        if codes(&report) != expected.iter().copied().collect() {
            wrong.push(format!("{name}: expected {expected:?}\n{report}\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_code_is_planted_once_and_listed_in_order() {
    let planted: BTreeSet<&str> = PLANTS.iter().flat_map(|(_, codes, _)| codes.iter().copied()).collect();
    let listed: Vec<&str> = CODES.iter().map(|&(code, _)| code).collect();
    assert_eq!(planted.into_iter().collect::<Vec<_>>(), listed);
}

#[test]
fn a_report_is_the_same_on_any_number_of_threads() {
    let pools = [1, 4].map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap());
    for (name, _, plant) in PLANTS {
        let mut day = day();
        let mut plan = plan(&day);
        plant(&mut day, &mut plan);
        let [one, four] = pools.each_ref().map(|pool| pool.install(|| audit(&day, &plan, &roads())));
        assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&four).unwrap(), "{name}");
        assert_eq!(one.to_string(), four.to_string(), "{name}");
    }
}

#[test]
fn a_violation_states_subject_time_text_and_amount() {
    let mut day = day();
    let mut plan = plan(&day);
    order(&mut day, "o1").window = window((7, 0), (8, 5));
    plan.totals.co2e_g += 3;
    let report = audit(&day, &plan, &roads());
    let lines: Vec<String> = report.violations.iter().map(ToString::to_string).collect();
    // Loading ends at 08:05; 716 m at 8 m/s take 90 s.
    assert_eq!(
        lines[0],
        "audit/outside-window: order o1 at 08:06:30: run R-van, trip 1, stop 1: served outside 07:00:00 to 08:05:00 (90 s)"
    );
    assert!(lines[1].starts_with("audit/totals: plan: co2e_g is "), "{}", lines[1]);
    assert!(
        report
            .to_string()
            .contains("\n2 violations\n    1  audit/outside-window: service at a door starts outside")
    );
}

#[test]
fn a_parcel_in_a_box_without_cooling_follows_the_outdoor_air() {
    let mut day = day();
    // The truck's door lets no warm air in and nothing waits outdoors: the bike starts with goods of -20 °C, uncooled.
    day.cold.carriers[Idx::new(0)].frozen.as_mut().unwrap().opening_share = 0.0;
    day.cold.carriers[BOX].frozen = None;
    day.cold.transfer = Seconds(0);
    let plan = plan(&day);
    let trip = &plan.runs[BIKE].trips[0];
    let ride = (trip.stops[0].starts_at - trip.departs_at).0 as f64;
    let report = audit(&day, &plan, &roads());
    let ice = report.parcels.iter().find(|parcel| parcel.parcel.as_str() == "p4").unwrap();
    // The frozen class follows the air with a time constant of 20 min.
    let expected = 25.0 - 45.0 * (-ride / 1200.0).exp();
    assert!((ice.handover_c - expected).abs() < 1e-9, "{} {expected}", ice.handover_c);
    assert_eq!(ice.warmest_where, "on run R-bike");
    assert_eq!(ice.warmest_at, trip.stops[0].starts_at);
    // From -20 °C to -12 °C in air of 25 °C: 1200 s x ln(45 / 37) = 234.9 s, of which the ride takes its part.
    let left = (1200.0 * (45.0_f64 / 37.0).ln() - ride) / 60.0;
    assert_eq!(ice.margin_min, left.floor() as i64);
    assert_eq!(report.cold.unwrap().parcel, ice.parcel);
}

#[test]
fn goods_on_the_floor_of_a_centre_warm_up_for_the_transfer_and_cool_down_in_the_fridge() {
    let mut day = day();
    day.cold.transfer = Seconds(1_800);
    let report = audit(&day, &plan(&day), &roads());
    let milk = report.parcels.iter().find(|parcel| parcel.parcel.as_str() == "p3").unwrap();
    assert_eq!(milk.warmest_where, "on the floor of C1");
    // One time constant outdoors: 25 - (25 - 3) / e = 16.9; then hours in the fridge at 4 °C.
    assert!((milk.warmest_c - 16.9).abs() < 0.05, "{}", milk.warmest_c);
    assert!((milk.handover_c - 4.0).abs() < 0.05, "{}", milk.handover_c);
    assert_eq!(milk.margin_min, 0);
    // The milk for the door has less time in the fridge and is still too warm there.
    assert_eq!(codes(&report), BTreeSet::from(["audit/too-warm", "audit/too-warm-at-handover"]));
}
