//! A file of orders, read row by row: what each row gives, what is wrong with it, and what its columns were taken for.
//!
//! [`import_orders`] reads CSV, TSV and XLSX alike; [`cells_of`] gives the cells of single rows as they stand in the file, to be
//! shown or written into a file of their own.

use super::columns::{Column, ColumnMatch, Header};
use super::decode::decode;
use super::located::Located;
use super::order::RowReader;
use super::phones::PhoneForms;
use super::row::OrderRow;
use super::table::{RawRow, RowSink};
use super::{csv_rows, xlsx_rows};
use crate::clock::DayClock;
use crate::problem::{InputProblem, Problems};
use crate::{Day, Order};
use coldmile_units::Id;
use std::collections::{BTreeMap, BTreeSet};

/// Largest file that is read, in bytes.
pub const MAX_ORDERS_BYTES: usize = 128 << 20;
/// Most orders of a day.
pub const MAX_ORDERS: usize = 250_000;
/// Most parcels of a day.
pub const MAX_PARCELS: usize = 750_000;

/// What a file of orders is read with.
#[derive(Clone, Copy)]
pub struct OrderImport<'i> {
    /// The day: its date and time zone, its centres, its temperature classes.
    pub day: &'i Day,
    /// Asked for the coordinates of an address in rows that have none.
    pub locate: &'i dyn Fn(&str) -> Located,
    /// What some headers mean: the text of a header, and a column of [`order_columns`](super::order_columns) under any of its
    /// names, or nothing where the column is to be ignored. It counts before what the header itself says; headers that the
    /// file has not are passed over.
    pub columns: &'i [(String, String)],
    /// Cells that are read as if something else stood there. Rows that the file has not are passed over.
    pub edits: &'i [CellEdit],
    /// Told how many rows have been read, after each thousand of them.
    pub progress: &'i dyn Fn(usize),
}

impl<'i> OrderImport<'i> {
    /// Everything as the file says.
    pub fn new(day: &'i Day, locate: &'i dyn Fn(&str) -> Located) -> Self {
        Self { day, locate, columns: &[], edits: &[], progress: &|_| {} }
    }
}

/// A cell and what is to be read in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellEdit {
    /// Line of the file, or row of the sheet, as in [`InputProblem::row`].
    pub row: u64,
    /// The header's text as in [`InputProblem::column`], or a column of [`order_columns`](super::order_columns): one that the
    /// file has not is added to it.
    pub column: String,
    /// What is read.
    pub text: String,
}

/// What a file of orders gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrderRows {
    /// The orders of the rows in order, by id, each with its row. The order of the rows in the file changes nothing.
    pub accepted: Vec<(u64, Order)>,
    /// The rows that gave no order, each once, in the order of the file. Empty when the file was refused as a whole.
    pub rejected: Vec<u64>,
    /// What is wrong, in the order of the file: the first [`MAX_PROBLEMS`](crate::MAX_PROBLEMS).
    pub problems: Vec<InputProblem>,
    /// How many problems there are, listed or not.
    pub problem_count: usize,
    /// What was taken and should be looked at, such as an address whose door is not known: as many as of problems.
    pub notices: Vec<InputProblem>,
    /// How many notices there are, listed or not.
    pub notice_count: usize,
    /// What each column was taken for, in their order. Also where the header is refused.
    pub columns: Vec<ColumnMatch>,
    /// The row of the header; 0 where there is none.
    pub header_row: u64,
    /// How many rows with something in them follow the header.
    pub row_count: usize,
}

impl OrderRows {
    fn refused(problems: Vec<InputProblem>) -> Self {
        Self { problem_count: problems.len(), problems, ..Self::default() }
    }

    /// The same without any row, for this reason.
    fn refuse(self, problem: InputProblem) -> Self {
        let (columns, header_row, row_count) = (self.columns, self.header_row, self.row_count);
        Self { columns, header_row, row_count, ..Self::refused(vec![problem]) }
    }
}

/// Reads a file of orders called `file` in messages: text of any kind that [`read_orders`](super::read_orders) takes, or the
/// first sheet of an XLSX workbook.
///
/// Times are local to the day; `placed_at` without a date is the evening before when it would lie after the window's start.
/// Two rows with one id are both left out: which of them counts must not depend on which comes first. A file of more than
/// [`MAX_ORDERS_BYTES`] is refused unread, one with more than [`MAX_ORDERS`] or [`MAX_PARCELS`] as a whole.
pub fn import_orders(bytes: &[u8], file: &str, import: &OrderImport<'_>) -> OrderRows {
    let Some(clock) = DayClock::new(import.day.date, &import.day.timezone) else {
        let reason = "the day has no known time zone";
        return OrderRows::refused(vec![InputProblem::new(file, "order/no-timezone", reason)]);
    };
    let reader = RowReader { day: import.day, clock: &clock, locate: import.locate };
    let mut intake = Intake::new(file, import, reader);
    match read_rows(bytes, file, &mut intake) {
        Ok(()) => intake.finish(),
        Err(problems) => OrderRows::refused(problems),
    }
}

/// The cells of the header and of the named rows, as they stand in the file, each with its row. What cannot be cut into cells
/// is not among them.
pub fn cells_of(bytes: &[u8], rows: &BTreeSet<u64>) -> Vec<(u64, Vec<String>)> {
    let mut picked = Picked { rows, found: Vec::new() };
    // What cannot be read was said when the file was imported.
    let _ = read_rows(bytes, "", &mut picked);
    picked.found
}

/// Hands each row of a file to `sink`.
fn read_rows(bytes: &[u8], file: &str, sink: &mut dyn RowSink) -> Result<(), Vec<InputProblem>> {
    if bytes.len() > MAX_ORDERS_BYTES {
        let reason = format!("the file has {} bytes; at most {MAX_ORDERS_BYTES} are read", bytes.len());
        return Err(vec![InputProblem::new(file, "order/too-large", reason)]);
    }
    if xlsx_rows::is_workbook(bytes) {
        return xlsx_rows::for_each_row(bytes, file, sink);
    }
    csv_rows::for_each_row(&decode(bytes, file)?, file, sink);
    Ok(())
}

/// Finds rows again.
struct Picked<'p> {
    rows: &'p BTreeSet<u64>,
    found: Vec<(u64, Vec<String>)>,
}

impl RowSink for Picked<'_> {
    fn header(&mut self, line: u64, cells: &csv::StringRecord) {
        self.found.push((line, cells.iter().map(str::to_owned).collect()));
    }
    fn width(&self) -> usize {
        self.found.first().map_or(0, |(_, header)| header.len())
    }
    fn fits(&self, _: &csv::StringRecord) -> bool {
        true
    }
    fn row(&mut self, row: &RawRow<'_>) {
        if self.rows.contains(&row.line) {
            self.found.push((row.line, row.cells.iter().map(str::to_owned).collect()));
        }
    }
    fn refuse(&mut self, _: u64, _: &mut dyn FnMut() -> InputProblem) {}
    fn is_done(&self) -> bool {
        self.found.last().is_some_and(|(line, _)| self.rows.last().is_none_or(|last| line >= last))
    }
}

/// Turns rows into orders.
struct Intake<'i> {
    file: &'i str,
    import: &'i OrderImport<'i>,
    reader: RowReader<'i>,
    edits: BTreeMap<u64, Vec<&'i CellEdit>>,
    header: Option<Header>,
    is_refused: bool,
    problems: Problems,
    notices: Problems,
    phones: PhoneForms,
    good: Vec<(u64, Order)>,
    /// Row and id of rows with problems: their ids are taken too.
    bad: Vec<(u64, Id<Order>)>,
    rejected: Vec<u64>,
    header_row: u64,
    rows: usize,
    parcels: usize,
}

impl<'i> Intake<'i> {
    fn new(file: &'i str, import: &'i OrderImport<'i>, reader: RowReader<'i>) -> Self {
        let mut edits: BTreeMap<u64, Vec<&CellEdit>> = BTreeMap::new();
        for edit in import.edits {
            edits.entry(edit.row).or_default().push(edit);
        }
        Self {
            file,
            import,
            reader,
            edits,
            header: None,
            is_refused: false,
            problems: Problems::default(),
            notices: Problems::default(),
            phones: PhoneForms::default(),
            good: Vec::new(),
            bad: Vec::new(),
            rejected: Vec::new(),
            header_row: 0,
            rows: 0,
            parcels: 0,
        }
    }

    fn is_too_much(&self) -> bool {
        self.good.len() + self.bad.len() > MAX_ORDERS || self.parcels > MAX_PARCELS
    }

    /// The row's cells with what the caller gave for some of them.
    fn edited(&self, row: &RawRow<'_>, header: &Header) -> Option<csv::StringRecord> {
        let edits = self.edits.get(&row.line)?;
        let mut cells: Vec<&str> = row.cells.iter().collect();
        for edit in edits {
            let Some(place) = header.column(&edit.column) else { continue };
            if cells.len() <= place {
                cells.resize(place + 1, "");
            }
            cells[place] = &edit.text;
        }
        Some(csv::StringRecord::from(cells))
    }

    /// Notes what a row gave.
    fn add(&mut self, line: u64, id: Option<Id<Order>>, order: Option<Order>) {
        match (order, id) {
            (Some(order), _) => {
                self.parcels += order.parcels.len();
                self.phones.note(order.phone.as_deref().unwrap_or_default());
                self.good.push((line, order));
            }
            (None, id) => {
                self.rejected.push(line);
                self.bad.extend(id.map(|id| (line, id)));
            }
        }
    }

    fn finish(mut self) -> OrderRows {
        let mut found =
            OrderRows { header_row: self.header_row, row_count: self.rows, ..OrderRows::default() };
        if let Some(header) = &self.header {
            found.columns = header.matches().to_vec();
        }
        if self.is_too_much() {
            let reason = format!(
                "the file has more than {MAX_ORDERS} orders or {MAX_PARCELS} parcels, which no day has; {} rows were read",
                self.rows
            );
            return found.refuse(InputProblem::new(self.file, "order/too-many", reason));
        }
        self.leave_doubled_out();
        self.note_phones();
        self.good.sort_unstable_by(|(_, a), (_, b)| a.id.cmp(&b.id));
        self.rejected.sort_unstable();
        self.rejected.dedup();
        OrderRows {
            accepted: self.good,
            rejected: self.rejected,
            problem_count: self.problems.count(),
            problems: self.problems.into_listed(),
            notice_count: self.notices.count(),
            notices: self.notices.into_listed(),
            ..found
        }
    }

    /// Leaves out every row whose id another row has too, and reports all but the first of them.
    fn leave_doubled_out(&mut self) {
        let mut taken: Vec<(&str, u64)> =
            self.good.iter().map(|(line, order)| (order.id.as_str(), *line)).collect();
        taken.extend(self.bad.iter().map(|(line, id)| (id.as_str(), *line)));
        taken.sort_unstable();
        let doubled: BTreeSet<&str> =
            taken.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[0].0).collect();
        if doubled.is_empty() {
            return;
        }
        let mut later: Vec<(u64, u64, &str)> = Vec::new();
        for same in taken.chunk_by(|a, b| a.0 == b.0) {
            later.extend(same[1..].iter().map(|(id, line)| (*line, same[0].1, *id)));
            if same.len() > 1 {
                self.rejected.extend(same.iter().map(|(_, line)| *line));
            }
        }
        later.sort_unstable();
        let column = self.header.as_ref().map_or("", |header| header.written(Column::Id));
        for (line, first, id) in later {
            let reason = format!("line {first} has the same order");
            let problem = InputProblem::new(self.file, "order/duplicate-id", reason);
            self.problems.push(problem.at(line).in_column(column).with_value(id));
        }
        let doubled: BTreeSet<String> = doubled.into_iter().map(str::to_owned).collect();
        self.good.retain(|(_, order)| !doubled.contains(order.id.as_str()));
    }

    /// Notes telephone numbers that a spreadsheet has probably taken a sign from.
    fn note_phones(&mut self) {
        let column = self.header.as_ref().map_or("", |header| header.written(Column::Phone));
        for (line, order) in &self.good {
            let Some(phone) = &order.phone else { continue };
            let Some(whole) = self.phones.unbent(phone) else { continue };
            self.notices.push_with(|| {
                let reason =
                    "a spreadsheet may have dropped the + or 0 that other numbers of this file begin with";
                let notice = InputProblem::new(self.file, "order/bare-phone", reason).at(*line);
                notice.in_column(column).with_value(phone).with_candidates(vec![whole])
            });
        }
    }
}

impl RowSink for Intake<'_> {
    fn header(&mut self, line: u64, cells: &csv::StringRecord) {
        let added: BTreeSet<&str> = self.import.edits.iter().map(|edit| edit.column.as_str()).collect();
        let added: Vec<&str> = added.into_iter().collect();
        let (header, problems) = Header::read(cells.iter(), self.import.columns, &added, self.file, line);
        self.is_refused = !problems.is_empty();
        for problem in problems {
            self.problems.push(problem);
        }
        self.header_row = line;
        self.header = Some(header);
    }

    fn width(&self) -> usize {
        self.header.as_ref().map_or(0, Header::width)
    }

    fn fits(&self, cells: &csv::StringRecord) -> bool {
        self.header.as_ref().is_some_and(|header| header.fits(cells))
    }

    fn row(&mut self, raw: &RawRow<'_>) {
        let Some(header) = &self.header else { return };
        self.rows += 1;
        if self.rows.is_multiple_of(1_000) {
            (self.import.progress)(self.rows);
        }
        let edited = self.edited(raw, header);
        let raw = RawRow { cells: edited.as_ref().unwrap_or(raw.cells), ..*raw };
        let mut row = OrderRow::new(self.file, header, &raw);
        let order = self.reader.order(&mut row).filter(|_| row.problems.is_empty());
        let id = row.cell(Column::Id).map(Id::from);
        let (problems, notices) = (row.problems, row.notices);
        for problem in problems {
            self.problems.push(problem);
        }
        if order.is_some() {
            for notice in notices {
                self.notices.push(notice);
            }
        }
        self.add(raw.line, id, order);
    }

    fn refuse(&mut self, line: u64, problem: &mut dyn FnMut() -> InputProblem) {
        self.rows += 1;
        self.rejected.push(line);
        self.problems.push_with(problem);
    }

    fn is_done(&self) -> bool {
        self.is_refused || self.is_too_much()
    }
}
