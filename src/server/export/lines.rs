//! Routes for maps and navigation devices: GPX 1.1 and GeoJSON (RFC 7946).

use super::papers::escaped;
use crate::indexed_plan::IndexedPlan;
use coldmile_plan::{Leg, Run, Stop, StopPlace};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The points of a leg: longitude and latitude.
fn points(leg: &Leg) -> Vec<[f64; 2]> {
    let line = polyline::decode_polyline(&leg.line, 5);
    line.map(|line| line.into_iter().map(|at| [at.x, at.y]).collect()).unwrap_or_default()
}

/// What a stop is called.
fn stop_name(plan: &IndexedPlan, stop: &Stop) -> String {
    match &stop.place {
        StopPlace::Centre { site, .. } => {
            plan.site(site.as_str()).map_or_else(|| site.to_string(), |known| known.name.clone())
        }
        StopPlace::Door { order: id } => {
            let order = plan.order(id.as_str());
            let address = order.and_then(|order| order.address.clone());
            address.map_or_else(|| id.to_string(), |address| format!("{id} · {address}"))
        }
    }
}

/// A run as GPX: a point for each stop, a track with a segment for each trip.
pub(crate) fn gpx(plan: &IndexedPlan, run: &Run) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"Coldmile\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n",
    );
    let copyright = escaped(&plan.plan.attribution);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "<metadata><copyright author=\"{copyright}\"/></metadata>");
    let mut number = 0;
    for stop in run.trips.iter().flat_map(|trip| &trip.stops) {
        number += 1;
        let (lat, lon) = (stop.point.latitude(), stop.point.longitude());
        let name = escaped(&format!("{number} {}", stop_name(plan, stop)));
        let _ = writeln!(text, "<wpt lat=\"{lat}\" lon=\"{lon}\"><name>{name}</name></wpt>");
    }
    let _ = writeln!(text, "<trk><name>{}</name>", escaped(run.id.as_str()));
    for trip in &run.trips {
        text.push_str("<trkseg>");
        for [lon, lat] in trip.legs.iter().flat_map(points) {
            let _ = write!(text, "<trkpt lat=\"{lat}\" lon=\"{lon}\"/>");
        }
        text.push_str("</trkseg>\n");
    }
    text.push_str("</trk>\n</gpx>\n");
    text
}

/// Runs as GeoJSON: a line for each trip, a point for each stop.
pub(crate) fn geojson<'r>(plan: &IndexedPlan, runs: impl Iterator<Item = &'r Run>) -> Value {
    let mut features = Vec::new();
    for run in runs {
        let mut number = 0;
        for (index, trip) in run.trips.iter().enumerate() {
            let line: Vec<[f64; 2]> = trip.legs.iter().flat_map(points).collect();
            features.push(json!({
                "type": "Feature",
                "geometry": { "type": "LineString", "coordinates": line },
                "properties": {
                    "run": run.id.to_string(), "trip": index, "courier": plan.courier_name(run),
                    "departs_at": trip.departs_at.unix(), "returns_at": trip.returns_at.unix(),
                },
            }));
            for stop in &trip.stops {
                number += 1;
                features.push(json!({
                    "type": "Feature",
                    "geometry": { "type": "Point", "coordinates": [stop.point.longitude(), stop.point.latitude()] },
                    "properties": {
                        "run": run.id.to_string(), "trip": index, "stop": number, "name": stop_name(plan, stop),
                        "arrives_at": stop.arrives_at.unix(), "starts_at": stop.starts_at.unix(),
                    },
                }));
            }
        }
    }
    json!({ "type": "FeatureCollection", "features": features, "attribution": plan.plan.attribution })
}
