//! An address as it was written, cut into words: which of them are numbers, which name areas, which say where in a building.

use super::chinese;
use super::fold::{is_number, words};

/// A word of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WrittenWord {
    pub text: String,
    /// Which part of the text it stands in, parts being separated by commas or lines.
    pub part: usize,
    /// Names a town or a larger area, and nothing else.
    pub is_area: bool,
    /// Can be a house number.
    pub is_number: bool,
}

/// A word of a query.
pub(super) struct QueryWord {
    pub text: String,
    pub part: usize,
    pub is_area: bool,
    pub is_number: bool,
    /// The index's words that it can stand for, with how well it does.
    pub matches: Vec<(u32, f64)>,
    pub weight: f64,
}

impl QueryWord {
    /// Whether no name of the map has it.
    pub fn is_unknown(&self) -> bool {
        self.matches.is_empty() && !self.is_number
    }
}

/// Words that say where in a building; the number beside them is no house number.
const INSIDE: [&str; 32] = [
    "flat",
    "flt",
    "apt",
    "apartment",
    "appartment",
    "floor",
    "fl",
    "level",
    "unit",
    "door",
    "suite",
    "room",
    "block",
    "blk",
    "bldg",
    "stairs",
    "entrance",
    "piso",
    "andar",
    "esq",
    "dto",
    "etage",
    "etg",
    "wohnung",
    "whg",
    "stock",
    "appt",
    "batiment",
    "bat",
    "escalier",
    "as",
    "krs",
];
/// Words that stand before a number and say nothing.
const NUMBER_SIGNS: [&str; 4] = ["no", "nr", "num", "number"];

/// The words of an address.
pub(super) fn written_words(text: &str) -> Vec<WrittenWord> {
    match chinese::split(&plain(text)) {
        Some(address) => chinese_words(&address),
        None => latin_words(&plain(text)),
    }
}

/// Full-width letters, digits and signs as plain ones.
fn plain(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    };
    text.chars().map(plain).collect()
}

fn chinese_words(address: &chinese::ChineseAddress) -> Vec<WrittenWord> {
    let mut found = Vec::new();
    let mut add = |text: &str, part: usize, is_area: bool| {
        let part = words(text).into_iter().map(|text| WrittenWord {
            is_number: !is_area && is_number(&text),
            text,
            part,
            is_area,
        });
        found.extend(part);
    };
    for (part, area) in address.areas.iter().enumerate() {
        add(area, part, true);
    }
    let part = address.areas.len();
    add(&address.road, part, false);
    add(address.number.as_deref().unwrap_or_default(), part, false);
    found
}

fn latin_words(text: &str) -> Vec<WrittenWord> {
    let mut found: Vec<WrittenWord> = Vec::new();
    for (part, text) in text.split([',', ';', '\n', '|']).enumerate() {
        let text = without_postcode(text, part);
        let part_words = words(&text);
        for (at, word) in part_words.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| part_words[at].as_str());
            let after = part_words.get(at + 1).map(String::as_str);
            let is_inside = |word: Option<&str>| word.is_some_and(|word| INSIDE.contains(&word));
            let is_label = is_number(word) || word.chars().count() == 1;
            // `Flat 3`, `3rd floor`: the number goes with the word, and so does one before it that is an ordinal.
            let is_ordinal = word.starts_with(|c: char| c.is_ascii_digit())
                && word.ends_with(char::is_alphabetic)
                && is_inside(after);
            let is_sign = NUMBER_SIGNS.contains(&word.as_str()) && after.is_some_and(is_number);
            if is_inside(Some(word)) && (before.is_some() || after.is_some() || part > 0)
                || (is_inside(before) && is_label)
                || is_ordinal
                || is_sign
            {
                continue;
            }
            found.push(WrittenWord { text: word.clone(), part, is_area: false, is_number: is_number(word) });
        }
    }
    found
}

/// Without postcodes: five digits and more, `4000-123`, `MST 1234`, `IM1 2AB`, and four digits where a part begins that is not
/// the first.
fn without_postcode(text: &str, part: usize) -> String {
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let is_digits =
        |token: &str, count: usize| token.len() == count && token.bytes().all(|byte| byte.is_ascii_digit());
    let mut kept: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (token, next) = (tokens[at], tokens.get(at + 1).copied().unwrap_or_default());
        let is_capital =
            |count: usize| token.len() == count && token.bytes().all(|byte| byte.is_ascii_uppercase());
        let (head, tail) = token.split_once('-').unwrap_or((token, ""));
        at += if is_capital(3) && is_digits(next, 4) || is_outward(token) && is_inward(next) {
            2
        } else if token.len() >= 5 && token.bytes().all(|byte| byte.is_ascii_digit())
            || is_digits(head, 4) && is_digits(tail, 3)
            || token.len() == 7
                && token.is_char_boundary(3)
                && token[..3].bytes().all(|byte| byte.is_ascii_uppercase())
                && is_digits(&token[3..], 4)
            || part > 0 && at == 0 && tokens.len() > 1 && is_digits(token, 4)
        {
            1
        } else {
            kept.push(token);
            1
        };
    }
    kept.join(" ")
}

/// The first half of a British postcode: `IM1`, `SW1A`.
fn is_outward(token: &str) -> bool {
    let letters = token.bytes().take_while(u8::is_ascii_uppercase).count();
    (1..=2).contains(&letters)
        && (letters + 1..=4).contains(&token.len())
        && token.as_bytes().get(letters).is_some_and(u8::is_ascii_digit)
}

/// The second half of a British postcode: `2AB`.
fn is_inward(token: &str) -> bool {
    let bytes = token.as_bytes();
    bytes.len() == 3 && bytes[0].is_ascii_digit() && bytes[1..].iter().all(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(address: &str) -> Vec<String> {
        written_words(address).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn what_lies_inside_a_building_and_postcodes_are_left_out() {
        for (address, words) in [
            ("Flat 3, 12 Triq il-Kbira", &["12", "tr", "il", "kbira"][..]),
            ("12 Triq il-Kbira, Mosta MST 1234", &["12", "tr", "il", "kbira", "mosta"]),
            ("Mannerheimintie 12 as 5, 00100 Helsinki", &["mannerheimintie", "12", "helsinki"]),
            ("12 High Street, Douglas IM1 2AB", &["12", "high", "st", "douglas"]),
            ("Rua São João 5 2º Esq, 4050-123 Porto", &["r", "sao", "joao", "5", "porto"]),
            ("Hauptstraße 4, 1010 Wien", &["hauptstrasse", "4", "wien"]),
            ("No. 12 High Street", &["12", "high", "st"]),
            ("１２ Ｈｉｇｈ Street", &["12", "high", "st"]),
            ("1926 Main Road", &["1926", "main", "rd"]),
        ] {
            assert_eq!(texts(address), words, "{address}");
        }
        let parts: Vec<usize> =
            written_words("12 High Street, Douglas").iter().map(|word| word.part).collect();
        assert_eq!(parts, [0, 0, 0, 1]);
    }

    #[test]
    fn a_chinese_address_is_its_areas_its_road_and_its_number() {
        let words = written_words("上海市浦东新区东方路１０００号301室");
        let areas: String = words.iter().filter(|word| word.is_area).map(|word| word.text.as_str()).collect();
        assert_eq!(areas, "上海海市浦东东新新区");
        let others: Vec<&str> =
            words.iter().filter(|word| !word.is_area).map(|word| word.text.as_str()).collect();
        assert_eq!(others, ["东方", "方路", "1000"]);
    }
}
