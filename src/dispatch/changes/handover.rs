//! Deliveries that become pickups, and pickups that become deliveries.

use super::super::assign::Move;
use super::super::echelons::Echelons;
use super::super::last_mile::CentreRoutes;
use super::super::walks::walk_price;
use super::change::{Change, Row};
use coldmile_model::{Day, Order, Site};
use coldmile_plan::Handover;
use coldmile_units::Idx;
use std::collections::BTreeMap;

/// Of every centre and of all together: deliveries that cost more than the walk, all deliveries, all pickups.
pub fn change_handover(day: &Day, state: &Echelons) -> Vec<Change> {
    let assignment = &state.assignment;
    let mut to_pickup: BTreeMap<Idx<Site>, Change> = BTreeMap::new();
    let mut to_door: BTreeMap<Idx<Site>, Change> = BTreeMap::new();
    let mut cheaper: BTreeMap<Idx<Site>, Change> = BTreeMap::new();
    let savings = savings(state);
    for order in assignment.orders.indices() {
        let Some(chosen) = assignment.chosen(order) else { continue };
        let other = match chosen.handover {
            Handover::Door => Handover::Pickup,
            Handover::Pickup => Handover::Door,
        };
        let row = &assignment.orders[order];
        let Some(option) = row.find(chosen.centre, chosen.wave, other).filter(|&at| !row.options[at].is_late)
        else {
            continue;
        };
        let step = Move { order, option };
        match other {
            Handover::Door => to_door.entry(chosen.centre).or_default().push(step),
            Handover::Pickup => {
                to_pickup.entry(chosen.centre).or_default().push(step);
                let walk = walk_price(day, row.options[option].walk);
                if savings.get(&order).is_some_and(|&saving| saving > walk) {
                    cheaper.entry(chosen.centre).or_default().push(step);
                }
            }
        }
    }
    let mut changes = Vec::new();
    for by_centre in [cheaper, to_pickup, to_door] {
        changes.push(by_centre.values().flatten().copied().collect());
        changes.extend(by_centre.into_values());
    }
    changes
}

/// What every delivery would save were it taken out of its route: the detour and the time at the door, at the courier's prices.
fn savings(state: &Echelons) -> BTreeMap<Row, i64> {
    let mut savings = BTreeMap::new();
    for centre in &state.centres {
        for (order, saving) in savings_at(centre) {
            savings.extend(state.assignment.row_of(order).map(|row| (row, saving)));
        }
    }
    savings
}

fn savings_at(centre: &CentreRoutes) -> Vec<(Idx<Order>, i64)> {
    let problem = &centre.problem;
    let mut savings = Vec::new();
    for route in &centre.solution.routes {
        let vehicle = &problem.vehicle_types()[route.vehicle_type];
        let travel = problem.travel_of(route.vehicle_type);
        let price = |from: usize, to: usize| {
            travel.leg(from, to).map_or(0, |(duration, distance)| {
                duration.0 * vehicle.cost_per_second + distance.0 * vehicle.cost_per_metre
            })
        };
        for trip in &route.trips {
            let location = |at: Option<&Idx<coldmile_vrp::Client>>| {
                at.map_or(0, |client| problem.clients()[*client].location)
            };
            for (at, &client) in trip.clients.iter().enumerate() {
                let here = problem.clients()[client].location;
                let before = location(at.checked_sub(1).and_then(|at| trip.clients.get(at)));
                let after = location(trip.clients.get(at + 1));
                let service = problem.clients()[client].service.0 * vehicle.cost_per_second;
                let detour = price(before, here) + price(here, after) - price(before, after);
                savings.push((centre.order_of(client), service + detour));
            }
        }
    }
    savings
}
