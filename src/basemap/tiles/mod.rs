//! Vector tiles, cut on demand from one compact source.
//!
//! [`TileSource::new`] puts [`Scenery`](coldmile_osm::scenery::Scenery) on the grid of the deepest tiles, cleans its
//! shapes and sorts them by the zoom they first show at; its bytes go into the prepared map. [`TileSource::tile`] finds
//! what a tile shows, clips, simplifies and writes it. The same source gives the same bytes for a tile, always.
//!
//! Layers: `land`, `water`, `green`, `buildings`, `roads`, `rail`, `places`; every feature has a `class`, and `name`,
//! `name_en`, `name_zh` where they are known (the latter two only where they differ from `name`).

mod area;
mod draw;
mod grid;
mod index;
mod kind;
mod line;
mod prepare;
mod source;
mod stored;

pub use grid::{MAX_ZOOM, MIN_ZOOM, TileError};
pub use source::TileSource;
pub use stored::TileSourceError;
