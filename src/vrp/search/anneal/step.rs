//! One iteration of a lane: ruin and recreate, now and then something else, and whether the outcome is kept.

use super::Lane;
use crate::search::company::gather;
use crate::search::penalty::Penalised;
use crate::search::recreate::{Manner, NewTrips, Prizes, recreate, venture};
use crate::search::ruin::{RuinSize, ruin};
use crate::search::state::{NONE, State};

/// One iteration in this many inserts optional clients whatever their prize.
const FREE_PRIZES: u32 = 8;
/// With prizes, one iteration in this many opens a trip for a few optional clients at once.
const VENTURES: u32 = 3;
/// With prizes, one iteration in this many opens trips whenever that is cheaper: nobody must be served, so that trips
/// come into being only where they pay.
const PAYING_TRIPS: u32 = 2;
/// With several vehicle types, one iteration in this many lets touched vehicles change theirs.
const TYPE_CHANGE: u32 = 3;
/// With several vehicle types, one iteration in this many lets two neighbouring vehicles exchange theirs.
const TYPE_EXCHANGE: u32 = 24;
/// One iteration in two puts several clients on a trip at once, where some fit nowhere alone and where there are at most
/// so many clients: what is greedy is easily trapped there. With more clients fewer iterations do.
const GATHERED: u32 = 16;
/// An absent client's penalty doubles after this many iterations.
const PATIENCE: i64 = 64;
/// How often its own size a penalty may become.
const MOST_PRESSING: i64 = 8;
/// Clients from which on iterations stay in one neighbourhood for a while; with windows, where routes reach farther.
const LARGE: [usize; 2] = [700, 4000];

impl<M: Penalised> Lane<'_, M> {
    /// One iteration at this temperature; one in `openings` may open trips whenever that is cheaper.
    pub(super) fn step(&mut self, temperature: f64, openings: u32) {
        let current = self.objective();
        let left_before = self.state.absent.len();
        self.state.begin();
        if let Some(keeps_rules) = self.step_aside() {
            if keeps_rules {
                self.accept(current, temperature);
            } else {
                self.state.undo();
            }
            return;
        }
        let state = &mut self.state;
        let size = RuinSize { clients: 10.0, string: 10.0 };
        let client_count = self.model.client_count() as u32;
        let around = if client_count as usize > LARGE[usize::from(self.instance.has_windows)] {
            let near = self.instance.near(self.centre as usize);
            *self.rng.choice(near).unwrap_or(&self.centre)
        } else {
            self.rng.u32(0..client_count)
        };
        ruin(state, self.model, self.instance, size, around, &mut self.rng);
        let mixes = self.model.fleet().len() > 1 && self.rng.u32(0..TYPE_CHANGE) == 0;
        if mixes {
            state.shuffle_types(self.model, &mut self.rng);
        }
        let openings = if self.has_prizes { PAYING_TRIPS } else { openings };
        let new_trips = if self.rng.u32(0..openings) == 0 {
            NewTrips::WhenCheaper
        } else {
            NewTrips::WhenNothingElseFits
        };
        let prizes = if self.rng.u32(0..FREE_PRIZES) == 0 { Prizes::Ignored } else { Prizes::Weighed };
        let manner = Manner { new_trips, prizes };
        recreate(state, self.model, self.instance, manner, around, left_before, &mut self.rng);
        if mixes {
            state.settle_types(self.model);
        }
        self.accept(current, temperature);
    }

    /// Vehicles of two types that serve neighbours, if a random look finds such.
    fn neighbouring_types(&mut self) -> Option<[u32; 2]> {
        let vehicle_of = |state: &State<M>, client: u32| {
            let trip = state.links[client as usize].trip;
            (trip != NONE).then(|| state.trips[trip as usize].vehicle)
        };
        let client = self.rng.u32(0..self.model.client_count() as u32);
        let other = *self.rng.choice(self.instance.near(client as usize))?;
        let pair = [vehicle_of(&self.state, client)?, vehicle_of(&self.state, other)?];
        let [one, other] = pair.map(|vehicle| self.state.vehicles[vehicle as usize].kind);
        (one != other).then_some(pair)
    }

    /// Now and then something else than ruin and recreate: whether that keeps all rules, if it was done.
    fn step_aside(&mut self) -> Option<bool> {
        let Self { state, model, instance, rng, .. } = self;
        let left_before = state.absent.len();
        if self.has_prizes && left_before > 0 && rng.u32(0..VENTURES) == 0 {
            let around = state.absent[rng.usize(0..left_before)];
            if venture(state, *model, instance, around, rng) {
                return Some(true);
            }
        }
        let client_count = model.client_count() as u32;
        let gathers = M::UNITS && (instance.needs_company || client_count <= GATHERED);
        if gathers && rng.u32(0..2 * client_count.max(GATHERED) / GATHERED) == 0 {
            let keeps_rules = gather(state, *model, instance, rng);
            if keeps_rules {
                let manner = Manner { new_trips: NewTrips::WhenNothingElseFits, prizes: Prizes::Weighed };
                recreate(state, *model, instance, manner, rng.u32(0..client_count), 0, rng);
            }
            return Some(keeps_rules);
        }
        if model.fleet().len() > 1 && rng.u32(0..TYPE_EXCHANGE) == 0 {
            let pair = self.neighbouring_types()?;
            return Some(self.state.exchange_types(self.model, pair));
        }
        None
    }

    /// Keeps what was done since the iteration began if it is hardly worse than `current`, else undoes it.
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

    /// What annealing minimises: cost, and a penalty for everybody who is absent.
    fn objective(&self) -> i64 {
        let absent = self.state.absent.iter();
        self.state.cost + absent.map(|&client| self.penalties[client as usize]).sum::<i64>()
    }

    /// Who must be served and still found no place becomes more pressing; when somebody has waited long in vain, all
    /// start again alike.
    fn raise_penalties(&mut self) {
        let mut is_overdue = false;
        for &client in &self.state.absent {
            if self.instance.is_pressing[client as usize] {
                let base = self.instance.penalties[client as usize];
                let penalty = &mut self.penalties[client as usize];
                *penalty += base / PATIENCE + 1;
                is_overdue |= *penalty > base * MOST_PRESSING;
            }
        }
        if is_overdue {
            self.penalties.clone_from(&self.instance.penalties);
        }
    }
}
