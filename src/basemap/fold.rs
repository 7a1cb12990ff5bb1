//! Text as it is compared: without case and accents, abbreviations in one form.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words with several spellings, and the spelling they are compared as.
const ABBREVIATIONS: &[(&str, &[&str])] = &[
    ("st", &["street", "saint", "str", "strasse", "sankt"]),
    ("rd", &["road"]),
    ("av", &["avenue", "ave", "avenida", "avda"]),
    ("sq", &["square", "sqr"]),
    ("ln", &["lane"]),
    ("dr", &["drive"]),
    ("ct", &["court", "crt"]),
    ("pl", &["place", "platz"]),
    ("bd", &["boulevard", "blvd"]),
    ("r", &["rua", "rue"]),
    ("tr", &["triq"]),
    ("pj", &["pjazza", "piazza"]),
    ("terr", &["terrace"]),
    ("hse", &["house"]),
];

/// Articles, and prefixes of names of places: people leave them out, or write others.
const ARTICLES: &[&str] = &[
    "il", "l", "is", "ir", "ix", "in", "id", "it", "iz", "ic", "ta", "tal", "tas", "tan", "tar", "tax",
    "taz", "tad", "hal", "haz", "had", "har", "has", "the", "of", "de", "da", "do", "dos", "das", "di", "du",
    "des", "la", "le", "les", "el", "los", "las", "al", "der", "die", "den", "het", "o", "e", "i", "u", "y",
];

/// One character as it is compared; letters that no accent can be taken off are spelt out.
fn fold_char(c: char, out: &mut String) {
    match c {
        'ħ' | 'Ħ' => out.push('h'),
        'ø' | 'Ø' => out.push('o'),
        'đ' | 'Đ' | 'ð' => out.push('d'),
        'ł' | 'Ł' => out.push('l'),
        'ß' => out.push_str("ss"),
        'æ' | 'Æ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        'ı' => out.push('i'),
        _ => out.extend(c.to_lowercase()),
    }
}

pub(super) const fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The words of `text` as they are compared. Runs of Chinese characters give their overlapping pairs: there are no
/// spaces to cut at.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut plain = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        fold_char(c, &mut plain);
    }
    let mut words: Vec<String> = Vec::new();
    for run in plain.split(|c: char| !c.is_alphanumeric()) {
        let mut rest = run;
        while let Some(first) = rest.chars().next() {
            let chinese = is_ideograph(first);
            let end = rest.find(|c| is_ideograph(c) != chinese).unwrap_or(rest.len());
            let (part, after) = rest.split_at(end);
            if chinese {
                let signs: Vec<char> = part.chars().collect();
                if signs.len() == 1 {
                    words.push(part.to_owned());
                }
                words.extend(signs.windows(2).map(|pair| pair.iter().collect::<String>()));
            } else {
                words.push(abbreviated(part).to_owned());
            }
            rest = after;
        }
    }
    words
}

/// Whether a word is an article, or another word that a name is known without.
pub(super) fn is_article(word: &str) -> bool {
    ARTICLES.contains(&word)
}

/// Whether a word can be a house number: `12`, `12a`.
pub(super) fn is_number(word: &str) -> bool {
    word.len() <= 6 && word.starts_with(|c: char| c.is_ascii_digit())
}

fn abbreviated(word: &str) -> &str {
    ABBREVIATIONS.iter().find(|(_, variants)| variants.contains(&word)).map_or(word, |(short, _)| short)
}

/// Whether one letter more, less or different makes `a` into `b` (Levenshtein distance 1 at most), in linear time: a query
/// compares every word of the map.
pub(super) fn is_one_edit(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let after = if short.len() == long.len() { (same + 1).min(short.len()) } else { same };
    short[after..] == long[(same + 1).min(long.len())..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_abbreviations_do_not_matter() {
        assert_eq!(words("Triq il-Kbira, Ħ'Attard"), ["tr", "il", "kbira", "h", "attard"]);
        assert_eq!(words("TRIQ IL KBIRA"), words("triq il-kbira"));
        assert_eq!(words("Saint Paul's Street"), words("St. Paul’s St"));
        assert_eq!(words("Väinö Rua São João"), ["vaino", "r", "sao", "joao"]);
    }

    #[test]
    fn chinese_is_cut_into_pairs() {
        assert_eq!(words("人民路12号"), ["人民", "民路", "12", "号"]);
    }

    #[test]
    fn one_slip_of_the_pen_is_one_letter() {
        for (a, b) in [("mosta", "mostra"), ("mosta", "moxta"), ("mosta", "osta"), ("a", "a")] {
            assert!(is_one_edit(a, b) && is_one_edit(b, a), "{a} {b}");
        }
        for (a, b) in [("mosta", "most"), ("mosta", "moxxa"), ("mosta", "mo")] {
            assert_eq!(is_one_edit(a, b), a.len() - b.len() == 1, "{a} {b}");
        }
    }
}
