//! `coldmile route`: the way through two or more places.

use super::roads::{LatLon, index_of, open_map};
use super::{Common, Outcome, Stopwatch};
use crate::geometry::Point;
use crate::road::{Moment, RoadPath, RoadQuery, Snap};
use crate::units::{Metres, Seconds};
use anyhow::ensure;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Finds the fastest way through places in the order given.
#[derive(clap::Args)]
pub struct RouteArgs {
    /// The prepared map.
    #[arg(long, value_name = "MAP.cmap")]
    map: PathBuf,
    /// Who travels: van, truck, bike, foot, or a profile of one's own that the map was imported for.
    #[arg(long)]
    profile: String,
    /// When: 2026-11-23T08:15, Mo 08:15 or 08:15, local time. Speeds and turn restrictions of then hold for the trip.
    #[arg(long, value_name = "T")]
    depart: Option<Moment>,
    /// Two places or more.
    #[arg(value_name = "LAT,LON", required = true, num_args = 2..)]
    points: Vec<LatLon>,
}

/// Runs the command.
pub fn run(args: RouteArgs, common: Common) -> anyhow::Result<Outcome> {
    ensure!(args.points.len() >= 2, "a route needs two places or more");
    let mut watch = Stopwatch::start();
    let map = watch.phase("load", || open_map(&args.map))?;
    let index = index_of(&map, &args.profile, &args.map)?;
    let then = args.depart.map(|when| watch.phase("customize", || index.at(map.traffic(), Some(when))));
    let index = then.as_ref().unwrap_or(index);
    let points = args.points.iter().map(|point| point.0);
    let snaps: Vec<Snap> =
        watch.phase("snap", || points.map(|point| index.snap(point)).collect::<Result<_, _>>())?;
    let legs: Option<Vec<RoadPath>> = watch.phase("route", || {
        let mut query = RoadQuery::new(index);
        snaps.windows(2).map(|pair| query.route(&pair[0], &pair[1])).collect()
    });
    let Some(legs) = legs else {
        if common.json {
            watch.print_json(json!({ "duration": null, "distance": null, "geometry": null, "legs": [] }))?;
        } else {
            println!("there is no way");
        }
        return Ok(Outcome::No);
    };
    let duration: Seconds = legs.iter().map(|leg| leg.duration).sum();
    let distance: Metres = legs.iter().map(|leg| leg.distance).sum();
    if common.json {
        let mut line: Vec<Point> = Vec::new();
        for point in legs.iter().flat_map(|leg| &leg.line) {
            if line.last() != Some(point) || line.len() < 2 {
                line.push(*point);
            }
        }
        let legs_json: Vec<Value> = legs
            .iter()
            .map(|leg| json!({ "duration": leg.duration, "distance": leg.distance, "steps": steps(leg) }))
            .collect();
        let snapped: Vec<Value> = snaps
            .iter()
            .map(|snap| json!({ "point": snap.point, "distance_m": (snap.distance_m * 10.0).round() / 10.0 }))
            .collect();
        watch.print_json(json!({
            "duration": duration,
            "distance": distance,
            "geometry": line_string(&line),
            "steps": legs.iter().flat_map(steps).collect::<Vec<_>>(),
            "legs": legs_json,
            "snaps": snapped,
        }))?;
    } else {
        for step in legs.iter().flat_map(|leg| &leg.steps) {
            println!("{:>7} m  {:?} {}", step.distance.0, step.turn, step.name);
        }
        println!("{} s, {} m", duration.0, distance.0);
    }
    Ok(Outcome::Done)
}

fn steps(leg: &RoadPath) -> Vec<Value> {
    let step = |step: &crate::road::Step| json!({ "turn": step.turn, "name": step.name, "distance": step.distance, "point": leg.line[step.at] });
    leg.steps.iter().map(step).collect()
}

/// A `GeoJSON` line: longitude first.
fn line_string(line: &[Point]) -> Value {
    let coordinates: Vec<[f64; 2]> = line.iter().map(|point| [point.longitude(), point.latitude()]).collect();
    json!({ "type": "LineString", "coordinates": coordinates })
}
