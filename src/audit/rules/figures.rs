//! Whether the plan's figures are within the range that the other rules can calculate with.
//!
//! A plan in milliseconds, or of another year, would break nearly every rule and could overflow sums: it is reported here,
//! and the rules that calculate do not run.

use super::super::case::Case;
use super::super::violation::{Subject, Violation};
use coldmile_model::Compartment;
use coldmile_plan::{FootprintShare, Run, Trip};
use coldmile_units::{Seconds, Timestamp};

/// Largest absolute value of an amount of money, a distance, a duration, a mass or a volume, in the plan's units. No real
/// day comes near it, and sums of millions of such values fit 64 bits.
const MAX_AMOUNT: i64 = 1_000_000_000_000_000;
/// All moments of runs lie at most this long before the day's first midnight. A day's trucks start on the evening before at
/// the earliest; the second day is reserve.
const BEFORE: Seconds = Seconds(2 * 86_400);
/// All moments of runs lie at most this long after it. A day's couriers return in the following night at the latest; the
/// rest is reserve.
const AFTER: Seconds = Seconds(3 * 86_400);

/// Reports figures that are out of range. True when there is none.
pub fn are_reasonable(case: &Case, found: &mut Vec<Violation>) -> bool {
    let before = found.len();
    let plan = case.plan;
    let mut check = RangeCheck { midnight: case.day.weather.midnight, found };
    for wave in &plan.waves {
        check.instants(&Subject::Site(wave.centre.clone()), &[wave.ready_at]);
    }
    for run in &plan.runs {
        let subject = Subject::Run(run.id.clone());
        check.instants(&subject, &[run.starts_at, run.ends_at]);
        check.amounts(&subject, &[run.distance.0, run.cost.0]);
        check.amounts(&subject, &run.footprint.unwrap_or_default().by_name().map(|(_, figure)| figure));
        for row in &run.breaks {
            check.instants(&subject, &[row.starts_at, row.ends_at]);
        }
        for trip in &run.trips {
            check.trip(run, trip);
        }
    }
    for planned in &plan.orders {
        let subject = Subject::Order(planned.order.clone());
        check.instants(&subject, &[planned.ready_at]);
        check.instants(&subject, planned.delivery.as_ref().map(|visit| visit.at).as_slice());
        // A pickup at a centre that never closes has no upper bound.
        if planned.leaves_at < check.midnight - BEFORE || planned.leaves_at > Timestamp::MAX {
            check.report(&subject, planned.leaves_at.unix());
        }
        let cost = planned.cost;
        check.amounts(&subject, &[cost.linehaul.0, cost.last_mile.0, cost.handling.0, cost.centre.0]);
        let FootprintShare { driving_g, cooling_g, cooling_j } = planned.footprint.unwrap_or_default();
        check.amounts(&subject, &[cost.cold.0, driving_g, cooling_g, cooling_j]);
        let direct = planned.direct.as_ref();
        let straight = direct.map(|direct| [direct.cost.0, direct.distance.0, direct.co2e_g]);
        check.amounts(&subject, straight.as_ref().map_or(&[][..], |straight| &straight[..]));
        let walk = planned.walk.map(|walk| [walk.duration.0, walk.distance.0]);
        check.amounts(&subject, walk.as_ref().map_or(&[][..], |walk| &walk[..]));
    }
    let totals = super::money::fields(&plan.totals);
    check.amounts(&Subject::Plan, &totals.map(|(_, figure)| figure));
    let footprint = plan.totals.footprint.unwrap_or_default().by_name();
    check.amounts(&Subject::Plan, &footprint.map(|(_, figure)| figure));
    let direct = plan.totals.direct.unwrap_or_default();
    check.amounts(&Subject::Plan, &direct.by_name().map(|(_, figure)| figure));
    let parts = plan.totals.objective_parts.by_name().map(|(_, part)| part.0);
    check.amounts(&Subject::Plan, &parts);
    check.amounts(&Subject::Plan, &[plan.totals.objective.0]);
    found.len() == before
}

/// Compares figures with the allowed ranges, one violation at most for each call.
struct RangeCheck<'a> {
    midnight: Timestamp,
    found: &'a mut Vec<Violation>,
}

impl RangeCheck<'_> {
    fn trip(&mut self, run: &Run, trip: &Trip) {
        let subject = Subject::Run(run.id.clone());
        self.instants(&subject, &[trip.loads_at, trip.departs_at, trip.returns_at]);
        for stop in &trip.stops {
            self.instants(&subject, &[stop.arrives_at, stop.starts_at, stop.departs_at]);
            let walk = stop.walk.unwrap_or_default();
            self.amounts(&subject, &[walk.duration.0, walk.distance.0]);
        }
        for leg in &trip.legs {
            self.amounts(&subject, &[leg.duration.0, leg.distance.0]);
        }
        self.amounts(&subject, &[trip.manifest.load.mass.0]);
        self.amounts(&subject, &Compartment::ALL.map(|compartment| trip.manifest.load[compartment].0));
    }

    fn instants(&mut self, subject: &Subject, instants: &[Timestamp]) {
        let is_near = |at: Timestamp| self.midnight - BEFORE <= at && at <= self.midnight + AFTER;
        if let Some(at) = instants.iter().find(|&&at| !is_near(at)) {
            self.report(subject, at.unix());
        }
    }

    fn amounts(&mut self, subject: &Subject, amounts: &[i64]) {
        if let Some(&amount) = amounts.iter().find(|&&amount| !(-MAX_AMOUNT..=MAX_AMOUNT).contains(&amount)) {
            self.report(subject, amount);
        }
    }

    fn report(&mut self, subject: &Subject, figure: i64) {
        let text = format!("{figure} is beyond all reason for this day; nothing was reckoned");
        self.found.push(Violation::new("audit/absurd-figure", subject.clone(), text));
    }
}
