//! The store as its callers hold it.

use super::code_key::CodeKey;
use super::config::StoreLocation;
use super::connection::{PooledConnection, ReadPool};
use super::error::StoreError;
use super::identity::OpenedStore;
use super::news::News;
use super::writer::{CommitMarks, PendingCommand, Queued, WriteTransaction};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::{broadcast, mpsc, oneshot};

/// What is written to find out whether there is space again: as much as an event may have.
const PROBE_BYTES: usize = 16 * 1024;

/// The store. Cheap to clone; all clones share one writer, which ends with the last of them.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) location: StoreLocation,
    pub(super) opened: OpenedStore,
    pub(super) codes: CodeKey,
    pub(super) pool: ReadPool,
    pub(super) queue: mpsc::Sender<Queued>,
    pub(super) news: broadcast::Sender<Arc<News>>,
    pub(super) marks: Arc<CommitMarks>,
}

impl Store {
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

    /// Whether the store can be read and written and is still the file that was opened; nothing is written to another. Writes
    /// only when the last write found the disk full.
    pub async fn check_place(&self) -> Result<(), StoreError> {
        self.opened.check()?;
        if self.marks.is_full.load(Ordering::Acquire) {
            self.put_value("probe", vec![0; PROBE_BYTES]).await?;
        }
        self.last_event_number().await.map(drop)
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
        F: for<'b> FnOnce(&'b mut WriteTransaction) -> BoxFuture<'b, Result<T, StoreError>> + Send + 'static,
    {
        let (command, answer) = PendingCommand::new(work);
        self.queue.try_send(Queued::Command(Box::new(command))).map_err(|error| match error {
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
