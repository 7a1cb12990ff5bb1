//! Solutions in the CVRPLIB form: `Route #1: 5 2 9`, then `Cost 1637.7`. A depot's number inside a route is a reload.

use super::error::{Cause, FormatError};
use super::instance::BenchmarkInstance;
use super::numbers::number;
use super::read::without_mark;
use crate::solution::{Route, Solution, Trip};
use coldmile_units::Idx;
use std::fmt::Write;

/// Reads routes, and the cost the file states, if it does. The routes may break rules: that is for
/// [`check`](crate::check) to say. Clients that appear in no route are not listed as unplanned.
pub fn read_solution(
    instance: &BenchmarkInstance,
    text: &str,
) -> Result<(Solution, Option<f64>), FormatError> {
    let mut solution = Solution::default();
    let mut stated = None;
    let mut route_count = 0;
    for (at, row) in without_mark(text).lines().enumerate() {
        let (line, row) = (at + 1, row.trim());
        if let Some(route) = row.strip_prefix("Route") {
            let (_, clients) =
                route.split_once(':').ok_or(Cause::Missing("\":\" after the route").at(line))?;
            let trips = read_trips(instance, clients, line)?;
            let vehicle_type = if instance.vehicles.is_empty() {
                Idx::new(0)
            } else {
                let vehicle = instance.vehicles.get(route_count);
                *vehicle.ok_or(Cause::Unknown { what: "vehicle", number: route_count + 1 }.at(line))?
            };
            route_count += 1;
            if !trips.is_empty() {
                solution.routes.push(Route { vehicle_type, trips });
            }
        } else if let Some(cost) = row.strip_prefix("Cost") {
            let cost = cost.trim_start_matches(':').trim();
            let value = cost.parse::<f64>().ok().filter(|value| value.is_finite());
            stated = Some(value.ok_or_else(|| {
                let text = cost.chars().take(40).collect();
                Cause::BadNumber { what: "cost", text, min: 0, max: i64::MAX }.at(line)
            })?);
        }
    }
    // A solution that serves no client may have no route, but it states its cost.
    if route_count == 0 && stated.is_none() {
        return Err(Cause::Missing("a route or a cost").at(0));
    }
    Ok((solution, stated))
}

fn read_trips(instance: &BenchmarkInstance, clients: &str, line: usize) -> Result<Vec<Trip>, FormatError> {
    let mut trips = vec![Trip::default()];
    for word in clients.split_whitespace() {
        let location = number(Some(word), "location", line)? as usize;
        match location.checked_sub(instance.depot_count) {
            None => trips.push(Trip::default()),
            Some(client) if client < instance.problem.clients().len() => {
                let last = trips.len() - 1;
                trips[last].clients.push(Idx::new(client as u32));
            }
            Some(_) => return Err(Cause::Unknown { what: "location", number: location }.at(line)),
        }
    }
    trips.retain(|trip| !trip.clients.is_empty());
    Ok(trips)
}

/// Writes routes and cost.
pub fn write_solution(instance: &BenchmarkInstance, solution: &Solution) -> String {
    let mut text = String::new();
    let mut line = |at: usize, route: Option<&Route>| {
        write!(text, "Route #{at}:").expect("a string takes everything");
        let Some(route) = route else {
            text.push('\n');
            return;
        };
        let depot = instance.problem.vehicle_types()[route.vehicle_type].start_depot.get();
        for (place, trip) in route.trips.iter().enumerate() {
            if place > 0 {
                write!(text, " {depot}").expect("a string takes everything");
            }
            for client in &trip.clients {
                write!(text, " {}", client.get() + instance.depot_count).expect("a string takes everything");
            }
        }
        text.push('\n');
    };
    if instance.vehicles.is_empty() {
        for (at, route) in solution.routes.iter().enumerate() {
            line(at + 1, Some(route));
        }
    } else {
        let mut is_written = vec![false; solution.routes.len()];
        for (at, vehicle_type) in instance.vehicles.iter().enumerate() {
            let next = (0..solution.routes.len())
                .find(|&route| !is_written[route] && solution.routes[route].vehicle_type == *vehicle_type);
            if let Some(route) = next {
                is_written[route] = true;
            }
            line(at + 1, next.map(|route| &solution.routes[route]));
        }
    }
    text.push_str("Cost ");
    text.push_str(&instance.cost_scale.to_text(solution.cost));
    text.push('\n');
    text
}
