//! `coldmile demo`: a whole day on a real map, from the map file to the audit, without any set-up.

use super::day::{BadRows, read_day};
use super::files::{read_bytes, write_atomically};
use super::import::prepare;
use super::map::OpenMap;
use super::plan::{EffortArgs, plan_with_progress};
use super::summary::Summary;
use super::{Common, Outcome, Stopwatch};
use crate::audit::audit;
use crate::road::Profile;
use crate::synth::demo_day;
use crate::units::Seed;
use anyhow::Context;
use std::fs;
use std::path::{Path, PathBuf};

/// Malta and Gozo, © OpenStreetMap contributors, ODbL 1.0; see `data/README.md`.
static MALTA: &[u8] = include_bytes!("../../data/malta.osm.pbf");

/// Plan and audit a day of orders on a real map.
#[derive(clap::Args, Debug)]
pub struct DemoArgs {
    /// Where the demo keeps its map, day and plan [default: coldmile-demo in the system's temporary folder].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// How many orders the day has.
    #[arg(long, value_name = "N", default_value_t = 800, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    orders: u32,
    /// End after the summary. (Serving the plan is not built yet: the demo always does.)
    #[arg(long)]
    no_serve: bool,
    #[command(flatten)]
    effort: EffortArgs,
}

/// Runs the command. "No" when the audit finds a broken rule.
pub fn run(args: DemoArgs, common: Common) -> anyhow::Result<Outcome> {
    let mut stopwatch = Stopwatch::start();
    let folder = args.data.clone().unwrap_or_else(|| std::env::temp_dir().join("coldmile-demo"));
    fs::create_dir_all(folder.join("day")).with_context(|| format!("cannot make {}", folder.display()))?;
    let map_path = folder.join("map.cmap");
    let map = stopwatch.phase("import", || open_or_import(&map_path, common))?;

    let day_folder = folder.join("day");
    stopwatch.phase("day", || write_day(&day_folder, &map, args.orders, Seed(args.effort.seed)))?;
    let day = stopwatch.phase("read", || read_day(&day_folder, &map, BadRows::Refuse))?;

    let plan = plan_with_progress(&day, &map, &args.effort.config(), common, &mut stopwatch)?;
    let plan_path = folder.join("plan.json");
    stopwatch.phase("write", || write_atomically(&plan_path, plan.to_json().as_bytes()))?;
    let report = stopwatch.phase("audit", || audit(&day, &plan, map.roads()));

    let summary = Summary::new(&plan, &report);
    if common.json {
        stopwatch.print_json(&summary)?;
    } else {
        print!("{}", summary.text(&plan));
        println!("  seconds     {}", phases(&stopwatch));
        println!("  files       {}", folder.display());
        println!("{}", plan.attribution);
    }
    Ok(if report.is_clean() { Outcome::Done } else { Outcome::No })
}
