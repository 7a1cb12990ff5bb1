//! Plans of version 1, as older programs wrote and stored them, in the present form.

use serde_json::{Value, json};

/// Makes a plan of version 1 one of version 2: fills in what it did not have. What is no plan stays none.
pub fn convert(plan: &mut Value) {
    let Some(fields) = plan.as_object_mut() else { return };
    fields.insert("version".to_owned(), json!(2));
    if let Some(totals) = fields.get_mut("totals").and_then(Value::as_object_mut) {
        let cost = |name: &str| totals.get(name).cloned().unwrap_or(json!(0));
        let parts = json!({
            "linehaul": cost("linehaul_cost"),
            "last_mile": cost("last_mile_cost"),
            "centres": cost("centre_cost"),
            "walks": 0,
            "lateness": 0,
            "cold_margin": 0,
        });
        let objective = cost("cost");
        totals.insert("objective".to_owned(), objective);
        totals.insert("objective_parts".to_owned(), parts);
    }
    for order in rows(fields.get_mut("orders")) {
        order.insert("walk".to_owned(), Value::Null);
    }
    for order in rows(fields.get_mut("unplanned")) {
        order.remove("relaxation");
        order.insert("details".to_owned(), json!({}));
        order.insert("tried".to_owned(), json!([]));
        order.insert("relaxations".to_owned(), json!([]));
    }
}

/// The objects of a list.
fn rows(list: Option<&mut Value>) -> impl Iterator<Item = &mut serde_json::Map<String, Value>> {
    list.and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut)
}

#[cfg(test)]
mod tests {
    use super::super::{DayPlan, PLAN_VERSION};
    use coldmile_units::Money;

    const OLD: &str = r#"{
        "version": 1, "name": "Town", "date": "2026-03-17", "timezone": "Europe/Malta", "currency": "EUR", "attribution": "",
        "totals": {
            "orders": 2, "planned": 1, "unplanned": 1, "doors": 0, "pickups": 1, "runs": 0, "trips": 0,
            "linehaul_distance": 0, "last_mile_distance": 0, "travel_time": 0, "working_time": 0,
            "linehaul_cost": 500, "last_mile_cost": 300, "centre_cost": 200, "cost": 1000, "co2e_g": 0
        },
        "waves": [], "runs": [],
        "orders": [{
            "order": "A", "centre": "C", "wave": "am", "handover": "pickup", "linehaul": "R-T", "ready_at": 0, "leaves_at": 9,
            "delivery": null, "cost": { "linehaul": 500, "last_mile": 300, "handling": 100, "centre": 100 }
        }],
        "unplanned": [{
            "order": "B", "code": "unplanned/after-cut-off", "impossible": true,
            "reason": "it was placed 75 min after the last cut-off", "relaxation": { "text": "cut-off +75 min" }
        }]
    }"#;

    #[test]
    fn a_plan_of_version_1_is_read_with_what_it_did_not_have_filled_in() {
        let plan = DayPlan::from_json(OLD.as_bytes()).unwrap();
        assert_eq!(plan.version, PLAN_VERSION);
        assert_eq!((plan.totals.cost, plan.totals.objective), (Money(1_000), Money(1_000)));
        assert_eq!(plan.totals.objective_parts.total(), Money(1_000));
        assert_eq!(plan.totals.objective_parts.walks, Money(0));
        assert_eq!(plan.orders[0].walk, None);
        let left_out = &plan.unplanned[0];
        assert_eq!(left_out.reason, "it was placed 75 min after the last cut-off");
        assert!(left_out.details.is_empty() && left_out.tried.is_empty() && left_out.relaxations.is_empty());
        assert_eq!(DayPlan::from_json(plan.to_json().as_bytes()).unwrap(), plan);
        // What is no plan stays none.
        assert!(DayPlan::from_json(br#"{ "version": 1 }"#).is_err());
    }
}
