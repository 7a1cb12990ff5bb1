//! The whole way from a day to its plan.

use super::assign::{Assigned, assign, leaves_by};
use super::costs::share_costs;
use super::last_mile::solve_last_mile;
use super::linehaul::{Ready, ready_times, solve_linehaul};
use super::places::Places;
use super::publish::{PublishedRun, publish_last_mile, publish_linehaul};
use super::refusal::Refusal;
use crate::model::{Day, Fulfilment, Order};
use crate::plan::{DayPlan, Delivery, Echelon, Handover, PLAN_VERSION, PlannedOrder, Totals, Wave};
use crate::road::{Profile, RoadMap};
use crate::units::{Idx, Metres, Money, Seconds, Seed};
use crate::vrp;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// How hard to search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effort {
    /// Wall time for all searches of the day together. How far they come depends on the machine.
    TimeLimit(Duration),
    /// Iterations for each routing problem: the same plan on every machine.
    Iterations(u64),
}

/// What a plan is made with.
#[derive(Clone, Copy, Debug)]
pub struct DispatchConfig {
    /// Start of all random numbers.
    pub seed: Seed,
    /// How hard to search.
    pub effort: Effort,
}

/// The stages of planning, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Places are snapped to the roads.
    Matrix,
    /// Orders get centres and waves.
    Assign,
    /// Trucks.
    Linehaul,
    /// Couriers.
    LastMile,
    /// Runs with their ways, manifests and costs.
    Publish,
}

/// A day that cannot be planned at all on this map. What concerns a single order is never an error but a reason in the
/// plan.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    /// A vehicle type names a profile that does not exist.
    #[error("there is no road profile called {profile}")]
    UnknownProfile {
        /// The name in the network file.
        profile: String,
    },
    /// The map was imported without a profile that the fleet needs.
    #[error("the map was imported without the profile {profile}, which the fleet needs")]
    ProfileNotInMap {
        /// Which.
        profile: Profile,
    },
    /// Most of the day lies off the map.
    #[error("the map does not cover this day: {missed} of {places} places are far from all of its roads")]
    MapElsewhere {
        /// Places without a road.
        missed: usize,
        /// All places.
        places: usize,
    },
    /// A site where couriers start has no road near it.
    #[error("site {site} cannot be reached by {profile}: {reason}")]
    SiteOffRoad {
        /// Which site.
        site: String,
        /// For whom.
        profile: Profile,
        /// How far the road is.
        reason: String,
    },
}

/// Watches planning and may stop its searches.
#[derive(Default)]
pub struct PlanControl<'a> {
    /// Called when a phase begins (share 0) and as it goes on.
    pub on_progress: Option<&'a (dyn Fn(Phase, f64) + Sync)>,
    /// Searches end soon after this becomes true; the plan is then made of the best found.
    pub cancelled: Option<&'a AtomicBool>,
}

impl PlanControl<'_> {
    fn report(&self, phase: Phase, share: f64) {
        if let Some(on_progress) = self.on_progress {
            on_progress(phase, share);
        }
    }
}

/// How the routing problems of one echelon are searched: they share the effort by their number of clients.
pub struct SolveEffort<'a> {
    config: DispatchConfig,
    control: &'a PlanControl<'a>,
    phase: Phase,
    /// Wall seconds of one thread, for all clients of the echelon.
    budget: f64,
    clients: usize,
    done: AtomicUsize,
    lanes: Option<usize>,
}

impl SolveEffort<'_> {
    /// Solves a problem that has `clients` of the echelon's clients.
    pub fn solve(&self, problem: &vrp::Problem, clients: usize) -> vrp::Solution {
        let stop = match self.config.effort {
            Effort::Iterations(iterations) => vrp::Stop::Iterations(iterations),
            Effort::TimeLimit(_) => {
                let share = clients as f64 / self.clients.max(1) as f64;
                vrp::Stop::Elapsed(Duration::from_secs_f64(self.budget * share))
            }
        };
        let config = vrp::SolveConfig {
            // Every problem draws from its own sequence.
            seed: self.config.seed.derive(self.phase as u64),
            stop,
            lanes: self.lanes,
            neighbours: None,
        };
        let mut control = vrp::Control::none();
        if let Some(flag) = self.control.cancelled {
            control = control.cancelled_by(flag);
        }
        let solution = vrp::solve(problem, &config, &control);
        let done = self.done.fetch_add(clients, Ordering::Relaxed) + clients;
        self.control.report(self.phase, done as f64 / self.clients.max(1) as f64);
        solution
    }
}

/// The plan of a day.
pub fn plan_day(
    day: &Day,
    map: &RoadMap,
    config: &DispatchConfig,
    control: &PlanControl<'_>,
) -> Result<DayPlan, DispatchError> {
    control.report(Phase::Matrix, 0.0);
    let places = Places::new(day, map)?;
    let mut refusals = places.off_road(day);

    control.report(Phase::Assign, 0.0);
    let off_road: BTreeSet<_> = refusals.iter().map(|refusal| refusal.order).collect();
    let orders: Vec<_> = day.orders.indices().filter(|order| !off_road.contains(order)).collect();
    let (mut assigned, refused) = assign(day, &places, &orders);
    refusals.extend(refused);

    control.report(Phase::Linehaul, 0.0);
    let trucks = effort(config, control, Phase::Linehaul, assigned.len());
    let (hubs, refused) = solve_linehaul(day, &places, &assigned, &trucks);
    let ready = ready_times(day, &hubs);
    drop_refused(&mut assigned, &refused);
    refusals.extend(refused);

    control.report(Phase::LastMile, 0.0);
    let doors = assigned.iter().filter(|row| row.handover == Handover::Door).count();
    let couriers = effort(config, control, Phase::LastMile, doors);
    let (centres, refused) = solve_last_mile(day, &places, &assigned, &ready, &couriers);
    let refused = collect_instead(day, &mut assigned, &ready, refused);
    drop_refused(&mut assigned, &refused);
    refusals.extend(refused);

    control.report(Phase::Publish, 0.0);
    let planned: BTreeSet<_> = assigned.iter().map(|row| row.order).collect();
    let trucks = hubs.par_iter().map(|hub| publish_linehaul(day, &places, hub, &planned));
    let couriers = centres.par_iter().map(|centre| publish_last_mile(day, &places, centre));
    let mut runs: Vec<_> = trucks.chain(couriers).flatten_iter().collect();
    runs.sort_by(|a, b| (a.run.echelon, &a.run.id).cmp(&(b.run.echelon, &b.run.id)));
    Ok(compose(day, runs, &assigned, &ready, refusals))
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

fn effort<'a>(
    config: &DispatchConfig,
    control: &'a PlanControl<'a>,
    phase: Phase,
    clients: usize,
) -> SolveEffort<'a> {
    /// Share of the time that trucks get: their problem is small and everything else waits for it.
    const LINEHAUL_SHARE: f64 = 0.2;
    let threads = rayon::current_num_threads() as f64;
    let (budget, lanes) = match (config.effort, phase) {
        (Effort::TimeLimit(limit), Phase::Linehaul) => (limit.as_secs_f64() * LINEHAUL_SHARE, None),
        (Effort::TimeLimit(limit), _) => (limit.as_secs_f64() * (1.0 - LINEHAUL_SHARE) * threads, Some(1)),
        (Effort::Iterations(_), _) => (0.0, None),
    };
    SolveEffort { config: *config, control, phase, budget, clients, done: AtomicUsize::new(0), lanes }
}

fn drop_refused(assigned: &mut Vec<Assigned>, refused: &[Refusal]) {
    let gone: BTreeSet<_> = refused.iter().map(|refusal| refusal.order).collect();
    assigned.retain(|row| !gone.contains(&row.order));
}

/// Where a courier serves an order: run, trip, stop.
type Visits = BTreeMap<Idx<Order>, (usize, usize, usize)>;

fn visits(runs: &[PublishedRun], echelon: Echelon) -> Visits {
    let mut visits = Visits::new();
    for (run, published) in runs.iter().enumerate().filter(|(_, row)| row.run.echelon == echelon) {
        for (trip, stops) in published.orders.iter().enumerate() {
            for (stop, orders) in stops.iter().enumerate() {
                visits.extend(orders.iter().map(|&order| (order, (run, trip, stop))));
            }
        }
    }
    visits
}

fn compose(
    day: &Day,
    runs: Vec<PublishedRun>,
    assigned: &[Assigned],
    ready: &Ready,
    refusals: Vec<Refusal>,
) -> DayPlan {
    let brought = visits(&runs, Echelon::Linehaul);
    let delivered = visits(&runs, Echelon::LastMile);
    let mut orders: Vec<PlannedOrder> = assigned
        .iter()
        .map(|row| {
            let delivery = delivered.get(&row.order).map(|&(run, trip, stop)| {
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
                linehaul: runs[brought[&row.order].0].run.id.clone(),
                ready_at: ready[&(row.centre, row.wave)],
                leaves_at: leaves_at.unwrap_or_else(|| leaves_by(day, order, row.centre, row.handover)),
                delivery,
                cost: crate::plan::CostShare::default(),
            }
        })
        .collect();
    orders.sort_by(|a, b| a.order.cmp(&b.order));
    let centre_cost = share_costs(day, &runs, &mut orders);
    let mut unplanned: Vec<_> = refusals.iter().map(|refusal| refusal.publish(day)).collect();
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
    plan.totals = totals(day, &plan, centre_cost);
    plan
}

fn waves(day: &Day, assigned: &[Assigned], ready: &Ready) -> Vec<Wave> {
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
                ready_at: ready[&(centre, wave)],
                orders,
            }
        })
        .collect()
}

fn totals(day: &Day, plan: &DayPlan, centre_cost: Money) -> Totals {
    let of = |echelon| plan.runs.iter().filter(move |run| run.echelon == echelon);
    let distance = |echelon| of(echelon).map(|run| run.distance).sum::<Metres>();
    let cost = |echelon| of(echelon).map(|run| run.cost).sum::<Money>();
    let emitted = |run: &crate::plan::Run| {
        let vehicle = day.vehicle_types.iter().find(|vehicle| vehicle.id == run.vehicle);
        vehicle.map_or(0, |vehicle| (vehicle.co2e_g_per_km * run.distance.0 + 500) / 1000)
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
        linehaul_cost: cost(Echelon::Linehaul),
        last_mile_cost: cost(Echelon::LastMile),
        centre_cost,
        cost: cost(Echelon::Linehaul) + cost(Echelon::LastMile) + centre_cost,
        co2e_g: plan.runs.iter().map(emitted).sum(),
    }
}
