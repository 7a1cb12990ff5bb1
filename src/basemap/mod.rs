#![doc = include_str!("README.md")]

mod address;
mod chinese;
mod fold;
mod houses;
mod locate;
mod query;
mod search;
pub mod style;
#[cfg(test)]
mod tests;
pub mod tiles;

pub use address::{AddressError, AddressIndex};
pub use locate::{Grade, Match};
pub use search::{Candidate, Precision};
pub use style::{ATTRIBUTION, Lang, Theme, style};
pub use tiles::{TileError, TileSource, TileSourceError};
