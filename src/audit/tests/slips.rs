//! Every figure and name of a plan matters: a change of any one of them is found, or is harmless for a stated reason.

use super::fixture::{day, plan, roads};
use crate::{AuditReport, audit};
use coldmile_plan::DayPlan;
use serde_json::{Value, json};

/// Where a change may go unnoticed, and why. `*` stands for any position in a list.
const HARMLESS: &[(&str, &str)] = &[
    ("/attribution", "not used by any rule"),
    ("/orders/*/walk/distance", "paths of the same duration may differ a little in length"),
];

/// Where a change to a later time may go unnoticed: a plan may promise less than is possible.
const HARMLESS_LATER: &[&str] =
    &["/waves/*/ready_at", "/orders/*/ready_at", "/runs/0/trips/*/stops/*/starts_at"];

fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, part) in object {
                leaves(part, &format!("{path}/{name}"), found);
            }
        }
        Value::Array(list) => {
            for (index, part) in list.iter().enumerate() {
                leaves(part, &format!("{path}/{index}"), found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

fn matches(path: &str, pattern: &str) -> bool {
    let (path, pattern): (Vec<_>, Vec<_>) = (path.split('/').collect(), pattern.split('/').collect());
    path.len() == pattern.len()
        && path.iter().zip(&pattern).all(|(part, wanted)| *wanted == "*" || part == wanted)
}

/// The audit of the plan with `value` at `path`; `None` when that is no plan at all any more.
fn audit_with(path: &str, value: Value) -> Option<AuditReport> {
    let day = day();
    let mut json: Value = serde_json::from_str(&plan(&day).to_json()).unwrap();
    *json.pointer_mut(path).unwrap() = value;
    let plan = DayPlan::from_json(json.to_string().as_bytes()).ok()?;
    Some(audit(&day, &plan, &roads()))
}

#[test]
fn a_slip_in_any_figure_or_name_is_found() {
    let valid: Value = serde_json::from_str(&plan(&day()).to_json()).unwrap();
    let mut paths = Vec::new();
    leaves(&valid, "", &mut paths);
    let mut unnoticed = Vec::new();
    for path in paths.iter().filter(|path| !HARMLESS.iter().any(|(pattern, _)| matches(path, pattern))) {
        let slips: Vec<(&[&str], Value)> = match valid.pointer(path).unwrap() {
            Value::Number(number) if number.is_i64() => {
                let number = number.as_i64().unwrap();
                vec![(HARMLESS_LATER, json!(number + 1)), (&[], json!(number - 1))]
            }
            Value::Number(number) => vec![(&[], json!(number.as_f64().unwrap() + 1e-6))],
            Value::String(text) => vec![(&[], json!(format!("{text}x")))],
            Value::Bool(truth) => vec![(&[], json!(!truth))],
            Value::Null => continue,
            _ => unreachable!("a leaf is neither a list nor an object"),
        };
        for (harmless, slip) in slips {
            let is_found = audit_with(path, slip.clone()).is_none_or(|report| !report.is_clean());
            if !is_found && !harmless.iter().any(|pattern| matches(path, pattern)) {
                unnoticed.push(format!("{path}: {slip}"));
            }
        }
    }
    assert!(paths.len() > 200, "{}", paths.len());
    assert!(unnoticed.is_empty(), "\n{}", unnoticed.join("\n"));
}

#[test]
fn no_figure_however_absurd_makes_the_audit_panic() {
    let valid: Value = serde_json::from_str(&plan(&day()).to_json()).unwrap();
    let mut paths = Vec::new();
    leaves(&valid, "", &mut paths);
    for path in paths.iter().filter(|path| valid.pointer(path).unwrap().is_number()) {
        for absurd in [json!(i64::MAX), json!(i64::MIN), json!(0), json!(u64::MAX)] {
            if let Some(report) = audit_with(path, absurd) {
                assert!(!report.to_string().is_empty(), "{path}");
            }
        }
    }
}
