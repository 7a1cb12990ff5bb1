//! Duration and distance in one number.
//!
//! Milliseconds in the upper half, centimetres in the lower: adding two weights adds both, comparing them compares
//! durations first and distances second. One trip may take 12 days and 42,900 km.

use crate::units::{Metres, Seconds};

/// Milliseconds in the upper 32 bits, centimetres in the lower.
pub(super) type Weight = u64;

/// No way. Two of them can be added.
pub(super) const INFINITE: Weight = 1 << 62;

pub(super) const fn weight(ms: u32, cm: u32) -> Weight {
    ((ms as u64) << 32) | cm as u64
}

/// Whole seconds, halves upwards.
pub(super) const fn seconds(weight: Weight) -> Seconds {
    Seconds((((weight >> 32) + 500) / 1000) as i64)
}

/// Whole metres, halves upwards.
pub(super) const fn metres(weight: Weight) -> Metres {
    Metres((((weight & 0xFFFF_FFFF) + 50) / 100) as i64)
}
