//! Being asked to stop, and refusing to share files and addresses with another server.

use crate::phone::{enrol, stored, tell};
use crate::town::{Town, refused};
use crate::wait::{LIMIT, wait_for};
use serde_json::json;
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

#[test]
fn a_server_that_is_asked_to_stop_does_so_and_leaves_nothing_behind() {
    // A busy machine is not held to the two seconds.
    stop_and_look(LIMIT);
}

/// `cargo test --release --test serve -- --ignored --nocapture two_seconds`
#[test]
#[ignore = "its figure is for a release build on two idle cores"]
fn a_server_that_is_asked_to_stop_does_so_in_two_seconds() {
    stop_and_look(Duration::from_secs(2));
}

fn stop_and_look(within: Duration) {
    let town = Town::new();
    let mut server = town.serve(&[]);
    let dispatcher = server.join_dispatcher();
    let phones = enrol(&server, &dispatcher, 8);
    let mut acknowledged = 0;
    let mut events_before = 0;
    for signal in ["TERM", "INT"] {
        // A plan is being made, one client listens, one is silent, and phones report.
        let mut client = server.client_of(&dispatcher);
        let post = json!({ "kind": "plan", "time_limit_s": 600 });
        let job = client.post("/api/v1/jobs", &post).unwrap().good()["id"].as_str().unwrap().to_owned();
        let mut listener = server.client_of(&dispatcher);
        listener.send("GET", "/api/v1/live", None, &[]).unwrap();
        assert_eq!(listener.head().unwrap().status, 200);
        let silent = server.client();
        wait_for("a running job", || {
            let found = client.get(&format!("/api/v1/jobs/{job}")).unwrap().good();
            (found["status"] == "running").then_some(())
        });
        let is_over = AtomicBool::new(false);
        let acknowledged_now = AtomicU64::new(0);
        let (ended, heard) = std::thread::scope(|scope| {
            let working: Vec<_> = phones
                .iter()
                .map(|phone| {
                    let (address, is_over, first) = (server.address, &is_over, events_before);
                    let acknowledged_now = &acknowledged_now;
                    scope.spawn(move || {
                        let mut client = phone.connect(address).unwrap();
                        let mut heard = 0;
                        while !is_over.load(Ordering::Relaxed)
                            && tell(&mut client, &[phone.event(first + heard)]).is_some()
                        {
                            heard += 1;
                            acknowledged_now.fetch_add(1, Ordering::Relaxed);
                        }
                        heard
                    })
                })
                .collect();
            wait_for("reports in full swing", || {
                (acknowledged_now.load(Ordering::Relaxed) >= 5 * phones.len() as u64).then_some(())
            });
            let ended = server.terminate(signal);
            is_over.store(true, Ordering::Relaxed);
            (ended, working.into_iter().map(|thread| thread.join().unwrap()).sum::<u64>())
        });
        drop(silent);
        events_before += 1_000_000;
        acknowledged += heard;
        println!("SIG{signal}: ended after {:.0?} with {}", ended.1, ended.0);
        assert_eq!(ended.0.code(), Some(0), "SIG{signal}");
        assert!(ended.1 < within, "SIG{signal} took {:?}", ended.1);
        let log = fs::metadata(town.path("coldmile.db-wal")).map_or(0, |log| log.len());
        assert_eq!(log, 0, "everything is in the database itself");
        server = town.serve(&[]);
        // What ran is resumed; cancel it.
        let mut client = server.client_of(&dispatcher);
        let path = format!("/api/v1/jobs/{job}");
        wait_for("the job again", || {
            (client.get(&path).unwrap().good()["status"] == "running").then_some(())
        });
        client.ask("DELETE", &path, None, &[]).unwrap();
        wait_for("its end", || (client.get(&path).unwrap().good()["status"] == "cancelled").then_some(()));
        let kept = stored(&server, &dispatcher).len() as u64;
        // Each phone may have been cut off before it heard of its last event.
        assert!(
            (acknowledged..=acknowledged + 2 * phones.len() as u64).contains(&kept),
            "{kept} {acknowledged}"
        );
    }
}

#[test]
fn a_second_server_of_the_same_data_is_refused_in_one_sentence() {
    let town = Town::new();
    let server = town.serve(&[]);
    let (code, said) = refused(&town.args());
    assert_eq!(code, Some(2));
    let place = town.path("coldmile.db");
    assert_eq!(said, format!("error: {}: the store is in use by another process\n", place.display()));
    assert_eq!(server.client().get("/readyz").unwrap().status, 200, "the first one goes on");
}

#[test]
fn an_address_that_is_taken_and_files_that_are_no_certificate_are_refused_in_one_sentence() {
    let (town, other) = (Town::new(), Town::new());
    let server = town.serve(&[]);
    let mut args = other.args();
    *args.last_mut().unwrap() = server.address.to_string();
    let (code, said) = refused(&args);
    assert_eq!(code, Some(2));
    let error = said.lines().find(|line| line.starts_with("error: ")).unwrap();
    assert!(error.contains(&format!("cannot listen on {}", server.address)), "{said}");
    fs::write(other.path("bad.pem"), "no certificate").unwrap();
    let bad = other.path("bad.pem").display().to_string();
    let mut args = other.args();
    args.extend(["--tls-cert", &bad, "--tls-key", &bad].map(str::to_owned));
    let (code, said) = refused(&args);
    assert_eq!(code, Some(2));
    assert!(said.lines().any(|line| line.starts_with("error: ") && line.contains("bad.pem")), "{said}");
}
