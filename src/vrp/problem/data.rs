//! A whole problem, read only.

use super::client::{Backhauls, Client, Group};
use super::fleet::{Depot, Profile, VehicleType};
use coldmile_units::{Idx, Table, TimeWindow, Timestamp, Travel};

/// A consistent routing problem.
#[derive(Debug)]
pub struct Problem {
    pub(super) dimensions: usize,
    pub(super) location_count: usize,
    pub(super) profiles: Table<Profile>,
    pub(super) depots: Table<Depot>,
    pub(super) clients: Table<Client>,
    pub(super) vehicle_types: Table<VehicleType>,
    pub(super) groups: Table<Group>,
    pub(super) backhauls: Backhauls,
}

impl Problem {
    /// Number of load dimensions.
    pub const fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Number of locations in every profile.
    pub const fn location_count(&self) -> usize {
        self.location_count
    }

    /// How things move.
    pub const fn profiles(&self) -> &Table<Profile> {
        &self.profiles
    }

    /// Where trips start and end.
    pub const fn depots(&self) -> &Table<Depot> {
        &self.depots
    }

    /// What is to be visited; their loads have all dimensions.
    pub const fn clients(&self) -> &Table<Client> {
        &self.clients
    }

    /// What there is to drive.
    pub const fn vehicle_types(&self) -> &Table<VehicleType> {
        &self.vehicle_types
    }

    /// Alternatives.
    pub const fn groups(&self) -> &Table<Group> {
        &self.groups
    }

    /// When clients that only give goods are visited.
    pub const fn backhauls(&self) -> Backhauls {
        self.backhauls
    }

    /// The problem of serving these clients, in this order, with so many vehicles of each type. Whole pairs are among
    /// them; a group's members outside stay out.
    pub(crate) fn part(&self, clients: &[Idx<Client>], vehicle_counts: &[usize]) -> Self {
        let vehicle_types = self.vehicle_types.iter().zip(vehicle_counts);
        let mut place = vec![None; self.clients.len()];
        for (at, client) in clients.iter().enumerate() {
            place[client.get()] = Some(Idx::new(at as u32));
        }
        let moved = |client: &Client| Client {
            origin: client.origin.and_then(|origin| place[origin.get()]),
            ..client.clone()
        };
        Self {
            dimensions: self.dimensions,
            location_count: self.location_count,
            profiles: self.profiles.iter().cloned().collect(),
            depots: self.depots.clone(),
            clients: clients.iter().map(|&client| moved(&self.clients[client])).collect(),
            vehicle_types: vehicle_types.map(|(row, &count)| VehicleType { count, ..row.clone() }).collect(),
            groups: self.groups.clone(),
            backhauls: self.backhauls,
        }
    }

    /// Travel of a vehicle type.
    pub fn travel_of(&self, vehicle_type: Idx<VehicleType>) -> &dyn Travel {
        self.profiles[self.vehicle_types[vehicle_type].profile].travel()
    }

    /// Whether any window or shift can bind.
    pub(crate) fn has_windows(&self) -> bool {
        let is_timed = |client: &Client| client.window != TimeWindow::ALWAYS || client.soft_end.is_some();
        self.clients.iter().any(is_timed)
            || self.depots.iter().any(|depot| depot.window.close() < Timestamp::MAX)
            || self
                .vehicle_types
                .iter()
                .any(|vehicle| vehicle.shift.close() < Timestamp::MAX || vehicle.break_rule.is_some())
    }

    /// What leaving a client out costs, its whole group or pair with it; `None` when that may not be.
    pub fn price_of_absence(&self, client: Idx<Client>) -> Option<i64> {
        let row = &self.clients()[client];
        row.group.map_or(row.prize, |group| self.groups()[group].prize)
    }

    /// Members of every group, in order.
    pub(crate) fn members(&self) -> Vec<Vec<Idx<Client>>> {
        let mut members = vec![Vec::new(); self.groups().len()];
        for (index, client) in self.clients().enumerate() {
            if let Some(group) = client.group {
                members[group.get()].push(index);
            }
        }
        members
    }

    /// By client where the goods that it gives are brought; `None` is the trip's end.
    pub(crate) fn destinations(&self) -> Vec<Option<Idx<Client>>> {
        let mut destinations = vec![None; self.clients().len()];
        for (index, client) in self.clients().enumerate() {
            if let Some(origin) = client.origin {
                destinations[origin.get()] = Some(index);
            }
        }
        destinations
    }
}
