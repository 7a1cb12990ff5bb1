//! Numbers of instance and solution files, and what makes sense as one.

use super::error::{Cause, FormatError};

/// Largest magnitude of a number.
const MAX_NUMBER: i64 = 99_999_999_999;

/// A number of at most eleven digits, not negative.
pub(super) fn number(word: Option<&str>, what: &'static str, line: usize) -> Result<i64, FormatError> {
    whole(word, what, 0, line)
}

/// A number of at most eleven digits.
pub(super) fn signed(word: Option<&str>, what: &'static str, line: usize) -> Result<i64, FormatError> {
    whole(word, what, -MAX_NUMBER, line)
}

fn whole(word: Option<&str>, what: &'static str, min: i64, line: usize) -> Result<i64, FormatError> {
    let text = word.ok_or(Cause::Missing(what).at(line))?;
    // Some files write whole numbers with decimals.
    let value = text.parse::<i64>().ok().or_else(|| {
        let value = text.parse::<f64>().ok()?;
        (value.fract() == 0.0 && value.abs() < 1e12).then_some(value as i64)
    });
    match value {
        Some(value) if (min..=MAX_NUMBER).contains(&value) => Ok(value),
        _ => {
            Err(Cause::BadNumber { what, text: text.chars().take(40).collect(), min, max: MAX_NUMBER }
                .at(line))
        }
    }
}

/// A coordinate.
pub(super) fn coordinate(word: Option<&str>, line: usize) -> Result<f64, FormatError> {
    const MAX_NUMBER: i64 = 1_000_000;
    let text = word.ok_or(Cause::Missing("a coordinate").at(line))?;
    match text.parse::<f64>() {
        Ok(value) if value.abs() <= MAX_NUMBER as f64 => Ok(value),
        _ => Err(Cause::BadNumber {
            what: "coordinate",
            text: text.chars().take(40).collect(),
            min: -MAX_NUMBER,
            max: MAX_NUMBER,
        }
        .at(line)),
    }
}
