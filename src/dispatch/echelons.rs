//! Both echelons routed under one assignment: trucks, then couriers from the moment their goods are ready; what then does not
//! fit is not served.

use super::assign::{AssignOption, Assigned, Assignment, Move, OrderOptions};
use super::costs::centre_cost;
use super::draft::DraftRoutes;
use super::effort::EchelonBudget;
use super::last_mile::{CentreRoutes, solve_last_mile};
use super::linehaul::{HubRoutes, WavesReady, solve_linehaul, waves_ready};
use super::places::DayPlaces;
use super::refusal::{Refusal, RefusalCause};
use super::storage::{Stores, orders_of};
use super::walks::walk_price;
use super::wave::leaves_by;
use coldmile_model::{Day, Order};
use coldmile_plan::Handover;
use coldmile_units::{Idx, Timestamp};
use coldmile_vrp::COST_SCALE;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is minimised, the first first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    /// Orders that are not served, each as often as its priority says.
    pub unserved: usize,
    /// Pickups that may be ready late though they need not be.
    pub late: usize,
    /// The price of the day in the solver's unit.
    pub price: i64,
}

/// The routes of trucks and couriers under one assignment.
#[derive(Clone)]
pub struct Echelons {
    /// The assignment that the routes carry out: orders that they could not serve have no choice any more.
    pub assignment: Assignment,
    /// The routes of every hub's trucks.
    pub hubs: Vec<Arc<HubRoutes>>,
    /// When every wave is ready at its centre.
    pub ready: WavesReady,
    /// The routes of every centre's couriers, by centre.
    pub centres: Vec<Arc<CentreRoutes>>,
    /// What it is worth.
    pub score: Score,
}

impl Echelons {
    /// Routes both echelons under an assignment, from the routes of `before` and, for couriers, of `draft` where there are
    /// some. An order that may be collected and that no courier can deliver becomes a pickup; trucks do not stop for orders
    /// that are not served; what a store has no capacity for is not served.
    pub fn solve(
        day: &Day,
        places: &DayPlaces,
        assignment: Assignment,
        (before, draft): (Option<&Self>, &DraftRoutes),
        budget: &EchelonBudget<'_>,
    ) -> Self {
        let mut assignment = assignment;
        let (hubs_before, centres_before) =
            before.map_or((&[][..], &[][..]), |before| (&before.hubs[..], &before.centres[..]));
        let (hubs, refused) = solve_linehaul(day, places, &assignment.assigned(), hubs_before, budget);
        let ready = waves_ready(day, &hubs);
        assignment.refuse(refused);

        let assigned = assignment.assigned();
        let (centres, refused) =
            solve_last_mile(day, places, &assigned, &ready, (centres_before, draft), budget);
        let refused = turn_into_pickups(&mut assignment, &ready, refused);
        assignment.refuse(refused);
        let mut routed = Self { assignment, hubs, ready, centres, score: Score::default() };
        routed.relieve_stores(day);
        routed.take_out_unserved(day);
        routed.score = routed.score(day);
        routed
    }

    /// The orders that are served.
    pub fn assigned(&self) -> Vec<Assigned> {
        self.assignment.assigned()
    }

    /// The routes of all couriers by the orders they serve.
    pub fn draft(&self) -> DraftRoutes {
        self.centres.iter().map(|routes| (routes.centre, routes.draft())).collect()
    }

    /// The same routes without the stop of an order, which is not served any more.
    pub fn without(&self, day: &Day, order: Idx<Order>) -> Self {
        let mut without = self.clone();
        let cause = RefusalCause::NoCourierTime;
        without.assignment.refuse(vec![Refusal { order, cause }]);
        let gone = BTreeSet::from([order]);
        for routes in &mut without.centres {
            if routes.orders.iter().any(|(known, _)| *known == order) {
                Arc::make_mut(routes).take_out(&gone);
            }
        }
        without.take_out_unserved(day);
        without.score = without.score(day);
        without
    }

    /// The same routes, of which those of the couriers and trucks that have to do with an order count as not searched yet.
    pub fn opened_around(&self, order: Idx<Order>) -> Self {
        let mut opened = self.clone();
        let chosen = opened.assignment.row_of(order).and_then(|row| opened.assignment.chosen(row)).copied();
        let Some(AssignOption { centre, .. }) = chosen else { return opened };
        for routes in opened.centres.iter_mut().filter(|routes| routes.centre == centre) {
            Arc::make_mut(routes).is_cut = true;
        }
        let brings = |hub: &HubRoutes| hub.consignments.iter().any(|row| row.orders.contains(&order));
        for hub in opened.hubs.iter_mut().filter(|hub| brings(hub)) {
            Arc::make_mut(hub).is_cut = true;
        }
        opened
    }

    /// What stands in the stores of the centres.
    pub fn stores<'a>(&self, day: &'a Day) -> Stores<'a> {
        Stores::new(day, &self.assigned(), &self.hubs, &self.centres)
    }

    /// Whether the trucks bring the wave of an option to its centre in time for it.
    pub fn is_in_time(&self, option: &AssignOption) -> bool {
        self.ready.get(&(option.centre, option.wave)).is_some_and(|wave| wave.ready <= option.ready_by)
    }

    /// The cheapest option of an order with which its family would collect it from what the trucks bring now, not later than
    /// it would now.
    pub fn cheapest_pickup(&self, row: Idx<OrderOptions>) -> Option<usize> {
        let may_be_late = self.assignment.chosen(row).is_some_and(|chosen| chosen.is_late);
        let options = self.assignment.orders[row].options.iter().enumerate();
        options
            .filter(|(_, option)| option.handover == Handover::Pickup && (may_be_late || !option.is_late))
            .filter(|(_, option)| self.is_in_time(option))
            .min_by_key(|(at, option)| (option.cost, option.walk, *at))
            .map(|(at, _)| at)
    }

    /// When an order would be in the store of an option's centre: from when its truck comes, or has to come where none does
    /// yet, until it leaves.
    pub fn stay(&self, day: &Day, option: &AssignOption, order: Idx<Order>) -> (Timestamp, Timestamp) {
        let handling = day.network.sites()[option.centre].handling;
        let ready = self.ready.get(&(option.centre, option.wave));
        let from = ready.map_or(day.network.waves[option.wave].centre_due, |wave| wave.ready - wave.sorting);
        let until = match option.handover {
            Handover::Pickup => leaves_by(day, &day.orders[order], option.centre, option.handover),
            // The courier loads before the window opens, or as soon as the goods are ready.
            Handover::Door => day.orders[order].window.open().max(from + handling),
        };
        (from, until)
    }

    /// Puts an order into the store from which its family would collect it by this move, in place of where it stands in
    /// `stores`, if there is space all the time; says whether there is.
    pub fn fits_as_pickup(&self, day: &Day, stores: &mut Stores<'_>, step: Move) -> bool {
        let row = &self.assignment.orders[step.order];
        let option = &row.options[step.option];
        let stay = self.stay(day, option, row.order);
        stores.change(row.order, option.centre, stay)
    }

    /// Takes orders out until no store is overfull. Couriers' times change with each that goes, so it is looked at again.
    fn relieve_stores(&mut self, day: &Day) {
        loop {
            let out = self.stores(day).overflow();
            if out.is_empty() {
                return;
            }
            let gone = orders_of(&out);
            self.assignment.refuse(out);
            for routes in &mut self.centres {
                if routes.orders.iter().any(|(order, _)| gone.contains(order)) {
                    Arc::make_mut(routes).take_out(&gone);
                }
            }
        }
    }

    /// Takes the stops out of the trucks' routes for which no order is left.
    fn take_out_unserved(&mut self, day: &Day) {
        let mut served = vec![false; day.orders.len()];
        for row in self.assignment.orders.indices() {
            served[self.assignment.orders[row].order.get()] = self.assignment.picks[row.get()].is_some();
        }
        for hub in &mut self.hubs {
            let is_empty = |consignment: &super::linehaul::Consignment| {
                consignment.orders.iter().all(|order| !served[order.get()])
            };
            if hub.consignments.iter().any(is_empty) {
                Arc::make_mut(hub).keep(&served);
            }
        }
        self.ready = waves_ready(day, &self.hubs);
    }

    fn score(&self, day: &Day) -> Score {
        let assigned = self.assigned();
        let trucks: i64 = self.hubs.iter().map(|hub| hub.solution.cost).sum();
        let couriers: i64 = self.centres.iter().map(|centre| centre.solution.cost).sum();
        let walks = walk_price(day, assigned.iter().map(|row| row.walk).sum());
        let priority = |order: Idx<Order>| usize::from(day.orders[order].priority);
        let unserved =
            self.assignment.unserved().map(|row| priority(self.assignment.orders[row].order)).sum();
        let rows = self.assignment.orders.indices();
        let late =
            rows.filter(|&row| self.assignment.chosen(row).is_some_and(|chosen| chosen.is_late)).count();
        let price = trucks + couriers + centre_cost(day, &assigned).0 * COST_SCALE + walks;
        Score { unserved, late, price }
    }
}

/// Makes pickups of the refused orders that may be collected from the same wave; returns the refusals that remain.
fn turn_into_pickups(assignment: &mut Assignment, ready: &WavesReady, refused: Vec<Refusal>) -> Vec<Refusal> {
    let mut remain = Vec::new();
    for refusal in refused {
        let pickup = assignment.row_of(refusal.order).and_then(|row| {
            let chosen = assignment.chosen(row)?;
            let option = assignment.orders[row].find(chosen.centre, chosen.wave, Handover::Pickup)?;
            let ready = ready.get(&(chosen.centre, chosen.wave))?;
            let is_in_time = ready.ready <= assignment.orders[row].options[option].ready_by;
            is_in_time.then_some(Move { order: row, option })
        });
        match pickup {
            Some(pickup) => assignment.apply(&[pickup]),
            None => remain.push(refusal),
        }
    }
    remain
}
