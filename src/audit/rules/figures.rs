//! Whether the plan's figures can be reckoned with at all.
//!
//! A plan in milliseconds, or of another year, would only drown the report and could overflow its sums: it is refused
//! here, and the rules that reckon do not run.

use super::super::case::Case;
use super::super::violation::{Subject, Violation};
use coldmile_model::Compartment;
use coldmile_plan::{Run, Trip};
use coldmile_units::{Seconds, Timestamp};

/// No amount, way, mass or volume of a day comes near this.
const LARGEST: i64 = 1_000_000_000_000_000;
/// Runs lie between this long before the day's midnight and [`AFTER`] it.
const BEFORE: Seconds = Seconds(2 * 86_400);
const AFTER: Seconds = Seconds(3 * 86_400);

/// Reports figures that are beyond all reason, and says whether there was none.
pub fn are_reasonable(case: &Case, found: &mut Vec<Violation>) -> bool {
    let before = found.len();
    let plan = case.plan;
    let mut sheet = Sheet { midnight: case.day.weather.midnight, found };
    for wave in &plan.waves {
        sheet.instants(&Subject::Site(wave.centre.clone()), &[wave.ready_at]);
    }
    for run in &plan.runs {
        let subject = Subject::Run(run.id.clone());
        sheet.instants(&subject, &[run.starts_at, run.ends_at]);
        sheet.amounts(&subject, &[run.distance.0, run.cost.0]);
        for trip in &run.trips {
            sheet.trip(run, trip);
        }
    }
    for planned in &plan.orders {
        let subject = Subject::Order(planned.order.clone());
        sheet.instants(&subject, &[planned.ready_at]);
        sheet.instants(&subject, planned.delivery.as_ref().map(|visit| visit.at).as_slice());
        // A centre that never closes lets a pickup lie for ever.
        if planned.leaves_at < sheet.midnight - BEFORE || planned.leaves_at > Timestamp::MAX {
            sheet.report(&subject, planned.leaves_at.unix());
        }
        let cost = planned.cost;
        sheet.amounts(&subject, &[cost.linehaul.0, cost.last_mile.0, cost.handling.0, cost.centre.0]);
    }
    let totals = super::money::fields(&plan.totals);
    sheet.amounts(&Subject::Plan, &totals.map(|(_, figure)| figure));
    found.len() == before
}

struct Sheet<'a> {
    midnight: Timestamp,
    found: &'a mut Vec<Violation>,
}

impl Sheet<'_> {
    fn trip(&mut self, run: &Run, trip: &Trip) {
        let subject = Subject::Run(run.id.clone());
        self.instants(&subject, &[trip.loads_at, trip.departs_at, trip.returns_at]);
        for stop in &trip.stops {
            self.instants(&subject, &[stop.arrives_at, stop.starts_at, stop.departs_at]);
        }
        for leg in &trip.legs {
            self.amounts(&subject, &[leg.duration.0, leg.distance.0]);
        }
        self.amounts(&subject, &[trip.manifest.load.mass.0]);
        self.amounts(&subject, &Compartment::ALL.map(|part| trip.manifest.load[part].0));
    }

    fn instants(&mut self, subject: &Subject, instants: &[Timestamp]) {
        let is_near = |at: Timestamp| self.midnight - BEFORE <= at && at <= self.midnight + AFTER;
        if let Some(at) = instants.iter().find(|&&at| !is_near(at)) {
            self.report(subject, at.unix());
        }
    }

    fn amounts(&mut self, subject: &Subject, amounts: &[i64]) {
        if let Some(&amount) = amounts.iter().find(|&&amount| !(-LARGEST..=LARGEST).contains(&amount)) {
            self.report(subject, amount);
        }
    }

    fn report(&mut self, subject: &Subject, figure: i64) {
        let text = format!("{figure} is beyond all reason for this day; nothing was reckoned");
        self.found.push(Violation::new("audit/absurd-figure", subject.clone(), text));
    }
}
