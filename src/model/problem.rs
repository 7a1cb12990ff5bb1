//! What is wrong with an input: one [`InputProblem`] a finding, all of them at once.
//!
//! Every reader of this module returns them. The code is stable: console, log and README share it.

use super::visible::{MAX_TEXT, shorten};
use serde::Serialize;
use std::fmt;

/// Most problems of one file that are listed; the others are counted.
pub const MAX_PROBLEMS: usize = 1_000;
/// Characters shown of a value, a column's name or a candidate.
const MAX_SHOWN: usize = 80;

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
            reason: shorten(&reason.into(), MAX_TEXT),
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
        self.column = Some(shorten(column, MAX_SHOWN));
        self
    }

    /// The same, with what stands there; long values are cut after 80 characters.
    #[must_use]
    pub fn with_value(mut self, value: &str) -> Self {
        self.value = shorten(value, MAX_SHOWN);
        self
    }

    /// The same, with what may have been meant.
    #[must_use]
    pub fn with_candidates(mut self, candidates: Vec<String>) -> Self {
        self.candidates = candidates.iter().map(|candidate| shorten(candidate, MAX_SHOWN)).collect();
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
    /// What is not, in the order of the file; the first [`MAX_PROBLEMS`] of it.
    pub problems: Vec<InputProblem>,
    /// How many problems there are, listed or not.
    pub problem_count: usize,
}

/// The problems of one file: the first [`MAX_PROBLEMS`], and how many there are. A file in which every row is wrong takes
/// no more memory than one with a thousand wrong rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Problems {
    listed: Vec<InputProblem>,
    count: usize,
}

impl Problems {
    /// Notes a problem.
    pub fn push(&mut self, problem: InputProblem) {
        self.push_with(|| problem);
    }

    /// Notes a problem that is written only where it is listed.
    pub fn push_with(&mut self, problem: impl FnOnce() -> InputProblem) {
        self.count += 1;
        if self.listed.len() < MAX_PROBLEMS {
            self.listed.push(problem());
        }
    }

    /// How many were noted.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Those that are listed, in the order of the file; problems of one line as they were found.
    pub fn into_listed(self) -> Vec<InputProblem> {
        let mut listed = self.listed;
        listed.sort_by_key(|problem| problem.row);
        listed
    }
}

impl<T> Reading<T> {
    /// All or nothing: the good part only when nothing was wrong.
    pub fn into_result(self) -> Result<T, Vec<InputProblem>> {
        if self.problems.is_empty() { Ok(self.good) } else { Err(self.problems) }
    }
}

/// Letters of a name that are compared; the rest is ignored, so that a long cell costs no more than a name.
const MAX_COMPARED: usize = 64;

/// The names in `known` that look like `given`, nearest first, at most five: equal but for case, or with a Levenshtein
/// distance of at most 2, at most 1 for names of fewer than four letters.
pub(super) fn similar<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let plain = |name: &str| name.to_lowercase().chars().take(MAX_COMPARED).collect::<String>();
    let given = plain(given);
    let allowed = if given.chars().count() < 4 { 1 } else { 2 };
    let mut near: Vec<(usize, &str)> = known
        .map(|name| (strsim::levenshtein(&given, &plain(name)), name))
        .filter(|(distance, _)| *distance <= allowed)
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(5).map(|(_, name)| name.to_owned()).collect()
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
        assert_eq!(similar("c1", ["C01", "C1", "H1", "depot"].into_iter()), ["C1", "C01", "H1"]);
        assert!(similar("somewhere", ["C01"].into_iter()).is_empty());
    }

    #[test]
    fn short_names_may_differ_in_one_letter_and_longer_ones_in_two() {
        let near = |given: &str, known: &str| !similar(given, [known].into_iter()).is_empty();
        for (given, known) in
            [("van", "vans"), ("vn", "van"), ("tvan", "van"), ("truk", "trucks"), ("Ċentru", "centru")]
        {
            assert!(near(given, known), "{given} {known}");
        }
        // A swap of neighbours counts as two letters.
        for (given, known) in [("avn", "van"), ("trk", "truck"), ("kitten", "sitting")] {
            assert!(!near(given, known), "{given} {known}");
        }
        // At most five, nearest first, then by name; letters after the 64th are not compared.
        let known = ["C06", "C05", "C04", "C03", "C02", "C0", "C0"];
        assert_eq!(similar("c0", known.into_iter()), ["C0", "C02", "C03", "C04", "C05"]);
        assert!(near(&"a".repeat(70), &"a".repeat(64)));
    }
}
