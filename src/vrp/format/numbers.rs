//! Numbers of instance and solution files, and what makes sense as one.

use super::error::{Cause, FormatError};

/// Largest magnitude of a number.
const MAX_NUMBER: i64 = 99_999_999_999;

/// A number of at most eleven digits, not negative.
pub(super) fn number(word: Option<&str>, what: &'static str, line: usize) -> Result<i64, FormatError> {
    number_up_to(MAX_NUMBER, word, what, line)
}

/// A number of at most `max`, not negative.
pub(super) fn number_up_to(
    max: i64,
    word: Option<&str>,
    what: &'static str,
    line: usize,
) -> Result<i64, FormatError> {
    whole(word, what, [0, max], line)
}

/// A number of at most eleven digits.
pub(super) fn signed(word: Option<&str>, what: &'static str, line: usize) -> Result<i64, FormatError> {
    whole(word, what, [-MAX_NUMBER, MAX_NUMBER], line)
}

/// A number of a line in units of the problem, `scale` of which are one of the file's; refused where that is above `max`.
pub(super) fn scaled(
    value: i64,
    scale: i64,
    max: i64,
    what: &'static str,
    line: usize,
) -> Result<i64, FormatError> {
    let max = max / scale;
    if value <= max {
        Ok(value * scale)
    } else {
        Err(Cause::BadNumber { what, text: value.to_string(), min: 0, max }.at(line))
    }
}

fn whole(
    word: Option<&str>,
    what: &'static str,
    [min, max]: [i64; 2],
    line: usize,
) -> Result<i64, FormatError> {
    let text = word.ok_or(Cause::Missing(what).at(line))?;
    // Some files write whole numbers with decimals.
    let value = text.parse::<i64>().ok().or_else(|| {
        let value = text.parse::<f64>().ok()?;
        (value.fract() == 0.0 && value.abs() < 1e12).then_some(value as i64)
    });
    match value {
        Some(value) if (min..=max).contains(&value) => Ok(value),
        _ => Err(Cause::BadNumber { what, text: text.chars().take(40).collect(), min, max }.at(line)),
    }
}

/// A coordinate.
pub(super) fn coordinate(word: Option<&str>, line: usize) -> Result<f64, FormatError> {
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
