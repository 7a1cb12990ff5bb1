#![doc = include_str!("README.md")]

mod csr;
mod index;
mod matrix;
mod quantity;
mod seed;
mod time_window;
mod vehicle_size;

pub use csr::{Csr, row_starts};
pub use index::{Id, Idx, Table};
pub use matrix::{Matrix, Travel, TravelMatrix};
pub use quantity::{Celsius, Grams, Metres, Millilitres, Money, Seconds, Timestamp};
pub use seed::Seed;
pub use time_window::{TimeWindow, WindowError};
pub use vehicle_size::VehicleSize;
