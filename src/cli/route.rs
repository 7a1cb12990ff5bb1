//! `coldmile route`: the way through two or more places.

use super::roads::{LatLon, RoadArgs, coordinates, snapped};
use super::{Common, Outcome, Stopwatch};
use anyhow::ensure;
use coldmile_geometry::Point;
use coldmile_road::{Approach, MultiStopPath, RoadPath, RoadQuery, RouteStop};
use coldmile_units::{Metres, Seconds};
use serde_json::{Value, json};

/// Finds the fastest way through places in the order given.
#[derive(clap::Args)]
pub struct RouteArgs {
    #[command(flatten)]
    roads: RoadArgs,
    /// Roads to choose from at each place: those up to 30 m farther than the nearest count too, with the walk.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8))]
    candidates: u8,
    /// On which side to stop: road (at the kerb on main roads), kerb or either.
    #[arg(long, default_value = "road")]
    approach: Approach,
    /// Two places or more.
    #[arg(value_name = "LAT,LON", required = true, num_args = 2..)]
    points: Vec<LatLon>,
}

/// Runs the command.
pub fn run(args: RouteArgs, common: Common) -> anyhow::Result<Outcome> {
    ensure!(args.points.len() >= 2, "a route needs two places or more");
    let mut watch = Stopwatch::start();
    let index = args.roads.open(&mut watch)?;
    let stops: Vec<RouteStop> = watch.phase("snap", || {
        let stop = |point: &LatLon| index.stop(point.0, args.approach, usize::from(args.candidates));
        args.points.iter().map(stop).collect::<Result<_, _>>()
    })?;
    let trip = watch.phase("route", || RoadQuery::new(&index).route_over(&stops));
    let Some(MultiStopPath { legs, candidates, walk }) = trip else {
        if common.json {
            watch.print_json(json!({ "duration": null, "distance": null, "geometry": null, "legs": [] }))?;
        } else {
            println!("there is no way");
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
            println!(
                "leg {number} leads through {} private roads: there is no other way",
                leg.restricted_passages
            );
        }
    }
    Ok(Outcome::Done)
}

fn steps(leg: &RoadPath) -> Vec<Value> {
    let step = |step: &coldmile_road::Step| json!({ "turn": step.turn, "name": step.name, "distance": step.distance, "point": leg.line[step.at] });
    leg.steps.iter().map(step).collect()
}
