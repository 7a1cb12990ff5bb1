//! Rows to orders.

use super::columns::{Column, Header};
use super::decode::{CsvText, decode, line_end, line_ends};
use super::located::Located;
use super::order::RowReader;
use super::row::OrderRow;
use crate::clock::DayClock;
use crate::problem::{InputProblem, Problems, Reading};
use crate::visible::clean;
use crate::{Day, Order};
use coldmile_units::{Id, Table};
use std::cmp::Ordering;

/// Largest file that is read, in bytes.
pub const MAX_ORDERS_BYTES: usize = 128 << 20;
/// Most orders of a day.
pub const MAX_ORDERS: usize = 250_000;
/// Most parcels of a day.
pub const MAX_PARCELS: usize = 750_000;

/// Reads the orders of `day` from a CSV file called `file` in messages. `locate` is asked for the coordinates of an
/// address in rows that have none.
///
/// Orders come back sorted by id, so that the order of the rows changes nothing. Times are local to the day;
/// `placed_at` without a date is the evening before when it would lie after the window's start. Two rows with one id
/// are both left out: which of them counts must not depend on which comes first. A file of more than
/// [`MAX_ORDERS_BYTES`] is refused unread, one with more than [`MAX_ORDERS`] or [`MAX_PARCELS`] as a whole.
pub fn read_orders(
    bytes: &[u8],
    file: &str,
    day: &Day,
    locate: &dyn Fn(&str) -> Located,
) -> Reading<Table<Order>> {
    let refused =
        |problems: Vec<InputProblem>| Reading { good: Table::new(), problem_count: problems.len(), problems };
    if bytes.len() > MAX_ORDERS_BYTES {
        let reason = format!("the file has {} bytes; at most {MAX_ORDERS_BYTES} are read", bytes.len());
        return refused(vec![InputProblem::new(file, "order/too-large", reason)]);
    }
    let decoded = match decode(bytes, file) {
        Ok(decoded) => decoded,
        Err(problems) => return refused(problems),
    };
    let Some(clock) = DayClock::new(day.date, &day.timezone) else {
        let reason = "the day has no known time zone";
        return refused(vec![InputProblem::new(file, "order/no-timezone", reason)]);
    };
    let mut problems = Problems::default();
    let mut orders = Collected::default();
    let reader = RowReader { day, clock: &clock, locate };
    let mut id_column = String::new();
    let seen = for_each_row(&decoded, file, &mut problems, |row| {
        if id_column.is_empty() {
            row.header.written(Column::Id).clone_into(&mut id_column);
        }
        let order = reader.order(row).filter(|_| row.problems.is_empty());
        if let Some(id) = row.cell(Column::Id) {
            orders.add(row.line, id, order);
        }
    });
    if let Err(header_problems) = seen {
        return refused(header_problems);
    }
    if orders.is_too_much() {
        let reason = format!(
            "the file has {} orders with {} parcels or more; a day has at most {MAX_ORDERS} and {MAX_PARCELS}",
            orders.rows, orders.parcels
        );
        return refused(vec![InputProblem::new(file, "order/too-many", reason)]);
    }
    let good = orders.finish(|line, first, id| {
        let reason = format!("line {first} has the same order");
        let problem = InputProblem::new(file, "order/duplicate-id", reason);
        problems.push(problem.at(line).in_column(&id_column).with_value(id));
    });
    Reading { good, problem_count: problems.count(), problems: problems.into_listed() }
}

/// The rows of a file that have an id, until there are more than a day may have.
#[derive(Default)]
struct Collected {
    good: Vec<(u64, Order)>,
    /// Line and id of rows with problems: their ids are taken too.
    bad: Vec<(u64, Id<Order>)>,
    rows: usize,
    parcels: usize,
}

impl Collected {
    fn add(&mut self, line: u64, id: &str, order: Option<Order>) {
        self.rows += 1;
        self.parcels += order.as_ref().map_or(0, |order| order.parcels.len());
        if self.is_too_much() {
            // They are only counted from here on.
            (self.good, self.bad) = (Vec::new(), Vec::new());
            return;
        }
        match order {
            Some(order) => self.good.push((line, order)),
            None => self.bad.push((line, Id::from(id))),
        }
    }

    fn is_too_much(&self) -> bool {
        self.rows > MAX_ORDERS || self.parcels > MAX_PARCELS
    }

    /// The orders whose id no other row has, by id. `doubled` is told of every other row: its line, the line of the first
    /// row with the id, and the id.
    fn finish(self, mut doubled: impl FnMut(u64, u64, &str)) -> Table<Order> {
        let mut good = self.good;
        let mut taken: Vec<(Id<Order>, u64)> =
            good.iter().map(|(line, order)| (order.id.clone(), *line)).collect();
        taken.extend(self.bad.into_iter().map(|(line, id)| (id, line)));
        taken.sort_unstable();
        let mut doubles: Vec<(u64, u64, Id<Order>)> = Vec::new();
        for same in taken.chunk_by(|a, b| a.0 == b.0) {
            doubles.extend(same[1..].iter().map(|(id, line)| (*line, same[0].1, id.clone())));
        }
        doubles.sort_unstable();
        let mut ids: Vec<&Id<Order>> = doubles.iter().map(|(_, _, id)| id).collect();
        ids.sort_unstable();
        good.retain(|(_, order)| ids.binary_search(&&order.id).is_err());
        for (line, first, id) in &doubles {
            doubled(*line, *first, id.as_str());
        }
        good.sort_unstable_by(|(_, a), (_, b)| a.id.cmp(&b.id));
        good.into_iter().map(|(_, order)| order).collect()
    }
}

/// Bytes that may be read again behind quotation marks that are not closed.
const MAX_READ_AGAIN: usize = 1 << 30;

/// Calls `visit` with each row of the right number of columns, cells that are missing or empty at its end aside; an `Err`
/// says what is wrong with the header.
fn for_each_row(
    decoded: &CsvText<'_>,
    file: &str,
    problems: &mut Problems,
    mut visit: impl FnMut(&mut OrderRow<'_>),
) -> Result<(), Vec<InputProblem>> {
    // A quotation mark that is never closed swallows the lines after it. Reading starts again after the first of them,
    // so that they are not lost; a limited number of times, because each start may read to the end of the file.
    let mut restarts = 200;
    let mut read_again = 0;
    let body = decoded.body();
    let mut header: Option<Header> = None;
    let mut from = 0;
    loop {
        let text = &body[from..];
        let line_at = |byte: usize| decoded.line_at(from + byte);
        let mut rows = csv::ReaderBuilder::new()
            .delimiter(decoded.delimiter())
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
            line += line_ends(&text[counted_to..start]);
            counted_to = start;
            let Some(header) = &header else {
                header = Some(Header::read(record.iter(), file, line)?);
                continue;
            };
            if record.iter().all(|cell| clean(cell).is_empty()) {
                continue;
            }
            let end = (rows.position().byte() as usize).min(text.len());
            let raw = &text[start..end];
            let quoting = Quoting::of(raw, decoded.delimiter());
            let is_unclosed =
                quoting == Quoting::Open || (quoting == Quoting::Stray && record.len() != header.len());
            if is_unclosed || !fits(header, &record) {
                let first_line_end = line_end(raw).unwrap_or(raw.len());
                problems.push_with(|| {
                    let reason = if is_unclosed {
                        "a quotation mark is not closed".to_owned()
                    } else {
                        format!("the row has {} columns, the header {}", record.len(), header.len())
                    };
                    let problem = InputProblem::new(file, "order/wrong-columns", reason).at(line);
                    problem.with_value(raw[..first_line_end].trim_end())
                });
                let is_swallowing = is_unclosed && first_line_end < raw.trim_end().len();
                if is_swallowing && restarts > 0 && read_again < MAX_READ_AGAIN {
                    restarts -= 1;
                    read_again += text.len();
                    break Some(start + first_line_end);
                }
                continue;
            }
            let mut row = OrderRow {
                file,
                line,
                header,
                cells: &record,
                decimal_comma: decoded.has_decimal_comma(),
                problems: Vec::new(),
            };
            visit(&mut row);
            row.problems.into_iter().for_each(|problem| problems.push(problem));
        };
        match restart {
            Some(offset) => from += offset,
            None => return Ok(()),
        }
    }
}

/// Whether a row can be laid under the header. Cells that are empty at its end may be missing, and there may be more of
/// them.
fn fits(header: &Header, record: &csv::StringRecord) -> bool {
    match record.len().cmp(&header.len()) {
        Ordering::Less => header.is_reached_by(record.len()),
        Ordering::Equal => true,
        Ordering::Greater => record.iter().skip(header.len()).all(|cell| clean(cell).is_empty()),
    }
}

/// How the quotation marks of a row stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    /// Each one that opens a cell is closed right before a delimiter or the end of the row.
    Clean,
    /// One is closed in the middle of a cell: it may belong to another row.
    Stray,
    /// One is not closed before the end of the file.
    Open,
}

impl Quoting {
    fn of(raw: &str, delimiter: u8) -> Self {
        let bytes = raw.as_bytes();
        let is_end = |at: usize| bytes.get(at).is_none_or(|byte| [delimiter, b'\n', b'\r'].contains(byte));
        let (mut at, mut found) = (0, Self::Clean);
        while at < bytes.len() {
            if bytes[at] == b'"' {
                at += 1;
                loop {
                    match (bytes.get(at), bytes.get(at + 1)) {
                        (None, _) => return Self::Open,
                        (Some(b'"'), Some(b'"')) => at += 2,
                        (Some(b'"'), _) => break,
                        _ => at += 1,
                    }
                }
                at += 1;
                if !is_end(at) {
                    found = Self::Stray;
                }
            }
            while !is_end(at) {
                at += 1;
            }
            at += 1;
        }
        found
    }
}
