//! The one writer: commands queue up, share a transaction and a flush, and are answered after it.

use super::config::Place;
use super::error::StoreError;
use super::handle::News;
use super::link::{Conn, Link, args};
use std::fs::File;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc, oneshot};

/// What a command works with.
pub(super) struct Write {
    link: Link,
    /// What subscribers hear once the command is durable.
    pub news: Vec<Arc<News>>,
}

impl Write {
    pub fn conn(&mut self) -> Conn<'_> {
        self.link.conn()
    }
}

/// A piece of asynchronous work on a borrowed connection.
pub(super) type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A queued command whose answer type is forgotten.
pub(super) trait Command: Send {
    /// Does the work and keeps the outcome for later. Returns what went wrong.
    fn run<'a>(&'a mut self, write: &'a mut Write) -> Doing<'a, ()>;
    /// Answers whoever waits: the outcome, or what kept the whole batch from being committed.
    fn answer(self: Box<Self>, batch: Result<(), StoreError>);
}

/// A command with its work and the place for its answer.
pub(super) struct Waiting<T, F> {
    work: Option<F>,
    outcome: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Waiting<T, F> {
    pub fn new(work: F) -> (Self, oneshot::Receiver<Result<T, StoreError>>) {
        let (reply, answer) = oneshot::channel();
        (Self { work: Some(work), outcome: None, reply }, answer)
    }
}

impl<T, F> Command for Waiting<T, F>
where
    T: Send,
    F: for<'b> FnOnce(&'b mut Write) -> Doing<'b, T> + Send,
{
    fn run<'a>(&'a mut self, write: &'a mut Write) -> Doing<'a, ()> {
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
        // Whoever asked may have gone away; what was committed stays.
        drop(reply.send(outcome));
    }
}

/// What stands in the queue.
pub(super) enum Queued {
    Command(Box<dyn Command>),
    /// Finish what is queued, flush, and stop.
    Close(oneshot::Sender<()>),
}

/// The writer's own state; [`run`](Self::run) is its life.
pub(super) struct Writer {
    pub place: Place,
    /// `None` after a failure: the next batch opens a new connection.
    pub link: Option<Link>,
    pub queue: mpsc::Receiver<Queued>,
    pub batch: usize,
    pub news: broadcast::Sender<Arc<News>>,
    /// Held for as long as the writer lives, so that no second process writes the same file.
    pub lock: Option<File>,
}

impl Writer {
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
        if let Some(link) = self.link.take() {
            close(link).await;
        }
        drop(self.lock.take());
        if let Some(reply) = closing {
            reply.send(()).ok();
        }
    }

    /// Runs `commands` in one transaction and answers them after its flush.
    async fn commit(&mut self, mut commands: Vec<Box<dyn Command>>) {
        match self.transaction(&mut commands).await {
            Ok(news) => {
                for item in news {
                    // Nobody may be listening.
                    drop(self.news.send(item));
                }
                commands.into_iter().for_each(|command| command.answer(Ok(())));
            }
            Err(error) => {
                tracing::error!(code = error.code(), %error, commands = commands.len(), "commit failed");
                commands.into_iter().for_each(|command| command.answer(Err(error.clone())));
            }
        }
    }

    /// Any error in here means that nothing was committed, and the connection is given up: after a failed flush
    /// the truth is what a new connection finds on the disk.
    async fn transaction(&mut self, commands: &mut [Box<dyn Command>]) -> Result<Vec<Arc<News>>, StoreError> {
        let link = match self.link.take() {
            Some(link) => link,
            None => open(&self.place).await?,
        };
        let mut write = Write { link, news: Vec::new() };
        let begin = match write.link {
            Link::Sqlite(_) => "begin immediate",
            Link::Postgres(_) => "begin",
        };
        write.conn().execute(begin, args![]).await?;
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
        write.conn().execute("commit", args![]).await?;
        self.link = Some(write.link);
        Ok(write.news)
    }
}

/// A new writing connection, checked to be the only one.
pub(super) async fn open(place: &Place) -> Result<Link, StoreError> {
    use sqlx::ConnectOptions as _;
    match place {
        Place::File(path) => Ok(Link::Sqlite(super::handle::sqlite_options(path).connect().await?)),
        Place::Postgres(url) => {
            let options = super::handle::postgres_options(url)?;
            let mut link = Link::Postgres(options.connect().await?);
            // One writer a schema, for as long as this connection lives.
            let lock = "select case when pg_try_advisory_lock(1668246628, hashtext(current_schema())) then 1 else 0 end::bigint";
            if link.conn().number(lock, args![]).await? == 0 {
                return Err(StoreError::InUse { place: place.to_string() });
            }
            Ok(link)
        }
    }
}

async fn close(link: Link) {
    use sqlx::Connection as _;
    let closed = match link {
        Link::Sqlite(mut link) => {
            let checkpoint = sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut link).await;
            if let Err(error) = checkpoint {
                tracing::warn!(%error, "checkpoint at closing failed");
            }
            link.close().await
        }
        Link::Postgres(link) => link.close().await,
    };
    if let Err(error) = closed {
        tracing::warn!(%error, "closing the store failed");
    }
}
