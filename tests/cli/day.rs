//! `demo`, `plan` and `audit` as users call them: one demo day, then everything that can be wrong with its files.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

fn coldmile(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_coldmile")).current_dir(folder).args(args).output().unwrap()
}

fn json(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "one object on one line: {text}");
    serde_json::from_str(&text).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A demo of 120 orders, planned once for all tests of this file, and what it printed.
fn demo() -> &'static (tempfile::TempDir, Value) {
    static DEMO: OnceLock<(tempfile::TempDir, Value)> = OnceLock::new();
    DEMO.get_or_init(|| {
        let home = tempfile::tempdir().unwrap();
        let args =
            ["demo", "--no-serve", "--json", "--data", "demo", "--orders", "120", "--iterations", "1000"];
        let printed = json(&coldmile(home.path(), &args));
        (home, printed)
    })
}

fn demo_file(name: &str) -> PathBuf {
    demo().0.path().join("demo").join(name)
}

/// A copy of the demo's day whose orders have been changed.
fn day_with(change: impl FnOnce(&mut Vec<String>)) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(demo_file("day/network.toml"), folder.path().join("network.toml")).unwrap();
    let orders = fs::read_to_string(demo_file("day/orders.csv")).unwrap();
    let mut rows: Vec<String> = orders.lines().map(str::to_owned).collect();
    change(&mut rows);
    fs::write(folder.path().join("orders.csv"), rows.join("\n") + "\n").unwrap();
    folder
}

/// Replaces one field of a row; the demo quotes no field before `address`.
fn set(rows: &mut [String], row: usize, column: &str, value: &str) {
    let column = rows[1].split(',').position(|name| name == column).unwrap();
    let mut fields: Vec<&str> = rows[row].split(',').collect();
    fields[column] = value;
    rows[row] = fields.join(",");
}

fn plan(day: &Path, more: &[&str]) -> Output {
    let map = demo_file("map.cmap");
    let mut args =
        vec!["plan", ".", "--map", map.to_str().unwrap(), "--out", "plan.json", "--iterations", "200"];
    args.extend(more);
    coldmile(day, &args)
}

#[test]
fn the_demo_plans_all_orders_without_violations() {
    let printed = &demo().1;
    assert_eq!(printed["orders"], 120);
    assert!(printed["planned"].as_u64().unwrap() >= 119, "{printed}");
    assert_eq!(printed["violations"], 0);
    assert_eq!(printed["on_time"], 1.0);
    for phase in ["import", "matrix", "assign", "route", "audit", "total"] {
        assert!(
            printed["seconds"][phase].is_number() && printed["cpu_seconds"][phase].is_number(),
            "{phase}"
        );
    }
    for figure in ["routes", "km", "cost", "unplanned", "cold_margin"] {
        assert!(!printed[figure].is_null(), "{figure} in {printed}");
    }
}

#[test]
fn the_demo_finds_its_files_again() {
    let before = fs::metadata(demo_file("map.cmap")).unwrap().modified().unwrap();
    let args = ["demo", "--no-serve", "--json", "--data", "demo", "--orders", "120", "--iterations", "1000"];
    let again = json(&coldmile(demo().0.path(), &args));
    assert_eq!(fs::metadata(demo_file("map.cmap")).unwrap().modified().unwrap(), before);
    assert_eq!(again["cost"], demo().1["cost"]);
}

#[test]
fn a_plan_has_the_same_bytes_on_one_thread_and_on_four_and_audits_clean() {
    let day = day_with(|_| {});
    let bytes = ["1", "4"].map(|threads| {
        json(&plan(day.path(), &["--json", "--seed", "7", "--threads", threads]));
        fs::read(day.path().join("plan.json")).unwrap()
    });
    assert!(bytes[0] == bytes[1]);
    let map = demo_file("map.cmap");
    let audit = coldmile(day.path(), &["audit", ".", "plan.json", "--map", map.to_str().unwrap(), "--json"]);
    assert_eq!(json(&audit)["violations"], 0);

    // A courier who leaves an hour early has goods that are not there, and the answer is no.
    let text = String::from_utf8(bytes[0].clone()).unwrap();
    let mut broken: Value = serde_json::from_str(&text).unwrap();
    let runs = broken["runs"].as_array_mut().unwrap();
    let trip = &mut runs.iter_mut().find(|run| run["echelon"] == "last-mile").unwrap()["trips"][0];
    trip["loads_at"] = (trip["loads_at"].as_i64().unwrap() - 6 * 3600).into();
    fs::write(day.path().join("broken.json"), broken.to_string()).unwrap();
    let audit = coldmile(day.path(), &["audit", ".", "broken.json", "--map", map.to_str().unwrap()]);
    assert_eq!(audit.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&audit.stdout).contains("audit/not-ready"));
}

#[test]
fn costs_of_orders_add_up_and_each_order_has_a_marginal_cost() {
    let printed = &demo().1;
    let parts = ["linehaul", "last_mile", "cold", "handling", "opening"];
    let cents = |value: &Value| (value.as_f64().unwrap() * 100.0).round() as i64;
    assert_eq!(
        parts.map(|part| cents(&printed["cost_parts"][part])).iter().sum::<i64>(),
        cents(&printed["cost"])
    );
    assert!(cents(&printed["cost_parts"]["cold"]) > 0);
    assert!(printed["footprint"]["cooling_kwh"].as_f64().unwrap() > 0.0);
    assert_eq!(printed["direct"]["orders"], printed["planned"]);
    let plan: Value = serde_json::from_slice(&fs::read(demo_file("plan.json")).unwrap()).unwrap();
    let sum: i64 = plan["orders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|order| {
            order["cost"].as_object().unwrap().values().map(|part| part.as_i64().unwrap()).sum::<i64>()
        })
        .sum();
    assert_eq!(Value::from(sum), plan["totals"]["cost"]);

    let order = plan["orders"][0]["order"].as_str().unwrap();
    let (folder, map) = (demo_file("day"), demo_file("map.cmap"));
    let ask = |order: &str| {
        let map = map.to_str().unwrap();
        coldmile(
            &folder,
            &[
                "marginal",
                ".",
                "../plan.json",
                "--map",
                map,
                "--order",
                order,
                "--iterations",
                "50",
                "--json",
            ],
        )
    };
    let answer = json(&ask(order));
    assert_eq!(answer["plan"]["cost"], printed["cost"]);
    let (with, without) = (cents(&answer["with"]["objective"]), cents(&answer["without"]["objective"]));
    assert_eq!(cents(&answer["marginal"]["objective"]), with - without);
    assert!(without <= with && with <= cents(&printed["objective"]), "{answer}");
    assert_eq!(ask("ghost").status.code(), Some(1));
}

#[test]
fn every_wrong_row_is_listed_with_row_column_value_and_code_and_nothing_is_written() {
    let day = day_with(|rows| {
        set(rows, 2, "lat", "95.2");
        set(rows, 3, "centre", "C99");
        set(rows, 4, "tw_start", "19:00");
        set(rows, 4, "tw_end", "18:00");
        set(rows, 5, "kg", "99000");
        let twin = rows[6].clone();
        rows.push(twin);
        set(rows, 7, "temp_class", "lukewarm");
        set(rows, 8, "lat", "");
        set(rows, 8, "lon", "");
        set(rows, 8, "address", "Nowhere Lane 1");
    });
    let output = plan(day.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    for (row, column, value, code) in [
        (3, "lat", "95.2", "order/"),
        (4, "centre", "C99", "order/unknown-centre"),
        (5, "tw_", "1", "order/"),
        (6, "kg", "99000", "order/"),
        (8, "temp_class", "lukewarm", "order/unknown-class"),
        (9, "address", "Nowhere Lane 1", "order/"),
    ] {
        let line = told.lines().find(|line| line.contains(&format!("orders.csv:{row},")));
        let line = line.unwrap_or_else(|| panic!("row {row} is not in\n{told}"));
        assert!(line.contains(column) && line.contains(value) && line.contains(code), "{line}");
    }
    assert!(told.contains("order/duplicate-id"), "{told}");
    assert!(!day.path().join("plan.json").exists());
    assert_eq!(fs::read_dir(day.path()).unwrap().count(), 2, "nothing half-written");

    // The valid rows can be planned without the invalid ones.
    let output = plan(day.path(), &["--skip-bad-rows", "--json"]);
    assert_eq!(json(&output)["orders"], 120 - 7);
}

#[test]
fn orders_in_gb18030_and_with_a_byte_order_mark_are_read() {
    let day = day_with(|rows| set(rows, 2, "name", "王小明"));
    let path = day.path().join("orders.csv");
    let utf8 = fs::read_to_string(&path).unwrap();
    let expected = json(&plan(day.path(), &["--json"]))["cost"].clone();
    // Maltese letters are in GB18030 too: it covers all of Unicode.
    let (gb18030, ..) = encoding_rs::GB18030.encode(&utf8);
    fs::write(&path, &gb18030).unwrap();
    assert_eq!(json(&plan(day.path(), &["--json"]))["cost"], expected);
    fs::write(&path, ["\u{feff}", &utf8].concat()).unwrap();
    assert_eq!(json(&plan(day.path(), &["--json"]))["cost"], expected);
}

#[test]
fn an_order_with_an_address_and_no_coordinates_is_looked_up() {
    let with_address = |address: &str| {
        day_with(|rows| {
            set(rows, 2, "lat", "");
            set(rows, 2, "lon", "");
            set(rows, 2, "address", address);
        })
    };
    // A street of many towns: the first is taken, and the others are listed to be chosen from.
    let output = plan(with_address("Triq il-Kbira").path(), &[]);
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(
        told.contains("order/unsure-address") && told.matches("Triq il-Kbira").count() > 2,
        "candidates are listed: {told}"
    );
    let output = plan(with_address("Nowhere Lane of No Town").path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("address"), "{}", stderr(&output));
}

#[test]
fn a_map_that_does_not_cover_the_orders_says_so_in_one_sentence() {
    let day = day_with(|rows| {
        for row in 2..rows.len() {
            set(rows, row, "lat", "48.2");
        }
    });
    let output = plan(day.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    assert!(told.contains("the map does not cover this day"), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
}

#[test]
fn a_door_in_the_sea_is_reported_with_its_distance() {
    let day = day_with(|rows| {
        // Two kilometres off the north coast of Gozo.
        set(rows, 2, "lat", "36.1000");
        set(rows, 2, "lon", "14.2600");
    });
    let output = plan(day.path(), &["--json"]);
    assert_eq!(json(&output)["reasons"]["unplanned/too-far-from-road"], 1);
    let plan: Value = serde_json::from_slice(&fs::read(day.path().join("plan.json")).unwrap()).unwrap();
    let reason = plan["unplanned"][0]["reason"].as_str().unwrap();
    assert!(reason.contains(" m from the nearest usable road"), "{reason}");
}

#[test]
fn a_day_with_nothing_planned_is_on_time_to_no_per_cent() {
    let day = day_with(|rows| {
        rows.truncate(3);
        set(rows, 2, "lat", "36.1000");
        set(rows, 2, "lon", "14.2600");
    });
    let printed = json(&plan(day.path(), &["--json"]));
    assert!(
        printed["planned"] == 0 && printed["violations"] == 0 && printed["on_time"].is_null(),
        "{printed}"
    );
    let text = plan(day.path(), &[]);
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("  on time     –\n"), "{text}");
    let map = demo_file("map.cmap");
    let audit = coldmile(day.path(), &["audit", ".", "plan.json", "--map", map.to_str().unwrap()]);
    let audit = String::from_utf8(audit.stdout).unwrap();
    assert!(audit.contains("on time –: 0 of 0 doors") && audit.contains("no violations"), "{audit}");
}

#[test]
fn a_missing_or_damaged_file_is_named() {
    let day = day_with(|_| {});
    let output = coldmile(day.path(), &["plan", ".", "--map", "nowhere.cmap", "--out", "plan.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("nowhere.cmap"));
    let mut bytes = fs::read(demo_file("map.cmap")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    fs::write(day.path().join("damaged.cmap"), bytes).unwrap();
    let output = coldmile(day.path(), &["plan", ".", "--map", "damaged.cmap", "--out", "plan.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("damaged.cmap"));
    let map = demo_file("map.cmap");
    fs::write(day.path().join("plan.json"), "{\"version\": 99}").unwrap();
    let output = coldmile(day.path(), &["audit", ".", "plan.json", "--map", map.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("version 99"), "{}", stderr(&output));
}

#[test]
fn a_new_day_reads_plans_and_audits_as_it_is_written() {
    let home = tempfile::tempdir().unwrap();
    let map = demo_file("map.cmap");
    let map = map.to_str().unwrap();
    let new = ["new", "mine", "--map", map, "--date", "2026-03-17", "--timezone", "Europe/Malta", "--json"];
    assert_eq!(json(&coldmile(home.path(), &new))["orders"], 2);
    let text = fs::read_to_string(home.path().join("mine/network.toml")).unwrap();
    // Every key of the reference is there, set or as a comment.
    for key in
        ["per_overtime_hour", "hourly_c", "storage_door_cm", "bikes_on_trunk_roads", "late_per_hour", "off"]
    {
        assert!(text.contains(&format!("\n# {key} = ")), "{key}");
    }
    let again = coldmile(home.path(), &new);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("is there already"), "{}", stderr(&again));

    let check = json(&coldmile(home.path(), &["check", "mine", "--map", map, "--json"]));
    assert_eq!(
        (&check["orders"], &check["centres"], &check["warnings"]),
        (&2.into(), &1.into(), &serde_json::json!([]))
    );
    let args = ["plan", "mine", "--map", map, "--out", "plan.json", "--iterations", "50", "--json"];
    let planned = json(&coldmile(home.path(), &args));
    assert_eq!((&planned["planned"], &planned["violations"]), (&2.into(), &0.into()), "{planned}");

    // Without prices the day is still planned as short as it can be, and people are told.
    let priced = ["per_day = ", "per_hour = ", "per_km = "];
    let bare: Vec<&str> =
        text.lines().filter(|line| !priced.iter().any(|key| line.starts_with(key))).collect();
    fs::write(home.path().join("mine/network.toml"), bare.join("\n")).unwrap();
    let check = json(&coldmile(home.path(), &["check", "mine", "--map", map, "--json"]));
    assert!(check["warnings"][0].as_str().unwrap().contains("network/no-prices"));
    let output = coldmile(home.path(), &args);
    assert!(stderr(&output).contains("network/no-prices"), "{}", stderr(&output));
    let unpriced = json(&output);
    assert_eq!((&unpriced["planned"], &unpriced["violations"]), (&2.into(), &0.into()), "{unpriced}");
    assert!(unpriced["km"].as_f64().unwrap() <= planned["km"].as_f64().unwrap() * 1.05, "{unpriced}");
}

#[test]
fn a_check_of_a_day_lists_what_is_wrong_and_an_extract_is_told_from_a_map() {
    let day = day_with(|rows| {
        set(rows, 2, "tw_end", "soon");
        set(rows, 3, "temp_class", "warm");
    });
    let map = demo_file("map.cmap");
    let output = coldmile(day.path(), &["check", ".", "--map", map.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(
        said.contains("orders.csv:3") && said.contains("orders.csv:4") && said.contains("2 problems"),
        "{said}"
    );
    let extract = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/malta.osm.pbf");
    let output = coldmile(day.path(), &["check", ".", "--map", extract.to_str().unwrap()]);
    let said = stderr(&output);
    assert!(said.contains("coldmile import") && said.contains("malta.osm.pbf"), "{said}");
}
