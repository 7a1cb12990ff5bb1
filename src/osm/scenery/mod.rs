//! What a base map shows: land, water, green, buildings, roads, rails, ferries and places, as plain shapes.
//!
//! [`read_scenery`] passes over the file three times (ways and relations, members of relations, nodes) and keeps only
//! what it returns and the ids of the nodes it needs. `basemap` makes tiles of it. Knows no zoom, colour or tile.

mod coast;
mod kinds;
mod read;

pub use kinds::{
    AreaKind, Land, LineKind, Names, PlaceKind, Scenery, SceneryArea, SceneryLine, SceneryPlace, Traits,
};
pub use read::read_scenery;
