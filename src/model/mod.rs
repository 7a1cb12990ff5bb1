//! What a day is made of: sites and lanes, fleet and couriers, orders and parcels, cold rules.
//!
//! Plain data and its validation, no algorithm: who serves whom is decided in `dispatch`. Readers take readers and
//! text, never a path, and report every problem of an input at once. Knows no road: profiles are names here, addresses
//! become coordinates through a function argument.

mod clock;
pub mod cold;
mod cold_file;
mod day;
mod fleet;
mod network;
mod network_file;
mod order;
mod orders_file;
mod problem;
mod toml_fields;

pub use clock::DayClock;
pub use cold::ColdRules;
pub use cold_file::{default_rules, read_cold_rules};
pub use day::{Day, Weather};
pub use fleet::{Compartment, Courier, Load, Prices, VehicleType};
pub use network::{Lane, Network, Site, SiteKind, Storage, WaveSchedule};
pub use network_file::{read_network, write_network};
pub use order::{Channel, Fulfilment, Order, Parcel};
pub use orders_file::{Located, read_orders, write_orders};
pub use problem::{InputProblem, Reading};
