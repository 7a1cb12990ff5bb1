//! Instances of the routing literature: best known solutions replay to their cost, and the solver comes near them.
//!
//! The files are in `tests/instances`; `COLDMILE_BENCHMARKS=<folder>` names a larger collection to replay.

use coldmile::units::Seed;
use coldmile::vrp::format::{BenchmarkInstance, read_instance, read_solution, write_solution};
use coldmile::vrp::{Control, SolveConfig, StoppingCriterion, check, solve};
use std::path::{Path, PathBuf};

fn own(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/instances").join(name)
}

fn load(path: &Path) -> BenchmarkInstance {
    let text = std::fs::read_to_string(path).unwrap();
    read_instance(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Solution files of a folder that have their instance beside them.
fn pairs(folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let sol = entry.unwrap().path();
        if sol.is_dir() {
            found.extend(pairs(&sol));
        } else if sol.extension().is_some_and(|ending| ending == "sol") {
            let beside = ["txt", "vrp"].map(|ending| sol.with_extension(ending));
            found.extend(beside.into_iter().find(|path| path.exists()).map(|path| (path, sol)));
        }
    }
    found.sort();
    found
}

fn replays_to_its_cost(instance: &Path, sol: &Path) {
    let instance_read = load(instance);
    let text = std::fs::read_to_string(sol).unwrap();
    let (solution, stated) = read_solution(&instance_read, &text).unwrap();
    let report = check(&instance_read.problem, &solution);
    assert!(report.violations.is_empty(), "{}: {:?}", sol.display(), report.violations);
    let cost = instance_read.cost_scale.to_number(report.cost);
    // Mixed fleets price real distances: a file may be off by a rounding, or count in the finest unit.
    let stated = stated.unwrap();
    let is_same = |stated: f64| (cost - stated).abs() < 0.02;
    assert!(is_same(stated) || is_same(stated / 1e5), "{}: {cost} against {stated}", sol.display());
}

#[test]
fn best_known_solutions_replay_to_their_cost() {
    let pairs = pairs(&own(""));
    assert!(pairs.len() >= 13);
    for (instance, sol) in pairs {
        replays_to_its_cost(&instance, &sol);
    }
}

#[test]
fn a_whole_collection_replays_to_its_costs() {
    let Some(folder) = std::env::var_os("COLDMILE_BENCHMARKS").map(PathBuf::from) else {
        eprintln!("skipped: COLDMILE_BENCHMARKS is not set");
        return;
    };
    let mut count = 0;
    for (instance, sol) in pairs(&folder) {
        replays_to_its_cost(&instance, &sol);
        count += 1;
    }
    let instances = instances(&folder);
    for instance in &instances {
        load(instance);
    }
    eprintln!("{count} solutions replayed, {} instances read", instances.len());
    assert!(count > 0, "no solution in {}", folder.display());
}

/// Instance files of a folder.
fn instances(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(instances(&path));
        } else if path.extension().is_some_and(|ending| ending == "txt" || ending == "vrp") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn a_bad_line_is_refused_by_its_number_and_cause() {
    for (name, good, bad, message) in [
        ("groups.vrp", "1 2 3\n2 4 5", "1 2 3\n2 4 9", "line 28: client 9 does not exist"),
        ("groups.vrp", "1 2 3\n2 4 5", "1 2 3\n2 4 3", "line 28: client in a group 3 is named twice"),
        ("groups.vrp", "2 4 5\n", "3 4 5\n", "line 28: MUTUALLY_EXCLUSIVE_GROUP_SECTION: expected number 2"),
        ("groups.vrp", "1 2 3\n2 4 5", "1 1 3\n2 4 5", "line 27: client 1 does not exist"),
        ("backhauls.vrp", "6 7\n7 10", "6 7\n7 x", "line 32: BACKHAUL_SECTION: \"x\" is not a number"),
        (
            "backhauls.vrp",
            "6 7\n7 10",
            "6 7 7\n7 10",
            "line 31: BACKHAUL_SECTION: expected 1 entries, found 2",
        ),
        ("prizes.vrp", "4 20\n5 20", "4 20\n5 -1", "line 35: PRIZE_SECTION: \"-1\" is not a number"),
        ("pairs.txt", "2\t10\t1", "2\tx\t1", "line 1: capacity: \"x\""),
        ("pairs.txt", "4\t25\t0\t-5", "5\t25\t0\t-5", "line 6: locations: expected number 4, found 5"),
        ("pairs.txt", "0\t120\t2\t1\t0", "0\t120\t2\t2\t0", "line 3: location 1 belongs to 3, but not"),
        ("pairs.txt", "0\t120\t2\t1\t0", "0\t120\t2\t1\t4", "location 4 does not exist"),
        (
            "pairs.txt",
            "20\t0\t-6",
            "20\t0\t-7",
            "line 3: location 1: the demand is 6, its other half asks for 7",
        ),
        ("pairs.txt", "30\t150", "30\t15", "line 6: the time window of 4 closes before it opens"),
    ] {
        let text = std::fs::read_to_string(own(name)).unwrap();
        assert!(text.contains(good), "{name}: {good:?}");
        let error = read_instance(&text.replacen(good, bad, 1)).unwrap_err().to_string();
        assert!(error.starts_with(message) || error.contains(message), "{name}, {bad:?}: {error}");
    }
}

#[test]
fn the_solver_comes_near_the_best_known() {
    for (name, best, iterations) in [
        ("R101.txt", 1637.7, 20_000),
        ("C201.txt", 589.1, 20_000),
        ("RC207.txt", 962.9, 30_000),
        ("X-n101-k25.vrp", 27591.0, 30_000),
        ("X-n204-k19.vrp", 19565.0, 30_000),
        ("C201R0.25.vrp", 15006.0, 10_000),
        ("X115-HVRP.vrp", 19412.56, 10_000),
        ("PR01.vrp", 1_655_420.0, 5_000),
        ("explicit.vrp", 80.0, 100),
        ("backhauls.vrp", 120.0, 2_000),
        ("groups.vrp", 65.0, 2_000),
        ("prizes.vrp", 1060.0, 2_000),
        ("pairs.txt", 110.05, 2_000),
    ] {
        let instance = load(&own(name));
        let config = SolveConfig {
            seed: Seed(1),
            stop: StoppingCriterion::Iterations(iterations),
            ..SolveConfig::default()
        };
        let solution = solve(&instance.problem, &config, &Control::none());
        let cost = instance.cost_scale.to_number(solution.cost);
        let report = check(&instance.problem, &solution);
        assert!(report.violations.is_empty(), "{name}: {:?}", report.violations);
        assert!(solution.is_complete(&instance.problem), "{name}: {:?}", solution.unplanned);
        assert_eq!(report.cost, solution.cost, "{name}");
        let gap = 100.0 * (cost - best) / best;
        assert!((-0.01..5.0).contains(&gap), "{name}: {cost} is {gap:.2} % above {best}");
        println!("{name}: {cost}, {gap:.2} %");
        let text = write_solution(&instance, &solution);
        let (again, stated) = read_solution(&instance, &text).unwrap();
        assert_eq!(check(&instance.problem, &again).cost, solution.cost, "{name}");
        assert!((stated.unwrap() - cost).abs() < 0.06, "{name}");
    }
}

/// Reads so many broken files; a refusal says why, and nothing panics.
fn read_broken_files(count: u64) {
    let files: Vec<(String, String, BenchmarkInstance)> = (pairs(&own("")).iter())
        .map(|(path, sol)| {
            let [text, routes] = [path, sol].map(|path| std::fs::read_to_string(path).unwrap());
            (text, routes, load(path))
        })
        .collect();
    let mut refused = 0;
    for seed in 0..count {
        let mut rng = Seed(seed).rng();
        let (text, routes, whole) = &files[seed as usize % files.len()];
        match read_instance(&broken(text, &mut rng)) {
            Ok(instance) => drop(read_solution(&instance, routes)),
            Err(error) => {
                assert!(!error.to_string().is_empty(), "seed {seed}");
                refused += 1;
            }
        }
        if let Ok((solution, _)) = read_solution(whole, &broken(routes, &mut rng)) {
            check(&whole.problem, &solution);
        }
    }
    assert!(refused > count / 10, "hardly any is broken: {refused}");
}

#[test]
fn broken_files_are_refused_with_a_line_and_never_panic() {
    read_broken_files(10_000);
}

/// `cargo test --release --test core -- --ignored a_million_broken_files`
#[test]
#[ignore = "a million files take minutes; ten thousand of the same kind run by default"]
fn a_million_broken_files_never_panic() {
    read_broken_files(1_000_000);
}

/// `text` with a few words replaced, lines dropped, doubled or cut.
fn broken(text: &str, rng: &mut fastrand::Rng) -> String {
    const WORDS: [&str; 12] = [
        "-1",
        "0",
        "",
        "x",
        "999999999999999999999",
        "1e308",
        "NaN",
        "é",
        "EOF",
        "3.5",
        "1000000000",
        "DIMENSION : 9",
    ];
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..rng.usize(1..4) {
        // Headers are few among many rows: every other break is near the beginning.
        let most = if rng.bool() { lines.len().min(16) } else { lines.len() };
        let at = rng.usize(0..most);
        match rng.u8(0..4) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => lines.truncate(at + 1),
            _ => {
                let mut words: Vec<&str> = lines[at].split_whitespace().collect();
                if !words.is_empty() {
                    let word = rng.usize(0..words.len());
                    words[word] = WORDS[rng.usize(0..WORDS.len())];
                    lines[at] = words.join(" ");
                }
            }
        }
        if lines.is_empty() {
            break;
        }
    }
    lines.join("\n")
}

#[test]
fn an_absurd_dimension_allocates_nothing() {
    for text in [
        "DIMENSION : 1000000000\nTYPE : CVRP\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 5\nNODE_COORD_SECTION\n1 0 0\nEOF",
        "DIMENSION : 99999999999\nTYPE : VRPTW\nEDGE_WEIGHT_TYPE : EXPLICIT\nCAPACITY : 5\nEDGE_WEIGHT_SECTION\n0 1\nEOF",
        "DIMENSION : 1\nTYPE : HFVRP\nEDGE_WEIGHT_TYPE : EUC_2D\nVEHICLES : 99999999999\nCAPACITY_SECTION\n1 5\nNODE_COORD_SECTION\n1 0 0\n",
    ] {
        let error = read_instance(text).unwrap_err().to_string();
        assert!(error.contains("expected"), "{error}");
    }
}
