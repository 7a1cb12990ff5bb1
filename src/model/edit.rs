//! One change of one value of a day's files, written as the file writes it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A file of a day's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EditFile {
    /// The orders.
    #[serde(rename = "orders.csv")]
    Orders,
    /// Everything else.
    #[serde(rename = "network.toml")]
    Network,
}

/// A table of a day's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditTable {
    /// Rows of `orders.csv`, by `order_id`.
    Order,
    /// `[[site]]`, by `id`.
    Site,
    /// `[[wave]]`, by `id`.
    Wave,
    /// `[[vehicle_type]]`, by `id`.
    VehicleType,
    /// `[[courier]]`, by `id`.
    Courier,
}

impl EditTable {
    /// The file that it stands in.
    pub const fn file(self) -> EditFile {
        match self {
            Self::Order => EditFile::Orders,
            Self::Site | Self::Wave | Self::VehicleType | Self::Courier => EditFile::Network,
        }
    }

    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Site => "site",
            Self::Wave => "wave",
            Self::VehicleType => "vehicle_type",
            Self::Courier => "courier",
        }
    }
}

/// A change of one value, or a new row. A program can make it without knowing what it means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// The file.
    pub file: EditFile,
    /// The table.
    pub table: EditTable,
    /// The id of the row that is changed, or of the new one.
    pub id: String,
    /// The key, with a dot before a key inside a value: `tw_end`, `storage.chilled_l`; `None` for a new row.
    pub field: Option<String>,
    /// The present value as the file writes it: text for every cell of `orders.csv`, empty where the row has none; `null` for
    /// a key that is absent, and for a new row.
    pub from: Value,
    /// The new value as the file writes it; for a new row all its values by key.
    pub to: Value,
}
