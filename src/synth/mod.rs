#![doc = include_str!("README.md")]

mod config;
mod demo_day;
mod doors;
mod fleet;
mod locale;
mod orders;
mod sites;

pub use config::{DemoConfig, DemoError};
pub use demo_day::{DemoDay, demo_day};
