//! Couriers' phones: they tell what happened, keep what was acknowledged, and tell again what was not.

use crate::http::Client;
use crate::town::Server;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// A phone that has joined.
#[derive(Clone)]
pub struct Phone {
    pub number: usize,
    pub cookie: String,
    /// The run it drives.
    pub run: String,
}

/// Lets `count` phones in, shared out among the couriers who have a run.
pub fn enrol(server: &Server, dispatcher: &str, count: usize) -> Vec<Phone> {
    let mut client = server.client_of(dispatcher);
    let plan = client.get("/api/v1/plans/published").unwrap().good();
    let runs = plan["runs"].as_array().unwrap();
    let runs: Vec<(&str, &str)> = runs
        .iter()
        .filter(|run| run["echelon"] == "last-mile")
        .map(|run| (run["id"].as_str().unwrap(), run["courier"].as_str().unwrap()))
        .collect();
    let join = |(number, (run, courier)): (usize, &(&str, &str))| {
        let post = json!({ "role": "courier", "courier": courier });
        let link = client.post("/api/v1/enrolments", &post).unwrap().good();
        Phone { number, cookie: server.join(link["url"].as_str().unwrap()), run: (*run).to_owned() }
    };
    runs.iter().cycle().take(count).enumerate().map(join).collect()
}

impl Phone {
    /// Event `seq` of this phone; the same number is always the same event.
    pub fn event(&self, seq: u64) -> Value {
        json!({
            "id": format!("01890a5d-ac96-774b-{:04x}-{seq:012x}", 0x8000 | self.number),
            "seq": seq,
            "kind": "noted",
            "run": self.run,
            "occurred_at": 1_773_730_800 + seq,
            "payload": { "note": format!("phone {} says {seq}", self.number) },
        })
    }

    pub fn connect(&self, address: SocketAddr) -> std::io::Result<Client> {
        Client::connect(address).map(|client| client.with_cookie(&self.cookie))
    }
}

/// Sends events; the status of each once they are acknowledged, `None` when they were not.
pub fn tell(client: &mut Client, events: &[Value]) -> Option<Vec<String>> {
    let answer = client.post("/api/v1/events", &json!({ "events": events })).ok()?;
    if answer.status == 503 {
        return None;
    }
    let good = answer.good();
    let results = good["results"].as_array().unwrap();
    assert_eq!(results.len(), events.len());
    Some(results.iter().map(|result| result["status"].as_str().unwrap().to_owned()).collect())
}

/// All events of the server by id, checked to be numbered one by one and to be there once.
pub fn stored(server: &Server, dispatcher: &str) -> BTreeMap<String, Value> {
    let mut client = server.client_of(dispatcher);
    let mut path = "/api/v1/events?limit=500".to_owned();
    let (mut found, mut number) = (BTreeMap::new(), 0);
    loop {
        let page = client.get(&path).unwrap().good();
        for event in page["items"].as_array().unwrap() {
            number += 1;
            assert_eq!(event["number"], number);
            let twice = found.insert(event["id"].as_str().unwrap().to_owned(), event.clone());
            assert!(twice.is_none(), "twice: {event}");
        }
        let Some(next) = page["next"].as_str() else { return found };
        path = format!("/api/v1/events?limit=500&cursor={next}");
    }
}
