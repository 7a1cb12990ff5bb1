//! Reading a .osm.pbf in streaming passes.
//!
//! Callers ask for what they need (roads, places, addresses) and get plain data; nothing here knows profiles,
//! speeds or tiles. Every pass runs over bytes in memory and keeps only what its caller keeps.

mod islands;
pub mod places;
mod reader;

pub use places::{Places, read_places};
pub use reader::{OsmError, for_each};
