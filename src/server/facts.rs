//! What has happened is a fact: a plan that contradicts it cannot be published.

use super::error::{ApiProblem, Flaw};
use super::indexed_plan::IndexedPlan;
use super::live_plan::LivePlan;
use coldmile_plan::OrderState;

/// Refuses a plan that takes an order on board away from its courier, or plans again what the family has: 409 with one flaw
/// an order.
pub(super) fn check_facts(live: &LivePlan, plan: &IndexedPlan) -> Result<(), ApiProblem> {
    let flaws: Vec<Flaw> = live
        .progress
        .orders()
        .filter_map(|(order, progress)| contradiction(&live.indexed, plan, order.as_str(), progress.state))
        .collect();
    if flaws.is_empty() {
        return Ok(());
    }
    let detail = format!("the plan contradicts what has happened to {} orders", flaws.len());
    let problem = ApiProblem::conflict("plan/contradicts-events", detail);
    Err(flaws.into_iter().fold(problem, |problem, flaw| problem.flaw(&flaw.pointer, &flaw.code, flaw.detail)))
}

/// How `plan` contradicts the state that an order has come to by the plan of the day.
fn contradiction(today: &IndexedPlan, plan: &IndexedPlan, order: &str, state: OrderState) -> Option<Flaw> {
    let is_same = || {
        let (Some(old), Some(new)) = (today.planned(order), plan.planned(order)) else { return false };
        let courier = |plan: &IndexedPlan| plan.run_of_order(order).map(|run| run.courier.clone());
        old.handover == new.handover && old.centre == new.centre && courier(today) == courier(plan)
    };
    let (code, detail) = match state {
        OrderState::Planned | OrderState::AtCentre | OrderState::Failed => return None,
        OrderState::Out => {
            ("plan/on-board", "the order is on its courier's vehicle, and the plan gives it to another")
        }
        OrderState::Delivered | OrderState::Collected => {
            ("plan/done", "the family has the order, and the plan has it handed over differently")
        }
    };
    let flaw =
        || Flaw { pointer: format!("/orders/{order}"), code: code.to_owned(), detail: detail.to_owned() };
    (!is_same()).then(flaw)
}
