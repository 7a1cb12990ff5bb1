//! What the road graph is made of: segments and their pieces, arcs, turns.

/// Milliseconds that stand for "this turn is forbidden".
pub(super) const FORBIDDEN: u32 = u32::MAX;
/// Added to the milliseconds of a turn through a private gate between two open roads: a restricted passage.
pub(super) const PAST_GATE: u32 = 1 << 31;
/// Stands for "there is no such arc".
pub(super) const NO_ARC: u32 = u32::MAX;

/// A stretch of road between two nodes without a junction in between. One or two arcs run along it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "what is true of a road, each by itself")]
pub(super) struct Segment {
    /// Its length.
    pub cm: u32,
    /// Position of its name.
    pub name: u32,
    /// The arc along the line and the arc against it, or [`NO_ARC`].
    pub arcs: [u32; 2],
    /// Where its points start in the list of points; they end where the next segment's start.
    pub first_point: u32,
    /// Where its pieces start.
    pub first_piece: u32,
    /// Water: no stops are made here.
    pub is_ferry: bool,
    /// Part of a roundabout.
    pub is_roundabout: bool,
    /// Too much traffic to cross it on foot with a parcel: stops are made at the kerb.
    pub is_wide: bool,
    /// Traffic keeps left here.
    pub keeps_left: bool,
}

/// One direction of a segment, or a copy of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arc {
    pub tail: u32,
    pub head: u32,
    pub segment: u32,
    /// Milliseconds without traffic.
    pub free_ms: u32,
    /// Whether it runs against the segment's line.
    pub is_backward: bool,
    /// A trip may begin or end here, not pass through.
    pub is_restricted: bool,
    /// Whether some turn from here leads to a copy.
    pub has_redirects: bool,
}

/// A part of a segment that is one OSM way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SegmentPiece {
    /// The id of the OSM way.
    pub osm_id: i64,
    /// Its length.
    pub cm: u32,
    /// Whether the OSM way is drawn against the segment's line.
    pub is_reversed: bool,
}

/// A turn that is allowed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    /// Its position in the list of turns.
    pub number: u32,
    /// The next arc, or its copy.
    pub to: u32,
    /// How long it takes.
    pub ms: u32,
    /// Whether it leads through a private gate from one open road to another.
    pub is_past_gate: bool,
}

/// What the first arc of a turn means for the count of restricted passages on the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Onto an open road.
    Open,
    /// From an open road onto a restricted one: the last stretch of the trip, or a passage.
    Enters,
    /// From one restricted road onto the next.
    Stays,
}
