//! `coldmile site` and `coldmile check` on open sites, as a user calls them: output, files, exit codes.

use serde_json::Value;
use std::process::{Command, Output};

fn coldmile(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_coldmile")).args(args).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

const TABLE: &str =
    "id,weight,north,south,east\na,2,10,30,5\nb,1,,5,9\nc,3,4,8,2\n@opening,,7,8,9\n@capacity,,4,4,4\n";

#[test]
fn a_table_is_solved_with_proof_and_the_solution_passes_the_check() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("table.csv").display().to_string();
    let out = folder.path().join("table.open").display().to_string();
    std::fs::write(&file, TABLE).unwrap();
    // South and east: 2·5 + 1·5 + 3·2.
    let solved = coldmile(&["site", &file, "--p", "2", "--out", &out, "--json"]);
    assert_eq!(solved.status.code(), Some(0), "{solved:?}");
    let answer = json(&solved);
    assert_eq!(
        (&answer["objective"], &answer["bound"], &answer["gap"]),
        (&21.0.into(), &21.0.into(), &0.0.into())
    );
    assert_eq!((&answer["proved"], &answer["format"]), (&true.into(), &"matrix".into()));
    let text = std::fs::read_to_string(&out).unwrap();
    assert_eq!(text, "Open: south east\nClient a: east\nClient b: south\nClient c: east\nCost 21\n");
    let checked = coldmile(&["check", &file, &out, "--json"]);
    assert_eq!((checked.status.code(), &json(&checked)["cost"]), (Some(0), &21.0.into()));
    let one = coldmile(&["check", &file, &out, "--p", "1"]);
    assert_eq!(one.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&one.stdout).contains("2 sites are open, at most 1"), "{one:?}");
    // Capacity for four: c is split, 17 for both sites.
    let split = coldmile(&["site", &file, "--problem", "cflp", "--out", &out, "--json"]);
    assert_eq!(json(&split)["objective"], 44.0, "{split:?}");
    assert!(std::fs::read_to_string(&out).unwrap().contains("Client c: south:0.33"));
    assert_eq!(coldmile(&["check", &file, &out, "--problem", "cflp"]).status.code(), Some(0));
    let whole = coldmile(&["check", &file, &out, "--problem", "sscflp"]);
    assert!(String::from_utf8_lossy(&whole.stdout).contains("client c is split over 2 sites"), "{whole:?}");
}

#[test]
fn no_solution_is_exit_code_one_and_wrong_input_two() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("table.csv").display().to_string();
    std::fs::write(&file, TABLE).unwrap();
    let none = coldmile(&["site", &file, "--problem", "set-cover", "--radius", "4", "--json"]);
    assert_eq!((none.status.code(), &json(&none)["feasible"]), (Some(1), &false.into()));
    assert_eq!(json(&none)["proved"], true);
    let wrong: &[(&[&str], &str)] = &[
        (&["--p", "9"], "siting/too-few-sites"),
        (&[], "siting/no-limit"),
        (&["--p", "1", "--open", "west", "--close", "up"], "--close: there is no site up"),
        (
            &["--p", "2", "--open", "north,east", "--at-most-one", "north,east"],
            "sites north and east are forced open",
        ),
        (&["--problem", "location-routing"], "not supported yet"),
        (&["--p", "1", "--format", "pmed"], "line 1"),
    ];
    for (options, said) in wrong {
        let refused = coldmile(&[&["site", &file], *options].concat());
        assert_eq!(refused.status.code(), Some(2), "{refused:?}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains(said), "{refused:?}");
    }
}
