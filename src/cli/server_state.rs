//! The state of a server: store, jobs and map of one day.

use super::files::read_bytes;
use super::map::OpenMap;
use coldmile_audit::{AuditReport, MAX_MARGIN_MIN, audit};
use coldmile_dispatch::{DispatchConfig, Effort, Phase, PlanControl, plan_day};
use coldmile_jobs::{JobProgress, Jobs, JobsConfig, PlanRequest, PlannedDay, Planner};
use coldmile_model::Day;
use coldmile_plan::{DayPlan, Finding, PlanReport, TightestParcel};
use coldmile_server::{AppState, ServerConfig, ServerParts, add_plan, draft_saver, publish_draft};
use coldmile_store::{NewDay, Store, StoreConfig, make_private};
use coldmile_units::{Seed, Timestamp};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Converts the referee's report into the one that is stored with a plan and shown by the server.
pub fn plan_report(report: &AuditReport) -> PlanReport {
    let late = &report.punctuality;
    let on_time = late.doors_in_window + late.pickups_in_window;
    let finding = |broken: &coldmile_audit::Violation| Finding {
        code: broken.code.to_owned(),
        text: broken.to_string(),
    };
    PlanReport {
        violations: report.violations.iter().map(finding).collect(),
        on_time,
        late: late.doors + late.pickups - on_time,
        tightest: report.cold.as_ref().filter(|cold| is_limited(cold.minutes)).map(|cold| TightestParcel {
            minutes: cold.minutes,
            kelvin: cold.kelvin,
            order: cold.order.clone(),
        }),
        margins: report
            .parcels
            .iter()
            .filter(|cold| is_limited(cold.margin_min))
            .map(|cold| (cold.parcel.clone(), cold.margin_min))
            .collect(),
    }
}

/// Goods that keep for a day have no relevant margin.
const fn is_limited(minutes: i64) -> bool {
    minutes < MAX_MARGIN_MIN
}

/// The planner of background jobs: plans the day, then audits the plan.
fn planner(day: Arc<Day>, map: Arc<OpenMap>) -> Planner {
    Arc::new(move |request: &PlanRequest, progress: &(dyn Fn(JobProgress<'_>) + Sync), stop: &AtomicBool| {
        let limit = Duration::from_secs(request.time_limit.0.max(0).unsigned_abs());
        let config = DispatchConfig { seed: request.seed, effort: Effort::TimeLimit(limit) };
        let on_progress = |phase: Phase, share: f64| {
            let (phase, from, width) = match phase {
                Phase::Matrix => ("matrix", 0.0, 0.05),
                Phase::Assign => ("assign", 0.05, 0.05),
                Phase::Linehaul | Phase::LastMile | Phase::Exchange => ("route", 0.1, 0.8),
                Phase::Publish => ("route", 0.9, 0.05),
            };
            progress(JobProgress { phase, share: from + width * share, best_cost: None });
        };
        let control = PlanControl { on_progress: Some(&on_progress), cancelled: Some(stop) };
        let plan = plan_day(&day, map.roads(), &config, &control).map_err(|error| error.to_string())?;
        progress(JobProgress { phase: "audit", share: 0.95, best_cost: Some(plan.totals.cost) });
        let report = plan_report(&audit(&day, &plan, map.roads()));
        Ok(PlannedDay { plan, report })
    })
}

/// Milliseconds since the Unix epoch. The server reads the clock only through this function.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn now() -> Timestamp {
    Timestamp::from_unix(now_ms().div_euclid(1000))
}

/// Opens the store in `data`, stores the day of `folder` in it, and builds the server's state.
pub async fn open_state(
    data: &Path,
    folder: &Path,
    day: Day,
    map: Arc<OpenMap>,
    config: ServerConfig,
) -> anyhow::Result<AppState> {
    let text = |file: &str| -> anyhow::Result<String> {
        Ok(String::from_utf8_lossy(&read_bytes(&folder.join(file))?).into_owned())
    };
    let database = data.join("coldmile.db");
    let database_name = database.display().to_string();
    let store = Store::open(StoreConfig::new(database_name.as_str())).await.map_err(|error| {
        // Most store errors name the database already.
        let named = error.to_string().contains(&database_name);
        if named { anyhow::Error::new(error) } else { anyhow::Error::new(error).context(database_name) }
    })?;
    let new = NewDay {
        name: day.name.clone(),
        date: day.date.to_string(),
        network: text("network.toml")?,
        orders: text("orders.csv")?,
    };
    let day_id = store.put_day(new, now()).await?;
    let day = Arc::new(day);
    make_private(&data.join("jobs.db"))?;
    let jobs = Jobs::open(JobsConfig {
        file: data.join("jobs.db"),
        planner: planner(day.clone(), map.clone()),
        save_draft: draft_saver(store.clone(), day_id, Arc::new(now)),
        clock: Arc::new(now),
    });
    let jobs = jobs.await?;
    Ok(AppState::new(ServerParts {
        store,
        day,
        day_id,
        jobs,
        map: Some(map),
        config,
        clock: Arc::new(now_ms),
    }))
}

/// Stores a first plan and publishes it.
pub async fn publish_first(
    state: &AppState,
    plan: DayPlan,
    report: &AuditReport,
    seed: Seed,
) -> anyhow::Result<()> {
    let planned = PlannedDay { plan, report: plan_report(report) };
    let id = add_plan(state.store(), state.day_id(), planned, "solver".to_owned(), Some(seed), now()).await?;
    let published = publish_draft(state, id).await;
    published.map_err(|problem| anyhow::anyhow!("cannot publish the plan: {}", problem.code()))
}
