//! Brings vehicles up to date after clients were taken out or inserted, and restores whole solutions.

use super::slots::{NewTripPosition, Plan};
use super::solution::State;
use crate::search::index::NONE;
use crate::search::insertion::InsertionModel;

impl<M: InsertionModel> State<M> {
    /// Brings a touched vehicle up to date; when it breaks a rule (possible where a detour is shorter than the direct arc)
    /// all its clients become absent.
    pub fn update_vehicle(&mut self, model: &M, vehicle: u32) {
        if self.close_empty_trips(vehicle) {
            let cost = model.refresh(self, vehicle);
            self.update_to(model, vehicle, cost);
        }
    }

    /// The same for a vehicle that only lost clients.
    pub fn update_shrunk(&mut self, model: &M, vehicle: u32) {
        if self.close_empty_trips(vehicle) {
            let cost = model.refresh_shrunk(self, vehicle);
            self.update_to(model, vehicle, cost);
        }
    }

    fn update_to(&mut self, model: &M, vehicle: u32, cost: Option<i64>) {
        if let Some(cost) = cost {
            self.charge(vehicle, cost);
            return;
        }
        for trip in self.vehicles[vehicle as usize].trips.clone() {
            self.empty_trip(model, trip);
        }
        self.close_empty_trips(vehicle);
    }

    /// Replaces everything by the routes of `plan`, which break no rule.
    pub fn restore(&mut self, model: &M, plan: &Plan) {
        let stamp = self.journal.stamp;
        *self = Self::empty(model);
        self.journal.stamp = stamp;
        self.begin();
        for (vehicle_type, trips) in &plan.vehicles {
            let mut vehicle = NONE;
            for (place, clients) in trips.iter().enumerate() {
                let position = if place == 0 {
                    NewTripPosition::Vehicle(*vehicle_type)
                } else {
                    NewTripPosition::Trip(vehicle, place as u32)
                };
                let trip = self.open(position);
                vehicle = self.trips[trip as usize].vehicle;
                for &client in clients {
                    let last = self.links[self.end_of(trip) as usize].prev;
                    self.link(client, last, trip);
                }
            }
            self.update_vehicle(model, vehicle);
        }
        let mut is_absent = vec![true; self.client_count];
        for client in 0..self.client_count as u32 {
            if self.links[client as usize].trip != NONE {
                is_absent[model.units().lead(client) as usize] = false;
            }
        }
        let is_lead = |&client: &u32| model.units().lead(client) == client;
        let leads = (0..self.client_count as u32).filter(is_lead);
        self.absent.clear();
        self.absent.extend(leads.filter(|&client| is_absent[client as usize]));
        self.commit();
    }
}
