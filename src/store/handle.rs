//! The store as its callers hold it.

use super::config::{StoreConfig, StoreLocation};
use super::connection::{PooledConnection, ReadPool, WriterConnection, args};
use super::days::DayId;
use super::error::StoreError;
use super::plans::PlanHead;
use super::schema::{self, APPLICATION_ID, SCHEMA_VERSION};
use super::writer::{self, BoxFuture, CommitMarks, PendingCommand, Queued, StoreWriter, WriteTransaction};
use coldmile_plan::StoredEvent;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot};

/// What subscribers hear, after it is durable.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// A new event.
    Event {
        /// The day it belongs to.
        day: DayId,
        /// The event.
        event: StoredEvent,
    },
    /// A plan was added or its status changed.
    Plan(PlanHead),
}

/// The store. Cheap to clone; all clones share one writer, which ends with the last of them.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) location: StoreLocation,
    pub(super) pool: ReadPool,
    queue: mpsc::Sender<Queued>,
    news: broadcast::Sender<Arc<News>>,
    marks: Arc<CommitMarks>,
}

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
        located(&location, prepare(&mut connection, &location).await)?;
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
        let writer = StoreWriter {
            location: location.clone(),
            connection: Some(connection),
            queue: queued,
            batch: config.batch.max(1),
            news: news.clone(),
            lock,
            marks: Arc::default(),
        };
        let marks = writer.marks.clone();
        tokio::spawn(writer.run());
        Ok(Self { location, pool, queue, news, marks })
    }

    /// Everything committed from now on, in order. A subscriber that lags too far gets
    /// [`RecvError::Lagged`](broadcast::error::RecvError::Lagged) and catches up with
    /// [`events_after`](Self::events_after).
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<News>> {
        self.news.subscribe()
    }

    /// Commits what is queued, empties the log file and lets go of the store. Later calls fail with
    /// [`StoreError::Closed`].
    pub async fn close(&self) {
        // Readers first: the last connection to go folds the log into the file.
        self.pool.close().await;
        let (reply, done) = oneshot::channel();
        if self.queue.send(Queued::Close(reply)).await.is_ok() {
            drop(done.await);
        } else {
            self.queue.closed().await;
        }
    }

    /// Commands that wait for the writer.
    pub fn queued(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Transactions committed since the store was opened. Far fewer than commands when many write at once.
    pub fn commits(&self) -> u64 {
        self.marks.commits.load(Ordering::Acquire)
    }

    /// Grows whenever events were committed. A caller that reads it, then the events, and later finds it unchanged,
    /// has missed none that was acknowledged.
    pub fn event_mark(&self) -> u64 {
        self.marks.events.load(Ordering::Acquire)
    }

    /// The same for plans: one was added, or its status changed.
    pub fn plan_mark(&self) -> u64 {
        self.marks.plans.load(Ordering::Acquire)
    }

    /// Queues `work` and waits until it is durable, or refused.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'b> FnOnce(&'b mut WriteTransaction) -> BoxFuture<'b, T> + Send + 'static,
    {
        let (command, answer) = PendingCommand::new(work);
        self.queue.try_send(Queued::WriteCommand(Box::new(command))).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Overloaded { queued: self.queued() },
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// A connection to read from.
    pub(super) async fn reader(&self) -> Result<PooledConnection, StoreError> {
        self.pool.acquire().await
    }
}

pub(super) fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
}

pub(super) fn postgres_options(url: &str) -> Result<PgConnectOptions, StoreError> {
    url.parse()
        .map_err(|_| StoreError::BadUrl { url: url.split('@').next_back().unwrap_or_default().to_owned() })
}

/// Makes a missing file readable for its owner only: it will hold names, doors and telephone numbers.
fn make_private(path: &Path) -> Result<(), StoreError> {
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
    let beside = PathBuf::from(name);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&beside)
        .map_err(|error| StoreError::file(&beside, error))?;
    for _ in 0..40 {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(TryLockError::Error(error)) => return Err(StoreError::file(&beside, error)),
        }
    }
    Err(StoreError::InUse { location: location.to_string() })
}

/// Looks at what is there before anything is written, then brings it up to date.
async fn prepare(connection: &mut WriterConnection, location: &StoreLocation) -> Result<(), StoreError> {
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
        super::backup::copy_into(connection, &free_name(path)).await?;
    }
    schema::migrate(connection, location).await?;
    // What was running belonged to a process that is gone: its requests may be tried again.
    connection.conn().execute("delete from requests where status is null", args![]).await?;
    Ok(())
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
