//! One iteration of a lane: ruin and recreate, now and then another operator, and whether the outcome is kept.

use super::lane::Lane;
use crate::search::index::NONE;
use crate::search::obstacles::JointInsertions;
use crate::search::penalty::PenalisedModel;
use crate::search::recreate::{InsertionPolicy, NewTripPolicy, PrizePolicy};
use crate::search::state::State;

impl<M: PenalisedModel> Lane<'_, M> {
    /// One iteration at this temperature; one in `new_trip_period` may open trips whenever that is cheaper.
    pub(super) fn step(&mut self, temperature: f64, new_trip_period: u32) {
        let current = self.objective();
        let left_before = self.state.absent.len();
        self.state.begin();
        if let Some(keeps_rules) = self.other_operator() {
            if keeps_rules {
                self.accept(current, temperature);
            } else {
                self.state.undo();
            }
            return;
        }
        let (model, instance) = (self.model, self.instance);
        let params = &instance.params.operators;
        let client_count = model.client_count() as u32;
        let around = if client_count as usize > params.focused_from[usize::from(instance.has_windows)] {
            let nearest = instance.nearest(self.centre as usize);
            *self.rng.choice(nearest).unwrap_or(&self.centre)
        } else {
            self.rng.u32(0..client_count)
        };
        self.workspace().ruin(&instance.params.ruin, around);
        let changes_types = model.fleet().len() > 1 && self.rng.u32(0..params.type_change_period) == 0;
        if changes_types {
            self.state.shuffle_types(model, &mut self.rng);
        }
        let new_trip_period = if self.has_prizes { params.cheaper_trip_period } else { new_trip_period };
        let new_trips = if self.rng.u32(0..new_trip_period) == 0 {
            NewTripPolicy::WhenCheaper
        } else {
            NewTripPolicy::WhenNothingElseFits
        };
        let prizes = if self.rng.u32(0..params.ignored_prizes_period) == 0 {
            PrizePolicy::Ignored
        } else {
            PrizePolicy::Weighed
        };
        self.workspace().recreate(InsertionPolicy { new_trips, prizes }, around, left_before);
        if changes_types {
            self.state.choose_cheapest_types(model);
        }
        self.accept(current, temperature);
    }

    /// Vehicles of two types that serve neighbouring clients, if a random draw finds such.
    fn neighbouring_types(&mut self) -> Option<[u32; 2]> {
        let vehicle_of = |state: &State<M>, client: u32| {
            let trip = state.links[client as usize].trip;
            (trip != NONE).then(|| state.trips[trip as usize].vehicle)
        };
        let client = self.rng.u32(0..self.model.client_count() as u32);
        let other = *self.rng.choice(self.instance.nearest(client as usize))?;
        let pair = [vehicle_of(&self.state, client)?, vehicle_of(&self.state, other)?];
        let [one, other] = pair.map(|vehicle| self.state.vehicles[vehicle as usize].vehicle_type);
        (one != other).then_some(pair)
    }

    /// Now and then another operator than ruin and recreate: whether that keeps all rules, if one was applied.
    fn other_operator(&mut self) -> Option<bool> {
        let (model, instance) = (self.model, self.instance);
        let params = &instance.params.operators;
        let left_before = self.state.absent.len();
        if self.has_prizes
            && left_before > 0
            && model.units().is_trivial()
            && self.rng.u32(0..params.paying_trip_period) == 0
        {
            let around = self.state.absent[self.rng.usize(0..left_before)];
            if let Some(keeps_rules) = self.workspace().open_paying_trip(around) {
                return Some(keeps_rules);
            }
        }
        // The more clients are absent, the longer it takes.
        let period = params.optional_trip_period * (1 + left_before as u32 / params.many_absent);
        if self.has_prizes && left_before > 0 && self.rng.u32(0..period) == 0 {
            let around = self.state.absent[self.rng.usize(0..left_before)];
            if self.workspace().open_trip_with_optional_clients(around) {
                return Some(true);
            }
        }
        let client_count = model.client_count() as u32;
        let few = params.joint_clients;
        let inserts_jointly =
            M::HAS_UNITS && (instance.joint_insertions == JointInsertions::Tried || client_count <= few);
        if inserts_jointly && self.rng.u32(0..2 * client_count.max(few) / few) == 0 {
            let keeps_rules = self.workspace().insert_jointly();
            if keeps_rules {
                let around = self.rng.u32(0..client_count);
                self.workspace().recreate(InsertionPolicy::CAUTIOUS, around, 0);
            }
            return Some(keeps_rules);
        }
        if model.fleet().len() > 1 && self.rng.u32(0..params.type_exchange_period) == 0 {
            let pair = self.neighbouring_types()?;
            return Some(self.state.exchange_types(model, pair));
        }
        None
    }

    /// Keeps what was done since the iteration began if it is not much worse than `current`, else undoes it: the acceptance
    /// of simulated annealing, in the form of SISR.
    fn accept(&mut self, current: i64, temperature: f64) {
        let found = self.objective();
        self.raise_penalties();
        let slack = -temperature * (1.0 - self.rng.f64()).ln();
        if ((found - current) as f64) < slack {
            self.state.commit();
            if found < current {
                self.keep_best();
            }
        } else {
            self.state.undo();
        }
    }

    /// What annealing minimises: cost, and a penalty for every absent client.
    fn objective(&self) -> i64 {
        let absent = self.state.absent.iter();
        self.state.cost + absent.map(|&client| self.penalties[client as usize]).sum::<i64>()
    }

    /// The penalties of required clients that are still absent grow; when one has grown to its limit, all are reset.
    fn raise_penalties(&mut self) {
        let params = &self.instance.params.operators;
        let mut is_at_limit = false;
        for &client in &self.state.absent {
            if self.instance.is_escalating[client as usize] {
                let base = self.instance.penalties[client as usize];
                let penalty = &mut self.penalties[client as usize];
                *penalty += base / params.penalty_doubling + 1;
                is_at_limit |= *penalty > base * params.max_penalty_factor;
            }
        }
        if is_at_limit {
            self.penalties.clone_from(&self.instance.penalties);
        }
    }
}
