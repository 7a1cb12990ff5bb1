//! Days that people change: what was answered survives a kill, the folder takes over only what is new in it, and each day is
//! planned from its own files.

use crate::town::{Town, program};
use crate::wait::wait_for;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

fn coldmile(args: &[&str]) -> Value {
    let output = Command::new(program()).args(args).arg("--json").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn what_people_changed_survives_a_kill_and_goes_out_as_the_two_files() {
    let town = Town::new();
    let mut server = town.serve(&[]);
    let dispatcher = server.join_dispatcher();
    let mut client = server.client_of(&dispatcher);
    let date = client.get("/api/v1/day").unwrap().good()["date"].as_str().unwrap().to_owned();
    let base = format!("/api/v1/days/{date}");
    let courier = client.get(&format!("{base}/couriers")).unwrap().good()["items"][0].clone();
    let path = format!("{base}/couriers/{}", courier["id"].as_str().unwrap());
    let tag = courier["etag"].as_str().unwrap();
    let changed = client.ask("PATCH", &path, Some(r#"{"off":true}"#), &[("if-match", tag)]).unwrap();
    assert_eq!(changed.good()["values"]["off"], true);
    let order = client.get(&format!("{base}/orders?limit=1")).unwrap().good()["items"][0].clone();
    let path = format!("{base}/orders/{}", order["id"].as_str().unwrap());
    let tag = order["etag"].as_str().unwrap();
    let changed = client.ask("PATCH", &path, Some(r#"{"name":"Ġorġ"}"#), &[("if-match", tag)]).unwrap();
    assert_eq!(changed.good()["values"]["name"], "Ġorġ");

    // Also while the server works, the database gives the files as they are now.
    let (data, out) = (town.path(""), town.path("out"));
    let (data, out) = (data.to_str().unwrap(), out.to_str().unwrap());
    coldmile(&["export", out, "--data", data, "--date", &date]);
    let orders = fs::read_to_string(town.path("out/orders.csv")).unwrap();
    assert!(orders.contains(",Ġorġ,"), "{orders}");
    let network = fs::read_to_string(town.path("out/network.toml")).unwrap();
    let before = fs::read_to_string(town.path("day/network.toml")).unwrap();
    let added: Vec<&str> = network.lines().filter(|line| !before.lines().any(|old| old == *line)).collect();
    assert_eq!(added, ["off = true"]);

    // The folder has not changed, so that the day stays what people made of it.
    server.kill();
    server = town.serve(&[]);
    let mut client = server.client_of(&dispatcher);
    assert_eq!(client.get(&path).unwrap().good()["values"]["name"], "Ġorġ");
    assert_eq!(client.get("/api/v1/plans/published").unwrap().good()["status"], "published");
    // A folder that has changed since does not undo it either.
    server.kill();
    fs::write(town.path("day/network.toml"), format!("{before}# later\n")).unwrap();
    server = town.serve(&[]);
    let mut client = server.client_of(&dispatcher);
    assert_eq!(client.get(&path).unwrap().good()["values"]["name"], "Ġorġ");
    let log = fs::read_to_string(town.path("log.txt")).unwrap();
    assert!(log.contains("the files of the folder are newer"), "{log}");
}

#[test]
fn a_folder_that_has_changed_is_read_again_when_the_day_was_left_alone() {
    let town = Town::new();
    let mut server = town.serve(&[]);
    let dispatcher = server.join_dispatcher();
    server.kill();
    let orders = fs::read_to_string(town.path("day/orders.csv")).unwrap();
    let fewer: Vec<&str> = orders.lines().take(20).collect();
    fs::write(town.path("day/orders.csv"), fewer.join("\n") + "\n").unwrap();
    server = town.serve(&[]);
    let mut client = server.client_of(&dispatcher);
    let date = client.get("/api/v1/day").unwrap().good()["date"].as_str().unwrap().to_owned();
    let rows = client.get(&format!("/api/v1/days/{date}/orders")).unwrap().good();
    // A version line and a header come first.
    assert_eq!(rows["items"].as_array().unwrap().len(), 18);

    // A file that is not in order does not take the last good day away.
    server.kill();
    fs::write(town.path("day/orders.csv"), fewer.join("\n") + "\nX,soon,14.5\n").unwrap();
    server = town.serve(&[]);
    let mut client = server.client_of(&dispatcher);
    let rows = client.get(&format!("/api/v1/days/{date}/orders")).unwrap().good();
    assert_eq!(rows["items"].as_array().unwrap().len(), 18);
    let log = fs::read_to_string(town.path("log.txt")).unwrap();
    assert!(log.contains("the day in the database is served"), "{log}");
}

#[test]
fn a_new_day_is_filled_by_a_shop_with_a_key_and_planned_from_its_own_files() {
    let town = Town::new();
    let data = town.path("");
    let data = data.to_str().unwrap();
    let key = coldmile(&["key", data, "--name", "Shop", "--scope", "orders"]);
    let server = town.serve(&[]);
    let in_use = Command::new(program()).args(["key", data]).output().unwrap();
    assert!(String::from_utf8_lossy(&in_use.stderr).contains("in use"), "{in_use:?}");
    let dispatcher = server.join_dispatcher();
    let mut client = server.client_of(&dispatcher);
    let made = client.post("/api/v1/days", &json!({ "date": "2031-05-06" })).unwrap();
    assert_eq!((made.status, &made.json()["is_today"]), (201, &json!(false)));
    let orders = fs::read_to_string(town.path("day/orders.csv")).unwrap();
    // Orders of another day, by the clock alone: the dates of `placed_at` are left out.
    let header: Vec<&str> = orders.lines().nth(1).unwrap().split(',').collect();
    let wanted = ["order_id", "lat", "lon", "temp_class", "kg", "litres", "tw_start", "tw_end"];
    let places = wanted.map(|name| header.iter().position(|known| *known == name).unwrap());
    let bearer = format!("Bearer {}", key["key"].as_str().unwrap());
    let mut shop = server.client();
    for row in orders.lines().skip(2).take(8) {
        let cells: Vec<&str> = row.split(',').collect();
        let order: serde_json::Map<String, Value> = wanted
            .iter()
            .zip(places)
            .map(|(name, place)| ((*name).to_owned(), cells[place].into()))
            .collect();
        let path = "/api/v1/days/2031-05-06/orders";
        let sent = shop
            .ask("POST", path, Some(&Value::Object(order).to_string()), &[("authorization", &bearer)])
            .unwrap();
        assert_eq!(sent.status, 201, "{}", String::from_utf8_lossy(&sent.body));
    }
    let job =
        client.post("/api/v1/jobs?date=2031-05-06", &json!({ "kind": "plan", "time_limit_s": 2 })).unwrap();
    let job = job.good()["id"].as_str().unwrap().to_owned();
    let done = wait_for("the plan", || {
        let found = client.get(&format!("/api/v1/jobs/{job}")).unwrap().good();
        assert_ne!(found["status"], "failed", "{found}");
        (found["status"] == "done").then_some(found)
    });
    let path = format!("/api/v1/plans/{}?date=2031-05-06", done["plan"].as_str().unwrap());
    let plan = client.get(&path).unwrap().good();
    assert_eq!(
        (&plan["figures"]["orders"], &plan["figures"]["violations"]),
        (&json!(8), &json!(0)),
        "{}",
        plan["figures"]
    );
    // It is of that day alone.
    assert_eq!(client.get(&format!("/api/v1/plans/{}", done["plan"].as_str().unwrap())).unwrap().status, 404);
}
