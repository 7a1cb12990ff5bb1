//! What goes out of a day: orders for a spreadsheet, routes for a map, papers for people.

mod lines;
mod orders;
mod papers;
mod sheet;

pub(super) use lines::{geojson, gpx};
pub(super) use orders::orders_sheet;
pub(super) use papers::{Paper, Tongue, labels, load_sheets};
