//! Trucks from hub to centres, so that every wave is there when it is due.
//!
//! The orders of a wave travel as consignments: as many as the largest truck needs. Each consignment is a client of a
//! routing problem with the wave's release at the hub and its due time at the centre; all waves of the day are one
//! problem, so a truck may make several trips.

use super::assign::Assigned;
use super::cold::{ColdBounds, Limits, limit_client};
use super::crews::{Base, Crew, crews_of, dimensions, longest_loading, start_problem};
use super::effort::{PhaseSearch, Turn};
use super::places::{Place, Places};
use super::refusal::{Cause, Refusal};
use coldmile_model::{Day, Load, Order, Site, SiteKind, WaveSchedule};
use coldmile_units::{Idx, Seconds, TimeWindow, Timestamp};
use std::collections::BTreeMap;

/// A part of a wave that travels on one truck.
#[derive(Clone, Debug)]
pub struct Consignment {
    /// Where it goes.
    pub centre: Idx<Site>,
    /// The wave it belongs to.
    pub wave: Idx<WaveSchedule>,
    /// What it consists of.
    pub orders: Vec<Idx<Order>>,
    /// Everything together.
    pub load: Load,
}

/// The solved trucks of one hub.
pub struct HubRoutes {
    /// Where they start.
    pub hub: Idx<Site>,
    /// Who drives; vehicle type k of the problem is crew k.
    pub crews: Vec<Crew>,
    /// What is carried; client k of the problem is consignment k.
    pub consignments: Vec<Consignment>,
    /// Locations of the problem as places of the day; location 0 is the hub.
    pub places: Vec<Place>,
    /// What was asked.
    pub problem: coldmile_vrp::Problem,
    /// What was found.
    pub solution: coldmile_vrp::Solution,
}

/// When each wave has been unloaded and sorted at its centre.
pub type Ready = BTreeMap<(Idx<Site>, Idx<WaveSchedule>), Timestamp>;

/// Solves the trucks of every hub, given who goes where. Orders whose consignment no truck can bring are refused.
pub fn solve_linehaul(
    day: &Day,
    places: &Places,
    assigned: &[Assigned],
    search: &PhaseSearch<'_>,
) -> (Vec<HubRoutes>, Vec<Refusal>) {
    let mut hubs: BTreeMap<Idx<Site>, Idx<Site>> = BTreeMap::new();
    let mut by_hub: BTreeMap<Idx<Site>, BTreeMap<_, Vec<Idx<Order>>>> = BTreeMap::new();
    for row in assigned {
        let hub = *hubs.entry(row.centre).or_insert_with(|| hub_of(day, places, row.centre));
        by_hub.entry(hub).or_default().entry((row.centre, row.wave)).or_default().push(row.order);
    }
    let parts: Vec<_> = (by_hub.into_iter())
        .map(|(hub, waves)| {
            let crews = crews_of(day, hub);
            let split = |((centre, wave), orders)| split(day, &crews, centre, wave, orders);
            let consignments: Vec<Consignment> = waves.into_iter().flat_map(split).collect();
            (hub, crews, consignments)
        })
        .collect();
    let size = |consignments: &[Consignment]| consignments.iter().map(|part| part.orders.len()).sum();
    let sizes: Vec<usize> = parts.iter().map(|(.., consignments)| size(consignments)).collect();
    let routes = search.solve_all(&sizes, |at, turn| {
        let (hub, crews, consignments) = parts[at].clone();
        solve_hub(day, places, hub, crews, consignments, turn)
    });
    let mut refusals = Vec::new();
    for solved in &routes {
        for left_out in &solved.solution.unplanned {
            let consignment = &solved.consignments[left_out.client.get()];
            let centre = day.network.sites()[consignment.centre].name.clone();
            for &order in &consignment.orders {
                let cause = Cause::NoTruck { reason: left_out.reason.clone(), centre: centre.clone() };
                refusals.push(Refusal { order, cause });
            }
        }
    }
    (routes, refusals)
}

/// The hub that supplies a centre: the one with a lane to it that a truck reaches it from soonest.
fn hub_of(day: &Day, places: &Places, centre: Idx<Site>) -> Idx<Site> {
    let sites = day.network.sites();
    let soonest = |hub: Idx<Site>| {
        let crews = crews_of(day, hub);
        let durations = crews.iter().filter_map(|crew| {
            let means = places.means_of(crew.vehicle);
            let table = places.table(means, &[Places::site(hub)], &[Places::site(centre)]);
            table.duration_between(0, 0)
        });
        durations.min().unwrap_or(Seconds(i64::MAX))
    };
    let hubs: Vec<_> =
        day.network.suppliers(centre).filter(|&site| sites[site].kind == SiteKind::Hub).collect();
    match hubs[..] {
        [only] => only,
        _ => hubs
            .into_iter()
            .min_by_key(|&hub| (soonest(hub), hub))
            .expect("the reader asks for a lane from a hub"),
    }
}

/// Cuts a wave into consignments that each fit the roomiest truck, filling one after the other in order of size.
fn split(
    day: &Day,
    crews: &[Crew],
    centre: Idx<Site>,
    wave: Idx<WaveSchedule>,
    mut orders: Vec<Idx<Order>>,
) -> Vec<Consignment> {
    let room = crews
        .iter()
        .map(|crew| day.vehicle_types[crew.vehicle].capacity)
        .max_by_key(|capacity| (capacity.volume(), capacity.mass))
        .unwrap_or_default();
    orders.sort_by_key(|&order| (std::cmp::Reverse(day.orders[order].load.volume()), order));
    let mut parts: Vec<Consignment> = Vec::new();
    for order in orders {
        let load = day.orders[order].load;
        match parts.iter_mut().find(|part| (part.load + load).fits(&room)) {
            Some(part) => {
                part.load += load;
                part.orders.push(order);
            }
            None => parts.push(Consignment { centre, wave, orders: vec![order], load }),
        }
    }
    for part in &mut parts {
        part.orders.sort_unstable();
    }
    parts
}

fn solve_hub(
    day: &Day,
    places: &Places,
    hub: Idx<Site>,
    crews: Vec<Crew>,
    consignments: Vec<Consignment>,
    turn: &Turn<'_>,
) -> HubRoutes {
    let stops: Vec<Place> = consignments.iter().map(|part| Places::site(part.centre)).collect();
    let mut builder = start_problem(day, places, &[Base { site: hub, crews: &crews, skills: 0 }], &stops);
    let loading = longest_loading(day, &crews);
    let cold = ColdBounds::new(day);
    for (index, part) in consignments.iter().enumerate() {
        let centre = &day.network.sites()[part.centre];
        let wave = &day.network.waves[part.wave];
        let mut client = coldmile_vrp::Client {
            location: index + 1,
            delivery: dimensions(&part.load),
            service: unloading(centre, part.orders.len()),
            release: wave.hub_ready + loading,
            ..coldmile_vrp::Client::default()
        };
        // A wave due before the centre opens leaves an empty window: no truck can bring it, and the solver says so.
        let latest = wave.centre_due.min(centre.hours.close());
        let open = centre.hours.open().min(latest);
        client.window = TimeWindow::new(open, latest).expect("open was cut to the latest arrival");
        limit_client(&mut client, day, |carrier| {
            let parcels = part.orders.iter().flat_map(|&order| &day.orders[order].parcels);
            let span = (wave.hub_ready, wave.centre_due);
            Limits::together(parcels.map(|parcel| cold.linehaul(parcel, carrier, span)))
        });
        builder.client(client);
    }
    let problem = builder.build().expect("every part of the problem was checked when the day was read");
    let solution = turn.solve(&problem);
    let places = std::iter::once(Places::site(hub)).chain(stops).collect();
    HubRoutes { hub, crews, consignments, places, problem, solution }
}

/// How long the truck stands at the centre: two minutes and a quarter of a minute a parcel, at most the centre's own
/// handling time.
fn unloading(centre: &Site, orders: usize) -> Seconds {
    Seconds(120 + 15 * orders as i64).min(centre.handling)
}

/// When every wave is ready, from the trucks' times: the last consignment's arrival and the centre's handling.
pub fn ready_times(day: &Day, hubs: &[HubRoutes]) -> Ready {
    let mut ready = Ready::new();
    for hub in hubs {
        for route in &hub.solution.routes {
            for trip in coldmile_vrp::schedule(&hub.problem, route).trips {
                for stop in trip.stops {
                    let part = &hub.consignments[stop.client.get()];
                    let at = stop.start + day.network.sites()[part.centre].handling;
                    let known = ready.entry((part.centre, part.wave)).or_insert(at);
                    *known = at.max(*known);
                }
            }
        }
    }
    ready
}
