//! The commands import, route and table as a caller sees them: exit codes, one line of JSON, nothing half-written.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn coldmile(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_coldmile")).current_dir(folder).args(args).output().unwrap()
}

fn refused(output: &Output, parts: &[&str]) {
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(!message.contains("panicked"), "{message}");
    for part in parts {
        assert!(message.contains(part), "{message}");
    }
}

fn json(output: &Output) -> Value {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn broken_input_ends_with_2_names_file_and_cause_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let whole = include_bytes!("../../data/malta.osm.pbf");
    fs::write(folder.path().join("cut.osm.pbf"), &whole[..1_000_000]).unwrap();
    fs::write(folder.path().join("text.osm.pbf"), "lat,lon\n").unwrap();
    fs::write(folder.path().join("empty.osm.pbf"), "").unwrap();
    for (file, cause) in [
        ("cut.osm.pbf", "cut short"),
        ("text.osm.pbf", "not an"),
        ("empty.osm.pbf", "not an"),
        ("none", "read"),
    ] {
        refused(&coldmile(folder.path(), &["import", file, "--out", "out.cmap"]), &[file, cause]);
    }
    refused(
        &coldmile(folder.path(), &["route", "--map", "text.osm.pbf", "--profile", "van", "-1,2", "-3,-4"]),
        &["text.osm.pbf", "not a Coldmile map"],
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn import_route_and_table_work_together() {
    let folder = tempfile::tempdir().unwrap();
    let pbf = concat!(env!("CARGO_MANIFEST_DIR"), "/data/malta.osm.pbf");
    let import = ["import", pbf, "--out", "m.cmap", "--profiles", "van", "--json"];
    let imported = json(&coldmile(folder.path(), &import));
    assert!(
        imported["nodes"].as_u64() > Some(20_000) && imported["arcs"].as_u64() > Some(50_000),
        "{imported}"
    );
    assert_eq!(imported["bytes"].as_u64(), Some(fs::metadata(folder.path().join("m.cmap")).unwrap().len()));
    for phase in ["read", "build", "order", "customize", "write", "total"] {
        assert!(
            imported["seconds"][phase].is_f64() && imported["cpu_seconds"][phase].is_f64(),
            "{phase}: {imported}"
        );
    }

    let unread = imported["unread_tags"].as_array().unwrap();
    assert_eq!(Some(unread.len() as u64), imported["unread_tag_count"].as_u64());
    assert!(
        unread.iter().all(|tag| tag["tag"].is_string() && tag["text"].is_string() && tag["count"].is_u64())
    );

    let route =
        ["route", "--map", "m.cmap", "--profile", "van", "35.8977,14.5128", "36.0444,14.2396", "--json"];
    let route = json(&coldmile(folder.path(), &route));
    assert!((3_000..6_000).contains(&route["duration"].as_i64().unwrap()), "{}", route["duration"]);
    assert_eq!(route["geometry"]["type"], "LineString");
    assert!(route["steps"].as_array().unwrap().len() > 10);

    fs::write(folder.path().join("p.csv"), "id,lat,lon\na,35.8977,14.5128\nb,36.0444,14.2396\n").unwrap();
    let table = |extra: &[&str]| {
        let mut args = vec!["table", "--map", "m.cmap", "--profile", "van", "--points", "p.csv"];
        args.extend_from_slice(extra);
        coldmile(folder.path(), &args)
    };
    let found = json(&table(&["--out", "t.npy", "--json"]));
    assert_eq!((found["points"].as_u64(), found["unreachable"].as_u64()), (Some(2), Some(0)));
    assert_eq!(fs::metadata(folder.path().join("t.npy")).unwrap().len(), 128 + 2 * 2 * 8);
    let text = String::from_utf8(table(&[]).stdout).unwrap();
    let seconds = route["duration"].as_i64().unwrap();
    assert!(text.contains(&format!("0,1,{seconds},")), "{text}");

    refused(
        &coldmile(folder.path(), &["route", "--map", "m.cmap", "--profile", "foot", "1,2", "3,4"]),
        &["has van"],
    );
    let south = ["route", "--map", "m.cmap", "--profile", "van", "-33.9,-151.2", "35.9,14.5", "--json"];
    refused(&coldmile(folder.path(), &south), &["-33.900000,-151.200000 is"]);
    fs::write(folder.path().join("p.csv"), "lat,lon\n35.8977,14.5128\n35.7,14.9\nx,1\n").unwrap();
    refused(&table(&[]), &["p.csv, line 4", "\"x\""]);
}

#[test]
fn measured_speeds_and_custom_profiles_apply_to_a_map() {
    let folder = tempfile::tempdir().unwrap();
    let pbf = concat!(env!("CARGO_MANIFEST_DIR"), "/data/malta.osm.pbf");
    let custom = "name = \"slow-van\"\nbase = \"van\"\nlimit_share = 0.3\ntop_km_h = 20\n";
    fs::write(folder.path().join("slow.toml"), custom).unwrap();
    let import = ["import", pbf, "--out", "m.cmap", "--profiles", "van", "--rules", "slow.toml", "--json"];
    let imported = json(&coldmile(folder.path(), &import));
    assert!(imported["profiles"]["slow-van"]["arcs"].is_u64(), "{imported}");

    // From Valletta to Ċirkewwa, on one island.
    let places = ["35.8977,14.5128", "35.9860,14.3290"];
    let route = |map: &str, profile: &str, more: &[&str]| {
        let mut args = vec!["route", "--map", map, "--profile", profile, places[0], places[1], "--json"];
        args.extend_from_slice(more);
        json(&coldmile(folder.path(), &args))["duration"].as_i64().unwrap()
    };
    let free = route("m.cmap", "van", &[]);
    assert!(route("m.cmap", "slow-van", &[]) > free * 3 / 2);

    // Every OSM way with a highway tag is ten times slower in the morning, and only then.
    let mut reader = osmpbfreader::OsmPbfReader::new(fs::File::open(pbf).unwrap());
    let slow = |way: osmpbfreader::Way| format!("{},both,07:00,09:00,4\n", way.id.0);
    let ways = reader.iter().filter_map(|object| object.unwrap().way().cloned());
    let rows: String = ways.filter(|way| way.tags.contains_key("highway")).map(slow).collect();
    let speeds = format!("osm_way_id,direction,from,to,km_h\n{rows}");
    fs::write(folder.path().join("s.csv"), speeds).unwrap();
    let traffic = ["traffic", "m.cmap", "--speeds", "s.csv", "--out", "t.cmap", "--json"];
    let traffic = json(&coldmile(folder.path(), &traffic));
    assert!(traffic["rows"].as_u64() > Some(10_000), "{traffic}");
    assert_eq!(route("t.cmap", "van", &[]), free);
    assert_eq!(route("t.cmap", "van", &["--depart", "2026-11-23T12:00"]), free);
    assert!(route("t.cmap", "van", &["--depart", "2026-11-23T08:00"]) > 3 * free);

    // The same as a spreadsheet on a Mac writes it: decimal commas, semicolons, carriage returns, short and long rows.
    let text =
        "\u{feff}sep=;\rosm_way_id;direction;km_h;from;to\r7;both;30,5\r8;forward;12,5;07:00:00;9:30;;;\r";
    for (name, bytes) in [
        ("utf8.csv", text.as_bytes().to_vec()),
        ("utf16.csv", text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("tabs.csv", text.replace("sep=;\r", "").replace(';', "\t").into_bytes()),
    ] {
        fs::write(folder.path().join(name), bytes).unwrap();
        let read = ["traffic", "m.cmap", "--speeds", name, "--out", "mac.cmap", "--json"];
        assert_eq!(json(&coldmile(folder.path(), &read))["rows"], 2, "{name}");
    }
    let wrong = format!("osm_way_id;direction;from;to;km_h\n{}", "7;both;;;0,5\n".repeat(1_200));
    fs::write(folder.path().join("wrong.csv"), wrong).unwrap();
    let wrong = ["traffic", "m.cmap", "--speeds", "wrong.csv", "--out", "no.cmap"];
    let told = ["wrong.csv", "line 1001", "\"0,5\"", "200 more problems are not listed"];
    refused(&coldmile(folder.path(), &wrong), &told);

    fs::write(
        folder.path().join("bad.csv"),
        "osm_way_id,direction,from,to,km_h\n1,up,07:00,09:00,4\nx,both,0,1,2\n",
    )
    .unwrap();
    let bad = ["traffic", "m.cmap", "--speeds", "bad.csv", "--out", "no.cmap"];
    refused(&coldmile(folder.path(), &bad), &["bad.csv", "line 2", "\"up\"", "line 3", "\"x\""]);
    fs::write(folder.path().join("bad.toml"), "name = \"van\"\nbase = \"van\"\n").unwrap();
    let bad = ["import", pbf, "--out", "no.cmap", "--rules", "bad.toml"];
    refused(&coldmile(folder.path(), &bad), &["bad.toml"]);
    assert!(!folder.path().join("no.cmap").exists());
}

#[test]
fn nearest_roads_areas_sizes_and_candidates_work_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let pbf = concat!(env!("CARGO_MANIFEST_DIR"), "/data/malta.osm.pbf");
    json(&coldmile(folder.path(), &["import", pbf, "--out", "m.cmap", "--profiles", "truck", "--json"]));
    let on_map = |command: &str, more: &[&str]| {
        let mut args = vec![command, "--map", "m.cmap", "--profile", "truck"];
        args.extend_from_slice(more);
        coldmile(folder.path(), &args)
    };
    let nearest = json(&on_map("nearest", &["35.8977,14.5128", "--count", "3", "--json"]));
    let metres: Vec<f64> = nearest["roads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|road| road["distance_m"].as_f64().unwrap())
        .collect();
    assert!(!metres.is_empty() && metres.is_sorted() && nearest["roads"][0]["name"].is_string(), "{nearest}");
    refused(&on_map("nearest", &["35.7,14.9"]), &["m from the nearest road"]);

    let areas = json(&on_map("isochrone", &["35.8977,14.5128", "--minutes", "2,4", "--json"]));
    assert_eq!(areas["features"].as_array().unwrap().len(), 2);
    assert_eq!(areas["features"][1]["properties"]["minutes"], 4);
    let written = on_map("isochrone", &["35.8977,14.5128", "--out", "a.geojson"]);
    assert!(written.status.success());
    let text = fs::read_to_string(folder.path().join("a.geojson")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["features"].as_array().unwrap().len(), 3);

    // Whatever the size, a larger truck is not faster, and a small one is as fast as can be.
    let route = |more: &[&str]| {
        let mut args = vec!["35.8780,14.4950", "35.9090,14.4256", "--json"];
        args.extend_from_slice(more);
        json(&on_map("route", &args))["duration"].as_i64().unwrap()
    };
    let small = route(&["--height", "2"]);
    assert!(
        small <= route(&[]) && route(&[]) <= route(&["--height", "4.4", "--weight", "40", "--width", "2.55"])
    );
    assert!(route(&["--candidates", "4"]) <= route(&[]) + 60);
    refused(&on_map("route", &["35.9,14.5", "35.9,14.5", "--height", "tall"]), &["tall", "--height"]);

    fs::write(folder.path().join("p.csv"), "lat,lon,approach\n35.8977,14.5128,kerb\n35.8860,14.4030,\n")
        .unwrap();
    let table = |more: &[&str]| {
        let mut args = vec!["--points", "p.csv"];
        args.extend_from_slice(more);
        on_map("table", &args)
    };
    let text = String::from_utf8(table(&["--candidates", "3"]).stdout).unwrap();
    assert_eq!(text.lines().count(), 5, "{text}");
    fs::write(folder.path().join("p.csv"), "lat,lon,approach\n35.8977,14.5128,left\n").unwrap();
    refused(&table(&[]), &["p.csv, line 2", "\"left\"", "kerb"]);

    // Far from every road: refused, unless a larger distance is accepted or the place is skipped.
    let far = json(&on_map("nearest", &["35.7,14.9", "--snap-limit", "100000", "--json"]));
    assert!(far["roads"][0]["distance_m"].as_f64() > Some(10_000.0), "{far}");
    json(&on_map("route", &["35.7,14.9", "35.9,14.5", "--snap-limit", "100000", "--json"]));
    refused(&on_map("nearest", &["35.8977,14.5128", "--snap-limit", "0"]), &["the limit is 0 m"]);
    refused(&on_map("nearest", &["35.9,14.5", "--snap-limit", "inf"]), &["\"inf\"", "--snap-limit"]);
    fs::write(folder.path().join("p.csv"), "lat,lon\n35.7,14.9\n35.8977,14.5128\n35.8860,14.4030\n10,10\n")
        .unwrap();
    refused(&table(&[]), &["place 1", "place 4"]);
    let skipped = json(&table(&["--skip-unreachable", "--out", "t.npy", "--json"]));
    let places =
        |list: &Value| list.as_array().unwrap().iter().map(|one| one["place"].as_u64()).collect::<Vec<_>>();
    assert_eq!(places(&skipped["skipped"]), [Some(0), Some(3)], "{skipped}");
    assert_eq!((skipped["points"].as_u64(), skipped["unreachable"].as_u64()), (Some(4), Some(0)));
    let bytes = fs::read(folder.path().join("t.npy")).unwrap();
    let cells: Vec<f32> = bytes[bytes.len() - 4 * 4 * 8..]
        .chunks(8)
        .map(|cell| f32::from_le_bytes(cell[..4].try_into().unwrap()))
        .collect();
    let is_reached: Vec<bool> = cells.iter().map(|seconds| !seconds.is_nan()).collect();
    let is_kept = |place: usize| place == 1 || place == 2;
    let expected: Vec<bool> = (0..16).map(|cell| is_kept(cell / 4) && is_kept(cell % 4)).collect();
    assert_eq!(is_reached, expected);
    let printed = table(&["--skip-unreachable"]);
    let text = String::from_utf8(printed.stdout).unwrap();
    assert_eq!(text.lines().count(), 17, "{text}");
    assert!(text.contains("\n0,1,,\n") && text.contains("\n3,3,,\n"), "{text}");
    assert!(String::from_utf8_lossy(&printed.stderr).contains("place 1 is skipped"));
    let all = json(&table(&["--snap-limit", "20000000", "--json"]));
    assert_eq!(all["skipped"].as_array().unwrap().len(), 0);
    fs::write(folder.path().join("p.csv"), "lat,lon\n10,10\n").unwrap();
    let none = String::from_utf8(table(&["--skip-unreachable"]).stdout).unwrap();
    assert_eq!(none.lines().count(), 2, "{none}");
}
