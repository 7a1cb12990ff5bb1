//! Rows to orders.

use super::columns::{Column, Header};
use super::decode::{Decoded, decode};
use super::located::Located;
use super::order::RowReader;
use super::row::OrderRow;
use crate::clock::DayClock;
use crate::problem::{InputProblem, Reading};
use crate::{Day, Order};
use coldmile_units::{Id, Table};
use std::collections::{BTreeMap, HashMap};

/// Reads the orders of `day` from a CSV file called `file` in messages. `locate` is asked for the coordinates of an
/// address in rows that have none.
///
/// Orders come back sorted by id, so that the order of the rows changes nothing. Times are local to the day;
/// `placed_at` without a date is the evening before when it would lie after the window's start. Two rows with one id
/// are both left out: which of them counts must not depend on which comes first.
pub fn read_orders(
    bytes: &[u8],
    file: &str,
    day: &Day,
    locate: &dyn Fn(&str) -> Located,
) -> Reading<Table<Order>> {
    let refused = |problems| Reading { good: Table::new(), problems };
    let decoded = match decode(bytes, file) {
        Ok(decoded) => decoded,
        Err(problems) => return refused(problems),
    };
    let Some(clock) = DayClock::new(day.date, &day.timezone) else {
        let reason = "the day has no known time zone";
        return refused(vec![InputProblem::new(file, "order/no-timezone", reason)]);
    };
    let mut problems = Vec::new();
    let mut orders: BTreeMap<Id<Order>, (u64, Order)> = BTreeMap::new();
    let mut first_rows: HashMap<Id<Order>, u64> = HashMap::new();
    let reader = RowReader { day, clock: &clock, locate };
    let seen = for_each_row(&decoded, file, &mut problems, |row| {
        let order = reader.order(row);
        let Some(id) = row.cell(Column::Id).map(Id::<Order>::from) else { return };
        if let Some(first) = first_rows.get(&id) {
            row.wrong(Column::Id, "order/duplicate-id", format!("line {first} has the same order"));
            orders.remove(&id);
            return;
        }
        first_rows.insert(id.clone(), row.line);
        if let Some(order) = order.filter(|_| row.problems.is_empty()) {
            orders.insert(id, (row.line, order));
        }
    });
    if let Err(header_problems) = seen {
        return refused(header_problems);
    }
    problems.sort_by_key(|problem| problem.row);
    Reading { good: orders.into_values().map(|(_, order)| order).collect(), problems }
}

/// Calls `visit` with each row that has the right number of columns; an `Err` says what is wrong with the header.
fn for_each_row(
    decoded: &Decoded,
    file: &str,
    problems: &mut Vec<InputProblem>,
    mut visit: impl FnMut(&mut OrderRow<'_>),
) -> Result<(), Vec<InputProblem>> {
    // A quotation mark that is never closed swallows the lines after it. Reading starts again after the first of them,
    // so that they are not lost; a limited number of times, because each start may read to the end of the file.
    let mut restarts = 200;
    let mut header: Option<Header> = None;
    let mut from = 0;
    loop {
        let text = &decoded.body[from..];
        let line_at = |byte: usize| decoded.first_line + newlines(&decoded.body[..from + byte]);
        let mut rows = csv::ReaderBuilder::new()
            .delimiter(decoded.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        let (mut counted_to, mut line) = (0, line_at(0));
        let restart = loop {
            let start = rows.position().byte() as usize;
            match rows.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break None,
                Err(error) => {
                    let reason = format!("the row cannot be read: {error}");
                    problems.push(InputProblem::new(file, "order/unreadable-row", reason).at(line_at(start)));
                    break None;
                }
            }
            // The reader skips empty lines before a row; its position is before them.
            let start = start + (text[start..].len() - text[start..].trim_start_matches(['\r', '\n']).len());
            line += newlines(&text[counted_to..start]);
            counted_to = start;
            let Some(header) = &header else {
                header = Some(Header::read(record.iter(), file, line)?);
                continue;
            };
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let end = (rows.position().byte() as usize).min(text.len());
            let raw = &text[start..end];
            let first_line_end = raw.find('\n').map_or(end, |at| start + at + 1);
            if record.len() != header.len() {
                let swallowed = newlines(raw.trim_end());
                let reason = if swallowed > 0 {
                    "a quotation mark is not closed".to_owned()
                } else {
                    format!("the row has {} columns, the header {}", record.len(), header.len())
                };
                let problem = InputProblem::new(file, "order/wrong-columns", reason).at(line);
                problems.push(problem.with_value(raw.lines().next().unwrap_or_default()));
                if swallowed > 0 && restarts > 0 {
                    restarts -= 1;
                    break Some(first_line_end);
                }
                continue;
            }
            let mut row = OrderRow {
                file,
                line,
                header,
                cells: &record,
                decimal_comma: decoded.delimiter != b',',
                problems: Vec::new(),
            };
            visit(&mut row);
            problems.append(&mut row.problems);
        };
        match restart {
            Some(offset) => from += offset,
            None => return Ok(()),
        }
    }
}

fn newlines(text: &str) -> u64 {
    text.bytes().filter(|&byte| byte == b'\n').count() as u64
}
