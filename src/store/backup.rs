//! Copies of the store: made while it works, checked before they are trusted.

use super::config::StoreLocation;
use super::connection::{Connection, WriterConnection, args};
use super::error::StoreError;
use super::files::{AtomicFile, Existing, Readable};
use super::handle::Store;
use super::options::sqlite_options;
use super::schema::{self, APPLICATION_ID, SCHEMA_VERSION};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// What a copy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupReport {
    /// Its schema version.
    pub schema: i64,
    /// Days in it.
    pub days: u64,
    /// Plans in it.
    pub plans: u64,
    /// Events in it; their numbers run from 1 to this.
    pub events: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

impl Store {
    /// Writes a copy to `to` as [`backup`] does. Writers need not wait.
    pub async fn backup(&self, to: &Path) -> Result<BackupReport, StoreError> {
        let StoreLocation::File(path) = &self.location else {
            return Err(StoreError::Outside { what: "backup", how: "pg_dump -Fc" });
        };
        backup(path, to).await
    }

    /// Looks at every page and every index, and at the promises between tables. Returns what is wrong; empty is good.
    pub async fn integrity(&self) -> Result<Vec<String>, StoreError> {
        let mut reader = self.reader().await?;
        let mut conn = reader.conn();
        faults(&mut conn).await
    }
}

/// Writes a copy of the store in the file `from` to `to`, which must not exist: everything acknowledged before the
/// call, and a consistent state, also while another process works with it. The copy is checked before this returns.
pub async fn backup(from: &Path, to: &Path) -> Result<BackupReport, StoreError> {
    let connection = sqlite_options(from).create_if_missing(false).connect().await;
    let mut connection = WriterConnection::Sqlite(connection.map_err(|error| StoreError::file(from, error))?);
    copy_into(&mut connection, to).await?;
    check_backup(to).await
}

/// Copies the database behind `connection` to the file `to`, flushed to the disk.
pub(super) async fn copy_into(connection: &mut WriterConnection, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::file(to, "exists already"));
    }
    // Under another name until it is whole, so that no half copy ever looks like one. SQLite accepts an empty file.
    let file = AtomicFile::create(to, Readable::ByOwner).map_err(|error| StoreError::file(to, error))?;
    let part = file.temporary_path();
    let part = part.to_str().ok_or_else(|| StoreError::file(to, "its name is not Unicode"))?;
    connection.conn().execute("vacuum into $1", args![part]).await?;
    file.finish(Existing::Keep).map_err(|error| StoreError::file(to, error))
}

/// Writes a copy of any SQLite database to `to`, which must not exist: a consistent state, also while another process
/// works with it. Nothing is checked.
pub async fn copy_database(from: &Path, to: &Path) -> Result<(), StoreError> {
    let connection = sqlite_options(from).create_if_missing(false).connect().await;
    let mut connection = WriterConnection::Sqlite(connection.map_err(|error| StoreError::file(from, error))?);
    copy_into(&mut connection, to).await
}

/// Whether the file is a whole store that this program can open; and what it holds.
pub async fn check_backup(path: &Path) -> Result<BackupReport, StoreError> {
    let location = StoreLocation::File(path.to_owned());
    let damaged = |cause: String| StoreError::Damaged { location: path.display().to_string(), cause };
    let bytes = fs::metadata(path).map_err(|error| StoreError::file(path, error))?.len();
    let connection = SqliteConnectOptions::new().filename(path).read_only(true).connect().await;
    let mut connection = WriterConnection::Sqlite(connection.map_err(|error| damaged(error.to_string()))?);
    let owner = connection.conn().row("pragma application_id", args![]).await;
    let owner = owner.map_err(|error| damaged(error.to_string()))?.map_or(Ok(0), |row| row.int(0))?;
    if owner != APPLICATION_ID {
        return Err(StoreError::NotAStore { location: location.to_string() });
    }
    let found = schema::version(&mut connection).await?;
    if found > SCHEMA_VERSION {
        return Err(StoreError::Newer { location: location.to_string(), found, known: SCHEMA_VERSION });
    }
    let mut conn = connection.conn();
    if let Some(first) = faults(&mut conn).await?.into_iter().next() {
        return Err(damaged(first));
    }
    let report = BackupReport {
        schema: found,
        days: conn.number("select count(*) from days", args![]).await?.unsigned_abs(),
        plans: conn.number("select count(*) from plans", args![]).await?.unsigned_abs(),
        events: conn.number("select count(*) from events", args![]).await?.unsigned_abs(),
        bytes,
    };
    if let WriterConnection::Sqlite(connection) = connection {
        connection.close().await?;
    }
    Ok(report)
}

/// Puts the backup `from` in place of a missing store at `to`. Refuses a damaged backup, and a place that is taken.
pub async fn restore(from: &Path, to: &Path) -> Result<BackupReport, StoreError> {
    let report = check_backup(from).await?;
    if to.exists() {
        return Err(StoreError::file(to, "exists already; move it away first"));
    }
    for ending in ["-wal", "-shm"] {
        let mut left = to.as_os_str().to_owned();
        left.push(ending);
        if Path::new(&left).exists() {
            return Err(StoreError::file(Path::new(&left), "belongs to another store; move it away first"));
        }
    }
    copy_file(from, to).map_err(|error| StoreError::file(to, error))?;
    Ok(report)
}

fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let mut file = AtomicFile::create(to, Readable::ByOwner)?;
    io::copy(&mut File::open(from)?, &mut file)?;
    file.finish(Existing::Keep)
}

pub(super) async fn faults(conn: &mut Connection<'_>) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    if matches!(conn, Connection::Sqlite(_)) {
        for row in conn.rows("pragma integrity_check(20)", args![]).await? {
            faults.push(row.text(0)?);
        }
        faults.retain(|fault| fault != "ok");
        for row in conn.rows("pragma foreign_key_check", args![]).await? {
            faults.push(format!("a row of {} refers to a missing row of {}", row.text(0)?, row.text(2)?));
        }
    }
    let gaps = "select coalesce(max(number), 0) - count(*) from events";
    match conn.number(gaps, args![]).await? {
        0 => {}
        gaps => faults.push(format!("{gaps} event numbers are missing")),
    }
    let twice = "select count(*) from (select day from plans where status = 'published'
                 group by day having count(*) > 1) as days";
    match conn.number(twice, args![]).await? {
        0 => {}
        days => faults.push(format!("{days} days have more than one published plan")),
    }
    Ok(faults)
}
