//! Words of a text with their lines, and the numbers among them.

use super::decimal::Places;
use super::instance::FormatError;

/// Problems that are reported before the reader gives up.
const MAX_ERRORS: usize = 20;

/// A word and the line it stands in, from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub text: &'a str,
    pub line: usize,
}

/// The words of a text from first to last.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let lines = text.lines().enumerate();
    lines
        .flat_map(|(at, line)| line.split_ascii_whitespace().map(move |text| Token { text, line: at + 1 }))
        .collect()
}

/// Reads words one by one and remembers every problem.
pub(super) struct Reader<'a> {
    tokens: Vec<Token<'a>>,
    next: usize,
    pub errors: Vec<FormatError>,
}

impl<'a> Reader<'a> {
    pub fn new(tokens: Vec<Token<'a>>) -> Self {
        Self { tokens, next: 0, errors: Vec::new() }
    }

    /// Reports a problem in the line of the last word.
    pub fn error(&mut self, what: String) {
        let line = self.line();
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(FormatError { line: Some(line), what });
        }
    }

    /// Whether reading on makes no sense: the file has ended too early, or has too many problems.
    pub fn is_hopeless(&self) -> bool {
        self.next > self.tokens.len() || self.errors.len() >= MAX_ERRORS
    }

    /// The line of the last word.
    pub fn line(&self) -> usize {
        let last = self.next.saturating_sub(1).min(self.tokens.len().saturating_sub(1));
        self.tokens.get(last).map_or(1, |token| token.line)
    }

    /// The next word; a missing one is a problem that is reported once.
    pub fn word(&mut self, what: &str) -> Option<Token<'a>> {
        let token = self.tokens.get(self.next).copied();
        if token.is_none() && self.next == self.tokens.len() {
            self.error(format!("the file ends where a {what} is expected"));
        }
        self.next += 1;
        token
    }

    /// The next word as a number of at least 0.
    pub fn number(&mut self, what: &str, places: &mut Places) -> f64 {
        let Some(token) = self.word(what) else { return 0.0 };
        if let Some(value) = places.read(token.text).filter(|value| *value >= 0.0) {
            value
        } else {
            self.error(format!("{:?} is not a {what}: a number of at least 0 is expected", token.text));
            0.0
        }
    }

    /// The next word as a whole number in a range.
    pub fn count(&mut self, what: &str, range: std::ops::RangeInclusive<usize>) -> Option<usize> {
        let token = self.word(what)?;
        match token.text.trim_end_matches('.').parse::<usize>() {
            Ok(value) if range.contains(&value) => Some(value),
            _ => {
                let (low, high) = (range.start(), range.end());
                self.error(format!(
                    "{:?} is not a {what}: a whole number from {low} to {high} is expected",
                    token.text
                ));
                None
            }
        }
    }

    /// Reports words that are left over, and returns what was wrong.
    pub fn finish(mut self) -> Result<(), Vec<FormatError>> {
        if let Some(token) = self.tokens.get(self.next).copied() {
            self.next += 1;
            self.error(format!("{:?} is left over: the file should have ended before it", token.text));
        }
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }
}
