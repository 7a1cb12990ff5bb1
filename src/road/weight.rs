//! Restricted passages, duration and distance in one number.
//!
//! Passages in the upper bits, milliseconds below, centimetres at the bottom: adding two weights adds all three, comparing
//! them compares passages first, durations second and distances last. One trip may take six days and 5,300 km, and lead
//! through fifteen private or gated roads.

use coldmile_units::{Metres, Seconds};

/// Four bits of passages, 29 of milliseconds, 29 of centimetres.
pub(super) type Weight = u64;

const CM_BITS: u32 = 29;
const MS_BITS: u32 = 29;

/// Unreachable. Two of them can be added.
pub(super) const INFINITE: Weight = 1 << 62;
/// Going through a road where trips may only begin or end.
pub(super) const PASSAGE: Weight = 1 << (CM_BITS + MS_BITS);
/// Greatest duration of one arc, or of one turn: a day and a half.
pub(super) const MAX_ARC_MS: u32 = 1 << 27;
/// Greatest length of one segment: 1,300 km.
pub(super) const MAX_SEGMENT_CM: u32 = 1 << 27;

pub(super) const fn weight(ms: u32, cm: u32) -> Weight {
    ((ms as u64) << CM_BITS) | cm as u64
}

/// How often the path goes through roads where trips may only begin or end.
pub(super) const fn passages(weight: Weight) -> u32 {
    (weight >> (CM_BITS + MS_BITS)) as u32
}

/// The duration in milliseconds.
pub(super) const fn ms_of(weight: Weight) -> u64 {
    (weight >> CM_BITS) & ((1 << MS_BITS) - 1)
}

/// The distance in centimetres.
pub(super) const fn cm_of(weight: Weight) -> u64 {
    weight & ((1 << CM_BITS) - 1)
}

/// Whole seconds, halves upwards.
pub(super) const fn seconds(weight: Weight) -> Seconds {
    Seconds(((ms_of(weight) + 500) / 1000) as i64)
}

/// Whole metres, halves upwards.
pub(super) const fn metres(weight: Weight) -> Metres {
    Metres(((cm_of(weight) + 50) / 100) as i64)
}

/// A weight as two numbers that are small as a rule: what comes above the distance, and the distance.
pub(super) const fn parts(weight: Weight) -> (u64, u64) {
    (weight >> CM_BITS, cm_of(weight))
}

/// The weight of such numbers; `None` when they are not what [`parts`] gives.
pub(super) const fn of_parts(upper: u64, cm: u64) -> Option<Weight> {
    if upper >> (64 - CM_BITS) != 0 || cm >> CM_BITS != 0 { None } else { Some((upper << CM_BITS) | cm) }
}
