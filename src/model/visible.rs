//! Characters that cannot be seen, which spreadsheets, address books and chats leave in cells.

/// Most characters of a text in a file.
pub(super) const MAX_TEXT: usize = 500;
/// Most characters of an id.
const MAX_ID: usize = 64;

/// Whether a character has no shape: control characters, zero-width spaces and joiners, directional marks, the soft
/// hyphen, byte order marks, variation selectors and tags.
pub(super) fn is_shapeless(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{17B4}'
                | '\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// The text without blanks and characters without a shape at both ends.
pub fn clean(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_shapeless(c))
}

/// The text without any character that has no shape.
pub(super) fn without_shapeless(text: &str) -> String {
    text.chars().filter(|&c| !is_shapeless(c)).collect()
}

/// The first digit of each script whose digits people write numbers with here: Arabic, Persian and Urdu, Devanagari, Bengali,
/// Thai.
const ZEROS: [char; 5] = ['\u{660}', '\u{6F0}', '\u{966}', '\u{9E6}', '\u{E50}'];

/// A character as a plain keyboard writes it: digits of other scripts, full-width letters and signs, minus signs, colons,
/// the Arabic decimal and thousands marks. Every blank is a space.
fn plain_char(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{2236}' | '\u{FE55}' => ':',
        '\u{2212}' => '-',
        '\u{66B}' => '.',
        '\u{66C}' => '\'',
        blank if blank.is_whitespace() => ' ',
        other => {
            let digit = ZEROS.iter().find_map(|&zero| {
                let value = u32::from(other).checked_sub(u32::from(zero))?;
                (value < 10).then(|| char::from_digit(value, 10)).flatten()
            });
            digit.unwrap_or(other)
        }
    }
}

/// A text with the digits and signs of a plain keyboard, and nothing that has no shape.
pub(super) fn plain_text(text: &str) -> String {
    let seen = text.chars().filter(|&c| c.is_whitespace() || !is_shapeless(c));
    seen.map(plain_char).collect::<String>().trim().to_owned()
}

/// Why a text cannot be an id, if it cannot. Blanks other than the plain one count as invisible: they make two ids of
/// what looks like one.
pub(super) fn wrong_id(text: &str) -> Option<&'static str> {
    let is_hidden = |c: char| is_shapeless(c) || (c.is_whitespace() && c != ' ');
    let is_wrong = text.chars().nth(MAX_ID).is_some() || text.chars().any(is_hidden);
    is_wrong.then_some("an id has at most 64 characters, none of them invisible")
}

/// At most `max` characters of a text, an ellipsis after what was cut.
pub(super) fn shorten(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_signs_of_other_keyboards_are_plain_ones() {
        for (text, plain) in [
            ("１０：３０", "10:30"),
            ("٣٫٥", "3.5"),
            ("۱۲:۳۰", "12:30"),
            ("१२", "12"),
            ("＋３５６　２１", "+356 21"),
            ("\u{202D}08:00\u{202C}", "08:00"),
            ("Ċ 3", "Ċ 3"),
        ] {
            assert_eq!(plain_text(text), plain);
        }
    }

    #[test]
    fn ends_are_cleaned_and_the_inside_of_an_id_is_refused() {
        for mark in [
            '\u{200B}', '\u{200F}', '\u{202A}', '\u{202E}', '\u{2060}', '\u{2066}', '\u{FEFF}', '\u{AD}',
            '\u{A0}',
        ] {
            assert_eq!(clean(&format!("{mark} A1 {mark}\t")), "A1", "{mark:?}");
            assert!(wrong_id(&format!("A{mark}1")).is_some(), "{mark:?}");
            assert_eq!(without_shapeless(&format!("+356{mark} 1")).contains(mark), mark == '\u{A0}');
        }
        for id in ["A1", "订单 1", "Ċ-1", "a/b", &"x".repeat(64)] {
            assert_eq!((clean(id), wrong_id(id)), (id, None));
        }
        assert!(wrong_id(&"x".repeat(65)).is_some());
        assert_eq!((shorten("äöü", 2), shorten("äöü", 3)), ("äö…".to_owned(), "äöü".to_owned()));
    }
}
