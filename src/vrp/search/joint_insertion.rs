//! Inserts several clients at once, for clients that are infeasible on their own: where a detour is quicker than the direct
//! arc, where there is no direct arc, or where another client must be served first.

use super::index::NONE;
use super::insertion::InsertionModel;
use super::state::NewTripPosition;
use super::workspace::Workspace;
use coldmile_units::Idx;
use smallvec::SmallVec;

/// Companions of a client at most.
const MAX_COMPANIONS: usize = 3;
/// Among how many neighbours they are drawn.
const MAX_CANDIDATES: usize = 40;
/// Of 256 times, how often the first client is an absent one, if there is any.
const ABSENT_OF_256: u8 = 192;

/// Clients in the order in which they are served.
type JointClients = SmallVec<[u32; 2 * (MAX_COMPANIONS + 1)]>;

impl<M: InsertionModel> Workspace<'_, '_, M> {
    /// Takes some neighbours out of their trips and inserts them, in any order, at one position of a trip, new or not.
    /// Whether that keeps all rules; if not the iteration is to be undone.
    pub fn insert_jointly(&mut self) -> bool {
        let clients = self.joint_clients();
        self.take_out(&clients);
        let Some((trip, after)) = self.random_position() else {
            return false;
        };
        let state = &mut *self.state;
        let mut after = after.unwrap_or_else(|| state.end_of(trip));
        for client in clients {
            state.link(client, after, trip);
            after = client;
        }
        let vehicle = state.trips[trip as usize].vehicle;
        let Some(cost) = self.model.refresh(state, vehicle) else {
            return false;
        };
        state.charge(vehicle, cost);
        true
    }

    /// A client and some near it, no two of one group, pairs whole and in order.
    fn joint_clients(&mut self) -> JointClients {
        let (units, rng) = (self.model.units(), &mut *self.rng);
        let first = match rng.choice(&self.state.absent) {
            Some(&lead) if rng.u8(..) < ABSENT_OF_256 => {
                *rng.choice(units.alternatives(lead)).unwrap_or(&lead)
            }
            _ => rng.u32(0..self.model.client_count() as u32),
        };
        let nearest = self.instance.nearest(first as usize);
        let nearest = &nearest[..nearest.len().min(MAX_CANDIDATES)];
        let mut clients = JointClients::from_slice(&[first]);
        for _ in 0..rng.usize(1..=MAX_COMPANIONS) {
            let Some(&other) = rng.choice(nearest) else { break };
            if clients.iter().all(|&client| units.lead(client) != units.lead(other)) {
                clients.push(other);
            }
        }
        for at in 0..clients.len() {
            let partner = units.partner(clients[at]);
            if partner != NONE {
                clients.push(partner);
            }
        }
        rng.shuffle(&mut clients);
        for at in 0..clients.len() {
            let other = clients.iter().position(|&client| client == units.partner(clients[at]));
            if let Some(other) = other.filter(|&other| other < at && units.lead(clients[at]) == clients[at]) {
                clients.swap(at, other);
            }
        }
        clients
    }

    /// Takes the units of these clients out of the trips that serve them, without noting them as absent.
    fn take_out(&mut self, clients: &[u32]) {
        let (state, units) = (&mut *self.state, self.model.units());
        let mut vehicles: SmallVec<[u32; 8]> = SmallVec::new();
        for &client in clients {
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
        state.absent.retain(|&absent| clients.iter().all(|&client| units.lead(client) != absent));
        for vehicle in vehicles {
            state.update_vehicle(self.model, vehicle);
        }
    }

    /// A random trip of a touched vehicle, perhaps emptied, and the client after which to insert; `None` is the start of the
    /// trip.
    fn random_position(&mut self) -> Option<(u32, Option<u32>)> {
        let (state, rng) = (&mut *self.state, &mut *self.rng);
        let fleet = self.model.fleet();
        let vehicle_type = rng.usize(0..fleet.len());
        if rng.bool() && state.used[vehicle_type] < fleet[vehicle_type] {
            return Some((state.open(NewTripPosition::Vehicle(Idx::new(vehicle_type as u32))), None));
        }
        let used: SmallVec<[u32; 32]> = (0..state.vehicles.len() as u32)
            .filter(|&vehicle| !state.vehicles[vehicle as usize].trips.is_empty())
            .collect();
        let vehicle = *rng.choice(&used)?;
        let row = &state.vehicles[vehicle as usize];
        let trips = row.trips.len();
        let vehicle_types = self.instance.problem.vehicle_types();
        if trips < vehicle_types[row.vehicle_type].max_trips && rng.bool() {
            let place = rng.u32(0..=trips as u32);
            return Some((state.open(NewTripPosition::Trip(vehicle, place)), None));
        }
        let trip = *rng.choice(&row.trips)?;
        state.touch(vehicle);
        if rng.bool() {
            state.empty_trip(self.model, trip);
        }
        let stops: SmallVec<[u32; 32]> = state.clients(trip).collect();
        let at = rng.usize(0..=stops.len());
        Some((trip, at.checked_sub(1).map(|before| stops[before])))
    }
}
