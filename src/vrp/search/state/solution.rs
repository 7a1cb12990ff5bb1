//! The solution under the search: linked trips, grouped by vehicle, with a journal that undoes an iteration at the
//! cost of what it touched.
//!
//! Nodes are clients (`0..client_count`) and, behind them, one for every trip slot that stands for both of its ends:
//! the next of a trip's node is its first client, the previous one its last.

use super::journal::Journal;
use super::slots::{Link, NewTripPosition, Plan, TripSlot, UsedVehicle};
use crate::search::index::NONE;
use crate::search::model::SearchModel;
use smallvec::SmallVec;

/// A solution that can be changed and undone.
pub(in crate::search) struct State<M: SearchModel + ?Sized> {
    pub links: Vec<Link>,
    pub nodes: Vec<M::Node>,
    /// More of every node, read less often; empty where the model needs none.
    pub details: Vec<M::Details>,
    pub trips: Vec<TripSlot<M::Trip>>,
    pub vehicles: Vec<UsedVehicle>,
    /// Leads of units that are in no trip.
    pub absent: Vec<u32>,
    /// Cost of all vehicles.
    pub cost: i64,
    /// Vehicles in use, by type.
    pub used: Vec<u32>,
    pub(super) client_count: usize,
    pub(super) free_trips: Vec<u32>,
    pub(super) free_vehicles: Vec<u32>,
    pub(super) journal: Journal<M>,
    /// Vehicles that changed since the solution was last recorded; all of them when it never was.
    pub(super) changed: Vec<u32>,
    pub(super) is_changed: Vec<bool>,
    pub(super) is_new: bool,
}

impl<M: SearchModel> State<M> {
    /// All clients are absent.
    pub fn empty(model: &M) -> Self {
        let client_count = model.client_count();
        Self {
            links: vec![Link { prev: NONE, next: NONE, trip: NONE }; client_count],
            nodes: vec![M::Node::default(); client_count],
            details: vec![M::Details::default(); if model.needs_details() { client_count } else { 0 }],
            trips: Vec::new(),
            vehicles: Vec::new(),
            absent: (0..client_count as u32).filter(|&c| model.units().lead(c) == c).collect(),
            cost: 0,
            used: vec![0; model.fleet().len()],
            client_count,
            free_trips: Vec::new(),
            free_vehicles: Vec::new(),
            journal: Journal::empty(),
            changed: Vec::new(),
            is_changed: Vec::new(),
            is_new: true,
        }
    }

    /// The node that stands for both ends of a trip.
    #[inline]
    pub fn end_of(&self, trip: u32) -> u32 {
        self.client_count as u32 + trip
    }

    /// Trips in use.
    pub fn trip_count(&self) -> usize {
        self.trips.len() - self.free_trips.len()
    }

    /// Whether the node stands for the ends of a trip.
    #[inline]
    pub fn is_end(&self, node: u32) -> bool {
        node as usize >= self.client_count
    }

    /// Takes `client` out of its trip, whose vehicle was touched and is brought up to date by the caller.
    pub fn unlink(&mut self, client: u32) {
        let Link { prev, next, trip } = self.links[client as usize];
        self.links[prev as usize].next = next;
        self.links[next as usize].prev = prev;
        self.links[client as usize].trip = NONE;
        self.trips[trip as usize].len -= 1;
    }

    /// Inserts an absent client behind `after` in `trip`, whose vehicle was touched and is brought up to date after.
    pub fn link(&mut self, client: u32, after: u32, trip: u32) {
        let next = self.links[after as usize].next;
        self.links[client as usize] = Link { prev: after, next, trip };
        self.links[after as usize].next = client;
        self.links[next as usize].prev = client;
        self.trips[trip as usize].len += 1;
        if M::HAS_UNITS {
            self.journal.linked.push(client);
        }
    }

    /// Opens an empty trip and returns it.
    pub fn open(&mut self, position: NewTripPosition) -> u32 {
        let (vehicle, place) = match position {
            NewTripPosition::Vehicle(vehicle_type) => {
                let vehicle = self.free_vehicles.pop().unwrap_or_else(|| {
                    self.vehicles.push(UsedVehicle { vehicle_type, cost: 0, trips: SmallVec::new() });
                    self.journal.marks.push(0);
                    self.vehicles.len() as u32 - 1
                });
                let row = &mut self.vehicles[vehicle as usize];
                row.vehicle_type = vehicle_type;
                row.cost = 0;
                row.trips.clear();
                self.used[vehicle_type.get()] += 1;
                self.journal.new_vehicles.push(vehicle);
                (vehicle, 0)
            }
            NewTripPosition::Trip(vehicle, place) => (vehicle, place),
        };
        self.touch(vehicle);
        let trip = self.free_trips.pop().unwrap_or_else(|| {
            self.trips.push(TripSlot::default());
            self.links.push(Link { prev: NONE, next: NONE, trip: NONE });
            self.nodes.push(M::Node::default());
            if !self.details.is_empty() {
                self.details.push(M::Details::default());
            }
            self.trips.len() as u32 - 1
        });
        self.journal.new_trips.push(trip);
        self.trips[trip as usize] = TripSlot { vehicle, len: 0, data: M::Trip::default() };
        let end = self.end_of(trip);
        self.links[end as usize] = Link { prev: end, next: end, trip };
        self.vehicles[vehicle as usize].trips.insert(place as usize, trip);
        trip
    }

    /// Closes the empty trips of a touched vehicle, and the vehicle with its last one. Whether it is still in use.
    pub fn close_empty_trips(&mut self, vehicle: u32) -> bool {
        let Self { vehicles, trips, journal, .. } = self;
        let row = &mut vehicles[vehicle as usize];
        row.trips.retain(|&mut trip| {
            let keep = trips[trip as usize].len > 0;
            if !keep {
                journal.old_trips.push(trip);
            }
            keep
        });
        if row.trips.is_empty() {
            self.cost -= row.cost;
            row.cost = 0;
            self.used[row.vehicle_type.get()] -= 1;
            journal.old_vehicles.push(vehicle);
            return false;
        }
        true
    }

    /// A touched vehicle costs this much now.
    #[inline]
    pub fn charge(&mut self, vehicle: u32, cost: i64) {
        let row = &mut self.vehicles[vehicle as usize];
        self.cost += cost - row.cost;
        row.cost = cost;
    }

    /// Makes all clients of a trip of a touched vehicle absent; the caller closes it.
    pub fn empty_trip(&mut self, model: &M, trip: u32) {
        let end = self.end_of(trip);
        while self.links[end as usize].next != end {
            let client = self.links[end as usize].next;
            self.unlink(client);
            self.note_absent(model, client);
        }
    }

    /// Notes that an unlinked client is absent; the half of a pair that is no lead is noted with the other one.
    #[inline]
    pub fn note_absent(&mut self, model: &M, client: u32) {
        if !M::HAS_UNITS {
            self.absent.push(client);
            return;
        }
        let lead = model.units().lead(client);
        if lead == client || model.units().partner(client) == NONE {
            self.absent.push(lead);
        }
    }

    /// Clients of a trip in order.
    pub fn clients(&self, trip: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.end_of(trip);
        std::iter::successors(Some(self.links[end as usize].next), |&node| {
            Some(self.links[node as usize].next)
        })
        .take_while(move |&node| node != end)
    }

    /// The routes as plain lists.
    pub fn plan(&self) -> Plan {
        let used = self.vehicles.iter().filter(|row| !row.trips.is_empty());
        let vehicles = used
            .map(|row| {
                (row.vehicle_type, row.trips.iter().map(|&trip| self.clients(trip).collect()).collect())
            })
            .collect();
        Plan { vehicles }
    }
}
