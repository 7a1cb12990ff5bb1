//! Reading a day folder: `network.toml` and `orders.csv`.

use super::files::read_limited;
use super::map::OpenMap;
use coldmile_model::{Day, InputProblem, MAX_NETWORK_BYTES, MAX_ORDERS_BYTES, OrderImport};
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

/// The files of a day as they were read, with their names for messages.
#[derive(Clone, Debug)]
pub struct DayFiles {
    /// The folder, for messages.
    pub folder: String,
    /// The bytes of `network.toml`.
    pub network: Vec<u8>,
    /// The bytes of `orders.csv`.
    pub orders: Vec<u8>,
}

impl DayFiles {
    /// Reads both files of a folder.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            folder: folder.display().to_string(),
            network: read_limited(&folder.join("network.toml"), MAX_NETWORK_BYTES)?,
            orders: read_limited(&folder.join("orders.csv"), MAX_ORDERS_BYTES)?,
        })
    }

    /// The day in them. Every problem is listed on stderr, one line each, before an error is returned.
    ///
    /// Addresses without coordinates are looked up in `map`. Without any valid row the day is refused in either mode.
    pub fn day(&self, map: &OpenMap, invalid_rows: InvalidRows) -> anyhow::Result<Day> {
        let folder = Path::new(&self.folder);
        let name = |file: &str| folder.join(file).display().to_string();
        let known = Profile::ALL.map(|profile| profile.to_string());
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let day = coldmile_model::read_network(&self.network, &name("network.toml"), &known);
        let mut day = day.map_err(|problems| refuse(folder, &problems, problems.len()))?;
        let locate = |text: &str| map.locate(text);
        let import = OrderImport::new(&day, &locate);
        let reading = coldmile_model::import_orders(&self.orders, &name("orders.csv"), &import);
        let notices = reading.notice_count;
        if notices > 0 {
            list(&reading.notices, notices, "notices");
            eprintln!("{notices} notice{}; these rows are used", if notices == 1 { "" } else { "s" });
        }
        if !reading.problems.is_empty() {
            if invalid_rows == InvalidRows::Refuse || reading.accepted.is_empty() {
                return Err(refuse(folder, &reading.problems, reading.problem_count));
            }
            list(&reading.problems, reading.problem_count, "problems");
            eprintln!(
                "{} problems; invalid rows skipped, {} valid rows used",
                reading.problem_count,
                reading.accepted.len()
            );
        }
        day.orders = reading.accepted.into_iter().map(|(_, order)| order).collect();
        Ok(day)
    }
}

/// Reads the day of a folder, see [`DayFiles::day`].
pub fn read_day(folder: &Path, map: &OpenMap, invalid_rows: InvalidRows) -> anyhow::Result<Day> {
    DayFiles::read(folder)?.day(map, invalid_rows)
}

/// Lists problems, or what is like them, on stderr, and how many of `count` are not among them.
fn list(problems: &[InputProblem], count: usize, what: &str) {
    for problem in problems {
        eprintln!("{problem}");
    }
    if count > problems.len() {
        eprintln!("{} more {what} are not listed", count - problems.len());
    }
}

fn refuse(folder: &Path, problems: &[InputProblem], count: usize) -> anyhow::Error {
    list(problems, count, "problems");
    anyhow::anyhow!("{}: {count} problem{}", folder.display(), if count == 1 { "" } else { "s" })
}
