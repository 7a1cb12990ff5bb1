//! What a base map shows: land, water, green, buildings, roads, rails, ferries and places, as plain shapes.
//!
//! [`read_scenery`] passes over the file three times (ways and relations, members of relations, nodes) and keeps only
//! what it returns and the ids of the nodes it needs. `basemap` makes tiles of it. Knows no zoom, colour or tile.

mod coast;
mod join;
mod kinds;
mod read;

pub use kinds::{Area, AreaKind, Land, Line, LineKind, Names, Place, PlaceKind, Scenery, Traits};
pub use read::read_scenery;
