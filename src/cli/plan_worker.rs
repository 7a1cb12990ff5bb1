//! The process in which a server plans: the hidden command `plan-worker`, started by [`PlannerProcess`].
//!
//! It reads its order and the day from standard input and limits its own memory. When the order is too large for that, this
//! process ends, not the server; when the server ends, standard input closes and this process ends too.
//!
//! [`PlannerProcess`]: super::planner_process::PlannerProcess

use super::day::{DayFiles, InvalidRows};
use super::map::OpenMap;
use super::planner_messages::{PlanOrder, PlannedMessage, PlannerMessage, STOP};
use super::report::Outcome;
use super::server_state::plan_report;
use anyhow::{Context, ensure};
use coldmile_audit::audit;
use coldmile_dispatch::{DispatchConfig, Effort, Phase, PlanControl, plan_day};
use coldmile_units::Seed;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Progress within a phase is told at most this often.
const PROGRESS_EVERY: Duration = Duration::from_millis(50);

/// Set when the server asks for the best plan found so far.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Runs the command.
pub fn run() -> anyhow::Result<Outcome> {
    let mut input = BufReader::new(io::stdin());
    let mut line = String::new();
    input.read_line(&mut line)?;
    let order: PlanOrder = serde_json::from_str(&line).context("this command is for the server's own use")?;
    end_with_parent();
    limit_memory(order.memory)?;
    let mut network = vec![0; order.network_bytes];
    input.read_exact(&mut network)?;
    let mut orders = vec![0; order.orders_bytes];
    input.read_exact(&mut orders)?;
    let files = DayFiles { folder: order.folder.clone(), network, orders };
    thread::spawn(move || obey(input));
    let message = match planned(&order, &files) {
        Ok(planned) => PlannerMessage::Planned(Box::new(planned)),
        Err(error) if wants_memory(&error) => PlannerMessage::OutOfMemory,
        Err(error) => PlannerMessage::Refused(format!("{error:#}")),
    };
    tell(&message)?;
    Ok(Outcome::Done)
}

/// Follows what the server says until it says nothing any more: then it has ended, and so does this process.
fn obey(input: impl BufRead) {
    for line in input.lines().map_while(Result::ok) {
        if line == STOP {
            STOPPED.store(true, Ordering::Relaxed);
        }
    }
    std::process::exit(1);
}

/// Plans the day, then audits the plan.
fn planned(order: &PlanOrder, files: &DayFiles) -> anyhow::Result<PlannedMessage> {
    let map = OpenMap::open(&order.map)?;
    let is_same = map.checksum() == order.map_checksum;
    ensure!(is_same, "{} was replaced since the server started; restart the server", order.map.display());
    let day = files.day(&map, InvalidRows::Refuse)?;
    let effort = Effort::TimeLimit(Duration::from_secs(order.time_limit_s));
    let config = DispatchConfig { seed: Seed(order.seed), effort };
    let told: Mutex<Option<(&str, Instant)>> = Mutex::default();
    let on_progress = |phase: Phase, share: f64| {
        let (phase, from, width) = match phase {
            Phase::Matrix => ("matrix", 0.0, 0.05),
            Phase::Assign => ("assign", 0.05, 0.05),
            Phase::Linehaul | Phase::LastMile | Phase::Exchange => ("route", 0.1, 0.8),
            Phase::Publish => ("route", 0.9, 0.05),
        };
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|(last, at)| last != phase || at.elapsed() >= PROGRESS_EVERY) {
            *told = Some((phase, Instant::now()));
            progress(phase, from + width * share, None);
        }
    };
    let on_warning = |warning: &str| eprintln!("warning: {warning}");
    let control = PlanControl {
        on_progress: Some(&on_progress),
        on_warning: Some(&on_warning),
        cancelled: Some(&STOPPED),
    };
    let plan = plan_day(&day, map.roads(), &config, &control)?;
    progress("audit", 0.95, Some(plan.totals.cost.0));
    let report = plan_report(&audit(&day, &plan, map.roads()));
    Ok(PlannedMessage { plan, report })
}

/// Whether a file could not be read into the memory that there is.
fn wants_memory(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == io::ErrorKind::OutOfMemory)
}

fn progress(phase: &str, share: f64, best_cost: Option<i64>) {
    // A server that does not listen has ended, which `obey` notices.
    let _ = tell(&PlannerMessage::Progress { phase: phase.to_owned(), share, best_cost });
}

fn tell(message: &PlannerMessage) -> anyhow::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    let mut output = io::stdout().lock();
    output.write_all(&line)?;
    Ok(output.flush()?)
}

/// Has the system end this process when the thread that waits for it ends, also when standard input stays open.
fn end_with_parent() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
    {
        eprintln!("warning: this process may outlive its server: {error}");
    }
}

/// Limits data, stacks and anonymous mappings; what goes beyond is refused, which ends the process.
fn limit_memory(bytes: u64) -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let maximum = getrlimit(Resource::Data).maximum;
        let bytes = maximum.map_or(bytes, |maximum| maximum.min(bytes));
        setrlimit(Resource::Data, Rlimit { current: Some(bytes), maximum: Some(bytes) })
            .context("the memory of the planning process cannot be limited")?;
    }
    #[cfg(not(unix))]
    let _ = bytes;
    Ok(())
}
