//! Who gets which centre, wave and handover, at which price, on a street of three sites.
//!
//! The hub stands at 2,000 m, one centre at 0 m and one at 6,000 m. Only kilometres, vehicles, walks and centres have a price, so
//! that every figure can be reckoned by hand.

use super::tiny_days::read;
use crate::{DispatchConfig, Effort, PlanControl, plan_day};
use coldmile_audit::audit;
use coldmile_osm::town::{Town, sketch};
use coldmile_plan::{DayPlan, Handover, PlannedOrder, RelaxationKind};
use coldmile_road::{Profile, import_roads};
use coldmile_units::{Metres, Money, Seed};
use std::fmt::Write;
use std::sync::Mutex;

const STREET: &str = "A-a-H---b---B";

const NETWORK: &str = r#"
version = 1
name = "Street"
date = "2026-05-12"
timezone = "UTC"
currency = "EUR"

[prices]
family_per_hour = 0

[[site]]
id = "HUB"
kind = "hub"
lat = 0.0
lon = LON_H
open = "04:00"
close = "23:00"

[[site]]
id = "CA"
kind = "centre"
lat = 0.0
lon = LON_A
open = "06:00"
close = "21:00"
storage = { ambient_l = 400 }
handling_min = 15
handling_cost = 0

[[site]]
id = "CB"
kind = "centre"
lat = 0.0
lon = LON_B
open = "06:00"
close = "21:00"
storage = { ambient_l = 400 }
handling_min = 15
handling_cost = 0

[[lane]]
from = "HUB"
to = ["CA", "CB"]

[[wave]]
id = "early"
cut_off = "-1 20:00"
hub_ready = "06:00"
centre_due = "08:00"

[[wave]]
id = "late"
cut_off = "08:00"
hub_ready = "10:00"
centre_due = "13:00"

[[vehicle_type]]
id = "truck"
profile = "truck"
kg = 3500
ambient_l = 7000
carrier = "none"
per_day = 10
per_km = 1
max_trips = 2

[[vehicle_type]]
id = "van"
profile = "van"
kg = 700
ambient_l = 1600
carrier = "none"
per_day = 5
per_km = 1
max_trips = 2

[[courier]]
id = "T"
base = "HUB"
vehicle = "truck"
start = "05:00"
end = "15:00"

[[courier]]
id = "K1"
base = "CA"
vehicle = "van"
start = "08:00"
end = "20:00"

[[courier]]
id = "K2"
base = "CB"
vehicle = "van"
start = "08:00"
end = "20:00"
"#;

/// A row of the orders: its place, handover, pieces and window.
type Row = (char, &'static str, u32, &'static str);

/// The plan of a day, which audits clean; nothing is wrong with the day.
fn planned(network: &str, rows: &[Row]) -> DayPlan {
    let (plan, warnings) = planned_with_warnings(network, rows);
    assert_eq!(warnings, [""; 0]);
    plan
}

/// The plan of a day, which audits clean, and what is wrong with the day.
fn planned_with_warnings(network: &str, rows: &[Row]) -> (DayPlan, Vec<String>) {
    let town: Town = sketch(Metres(500), STREET);
    let mut network = network.to_owned();
    for place in ['H', 'A', 'B'] {
        let longitude = format!("{:.7}", town.at(place).longitude());
        network = network.replace(&format!("LON_{place}"), &longitude);
    }
    let mut orders = String::from("order_id,lon,lat,mode,temp_class,kg,litres,service_min,pieces,window");
    for (number, (place, mode, pieces, window)) in rows.iter().enumerate() {
        let at = town.at(*place);
        let (lon, lat) = (at.longitude(), at.latitude());
        write!(orders, "\nX{number},{lon:.7},{lat:.7},{mode},ambient,3,6,0,{pieces},{window}").unwrap();
    }
    let roads = import_roads(&town.roads(), &Profile::ALL, &|_, _| {}).unwrap();
    let day = read(&network, &orders);
    let config = DispatchConfig { seed: Seed(1), effort: Effort::Iterations(50) };
    let warnings = Mutex::new(Vec::new());
    let on_warning = |warning: &str| warnings.lock().unwrap().push(warning.to_owned());
    let control = PlanControl { on_warning: Some(&on_warning), ..PlanControl::default() };
    let plan = plan_day(&day, &roads, &config, &control).unwrap();
    let report = audit(&day, &plan, &roads);
    assert!(report.is_clean(), "{report}");
    (plan, warnings.into_inner().unwrap())
}

fn choice(row: &PlannedOrder) -> (&str, &str, Handover) {
    (row.centre.as_str(), row.wave.as_str(), row.handover)
}

fn clock(at: coldmile_units::Timestamp) -> String {
    let second = at.unix().rem_euclid(86_400);
    format!("{:02}:{:02}", second / 3600, second / 60 % 60)
}

#[test]
fn a_truck_that_is_due_before_its_centre_opens_waits_and_unloads_when_it_does() {
    // The early wave is due at 08:00, the centre opens at 09:00: ready at 09:15, which the late one could not be.
    let late = NETWORK.replace("open = \"06:00\"", "open = \"09:00\"");
    let plan = planned(&late, &[('a', "pickup", 1, "09:15-09:30")]);
    assert_eq!(choice(&plan.orders[0]), ("CA", "early", Handover::Pickup));
    assert_eq!(clock(plan.orders[0].ready_at), "09:15");
    let stop = &plan.runs[0].trips[0].stops[0];
    assert!(clock(stop.arrives_at).as_str() <= "08:00");
    assert_eq!(clock(stop.starts_at), "09:00");
    // 10.00 a day, and 2,000 m there and back.
    assert_eq!(plan.totals.cost, Money(1_000 + 400));
    // A minute sooner no wave is ready.
    let plan = planned(&late, &[('a', "pickup", 1, "09:10-09:14")]);
    assert_eq!(plan.unplanned[0].code, "unplanned/wave-too-late");
}

#[test]
fn a_pickup_whose_wave_may_come_late_makes_the_truck_come_in_time() {
    // The shelf of 7 l holds one order of 6 l at a time, the first until 09:00: the second needs the late wave. That may be
    // ready as late as 13:15, but the family may come from 10:20 on, so that the truck is there by 10:05.
    let one_place = NETWORK.replace("ambient_l = 400", "ambient_l = 7");
    let rows = [('a', "pickup", 1, "08:30-09:00"), ('a', "pickup", 1, "10:20-18:00")];
    let plan = planned(&one_place, &rows);
    let choices: Vec<_> = plan.orders.iter().map(|row| (row.wave.as_str(), clock(row.ready_at))).collect();
    assert!(choices.iter().all(|(_, ready)| ready.as_str() <= "10:20"), "{choices:?}");
    assert_eq!(plan.unplanned, []);
}

#[test]
fn handling_is_weighed_for_each_parcel() {
    // CA asks 1.00 more for a parcel, CB is 4,000 m away from the hub, CA 2,000 m: 4 km more. Of three parcels handling
    // outweighs nothing (3.00 < 4.00), of five it does.
    let dear = NETWORK.replacen("handling_cost = 0", "handling_cost = 1", 1);
    let near = planned(&dear, &[('b', "pickup", 3, "12:00-18:00")]);
    assert_eq!(choice(&near.orders[0]).0, "CA");
    // 10.00 a day, 4 km, three parcels.
    assert_eq!(near.totals.cost, Money(1_000 + 400 + 300));
    let far = planned(&dear, &[('b', "pickup", 5, "12:00-18:00")]);
    assert_eq!(choice(&far.orders[0]).0, "CB");
    // 10.00 a day, 8 km.
    assert_eq!(far.totals.cost, Money(1_000 + 800));
}

#[test]
fn a_centre_off_the_road_takes_no_part_and_the_day_is_planned_without_it() {
    // A kilometre north of the street.
    let off = NETWORK.replacen("lat = 0.0\nlon = LON_B", "lat = 0.009\nlon = LON_B", 1);
    let (plan, warnings) = planned_with_warnings(&off, &[('b', "door", 1, "12:00-18:00")]);
    assert_eq!(choice(&plan.orders[0]), ("CA", "early", Handover::Door));
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].starts_with("site CB cannot be reached by van: "), "{warnings:?}");
    // Without the hub's road nothing can be brought.
    let off = NETWORK.replacen("lat = 0.0\nlon = LON_H", "lat = 0.009\nlon = LON_H", 1);
    let (plan, warnings) = planned_with_warnings(&off, &[('b', "door", 1, "12:00-18:00")]);
    assert!(warnings[0].starts_with("site HUB cannot be reached by truck: "), "{warnings:?}");
    let left = &plan.unplanned[0];
    assert_eq!((left.code.as_str(), left.impossible), ("unplanned/unreachable", true));
    assert_eq!(left.reason, "no truck can bring it to CA: no road leads there and back");
}

#[test]
fn a_window_that_cannot_be_kept_is_kept_out_or_late_at_its_price() {
    // The only courier of CA is on duty from 08:00, and a, 1,000 m away, closes at 07:50.
    let hard = planned(NETWORK, &[('a', "door", 1, "07:00-07:50")]);
    assert_eq!(hard.unplanned[0].code, "unplanned/window-too-tight");
    assert_eq!(hard.totals.objective_parts.lateness, Money(0));

    let soft = NETWORK.replace("family_per_hour = 0", "late_per_hour = 30");
    let plan = planned(&soft, &[('a', "door", 1, "07:00-07:50")]);
    assert_eq!(plan.unplanned, []);
    let row = &plan.orders[0];
    assert_eq!(choice(row), ("CA", "early", Handover::Door));
    // As early as the courier can: the ride takes a little more than two minutes. Each second costs 3000 / 3600.
    let delivery = row.delivery.as_ref().unwrap();
    let late = delivery.at - hard_close(&plan, "07:50");
    assert!((720..780).contains(&late.0), "{late}");
    let lateness = Money((late.0 * 3_000 + 1_800) / 3_600);
    assert_eq!(plan.totals.objective_parts.lateness, lateness);
    assert_eq!(plan.totals.objective, plan.totals.cost + lateness);
    // Nothing of that is paid: 10.00 and 2,000 m there and back for the truck, 5.00 and 1,000 m there and back for the van.
    assert_eq!(plan.totals.cost, Money(1_000 + 400 + 500 + 200));
}

/// A time of the day of a plan.
fn hard_close(plan: &DayPlan, at: &str) -> coldmile_units::Timestamp {
    let midnight = plan.orders[0].ready_at.unix().div_euclid(86_400) * 86_400;
    let (hour, minute) = at.split_once(':').unwrap();
    let minutes = hour.parse::<i64>().unwrap() * 60 + minute.parse::<i64>().unwrap();
    coldmile_units::Timestamp::from_unix(midnight + 60 * minutes)
}

#[test]
fn where_lateness_has_a_price_no_longer_window_is_tried() {
    // No courier is on duty long enough for 1,000 m there and back.
    let short = NETWORK.replace("end = \"20:00\"", "end = \"08:02\"");
    let tried =
        |network: &str| planned(network, &[('a', "door", 1, "07:00-07:50")]).unplanned.remove(0).tried;
    assert!(tried(&short).contains(&RelaxationKind::Window));
    let tried_late = tried(&short.replace("family_per_hour = 0", "late_per_hour = 30"));
    assert!(
        !tried_late.contains(&RelaxationKind::Window) && tried_late.contains(&RelaxationKind::Shift),
        "{tried_late:?}"
    );
}

#[test]
fn lateness_is_weighed_against_another_vehicle() {
    // Both doors want service from 09:00 until 09:01, 1,000 m and more apart: one courier cannot be at both in time. A second
    // one costs 5.00 a day. At 3.00 an hour two minutes are cheaper, at 600.00 an hour they are not.
    let two = NETWORK.replace(
        "[[courier]]\nid = \"K2\"\nbase = \"CB\"",
        "[[courier]]\nid = \"K3\"\nbase = \"CA\"\nvehicle = \"van\"\nstart = \"08:00\"\nend = \"20:00\"\n\n[[courier]]\nid = \"K2\"\nbase = \"CB\"",
    );
    let rows = [('a', "door", 1, "09:00-09:01"), ('H', "door", 1, "09:00-09:01")];
    let couriers = |price: &str| {
        let network = two.replace("family_per_hour = 0", &format!("late_per_hour = {price}"));
        let plan = planned(&network, &rows);
        assert_eq!(plan.unplanned, []);
        let count = plan.runs.len() - 1;
        (count, plan.totals.objective_parts.lateness > Money(0))
    };
    assert_eq!(couriers("3"), (1, true));
    assert_eq!(couriers("600"), (2, false));
    // Without a price both are in time.
    assert_eq!(planned(&two, &rows).totals.objective_parts.lateness, Money(0));
}
