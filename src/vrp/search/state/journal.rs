//! What an iteration changed, so that it can be undone at the cost of what it touched.

use super::slots::{TripSlot, UsedVehicle};
use crate::search::model::SearchModel;

/// What to put back when an iteration is refused.
pub(super) struct Journal<M: SearchModel + ?Sized> {
    pub stamp: u32,
    pub marks: Vec<u32>,
    pub vehicles: Vec<(u32, UsedVehicle)>,
    pub trips: Vec<(u32, TripSlot<M::Trip>)>,
    pub nodes: Vec<(u32, M::Node)>,
    /// Of the same nodes, where the model needs any.
    pub details: Vec<M::Details>,
    pub absent: Vec<u32>,
    /// Clients put into trips, where units matter.
    pub linked: Vec<u32>,
    pub used: Vec<u32>,
    pub cost: i64,
    pub new_trips: Vec<u32>,
    pub old_trips: Vec<u32>,
    pub new_vehicles: Vec<u32>,
    pub old_vehicles: Vec<u32>,
}

impl<M: SearchModel + ?Sized> Journal<M> {
    /// Nothing to put back.
    pub const fn empty() -> Self {
        Self {
            stamp: 0,
            marks: Vec::new(),
            vehicles: Vec::new(),
            trips: Vec::new(),
            nodes: Vec::new(),
            details: Vec::new(),
            absent: Vec::new(),
            linked: Vec::new(),
            used: Vec::new(),
            cost: 0,
            new_trips: Vec::new(),
            old_trips: Vec::new(),
            new_vehicles: Vec::new(),
            old_vehicles: Vec::new(),
        }
    }
}
