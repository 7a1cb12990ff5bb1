//! What the map looks like: vector tiles and the style that colours them, from the same file as the roads.
//!
//! Called by `cli` (import) and `server` (serving). Knows no routes, plans or couriers: they are drawn above.

pub mod style;
pub mod tiles;

pub use style::{ATTRIBUTION, Lang, Theme, style};
pub use tiles::{TileError, TileSource, TileSourceError};
