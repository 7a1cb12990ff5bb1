//! Trips for those who fit nowhere alone: where a detour is quicker than the direct way, where there is no direct way, or
//! where somebody else must come first, several clients have to be put on a trip at once.

use super::instance::Instance;
use super::model::{Model, Opening};
use super::state::{NONE, State};
use coldmile_units::Idx;
use smallvec::SmallVec;

/// Most companions of a client.
const MOST: usize = 3;
/// Among how many neighbours they are sought.
const AMONG: usize = 40;
/// Of 256 times, how often one who is absent is chosen, if there is anybody.
const ABSENT: u8 = 192;

/// Clients in the order in which they stand on a trip.
type Crowd = SmallVec<[u32; 2 * (MOST + 1)]>;

/// Takes some neighbours out of their trips and puts them, in any order, at one place of a trip, new or not. Whether that
/// keeps all rules; if not the iteration is to be undone.
pub(super) fn gather<M: Model>(
    state: &mut State<M>,
    model: &M,
    instance: &Instance<'_>,
    rng: &mut fastrand::Rng,
) -> bool {
    let crowd = crowd(state, model, instance, rng);
    take_out(state, model, &crowd);
    let Some((trip, after)) = place(state, model, instance, rng) else {
        return false;
    };
    let mut after = after.unwrap_or_else(|| state.end_of(trip));
    for client in crowd {
        state.link(client, after, trip);
        after = client;
    }
    let vehicle = state.trips[trip as usize].vehicle;
    let Some(cost) = model.refresh(state, vehicle) else {
        return false;
    };
    state.charge(vehicle, cost);
    true
}

/// A client and some near it, no two of one group, pairs whole and in order.
fn crowd<M: Model>(state: &State<M>, model: &M, instance: &Instance<'_>, rng: &mut fastrand::Rng) -> Crowd {
    let units = model.units();
    let first = match rng.choice(&state.absent) {
        Some(&lead) if rng.u8(..) < ABSENT => *rng.choice(units.alternatives(lead)).unwrap_or(&lead),
        _ => rng.u32(0..model.client_count() as u32),
    };
    let near = instance.near(first as usize);
    let near = &near[..near.len().min(AMONG)];
    let mut crowd = Crowd::from_slice(&[first]);
    for _ in 0..rng.usize(1..=MOST) {
        let Some(&other) = rng.choice(near) else { break };
        if crowd.iter().all(|&client| units.lead(client) != units.lead(other)) {
            crowd.push(other);
        }
    }
    for at in 0..crowd.len() {
        let partner = units.partner(crowd[at]);
        if partner != NONE {
            crowd.push(partner);
        }
    }
    rng.shuffle(&mut crowd);
    for at in 0..crowd.len() {
        let other = crowd.iter().position(|&client| client == units.partner(crowd[at]));
        if let Some(other) = other.filter(|&other| other < at && units.lead(crowd[at]) == crowd[at]) {
            crowd.swap(at, other);
        }
    }
    crowd
}

/// Takes the units of a crowd out of the trips that serve them; nobody notes them as absent.
fn take_out<M: Model>(state: &mut State<M>, model: &M, crowd: &[u32]) {
    let units = model.units();
    let mut vehicles: SmallVec<[u32; 8]> = SmallVec::new();
    for &client in crowd {
        let others = units.alternatives(client);
        let members = if others.is_empty() { std::slice::from_ref(&client) } else { others };
        for &member in members {
            let trip = state.links[member as usize].trip;
            if trip != NONE {
                let vehicle = state.trips[trip as usize].vehicle;
                state.touch(vehicle);
                state.unlink(member);
                if !vehicles.contains(&vehicle) {
                    vehicles.push(vehicle);
                }
            }
        }
    }
    state.absent.retain(|&absent| crowd.iter().all(|&client| units.lead(client) != absent));
    for vehicle in vehicles {
        state.settle(model, vehicle);
    }
}

/// Somewhere to be, touched: a trip, perhaps without those who were on it, and behind whom; at its beginning, where
/// nobody is named.
fn place<M: Model>(
    state: &mut State<M>,
    model: &M,
    instance: &Instance<'_>,
    rng: &mut fastrand::Rng,
) -> Option<(u32, Option<u32>)> {
    let fleet = model.fleet();
    let kind = rng.usize(0..fleet.len());
    if rng.bool() && state.used[kind] < fleet[kind] {
        return Some((state.open(Opening::Vehicle(kind as u32)), None));
    }
    let used: SmallVec<[u32; 32]> = (0..state.vehicles.len() as u32)
        .filter(|&vehicle| !state.vehicles[vehicle as usize].trips.is_empty())
        .collect();
    let vehicle = *rng.choice(&used)?;
    let row = &state.vehicles[vehicle as usize];
    let trips = row.trips.len();
    if trips < instance.problem.vehicle_types()[Idx::new(row.kind)].max_trips && rng.bool() {
        let place = rng.u32(0..=trips as u32);
        return Some((state.open(Opening::Trip(vehicle, place)), None));
    }
    let trip = *rng.choice(&row.trips)?;
    state.touch(vehicle);
    if rng.bool() {
        state.empty_trip(model, trip);
    }
    let stops: SmallVec<[u32; 32]> = state.clients(trip).collect();
    let at = rng.usize(0..=stops.len());
    Some((trip, at.checked_sub(1).map(|before| stops[before])))
}
