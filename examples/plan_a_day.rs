//! Shows: a day of orders in a town with one bridge becomes a plan, and the referee audits it.
//!
//! `cargo run --release --example plan_a_day`

use coldmile::audit::audit;
use coldmile::dispatch::{DispatchConfig, Effort, PlanControl, plan_day};
use coldmile::model::{Located, read_network, read_orders};
use coldmile::osm::town::sketch;
use coldmile::road::{Profile, import_roads};
use coldmile::units::{Metres, Seed};
use std::io::Write;

const PICTURE: &str = include_str!("../tests/golden/river_town/town.txt");
const NETWORK: &[u8] = include_bytes!("../tests/golden/river_town/network.toml");
const ORDERS: &[u8] = include_bytes!("../tests/golden/river_town/orders.csv");

fn main() -> anyhow::Result<()> {
    story(&mut std::io::stdout())
}

/// The example, with its output as an argument so that a test can read it.
pub fn story(out: &mut impl Write) -> anyhow::Result<()> {
    let roads = import_roads(&sketch(Metres(100), PICTURE).roads(), &Profile::ALL, &|_, _| {})?;
    let mut day = read_network(NETWORK, "network.toml", &["van", "truck", "bike", "foot"])
        .map_err(|problems| anyhow::anyhow!("{}", problems[0]))?;
    let reading = read_orders(ORDERS, "orders.csv", &day, &|_| Located::Unknown);
    day.orders = reading.into_result().map_err(|problems| anyhow::anyhow!("{}", problems[0]))?;

    let config = DispatchConfig { seed: Seed(1), effort: Effort::Iterations(2_000) };
    let plan = plan_day(&day, &roads, &config, &PlanControl::default())?;

    for run in &plan.runs {
        for trip in &run.trips {
            let parcels = trip.manifest.parcels.len();
            writeln!(
                out,
                "{:<14} {} stops, {parcels} parcels, {} m",
                run.id,
                trip.stops.len(),
                run.distance.0
            )?;
        }
    }
    for row in &plan.unplanned {
        writeln!(out, "{} unplanned: {}", row.order, row.reason)?;
    }
    let report = audit(&day, &plan, &roads);
    writeln!(out, "{report}")?;
    writeln!(out, "cost {:.2} {}", plan.totals.cost.0 as f64 / 100.0, plan.currency)?;
    Ok(())
}
