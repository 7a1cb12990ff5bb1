//! What happens when there is no space left on the disk, and no descriptor left.

use crate::http::{Answer, Client};
use crate::town::{Lines, Server, Town, program};
use serde_json::json;
use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

/// A file system of its own, where the test may mount one.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(path: &'a Path, size: &str) -> Option<Self> {
        fs::create_dir_all(path).unwrap();
        let size = format!("size={size}");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(path).output();
        if mount.is_ok_and(|mount| mount.status.success()) {
            return Some(Self(path));
        }
        eprintln!("a full disk is NOT tested: only root can mount a file system");
        None
    }

    fn resize(&self, size: &str) {
        let size = format!("remount,size={size}");
        assert!(Command::new("mount").args(["-o", &size]).arg(self.0).status().unwrap().success());
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

fn note(n: u32, length: usize) -> serde_json::Value {
    json!({ "id": format!("01890a5d-ac96-774b-bcce-{n:012}"), "seq": n, "kind": "noted", "occurred_at": 1,
            "payload": { "note": "x".repeat(length) } })
}

fn is_full(answer: &Answer) -> bool {
    answer.status == 507 && answer.json()["code"] == "store/disk-full"
}

#[test]
fn a_full_disk_is_answered_with_507_by_every_write_and_the_server_is_not_ready() {
    let town = Town::new();
    let place = town.path("small");
    let Some(disk) = SmallDisk::mount(&place, "6m") else { return };
    fs::create_dir(place.join("day")).unwrap();
    for file in ["coldmile.db", "code.key", "jobs.db", "day/network.toml", "day/orders.csv"] {
        fs::copy(town.path(file), place.join(file)).unwrap();
    }
    let mut args = town.args();
    let position = args.iter().position(|arg| arg == "--data").unwrap() + 1;
    args[position] = place.display().to_string();
    args.push("--json".to_owned());
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut server = Server::run(&args, &town.path(""), Lines::One);
    let mut client = server.client_of(&server.join_dispatcher());
    let mut kept = 0;
    let mut write = |client: &mut Client| {
        let batch: Vec<_> = (0..20).map(|n| note(kept * 20 + n + 1, 7_000)).collect();
        let answer = client.post("/api/v1/events", &json!({ "events": batch })).unwrap();
        kept += u32::from(answer.status == 200);
        answer
    };
    while write(&mut client).status == 200 {}
    assert!(is_full(&write(&mut client)));
    let job = json!({ "kind": "plan", "time_limit_s": 1 });
    assert!(is_full(&client.post("/api/v1/jobs", &job).unwrap()));
    assert!(is_full(&client.post("/api/v1/enrolments", &json!({ "role": "dispatcher" })).unwrap()));
    let keyed = client
        .ask(
            "POST",
            "/api/v1/jobs",
            Some(&job.to_string()),
            &[("Idempotency-Key", "k"), ("Content-Type", "application/json")],
        )
        .unwrap();
    assert!(is_full(&keyed), "{keyed:?}");
    assert!(is_full(&client.ask("DELETE", "/api/v1/devices/D1", None, &[]).unwrap()));
    assert!(is_full(&client.get("/readyz").unwrap()));
    assert_eq!(client.get("/healthz").unwrap().status, 200);
    assert_eq!(client.get("/api/v1/plans/published").unwrap().status, 200, "reading goes on");
    disk.resize("20m");
    assert_eq!(client.get("/readyz").unwrap().status, 200);
    assert_eq!(write(&mut client).status, 200);
    // Nothing that was acknowledged is lost.
    server.kill();
    let server = Server::run(&args, &town.path(""), Lines::One);
    let log = fs::read_to_string(town.path("log.txt")).unwrap();
    drop(server);
    assert!(log.contains("the disk is full"), "{log}");
    let doctor = Command::new(program()).args(["doctor", "--json", "--data"]).arg(&place).output().unwrap();
    let found = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(found.contains("\"ok\":true") && found.contains("code-key"), "{found}");
}

#[test]
fn a_server_without_descriptors_says_so_and_goes_on() {
    let town = Town::new();
    let server = town.serve(&[]);
    // As many as it has now and a few more: less than it believed to have.
    let open = fs::read_dir(format!("/proc/{}/fd", server.pid())).unwrap().count();
    let limit = format!("--nofile={}", open + 8);
    let pid = server.pid().to_string();
    let Ok(set) = Command::new("prlimit").args(["--pid", &pid, &limit]).status() else { return };
    assert!(set.success());
    let sockets: Vec<_> = (0..40).filter_map(|_| TcpStream::connect(server.address).ok()).collect();
    crate::wait::wait_for("the log", || {
        let log = fs::read_to_string(town.path("log.txt")).unwrap();
        log.contains("connections cannot be accepted").then_some(())
    });
    drop(sockets);
    assert_eq!(server.client().get("/healthz").unwrap().status, 200);
    let log = fs::read_to_string(town.path("log.txt")).unwrap();
    assert_eq!(log.matches("connections cannot be accepted").count(), 1, "once a minute");
}
