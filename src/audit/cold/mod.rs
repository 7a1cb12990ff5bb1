//! Temperatures, replayed along the published plan by the model in `model::cold`, with formulas of its own.
//!
//! A parcel with limits leaves the hub at its set point when its truck departs. It rides in the air of the truck's
//! compartment ([`air`]) until unloading starts, is outdoors for `transfer`, then in the centre's fridge or freezer until
//! the courier departs or, for a pickup, until the last moment to collect it; last in the courier's compartment until
//! service at its door starts. Openings at earlier stops count, the one at its own stop does not. A carrier that does not
//! cool a compartment, and a centre without a temperature for it, has outdoor air.

mod air;
mod journey;

pub(super) use journey::replay;
pub use journey::{ColdMargin, MAX_MARGIN_MIN, ParcelCold};
