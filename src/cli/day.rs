//! Reading a day folder: `network.toml` and `orders.csv`.

use super::files::read_bytes;
use super::map::OpenMap;
use coldmile_model::{Day, InputProblem};
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
    let day = coldmile_model::read_network(&read_bytes(&network)?, &network.display().to_string(), &known);
    let bytes = read_bytes(&orders)?;
    let mut day = day.map_err(|problems| refuse(folder, &problems))?;
    let locate = |text: &str| map.locate(text);
    let reading = coldmile_model::read_orders(&bytes, &orders.display().to_string(), &day, &locate);
    if !reading.problems.is_empty() {
        if invalid_rows == InvalidRows::Refuse || reading.good.is_empty() {
            return Err(refuse(folder, &reading.problems));
        }
        list(&reading.problems);
        eprintln!(
            "{} problems; invalid rows skipped, {} valid rows used",
            reading.problems.len(),
            reading.good.len()
        );
    }
    day.orders = reading.good;
    Ok(day)
}

fn list(problems: &[InputProblem]) {
    for problem in problems {
        eprintln!("{problem}");
    }
}

fn refuse(folder: &Path, problems: &[InputProblem]) -> anyhow::Error {
    list(problems);
    let count = problems.len();
    anyhow::anyhow!("{}: {count} problem{}", folder.display(), if count == 1 { "" } else { "s" })
}
