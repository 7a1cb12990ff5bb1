//! An iteration is undone, kept, or recorded as the best so far, at the cost of what it touched.

use super::slots::{Link, Record};
use super::solution::State;
use crate::search::index::{FIRST_TYPE, NONE};
use crate::search::model::SearchModel;

impl<M: SearchModel> State<M> {
    /// Starts an iteration that can be undone.
    pub fn begin(&mut self) {
        let journal = &mut self.journal;
        journal.stamp += 1;
        journal.vehicles.clear();
        journal.trips.clear();
        journal.nodes.clear();
        journal.details.clear();
        journal.absent.clone_from(&self.absent);
        journal.linked.clear();
        journal.used.clone_from(&self.used);
        journal.cost = self.cost;
        journal.new_trips.clear();
        journal.old_trips.clear();
        journal.new_vehicles.clear();
        journal.old_vehicles.clear();
    }

    /// Saves a vehicle as it is, once an iteration. To be called before anything of it changes.
    pub fn touch(&mut self, vehicle: u32) {
        let journal = &mut self.journal;
        if journal.marks[vehicle as usize] == journal.stamp {
            return;
        }
        journal.marks[vehicle as usize] = journal.stamp;
        let row = &self.vehicles[vehicle as usize];
        for &trip in &row.trips {
            let end = self.client_count as u32 + trip;
            journal.trips.push((trip, self.trips[trip as usize]));
            journal.nodes.push((end, self.nodes[end as usize]));
            let mut node = self.links[end as usize].next;
            while node != end {
                journal.nodes.push((node, self.nodes[node as usize]));
                node = self.links[node as usize].next;
            }
        }
        if !self.details.is_empty() {
            let saved = &journal.nodes[journal.details.len()..];
            journal.details.extend(saved.iter().map(|&(node, _)| self.details[node as usize]));
        }
        journal.vehicles.push((vehicle, row.clone()));
    }

    /// Keeps what was done since [`begin`](Self::begin).
    pub fn commit(&mut self) {
        self.free_trips.append(&mut self.journal.old_trips);
        self.free_vehicles.append(&mut self.journal.old_vehicles);
        self.is_changed.resize(self.vehicles.len(), false);
        for &(vehicle, _) in &self.journal.vehicles {
            if !std::mem::replace(&mut self.is_changed[vehicle as usize], true) {
                self.changed.push(vehicle);
            }
        }
    }

    /// The next record starts from nothing.
    pub fn begin_record(&mut self) {
        self.is_new = true;
        self.is_changed.clear();
        self.is_changed.resize(self.vehicles.len(), true);
        self.changed = (0..self.vehicles.len() as u32).collect();
    }

    /// Records the solution, at the cost of what changed since the last time, always to the same record.
    pub fn record_to(&mut self, record: &mut Record) {
        if std::mem::take(&mut self.is_new) {
            record.rows.clear();
        }
        record.rows.resize_with(self.vehicles.len(), || (FIRST_TYPE, Vec::new()));
        let mut changed = std::mem::take(&mut self.changed);
        for vehicle in changed.drain(..) {
            self.is_changed[vehicle as usize] = false;
            let row = &self.vehicles[vehicle as usize];
            let (vehicle_type, trips) = &mut record.rows[vehicle as usize];
            *vehicle_type = row.vehicle_type;
            trips.resize_with(row.trips.len(), Vec::new);
            for (list, &trip) in trips.iter_mut().zip(&row.trips) {
                list.clear();
                list.extend(self.clients(trip));
            }
        }
        self.changed = changed;
    }

    /// Puts everything back as it was at [`begin`](Self::begin).
    pub fn undo(&mut self) {
        let journal = &mut self.journal;
        for &client in &journal.linked {
            self.links[client as usize].trip = NONE;
        }
        let mut node_at = 0;
        let mut trip_at = 0;
        for (vehicle, row) in &journal.vehicles {
            for &trip in &row.trips {
                debug_assert_eq!(journal.trips[trip_at].0, trip);
                let slot = journal.trips[trip_at].1;
                trip_at += 1;
                self.trips[trip as usize] = slot;
                let stop = node_at + slot.len as usize + 1;
                let saved = &journal.nodes[node_at..stop];
                node_at = stop;
                let mut prev = saved[saved.len() - 1].0;
                for (at, &(node, data)) in saved.iter().enumerate() {
                    let next = saved[if at + 1 == saved.len() { 0 } else { at + 1 }].0;
                    self.nodes[node as usize] = data;
                    self.links[node as usize] = Link { prev, next, trip };
                    prev = node;
                }
            }
            self.vehicles[*vehicle as usize].clone_from(row);
        }
        for ((node, _), details) in journal.nodes.iter().zip(&journal.details) {
            self.details[*node as usize] = *details;
        }
        for &client in &journal.absent {
            self.links[client as usize].trip = NONE;
        }
        std::mem::swap(&mut self.absent, &mut journal.absent);
        std::mem::swap(&mut self.used, &mut journal.used);
        self.cost = journal.cost;
        self.free_trips.append(&mut journal.new_trips);
        self.free_vehicles.append(&mut journal.new_vehicles);
    }
}
