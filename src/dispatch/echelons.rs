//! Both echelons routed under one assignment: trucks, then couriers from the moment their goods are ready.

use super::assign::{Assigned, Assignment};
use super::control::Phase;
use super::costs::centre_cost;
use super::draft::DraftRoutes;
use super::effort::{BudgetShare, DayBudget};
use super::last_mile::{CentreRoutes, solve_last_mile};
use super::linehaul::{HubRoutes, WavesReady, solve_linehaul, waves_ready};
use super::places::DayPlaces;
use super::refusal::Refusal;
use super::wave::leaves_by;
use coldmile_model::{Day, Fulfilment};
use coldmile_plan::Handover;
use std::collections::{BTreeMap, BTreeSet};

/// The parts of the day's limit that the two echelons have.
#[derive(Clone, Copy)]
pub struct EchelonShares {
    /// Trucks.
    pub linehaul: BudgetShare,
    /// Couriers.
    pub last_mile: BudgetShare,
}

/// The routes of trucks and couriers under one assignment.
pub struct Echelons {
    /// The routes of every hub's trucks.
    pub hubs: Vec<HubRoutes>,
    /// When every wave is ready at its centre.
    pub ready: WavesReady,
    /// The routes of every centre's couriers.
    pub centres: Vec<CentreRoutes>,
    /// Orders that are served.
    pub assigned: Vec<Assigned>,
    /// Orders that are not.
    pub refusals: Vec<Refusal>,
}

impl Echelons {
    /// Routes both echelons, couriers from the routes of `draft` where it has some. An order that accepts both handovers and that no courier can deliver becomes a pickup; trucks
    /// do not stop for orders that are refused.
    pub fn solve(
        day: &Day,
        places: &DayPlaces,
        assignment: &Assignment,
        draft: &DraftRoutes,
        shares: EchelonShares,
        budget: DayBudget<'_>,
    ) -> Self {
        let mut assigned = assignment.assigned();
        let mut refusals = assignment.refusals.clone();
        let trucks = budget.phase(Phase::Linehaul, shares.linehaul);
        let (mut hubs, refused) = solve_linehaul(day, places, &assigned, &trucks);
        let ready = waves_ready(day, &hubs);
        remove_refused(&mut assigned, &refused);
        refusals.extend(refused);

        let couriers = budget.phase(Phase::LastMile, shares.last_mile);
        let (centres, refused) = solve_last_mile(day, places, &assigned, &ready, draft, &couriers);
        let refused = turn_into_pickups(day, &mut assigned, &ready, refused);
        remove_refused(&mut assigned, &refused);
        if !refused.is_empty() {
            let kept: BTreeSet<_> = assigned.iter().map(|row| row.order).collect();
            for hub in &mut hubs {
                hub.keep(&kept);
            }
        }
        let ready = waves_ready(day, &hubs);
        refusals.extend(refused);
        Self { hubs, ready, centres, assigned, refusals }
    }

    /// The routes of all couriers by the orders they serve.
    pub fn draft(&self) -> DraftRoutes {
        self.centres.iter().map(|routes| (routes.centre, routes.draft())).collect()
    }

    /// The objective of two drafts of a plan: number of refusals first, then cost in the solver's unit.
    pub fn score(&self, day: &Day) -> (usize, i64) {
        let trucks: i64 = self.hubs.iter().map(|hub| hub.solution.cost).sum();
        let couriers: i64 = self.centres.iter().map(|centre| centre.solution.cost).sum();
        (
            self.refusals.len(),
            trucks + couriers + centre_cost(day, &self.assigned).0 * coldmile_vrp::COST_SCALE,
        )
    }
}

/// Makes pickups of the refused orders that accept both handovers; returns the refusals that remain.
///
/// The storage capacity was reserved until the door's window closes, which is no earlier than the last moment of a pickup.
fn turn_into_pickups(
    day: &Day,
    assigned: &mut [Assigned],
    ready: &WavesReady,
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

fn remove_refused(assigned: &mut Vec<Assigned>, refused: &[Refusal]) {
    let gone: BTreeSet<_> = refused.iter().map(|refusal| refusal.order).collect();
    assigned.retain(|row| !gone.contains(&row.order));
}
