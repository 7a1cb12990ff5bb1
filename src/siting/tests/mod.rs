//! Tiny random problems of every kind against enumeration.

#![allow(clippy::unwrap_used)]

mod enumeration;
mod readers;

use super::search::{Control, SolveConfig, Stop, solve};
use super::{Client, Decay, Distances, Draft, Kind, Problem, Site, Status, check};
use coldmile_units::Seed;
use enumeration::best_objective;
use fastrand::Rng;

/// A problem of up to six sites and seven clients with any rules.
fn tiny_problem(kind: Kind, seed: u64) -> Option<Problem> {
    let mut rng = Rng::with_seed(seed);
    let (sites, clients) = (rng.usize(1..7), rng.usize(1..8));
    let dimensions = if kind.may_split() { 1 } else { rng.usize(1..3) };
    let is_real = rng.u8(0..5) == 0;
    let number = |rng: &mut Rng, high: u32| {
        let whole = rng.u32(0..high) as f64;
        if is_real { whole + rng.f64() } else { whole }
    };
    let clients: Vec<Client> = (0..clients)
        .map(|_| {
            let demand: Vec<f64> = (0..dimensions).map(|_| rng.u32(0..9) as f64).collect();
            Client { weight: number(&mut rng, 9), cost_per_distance: rng.u32(0..4) as f64, demand }
        })
        .collect();
    let has_capacity = rng.u8(0..4) > 0;
    let sites: Vec<Site> = (0..sites)
        .map(|_| Site {
            opening_cost: number(&mut rng, 30),
            price_per_unit: if rng.bool() { 0.0 } else { rng.u32(0..3) as f64 },
            capacity: if has_capacity && rng.u8(0..5) > 0 {
                (0..dimensions).map(|_| rng.u32(5..30) as f64).collect()
            } else {
                Vec::new()
            },
            status: match rng.u8(0..10) {
                0 => Status::Open,
                1 => Status::Closed,
                _ => Status::Free,
            },
        })
        .collect();
    let holes = rng.u8(0..3) == 0;
    let cells = (0..sites.len() * clients.len())
        .map(|_| if holes && rng.u8(0..4) == 0 { f64::INFINITY } else { number(&mut rng, 20) });
    let distances = Distances::dense(clients.len(), sites.len(), cells.collect()).unwrap();
    let count = sites.len();
    let mut draft = Draft::new(kind, sites, clients, distances);
    if kind.needs_limit() || rng.bool() {
        draft.max_open = Some(rng.usize(1..=count));
    }
    if rng.u8(0..4) == 0 {
        draft.budget = Some(rng.u32(10..70) as f64);
    }
    if rng.u8(0..4) == 0 {
        draft.groups.push((0..count).filter(|_| rng.bool()).collect());
    }
    draft.radius = Some(rng.u32(3..15) as f64);
    draft.decay = Some(Decay::Half(rng.u32(2..10) as f64));
    // What is inconsistent is another test's.
    draft.build().ok()
}

/// Solves the problem with this seed and compares; false where the draw was inconsistent.
fn agrees(kind: Kind, seed: u64, iterations: u64) -> bool {
    let Some(problem) = tiny_problem(kind, seed) else { return false };
    let config = SolveConfig { seed: Seed(seed), stop: Stop::Iterations(iterations) };
    let answer = solve(&problem, &config, &Control::none());
    let best = best_objective(&problem);
    let place = format!("{kind:?}, seed {seed}: {answer:?}, best {best:?}");
    let scale = |value: f64| 1e-7 * value.abs().max(1.0);
    if let Some(solution) = &answer.solution {
        let report = check(&problem, solution);
        assert_eq!(report.violations, [], "{place}");
        assert!((report.objective - solution.objective).abs() <= scale(report.objective), "{place}");
    }
    let sign = if kind.maximises() { -1.0 } else { 1.0 };
    if let Some(best) = best {
        assert!(sign * answer.bound <= sign * best + scale(best), "{place}: the bound is wrong");
    }
    if iterations > 1000 {
        let found = answer.solution.as_ref().map(|solution| solution.objective);
        match (best, found) {
            (Some(best), Some(found)) => assert!((best - found).abs() <= scale(best), "{place}"),
            (best, found) => assert_eq!(best, found, "{place}"),
        }
    }
    if answer.is_proved {
        match (best, &answer.solution) {
            (Some(best), Some(solution)) => {
                assert!((best - solution.objective).abs() <= scale(best), "{place}");
            }
            (best, solution) => assert!(best.is_none() && solution.is_none(), "{place}"),
        }
    }
    true
}

fn all_agree(kind: Kind, wanted: usize) {
    let drawn = (0..u64::MAX).filter(|seed| {
        // A search that hardly began has a bound as well.
        agrees(kind, *seed, seed % 40) & agrees(kind, *seed, 20_000)
    });
    assert_eq!(drawn.take(wanted).count(), wanted);
}

#[test]
fn some_hundred_tiny_problems_of_every_kind_are_solved_as_enumeration_does() {
    for kind in Kind::ALL {
        all_agree(kind, 40);
    }
}

/// `cargo test --release -p coldmile-siting -- --ignored ten_thousand`: some minutes.
#[test]
#[ignore = "minutes: cargo test --release -p coldmile-siting -- --ignored ten_thousand"]
fn ten_thousand_tiny_problems_of_every_kind_are_solved_as_enumeration_does() {
    for kind in Kind::ALL {
        all_agree(kind, 10_000);
    }
}

#[test]
fn the_answer_is_the_same_on_any_number_of_threads() {
    let mut rng = Rng::with_seed(5);
    for kind in Kind::ALL {
        let clients = (0..60).map(|_| Client { demand: vec![rng.u32(1..9) as f64], ..Client::default() });
        let clients: Vec<Client> = clients.collect();
        let sites = (0..20).map(|_| Site {
            opening_cost: rng.u32(20..60) as f64,
            capacity: vec![rng.u32(40..80) as f64],
            ..Site::default()
        });
        let sites: Vec<Site> = sites.collect();
        let cells = (0..60 * 20).map(|_| rng.u32(1..100) as f64).collect();
        let mut draft = Draft::new(kind, sites, clients, Distances::dense(60, 20, cells).unwrap());
        draft.max_open = Some(8);
        draft.radius = Some(30.0);
        draft.decay = Some(Decay::Half(20.0));
        let problem = draft.build().unwrap();
        let config = SolveConfig { seed: Seed(3), stop: Stop::Iterations(700) };
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| solve(&problem, &config, &Control::none()))
        };
        let one = on(1);
        assert!(one.solution.is_some(), "{kind:?}");
        assert_eq!(one, on(4), "{kind:?}");
    }
}

#[test]
fn a_list_that_leaves_sites_out_keeps_the_bound_valid() {
    // 3,000 clients and 1,500 sites on a line are more pairs than lists keep.
    let (clients, sites) = (3_000_usize, 1_500_usize);
    let cells = (0..clients * sites).map(|at| (at / sites).abs_diff(2 * (at % sites)) as u32).collect();
    let distances = Distances::small(clients, sites, cells).unwrap();
    let mut draft =
        Draft::new(Kind::PMedian, vec![Site::default(); sites], vec![Client::default(); clients], distances);
    draft.max_open = Some(30);
    let problem = draft.build().unwrap();
    let config = SolveConfig { seed: Seed(0), stop: Stop::Iterations(300) };
    let answer = solve(&problem, &config, &Control::none());
    let solution = answer.solution.as_ref().unwrap();
    // Each site serves 100 clients in a row, 0 to 50 away: 50·51/2 + 49·50/2 = 2,500 at best.
    assert_eq!(check(&problem, solution).violations, []);
    assert!(answer.bound <= 30.0 * 2_500.0 && solution.objective >= 30.0 * 2_500.0, "{:?}", answer.bound);
    assert!(answer.bound > 0.6 * 30.0 * 2_500.0, "{:?} {}", answer.bound, answer.iterations);
}

#[test]
fn every_inconsistency_of_a_draft_is_reported_at_once() {
    let distances = Distances::dense(2, 2, vec![1.0, 2.0, f64::INFINITY, f64::INFINITY]).unwrap();
    let site = Site { capacity: vec![1.0], status: Status::Open, ..Site::default() };
    let client = Client { demand: vec![3.0], ..Client::default() };
    let mut draft = Draft::new(Kind::CapacitatedPMedian, vec![site; 2], vec![client; 2], distances);
    draft.max_open = Some(3);
    draft.groups = vec![vec![0, 1, 7]];
    draft.budget = Some(-1.0);
    let errors = draft.build().unwrap_err();
    let codes: Vec<&str> = errors.iter().map(super::ProblemError::code).collect();
    let expected = [
        "siting/too-few-sites",
        "siting/unknown-site",
        "siting/group-conflict",
        "siting/budget-exceeded",
        "siting/no-opening-costs",
        "siting/capacity-below-demand",
        "siting/unreachable",
    ];
    assert_eq!(codes, expected);
}
