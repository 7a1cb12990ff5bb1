//! The audit of a plan: all rules, then road and temperatures.

use super::case::{Case, collect_by};
use super::cold::{ColdMargin, replay};
use super::report::{AuditReport, Punctuality};
use super::roads::Roads;
use super::rules::list::{ID_RULES, VALUE_RULES};
use super::rules::{claims, direct, figures, legs, walks};
use super::violation::Violation;
use coldmile_model::Day;
use coldmile_plan::{DayPlan, Handover};

/// Checks a plan against its day and the road.
///
/// Every figure of the plan is recomputed from the day, the orders and `roads`. Not checked: the plan's attribution, and claims
/// about unplanned orders that only a search could prove. The report is the same on any number of threads. If a figure of the plan is beyond all reason (`audit/absurd-figure`), the rules that
/// calculate do not run, and distances and temperatures are missing from the report.
pub fn audit(day: &Day, plan: &DayPlan, roads: &dyn Roads) -> AuditReport {
    let case = Case::new(day, plan);
    let mut violations = Vec::new();
    for rule in ID_RULES {
        rule(&case, &mut violations);
    }
    let (mut distance, mut parcels) = (legs::RoadDistance::default(), Vec::new());
    if figures::are_reasonable(&case, &mut violations) {
        for rule in VALUE_RULES {
            rule(&case, &mut violations);
        }
        distance = legs::legs(&case, roads, &mut violations);
        walks::walks(&case, roads, &mut violations);
        claims::claims(&case, roads, &mut violations);
        direct::direct(&case, roads, &mut violations);
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
        cold: ColdMargin::smallest(&parcels),
        parcels,
    }
}

fn punctuality(case: &Case) -> Punctuality {
    let mut count = Punctuality::default();
    for planned in &case.plan.orders {
        let Some((order, centre)) = case.order(&planned.order).zip(case.site(&planned.centre)) else {
            continue;
        };
        match planned.handover {
            Handover::Door => {
                let visit = planned.delivery.as_ref().and_then(|delivery| {
                    case.run(&delivery.run)?.trips.get(delivery.trip)?.stops.get(delivery.stop)
                });
                count.doors += 1;
                count.doors_in_window +=
                    usize::from(visit.is_some_and(|stop| order.window.contains(stop.starts_at)));
            }
            Handover::Pickup => {
                count.pickups += 1;
                count.pickups_at_start += usize::from(planned.ready_at <= order.window.open());
                count.pickups_in_window += usize::from(planned.ready_at <= collect_by(order, centre));
            }
        }
    }
    count
}
