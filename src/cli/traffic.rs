//! `coldmile traffic`: measured speeds onto a prepared map, without a new import.

use super::files::{ensure_writable, read_bytes, write_atomically};
use super::{Common, Outcome, Stopwatch};
use anyhow::{Context, anyhow};
use coldmile_mapfile::{MapFileReader, MapFileWriter};
use coldmile_road::{RoadMap, Traffic};
use serde_json::json;
use std::path::PathBuf;

/// Puts measured speeds on a prepared map: what holds all day at once, the rest for `--depart`.
#[derive(clap::Args)]
pub struct TrafficArgs {
    /// The prepared map.
    #[arg(value_name = "MAP.cmap")]
    map: PathBuf,
    /// The speeds: columns `osm_way_id,direction,from,to,km_h`.
    #[arg(long, value_name = "S.csv")]
    speeds: PathBuf,
    /// The map file to write.
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
        Traffic::from_csv(&read_bytes(&args.speeds)?).map_err(|problems| {
            let lines: Vec<String> =
                problems.iter().map(|problem| format!("{}: {problem}", args.speeds.display())).collect();
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
