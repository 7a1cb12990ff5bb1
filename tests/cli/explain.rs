//! `explain` as a caller sees it.

use serde_json::Value;
use std::process::{Command, Output};

fn explain(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_coldmile")).arg("explain").args(args).output().unwrap()
}

fn stdout(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_code_is_explained_in_text_and_as_json() {
    let text = stdout(&explain(&["order/unknown-centre"]));
    for part in ["order/unknown-centre", "meaning", "cause", "remedy"] {
        assert!(text.contains(part), "{text}");
    }
    let json: Value = serde_json::from_str(&stdout(&explain(&["--json", "audit/outside-window"]))).unwrap();
    assert_eq!(json["code"], "audit/outside-window");
    for part in ["group", "meaning", "cause", "remedy"] {
        assert!(json[part].as_str().is_some_and(|text| !text.is_empty()), "{json}");
    }
}

#[test]
fn without_a_code_all_are_listed() {
    let text = stdout(&explain(&[]));
    let json: Value = serde_json::from_str(&stdout(&explain(&["--json"]))).unwrap();
    let codes = json["codes"].as_array().unwrap();
    assert!(codes.len() > 250, "{}", codes.len());
    assert!(codes.iter().all(|code| text.contains(code["code"].as_str().unwrap())));
}

#[test]
fn an_unknown_code_is_a_wrong_call_that_names_similar_ones() {
    let output = explain(&["order/unknown-center"]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("order/unknown-centre"), "{text}");
}
