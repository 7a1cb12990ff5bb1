//! `coldmile check DAY --map M`: reads a day folder without planning it.

use super::common::Common;
use super::day::{DayFiles, InvalidRows};
use super::map::OpenMap;
use super::report::{Outcome, Stopwatch};
use coldmile_dispatch::has_prices;
use coldmile_model::{Day, SiteKind};
use serde_json::json;
use std::path::Path;

/// Reads the day, lists everything that is wrong with it, and says what it holds.
pub fn run(folder: &Path, map: &Path, common: Common) -> anyhow::Result<Outcome> {
    let mut stopwatch = Stopwatch::start();
    let map = stopwatch.phase("load", || OpenMap::open(map))?;
    let files = DayFiles::read(folder)?;
    let day = stopwatch.phase("read", || files.day(&map, InvalidRows::Refuse))?;
    let warnings = warnings(&day);
    let count = |kind| day.network.sites_of(kind).count();
    if common.json {
        stopwatch.print_json(json!({
            "date": day.date.to_string(),
            "orders": day.orders.len(),
            "hubs": count(SiteKind::Hub),
            "centres": count(SiteKind::Centre),
            "couriers": day.couriers.len(),
            "warnings": warnings,
        }))?;
        return Ok(Outcome::Done);
    }
    for warning in &warnings {
        println!("warning: {warning}");
    }
    println!(
        "{}: {} orders, {} hubs, {} centres, {} couriers on duty; nothing is wrong with the files",
        day.date,
        day.orders.len(),
        count(SiteKind::Hub),
        count(SiteKind::Centre),
        day.couriers.len()
    );
    Ok(Outcome::Done)
}

/// What is allowed, and seldom meant.
fn warnings(day: &Day) -> Vec<String> {
    let mut warnings = Vec::new();
    if !has_prices(day) {
        warnings.push(coldmile_dispatch::no_prices_warning());
    }
    if day.orders.is_empty() {
        warnings.push("the day has no orders".to_owned());
    }
    warnings
}
