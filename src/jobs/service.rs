//! Starting, watching, cancelling and resuming jobs.
//!
//! What happens to a job when its planner is ended from outside, while the server lives: it is started again, as its next
//! attempt, and fails after the last one. What happens when the server's process dies: on the next start the record still says `running`, and the job is
//! resumed once, from the beginning and with the same seed. If the process dies under it a second time it ends
//! as `interrupted`: a job that kills the server must not do so for ever. A graceful stop counts like a kill, so that
//! stopping a server in mid-plan loses no request. A job that was still `queued` simply stays queued.
//!
//! What is apalis's here and what is not. Its queue stores tickets and hands them to the worker, one at a time. Four
//! things of a job are kept by [`record`](super::record) instead, each for a reason:
//! - *The record.* The dispatcher looks at jobs that ended weeks ago, by number, with phase, share and cost; apalis keeps
//!   a task's result for its own retries.
//! - *Attempts.* apalis re-enqueues the tasks of a worker that missed two heartbeats, a minute after its death. That is
//!   right for several workers; a single server that was restarted should not wait. Both work together, because a ticket
//!   names the attempt it is for, and stale tickets do nothing.
//! - *The wake-up.* apalis's own notice comes from SQLite's update hook, which is called *before* the commit: a worker
//!   that polls at once finds nothing and sleeps. Ours is sent after the commit.
//! - *Durability.* `SqliteStorage::setup` sets `synchronous = off`; a job answered with 202 must survive a power cut, so
//!   only the migrations of apalis are run.

use super::config::JobsConfig;
use super::error::{JobError, MAX_WAITING};
use super::planner::{DraftSaver, JobProgress, PlanFailure, PlanRequest, PlannedDay, Planner, Retry};
use super::record::{Job, JobStatus, Records};
use apalis::prelude::{BackendExt, BoxDynError, Data, Strategy, TaskSink, WorkerBuilder};
use apalis_sqlite::{Config, SqliteStorage};
use coldmile_units::Timestamp;
use futures_util::Stream;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, broadcast, mpsc, watch};
use tokio::task::JoinHandle;

/// A job that was running when its process died is resumed until it has been started this often.
const MAX_ATTEMPTS: u32 = 2;
/// Progress within one phase is passed on at most this often.
const PROGRESS_EVERY: Duration = Duration::from_millis(150);
/// How long a job waits after its planner has died, before it is started again.
const DEATH_PAUSE: Duration = Duration::from_millis(500);
/// How long a graceful stop waits for the planner to notice.
const STOP_WITHIN: Duration = Duration::from_secs(1);
/// How long it waits for the file to be closed.
const CLOSE_WITHIN: Duration = Duration::from_millis(500);

/// The jobs of one server. Cheap to clone.
#[derive(Clone)]
pub struct Jobs(Arc<JobsInner>);

struct JobsInner {
    records: Records,
    queue: SqliteStorage<Ticket>,
    wake: mpsc::UnboundedSender<()>,
    running: Mutex<HashMap<String, Running>>,
    changes: broadcast::Sender<Job>,
    planner: Planner,
    save_draft: DraftSaver,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// One plan at a time: a plan takes all cores.
    planning_permit: Semaphore,
    closing: watch::Sender<bool>,
    worker: Mutex<Option<JoinHandle<()>>>,
}

/// What the queue carries: a job, and the attempt it is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Ticket {
    job: String,
    attempt: u32,
}

/// A job that is being worked on in this process.
struct Running {
    job: Job,
    stop: Arc<AtomicBool>,
    told_at: Instant,
}

/// Wakes the queue's worker at once instead of at its next look.
struct WakeUps(mpsc::UnboundedReceiver<()>);

impl Stream for WakeUps {
    type Item = ();
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<()>> {
        self.0.poll_recv(context)
    }
}

impl Jobs {
    /// Opens the file, resumes what an earlier process left unfinished, and starts the worker.
    pub async fn open(config: JobsConfig) -> Result<Self, JobError> {
        let options = SqliteConnectOptions::new()
            .filename(&config.file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5));
        let pool = SqlitePoolOptions::new().max_connections(2).connect_with(options).await?;
        SqliteStorage::migrations().run(&pool).await.map_err(sqlx::Error::from)?;
        let records = Records::open(pool.clone()).await?;
        let queue = SqliteStorage::<Ticket>::new(&pool).with_config(Config::default().queue("plan"));
        let (wake, wake_ups) = mpsc::unbounded_channel();
        let jobs = Self(Arc::new(JobsInner {
            records,
            queue,
            wake,
            running: Mutex::default(),
            changes: broadcast::channel(256).0,
            planner: config.planner,
            save_draft: config.save_draft,
            clock: config.clock,
            planning_permit: Semaphore::new(1),
            closing: watch::channel(false).0,
            worker: Mutex::default(),
        }));
        jobs.resume_unfinished().await?;
        let worker = jobs.spawn_worker(wake_ups);
        *jobs.0.worker.lock().unwrap_or_else(PoisonError::into_inner) = Some(worker);
        Ok(jobs)
    }

    /// Records a job, enqueues it and wakes the worker. Returns once the job would survive a crash.
    pub async fn start(&self, request: PlanRequest) -> Result<Job, JobError> {
        if self.0.records.unfinished().await?.len() > MAX_WAITING {
            return Err(JobError::TooMany);
        }
        let job = self.0.records.create(&request, self.now()).await?;
        self.enqueue(&job).await?;
        self.tell(&job);
        Ok(job)
    }

    /// The job with this id as it stands now.
    pub async fn find(&self, id: &str) -> Result<Job, JobError> {
        let stored = self.0.records.find(id).await?.ok_or_else(|| JobError::Unknown(id.to_owned()))?;
        Ok(self.overlay(stored))
    }

    /// The newest jobs with a number below `before`, newest first.
    pub async fn list(&self, before: Option<i64>, limit: u32) -> Result<Vec<Job>, JobError> {
        let stored = self.0.records.list(before, limit).await?;
        Ok(stored.into_iter().map(|job| self.overlay(job)).collect())
    }

    /// Stops a job. One that runs ends within half a second and keeps the best plan found so far.
    pub async fn cancel(&self, id: &str) -> Result<Job, JobError> {
        let job = self.find(id).await?;
        if job.status.is_final() {
            return Err(JobError::Ended(job.id));
        }
        if let Some(running) = self.running().get(id) {
            running.stop.store(true, Ordering::Relaxed);
            return Ok(running.job.clone());
        }
        let ended = Job { status: JobStatus::Cancelled, ended_at: Some(self.now()), ..job };
        if self.0.records.end(&ended).await? {
            self.tell(&ended);
        }
        self.find(id).await
    }

    /// Every change of any job from now on.
    pub fn changes(&self) -> broadcast::Receiver<Job> {
        self.0.changes.subscribe()
    }

    /// Stops what runs without writing an end for it, so that the next process resumes it. Then closes the file,
    /// so that all of it is in one place.
    pub async fn close(&self) {
        self.0.closing.send_replace(true);
        for running in self.running().values() {
            running.stop.store(true, Ordering::Relaxed);
        }
        // The worker ends once the planner has returned and the ticket is back in the queue.
        let worker = self.0.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(worker) = worker {
            let _ = tokio::time::timeout(STOP_WITHIN, worker).await;
        }
        let _ = tokio::time::timeout(CLOSE_WITHIN, self.0.records.close()).await;
    }

    fn is_closing(&self) -> bool {
        *self.0.closing.borrow()
    }

    fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, Running>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Publishes a change; having no subscribers is fine.
    fn tell(&self, job: &Job) {
        let _ = self.0.changes.send(job.clone());
    }

    fn overlay(&self, stored: Job) -> Job {
        match self.running().get(&stored.id) {
            Some(running) if !stored.status.is_final() => running.job.clone(),
            _ => stored,
        }
    }

    async fn enqueue(&self, job: &Job) -> Result<(), JobError> {
        let ticket = Ticket { job: job.id.clone(), attempt: job.attempt };
        self.0.queue.clone().push(ticket).await.map_err(|error| JobError::of_queue(&error))?;
        // Without the wake-up the worker polls once a second.
        let _ = self.0.wake.send(());
        Ok(())
    }

    /// Enqueues again what an earlier process left unfinished, or ends it as interrupted.
    async fn resume_unfinished(&self) -> Result<(), JobError> {
        for job in self.0.records.unfinished().await? {
            if job.status == JobStatus::Running && job.attempt >= MAX_ATTEMPTS {
                let error = Some(format!("the server stopped {MAX_ATTEMPTS} times while it ran"));
                let (ended_at, code) = (Some(self.now()), Some("job/interrupted".to_owned()));
                let ended = Job { status: JobStatus::Interrupted, ended_at, error, code, ..job };
                self.0.records.end(&ended).await?;
                tracing::warn!(job = ended.id, "interrupted for good");
                continue;
            }
            if job.status == JobStatus::Running {
                self.0.records.requeue(&job.id).await?;
                tracing::info!(job = job.id, "resumed");
            }
            let again = self.find(&job.id).await?;
            self.enqueue(&again).await?;
        }
        Ok(())
    }

    /// Runs the queue's worker for as long as the process lives; a worker that ends by an error is replaced.
    fn spawn_worker(&self, wake_ups: mpsc::UnboundedReceiver<()>) -> JoinHandle<()> {
        let jobs = self.clone();
        tokio::spawn(async move {
            let mut wake_ups = Some(wake_ups);
            for round in 0_u32.. {
                // A name of its own each time: apalis refuses a name that was alive a moment ago.
                let nanos = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos());
                let name = format!("{}-{nanos}-{round}", std::process::id());
                let strategy = Strategy::new().interval(Duration::from_secs(1));
                let strategy = match wake_ups.take() {
                    Some(wake_ups) => strategy.stream(WakeUps(wake_ups)),
                    None => strategy,
                };
                let mut closing = jobs.0.closing.subscribe();
                let worker = WorkerBuilder::new(name)
                    .backend(jobs.0.queue.clone().poll_with_strategy(strategy))
                    .data(jobs.clone())
                    .build(work);
                let until = async move {
                    // An error means that `Jobs` is gone, which is as good a reason to stop.
                    let _ = closing.wait_for(|closing| *closing).await;
                    Ok::<(), std::io::Error>(())
                };
                match worker.run_until(until).await {
                    Ok(()) => break,
                    Err(error) => tracing::error!(%error, "the job worker ended; another one starts"),
                }
                if jobs.is_closing() {
                    break;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        })
    }

    /// Works on a ticket. Stale ones, and those whose job was cancelled meanwhile, do nothing.
    async fn run(&self, ticket: Ticket) -> Result<(), JobError> {
        let Ok(_permit) = self.0.planning_permit.acquire().await else { return Ok(()) };
        let stop = Arc::new(AtomicBool::new(false));
        let job = self.find(&ticket.job).await?;
        // Registered as running before it is: a close or cancel in between finds the flag to set.
        let running = Running { job: job.clone(), stop: stop.clone(), told_at: Instant::now() };
        self.running().insert(job.id.clone(), running);
        let closing = self.is_closing();
        let taken = if closing { Ok(false) } else { self.0.records.take(&ticket.job, ticket.attempt).await };
        if !matches!(taken, Ok(true)) {
            self.running().remove(&ticket.job);
            return taken.map(|_| ()).map_err(JobError::from);
        }
        let job = Job { status: JobStatus::Running, ..job };
        if let Some(running) = self.running().get_mut(&job.id) {
            running.job.status = JobStatus::Running;
        }
        self.tell(&job);
        let result = self.plan(&job, &stop).await;
        if let Err(failure) = &result
            && failure.retry == Retry::NextAttempt
            && self.start_again(&job, &stop).await?
        {
            return Ok(());
        }
        let reached = self.running().get(&job.id).map_or(job, |running| running.job.clone());
        let ended = if self.is_closing() { None } else { Some(self.ending(reached, result, &stop).await) };
        if let Some(ended) = &ended {
            self.0.records.end(ended).await?;
        }
        self.running().remove(&ticket.job);
        if let Some(ended) = ended {
            self.tell(&ended);
        }
        Ok(())
    }

    /// Puts a job whose planner died back into the queue, unless it has had its attempts or it was cancelled meanwhile.
    async fn start_again(&self, job: &Job, stop: &AtomicBool) -> Result<bool, JobError> {
        // What ends the planner may be ending the server too: then this attempt is left for the next process.
        tokio::time::sleep(DEATH_PAUSE).await;
        if self.is_closing() || job.attempt >= MAX_ATTEMPTS || stop.load(Ordering::Relaxed) {
            return Ok(false);
        }
        tracing::warn!(job = job.id, "the planner died; the job is started again");
        self.0.records.requeue(&job.id).await?;
        self.running().remove(&job.id);
        let again = self.find(&job.id).await?;
        self.tell(&again);
        self.enqueue(&again).await?;
        Ok(true)
    }

    /// Plans on a thread where blocking is allowed; a panic becomes an error.
    async fn plan(&self, job: &Job, stop: &Arc<AtomicBool>) -> Result<PlannedDay, PlanFailure> {
        let (jobs, id, request, stop) = (self.clone(), job.id.clone(), job.request, stop.clone());
        let work = move || {
            let report = |progress: JobProgress<'_>| jobs.progress(&id, progress);
            (jobs.0.planner)(&request, &report, &stop)
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result,
            Err(error) => {
                tracing::error!(%error, job = job.id, "the planner crashed");
                Err(PlanFailure::new("job/planner-crashed", "the planner crashed; the log says where"))
            }
        }
    }

    async fn ending(&self, job: Job, result: Result<PlannedDay, PlanFailure>, stop: &AtomicBool) -> Job {
        let cancelled = stop.load(Ordering::Relaxed);
        let kept = match result {
            Ok(day) => {
                let saved = (self.0.save_draft)(job.id.clone(), job.request, day).await;
                saved.map_err(|error| PlanFailure::new("job/not-saved", error))
            }
            Err(failure) => Err(failure),
        };
        let ended_at = Some(self.now());
        match kept {
            Ok(plan) => {
                let status = if cancelled { JobStatus::Cancelled } else { JobStatus::Done };
                Job { status, ended_at, share: 1.0, plan: Some(plan), ..job }
            }
            Err(PlanFailure { code, text, .. }) => {
                let status = if cancelled { JobStatus::Cancelled } else { JobStatus::Failed };
                Job { status, ended_at, error: Some(text), code: Some(code.to_owned()), ..job }
            }
        }
    }

    fn progress(&self, id: &str, progress: JobProgress<'_>) {
        let mut table = self.running();
        let Some(running) = table.get_mut(id) else { return };
        let new_phase = running.job.phase != progress.phase;
        running.job.share = progress.share.clamp(0.0, 1.0);
        running.job.best_cost = progress.best_cost.or(running.job.best_cost);
        if new_phase {
            progress.phase.clone_into(&mut running.job.phase);
        }
        if new_phase || running.told_at.elapsed() >= PROGRESS_EVERY {
            running.told_at = Instant::now();
            self.tell(&running.job);
        }
    }
}

/// The queue's side of [`Jobs::run`]. What went wrong is in the record, and a retry by the queue would only repeat it;
/// but a ticket that reached a stopping server goes back to the queue for the next process.
async fn work(ticket: Ticket, jobs: Data<Jobs>) -> Result<(), BoxDynError> {
    let job = ticket.job.clone();
    if let Err(error) = jobs.run(ticket).await {
        tracing::error!(%error, job, "the job could not be recorded");
    }
    if jobs.is_closing() { Err("the server is stopping".into()) } else { Ok(()) }
}
