//! The rows of a workbook, handed to a [`RowSink`] one by one.
//!
//! Only the first sheet with something in it is read, among those that are not hidden. What a cell holds is written out as
//! text: what stands behind reads it as any other text, and the kind of the cell goes with it.

use super::csv_rows::wrong_width;
use super::numbers::Comma;
use super::table::{CellKind, RawRow, RowSink};
use crate::problem::InputProblem;
use crate::visible::clean;
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use jiff::ToSpan;
use std::io::{Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Most bytes of a sheet when it is unpacked; it is read as a stream.
const MAX_SHEET_BYTES: u64 = 1 << 30;
/// Most bytes of any other part when it is unpacked, the texts of the cells among them: those are kept.
const MAX_PART_BYTES: u64 = 64 << 20;
/// Most parts of a workbook.
const MAX_PARTS: usize = 4_096;
/// Cells of a row behind this one are counted as one.
const MAX_CELLS: usize = 1_024;

/// Whether the bytes begin as a workbook does: an archive, or the older format of the same programs.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
}

/// Hands the header and each row that has something in it to `sink`, until it wants no more.
///
/// # Errors
/// When the workbook cannot be read, or is larger than any day.
pub(super) fn for_each_row(
    bytes: &[u8],
    file: &str,
    sink: &mut dyn RowSink,
) -> Result<(), Vec<InputProblem>> {
    let refused = |code, reason: String| vec![InputProblem::new(file, code, reason)];
    let unreadable = |reason: String| refused("order/unreadable-workbook", reason);
    if !bytes.starts_with(b"PK") {
        let reason = "the file is a workbook of an old format, or locked with a password; save it as .xlsx without a password, or as CSV";
        return Err(unreadable(reason.to_owned()));
    }
    check_size(bytes).map_err(|reason| match reason {
        Refusal::TooLarge(reason) => refused("order/too-large", reason),
        Refusal::Unreadable(reason) => unreadable(reason),
    })?;
    // The reader is not ours, and the bytes may be any: what stops it is a file that cannot be read.
    let read = catch_unwind(AssertUnwindSafe(|| read_rows(bytes, file, sink)));
    match read {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(unreadable(format!("the workbook cannot be read: {error}"))),
        Err(_) => Err(unreadable("the workbook cannot be read: it is damaged".to_owned())),
    }
}

enum Refusal {
    TooLarge(String),
    Unreadable(String),
}

/// Unpacks each part once without keeping it: what an archive says of its sizes need not be true.
fn check_size(bytes: &[u8]) -> Result<(), Refusal> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Refusal::Unreadable(format!("the file begins as a workbook does, and is none: {error}"))
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    if archive.len() > MAX_PARTS {
        return Err(Refusal::TooLarge(format!("the workbook has more than {MAX_PARTS} parts")));
    }
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|error| unreadable(&error))?;
        let name = part.name().map_err(|error| unreadable(&error))?.into_owned();
        let limit = if name.contains("worksheets/") { MAX_SHEET_BYTES } else { MAX_PART_BYTES };
        let length = std::io::copy(&mut part.take(limit + 1), &mut std::io::sink());
        if length.map_err(|error| unreadable(&error))? > limit {
            let reason = format!("{name} of the workbook has more than {limit} bytes");
            return Err(Refusal::TooLarge(reason));
        }
    }
    Ok(())
}

fn read_rows(bytes: &[u8], file: &str, sink: &mut dyn RowSink) -> Result<(), XlsxError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let is_shown = |sheet: &&calamine::Sheet| {
        sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet
    };
    let sheets = workbook.sheets_metadata().iter().filter(is_shown);
    let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    for name in names {
        if read_sheet(&mut workbook, &name, file, sink)? {
            break;
        }
    }
    Ok(())
}

/// Whether there was something in the sheet.
fn read_sheet<R: Read + Seek>(
    workbook: &mut Xlsx<R>,
    name: &str,
    file: &str,
    sink: &mut dyn RowSink,
) -> Result<bool, XlsxError> {
    let mut cells = workbook.worksheet_cells_reader(name)?;
    let mut row = SheetRow::default();
    let mut has_header = false;
    loop {
        let cell = cells.next_cell()?;
        let line = cell.as_ref().map(|cell| u64::from(cell.get_position().0) + 1);
        if line != Some(row.line) {
            row.hand_over(file, &mut has_header, sink);
            if sink.is_done() {
                return Ok(true);
            }
        }
        let (Some(cell), Some(line)) = (cell, line) else { return Ok(has_header) };
        row.line = line;
        row.put(cell.get_position().1 as usize, cell.get_value());
    }
}

/// The cells of the row that is being read.
#[derive(Default)]
struct SheetRow {
    line: u64,
    texts: Vec<String>,
    kinds: Vec<CellKind>,
}

impl SheetRow {
    fn put(&mut self, column: usize, value: &DataRef<'_>) {
        let (text, kind) = written(value);
        if text.is_empty() {
            return;
        }
        let column = column.min(MAX_CELLS);
        if self.texts.len() <= column {
            self.texts.resize(column + 1, String::new());
            self.kinds.resize(column + 1, CellKind::Text);
        }
        (self.texts[column], self.kinds[column]) = (text, kind);
    }

    /// Hands the row to the sink, if it has something in it, and begins another.
    fn hand_over(&mut self, file: &str, has_header: &mut bool, sink: &mut dyn RowSink) {
        let (texts, kinds) = (std::mem::take(&mut self.texts), std::mem::take(&mut self.kinds));
        if texts.iter().all(|text| clean(text).is_empty()) {
            return;
        }
        let (line, cells) = (self.line, csv::StringRecord::from(texts));
        if !*has_header {
            *has_header = true;
            sink.header(line, &cells);
        } else if sink.fits(&cells) {
            sink.row(&RawRow { line, cells: &cells, kinds: &kinds, comma: Comma::Open });
        } else {
            let reason = wrong_width(cells.len(), sink.width());
            let value: Vec<&str> = cells.iter().collect();
            sink.refuse(line, &mut || {
                let problem = InputProblem::new(file, "order/wrong-columns", reason.as_str()).at(line);
                problem.with_value(&value.join(" "))
            });
        }
    }
}

/// A cell as text. Errors of formulas are as the spreadsheet shows them.
fn written(value: &DataRef<'_>) -> (String, CellKind) {
    match value {
        DataRef::Empty => (String::new(), CellKind::Text),
        DataRef::Int(number) => (number.to_string(), CellKind::Number),
        DataRef::Float(number) => (number_text(*number), CellKind::Number),
        DataRef::String(text) => (text.clone(), CellKind::Text),
        DataRef::SharedString(text) => ((*text).to_owned(), CellKind::Text),
        DataRef::Bool(truth) => (if *truth { "yes" } else { "no" }.to_owned(), CellKind::Truth),
        DataRef::DateTime(moment) => (moment_text(*moment), CellKind::Moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => (text.clone(), CellKind::Moment),
        DataRef::Error(error) => (error.to_string(), CellKind::Text),
    }
}

/// From here on a number has lost digits: a spreadsheet keeps fifteen.
const ROUNDED_FROM: f64 = 1e15;

fn number_text(number: f64) -> String {
    if number.abs() >= ROUNDED_FROM { format!("{number:E}").replace('E', "E+") } else { number.to_string() }
}

/// `09:00:00`, `2026-03-17T09:00:00`, or a date alone where the time is midnight; durations over a day count from midnight.
fn moment_text(moment: ExcelDateTime) -> String {
    const DAY: i64 = 86_400;
    let value = moment.as_f64();
    let seconds = (value * DAY as f64).round();
    // A time of the day, a duration, or a date from 1954 on; nothing else is a moment of an order.
    let is_date = value >= 20_000.0;
    if !(0.0..1e15).contains(&seconds) || (value > 1.0 && !is_date && !moment.is_duration()) {
        return number_text(value);
    }
    let seconds = seconds as i64;
    let clock = |second: i64| format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    match seconds {
        DAY => "24:00".to_owned(),
        0..DAY => clock(seconds),
        _ if moment.is_duration() => format!("+{} {}", seconds / DAY, clock(seconds % DAY)),
        _ => {
            let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
            let parts = [month, day].map(i8::try_from);
            let (Ok(year), [Ok(month), Ok(day)]) = (i16::try_from(year), parts) else {
                return number_text(value);
            };
            let Ok(day) = jiff::civil::Date::new(year, month, day) else { return number_text(value) };
            let second = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
            let second = second + i64::from(milli >= 500);
            let shown = day.to_datetime(jiff::civil::Time::midnight()).checked_add(second.seconds());
            let Ok(shown) = shown else { return number_text(value) };
            let is_midnight = shown.time() == jiff::civil::Time::midnight();
            if is_midnight {
                shown.date().to_string()
            } else {
                shown.strftime("%Y-%m-%dT%H:%M:%S").to_string()
            }
        }
    }
}
