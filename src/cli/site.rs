//! `coldmile site`: the best places for sites, by numbers alone.

use super::common::Common;
use super::files::{ensure_writable, write_atomically};
use super::limits::seconds;
use super::progress::progress_bar;
use super::report::{Outcome, Stopwatch};
use super::site_question::{Limit, QuestionArgs};
use coldmile_siting::format::write_solution;
use coldmile_siting::{Control, SolveConfig, Stop, solve};
use coldmile_units::Seed;
use serde_json::json;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Find the best sites of a location instance, with a bound on what is possible at best.
#[derive(clap::Args, Debug)]
pub struct SiteArgs {
    /// Instance file.
    instance: PathBuf,
    #[command(flatten)]
    question: QuestionArgs,
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
    /// Solution file to write: open sites, the site of each client, the cost.
    #[arg(long, value_name = "F.open")]
    out: Option<PathBuf>,
}

/// Set by Ctrl-C: the search ends with the best solution and the bound found so far.
static CANCELLED: AtomicBool = AtomicBool::new(false);

/// Runs the command. "No" when no feasible solution was found.
pub fn run(args: SiteArgs, common: Common) -> anyhow::Result<Outcome> {
    let mut stopwatch = Stopwatch::start();
    if let Some(path) = &args.out {
        ensure_writable(path)?;
    }
    let (instance, problem) =
        stopwatch.phase("read", || args.question.read(&args.instance, Limit::Needed))?;
    let stop = match (args.time_limit, args.cpu_limit, args.iterations) {
        (_, Some(limit), _) => Stop::Cpu(Duration::from_secs_f64(limit)),
        (_, _, Some(iterations)) => Stop::Iterations(iterations),
        (limit, ..) => Stop::Elapsed(Duration::from_secs_f64(limit.unwrap_or(10.0))),
    };
    let config = SolveConfig { seed: Seed(args.seed), stop };
    let kind = problem.kind();
    let scale = instance.objective_scale(kind);
    // Only one handler can be installed per process; an earlier one sets the same flag.
    let _ = ctrlc::set_handler(|| CANCELLED.store(true, Ordering::Relaxed));
    let bar = progress_bar(common);
    let control = Control::none().cancelled_by(&CANCELLED).watched_by(|progress| {
        bar.set_position((progress.share * 1000.0) as u64);
        let found = progress.objective.map_or("-".to_owned(), |objective| (objective / scale).to_string());
        bar.set_message(format!("{found}, bound {}", progress.bound / scale));
    });
    let answer = stopwatch.phase("search", || solve(&problem, &config, &control));
    bar.finish_and_clear();
    if let (Some(path), Some(solution)) = (&args.out, &answer.solution) {
        let text = write_solution(&instance, kind, solution);
        stopwatch.phase("write", || write_atomically(path, text.as_bytes()))?;
    }
    let open = answer.solution.iter().flat_map(|solution| &solution.open);
    let open: Vec<String> = open.map(|site| instance.site_name(*site)).collect();
    let objective = answer.solution.as_ref().map(|solution| solution.objective / scale);
    let bound = Some(answer.bound / scale).filter(|bound| bound.is_finite());
    let unreachable = if kind.may_leave_out() { problem.unreachable_clients().len() } else { 0 };
    if common.json {
        let names: serde_json::Value = if instance.site_names.is_empty() {
            open.iter().filter_map(|site| site.parse::<u64>().ok()).collect()
        } else {
            json!(open)
        };
        stopwatch.print_json(json!({
            "objective": objective,
            "bound": bound,
            "gap": answer.gap(),
            "proved": answer.is_proved,
            "open": names,
            "feasible": answer.solution.is_some(),
            "problem": kind.name(),
            "format": instance.format.name(),
            "unreachable": unreachable,
            "iterations": answer.iterations,
            "seed": args.seed,
        }))?;
    } else {
        if unreachable > 0 {
            println!("{unreachable} clients reach no site that may be open");
        }
        match objective {
            Some(objective) => {
                let bound = bound.map_or("-".to_owned(), |bound| bound.to_string());
                let gap = 100.0 * answer.gap().unwrap_or(f64::NAN);
                let proved = if answer.is_proved { ", proved optimal" } else { "" };
                println!(
                    "{} {objective}, bound {bound}, gap {gap:.3} %{proved}, {:.1} s ({})",
                    kind.name(),
                    stopwatch.elapsed().as_secs_f64(),
                    instance.format.name(),
                );
                println!("open: {}", open.join(" "));
            }
            None if answer.is_proved => println!("{}: there is no feasible solution", kind.name()),
            None => println!("{}: no feasible solution was found", kind.name()),
        }
    }
    Ok(if answer.solution.is_some() { Outcome::Done } else { Outcome::No })
}
