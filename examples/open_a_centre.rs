//! Shows: what one more centre changes. The same sampled days are planned with and without it, and the costs are
//! compared day by day (a paired comparison), so that the variation between days cancels out.
//!
//! `cargo run --release --example open_a_centre`

use coldmile::dispatch::{DispatchConfig, Effort, PlanControl, plan_day};
use coldmile::model::{Day, Located, read_network, read_orders};
use coldmile::osm::town::{Town, sketch};
use coldmile::plan::Totals;
use coldmile::road::{Profile, RoadMap, import_roads};
use coldmile::units::{Metres, Seed};
use std::io::Write;

const PICTURE: &str = include_str!("../tests/golden/river_town/town.txt");
const NETWORK: &str = include_str!("../tests/golden/river_town/network.toml");
const STREETS: [(char, char); 6] = [('a', 'b'), ('f', 'g'), ('h', 'i'), ('k', 'l'), ('j', 'n'), ('m', 'n')];

fn main() -> anyhow::Result<()> {
    story(&mut std::io::stdout())
}

/// The example, with its output as an argument so that a test can read it.
pub fn story(out: &mut impl Write) -> anyhow::Result<()> {
    let town = sketch(Metres(100), PICTURE);
    let roads = import_roads(&town.roads(), &Profile::ALL, &|_, _| {})?;
    let both = NETWORK.replace("chilled_l = 24", "chilled_l = 200");
    // Without the southern centre its lane and its couriers go too; the northern centre serves all orders.
    let north = both.replace("to = [\"NORTH\", \"SOUTH\"]", "to = [\"NORTH\"]");
    let north = north.replace("base = \"SOUTH\"", "base = \"NORTH\"");
    let north = without_site(&north, "SOUTH");

    let mut differences = Vec::new();
    for seed in 0..6 {
        let orders = sample(&town, Seed(seed));
        let closed = plan(&north, &orders, &roads, seed)?;
        let open = plan(&both, &orders, &roads, seed)?;
        writeln!(
            out,
            "day {seed}: without {:.2} CNY, {:.1} km; with {:.2} CNY, {:.1} km",
            closed.cost.0 as f64 / 100.0,
            closed.last_mile_distance.0 as f64 / 1000.0,
            open.cost.0 as f64 / 100.0,
            open.last_mile_distance.0 as f64 / 1000.0
        )?;
        differences.push((open.cost - closed.cost).0 as f64 / 100.0);
    }
    let count = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / count;
    let spread = (differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (count - 1.0)).sqrt();
    writeln!(out, "a centre on the south bank changes a day's cost by {mean:+.2} CNY (spread {spread:.2})")?;
    Ok(())
}

fn without_site(network: &str, id: &str) -> String {
    let blocks = network.split("\n[[").filter(|block| !block.contains(&format!("id = \"{id}\"")));
    blocks.collect::<Vec<_>>().join("\n[[")
}

fn sample(town: &Town, seed: Seed) -> String {
    let mut rng = seed.rng();
    let mut rows = vec!["order_id,lon,lat,mode,temp_class,kg,litres,tw_start,tw_end".to_owned()];
    for number in 0..24 {
        let (a, b) = STREETS[rng.usize(..STREETS.len())];
        let (door, class) = (town.between(a, b, rng.f64()), ["ambient", "dairy"][rng.usize(..2)]);
        rows.push(format!(
            "N{number:02},{},{},door,{class},2,6,10:00,13:00",
            door.longitude(),
            door.latitude()
        ));
    }
    rows.join("\n")
}

fn plan(network: &str, orders: &str, roads: &RoadMap, seed: u64) -> anyhow::Result<Totals> {
    let first =
        |problems: Vec<_>| anyhow::anyhow!("{}", problems.first().map_or(String::new(), ToString::to_string));
    let profiles = ["van", "truck", "bike", "foot"];
    let mut day: Day = read_network(network.as_bytes(), "network.toml", &profiles).map_err(first)?;
    day.orders = read_orders(orders.as_bytes(), "orders.csv", &day, &|_| Located::Unknown)
        .into_result()
        .map_err(first)?;
    let config = DispatchConfig { seed: Seed(seed), effort: Effort::Iterations(1_000) };
    Ok(plan_day(&day, roads, &config, &PlanControl::default())?.totals)
}
