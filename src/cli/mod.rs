//! The commands. The only module that prints, reads the environment and files, and decides exit codes.
//!
//! Each command is a file with an `Args` struct and a `run` function that returns an [`Outcome`]; an error means that
//! the input or the call was wrong.

mod audit;
mod check;
mod day;
mod demo;
mod explain;
mod files;
mod import;
mod isochrone;
mod limits;
mod map;
mod nearest;
mod plan;
mod progress;
mod report;
mod roads;
mod route;
mod serve;
mod served;
mod solve;
mod summary;
mod table;
mod traffic;

use clap::{Args, Parser, Subcommand};
use std::process::ExitCode;

use progress::progress_bar;
pub use report::{Outcome, Stopwatch};

/// Plans and runs the last mile: hub, community centre, family.
#[derive(Parser)]
#[command(name = "coldmile", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// What every command understands.
#[derive(Args, Clone, Copy, Debug)]
pub struct Common {
    /// Use this many threads (default: all cores).
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Print one JSON object on one line instead of text.
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Subcommand)]
enum Command {
    Audit(audit::AuditArgs),
    Check(check::CheckArgs),
    Demo(demo::DemoArgs),
    Explain(explain::ExplainArgs),
    Import(import::ImportArgs),
    Isochrone(isochrone::IsochroneArgs),
    Nearest(nearest::NearestArgs),
    Plan(plan::PlanArgs),
    Route(route::RouteArgs),
    Serve(serve::ServeArgs),
    Solve(solve::SolveArgs),
    Table(table::TableArgs),
    Traffic(traffic::TrafficArgs),
}

/// Runs the command line of this process and returns its exit code.
///
/// 0: done. 1: the answer is "no" (infeasible, violations). 2: the input or the call was wrong.
pub fn main() -> ExitCode {
    let cli = Cli::parse_from(std::env::args_os().map(roads::shield_coordinates));
    if let Some(threads) = cli.common.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global();
        if let Err(error) = pool {
            eprintln!("error: cannot start {threads} threads: {error}");
            return ExitCode::from(2);
        }
    }
    match run(cli.command, cli.common) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command, common: Common) -> anyhow::Result<Outcome> {
    match command {
        Command::Audit(args) => audit::run(args, common),
        Command::Check(args) => check::run(args, common),
        Command::Demo(args) => demo::run(args, common),
        Command::Explain(args) => explain::run(args, common),
        Command::Import(args) => import::run(args, common),
        Command::Isochrone(args) => isochrone::run(args, common),
        Command::Nearest(args) => nearest::run(args, common),
        Command::Plan(args) => plan::run(args, common),
        Command::Route(args) => route::run(args, common),
        Command::Serve(args) => serve::run(args, common),
        Command::Solve(args) => solve::run(args, common),
        Command::Table(args) => table::run(args, common),
        Command::Traffic(args) => traffic::run(args, common),
    }
}
