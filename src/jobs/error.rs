//! What can go wrong with a job's record; what goes wrong *in* a job is in the record itself.

/// Most jobs that may wait; the next one is refused.
pub(super) const MAX_WAITING: usize = 8;

/// A job that cannot be started, found or stopped.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Too many are waiting.
    #[error("{MAX_WAITING} jobs are waiting already")]
    TooMany,
    /// There is none of that name.
    #[error("there is no job {0}")]
    Unknown(String),
    /// It has already ended.
    #[error("job {0} has ended")]
    Ended(String),
    /// The file cannot be read or written.
    #[error("the jobs file: {0}")]
    File(#[from] sqlx::Error),
    /// The queue cannot be read or written.
    #[error("the job queue: {0}")]
    Queue(String),
}
