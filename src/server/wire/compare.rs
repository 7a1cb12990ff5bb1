//! Two plans side by side.

use super::figures::FiguresView;
use crate::indexed_plan::IndexedPlan;
use coldmile_plan::PlannedOrder;
use serde::Serialize;
use utoipa::ToSchema;

/// Two plans side by side.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CompareView {
    /// Sums of both.
    figures: FiguresPair,
    /// Orders that another run serves.
    moved: Vec<MovedView>,
    /// Orders only the second serves.
    added: Vec<String>,
    /// Orders only the first serves.
    removed: Vec<String>,
    /// Orders whose promise differs by a minute or more.
    eta_changed: Vec<EtaChangedView>,
}

/// Sums of two plans.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FiguresPair {
    a: FiguresView,
    b: FiguresView,
}

/// An order that another run serves. The run of a pickup is the truck that brings it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MovedView {
    order: String,
    from: String,
    to: String,
}

/// A changed promise.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EtaChangedView {
    order: String,
    from_at: i64,
    to_at: i64,
}

impl CompareView {
    pub(crate) fn new(a: &IndexedPlan, b: &IndexedPlan) -> Self {
        let mut view = Self {
            figures: FiguresPair {
                a: FiguresView::new(&a.plan, &a.report),
                b: FiguresView::new(&b.plan, &b.report),
            },
            moved: Vec::new(),
            added: Vec::new(),
            removed: Vec::new(),
            eta_changed: Vec::new(),
        };
        for before in &a.plan.orders {
            let order = before.order.to_string();
            let Some(after) = b.planned(&order) else {
                view.removed.push(order);
                continue;
            };
            let (from, to) = (run_of(before), run_of(after));
            if from != to {
                view.moved.push(MovedView { order: order.clone(), from, to });
            }
            let (from_at, to_at) = (eta_of(before), eta_of(after));
            if (from_at - to_at).abs() >= 60 {
                view.eta_changed.push(EtaChangedView { order, from_at, to_at });
            }
        }
        let added = b.plan.orders.iter().filter(|planned| a.planned(planned.order.as_str()).is_none());
        view.added = added.map(|planned| planned.order.to_string()).collect();
        view
    }
}

fn run_of(planned: &PlannedOrder) -> String {
    planned.delivery.as_ref().map_or(&planned.linehaul, |delivery| &delivery.run).to_string()
}

/// The promise: the courier's visit, or when a pickup is ready.
fn eta_of(planned: &PlannedOrder) -> i64 {
    planned.delivery.as_ref().map_or(planned.ready_at, |delivery| delivery.at).unix()
}
