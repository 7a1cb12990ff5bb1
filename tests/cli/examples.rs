//! The examples run and print their result. They are built into this test, so that what runs is never stale.

#[path = "../../examples/first_route.rs"]
#[expect(dead_code, reason = "its main is the example's own")]
mod first_route;
#[path = "../../examples/open_a_centre.rs"]
#[expect(dead_code, reason = "its main is the example's own")]
mod open_a_centre;
#[path = "../../examples/plan_a_day.rs"]
#[expect(dead_code, reason = "its main is the example's own")]
mod plan_a_day;

fn text(out: Vec<u8>) -> String {
    String::from_utf8(out).unwrap()
}

#[test]
fn first_route_takes_the_ferry_to_gozo() {
    let mut out = Vec::new();
    first_route::story(&mut out).unwrap();
    let text = text(out);
    assert!(text.contains("Ferry") && text.contains("Valletta to Victoria on Gozo"), "{text}");
}

#[test]
fn plan_a_day_audits_clean() {
    let mut out = Vec::new();
    plan_a_day::story(&mut out).unwrap();
    let text = text(out);
    assert!(text.contains("no violations") && text.contains("R18 unplanned"), "{text}");
}

#[test]
fn open_a_centre_prints_a_paired_difference() {
    let mut out = Vec::new();
    open_a_centre::story(&mut out).unwrap();
    let text = text(out);
    assert!(text.contains("a centre on the south bank changes a day's cost by"), "{text}");
}
