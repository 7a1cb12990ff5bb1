//! Greedy insertion with blinks: absent clients go, one after another, to the best place that is looked at.

use super::instance::Instance;
use super::model::{Gap, Model, Opened};
use super::state::{NONE, State};

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

/// Where a client goes.
#[derive(Clone, Copy)]
enum Place {
    Gap(Gap),
    New(Opened),
}

/// Most clients that are tried again of those left out by earlier iterations.
const RETRIED: usize = 8;
/// Most clients that are offered places around a new trip: a long one pays only with all that it can hold.
const VENTURED: usize = 100;
/// Of so many drawn at random the nearest is tried again.
const DRAWS: usize = 12;

/// Inserts absent clients of `state` as far as they fit; the first `left_before` of them were absent before the ruin
/// around client `around`.
///
pub(super) fn recreate<M: Model>(
    state: &mut State<M>,
    model: &M,
    instance: &Instance<'_>,
    manner: Manner,
    around: u32,
    left_before: usize,
    rng: &mut fastrand::Rng,
) {
    // Of many that were left out before only some near the ruin are tried again, or they would cost more than the rest.
    let retried = left_before.min(RETRIED);
    if left_before > RETRIED {
        for at in 0..retried {
            let free = left_before - at;
            let drawn = (0..DRAWS).map(|_| rng.usize(0..free));
            let nearest = drawn.min_by_key(|&other| instance.distance(around, state.absent[other]));
            state.absent.swap(free - 1, nearest.unwrap_or(0));
        }
    }
    let mut waiting = state.absent.split_off(left_before - retried);
    sort(&mut waiting, instance, rng);
    let mut left_out = 0;
    for at in 0..waiting.len() {
        if !insert(state, model, instance, waiting[at], manner, rng) {
            waiting[left_out] = waiting[at];
            left_out += 1;
        }
    }
    waiting.truncate(left_out);
    state.absent.append(&mut waiting);
}

/// Opens a trip for an absent client whatever its prize, and offers places to absent clients near it: together they may
/// pay what none of them pays alone. Whether there was a trip to open.
pub(super) fn venture<M: Model>(
    state: &mut State<M>,
    model: &M,
    instance: &Instance<'_>,
    around: u32,
    rng: &mut fastrand::Rng,
) -> bool {
    let Some(opened) = model.opening(state, around, i64::MAX, rng) else {
        return false;
    };
    put(state, model, Place::New(opened));
    let others = instance.near(around as usize).iter().copied();
    let is_free = |&other: &u32| {
        let lead = model.units().lead(other);
        lead == other && lead != model.units().lead(around) && state.links[other as usize].trip == NONE
    };
    let mut waiting: Vec<u32> = others.filter(is_free).take(VENTURED).collect();
    if M::UNITS {
        // A lead may be free while another of its group is served.
        waiting.retain(|client| state.absent.contains(client));
    }
    sort(&mut waiting, instance, rng);
    let manner = Manner { new_trips: NewTrips::WhenNothingElseFits, prizes: Prizes::Weighed };
    waiting.retain(|client| insert(state, model, instance, *client, manner, rng));
    waiting.push(around);
    let State { absent, links, .. } = state;
    if M::UNITS {
        absent.retain(|client| !waiting.contains(client));
    } else {
        absent.retain(|&client| links[client as usize].trip == NONE);
    }
    true
}

/// Inserts an absent client where it costs least and less than leaving it out, if anywhere. Whether it did.
fn insert<M: Model>(
    state: &mut State<M>,
    model: &M,
    instance: &Instance<'_>,
    client: u32,
    manner: Manner,
    rng: &mut fastrand::Rng,
) -> bool {
    let most = match instance.prizes[client as usize] {
        Some(prize) if manner.prizes == Prizes::Weighed => prize,
        _ => i64::MAX,
    };
    let place = best_place(state, model, instance, client, most, manner.new_trips, rng);
    if let Some(place) = place {
        put(state, model, place);
    }
    place.is_some()
}

/// Puts a client, and whoever comes with it, where it was found to fit.
fn put<M: Model>(state: &mut State<M>, model: &M, place: Place) {
    match place {
        Place::Gap(Gap { delta, client, after, trip, partner_after }) => {
            state.touch(state.trips[trip as usize].vehicle);
            state.link(client, after, trip);
            if M::UNITS && partner_after != NONE {
                state.link(model.units().partner(client), partner_after, trip);
            }
            model.inserted(state, client, delta);
        }
        Place::New(Opened { delta, client, opening }) => {
            let trip = state.open(opening);
            let end = state.end_of(trip);
            state.link(client, end, trip);
            if M::UNITS && model.units().partner(client) != NONE {
                state.link(model.units().partner(client), client, trip);
            }
            model.inserted(state, client, delta);
        }
    }
}

fn best_place<M: Model>(
    state: &State<M>,
    model: &M,
    instance: &Instance<'_>,
    client: u32,
    most: i64,
    new_trips: NewTrips,
    rng: &mut fastrand::Rng,
) -> Option<Place> {
    let gap = model.best_gap(state, instance, client, most, rng);
    let best = gap.map(Place::Gap);
    if best.is_some() && new_trips == NewTrips::WhenNothingElseFits {
        return best;
    }
    let limit = gap.map_or(most, |gap| gap.delta);
    model.opening(state, client, limit, rng).map(Place::New).or(best)
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
