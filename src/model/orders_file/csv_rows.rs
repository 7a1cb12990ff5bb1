//! The rows of a text, handed to a [`RowSink`] one by one.

use super::decode::{CsvText, line_end, line_ends};
use super::numbers::Comma;
use super::table::{RawRow, RowSink};
use crate::problem::InputProblem;
use crate::visible::clean;

/// Bytes that may be read again behind quotation marks that are not closed.
const MAX_READ_AGAIN: usize = 1 << 30;

/// Hands the header and each row that has something in it to `sink`, until it wants no more.
///
/// A quotation mark that is never closed swallows the lines after it. Reading starts again after the first of them, so that
/// they are not lost; a limited number of times, because each start may read to the end of the file.
pub(super) fn for_each_row(decoded: &CsvText<'_>, file: &str, sink: &mut dyn RowSink) {
    let mut restarts = 200;
    let mut read_again = 0;
    let body = decoded.body();
    let comma = if b",\t".contains(&decoded.delimiter()) { Comma::Open } else { Comma::Decimal };
    let mut has_header = false;
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
                Ok(true) if !sink.is_done() => {}
                Ok(_) => break None,
                Err(error) => {
                    let reason = format!("the row cannot be read: {error}");
                    let line = line_at(start);
                    sink.refuse(line, &mut || {
                        InputProblem::new(file, "order/unreadable-row", reason.as_str()).at(line)
                    });
                    break None;
                }
            }
            // The reader skips empty lines before a row; its position is before them.
            let start = start + (text[start..].len() - text[start..].trim_start_matches(['\r', '\n']).len());
            line += line_ends(&text[counted_to..start]);
            counted_to = start;
            if !has_header {
                has_header = true;
                sink.header(line, &record);
                continue;
            }
            if record.iter().all(|cell| clean(cell).is_empty()) {
                continue;
            }
            let end = (rows.position().byte() as usize).min(text.len());
            let raw = &text[start..end];
            let quoting = Quoting::of(raw, decoded.delimiter());
            let is_unclosed =
                quoting == Quoting::Open || (quoting == Quoting::Stray && record.len() != sink.width());
            if !is_unclosed && sink.fits(&record) {
                sink.row(&RawRow { line, cells: &record, kinds: &[], comma });
                continue;
            }
            let first_line_end = line_end(raw).unwrap_or(raw.len());
            let width = sink.width();
            sink.refuse(line, &mut || {
                let reason = if is_unclosed {
                    "a quotation mark is not closed".to_owned()
                } else {
                    wrong_width(record.len(), width)
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
        };
        match restart {
            Some(offset) => from += offset,
            None => return,
        }
    }
}

/// Why a row cannot be laid under the header.
pub(super) fn wrong_width(cells: usize, width: usize) -> String {
    format!("the row has {cells} columns, the header {width}")
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
