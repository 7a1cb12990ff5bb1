//! What one order costs the day: the price of a plan less that of the plan without it, from this plan as the start.
//!
//! Trucks and couriers that have to do with the order are searched again twice, with the same number of iterations each: with the
//! order, from the plan's routes, and without it, from the routes found so. What the first search gains has nothing to do with
//! the order and does not count. Other orders keep their centre, wave and handover.

use super::assign::{Assignment, Move, OrderOptions, options};
use super::control::{DispatchConfig, Effort, PlanControl};
use super::crews::crews_of;
use super::draft::{DraftRoute, DraftRoutes};
use super::echelons::{Echelons, Score};
use super::effort::{DayBudget, EchelonBudget};
use super::error::DispatchError;
use super::linehaul::{crew_of, linehaul_of_plan, waves_ready};
use super::pipeline::priced;
use super::places::DayPlaces;
use coldmile_model::{Day, Order};
use coldmile_plan::{DayPlan, Echelon, StopPlace, Trip};
use coldmile_road::RoadMap;
use coldmile_units::{Id, Idx, Money, Seed, Table};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a day costs, and its objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayPrice {
    /// What is paid.
    pub cost: Money,
    /// What planning minimises.
    pub objective: Money,
}

/// A day with one of its orders, and without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marginal {
    /// The plan as it is.
    pub plan: DayPrice,
    /// The plan after its routes around the order were searched again.
    pub with: DayPrice,
    /// The same without the order.
    pub without: DayPrice,
}

impl Marginal {
    /// What the order adds to what is paid.
    pub fn cost(&self) -> Money {
        self.with.cost - self.without.cost
    }

    /// What the order adds to the objective.
    pub fn objective(&self) -> Money {
        self.with.objective - self.without.objective
    }
}

/// An order of which the marginal cost cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum MarginalError {
    /// The plan does not serve it.
    #[error("the plan does not serve order {order}")]
    NotServed {
        /// The order.
        order: Id<Order>,
    },
    /// The plan is not one of this day: it serves an order in a form that is not possible on it.
    #[error(
        "order {order} cannot be served on this day as the plan does it; the files are not those of the plan"
    )]
    OtherDay {
        /// The order.
        order: Id<Order>,
    },
    /// The day cannot be planned on the map at all.
    #[error(transparent)]
    Dispatch(#[from] DispatchError),
}

/// Prices the day of a plan with and without one of the orders that it serves. Each routing problem around the order is searched for
/// so many iterations, twice; the answer is the same on any machine.
///
/// # Errors
/// When the plan does not serve the order, or is not a plan of this day and map.
pub fn marginal(
    (day, map): (&Day, &RoadMap),
    plan: &DayPlan,
    order: &Id<Order>,
    (seed, iterations): (Seed, u64),
) -> Result<Marginal, MarginalError> {
    let control = PlanControl::default();
    let budget = DayBudget::new(DispatchConfig { seed, effort: Effort::Iterations(iterations) }, &control);
    let known = day.orders.enumerate().find(|(_, row)| row.id == *order).map(|(position, _)| position);
    let is_served = plan.orders.iter().any(|planned| planned.order == *order);
    let not_served = || MarginalError::NotServed { order: order.clone() };
    let position = known.filter(|_| is_served).ok_or_else(not_served)?;
    let places = DayPlaces::without_matrices(day, map)?;
    let planned = of_plan((day, &places), plan, budget)?;
    let search = |start: &Echelons| {
        let limit = EchelonBudget::Changed(budget.quick(iterations));
        let assignment = start.assignment.clone();
        let found = Echelons::solve(day, &places, assignment, (Some(start), &DraftRoutes::new()), &limit);
        if found.score <= start.score { found } else { start.clone() }
    };
    let with = search(&planned.opened_around(position));
    let without = search(&with.without(day, position));
    let price = |state: &Echelons| {
        let totals = priced(day, &places, state).totals;
        DayPrice { cost: totals.cost, objective: totals.objective }
    };
    let totals = &plan.totals;
    let stated = DayPrice { cost: totals.cost, objective: totals.objective };
    Ok(Marginal { plan: stated, with: price(&with), without: price(&without) })
}

/// The day as a plan has it: its choices, and its routes without any search.
fn of_plan(
    (day, places): (&Day, &DayPlaces),
    plan: &DayPlan,
    budget: DayBudget<'_>,
) -> Result<Echelons, MarginalError> {
    let assignment = assignment_of(day, places, plan)?;
    let limit = budget.quick(0);
    let hubs = linehaul_of_plan((day, places), &assignment.assigned(), plan, &limit);
    let start = Echelons {
        ready: waves_ready(day, &hubs),
        assignment: assignment.clone(),
        hubs,
        centres: Vec::new(),
        score: Score::default(),
    };
    let draft = last_mile_of(day, plan);
    Ok(Echelons::solve(day, places, assignment, (Some(&start), &draft), &EchelonBudget::Changed(limit)))
}

/// Every order's options, of which the plan's is chosen.
fn assignment_of(day: &Day, places: &DayPlaces, plan: &DayPlan) -> Result<Assignment, MarginalError> {
    let position: BTreeMap<&Id<Order>, Idx<Order>> =
        day.orders.enumerate().map(|(position, order)| (&order.id, position)).collect();
    let served: BTreeSet<Idx<Order>> =
        plan.orders.iter().filter_map(|planned| position.get(&planned.order).copied()).collect();
    let rows = options(day, places, &served.into_iter().collect::<Vec<_>>()).0;
    let count = rows.len();
    let mut assignment = Assignment {
        orders: Arc::new(Table::from(rows)),
        picks: vec![None; count],
        causes: vec![None; count],
    };
    let moves: Result<Vec<Move>, MarginalError> = (plan.orders.par_iter())
        .map(|planned| {
            let network = &day.network;
            let found = || {
                let row = assignment.row_of(*position.get(&planned.order)?)?;
                let centre = network.site_by_id(planned.centre.as_str())?;
                let wave = network.waves.enumerate().find(|(_, wave)| wave.id == planned.wave)?.0;
                let known: &OrderOptions = &assignment.orders[row];
                Some(Move { order: row, option: known.find(centre, wave, planned.handover)? })
            };
            found().ok_or_else(|| MarginalError::OtherDay { order: planned.order.clone() })
        })
        .collect();
    assignment.apply(&moves?);
    Ok(assignment)
}

/// The couriers' routes of a plan.
fn last_mile_of(day: &Day, plan: &DayPlan) -> DraftRoutes {
    let position: BTreeMap<&Id<Order>, Idx<Order>> =
        day.orders.enumerate().map(|(position, order)| (&order.id, position)).collect();
    let served = |trip: &Trip| {
        let doors = trip.stops.iter().filter_map(|stop| match &stop.place {
            StopPlace::Door { order } => position.get(order).copied(),
            StopPlace::Centre { .. } => None,
        });
        doors.collect()
    };
    let mut draft = DraftRoutes::new();
    for run in plan.runs.iter().filter(|run| run.echelon == Echelon::LastMile) {
        let Some(centre) = day.network.site_by_id(run.base.as_str()) else { continue };
        let Some(crew) = crew_of(day, &crews_of(day, centre), run) else { continue };
        let route = DraftRoute { crew, trips: run.trips.iter().map(served).collect() };
        draft.entry(centre).or_default().push(route);
    }
    draft
}
