//! `coldmile check`: the referee (`vrp::check`, `siting::check`) on a solution file, or the readers on a day folder.

use super::check_day;
use super::common::Common;
use super::files::read_bytes;
use super::instance::{describe, read_instance, read_solution};
use super::report::{Outcome, Stopwatch};
use super::site_question::{QuestionArgs, check_sites};
use anyhow::bail;
use coldmile_vrp::check;
use serde_json::json;
use std::path::PathBuf;

/// Check a solution against its instance, or a day folder before it is planned: list everything that is wrong.
#[derive(clap::Args, Debug)]
pub struct CheckArgs {
    /// Instance file, or day folder with network.toml and orders.csv.
    instance: PathBuf,
    /// Solution file: routes in CVRPLIB format, or open sites as `coldmile site` writes them.
    #[arg(required_unless_present = "map", conflicts_with = "map")]
    solution: Option<PathBuf>,
    /// Map file made by `coldmile import`, for a day folder.
    #[arg(long, value_name = "MAP.cmap")]
    map: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Open sites")]
    question: QuestionArgs,
}

/// Runs the command. "No" when there is a violation.
pub fn run(args: CheckArgs, common: Common) -> anyhow::Result<Outcome> {
    let solution = match (&args.solution, &args.map) {
        (Some(solution), _) => solution,
        (None, Some(map)) => return check_day::run(&args.instance, map, common),
        (None, None) => bail!("say a solution file, or --map for a day folder"),
    };
    let mut stopwatch = Stopwatch::start();
    let text = String::from_utf8_lossy(&read_bytes(solution)?).into_owned();
    if args.question.is_given() || text.trim_start().starts_with("Open:") {
        return check_sites(&args.instance, &args.question, (solution, &text), stopwatch, common);
    }
    let instance = stopwatch.phase("read", || read_instance(&args.instance))?;
    let (solution, stated) = read_solution(&instance, solution)?;
    let report = stopwatch.phase("check", || check(&instance.problem, &solution));
    let lines: Vec<String> =
        report.violations.iter().map(|violation| describe(violation, instance.depot_count)).collect();
    let cost = instance.cost_scale.to_number(report.cost);
    if common.json {
        stopwatch.print_json(json!({
            "cost": cost,
            "stated_cost": stated,
            "feasible": lines.is_empty(),
            "routes": solution.routes.len(),
            "violations": lines,
        }))?;
    } else {
        for line in &lines {
            println!("{line}");
        }
        println!("cost {}, {} violations", instance.cost_scale.to_text(report.cost), lines.len());
        if let Some(stated) = stated.filter(|stated| (stated - cost).abs() > 0.005) {
            println!("the file states a cost of {stated}");
        }
    }
    Ok(if lines.is_empty() { Outcome::Done } else { Outcome::No })
}
