//! What can go wrong with a job's record; what goes wrong *in* a job is in the record itself.

/// Most jobs that may wait; the next one is refused.
pub(super) const MAX_WAITING: usize = 8;

/// A job that cannot be started, found or stopped.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Too many are waiting.
    #[error("{MAX_WAITING} jobs are waiting already")]
    TooMany,
    /// No space left.
    #[error("the disk is full")]
    Full,
    /// There is none of that name.
    #[error("there is no job {0}")]
    Unknown(String),
    /// It has already ended.
    #[error("job {0} has ended")]
    Ended(String),
    /// The file cannot be read or written.
    #[error("the jobs file: {0}")]
    File(sqlx::Error),
    /// The queue cannot be read or written.
    #[error("the job queue: {0}")]
    Queue(String),
}

impl JobError {
    /// What the queue said, whose error wraps that of the database.
    pub(super) fn of_queue(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if error.downcast_ref().is_some_and(is_full) {
                return Self::Full;
            }
            cause = error.source();
        }
        Self::Queue(error.to_string())
    }
}

impl From<sqlx::Error> for JobError {
    fn from(error: sqlx::Error) -> Self {
        if is_full(&error) { Self::Full } else { Self::File(error) }
    }
}

/// Whether SQLite had no space: result code 13, or an index of the log that could not grow (10, detail 19).
fn is_full(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 13 || code == 4874)
}
