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
