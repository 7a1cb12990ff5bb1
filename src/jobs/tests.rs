//! Jobs with a planner that does what the test says.

use super::{
    Job, JobError, JobProgress, JobStatus, Jobs, JobsConfig, PlanFailure, PlanRequest, PlannedDay, Planner,
    Retry,
};
use coldmile_plan::{DayPlan, PlanReport, Totals};
use coldmile_units::{Money, Seconds, Seed, Timestamp};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use wait::{eventually, within_limit};

#[path = "../../tests/support/wait.rs"]
mod wait;

const REQUEST: PlanRequest = PlanRequest { time_limit: Seconds(1), seed: Seed(7), day: None };

fn planned() -> PlannedDay {
    let plan = DayPlan {
        version: 1,
        name: "Town".into(),
        date: "2026-03-17".into(),
        timezone: "UTC".into(),
        currency: "EUR".into(),
        attribution: String::new(),
        totals: Totals::default(),
        waves: Vec::new(),
        runs: Vec::new(),
        orders: Vec::new(),
        unplanned: Vec::new(),
    };
    PlannedDay { plan, report: PlanReport::default() }
}

/// Searches until it is told to stop, as a planner without a time limit would.
fn endless() -> Planner {
    Arc::new(|_, report, stop| {
        while !stop.load(Ordering::Relaxed) {
            report(JobProgress { phase: "route", share: 0.5, best_cost: Some(Money(12)) });
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(planned())
    })
}

fn quick() -> Planner {
    Arc::new(|_, _, _| Ok(planned()))
}

async fn open(folder: &Path, planner: Planner) -> Jobs {
    Jobs::open(JobsConfig {
        file: folder.join("jobs.sqlite"),
        planner,
        save_draft: Arc::new(|job, _, _| Box::pin(async move { Ok(format!("plan-of-{job}")) })),
        clock: Arc::new(|| Timestamp::from_unix(1_000)),
    })
    .await
    .unwrap()
}

async fn wait(jobs: &Jobs, id: &str, until: impl Fn(&Job) -> bool) -> Job {
    eventually(id, async || Some(jobs.find(id).await.unwrap()).filter(&until)).await
}

#[tokio::test]
async fn a_job_runs_and_its_plan_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let jobs = open(folder.path(), quick()).await;
    let mut changes = jobs.changes();
    let job = jobs.start(REQUEST).await.unwrap();
    assert_eq!((job.id.as_str(), job.status), ("J-1", JobStatus::Queued));
    let done = wait(&jobs, "J-1", |job| job.status.is_final()).await;
    assert_eq!((done.status, done.plan.as_deref()), (JobStatus::Done, Some("plan-of-J-1")));
    let mut seen = Vec::new();
    while !seen.last().is_some_and(|status: &JobStatus| status.is_final()) {
        seen.push(within_limit("a change", changes.recv()).await.unwrap().status);
    }
    assert_eq!(seen, [JobStatus::Queued, JobStatus::Running, JobStatus::Done]);
    assert_eq!(jobs.list(None, 10).await.unwrap().len(), 1);
    assert!(matches!(jobs.cancel("J-1").await, Err(JobError::Ended(_))));
    assert!(matches!(jobs.find("J-2").await, Err(JobError::Unknown(_))));
}

#[tokio::test]
async fn cancelling_keeps_the_best_plan_found() {
    let folder = tempfile::tempdir().unwrap();
    let jobs = open(folder.path(), endless()).await;
    let first = jobs.start(REQUEST).await.unwrap().id;
    let second = jobs.start(REQUEST).await.unwrap().id;
    let running = wait(&jobs, &first, |job| job.best_cost.is_some()).await;
    assert_eq!((running.phase.as_str(), running.status), ("route", JobStatus::Running));
    let waiting = jobs.cancel(&second).await.unwrap();
    assert_eq!((waiting.status, waiting.plan), (JobStatus::Cancelled, None));
    jobs.cancel(&first).await.unwrap();
    let ended = wait(&jobs, &first, |job| job.status.is_final()).await;
    assert_eq!((ended.status, ended.plan), (JobStatus::Cancelled, Some("plan-of-J-1".to_owned())));
}

#[tokio::test]
async fn a_planner_that_panics_fails_its_job_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let planner: Planner = Arc::new(move |_, _, _| match counted.fetch_add(1, Ordering::Relaxed) {
        0 => panic!("on purpose"),
        _ => Ok(planned()),
    });
    let jobs = open(folder.path(), planner).await;
    let first = jobs.start(REQUEST).await.unwrap().id;
    let second = jobs.start(REQUEST).await.unwrap().id;
    assert_eq!(wait(&jobs, &first, |job| job.status.is_final()).await.status, JobStatus::Failed);
    assert_eq!(wait(&jobs, &second, |job| job.status.is_final()).await.status, JobStatus::Done);
}

#[tokio::test]
async fn a_job_whose_planner_is_ended_from_outside_is_started_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let planner: Planner = Arc::new(move |_, _, _| match counted.fetch_add(1, Ordering::Relaxed) {
        1 => Ok(planned()),
        4 => Err(PlanFailure::new("job/out-of-memory", "too large")),
        _ => {
            let died = PlanFailure::new("job/planner-died", "killed");
            Err(PlanFailure { retry: Retry::NextAttempt, ..died })
        }
    });
    let jobs = open(folder.path(), planner).await;
    let mut ends = Vec::new();
    for _ in 0..3 {
        let id = jobs.start(REQUEST).await.unwrap().id;
        let ended = wait(&jobs, &id, |job| job.status.is_final()).await;
        ends.push((ended.status, ended.attempt, ended.code));
    }
    let code = |code: &str| Some(code.to_owned());
    assert_eq!(
        ends,
        [
            (JobStatus::Done, 2, None),
            (JobStatus::Failed, 2, code("job/planner-died")),
            (JobStatus::Failed, 1, code("job/out-of-memory")),
        ]
    );
}

#[tokio::test]
async fn a_job_whose_server_stopped_is_taken_up_once_and_then_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let jobs = open(folder.path(), endless()).await;
    let id = jobs.start(REQUEST).await.unwrap().id;
    for attempt in [1, 2] {
        let jobs = if attempt == 1 { jobs.clone() } else { open(folder.path(), endless()).await };
        let running = wait(&jobs, &id, |job| job.status == JobStatus::Running).await;
        assert_eq!(running.attempt, attempt);
        jobs.close().await;
    }
    let jobs = open(folder.path(), quick()).await;
    let ended = jobs.find(&id).await.unwrap();
    assert_eq!((ended.status, ended.plan), (JobStatus::Interrupted, None));
    assert!(ended.error.unwrap().contains("2 times"));
}

#[tokio::test]
async fn a_job_taken_up_by_a_new_server_ends_with_a_plan() {
    let folder = tempfile::tempdir().unwrap();
    let jobs = open(folder.path(), endless()).await;
    let id = jobs.start(REQUEST).await.unwrap().id;
    wait(&jobs, &id, |job| job.status == JobStatus::Running).await;
    jobs.close().await;
    let jobs = open(folder.path(), quick()).await;
    let done = wait(&jobs, &id, |job| job.status.is_final()).await;
    assert_eq!((done.status, done.attempt, done.plan.is_some()), (JobStatus::Done, 2, true));
}

#[tokio::test]
async fn the_queue_has_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let jobs = open(folder.path(), endless()).await;
    let mut refused = None;
    for _ in 0..12 {
        refused = jobs.start(REQUEST).await.err();
    }
    assert!(matches!(refused, Some(JobError::TooMany)));
    jobs.close().await;
}
