//! Routes that are known before a problem is solved again: the search then begins with them.

use coldmile_model::{Order, Site};
use coldmile_units::Idx;
use std::collections::BTreeMap;

/// A route by what its stops serve: an order at a courier's stop, a part of a wave at a truck's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftRoute<S> {
    /// Position of the crew among those of its site.
    pub crew: usize,
    /// What each trip serves, as it is visited.
    pub trips: Vec<Vec<S>>,
}

/// The routes of couriers by the centre where they work.
pub type DraftRoutes = BTreeMap<Idx<Site>, Vec<DraftRoute<Idx<Order>>>>;

/// The routes of a solution whose vehicle types are the crews of one site, by what each client stands for.
pub fn draft_of<S>(
    solution: &coldmile_vrp::Solution,
    served: impl Fn(Idx<coldmile_vrp::Client>) -> S,
) -> Vec<DraftRoute<S>> {
    let trip = |trip: &coldmile_vrp::Trip| trip.clients.iter().map(|&client| served(client)).collect();
    let route = |route: &coldmile_vrp::Route| DraftRoute {
        crew: route.vehicle_type.get(),
        trips: route.trips.iter().map(trip).collect(),
    };
    solution.routes.iter().map(route).collect()
}

/// These routes as a solution of a problem: `vehicle_type` by crew, `client` by what is served. Stops that serve no client of
/// the problem are left out.
pub fn start_solution<S: Copy>(
    routes: &[DraftRoute<S>],
    vehicle_type: impl Fn(usize) -> Idx<coldmile_vrp::VehicleType>,
    client: impl Fn(S) -> Option<Idx<coldmile_vrp::Client>>,
) -> Vec<coldmile_vrp::Route> {
    let trip = |served: &Vec<S>| coldmile_vrp::Trip {
        clients: served.iter().filter_map(|&served| client(served)).collect(),
    };
    let route = |route: &DraftRoute<S>| coldmile_vrp::Route {
        vehicle_type: vehicle_type(route.crew),
        trips: route.trips.iter().map(trip).filter(|trip| !trip.clients.is_empty()).collect(),
    };
    routes.iter().map(route).filter(|route| !route.trips.is_empty()).collect()
}
