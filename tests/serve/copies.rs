//! Backups made while the server writes, what they hold when restored, and what the doctor says of damage.

use crate::phone::{Phone, enrol, stored, tell};
use crate::town::{Server, Town, program};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

fn run(args: &[&str]) -> Output {
    Command::new(program()).args(args).output().unwrap()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// What `doctor --json` says, and its exit code.
fn examined(data: &Path) -> (Option<i32>, Value) {
    let output = run(&["doctor", "--data", &text(data), "--json"]);
    let found = serde_json::from_slice(&output.stdout);
    (output.status.code(), found.unwrap_or(Value::Null))
}

#[test]
fn each_backup_of_a_busy_server_holds_all_that_was_acknowledged_before_it() {
    backups_of_a_busy_server(8);
}

/// `cargo test --release --test serve -- --ignored --nocapture fifty_backups`
#[test]
#[ignore = "half a minute of backups; eight run by default"]
fn fifty_backups_of_a_busy_server_hold_all_that_was_acknowledged_before_them() {
    backups_of_a_busy_server(50);
}

fn backups_of_a_busy_server(backups: u64) {
    let town = Town::new();
    let server = town.serve(&[]);
    let dispatcher = server.join_dispatcher();
    let phones = enrol(&server, &dispatcher, 3);
    let (is_over, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
    let data = text(town.path("day").parent().unwrap());
    let work = |phone: &Phone| {
        let mut client = phone.connect(server.address).unwrap();
        for seq in 0.. {
            if is_over.load(Ordering::Relaxed) {
                return;
            }
            tell(&mut client, &[phone.event(seq)]).unwrap();
            acknowledged.fetch_add(1, Ordering::Release);
        }
    };
    let (is_over, acknowledged, phones) = (&is_over, &acknowledged, &phones);
    std::thread::scope(|scope| {
        for phone in phones {
            scope.spawn(move || work(phone));
        }
        for number in 0..backups {
            let before = acknowledged.load(Ordering::Acquire);
            let file = text(&town.path(&format!("backup{number}.tar")));
            let output = run(&["backup", "--data", &data, "--out", &file, "--json"]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert!(report["events"].as_u64().unwrap() >= before, "{report} of {before}");
            assert_eq!(examined(Path::new(&data)).0, Some(0), "also while it works");
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let last = town.path(&format!("backup{}.tar", backups - 1));
    assert_eq!(fs::metadata(&last).unwrap().permissions().mode() & 0o777, 0o600);
    drop(server);
    restored(&town, &last, &dispatcher);
}

/// The restored folder is sound, and a server of it knows the devices and the events.
fn restored(town: &Town, backup: &Path, dispatcher: &str) {
    let data = town.path("restored");
    let output = run(&["restore", &text(backup), "--data", &text(&data)]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (code, found) = examined(&data);
    assert_eq!((code, &found["ok"]), (Some(0), &Value::Bool(true)), "{found}");
    // With its key the restored folder has the same pickup codes.
    assert_eq!(fs::read(data.join("code.key")).unwrap(), fs::read(town.path("code.key")).unwrap());
    assert_eq!(fs::metadata(data.join("code.key")).unwrap().permissions().mode() & 0o777, 0o600);
    let again = run(&["restore", &text(backup), "--data", &text(&data)]);
    assert_eq!(again.status.code(), Some(2), "a folder that is not empty");
    let map = text(&Town::map());
    let args = ["serve", "--map", &map, "--data", &text(&data), "--listen", "127.0.0.1:0", "--json"];
    let server = Server::run(&args, &data, crate::town::Lines::One);
    assert!(!stored(&server, dispatcher).is_empty());
}

#[test]
fn what_is_damaged_is_said_and_what_is_no_backup_is_refused() {
    let town = Town::new();
    let data = town.path("day").parent().unwrap().to_owned();
    assert_eq!(examined(&data).0, Some(0));
    let database = town.path("coldmile.db");
    let mut bytes = fs::read(&database).unwrap();
    // Pages of the plans' contents, far from the schema at the front.
    let half = bytes.len() / 2;
    let key = fs::read(town.path("code.key")).unwrap();
    fs::remove_file(town.path("code.key")).unwrap();
    let (code, found) = examined(&data);
    assert_eq!(code, Some(1), "{found}");
    assert!(found.to_string().contains("code.key is missing: all pickup codes"), "{found}");
    fs::write(town.path("code.key"), b"abc").unwrap();
    assert!(examined(&data).1.to_string().contains("64 hexadecimal digits"));
    fs::write(town.path("code.key"), key).unwrap();
    bytes[half..half + 20_000].fill(0xa5);
    fs::write(&database, &bytes).unwrap();
    let (code, found) = examined(&data);
    assert_eq!((code, &found["ok"]), (Some(1), &Value::Bool(false)));
    assert!(!found["checks"][0]["lost"].as_array().unwrap().is_empty(), "{found}");
    fs::write(&database, b"something else entirely").unwrap();
    assert_eq!(examined(&data).0, Some(2));
    assert_eq!(examined(&town.path("nowhere")).0, Some(2));

    let foreign = town.path("foreign.tar");
    fs::write(&foreign, b"no archive").unwrap();
    let output = run(&["restore", &text(&foreign), "--data", &text(&town.path("new"))]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!town.path("new").exists(), "nothing half");
}
