//! `coldmile doctor`: is a data folder intact, and what has it lost?

use super::backup::{DATABASE, JOBS};
use super::common::Common;
use super::listen::block_on;
use super::report::Outcome;
use anyhow::ensure;
use coldmile_store::{CODE_KEY_FILE, DERIVED_CODES, Lost, examine, examine_code_key, examine_database};
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

/// Check a data folder, also while a server works with it, and list what is lost.
#[derive(clap::Args, Debug)]
pub struct DoctorArgs {
    /// Data folder of the server.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

/// What was found.
#[derive(Debug, Serialize)]
struct Findings {
    ok: bool,
    checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    /// What is wrong or lost, by day and kind.
    lost: Vec<String>,
}

impl Check {
    fn new(name: &'static str, lost: Vec<String>) -> Self {
        Self { name, ok: lost.is_empty(), lost }
    }
}

/// Runs the command. "No" when something is damaged.
pub fn run(args: DoctorArgs, common: Common) -> anyhow::Result<Outcome> {
    ensure!(args.data.is_dir(), "there is no folder {}", args.data.display());
    let database = args.data.join(DATABASE);
    let checks = block_on(async {
        let examination = examine(&database).await?;
        let mut lost = examination.faults;
        lost.extend(examination.lost.iter().map(text));
        let mut checks = vec![Check::new("database", lost)];
        // Older programs kept the codes themselves.
        if examination.schema >= DERIVED_CODES {
            checks.push(Check::new("code-key", examine_code_key(&args.data).into_iter().collect()));
        }
        let jobs = args.data.join(JOBS);
        if jobs.exists() {
            checks.push(Check::new("jobs", examine_database(&jobs).await?));
        }
        Ok(checks)
    })?;
    let mut checks = checks;
    checks.push(Check::new("day", day_files(&args.data.join("day"))));
    checks.push(Check::new("private", readable_by_others(&args.data)));
    let findings = Findings { ok: checks.iter().all(|check| check.ok), checks };
    if common.json {
        println!("{}", serde_json::to_string(&findings)?);
    } else {
        for check in &findings.checks {
            println!("{:<9} {}", check.name, if check.ok { "ok" } else { "damaged" });
            for lost in &check.lost {
                println!("          {lost}");
            }
        }
    }
    Ok(if findings.ok { Outcome::Done } else { Outcome::No })
}

fn text(lost: &Lost) -> String {
    let day = lost.day.as_ref().map_or_else(String::new, |day| format!("{day}: "));
    format!("{day}{} {} lost", lost.count, lost.kind)
}

/// What is missing of the day's files.
fn day_files(folder: &Path) -> Vec<String> {
    let missing =
        ["network.toml", "orders.csv"].into_iter().filter(|name| fs::read(folder.join(name)).is_err());
    missing.map(|name| format!("{} cannot be read", folder.join(name).display())).collect()
}

/// Databases that others on this machine can read; they hold names, doors and telephone numbers.
#[cfg(unix)]
fn readable_by_others(data: &Path) -> Vec<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let is_open =
        |path: &Path| fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0);
    let paths = [DATABASE, JOBS, CODE_KEY_FILE].map(|name| data.join(name));
    let open = paths.iter().filter(|path| is_open(path));
    open.map(|path| format!("{} can be read by others: chmod 600", path.display())).collect()
}

#[cfg(not(unix))]
fn readable_by_others(_: &Path) -> Vec<String> {
    Vec::new()
}
