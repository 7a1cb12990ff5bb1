//! Slack induction by string removals (SISR; Christiaens and Vanden Berghe, Transportation Science 54, 2020): strings of
//! neighbouring trips are removed around a random client, which induces slack in capacity where routes are close.

use super::index::NONE;
use super::insertion::InsertionModel;
use super::params::RuinParams;
use super::state::{Link, State};
use super::workspace::Workspace;
use smallvec::SmallVec;

impl<M: InsertionModel> Workspace<'_, '_, M> {
    /// Removes strings around the client `seed`. Removed clients become absent; their vehicles are brought up to date.
    pub fn ruin(&mut self, params: &RuinParams, seed: u32) {
        let planned = self.model.units().count - self.state.absent.len();
        let average = planned as f64 / self.state.trip_count().max(1) as f64;
        let max_string = params.max_string.min(average).max(1.0);
        let strings = (4.0 * params.mean_removed / (1.0 + max_string) - 1.0).max(1.0);
        let strings = (1.0 + self.rng.f64() * strings) as usize;
        if self.rng.u32(0..params.vehicle_period) == 0 {
            if self.model.fleet().len() == 1 {
                if self.remove_vehicle(params, seed) {
                    return;
                }
            } else {
                // Of vehicles of several types or depots more than needed are easily in use. Strings around the emptied one make
                // place for its clients elsewhere.
                let client = self.client_of_small_vehicle(params, seed);
                self.remove_vehicle(params, client);
            }
        }
        let first_absent = self.state.absent.len();
        let mut ruined: [u32; 64] = [NONE; 64];
        let mut ruined_count = 0;
        let instance = self.instance;
        let around = std::iter::once(seed).chain(instance.nearest(seed as usize).iter().copied());
        for client in around {
            let trip = self.state.links[client as usize].trip;
            if trip == NONE || ruined[..ruined_count].contains(&trip) {
                continue;
            }
            self.state.touch(self.state.trips[trip as usize].vehicle);
            let len = self.state.trips[trip as usize].len as usize;
            let max_len = max_string.min(len as f64);
            let string = (1.0 + self.rng.f64() * max_len) as usize;
            self.remove_string(params, client, string.min(len), len);
            ruined[ruined_count] = trip;
            ruined_count += 1;
            if ruined_count >= strings.min(ruined.len()) {
                break;
            }
        }
        debug_assert!(self.state.absent.len() >= first_absent);
        for trip in &ruined[..ruined_count] {
            // Two trips may belong to one vehicle: updating it twice does no harm, updating a closed one would.
            let vehicle = self.state.trips[*trip as usize].vehicle;
            if !self.state.vehicles[vehicle as usize].trips.is_empty() {
                self.state.update_shrunk(self.model, vehicle);
            }
        }
    }

    /// Of `seed` and some clients around it, drawn at random, the one whose vehicle serves fewest.
    fn client_of_small_vehicle(&mut self, params: &RuinParams, seed: u32) -> u32 {
        let nearest = self.instance.nearest(seed as usize);
        let size = |state: &State<M>, client: u32| {
            let trip = state.links[client as usize].trip;
            if trip == NONE {
                return u32::MAX;
            }
            let vehicle = &state.vehicles[state.trips[trip as usize].vehicle as usize];
            vehicle.trips.iter().map(|&trip| state.trips[trip as usize].len).sum()
        };
        let mut found = (size(self.state, seed), seed);
        for _ in 1..params.vehicle_draws {
            if let Some(&client) = self.rng.choice(nearest) {
                found = found.min((size(self.state, client), client));
            }
        }
        found.1
    }

    /// Empties the vehicle that serves `client`; whether it was small enough.
    fn remove_vehicle(&mut self, params: &RuinParams, client: u32) -> bool {
        let state = &mut *self.state;
        let trip = state.links[client as usize].trip;
        if trip == NONE {
            return false;
        }
        let vehicle = state.trips[trip as usize].vehicle;
        let trips = state.vehicles[vehicle as usize].trips.clone();
        let size: u32 = trips.iter().map(|&trip| state.trips[trip as usize].len).sum();
        if size > params.max_vehicle_clients {
            return false;
        }
        state.touch(vehicle);
        for trip in trips {
            state.empty_trip(self.model, trip);
        }
        state.update_vehicle(self.model, vehicle);
        true
    }

    /// Removes `string` consecutive clients, `client` among them, or the same number of a longer string whose middle stays
    /// (the split string procedure of SISR).
    fn remove_string(&mut self, params: &RuinParams, client: u32, string: usize, len: usize) {
        let (state, rng) = (&mut *self.state, &mut *self.rng);
        let mut kept = 0;
        if string > 1 && string < len && rng.f64() < params.split_rate {
            kept = 1;
            while string + kept < len && rng.f64() < params.split_depth {
                kept += 1;
            }
        }
        let span = string + kept;
        // The string starts up to `span - 1` clients before, as far as the trip reaches on both sides.
        let mut first = client;
        let mut back = rng.usize(0..span);
        while back > 0 && !state.is_end(state.links[first as usize].prev) {
            first = state.links[first as usize].prev;
            back -= 1;
        }
        let mut last = first;
        for _ in 1..span {
            let next = state.links[last as usize].next;
            if state.is_end(next) {
                // Too close to the end of the trip: the string as a whole moves towards its start.
                first = state.links[first as usize].prev;
            } else {
                last = next;
            }
        }
        let skip_from = if kept > 0 { rng.usize(1..=string) } else { usize::MAX };
        if M::HAS_UNITS {
            let is_removed = |at: usize| at < skip_from || at >= skip_from.saturating_add(kept);
            let nodes = std::iter::successors(Some(first), |&node| Some(state.links[node as usize].next));
            let removed: SmallVec<[u32; 32]> = nodes
                .take(span)
                .enumerate()
                .filter(|(at, _)| is_removed(*at))
                .map(|(_, node)| node)
                .collect();
            self.remove_units(&removed);
            return;
        }
        let mut node = first;
        for at in 0..span {
            let Link { prev, next, .. } = state.links[node as usize];
            if at < skip_from || at >= skip_from.saturating_add(kept) {
                state.unlink(node);
                state.absent.push(node);
                self.model.after_removal(state, prev);
            }
            node = next;
        }
    }

    /// Removes clients of a trip, and the other halves of their pairs.
    fn remove_units(&mut self, clients: &[u32]) {
        let (state, model) = (&mut *self.state, self.model);
        for &client in clients {
            for client in [client, model.units().partner(client)] {
                if client != NONE && state.links[client as usize].trip != NONE {
                    let prev = state.links[client as usize].prev;
                    state.unlink(client);
                    state.note_absent(model, client);
                    model.after_removal(state, prev);
                }
            }
        }
    }
}
