//! One row: its cells, and the problems they have.

use super::columns::{Column, Header};
use crate::problem::InputProblem;
use crate::visible::clean;

/// A row that is being read. What is wrong with it is collected; a row with a problem gives no order.
pub(super) struct OrderRow<'r> {
    pub file: &'r str,
    pub line: u64,
    pub header: &'r Header,
    pub cells: &'r csv::StringRecord,
    /// Whether `3,9` means 3.9: only where commas do not separate columns.
    pub decimal_comma: bool,
    pub problems: Vec<InputProblem>,
}

impl<'r> OrderRow<'r> {
    /// What stands in `column`; `None` when it is empty or the file has no such column.
    pub fn cell(&self, column: Column) -> Option<&'r str> {
        let text = clean(self.cells.get(self.header.place(column)?)?);
        (!text.is_empty()).then_some(text)
    }

    /// A problem with what stands in `column`.
    pub fn problem(&self, column: Column, code: &'static str, reason: impl Into<String>) -> InputProblem {
        InputProblem::new(self.file, code, reason)
            .at(self.line)
            .in_column(self.header.written(column))
            .with_value(self.cell(column).unwrap_or_default())
    }

    /// Reports a problem with what stands in `column`.
    pub fn wrong(&mut self, column: Column, code: &'static str, reason: impl Into<String>) {
        let problem = self.problem(column, code, reason);
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

    /// The number in `column`, if there is one; `code` when it is none or not finite.
    pub fn number(&mut self, column: Column, code: &'static str) -> Option<f64> {
        let text = self.cell(column)?;
        let plain = if self.decimal_comma { text.replacen(',', ".", 1) } else { text.to_owned() };
        // Rust would read "inf" and "nan" as numbers.
        let digits = plain.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
        let number = plain.parse::<f64>().ok().filter(|number| digits && number.is_finite());
        if number.is_none() {
            self.wrong(column, code, "must be a number");
        }
        number
    }
}
