//! `orders.csv`: one row an order; the same as a workbook.
//!
//! [`import_orders`] takes the bytes as shops and spreadsheets write them (UTF-8, UTF-16, GB18030, European code pages; comma,
//! semicolon or tab; XLSX; English or Chinese headers) and returns the good orders and a list of everything that is wrong with the
//! others. Addresses without coordinates are looked up through a function argument: nothing here knows a map.
//!
//! Columns: `order_id`, `lon` and `lat` or `address`, `temp_class`, `kg`, `litres`, `tw_start` and `tw_end` (or `window`)
//! must be there; `placed_at`, `channel`, `mode`, `service_min`, `group_id`, `centre`, `name`, `phone`, `pieces` and some more may be.
//! Others are ignored.

mod cells;
mod columns;
mod csv_rows;
mod decode;
mod encoding;
mod import;
#[cfg(test)]
mod import_tests;
mod located;
mod numbers;
mod one;
mod order;
mod phones;
mod read;
mod row;
mod table;
#[cfg(test)]
mod tests;
mod times;
mod window;
mod words;
mod write;
mod xlsx_rows;

pub use columns::{ColumnMatch, order_columns};
pub use decode::{CsvRows, CsvText};
pub use import::{
    CellEdit, MAX_ORDERS, MAX_ORDERS_BYTES, MAX_PARCELS, OrderImport, OrderRows, cells_of, import_orders,
};
pub use located::Located;
pub use one::read_order;
pub use read::read_orders;
pub(super) use write::write_rows;
pub use write::{order_cell_names, order_cells, write_orders};
