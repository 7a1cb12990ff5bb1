//! `coldmile export`: the files of a day as the database has them, also while a server works with it.

use super::backup::DATABASE;
use super::common::Common;
use super::files::{write_atomically, write_privately};
use super::listen::block_on;
use super::report::{Outcome, Stopwatch};
use anyhow::{Context, ensure};
use coldmile_store::{DayRecord, Store, StoreConfig, copy_database};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// Write a day back as network.toml and orders.csv, with all that people changed in the pages.
#[derive(clap::Args, Debug)]
pub struct ExportArgs {
    /// Folder to write both files into; files that are there are replaced.
    dir: PathBuf,
    /// Data folder of the server.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Date of the day [default: the latest].
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<jiff::civil::Date>,
}

/// Runs the command.
pub fn run(args: ExportArgs, common: Common) -> anyhow::Result<Outcome> {
    let mut stopwatch = Stopwatch::start();
    let database = args.data.join(DATABASE);
    ensure!(database.is_file(), "there is no database {}", database.display());
    let record =
        stopwatch.phase("read", || block_on(day_of(&database, args.date.map(|date| date.to_string()))))?;
    fs::create_dir_all(&args.dir).with_context(|| format!("cannot create {}", args.dir.display()))?;
    write_atomically(&args.dir.join("network.toml"), &record.day.network)?;
    write_privately(&args.dir.join("orders.csv"), &record.day.orders)?;
    if common.json {
        stopwatch.print_json(json!({ "date": record.day.date, "folder": args.dir.display().to_string() }))?;
    } else {
        println!("{}: network.toml and orders.csv written to {}", record.day.date, args.dir.display());
    }
    Ok(Outcome::Done)
}

/// Reads a day from a copy of the database: the server that works with it is its only writer.
async fn day_of(database: &Path, date: Option<String>) -> anyhow::Result<DayRecord> {
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join(DATABASE);
    copy_database(database, &copy).await?;
    let store = Store::open(StoreConfig::new(copy.display().to_string())).await?;
    let date = match date {
        Some(date) => date,
        None => store.days().await?.into_iter().next().context("the database has no day")?.date,
    };
    let record = store.day_of_date(&date).await?.with_context(|| format!("the database has no day {date}"));
    store.close().await;
    record
}
