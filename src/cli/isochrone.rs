//! `coldmile isochrone`: the areas within reach of a point.

use super::common::Common;
use super::files::{ensure_writable, write_atomically};
use super::report::{Outcome, Stopwatch};
use super::roads::{LatLon, RoadArgs, coordinates};
use coldmile_road::Isochrone;
use coldmile_units::Seconds;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Compute the areas reachable from a point within given times, as GeoJSON.
#[derive(clap::Args)]
pub struct IsochroneArgs {
    #[command(flatten)]
    roads: RoadArgs,
    /// Time limits in minutes.
    #[arg(long, value_delimiter = ',', default_value = "5,10,15", value_name = "MIN",
          value_parser = clap::value_parser!(u16).range(1..=1440))]
    minutes: Vec<u16>,
    /// GeoJSON file to write [default: print to stdout].
    #[arg(long, value_name = "AREAS.geojson")]
    out: Option<PathBuf>,
    /// Start point.
    #[arg(value_name = "LAT,LON")]
    point: LatLon,
}

/// Runs the command.
pub fn run(args: IsochroneArgs, common: Common) -> anyhow::Result<Outcome> {
    args.out.as_deref().map(ensure_writable).transpose()?;
    let mut watch = Stopwatch::start();
    let index = args.roads.open(&mut watch)?;
    let from = watch.phase("snap", || index.snap(args.point.0))?;
    let limits: Vec<Seconds> = args.minutes.iter().map(|&minutes| Seconds(i64::from(minutes) * 60)).collect();
    let areas = watch.phase("isochrone", || index.isochrones(&from, &limits));
    let features: Vec<Value> = areas.iter().map(feature).collect();
    let collection = json!({ "type": "FeatureCollection", "features": features });
    match &args.out {
        Some(path) => {
            watch.phase("write", || write_atomically(path, collection.to_string().as_bytes()))?;
            if common.json {
                watch.print_json(json!({ "areas": areas.len() }))?;
            } else {
                println!("{}: {} areas", path.display(), areas.len());
            }
        }
        None if common.json => watch.print_json(collection)?,
        None => println!("{collection}"),
    }
    Ok(Outcome::Done)
}

/// An area as `GeoJSON`.
fn feature(area: &Isochrone) -> Value {
    let parts: Vec<Vec<_>> =
        area.parts.iter().map(|rings| rings.iter().map(|ring| coordinates(ring)).collect()).collect();
    json!({
        "type": "Feature",
        "properties": { "minutes": area.limit.0 / 60 },
        "geometry": { "type": "MultiPolygon", "coordinates": parts },
    })
}
