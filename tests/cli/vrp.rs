//! `coldmile solve` and `coldmile check` as a user calls them: output, files, exit codes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn coldmile(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_coldmile")).args(arguments).output().unwrap()
}

fn instance(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/instances").join(name).display().to_string()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_solution_is_written_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let sol: PathBuf = folder.path().join("answer.sol");
    let sol = sol.display().to_string();
    let file = instance("C201.txt");
    let solved = coldmile(&["solve", &file, "--iterations", "3000", "--out", &sol, "--json"]);
    assert_eq!(solved.status.code(), Some(0), "{solved:?}");
    assert!(solved.stderr.is_empty(), "a pipe sees no progress bar");
    let answer = json(&solved);
    assert_eq!(answer["feasible"], true);
    assert_eq!(answer["unplanned"], 0);
    assert!(answer["cpu_seconds"]["total"].is_number());
    let checked = coldmile(&["check", &file, &sol, "--json"]);
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    assert_eq!(json(&checked)["cost"], answer["cost"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half-written stays behind");
}

#[test]
fn a_search_goes_on_from_a_solution() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let file = instance("R101.txt");
    let (first, second, broken) = (path("first.sol"), path("second.sol"), path("broken.sol"));
    let before = json(&coldmile(&["solve", &file, "--iterations", "2000", "--out", &first, "--json"]));
    let again =
        coldmile(&["solve", &file, "--start", &first, "--iterations", "0", "--out", &second, "--json"]);
    assert_eq!(again.status.code(), Some(0), "{again:?}");
    assert_eq!(json(&again)["start_violations"], serde_json::json!([]));
    assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&second).unwrap());
    let after = json(&coldmile(&["solve", &file, "--start", &first, "--iterations", "3000", "--json"]));
    assert!(after["cost"].as_f64().unwrap() <= before["cost"].as_f64().unwrap());
    // Every client on one vehicle: far too late and too much, and said to be so.
    let all: Vec<String> = (1..=100).map(|client| client.to_string()).collect();
    std::fs::write(&broken, format!("Route #1: {}\n", all.join(" "))).unwrap();
    let mended = coldmile(&["solve", &file, "--start", &broken, "--iterations", "0", "--json"]);
    assert_eq!(mended.status.code(), Some(0), "{mended:?}");
    assert!(json(&mended)["start_violations"].as_array().unwrap().len() > 50);
    let said = coldmile(&["solve", &file, "--start", &broken, "--iterations", "0"]);
    assert!(String::from_utf8_lossy(&said.stdout).contains("the start is repaired: route 1: overloaded"));
}

#[test]
fn the_same_seed_writes_the_same_bytes_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let file = instance("X-n204-k19.vrp");
    let written = |threads: &str| {
        let sol = folder.path().join(threads).display().to_string();
        coldmile(&[
            "solve",
            &file,
            "--iterations",
            "4000",
            "--seed",
            "7",
            "--threads",
            threads,
            "--out",
            &sol,
        ]);
        std::fs::read(sol).unwrap()
    };
    assert_eq!(written("1"), written("4"));
}

#[test]
fn broken_rules_are_listed_and_the_answer_is_no() {
    let folder = tempfile::tempdir().unwrap();
    let sol = folder.path().join("late.sol").display().to_string();
    std::fs::write(&sol, "Route #1: 3 2 1\nRoute #2: 1\nCost 1\n").unwrap();
    let checked = coldmile(&["check", &instance("explicit.vrp"), &sol]);
    assert_eq!(checked.status.code(), Some(1));
    let text = String::from_utf8(checked.stdout).unwrap();
    assert!(text.contains("route 1: overloaded by 2 in dimension 0"), "{text}");
    assert!(text.contains("client 1: visited 2 times"), "{text}");
    assert!(text.contains("the file states a cost of 1"), "{text}");
}

#[test]
fn a_solution_without_routes_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let header = "TYPE : CVRP\nEDGE_WEIGHT_TYPE : EUC_2D\nVEHICLES : 0\nCAPACITY : 4\n";
    for (name, rest, code, violations) in [
        ("none", "DIMENSION : 1\nNODE_COORD_SECTION\n1 0 0\nDEMAND_SECTION\n1 0\nEOF\n", 0, 0),
        ("idle", "DIMENSION : 2\nNODE_COORD_SECTION\n1 0 0\n2 3 4\nDEMAND_SECTION\n1 0\n2 1\nEOF\n", 1, 1),
    ] {
        let (file, sol) = (path(&format!("{name}.vrp")), path(&format!("{name}.sol")));
        std::fs::write(&file, format!("{header}{rest}")).unwrap();
        let solved = coldmile(&["solve", &file, "--iterations", "10", "--out", &sol]);
        assert_eq!(solved.status.code(), Some(code), "{solved:?}");
        let checked = coldmile(&["check", &file, &sol, "--json"]);
        assert_eq!(checked.status.code(), Some(code), "{checked:?}");
        let answer = json(&checked);
        assert_eq!(answer["cost"].as_f64(), Some(0.0));
        assert_eq!(answer["violations"].as_array().map(Vec::len), Some(violations));
    }
}

#[test]
fn a_wrong_call_names_file_line_and_cause() {
    let missing = coldmile(&["solve", "no-such-file.vrp"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no-such-file.vrp"));
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.vrp").display().to_string();
    std::fs::write(&broken, "DIMENSION : 2\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n1 0 x\n").unwrap();
    let refused = coldmile(&["solve", &broken]);
    assert_eq!(refused.status.code(), Some(2));
    let text = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(text.contains("broken.vrp") && text.contains("line 4: coordinate: \"x\""), "{text}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_the_best_plan_found_so_far() {
    let folder = tempfile::tempdir().unwrap();
    let sol = folder.path().join("answer.sol").display().to_string();
    let file = instance("R101.txt");
    let child = Command::new(env!("CARGO_BIN_EXE_coldmile"))
        .args(["solve", &file, "--time-limit", "60", "--out", &sol])
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let interrupted = std::time::Instant::now();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(interrupted.elapsed().as_secs() < 5);
    assert_eq!(coldmile(&["check", &file, &sol]).status.code(), Some(0));
}
