//! The documentation against the source: nothing is missing in it, nothing is left over, its examples are read.

use coldmile::docs::{codes, page};
use coldmile::geometry::Point;
use coldmile::model::{Day, InputProblem, Located, read_network, read_orders};
use coldmile::road::{ProfileRules, Traffic};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const PROFILES: &[&str] = &["van", "truck", "bike", "foot"];
/// What stands before the slash of literals that are no codes: media types, units, names of files and map sections.
const NO_CODES: &[&str] = &["application", "text", "font", "image", "km", "roads", "src", "data", "tests"];

fn source(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path)).unwrap()
}

fn text(name: &str) -> &'static str {
    page(name).unwrap().markdown
}

/// All Rust files below `src` but the documentation's own.
fn rust_files() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("ui") && !path.ends_with("docs") {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    files
}

/// The text of every string literal that begins with a lower-case letter.
fn literals(code: &str) -> impl Iterator<Item = &str> {
    let quotes: Vec<usize> = code.match_indices('"').map(|(at, _)| at + 1).collect();
    quotes.into_iter().filter_map(move |at| {
        let rest = &code[at..];
        rest.starts_with(|c: char| c.is_ascii_lowercase()).then(|| rest.split('"').next().unwrap_or_default())
    })
}

/// The code that a literal is or begins with: `order/bad-id`, `profile/bad-toml: {0}`.
fn code_of(literal: &str) -> Option<&str> {
    let code = literal.split(": ").next()?;
    let (room, name) = code.split_once('/')?;
    let is_word = |word: &str, more: &str| {
        word.len() > 1
            && word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || more.contains(c))
    };
    (is_word(room, "") && is_word(name, "-") && !NO_CODES.contains(&room)).then_some(code)
}

#[test]
fn every_code_of_the_source_is_explained_and_every_explained_code_exists() {
    let mut used: BTreeMap<String, String> = BTreeMap::new();
    for file in rust_files() {
        let code = fs::read_to_string(&file).unwrap();
        let place = file.display().to_string();
        for literal in literals(&code) {
            if let Some(code) = code_of(literal) {
                used.entry(code.to_owned()).or_insert_with(|| place.clone());
            }
        }
    }
    assert!(used.len() > 200, "{}", used.len());
    let explained: BTreeSet<&str> =
        codes().iter().flat_map(|group| group.codes.iter().map(|code| code.code)).collect();
    let missing: Vec<String> = used
        .iter()
        .filter(|(code, _)| !explained.contains(code.as_str()))
        .map(|(code, place)| format!("{code} of {place} has no row in src/docs/codes.md"))
        .collect();
    // Codes without a room are the variants of an enum that serde writes in kebab case.
    let reasons = source("road/reason.rs");
    let camel = |code: &str| -> String {
        code.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
    };
    let exists = |code: &str| {
        if code.contains('/') {
            used.contains_key(code)
        } else {
            reasons.contains(&format!("Self::{}", camel(code)))
        }
    };
    let left: Vec<String> = explained
        .iter()
        .filter(|code| !exists(code))
        .map(|code| format!("{code} stands in src/docs/codes.md, and no source has it"))
        .collect();
    let wrong = [missing, left].concat();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The blocks of a page in a language, such as `toml`.
fn blocks(markdown: &'static str, language: &str) -> Vec<&'static str> {
    let start = format!("```{language}\n");
    markdown.split(start.as_str()).skip(1).map(|part| part.split("```").next().unwrap()).collect()
}

fn lines(problems: &[InputProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn documented_day() -> Day {
    let toml = blocks(text("network"), "toml")[0];
    read_network(toml.as_bytes(), "network.toml", PROFILES)
        .unwrap_or_else(|wrong| panic!("{}", lines(&wrong)))
}

#[test]
fn the_examples_of_the_references_are_read_without_a_problem() {
    let day = documented_day();
    let networks = blocks(text("network"), "toml");
    let with_cold = networks[0].to_owned() + networks[1];
    let own = read_network(with_cold.as_bytes(), "network.toml", PROFILES);
    let own = own.unwrap_or_else(|wrong| panic!("{}", lines(&wrong)));
    assert!(own.cold.class_by_id("flowers").is_some() && own.cold.class_by_id("dairy").is_some());

    let tables = blocks(text("orders"), "csv");
    let [english, chinese, _points, speeds] = tables[..] else {
        panic!("orders.md has {} tables", tables.len())
    };
    let locate = |_: &str| Located::Exact(Point::new(35.9, 14.5).unwrap(), String::new());
    for (table, count) in [(english, 3), (chinese, 1)] {
        let reading = read_orders(table.as_bytes(), "orders.csv", &day, &locate);
        assert!(reading.problems.is_empty(), "{}", lines(&reading.problems));
        assert_eq!(reading.good.len(), count);
    }
    assert_eq!(Traffic::from_csv(speeds.as_bytes()).unwrap().rows().len(), 2);
    ProfileRules::from_toml(blocks(text("rules"), "toml")[0]).unwrap();
}

/// The tables of `network.toml`: the heading in the documentation, the name in problems, and a file in which `@` stands
/// where a key of the table can be put.
fn network_tables() -> Vec<(&'static str, &'static str, String)> {
    let minimal = blocks(text("network"), "toml")[0];
    let after = |header: &str| minimal.replacen(header, &format!("{header}\n@"), 1);
    let inside = |text: &str| minimal.to_owned() + text;
    let class = "[cold]\nbase = \"default\"\n[[cold.class]]\nid = \"x\"\ncompartment = \"chilled\"\n@";
    let carrier = "[cold]\nbase = \"default\"\n[[cold.carrier]]\nid = \"x\"\n@";
    vec![
        ("the top level", "", format!("@\n{minimal}")),
        ("`[prices]`", "prices.", inside("[prices]\n@")),
        ("`[rules]`", "rules.", inside("[rules]\n@")),
        ("`[weather]`", "weather.", inside("[weather]\n@")),
        ("`[[site]]`", "site.", after("[[site]]")),
        ("`site.storage`", "storage.", minimal.replace("{ ambient_l = 1500,", "{ @, ambient_l = 1500,")),
        ("`[[lane]]`", "lane.", after("[[lane]]")),
        ("`[[wave]]`", "wave.", after("[[wave]]")),
        ("`[[vehicle_type]]`", "vehicle_type.", after("[[vehicle_type]]")),
        ("`[[courier]]`", "courier.", after("[[courier]]")),
        ("`courier.break`", "break.", after("[[courier]]").replace('@', "break = { @ }")),
        ("`[cold]`", "cold.", inside("[cold]\nbase = \"default\"\n@")),
        ("`[[cold.class]]`", "class.", inside(class)),
        ("`[[cold.carrier]]`", "carrier.", inside(carrier)),
        (
            "`cold.carrier.chilled`",
            "carrier.chilled.",
            inside(&carrier.replace('@', "[cold.carrier.chilled]\n@")),
        ),
        ("`[cold.centre]`", "centre.", inside("[cold]\nbase = \"default\"\n[cold.centre]\n@")),
    ]
}

/// The keys in the first column of the table below a heading.
fn documented(markdown: &'static str, heading: &str) -> BTreeSet<&'static str> {
    let (_, section) =
        markdown.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    let section = section.split("\n## ").next().unwrap();
    section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect()
}

/// Whether the reader knows the key in this table: an unknown one is a problem with a code of its own.
fn is_accepted(file: &str, place: &str, key: &str) -> bool {
    // A file that has the key already is not valid TOML with it twice.
    let line = format!("{key} = 1");
    let column = format!("{place}{key}");
    match read_network(file.replacen('@', &line, 1).as_bytes(), "network.toml", PROFILES) {
        Ok(_) => true,
        Err(problems) => problems.iter().all(|problem| {
            !(problem.code == "toml/unknown-key" && problem.column.as_deref() == Some(column.as_str()))
        }),
    }
}

#[test]
fn every_key_of_network_toml_is_described_and_every_described_key_is_read() {
    // Whatever is a key in any table is a literal in one of these files.
    let files = ["network_file/read.rs", "network_file/sites.rs", "network_file/fleet.rs", "cold_file.rs"];
    let all: String = files.iter().map(|file| source(&format!("model/{file}"))).collect();
    let is_key = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let words: BTreeSet<&str> = literals(&all).filter(is_key).collect();
    let mut accepted_count = 0;
    for (heading, place, file) in network_tables() {
        let described = documented(text("network"), &format!("Keys of {heading}"));
        let accepted: BTreeSet<&str> =
            words.iter().copied().filter(|word| is_accepted(&file, place, word)).collect();
        assert_eq!(
            accepted, described,
            "keys of {heading}: read by the source, described in src/docs/network.md"
        );
        accepted_count += accepted.len();
    }
    assert!(accepted_count > 80, "{accepted_count}");
}

#[test]
fn every_column_and_word_of_orders_csv_is_described() {
    let orders = text("orders");
    let mut count = 0;
    for (file, table) in [
        ("columns", "NAMES"),
        ("words", "CHANNELS"),
        ("words", "MODES"),
        ("words", "PINS"),
        ("words", "CLASSES"),
    ] {
        let code = source(&format!("model/orders_file/{file}.rs"));
        let (_, rest) = code.split_once(&format!("const {table}")).unwrap();
        let table = rest.split("];\n").next().unwrap();
        for word in table.split('"').skip(1).step_by(2) {
            assert!(
                orders.contains(&format!("`{word}`")),
                "src/docs/orders.md does not name {word:?} of {file}.rs"
            );
            count += 1;
        }
    }
    assert!(count > 150, "{count}");
    // And back: what is described as a column is one.
    let header = source("model/orders_file/columns.rs");
    for column in documented(orders, "orders.csv") {
        let known =
            header.contains(&format!("\"{column}\"")) || ["channel", "mode", "temp_class"].contains(&column);
        assert!(known || column.contains("HH:MM"), "{column} is no column");
    }
}

#[test]
fn every_field_of_a_file_of_rules_is_described() {
    let rules = text("rules");
    for table in ["", "[turns]\n", "[size]\n", "[avoid]\n"] {
        let file = format!("name = \"x\"\nbase = \"van\"\n{table}zzz = 1\n");
        // The refusal of an unknown field names all that are known.
        let refusal = ProfileRules::from_toml(&file).unwrap_err().to_string();
        let (_, expected) = refusal.split_once("expected").unwrap();
        let fields: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
        assert!(fields.len() >= 2, "{refusal}");
        for field in fields {
            let is_there =
                rules.contains(&format!("| `{field}` |")) || rules.contains(&format!("`[{field}]`"));
            assert!(is_there, "src/docs/rules.md does not describe {table}{field}");
        }
    }
}

#[test]
fn every_route_is_described_and_every_described_route_exists() {
    let code = source("server/routes.rs");
    let (_, table) = code.split_once("pub(super) fn routes()").unwrap();
    let mut routes = BTreeSet::new();
    for method in ["get", "post", "delete", "put", "patch"] {
        for call in table.split(&format!("Route::{method}(")).skip(1) {
            let path = call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
            routes.insert((method.to_uppercase(), path.unwrap().to_owned()));
        }
    }
    assert!(routes.len() > 30);
    let described: BTreeSet<(String, String)> = text("http")
        .lines()
        .filter_map(|line| {
            let (method, rest) = line.strip_prefix("| `")?.split_once("` | `")?;
            Some((method.to_owned(), rest.split('`').next()?.to_owned()))
        })
        .filter(|(method, path)| path.starts_with('/') && method.chars().all(|c| c.is_ascii_uppercase()))
        .collect();
    assert_eq!(routes, described, "routes of the source, and rows of src/docs/http.md");
}
