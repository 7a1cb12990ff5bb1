//! The map for people: names and addresses, vector tiles and the style that colours them, made once from the same file
//! as the roads.
//!
//! [`AddressIndex`] and [`TileSource`] are stored as sections of the prepared map; readers of orders get the index's
//! [`locate`](AddressIndex::locate) as a function argument, `server` hands out tiles. Knows no roads, routes or couriers:
//! how to get to a place is `road`'s business, and routes are drawn above.

mod address;
mod fold;
mod search;
pub mod style;
pub mod tiles;

pub use address::{AddressError, AddressIndex};
pub use search::{Candidate, Match, Precision};
pub use style::{ATTRIBUTION, Lang, Theme, style};
pub use tiles::{TileError, TileSource, TileSourceError};
