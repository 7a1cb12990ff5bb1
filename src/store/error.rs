//! What the store refuses, and what can go wrong beneath it.

use super::plans::PlanId;

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
    #[error("{place}: the store is in use by another process")]
    InUse {
        /// Where.
        place: String,
    },
    /// The file is something else.
    #[error("{place}: this is not a Coldmile store")]
    NotAStore {
        /// Where.
        place: String,
    },
    /// Written by a newer program.
    #[error("{place}: the store has schema version {found}; this program knows versions up to {known}")]
    Newer {
        /// Where.
        place: String,
        /// Its version.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// The data is damaged. Nothing is repaired silently.
    #[error("{place}: the store is damaged ({cause}); restore a backup, or move the file away to start anew")]
    Damaged {
        /// Where.
        place: String,
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
    #[error("plan {} is published, not plan {}", name(.found), name(.expected))]
    StaleDay {
        /// The plan the caller believed to be published.
        expected: Option<PlanId>,
        /// The plan that is.
        found: Option<PlanId>,
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

fn name(plan: &Option<PlanId>) -> String {
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
            Self::Damaged { .. } => "store/damaged",
            Self::Overloaded { .. } => "store/overloaded",
            Self::Full => "store/disk-full",
            Self::Unavailable { .. } => "store/unavailable",
            Self::Closed => "store/closed",
            Self::NotFound { .. } => "store/not-found",
            Self::StalePlan { .. } => "plan/stale",
            Self::StaleDay { .. } => "plan/other-published",
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

    /// Whether the same call may succeed later without anybody changing anything: 503 rather than 500.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Overloaded { .. } | Self::Full | Self::Unavailable { .. } | Self::Closed)
    }

    /// Whether the connection that met it should not be used again.
    pub(super) const fn is_fatal(&self) -> bool {
        matches!(self, Self::Full | Self::Unavailable { .. } | Self::Damaged { .. })
    }

    pub(super) fn file(path: &std::path::Path, cause: impl std::fmt::Display) -> Self {
        Self::File { path: path.display().to_string(), cause: cause.to_string() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(database) = &error {
            if database.is_unique_violation() {
                return Self::Taken { what: "key" };
            }
            let code = database.code().unwrap_or_default();
            // SQLite's primary result code is the low byte of the extended one; PostgreSQL's codes are five letters.
            let primary = code.parse::<i32>().ok().filter(|_| code.len() != 5).map(|code| code & 0xff);
            match (primary, &*code) {
                (Some(13), _) | (_, "53100") => return Self::Full,
                (Some(11 | 26), _) | (_, "XX001" | "XX002") => {
                    return Self::Damaged {
                        place: "database".to_owned(),
                        cause: database.message().to_owned(),
                    };
                }
                _ => {}
            }
        }
        Self::Unavailable { cause: error.to_string() }
    }
}
