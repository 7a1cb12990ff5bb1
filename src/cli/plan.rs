//! `coldmile plan`: a day folder and a map → `plan.json`.

use super::day::{BadRows, read_day};
use super::files::write_atomically;
use super::limits::seconds;
use super::map::OpenMap;
use super::summary::Summary;
use super::{Common, Outcome, Stopwatch, progress_bar};
use coldmile_audit::audit;
use coldmile_dispatch::{DispatchConfig, Effort, Phase, PlanControl, plan_day};
use coldmile_model::Day;
use coldmile_plan::DayPlan;
use coldmile_units::Seed;
use cpu_time::ProcessTime;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Plan a day: centres and waves for the orders, routes for trucks and couriers.
#[derive(clap::Args, Debug)]
pub struct PlanArgs {
    /// The day folder, with network.toml and orders.csv.
    day: PathBuf,
    /// The prepared map, from `coldmile import`.
    #[arg(long, value_name = "MAP.cmap")]
    map: PathBuf,
    /// Where the plan goes.
    #[arg(long, value_name = "plan.json")]
    out: PathBuf,
    /// Plan the good rows when some rows of the orders are wrong; the bad ones are listed and wait.
    #[arg(long)]
    skip_bad_rows: bool,
    #[command(flatten)]
    effort: EffortArgs,
}

/// How hard to search.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct EffortArgs {
    /// Search for so many seconds of wall time (15 when no limit is given).
    #[arg(long, value_name = "S", group = "effort", value_parser = seconds)]
    time_limit: Option<f64>,
    /// Search for so many iterations a routing problem: the same plan on every machine.
    #[arg(long, value_name = "N", group = "effort")]
    iterations: Option<u64>,
    /// Start of the random numbers.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
}

impl EffortArgs {
    /// The typed form.
    pub fn config(&self) -> DispatchConfig {
        const DEFAULT_SECONDS: f64 = 15.0;
        let effort = match self.iterations {
            Some(iterations) => Effort::Iterations(iterations),
            None => Effort::TimeLimit(Duration::from_secs_f64(self.time_limit.unwrap_or(DEFAULT_SECONDS))),
        };
        DispatchConfig { seed: Seed(self.seed), effort }
    }
}

/// Runs the command. "No" when the audit of the plan finds a broken rule.
pub fn run(args: PlanArgs, common: Common) -> anyhow::Result<Outcome> {
    let mut stopwatch = Stopwatch::start();
    let map = stopwatch.phase("load", || OpenMap::open(&args.map))?;
    let bad_rows = if args.skip_bad_rows { BadRows::Wait } else { BadRows::Refuse };
    let day = stopwatch.phase("read", || read_day(&args.day, &map, bad_rows))?;
    let plan = plan_with_progress(&day, &map, &args.effort.config(), common, &mut stopwatch)?;
    stopwatch.phase("write", || write_atomically(&args.out, plan.to_json().as_bytes()))?;
    let report = stopwatch.phase("audit", || audit(&day, &plan, map.roads()));
    let summary = Summary::new(&plan, &report);
    if common.json {
        stopwatch.print_json(&summary)?;
    } else {
        print!("{}", summary.text(&plan));
        println!("the plan is in {}", args.out.display());
    }
    Ok(if report.is_clean() { Outcome::Done } else { Outcome::No })
}

/// Set by Ctrl-C: the plan is made of the best routes found so far.
static CANCELLED: AtomicBool = AtomicBool::new(false);

/// Plans with a progress bar, and books the phases `matrix`, `assign` and `route`.
pub fn plan_with_progress(
    day: &Day,
    map: &OpenMap,
    config: &DispatchConfig,
    common: Common,
    stopwatch: &mut Stopwatch,
) -> anyhow::Result<DayPlan> {
    // A second handler in one process is refused; then the first one sets the same flag.
    let _ = ctrlc::set_handler(|| CANCELLED.store(true, Ordering::Relaxed));
    let bar = progress_bar(common);
    let clock = Mutex::new(PhaseClock { current: None, booked: Vec::new() });
    let on_progress = |phase: Phase, share: f64| {
        let mut clock = clock.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        clock.enter(Some(phase_name(phase)));
        bar.set_message(words(phase));
        bar.set_position((share * 1000.0) as u64);
    };
    let control = PlanControl { on_progress: Some(&on_progress), cancelled: Some(&CANCELLED) };
    let plan = plan_day(day, map.roads(), config, &control);
    bar.finish_and_clear();
    let mut clock = clock.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    clock.enter(None);
    for (name, wall, cpu) in clock.booked {
        stopwatch.add(name, wall, cpu);
    }
    Ok(plan?)
}

/// Measures from one phase's beginning to the next one's.
struct PhaseClock {
    current: Option<(&'static str, Instant, ProcessTime)>,
    booked: Vec<(&'static str, Duration, Duration)>,
}

impl PhaseClock {
    fn enter(&mut self, name: Option<&'static str>) {
        if self.current.as_ref().map(|(current, ..)| *current) == name {
            return;
        }
        if let Some((name, wall, cpu)) = self.current.take() {
            self.booked.push((name, wall.elapsed(), cpu.elapsed()));
        }
        self.current = name.map(|name| (name, Instant::now(), ProcessTime::now()));
    }
}

/// The phases that people and benchmarks see.
const fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Matrix => "matrix",
        Phase::Assign => "assign",
        Phase::Linehaul | Phase::LastMile | Phase::Exchange | Phase::Publish => "route",
    }
}

const fn words(phase: Phase) -> &'static str {
    match phase {
        Phase::Matrix => "finding the roads",
        Phase::Assign => "giving orders a centre",
        Phase::Linehaul => "routing trucks",
        Phase::LastMile => "routing couriers",
        Phase::Exchange => "trying doors at other centres",
        Phase::Publish => "drawing the ways",
    }
}
