//! `coldmile traffic`: measured speeds for a map file, without a new import.

use super::common::Common;
use super::files::{ensure_writable, read_bytes, write_atomically};
use super::report::{Outcome, Stopwatch};
use anyhow::{Context, anyhow};
use coldmile_mapfile::{MapFileReader, MapFileWriter};
use coldmile_model::CsvText;
use coldmile_road::{DecimalSign, RoadMap, Traffic};
use serde_json::json;
use std::path::PathBuf;

/// Apply measured speeds to a map file.
///
/// Speeds that hold all day apply at once, those of a time span to trips with a departure (`--depart`).
#[derive(clap::Args)]
pub struct TrafficArgs {
    /// Map file made by `coldmile import`.
    #[arg(value_name = "MAP.cmap")]
    map: PathBuf,
    /// Speeds: CSV with columns `osm_way_id` (an OSM way), direction, from, to, `km_h`.
    #[arg(long, value_name = "S.csv")]
    speeds: PathBuf,
    /// Map file to write.
    #[arg(long, value_name = "NEW.cmap")]
    out: PathBuf,
}

/// Runs the command.
pub fn run(args: TrafficArgs, common: Common) -> anyhow::Result<Outcome> {
    ensure_writable(&args.out)?;
    let mut watch = Stopwatch::start();
    let bytes = watch.phase("load", || read_bytes(&args.map))?;
    let named = || format!("cannot use {}", args.map.display());
    let file = MapFileReader::new(&bytes).with_context(named)?;
    let roads = watch.phase("load", || RoadMap::read(&file)).with_context(named)?;
    let traffic = watch.phase("read", || {
        let bytes = read_bytes(&args.speeds)?;
        let csv = CsvText::new(&bytes);
        let decimals = if csv.has_decimal_comma() { DecimalSign::Comma } else { DecimalSign::Point };
        Traffic::from_records(csv.rows(), decimals).map_err(|problems| {
            let mut lines: Vec<String> = problems
                .listed
                .iter()
                .map(|problem| format!("{}: {problem}", args.speeds.display()))
                .collect();
            if problems.count > lines.len() {
                lines.push(format!("{} more problems are not listed", problems.count - lines.len()));
            }
            anyhow!("{}", lines.join("\n"))
        })
    })?;
    let rows = traffic.rows().len();
    let roads = watch.phase("customize", || roads.with_traffic(traffic));
    let length = watch.phase("write", || {
        let mut new = MapFileWriter::new();
        roads.write(&mut new);
        for (name, version, bytes) in file.sections() {
            if name != "roads" && !name.starts_with("roads/") {
                new.section(name, version, bytes.to_vec());
            }
        }
        let bytes = new.finish();
        write_atomically(&args.out, &bytes).map(|()| bytes.len())
    })?;
    if common.json {
        watch.print_json(json!({ "rows": rows, "bytes": length }))?;
    } else {
        println!("{}: {rows} speeds, {length} bytes", args.out.display());
    }
    Ok(Outcome::Done)
}
