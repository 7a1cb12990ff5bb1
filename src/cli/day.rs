//! Reading a day folder: `network.toml` and `orders.csv`.

use super::files::read_bytes;
use super::map::OpenMap;
use coldmile_model::{Day, InputProblem};
use coldmile_road::Profile;
use std::path::Path;

/// What to do when some rows of the orders are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRows {
    /// Refuse the whole folder.
    Refuse,
    /// Plan the good rows; the bad ones wait and are listed.
    Wait,
}

/// Reads a day; everything wrong with it is listed on stderr first, one line each.
///
/// `map` finds coordinates for addresses.
pub fn read_day(folder: &Path, map: &OpenMap, bad_rows: BadRows) -> anyhow::Result<Day> {
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
        if bad_rows == BadRows::Refuse || reading.good.is_empty() {
            return Err(refuse(folder, &reading.problems));
        }
        list(&reading.problems);
        eprintln!("{} rows wait; planning the other {}", reading.problems.len(), reading.good.len());
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
