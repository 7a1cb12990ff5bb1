//! `data/plan.schema.json` describes what plans are, held to it by a validator of the few keywords it uses.

use super::fixture::{day, plan};
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../data/plan.schema.json");

/// Keywords that say nothing about validity, and those that [`problems`] understands.
const KEYWORDS: &[&str] = &[
    "$schema",
    "$id",
    "$defs",
    "title",
    "description",
    "$ref",
    "type",
    "enum",
    "const",
    "oneOf",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "minLength",
    "pattern",
];

/// What is wrong with `value`, each with the path to it. `pattern` is left to readers with regular expressions.
fn problems(root: &Value, schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let Some(rules) = schema.as_object() else {
        return if *schema == json!(false) { vec![format!("{path}: not allowed")] } else { found };
    };
    for (keyword, rule) in rules {
        assert!(KEYWORDS.contains(&keyword.as_str()), "{path}: unknown keyword {keyword}");
        let holds = match keyword.as_str() {
            "$ref" => {
                let target = root.pointer(rule.as_str().unwrap().trim_start_matches('#')).unwrap();
                found.extend(problems(root, target, value, path));
                true
            }
            "type" => match rule.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "integer" => value.is_i64() || value.is_u64(),
                "number" => value.is_number(),
                "boolean" => value.is_boolean(),
                "null" => value.is_null(),
                other => panic!("{path}: unknown type {other}"),
            },
            "enum" => rule.as_array().unwrap().contains(value),
            "const" => rule == value,
            "oneOf" => {
                let fits = |option: &&Value| problems(root, option, value, path).is_empty();
                rule.as_array().unwrap().iter().filter(fits).count() == 1
            }
            "required" => {
                let names = rule.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                names.clone().all(|name| value.get(name).is_some())
            }
            "properties" => {
                for (name, inner) in rule.as_object().unwrap() {
                    if let Some(part) = value.get(name) {
                        found.extend(problems(root, inner, part, &format!("{path}/{name}")));
                    }
                }
                true
            }
            "additionalProperties" => {
                assert_eq!(rule, &json!(false), "{path}: objects of the plan are closed");
                let known = rules["properties"].as_object().unwrap();
                value.as_object().is_none_or(|object| object.keys().all(|name| known.contains_key(name)))
            }
            "items" | "prefixItems" => {
                let start = rules.get("prefixItems").map_or(0, |first| first.as_array().unwrap().len());
                for (index, part) in value.as_array().into_iter().flatten().enumerate() {
                    let inner = match (keyword.as_str(), index < start) {
                        ("prefixItems", true) => &rule[index],
                        ("items", false) => rule,
                        _ => continue,
                    };
                    found.extend(problems(root, inner, part, &format!("{path}/{index}")));
                }
                true
            }
            "minItems" => value.as_array().is_none_or(|list| list.len() as u64 >= rule.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|list| list.len() as u64 <= rule.as_u64().unwrap()),
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
            "minLength" => {
                value.as_str().is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().unwrap())
            }
            _ => true,
        };
        if !holds {
            found.push(format!("{path}: breaks {keyword} {rule}"));
        }
    }
    found
}

fn judge(value: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    problems(&schema, &schema, value, "")
}

/// A plan as JSON with every optional part present somewhere.
fn full_plan() -> Value {
    let mut plan: Value = serde_json::from_str(&plan(&day()).to_json()).unwrap();
    plan["unplanned"][0]["relaxation"] = json!({ "text": "a boat" });
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
fn a_plan_is_what_the_schema_says() {
    assert_eq!(judge(&full_plan()), Vec::<String>::new());
    let bare: Value = serde_json::from_str(&plan(&day()).to_json()).unwrap();
    assert_eq!(judge(&bare), Vec::<String>::new());
}

#[test]
fn every_field_of_a_plan_is_required_and_no_other_is_allowed() {
    let plan = full_plan();
    let mut all = Vec::new();
    paths(&plan, String::new(), &mut all);
    for path in all {
        if plan.pointer(&path).unwrap().is_object() {
            let mut extra = plan.clone();
            extra.pointer_mut(&path).unwrap()["surprise"] = json!(1);
            assert!(!judge(&extra).is_empty(), "{path} takes anything");
        }
        let Some((parent, name)) = path.rsplit_once('/') else { continue };
        let mut less = plan.clone();
        if less
            .pointer_mut(parent)
            .unwrap()
            .as_object_mut()
            .is_some_and(|parent| parent.remove(name).is_some())
        {
            assert!(!judge(&less).is_empty(), "{path} may be missing");
        }
    }
}

#[test]
fn a_value_of_the_wrong_kind_is_refused() {
    let cases = [
        ("/version", json!(2)),
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
    ];
    for (path, value) in cases {
        let mut plan = full_plan();
        *plan.pointer_mut(path).unwrap() = value;
        assert!(!judge(&plan).is_empty(), "{path}");
    }
}
