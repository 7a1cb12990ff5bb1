//! The one writer: commands queue up, share a transaction and a flush, and are answered after it.

use super::config::StoreLocation;
use super::connection::{Connection, WriterConnection, args};
use super::error::StoreError;
use super::identity::OpenedStore;
use super::news::News;
use super::options::{postgres_options, sqlite_options};
use futures_util::future::BoxFuture;
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::sync::{broadcast, mpsc, oneshot};

/// The transaction in which a command runs.
pub(super) struct WriteTransaction {
    connection: WriterConnection,
    /// What subscribers hear once the command is durable.
    pub news: Vec<Arc<News>>,
}

impl WriteTransaction {
    pub fn conn(&mut self) -> Connection<'_> {
        self.connection.conn()
    }
}

/// A queued command whose answer type is forgotten.
pub(super) trait WriteCommand: Send {
    /// Does the work and keeps the outcome for later. Returns what went wrong.
    fn run<'a>(&'a mut self, write: &'a mut WriteTransaction) -> BoxFuture<'a, Result<(), StoreError>>;
    /// Answers the waiting caller: the outcome, or what kept the whole batch from being committed.
    fn answer(self: Box<Self>, batch: Result<(), StoreError>);
}

/// A command with its work and the channel for its answer.
pub(super) struct PendingCommand<T, F> {
    work: Option<F>,
    outcome: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> PendingCommand<T, F> {
    pub fn new(work: F) -> (Self, oneshot::Receiver<Result<T, StoreError>>) {
        let (reply, answer) = oneshot::channel();
        (Self { work: Some(work), outcome: None, reply }, answer)
    }
}

impl<T, F> WriteCommand for PendingCommand<T, F>
where
    T: Send,
    F: for<'b> FnOnce(&'b mut WriteTransaction) -> BoxFuture<'b, Result<T, StoreError>> + Send,
{
    fn run<'a>(&'a mut self, write: &'a mut WriteTransaction) -> BoxFuture<'a, Result<(), StoreError>> {
        let work = self.work.take().expect("a command runs once");
        Box::pin(async move {
            let outcome = work(write).await;
            let report = outcome.as_ref().map(|_| ()).map_err(Clone::clone);
            self.outcome = Some(outcome);
            report
        })
    }

    fn answer(self: Box<Self>, batch: Result<(), StoreError>) {
        let Self { outcome, reply, .. } = *self;
        let outcome = batch.and_then(|()| outcome.unwrap_or(Err(StoreError::Closed)));
        // The caller may have gone away; what was committed stays.
        drop(reply.send(outcome));
    }
}

/// An entry of the queue.
pub(super) enum Queued {
    Command(Box<dyn WriteCommand>),
    /// Finish what is queued, flush, and stop.
    Close(oneshot::Sender<()>),
}

/// How much has been committed since the store was opened. Each count grows before the command that caused it is
/// answered, so that a reader who finds it unchanged has seen everything that was acknowledged.
#[derive(Debug, Default)]
pub(super) struct CommitMarks {
    /// Transactions.
    pub commits: AtomicU64,
    /// Of these, those with events; and failures, whose outcome is unknown.
    pub events: AtomicU64,
    /// Of these, those that added a plan or changed one; and failures.
    pub plans: AtomicU64,
    /// Whether the last commit found the disk full.
    pub is_full: AtomicBool,
}

impl CommitMarks {
    fn count(&self, news: &[Arc<News>]) {
        self.commits.fetch_add(1, Ordering::Release);
        self.is_full.store(false, Ordering::Release);
        if news.iter().any(|item| matches!(**item, News::Event { .. })) {
            self.events.fetch_add(1, Ordering::Release);
        }
        if news.iter().any(|item| matches!(**item, News::Plan(_))) {
            self.plans.fetch_add(1, Ordering::Release);
        }
    }

    /// A commit that failed may have happened all the same, when only its answer was lost.
    fn count_failure(&self, error: &StoreError) {
        self.is_full.store(*error == StoreError::Full, Ordering::Release);
        self.events.fetch_add(1, Ordering::Release);
        self.plans.fetch_add(1, Ordering::Release);
    }
}

/// The task that does all writes; [`run`](Self::run) is its loop.
pub(super) struct StoreWriter {
    pub location: StoreLocation,
    /// The file as it was opened.
    pub opened: OpenedStore,
    /// `None` after a failure: the next batch opens a new connection.
    pub connection: Option<WriterConnection>,
    pub queue: mpsc::Receiver<Queued>,
    pub batch: usize,
    pub news: broadcast::Sender<Arc<News>>,
    /// Held for as long as the writer lives, so that no second process writes the same file.
    pub lock: Option<File>,
    /// What readers compare with what they know.
    pub marks: Arc<CommitMarks>,
}

impl StoreWriter {
    /// Works until the store is closed or dropped.
    pub async fn run(mut self) {
        let mut closing = None;
        while let Some(first) = self.queue.recv().await {
            let mut commands = Vec::new();
            let mut next = Some(first);
            while let Some(queued) = next {
                match queued {
                    Queued::Command(command) => commands.push(command),
                    Queued::Close(reply) => {
                        self.queue.close();
                        closing = Some(reply);
                    }
                }
                next = if commands.len() < self.batch { self.queue.try_recv().ok() } else { None };
            }
            if !commands.is_empty() {
                self.commit(commands).await;
            }
        }
        if let Some(connection) = self.connection.take() {
            close(connection).await;
        }
        drop(self.lock.take());
        if let Some(reply) = closing {
            reply.send(()).ok();
        }
    }

    /// A connection with a transaction begun. One that was lost while idle is replaced: nothing of this
    /// batch has run yet.
    async fn begin(&mut self) -> Result<WriterConnection, StoreError> {
        self.opened.check()?;
        if let Some(connection) = self.connection.take() {
            match begin(connection).await {
                Ok(connection) => return Ok(connection),
                Err(error) => tracing::warn!(code = error.code(), %error, "the writer connects anew"),
            }
        }
        begin(open(&self.location).await?).await
    }

    /// Runs `commands` in one transaction and answers them after its flush.
    async fn commit(&mut self, mut commands: Vec<Box<dyn WriteCommand>>) {
        match self.transaction(&mut commands).await {
            Ok(news) => {
                self.marks.count(&news);
                for item in news {
                    // Having no subscribers is fine.
                    drop(self.news.send(item));
                }
                for command in commands {
                    command.answer(Ok(()));
                }
            }
            Err(error) => {
                tracing::error!(code = error.code(), %error, commands = commands.len(), "commit failed");
                self.marks.count_failure(&error);
                for command in commands {
                    command.answer(Err(error.clone()));
                }
            }
        }
    }

    /// Any error in here means that nothing was committed, and the connection is given up: after a failed flush
    /// the truth is what a new connection finds on the disk.
    async fn transaction(
        &mut self,
        commands: &mut [Box<dyn WriteCommand>],
    ) -> Result<Vec<Arc<News>>, StoreError> {
        let mut write = WriteTransaction { connection: self.begin().await?, news: Vec::new() };
        for command in commands {
            let heard = write.news.len();
            write.conn().execute("savepoint command", args![]).await?;
            match command.run(&mut write).await {
                Ok(()) => {}
                Err(error) if error.is_fatal() => return Err(error),
                Err(_) => {
                    write.news.truncate(heard);
                    write.conn().execute("rollback to savepoint command", args![]).await?;
                }
            }
            write.conn().execute("release savepoint command", args![]).await?;
        }
        self.opened.check()?;
        write.conn().execute("commit", args![]).await?;
        self.connection = Some(write.connection);
        Ok(write.news)
    }
}

/// Starts a transaction.
async fn begin(mut connection: WriterConnection) -> Result<WriterConnection, StoreError> {
    let sql = match connection {
        WriterConnection::Sqlite(_) => "begin immediate",
        WriterConnection::Postgres(_) => "begin",
    };
    connection.conn().execute(sql, args![]).await?;
    Ok(connection)
}

/// A new writing connection, checked to be the only one.
pub(super) async fn open(location: &StoreLocation) -> Result<WriterConnection, StoreError> {
    use sqlx::ConnectOptions as _;
    match location {
        StoreLocation::File(path) => Ok(WriterConnection::Sqlite(sqlite_options(path).connect().await?)),
        StoreLocation::Postgres(url) => {
            let options = postgres_options(url)?;
            let mut connection = WriterConnection::Postgres(options.connect().await?);
            // One writer a schema, for as long as this connection lives.
            let lock = "select case when pg_try_advisory_lock(1668246628, hashtext(current_schema())) then 1 else 0 end::bigint";
            if connection.conn().number(lock, args![]).await? == 0 {
                return Err(StoreError::InUse { location: location.to_string() });
            }
            Ok(connection)
        }
    }
}

async fn close(connection: WriterConnection) {
    use sqlx::Connection as _;
    let closed = match connection {
        WriterConnection::Sqlite(mut connection) => {
            let checkpoint = sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut connection).await;
            if let Err(error) = checkpoint {
                tracing::warn!(%error, "checkpoint at closing failed");
            }
            connection.close().await
        }
        WriterConnection::Postgres(connection) => connection.close().await,
    };
    if let Err(error) = closed {
        tracing::warn!(%error, "closing the store failed");
    }
}

#[cfg(test)]
mod tests {
    use crate::connection::args;
    use crate::{Store, StoreConfig, StoreError};

    async fn limit_pages(store: &Store, pages: u32) {
        let sql: &'static str = format!("pragma max_page_count = {pages}").leak();
        store
            .write(move |write| Box::pin(async move { write.conn().row(sql, args![]).await.map(drop) }))
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn a_full_disk_is_an_answer_and_passes_when_there_is_space_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("day.db");
        let store = Store::open(StoreConfig::new(path.to_str().unwrap())).await.unwrap();
        store.put_value("small", vec![1]).await.unwrap();
        limit_pages(&store, 1).await;
        let refused = store.put_value("large", vec![7; 1 << 20]).await;
        assert_eq!(refused, Err(StoreError::Full));
        assert_eq!(store.value("small").await.unwrap(), Some(vec![1]), "reading goes on");
        assert_eq!(store.value("large").await.unwrap(), None, "nothing half");
        // The writer has connected anew, and with that the limit is gone.
        limit_pages(&store, 1).await;
        assert_eq!(store.put_value("large", vec![7; 1 << 20]).await, Err(StoreError::Full));
        limit_pages(&store, 1).await;
        // What was small and committed says nothing about the next event.
        store.marks.is_full.store(true, std::sync::atomic::Ordering::Release);
        assert_eq!(store.check_place().await, Err(StoreError::Full));
        store.check_place().await.unwrap();
        store.put_value("large", vec![7; 1 << 20]).await.unwrap();
        assert_eq!(store.value("large").await.unwrap().map(|value| value.len()), Some(1 << 20));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nothing_is_acknowledged_once_the_file_was_deleted_or_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (path, aside) = (folder.path().join("day.db"), folder.path().join("aside.db"));
        let store = Store::open(StoreConfig::new(path.to_str().unwrap())).await.unwrap();
        store.put_value("first", vec![1]).await.unwrap();
        std::fs::rename(&path, &aside).unwrap();
        let replaced = |outcome: Result<(), StoreError>| outcome.unwrap_err().code() == "store/replaced";
        assert!(replaced(store.put_value("second", vec![2]).await));
        assert!(replaced(store.check_place().await));
        assert!(!path.exists(), "no new file is made in its place");
        std::fs::copy(&aside, &path).unwrap();
        assert!(replaced(store.put_value("third", vec![3]).await));
        // The file itself, put back, is the store again.
        std::fs::rename(&aside, &path).unwrap();
        store.put_value("fourth", vec![4]).await.unwrap();
        store.check_place().await.unwrap();
        assert_eq!(store.value("second").await.unwrap(), None);
    }
}
