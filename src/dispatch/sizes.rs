//! Parcels that are too large for some vehicle types, as skills of a routing problem.
//!
//! Each distinct largest parcel of a vehicle type is one bit, from the highest down: all vehicle types have it but those with
//! this limit, and an order asks for the bits of the limits that its parcels exceed.

use coldmile_model::{BoxSize, Compartment, Day, Order, Site, VehicleType};
use std::collections::BTreeSet;

/// The limits of a day's vehicle types that parcels of the day exceed.
#[derive(Clone)]
pub struct ParcelSizes {
    limits: Vec<BoxSize>,
}

impl ParcelSizes {
    /// Of a day; the reader lets in no more limits than there are bits.
    pub fn new(day: &Day) -> Self {
        let limits: BTreeSet<BoxSize> = day.vehicle_types.iter().filter_map(|kind| kind.max_parcel).collect();
        let sizes: BTreeSet<BoxSize> = if limits.is_empty() {
            BTreeSet::new()
        } else {
            day.orders.iter().filter_map(|order| order.parcel_size).collect()
        };
        let is_exceeded = |limit: &BoxSize| sizes.iter().any(|size| !size.fits(limit));
        Self { limits: limits.into_iter().filter(is_exceeded).collect() }
    }

    /// How many bits are in use.
    pub const fn len(&self) -> usize {
        self.limits.len()
    }

    /// The bits that a vehicle type has.
    pub fn of_vehicle(&self, kind: &VehicleType) -> u64 {
        self.bits(|limit| kind.max_parcel != Some(*limit))
    }

    /// The bits that an order asks for.
    pub fn of_order(&self, order: &Order) -> u64 {
        self.bits(|limit| order.parcel_size.is_some_and(|size| !size.fits(limit)))
    }

    fn bits(&self, has: impl Fn(&BoxSize) -> bool) -> u64 {
        let limits = self.limits.iter().enumerate();
        limits.filter(|(_, limit)| has(limit)).map(|(at, _)| 1 << (63 - at)).sum()
    }
}

/// Whether the parcels of an order pass the door of the store where they have to stand: goods of the shelf pass none.
pub fn fits_store(order: &Order, centre: &Site) -> bool {
    let is_cooled = [Compartment::Chilled, Compartment::Frozen].iter().any(|&part| order.load[part].0 > 0);
    match (order.parcel_size, centre.storage_door) {
        (Some(size), Some(door)) if is_cooled => size.passes(&door),
        _ => true,
    }
}
