//! `coldmile route`: the fastest route through two or more points.

use super::common::Common;
use super::report::{Outcome, Stopwatch};
use super::roads::{LatLon, RoadArgs, SnapArgs, coordinates, snapped};
use anyhow::ensure;
use coldmile_geometry::Point;
use coldmile_road::{Approach, MultiStopPath, RoadPath, RoadQuery, RouteStop};
use coldmile_units::{Metres, Seconds};
use serde_json::{Value, json};

/// Find the fastest route through points in the given order.
#[derive(clap::Args)]
pub struct RouteArgs {
    #[command(flatten)]
    roads: RoadArgs,
    #[command(flatten)]
    snap: SnapArgs,
    /// Candidate roads per point, at most 30 m farther away than the nearest; the rest is walked.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8))]
    candidates: u8,
    /// Side of the road to stop on: road (kerb side on main roads), kerb or either.
    #[arg(long, default_value = "road")]
    approach: Approach,
    /// Points in order of travel, at least two.
    #[arg(value_name = "LAT,LON", required = true, num_args = 2..)]
    points: Vec<LatLon>,
}

/// Runs the command.
pub fn run(args: RouteArgs, common: Common) -> anyhow::Result<Outcome> {
    ensure!(args.points.len() >= 2, "a route needs at least two points");
    let mut watch = Stopwatch::start();
    let index = args.roads.open(&mut watch)?;
    let stops: Vec<RouteStop> = watch.phase("snap", || {
        let (count, limit_m) = (usize::from(args.candidates), args.snap.limit_m);
        let stop = |point: &LatLon| index.stop_within(point.0, args.approach, count, limit_m);
        args.points.iter().map(stop).collect::<Result<_, _>>()
    })?;
    let trip = watch.phase("route", || RoadQuery::new(&index).route_over(&stops));
    let Some(MultiStopPath { legs, candidates, walk }) = trip else {
        if common.json {
            watch.print_json(json!({ "duration": null, "distance": null, "geometry": null, "legs": [] }))?;
        } else {
            println!("no route found");
        }
        return Ok(Outcome::No);
    };
    let duration: Seconds = legs.iter().map(|leg| leg.duration).sum::<Seconds>() + walk;
    let distance: Metres = legs.iter().map(|leg| leg.distance).sum();
    if common.json {
        let mut line: Vec<Point> = Vec::new();
        for point in legs.iter().flat_map(|leg| &leg.line) {
            if line.last() != Some(point) || line.len() < 2 {
                line.push(*point);
            }
        }
        let leg = |leg: &RoadPath| {
            json!({
                "duration": leg.duration,
                "distance": leg.distance,
                "restricted_passages": leg.restricted_passages,
                "steps": steps(leg),
            })
        };
        let snaps = stops.iter().zip(&candidates).map(|(stop, &at)| snapped(&stop.candidates()[at]));
        watch.print_json(json!({
            "duration": duration,
            "distance": distance,
            "walk": walk,
            "restricted_passages": legs.iter().map(|leg| leg.restricted_passages).sum::<u32>(),
            "geometry": { "type": "LineString", "coordinates": coordinates(&line) },
            "steps": legs.iter().flat_map(steps).collect::<Vec<_>>(),
            "legs": legs.iter().map(leg).collect::<Vec<_>>(),
            "snaps": snaps.collect::<Vec<_>>(),
        }))?;
    } else {
        for step in legs.iter().flat_map(|leg| &leg.steps) {
            println!("{:>7} m  {:?} {}", step.distance.0, step.turn, step.name);
        }
        println!("{} s, {} m", duration.0, distance.0);
        for (number, leg) in (1..).zip(&legs).filter(|(_, leg)| leg.restricted_passages > 0) {
            println!("leg {number} has no alternative to {} private roads or gates", leg.restricted_passages);
        }
    }
    Ok(Outcome::Done)
}

fn steps(leg: &RoadPath) -> Vec<Value> {
    let step = |step: &coldmile_road::Step| json!({ "turn": step.turn, "name": step.name, "distance": step.distance, "point": leg.line[step.at] });
    leg.steps.iter().map(step).collect()
}
