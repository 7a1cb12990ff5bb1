#![doc = include_str!("README.md")]

mod clock;
pub mod cold;
mod cold_file;
pub mod cooling;
mod day;
mod day_files;
mod day_rules;
mod edit;
mod fleet;
mod load;
mod network;
mod network_file;
mod order;
mod orders_file;
mod parcel_size;
mod problem;
mod toml_fields;
mod toml_text;
mod visible;

pub use clock::DayClock;
pub use cold::ColdRules;
pub use cold_file::{default_rules, read_cold_rules};
pub use day::{Day, Weather};
pub use day_files::{DayFiles, EditError};
pub use day_rules::{DayRules, RideRule};
pub use edit::{Edit, EditFile, EditTable};
pub use fleet::{Break, Courier, Prices, VehicleType};
pub use load::{Compartment, Load};
pub use network::{Lane, Network, Site, SiteKind, Storage, WaveSchedule};
pub use network_file::{FieldChange, NetworkPart, NetworkText, PatchError, read_network, write_network};
pub use order::{Channel, Fulfilment, Order, Parcel, Pin, ShelfLife};
pub use orders_file::{
    CellEdit, ColumnMatch, CsvRows, CsvText, Located, MAX_ORDERS, MAX_ORDERS_BYTES, MAX_PARCELS, OrderImport,
    OrderRows, cells_of, import_orders, order_cell_names, order_cells, order_columns, read_order,
    read_orders, write_orders,
};
pub use parcel_size::{BoxSize, DoorSize};
pub use problem::{InputProblem, MAX_PROBLEMS, Reading};
pub use toml_fields::MAX_NETWORK_BYTES;
pub use visible::clean;
