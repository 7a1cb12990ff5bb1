//! Invented towns and demand, repeatable from a picture or a seed.
//!
//! [`demo_day`] makes a whole day folder for any map: a hub, centres at real places, a fleet and orders at real doors.

mod demo_day;
mod doors;
mod fleet;
mod locale;
mod orders;
mod sites;

pub use demo_day::{DemoConfig, DemoDay, DemoError, demo_day};
