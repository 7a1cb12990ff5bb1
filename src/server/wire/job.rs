//! Jobs on the wire.

use coldmile_jobs::Job;
use coldmile_units::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /jobs`.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobPost {
    /// `plan`.
    #[schema(pattern = "^plan$")]
    pub kind: String,
    /// How long to search, 1 to 3600 seconds.
    #[schema(minimum = 1, maximum = 3600)]
    pub time_limit_s: i64,
    /// Where randomness starts; 1 when absent.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 9_223_372_036_854_775_807_i64)]
    pub seed: Option<u64>,
}

/// A job as far as it has come.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobView {
    /// Its id.
    pub id: String,
    /// `plan`.
    pub kind: &'static str,
    /// `queued`, `running`, `done`, `failed`, `cancelled` or `interrupted`.
    pub status: &'static str,
    /// What is being done now.
    pub phase: String,
    /// How much is done, 0 to 1.
    pub share: f64,
    /// Cost of the best plan so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_cost: Option<i64>,
    /// When it was asked for.
    pub started_at: i64,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// The draft it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The same for programs: `job/out-of-memory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        Self {
            id: job.id,
            kind: "plan",
            status: job.status.word(),
            phase: job.phase,
            share: job.share,
            best_cost: job.best_cost.map(|cost| cost.0),
            started_at: job.started_at.unix(),
            ended_at: job.ended_at.map(Timestamp::unix),
            plan: job.plan,
            error: job.error,
            code: job.code,
        }
    }
}
