//! Planning in the background of a server that is killed, and planning that is called off.

use crate::http::Client;
use crate::town::{Lines, Server, Town};
use crate::wait::wait_for;
use serde_json::{Value, json};
use std::fs;
#[cfg(target_os = "linux")]
use std::process::Command;
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

/// The processes that a process has started, Linux only.
#[cfg(target_os = "linux")]
fn children(parent: u32) -> Vec<u32> {
    let of_parent = |pid: &u32| {
        // `pid (name) state parent …`; the name may hold anything.
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let mut words = rest.split_whitespace();
        words.next().is_some_and(|state| state != "Z") && words.next() == Some(&parent.to_string())
    };
    let entries =
        fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    entries.filter(of_parent).collect()
}

/// Waits for a planning process that is none of `known`.
#[cfg(target_os = "linux")]
fn planner(server: &Server, known: &[u32]) -> u32 {
    wait_for("the planning process", || {
        children(server.pid()).into_iter().find(|child| !known.contains(child))
    })
}

#[cfg(target_os = "linux")]
fn kill(pid: u32) {
    assert!(Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap().success());
}

#[cfg(target_os = "linux")]
#[test]
fn a_planner_that_is_killed_leaves_the_server_answering() {
    let town = Town::new();
    let mut server = town.serve(&[]);
    let mut client = server.client_of(&server.join_dispatcher());
    let searching = |client: &mut Client, job: &str| {
        wait_for("the search", || {
            let found = client.get(&format!("/api/v1/jobs/{job}")).unwrap().good();
            (found["share"].as_f64().unwrap() > 0.1 && found["phase"] == "route").then_some(())
        });
    };
    let job = start(&mut client, 600);
    let first = planner(&server, &[]);
    searching(&mut client, &job);
    kill(first);
    // Once more from the beginning, as after the death of the server; then it is enough.
    let second = planner(&server, &[first]);
    assert_eq!(client.get("/readyz").unwrap().status, 200);
    searching(&mut client, &job);
    kill(second);
    let failed = wait_until(&mut client, &job, "failed");
    assert_eq!(failed["code"], "job/planner-died");
    assert!(failed["error"].as_str().unwrap().contains("ended from outside"), "{failed}");
    assert_eq!(children(server.pid()), Vec::<u32>::new());
    let next = start(&mut client, 1);
    wait_until(&mut client, &next, "done");
    assert_eq!(client.get("/api/v1/plans/published").unwrap().good()["status"], "published");
    // The death of the server is the planner's.
    start(&mut client, 600);
    let orphan = planner(&server, &[first, second]);
    server.kill();
    wait_for("the end of the planning process", || {
        let stat = fs::read_to_string(format!("/proc/{orphan}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('Z')).then_some(())
    });
}

#[cfg(target_os = "linux")]
#[test]
fn planning_beyond_its_memory_fails_the_job_and_not_the_server() {
    let town = Town::new();
    let mut dispatcher = None;
    // Too little for the file of the map, and too little for what is made of it.
    for memory in ["20", "48"] {
        let server = town.serve(&["--planner-memory", memory]);
        let cookie = dispatcher.get_or_insert_with(|| server.join_dispatcher());
        let mut client = server.client_of(cookie);
        let job = start(&mut client, 5);
        let failed = wait_until(&mut client, &job, "failed");
        assert_eq!(failed["code"], "job/out-of-memory", "{failed}");
        let text = format!("the {memory} MiB it may have");
        assert!(failed["error"].as_str().unwrap().contains(&text), "{failed}");
        assert_eq!(client.get("/readyz").unwrap().status, 200);
    }
}

#[test]
fn a_map_that_was_replaced_is_not_planned_on() {
    let town = Town::new();
    let map = town.path("own.cmap");
    fs::copy(Town::map(), &map).unwrap();
    let mut args = town.args();
    let position = args.iter().position(|arg| arg == "--map").unwrap() + 1;
    args[position] = map.display().to_string();
    args.push("--json".to_owned());
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let server = Server::run(&args, &town.path(""), Lines::One);
    let mut client = server.client_of(&server.join_dispatcher());
    fs::write(&map, b"another").unwrap();
    let job = start(&mut client, 5);
    let failed = wait_until(&mut client, &job, "failed");
    assert_eq!(failed["code"], "job/cannot-plan", "{failed}");
    assert!(failed["error"].as_str().unwrap().contains("own.cmap"), "{failed}");
}
