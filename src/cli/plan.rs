//! `coldmile plan`: a day folder and a map → `plan.json`.

use super::common::Common;
use super::day::{InvalidRows, read_day};
use super::files::write_atomically_by;
use super::map::OpenMap;
use super::planning::{EffortArgs, EffortClock, plan_with_progress};
use super::report::{Outcome, Stopwatch};
use super::summary::Summary;
use coldmile_audit::audit;
use std::path::PathBuf;

/// Plan a day: assign orders to centres and waves, route trucks and couriers.
#[derive(clap::Args, Debug)]
pub struct PlanArgs {
    /// Day folder with network.toml and orders.csv.
    day: PathBuf,
    /// Map file made by `coldmile import`.
    #[arg(long, value_name = "MAP.cmap")]
    map: PathBuf,
    /// Plan file to write.
    #[arg(long, value_name = "plan.json")]
    out: PathBuf,
    /// Skip invalid order rows (listed on stderr).
    #[arg(long)]
    skip_bad_rows: bool,
    #[command(flatten)]
    effort: EffortArgs,
}

/// Runs the command. "No" when the audit of the plan finds a violation.
pub fn run(args: PlanArgs, common: Common) -> anyhow::Result<Outcome> {
    let mut stopwatch = Stopwatch::start();
    let map = stopwatch.phase("load", || OpenMap::open(&args.map))?;
    let loaded = EffortClock::start();
    let invalid_rows = if args.skip_bad_rows { InvalidRows::Skip } else { InvalidRows::Refuse };
    let day = stopwatch.phase("read", || read_day(&args.day, &map, invalid_rows))?;
    let plan = plan_with_progress(&day, &map, &args.effort.config_since(&loaded), common, &mut stopwatch)?;
    stopwatch.phase("write", || write_atomically_by(&args.out, |out| plan.write_json(out)))?;
    let report = stopwatch.phase("audit", || audit(&day, &plan, map.roads()));
    let summary = Summary::new(&plan, &report);
    if common.json {
        stopwatch.print_json(&summary)?;
    } else {
        print!("{}", summary.text(&plan));
        println!("plan written to {}", args.out.display());
    }
    Ok(if report.is_clean() { Outcome::Done } else { Outcome::No })
}
