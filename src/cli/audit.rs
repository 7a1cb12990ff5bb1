//! `coldmile audit`: is a published plan consistent with its day and its map?

use super::day::{BadRows, read_day};
use super::files::read_bytes;
use super::map::OpenMap;
use super::summary::Summary;
use super::{Common, Outcome, Stopwatch};
use anyhow::Context;
use coldmile_audit::audit;
use coldmile_plan::DayPlan;
use std::path::PathBuf;

/// Recompute a plan from its day and the roads, and list every broken rule.
#[derive(clap::Args, Debug)]
pub struct AuditArgs {
    /// The day folder, with network.toml and orders.csv.
    day: PathBuf,
    /// The plan.
    plan: PathBuf,
    /// The prepared map, from `coldmile import`.
    #[arg(long, value_name = "MAP.cmap")]
    map: PathBuf,
    /// Leave out rows of the orders that are wrong, as the plan did.
    #[arg(long)]
    skip_bad_rows: bool,
}

/// Runs the command. "No" when a rule is broken.
pub fn run(args: AuditArgs, common: Common) -> anyhow::Result<Outcome> {
    let mut stopwatch = Stopwatch::start();
    let map = stopwatch.phase("load", || OpenMap::open(&args.map))?;
    let bad_rows = if args.skip_bad_rows { BadRows::Wait } else { BadRows::Refuse };
    let day = stopwatch.phase("read", || read_day(&args.day, &map, bad_rows))?;
    let plan =
        DayPlan::from_json(&read_bytes(&args.plan)?).with_context(|| args.plan.display().to_string())?;
    let report = stopwatch.phase("audit", || audit(&day, &plan, map.roads()));
    if common.json {
        stopwatch.print_json(Summary::new(&plan, &report))?;
    } else {
        println!("{report}");
    }
    Ok(if report.is_clean() { Outcome::Done } else { Outcome::No })
}
