//! How large a problem may be.

/// The largest sum of costs, weights or demands: below it a double holds every integer exactly.
pub const MAX_TOTAL: f64 = 4e15;

/// The largest number of distances: four bytes each in memory where all are small integers.
pub const MAX_CELLS: usize = 1_000_000_000;
