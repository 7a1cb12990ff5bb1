//! What is wrong with an input: one [`InputProblem`] a finding, all of them at once.
//!
//! Every reader of this module returns them. The code is stable: console, log and README share it.

use serde::Serialize;
use std::fmt;

/// One thing that is wrong with an input file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputProblem {
    /// The file as the caller named it.
    pub file: String,
    /// Line in the file, counted from 1; `None` when the file as a whole is meant.
    pub row: Option<u64>,
    /// Column or key, as it is written in the file.
    pub column: Option<String>,
    /// What stands there, shortened when it is long.
    pub value: String,
    /// A sentence for people.
    pub reason: String,
    /// A name for programs, such as `order/unknown-centre`.
    pub code: &'static str,
    /// What may have been meant, best first.
    pub candidates: Vec<String>,
}

impl InputProblem {
    /// A problem of the file as a whole; the other parts are added by `at`, `in_column`, `with_value`.
    pub fn new(file: &str, code: &'static str, reason: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            row: None,
            column: None,
            value: String::new(),
            reason: reason.into(),
            code,
            candidates: Vec::new(),
        }
    }

    /// The same, found in line `row`.
    #[must_use]
    pub fn at(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// The same, found in `column`.
    #[must_use]
    pub fn in_column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    /// The same, with what stands there; long values are cut after 80 characters.
    #[must_use]
    pub fn with_value(mut self, value: &str) -> Self {
        const LONGEST: usize = 80;
        let mut shown: String = value.chars().take(LONGEST).collect();
        if value.chars().nth(LONGEST).is_some() {
            shown.push('…');
        }
        self.value = shown;
        self
    }

    /// The same, with what may have been meant.
    #[must_use]
    pub fn with_candidates(mut self, candidates: Vec<String>) -> Self {
        self.candidates = candidates;
        self
    }
}

impl fmt::Display for InputProblem {
    /// One line: `orders.csv:12, centre "C99": there is no such centre [order/unknown-centre]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(row) = self.row {
            write!(f, ":{row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", {column}")?;
        }
        if !self.value.is_empty() {
            write!(f, " {:?}", self.value)?;
        }
        write!(f, ": {}", self.reason)?;
        if !self.candidates.is_empty() {
            write!(f, " (perhaps: {})", self.candidates.join("; "))?;
        }
        write!(f, " [{}]", self.code)
    }
}

impl std::error::Error for InputProblem {}

/// What could be read, and what could not: good rows can go in while bad rows wait.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading<T> {
    /// What is in order.
    pub good: T,
    /// What is not, in the order of the file.
    pub problems: Vec<InputProblem>,
}

impl<T> Reading<T> {
    /// All or nothing: the good part only when nothing was wrong.
    pub fn into_result(self) -> Result<T, Vec<InputProblem>> {
        if self.problems.is_empty() { Ok(self.good) } else { Err(self.problems) }
    }
}

/// The names in `known` that look like `given`, at most five: equal but for case, or one or two letters away.
pub(super) fn similar<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let given = given.to_lowercase();
    let allowed = if given.chars().count() < 4 { 1 } else { 2 };
    let mut near: Vec<(usize, &str)> = known
        .map(|name| (letters_apart(&given, &name.to_lowercase()), name))
        .filter(|(apart, _)| *apart <= allowed)
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(5).map(|(_, name)| name.to_owned()).collect()
}

/// How many letters have to be inserted, dropped or replaced to make `a` into `b` (Levenshtein).
fn letters_apart(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (row, from) in a.chars().take(64).enumerate() {
        let mut diagonal = above[0];
        above[0] = row + 1;
        for (column, &to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = above[column + 1];
            above[column + 1] = replaced.min(diagonal + 1).min(above[column] + 1);
        }
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_one_line_that_names_place_value_reason_and_code() {
        let problem = InputProblem::new("orders.csv", "order/unknown-centre", "there is no such centre")
            .at(12)
            .in_column("centre")
            .with_value("C\n99")
            .with_candidates(vec!["C09".to_owned()]);
        let text = problem.to_string();
        assert_eq!(
            text,
            r#"orders.csv:12, centre "C\n99": there is no such centre (perhaps: C09) [order/unknown-centre]"#
        );
        assert!(serde_json::to_string(&problem).unwrap().contains(r#""row":12"#));
    }

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        assert_eq!(letters_apart("kitten", "sitting"), 3);
        assert_eq!(similar("c1", ["C01", "C1", "H1", "depot"].into_iter()), ["C1", "C01", "H1"]);
        assert!(similar("somewhere", ["C01"].into_iter()).is_empty());
    }
}
