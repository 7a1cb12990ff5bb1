//! Vehicles change their type: a mixed fleet drives each route with the cheapest that can.

use super::slots::UsedVehicle;
use super::solution::State;
use crate::problem::VehicleType;
use crate::search::insertion::InsertionModel;
use coldmile_units::Idx;

impl<M: InsertionModel> State<M> {
    /// The vehicles touched since [`begin`](Self::begin) that are in use, by position; `None` behind the last one.
    fn touched(&self, at: usize) -> Option<u32> {
        self.journal.vehicles.get(at).map(|(vehicle, _)| *vehicle)
    }

    /// Gives some of the touched vehicles another type at random, where that keeps all rules: capacity for clients
    /// that would not fit, or less of it.
    pub fn shuffle_types(&mut self, model: &M, rng: &mut fastrand::Rng) {
        let mut at = 0;
        while let Some(vehicle) = self.touched(at) {
            at += 1;
            if rng.bool() {
                let vehicle_type = Idx::new(rng.u32(0..self.used.len() as u32));
                self.retype(model, vehicle, vehicle_type, i64::MAX);
            }
        }
    }

    /// Gives every touched vehicle the cheapest type that can drive its route.
    pub fn choose_cheapest_types(&mut self, model: &M) {
        let mut at = 0;
        while let Some(vehicle) = self.touched(at) {
            at += 1;
            for vehicle_type in (0..self.used.len() as u32).map(Idx::new) {
                self.retype(model, vehicle, vehicle_type, self.vehicles[vehicle as usize].cost);
            }
        }
    }

    /// Two vehicles of different types drive each other's routes; whether that keeps all rules. If not the iteration is to
    /// be undone.
    pub fn exchange_types(&mut self, model: &M, pair: [u32; 2]) -> bool {
        let vehicle_types = pair.map(|vehicle| self.vehicles[vehicle as usize].vehicle_type);
        pair.iter().zip([vehicle_types[1], vehicle_types[0]]).all(|(&vehicle, vehicle_type)| {
            self.touch(vehicle);
            self.vehicles[vehicle as usize].vehicle_type = vehicle_type;
            model.refresh(self, vehicle).map(|cost| self.charge(vehicle, cost)).is_some()
        })
    }

    /// Makes a touched vehicle one of another type if there is one left, no rule breaks, and it costs less than `limit`.
    fn retype(&mut self, model: &M, vehicle: u32, vehicle_type: Idx<VehicleType>, limit: i64) {
        let UsedVehicle { vehicle_type: before, ref trips, .. } = self.vehicles[vehicle as usize];
        if trips.is_empty()
            || vehicle_type == before
            || self.used[vehicle_type.get()] >= model.fleet()[vehicle_type.get()]
        {
            return;
        }
        let least = model.least_cost_as(self, vehicle, vehicle_type);
        if !cfg!(debug_assertions) && least.is_none_or(|least| least >= limit) {
            return;
        }
        self.vehicles[vehicle as usize].vehicle_type = vehicle_type;
        let refreshed = model.refresh(self, vehicle);
        debug_assert!(
            refreshed.is_none_or(|cost| least.is_some_and(|least| least <= cost)),
            "a route that keeps all rules costs no less than foreseen"
        );
        if let Some(cost) = refreshed.filter(|&cost| cost < limit) {
            self.used[before.get()] -= 1;
            self.used[vehicle_type.get()] += 1;
            self.charge(vehicle, cost);
        } else {
            self.vehicles[vehicle as usize].vehicle_type = before;
            let cost = model.refresh(self, vehicle);
            debug_assert_eq!(cost, Some(self.vehicles[vehicle as usize].cost));
        }
    }
}
