//! Both echelons under one assignment: trucks, then couriers when their goods are there.

use super::assign::{Assigned, Assignment};
use super::control::Phase;
use super::costs::centre_cost;
use super::effort::{Search, Span};
use super::last_mile::{CentreRoutes, solve_last_mile};
use super::linehaul::{HubRoutes, Ready, ready_times, solve_linehaul};
use super::places::Places;
use super::refusal::Refusal;
use super::wave::leaves_by;
use coldmile_model::{Day, Fulfilment};
use coldmile_plan::Handover;
use std::collections::{BTreeMap, BTreeSet};

/// When each echelon is routed.
#[derive(Clone, Copy)]
pub struct Spans {
    /// Trucks.
    pub linehaul: Span,
    /// Couriers.
    pub last_mile: Span,
}

/// What trucks and couriers do under one assignment.
pub struct Echelons {
    /// The trucks of every hub.
    pub hubs: Vec<HubRoutes>,
    /// When every wave is ready at its centre.
    pub ready: Ready,
    /// The couriers of every centre.
    pub centres: Vec<CentreRoutes>,
    /// Who is served.
    pub assigned: Vec<Assigned>,
    /// Who is not.
    pub refusals: Vec<Refusal>,
}

impl Echelons {
    /// Routes both; families that accept both door and pickup collect what no courier can bring.
    pub fn solve(
        day: &Day,
        places: &Places,
        assignment: &Assignment,
        spans: Spans,
        search: Search<'_>,
    ) -> Self {
        let mut assigned = assignment.assigned();
        let mut refusals = assignment.refusals.clone();
        let trucks = search.phase(Phase::Linehaul, spans.linehaul);
        let (hubs, refused) = solve_linehaul(day, places, &assigned, &trucks);
        let ready = ready_times(day, &hubs);
        drop_refused(&mut assigned, &refused);
        refusals.extend(refused);

        let couriers = search.phase(Phase::LastMile, spans.last_mile);
        let (centres, refused) = solve_last_mile(day, places, &assigned, &ready, &couriers);
        let refused = collect_instead(day, &mut assigned, &ready, refused);
        drop_refused(&mut assigned, &refused);
        refusals.extend(refused);
        Self { hubs, ready, centres, assigned, refusals }
    }

    /// What is compared: how many are refused, then money in the solver's unit.
    pub fn score(&self, day: &Day) -> (usize, i64) {
        let trucks: i64 = self.hubs.iter().map(|hub| hub.solution.cost).sum();
        let couriers: i64 = self.centres.iter().map(|centre| centre.solution.cost).sum();
        (
            self.refusals.len(),
            trucks + couriers + centre_cost(day, &self.assigned).0 * coldmile_vrp::COST_SCALE,
        )
    }
}

/// Families that accept both collect what no courier can bring; returns the refusals that remain.
///
/// The room was reserved until the door's window closes, which is no earlier than the last moment of a pickup.
fn collect_instead(
    day: &Day,
    assigned: &mut [Assigned],
    ready: &Ready,
    refused: Vec<Refusal>,
) -> Vec<Refusal> {
    let positions: BTreeMap<_, _> =
        assigned.iter().enumerate().map(|(position, row)| (row.order, position)).collect();
    let mut remain = Vec::new();
    for refusal in refused {
        let order = &day.orders[refusal.order];
        let row = &mut assigned[positions[&refusal.order]];
        let latest = leaves_by(day, order, row.centre, Handover::Pickup);
        if order.fulfilment == Fulfilment::Either && ready[&(row.centre, row.wave)] <= latest {
            row.handover = Handover::Pickup;
        } else {
            remain.push(refusal);
        }
    }
    remain
}

fn drop_refused(assigned: &mut Vec<Assigned>, refused: &[Refusal]) {
    let gone: BTreeSet<_> = refused.iter().map(|refusal| refusal.order).collect();
    assigned.retain(|row| !gone.contains(&row.order));
}
