#![doc = include_str!("README.md")]

mod address;
mod fold;
mod search;
pub mod style;
pub mod tiles;

pub use address::{AddressError, AddressIndex};
pub use search::{Candidate, Match, Precision};
pub use style::{ATTRIBUTION, Lang, Theme, style};
pub use tiles::{TileError, TileSource, TileSourceError};
