//! `coldmile marginal`: what does one order of a plan cost the day?

use super::common::Common;
use super::day::{InvalidRows, read_day};
use super::files::read_bytes;
use super::map::OpenMap;
use super::report::{Outcome, Stopwatch};
use super::summary::{OrderCosts, PriceSummary};
use anyhow::Context;
use coldmile_dispatch::marginal;
use coldmile_plan::DayPlan;
use coldmile_units::{Id, Seed};
use serde::Serialize;
use std::path::PathBuf;

/// Price the day of a plan with and without one of its orders.
#[derive(clap::Args, Debug)]
pub struct MarginalArgs {
    /// Day folder with network.toml and orders.csv.
    day: PathBuf,
    /// Plan file (plan.json).
    plan: PathBuf,
    /// Map file made by `coldmile import`.
    #[arg(long, value_name = "MAP.cmap")]
    map: PathBuf,
    /// The order.
    #[arg(long, value_name = "ID")]
    order: String,
    /// Iterations per routing problem around the order.
    #[arg(long, value_name = "N", default_value_t = 300)]
    iterations: u64,
    /// Random seed.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Skip invalid order rows (listed on stderr), for a plan made with this option.
    #[arg(long)]
    skip_bad_rows: bool,
}

/// What is printed, amounts in whole units of the currency.
#[derive(Serialize)]
struct Answer<'a> {
    order: &'a str,
    currency: &'a str,
    /// What the order adds.
    marginal: PriceSummary,
    /// Its share in the plan, in parts.
    share: OrderCosts,
    plan: PriceSummary,
    with: PriceSummary,
    without: PriceSummary,
}

/// Runs the command. "No" when the plan does not serve the order.
pub fn run(args: MarginalArgs, common: Common) -> anyhow::Result<Outcome> {
    let mut stopwatch = Stopwatch::start();
    let map = stopwatch.phase("load", || OpenMap::open(&args.map))?;
    let invalid_rows = if args.skip_bad_rows { InvalidRows::Skip } else { InvalidRows::Refuse };
    let day = stopwatch.phase("read", || read_day(&args.day, &map, invalid_rows))?;
    let plan =
        DayPlan::from_json(&read_bytes(&args.plan)?).with_context(|| args.plan.display().to_string())?;
    let order = Id::new(args.order.as_str());
    let Some(planned) = plan.orders.iter().find(|planned| planned.order == order) else {
        eprintln!("the plan does not serve order {order}");
        return Ok(Outcome::No);
    };
    let effort = (Seed(args.seed), args.iterations);
    let found = stopwatch.phase("route", || marginal((&day, map.roads()), &plan, &order, effort))?;
    let price =
        |price: coldmile_dispatch::DayPrice| PriceSummary::new(price.cost, price.objective, &plan.currency);
    let answer = Answer {
        order: order.as_str(),
        currency: &plan.currency,
        marginal: PriceSummary::new(found.cost(), found.objective(), &plan.currency),
        share: OrderCosts::new(&planned.cost, &plan.currency),
        plan: price(found.plan),
        with: price(found.with),
        without: price(found.without),
    };
    if common.json {
        stopwatch.print_json(&answer)?;
    } else {
        let Answer { marginal, share, plan, with, without, currency, .. } = &answer;
        println!(
            "{order}: adds {:.2} {currency} to the cost, {:.2} to the objective",
            marginal.cost, marginal.objective
        );
        println!("  share       {:.2} of the plan's cost: {}", share.total(), share.text());
        println!(
            "  with it     {:.2}, objective {:.2} (the plan: {:.2} and {:.2})",
            with.cost, with.objective, plan.cost, plan.objective
        );
        println!("  without it  {:.2}, objective {:.2}", without.cost, without.objective);
    }
    Ok(Outcome::Done)
}
