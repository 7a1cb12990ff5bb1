//! The contract between jobs and the code that plans: the request, progress reports, the result and where it is saved.

use coldmile_plan::DayPlan;
use coldmile_plan::PlanReport;
use coldmile_units::{Money, Seconds, Seed};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What a planning job is asked. Kept with the job, so that another process can resume it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRequest {
    /// How long to search, by the clock on the wall.
    pub time_limit: Seconds,
    /// Where its randomness starts.
    pub seed: Seed,
    /// Which day, by its number in the store; the day of the server's start when an older program wrote the request.
    #[serde(default)]
    pub day: Option<u64>,
}

/// How far a plan has come.
#[derive(Clone, Copy, Debug)]
pub struct JobProgress<'a> {
    /// What is being done, one word: `matrix`, `assign`, `route`, `audit`.
    pub phase: &'a str,
    /// How much of the whole is done, 0 to 1.
    pub share: f64,
    /// Cost of the best plan so far, once there is one.
    pub best_cost: Option<Money>,
}

/// A finished plan, and what the referee says of it.
#[derive(Clone, Debug)]
pub struct PlannedDay {
    /// The plan.
    pub plan: DayPlan,
    /// Its audit.
    pub report: PlanReport,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFailure {
    /// Stable code, `job/…`.
    pub code: &'static str,
    /// A sentence for the dispatcher.
    pub text: String,
    /// Whether another attempt may end differently.
    pub retry: Retry,
}

/// Whether a job that failed is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It would fail again.
    Never,
    /// The planner was ended from outside: like the death of the whole process, it is one attempt of those a job has.
    NextAttempt,
}

impl PlanFailure {
    /// A failure that another attempt would repeat.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), retry: Retry::Never }
    }
}

/// Plans a day. Runs on a thread of its own and may take all cores.
///
/// Reports progress through its second argument as often as it likes. Once the flag is set it returns the best plan
/// found so far within half a second.
pub type Planner = Arc<
    dyn Fn(&PlanRequest, &(dyn Fn(JobProgress<'_>) + Sync), &AtomicBool) -> Result<PlannedDay, PlanFailure>
        + Send
        + Sync,
>;

/// Saves a finished plan as a draft and returns the draft's id.
///
/// Called with the job's id; called twice with the same id (after a crash between the two records) it must return the
/// first draft instead of making another.
pub type DraftSaver = Arc<
    dyn Fn(String, PlanRequest, PlannedDay) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send>>
        + Send
        + Sync,
>;
