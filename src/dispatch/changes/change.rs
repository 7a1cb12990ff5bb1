//! Moves that are made together, and the parts of a day that they move.

use super::super::assign::{Move, OrderOptions};
use super::super::echelons::Echelons;
use coldmile_model::{Site, WaveSchedule};
use coldmile_units::Idx;
use std::collections::{BTreeMap, BTreeSet};

/// Moves that are made together.
pub type Change = Vec<Move>;

/// An order's row in the assignment.
pub type Row = Idx<OrderOptions>;
/// A wave at a centre.
pub type Part = (Idx<Site>, Idx<WaveSchedule>);

/// The rows of every consignment on the road.
pub fn parts(state: &Echelons) -> BTreeMap<Part, Vec<Row>> {
    let assignment = &state.assignment;
    let mut parts: BTreeMap<Part, Vec<Row>> = BTreeMap::new();
    for row in assignment.orders.indices() {
        if let Some(chosen) = assignment.chosen(row) {
            parts.entry((chosen.centre, chosen.wave)).or_default().push(row);
        }
    }
    parts
}

/// What the trucks bring on each trip.
pub fn trips(state: &Echelons) -> BTreeSet<BTreeSet<Part>> {
    let trips = state.hubs.iter().flat_map(|hub| hub.trips());
    trips.map(|trip| trip.iter().map(|row| (row.centre, row.wave)).collect()).collect()
}
