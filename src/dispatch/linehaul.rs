//! Trucks from a hub to its centres, so that every wave is at its centre when it is due.
//!
//! The orders of a wave travel as consignments, each small enough for the largest truck. A consignment is a client of a
//! routing problem whose release time is when the wave is ready at the hub and whose window ends when it is due at the
//! centre, or earlier where one of its orders has to be ready sooner; all waves of the day are in one problem, so a truck
//! may make several trips.

use super::assign::Assigned;
use super::cold::{ColdBounds, Period, Stay, tighter};
use super::crews::{
    Crew, DepotCrews, LoadDimensions, crews_of, longest_loading, shortest_loading, start_problem,
};
use super::draft::{DraftRoute, draft_of, start_solution};
use super::effort::{EchelonBudget, SolveBudget};
use super::lateness::soft_end;
use super::places::{DayPlaces, PlaceIdx};
use super::priority::Prizes;
use super::refusal::{Refusal, RefusalCause};
use super::rides::{limit, longest_on_truck};
use super::supply::{shortest_ride, supplying_hubs};
use coldmile_model::{Day, Load, Order, Parcel, RideRule, Site, WaveSchedule};
use coldmile_plan::{DayPlan, Echelon, Handover, Run, Stop, StopPlace, Trip};
use coldmile_units::{Id, Idx, Seconds, TimeWindow, Timestamp};
use coldmile_vrp::SoftEnd;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A part of a wave that travels on one truck.
#[derive(Clone, Debug, PartialEq)]
pub struct Consignment {
    /// The centre it goes to.
    pub centre: Idx<Site>,
    /// The wave it belongs to.
    pub wave: Idx<WaveSchedule>,
    /// Its orders.
    pub orders: Vec<Idx<Order>>,
    /// Their load together.
    pub load: Load,
    /// The latest moment at which all of them have to be ready at the centre.
    pub ready_by: Timestamp,
    /// The longest ride on the truck by a rule of the day; `None` is no limit.
    pub longest_ride: Option<Seconds>,
    /// Skills that a truck needs for its largest parcels.
    pub skills: u64,
    /// From when on orders are late at their doors if all of them are ready only then, and what each second of that counts; `None`
    /// where lateness has no price or none is late.
    pub late: Option<SoftEnd>,
}

impl Consignment {
    /// When unloading starts at the stop of a truck that is there for it from a moment on: not before the centre opens.
    pub fn unloading_starts(&self, day: &Day, from: Timestamp) -> Timestamp {
        from.max(day.network.sites()[self.centre].hours.open())
    }
}

/// A consignment by its centre, its wave and its number among those of the same wave.
type Part = (Idx<Site>, Idx<WaveSchedule>, usize);

/// The routes of one hub's trucks.
#[derive(Clone)]
pub struct HubRoutes {
    /// The hub.
    pub hub: Idx<Site>,
    /// Its crews; vehicle type k of the problem is crew k.
    pub crews: Vec<Crew>,
    /// The consignments; client k of the problem is consignment k.
    pub consignments: Vec<Consignment>,
    /// Locations of the problem as places of the day; location 0 is the hub.
    pub places: Vec<PlaceIdx>,
    /// The routing problem.
    pub problem: Arc<coldmile_vrp::Problem>,
    /// Its solution.
    pub solution: coldmile_vrp::Solution,
    /// Whether stops were taken out of the solution, so that it is not that of the problem any more.
    pub is_cut: bool,
}

/// A wave that trucks have brought to its centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaveArrival {
    /// When the goods of its last truck are unloaded and sorted.
    pub ready: Timestamp,
    /// Between the start of that truck's unloading and then.
    pub sorting: Seconds,
    /// The longest ride of its goods, from a truck's departure to the start of unloading; zero on a day that does not count
    /// it.
    pub ride: Seconds,
}

/// Every wave at its centre, by centre and wave.
pub type WavesReady = BTreeMap<(Idx<Site>, Idx<WaveSchedule>), WaveArrival>;

impl HubRoutes {
    /// The consignments of every trip.
    pub fn trips(&self) -> impl Iterator<Item = Vec<&Consignment>> {
        let trips = self.solution.routes.iter().flat_map(|route| &route.trips);
        trips.map(|trip| trip.clients.iter().map(|client| &self.consignments[client.get()]).collect())
    }

    /// What each client of the problem is.
    fn part_of(&self) -> impl Fn(Idx<coldmile_vrp::Client>) -> Part + use<> {
        let parts = parts(&self.consignments);
        move |client| parts[client.get()]
    }

    /// Takes out what no order that is `kept` needs (one entry for each order of the day): the stops of consignments of which no order is left, then trips and routes
    /// without a stop. What remains is served no later than before.
    pub fn keep(&mut self, kept: &[bool]) {
        self.is_cut = true;
        let consignments = &self.consignments;
        let is_needed = |client: &Idx<coldmile_vrp::Client>| {
            consignments[client.get()].orders.iter().any(|order| kept[order.get()])
        };
        for route in &mut self.solution.routes {
            for trip in &mut route.trips {
                trip.clients.retain(is_needed);
            }
            route.trips.retain(|trip| !trip.clients.is_empty());
        }
        self.solution.routes.retain(|route| !route.trips.is_empty());
        let costs =
            self.solution.routes.iter().map(|route| coldmile_vrp::schedule(&self.problem, route).cost);
        self.solution.cost = costs.sum::<i64>() - lateness_of(&self.problem, &self.solution);
    }
}

/// Routes the trucks of every hub for this assignment, whose centres all have a hub with a truck on duty. Orders whose
/// consignment no truck can bring are refused.
pub fn solve_linehaul(
    day: &Day,
    places: &DayPlaces,
    assigned: &[Assigned],
    before: &[Arc<HubRoutes>],
    budget: &EchelonBudget<'_>,
) -> (Vec<Arc<HubRoutes>>, Vec<Refusal>) {
    let problems = consignments_of(day, places, assigned);
    let size =
        |consignments: &[Consignment]| consignments.iter().map(|consignment| consignment.orders.len()).sum();
    let sizes: Vec<usize> = problems.iter().map(|(.., consignments)| size(consignments)).collect();
    let routes = budget.solve_all(Echelon::Linehaul, &sizes, |at, budget| {
        let (hub, crews, consignments) = problems[at].clone();
        let before = before.iter().find(|before| before.hub == hub);
        if let Some(same) = before
            .filter(|before| budget.keeps_solved() && !before.is_cut && before.consignments == consignments)
        {
            return Arc::clone(same);
        }
        let draft = before.map_or_else(Vec::new, |before| draft_of(&before.solution, before.part_of()));
        // Where the same consignments only carry other orders, the routes are as good as they were if they are still possible.
        let may_keep = before
            .is_some_and(|before| !before.is_cut && parts(&before.consignments) == parts(&consignments));
        Arc::new(solve_hub(day, places, (hub, crews), consignments, (&draft, may_keep), budget))
    });
    let mut refusals = Vec::new();
    for solved in &routes {
        for left_out in &solved.solution.unplanned {
            let consignment = &solved.consignments[left_out.client.get()];
            let centre = day.network.sites()[consignment.centre].id.to_string();
            for &order in &consignment.orders {
                let cause = RefusalCause::NoTruck { reason: left_out.reason.clone(), centre: centre.clone() };
                refusals.push(Refusal { order, cause });
            }
        }
    }
    (routes, refusals)
}

/// The crews and consignments of every hub under an assignment.
fn consignments_of(
    day: &Day,
    places: &DayPlaces,
    assigned: &[Assigned],
) -> Vec<(Idx<Site>, Vec<Crew>, Vec<Consignment>)> {
    let hubs = supplying_hubs(day, places);
    let mut by_hub: BTreeMap<Idx<Site>, BTreeMap<_, Vec<Assigned>>> = BTreeMap::new();
    for row in assigned {
        by_hub.entry(hubs[&row.centre]).or_default().entry((row.centre, row.wave)).or_default().push(*row);
    }
    (by_hub.into_iter())
        .map(|(hub, waves)| {
            let crews = crews_of(day, hub);
            let split = |((centre, wave), rows)| split(day, places, (hub, &crews), (centre, wave), rows);
            let consignments: Vec<Consignment> = waves.into_iter().flat_map(split).collect();
            (hub, crews, consignments)
        })
        .collect()
}

/// The routes of every hub's trucks under an assignment as a plan has them: each stop brings the consignment that shares most
/// orders with it. What the plan's trucks do not bring is inserted, if it can be.
pub fn linehaul_of_plan(
    (day, places): (&Day, &DayPlaces),
    assigned: &[Assigned],
    plan: &DayPlan,
    budget: &SolveBudget<'_>,
) -> Vec<Arc<HubRoutes>> {
    let routes = |(hub, crews, consignments): (Idx<Site>, Vec<Crew>, Vec<Consignment>)| {
        let numbered = parts(&consignments);
        let mut open: BTreeSet<usize> = (0..consignments.len()).collect();
        let mut brought = |stop: &Stop| {
            let StopPlace::Centre { site, wave } = &stop.place else { return None };
            let sites = day.network.sites();
            let shared = |at: &usize| {
                let orders = &consignments[*at].orders;
                let on_it = |id: &&Id<Parcel>| {
                    orders.iter().any(|&order| day.orders[order].parcels.iter().any(|row| row.id == **id))
                };
                stop.parcels.iter().filter(on_it).count()
            };
            let is_there = |at: &&usize| {
                let consignment = &consignments[**at];
                sites[consignment.centre].id == *site && day.network.waves[consignment.wave].id == *wave
            };
            let best = open.iter().filter(is_there).max_by_key(|at| (shared(at), Reverse(**at))).copied()?;
            open.remove(&best);
            Some(numbered[best])
        };
        let of_hub = plan
            .runs
            .iter()
            .filter(|run| run.echelon == Echelon::Linehaul && run.base == day.network.sites()[hub].id);
        let draft: Vec<DraftRoute<Part>> = of_hub
            .filter_map(|run| {
                let crew = crew_of(day, &crews, run)?;
                let trip = |trip: &Trip| trip.stops.iter().filter_map(&mut brought).collect();
                Some(DraftRoute { crew, trips: run.trips.iter().map(trip).collect() })
            })
            .collect();
        Arc::new(solve_hub(day, places, (hub, crews), consignments, (&draft, false), budget))
    };
    consignments_of(day, places, assigned).into_iter().map(routes).collect()
}

/// The crew of the courier of a run.
pub fn crew_of(day: &Day, crews: &[Crew], run: &Run) -> Option<usize> {
    crews.iter().position(|crew| crew.couriers.iter().any(|&courier| day.couriers[courier].id == run.courier))
}

/// Divides a wave into consignments that each fit the largest truck: orders in descending volume, each into the first
/// consignment that still takes it (first fit decreasing).
fn split(
    day: &Day,
    places: &DayPlaces,
    (hub, crews): (Idx<Site>, &[Crew]),
    (centre, wave): (Idx<Site>, Idx<WaveSchedule>),
    mut rows: Vec<Assigned>,
) -> Vec<Consignment> {
    // The largest truck that takes parcels with these skills.
    let largest = |skills: u64| {
        let types = crews.iter().map(|crew| &day.vehicle_types[crew.vehicle]);
        let able = types.filter(|kind| places.sizes().of_vehicle(kind) & skills == skills);
        able.max_by_key(|truck| (truck.total_volume(), truck.capacity.mass))
    };
    let least_ride = match day.rules.ride {
        RideRule::Courier => None,
        RideRule::Whole => shortest_ride(day, places, hub, centre),
    };
    let least_ride = least_ride.unwrap_or(Seconds::ZERO);
    rows.sort_by_key(|row| (Reverse(day.orders[row.order].load.volume()), row.order));
    let mut consignments: Vec<Consignment> = Vec::new();
    let is_door = |row: &&Assigned| row.handover == Handover::Door;
    let leads = rows.iter().filter(is_door).map(|row| (row.order, row.ride)).collect();
    for row in rows {
        let Assigned { order, ready_by, .. } = row;
        let load = day.orders[order].load;
        let longest_ride = longest_on_truck(day, &row, least_ride);
        let skills = places.sizes().of_order(&day.orders[order]);
        let fits = |consignment: &&mut Consignment| {
            let truck = largest(consignment.skills | skills);
            truck.is_some_and(|truck| truck.takes(&(consignment.load + load)))
        };
        if let Some(consignment) = consignments.iter_mut().find(fits) {
            consignment.load += load;
            consignment.orders.push(order);
            consignment.ready_by = consignment.ready_by.min(ready_by);
            consignment.longest_ride = tighter(consignment.longest_ride, longest_ride);
            consignment.skills |= skills;
        } else {
            let orders = vec![order];
            let late = None;
            consignments.push(Consignment {
                centre,
                wave,
                orders,
                load,
                ready_by,
                longest_ride,
                skills,
                late,
            });
        }
    }
    let doors = CourierTimes::new(day, centre);
    for consignment in &mut consignments {
        consignment.orders.sort_unstable();
        consignment.late = doors.late(day, consignment, &leads);
    }
    consignments
}

fn solve_hub(
    day: &Day,
    places: &DayPlaces,
    (hub, crews): (Idx<Site>, Vec<Crew>),
    consignments: Vec<Consignment>,
    (draft, may_keep): (&[DraftRoute<Part>], bool),
    budget: &SolveBudget<'_>,
) -> HubRoutes {
    let stops: Vec<PlaceIdx> =
        consignments.iter().map(|consignment| DayPlaces::site(consignment.centre)).collect();
    let depot = DepotCrews { site: hub, crews: &crews, skill_mask: 0 };
    let mut builder = start_problem(day, places, &[depot], &stops);
    let loading = longest_loading(day, &crews);
    let dimensions = LoadDimensions::of(day);
    let cold = ColdBounds::new(day, hub, shortest_loading(day, &crews));
    let prizes = Prizes::new(day, crews.iter());
    for (index, consignment) in consignments.iter().enumerate() {
        let centre = &day.network.sites()[consignment.centre];
        let wave = &day.network.waves[consignment.wave];
        let sorting = sorting(day, consignment);
        let latest = wave.centre_due.min(centre.hours.close()).min(consignment.ready_by - sorting);
        let open = centre.hours.open().min(latest);
        // A truck that is due before the centre opens waits there until it does: a part of its stop.
        let waiting = centre.hours.open() - open;
        let mut client = coldmile_vrp::Client {
            location: index + 1,
            delivery: dimensions.load(&consignment.load),
            window: TimeWindow::new(open, latest).expect("open was cut to the latest arrival"),
            service: waiting + unloading(centre, parcel_count(day, &consignment.orders)),
            release: wave.hub_ready + loading,
            skills: consignment.skills,
            prize: prizes.of(day, consignment.orders.iter().copied()),
            soft_end: consignment
                .late
                .map(|late| SoftEnd { at: late.at - sorting, ..late })
                .filter(|late| late.at < latest),
            ..coldmile_vrp::Client::default()
        };
        let parcels = consignment.orders.iter().flat_map(|&order| &day.orders[order].parcels);
        let ride = Period { from: wave.hub_ready, until: wave.centre_due };
        cold.limit(&mut client, parcels, Stay { transfer: ride, ride, metres: 0.0 });
        limit(&mut client, consignment.longest_ride);
        builder.client(client);
    }
    let problem = builder.build().expect("every part of the problem was checked when the day was read");
    let clients: BTreeMap<Part, _> = parts(&consignments).into_iter().zip((0..).map(Idx::new)).collect();
    let start = start_solution(draft, |crew| Idx::new(crew as u32), |part| clients.get(&part).copied());
    let kept = if may_keep { budget.kept(&problem, &start) } else { None };
    let mut solution = kept.unwrap_or_else(|| budget.solve(&problem, start));
    solution.cost = prizes.cost_without(&problem, &solution) - lateness_of(&problem, &solution);
    let places = std::iter::once(DayPlaces::site(hub)).chain(stops).collect();
    HubRoutes { hub, crews, consignments, places, problem: Arc::new(problem), solution, is_cut: false }
}

/// When the couriers of a centre can be at its doors.
struct CourierTimes {
    loading: Seconds,
    /// The first of them begins to load; `None` without any.
    first: Option<Timestamp>,
}

/// Doors that are late within so long of the first count as late with it. Set by judgement.
const TOGETHER: Seconds = Seconds::minutes(15);

impl CourierTimes {
    fn new(day: &Day, centre: Idx<Site>) -> Self {
        let crews = crews_of(day, centre);
        let first = crews.iter().map(|crew| crew.shift.open()).min();
        Self { loading: shortest_loading(day, &crews), first }
    }

    /// From when on orders of a consignment are late, and what a second of that counts; `leads` are the rides to their doors.
    fn late(
        &self,
        day: &Day,
        consignment: &Consignment,
        leads: &BTreeMap<Idx<Order>, Seconds>,
    ) -> Option<SoftEnd> {
        let ends = consignment.orders.iter().filter_map(|order| {
            let soft = soft_end(day, &day.orders[*order])?;
            // What is there before the couriers are is no sooner at its door.
            Some(SoftEnd { at: (soft.at - *leads.get(order)? - self.loading).max(self.first?), ..soft })
        });
        let ends: Vec<SoftEnd> = ends.collect();
        let at = ends.iter().map(|end| end.at).min()?;
        let price = ends.iter().filter(|end| end.at <= at + TOGETHER).map(|end| end.price).sum::<i64>();
        Some(SoftEnd { at, price: price.min(coldmile_vrp::MAX_PRICE) })
    }
}

/// What trucks are late for doors: the couriers' routes count it, so that it is no part of what trucks cost.
fn lateness_of(problem: &coldmile_vrp::Problem, solution: &coldmile_vrp::Solution) -> i64 {
    if problem.clients().iter().all(|client| client.soft_end.is_none()) {
        return 0;
    }
    let trips = solution.routes.iter().flat_map(|route| coldmile_vrp::schedule(problem, route).trips);
    let stops = trips.flat_map(|trip| trip.stops);
    stops.map(|stop| problem.clients()[stop.client].tardiness(stop.start)).sum()
}

/// Every consignment by its centre, wave and number.
fn parts(consignments: &[Consignment]) -> Vec<Part> {
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    let number = |consignment: &Consignment| {
        let count = counts.entry((consignment.centre, consignment.wave)).or_default();
        *count += 1;
        (consignment.centre, consignment.wave, *count - 1)
    };
    consignments.iter().map(number).collect()
}

/// Service duration of a truck at a centre: two minutes, and for each parcel unloaded the time that the centre says. Where it
/// does not, 15 seconds, and at most its own handling duration. Both figures are set by judgement. The audit has them too.
fn unloading(centre: &Site, parcels: usize) -> Seconds {
    match centre.per_parcel_unload {
        Some(Seconds(each)) => Seconds(120 + each * parcels as i64),
        None => Seconds(120 + 15 * parcels as i64).min(centre.handling),
    }
}

/// From the start of a consignment's unloading until it is sorted: the centre's handling duration, but not less than the
/// unloading.
fn sorting(day: &Day, consignment: &Consignment) -> Seconds {
    let centre = &day.network.sites()[consignment.centre];
    centre.handling.max(unloading(centre, parcel_count(day, &consignment.orders)))
}

fn parcel_count(day: &Day, orders: &[Idx<Order>]) -> usize {
    orders.iter().map(|&order| day.orders[order].parcels.len()).sum()
}

/// When every wave is ready: the last of its consignments is unloaded and sorted.
pub fn waves_ready(day: &Day, hubs: &[Arc<HubRoutes>]) -> WavesReady {
    let mut ready = WavesReady::new();
    for hub in hubs {
        for route in &hub.solution.routes {
            for trip in coldmile_vrp::schedule(&hub.problem, route).trips {
                for stop in trip.stops {
                    let consignment = &hub.consignments[stop.client.get()];
                    let start = consignment.unloading_starts(day, stop.start);
                    let sorting = sorting(day, consignment);
                    let ride = match day.rules.ride {
                        RideRule::Courier => Seconds::ZERO,
                        RideRule::Whole => start - trip.departure,
                    };
                    let arrival = WaveArrival { ready: start + sorting, sorting, ride };
                    let known = ready.entry((consignment.centre, consignment.wave)).or_insert(arrival);
                    let last = if arrival.ready > known.ready { arrival } else { *known };
                    *known = WaveArrival { ride: ride.max(known.ride), ..last };
                }
            }
        }
    }
    ready
}
