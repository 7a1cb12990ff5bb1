//! Moves of whole trips between vehicles that make several: a trip is relocated to another place or vehicle, two trips are
//! swapped, two vehicles exchange all that follows one of their trips.

use super::routes::Opening;
use super::tables::{LocalSearch, TripOnRoute};
use crate::problem::VehicleType;
use crate::search::index::NONE;
use crate::search::penalty::PenalisedModel;
use coldmile_units::Idx;

impl<M: PenalisedModel> LocalSearch<'_, M> {
    /// Tries the moves of all trips of routes that changed since the last time, until none is left.
    pub(super) fn improve_routes(&mut self) {
        loop {
            let since = std::mem::replace(&mut self.routes_tried, self.moves);
            let before = self.moves;
            for trip in 0..self.trips.len() as u32 {
                if self.is_on_route(trip) {
                    let _ = self.relocate_trip(trip, since)
                        || self.swap_trip(trip, since)
                        || self.exchange_after(trip, since);
                }
            }
            if self.moves == before {
                return;
            }
        }
    }

    fn is_on_route(&self, trip: u32) -> bool {
        self.trips[trip as usize].len > 0
    }

    /// A trip as one of another vehicle type would drive it, and the cost of its arcs.
    fn driven_by(&self, vehicle_type: Idx<VehicleType>, trip: u32) -> (Option<M::Route>, i64) {
        let row = &self.trips[trip as usize];
        if row.vehicle_type == vehicle_type {
            return (self.on_route[trip as usize].own, row.travel_cost);
        }
        let model = self.model;
        let [start, stop] = model.ends(vehicle_type);
        let (mut sum, mut here, mut travel_cost) = (model.departure(vehicle_type), start, 0);
        for client in self.clients(trip) {
            sum = model.join(vehicle_type, &sum, &model.single(vehicle_type, client));
            travel_cost += model.arc_cost(vehicle_type, here, client);
            here = client;
        }
        sum = model.join(vehicle_type, &sum, &model.arrival(vehicle_type));
        travel_cost += model.arc_cost(vehicle_type, here, stop);
        (Some(model.route(vehicle_type, &sum)), travel_cost)
    }

    /// Relocates a trip to wherever one might be opened.
    fn relocate_trip(&mut self, trip: u32, since: u64) -> bool {
        let row = self.trips[trip as usize];
        let TripOnRoute { before, after, .. } = self.on_route[trip as usize];
        let [_, price] = self.costs_of_route(trip);
        let travel_cost = self.routes[row.route as usize].travel_cost - row.travel_cost;
        let rest = self.joined(row.vehicle_type, [before, after]);
        let without = travel_cost + self.other_cost_of_route(row.vehicle_type, rest);
        let mut best: (i64, Option<Opening>) = (0, None);
        for opening in self.openings() {
            let target = self.routes.get(opening.route as usize);
            let changed = target.map_or(0, |target| self.trips[target.trips[0] as usize].changed);
            if changed.max(row.changed) <= since {
                continue;
            }
            self.evaluated += 1;
            let change = if opening.route == row.route {
                if opening.place == row.place || opening.place == row.place + 1 {
                    continue;
                }
                let list = &self.routes[row.route as usize].trips;
                let mut whole = None;
                for place in 0..=list.len() {
                    if place == opening.place as usize {
                        whole = self.joined(row.vehicle_type, [whole, self.on_route[trip as usize].own]);
                    }
                    if let Some(&other) = list.get(place).filter(|&&other| other != trip) {
                        whole = self.joined(row.vehicle_type, [whole, self.on_route[other as usize].own]);
                    }
                }
                travel_cost + row.travel_cost + self.other_cost_of_route(row.vehicle_type, whole) - price
            } else {
                let (own, own_travel) = self.driven_by(opening.vehicle_type, trip);
                let apart = self.put_apart(opening);
                let TripOnRoute { before, after, .. } = self.on_route[apart as usize];
                let [travel_there, price_there] = self.costs_of_route(apart);
                let whole = self.joined(opening.vehicle_type, [before, own, after]);
                without + travel_there + own_travel + self.other_cost_of_route(opening.vehicle_type, whole)
                    - price
                    - price_there
            };
            if change < best.0 {
                best = (change, Some(opening));
            }
        }
        let (change, Some(mut opening)) = best else {
            return false;
        };
        let price = self.price();
        self.moves += 1;
        self.routes[row.route as usize].trips.remove(row.place as usize);
        if opening.route == row.route && opening.place > row.place {
            opening.place -= 1;
        }
        if opening.route == NONE {
            opening.route = self.add_route(opening.vehicle_type);
        }
        self.retype(trip, opening.vehicle_type);
        self.routes[opening.route as usize].trips.insert(opening.place as usize, trip);
        self.connect(row.route);
        self.connect(opening.route);
        debug_assert_eq!(price + change, self.price(), "the cost is as evaluated");
        true
    }

    /// Swaps a trip with one of another vehicle.
    fn swap_trip(&mut self, trip: u32, since: u64) -> bool {
        let row = self.trips[trip as usize];
        let here = self.on_route[trip as usize];
        let [travel, price] = self.costs_of_route(trip);
        for other in trip + 1..self.trips.len() as u32 {
            let row_other = self.trips[other as usize];
            if !self.is_on_route(other)
                || row_other.route == row.route
                || row.changed.max(row_other.changed) <= since
                || row.slack + row_other.slack <= 0 && row.vehicle_type == row_other.vehicle_type
            {
                continue;
            }
            self.evaluated += 1;
            let there = self.on_route[other as usize];
            let [travel_there, price_there] = self.costs_of_route(other);
            let (comes, comes_cost) = self.driven_by(row.vehicle_type, other);
            let (goes, goes_cost) = self.driven_by(row_other.vehicle_type, trip);
            let whole = self.joined(row.vehicle_type, [here.before, comes, here.after]);
            let whole_there = self.joined(row_other.vehicle_type, [there.before, goes, there.after]);
            let change = travel - row.travel_cost + comes_cost + travel_there - row_other.travel_cost
                + goes_cost
                + self.other_cost_of_route(row.vehicle_type, whole)
                + self.other_cost_of_route(row_other.vehicle_type, whole_there)
                - price
                - price_there;
            if change >= 0 {
                continue;
            }
            let before = self.price();
            self.moves += 1;
            self.routes[row.route as usize].trips[row.place as usize] = other;
            self.routes[row_other.route as usize].trips[row_other.place as usize] = trip;
            self.retype(other, row.vehicle_type);
            self.retype(trip, row_other.vehicle_type);
            self.connect(row.route);
            self.connect(row_other.route);
            debug_assert_eq!(before + change, self.price(), "the cost is as evaluated");
            return true;
        }
        false
    }

    /// The vehicles of a trip and of another one exchange all that follows these.
    fn exchange_after(&mut self, trip: u32, since: u64) -> bool {
        let row = self.trips[trip as usize];
        let here = self.on_route[trip as usize];
        let vehicle_type = row.vehicle_type;
        let until = self.joined(vehicle_type, [here.before, here.own]);
        let [travel, price] = self.costs_of_route(trip);
        let count = self.routes[row.route as usize].trips.len();
        for other in 0..self.trips.len() as u32 {
            let row_other = self.trips[other as usize];
            if !self.is_on_route(other)
                || row_other.route == row.route
                || row_other.vehicle_type != vehicle_type
                || row.changed.max(row_other.changed) <= since
                || row.slack + row_other.slack <= 0
            {
                continue;
            }
            let count_other = self.routes[row_other.route as usize].trips.len();
            let [place, place_other] = [row.place as usize + 1, row_other.place as usize + 1];
            let max_count = (place + count_other - place_other).max(place_other + count - place);
            if max_count > self.model.max_trips(vehicle_type) {
                continue;
            }
            self.evaluated += 1;
            let there = self.on_route[other as usize];
            let [travel_there, price_there] = self.costs_of_route(other);
            let until_there = self.joined(vehicle_type, [there.before, there.own]);
            let change = travel
                + travel_there
                + self.other_cost_of_route(vehicle_type, self.joined(vehicle_type, [until, there.after]))
                + self
                    .other_cost_of_route(vehicle_type, self.joined(vehicle_type, [until_there, here.after]))
                - price
                - price_there;
            if change >= 0 {
                continue;
            }
            let before = self.price();
            self.moves += 1;
            self.exchange_later_trips([row, row_other]);
            self.connect(row.route);
            self.connect(row_other.route);
            debug_assert_eq!(before + change, self.price(), "the cost is as evaluated");
            return true;
        }
        false
    }

    /// Makes a trip one of another vehicle type.
    fn retype(&mut self, trip: u32, vehicle_type: Idx<VehicleType>) {
        if self.trips[trip as usize].vehicle_type == vehicle_type {
            return;
        }
        let clients: Vec<u32> = self.clients(trip).collect();
        self.trips[trip as usize].vehicle_type = vehicle_type;
        let end = self.end_of(trip) as usize;
        self.head[end] = self.model.departure(vehicle_type);
        self.tail[end] = self.model.arrival(vehicle_type);
        self.set(trip, &clients);
    }
}
