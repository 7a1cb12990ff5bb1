//! Searches from a given solution: never worse than it, whatever it breaks.

use super::tests::{Fleet, Value, brute_force, config, random_plain_town, random_town, value};
use super::{Control, SolveConfig, solve, solve_from};
use crate::check::check;
use crate::problem::{Client, Problem};
use crate::solution::{Route, Solution, Trip};
use coldmile_units::Idx;
use rayon::prelude::*;

/// Clients thrown together at random: some twice, some not at all, on vehicles that there may be too few of.
fn jumble(problem: &Problem, rng: &mut fastrand::Rng) -> Solution {
    let mut clients: Vec<Idx<Client>> = problem.clients().indices().collect();
    rng.shuffle(&mut clients);
    clients.truncate(rng.usize(..=clients.len()));
    if let Some(&twice) = clients.first().filter(|_| rng.bool()) {
        clients.push(twice);
    }
    let mut routes: Vec<Route> = Vec::new();
    for client in clients {
        let trip = Trip { clients: vec![client] };
        match (routes.last_mut(), rng.u8(..4)) {
            (None, _) | (_, 0) => {
                let vehicle_type = Idx::new(rng.u32(0..problem.vehicle_types().len() as u32));
                routes.push(Route { vehicle_type, trips: vec![trip] });
            }
            (Some(route), 1) => route.trips.push(trip),
            (Some(route), _) => {
                let last = route.trips.len() - 1;
                route.trips[last].clients.push(client);
            }
        }
    }
    Solution { routes, ..Solution::default() }
}

fn problem(seed: u64, size: usize) -> Problem {
    let fleet = if seed.is_multiple_of(2) { Fleet::Ample } else { Fleet::Scarce };
    if seed % 3 < 2 { random_town(seed, size, fleet) } else { random_plain_town(seed, size, fleet) }
}

/// The value of a solution that the referee has nothing against.
fn checked(problem: &Problem, solution: &Solution, seed: u64) -> Value {
    let report = check(problem, solution);
    assert!(report.violations.is_empty(), "seed {seed}: {:?}", report.violations);
    assert_eq!(report.cost, solution.cost, "seed {seed}");
    value(problem, solution)
}

#[test]
fn tiny_problems_are_solved_to_the_optimum_from_any_start() {
    (0..1_000_u64).into_par_iter().for_each(|seed| {
        let problem = problem(seed, 1 + seed as usize % 4);
        let (least, optimum) = brute_force(&problem);
        let start = jumble(&problem, &mut fastrand::Rng::with_seed(seed));
        let from = |start, iterations| {
            let answer = solve_from(&problem, start, &config(seed, iterations), &Control::none());
            assert_eq!(answer.broken, check(&problem, start).violations, "seed {seed}");
            checked(&problem, &answer.solution, seed)
        };
        from(&start, 0);
        assert_eq!(from(&start, 3_000), least, "seed {seed}");
        assert_eq!(from(&optimum, 0), least, "seed {seed}");
        assert_eq!(from(&optimum, 100), least, "seed {seed}");
    });
}

#[test]
fn a_search_from_a_feasible_start_is_never_worse_than_it() {
    (0..24_u64).into_par_iter().for_each(|seed| {
        // Some with recombination, some without, some in sectors.
        let (size, lanes) = [(40, 1), (90, 2), (500, 3)][seed as usize % 3];
        let problem = problem(seed, size);
        let start = solve(&problem, &config(seed, 300), &Control::none());
        let before = checked(&problem, &start, seed);
        for iterations in [0, 50, 1_500] {
            let config = SolveConfig { lanes: Some(lanes), ..config(seed + 1, iterations) };
            let answer = solve_from(&problem, &start, &config, &Control::none());
            assert!(answer.broken.is_empty(), "seed {seed}: {:?}", answer.broken);
            let after = checked(&problem, &answer.solution, seed);
            assert!(after <= before, "seed {seed}, {iterations} iterations: {after:?} after {before:?}");
        }
    });
}

#[test]
fn no_iterations_give_the_start_back() {
    for seed in 0..12 {
        let problem = problem(seed, 60);
        let start = solve(&problem, &config(seed, 2_000), &Control::none());
        let answer = solve_from(&problem, &start, &config(7, 0), &Control::none()).solution;
        if answer.cost == start.cost {
            assert_eq!(answer, start, "seed {seed}");
        } else {
            // A client that was left out has found a place.
            assert!(value(&problem, &answer) < value(&problem, &start), "seed {seed}");
        }
    }
}

#[test]
fn a_start_is_mended_by_taking_out_what_breaks_it() {
    for seed in 0..30 {
        let problem = problem(seed, 50);
        let start = jumble(&problem, &mut fastrand::Rng::with_seed(seed));
        let at_once = solve_from(&problem, &start, &config(seed, 0), &Control::none());
        let at_once = checked(&problem, &at_once.solution, seed);
        let searched = solve_from(&problem, &start, &config(seed, 2_000), &Control::none());
        assert!(checked(&problem, &searched.solution, seed) <= at_once, "seed {seed}");
    }
}
