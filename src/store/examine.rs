//! What a damaged store has lost, by day and kind.

use super::backup::faults;
use super::connection::{Connection, WriterConnection, args};
use super::error::StoreError;
use super::schema::{self, APPLICATION_ID};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use std::collections::BTreeMap;
use std::path::Path;

/// Records that cannot be read, or are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The date of their day, or the number of a day that cannot be read itself; `None` when they belong to none.
    pub day: Option<String>,
    /// The table: `events`, `plans`, `days`, `devices`.
    pub kind: &'static str,
    /// How many.
    pub count: u64,
}

/// The state of a database file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examination {
    /// The version of its tables; 0 when that cannot be read.
    pub schema: i64,
    /// What SQLite and the promises between tables complain about; empty when it is intact.
    pub faults: Vec<String>,
    /// What cannot be read any more.
    pub lost: Vec<Lost>,
}

/// Examines the store in the file `path`, which another process may be working with. Fails when it cannot be opened, or is
/// something else.
pub async fn examine(path: &Path) -> Result<Examination, StoreError> {
    let mut connection = opened(path).await?;
    let mut conn = connection.conn();
    let owner = conn.row("pragma application_id", args![]).await?.map_or(Ok(0), |row| row.int(0))?;
    if owner != APPLICATION_ID {
        return Err(StoreError::NotAStore { location: path.display().to_string() });
    }
    let schema = schema::version(&mut connection).await.unwrap_or_default();
    let mut conn = connection.conn();
    let faults = match faults(&mut conn).await {
        Ok(faults) => faults,
        Err(error) => vec![error.to_string()],
    };
    if faults.is_empty() {
        return Ok(Examination { schema, ..Examination::default() });
    }
    let lost = lost(&mut conn).await;
    Ok(Examination { schema, faults, lost })
}

/// What SQLite says about any database file; empty when it is intact. Fails when it cannot be opened.
pub async fn examine_database(path: &Path) -> Result<Vec<String>, StoreError> {
    let mut connection = opened(path).await?;
    let mut conn = connection.conn();
    let rows = match conn.rows("pragma integrity_check(20)", args![]).await {
        Ok(rows) => rows,
        Err(error) => return Ok(vec![error.to_string()]),
    };
    let mut faults = rows.iter().map(|row| row.text(0)).collect::<Result<Vec<_>, _>>()?;
    faults.retain(|fault| fault != "ok");
    Ok(faults)
}

async fn opened(path: &Path) -> Result<WriterConnection, StoreError> {
    let failed = |cause: String| StoreError::file(path, cause);
    std::fs::File::open(path).map_err(|error| failed(error.to_string()))?;
    let connection = SqliteConnectOptions::new().filename(path).read_only(true).connect().await;
    Ok(WriterConnection::Sqlite(connection.map_err(|error| failed(error.to_string()))?))
}

/// Reads each record of each table by its number and counts those that cannot be read.
async fn lost(conn: &mut Connection<'_>) -> Vec<Lost> {
    let mut counts: BTreeMap<(Option<String>, &'static str), u64> = BTreeMap::new();
    let mut dates: BTreeMap<u64, String> = BTreeMap::new();
    for day in 1..=highest(conn, "select max(id) from days").await {
        let sql = "select date, length(network) + length(orders) from days where id = $1";
        match conn.row(sql, args![day]).await.map(|row| row.map(|row| row.text(0))) {
            Ok(Some(Ok(date))) => drop(dates.insert(day, date)),
            // A number that was never given.
            Ok(None) => {}
            Ok(Some(Err(_))) | Err(_) => {
                *counts.entry((Some(format!("day {day}")), "days")).or_default() += 1;
            }
        }
    }
    let numbered = [
        (
            "plans",
            "select max(id) from plans",
            "select day, length(body) + length(report) from plans where id = $1",
        ),
        (
            "events",
            "select max(number) from events",
            "select day, length(body) from events where number = $1",
        ),
    ];
    for (kind, highest_of, read) in numbered {
        // A record that cannot be read belongs to the day of the one before it: numbers grow with time.
        let mut day = None;
        for number in 1..=highest(conn, highest_of).await {
            let found = conn.row(read, args![number]).await.ok().flatten();
            let found = found.and_then(|row| Some((row.count(0).ok()?, row.int(1).ok()?)));
            match found {
                Some((id, _)) => day = Some(dates.get(&id).cloned().unwrap_or_else(|| format!("day {id}"))),
                None => *counts.entry((day.clone(), kind)).or_default() += 1,
            }
        }
    }
    for device in 1..=highest(conn, "select max(number) from devices").await {
        let sql = "select number, length(token) from devices where number = $1";
        if !matches!(conn.row(sql, args![device]).await, Ok(Some(_))) {
            *counts.entry((None, "devices")).or_default() += 1;
        }
    }
    counts.into_iter().map(|((day, kind), count)| Lost { day, kind, count }).collect()
}

/// The highest number of a table; 0 when there is none, or when not even that can be read.
async fn highest(conn: &mut Connection<'_>, sql: &'static str) -> u64 {
    let row = conn.row(sql, args![]).await.ok().flatten();
    row.and_then(|row| row.maybe_int(0).ok().flatten()).unwrap_or(0).unsigned_abs()
}
