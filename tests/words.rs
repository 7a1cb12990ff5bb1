//! One word, one meaning, and the field's word: none of the words below stands in an identifier or a comment under `src`.
//!
//! The table of words is `src/docs/words.md`. A word is looked for at word boundaries, identifiers split at case and `_`.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Where a word counts.
#[derive(Clone, Copy, PartialEq)]
enum In {
    /// Identifiers and comments.
    All,
    /// Identifiers only: in a sentence the word has other meanings.
    Names,
}

use In::{All, Names};

/// Words, the word to use instead, where they count, and the folders below `src` they count in (none: everywhere).
/// Several words in a row are one phrase.
const NOT: &[(&str, &str, In, &[&str])] = &[
    ("sound", "feasible", All, &[]),
    ("unsound", "infeasible", All, &[]),
    ("valley", "local optimum", All, &[]),
    ("valleys", "local optimum", All, &[]),
    ("heat", "temperature", All, &["vrp"]),
    ("child", "offspring", All, &["vrp"]),
    ("children", "offspring", All, &["vrp"]),
    ("breed", "crossover, offspring", All, &[]),
    ("breeding", "crossover, offspring", All, &[]),
    ("eyes", "blink mask", All, &[]),
    ("manner", "insertion policy", Names, &[]),
    ("beside", "granular neighbours", Names, &[]),
    ("settle", "customize", All, &["road"]),
    ("settled", "customize", All, &["road"]),
    ("climber", "upward search", All, &[]),
    ("turned", "transposed", Names, &["vrp", "road"]),
    ("room", "capacity", Names, &["vrp", "dispatch", "model"]),
    ("rooms", "capacity", Names, &["vrp", "dispatch", "model"]),
    ("near the processor", "in the cache", All, &[]),
    ("nearest to the processor", "in the cache", All, &[]),
    ("wide registers", "SIMD", All, &[]),
    ("wide register", "SIMD", All, &[]),
    ("slow twin", "reference implementation", All, &[]),
    ("could foresee", "unpredictable branch", All, &[]),
    ("can foresee", "unpredictable branch", All, &[]),
    ("may send", "OptionalJsonBody", Names, &["server"]),
    ("most", "MAX_", Names, &[]),
    ("longest", "MAX_", Names, &["osm", "store", "basemap"]),
    ("largest", "MAX_", Names, &["osm", "server", "store", "basemap"]),
    ("dearest", "MAX_", Names, &[]),
    ("whoever", "the client, the caller, the user", All, &[]),
    ("nobody", "no client, no caller, no user", All, &[]),
    ("somebody", "a client, a caller, a user", All, &[]),
    ("everybody", "all clients, all callers", All, &[]),
    ("anybody", "a client, a caller", All, &[]),
    ("station", "centre, site", All, &[]),
    (
        "trunk",
        "linehaul",
        All,
        &["model", "plan", "dispatch", "audit", "synth", "store", "server", "cli", "ui"],
    ),
    ("zones", "catchments", All, &[]),
    ("batch", "wave", All, &["model", "plan", "dispatch", "audit", "synth", "vrp"]),
    (
        "slot",
        "wave, time window",
        All,
        &["model", "plan", "dispatch", "audit", "synth", "store", "server", "cli", "ui"],
    ),
    (
        "slots",
        "waves, time windows",
        All,
        &["model", "plan", "dispatch", "audit", "synth", "store", "server", "cli", "ui"],
    ),
    ("hub", "depot", All, &["vrp"]),
    ("hubs", "depots", All, &["vrp"]),
    ("customer", "client", All, &[]),
    ("customers", "clients", All, &[]),
    ("cost table", "matrix", All, &[]),
    ("tour", "route, trip", All, &[]),
    ("tours", "routes, trips", All, &[]),
    ("job", "leg, stop", Names, &["model", "plan", "dispatch", "audit", "vrp"]),
    ("pick list", "manifest", All, &[]),
    ("vertex", "node", All, &[]),
    ("vertices", "nodes", All, &[]),
    ("edge", "arc", Names, &["road", "vrp"]),
    ("edges", "arcs", Names, &["road", "vrp"]),
    ("items", "orders, parcels", Names, &["plan", "dispatch", "audit", "synth"]),
    ("ready time", "release time", All, &[]),
    ("dwell", "service duration", All, &[]),
    ("lateness", "time warp", All, &["vrp"]),
    ("dropped", "unplanned", All, &["vrp", "dispatch", "plan"]),
    ("what if", "scenario", Names, &[]),
];

/// `way` is an OSM way and nothing else: the places where it may stand, or the line says `OSM way`.
const WAYS: [&str; 3] = ["src/osm/", "src/road/build/", "src/road/profile/"];

/// Words that may stand in a file all the same, with the reason. At most twenty, and fewer over time.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["node_modules", "dist", "docs"].contains(&name.as_str()) {
                files(&path, found);
            }
        } else if [".rs", ".ts", ".tsx", ".css"].iter().any(|ending| name.ends_with(ending))
            && !name.ends_with(".d.ts")
            || name == "README.md"
        {
            found.push(path);
        }
    }
}

/// A line of a file: its words outside literals and, of those, whether each belongs to a comment.
struct Line {
    number: usize,
    words: Vec<(String, bool)>,
    says_osm_way: bool,
}

/// What a file is written in.
#[derive(Clone, Copy, PartialEq)]
enum Language {
    Rust,
    TypeScript,
    Prose,
}

fn language_of(file: &Path) -> Language {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("md") => Language::Prose,
        Some("rs") => Language::Rust,
        _ => Language::TypeScript,
    }
}

/// What of a file is read: code and comments, with the inside of literals left out; prose is one comment.
fn lines(text: &str, language: Language) -> Vec<Line> {
    let is_prose = language == Language::Prose;
    let letters: Vec<char> = text.chars().collect();
    let starts =
        |at: usize, what: &str| what.chars().enumerate().all(|(i, c)| letters.get(at + i) == Some(&c));
    // Each letter with whether it is comment; a literal becomes a space.
    let mut kept: Vec<(char, bool)> = Vec::with_capacity(letters.len());
    let mut at = 0;
    let literal = |kept: &mut Vec<(char, bool)>, from: usize, to: usize| {
        kept.push((' ', false));
        kept.extend(letters[from..to.min(letters.len())].iter().filter(|c| **c == '\n').map(|c| (*c, false)));
    };
    while at < letters.len() {
        let before_is_word = at > 0 && (letters[at - 1].is_alphanumeric() || letters[at - 1] == '_');
        if is_prose || starts(at, "//") {
            while at < letters.len() && (is_prose || letters[at] != '\n') {
                kept.push((letters[at], letters[at] != '\n'));
                at += 1;
            }
        } else if starts(at, "/*") {
            while at < letters.len() && !starts(at, "*/") {
                kept.push((letters[at], letters[at] != '\n'));
                at += 1;
            }
            at += 2;
        } else if letters[at] == 'r' && !before_is_word && (starts(at, "r\"") || starts(at, "r#\"")) {
            let hashes = letters[at + 1..].iter().take_while(|c| **c == '#').count();
            let end = format!("\"{}", "#".repeat(hashes));
            let from = at;
            at += 2 + hashes;
            while at < letters.len() && !starts(at, &end) {
                at += 1;
            }
            at += end.len();
            literal(&mut kept, from, at);
        } else if letters[at] == '\'' && language == Language::TypeScript {
            let from = at;
            at += 1;
            // An apostrophe in the text of an element is no quote: a literal ends on its line.
            while at < letters.len() && letters[at] != '\'' && letters[at] != '\n' {
                at += if letters[at] == '\\' { 2 } else { 1 };
            }
            at += usize::from(letters.get(at) == Some(&'\''));
            literal(&mut kept, from, at);
        } else if letters[at] == '"' || letters[at] == '`' {
            let (from, quote) = (at, letters[at]);
            at += 1;
            while at < letters.len() && letters[at] != quote {
                at += if letters[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
            literal(&mut kept, from, at);
        } else if letters[at] == '\''
            && (letters.get(at + 2) == Some(&'\'') || letters.get(at + 1) == Some(&'\\'))
        {
            let from = at;
            at += 1;
            while at < letters.len() && letters[at] != '\'' {
                at += if letters[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
            literal(&mut kept, from, at);
        } else {
            kept.push((letters[at], false));
            at += 1;
        }
    }
    kept.split(|(letter, _)| *letter == '\n')
        .enumerate()
        .map(|(row, line)| {
            let text: String = line.iter().map(|(letter, _)| *letter).collect();
            let says_osm_way = text.contains("OSM way") || text.contains("osm_way");
            Line { number: row + 1, words: split(line), says_osm_way }
        })
        .collect()
}

/// The words of a line in small letters, identifiers taken apart at `_` and where small letters turn into capitals.
fn split(line: &[(char, bool)]) -> Vec<(String, bool)> {
    let mut words: Vec<(String, bool)> = Vec::new();
    let mut previous = ' ';
    for (at, (letter, is_comment)) in line.iter().enumerate() {
        let next_is_small = line.get(at + 1).is_some_and(|(next, _)| next.is_lowercase());
        let begins =
            letter.is_uppercase() && (previous.is_lowercase() || previous.is_uppercase() && next_is_small);
        if letter.is_alphabetic() || *letter == '\'' && previous.is_alphabetic() && *is_comment {
            if !previous.is_alphabetic() || begins {
                words.push((String::new(), *is_comment));
            }
            if letter.is_alphabetic() {
                words.last_mut().unwrap().0.extend(letter.to_lowercase());
            }
        }
        previous = *letter;
    }
    words
}

/// The rows of [`NOT`] by the first word of their phrase.
fn rows_by_first_word() -> &'static HashMap<&'static str, Vec<usize>> {
    static ROWS: OnceLock<HashMap<&'static str, Vec<usize>>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let mut rows: HashMap<&str, Vec<usize>> = HashMap::new();
        for (row, (phrase, ..)) in NOT.iter().enumerate() {
            rows.entry(phrase.split(' ').next().unwrap()).or_default().push(row);
        }
        rows
    })
}

/// What of a line counts as wrong in a file, given by its path from the root.
fn wrong_words(path: &str, line: &Line) -> Vec<(String, &'static str)> {
    let room = path.split('/').nth(1).unwrap_or_default();
    let mut wrong = Vec::new();
    for (at, (first, _)) in line.words.iter().enumerate() {
        for &row in rows_by_first_word().get(first.as_str()).into_iter().flatten() {
            let (phrase, instead, scope, rooms) = NOT[row];
            let length = phrase.split(' ').count();
            let Some(window) = line.words.get(at..at + length) else { continue };
            let is_there = window.iter().zip(phrase.split(' ')).all(|((word, _), part)| word == part)
                && (scope == All || window.iter().all(|(_, is_comment)| !is_comment))
                && (rooms.is_empty() || rooms.contains(&room));
            if is_there {
                wrong.push((phrase.to_owned(), instead));
            }
        }
    }
    let may_way = line.says_osm_way || WAYS.iter().any(|folder| path.starts_with(folder));
    for (word, _) in
        line.words.iter().filter(|(word, _)| !may_way && ["way", "ways"].contains(&word.as_str()))
    {
        wrong.push((word.clone(), "path, leg, arc, distance, duration, manner; or say `OSM way`"));
    }
    wrong
}

#[test]
fn identifiers_and_comments_use_the_words_of_the_field() {
    let mut found = Vec::new();
    files(&source_root(), &mut found);
    let root = source_root();
    let mut wrong = Vec::new();
    let mut used = vec![false; EXCEPTIONS.len()];
    for file in found {
        let path = format!("src/{}", file.strip_prefix(&root).unwrap().display()).replace('\\', "/");
        let text = fs::read_to_string(&file).unwrap();
        for line in lines(&text, language_of(&file)) {
            for (word, instead) in wrong_words(&path, &line) {
                let excepted =
                    EXCEPTIONS.iter().position(|(known, place, _)| *known == word && path.starts_with(place));
                match excepted {
                    Some(at) => used[at] = true,
                    None => wrong.push(format!("{path}:{}: {word} (instead: {instead})", line.number)),
                }
            }
        }
    }
    let unused = EXCEPTIONS.iter().zip(used).filter(|(_, used)| !used);
    wrong.extend(
        unused
            .map(|((word, place, _), _)| format!("the exception for {word} in {place} is no longer needed")),
    );
    assert!(wrong.is_empty(), "{} places\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_list_of_exceptions_stays_short() {
    assert!(EXCEPTIONS.len() <= 20);
    assert!(EXCEPTIONS.iter().all(|(_, _, reason)| reason.len() > 10));
}

#[test]
fn words_are_split_at_case_and_underscores_and_literals_do_not_count() {
    let said = |text: &str| -> Vec<String> {
        lines(text, Language::Rust)
            .iter()
            .flat_map(|line| wrong_words("src/vrp/a.rs", line))
            .map(|(word, _)| word)
            .collect()
    };
    assert_eq!(said("let way_back = NoWay;"), ["way", "way"]);
    assert_eq!(said("let highway = always(\"a way\"); // r#\"way\"# is code, this is a way"), ["way", "way"]);
    assert_eq!(said("/// An OSM way, nothing else."), Vec::<String>::new());
    assert_eq!(said("const MOST_ROUTES: u8 = 1; // most of them"), ["most"]);
    assert_eq!(said("fn slow_twin() {}\n/* it is slow\n twin */"), ["slow twin"]);
    assert_eq!(said("let c = 'w'; let it = r#\"a \"way\" b\"#; isSound()"), ["sound"]);
}
