//! Names and addresses of the map: made once from the map file, asked for by people.
//!
//! [`AddressIndex`] is stored as one section of the prepared map ([`AddressIndex::to_bytes`]); readers of orders get its
//! [`locate`](AddressIndex::locate) as a function argument. Knows no roads: how to get to a place is `road`'s business.

mod address;
mod fold;
mod search;

pub use address::{AddressError, AddressIndex};
pub use search::{Candidate, Match, Precision};
