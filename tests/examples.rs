//! The examples run and print their result.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;
use std::process::Command;

/// What an example prints. Cargo builds examples before tests, beside the folder this test runs from.
fn printed(example: &str) -> String {
    let folder: PathBuf =
        std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("examples");
    let output = Command::new(folder.join(example)).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn first_route_takes_the_ferry_to_gozo() {
    let text = printed("first_route");
    assert!(text.contains("Ferry") && text.contains("Valletta to Victoria on Gozo"), "{text}");
}

#[test]
fn plan_a_day_audits_clean() {
    let text = printed("plan_a_day");
    assert!(text.contains("no violations") && text.contains("R18 stays"), "{text}");
}

#[test]
fn open_a_centre_prints_a_paired_difference() {
    let text = printed("open_a_centre");
    assert!(text.contains("a centre on the south bank changes a day's cost by"), "{text}");
}
