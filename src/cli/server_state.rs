//! The state of a server: store, jobs and map of one day.

use super::day::{DayFiles, InvalidRows};
use super::map::OpenMap;
use super::planner_process::{FilesOf, PlannerProcess};
use anyhow::Context;
use coldmile_audit::{AuditReport, MAX_MARGIN_MIN};
use coldmile_dispatch::marginal;
use coldmile_jobs::{Jobs, JobsConfig, PlannedDay};
use coldmile_model::Day;
use coldmile_plan::{DayPlan, Finding, PlanReport, TightestParcel};
use coldmile_server::{
    AppState, DayPrice, DaySource, OrderPricer, ServerConfig, ServerParts, add_plan, draft_saver,
    publish_draft,
};
use coldmile_store::{DayId, DayRecord, NewDay, Store, StoreConfig, make_private};
use coldmile_units::{Seed, Timestamp};
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

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

/// Milliseconds since the Unix epoch. The server reads the clock only through this function.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The time of the calendar clock.
pub fn now() -> Timestamp {
    Timestamp::from_unix(now_ms().div_euclid(1000))
}

/// Opens the store in `data`, takes over what is new in the day's folder, and builds the server's state. Jobs plan in a process of
/// their own.
pub async fn open_state(
    data: &Path,
    process: PlannerProcess,
    folder: Option<(DayFiles, Day)>,
    map: Arc<OpenMap>,
    config: ServerConfig,
) -> anyhow::Result<AppState> {
    let database = data.join("coldmile.db");
    let database_name = database.display().to_string();
    let store = Store::open(StoreConfig::new(database_name.as_str())).await.map_err(|error| {
        // Most store errors name the database already.
        let named = error.to_string().contains(&database_name);
        if named { anyhow::Error::new(error) } else { anyhow::Error::new(error).context(database_name) }
    })?;
    let (record, day) = match folder {
        Some((files, day)) => take_over(&store, files, day, &map).await?,
        None => last_day(&store, &map).await?,
    };
    let day_id = record.id;
    make_private(&data.join("jobs.db"))?;
    let jobs = Jobs::open(JobsConfig {
        file: data.join("jobs.db"),
        planner: process.planner(map.checksum(), files_of(store.clone(), day_id)),
        save_draft: draft_saver(store.clone(), day_id, Arc::new(now)),
        clock: Arc::new(now),
    });
    let jobs = jobs.await?;
    Ok(AppState::new(ServerParts {
        store,
        day: Arc::new(day),
        day_id,
        files: record.digest,
        source: Arc::clone(&map) as Arc<dyn DaySource>,
        jobs,
        pricer: Some(pricer(Arc::clone(&map))),
        map: Some(map),
        config,
        clock: Arc::new(now_ms),
    }))
}

/// The day that was kept last; the server goes on to that of today by itself.
async fn last_day(store: &Store, map: &Arc<OpenMap>) -> anyhow::Result<(DayRecord, Day)> {
    let latest = store.latest_day().await?.context("the database has no day: put one into the folder day")?;
    let files = DayFiles {
        folder: format!("the database's {}", latest.day.date),
        network: latest.day.network.clone(),
        orders: latest.day.orders.clone(),
    };
    let day = files.day(map, InvalidRows::Refuse)?;
    Ok((latest, day))
}

/// The name under which the store remembers what was read last from a day's folder.
fn folder_key(date: &str) -> String {
    format!("folder {date}")
}

/// Stores the files of a day's folder, unless they are those that were read last: then the day is what the store has, with all
/// that people changed since. Where both have changed, the day stays what the store has, and the log says so.
async fn take_over(
    store: &Store,
    files: DayFiles,
    day: Day,
    map: &Arc<OpenMap>,
) -> anyhow::Result<(DayRecord, Day)> {
    let new = NewDay {
        name: day.name.clone(),
        date: day.date.to_string(),
        network: files.network.clone(),
        orders: files.orders.clone(),
    };
    let key = folder_key(&new.date);
    let digest = new.digest();
    let last = store.value(&key).await?;
    let known = store.day_of_date(&new.date).await?;
    let is_as_loaded = |record: &DayRecord| last.as_deref() == Some(record.digest.bytes());
    if let Some(record) = known
        && last.is_some()
        && !is_as_loaded(&record)
    {
        if last.as_deref() != Some(digest.bytes()) {
            tracing::warn!(
                folder = files.folder,
                "the files of the folder are newer, and so is the day in the store; the store's is served"
            );
        }
        let files =
            DayFiles { network: record.day.network.clone(), orders: record.day.orders.clone(), ..files };
        let day = files.day(map, InvalidRows::Refuse)?;
        return Ok((record, day));
    }
    let id = store.put_day(new, now()).await?;
    let record = store.day(id).await?;
    store.put_value(&key, record.digest.bytes().to_vec()).await?;
    Ok((record, day))
}

/// The files of the day that a request is about; `first` when it does not say.
fn files_of(store: Store, first: DayId) -> FilesOf {
    let runtime = tokio::runtime::Handle::current();
    Arc::new(move |request| {
        let id = request.day.map_or(first, DayId);
        let record = runtime.block_on(store.day(id)).map_err(|error| error.to_string())?;
        let NewDay { date, network, orders, .. } = record.day;
        Ok(DayFiles { folder: date, network, orders })
    })
}

/// Iterations for each routing problem around an order that is priced.
const PRICING_ITERATIONS: u64 = 300;

/// Prices orders on this map.
fn pricer(map: Arc<OpenMap>) -> OrderPricer {
    Arc::new(move |day, plan, order| {
        let found = marginal((day, map.roads()), plan, order, (Seed(1), PRICING_ITERATIONS));
        let price =
            |price: coldmile_dispatch::DayPrice| DayPrice { cost: price.cost, objective: price.objective };
        found.map(|found| (price(found.with), price(found.without))).map_err(|error| error.to_string())
    })
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
