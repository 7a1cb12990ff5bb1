//! One order by its cells: how a form or a program gives it, read exactly as a row of a file is.

use super::located::Located;
use super::read::read_orders;
use crate::problem::InputProblem;
use crate::{Day, Order};

/// Reads an order from its cells, each with its column; a column that is not given is empty. `locate` is asked for the
/// coordinates of an address in a row that has none.
///
/// # Errors
/// Every problem of the row, with its column.
pub fn read_order(
    cells: &[(&str, String)],
    day: &Day,
    locate: &dyn Fn(&str) -> Located,
) -> Result<Order, Vec<InputProblem>> {
    let mut file = csv::Writer::from_writer(Vec::new());
    // Memory takes every row.
    let _ = file.write_record(cells.iter().map(|(name, _)| *name));
    let _ = file.write_record(cells.iter().map(|(_, cell)| cell.as_str()));
    let text = file.into_inner().unwrap_or_default();
    let reading = read_orders(&text, "order", day, locate);
    let missing = || vec![InputProblem::new("order", "order/empty-file", "there is no order")];
    match reading.good.iter().next() {
        Some(order) if reading.problems.is_empty() => Ok(order.clone()),
        _ if reading.problems.is_empty() => Err(missing()),
        _ => Err(reading.problems),
    }
}
