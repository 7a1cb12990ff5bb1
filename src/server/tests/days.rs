//! Days, their orders and their people: what a dispatcher brings in and changes.

use super::{Answer, Ask, MORNING, Town};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

const DAY: &str = "/api/v1/days/2026-03-17";

fn change(town: &Town, path: &str, tag: &str, patch: &Value) -> Ask {
    let ask = Ask::post(path, patch).by(&town.dispatcher).with("if-match", tag);
    ask.method(Method::PATCH)
}

async fn post(town: &Town, path: &str, body: &Value) -> Answer {
    town.ask(Ask::post(path, body).by(&town.dispatcher)).await
}

async fn import(town: &Town, query: &str, csv: &str) -> Value {
    let path = format!("{DAY}/orders/import{query}");
    let answer = town.ask(Ask::post(&path, &json!(null)).body(csv.to_owned()).by(&town.dispatcher)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

async fn ids(town: &Town) -> Vec<String> {
    let rows = town.get(&format!("{DAY}/orders")).await.json();
    rows["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_order_is_added_changed_and_taken_out_and_each_act_is_on_record() {
    let town = Town::new().await;
    let order = json!({
        "lat": "35.9001", "lon": 14.5001, "temp_class": "dairy", "kg": 2, "litres": "4", "tw_start": "10:00",
        "tw_end": "12:00", "name": "Rita Vella",
    });
    let added = post(&town, &format!("{DAY}/orders"), &order).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text());
    let row = added.json();
    let id = row["id"].as_str().unwrap().to_owned();
    assert_eq!((id.as_str(), added.header("location")), ("N0001", "/api/v1/days/2026-03-17/orders/N0001"));
    assert_eq!((&row["values"]["kg"], &row["values"]["name"]), (&json!("2"), &json!("Rita Vella")));
    assert!(ids(&town).await.contains(&id));
    // The page's view of the order knows it too, though no plan has it.
    let shown = town.get("/api/v1/orders/N0001").await.json();
    assert_eq!(shown["recipient"], "Rita Vella");

    let path = format!("{DAY}/orders/{id}");
    let missing = town.ask(change(&town, &path, "\"0\"", &json!({ "tw_end": "13:00" }))).await;
    assert_eq!((missing.status, missing.code().as_str()), (StatusCode::PRECONDITION_FAILED, "edit/stale"));
    assert_eq!(missing.json()["present"]["values"]["tw_end"], "12:00");
    let tag = added.header("etag").to_owned();
    let changed = town.ask(change(&town, &path, &tag, &json!({ "tw_end": "13:00", "name": null }))).await;
    assert_eq!(changed.json()["values"]["tw_end"], "13:00", "{}", changed.text());
    assert_eq!(changed.json()["values"].get("name"), None);
    for (patch, pointer) in [
        (json!({ "tw_end": "9" }), "/tw_end"),
        (json!({ "colour": "red" }), "/colour"),
        (json!({ "kg": [1] }), "/kg"),
        (json!({ "centre": "C9" }), "/centre"),
    ] {
        let refused = town.ask(change(&town, &path, changed.header("etag"), &patch)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{}", refused.text());
    }

    let remove =
        Ask::new(Method::DELETE, &path).by(&town.dispatcher).with("if-match", changed.header("etag"));
    assert_eq!(town.ask(remove).await.status, StatusCode::NO_CONTENT);
    assert!(!ids(&town).await.contains(&id));
    let record = town.get(&format!("{DAY}/changes?what=order&id={id}")).await.json();
    let fields: Vec<_> =
        record["items"].as_array().unwrap().iter().map(|item| item["field"].clone()).collect();
    assert_eq!(fields, [Value::Null, json!("name"), json!("tw_end"), Value::Null]);
    assert_eq!(record["items"][0]["before"]["tw_end"], "13:00");
    assert_eq!(record["items"][2]["after"], "13:00");
    assert_eq!(record["items"][3]["name"], "Dispatcher");
}

#[tokio::test]
async fn an_order_to_which_something_has_happened_stays() {
    let town = Town::new().await;
    let event = json!({
        "id": "01890a5d-ac96-774b-bcce-000000000001", "seq": 1, "kind": "delivered", "order": "O1",
        "occurred_at": MORNING - 60, "payload": {},
    });
    let sent = Ask::post("/api/v1/events", &json!({ "events": [event] })).by(&town.courier);
    assert_eq!(town.ask(sent).await.json()["results"][0]["status"], "accepted");
    let path = format!("{DAY}/orders/O1");
    let tag = town.get(&path).await.header("etag").to_owned();
    let remove = Ask::new(Method::DELETE, &path).by(&town.dispatcher).with("if-match", &tag);
    let answer = town.ask(remove).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::CONFLICT, "order/has-events"));
    assert!(ids(&town).await.contains(&"O1".to_owned()));
}

#[tokio::test]
async fn a_file_is_looked_at_first_and_then_its_good_rows_go_in() {
    let town = Town::new().await;
    let before = ids(&town).await;
    let csv = "order_id;lat;lon;temp_class;kg;litres;tw_start;tw_end\n\
               A1;35.9001;14.5001;dairy;1;2;10:00;12:00\n\
               A2;35.9002;14.5002;warm;1;2;10:00;12:00\n\
               A3;35.9003;14.5003;dairy;1;2;10:00;12:00\n";
    let looked = import(&town, "?dry_run=true", csv).await;
    let counts =
        |view: &Value| ["new", "changed", "unchanged", "rejected"].map(|key| view[key].as_u64().unwrap());
    assert_eq!((counts(&looked), &looked["is_done"]), ([2, 0, 0, 1], &json!(false)));
    let problem = &looked["problems"][0];
    assert_eq!((&problem["row"], &problem["column"]), (&json!(3), &json!("temp_class")));
    assert_eq!(ids(&town).await, before);
    let refused = import(&town, "?bad_rows=refuse", csv).await;
    assert_eq!((refused["is_done"].clone(), ids(&town).await), (json!(false), before.clone()));

    let done = import(&town, "", csv).await;
    assert_eq!((counts(&done), &done["is_done"]), ([2, 0, 0, 1], &json!(true)));
    assert_eq!(ids(&town).await.len(), before.len() + 2);
    let again =
        import(&town, "", &csv.replace("A3;35.9003;14.5003;dairy;1;", "A3;35.9003;14.5003;dairy;3;")).await;
    assert_eq!(counts(&again), [0, 1, 1, 1]);
    let record = town.get(&format!("{DAY}/changes?what=order&id=A3")).await.json();
    assert_eq!((&record["items"][0]["field"], &record["items"][0]["after"]), (&json!("kg"), &json!("3")));
}

#[tokio::test]
async fn people_vehicles_centres_and_prices_are_changed_by_the_words_of_the_file() {
    let town = Town::new().await;
    let path = format!("{DAY}/couriers/K1");
    let row = town.get(&path).await;
    let changed = town.ask(change(&town, &path, row.header("etag"), &json!({ "off": true }))).await;
    assert_eq!(changed.json()["values"]["off"], true, "{}", changed.text());
    let day = town.get("/api/v1/day").await.json();
    assert!(day["couriers"].as_array().unwrap().iter().all(|courier| courier["id"] != "K1"));
    let listed = town.get(&format!("{DAY}/couriers")).await.json();
    assert!(listed["items"].as_array().unwrap().iter().any(|row| row["id"] == "K1"));
    let stale = town.ask(change(&town, &path, row.header("etag"), &json!({ "off": false }))).await;
    assert_eq!(stale.json()["present"]["values"]["off"], true);

    let path = format!("{DAY}/sites/C1");
    let row = town.get(&path).await;
    let patch = json!({ "storage": { "chilled_l": 250 } });
    let changed = town.ask(change(&town, &path, row.header("etag"), &patch)).await;
    assert_eq!(changed.json()["values"]["storage"]["chilled_l"], 250, "{}", changed.text());
    let site = town.get("/api/v1/day").await.json()["sites"].as_array().unwrap()[1].clone();
    assert_eq!((&site["id"], &site["capacity_l"]["chilled"]), (&json!("C1"), &json!(250.0)));
    let wrong = town.ask(change(&town, &path, changed.header("etag"), &json!({ "open": "25:00" }))).await;
    assert_eq!(wrong.code(), "day/invalid");
    assert_eq!(wrong.json()["errors"][0]["pointer"], "/site.open");

    let path = format!("{DAY}/prices");
    let row = town.get(&path).await;
    let changed = town.ask(change(&town, &path, row.header("etag"), &json!({ "family_per_hour": 10 }))).await;
    assert_eq!(changed.json()["values"]["family_per_hour"], 10, "{}", changed.text());
    let record = town.get(&format!("{DAY}/changes")).await.json();
    let items = record["items"].as_array().unwrap();
    let whats: Vec<&str> = items.iter().map(|item| item["what"].as_str().unwrap()).collect();
    assert_eq!(whats, ["prices", "site", "courier"]);
    assert_eq!((&items[1]["field"], &items[1]["after"]), (&json!("storage.chilled_l"), &json!(250)));
}

#[tokio::test]
async fn the_next_day_is_made_from_this_one_and_begins_at_midnight() {
    let town = Town::new().await;
    let made = post(&town, "/api/v1/days", &json!({ "date": "2026-03-18" })).await;
    assert_eq!(
        (made.status, &made.json()["is_today"]),
        (StatusCode::CREATED, &json!(false)),
        "{}",
        made.text()
    );
    assert_eq!(post(&town, "/api/v1/days", &json!({ "date": "2026-03-18" })).await.code(), "store/taken");
    assert_eq!(post(&town, "/api/v1/days", &json!({ "date": "soon" })).await.code(), "day/invalid");
    let days = town.get("/api/v1/days").await.json();
    let dates: Vec<&str> =
        days["items"].as_array().unwrap().iter().map(|day| day["date"].as_str().unwrap()).collect();
    assert_eq!(dates, ["2026-03-18", "2026-03-17"]);
    let next = "/api/v1/days/2026-03-18";
    assert_eq!(town.get(next).await.json()["date"], "2026-03-18");
    assert_eq!(town.get(&format!("{next}/orders")).await.json()["items"], json!([]));
    assert_eq!(town.get("/api/v1/plans?date=2026-03-18").await.json()["items"], json!([]));
    assert_eq!(town.get("/api/v1/plans?date=2026-03-19").await.code(), "day/none");

    // What people change of the next day leaves this one as it is.
    let order = json!({
        "order_id": "X1", "lat": "35.9001", "lon": "14.5001", "temp_class": "dairy", "kg": "2", "litres": "4",
        "tw_start": "10:00", "tw_end": "12:00",
    });
    assert_eq!(post(&town, &format!("{next}/orders"), &order).await.status, StatusCode::CREATED);
    assert!(!ids(&town).await.contains(&"X1".to_owned()));
    town.state.roll().await.unwrap();
    assert_eq!(town.get("/api/v1/day").await.json()["date"], "2026-03-17");
    town.wait(24 * 3600);
    town.state.roll().await.unwrap();
    assert_eq!(town.get("/api/v1/day").await.json()["date"], "2026-03-18");
    let route = town.ask(Ask::get("/api/v1/courier/route").by(&town.courier)).await;
    assert_eq!(route.code(), "route/none");

    // A phone that had no signal over night tells what happened the day before.
    let event = json!({
        "id": "01890a5d-ac96-774b-bcce-000000000007", "seq": 7, "kind": "delivered", "order": "O1",
        "occurred_at": MORNING + 3600, "payload": {},
    });
    let sent = Ask::post("/api/v1/events", &json!({ "events": [event] })).by(&town.courier);
    let answer = town.ask(sent).await.json();
    assert_eq!(answer["results"][0]["status"], "accepted", "{answer}");
    let events = town.get("/api/v1/events?date=2026-03-17").await.json();
    assert_eq!(events["items"].as_array().unwrap().len(), 1);
    assert_eq!(town.get("/api/v1/events").await.json()["items"], json!([]));
    let order = town.get("/api/v1/orders/O1?date=2026-03-17").await.json();
    assert_eq!(order["state"], "delivered");
}

#[tokio::test]
async fn two_who_change_the_same_row_change_it_once() {
    let town = Town::new().await;
    let path = format!("{DAY}/orders/O2");
    let tag = town.get(&path).await.header("etag").to_owned();
    let ends = ["11:40", "11:41", "11:42", "11:43"];
    let asks = ends.map(|end| town.ask(change(&town, &path, &tag, &json!({ "tw_end": end }))));
    let answers: Vec<Answer> = futures_util::future::join_all(asks).await;
    let done: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::OK).collect();
    assert_eq!(done.len(), 1, "{answers:?}");
    let now = town.get(&path).await.json()["values"]["tw_end"].clone();
    assert_eq!(now, done[0].json()["values"]["tw_end"]);
    for lost in answers.iter().filter(|answer| answer.status != StatusCode::OK) {
        assert_eq!(lost.json()["present"]["values"]["tw_end"], now);
    }
}

#[tokio::test]
async fn a_shop_sends_orders_with_a_key_and_nothing_else() {
    let town = Town::new().await;
    let scopes = json!({ "name": "Shop", "scopes": ["orders:write", "orders:read"] });
    let made = post(&town, "/api/v1/keys", &scopes).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let (id, key) = (made.json()["id"].clone(), made.json()["key"].as_str().unwrap().to_owned());
    let bearer = format!("Bearer {key}");
    let with_key = |ask: Ask| ask.with("authorization", &bearer);
    let order = json!({
        "order_id": "S-7", "lat": "35.9001", "lon": "14.5001", "temp_class": "dairy", "kg": "2", "litres": "4",
        "tw_start": "10:00", "tw_end": "12:00",
    });
    let path = format!("{DAY}/orders");
    let added = town.ask(with_key(Ask::post(&path, &order))).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text());
    let read = town.ask(with_key(Ask::get(&format!("{path}/S-7")))).await;
    assert_eq!(read.json()["values"]["kg"], "2");
    let record = town.get(&format!("{DAY}/changes?what=order&id=S-7")).await.json();
    assert_eq!((&record["items"][0]["actor"], &record["items"][0]["name"]), (&id, &json!("Shop")));
    // A page of another site makes no difference: a browser does not send a key by itself.
    let foreign =
        with_key(Ask::post(&path, &json!({ "order_id": "S-7" }))).with("origin", "http://shop.test");
    assert_eq!(town.ask(foreign).await.code(), "order/duplicate-id");

    for path in ["/api/v1/events", "/api/v1/plans", "/api/v1/keys", "/api/v1/me", "/api/v1/live"] {
        let answer = town.ask(with_key(Ask::get(path))).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::FORBIDDEN, "auth/forbidden"),
            "{path}"
        );
    }
    let bytes = town.bytes_on_disk();
    assert!(!bytes.windows(key.len()).any(|part| part == key.as_bytes()), "only a digest is kept");
    let listed = town.get("/api/v1/keys").await.json();
    assert_eq!(listed["items"][0]["scopes"], json!(["orders:write", "orders:read"]));
    assert!(!listed.to_string().contains(&key));

    for _ in 0..600 {
        town.ask(with_key(Ask::get("/api/v1/plans"))).await;
    }
    let answer = town.ask(with_key(Ask::get(&path))).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "auth/key-quota"));
    town.wait(61);
    assert_eq!(town.ask(with_key(Ask::get(&path))).await.status, StatusCode::OK);
    let gone =
        Ask::new(Method::DELETE, &format!("/api/v1/keys/{}", id.as_str().unwrap())).by(&town.dispatcher);
    assert_eq!(town.ask(gone).await.status, StatusCode::NO_CONTENT);
    assert_eq!(town.ask(with_key(Ask::get(&path))).await.code(), "auth/required");
    for (body, code) in [
        (json!({ "name": "", "scopes": ["orders:read"] }), "key/wrong-name"),
        (json!({ "name": "Shop", "scopes": ["all"] }), "key/unknown-scope"),
        (json!({ "name": "Shop", "scopes": [] }), "key/unknown-scope"),
    ] {
        assert_eq!(post(&town, "/api/v1/keys", &body).await.code(), code);
    }
}

#[tokio::test]
async fn a_day_goes_out_as_tables_routes_and_papers() {
    let town = Town::new().await;
    let export = async |query: &str| town.get(&format!("{DAY}/export?{query}")).await;
    let csv = export("what=orders&as=csv").await;
    assert!(csv.bytes.starts_with(b"\xEF\xBB\xBForder_id,"), "{}", csv.text());
    assert!(csv.header("content-disposition").contains("orders-2026-03-17.csv"));
    let first = csv.text().lines().nth(1).unwrap().to_owned();
    assert!(first.starts_with("O1,") && first.contains(",planned,C1,door,R-K1,1,2026-03-17 "), "{first}");
    // What went out comes in again as the same orders.
    let again = import(&town, "?dry_run=true", &csv.text()).await;
    assert_eq!(
        (&again["new"], &again["changed"], &again["rejected"]),
        (&json!(0), &json!(0), &json!(0)),
        "{again}"
    );
    let book = export("what=orders&as=xlsx").await;
    let path = format!("{DAY}/orders/import?dry_run=true");
    let ask = Ask::post(&path, &json!(null)).body(book.bytes).by(&town.dispatcher);
    let again = town.ask(ask).await.json();
    assert_eq!(
        (&again["new"], &again["changed"], &again["rejected"]),
        (&json!(0), &json!(0), &json!(0)),
        "{again}"
    );
    // Also what a spreadsheet would take for a formula.
    let path = format!("{DAY}/orders/O2");
    let tag = town.get(&path).await.header("etag").to_owned();
    let named = town.ask(change(&town, &path, &tag, &json!({ "name": "=Rita+1" }))).await;
    assert_eq!(named.status, StatusCode::OK, "{}", named.text());
    let csv = export("what=orders&as=csv").await.text();
    assert!(csv.contains(",'=Rita+1,"), "{csv}");
    let again = import(&town, "?dry_run=true", &csv).await;
    assert_eq!((&again["changed"], &again["rejected"]), (&json!(0), &json!(0)), "{again}");
    assert_eq!(export("what=orders&as=json").await.json()[0]["order_id"], "O1");

    let gpx = export("what=plan&as=gpx&run=R-K1").await;
    assert!(
        gpx.text().contains("<gpx version=\"1.1\"") && gpx.text().contains("<trkpt lat="),
        "{}",
        gpx.text()
    );
    let lines = export("what=plan&as=geojson").await.json();
    assert_eq!(lines["features"][0]["geometry"]["type"], "LineString");
    assert_eq!(export("what=plan&as=json").await.json()["version"], 2);
    for (query, words) in [
        ("what=load-sheet&as=html", ["Load sheets", "Maria Borg"]),
        ("what=load-sheet&as=html&paper=80mm&lang=zh", ["装车单", "80mm"]),
        ("what=labels&as=html", ["Labels", "M•••• B•••"]),
    ] {
        let page = export(query).await;
        assert!(page.header("content-type").starts_with("text/html"));
        assert!(words.iter().all(|word| page.text().contains(word)), "{query}: {}", page.text());
        assert!(page.text().contains("<svg"));
    }
    assert!(!export("what=labels&as=html").await.text().contains("Maria Borg"));
    for (query, code) in [
        ("what=plan&as=gpx", "export/one-run"),
        ("what=plan&as=gpx&run=R-9", "export/no-run"),
        ("what=plan&as=pdf", "export/unknown"),
        ("what=plan", "request/wrong-query"),
    ] {
        assert_eq!(export(query).await.code(), code, "{query}");
    }
}
