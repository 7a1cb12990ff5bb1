//! What the pages read.

use super::{Ask, MORNING, Town, day_town};
use crate::{Pages, ServerConfig, add_plan, publish_draft};
use axum::http::{Method, StatusCode};
use coldmile_jobs::PlannedDay;
use coldmile_plan::Role;
use coldmile_store::NewDay;
use coldmile_units::Timestamp;
use serde_json::json;

#[tokio::test]
async fn the_day_shows_sites_and_as_many_couriers_as_the_reader_needs() {
    let town = Town::new().await;
    let day = town.get("/api/v1/day").await.json();
    assert_eq!((&day["timezone"], &day["minor_digits"]), (&json!("Europe/Malta"), &json!(2)));
    assert_eq!(day["bounds"], json!([[35.9, 14.5], [35.9009, 14.5]]));
    assert_eq!(day["sites"][1]["capacity_l"]["chilled"], 100.0);
    assert_eq!(day["waves"][0]["id"], "morning");
    let couriers = async |token: &str| {
        let day = town.ask(Ask::get("/api/v1/day").by(token)).await.json();
        let couriers = day["couriers"].as_array().unwrap().clone();
        couriers.iter().map(|courier| courier["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(couriers(&town.dispatcher).await, ["T1", "K1", "K2"]);
    assert_eq!(couriers(&town.courier).await, ["K1"]);
    assert_eq!(couriers(&town.centre).await, ["K1"]);
}

#[tokio::test]
async fn the_published_plan_is_shown_whole() {
    let town = Town::new().await;
    let plan = town.get("/api/v1/plans/published").await.json();
    assert_eq!(
        (&plan["id"], &plan["status"], &plan["source"]),
        (&json!("1"), &json!("published"), &json!("solver"))
    );
    assert_eq!(plan["figures"]["cold_margin"], json!({ "minutes": 12, "kelvin": 0.8, "order": "O1" }));
    let names: Vec<_> =
        plan["runs"].as_array().unwrap().iter().map(|run| (&run["number"], &run["letter"])).collect();
    assert_eq!(names, [(&json!(1), &json!("A")), (&json!(1), &json!(null)), (&json!(2), &json!(null))]);
    let trip = &plan["runs"][1]["trips"][0];
    // 5 of 50 litres, 2 of 50 kilograms.
    assert_eq!((&trip["cold_margin_min"], &trip["load_percent"]), (&json!(12), &json!(10)));
    let stop = &trip["stops"][0];
    assert_eq!(
        (&stop["key"], &stop["number"], &stop["order"]),
        (&json!("R-K1/0/0"), &json!(1), &json!("O1"))
    );
    assert_eq!((&stop["tags"], &stop["label"]), (&json!(["0–4°"]), &json!("101 Cold Lane")));
    assert_eq!(plan["runs"][0]["trips"][0]["stops"][0]["label"], "C1 street");
    // Three orders of 5 l from minute 40; one leaves at minute 65, two at minute 300.
    let steps = plan["centres"][0]["occupancy"]["chilled"].as_array().unwrap();
    let levels: Vec<_> = steps.iter().map(|step| step[1].as_f64().unwrap()).collect();
    assert_eq!(levels, [15.0, 10.0, 0.0]);
    assert_eq!(plan["centres"][0]["peak_percent"], json!({ "ambient": 0, "chilled": 15, "frozen": 0 }));
    let unplanned = &plan["unplanned"][0];
    assert_eq!(unplanned["code"], "unplanned/too-far-from-road");
    assert_eq!(
        (&unplanned["details"], &unplanned["tried"]),
        (&json!({ "distance_m": 900 }), &json!(["pin"]))
    );
    let edit = json!({ "table": "order", "id": "O4", "field": "lat", "from": "35.9", "to": "35.91" });
    assert_eq!(unplanned["relaxations"], json!([{ "kind": "pin", "cost": 120, "edits": [edit] }]));
    assert_eq!(town.get("/api/v1/plans/7").await.code(), "store/not-found");
    assert_eq!(town.get("/api/v1/plans/x").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn before_anything_is_published_the_answers_say_so() {
    let town = Town::unpublished(ServerConfig::default(), day_town::replanned()).await;
    assert_eq!(town.get("/api/v1/plans/published").await.code(), "plan/none-published");
    let route = town.ask(Ask::get("/api/v1/courier/route").by(&town.courier)).await;
    assert_eq!((route.status, route.code().as_str()), (StatusCode::NOT_FOUND, "route/none"));
    assert_eq!(town.get("/api/v1/orders/O1").await.json()["recipient"], "Maria Borg");
    assert_eq!(town.get("/api/v1/search?q=borg").await.json()["items"][0]["id"], "O1");
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let pages = Pages::Embedded(|path| (path == "index.html").then_some(b"<!doctype html>".into()));
    let config = ServerConfig { pages, ..ServerConfig::default() };
    let town = Town::with(config, day_town::replanned()).await;
    let own = [
        ("/api/v1/day".to_owned(), &town.dispatcher),
        ("/api/v1/plans".to_owned(), &town.dispatcher),
        ("/api/v1/plans/1".to_owned(), &town.dispatcher),
        ("/api/v1/plans/1/compare/1".to_owned(), &town.dispatcher),
        ("/api/v1/orders/O1".to_owned(), &town.dispatcher),
        ("/api/v1/search?q=c".to_owned(), &town.dispatcher),
        ("/api/v1/jobs".to_owned(), &town.dispatcher),
        ("/api/v1/devices".to_owned(), &town.dispatcher),
        ("/api/v1/events".to_owned(), &town.dispatcher),
        ("/api/v1/courier/route".to_owned(), &town.courier),
        ("/api/v1/centres/C1/desk".to_owned(), &town.centre),
        ("/api/v1/map/style.json".to_owned(), &town.courier),
        ("/map/7/1/1.mvt".to_owned(), &town.courier),
        ("/".to_owned(), &town.courier),
    ];
    for (path, token) in &own {
        let first = town.ask(Ask::get(path).by(token)).await;
        assert_eq!(first.status, StatusCode::OK, "{path}: {}", first.text());
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"'), "{path}");
        let again = town.ask(Ask::get(path).by(token).with("if-none-match", &tag)).await;
        assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
        assert_eq!(again.header("etag"), tag, "{path}");
        let other = town.ask(Ask::get(path).by(token).with("if-none-match", "\"x\"")).await;
        assert_eq!(other.status, StatusCode::OK, "{path}");
    }
    // A passing minute is no new version of the desk.
    let desk = || Ask::get("/api/v1/centres/C1/desk").by(&town.centre);
    let before = town.ask(desk()).await;
    town.wait(30);
    let after = town.ask(desk()).await;
    assert_eq!(before.header("etag"), after.header("etag"));
    assert_ne!(before.json()["now_at"], after.json()["now_at"]);
}

#[tokio::test]
async fn two_plans_are_compared_order_by_order() {
    let town = Town::new().await;
    let (store, day) = (town.state.store(), town.state.day_id());
    let planned = super::planned(day_town::other_plan());
    add_plan(store, day, planned, "hand".to_owned(), None, town.state.now()).await.unwrap();
    let view = town.get("/api/v1/plans/1/compare/2").await.json();
    assert_eq!(view["moved"], json!([{ "order": "O1", "from": "R-K1", "to": "R-K2" }]));
    assert_eq!((&view["added"], &view["removed"]), (&json!([]), &json!(["O5"])));
    assert_eq!(view["eta_changed"][0]["order"], "O1");
    assert_eq!(view["figures"]["a"]["on_time"], 4);
    let list = town.get("/api/v1/plans?limit=1").await.json();
    assert_eq!((&list["items"][0]["id"], &list["items"][0]["base"]), (&json!("2"), &json!("1")));
    let next = list["next"].as_str().unwrap();
    let rest = town.get(&format!("/api/v1/plans?limit=1&cursor={next}")).await.json();
    assert_eq!((&rest["items"][0]["id"], &rest["next"]), (&json!("1"), &json!(null)));
    assert_eq!(town.get("/api/v1/plans?cursor=1").await.code(), "request/wrong-cursor");
    assert_eq!(town.get("/api/v1/plans?limit=501").await.code(), "request/wrong-query");
    assert_eq!(town.get("/api/v1/plans?limit=x").await.code(), "request/wrong-query");
}

#[tokio::test]
async fn a_dispatcher_sees_an_order_with_all_that_is_known_of_it() {
    let town = Town::new().await;
    let door = town.get("/api/v1/orders/O1").await.json();
    assert_eq!((&door["phone"], &door["state"]), (&json!("+356 9911 1111"), &json!("planned")));
    assert_eq!((&door["stop_key"], &door["cost"]["total"]), (&json!("R-K1/0/0"), &json!(15)));
    let pickup = town.get("/api/v1/orders/O2").await.json();
    assert_eq!(pickup["pickup_code"].as_str().unwrap().len(), 6);
    let unplanned = town.get("/api/v1/orders/O4").await.json();
    assert_eq!((&unplanned["handover"], &unplanned["state"]), (&json!(null), &json!(null)));
    assert_eq!(town.get("/api/v1/orders/O9").await.code(), "order/unknown");
}

#[tokio::test]
async fn search_finds_people_places_runs_and_phones() {
    let town = Town::new().await;
    let hits = async |typed: &str| {
        let answer = town.get(&format!("/api/v1/search?q={typed}")).await.json();
        let items = answer["items"].as_array().unwrap().clone();
        items.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(hits("borg").await, ["O1"]);
    assert_eq!(hits("9922%202222").await, ["O2"]);
    assert_eq!(hits("k1%20rider").await, ["R-K1"]);
    assert_eq!(hits("%E7%8E%8B").await, ["O5"]);
    assert_eq!(hits("c2").await, ["C2"]);
    assert_eq!(hits("A").await[0], "R-T1");
    assert!(hits("nobody").await.is_empty());
    assert_eq!(town.get("/api/v1/search?q=%20").await.code(), "request/wrong-query");
    assert_eq!(town.get("/api/v1/search").await.code(), "request/wrong-query");
}

#[tokio::test]
async fn the_courier_gets_the_own_run_and_nothing_else() {
    let town = Town::new().await;
    let route = town.ask(Ask::get("/api/v1/courier/route").by(&town.courier)).await.json();
    assert_eq!((&route["run"], &route["number"], &route["plan"]), (&json!("R-K1"), &json!(1), &json!("1")));
    let trip = &route["trips"][0];
    assert_eq!(
        trip["loading"][0],
        json!({ "parcel": "O1-1", "order": "O1", "tag": "0–4°", "stop_number": 1 })
    );
    let stop = &trip["stops"][0];
    assert_eq!((&stop["recipient"], &stop["state"]), (&json!("Maria Borg"), &json!("planned")));
    assert_eq!(stop["parcels"][0], json!({ "id": "O1-1", "tag": "0–4°", "kg": 2.0, "litres": 5.0 }));
}

#[tokio::test]
async fn a_hundred_and_fifty_stops_reach_a_phone_in_sixty_kilobytes() {
    let (day, plan) = day_town::long_round(149);
    let town = Town::of(day, plan, ServerConfig::default(), day_town::replanned()).await;
    publish_draft(&town.state, town.plan).await.unwrap();
    let ask = || Ask::get("/api/v1/courier/route").by(&town.courier);
    let plain = town.ask(ask()).await;
    assert_eq!(plain.json()["trips"][0]["stops"].as_array().unwrap().len(), 150);
    let packed = town.ask(ask().with("accept-encoding", "gzip")).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    println!("150 stops: {} bytes, {} as sent", plain.bytes.len(), packed.bytes.len());
    assert!(packed.bytes.len() <= 60_000, "{}", packed.bytes.len());
}

#[tokio::test]
async fn every_list_is_read_page_by_page_to_its_end() {
    let town = Town::new().await;
    for number in 0..6 {
        town.enrol(Role::Courier, Some("K2")).await;
        let post = json!({ "kind": "plan", "time_limit_s": 1, "seed": number });
        town.ask(Ask::post("/api/v1/jobs", &post).by(&town.dispatcher)).await;
        let event = json!({
            "id": format!("01890a5d-ac96-774b-bcce-{number:012}"), "seq": number, "kind": "noted", "occurred_at": 1,
        });
        let batch = json!({ "events": [event] });
        assert_eq!(town.ask(Ask::post("/api/v1/events", &batch).by(&town.dispatcher)).await.status, 200);
    }
    for (list, key, count) in [("devices", "id", 9), ("jobs", "id", 6), ("events", "number", 6)] {
        let ids = |page: &serde_json::Value| {
            page["items"].as_array().unwrap().iter().map(|item| item[key].clone()).collect::<Vec<_>>()
        };
        let whole = ids(&town.get(&format!("/api/v1/{list}")).await.json());
        assert_eq!(whole.len(), count, "{list}");
        let (mut found, mut path) = (Vec::new(), format!("/api/v1/{list}?limit=4"));
        loop {
            let page = town.get(&path).await.json();
            assert!((1..=4).contains(&ids(&page).len()), "{list}");
            found.extend(ids(&page));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/{list}?limit=4&cursor={next}");
        }
        assert_eq!(found, whole, "{list}");
        let forged = town.get(&format!("/api/v1/{list}?cursor=0%20or%201=1")).await;
        assert_eq!(
            (forged.status, forged.code().as_str()),
            (StatusCode::BAD_REQUEST, "request/wrong-cursor")
        );
    }
}

#[tokio::test]
async fn the_server_reads_plans_and_events_from_memory_until_they_change() {
    let town = Town::new().await;
    let state = async |town: &Town| town.get("/api/v1/orders/O1").await.json()["state"].clone();
    let (first, second) = (
        town.state.live().current().await.unwrap().number,
        town.state.live().current().await.unwrap().number,
    );
    assert_eq!((first, second, state(&town).await), (0, 0, json!("planned")));
    let event = json!({
        "id": "01890a5d-ac96-774b-bcce-000000000001", "seq": 1, "kind": "delivered", "order": "O1", "occurred_at": 1,
    });
    let tell = Ask::post("/api/v1/events", &json!({ "events": [event] })).by(&town.dispatcher);
    assert_eq!(town.ask(tell).await.json()["results"][0]["status"], "accepted");
    assert_eq!(state(&town).await, "delivered");
    assert_eq!(town.state.live().current().await.unwrap().number, 1);
    // A plan published behind the server's back, as a job does it.
    let (store, day) = (town.state.store(), town.state.day_id());
    let planned = super::planned(day_town::other_plan());
    let plan = add_plan(store, day, planned, "hand".to_owned(), None, town.state.now()).await.unwrap();
    assert_eq!(town.get("/api/v1/plans").await.json()["items"].as_array().unwrap().len(), 2);
    publish_draft(&town.state, plan).await.unwrap();
    assert_eq!(town.get("/api/v1/plans/published").await.json()["id"], "2");
    // Events follow the order into the new plan.
    assert_eq!(
        (town.state.live().current().await.unwrap().head.id, state(&town).await),
        (plan, json!("delivered"))
    );
}

#[tokio::test]
async fn the_desk_shows_what_comes_waits_and_leaves() {
    let town = Town::new().await;
    let desk = town.ask(Ask::get("/api/v1/centres/C1/desk").by(&town.centre)).await.json();
    assert_eq!(desk["arrivals"][0]["letter"], "A");
    assert_eq!(desk["arrivals"][0]["parcel_count"], json!({ "ambient": 0, "chilled": 3, "frozen": 0 }));
    assert_eq!(desk["outgoing"][0]["run"], "R-K1");
    let waiting: Vec<_> = desk["waiting"].as_array().unwrap().iter().map(|it| &it["recipient"]).collect();
    assert_eq!(waiting, [&json!("C••••• V••••"), &json!("王••")]);
    assert_eq!(town.get("/api/v1/centres/C1/desk").await.status, StatusCode::OK);
    assert_eq!(town.get("/api/v1/centres/C9/desk").await.code(), "centre/unknown");
}

#[tokio::test]
async fn pickup_codes_cannot_be_guessed() {
    let town = Town::new().await;
    let code = town.pickup_code("O2").await;
    let try_code =
        |code: &str| Ask::post("/api/v1/centres/C1/pickup", &json!({ "code": code })).by(&town.centre);
    // Right codes do not count, spaces do not matter.
    for _ in 0..8 {
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        assert_eq!(town.ask(try_code(&spaced)).await.json()["order"], "O2");
    }
    for _ in 0..5 {
        assert_eq!(town.ask(try_code("x")).await.code(), "pickup/unknown-code");
    }
    let locked = town.ask(try_code(&code)).await;
    assert_eq!(
        (locked.status, locked.code().as_str()),
        (StatusCode::TOO_MANY_REQUESTS, "pickup/too-many-tries")
    );
    town.wait(601);
    assert_eq!(town.ask(try_code(&code)).await.json()["parcels"][0]["compartment"], "chilled");
    // Nor by the address, which browsers and proxies keep.
    let by_address = Ask::get(&format!("/api/v1/centres/C1/pickup?code={code}")).by(&town.centre);
    assert_eq!(town.ask(by_address).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn an_order_is_shown_with_its_cost_footprint_and_price_straight_from_the_hub() {
    let town = Town::new().await;
    let order = town.get("/api/v1/orders/O1").await.json();
    let cost = json!({ "linehaul": 1, "last_mile": 2, "handling": 3, "centre": 4, "cold": 5, "total": 15 });
    assert_eq!(order["cost"], cost);
    assert_eq!(order["footprint"], json!({ "driving_g": 60, "cooling_g": 7, "cooling_j": 9_000 }));
    let direct = json!({ "vehicle": "bike", "cost": 25, "distance_m": 1_200, "co2e_g": 6 });
    assert_eq!(order["direct"], direct);
    let unplanned = town.get("/api/v1/orders/O4").await.json();
    assert_eq!((&unplanned["cost"], &unplanned["direct"]), (&json!(null), &json!(null)));
}

#[tokio::test]
async fn what_an_order_adds_to_the_day_is_told_of_orders_that_are_served() {
    let town = Town::new().await;
    let expected = json!({
        "order": "O1", "cost": 200, "objective": 260,
        "with": { "cost": 900, "objective": 950 }, "without": { "cost": 700, "objective": 690 },
    });
    assert_eq!(town.get("/api/v1/orders/O1/marginal").await.json(), expected);
    for (order, status, code) in [
        ("O4", StatusCode::CONFLICT, "order/not-served"),
        ("O5", StatusCode::CONFLICT, "order/not-priced"),
        ("ghost", StatusCode::NOT_FOUND, "order/unknown"),
    ] {
        let answer = town.get(&format!("/api/v1/orders/{order}/marginal")).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{order}");
    }
    let by_courier = town.ask(Ask::get("/api/v1/orders/O1/marginal").by(&town.courier)).await;
    assert_eq!(by_courier.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_reissued_code_opens_the_order_and_the_old_one_nothing() {
    let town = Town::new().await;
    let old = town.pickup_code("O2").await;
    let path = "/api/v1/orders/O2/pickup-code";
    let reissued = town.ask(Ask::new(Method::POST, path).by(&town.dispatcher)).await;
    let new = reissued.json()["pickup_code"].as_str().unwrap().to_owned();
    assert_ne!(old, new);
    assert_eq!(town.pickup_code("O2").await, new);
    let open = async |code: &str| {
        town.ask(Ask::post("/api/v1/centres/C1/pickup", &json!({ "code": code })).by(&town.centre)).await
    };
    assert_eq!(open(&old).await.code(), "pickup/unknown-code");
    assert_eq!(open(&new).await.json()["order"], "O2");
    // Orders that go to the door have none.
    let none = town.ask(Ask::new(Method::POST, "/api/v1/orders/O1/pickup-code").by(&town.dispatcher)).await;
    assert_eq!((none.status, none.code().as_str()), (StatusCode::NOT_FOUND, "store/not-found"));
}

#[tokio::test]
async fn no_secret_lies_in_the_folder() {
    let town = Town::new().await;
    let codes = [town.pickup_code("O2").await, town.pickup_code("O5").await];
    let look = Ask::post("/api/v1/centres/C1/pickup", &json!({ "code": codes[0] })).by(&town.centre);
    assert_eq!(town.ask(look).await.status, StatusCode::OK);
    let event = json!({
        "id": "01890a5d-ac96-774b-bcce-000000000001", "seq": 1, "kind": "collected", "centre": "C1", "order": "O2",
        "occurred_at": town.state.now().unix(), "payload": { "code": codes[0] },
    });
    let sent = Ask::post("/api/v1/events", &json!({ "events": [event] })).by(&town.centre);
    assert_eq!(town.ask(sent).await.json()["results"][0]["status"], "accepted");
    let post = json!({ "role": "courier", "courier": "K2" });
    let link = Ask::post("/api/v1/enrolments", &post).by(&town.dispatcher).with("idempotency-key", "k-1");
    let link = town.ask(link).await.json()["code"].as_str().unwrap().to_owned();
    let bytes = town.bytes_on_disk();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("collected") && holds("K2 Rider"), "the search finds what is there");
    for secret in codes.iter().chain([&link, &town.dispatcher, &town.courier]) {
        assert!(!holds(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_plan_of_another_day_is_unknown() {
    let town = Town::new().await;
    let tomorrow =
        NewDay { name: "town".into(), date: "2026-03-18".into(), network: Vec::new(), orders: Vec::new() };
    let now = Timestamp::from_unix(MORNING);
    let day = town.state.store().put_day(tomorrow, now).await.unwrap();
    let planned = PlannedDay { plan: day_town::plan(), report: day_town::report() };
    let other = add_plan(town.state.store(), day, planned, "solver".to_owned(), None, now).await.unwrap();
    for path in [
        format!("/api/v1/plans/{other}"),
        format!("/api/v1/plans/1/compare/{other}"),
        format!("/api/v1/plans/{other}/compare/1"),
    ] {
        assert_eq!(town.get(&path).await.code(), "store/not-found", "{path}");
    }
    let publish = Ask::post(&format!("/api/v1/plans/{other}/publish"), &json!({})).by(&town.dispatcher);
    assert_eq!(town.ask(publish.with("if-match", "\"2.1.0\"")).await.code(), "store/not-found");
}
