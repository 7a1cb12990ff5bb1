//! Positions in flat tables.

/// Stands in a `u32` position for "none": no trip, no client, no position.
pub(super) const NONE: u32 = u32::MAX;
