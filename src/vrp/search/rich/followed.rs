//! Trips that are followed stop by stop because windows have soft ends: as they are, and as a change would make them.

use crate::problem::{Client, SoftEnd};
use crate::segment::DurationSegment;
use smallvec::SmallVec;

/// The soft ends of all clients; none where all windows are hard.
pub(super) fn soft_ends<'c>(clients: impl Iterator<Item = &'c Client> + Clone) -> Vec<Option<SoftEnd>> {
    if clients.clone().all(|client| client.soft_end.is_none()) {
        return Vec::new();
    }
    clients.map(|client| client.soft_end).collect()
}

/// The clients of a trip in order.
pub(super) type Sequence = SmallVec<[u32; 32]>;

/// A trip of a route that is followed.
pub(super) struct FollowedTrip {
    pub(super) clients: Sequence,
    pub(super) release: i64,
    /// The earliest departure that keeps the longest rides.
    pub(super) ride_start: i64,
    pub(super) break_after: u32,
}

/// Clients to be inserted into a trip, each behind a node.
pub(super) type Inserted<'i> = &'i [(u32, u32)];

/// A trip as a change would make it.
pub(super) struct ChangedTrip<'i> {
    pub(super) trip: u32,
    pub(super) inserted: Inserted<'i>,
    pub(super) release: i64,
    pub(super) ride_start: i64,
    pub(super) break_after: u32,
    /// Departure to return.
    pub(super) time: DurationSegment,
    /// Whether the route has its break.
    pub(super) has_break: bool,
}
