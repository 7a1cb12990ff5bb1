//! One pass over a plan: all rules, the road, the temperatures.

use super::case::{Case, collect_by};
use super::cold::{ColdMargin, replay};
use super::report::{AuditReport, Punctuality};
use super::roads::Roads;
use super::rules::list::{READING, RECKONING};
use super::rules::{figures, legs};
use super::violation::Violation;
use coldmile_model::Day;
use coldmile_plan::{DayPlan, Handover};

/// Recomputes a plan from the day and the road. The same plan gives the same report on any number of threads.
pub fn audit(day: &Day, plan: &DayPlan, roads: &dyn Roads) -> AuditReport {
    let case = Case::new(day, plan);
    let mut violations = Vec::new();
    for rule in READING {
        rule(&case, &mut violations);
    }
    let (mut distance, mut parcels) = (legs::RoadDistance::default(), Vec::new());
    if figures::are_reasonable(&case, &mut violations) {
        for rule in RECKONING {
            rule(&case, &mut violations);
        }
        distance = legs::legs(&case, roads, &mut violations);
        parcels = replay(&case, &mut violations);
    }
    for violation in &mut violations {
        violation.clock = violation.at.map(|at| case.clock(at));
    }
    violations.sort_by(Violation::report_order);
    AuditReport {
        violations,
        orders: day.orders.len(),
        planned: plan.orders.len(),
        unplanned: plan.unplanned.len(),
        punctuality: punctuality(&case),
        linehaul_distance: distance.linehaul,
        last_mile_distance: distance.last_mile,
        cold: ColdMargin::least(&parcels),
        parcels,
    }
}

fn punctuality(case: &Case) -> Punctuality {
    let mut tally = Punctuality::default();
    for planned in &case.plan.orders {
        let Some((order, centre)) = case.order(&planned.order).zip(case.site(&planned.centre)) else {
            continue;
        };
        match planned.handover {
            Handover::Door => {
                let visit = planned.delivery.as_ref().and_then(|delivery| {
                    case.run(&delivery.run)?.trips.get(delivery.trip)?.stops.get(delivery.stop)
                });
                tally.doors += 1;
                tally.doors_in_window +=
                    usize::from(visit.is_some_and(|stop| order.window.contains(stop.starts_at)));
            }
            Handover::Pickup => {
                tally.pickups += 1;
                tally.pickups_at_start += usize::from(planned.ready_at <= order.window.open());
                tally.pickups_in_window += usize::from(planned.ready_at <= collect_by(order, centre));
            }
        }
    }
    tally
}
