//! Benchmark of location problems: objective, bound and CPU seconds of instances.
//!
//! ```text
//! cargo bench --bench siting -- [--cpu-limit S] [--problem KIND] [--p N,N] [--radius R] [--capacity N] [--grid CLIENTS,SITES] INSTANCE...
//! ```
//!
//! An instance is solved with every p. `--grid` makes clients and sites at random on a square instead of reading a file. Run it
//! with `--threads 1` in mind: the search takes one thread, reading and preparing take all of the pool.

#![allow(clippy::print_stdout)]

use anyhow::{Context, anyhow, bail};
use coldmile::siting::format::{Instance, Question, read_instance};
use coldmile::siting::{
    Client, Control, Distances, Draft, Kind, Problem, Site, SolveConfig, Stop, check, solve,
};
use coldmile::units::Seed;
use cpu_time::ProcessTime;
use std::time::Duration;

/// The parsed command line.
#[derive(Default)]
struct BenchArgs {
    limit: Option<f64>,
    question: Question,
    counts: Vec<usize>,
    capacity: Option<f64>,
    grid: Option<(usize, usize)>,
    instances: Vec<String>,
}

fn main() -> anyhow::Result<()> {
    let args = read_args(std::env::args().skip(1))?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    println!(
        "{:<28} {:>10} {:>5} {:>18} {:>18} {:>9} {:>6} {:>8}",
        "instance", "problem", "p", "objective", "bound", "gap %", "proved", "cpu s"
    );
    let counts: Vec<Option<usize>> =
        if args.counts.is_empty() { vec![None] } else { args.counts.iter().map(|p| Some(*p)).collect() };
    for max_open in counts {
        if let Some((clients, sites)) = args.grid {
            let started = ProcessTime::now();
            let problem = square(clients, sites, max_open)?;
            pool.install(|| row(&format!("square {clients} x {sites}"), &problem, 1.0, &args, started))?;
        }
        for path in &args.instances {
            let started = ProcessTime::now();
            let (instance, problem) = pool.install(|| read(path, &args, max_open))?;
            let name = path.rsplit('/').next().unwrap_or(path);
            let scale = instance.objective_scale(problem.kind());
            pool.install(|| row(name, &problem, scale, &args, started))?;
        }
    }
    Ok(())
}

fn row(
    name: &str,
    problem: &Problem,
    scale: f64,
    args: &BenchArgs,
    started: ProcessTime,
) -> anyhow::Result<()> {
    let limit = Duration::from_secs_f64(args.limit.unwrap_or(5.0)).saturating_sub(started.elapsed());
    let config = SolveConfig { seed: Seed(0), stop: Stop::Cpu(limit) };
    let answer = solve(problem, &config, &Control::none());
    let seconds = started.elapsed().as_secs_f64();
    let objective = answer.solution.as_ref().map_or(f64::NAN, |solution| solution.objective / scale);
    if let Some(solution) = &answer.solution {
        let report = check(problem, solution);
        let is_right = (report.objective / scale - objective).abs() <= 1e-6 * objective.abs().max(1.0);
        if !report.violations.is_empty() || !is_right {
            bail!("{name}: the referee reports a violation or another objective: {:?}", report.violations);
        }
    }
    println!(
        "{name:<28} {:>10} {:>5} {objective:>18.3} {:>18.3} {:>9.4} {:>6} {seconds:>8.2}",
        problem.kind().name(),
        problem.max_open().map_or("-".to_owned(), |p| p.to_string()),
        answer.bound / scale,
        100.0 * answer.gap().unwrap_or(f64::NAN),
        if answer.is_proved { "yes" } else { "no" },
    );
    Ok(())
}

fn read(path: &str, args: &BenchArgs, max_open: Option<usize>) -> anyhow::Result<(Instance, Problem)> {
    let text = std::fs::read_to_string(path).with_context(|| path.to_owned())?;
    let instance =
        read_instance(&text, None, args.capacity).map_err(|errors| anyhow!("{path}: {errors:?}"))?;
    let question = Question { max_open: max_open.or(args.question.max_open), ..args.question.clone() };
    let draft = instance.draft(&question).map_err(|errors| anyhow!("{path}: {errors:?}"))?;
    let problem = draft.build().map_err(|errors| anyhow!("{path}: {errors:?}"))?;
    Ok((instance, problem))
}

/// Clients and sites at random on a square of 100 km, metres as the crow flies.
fn square(clients: usize, sites: usize, max_open: Option<usize>) -> anyhow::Result<Problem> {
    let mut rng = Seed(7).rng();
    let mut point = || (rng.f64() * 1e5, rng.f64() * 1e5);
    let places: Vec<(f64, f64)> = (0..sites).map(|_| point()).collect();
    let mut cells = Vec::with_capacity(clients * sites);
    for _ in 0..clients {
        let (x, y) = point();
        cells.extend(places.iter().map(|(a, b)| (x - a).hypot(y - b) as u32));
    }
    let distances = Distances::small(clients, sites, cells)?;
    let mut draft =
        Draft::new(Kind::PMedian, vec![Site::default(); sites], vec![Client::default(); clients], distances);
    draft.max_open = max_open;
    draft.build().map_err(|errors| anyhow!("{errors:?}"))
}

fn read_args(mut words: impl Iterator<Item = String>) -> anyhow::Result<BenchArgs> {
    let mut args = BenchArgs::default();
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} needs a value"));
        match word.as_str() {
            "--bench" => {}
            "--cpu-limit" => args.limit = Some(value()?.parse()?),
            "--radius" => args.question.radius = Some(value()?.parse()?),
            "--capacity" => args.capacity = Some(value()?.parse()?),
            "--p" => args.counts = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--problem" => {
                let name = value()?;
                let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
                args.question.kind = Some(kind.with_context(|| format!("there is no problem {name}"))?);
            }
            "--grid" => {
                let text = value()?;
                let (clients, sites) = text.split_once(',').context("--grid CLIENTS,SITES")?;
                args.grid = Some((clients.parse()?, sites.parse()?));
            }
            other if other.starts_with('-') => bail!("unknown option {other}"),
            path => args.instances.push(path.to_owned()),
        }
    }
    Ok(args)
}
