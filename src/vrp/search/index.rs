//! Positions in flat tables.

use crate::problem::VehicleType;
use coldmile_units::Idx;

/// Stands in a `u32` position for "none": no trip, no client, no position.
pub(super) const NONE: u32 = u32::MAX;

/// The only vehicle type of a plain problem, and the one whose arcs decide neighbourhoods.
pub(super) const FIRST_TYPE: Idx<VehicleType> = Idx::new(0);
