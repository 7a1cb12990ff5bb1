//! Slack induction by string removals (Christiaens and Vanden Berghe, Transportation Science 54, 2020): strings of
//! neighbouring trips are taken out around a random client, which makes room where routes could change hands.

use super::instance::Instance;
use super::model::Model;
use super::state::{Link, NONE, State};
use smallvec::SmallVec;

/// How much a ruin takes out.
#[derive(Clone, Copy, Debug)]
pub(super) struct RuinSize {
    /// Clients removed on average.
    pub clients: f64,
    /// Longest string.
    pub string: f64,
}

/// Share of strings that keep some clients in their middle.
const SPLIT: f64 = 0.5;
/// Chance that the kept middle grows by one more client.
const SPLIT_DEPTH: f64 = 0.01;

/// One ruin in this many empties a whole vehicle, if it is small: strings seldom close a vehicle or change its type.
const WHOLE_VEHICLE: u32 = 50;
/// Most clients of a vehicle that is emptied.
const MOST_EMPTIED: u32 = 30;

/// Removes strings around the client `seed`. Removed clients become absent; their vehicles are settled.
pub(super) fn ruin<M: Model>(
    state: &mut State<M>,
    model: &M,
    instance: &Instance<'_>,
    size: RuinSize,
    seed: u32,
    rng: &mut fastrand::Rng,
) {
    let seed = seed as usize;
    let planned = model.units().count - state.absent.len();
    let average = planned as f64 / state.trip_count().max(1) as f64;
    let longest = size.string.min(average).max(1.0);
    let strings = (4.0 * size.clients / (1.0 + longest) - 1.0).max(1.0);
    let strings = (1.0 + rng.f64() * strings) as usize;
    if rng.u32(0..WHOLE_VEHICLE) == 0 && remove_vehicle(state, model, seed as u32) {
        return;
    }
    let first_absent = state.absent.len();
    let mut hit: [u32; 64] = [NONE; 64];
    let mut hits = 0;
    let around = std::iter::once(seed as u32).chain(instance.near(seed).iter().copied());
    for client in around {
        let trip = state.links[client as usize].trip;
        if trip == NONE || hit[..hits].contains(&trip) {
            continue;
        }
        state.touch(state.trips[trip as usize].vehicle);
        let len = state.trips[trip as usize].len as usize;
        let most = longest.min(len as f64);
        let string = (1.0 + rng.f64() * most) as usize;
        remove_string(state, model, client, string.min(len), len, rng);
        hit[hits] = trip;
        hits += 1;
        if hits >= strings.min(hit.len()) {
            break;
        }
    }
    debug_assert!(state.absent.len() >= first_absent);
    for trip in &hit[..hits] {
        // Two trips may belong to one vehicle: settling it twice does no harm, settling a closed one would.
        let vehicle = state.trips[*trip as usize].vehicle;
        if !state.vehicles[vehicle as usize].trips.is_empty() {
            state.settle_shrunk(model, vehicle);
        }
    }
}

/// Empties the vehicle that serves `client`; whether it was small enough.
fn remove_vehicle<M: Model>(state: &mut State<M>, model: &M, client: u32) -> bool {
    let trip = state.links[client as usize].trip;
    if trip == NONE {
        return false;
    }
    let vehicle = state.trips[trip as usize].vehicle;
    let trips = state.vehicles[vehicle as usize].trips.clone();
    let size: u32 = trips.iter().map(|&trip| state.trips[trip as usize].len).sum();
    if size > MOST_EMPTIED {
        return false;
    }
    state.touch(vehicle);
    for trip in trips {
        state.empty_trip(model, trip);
    }
    state.settle(model, vehicle);
    true
}

/// Removes `string` clients of a run through `client`, or of a longer run whose middle stays.
fn remove_string<M: Model>(
    state: &mut State<M>,
    model: &M,
    client: u32,
    string: usize,
    len: usize,
    rng: &mut fastrand::Rng,
) {
    let mut kept = 0;
    if string > 1 && string < len && rng.f64() < SPLIT {
        kept = 1;
        while string + kept < len && rng.f64() < SPLIT_DEPTH {
            kept += 1;
        }
    }
    let span = string + kept;
    // The run starts up to `span - 1` clients before, as far as the trip reaches on both sides.
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
            // Too near the end: the run moves forward as a whole.
            first = state.links[first as usize].prev;
        } else {
            last = next;
        }
    }
    let skip_from = if kept > 0 { rng.usize(1..=string) } else { usize::MAX };
    if M::UNITS {
        let taken = |at: usize| at < skip_from || at >= skip_from.saturating_add(kept);
        let run = std::iter::successors(Some(first), |&node| Some(state.links[node as usize].next));
        let run: SmallVec<[u32; 32]> =
            run.take(span).enumerate().filter(|(at, _)| taken(*at)).map(|(_, node)| node).collect();
        remove_units(state, model, &run);
        return;
    }
    let mut node = first;
    for at in 0..span {
        let Link { prev, next, .. } = state.links[node as usize];
        if at < skip_from || at >= skip_from.saturating_add(kept) {
            state.unlink(node);
            state.absent.push(node);
            model.parted(state, prev);
        }
        node = next;
    }
}

/// Removes clients of a trip, and the other halves of their pairs.
fn remove_units<M: Model>(state: &mut State<M>, model: &M, clients: &[u32]) {
    for &client in clients {
        for client in [client, model.units().partner(client)] {
            if client != NONE && state.links[client as usize].trip != NONE {
                let prev = state.links[client as usize].prev;
                state.unlink(client);
                state.note_absent(model, client);
                model.parted(state, prev);
            }
        }
    }
}
