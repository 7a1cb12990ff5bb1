//! One row: its cells, and the problems they have.

use super::columns::{Column, Header};
use super::numbers::{Amount, amount};
use super::table::{CellKind, RawRow};
use crate::problem::InputProblem;
use crate::visible::clean;

/// A row that is being read. What is wrong with it is collected; a row with a problem gives no order.
pub(super) struct OrderRow<'r> {
    pub file: &'r str,
    pub raw: &'r RawRow<'r>,
    pub header: &'r Header,
    pub problems: Vec<InputProblem>,
    /// What is taken and should be looked at.
    pub notices: Vec<InputProblem>,
}

impl<'r> OrderRow<'r> {
    pub fn new(file: &'r str, header: &'r Header, raw: &'r RawRow<'r>) -> Self {
        Self { file, raw, header, problems: Vec::new(), notices: Vec::new() }
    }

    /// What stands in `column`; `None` when it is empty or the file has no such column.
    pub fn cell(&self, column: Column) -> Option<&'r str> {
        let text = clean(self.raw.cells.get(self.header.place(column)?)?);
        // Exports write ="0356" to keep a spreadsheet from taking a text for a number.
        let quoted = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
        let text = quoted.filter(|text| !text.contains('"')).map_or(text, clean);
        // An apostrophe in front of what a spreadsheet would compute says that it is a text.
        let defused = text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']));
        let text = defused.unwrap_or(text);
        (!text.is_empty()).then_some(text)
    }

    /// What kind of cell it is, where a workbook says so.
    pub fn kind(&self, column: Column) -> CellKind {
        let place = self.header.place(column);
        place.and_then(|place| self.raw.kinds.get(place)).copied().unwrap_or_default()
    }

    /// A problem with what stands in `column`.
    pub fn problem(&self, column: Column, code: &'static str, reason: impl Into<String>) -> InputProblem {
        InputProblem::new(self.file, code, reason)
            .at(self.raw.line)
            .in_column(self.header.written(column))
            .with_value(self.cell(column).unwrap_or_default())
    }

    /// Reports a problem with what stands in `column`.
    pub fn wrong(&mut self, column: Column, code: &'static str, reason: impl Into<String>) {
        let problem = self.problem(column, code, reason);
        self.problems.push(problem);
    }

    /// Asks what is meant by what stands in `column`.
    pub fn ask(
        &mut self,
        column: Column,
        code: &'static str,
        reason: impl Into<String>,
        candidates: Vec<String>,
    ) {
        let problem = self.problem(column, code, reason).with_candidates(candidates);
        self.problems.push(problem);
    }

    /// What stands in `column`, which must not be empty.
    pub fn needed(&mut self, column: Column) -> Option<&'r str> {
        let cell = self.cell(column);
        if cell.is_none() {
            let name = self.header.written(column).to_owned();
            self.wrong(column, "order/missing-value", format!("{name} is empty"));
        }
        cell
    }

    /// The number in `column`, if there is one; `code` when it is none or not finite, or may be two.
    pub fn number(&mut self, column: Column, code: &'static str) -> Option<f64> {
        match amount(self.cell(column)?, self.raw.comma) {
            Amount::One(number) => return Some(number),
            Amount::Either([decimal, _]) if [Column::Latitude, Column::Longitude].contains(&column) => {
                // No coordinate has thousands.
                return decimal.parse().ok();
            }
            Amount::Either(candidates) => {
                let reason = "the comma may be a decimal sign or stand between thousands";
                self.ask(column, code, reason, candidates.to_vec());
            }
            Amount::None => self.wrong(column, code, "must be a number"),
        }
        None
    }
}
