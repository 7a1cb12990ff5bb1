//! The READMEs and pages of the documentation name files: each one exists, and each link leads to a file.
//!
//! A word in backticks or fenced code is a file of the tree when it begins with a folder of the tree, or when it ends like
//! source code. It may be written from the root, from the folder of the document, or as the last parts of a path; a bare
//! name in the README of a room is a file of that room.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

/// Folders of the tree with which a path from the root begins.
const FOLDERS: [&str; 6] = ["src/", "tests/", "benches/", "examples/", "data/", ".ci/"];

/// Endings of source code.
const ENDINGS: [&str; 7] = [".rs", ".ts", ".tsx", ".css", ".py", ".sql", ".md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder, without packages and builds of the pages.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let name = path.file_name().unwrap();
            if name != "node_modules" && name != "dist" {
                files(&path, found);
            }
        } else {
            found.push(path);
        }
    }
}

/// All files of the tree, from the root.
fn tree() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        files(&root().join(folder), &mut found);
    }
    let top = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path());
    found.extend(top.filter(|path| path.is_file()));
    found.into_iter().map(|path| path.strip_prefix(root()).unwrap().to_owned()).collect()
}

fn is_document(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "md")
        && file != Path::new("CHANGELOG.md")
        && !file.starts_with("data")
}

/// Whether a word that names a file in `document` names one of the tree.
fn exists(word: &str, document: &Path, tree: &[PathBuf]) -> bool {
    let folder = document.parent().unwrap();
    if root().join(word).exists() || root().join(folder).join(word).exists() {
        return true;
    }
    if FOLDERS.iter().any(|folder| word.starts_with(folder)) {
        return false;
    }
    // Below `src` a document with a `mod.rs` beside it is that of a room.
    let is_of_a_room = root().join(folder).join("mod.rs").exists() && !folder.ends_with("docs");
    let is_near = |file: &PathBuf| word.contains('/') || !is_of_a_room || file.starts_with(folder);
    tree.iter().any(|file| file.ends_with(word) && is_near(file))
}

/// The words of a text, in backticks or in fenced code, that look like files of the tree.
fn paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
            continue;
        }
        let code: Vec<&str> =
            if is_fenced { vec![line] } else { line.split('`').skip(1).step_by(2).collect() };
        for word in code.iter().flat_map(|code| code.split_whitespace()) {
            let word = word.trim_end_matches([',', '.', ';', ')']).trim_start_matches("./");
            let is_from_root =
                FOLDERS.iter().any(|folder| word.starts_with(folder) && word.len() > folder.len());
            let is_source = ENDINGS.iter().any(|ending| word.ends_with(ending) && word.len() > ending.len());
            // `src/ROOM`, `src/<room>` and `src/*/README.md` are patterns.
            let is_pattern = word.contains(['<', '*', '{', '…', ':', '(', '"', '=']) || word.contains("ROOM");
            if (is_from_root || is_source) && !is_pattern {
                found.push(word.to_owned());
            }
        }
    }
    found
}

/// The relative targets of links and pictures, without their anchors.
fn links(text: &str) -> Vec<String> {
    let inline = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    let pictures =
        text.split("src=\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(target, _)| target);
    inline
        .chain(pictures)
        .map(|target| target.split('#').next().unwrap_or_default().to_owned())
        .filter(|target| !target.is_empty() && !target.contains("://") && !target.starts_with('/'))
        .filter(|target| Path::new(target).extension().is_some() || target.ends_with('/'))
        .collect()
}

#[test]
fn every_file_that_a_document_names_exists() {
    let mut missing = Vec::new();
    let tree = tree();
    for document in tree.iter().filter(|file| is_document(file)) {
        let text = fs::read_to_string(root().join(document)).unwrap();
        let name = document.display();
        for path in paths(&text).into_iter().filter(|path| !exists(path, document, &tree)) {
            missing.push(format!("{name}: {path}"));
        }
        let folder = root().join(document.parent().unwrap());
        for link in links(&text).into_iter().filter(|link| !folder.join(link).exists()) {
            missing.push(format!("{name}: link to {link}"));
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn paths_and_links_are_found_in_prose_and_in_fenced_code() {
    let text = "See `src/a/` and `b.rs`, `DAY/` and [c](../c.md#part), not [d](https://d.org/d.md).\n\
                ```\nrun tests/e.txt --out E.sol\n```\n";
    assert_eq!(paths(text), ["src/a/", "b.rs", "tests/e.txt"]);
    assert_eq!(links(text), ["../c.md"]);
    assert_eq!(paths("`src/<room>/README.md`, `src/*/mod.rs`, `benches/`, `network.toml`"), [""; 0]);
}

#[test]
fn a_bare_name_in_the_readme_of_a_room_is_a_file_of_that_room() {
    let tree = tree();
    let document = Path::new("src/cli/README.md");
    assert!(exists("table.rs", document, &tree) && exists("store/writer.rs", document, &tree));
    assert!(!exists("writer.rs", document, &tree) && !exists("src/cli/no.rs", document, &tree));
    assert!(exists("writer.rs", Path::new("README.md"), &tree));
}
