//! Who may do what.

use super::wait::eventually;
use super::{Answer, Ask, Town, day_town};
use crate::access::Policy;
use crate::openapi::document;
use crate::route::ApiRoute;
use crate::route_doc::Listing;
use crate::routes::routes;
use crate::{ServerConfig, SessionLimit, SessionLimits, first_dispatcher_link};
use axum::http::{Method, StatusCode};
use coldmile_plan::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A path in which every `{name}` is something that exists and belongs to the courier's and centre's own, if it can.
fn filled(path: &str) -> String {
    let id = if path.contains("/centres/") {
        "C1"
    } else if path.contains("/orders/") {
        "O1"
    } else if path.contains("/jobs/") {
        "J-1"
    } else {
        "1"
    };
    path.replace("{id}", id)
        .replace("{date}", "2026-03-17")
        .replace("{other}", "1")
        .replace("{z}/{x}/{y}", "6/0/0.mvt")
        .replace("{page}", "network")
        .replace("{*path}", "index.html")
}

/// Everything but the answer to the question whether they may come in.
fn is_let_in(answer: &Answer) -> bool {
    !matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

#[tokio::test]
async fn every_route_admits_exactly_those_its_policy_names() {
    let town = Town::new().await;
    let mut cases = 0;
    for route in routes() {
        // Who signs out is out for the rest of the test.
        if route.path.ends_with("/live") || route.path.ends_with("/current") {
            continue;
        }
        let (dispatcher, courier, centre) = match route.policy {
            Policy::Public | Policy::SignedIn => (true, true, true),
            Policy::Dispatcher => (true, false, false),
            Policy::Courier => (false, true, false),
            Policy::OwnCentre => (false, false, true),
            Policy::OwnCentreOrDispatcher | Policy::DispatcherOrCentre => (true, false, true),
        };
        let path = filled(route.path);
        let ask = || Ask::new(route.method.clone(), &path);
        for (token, may) in [(&town.dispatcher, dispatcher), (&town.courier, courier), (&town.centre, centre)]
        {
            let answer = town.ask(ask().by(token)).await;
            assert_eq!(
                is_let_in(&answer),
                may,
                "{} {path}: {} {}",
                route.method,
                answer.status,
                answer.text()
            );
            cases += 1;
        }
        for ask in [ask(), ask().by("0123"), ask().by(&town.dispatcher.to_uppercase())] {
            let answer = town.ask(ask).await;
            let is_public = route.policy == Policy::Public;
            assert_eq!(answer.status != StatusCode::UNAUTHORIZED, is_public, "{} {path}", route.method);
            if !is_public {
                assert_eq!(answer.code(), "auth/required");
            }
            cases += 1;
        }
    }
    assert!(cases > 150, "{cases}");
}

#[tokio::test]
async fn another_centre_is_refused_whether_or_not_it_exists() {
    let town = Town::new().await;
    for centre in ["C2", "C9"] {
        let desk = Ask::get(&format!("/api/v1/centres/{centre}/desk"));
        let pickup = Ask::post(&format!("/api/v1/centres/{centre}/pickup"), &json!({ "code": "123456" }));
        for ask in [desk, pickup] {
            let answer = town.ask(ask.by(&town.centre)).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "auth/forbidden"));
        }
    }
}

#[test]
fn the_document_lists_exactly_the_routes_of_the_table() {
    let document = serde_json::to_value(document(&routes())).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let listed: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let made: BTreeSet<String> = routes()
        .iter()
        .filter(|route| route.doc.listing == Listing::Listed)
        .map(|route| format!("{} {}", route.method, route.path.replace("{*", "{")))
        .collect();
    assert_eq!(listed, made);
    // Whatever is referred to is there.
    let text = document.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
    let names: BTreeSet<&str> =
        routes().iter().map(|route| route.path).filter(|path| path.starts_with("/api/v1")).collect();
    assert!(names.len() > 20);
}

#[tokio::test]
async fn a_link_lets_one_device_in_once() {
    let town = Town::new().await;
    let post = json!({ "role": "courier", "courier": "K2" });
    let made = town.ask(Ask::post("/api/v1/enrolments", &post).by(&town.dispatcher)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let link = made.json();
    let code = link["code"].as_str().unwrap();
    assert_eq!(link["url"], format!("http://town.test/join#{code}"));
    assert!(link["qr_svg"].as_str().unwrap().contains("<svg"));
    let join = || Ask::post("/api/v1/sessions", &json!({ "code": code }));
    let joined = town.ask(join()).await;
    assert_eq!(joined.json()["courier"], "K2");
    let cookie = joined.header("set-cookie").to_owned();
    assert!(cookie.starts_with("coldmile=") && cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    assert!(!cookie.contains("Secure"));
    let token = cookie.trim_start_matches("coldmile=").split(';').next().unwrap().to_owned();
    let me = town.ask(Ask::get("/api/v1/me").by(&token)).await.json();
    assert_eq!((&me["role"], &me["name"]), (&json!("courier"), &json!("K2 Rider")));
    assert_eq!(town.ask(join()).await.code(), "auth/wrong-code");
    // Signing out ends the token itself.
    let out = town.ask(Ask::new(Method::DELETE, "/api/v1/sessions/current").by(&token)).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(town.ask(Ask::get("/api/v1/me").by(&token)).await.code(), "auth/required");
}

#[tokio::test]
async fn a_join_whose_answer_was_lost_works_again_for_the_same_device_and_a_minute() {
    let town = Town::new().await;
    let post = json!({ "role": "courier", "courier": "K2" });
    let link = town.ask(Ask::post("/api/v1/enrolments", &post).by(&town.dispatcher)).await.json();
    let join =
        |key: &str| Ask::post("/api/v1/sessions", &json!({ "code": link["code"], "key": key.repeat(32) }));
    let first = town.ask(join("a")).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    town.wait(30);
    let again = town.ask(join("a")).await;
    assert_eq!(first.header("set-cookie"), again.header("set-cookie"));
    assert_eq!(town.ask(join("b")).await.code(), "auth/wrong-code", "another device");
    let devices = town.get("/api/v1/devices").await.json();
    let couriers = devices["items"].as_array().unwrap().iter().filter(|it| it["courier"] == "K2").count();
    assert_eq!(couriers, 1);
    town.wait(31);
    assert_eq!(town.ask(join("a")).await.code(), "auth/wrong-code", "later");
    let short = Ask::post("/api/v1/sessions", &json!({ "code": "x", "key": "short" }));
    assert_eq!(town.ask(short).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_link_that_is_too_old_lets_no_device_in() {
    let town = Town::new().await;
    let post = json!({ "role": "centre", "centre": "C2" });
    let link = town.ask(Ask::post("/api/v1/enrolments", &post).by(&town.dispatcher)).await.json();
    town.wait(601);
    let answer = town.ask(Ask::post("/api/v1/sessions", &json!({ "code": link["code"] }))).await;
    assert_eq!(answer.code(), "auth/wrong-code");
}

#[tokio::test]
async fn links_are_only_for_people_and_places_of_the_day() {
    let town = Town::new().await;
    for (post, code) in [
        (json!({ "role": "courier", "courier": "K9" }), "enrolment/unknown-courier"),
        (json!({ "role": "centre", "centre": "C9" }), "enrolment/unknown-centre"),
        (json!({ "role": "king" }), "enrolment/unknown-role"),
        (json!({ "role": "dispatcher", "centre": "C1" }), "enrolment/wrong-fields"),
    ] {
        let answer = town.ask(Ask::post("/api/v1/enrolments", &post).by(&town.dispatcher)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json()["errors"][0]["code"], code);
    }
}

#[tokio::test]
async fn the_first_dispatcher_comes_in_by_the_link_on_the_console() {
    let town = Town::new().await;
    assert_eq!(first_dispatcher_link(&town.state, "http://x").await.unwrap(), None);
    let devices = town.get("/api/v1/devices").await.json();
    let device = devices["items"].as_array().unwrap().iter().find(|it| it["role"] == "dispatcher").unwrap();
    let path = format!("/api/v1/devices/{}", device["id"].as_str().unwrap());
    assert_eq!(
        town.ask(Ask::new(Method::DELETE, &path).by(&town.dispatcher)).await.status,
        StatusCode::NO_CONTENT
    );
    // No dispatcher is left who could make a link, so there is one again.
    assert_eq!(town.get("/api/v1/devices").await.code(), "auth/required");
    let link = first_dispatcher_link(&town.state, "http://x/").await.unwrap().unwrap();
    let code = link.strip_prefix("http://x/join#").unwrap();
    let joined = town.ask(Ask::post("/api/v1/sessions", &json!({ "code": code }))).await;
    assert_eq!(joined.json()["role"], "dispatcher");
}

#[tokio::test]
async fn guessing_links_is_slowed_down() {
    let town = Town::new().await;
    let guess = || Ask::post("/api/v1/sessions", &json!({ "code": "guess" }));
    for _ in 0..10 {
        assert_eq!(town.ask(guess()).await.code(), "auth/wrong-code");
    }
    let answer = town.ask(guess()).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::TOO_MANY_REQUESTS, "auth/too-many-tries")
    );
    assert_eq!(answer.header("retry-after"), "60");
    town.wait(61);
    assert_eq!(town.ask(guess()).await.code(), "auth/wrong-code");
}

#[tokio::test]
async fn a_field_that_is_not_asked_for_is_refused() {
    let town = Town::new().await;
    let tag = town.get("/api/v1/plans/1").await.header("etag").to_owned();
    for (path, mut body) in [
        ("/api/v1/sessions", json!({ "code": "x" })),
        ("/api/v1/enrolments", json!({ "role": "courier", "courier": "K1" })),
        ("/api/v1/plans/1/publish", json!({ "reasons": "none" })),
        ("/api/v1/jobs", json!({ "kind": "plan", "time_limit_s": 1 })),
        ("/api/v1/events", json!({ "events": [] })),
        ("/api/v1/centres/C1/pickup", json!({ "code": "123456" })),
        ("/api/v1/days", json!({ "date": "2026-03-18" })),
        ("/api/v1/keys", json!({ "name": "Shop", "scopes": ["orders:read"] })),
    ] {
        let own = |it: &ApiRoute| ["1", "C1"].iter().any(|id| it.path.replace("{id}", id) == path);
        let post = routes().iter().any(|it| it.method == Method::POST && own(it));
        assert!(post, "{path}");
        body["delivered_at"] = json!(1);
        let token = if path.ends_with("pickup") { &town.centre } else { &town.dispatcher };
        let answer = town.ask(Ask::post(path, &body).by(token).with("if-match", &tag)).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "request/wrong-content")
        );
    }
    let posts = routes().iter().filter(|route| route.method == Method::POST).count();
    // One takes no body: /orders/{id}/pickup-code; of orders of a day all names are columns, and an import is a file.
    assert_eq!(posts, 8 + 3, "a new one belongs into the list above");
    // Within a batch the event is rejected and the others are kept.
    let event = json!({
        "id": "01890a5d-ac96-774b-bcce-000000000001", "seq": 1, "kind": "noted", "occurred_at": 1, "role": "dispatcher",
    });
    let batch = json!({ "events": [event] });
    let told = town.ask(Ask::post("/api/v1/events", &batch).by(&town.courier)).await.json();
    assert_eq!(
        (&told["results"][0]["status"], &told["results"][0]["code"]),
        (&json!("rejected"), &json!("event/malformed"))
    );
}

#[tokio::test]
async fn another_site_cannot_make_a_browser_change_things() {
    let town = Town::new().await;
    let post =
        || Ask::post("/api/v1/jobs", &json!({ "kind": "plan", "time_limit_s": 1 })).by(&town.dispatcher);
    for ask in [
        post().with("origin", "http://evil.test"),
        post().with("origin", "null"),
        post().with("sec-fetch-site", "cross-site"),
        post().with("sec-fetch-site", "same-site"),
    ] {
        assert_eq!(town.ask(ask).await.code(), "auth/foreign-origin");
    }
    // A form cannot send JSON.
    let form = post().with("content-type", "text/plain");
    assert_eq!(town.ask(form).await.code(), "request/not-json");
    assert_eq!(town.ask(post().with("sec-fetch-site", "same-origin")).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn over_tls_only_the_prefixed_cookie_counts_and_hsts_is_sent() {
    let config = ServerConfig { is_secure: true, ..ServerConfig::default() };
    let town = Town::with(config, day_town::replanned()).await;
    assert_eq!(town.get("/api/v1/me").await.code(), "auth/required");
    let secure = format!("__Host-coldmile={}", town.dispatcher);
    let me = town.ask(Ask::get("/api/v1/me").with("cookie", &secure)).await;
    assert_eq!(me.status, StatusCode::OK);
    assert!(me.header("strict-transport-security").starts_with("max-age="));
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let town = Town::new().await;
    let asks = [
        Ask::get("/"),
        Ask::get("/api/v1/me"),
        Ask::get("/api/v1/day").by(&town.courier),
        Ask::get("/nowhere/at/all"),
        Ask::get("/healthz"),
        Ask::new(Method::PUT, "/api/v1/me"),
        Ask::post("/api/v1/jobs", &Value::Null).with("origin", "http://evil.test"),
    ];
    for ask in asks {
        let answer = town.ask(ask).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe-eval"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("strict-transport-security"), "");
        assert_ne!(answer.header("cache-control"), "");
        assert_eq!(answer.header("server"), "");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}

#[tokio::test]
async fn who_may_not_know_a_family_never_reads_its_name_or_phone() {
    let town = Town::new().await;
    // Texts of O1 (K1's), O3 (K2's) and O2 (pickup at C1).
    let canaries = ["Maria Borg", "9911 1111", "Ġorġ Zammit", "9933 3333", "Carmen Vella", "9922 2222"];
    let courier_may = &canaries[..2];
    let paths = ["/api/v1/day", "/api/v1/courier/route", "/api/v1/centres/C1/desk", "/api/v1/events"];
    for path in paths {
        for (token, may) in [(&town.courier, courier_may), (&town.centre, &[])] {
            let text = town.ask(Ask::get(path).by(token)).await.text();
            for canary in canaries.iter().filter(|canary| !may.contains(canary)) {
                assert!(!text.contains(canary), "{path} shows {canary}: {text}");
            }
        }
    }
    let code = town.pickup_code("O2").await;
    let pickup = Ask::post("/api/v1/centres/C1/pickup", &json!({ "code": code })).by(&town.centre);
    let pickup = town.ask(pickup).await;
    assert_eq!(pickup.json()["recipient"], "C••••• V••••");
    // The courier does see whom to call.
    let route = town.ask(Ask::get("/api/v1/courier/route").by(&town.courier)).await.text();
    assert!(courier_may.iter().all(|text| route.contains(text)));
}

/// The device's last request is on disk, as far as it is written down.
async fn seen_now(town: &Town, of: &str) {
    let now = town.state.now();
    eventually("presence", async || {
        let devices = town.state.store().devices().await.unwrap();
        let device = devices.into_iter().find(|device| device.grant.name == of);
        device.filter(|device| device.last_seen_at == Some(now))
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_without_use_and_in_any_case_when_it_is_old() {
    const DAY: i64 = 24 * 3600;
    let town = Town::new().await;
    let me = async |token: &str| town.ask(Ask::get("/api/v1/me").by(token)).await;
    town.wait(7 * DAY + 61);
    let ended = me(&town.dispatcher).await;
    assert_eq!((ended.status, ended.code().as_str()), (StatusCode::UNAUTHORIZED, "auth/session-ended"));
    // No dispatcher is left, so that there is a link for the first one again.
    assert!(first_dispatcher_link(&town.state, "http://x").await.unwrap().is_some());
    for days in [7, 27, 47, 67, 87] {
        if days > 7 {
            town.wait(20 * DAY);
        }
        assert_eq!(me(&town.courier).await.status, StatusCode::OK, "{days}");
        seen_now(&town, "K1").await;
    }
    assert_eq!(me(&town.centre).await.code(), "auth/session-ended", "14 days without use");
    town.wait(3 * DAY);
    assert_eq!(me(&town.courier).await.code(), "auth/session-ended", "90 days old");
}

#[tokio::test]
async fn sessions_last_as_long_as_they_are_set_to_and_their_cookies_too() {
    let sessions = SessionLimits { courier: SessionLimit::days(1, 2), ..SessionLimits::default() };
    let config = ServerConfig { sessions, ..ServerConfig::default() };
    let town = Town::with(config, day_town::replanned()).await;
    let post = json!({ "role": "courier", "courier": "K2" });
    let link = town.ask(Ask::post("/api/v1/enrolments", &post).by(&town.dispatcher)).await.json();
    let joined = town.ask(Ask::post("/api/v1/sessions", &json!({ "code": link["code"] }))).await;
    assert!(joined.header("set-cookie").contains("; Max-Age=172800"), "{joined:?}");
    town.wait(24 * 3600 + 61);
    assert_eq!(town.ask(Ask::get("/api/v1/me").by(&town.courier)).await.code(), "auth/session-ended");
    assert_eq!(town.get("/api/v1/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_phone_that_joins_again_goes_on_where_it_was() {
    let town = Town::new().await;
    let event = |n: u32| {
        json!({
            "id": format!("01890a5d-ac96-774b-bcce-{n:012}"), "seq": n, "kind": "noted", "run": "R-K1",
            "occurred_at": town.state.now().unix(), "payload": { "note": "hello" },
        })
    };
    let (first, second) = (event(1), event(2));
    let send = async |token: &str, events: &[&Value]| {
        town.ask(Ask::post("/api/v1/events", &json!({ "events": events })).by(token)).await
    };
    let statuses = |answer: &Answer| {
        let results = answer.json()["results"].as_array().unwrap().clone();
        results.iter().map(|result| result["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // The answer to the first is lost on the line, and then the session ends.
    assert_eq!(statuses(&send(&town.courier, &[&first]).await), ["accepted"]);
    town.wait(31 * 24 * 3600);
    let ended = send(&town.courier, &[&first, &second]).await;
    assert_eq!((ended.status, ended.code().as_str()), (StatusCode::UNAUTHORIZED, "auth/session-ended"));
    let (again, colleague) =
        (town.enrol(Role::Courier, Some("K1")).await, town.enrol(Role::Courier, Some("K2")).await);
    assert_eq!(statuses(&send(&again, &[&first, &second]).await), ["duplicate", "accepted"]);
    assert_eq!(statuses(&send(&colleague, &[&first]).await), ["rejected"]);
}
