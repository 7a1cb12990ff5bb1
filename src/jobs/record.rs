//! The record of each job: one table in the jobs' own SQLite file.
//!
//! The record is the truth about a job; the queue only says which job is next. A delivery whose `attempt` is not the
//! record's is stale and changes nothing, which makes redelivery harmless.

use super::planner::PlanRequest;
use coldmile_units::{Money, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Connection as _, Row, SqlitePool};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobStatus {
    /// Waits for the jobs before it.
    Queued,
    /// Is being worked on.
    Running,
    /// Ended with a plan.
    Done,
    /// Ended without one; `error` says why.
    Failed,
    /// Was cancelled by a dispatcher; the best plan found so far is kept.
    Cancelled,
    /// The server died under it more often than it is resumed.
    Interrupted,
}

impl JobStatus {
    /// The word in tables and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether nothing will happen to it any more.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    fn from_word(word: &str) -> Self {
        match word {
            "queued" => Self::Queued,
            "running" => Self::Running,
            "done" => Self::Done,
            "cancelled" => Self::Cancelled,
            "interrupted" => Self::Interrupted,
            _ => Self::Failed,
        }
    }
}

/// One job, as far as it has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its name on screens: `J-` and a number that only grows.
    pub id: String,
    /// What it was asked.
    pub request: PlanRequest,
    /// Where it stands.
    pub status: JobStatus,
    /// What is being done now.
    pub phase: String,
    /// How much is done, 0 to 1.
    pub share: f64,
    /// Cost of the best plan so far.
    pub best_cost: Option<Money>,
    /// When it was asked for.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The draft it made.
    pub plan: Option<String>,
    /// Why there is none, for people.
    pub error: Option<String>,
    /// Why there is none, for programs: a stable code.
    pub code: Option<String>,
    /// How often it was started, from 1.
    pub attempt: u32,
}

/// The table of jobs.
#[derive(Clone, Debug)]
pub(super) struct Records {
    pool: SqlitePool,
}

const COLUMNS: &str =
    "id, request, status, phase, share, best_cost, started_at, ended_at, plan, error, code, attempt";

fn number(id: &str) -> Option<i64> {
    id.strip_prefix("J-")?.parse().ok()
}

fn job(row: SqliteRow) -> Result<Job, sqlx::Error> {
    let request: String = row.try_get("request")?;
    let status: String = row.try_get("status")?;
    Ok(Job {
        id: format!("J-{}", row.try_get::<i64, _>("id")?),
        request: serde_json::from_str(&request).map_err(|error| sqlx::Error::Decode(error.into()))?,
        status: JobStatus::from_word(&status),
        phase: row.try_get("phase")?,
        share: row.try_get("share")?,
        best_cost: row.try_get::<Option<i64>, _>("best_cost")?.map(Money),
        started_at: Timestamp::from_unix(row.try_get("started_at")?),
        ended_at: row.try_get::<Option<i64>, _>("ended_at")?.map(Timestamp::from_unix),
        plan: row.try_get("plan")?,
        error: row.try_get("error")?,
        code: row.try_get("code")?,
        attempt: row.try_get("attempt")?,
    })
}

impl Records {
    /// The table in `pool`, made when it is not there.
    pub(super) async fn open(pool: SqlitePool) -> Result<Self, sqlx::Error> {
        sqlx::query(
            "create table if not exists coldmile_job (
                id integer primary key autoincrement, request text not null, status text not null,
                phase text not null default '', share real not null default 0, best_cost bigint,
                started_at bigint not null, ended_at bigint, plan text, error text, attempt integer not null)",
        )
        .execute(&pool)
        .await?;
        let columns = "select count(*) from pragma_table_info('coldmile_job') where name = 'code'";
        if sqlx::query(columns).fetch_one(&pool).await?.try_get::<i64, _>(0)? == 0 {
            // Of an older program, or just made.
            sqlx::query("alter table coldmile_job add column code text").execute(&pool).await?;
        }
        Ok(Self { pool })
    }

    /// Closes the file and folds the write-ahead log into it.
    pub(super) async fn close(&self) {
        let options = self.pool.connect_options();
        self.pool.close().await;
        // A connection that was being opened when its caller gave up is closed on a thread that cannot be
        // awaited: the log is folded by a connection that can.
        let folded = async {
            let mut last = SqliteConnection::connect_with(&options).await?;
            sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut last).await?;
            last.close().await
        };
        if let Err(error) = folded.await {
            tracing::warn!(%error, "the log of the jobs file was left beside it");
        }
    }

    /// Books a new job as queued.
    pub(super) async fn create(&self, request: &PlanRequest, now: Timestamp) -> Result<Job, sqlx::Error> {
        let text = serde_json::to_string(request).map_err(|error| sqlx::Error::Encode(error.into()))?;
        // All rows, so that the statement is run to its end: only there does a full disk show.
        let rows = sqlx::query(
            "insert into coldmile_job (request, status, started_at, attempt) values ($1, 'queued', $2, 1)
             returning id",
        )
        .bind(text)
        .bind(now.unix())
        .fetch_all(&self.pool)
        .await?;
        let id: i64 = rows.first().ok_or(sqlx::Error::RowNotFound)?.try_get("id")?;
        self.find(&format!("J-{id}")).await?.ok_or(sqlx::Error::RowNotFound)
    }

    /// The job with this id.
    pub(super) async fn find(&self, id: &str) -> Result<Option<Job>, sqlx::Error> {
        let Some(id) = number(id) else { return Ok(None) };
        let sql = sqlx::AssertSqlSafe(format!("select {COLUMNS} from coldmile_job where id = $1"));
        sqlx::query(sql).bind(id).fetch_optional(&self.pool).await?.map(job).transpose()
    }

    /// The newest `limit` jobs with an id below `before`, newest first.
    pub(super) async fn list(&self, before: Option<i64>, limit: u32) -> Result<Vec<Job>, sqlx::Error> {
        let sql = sqlx::AssertSqlSafe(format!(
            "select {COLUMNS} from coldmile_job where id < $1 order by id desc limit $2"
        ));
        let rows =
            sqlx::query(sql).bind(before.unwrap_or(i64::MAX)).bind(limit).fetch_all(&self.pool).await?;
        rows.into_iter().map(job).collect()
    }

    /// Jobs that have not ended.
    pub(super) async fn unfinished(&self) -> Result<Vec<Job>, sqlx::Error> {
        let sql = sqlx::AssertSqlSafe(format!(
            "select {COLUMNS} from coldmile_job where status in ('queued', 'running') order by id"
        ));
        sqlx::query(sql).fetch_all(&self.pool).await?.into_iter().map(job).collect()
    }

    /// Moves a queued job to running, if this attempt is still the wanted one. The caller that gets `true` does the work.
    pub(super) async fn take(&self, id: &str, attempt: u32) -> Result<bool, sqlx::Error> {
        let changed = sqlx::query(
            "update coldmile_job set status = 'running' where id = $1 and attempt = $2 and status = 'queued'",
        )
        .bind(number(id))
        .bind(attempt)
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// Puts an unfinished job back into the queue as its next attempt.
    pub(super) async fn requeue(&self, id: &str) -> Result<(), sqlx::Error> {
        sqlx::query(
            "update coldmile_job set status = 'queued', attempt = attempt + 1, share = 0, phase = '' where id = $1",
        )
        .bind(number(id))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Writes how a job ended, unless it has already ended. Says whether this call ended it.
    pub(super) async fn end(&self, job: &Job) -> Result<bool, sqlx::Error> {
        let changed = sqlx::query(
            "update coldmile_job set status = $2, phase = $3, share = $4, best_cost = $5, ended_at = $6, plan = $7,
             error = $8, code = $9 where id = $1 and status in ('queued', 'running')",
        )
        .bind(number(&job.id))
        .bind(job.status.word())
        .bind(&job.phase)
        .bind(job.share)
        .bind(job.best_cost.map(|cost| cost.0))
        .bind(job.ended_at.map(Timestamp::unix))
        .bind(&job.plan)
        .bind(&job.error)
        .bind(&job.code)
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() == 1)
    }
}
