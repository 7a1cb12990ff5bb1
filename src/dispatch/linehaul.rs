//! Trucks from a hub to its centres, so that every wave is at its centre when it is due.
//!
//! The orders of a wave travel as consignments, each small enough for the largest truck. A consignment is a client of a
//! routing problem whose release time is when the wave is ready at the hub and whose window ends when it is due at the
//! centre; all waves of the day are in one problem, so a truck may make several trips.

use super::assign::Assigned;
use super::cold::{ColdBounds, Period, Stay};
use super::crews::{Crew, DepotCrews, crews_of, dimensions, longest_loading, start_problem};
use super::effort::{PhaseBudget, SolveBudget};
use super::places::{DayPlaces, PlaceIdx};
use super::refusal::{Refusal, RefusalCause};
use super::supply::supplying_hubs;
use coldmile_model::{Day, Load, Order, Site, WaveSchedule};
use coldmile_units::{Idx, Seconds, TimeWindow, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// A part of a wave that travels on one truck.
#[derive(Clone, Debug)]
pub struct Consignment {
    /// The centre it goes to.
    pub centre: Idx<Site>,
    /// The wave it belongs to.
    pub wave: Idx<WaveSchedule>,
    /// Its orders.
    pub orders: Vec<Idx<Order>>,
    /// Their load together.
    pub load: Load,
}

/// The routes of one hub's trucks.
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
    pub problem: coldmile_vrp::Problem,
    /// Its solution.
    pub solution: coldmile_vrp::Solution,
}

/// When each wave is unloaded and sorted at its centre, by centre and wave.
pub type WavesReady = BTreeMap<(Idx<Site>, Idx<WaveSchedule>), Timestamp>;

impl HubRoutes {
    /// Takes out what no order of `kept` needs: the stops of consignments of which no order is left, then trips and routes
    /// without a stop. What remains is served no later than before.
    pub fn keep(&mut self, kept: &BTreeSet<Idx<Order>>) {
        let consignments = &self.consignments;
        let is_needed = |client: &Idx<coldmile_vrp::Client>| {
            consignments[client.get()].orders.iter().any(|order| kept.contains(order))
        };
        for route in &mut self.solution.routes {
            for trip in &mut route.trips {
                trip.clients.retain(is_needed);
            }
            route.trips.retain(|trip| !trip.clients.is_empty());
        }
        self.solution.routes.retain(|route| !route.trips.is_empty());
        self.solution.cost = (self.solution.routes.iter())
            .map(|route| coldmile_vrp::schedule(&self.problem, route).cost)
            .sum();
    }
}

/// Routes the trucks of every hub for this assignment, whose centres all have a hub with a truck on duty. Orders whose
/// consignment no truck can bring are refused.
pub fn solve_linehaul(
    day: &Day,
    places: &DayPlaces,
    assigned: &[Assigned],
    phase: &PhaseBudget<'_>,
) -> (Vec<HubRoutes>, Vec<Refusal>) {
    let hubs = supplying_hubs(day, places);
    let mut by_hub: BTreeMap<Idx<Site>, BTreeMap<_, Vec<Idx<Order>>>> = BTreeMap::new();
    for row in assigned {
        by_hub
            .entry(hubs[&row.centre])
            .or_default()
            .entry((row.centre, row.wave))
            .or_default()
            .push(row.order);
    }
    let problems: Vec<_> = (by_hub.into_iter())
        .map(|(hub, waves)| {
            let crews = crews_of(day, hub);
            let split = |((centre, wave), orders)| split(day, &crews, centre, wave, orders);
            let consignments: Vec<Consignment> = waves.into_iter().flat_map(split).collect();
            (hub, crews, consignments)
        })
        .collect();
    let size =
        |consignments: &[Consignment]| consignments.iter().map(|consignment| consignment.orders.len()).sum();
    let sizes: Vec<usize> = problems.iter().map(|(.., consignments)| size(consignments)).collect();
    let routes = phase.solve_all(&sizes, |at, budget| {
        let (hub, crews, consignments) = problems[at].clone();
        solve_hub(day, places, hub, crews, consignments, budget)
    });
    let mut refusals = Vec::new();
    for solved in &routes {
        for left_out in &solved.solution.unplanned {
            let consignment = &solved.consignments[left_out.client.get()];
            let centre = day.network.sites()[consignment.centre].name.clone();
            for &order in &consignment.orders {
                let cause = RefusalCause::NoTruck { reason: left_out.reason.clone(), centre: centre.clone() };
                refusals.push(Refusal { order, cause });
            }
        }
    }
    (routes, refusals)
}

/// Divides a wave into consignments that each fit the largest truck: orders in descending volume, each into the first
/// consignment that still takes it (first fit decreasing).
fn split(
    day: &Day,
    crews: &[Crew],
    centre: Idx<Site>,
    wave: Idx<WaveSchedule>,
    mut orders: Vec<Idx<Order>>,
) -> Vec<Consignment> {
    let capacity = crews
        .iter()
        .map(|crew| day.vehicle_types[crew.vehicle].capacity)
        .max_by_key(|capacity| (capacity.volume(), capacity.mass))
        .unwrap_or_default();
    orders.sort_by_key(|&order| (std::cmp::Reverse(day.orders[order].load.volume()), order));
    let mut consignments: Vec<Consignment> = Vec::new();
    for order in orders {
        let load = day.orders[order].load;
        match consignments.iter_mut().find(|consignment| (consignment.load + load).fits(&capacity)) {
            Some(consignment) => {
                consignment.load += load;
                consignment.orders.push(order);
            }
            None => consignments.push(Consignment { centre, wave, orders: vec![order], load }),
        }
    }
    for consignment in &mut consignments {
        consignment.orders.sort_unstable();
    }
    consignments
}

fn solve_hub(
    day: &Day,
    places: &DayPlaces,
    hub: Idx<Site>,
    crews: Vec<Crew>,
    consignments: Vec<Consignment>,
    budget: &SolveBudget<'_>,
) -> HubRoutes {
    let stops: Vec<PlaceIdx> =
        consignments.iter().map(|consignment| DayPlaces::site(consignment.centre)).collect();
    let depot = DepotCrews { site: hub, crews: &crews, skill_mask: 0 };
    let mut builder = start_problem(day, places, &[depot], &stops);
    let loading = longest_loading(day, &crews);
    let cold = ColdBounds::new(day, hub, &crews);
    for (index, consignment) in consignments.iter().enumerate() {
        let centre = &day.network.sites()[consignment.centre];
        let wave = &day.network.waves[consignment.wave];
        let mut client = coldmile_vrp::Client {
            location: index + 1,
            delivery: dimensions(&consignment.load),
            service: unloading(centre, parcel_count(day, &consignment.orders)),
            release: wave.hub_ready + loading,
            ..coldmile_vrp::Client::default()
        };
        // Where a wave is due before the centre opens, the window is the due time alone.
        let latest = wave.centre_due.min(centre.hours.close());
        let open = centre.hours.open().min(latest);
        client.window = TimeWindow::new(open, latest).expect("open was cut to the latest arrival");
        let parcels = consignment.orders.iter().flat_map(|&order| &day.orders[order].parcels);
        let ride = Period { from: wave.hub_ready, until: wave.centre_due };
        cold.limit(&mut client, parcels, Stay { transfer: ride, ride });
        builder.client(client);
    }
    let problem = builder.build().expect("every part of the problem was checked when the day was read");
    let solution = budget.solve(&problem, Vec::new());
    let places = std::iter::once(DayPlaces::site(hub)).chain(stops).collect();
    HubRoutes { hub, crews, consignments, places, problem, solution }
}

/// Service duration of a truck at a centre: two minutes, and 15 seconds for each parcel unloaded, at most the centre's own
/// handling duration. Both figures are set by judgement; the network file has no key for them. The audit has them too.
fn unloading(centre: &Site, parcels: usize) -> Seconds {
    Seconds(120 + 15 * parcels as i64).min(centre.handling)
}

fn parcel_count(day: &Day, orders: &[Idx<Order>]) -> usize {
    orders.iter().map(|&order| day.orders[order].parcels.len()).sum()
}

/// When every wave is ready: the start of service of its last consignment, plus the centre's handling duration.
pub fn waves_ready(day: &Day, hubs: &[HubRoutes]) -> WavesReady {
    let mut ready = WavesReady::new();
    for hub in hubs {
        for route in &hub.solution.routes {
            for trip in coldmile_vrp::schedule(&hub.problem, route).trips {
                for stop in trip.stops {
                    let consignment = &hub.consignments[stop.client.get()];
                    let at = stop.start + day.network.sites()[consignment.centre].handling;
                    let known = ready.entry((consignment.centre, consignment.wave)).or_insert(at);
                    *known = at.max(*known);
                }
            }
        }
    }
    ready
}
