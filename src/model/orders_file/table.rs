//! A row of a file before anything is known of its meaning, and what takes such rows.

use super::numbers::Comma;
use crate::problem::InputProblem;

/// What a workbook says a cell holds. Cells of a text file are all [`Text`](Self::Text).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum CellKind {
    /// Text, or nothing.
    #[default]
    Text,
    /// A number.
    Number,
    /// A date, a time or a duration, written out.
    Moment,
    /// Yes or no.
    Truth,
}

/// A row.
pub(super) struct RawRow<'r> {
    /// Line of the file, or row of the sheet, counted from 1.
    pub line: u64,
    pub cells: &'r csv::StringRecord,
    /// One for each cell, or none at all.
    pub kinds: &'r [CellKind],
    pub comma: Comma,
}

/// Takes the rows of a file in their order.
pub(super) trait RowSink {
    /// Takes the first row that has something in it.
    fn header(&mut self, line: u64, cells: &csv::StringRecord);

    /// How many cells the header has; 0 before it came.
    fn width(&self) -> usize;

    /// Whether a row can be laid under the header. Cells that are empty at its end may be missing, and there may be more of
    /// them.
    fn fits(&self, cells: &csv::StringRecord) -> bool;

    /// Takes a row.
    fn row(&mut self, row: &RawRow<'_>);

    /// Takes the line of a row that does not fit, and what is wrong with it.
    fn refuse(&mut self, line: u64, problem: &mut dyn FnMut() -> InputProblem);

    /// Whether no more rows are wanted.
    fn is_done(&self) -> bool;
}
