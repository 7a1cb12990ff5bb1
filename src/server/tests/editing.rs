//! What dispatchers change: publishing, jobs, and sending twice.

use super::wait::eventually;
use super::{Answer, Ask, MORNING, Town, day_town};
use crate::{ServerConfig, add_plan};
use axum::http::{Method, StatusCode};
use coldmile_jobs::Planner;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

fn publish(town: &Town, plan: &str, tag: Option<&str>) -> Ask {
    let path = format!("/api/v1/plans/{plan}/publish");
    let ask = Ask::post(&path, &json!({ "reasons": "K1 is ill" })).by(&town.dispatcher);
    match tag {
        Some(tag) => ask.with("if-match", tag),
        None => ask,
    }
}

async fn second_draft(town: &Town) {
    let (store, day) = (town.state.store(), town.state.day_id());
    let planned = super::planned(day_town::other_plan());
    add_plan(store, day, planned, "hand".to_owned(), None, town.state.now()).await.unwrap();
}

async fn wait_for_job(town: &Town, id: &str, status: &str) -> Value {
    eventually(&format!("{id} {status}"), async || {
        Some(town.get(&format!("/api/v1/jobs/{id}")).await.json()).filter(|job| job["status"] == status)
    })
    .await
}

#[tokio::test]
async fn publishing_needs_the_version_that_was_seen_and_works_once() {
    let town = Town::new().await;
    second_draft(&town).await;
    let missing = town.ask(publish(&town, "2", None)).await;
    assert_eq!(
        (missing.status, missing.code().as_str()),
        (StatusCode::PRECONDITION_REQUIRED, "edit/match-required")
    );
    let stale = town.ask(publish(&town, "2", Some("\"2.0\""))).await;
    assert_eq!((stale.status, stale.code().as_str()), (StatusCode::PRECONDITION_FAILED, "edit/stale"));
    let codes = (town.pickup_code("O2").await, town.pickup_code("O5").await);
    let tag = town.get("/api/v1/plans/2").await.header("etag").to_owned();
    let done = town.ask(publish(&town, "2", Some(&tag))).await;
    assert_eq!(done.json()["status"], "published", "{}", done.text());
    assert_eq!(town.ask(publish(&town, "2", Some(&tag))).await.code(), "edit/stale");
    let again = town.ask(publish(&town, "2", Some(done.header("etag")))).await;
    assert_eq!((again.status, again.code().as_str()), (StatusCode::CONFLICT, "plan/not-a-draft"));
    assert_eq!(town.get("/api/v1/plans/1").await.json()["status"], "superseded");
    assert_eq!(town.get("/api/v1/plans/published").await.json()["id"], "2");
    // A family that was told a code keeps it.
    assert_eq!((town.pickup_code("O2").await, town.pickup_code("O5").await), codes);
    // K1 has no run any more.
    let route = town.ask(Ask::get("/api/v1/courier/route").by(&town.courier)).await;
    assert_eq!(route.code(), "route/none");
}

#[tokio::test]
async fn a_plan_that_contradicts_what_has_happened_is_not_published() {
    let town = Town::new().await;
    // The second plan has no run for K1, who carries O1.
    second_draft(&town).await;
    let report = |n: u32, kind: &str, more: Value| {
        let mut event = json!({
            "id": format!("01890a5d-ac96-774b-bcce-{n:012}"), "seq": n, "kind": kind,
            "occurred_at": MORNING - 60, "payload": {},
        });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Ask::post("/api/v1/events", &json!({ "events": [event] })).by(&town.courier)
    };
    let tag = town.get("/api/v1/plans/2").await.header("etag").to_owned();
    let attempt = async || {
        let answer = town.ask(publish(&town, "2", Some(&tag))).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::CONFLICT, "plan/contradicts-events")
        );
        answer.json()["errors"].clone()
    };
    town.ask(report(1, "departed", json!({ "run": "R-K1", "payload": { "trip": 0 } }))).await;
    let errors = attempt().await;
    assert_eq!((&errors[0]["pointer"], &errors[0]["code"]), (&json!("/orders/O1"), &json!("plan/on-board")));
    town.ask(report(2, "delivered", json!({ "order": "O1" }))).await;
    assert_eq!(attempt().await[0]["code"], "plan/done");
    assert_eq!(town.get("/api/v1/plans/published").await.json()["id"], "1");
    // With both taken back nothing stands against it.
    let undo = |n: u32, of: u32| {
        let event = format!("01890a5d-ac96-774b-bcce-{of:012}");
        report(n, "undone", json!({ "payload": { "event": event } }))
    };
    town.ask(undo(3, 2)).await;
    town.ask(undo(4, 1)).await;
    let done = town.ask(publish(&town, "2", Some(&tag))).await;
    assert_eq!(done.json()["status"], "published", "{}", done.text());
}

#[tokio::test]
async fn two_dispatchers_who_publish_the_same_draft_do_so_once() {
    let town = Town::new().await;
    second_draft(&town).await;
    let tag = town.get("/api/v1/plans/2").await.header("etag").to_owned();
    let asks = (0..6).map(|_| town.ask(publish(&town, "2", Some(&tag))));
    let answers: Vec<Answer> = futures_util::future::join_all(asks).await;
    let done = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(done, 1, "{answers:?}");
}

#[tokio::test]
async fn a_planning_job_ends_in_a_draft() {
    let town = Town::new().await;
    let post = json!({ "kind": "plan", "time_limit_s": 5, "seed": 9 });
    let started = town.ask(Ask::post("/api/v1/jobs", &post).by(&town.dispatcher)).await;
    assert_eq!((started.status, started.header("location")), (StatusCode::ACCEPTED, "/api/v1/jobs/J-1"));
    let done = wait_for_job(&town, "J-1", "done").await;
    let plan = town.get(&format!("/api/v1/plans/{}", done["plan"].as_str().unwrap())).await.json();
    assert_eq!((&plan["status"], &plan["seed"], &plan["base"]), (&json!("draft"), &json!(9), &json!("1")));
    assert_eq!(town.get("/api/v1/jobs").await.json()["items"][0]["id"], "J-1");
    let ended = town.ask(Ask::new(Method::DELETE, "/api/v1/jobs/J-1").by(&town.dispatcher)).await;
    assert_eq!(ended.code(), "job/ended");
    assert_eq!(town.get("/api/v1/jobs/J-9").await.code(), "job/unknown");
    for (wrong, code) in [
        (json!({ "kind": "cook", "time_limit_s": 5 }), "job/unknown-kind"),
        (json!({ "kind": "plan", "time_limit_s": 0 }), "job/wrong-time-limit"),
        (json!({ "kind": "plan", "time_limit_s": 5, "cost": 1 }), "request/wrong-content"),
        (json!({ "kind": "plan" }), "request/wrong-content"),
    ] {
        let answer = town.ask(Ask::post("/api/v1/jobs", &wrong).by(&town.dispatcher)).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, code));
    }
}

#[tokio::test]
async fn a_cancelled_job_keeps_the_best_plan_found() {
    let endless: Planner = Arc::new(|_, _, stop| {
        while !stop.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(super::planned(day_town::other_plan()))
    });
    let town = Town::with(ServerConfig::default(), endless).await;
    let post = json!({ "kind": "plan", "time_limit_s": 3600 });
    town.ask(Ask::post("/api/v1/jobs", &post).by(&town.dispatcher)).await;
    wait_for_job(&town, "J-1", "running").await;
    let stopped = town.ask(Ask::new(Method::DELETE, "/api/v1/jobs/J-1").by(&town.dispatcher)).await;
    assert_eq!(stopped.status, StatusCode::ACCEPTED);
    let ended = wait_for_job(&town, "J-1", "cancelled").await;
    assert_eq!(ended["plan"], "2");
}

#[tokio::test]
async fn the_same_key_starts_one_job() {
    let town = Town::new().await;
    let body = json!({ "kind": "plan", "time_limit_s": 5 });
    let post =
        |body: &Value, token: &str| Ask::post("/api/v1/jobs", body).by(token).with("idempotency-key", "k-1");
    let asks = (0..5).map(|_| town.ask(post(&body, &town.dispatcher)));
    for answer in futures_util::future::join_all(asks).await {
        // Those that came while the first was being worked on hear so.
        match answer.status {
            StatusCode::ACCEPTED => assert_eq!(answer.json()["id"], "J-1"),
            _ => assert_eq!(
                (answer.status, answer.code().as_str()),
                (StatusCode::CONFLICT, "request/still-running")
            ),
        }
    }
    let again = town.ask(post(&body, &town.dispatcher)).await;
    assert_eq!((again.status, &again.json()["id"]), (StatusCode::ACCEPTED, &json!("J-1")));
    assert_eq!(again.header("location"), "/api/v1/jobs/J-1");
    assert_eq!(again.header("content-type"), "application/json");
    let other = town.ask(post(&json!({ "kind": "plan", "time_limit_s": 6 }), &town.dispatcher)).await;
    assert_eq!(
        (other.status, other.code().as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "request/key-reused")
    );
    // Another device's key is another key.
    let colleague = town.enrol(coldmile_plan::Role::Dispatcher, None).await;
    assert_eq!(town.ask(post(&body, &colleague)).await.json()["id"], "J-2");
    // A refusal is an answer too, and given again.
    let wrong = Ask::post("/api/v1/jobs", &json!({})).by(&town.dispatcher).with("idempotency-key", "k-2");
    assert_eq!(town.ask(wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let empty = Ask::post("/api/v1/jobs", &body).by(&town.dispatcher).with("idempotency-key", "");
    assert_eq!(town.ask(empty).await.code(), "request/wrong-key");
}
