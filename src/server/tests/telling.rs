//! Events: told once, twice, wrongly, by others.

use super::{Ask, MORNING, Town, day_town};
use crate::{ServerConfig, add_plan, publish_draft};
use axum::http::StatusCode;
use serde_json::{Value, json};

/// Event number `n` of a device.
fn event(n: u32, kind: &str, more: Value) -> Value {
    let mut event = json!({
        "id": format!("01890a5d-ac96-774b-bcce-{n:012}"), "seq": n, "kind": kind,
        "occurred_at": MORNING - 600 + i64::from(n), "device_offset_ms": 0, "payload": {},
    });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

async fn tell(town: &Town, token: &str, events: &[Value]) -> Vec<(String, String)> {
    let answer = town.ask(Ask::post("/api/v1/events", &json!({ "events": events })).by(token)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let results = answer.json()["results"].as_array().unwrap().clone();
    assert_eq!(results.len(), events.len());
    results
        .iter()
        .map(|result| {
            let code = result["code"].as_str().unwrap_or_default().to_owned();
            (result["status"].as_str().unwrap().to_owned(), code)
        })
        .collect()
}

fn is(status: &str, code: &str) -> (String, String) {
    (status.to_owned(), code.to_owned())
}

#[tokio::test]
async fn a_delivery_is_told_once_however_often_it_is_sent() {
    let town = Town::new().await;
    let batch = [
        event(1, "departed", json!({ "run": "R-K1", "payload": { "trip": 0 } })),
        event(2, "arrived", json!({ "stop": "R-K1/0/0" })),
        event(3, "delivered", json!({ "order": "O1", "stop": "R-K1/0/0", "payload": { "note": "thanks" } })),
    ];
    let accepted = vec![is("accepted", ""); 3];
    assert_eq!(tell(&town, &town.courier, &batch).await, accepted);
    let route = town.ask(Ask::get("/api/v1/courier/route").by(&town.courier)).await.json();
    assert_eq!(route["trips"][0]["stops"][0]["state"], "delivered");
    assert_eq!(route["trips"][0]["departed_at"], MORNING - 599);
    for _ in 0..3 {
        assert_eq!(tell(&town, &town.courier, &batch).await, vec![is("duplicate", ""); 3]);
    }
    let stored = town.get("/api/v1/events").await.json();
    assert_eq!(stored["items"].as_array().unwrap().len(), 3);
    assert_eq!(stored["items"][2]["payload"]["note"], "thanks");
    assert_eq!(stored["items"][2]["actor"]["role"], "courier");
    let order = town.get("/api/v1/orders/O1").await.json();
    assert_eq!((&order["state"], order["events"].as_array().unwrap().len()), (&json!("delivered"), 1));
}

#[tokio::test]
async fn many_phones_at_once_lose_and_repeat_nothing() {
    let town = Town::new().await;
    let batches: Vec<Vec<Value>> = (0..20)
        .map(|batch| (0..50).map(|n| event(batch * 50 + n + 1, "noted", json!({}))).collect())
        .collect();
    // Every batch is sent twice, all at the same time.
    let asks = batches.iter().chain(&batches).map(|batch| tell(&town, &town.courier, batch));
    let results: Vec<_> = futures_util::future::join_all(asks).await.into_iter().flatten().collect();
    let accepted = results.iter().filter(|result| result.0 == "accepted").count();
    assert_eq!((accepted, results.len()), (1_000, 2_000));
    let (mut numbers, mut path) = (Vec::new(), "/api/v1/events?limit=300".to_owned());
    loop {
        let page = town.get(&path).await.json();
        numbers.extend(page["items"].as_array().unwrap().iter().map(|item| item["number"].as_u64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/events?limit=300&cursor={next}");
    }
    assert_eq!(numbers, (1..=1_000).collect::<Vec<u64>>());
}

#[tokio::test]
async fn a_wrong_event_does_not_hold_up_the_others() {
    let town = Town::new().await;
    let mut reused = event(1, "noted", json!({ "order": "O1" }));
    reused["kind"] = json!("failed");
    reused["payload"] = json!({ "reason": "nobody-home" });
    let batch = [
        event(1, "noted", json!({ "order": "O1" })),
        event(2, "eaten", json!({})),
        event(3, "delivered", json!({})),
        json!({ "id": "x" }),
        json!("nonsense"),
        event(4, "noted", json!({ "delivered_at": 1 })),
        reused,
        event(5, "failed", json!({ "order": "O1", "payload": { "reason": "nobody-home" } })),
    ];
    let results = tell(&town, &town.courier, &batch).await;
    assert_eq!(results[0], is("accepted", ""));
    assert_eq!(results[1], is("rejected", "event/bad-kind"));
    assert_eq!(results[2], is("rejected", "event/missing-reference"));
    assert_eq!(results[3..6], vec![is("rejected", "event/malformed"); 3]);
    assert_eq!(results[6], is("rejected", "event/id-reused"));
    assert_eq!(results[7], is("accepted", ""));
    let many: Vec<_> = (1..=101).map(|n| event(n, "noted", json!({}))).collect();
    let answer = town.ask(Ask::post("/api/v1/events", &json!({ "events": many })).by(&town.courier)).await;
    assert_eq!(answer.code(), "event/too-many");
}

#[tokio::test]
async fn an_event_is_no_longer_than_any_that_a_device_makes() {
    let town = Town::new().await;
    let long = "C".repeat(65);
    let events = [
        event(1, "noted", json!({ "centre": long })),
        event(2, "noted", json!({ "order": long })),
        event(3, "noted", json!({ "run": long })),
        event(4, "noted", json!({ "stop": format!("{}/0/0", "R".repeat(120)) })),
        event(5, "noted", json!({ "payload": { "note": "n".repeat(9_000) } })),
        event(6, "noted", json!({ "kind": "n".repeat(17_000) })),
        event(7, "noted", json!({ "payload": { "note": "n".repeat(7_000) } })),
    ];
    for token in [&town.dispatcher, &town.courier] {
        let results = tell(&town, token, &events[..6]).await;
        assert_eq!(results[..4], vec![is("rejected", "event/long-id"); 4]);
        assert_eq!(results[4..], vec![is("rejected", "event/too-large"); 2]);
    }
    assert_eq!(tell(&town, &town.courier, &events[6..]).await, [is("accepted", "")]);
}

#[tokio::test]
async fn every_reference_of_an_event_belongs_to_its_sender() {
    let town = Town::new().await;
    // R-T1 brings C1 its orders, R-K1 starts at C1; O3 and R-K2 are of C2.
    let centre = [
        event(1, "noted", json!({ "run": "R-K2" })),
        event(2, "noted", json!({ "order": "O3" })),
        event(3, "noted", json!({ "stop": "R-K2/0/0" })),
        event(4, "noted", json!({ "order": "unknown" })),
        event(5, "received", json!({ "centre": "C1", "run": "R-K2" })),
        event(
            6,
            "undone",
            json!({ "order": "O3", "payload": { "event": "01890a5d-ac96-774b-bcce-000000000001" } }),
        ),
    ];
    assert_eq!(tell(&town, &town.centre, &centre).await, vec![is("rejected", "event/not-yours"); 6]);
    let own = [
        event(7, "noted", json!({ "run": "R-K1", "order": "O1", "stop": "R-K1/0/0" })),
        event(8, "received", json!({ "centre": "C1", "run": "R-T1" })),
        event(9, "noted", json!({})),
    ];
    assert_eq!(tell(&town, &town.centre, &own).await, vec![is("accepted", ""); 3]);
    let courier = [
        event(10, "noted", json!({ "centre": "C2" })),
        event(11, "noted", json!({ "run": "R-K1", "order": "O3" })),
        event(12, "departed", json!({ "run": "R-K1", "centre": "C2", "payload": { "trip": 0 } })),
    ];
    assert_eq!(tell(&town, &town.courier, &courier).await, vec![is("rejected", "event/not-yours"); 3]);
    assert_eq!(
        tell(&town, &town.courier, &[event(13, "noted", json!({ "centre": "C1" }))]).await,
        [is("accepted", "")]
    );
}

#[tokio::test]
async fn without_a_plan_a_device_is_told_to_come_again() {
    let town = Town::unpublished(ServerConfig::default(), day_town::replanned()).await;
    let events =
        json!({ "events": [event(1, "departed", json!({ "run": "R-K1", "payload": { "trip": 0 } }))] });
    let send = || Ask::post("/api/v1/events", &events).by(&town.courier);
    let later = town.ask(send()).await;
    assert_eq!(
        (later.status, later.code().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "plan/none-published")
    );
    publish_draft(&town.state, town.plan).await.unwrap();
    assert_eq!(town.ask(send()).await.json()["results"][0]["status"], "accepted");
}

#[tokio::test]
async fn devices_report_only_what_is_theirs() {
    let town = Town::new().await;
    let foreign = [
        event(1, "delivered", json!({ "order": "O3" })),
        event(2, "departed", json!({ "run": "R-K2", "payload": { "trip": 0 } })),
        event(3, "arrived", json!({ "stop": "R-K2/0/0" })),
        event(4, "received", json!({ "centre": "C1", "run": "R-T1" })),
        event(5, "delivered", json!({ "order": "O2" })),
    ];
    assert_eq!(tell(&town, &town.courier, &foreign).await, vec![is("rejected", "event/not-yours"); 5]);
    let foreign = [
        event(1, "received", json!({ "centre": "C2", "run": "R-T1" })),
        event(2, "collected", json!({ "centre": "C2", "order": "O3", "payload": { "code": "1" } })),
        event(3, "delivered", json!({ "order": "O1" })),
        event(4, "departed", json!({ "run": "R-K1", "payload": { "trip": 0 } })),
    ];
    assert_eq!(tell(&town, &town.centre, &foreign).await, vec![is("rejected", "event/not-yours"); 4]);
    assert!(town.get("/api/v1/events").await.json()["items"].as_array().unwrap().is_empty());
    // And hears only of what is theirs.
    tell(&town, &town.dispatcher, &[event(10, "delivered", json!({ "order": "O3" }))]).await;
    tell(&town, &town.dispatcher, &[event(11, "delivered", json!({ "order": "O1" }))]).await;
    let heard = town.ask(Ask::get("/api/v1/events").by(&town.centre)).await.json();
    let orders: Vec<_> = heard["items"].as_array().unwrap().iter().map(|item| &item["order"]).collect();
    assert_eq!(orders, ["O1"]);
}

#[tokio::test]
async fn a_phone_that_missed_the_new_plan_is_still_heard() {
    let town = Town::new().await;
    let (store, day) = (town.state.store(), town.state.day_id());
    let planned = super::planned(day_town::other_plan());
    let plan = add_plan(store, day, planned, "hand".to_owned(), None, town.state.now()).await.unwrap();
    publish_draft(&town.state, plan).await.unwrap();
    // O1 is K2's now, but K1 had delivered it before hearing so.
    let late = [event(1, "delivered", json!({ "order": "O1", "run": "R-K1", "stop": "R-K1/0/0" }))];
    assert_eq!(tell(&town, &town.courier, &late).await, [is("accepted", "")]);
    assert_eq!(town.get("/api/v1/orders/O1").await.json()["state"], "delivered");
}

#[tokio::test]
async fn a_hand_over_needs_the_code_and_happens_once() {
    let town = Town::new().await;
    let code = town.pickup_code("O2").await;
    let other = town.pickup_code("O5").await;
    let collect = |n, order: &str, code: Value| {
        event(n, "collected", json!({ "centre": "C1", "order": order, "payload": { "code": code } }))
    };
    let received = event(1, "received", json!({ "centre": "C1", "run": "R-T1" }));
    assert_eq!(tell(&town, &town.centre, &[received]).await, [is("accepted", "")]);
    let waiting = town.ask(Ask::get("/api/v1/centres/C1/desk").by(&town.centre)).await.json();
    assert_eq!(waiting["waiting"][0]["state"], "at-centre");
    assert_eq!(waiting["arrivals"][0]["received_at"], MORNING - 599);
    assert_eq!(
        tell(&town, &town.centre, &[collect(2, "O2", json!(null))]).await,
        [is("rejected", "pickup/code-required")]
    );
    assert_eq!(
        tell(&town, &town.centre, &[collect(3, "O2", json!("0"))]).await,
        [is("rejected", "pickup/unknown-code")]
    );
    assert_eq!(
        tell(&town, &town.centre, &[collect(4, "O2", json!(other))]).await,
        [is("rejected", "pickup/unknown-code")]
    );
    assert_eq!(tell(&town, &town.centre, &[collect(5, "O2", json!(code))]).await, [is("accepted", "")]);
    assert_eq!(tell(&town, &town.centre, &[collect(5, "O2", json!(code))]).await, [is("duplicate", "")]);
    assert_eq!(
        tell(&town, &town.centre, &[collect(6, "O2", json!(code))]).await,
        [is("conflict", "event/already-collected")]
    );
    let stored = town.get("/api/v1/events").await.text();
    assert!(!stored.contains(&code), "codes are not kept with events");
    // The code has opened its order and opens nothing more, not even when the hand-over is taken back.
    let look = |code: &str| Ask::post("/api/v1/centres/C1/pickup", &json!({ "code": code })).by(&town.centre);
    assert_eq!(town.ask(look(&code)).await.code(), "pickup/unknown-code");
    assert_eq!(town.get("/api/v1/orders/O2").await.json()["pickup_code"], Value::Null);
    let undo = |n: u32, of: u32| {
        let id = event(of, "noted", json!({}))["id"].clone();
        event(n, "undone", json!({ "centre": "C1", "payload": { "event": id } }))
    };
    tell(&town, &town.centre, &[undo(7, 6), undo(8, 5)]).await;
    assert_eq!(town.get("/api/v1/orders/O2").await.json()["state"], "at-centre");
    assert_eq!(
        tell(&town, &town.centre, &[collect(9, "O2", json!(code))]).await,
        [is("rejected", "pickup/unknown-code")]
    );
    assert_eq!(tell(&town, &town.centre, &[collect(5, "O2", json!(code))]).await, [is("duplicate", "")]);
    let new = town.pickup_code("O2").await;
    assert_eq!(tell(&town, &town.centre, &[collect(10, "O2", json!(new))]).await, [is("accepted", "")]);
}

#[tokio::test]
async fn bodies_have_an_end() {
    let town = Town::new().await;
    let long =
        json!({ "events": [event(1, "noted", json!({ "payload": { "note": "x".repeat(2_000_000) } }))] });
    let answer = town.ask(Ask::post("/api/v1/events", &long).by(&town.courier)).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "request/too-large"));
    let long = json!({ "code": "x".repeat(100_000) });
    assert_eq!(town.ask(Ask::post("/api/v1/sessions", &long)).await.code(), "request/too-large");
    let long = Ask::post("/api/v1/jobs", &long).by(&town.dispatcher).with("idempotency-key", "long");
    assert_eq!(town.ask(long).await.code(), "request/too-large");
    let note = event(1, "noted", json!({ "payload": { "note": "x".repeat(9_000) } }));
    assert_eq!(tell(&town, &town.courier, &[note]).await, [is("rejected", "event/too-large")]);
    let half = Ask::post("/api/v1/events", &Value::Null).by(&town.courier).body("{\"events\": [");
    let answer = town.ask(half).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "request/malformed-json"));
    let deep = Ask::post("/api/v1/events", &Value::Null).by(&town.courier).body("[".repeat(60_000));
    assert_eq!(town.ask(deep).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_to_the_device_and_to_the_console() {
    let town = Town::new().await;
    let send = async |n: u32, offset_ms: i64, occurred_at: i64| {
        let more = json!({ "run": "R-K1", "device_offset_ms": offset_ms, "occurred_at": occurred_at });
        let batch = json!({ "events": [event(n, "noted", more)] });
        town.ask(Ask::post("/api/v1/events", &batch).by(&town.courier)).await.json()["clock_off_s"].clone()
    };
    let hour = 3_600_000;
    let expected = [
        // Well set; measured and slow; measured and fast; ahead by two minutes; ahead of the receipt without having measured.
        (send(1, 0, MORNING).await, json!(null)),
        (send(2, hour, MORNING - 3_600).await, json!(3_600)),
        (send(3, -hour, MORNING + 3_600).await, json!(-3_600)),
        (send(4, 0, MORNING + 120).await, json!(null)),
        (send(5, 0, MORNING + 121).await, json!(-121)),
        // Told late is no fault of the clock.
        (send(6, 119_000, MORNING - 40_000).await, json!(null)),
    ];
    let events = town.get("/api/v1/events").await.json()["items"].as_array().unwrap().clone();
    for ((told, right), event) in expected.iter().zip(&events) {
        assert_eq!((told, &event["clock_off_s"]), (right, right), "{event}");
    }
}
