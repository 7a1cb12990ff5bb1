//! `network.toml`: everything of a day but its orders.
//!
//! [`read_network`] turns the file into a [`Day`](super::Day) without orders or into the list of everything that is
//! wrong with it; [`write_network`] writes one that reads back the same. Times are local `HH:MM` (`-1 20:00` is the
//! evening before), money is decimal (`0.45`, exact), ids are referred to by their text.

mod context;
mod fleet;
mod money;
mod read;
mod sites;
mod text;
mod write;

pub use read::read_network;
pub use text::{FieldChange, NetworkPart, NetworkText, PatchError};
pub use write::write_network;
