//! Trips of the solution under local search: adding, rebuilding, and keeping one empty trip of every vehicle type.

use super::tables::{LocalSearch, LocalTrip, TripOnRoute};
use crate::problem::VehicleType;
use crate::search::index::NONE;
use crate::search::penalty::{Overrun, PenalisedModel};
use coldmile_units::Idx;

impl<M: PenalisedModel> LocalSearch<'_, M> {
    /// Adds an empty trip.
    pub(super) fn add_trip(&mut self, vehicle_type: Idx<VehicleType>) -> u32 {
        let trip = self.trips.len() as u32;
        let row = LocalTrip {
            vehicle_type,
            route: NONE,
            place: 0,
            len: 0,
            travel_cost: 0,
            price: 0,
            overrun: Overrun::default(),
            slack: -self.min_trip_cost[vehicle_type.get()],
            changed: self.moves,
            exchanged: None,
        };
        self.trips.push(row);
        if self.model.may_reload() {
            self.on_route.push(TripOnRoute::NOTHING);
        }
        let end = self.end_of(trip);
        self.next.push(end);
        self.prev.push(end);
        self.trip.push(trip);
        self.at.push(0);
        self.head.push(self.model.departure(vehicle_type));
        self.tail.push(self.model.arrival(vehicle_type));
        for costs in [&mut self.cost_to, &mut self.reversed_cost_to, &mut self.next_arc_cost] {
            costs.push(0);
        }
        trip
    }

    /// Keeps one empty trip of every type that has a vehicle left.
    pub(super) fn provide_empty(&mut self) {
        if self.model.may_reload() {
            self.provide_apart();
            return;
        }
        self.empty.fill(NONE);
        let mut used = vec![0; self.empty.len()];
        for (at, trip) in self.trips.iter().enumerate() {
            if trip.len == 0 {
                self.empty[trip.vehicle_type.get()] = at as u32;
            } else {
                used[trip.vehicle_type.get()] += 1;
            }
        }
        for (vehicle_type, used) in used.into_iter().enumerate() {
            if used >= self.model.fleet()[vehicle_type] {
                self.empty[vehicle_type] = NONE;
            } else if self.empty[vehicle_type] == NONE {
                self.empty[vehicle_type] = self.add_trip(Idx::new(vehicle_type as u32));
            }
        }
    }

    /// Makes these the clients of a trip, and recomputes all that depends on them.
    pub(super) fn set(&mut self, trip: u32, clients: &[u32]) {
        let end = self.end_of(trip);
        let model = self.model;
        let vehicle_type = self.trips[trip as usize].vehicle_type;
        let [start, stop] = model.ends(vehicle_type);
        let (mut node, mut place, mut head) = (end, start, self.head[end as usize]);
        let (mut cost_to, mut reversed_cost_to) = (0, 0);
        for (at, &client) in clients.iter().enumerate() {
            let c = client as usize;
            self.next[node as usize] = client;
            self.prev[c] = node;
            self.trip[c] = trip;
            self.at[c] = at as u32 + 1;
            head = model.join(vehicle_type, &head, &model.single(vehicle_type, client));
            let arc_cost = model.arc_cost(vehicle_type, place, client);
            self.next_arc_cost[node as usize] = arc_cost;
            cost_to += arc_cost;
            if at > 0 {
                reversed_cost_to += model.arc_cost(vehicle_type, client, place);
            }
            self.head[c] = head;
            self.cost_to[c] = cost_to;
            self.reversed_cost_to[c] = reversed_cost_to;
            (node, place) = (client, client);
        }
        self.next[node as usize] = end;
        self.prev[end as usize] = node;
        let row = &mut self.trips[trip as usize];
        row.changed = self.moves;
        row.len = clients.len() as u32;
        if clients.is_empty() {
            (row.travel_cost, row.price, row.overrun) = (0, 0, Overrun::default());
            row.slack = -self.min_trip_cost[vehicle_type.get()];
            self.next_arc_cost[end as usize] = 0;
            if model.may_reload() {
                self.on_route[trip as usize].own = None;
            }
            return;
        }
        let mut tail = self.tail[end as usize];
        let whole = model.join(vehicle_type, &head, &tail);
        let last_arc_cost = model.arc_cost(vehicle_type, place, stop);
        self.next_arc_cost[node as usize] = last_arc_cost;
        row.travel_cost = cost_to + last_arc_cost;
        if model.may_reload() {
            self.on_route[trip as usize].own = Some(model.route(vehicle_type, &whole));
        } else {
            row.overrun = model.overrun(vehicle_type, &whole);
            row.price = row.travel_cost
                + model.fixed_and_duration_cost(vehicle_type, &whole)
                + self.weights.penalty(&row.overrun);
            row.slack = row.price - row.travel_cost - self.min_trip_cost[vehicle_type.get()];
        }
        for &client in clients.iter().rev() {
            tail = model.join(vehicle_type, &model.single(vehicle_type, client), &tail);
            self.tail[client as usize] = tail;
        }
    }

    /// Gives trips the clients of the sequences that were rebuilt.
    pub(super) fn install(&mut self, trips: &[u32]) {
        for (slot, &trip) in trips.iter().enumerate() {
            let sequence = std::mem::take(&mut self.sequence[slot]);
            self.set(trip, &sequence);
            self.sequence[slot] = sequence;
        }
        if self.model.may_reload() {
            self.update_routes(trips);
            return;
        }
        if trips.iter().any(|&trip| {
            let row = &self.trips[trip as usize];
            row.len == 0 || self.empty[row.vehicle_type.get()] == trip
        }) {
            self.provide_empty();
        }
    }
}
