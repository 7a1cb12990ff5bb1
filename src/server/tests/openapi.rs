//! The document that the pages' types are generated from has the shapes of the one that the server hands out.

use crate::openapi::document;
use crate::routes::routes;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The copy among the pages, in the folder above the packages.
fn copy_of_the_pages() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.ancestors().find(|folder| folder.join("src/ui").is_dir()).unwrap();
    root.join("src/ui/shared/api/openapi.json")
}

/// Empties descriptions: wording is no part of a shape. OpenAPI asks for some of them, so their names stay.
fn without_prose(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if field.is_string() && (name == "description" || name == "summary") {
                    *field = json!("");
                } else {
                    without_prose(field);
                }
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(without_prose),
        _ => {}
    }
}

/// After a change: `BLESS=1 cargo test -p coldmile-server openapi`, then `npm run types` in `src/ui`.
#[test]
fn the_pages_keep_the_shapes_of_the_document() {
    let mut document = serde_json::to_value(document(&routes())).unwrap();
    without_prose(&mut document);
    document.sort_all_objects();
    let expected = serde_json::to_string_pretty(&document).unwrap() + "\n";
    let path = copy_of_the_pages();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (kept, expected)) in kept.lines().zip(expected.lines()).enumerate() {
        assert_eq!(kept, expected, "line {} of openapi.json; BLESS=1 renews it", number + 1);
    }
    assert_eq!(kept.lines().count(), expected.lines().count(), "lines of openapi.json; BLESS=1 renews it");
}
