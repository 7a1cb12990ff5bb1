//! `coldmile nearest`: the roads around a point.

use super::common::Common;
use super::report::{Outcome, Stopwatch};
use super::roads::{LatLon, RoadArgs, SnapArgs, snapped};
use coldmile_road::Approach;
use serde_json::{Value, json};

/// Find the nearest usable roads to a point, with their distances.
#[derive(clap::Args)]
pub struct NearestArgs {
    #[command(flatten)]
    roads: RoadArgs,
    #[command(flatten)]
    snap: SnapArgs,
    /// Maximum number of roads; they are at most 30 m farther away than the nearest.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    count: u8,
    /// Point to look up.
    #[arg(value_name = "LAT,LON")]
    point: LatLon,
}

/// Runs the command.
pub fn run(args: NearestArgs, common: Common) -> anyhow::Result<Outcome> {
    let mut watch = Stopwatch::start();
    let index = args.roads.open(&mut watch)?;
    let (count, limit_m) = (usize::from(args.count), args.snap.limit_m);
    let find = || index.stop_within(args.point.0, Approach::ByRoad, count, limit_m);
    let stop = watch.phase("snap", find)?;
    let found = stop.candidates().iter().map(|snap| (snap, index.graph().street(snap)));
    if common.json {
        let road = |(snap, name)| {
            let mut road: Value = snapped(snap);
            road["name"] = json!(name);
            road
        };
        watch.print_json(json!({ "roads": found.map(road).collect::<Vec<_>>() }))?;
    } else {
        for (snap, name) in found {
            println!("{:>7.1} m  {}  {name}", snap.distance_m, snap.point);
        }
    }
    Ok(Outcome::Done)
}
