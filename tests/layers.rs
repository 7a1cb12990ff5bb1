//! What cargo cannot keep: the rooms' manifests name only what their floor allows, no circle among the files of a room, no
//! files, clocks or environment below the store.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Room, and what its crate may depend on. A new room adds its row here. Dev-dependencies are free.
const FLOORS: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("geometry", &["units"]),
    ("osm", &["units", "geometry"]),
    ("mapfile", &["units"]),
    ("road", &["units", "geometry", "osm", "mapfile"]),
    ("basemap", &["units", "geometry", "osm", "mapfile"]),
    ("model", &["units", "geometry"]),
    ("vrp", &["units"]),
    ("siting", &["units"]),
    ("plan", &["units", "geometry", "model"]),
    ("synth", &["units", "geometry", "osm", "road", "model"]),
    ("dispatch", &["units", "geometry", "road", "model", "vrp", "plan"]),
    ("audit", &["units", "geometry", "road", "model", "plan"]),
    ("store", &["units", "geometry", "model", "plan"]),
    (
        "jobs",
        &[
            "units", "geometry", "osm", "mapfile", "road", "basemap", "model", "vrp", "plan", "dispatch",
            "audit", "store",
        ],
    ),
    (
        "server",
        &[
            "units", "geometry", "osm", "mapfile", "road", "basemap", "model", "vrp", "plan", "dispatch",
            "audit", "store", "jobs", "docs",
        ],
    ),
    ("pages", &[]),
    ("docs", &[]),
];

/// The rooms that meet the world: files, the clock, the environment. `pages` embeds files when it is built.
const FROM_THE_STORE_UP: [&str; 4] = ["store", "jobs", "server", "pages"];

/// A room is a folder below `src` with a manifest; the command line is the root crate's.
fn rooms() -> Vec<String> {
    let mut rooms: Vec<String> = fs::read_dir(source_root())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("mod.rs").is_file())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    rooms.sort();
    rooms
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The files of a room that are not tests, by their module path below the room (empty for `mod.rs`).
fn modules(room: &str) -> BTreeMap<Vec<String>, PathBuf> {
    let root = source_root().join(room);
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    files
        .into_iter()
        .filter_map(|file| {
            let relative = file.strip_prefix(&root).unwrap().with_extension("");
            let mut path: Vec<String> =
                relative.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
            if path.last().is_some_and(|last| last == "mod") {
                path.pop();
            }
            let is_test = path.iter().any(|part| part == "tests" || part == "testing");
            (!is_test && path != ["build"]).then_some((path, file))
        })
        .collect()
}

/// The code of a file without comments, text and whatever stands under `#[cfg(test)]`, wherever in the file that is.
fn code(text: &str) -> String {
    let mut out = String::new();
    let mut rest = blanked(text).into_iter().peekable();
    let mut line = String::new();
    while let Some(letter) = rest.next() {
        line.push(letter);
        if line.ends_with("#[cfg(test)]") || line.ends_with("#[cfg(any(test, feature = \"\"))]") {
            line.truncate(line.rfind("#[").unwrap());
            // The item that follows ends with its block, or with a semicolon before any block.
            let mut depth = 0;
            for letter in rest.by_ref() {
                match letter {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ';' if depth == 0 => break,
                    _ => {}
                }
                if letter == '}' && depth == 0 {
                    break;
                }
            }
        }
        if letter == '\n' {
            out.push_str(&line);
            line.clear();
        }
    }
    out + &line
}

/// The letters of Rust source with comments and the inside of literals left out.
fn blanked(text: &str) -> Vec<char> {
    let letters: Vec<char> = text.chars().collect();
    let mut out = Vec::with_capacity(letters.len());
    let mut at = 0;
    let starts =
        |at: usize, what: &str| what.chars().enumerate().all(|(i, c)| letters.get(at + i) == Some(&c));
    while at < letters.len() {
        let before_is_word = at > 0 && (letters[at - 1].is_alphanumeric() || letters[at - 1] == '_');
        if starts(at, "//") {
            while at < letters.len() && letters[at] != '\n' {
                at += 1;
            }
        } else if starts(at, "/*") {
            while at < letters.len() && !starts(at, "*/") {
                at += 1;
            }
            at += 2;
        } else if letters[at] == 'r' && !before_is_word && (starts(at, "r\"") || starts(at, "r#")) {
            let hashes = letters[at + 1..].iter().take_while(|c| **c == '#').count();
            if letters.get(at + 1 + hashes) == Some(&'"') {
                let end = format!("\"{}", "#".repeat(hashes));
                at += 2 + hashes;
                while at < letters.len() && !starts(at, &end) {
                    at += 1;
                }
                at += end.len();
                out.extend(['"', '"']);
            } else {
                out.push(letters[at]);
                at += 1;
            }
        } else if letters[at] == '"' {
            at += 1;
            while at < letters.len() && letters[at] != '"' {
                at += if letters[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
            out.extend(['"', '"']);
        } else if letters[at] == '\''
            && (letters.get(at + 2) == Some(&'\'') || letters.get(at + 1) == Some(&'\\'))
        {
            at += 1;
            while at < letters.len() && letters[at] != '\'' {
                at += if letters[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
            out.extend(['\'', '\'']);
        } else {
            out.push(letters[at]);
            at += 1;
        }
    }
    out
}

/// The paths that a piece of code names from `crate`, `self` and `super` on, groups in braces taken apart.
fn paths(code: &str) -> Vec<Vec<String>> {
    let letters: Vec<char> = code.chars().collect();
    let mut found = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = if at == 0 { ' ' } else { letters[at - 1] };
        if !letter.is_alphabetic() || before.is_alphanumeric() || "_:$".contains(before) {
            continue;
        }
        let word: String = letters[at..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
        if ["crate", "self", "super"].contains(&word.as_str()) {
            read_path(&letters, at, &mut Vec::new(), &mut found);
        }
    }
    found
}

/// Reads one path from `at` on, behind the names in `prefix`; gives the position behind it.
fn read_path(
    letters: &[char],
    mut at: usize,
    prefix: &mut Vec<String>,
    found: &mut Vec<Vec<String>>,
) -> usize {
    let depth = prefix.len();
    let skip_space = |mut at: usize| {
        while letters.get(at).is_some_and(|c| c.is_whitespace()) {
            at += 1;
        }
        at
    };
    loop {
        at = skip_space(at);
        if letters.get(at) == Some(&'{') {
            at += 1;
            loop {
                at = skip_space(at);
                match letters.get(at) {
                    None => break,
                    Some('}') => {
                        at += 1;
                        break;
                    }
                    Some(',') => at += 1,
                    Some(_) => {
                        let next = read_path(letters, at, prefix, found);
                        at = next.max(at + 1);
                    }
                }
            }
            break;
        }
        let word: String =
            letters[at..].iter().take_while(|c| c.is_alphanumeric() || **c == '_' || **c == '*').collect();
        if word.is_empty() {
            break;
        }
        at += word.chars().count();
        if word != "self" || prefix.is_empty() {
            prefix.push(word);
        }
        let next = skip_space(at);
        if letters.get(next) == Some(&':') && letters.get(next + 1) == Some(&':') {
            at = next + 2;
            continue;
        }
        found.push(prefix.clone());
        // A renaming: `name as other`.
        if letters[next.min(letters.len())..].starts_with(&['a', 's', ' ']) {
            at = next + 3;
            while letters.get(at).is_some_and(|c| c.is_alphanumeric() || *c == '_') {
                at += 1;
            }
        }
        break;
    }
    prefix.truncate(depth);
    at
}

/// The absolute module path, below the room, of what a path written in `module` names.
fn absolute(module: &[String], path: &[String]) -> Option<Vec<String>> {
    let mut base: Vec<String> = module.to_vec();
    let mut rest = path;
    match rest.first().map(String::as_str) {
        Some("crate") => {
            base.clear();
            rest = &rest[1..];
        }
        Some("self") => rest = &rest[1..],
        _ => {}
    }
    while rest.first().is_some_and(|part| part == "super") {
        base.pop()?;
        rest = &rest[1..];
    }
    base.extend(rest.iter().cloned());
    Some(base)
}

type Module = Vec<String>;

/// Names that a `mod.rs` takes from files below it and hands on: where each is defined.
fn handed_on(codes: &BTreeMap<Module, String>) -> BTreeMap<(Module, String), Module> {
    let mut found = BTreeMap::new();
    for (module, code) in codes {
        for statement in code.split(';') {
            let Some(use_at) = statement.rfind("use ") else { continue };
            let visible = statement[..use_at].trim_end();
            if !(visible.ends_with("pub") || visible.ends_with(')') && visible.contains("pub(")) {
                continue;
            }
            let text = statement[use_at + 4..].trim();
            let first: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let is_own = codes.contains_key(&[module.clone(), vec![first.clone()]].concat());
            let rooted = match first.as_str() {
                "crate" | "self" | "super" => text.to_owned(),
                _ if is_own => format!("self::{text}"),
                _ => continue,
            };
            for path in paths(&rooted) {
                let Some(target) = absolute(module, &path) else { continue };
                if let Some((name, parent)) = target.split_last() {
                    found.insert((module.clone(), name.clone()), parent.to_vec());
                }
            }
        }
    }
    found
}

/// The file in which a name is defined: hands-on followed, then the longest module that is a file.
fn defined_in(
    target: &[String],
    codes: &BTreeMap<Module, String>,
    handed: &BTreeMap<(Module, String), Module>,
) -> Option<Module> {
    let mut target = target.to_vec();
    for _ in 0..10 {
        let at = (0..=target.len()).rev().find(|at| codes.contains_key(&target[..*at]))?;
        let file = target[..at].to_vec();
        let Some(name) = target.get(at) else { return Some(file) };
        match handed.get(&(file.clone(), name.clone())) {
            Some(parent) => {
                let rest = target[at + 1..].to_vec();
                target = [parent.clone(), vec![name.clone()], rest].concat();
            }
            None => return Some(file),
        }
    }
    None
}

/// Which file of a room imports which, code of tests left out. A `mod.rs` that only declares and hands on imports nothing.
fn imports(room: &str) -> BTreeMap<Module, BTreeSet<Module>> {
    let codes: BTreeMap<Module, String> = modules(room)
        .into_iter()
        .map(|(module, file)| (module, code(&fs::read_to_string(file).unwrap())))
        .collect();
    let handed = handed_on(&codes);
    let mut graph = BTreeMap::new();
    for (module, code) in &codes {
        let kept: String = code
            .split_inclusive(';')
            .filter(|statement| {
                let statement = statement.trim();
                !(statement.contains("pub use ")
                    || statement.contains("pub(crate) use ")
                    || statement.contains("pub(super) use "))
            })
            .collect();
        let mut targets = BTreeSet::new();
        for path in paths(&kept) {
            let Some(target) = absolute(module, &path) else { continue };
            if let Some(file) = defined_in(&target, &codes, &handed)
                && file != *module
            {
                targets.insert(file);
            }
        }
        // Names used by a child's plain path, such as `near::Lists` in the parent of `near`.
        for child in codes.keys().filter(|other| other.len() == module.len() + 1 && other.starts_with(module))
        {
            let name = format!("{}::", child.last().unwrap());
            let is_used = kept
                .match_indices(&name)
                .any(|(at, _)| !kept[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'));
            if is_used {
                targets.insert(child.clone());
            }
        }
        graph.insert(module.clone(), targets);
    }
    graph
}

/// The groups of files that import each other, by Tarjan's strongly connected components.
fn circles(graph: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<Vec<Module>> {
    struct Walk<'a> {
        graph: &'a BTreeMap<Module, BTreeSet<Module>>,
        index: BTreeMap<&'a Module, usize>,
        low: BTreeMap<&'a Module, usize>,
        stack: Vec<&'a Module>,
        found: Vec<Vec<Module>>,
    }
    impl<'a> Walk<'a> {
        fn visit(&mut self, module: &'a Module) {
            let number = self.index.len();
            self.index.insert(module, number);
            self.low.insert(module, number);
            self.stack.push(module);
            let graph = self.graph;
            for next in &graph[module] {
                if !self.index.contains_key(next) {
                    self.visit(next);
                    let low = self.low[module].min(self.low[next]);
                    self.low.insert(module, low);
                } else if self.stack.contains(&next) {
                    let low = self.low[module].min(self.index[next]);
                    self.low.insert(module, low);
                }
            }
            if self.low[module] == number {
                let at = self.stack.iter().position(|other| *other == module).unwrap();
                let group: Vec<Module> = self.stack.split_off(at).into_iter().cloned().collect();
                if group.len() > 1 {
                    self.found.push(group);
                }
            }
        }
    }
    let mut walk =
        Walk { graph, index: BTreeMap::new(), low: BTreeMap::new(), stack: Vec::new(), found: Vec::new() };
    for module in graph.keys() {
        if !walk.index.contains_key(module) {
            walk.visit(module);
        }
    }
    walk.found
}

#[test]
fn no_files_of_a_room_import_each_other_in_a_circle() {
    let mut wrong = Vec::new();
    for room in rooms() {
        let graph = imports(&room);
        for group in circles(&graph) {
            wrong.push(format!("{room}: {} files", group.len()));
            for module in &group {
                let inside: Vec<String> = graph[module]
                    .iter()
                    .filter(|other| group.contains(other))
                    .map(|other| name_of(other))
                    .collect();
                wrong.push(format!("    {} imports {}", name_of(module), inside.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn name_of(module: &[String]) -> String {
    if module.is_empty() { "mod".to_owned() } else { module.join("/") }
}

/// The rooms that a manifest names in `[dependencies]`, and none of its dev-dependencies.
fn dependencies(room: &str) -> BTreeSet<String> {
    let manifest = fs::read_to_string(source_root().join(room).join("Cargo.toml")).unwrap();
    let mut section = "";
    let mut found = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        } else if section.ends_with("dependencies") && !section.ends_with("dev-dependencies") {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            found.extend(name.strip_prefix("coldmile-").map(str::to_owned));
        }
    }
    found
}

#[test]
fn every_room_depends_only_on_what_its_floor_allows() {
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        FLOORS.iter().map(|(room, rooms)| (*room, rooms.iter().copied().collect())).collect();
    let mut wrong = Vec::new();
    for room in rooms().iter().filter(|room| *room != "cli") {
        let Some(may) = allowed.get(room.as_str()) else {
            wrong.push(format!("src/{room} has no floor in tests/layers.rs"));
            continue;
        };
        for other in dependencies(room) {
            if !may.contains(other.as_str()) {
                wrong.push(format!("src/{room}/Cargo.toml: {room} may not depend on {other}"));
            }
        }
    }
    for (room, _) in FLOORS {
        if !rooms().iter().any(|known| known == room) {
            wrong.push(format!("tests/layers.rs lists {room}, which is not there"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_referee_does_not_touch_the_hierarchy_it_checks() {
    for (module, file) in modules("audit") {
        let code = code(&fs::read_to_string(&file).unwrap());
        for word in ["RoadIndex", "RoadQuery", "road::hierarchy", "road::table", ".metric(", ".index("] {
            assert!(!code.contains(word), "audit/{} names {word}", name_of(&module));
        }
    }
}

#[test]
fn below_the_store_nothing_opens_files_reads_the_clock_or_the_environment() {
    let forbidden = [
        "std::fs",
        "std::env",
        "env::var",
        "File::open",
        "SystemTime::now",
        "Timestamp::now(",
        "Zoned::now(",
    ];
    for (room, _) in FLOORS.iter().filter(|(room, _)| !FROM_THE_STORE_UP.contains(room)) {
        for (module, file) in modules(room) {
            let code = code(&fs::read_to_string(&file).unwrap());
            for word in forbidden {
                assert!(!code.contains(word), "{room}/{} uses {word}", name_of(&module));
            }
        }
    }
}

#[test]
fn code_under_cfg_test_is_left_out_wherever_it_stands() {
    let text = "use a::b;\n#[cfg(test)]\nmod tests { use crate::x; fn f() { g('}', \"}\"); } }\n// crate::y\nfn h() { crate::z::k() }\n";
    assert_eq!(paths(&code(text)), [["crate", "z", "k"]]);
    let group = "use super::{a::{B, c::D as E}, f::*};";
    let parts: Vec<String> = paths(group).iter().map(|path| path.join(".")).collect();
    assert_eq!(parts, ["super.a.B", "super.a.c.D", "super.f.*"]);
}
