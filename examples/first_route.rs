//! Shows: from an OpenStreetMap file to a route with street names.
//!
//! `cargo run --release --example first_route`

use coldmile::geometry::Point;
use coldmile::road::{Profile, RoadQuery, import};
use std::io::Write;

fn main() -> anyhow::Result<()> {
    story(&mut std::io::stdout())
}

/// The example, with its output as an argument so that a test can read it.
pub fn story(out: &mut impl Write) -> anyhow::Result<()> {
    let pbf = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/data/malta.osm.pbf"))?;
    let map = import(&pbf, &[Profile::Van], &|_, _| {})?;
    let roads = map.index(Profile::Van).ok_or_else(|| anyhow::anyhow!("no roads for vans"))?;

    let valletta = roads.snap(Point::new(35.8955, 14.5060)?)?;
    let victoria = roads.snap(Point::new(36.0443, 14.2397)?)?;
    let route = RoadQuery::new(roads)
        .route(&valletta, &victoria)
        .ok_or_else(|| anyhow::anyhow!("no route to Gozo"))?;

    for step in route.steps.iter().filter(|step| step.distance.0 >= 500) {
        writeln!(out, "{:>6} m  {:?} {}", step.distance.0, step.turn, step.name)?;
    }
    writeln!(
        out,
        "Valletta to Victoria on Gozo, ferry included: {:.1} km in {} min",
        route.distance.0 as f64 / 1000.0,
        route.duration.0 / 60
    )?;
    writeln!(out, "Map data (c) OpenStreetMap contributors, ODbL 1.0")?;
    Ok(())
}
