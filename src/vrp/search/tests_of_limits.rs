//! The solver at the limits of its numbers and of its time.

use super::tests::{Fleet, brute_force, random_plain_town, random_town, value};
use super::{Control, SolveConfig, StoppingCriterion, solve};
use crate::check::check;
use crate::problem::{
    Break, Client, Depot, FadingExposure, Group, MAX_LEG, Problem, ProblemBuilder, Residue, SoftEnd,
    VehicleType,
};
use coldmile_units::{Metres, Seconds, Seed, TimeWindow, Timestamp, TravelMatrix};
use rayon::prelude::*;
use std::time::Duration;

/// The problem with all times, distances and amounts of cost multiplied: so is the cost of every solution.
fn stretched(problem: &Problem, factor: i64) -> Problem {
    let instant = |at: Timestamp| {
        if at == Timestamp::MIN || at == Timestamp::MAX {
            at
        } else {
            Timestamp::from_unix(factor * at.unix())
        }
    };
    let window =
        |window: TimeWindow| TimeWindow::new(instant(window.open()), instant(window.close())).unwrap();
    let span = |span: Seconds| Seconds(factor * span.0);
    let mut builder = ProblemBuilder::new(problem.dimensions());
    for profile in problem.profiles() {
        let size = problem.location_count();
        let mut matrix = TravelMatrix::unreachable(size, size);
        for (from, to) in (0..size * size).map(|cell| (cell / size, cell % size)) {
            if let Some((seconds, metres)) = profile.travel().leg(from, to) {
                matrix.set(from, to, span(seconds), Metres(factor * metres.0));
            }
        }
        builder.profile(matrix);
    }
    for depot in problem.depots() {
        builder.depot(Depot { window: window(depot.window), loading: span(depot.loading), ..depot.clone() });
    }
    for group in problem.groups() {
        builder.group(Group { prize: group.prize.map(|prize| factor * prize) });
    }
    builder.backhauls(problem.backhauls());
    for client in problem.clients() {
        builder.client(Client {
            window: window(client.window),
            soft_end: client.soft_end.map(|soft| SoftEnd { at: instant(soft.at), ..soft }),
            service: span(client.service),
            release: instant(client.release),
            longest_ride: client.longest_ride.iter().map(|limit| limit.map(span)).collect(),
            prize: client.prize.map(|prize| factor * prize),
            price_by_type: client.price_by_type.iter().map(|price| factor * price).collect(),
            ..client.clone()
        });
    }
    for row in problem.vehicle_types() {
        builder.vehicle_type(VehicleType {
            shift: window(row.shift),
            fixed_cost: factor * row.fixed_cost,
            max_overtime: span(row.max_overtime),
            break_rule: (row.break_rule)
                .map(|row| Break { window: window(row.window), duration: span(row.duration) }),
            max_duration: row.max_duration.map(span),
            max_distance: row.max_distance.map(|limit| factor * limit),
            fading: row
                .fading
                .iter()
                .map(|fading| FadingExposure {
                    time_constant: span(fading.time_constant),
                    residue: fading
                        .residue
                        .map(|row| Residue { time_constant: span(row.time_constant), ..row }),
                    ..*fading
                })
                .collect(),
            ..row.clone()
        });
    }
    builder.build().unwrap()
}

#[test]
fn the_longest_legs_are_carried_and_only_missing_ones_are_unreachable() {
    let solve_one = |seed: u64| -> Result<bool, String> {
        let (mut rng, size) = (Seed(seed).rng(), 1 + (seed / 2) as usize % 4);
        let fleet = if rng.bool() { Fleet::Scarce } else { Fleet::Ample };
        let small = if seed.is_multiple_of(2) {
            random_town(seed, size, fleet)
        } else {
            random_plain_town(seed, size, fleet)
        };
        let longest = small.profiles().iter().map(|profile| profile.travel().max_leg()).max();
        // From what small numbers allow to all that there is.
        let factor = MAX_LEG / longest.unwrap_or(0).max(1) / [1, 1, 2, 5, 40][rng.usize(0..5)];
        let problem = stretched(&small, factor);
        let config = SolveConfig {
            seed: Seed(seed),
            stop: StoppingCriterion::Iterations(3000),
            ..SolveConfig::default()
        };
        let solution = solve(&problem, &config, &Control::none());
        let report = check(&problem, &solution);
        let ((missing, cost), _) = brute_force(&small);
        let found = value(&problem, &solution);
        if !report.violations.is_empty() || report.cost != solution.cost {
            return Err(format!("seed {seed}: {} for {:?}", solution.cost, report));
        }
        if found != (missing, factor * cost) {
            return Err(format!("seed {seed}: {found:?} for {:?}", (missing, factor * cost)));
        }
        Ok(solution.planned_count() > 0)
    };
    let solved: Vec<Result<bool, String>> = (0..600).into_par_iter().map(solve_one).collect();
    let wrong: Vec<&String> = solved.iter().filter_map(|solved| solved.as_ref().err()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(solved.iter().flatten().filter(|is_served| **is_served).count() > 300);
}

#[test]
fn a_search_without_time_ends_with_a_feasible_plan() {
    for seed in 0..40 {
        let (fleet, size) = (if seed % 3 == 0 { Fleet::Scarce } else { Fleet::Ample }, 90);
        let problem =
            if seed % 2 == 0 { random_town(seed, size, fleet) } else { random_plain_town(seed, size, fleet) };
        let at_once = SolveConfig {
            seed: Seed(seed),
            stop: StoppingCriterion::Elapsed(Duration::ZERO),
            lanes: Some(2),
            ..SolveConfig::default()
        };
        let solution = solve(&problem, &at_once, &Control::none());
        let report = check(&problem, &solution);
        assert!(report.violations.is_empty(), "seed {seed}: {:?}", report.violations);
        assert_eq!(report.cost, solution.cost, "seed {seed}");
        if fleet == Fleet::Ample {
            // There is a vehicle for every client; one that fits only jointly may be left out.
            let thorough = SolveConfig { stop: StoppingCriterion::Iterations(400), ..at_once };
            let served = solve(&problem, &thorough, &Control::none()).planned_count();
            assert!(solution.planned_count() + 2 >= served, "seed {seed}: {solution:?} for {served}");
        }
    }
}
