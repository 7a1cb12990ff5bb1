//! Amounts as people and spreadsheets write them: decimal commas, groups of thousands, digits of other scripts.

use crate::visible::plain_text;

/// What a cell says as a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Amount {
    /// One number.
    One(f64),
    /// `1,500` may be one and a half or fifteen hundred; both as they would have to be written.
    Either([String; 2]),
    /// No number.
    None,
}

/// What a single comma in a number may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comma {
    /// A decimal sign: the file separates its columns by semicolons.
    Decimal,
    /// A decimal sign, or one of thousands where three digits follow.
    Open,
}

/// Reads an amount.
pub(super) fn amount(text: &str, comma: Comma) -> Amount {
    let text = plain_text(text);
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(digits) => (if text.starts_with('-') { "-" } else { "" }, digits),
        None => ("", text.as_str()),
    };
    let digits = without_blanks(digits).filter(|digits| !digits.starts_with(['-', '+']));
    let Some(digits) = digits else { return Amount::None };
    let plain = match (digits.matches(',').count(), digits.matches('.').count()) {
        (0, 0 | 1) => Some(digits),
        (1, 0) if comma == Comma::Open && is_either(&digits) => {
            return Amount::Either([".", ""].map(|mark| format!("{sign}{}", digits.replace(',', mark))));
        }
        (1, 0) => Some(digits.replace(',', ".")),
        (0, _) => without_groups(&digits, '.'),
        (_, 0) => without_groups(&digits, ','),
        _ => both(&digits),
    };
    // Rust would read "inf" and "nan" as numbers.
    let is_plain = |text: &String| text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let number = plain.filter(is_plain).and_then(|plain| format!("{sign}{plain}").parse::<f64>().ok());
    number.filter(|number| number.is_finite()).map_or(Amount::None, Amount::One)
}

/// One to three digits, not beginning with 0, a comma, and three digits.
fn is_either(text: &str) -> bool {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once(',').is_some_and(|(whole, rest)| {
        (1..=3).contains(&whole.len())
            && !whole.starts_with('0')
            && rest.len() == 3
            && is_digits(whole)
            && is_digits(rest)
    })
}

/// Without the blanks or apostrophes between groups of thousands; `None` where they stand elsewhere.
fn without_blanks(text: &str) -> Option<String> {
    const MARKS: [char; 3] = [' ', '\'', '’'];
    if !text.contains(MARKS) {
        return Some(text.to_owned());
    }
    let end = text.find(['.', ',']).unwrap_or(text.len());
    let (whole, rest) = text.split_at(end);
    let mark = whole.chars().find(|c| MARKS.contains(c))?;
    without_groups(whole, mark).map(|whole| whole + rest)
}

/// Without the marks between groups of three digits; `None` where the groups are others.
fn without_groups(text: &str, mark: char) -> Option<String> {
    let mut groups = text.split(mark);
    let is_first = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
    (is_first && groups.all(|group| group.len() == 3)).then(|| text.replace(mark, ""))
}

/// A number with commas and points: the last of them is the decimal sign.
fn both(text: &str) -> Option<String> {
    let (at, decimal) = text.char_indices().rfind(|(_, c)| [',', '.'].contains(c))?;
    let group = if decimal == ',' { '.' } else { ',' };
    let whole = without_groups(&text[..at], group).filter(|whole| !whole.contains(decimal))?;
    Some(format!("{whole}.{}", &text[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_in_each_notation() {
        for (text, number) in [
            ("3.6", 3.6),
            ("3,6", 3.6),
            ("3,60", 3.6),
            ("0,125", 0.125),
            ("1.234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("1 234,5", 1234.5),
            ("1\u{202F}234", 1234.0),
            ("1'234.5", 1234.5),
            ("1,234,567", 1_234_567.0),
            ("1.234.567", 1_234_567.0),
            ("３．６", 3.6),
            ("٣٫٦", 3.6),
            ("۳۶", 36.0),
            ("-3,6", -3.6),
            ("+3.6", 3.6),
            ("1e3", 1000.0),
            ("1.500", 1.5),
        ] {
            assert_eq!(amount(text, Comma::Open), Amount::One(number), "{text}");
            assert_eq!(amount(text, Comma::Decimal), Amount::One(number), "{text}");
        }
        assert_eq!(amount("1,500", Comma::Decimal), Amount::One(1.5));
        assert_eq!(amount("1,500", Comma::Open), Amount::Either(["1.500".to_owned(), "1500".to_owned()]));
        for text in
            ["", "x", "inf", "nan", "1.2.3", "1,23,4", "1 2", "3 kg", "1,2.3,4", "--1", "+-1", ",", "12 34,5"]
        {
            assert_eq!(amount(text, Comma::Open), Amount::None, "{text}");
        }
    }
}
