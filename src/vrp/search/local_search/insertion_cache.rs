//! The cache of SWAP*: the three cheapest insertions of each client into each trip, valid while the trip stays as it is.

use crate::search::index::NONE;

/// The three cheapest insertions of a client into a trip.
#[derive(Clone, Copy, Debug)]
pub(super) struct BestInsertions {
    /// As of which move they were found.
    pub when: u64,
    pub cost: [i64; 3],
    /// The node in front.
    pub after: [u32; 3],
}

/// The best insertions of all clients into all trips.
#[derive(Debug, Default)]
pub(super) struct InsertionCache {
    pub width: usize,
    pub rows: Vec<BestInsertions>,
}

impl InsertionCache {
    /// Not known yet.
    pub const UNKNOWN: BestInsertions = BestInsertions { when: 0, cost: [i64::MAX; 3], after: [NONE; 3] };

    /// Makes the cache large enough for so many clients and trips.
    pub fn resize(&mut self, size: usize, width: usize) {
        if self.width < width || self.rows.len() != size * self.width {
            self.width = width + width / 4;
            self.rows.clear();
            self.rows.resize(size * self.width, Self::UNKNOWN);
        }
    }
}
