//! Greedy insertion with blinks (the recreate step of SISR; Christiaens and Vanden Berghe 2020): absent clients are
//! inserted one after another, each at the best position that is not skipped.

use super::index::NONE;
use super::insertion::{Insertion, InsertionModel, TripOpening};
use super::workspace::Workspace;

/// Which vehicles and trips may be opened while a client fits on a trip there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NewTripPolicy {
    /// None: cost alone does not shrink a fleet.
    WhenNothingElseFits,
    /// Any that is cheaper.
    WhenCheaper,
    /// None while there is another position, but pairs get trips of their own first: searching all trips near them takes
    /// long. When time is up.
    ForPairsFirst,
}

/// How optional clients are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PrizePolicy {
    /// They are inserted where that costs less than their prize.
    Weighed,
    /// They are inserted wherever they fit: several on one trip may pay where none of them does alone.
    Ignored,
}

/// How insertions are chosen.
#[derive(Clone, Copy, Debug)]
pub(super) struct InsertionPolicy {
    pub new_trips: NewTripPolicy,
    pub prizes: PrizePolicy,
}

impl InsertionPolicy {
    /// New trips only where nothing else fits, optional clients only where they pay.
    pub const CAUTIOUS: Self =
        Self { new_trips: NewTripPolicy::WhenNothingElseFits, prizes: PrizePolicy::Weighed };
}

/// Where a client is inserted.
#[derive(Clone, Copy)]
enum InsertionPosition {
    Existing(Insertion),
    New(TripOpening),
}

/// Of the clients left out by earlier iterations, how many are tried again at most.
const MAX_RETRIED: usize = 8;
/// Clients that are offered positions on a new trip at most: a long trip pays only with all that it can hold.
const MAX_OFFERED: usize = 100;
/// How often clients that were left out in a hurry are tried again.
const RETRIES: usize = 2;
/// Clients inserted between looks at the clock.
const CLOCK_INTERVAL: usize = 64;
/// Of so many drawn at random the nearest is tried again.
const RETRY_DRAWS: usize = 12;

impl<M: InsertionModel> Workspace<'_, '_, M> {
    /// Inserts absent clients as far as they fit; the first `left_before` of them were absent before the ruin around client
    /// `around`.
    pub fn recreate(&mut self, policy: InsertionPolicy, around: u32, left_before: usize) {
        self.recreate_until(|| false, policy, around, left_before);
    }

    /// The same, in a hurry once `is_late`.
    pub fn recreate_until(
        &mut self,
        is_late: impl Fn() -> bool,
        mut policy: InsertionPolicy,
        around: u32,
        left_before: usize,
    ) {
        // Of many that were left out before only some near the ruin are tried again, or they would cost more than the rest.
        let retried = left_before.min(MAX_RETRIED);
        if left_before > MAX_RETRIED {
            for at in 0..retried {
                let free = left_before - at;
                let drawn = (0..RETRY_DRAWS).map(|_| self.rng.usize(0..free));
                let nearest =
                    drawn.min_by_key(|&other| self.instance.distance(around, self.state.absent[other]));
                self.state.absent.swap(free - 1, nearest.unwrap_or(0));
            }
        }
        let mut waiting = self.state.absent.split_off(left_before - retried);
        self.sort(&mut waiting);
        let mut left_out = 0;
        for at in 0..waiting.len() {
            if at % CLOCK_INTERVAL == 0 && is_late() {
                policy.new_trips = NewTripPolicy::ForPairsFirst;
            }
            if !self.insert(waiting[at], policy) {
                waiting[left_out] = waiting[at];
                left_out += 1;
            }
        }
        waiting.truncate(left_out);
        if policy.new_trips == NewTripPolicy::ForPairsFirst {
            // No iteration will make up for what was skipped at random.
            for _ in 0..RETRIES {
                waiting.retain(|&client| !self.insert(client, policy));
            }
        }
        self.state.absent.append(&mut waiting);
    }

    /// Opens a trip for an absent client whatever its prize, and offers positions to absent clients near it: several on one
    /// trip may pay where none of them does alone. Whether there was a trip to open.
    pub fn open_trip_with_optional_clients(&mut self, around: u32) -> bool {
        let Some(opening) = self.model.best_opening(self.state, around, i64::MAX, self.rng) else {
            return false;
        };
        self.apply(InsertionPosition::New(opening));
        let others = self.instance.nearest(around as usize).iter().copied();
        let is_free = |&other: &u32| {
            let lead = self.model.units().lead(other);
            lead == other
                && lead != self.model.units().lead(around)
                && self.state.links[other as usize].trip == NONE
        };
        let mut waiting: Vec<u32> = others.filter(is_free).take(MAX_OFFERED).collect();
        if M::HAS_UNITS {
            // A lead may be free while another of its group is served.
            waiting.retain(|client| self.state.absent.contains(client));
        }
        self.sort(&mut waiting);
        waiting.retain(|client| self.insert(*client, InsertionPolicy::CAUTIOUS));
        waiting.push(around);
        let state = &mut *self.state;
        if M::HAS_UNITS {
            state.absent.retain(|client| !waiting.contains(client));
        } else {
            state.absent.retain(|&client| state.links[client as usize].trip == NONE);
        }
        true
    }

    /// Inserts an absent client where it costs least and less than leaving it out, if anywhere. Whether it did.
    fn insert(&mut self, client: u32, policy: InsertionPolicy) -> bool {
        let limit = match self.instance.prizes[client as usize] {
            Some(prize) if policy.prizes == PrizePolicy::Weighed => prize,
            _ => i64::MAX,
        };
        let position = self.best_position(client, limit, policy.new_trips);
        if let Some(position) = position {
            self.apply(position);
        }
        position.is_some()
    }

    /// Inserts a client, and the other half of its pair, where they were found to fit.
    fn apply(&mut self, position: InsertionPosition) {
        let (state, model) = (&mut *self.state, self.model);
        match position {
            InsertionPosition::Existing(Insertion { delta, client, after, trip, partner_after }) => {
                state.touch(state.trips[trip as usize].vehicle);
                state.link(client, after, trip);
                if M::HAS_UNITS && partner_after != NONE {
                    state.link(model.units().partner(client), partner_after, trip);
                }
                model.after_insertion(state, client, delta);
            }
            InsertionPosition::New(TripOpening { delta, client, position }) => {
                let trip = state.open(position);
                let end = state.end_of(trip);
                state.link(client, end, trip);
                if M::HAS_UNITS && model.units().partner(client) != NONE {
                    state.link(model.units().partner(client), client, trip);
                }
                model.after_insertion(state, client, delta);
            }
        }
    }

    fn best_position(
        &mut self,
        client: u32,
        limit: i64,
        new_trips: NewTripPolicy,
    ) -> Option<InsertionPosition> {
        if new_trips == NewTripPolicy::ForPairsFirst
            && self.model.units().partner(client) != NONE
            && let Some(opening) = self.model.best_opening(self.state, client, limit, self.rng)
        {
            return Some(InsertionPosition::New(opening));
        }
        let insertion = self.model.best_insertion(self.state, self.instance, client, limit, self.rng);
        let best = insertion.map(InsertionPosition::Existing);
        if best.is_some() && new_trips != NewTripPolicy::WhenCheaper {
            return best;
        }
        let limit = insertion.map_or(limit, |insertion| insertion.delta);
        self.model.best_opening(self.state, client, limit, self.rng).map(InsertionPosition::New).or(best)
    }

    /// The insertion orders of SISR (random, demand, far, close) and, with windows, three more: by their length, opening and
    /// closing.
    fn sort(&mut self, clients: &mut [u32]) {
        const WEIGHTS: [u32; 7] = [4, 4, 2, 1, 2, 2, 2];
        let orders = if self.instance.has_windows { 7 } else { 4 };
        let mut draw = self.rng.u32(0..WEIGHTS[..orders].iter().sum());
        let mut order = 0;
        while draw >= WEIGHTS[order] {
            draw -= WEIGHTS[order];
            order += 1;
        }
        self.rng.shuffle(clients);
        if order > 0 {
            let keys = &self.instance.keys[order - 1];
            clients.sort_by_key(|&client| keys[client as usize]);
        }
    }
}
