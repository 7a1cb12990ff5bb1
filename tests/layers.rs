//! The floors of the crate: which module may import which. A new module adds its row here.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Module, and what it may import. Test code (`#[cfg(test)]` and below) may import anything.
const FLOORS: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("geometry", &["units"]),
    ("osm", &["units", "geometry"]),
    ("mapfile", &["units"]),
    ("road", &["units", "geometry", "osm", "mapfile"]),
    ("basemap", &["units", "geometry", "osm", "mapfile"]),
    ("model", &["units", "geometry"]),
    ("vrp", &["units"]),
    ("plan", &["units", "geometry", "model"]),
    ("synth", &["units", "geometry", "osm", "road", "model"]),
    ("dispatch", &["units", "geometry", "road", "model", "vrp", "plan"]),
    ("audit", &["units", "geometry", "road", "model", "plan"]),
    ("store", &["units", "geometry", "model", "plan"]),
    (
        "jobs",
        &[
            "units", "geometry", "osm", "mapfile", "road", "basemap", "model", "vrp", "plan", "dispatch",
            "audit", "planner", "store",
        ],
    ),
    (
        "server",
        &[
            "units", "geometry", "osm", "mapfile", "road", "basemap", "model", "vrp", "plan", "dispatch",
            "audit", "planner", "store", "jobs",
        ],
    ),
    (
        "cli",
        &[
            "units", "geometry", "osm", "mapfile", "road", "basemap", "model", "vrp", "plan", "synth",
            "dispatch", "audit", "planner", "store", "jobs", "server",
        ],
    ),
];

/// The modules that meet the world: files, the clock, the environment.
const FROM_THE_STORE_UP: [&str; 4] = ["store", "jobs", "server", "cli"];

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("ui") {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The modules named by `crate::…` in the part of `text` that is not test code or a comment.
fn imports(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = BTreeSet::new();
    for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            assert!(!rest.starts_with('{'), "write one `use crate::module::…` a module, not: {line}");
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if rest[name.len()..].starts_with("::") || rest[name.len()..].starts_with(';') {
                found.insert(name);
            }
        }
    }
    found
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn every_module_imports_only_what_its_floor_allows() {
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        FLOORS.iter().map(|(module, imports)| (*module, imports.iter().copied().collect())).collect();
    let mut files = Vec::new();
    rust_files(&source_root(), &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let relative = file.strip_prefix(source_root()).unwrap();
        let first = relative.components().next().unwrap().as_os_str().to_string_lossy().replace(".rs", "");
        if ["lib", "main", "build"].contains(&first.as_str()) {
            continue;
        }
        let Some(may) = allowed.get(first.as_str()) else {
            wrong.push(format!("{}: module {first} has no floor in tests/layers.rs", relative.display()));
            continue;
        };
        for import in imports(&fs::read_to_string(&file).unwrap()) {
            if import != first && !may.contains(import.as_str()) {
                wrong.push(format!("{}: {first} may not import {import}", relative.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_referee_does_not_touch_the_hierarchy_it_checks() {
    let mut files = Vec::new();
    rust_files(&source_root(), &mut files);
    files.retain(|file| file.starts_with(source_root().join("audit")));
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for word in ["RoadIndex", "RoadQuery", "road::hierarchy", "road::table"] {
            assert!(!text.contains(word), "{} names {word}", file.display());
        }
    }
}

#[test]
fn below_the_store_nothing_opens_files_reads_the_clock_or_the_environment() {
    let forbidden = ["std::fs", "std::env", "SystemTime::now", "Timestamp::now(", "Zoned::now("];
    let mut files = Vec::new();
    for (module, _) in FLOORS.iter().filter(|(module, _)| !FROM_THE_STORE_UP.contains(module)) {
        let folder = source_root().join(module);
        if folder.is_dir() {
            rust_files(&folder, &mut files);
        }
    }
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in forbidden {
            let clean = code.lines().all(|line| line.trim_start().starts_with("//") || !line.contains(word));
            assert!(clean, "{} uses {word}", file.display());
        }
    }
}
