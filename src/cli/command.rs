//! The command line: parses it, starts the thread pool, runs one command and turns its result into an exit code.

use super::common::Common;
use super::planner_process::PLAN_WORKER;
use super::report::Outcome;
use super::roads::escape_negative_coordinates;
use super::{
    audit, backup, check, demo, doctor, explain, export, import, isochrone, key, marginal, nearest, new_day,
    plan, plan_worker, route, serve, site, solve, table, traffic,
};
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Plan and run the last mile of a hub-and-spoke network, cold chain included.
#[derive(Parser)]
#[command(name = "coldmile", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

#[derive(Subcommand)]
enum Command {
    Audit(audit::AuditArgs),
    Backup(backup::BackupArgs),
    Check(Box<check::CheckArgs>),
    Demo(demo::DemoArgs),
    Doctor(doctor::DoctorArgs),
    Explain(explain::ExplainArgs),
    Export(export::ExportArgs),
    Import(import::ImportArgs),
    Isochrone(isochrone::IsochroneArgs),
    Key(key::KeyArgs),
    Marginal(marginal::MarginalArgs),
    Nearest(nearest::NearestArgs),
    New(new_day::NewArgs),
    Plan(plan::PlanArgs),
    /// Plan for a server, which starts this itself.
    #[command(name = PLAN_WORKER, hide = true)]
    PlanWorker,
    Restore(backup::RestoreArgs),
    Route(route::RouteArgs),
    Serve(serve::ServeArgs),
    Site(Box<site::SiteArgs>),
    Solve(solve::SolveArgs),
    Table(table::TableArgs),
    Traffic(traffic::TrafficArgs),
}

/// Runs the command line of this process and returns its exit code.
///
/// 0: done. 1: the answer is "no" (infeasible, violations). 2: the input or the call was wrong.
pub fn main() -> ExitCode {
    let cli = Cli::parse_from(std::env::args_os().map(escape_negative_coordinates));
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
        Command::Backup(args) => backup::run_backup(args, common),
        Command::Check(args) => check::run(*args, common),
        Command::Demo(args) => demo::run(args, common),
        Command::Doctor(args) => doctor::run(args, common),
        Command::Explain(args) => explain::run(args, common),
        Command::Export(args) => export::run(args, common),
        Command::Import(args) => import::run(args, common),
        Command::Isochrone(args) => isochrone::run(args, common),
        Command::Key(args) => key::run(args, common),
        Command::Marginal(args) => marginal::run(args, common),
        Command::Nearest(args) => nearest::run(args, common),
        Command::New(args) => new_day::run(args, common),
        Command::Plan(args) => plan::run(args, common),
        Command::PlanWorker => plan_worker::run(),
        Command::Restore(args) => backup::run_restore(args, common),
        Command::Route(args) => route::run(args, common),
        Command::Serve(args) => serve::run(args, common),
        Command::Site(args) => site::run(*args, common),
        Command::Solve(args) => solve::run(args, common),
        Command::Table(args) => table::run(args, common),
        Command::Traffic(args) => traffic::run(args, common),
    }
}
