//! Benchmark of the routing solver: gaps to the best known costs for a time limit and a list of instances.
//!
//! ```text
//! cargo bench --bench vrp -- [--cpu-limit S | --time-limit S] [--threads N] [--seeds 1,2,3] [INSTANCE...]
//! ```
//!
//! The best known cost of an instance is that of the `.sol` file beside it, or else `{folder: {instance: {"bks": cost}}}` in
//! `bks.json` of the parent folder. Without arguments the instances in `tests/instances` are solved for one second each.

#![allow(clippy::print_stdout)]

use anyhow::{Context, bail};
use coldmile::units::Seed;
use coldmile::vrp::{Control, SolveConfig, StoppingCriterion, check, format, solve};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The parsed command line.
struct BenchArgs {
    stop: StoppingCriterion,
    threads: usize,
    seeds: Vec<u64>,
    instances: Vec<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let args = read_args(std::env::args().skip(1))?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build()?;
    println!("{:<40} {:>6} {:>14}  gap % by seed {:?}, mean", "instance", "n", "best known", args.seeds);
    let mut families: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for path in &args.instances {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let instance = format::read_instance(&text).with_context(|| path.display().to_string())?;
        let best = best_known(path, &instance)?;
        let mut gaps = Vec::new();
        for &seed in &args.seeds {
            let config = SolveConfig { seed: Seed(seed), stop: args.stop, ..SolveConfig::default() };
            let solution = pool.install(|| solve(&instance.problem, &config, &Control::none()));
            let report = check(&instance.problem, &solution);
            if !report.violations.is_empty() || report.cost != solution.cost {
                bail!(
                    "{}, seed {seed}: the referee reports a violation or another cost: {:?}",
                    path.display(),
                    report.violations
                );
            }
            let cost = instance.cost_scale.to_number(solution.cost);
            let is_complete = solution.is_complete(&instance.problem);
            gaps.push(if is_complete { 100.0 * (cost / best - 1.0) } else { f64::INFINITY });
        }
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let by_seed: Vec<String> = gaps.iter().map(|gap| format!("{gap:.2}")).collect();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let clients = instance.problem.clients().len();
        println!("{name:<40} {clients:>6} {best:>14.2}  {}, {mean:.2}", by_seed.join(" "));
        families.entry(folder_name(path)).or_default().push(mean);
    }
    for (family, means) in families {
        let mean = means.iter().sum::<f64>() / means.len() as f64;
        println!("{family}: {mean:.2} over {} instances", means.len());
    }
    Ok(())
}

fn read_args(words: impl Iterator<Item = String>) -> anyhow::Result<BenchArgs> {
    let limit = |text: &str| -> anyhow::Result<Duration> { Ok(Duration::try_from_secs_f64(text.parse()?)?) };
    let mut args = BenchArgs {
        stop: StoppingCriterion::Cpu(Duration::from_secs(1)),
        threads: 1,
        seeds: vec![1],
        instances: Vec::new(),
    };
    let mut words = words;
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} needs a value"));
        match word.as_str() {
            "--bench" => {}
            "--cpu-limit" => args.stop = StoppingCriterion::Cpu(limit(&value()?)?),
            "--time-limit" => args.stop = StoppingCriterion::Elapsed(limit(&value()?)?),
            "--threads" => args.threads = value()?.parse()?,
            "--seeds" => args.seeds = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?,
            other if other.starts_with('-') => bail!("unknown option {other}"),
            path => args.instances.push(path.into()),
        }
    }
    if args.instances.is_empty() {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/instances");
        for entry in std::fs::read_dir(own)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "txt" || ending == "vrp") {
                args.instances.push(path);
            }
        }
        args.instances.sort();
    }
    Ok(args)
}

fn folder_name(path: &Path) -> String {
    let folder = path.parent().and_then(Path::file_name);
    folder.unwrap_or_default().to_string_lossy().into_owned()
}

/// The best known cost: that of the solution file, computed by the referee, or the one in `bks.json`.
fn best_known(path: &Path, instance: &format::BenchmarkInstance) -> anyhow::Result<f64> {
    let beside = path.with_extension("sol");
    if beside.exists() {
        let (solution, _) = format::read_solution(instance, &std::fs::read_to_string(&beside)?)?;
        return Ok(instance.cost_scale.to_number(check(&instance.problem, &solution).cost));
    }
    let table = path.parent().and_then(Path::parent).map(|above| above.join("bks.json"));
    let table = table.with_context(|| format!("no best known cost for {}", path.display()))?;
    let table: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&table)?)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let cost = table[folder_name(path)][&*name]["bks"].as_f64();
    cost.with_context(|| format!("no best known cost for {}", path.display()))
}
