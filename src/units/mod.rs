//! Quantities, ids, tables, matrices and seeds: the words every other module speaks.
//!
//! Floor 0: knows nothing of maps, parcels or routes. Everything is an integer inside, so that the same input
//! gives the same bytes everywhere.

mod index;
mod matrix;
mod quantity;
mod seed;
mod time_window;
mod vehicle_size;

pub use index::{Id, Idx, Table};
pub use matrix::{Matrix, Travel, TravelMatrix};
pub use quantity::{Celsius, Grams, Metres, Millilitres, Money, Seconds, Timestamp};
pub use seed::Seed;
pub use time_window::{TimeWindow, WindowError};
pub use vehicle_size::VehicleSize;
