//! `coldmile audit`: is a published plan consistent with its day and its map?

use super::common::Common;
use super::day::{InvalidRows, read_day};
use super::files::read_bytes;
use super::map::OpenMap;
use super::report::{Outcome, Stopwatch};
use super::summary::Summary;
use anyhow::{Context, bail};
use coldmile_audit::audit;
use coldmile_dispatch::DispatchError;
use coldmile_model::VehicleType;
use coldmile_plan::DayPlan;
use coldmile_road::Profile;
use std::path::PathBuf;

/// Recompute a plan from its day and the road network, and list every violation.
#[derive(clap::Args, Debug)]
pub struct AuditArgs {
    /// Day folder with network.toml and orders.csv.
    day: PathBuf,
    /// Plan file (plan.json).
    plan: PathBuf,
    /// Map file made by `coldmile import`.
    #[arg(long, value_name = "MAP.cmap")]
    map: PathBuf,
    /// Skip invalid order rows (listed on stderr), for a plan made with this option.
    #[arg(long)]
    skip_bad_rows: bool,
}

/// Runs the command. "No" when there is a violation.
pub fn run(args: AuditArgs, common: Common) -> anyhow::Result<Outcome> {
    let mut stopwatch = Stopwatch::start();
    let map = stopwatch.phase("load", || OpenMap::open(&args.map))?;
    let invalid_rows = if args.skip_bad_rows { InvalidRows::Skip } else { InvalidRows::Refuse };
    let day = stopwatch.phase("read", || read_day(&args.day, &map, invalid_rows))?;
    let is_known = |name: &str| map.roads().named(name).is_none_or(|index| index.graph().knows_fast_roads());
    let is_asked = |vehicle: &VehicleType| vehicle.profile == "bike" && !is_known(&vehicle.profile);
    if day.rules.bikes_keep_off_fast_roads && day.vehicle_types.iter().any(is_asked) {
        bail!("{}: {}", args.map.display(), DispatchError::FastRoadsUnknown { profile: Profile::Bike });
    }
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
