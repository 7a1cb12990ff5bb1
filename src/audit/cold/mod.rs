//! Temperatures, replayed along the published plan from the picture in `model::cold`, with formulas of its own.
//!
//! A parcel with limits leaves the hub at its set-point when its truck departs. It rides in the air of the truck's
//! compartment ([`air`]) until unloading starts, stands outdoors for `transfer`, then in the centre's fridge or freezer
//! until the courier departs or, for a pickup, until the family's last moment to collect it; last in the courier's
//! compartment until service at its door starts. Openings at earlier stops count, the one at its own stop does not.
//! A carrier that cannot keep a compartment, and a centre without a temperature for it, has the air of outdoors.

mod air;
mod journey;

pub(super) use journey::replay;
pub use journey::{ColdMargin, LONGEST_MARGIN_MIN, ParcelCold};
