//! Runs from routes: the courier of each, what is loaded in which order, times, and the path of every leg on the map.

use super::assign::Assigned;
use super::costs::{RunWork, run_cost};
use super::crews::Crew;
use super::effort::DayBudget;
use super::energy::footprint;
use super::last_mile::CentreRoutes;
use super::linehaul::HubRoutes;
use super::places::{DayPlaces, PlaceIdx};
use super::run::PublishedRun;
use coldmile_geometry::Point;
use coldmile_model::{Courier, Day, Load, Order, Parcel, Site};
use coldmile_plan::{Echelon, Leg, Manifest, Run, RunBreak, Stop, StopPlace, Trip};
use coldmile_road::RoadQuery;
use coldmile_units::{Id, Idx, Metres, Seconds, Timestamp};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// Whether legs have the line of their path on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// As a plan shows them.
    Drawn,
    /// Empty: only times and prices are asked for.
    Omitted,
}

/// What one stop visits and serves.
struct StopContent {
    place: StopPlace,
    orders: Vec<Idx<Order>>,
    /// Service starts no earlier, however early the vehicle is there.
    not_before: Timestamp,
}

/// One solved problem, in the same form for both echelons.
struct SolvedRoutes<'a> {
    echelon: Echelon,
    base: Idx<Site>,
    crews: &'a [Crew],
    places: &'a [PlaceIdx],
    problem: &'a coldmile_vrp::Problem,
    solution: &'a coldmile_vrp::Solution,
    lines: Lines,
}

/// The runs of a hub's trucks. Orders that the last mile could not serve (not in `planned`) are not on them.
fn publish_linehaul(
    day: &Day,
    places: &DayPlaces,
    hub: &HubRoutes,
    planned: &BTreeSet<Idx<Order>>,
    lines: Lines,
) -> Vec<PublishedRun> {
    let routes = SolvedRoutes {
        echelon: Echelon::Linehaul,
        base: hub.hub,
        crews: &hub.crews,
        places: &hub.places,
        problem: &hub.problem,
        solution: &hub.solution,
        lines,
    };
    publish(day, places, &routes, |client| {
        let consignment = &hub.consignments[client.get()];
        let site = day.network.sites()[consignment.centre].id.clone();
        let wave = day.network.waves[consignment.wave].id.clone();
        let orders = consignment.orders.iter().copied().filter(|order| planned.contains(order)).collect();
        let not_before = consignment.unloading_starts(day, Timestamp::MIN);
        StopContent { place: StopPlace::Centre { site, wave }, orders, not_before }
    })
}

/// The runs of a centre's couriers.
fn publish_last_mile(
    day: &Day,
    places: &DayPlaces,
    centre: &CentreRoutes,
    lines: Lines,
) -> Vec<PublishedRun> {
    let routes = SolvedRoutes {
        echelon: Echelon::LastMile,
        base: centre.centre,
        crews: &centre.crews,
        places: &centre.places,
        problem: &centre.problem,
        solution: &centre.solution,
        lines,
    };
    publish(day, places, &routes, |client| {
        let order = centre.order_of(client);
        let place = StopPlace::Door { order: day.orders[order].id.clone() };
        StopContent { place, orders: vec![order], not_before: Timestamp::MIN }
    })
}

/// The runs of these routes, trucks first, by id.
pub fn publish_all(
    day: &Day,
    places: &DayPlaces,
    (hubs, centres): (&[Arc<HubRoutes>], &[Arc<CentreRoutes>]),
    assigned: &[Assigned],
    lines: Lines,
) -> Vec<PublishedRun> {
    let planned: BTreeSet<_> = assigned.iter().map(|row| row.order).collect();
    let trucks = hubs.par_iter().map(|hub| publish_linehaul(day, places, hub, &planned, lines));
    let couriers = centres.par_iter().map(|centre| publish_last_mile(day, places, centre, lines));
    let mut runs: Vec<_> = trucks.chain(couriers).flatten_iter().collect();
    runs.sort_by(|a, b| (a.run.echelon, &a.run.id).cmp(&(b.run.echelon, &b.run.id)));
    runs
}

/// How much of the limit it will take to publish and to write a plan of such routes, by some of them.
pub fn time_to_publish(
    day: &Day,
    places: &DayPlaces,
    (hubs, centres): (&[Arc<HubRoutes>], &[Arc<CentreRoutes>]),
    assigned: &[Assigned],
    budget: DayBudget<'_>,
) -> Duration {
    /// Hubs and centres that are published to see how long it takes.
    const SAMPLE: usize = 8;
    /// Orders, sums and what the machine does meanwhile take time beyond that of runs.
    const MARGIN: f64 = 1.5;
    fn sample<T: Clone>(all: &[T]) -> Vec<T> {
        all.iter().step_by(all.len().div_ceil(SAMPLE).max(1)).cloned().collect()
    }
    let stops = |solution: &coldmile_vrp::Solution| -> usize {
        solution.routes.iter().flat_map(|route| &route.trips).map(|trip| trip.clients.len() + 1).sum()
    };
    let truck_stops = |hubs: &[Arc<HubRoutes>]| hubs.iter().map(|hub| stops(&hub.solution)).sum::<usize>();
    let courier_stops =
        |centres: &[Arc<CentreRoutes>]| centres.iter().map(|centre| stops(&centre.solution)).sum::<usize>();
    if !budget.is_timed() {
        return Duration::ZERO;
    }
    let measure = |hubs: &[Arc<HubRoutes>], centres: &[Arc<CentreRoutes>]| {
        let before = budget.used();
        for published in publish_all(day, places, (hubs, centres), assigned, Lines::Drawn) {
            // What cannot be written here will be an error of the caller's.
            let _ = serde_json::to_writer_pretty(std::io::sink(), &published.run);
        }
        budget.used().saturating_sub(before)
    };
    let ratio = |all: usize, some: usize| all as f64 / some.max(1) as f64;
    let (some_hubs, some_centres) = (sample(hubs), sample(centres));
    let trucks = measure(&some_hubs, &[]).mul_f64(ratio(truck_stops(hubs), truck_stops(&some_hubs)));
    let couriers =
        measure(&[], &some_centres).mul_f64(ratio(courier_stops(centres), courier_stops(&some_centres)));
    (trucks + couriers).mul_f64(MARGIN)
}

fn publish(
    day: &Day,
    places: &DayPlaces,
    routes: &SolvedRoutes<'_>,
    content: impl Fn(Idx<coldmile_vrp::Client>) -> StopContent + Sync,
) -> Vec<PublishedRun> {
    let mut next_of_crew = vec![0; routes.crews.len()];
    let staffed: Vec<_> = (routes.solution.routes.iter())
        .map(|route| {
            let crew = route.vehicle_type.get();
            let courier = routes.crews[crew].couriers[next_of_crew[crew]];
            next_of_crew[crew] += 1;
            (route, courier)
        })
        .collect();
    staffed
        .into_par_iter()
        .map(|(route, courier)| publish_route(day, places, routes, route, courier, &content))
        .collect()
}

fn publish_route(
    day: &Day,
    places: &DayPlaces,
    routes: &SolvedRoutes<'_>,
    route: &coldmile_vrp::Route,
    courier: Idx<Courier>,
    content: &impl Fn(Idx<coldmile_vrp::Client>) -> StopContent,
) -> PublishedRun {
    let courier = &day.couriers[courier];
    let vehicle = &day.vehicle_types[courier.vehicle];
    let schedule = coldmile_vrp::schedule(routes.problem, route);
    let mut legs_of = LegBuilder::new(places, routes, route.vehicle_type, courier);
    let mut trips = Vec::with_capacity(schedule.trips.len());
    let mut orders = Vec::with_capacity(schedule.trips.len());
    let mut breaks = Vec::new();
    for (position, trip) in schedule.trips.iter().enumerate() {
        let begun =
            trip.stops.iter().enumerate().filter_map(|(at, stop)| Some((at, stop, stop.break_start?)));
        breaks.extend(begun.map(|(at, stop, starts_at)| RunBreak {
            trip: position,
            stop: at,
            starts_at,
            ends_at: stop.departure,
        }));
        let contents: Vec<StopContent> = trip.stops.iter().map(|stop| content(stop.client)).collect();
        let mut here = 0;
        let mut legs = Vec::with_capacity(contents.len() + 1);
        let mut stops = Vec::with_capacity(contents.len());
        for (stop, content) in trip.stops.iter().zip(&contents) {
            let location = routes.problem.clients()[stop.client].location;
            legs.push(legs_of.leg(here, location));
            here = location;
            stops.push(Stop {
                place: content.place.clone(),
                point: places.point(routes.places[location]),
                arrives_at: stop.arrival,
                starts_at: stop.start.max(content.not_before),
                departs_at: stop.departure,
                parcels: parcels_of(day, &content.orders),
                walk: places.walk(places.profile_of(courier.vehicle), routes.places[location]),
            });
        }
        legs.push(legs_of.leg(here, 0));
        let load: Load = contents
            .iter()
            .flat_map(|content| &content.orders)
            .map(|&order| day.orders[order].load)
            .fold(Load::default(), |sum, load| sum + load);
        trips.push(Trip {
            loads_at: trip.loading,
            departs_at: trip.departure,
            returns_at: trip.end,
            manifest: Manifest {
                parcels: stops.iter().rev().flat_map(|stop| stop.parcels.iter().cloned()).collect(),
                load,
            },
            stops,
            legs,
        });
        orders.push(contents.into_iter().map(|content| content.orders).collect());
    }
    let starts_at = trips.first().map_or(courier.shift.open(), |trip: &Trip| trip.loads_at);
    let ends_at = trips.last().map_or(starts_at, |trip| trip.returns_at);
    let distance: Metres = trips.iter().flat_map(|trip| &trip.legs).map(|leg| leg.distance).sum();
    let work = RunWork {
        working: ends_at - starts_at,
        driving: trips.iter().flat_map(|trip| &trip.legs).map(|leg| leg.duration).sum(),
        overtime: (ends_at - starts_at.max(courier.shift.close())).max(Seconds::ZERO),
        distance,
    };
    let run = Run {
        id: Id::new(format!("R-{}", courier.id)),
        echelon: routes.echelon,
        courier: courier.id.clone(),
        vehicle: vehicle.id.clone(),
        base: day.network.sites()[routes.base].id.clone(),
        starts_at,
        ends_at,
        distance,
        cost: run_cost(&vehicle.prices, &work),
        trips,
        breaks,
        footprint: None,
    };
    let mut published = PublishedRun { run, orders, cooling_j: Vec::new() };
    let (footprint, cooling_j) = footprint(day, vehicle, &published);
    published.run.footprint = Some(footprint);
    PublishedRun { cooling_j, ..published }
}

fn parcels_of(day: &Day, orders: &[Idx<Order>]) -> Vec<Id<Parcel>> {
    orders.iter().flat_map(|&order| &day.orders[order].parcels).map(|parcel| parcel.id.clone()).collect()
}

/// Makes the legs of one vehicle.
struct LegBuilder<'a> {
    travel: &'a dyn coldmile_units::Travel,
    query: RoadQuery<'a>,
    snaps: Vec<Option<&'a coldmile_road::Snap>>,
}

impl<'a> LegBuilder<'a> {
    fn new(
        places: &'a DayPlaces,
        routes: &'a SolvedRoutes<'_>,
        vehicle_type: Idx<coldmile_vrp::VehicleType>,
        courier: &Courier,
    ) -> Self {
        let profile = places.profile_of(courier.vehicle);
        let snap = |place| match routes.lines {
            Lines::Drawn => places.snap(profile, place),
            Lines::Omitted => None,
        };
        Self {
            travel: routes.problem.travel_of(vehicle_type),
            query: RoadQuery::new(places.roads(profile)),
            snaps: routes.places.iter().map(|&place| snap(place)).collect(),
        }
    }

    /// The leg between two locations of the problem. The solver uses no arc without a duration, so both figures are known.
    fn leg(&mut self, from: usize, to: usize) -> Leg {
        let duration = self.travel.duration(from, to).unwrap_or(Seconds::ZERO);
        let distance = self.travel.distance(from, to).unwrap_or(Metres::ZERO);
        let path = match (self.snaps[from], self.snaps[to]) {
            (Some(start), Some(end)) if from != to => self.query.route(start, end),
            _ => None,
        };
        Leg { duration, distance, line: path.map(|path| encode(&path.line)).unwrap_or_default() }
    }
}

/// The line as an encoded polyline of precision 5 (about a metre).
fn encode(line: &[Point]) -> String {
    let coordinates = line.iter().map(|point| geo::Coord { x: point.longitude(), y: point.latitude() });
    polyline::encode_coordinates(coordinates, 5)
        .expect("every point of a path has a valid latitude and longitude")
}
