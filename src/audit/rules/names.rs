//! The plan is of this day, and every id in it exists.

use super::super::case::Case;
use super::super::violation::{Amount, Subject, Violation};
use coldmile_plan::{PLAN_VERSION, StopPlace};
use std::collections::BTreeSet;
use std::fmt::Display;

/// Version, name, date, time zone and currency are those of the day.
pub fn header(case: &Case, found: &mut Vec<Violation>) {
    let (day, plan) = (case.day, case.plan);
    let pairs = [
        ("version", plan.version.to_string(), PLAN_VERSION.to_string()),
        ("name", plan.name.clone(), day.name.clone()),
        ("date", plan.date.clone(), day.date.to_string()),
        ("time zone", plan.timezone.clone(), day.timezone.clone()),
        ("currency", plan.currency.clone(), day.currency.clone()),
    ];
    for (what, stated, wanted) in pairs {
        if stated != wanted {
            let text = format!("{what} is {stated}, the day has {wanted}");
            found.push(Violation::new("audit/header", Subject::Plan, text));
        }
    }
}

/// Orders, sites, couriers, vehicles, waves, parcels and runs that the plan names exist. Each unknown id is reported once.
pub fn known_ids(case: &Case, found: &mut Vec<Violation>) {
    let mut unknown = UnknownIds::default();
    let plan = case.plan;
    for wave in &plan.waves {
        unknown.unless(case.site(&wave.centre).is_some(), "audit/unknown-site", &wave.centre);
        unknown.unless(case.wave(&wave.schedule).is_some(), "audit/unknown-wave", &wave.schedule);
        for order in &wave.orders {
            unknown.unless(case.order(order).is_some(), "audit/unknown-order", order);
        }
    }
    for run in &plan.runs {
        unknown.unless(case.courier(&run.courier).is_some(), "audit/unknown-courier", &run.courier);
        unknown.unless(case.vehicle(&run.vehicle).is_some(), "audit/unknown-vehicle", &run.vehicle);
        unknown.unless(case.site(&run.base).is_some(), "audit/unknown-site", &run.base);
    }
    for (_, _, trip) in case.trips() {
        for parcel in trip.manifest.parcels.iter().chain(trip.stops.iter().flat_map(|stop| &stop.parcels)) {
            unknown.unless(case.parcel(parcel).is_some(), "audit/unknown-parcel", parcel);
        }
        for stop in &trip.stops {
            match &stop.place {
                StopPlace::Centre { site, wave } => {
                    unknown.unless(case.site(site).is_some(), "audit/unknown-site", site);
                    unknown.unless(case.wave(wave).is_some(), "audit/unknown-wave", wave);
                }
                StopPlace::Door { order } => {
                    unknown.unless(case.order(order).is_some(), "audit/unknown-order", order);
                }
            }
        }
    }
    for planned in &plan.orders {
        unknown.unless(case.order(&planned.order).is_some(), "audit/unknown-order", &planned.order);
        unknown.unless(case.site(&planned.centre).is_some(), "audit/unknown-site", &planned.centre);
        unknown.unless(case.wave(&planned.wave).is_some(), "audit/unknown-wave", &planned.wave);
        unknown.unless(case.run(&planned.linehaul).is_some(), "audit/unknown-run", &planned.linehaul);
        if let Some(delivery) = &planned.delivery {
            unknown.unless(case.run(&delivery.run).is_some(), "audit/unknown-run", &delivery.run);
        }
    }
    for unplanned in &plan.unplanned {
        unknown.unless(case.order(&unplanned.order).is_some(), "audit/unknown-order", &unplanned.order);
    }
    for (code, name) in unknown.0 {
        let text = format!("the plan names {name}, which the day does not have");
        found.push(Violation::new(code, Subject::Plan, text).by(Amount::Count(1)));
    }
}

/// Unknown ids with the code of their kind.
#[derive(Default)]
struct UnknownIds(BTreeSet<(&'static str, String)>);

impl UnknownIds {
    fn unless(&mut self, known: bool, code: &'static str, name: &impl Display) {
        if !known {
            self.0.insert((code, name.to_string()));
        }
    }
}
