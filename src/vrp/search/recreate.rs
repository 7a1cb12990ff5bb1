//! Greedy insertion with blinks: absent clients go, one after another, to the best place that is looked at.

use super::instance::Instance;
use super::state::{Model, NONE, Opening, State};
use crate::units::Idx;

/// Which vehicles and trips may be opened while something else fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NewTrips {
    /// None: cost alone does not shrink a fleet.
    WhenNothingElseFits,
    /// Any that is cheaper.
    WhenCheaper,
}

/// How optional clients are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prizes {
    /// They go in where that costs less than their prize.
    Weighed,
    /// They go in wherever they fit: together they may pay what none of them pays alone.
    Ignored,
}

/// How an insertion goes about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub new_trips: NewTrips,
    pub prizes: Prizes,
}

/// A place is overlooked once in this many looks.
const BLINK: u32 = 100;

/// Where a client goes.
#[derive(Clone, Copy)]
enum Place {
    After(u32, u32),
    New(Opening),
}

/// Most clients that are tried again of those left out by earlier iterations.
const RETRIED: usize = 8;

/// Inserts absent clients of `state` as far as they fit; the first `left_before` of them were absent before the ruin.
///
pub(super) fn recreate<M: Model>(
    state: &mut State<M>,
    model: &M,
    instance: &Instance<'_>,
    manner: Manner,
    left_before: usize,
    rng: &mut fastrand::Rng,
) {
    // Of many that were left out before only some are tried again, or they would cost more than all the rest.
    let retried = left_before.min(RETRIED);
    for at in 0..retried {
        let other = rng.usize(at..left_before);
        let last = left_before - 1;
        state.absent.swap(last - at, last - other);
    }
    let mut waiting = state.absent.split_off(left_before - retried);
    sort(&mut waiting, instance, rng);
    let mut left_out = 0;
    for at in 0..waiting.len() {
        let client = waiting[at];
        let most = match instance.problem.clients()[Idx::new(client)].prize {
            Some(prize) if manner.prizes == Prizes::Weighed => prize,
            _ => i64::MAX,
        };
        match best_place(state, model, instance, client, most, manner.new_trips, rng) {
            Some((delta, Place::After(after, trip))) => {
                state.touch(state.trips[trip as usize].vehicle);
                state.link(client, after, trip);
                model.inserted(state, client, delta);
            }
            Some((delta, Place::New(opening))) => {
                let trip = state.open(opening);
                let end = state.end_of(trip);
                state.link(client, end, trip);
                model.inserted(state, client, delta);
            }
            None => {
                waiting[left_out] = client;
                left_out += 1;
            }
        }
    }
    waiting.truncate(left_out);
    state.absent.append(&mut waiting);
}

fn best_place<M: Model>(
    state: &State<M>,
    model: &M,
    instance: &Instance<'_>,
    client: u32,
    most: i64,
    new_trips: NewTrips,
    rng: &mut fastrand::Rng,
) -> Option<(i64, Place)> {
    let mut limit = most;
    let mut best = None;
    for &beside in instance.beside(client as usize) {
        let link = state.links[beside as usize];
        if link.trip == NONE || !model.may_join(state, client, link.trip) {
            continue;
        }
        let eyes = rng.u32(..);
        for (after, eye) in [(link.prev, eyes & 0xFFFF), (beside, eyes >> 16)] {
            if eye < (1 << 16) / BLINK {
                continue;
            }
            if let Some(delta) = model.insertion(state, client, after, link.trip, limit) {
                limit = delta;
                best = Some((delta, Place::After(after, link.trip)));
            }
        }
    }
    if best.is_some() && new_trips == NewTrips::WhenNothingElseFits {
        return best;
    }
    let opening = model.opening(state, client, limit, rng);
    opening.map(|(delta, opening)| (delta, Place::New(opening))).or(best)
}

/// The orders of Christiaens and Vanden Berghe and, with windows, three more: by their length, opening and closing.
fn sort(clients: &mut [u32], instance: &Instance<'_>, rng: &mut fastrand::Rng) {
    const WEIGHTS: [u32; 7] = [4, 4, 2, 1, 2, 2, 2];
    let kinds = if instance.has_windows { 7 } else { 4 };
    let mut draw = rng.u32(0..WEIGHTS[..kinds].iter().sum());
    let mut kind = 0;
    while draw >= WEIGHTS[kind] {
        draw -= WEIGHTS[kind];
        kind += 1;
    }
    rng.shuffle(clients);
    if kind > 0 {
        let keys = &instance.keys[kind - 1];
        clients.sort_by_key(|&client| keys[client as usize]);
    }
}
