//! Planning a day from the command line: search limits, progress bar, times of the phases.

use super::common::Common;
use super::limits::seconds;
use super::map::OpenMap;
use super::progress::progress_bar;
use super::report::Stopwatch;
use coldmile_dispatch::{DispatchConfig, Effort, Phase, PlanControl, plan_day};
use coldmile_model::Day;
use coldmile_plan::DayPlan;
use coldmile_units::Seed;
use cpu_time::ProcessTime;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How hard to search.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct EffortArgs {
    /// Wall-clock time limit in seconds, from the loaded map to the written plan [default: 15].
    #[arg(long, value_name = "S", group = "effort", value_parser = seconds)]
    time_limit: Option<f64>,
    /// CPU time limit in seconds, of all threads together.
    #[arg(long, value_name = "S", group = "effort", value_parser = seconds)]
    cpu_limit: Option<f64>,
    /// Iterations per routing problem; gives the same plan on every machine.
    #[arg(long, value_name = "N", group = "effort")]
    iterations: Option<u64>,
    /// Random seed.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
}

impl EffortArgs {
    /// The search limits and the seed as `dispatch` takes them.
    pub fn config(&self) -> DispatchConfig {
        const DEFAULT_SECONDS: f64 = 15.0;
        let limit = |seconds: f64| Duration::from_secs_f64(seconds);
        let effort = match (self.iterations, self.cpu_limit) {
            (Some(iterations), _) => Effort::Iterations(iterations),
            (None, Some(seconds)) => Effort::CpuLimit(limit(seconds)),
            (None, None) => Effort::TimeLimit(limit(self.time_limit.unwrap_or(DEFAULT_SECONDS))),
        };
        DispatchConfig { seed: Seed(self.seed), effort }
    }

    /// The same, of whose limit of time what this clock has measured is used up.
    pub fn config_since(&self, clock: &EffortClock) -> DispatchConfig {
        let config = self.config();
        let effort = match config.effort {
            Effort::TimeLimit(limit) => Effort::TimeLimit(limit.saturating_sub(clock.wall.elapsed())),
            Effort::CpuLimit(limit) => Effort::CpuLimit(limit.saturating_sub(clock.cpu.elapsed())),
            Effort::Iterations(_) => config.effort,
        };
        DispatchConfig { effort, ..config }
    }
}

/// Wall time and CPU time since a moment.
pub struct EffortClock {
    wall: Instant,
    cpu: ProcessTime,
}

impl EffortClock {
    /// Starts now.
    pub fn start() -> Self {
        Self { wall: Instant::now(), cpu: ProcessTime::now() }
    }
}

/// Set by Ctrl-C: the plan is made from the best routes found so far.
static CANCELLED: AtomicBool = AtomicBool::new(false);

/// Plans with a progress bar and records the times of the phases `matrix`, `assign` and `route`.
pub fn plan_with_progress(
    day: &Day,
    map: &OpenMap,
    config: &DispatchConfig,
    common: Common,
    stopwatch: &mut Stopwatch,
) -> anyhow::Result<DayPlan> {
    // Only one handler can be installed per process; an earlier one sets the same flag.
    let _ = ctrlc::set_handler(|| CANCELLED.store(true, Ordering::Relaxed));
    let bar = progress_bar(common);
    let clock = Mutex::new(PhaseClock { current: None, recorded: Vec::new() });
    let on_progress = |phase: Phase, share: f64| {
        let mut clock = clock.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        clock.enter(Some(phase_name(phase)));
        bar.set_message(message(phase));
        bar.set_position((share * 1000.0) as u64);
    };
    let on_warning = |warning: &str| bar.suspend(|| eprintln!("warning: {warning}"));
    let control = PlanControl {
        on_progress: Some(&on_progress),
        on_warning: Some(&on_warning),
        cancelled: Some(&CANCELLED),
    };
    let plan = plan_day(day, map.roads(), config, &control);
    bar.finish_and_clear();
    let mut clock = clock.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    clock.enter(None);
    for (name, wall, cpu) in clock.recorded {
        stopwatch.add(name, wall, cpu);
    }
    Ok(plan?)
}

/// Measures each phase from its start to the start of the next.
struct PhaseClock {
    current: Option<(&'static str, Instant, ProcessTime)>,
    recorded: Vec<(&'static str, Duration, Duration)>,
}

impl PhaseClock {
    fn enter(&mut self, name: Option<&'static str>) {
        if self.current.as_ref().map(|(current, ..)| *current) == name {
            return;
        }
        if let Some((name, wall, cpu)) = self.current.take() {
            self.recorded.push((name, wall.elapsed(), cpu.elapsed()));
        }
        self.current = name.map(|name| (name, Instant::now(), ProcessTime::now()));
    }
}

/// The name of a phase in the times that are printed and in JSON.
const fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Matrix => "matrix",
        Phase::Assign => "assign",
        Phase::Linehaul | Phase::LastMile | Phase::Exchange | Phase::Publish => "route",
    }
}

/// The name of a phase on the progress bar.
const fn message(phase: Phase) -> &'static str {
    match phase {
        Phase::Matrix => "computing travel times",
        Phase::Assign => "assigning orders to centres",
        Phase::Linehaul => "routing trucks",
        Phase::LastMile => "routing couriers",
        Phase::Exchange => "moving orders between centres",
        Phase::Publish => "computing route geometry",
    }
}
