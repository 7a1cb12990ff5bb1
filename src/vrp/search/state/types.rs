//! Vehicles change their type: a mixed fleet drives each route with the cheapest that can.

use super::{State, Vehicle};
use crate::search::model::Model;

impl<M: Model> State<M> {
    /// The vehicles touched since [`begin`](Self::begin) that are in use, by position; `None` behind the last one.
    fn touched(&self, at: usize) -> Option<u32> {
        self.journal.vehicles.get(at).map(|(vehicle, _)| *vehicle)
    }

    /// Gives some of the touched vehicles another type at random, where that keeps all rules: room for clients that
    /// would not fit, or less of it.
    pub fn shuffle_types(&mut self, model: &M, rng: &mut fastrand::Rng) {
        let mut at = 0;
        while let Some(vehicle) = self.touched(at) {
            at += 1;
            if rng.bool() {
                let kind = rng.u32(0..self.used.len() as u32);
                self.retype(model, vehicle, kind, i64::MAX);
            }
        }
    }

    /// Gives every touched vehicle the cheapest type that can drive its route.
    pub fn settle_types(&mut self, model: &M) {
        let mut at = 0;
        while let Some(vehicle) = self.touched(at) {
            at += 1;
            for kind in 0..self.used.len() as u32 {
                self.retype(model, vehicle, kind, self.vehicles[vehicle as usize].cost);
            }
        }
    }

    /// Two vehicles of different types drive each other's routes; whether that keeps all rules. If not the iteration is to
    /// be undone.
    pub fn exchange_types(&mut self, model: &M, pair: [u32; 2]) -> bool {
        let kinds = pair.map(|vehicle| self.vehicles[vehicle as usize].kind);
        pair.iter().zip([kinds[1], kinds[0]]).all(|(&vehicle, kind)| {
            self.touch(vehicle);
            self.vehicles[vehicle as usize].kind = kind;
            model.refresh(self, vehicle).map(|cost| self.charge(vehicle, cost)).is_some()
        })
    }

    /// Makes a touched vehicle one of another type if there is one left, no rule breaks, and it costs less than `limit`.
    fn retype(&mut self, model: &M, vehicle: u32, kind: u32, limit: i64) {
        let Vehicle { kind: before, ref trips, .. } = self.vehicles[vehicle as usize];
        if trips.is_empty() || kind == before || self.used[kind as usize] >= model.fleet()[kind as usize] {
            return;
        }
        self.vehicles[vehicle as usize].kind = kind;
        if let Some(cost) = model.refresh(self, vehicle).filter(|&cost| cost < limit) {
            self.used[before as usize] -= 1;
            self.used[kind as usize] += 1;
            self.charge(vehicle, cost);
        } else {
            self.vehicles[vehicle as usize].kind = before;
            let cost = model.refresh(self, vehicle);
            debug_assert_eq!(cost, Some(self.vehicles[vehicle as usize].cost));
        }
    }
}
