//! Makes a given solution feasible, so that a search can begin with it.
//!
//! The referee judges every route, so that what is said of a start does not depend on the search.

use crate::check::{Report, Rule, Violation, check_route};
use crate::problem::{Client, Problem};
use crate::solution::{Route, Solution, Trip};
use coldmile_units::Idx;

/// Clients of a route up to which each of them is tried as the one to take out.
const MAX_TRIED: usize = 200;

/// The routes of a solution without what breaks rules: what does not exist, is there twice or is one vehicle, trip or
/// alternative too many, then the clients whose absence mends most. The clients taken out are in no route.
pub(super) fn repaired(problem: &Problem, start: &Solution) -> Vec<Route> {
    let destinations = problem.destinations();
    let mut places = Places::new(problem);
    let mut routes = Vec::with_capacity(start.routes.len());
    for route in &start.routes {
        let Some(left) = places.vehicles_left.get_mut(route.vehicle_type.get()).filter(|left| **left > 0)
        else {
            continue;
        };
        *left -= 1;
        let max_trips = problem.vehicle_types()[route.vehicle_type].max_trips;
        let mut kept = Route { vehicle_type: route.vehicle_type, trips: Vec::new() };
        for trip in &route.trips {
            let clients: Vec<_> =
                trip.clients.iter().copied().filter(|&client| places.take(problem, client)).collect();
            if !clients.is_empty() && kept.trips.len() < max_trips {
                kept.trips.push(Trip { clients });
            } else {
                for client in clients {
                    places.free(problem, client);
                }
            }
        }
        while let Some(out) = next_out(problem, &kept, &destinations) {
            take_out(&mut kept, &out);
            for client in out {
                places.free(problem, client);
            }
        }
        if kept.trips.is_empty() {
            places.vehicles_left[route.vehicle_type.get()] += 1;
        } else {
            routes.push(kept);
        }
    }
    routes
}

/// Who is served already, and which vehicles are left.
struct Places {
    vehicles_left: Vec<usize>,
    is_served: Vec<bool>,
    is_group_served: Vec<bool>,
}

impl Places {
    fn new(problem: &Problem) -> Self {
        Self {
            vehicles_left: problem.vehicle_types().iter().map(|row| row.count).collect(),
            is_served: vec![false; problem.clients().len()],
            is_group_served: vec![false; problem.groups().len()],
        }
    }

    /// Whether a client exists and may be served, too.
    fn take(&mut self, problem: &Problem, client: Idx<Client>) -> bool {
        let Some(is_served) = self.is_served.get_mut(client.get()).filter(|is_served| !**is_served) else {
            return false;
        };
        if let Some(group) = problem.clients()[client].group {
            if self.is_group_served[group.get()] {
                return false;
            }
            self.is_group_served[group.get()] = true;
        }
        *is_served = true;
        true
    }

    fn free(&mut self, problem: &Problem, client: Idx<Client>) {
        self.is_served[client.get()] = false;
        if let Some(group) = problem.clients()[client].group {
            self.is_group_served[group.get()] = false;
        }
    }
}

/// The clients to take out of a route next, `None` when it breaks no rule: a pair, or one client.
fn next_out(
    problem: &Problem,
    route: &Route,
    destinations: &[Option<Idx<Client>>],
) -> Option<Vec<Idx<Client>>> {
    let report = check_route(problem, route, destinations);
    if report.violations.is_empty() || route.trips.is_empty() {
        return None;
    }
    let clients: Vec<Idx<Client>> = route.trips.iter().flat_map(|trip| &trip.clients).copied().collect();
    let unit = |client: Idx<Client>| {
        let partner = problem.clients()[client].origin.or(destinations[client.get()]);
        std::iter::once(client).chain(partner).collect::<Vec<_>>()
    };
    if clients.len() > MAX_TRIED {
        let named = report.violations.iter().find_map(|violation| violation.client);
        return named.or(clients.last().copied()).map(unit);
    }
    // Of equals the one visited last.
    clients.into_iter().rev().map(unit).min_by_key(|out| {
        let mut without = route.clone();
        take_out(&mut without, out);
        breach(&check_route(problem, &without, destinations))
    })
}

/// How far a route is from keeping all rules: how many are broken, and by how much in all.
fn breach(report: &Report) -> (usize, i64) {
    let by = |violation: &Violation| match violation.rule {
        Rule::Late { by } | Rule::Ride { by } | Rule::Duration { by } => by.0,
        Rule::Load { over_by, .. } => over_by,
        Rule::Exposure { by } | Rule::Distance { by } => by,
        _ => 1,
    };
    (report.violations.len(), report.violations.iter().map(by).fold(0, i64::saturating_add))
}

fn take_out(route: &mut Route, clients: &[Idx<Client>]) {
    for trip in &mut route.trips {
        trip.clients.retain(|client| !clients.contains(client));
    }
    route.trips.retain(|trip| !trip.clients.is_empty());
}
