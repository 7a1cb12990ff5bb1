//! The whole pipeline from a day to its plan: [`plan_day`].

use super::assign::{Assigned, Assignment, assign};
use super::control::{DispatchConfig, Phase, PlanControl};
use super::costs::{centre_cost, share_costs};
use super::day_search::DaySearch;
use super::direct::compare_with_direct;
use super::draft::DraftRoutes;
use super::echelons::Echelons;
use super::effort::{BudgetShare, DayBudget, EchelonBudget};
use super::error::DispatchError;
use super::exchange::{MAX_CLUSTER_DOORS, clusters, exchange};
use super::lateness::price_of_lateness;
use super::linehaul::WavesReady;
use super::no_prices::{has_prices, no_prices_warning, with_stand_in_prices};
use super::places::DayPlaces;
use super::publish::{Lines, publish_all, time_to_publish};
use super::refusal::{Refusal, RefusalCause};
use super::relax::{Tried, obstacle_alone, relax, why_not_placed};
use super::run::PublishedRun;
use super::walks::{price_of_walks, walks_of};
use super::wave::leaves_by;
use coldmile_model::{Day, Order};
use coldmile_plan::{
    DayPlan, Delivery, Echelon, Footprint, Handover, ObjectiveParts, PLAN_VERSION, PlannedOrder, Totals,
    UnplannedOrder, Walk, Wave,
};
use coldmile_road::RoadMap;
use coldmile_units::{Idx, Metres, Money, Seconds};
use rayon::iter::Either;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

// Shares of the day's time limit; under a limit of iterations they only scale the progress that is reported. Trucks get
// little because their problems are small (some consignments a hub). All shares were set by judgement, not tuned.

/// The first routes, from which the search over the day begins: trucks, then couriers.
const FIRST: (BudgetShare, BudgetShare) = (BudgetShare::new(0.0, 0.02), BudgetShare::new(0.02, 0.08));
/// Rounds of the search over the day. Each lets centres exchange single doors, searches the routes of both echelons anew from
/// those it has, and then changes centres, waves and handovers of many orders together.
const ROUNDS: [Round; 2] = [
    Round {
        exchange: BudgetShare::new(0.08, 0.26),
        linehaul: BudgetShare::new(0.26, 0.28),
        last_mile: BudgetShare::new(0.28, 0.32),
        changes: BudgetShare::new(0.32, 0.76),
    },
    Round {
        exchange: BudgetShare::new(0.76, 0.84),
        linehaul: BudgetShare::new(0.84, 0.86),
        last_mile: BudgetShare::new(0.86, 0.90),
        changes: BudgetShare::new(0.90, 0.99),
    },
];

/// The trials of changes that would admit orders which are not served. Where there are such orders the search ends as these begin.
const TRIALS: BudgetShare = BudgetShare::new(0.91, 0.99);

/// The parts of the day's limit that one round has.
struct Round {
    changes: BudgetShare,
    exchange: BudgetShare,
    linehaul: BudgetShare,
    last_mile: BudgetShare,
}

/// Plans a day: every order is in [`DayPlan::orders`] or, with its reason, in [`DayPlan::unplanned`].
///
/// The same inputs, seed and [`Effort::Iterations`](crate::Effort::Iterations) give the same plan on any number of
/// threads. Fails only where the map cannot serve the day at all, see [`DispatchError`].
pub fn plan_day(
    day: &Day,
    map: &RoadMap,
    config: &DispatchConfig,
    control: &PlanControl<'_>,
) -> Result<DayPlan, DispatchError> {
    if has_prices(day) {
        return plan_priced((day, day), map, config, control);
    }
    control.warn(&no_prices_warning());
    plan_priced((day, &with_stand_in_prices(day)), map, config, control)
}

/// Plans a day by the prices of its copy `day`; the plan says what it costs by those of `stated`.
fn plan_priced(
    (stated, day): (&Day, &Day),
    map: &RoadMap,
    config: &DispatchConfig,
    control: &PlanControl<'_>,
) -> Result<DayPlan, DispatchError> {
    let budget = DayBudget::new(*config, control);
    control.report(Phase::Matrix, 0.0);
    let places = DayPlaces::new(day, map)?;
    for warning in places.off_road_bases(day) {
        control.warn(&warning);
    }
    let mut refusals = if day.couriers.is_empty() { no_staff_on_duty(day) } else { places.off_road(day) };

    control.report(Phase::Assign, 0.0);
    let refused: BTreeSet<_> = refusals.iter().map(|refusal| refusal.order).collect();
    let orders: Vec<_> = day.orders.indices().filter(|order| !refused.contains(order)).collect();
    let (assignment, without_option) = assign(day, &places, &orders);
    refusals.extend(without_option);
    let mut search = DaySearch::new(day, &places, budget);
    let best = search_day(&mut search, assignment, !refusals.is_empty());
    let assigned = best.assigned();
    let unplanned = unplanned((day, &places), &best, &refusals, search.budget);

    control.report(Phase::Publish, 0.0);
    let day = stated;
    let runs = publish_all(day, &places, (&best.hubs, &best.centres), &assigned, Lines::Drawn);
    let walks = walks_of(&places, &assigned);
    let mut plan = compose(day, runs, (&assigned, &walks), &best.ready, unplanned);
    plan.totals.direct = Some(compare_with_direct(day, &places, &plan.runs, &mut plan.orders));
    Ok(plan)
}

/// The plan of these routes without what only people look at: lines on the map, orders straight from their hubs, and reasons of orders
/// that are not served.
pub fn priced(day: &Day, places: &DayPlaces, state: &Echelons) -> DayPlan {
    let assigned = state.assigned();
    let runs = publish_all(day, places, (&state.hubs, &state.centres), &assigned, Lines::Omitted);
    compose(day, runs, (&assigned, &walks_of(places, &assigned)), &state.ready, Vec::new())
}

/// The best day that the rounds of the search find.
fn search_day(search: &mut DaySearch<'_>, assignment: Assignment, has_refusals: bool) -> Echelons {
    let DaySearch { day, places, budget, .. } = *search;
    let first = EchelonBudget::whole(budget, FIRST.0, FIRST.1);
    let mut best = Echelons::solve(day, places, assignment, (None, &DraftRoutes::new()), &first);
    let budget = budget.holding_back(time_to_publish(
        day,
        places,
        (&best.hubs, &best.centres),
        &best.assigned(),
        budget,
    ));
    search.budget = budget;
    for round in ROUNDS {
        let clusters = clusters(&best, None, (MAX_CLUSTER_DOORS, places.sizes().len()));
        let (moved, draft) = if clusters.is_empty() {
            (best.assignment.clone(), DraftRoutes::new())
        } else {
            let phase = budget.phase(Phase::Exchange, round.exchange);
            exchange(day, places, &best, &clusters, &phase)
        };
        let limits = EchelonBudget::whole(budget, round.linehaul, round.last_mile);
        let exchanged = Echelons::solve(day, places, moved, (Some(&best), &draft), &limits);
        let has_trials = has_refusals || exchanged.score.unserved > 0;
        let changes = if has_trials { round.changes.until(TRIALS) } else { round.changes };
        let exchanged = search.serve(exchanged, changes);
        if exchanged.score < best.score {
            best = exchanged;
        }
        best = search.improve(best, changes);
    }
    best
}

/// The entry of every order that is not served: `refusals` are those without an option.
fn unplanned(
    (day, places): (&Day, &DayPlaces),
    best: &Echelons,
    refusals: &[Refusal],
    budget: DayBudget<'_>,
) -> Vec<UnplannedOrder> {
    let stores = best.stores(day);
    let left: Vec<Refusal> = best.assignment.refusals().collect();
    // What no empty vehicle could bring is as impossible as what has no option.
    let obstacles: Vec<Option<RefusalCause>> = (left.par_iter())
        .map(|refusal| {
            let is_over = budget.is_over(TRIALS.end(), Duration::ZERO);
            if is_over { None } else { obstacle_alone((day, places), best, refusal.order, budget) }
        })
        .collect();
    let (impossible, not_placed): (Vec<Refusal>, Vec<Refusal>) = (left.into_par_iter().zip(obstacles))
        .partition_map(|(refusal, obstacle)| match obstacle {
            Some(cause) => Either::Left(Refusal { cause, ..refusal }),
            None => Either::Right(why_not_placed(day, best, &stores, refusal)),
        });
    let refusals: Vec<Refusal> = refusals.iter().cloned().chain(impossible).collect();
    let all: Vec<Refusal> = refusals.iter().chain(&not_placed).cloned().collect();
    // What could be placed is tried first: a change helps it more often, and takes less.
    let by_need: Vec<Refusal> = not_placed.iter().chain(&refusals).cloned().collect();
    let mut tried = relax((day, places), best, &by_need, budget, TRIALS);
    let entries = (refusals.iter().map(|refusal| refusal.publish(day)))
        .chain(not_placed.iter().map(|refusal| refusal.publish_tried(day)));
    entries
        .zip(&all)
        .map(|(entry, refusal)| {
            let Tried { kinds, relaxations } = tried.remove(&refusal.order).unwrap_or_default();
            UnplannedOrder { tried: kinds.into_iter().collect(), relaxations, ..entry }
        })
        .collect()
}

fn no_staff_on_duty(day: &Day) -> Vec<Refusal> {
    day.orders.indices().map(|order| Refusal { order, cause: RefusalCause::NoStaffOnDuty }).collect()
}

/// A stop by its positions: run of the plan, trip of the run, stop of the trip.
#[derive(Clone, Copy)]
struct StopPosition {
    run: usize,
    trip: usize,
    stop: usize,
}

/// The stop of this echelon at which each order is handed over.
fn visits(runs: &[PublishedRun], echelon: Echelon) -> BTreeMap<Idx<Order>, StopPosition> {
    let mut visits = BTreeMap::new();
    for (run, published) in runs.iter().enumerate().filter(|(_, row)| row.run.echelon == echelon) {
        for (trip, stops) in published.orders.iter().enumerate() {
            for (stop, orders) in stops.iter().enumerate() {
                visits.extend(orders.iter().map(|&order| (order, StopPosition { run, trip, stop })));
            }
        }
    }
    visits
}

/// The plan of these runs, with what it says of every order, wave and sum.
fn compose(
    day: &Day,
    runs: Vec<PublishedRun>,
    (assigned, walks): (&[Assigned], &BTreeMap<Idx<Order>, Walk>),
    ready: &WavesReady,
    mut unplanned: Vec<UnplannedOrder>,
) -> DayPlan {
    let brought = visits(&runs, Echelon::Linehaul);
    let delivered = visits(&runs, Echelon::LastMile);
    let mut orders: Vec<PlannedOrder> = assigned
        .iter()
        .map(|row| {
            let delivery = delivered.get(&row.order).map(|&StopPosition { run, trip, stop }| {
                let run = &runs[run].run;
                (
                    run.trips[trip].loads_at,
                    Delivery { run: run.id.clone(), trip, stop, at: run.trips[trip].stops[stop].starts_at },
                )
            });
            let (leaves_at, delivery) = delivery.unzip();
            let order = &day.orders[row.order];
            PlannedOrder {
                order: order.id.clone(),
                centre: day.network.sites()[row.centre].id.clone(),
                wave: day.network.waves[row.wave].id.clone(),
                handover: row.handover,
                linehaul: runs[brought[&row.order].run].run.id.clone(),
                ready_at: ready[&(row.centre, row.wave)].ready,
                leaves_at: leaves_at.unwrap_or_else(|| leaves_by(day, order, row.centre, row.handover)),
                delivery,
                walk: walks.get(&row.order).copied(),
                cost: coldmile_plan::CostShare::default(),
                footprint: None,
                direct: None,
            }
        })
        .collect();
    orders.sort_by(|a, b| a.order.cmp(&b.order));
    share_costs(day, &runs, &mut orders);
    unplanned.sort_by(|a, b| a.order.cmp(&b.order));
    let runs: Vec<_> = runs.into_iter().map(|published| published.run).collect();
    let mut plan = DayPlan {
        version: PLAN_VERSION,
        name: day.name.clone(),
        date: day.date.to_string(),
        timezone: day.timezone.clone(),
        currency: day.currency.clone(),
        attribution: "© OpenStreetMap contributors, ODbL 1.0".to_owned(),
        totals: Totals::default(),
        waves: waves(day, assigned, ready),
        runs,
        orders,
        unplanned,
    };
    plan.totals = totals(day, &plan, centre_cost(day, assigned));
    plan
}

fn waves(day: &Day, assigned: &[Assigned], ready: &WavesReady) -> Vec<Wave> {
    let mut members: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in assigned {
        members.entry((row.centre, row.wave)).or_default().push(day.orders[row.order].id.clone());
    }
    members
        .into_iter()
        .map(|((centre, wave), mut orders)| {
            orders.sort();
            Wave {
                centre: day.network.sites()[centre].id.clone(),
                schedule: day.network.waves[wave].id.clone(),
                ready_at: ready[&(centre, wave)].ready,
                orders,
            }
        })
        .collect()
}

fn totals(day: &Day, plan: &DayPlan, centre_cost: Money) -> Totals {
    let runs_of = |echelon| plan.runs.iter().filter(move |run| run.echelon == echelon);
    let distance = |echelon| runs_of(echelon).map(|run| run.distance).sum::<Metres>();
    let cost = |echelon| runs_of(echelon).map(|run| run.cost).sum::<Money>();
    let footprint: Footprint = plan.runs.iter().filter_map(|run| run.footprint).sum();
    let parts = ObjectiveParts {
        linehaul: cost(Echelon::Linehaul),
        last_mile: cost(Echelon::LastMile),
        centres: centre_cost,
        walks: price_of_walks(
            day.family_hour,
            plan.orders.iter().filter_map(|order| order.walk).map(|walk| walk.duration).sum(),
        ),
        lateness: price_of_lateness(day, plan),
        ..ObjectiveParts::default()
    };
    let pickups = plan.orders.iter().filter(|order| order.handover == Handover::Pickup).count();
    Totals {
        orders: plan.orders.len() + plan.unplanned.len(),
        planned: plan.orders.len(),
        unplanned: plan.unplanned.len(),
        doors: plan.orders.len() - pickups,
        pickups,
        runs: plan.runs.len(),
        trips: plan.runs.iter().map(|run| run.trips.len()).sum(),
        linehaul_distance: distance(Echelon::Linehaul),
        last_mile_distance: distance(Echelon::LastMile),
        travel_time: (plan.runs.iter().flat_map(|run| &run.trips).flat_map(|trip| &trip.legs))
            .map(|leg| leg.duration)
            .sum(),
        working_time: plan.runs.iter().map(|run| run.ends_at - run.starts_at).sum::<Seconds>(),
        linehaul_cost: parts.linehaul,
        last_mile_cost: parts.last_mile,
        centre_cost,
        cost: parts.cost(),
        objective: parts.total(),
        objective_parts: parts,
        co2e_g: footprint.driving_g,
        footprint: Some(footprint),
        direct: None,
    }
}
