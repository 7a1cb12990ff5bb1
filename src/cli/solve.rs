//! `coldmile solve`: the routing solver on an instance of the routing literature.

use super::common::Common;
use super::files::write_atomically;
use super::instance::{describe, read_instance, read_solution};
use super::limits::seconds;
use super::progress::progress_bar;
use super::report::{Outcome, Stopwatch};
use coldmile_units::Seed;
use coldmile_vrp::{ContinuedSolution, Control, SolveConfig, StoppingCriterion, format};
use serde_json::json;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Solve a vehicle routing instance (Solomon .txt, Li and Lim .txt, VRPLIB .vrp).
#[derive(clap::Args, Debug)]
pub struct SolveArgs {
    /// Instance file.
    instance: PathBuf,
    /// Wall-clock time limit in seconds [default: 10].
    #[arg(long, value_name = "S", group = "limit", value_parser = seconds)]
    time_limit: Option<f64>,
    /// CPU time limit in seconds, all threads together.
    #[arg(long, value_name = "S", group = "limit", value_parser = seconds)]
    cpu_limit: Option<f64>,
    /// Iteration limit; gives the same solution on every machine.
    #[arg(long, value_name = "N", group = "limit")]
    iterations: Option<u64>,
    /// Random seed.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Solution to begin with, in CVRPLIB format; the result is never worse. One that breaks rules is repaired.
    #[arg(long, value_name = "F.sol")]
    start: Option<PathBuf>,
    /// Solution file to write, in CVRPLIB format.
    #[arg(long, value_name = "F.sol")]
    out: Option<PathBuf>,
}

/// Set by Ctrl-C: the search ends with the best solution found so far.
static CANCELLED: AtomicBool = AtomicBool::new(false);

/// Runs the command. "No" when a required client is unplanned.
pub fn run(args: SolveArgs, common: Common) -> anyhow::Result<Outcome> {
    let mut stopwatch = Stopwatch::start();
    let instance = stopwatch.phase("read", || read_instance(&args.instance))?;
    let stop = match (args.time_limit, args.cpu_limit, args.iterations) {
        (_, Some(limit), _) => StoppingCriterion::Cpu(Duration::from_secs_f64(limit)),
        (_, _, Some(iterations)) => StoppingCriterion::Iterations(iterations),
        (limit, ..) => StoppingCriterion::Elapsed(Duration::from_secs_f64(limit.unwrap_or(10.0))),
    };
    let config = SolveConfig { seed: Seed(args.seed), stop, ..SolveConfig::default() };
    // Only one handler can be installed per process; an earlier one sets the same flag.
    let _ = ctrlc::set_handler(|| CANCELLED.store(true, Ordering::Relaxed));
    let bar = progress_bar(common);
    let iterations = AtomicU64::new(0);
    let control = Control::none().cancelled_by(&CANCELLED).watched_by(|progress| {
        iterations.store(progress.iterations, Ordering::Relaxed);
        bar.set_position((progress.share * 1000.0) as u64);
        bar.set_message(instance.cost_scale.to_text(progress.best_cost));
    });
    let start = args.start.as_ref().map(|path| read_solution(&instance, path)).transpose()?;
    let ContinuedSolution { solution, broken } = stopwatch.phase("search", || match &start {
        Some((start, _)) => coldmile_vrp::solve_from(&instance.problem, start, &config, &control),
        None => ContinuedSolution {
            solution: coldmile_vrp::solve(&instance.problem, &config, &control),
            broken: Vec::new(),
        },
    });
    bar.finish_and_clear();
    let broken: Vec<String> =
        broken.iter().map(|violation| describe(violation, instance.depot_count)).collect();
    if let Some(path) = &args.out {
        let text = format::write_solution(&instance, &solution);
        stopwatch.phase("write", || write_atomically(path, text.as_bytes()))?;
    }
    let is_feasible = solution.is_complete(&instance.problem);
    let iterations = iterations.load(Ordering::Relaxed);
    if common.json {
        let mut answer = json!({
            "cost": instance.cost_scale.to_number(solution.cost),
            "feasible": is_feasible,
            "routes": solution.routes.len(),
            "unplanned": solution.unplanned.len(),
            "iterations": iterations,
            "seed": args.seed,
        });
        if args.start.is_some() {
            answer["start_violations"] = json!(broken);
        }
        stopwatch.print_json(answer)?;
    } else {
        for line in &broken {
            println!("the start is repaired: {line}");
        }
        println!(
            "cost {}, {} routes, {} unplanned, {iterations} iterations in {:.1} s",
            instance.cost_scale.to_text(solution.cost),
            solution.routes.len(),
            solution.unplanned.len(),
            stopwatch.elapsed().as_secs_f64(),
        );
        for unplanned in &solution.unplanned {
            let number = unplanned.client.get() + instance.depot_count;
            println!("unplanned {number}: {:?}", unplanned.reason);
        }
    }
    Ok(if is_feasible { Outcome::Done } else { Outcome::No })
}
