//! The orders of a file as one table.

use super::import::{OrderImport, import_orders};
use super::located::Located;
use crate::problem::Reading;
use crate::{Day, Order};
use coldmile_units::Table;

/// Reads the orders of `day` from a file called `file` in messages, see [`import_orders`]. `locate` is asked for the coordinates
/// of an address in rows that have none.
///
/// Orders come back sorted by id, so that the order of the rows changes nothing.
pub fn read_orders(
    bytes: &[u8],
    file: &str,
    day: &Day,
    locate: &dyn Fn(&str) -> Located,
) -> Reading<Table<Order>> {
    let rows = import_orders(bytes, file, &OrderImport::new(day, locate));
    Reading {
        good: rows.accepted.into_iter().map(|(_, order)| order).collect(),
        problems: rows.problems,
        problem_count: rows.problem_count,
    }
}
