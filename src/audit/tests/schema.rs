//! `data/plan.schema.json` describes what plans are: real plans are valid by it, and it allows nothing else.

use super::fixture::{day, plan};
use coldmile_plan::{REASONS, RelaxationKind};
use jsonschema::Validator;
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../data/plan.schema.json");

fn validator() -> Validator {
    jsonschema::draft202012::new(&serde_json::from_str(SCHEMA).unwrap()).unwrap()
}

/// A plan as JSON with every optional part present somewhere.
fn full_plan() -> Value {
    let mut plan: Value = serde_json::from_str(&plan(&day()).to_json()).unwrap();
    let row = json!({ "id": "B1", "base": "C1" });
    plan["unplanned"][0]["tried"] = json!(["pin", "courier"]);
    plan["unplanned"][0]["relaxations"] = json!([
        { "kind": "pin", "cost": 0, "edits": [
            { "file": "orders.csv", "table": "order", "id": "o6", "field": "lat", "from": "36.5", "to": "36.2" },
        ] },
        { "kind": "courier", "cost": 5, "edits": [
            { "file": "network.toml", "table": "courier", "id": "B1", "field": null, "from": null, "to": row },
        ] },
    ]);
    plan
}

/// Paths of all values inside `value`, as JSON pointers.
fn paths(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, part) in object {
                paths(part, format!("{path}/{name}"), found);
            }
        }
        Value::Array(list) => {
            for (index, part) in list.iter().enumerate() {
                paths(part, format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
    found.push(path);
}

#[test]
fn the_schema_is_a_valid_schema() {
    jsonschema::draft202012::meta::validate(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
}

#[test]
fn a_plan_is_what_the_schema_says() {
    let bare: Value = serde_json::from_str(&plan(&day()).to_json()).unwrap();
    let mut with_break = bare.clone();
    let begun = &bare["runs"][1]["starts_at"];
    let row = json!({ "trip": 0, "stop": 0, "starts_at": begun, "ends_at": begun });
    with_break["runs"][1]["breaks"] = json!([row]);
    for plan in [full_plan(), bare, with_break] {
        let faults: Vec<String> = validator()
            .iter_errors(&plan)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}

#[test]
fn every_field_of_a_plan_is_required_and_no_other_is_allowed() {
    let validator = validator();
    let plan = full_plan();
    let mut all = Vec::new();
    paths(&plan, String::new(), &mut all);
    for path in all {
        // A new row has the keys of its table.
        if path.contains("/edits/0/to") {
            continue;
        }
        if plan.pointer(&path).unwrap().is_object() {
            let mut extra = plan.clone();
            extra.pointer_mut(&path).unwrap()["surprise"] = json!(1);
            assert!(!validator.is_valid(&extra), "{path} takes anything");
        }
        let Some((parent, name)) = path.rsplit_once('/') else { continue };
        let mut less = plan.clone();
        if less
            .pointer_mut(parent)
            .unwrap()
            .as_object_mut()
            .is_some_and(|parent| parent.remove(name).is_some())
            // What no vehicle could bring straight from its hub does not have it.
            && !(parent.starts_with("/orders") && name == "direct")
        {
            assert!(!validator.is_valid(&less), "{path} may be missing");
        }
    }
}

#[test]
fn a_value_of_the_wrong_kind_is_refused() {
    let cases = [
        ("/version", json!(1)),
        ("/totals/cost", json!("much")),
        ("/runs/0/echelon", json!("air")),
        ("/runs/0/trips/0/stops/0/place", json!({ "door": { "order": "o1" }, "centre": {} })),
        ("/runs/0/trips/0/stops/0/point", json!([35.9, 14.5, 0.0])),
        ("/runs/0/trips/0/stops/0/point", json!([95.9, 14.5])),
        ("/runs/0/trips/0/legs/0/duration", json!(1.5)),
        ("/runs/0/trips/0/legs/0/distance", json!(-1)),
        ("/runs/0/trips/0/manifest/load/volumes", json!([1, 2])),
        ("/orders/0/handover", json!("Door")),
        ("/orders/0/delivery", json!(0)),
        ("/unplanned/0/reason", json!("")),
        ("/unplanned/0/code", json!("unplanned/after-cut-off")),
        ("/unplanned/0/tried", json!(["luck"])),
        ("/unplanned/0/relaxations/0/kind", json!("luck")),
        ("/unplanned/0/relaxations/0/cost", json!(-1)),
        ("/unplanned/0/relaxations/0/edits/0/to", json!(null)),
        ("/unplanned/0/relaxations/0/edits/0/file", json!("rules.toml")),
        ("/orders/0/walk", json!(120)),
        ("/date", json!("17 March 2026")),
        ("/currency", json!("euro")),
    ];
    let validator = validator();
    for (path, value) in cases {
        let mut plan = full_plan();
        *plan.pointer_mut(path).unwrap() = value;
        assert!(!validator.is_valid(&plan), "{path}");
    }
}

#[test]
fn the_schema_has_every_reason_with_its_figures_and_every_kind_of_change() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let listed = schema["$defs"]["unplanned"]["properties"]["code"]["enum"].as_array().unwrap();
    assert_eq!(*listed, REASONS.iter().map(|reason| json!(reason.code)).collect::<Vec<_>>());
    let kinds = RelaxationKind::ALL.map(|kind| json!(kind.name()));
    assert_eq!(schema["$defs"]["relaxation_kind"]["enum"], json!(kinds));
    assert_eq!(json!(RelaxationKind::ALL), json!(kinds));
    let validator = validator();
    for reason in REASONS {
        for names in reason.details {
            let figure = |name: &str| match name {
                "hubs" => json!(["H"]),
                "carrier" => json!("truck"),
                "compartment" => json!("frozen"),
                "centre" => json!("C1"),
                _ => json!(3),
            };
            let mut plan = full_plan();
            plan["unplanned"][0]["code"] = json!(reason.code);
            plan["unplanned"][0]["details"] =
                names.iter().map(|name| ((*name).to_owned(), figure(name))).collect();
            assert!(validator.is_valid(&plan), "{} {names:?}", reason.code);
        }
    }
}
