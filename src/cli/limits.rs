//! Parsers for argument values that several commands share.

/// Parses a number of seconds from 0 to 10,000,000.
pub fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (0.0..=1e7).contains(&value) => Ok(value),
        _ => Err("not a number of seconds between 0 and 10000000".to_owned()),
    }
}
