//! Opening a store: the lock, the checks before anything is written, the upgrade, and the writer's start.

use super::backup::copy_into;
use super::code_key::{CodeKey, KeyOrigin};
use super::config::{StoreConfig, StoreLocation};
use super::connection::{ReadPool, WriterConnection, args};
use super::error::StoreError;
use super::handle::Store;
use super::identity::OpenedStore;
use super::options::{postgres_options, sqlite_options};
use super::pickup::make_distinct;
use super::schema::{self, APPLICATION_ID, SCHEMA_VERSION};
use super::writer::{self, StoreWriter};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqlitePoolOptions;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc};

impl Store {
    /// Opens the store, makes it if it is missing, and brings an older one up to date; a file is first copied to
    /// `FILE.before-vN.0`. Must be called within a tokio runtime.
    pub async fn open(config: StoreConfig) -> Result<Self, StoreError> {
        let location = config.location()?;
        let lock = match &location {
            StoreLocation::File(path) => {
                let lock = lock_file(path, &location).await?;
                make_private(path)?;
                Some(lock)
            }
            StoreLocation::Postgres(_) => None,
        };
        let mut connection = located(&location, writer::open(&location).await)?;
        let found = located(&location, prepare(&mut connection, &location).await)?;
        let (codes, origin) = match config.code_key_path(&location) {
            Some(path) => CodeKey::open(&path)?,
            None => (CodeKey::random(), KeyOrigin::Made),
        };
        if origin == KeyOrigin::Made || found < SCHEMA_VERSION {
            make_distinct(&mut connection.conn(), &codes).await?;
        }
        let pool = match &location {
            StoreLocation::File(path) => {
                let options = sqlite_options(path).pragma("query_only", "on");
                ReadPool::Sqlite(
                    SqlitePoolOptions::new()
                        .max_connections(config.readers.max(1))
                        .connect_with(options)
                        .await?,
                )
            }
            StoreLocation::Postgres(url) => ReadPool::Postgres(
                PgPoolOptions::new()
                    .max_connections(config.readers.max(1))
                    .acquire_timeout(Duration::from_secs(10))
                    .connect_with(postgres_options(url)?)
                    .await?,
            ),
        };
        let (queue, queued) = mpsc::channel(config.queue.max(1));
        let (news, _) = broadcast::channel(config.news.max(1));
        let opened = OpenedStore::new(&location);
        let writer = StoreWriter {
            location: location.clone(),
            opened: opened.clone(),
            connection: Some(connection),
            queue: queued,
            batch: config.batch.max(1),
            news: news.clone(),
            lock,
            marks: Arc::default(),
        };
        let marks = writer.marks.clone();
        tokio::spawn(writer.run());
        Ok(Self { location, opened, codes, pool, queue, news, marks })
    }
}

/// Makes a missing file, readable for its owner only: it will hold names, doors and telephone numbers.
pub fn make_private(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(StoreError::file(path, error)),
        _ => Ok(()),
    }
}

/// Takes the lock beside the file. The system lets go of it when the process ends, however it ends; a process that
/// is just ending gets a moment.
async fn lock_file(path: &Path, location: &StoreLocation) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock_path = PathBuf::from(name);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path)
        .map_err(|error| StoreError::file(&lock_path, error))?;
    for _ in 0..40 {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(TryLockError::Error(error)) => return Err(StoreError::file(&lock_path, error)),
        }
    }
    Err(StoreError::InUse { location: location.to_string() })
}

/// Looks at what is there before anything is written, then brings it up to date. Returns the version that it had.
async fn prepare(connection: &mut WriterConnection, location: &StoreLocation) -> Result<i64, StoreError> {
    if matches!(connection, WriterConnection::Sqlite(_)) {
        let mut conn = connection.conn();
        let tables = conn.number("select count(*) from sqlite_master", args![]).await?;
        let owner = conn.row("pragma application_id", args![]).await?.map_or(Ok(0), |row| row.int(0))?;
        if tables > 0 && owner != APPLICATION_ID {
            return Err(StoreError::NotAStore { location: location.to_string() });
        }
        if tables > 0 {
            let found = conn
                .row("pragma quick_check(1)", args![])
                .await?
                .map_or(Ok(String::new()), |row| row.text(0))?;
            if found != "ok" {
                return Err(StoreError::Damaged { location: location.to_string(), cause: found });
            }
        }
    }
    let found = schema::version(connection).await?;
    if found > SCHEMA_VERSION {
        return Err(StoreError::Newer { location: location.to_string(), found, known: SCHEMA_VERSION });
    }
    if let (WriterConnection::Sqlite(_), StoreLocation::File(path)) = (&*connection, location)
        && found > 0
        && found < SCHEMA_VERSION
    {
        copy_into(connection, &free_name(path)).await?;
    }
    schema::migrate(connection, location).await?;
    // What was running belonged to a process that is gone: its requests may be tried again.
    connection.conn().execute("delete from requests where status is null", args![]).await?;
    Ok(found)
}

/// A name for the copy made before an upgrade that no earlier copy has.
fn free_name(path: &Path) -> PathBuf {
    let mut count = 0;
    loop {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".before-v{SCHEMA_VERSION}.{count}"));
        if !Path::new(&name).exists() {
            return PathBuf::from(name);
        }
        count += 1;
    }
}

/// An error of opening, with the location where it happened.
fn located<T>(location: &StoreLocation, result: Result<T, StoreError>) -> Result<T, StoreError> {
    result.map_err(|error| match error {
        StoreError::Damaged { cause, .. } => StoreError::Damaged { location: location.to_string(), cause },
        other => other,
    })
}
