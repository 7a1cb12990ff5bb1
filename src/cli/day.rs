//! Reading a day folder: `network.toml` and `orders.csv`.

use super::files::read_limited;
use super::map::OpenMap;
use coldmile_model::{Day, InputProblem, MAX_NETWORK_BYTES, MAX_ORDERS_BYTES};
use coldmile_road::Profile;
use std::path::Path;

/// What to do with invalid order rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidRows {
    /// Refuse the whole day.
    Refuse,
    /// Skip them and list them on stderr.
    Skip,
}

/// Reads a day. Every problem is listed on stderr, one line each, before an error is returned.
///
/// Addresses without coordinates are looked up in `map`. Without any valid row the day is refused in either mode.
pub fn read_day(folder: &Path, map: &OpenMap, invalid_rows: InvalidRows) -> anyhow::Result<Day> {
    let network = folder.join("network.toml");
    let orders = folder.join("orders.csv");
    let known = Profile::ALL.map(|profile| profile.to_string());
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let toml = read_limited(&network, MAX_NETWORK_BYTES)?;
    let day = coldmile_model::read_network(&toml, &network.display().to_string(), &known);
    let bytes = read_limited(&orders, MAX_ORDERS_BYTES)?;
    let mut day = day.map_err(|problems| refuse(folder, &problems, problems.len()))?;
    let locate = |text: &str| map.locate(text);
    let reading = coldmile_model::read_orders(&bytes, &orders.display().to_string(), &day, &locate);
    if !reading.problems.is_empty() {
        if invalid_rows == InvalidRows::Refuse || reading.good.is_empty() {
            return Err(refuse(folder, &reading.problems, reading.problem_count));
        }
        list(&reading.problems, reading.problem_count);
        eprintln!(
            "{} problems; invalid rows skipped, {} valid rows used",
            reading.problem_count,
            reading.good.len()
        );
    }
    day.orders = reading.good;
    Ok(day)
}

/// Lists problems on stderr, and how many of `count` are not among them.
fn list(problems: &[InputProblem], count: usize) {
    for problem in problems {
        eprintln!("{problem}");
    }
    if count > problems.len() {
        eprintln!("{} more problems are not listed", count - problems.len());
    }
}

fn refuse(folder: &Path, problems: &[InputProblem], count: usize) -> anyhow::Error {
    list(problems, count);
    anyhow::anyhow!("{}: {count} problem{}", folder.display(), if count == 1 { "" } else { "s" })
}
