//! Routes that are known before a problem is solved again: the search then begins with them.

use coldmile_model::{Order, Site};
use coldmile_units::Idx;
use std::collections::BTreeMap;

/// A route by the orders it serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftRoute {
    /// Position of the crew among those of its site.
    pub crew: usize,
    /// The orders of each trip, as they are visited.
    pub trips: Vec<Vec<Idx<Order>>>,
}

/// The routes of couriers by the centre where they work.
pub type DraftRoutes = BTreeMap<Idx<Site>, Vec<DraftRoute>>;

/// These routes as a solution of a problem: `vehicle_type` by crew, `client` by order. Orders that are no clients there are
/// left out.
pub fn start_solution(
    routes: &[DraftRoute],
    vehicle_type: impl Fn(usize) -> Idx<coldmile_vrp::VehicleType>,
    client: impl Fn(Idx<Order>) -> Option<Idx<coldmile_vrp::Client>>,
) -> Vec<coldmile_vrp::Route> {
    let trip = |orders: &Vec<Idx<Order>>| coldmile_vrp::Trip {
        clients: orders.iter().filter_map(|&order| client(order)).collect(),
    };
    let route = |route: &DraftRoute| coldmile_vrp::Route {
        vehicle_type: vehicle_type(route.crew),
        trips: route.trips.iter().map(trip).filter(|trip| !trip.clients.is_empty()).collect(),
    };
    routes.iter().map(route).filter(|route| !route.trips.is_empty()).collect()
}
