//! What the store refuses, and what can go wrong beneath it.

use super::ids::PlanId;
use sqlx::sqlite::SqliteError;

/// Why the store did not do it. Nothing of a refused command is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The address is neither a file nor a PostgreSQL URL.
    #[error("{url:?} is no place for a store: expected a file path or postgres://…")]
    BadUrl {
        /// The address.
        url: String,
    },
    /// Another process has the store open for writing.
    #[error("{location}: the store is in use by another process")]
    InUse {
        /// Where.
        location: String,
    },
    /// The file is something else.
    #[error("{location}: this is not a Coldmile store")]
    NotAStore {
        /// Where.
        location: String,
    },
    /// Written by a newer program.
    #[error("{location}: the store has schema version {found}; this program knows versions up to {known}")]
    Newer {
        /// Where.
        location: String,
        /// Its version.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// The file is not the one that was opened: it was deleted, or another lies in its place.
    #[error("{location}: the store was deleted or replaced while it was in use; restart the server")]
    Replaced {
        /// Where.
        location: String,
    },
    /// The data is damaged. Nothing is repaired silently.
    #[error(
        "{location}: the store is damaged ({cause}); restore a backup, or move the file away to start anew"
    )]
    Damaged {
        /// Where.
        location: String,
        /// What was found.
        cause: String,
    },
    /// More work is queued than the disk keeps up with; try again later.
    #[error("the store is overloaded: {queued} commands are waiting")]
    Overloaded {
        /// Commands waiting.
        queued: usize,
    },
    /// No space left.
    #[error("the disk is full")]
    Full,
    /// The database cannot be reached or failed; nothing was acknowledged.
    #[error("the database failed: {cause}")]
    Unavailable {
        /// What it said.
        cause: String,
    },
    /// The database does not take what the command holds, such as a NUL in a text.
    #[error("the database refused it: {cause}")]
    Refused {
        /// What it said.
        cause: String,
    },
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
    /// No such thing.
    #[error("there is no {what} {id}")]
    NotFound {
        /// The kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The plan was changed by someone else in between.
    #[error("plan {plan} has version {found}, not {expected}")]
    StalePlan {
        /// The plan.
        plan: PlanId,
        /// The version the caller knew.
        expected: u64,
        /// The version it has.
        found: u64,
    },
    /// Another plan was published in between.
    #[error("plan {} is published, not plan {}", name(*.found), name(*.expected))]
    StaleDay {
        /// The plan the caller believed to be published.
        expected: Option<PlanId>,
        /// The plan that is.
        found: Option<PlanId>,
    },
    /// The files of the day were changed by someone else in between.
    #[error("the day {date} was changed meanwhile")]
    StaleFiles {
        /// Its date.
        date: String,
    },
    /// Only a draft can be published.
    #[error("plan {plan} is {status}, not a draft")]
    NotADraft {
        /// The plan.
        plan: PlanId,
        /// What it is.
        status: &'static str,
    },
    /// The enrolment code was never given out.
    #[error("this enrolment code is unknown")]
    UnknownCode,
    /// The enrolment code has been used.
    #[error("this enrolment code has been used")]
    UsedCode,
    /// The enrolment code is too old.
    #[error("this enrolment code has expired")]
    ExpiredCode,
    /// What must be unique is there already.
    #[error("this {what} is taken")]
    Taken {
        /// What.
        what: &'static str,
    },
    /// A stored record cannot be read.
    #[error("a stored {what} cannot be read: {cause}")]
    BadRecord {
        /// The kind of record.
        what: &'static str,
        /// Why.
        cause: String,
    },
    /// A file beside the store.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        cause: String,
    },
    /// The database outside does this by its own tools.
    #[error("{what} is done with PostgreSQL's own tools: {how}")]
    Outside {
        /// The act.
        what: &'static str,
        /// The tool.
        how: &'static str,
    },
}

fn name(plan: Option<PlanId>) -> String {
    plan.map_or_else(|| "none".to_owned(), |plan| plan.to_string())
}

impl StoreError {
    /// The stable code that console, log and README share.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadUrl { .. } => "store/bad-url",
            Self::InUse { .. } => "store/in-use",
            Self::NotAStore { .. } => "store/not-a-store",
            Self::Newer { .. } => "store/newer-schema",
            Self::Replaced { .. } => "store/replaced",
            Self::Damaged { .. } => "store/damaged",
            Self::Overloaded { .. } => "store/overloaded",
            Self::Full => "store/disk-full",
            Self::Unavailable { .. } => "store/unavailable",
            Self::Refused { .. } => "store/refused",
            Self::Closed => "store/closed",
            Self::NotFound { .. } => "store/not-found",
            Self::StalePlan { .. } => "plan/stale",
            Self::StaleDay { .. } => "plan/other-published",
            Self::StaleFiles { .. } => "day/stale",
            Self::NotADraft { .. } => "plan/not-a-draft",
            Self::UnknownCode => "enrolment/unknown-code",
            Self::UsedCode => "enrolment/used-code",
            Self::ExpiredCode => "enrolment/expired-code",
            Self::Taken { .. } => "store/taken",
            Self::BadRecord { .. } => "store/bad-record",
            Self::File { .. } => "store/file",
            Self::Outside { .. } => "store/outside",
        }
    }

    /// Whether the same call may succeed later without any other change: 503 rather than 500.
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Overloaded { .. }
                | Self::Full
                | Self::Unavailable { .. }
                | Self::Replaced { .. }
                | Self::Closed
        )
    }

    /// Whether the connection that met it should not be used again.
    pub(super) const fn is_fatal(&self) -> bool {
        matches!(self, Self::Full | Self::Unavailable { .. } | Self::Replaced { .. } | Self::Damaged { .. })
    }

    pub(super) fn file(path: &std::path::Path, cause: impl std::fmt::Display) -> Self {
        Self::File { path: path.display().to_string(), cause: cause.to_string() }
    }
}

impl From<sqlx::Error> for StoreError {
    /// Tells what concerns one statement (the command is refused, its neighbours go on) from what concerns the
    /// connection or the disk.
    fn from(error: sqlx::Error) -> Self {
        let cause = error.to_string();
        match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                if database.is_unique_violation() {
                    Self::Taken { what: "key" }
                } else if database.try_downcast_ref::<SqliteError>().is_some() {
                    of_sqlite(code.parse().unwrap_or(0), cause)
                } else {
                    of_postgres(&code, cause)
                }
            }
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::Encode(_)
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::ColumnIndexOutOfBounds { .. }
            | sqlx::Error::RowNotFound => Self::Refused { cause },
            sqlx::Error::PoolClosed => Self::Closed,
            _ => Self::Unavailable { cause },
        }
    }
}

/// SQLite's code for an index of the log that cannot grow.
const IOERR_SHMSIZE: i32 = 0x130a;

/// By SQLite's result code; its low byte is the kind, the rest the detail.
fn of_sqlite(code: i32, cause: String) -> StoreError {
    match code & 0xff {
        // The log's index could not be made larger: for want of space, as far as a file system says so.
        10 if code == IOERR_SHMSIZE => StoreError::Full,
        11 | 26 => StoreError::Damaged { location: "database".to_owned(), cause },
        13 => StoreError::Full,
        // Error in the statement, too big, constraint, mismatch, out of range.
        1 | 18 | 19 | 20 | 25 => StoreError::Refused { cause },
        _ => StoreError::Unavailable { cause },
    }
}

/// By PostgreSQL's five-letter code; its first two letters are the class.
fn of_postgres(code: &str, cause: String) -> StoreError {
    match (code, code.get(..2)) {
        ("53100", _) => StoreError::Full,
        ("XX001" | "XX002", _) => StoreError::Damaged { location: "database".to_owned(), cause },
        (_, Some("08" | "25" | "40" | "53" | "55" | "57" | "58" | "F0" | "XX") | None) => {
            StoreError::Unavailable { cause }
        }
        _ => StoreError::Refused { cause },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_statement_is_told_from_a_bad_disk() {
        let sqlite = |code| of_sqlite(code, String::new()).code();
        assert_eq!(sqlite(0x313), "store/refused");
        assert_eq!(sqlite(13), "store/disk-full");
        assert_eq!(sqlite(4874), "store/disk-full");
        assert_eq!(sqlite(0x40a), "store/unavailable");
        assert_eq!(sqlite(26), "store/damaged");
        let postgres = |code| of_postgres(code, String::new()).code();
        assert_eq!(postgres("22021"), "store/refused");
        assert_eq!(postgres("53100"), "store/disk-full");
        assert_eq!(postgres("57P01"), "store/unavailable");
        assert_eq!(postgres(""), "store/unavailable");
    }
}
