//! Streams, read as a browser would.

use super::wait::within_limit;
use super::{Ask, MORNING, Town};
use axum::body::{Body, BodyDataStream};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tower::ServiceExt;

/// One message: `event`, `id`, `data`.
type Message = (String, String, Value);

struct Listener {
    stream: BodyDataStream,
    read: String,
}

impl Listener {
    async fn new(town: &Town, token: &str, last: Option<u64>) -> Self {
        let mut ask = Ask::get("/api/v1/live").by(token);
        if let Some(last) = last {
            ask = ask.with("last-event-id", &last.to_string());
        }
        let response: Response<Body> = town.router.clone().oneshot(ask.0).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(response.headers().get("content-encoding").is_none());
        let mut listener = Self { stream: response.into_body().into_data_stream(), read: String::new() };
        // The greeting says that the stream listens.
        while !listener.read.contains("\n\n") {
            assert!(listener.more().await);
        }
        assert!(
            listener.read.contains("retry: 3000") || listener.read.contains("retry:3000"),
            "{}",
            listener.read
        );
        let end = listener.read.find("\n\n").unwrap();
        listener.read.drain(..end + 2);
        listener
    }

    /// Whether more came; `false` at the end of the stream.
    async fn more(&mut self) -> bool {
        match within_limit("a message", self.stream.next()).await {
            Some(chunk) => {
                self.read.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
                true
            }
            None => false,
        }
    }

    /// The next message, or `None` when the stream has ended.
    async fn next(&mut self) -> Option<Message> {
        while !self.read.contains("\n\n") {
            if !self.more().await {
                return None;
            }
        }
        let end = self.read.find("\n\n").unwrap();
        let text: String = self.read.drain(..end + 2).collect();
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.map(|line| line.trim_start_matches(':').trim().to_owned()).unwrap_or_default()
        };
        Some((field("event"), field("id"), serde_json::from_str(&field("data")).unwrap_or_default()))
    }
}

async fn note(town: &Town, n: u32, order: &str) {
    let event = json!({
        "id": format!("01890a5d-ac96-774b-bcce-{n:012}"), "seq": n, "kind": "noted", "order": order,
        "occurred_at": MORNING, "payload": { "note": n },
    });
    let ask = Ask::post("/api/v1/events", &json!({ "events": [event] })).by(&town.dispatcher);
    assert_eq!(town.ask(ask).await.json()["results"][0]["status"], "accepted");
}

#[tokio::test]
async fn a_client_that_comes_back_hears_everything_once_and_in_order() {
    let town = Town::new().await;
    for n in 1..=3 {
        note(&town, n, "O1").await;
    }
    let mut listener = Listener::new(&town, &town.dispatcher, Some(1)).await;
    for n in 4..=5 {
        note(&town, n, "O3").await;
    }
    for n in 2..=5 {
        let (kind, id, data) = listener.next().await.unwrap();
        assert_eq!((kind.as_str(), id), ("event", n.to_string()));
        assert_eq!((&data["number"], &data["payload"]["note"]), (&json!(n), &json!(n)));
    }
}

#[tokio::test]
async fn a_new_client_hears_only_what_happens_from_now_on() {
    let town = Town::new().await;
    note(&town, 1, "O1").await;
    let mut listener = Listener::new(&town, &town.dispatcher, None).await;
    note(&town, 2, "O1").await;
    assert_eq!(listener.next().await.unwrap().1, "2");
}

#[tokio::test]
async fn a_number_that_never_was_starts_anew() {
    let town = Town::new().await;
    note(&town, 1, "O1").await;
    let mut listener = Listener::new(&town, &town.dispatcher, Some(99)).await;
    let (kind, id, _) = listener.next().await.unwrap();
    assert_eq!((kind.as_str(), id.as_str()), ("reset", "1"));
}

#[tokio::test]
async fn jobs_and_plans_are_news_too() {
    let town = Town::new().await;
    let mut dispatcher = Listener::new(&town, &town.dispatcher, None).await;
    let mut courier = Listener::new(&town, &town.courier, None).await;
    let post = json!({ "kind": "plan", "time_limit_s": 5 });
    town.ask(Ask::post("/api/v1/jobs", &post).by(&town.dispatcher)).await;
    let mut kinds = Vec::new();
    loop {
        let (kind, _, data) = dispatcher.next().await.unwrap();
        kinds.push(kind);
        if data["status"] == "done" {
            break;
        }
    }
    assert!(kinds.contains(&"plan".to_owned()) && kinds.contains(&"job".to_owned()), "{kinds:?}");
    let tag = town.get("/api/v1/plans/2").await.header("etag").to_owned();
    let publish =
        Ask::new(Method::POST, "/api/v1/plans/2/publish").by(&town.dispatcher).with("if-match", &tag);
    assert_eq!(town.ask(publish).await.status, StatusCode::OK);
    // The courier hears that there is another plan: not the draft, not the job, not the figures.
    let heard = courier.next().await.unwrap();
    assert_eq!(heard, ("plan".to_owned(), String::new(), json!({ "id": "2", "status": "published" })));
}

#[tokio::test]
async fn a_stream_tells_each_only_what_concerns_them() {
    let town = Town::new().await;
    let mut courier = Listener::new(&town, &town.courier, None).await;
    let mut centre = Listener::new(&town, &town.centre, Some(0)).await;
    note(&town, 1, "O3").await;
    note(&town, 2, "O2").await;
    note(&town, 3, "O1").await;
    assert_eq!(courier.next().await.unwrap().1, "3");
    assert_eq!(centre.next().await.unwrap().1, "2");
    assert_eq!(centre.next().await.unwrap().1, "3");
}

#[tokio::test]
async fn a_device_that_is_shut_out_stops_hearing() {
    let town = Town::new().await;
    let mut courier = Listener::new(&town, &town.courier, None).await;
    let mut centre = Listener::new(&town, &town.centre, None).await;
    let devices = town.get("/api/v1/devices").await.json();
    let devices = devices["items"].as_array().unwrap().clone();
    let id = devices.iter().find(|device| device["courier"] == "K1").unwrap()["id"].as_str().unwrap();
    town.ask(Ask::new(Method::DELETE, &format!("/api/v1/devices/{id}")).by(&town.dispatcher)).await;
    assert_eq!(courier.next().await, None);
    let refused = town.ask(Ask::get("/api/v1/live").by(&town.courier)).await;
    assert_eq!(refused.code(), "auth/required");
    note(&town, 1, "O1").await;
    assert_eq!(centre.next().await.unwrap().1, "1");
}

#[tokio::test]
async fn a_stopping_server_ends_its_streams() {
    let town = Town::new().await;
    let mut listener = Listener::new(&town, &town.dispatcher, None).await;
    town.state.close().await;
    assert_eq!(listener.next().await, None);
    assert_eq!(town.ask(Ask::get("/readyz")).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(town.ask(Ask::get("/healthz")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let town = Town::new().await;
    let mut listener = Listener::new(&town, &town.courier, None).await;
    town.wait(31 * 24 * 3600);
    // The clock of the streams jumps over a minute, in which nothing else waits.
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(61)).await;
    tokio::time::resume();
    // Perhaps a last sign of life.
    while listener.more().await {}
}
