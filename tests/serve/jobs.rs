//! Planning in the background of a server that is killed, and planning that is called off.

use crate::http::Client;
use crate::town::Town;
use crate::wait::wait_for;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn start(client: &mut Client, seconds: u32) -> String {
    let post = json!({ "kind": "plan", "time_limit_s": seconds });
    let job = client.post("/api/v1/jobs", &post).unwrap();
    assert_eq!(job.status, 202, "{job:?}");
    job.json()["id"].as_str().unwrap().to_owned()
}

fn wait_until(client: &mut Client, job: &str, status: &str) -> Value {
    wait_for(&format!("{job} {status}"), || {
        let found = client.get(&format!("/api/v1/jobs/{job}")).unwrap().good();
        (found["status"] == status).then_some(found)
    })
}

#[test]
fn a_job_outlives_one_kill_and_ends_with_a_reason_after_two() {
    let town = Town::new();
    let mut server = town.serve(&[]);
    let dispatcher = server.join_dispatcher();
    let job = start(&mut server.client_of(&dispatcher), 2);
    wait_until(&mut server.client_of(&dispatcher), &job, "running");
    server.kill();
    server = town.serve(&[]);
    let mut client = server.client_of(&dispatcher);
    let done = wait_until(&mut client, &job, "done");
    let plan = client.get(&format!("/api/v1/plans/{}", done["plan"].as_str().unwrap())).unwrap().good();
    assert_eq!(plan["status"], "draft");
    assert!(plan["runs"].as_array().unwrap().len() > 3, "{}", plan["figures"]);

    let job = start(&mut client, 600);
    for _ in 0..2 {
        wait_until(&mut server.client_of(&dispatcher), &job, "running");
        server.kill();
        server = town.serve(&[]);
    }
    let mut client = server.client_of(&dispatcher);
    let ended = wait_until(&mut client, &job, "interrupted");
    assert_eq!(ended["error"], "the server stopped 2 times while it ran");
    // Other jobs can run, and what was published still is.
    let next = start(&mut client, 1);
    wait_until(&mut client, &next, "done");
    assert_eq!(client.get("/api/v1/plans/published").unwrap().good()["status"], "published");
}

#[test]
fn a_job_that_is_called_off_keeps_its_best_plan() {
    let town = Town::new();
    let server = town.serve(&[]);
    let mut client = server.client_of(&server.join_dispatcher());
    let job = start(&mut client, 600);
    // Deep in the search, not before its first plan.
    wait_for("the search", || {
        let found = client.get(&format!("/api/v1/jobs/{job}")).unwrap().good();
        (found["share"].as_f64().unwrap() > 0.1).then_some(())
    });
    let asked = Instant::now();
    let answer = client.ask("DELETE", &format!("/api/v1/jobs/{job}"), None, &[]).unwrap();
    assert_eq!(answer.status, 202);
    let ended = wait_until(&mut client, &job, "cancelled");
    println!("called off within {:.0?}", asked.elapsed());
    // Of a search of ten minutes; how soon exactly depends on how busy the machine is.
    assert!(asked.elapsed() < Duration::from_mins(1), "{:?}", asked.elapsed());
    let plan = client.get(&format!("/api/v1/plans/{}", ended["plan"].as_str().unwrap())).unwrap().good();
    assert_eq!((&plan["status"], &plan["figures"]["violations"]), (&json!("draft"), &json!(0)));
    assert!(plan["runs"].as_array().unwrap().len() > 3);
}
