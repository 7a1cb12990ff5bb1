//! p-center: the least radius with which p sites cover all clients, by bisection on the distances.
//!
//! Each step asks whether p sites can cover all clients with a radius (Minieka, SIAM Review 12, 1970): a covering problem,
//! solved by the uncapacitated model. A radius that is refused raises the bound, one that is met lowers the objective to the
//! farthest client of the sites found.

use super::super::problem::{Problem, Status};
use super::clock::Clock;
use super::model::{CostRule, Model};
use super::uncapacitated::{Outcome, minimise};
use coldmile_units::Seed;

/// Iterations for each radius in the first round.
const FIRST_EFFORT: u64 = 400;

/// The open sites and the bound on the radius.
pub(super) fn minimise_radius(
    problem: &Problem,
    seed: Seed,
    clock: &mut Clock<'_>,
    report: impl Fn(&mut Clock<'_>, Option<f64>, f64),
) -> Outcome {
    let radii = distinct_distances(problem);
    let (mut low, mut high) = (lowest(problem, &radii), radii.len());
    let mut best: Option<Vec<u32>> = None;
    let mut effort = FIRST_EFFORT;
    // Radii below position `low` are refused, that at `high` is met. A radius that takes too long is left for a later round:
    // both sides of it are searched first.
    while low < high && !clock.is_over() {
        let (mut from, mut to) = (low, high);
        let mut unknown: Option<usize> = None;
        let mut is_above = false;
        while !clock.is_over() {
            if from >= to {
                match unknown {
                    Some(at) if !is_above && at + 1 < high => {
                        is_above = true;
                        (from, to) = (at + 1, high);
                    }
                    _ => break,
                }
            }
            let middle = usize::midpoint(from, to - 1);
            let model = Model::new(problem, CostRule::CoverAll { radius: radii[middle] });
            let objective = best.is_some().then(|| radii[high]);
            let bound = radii[low];
            let outcome =
                minimise(&model, seed, clock, effort, |clock, _, _| report(clock, objective, bound));
            match outcome.open {
                Some(open) => {
                    let farthest = farthest_client(problem, &open);
                    high = high.min(radii.partition_point(|radius| *radius < farthest));
                    to = to.min(high);
                    best = Some(open);
                }
                None if outcome.is_proved => {
                    low = middle + 1;
                    from = from.max(low);
                }
                None if is_above => from = middle + 1,
                None => {
                    unknown = unknown.or(Some(middle));
                    to = middle;
                }
            }
        }
        effort = effort.saturating_mul(4);
    }
    let is_proved = low >= high;
    let bound = radii.get(low).copied().unwrap_or(f64::INFINITY);
    if best.is_none() && !is_proved {
        // The time was over before any radius was met: any sites that the rules allow will do.
        let model = Model::new(problem, CostRule::CoverAll { radius: f64::INFINITY });
        let outcome = minimise(&model, seed, clock, u64::MAX, |_, _, _| {});
        best = outcome.open;
    }
    Outcome { open: best, bound, is_proved }
}

/// All distances, ascending, each once.
fn distinct_distances(problem: &Problem) -> Vec<f64> {
    let mut radii: Vec<f64> = Vec::new();
    for client in 0..problem.clients().len() {
        let known = radii.len();
        problem.distances().for_each(client, |_, distance| radii.push(distance));
        // Sorting now and then keeps the list short.
        if radii.len() > 2 * known.max(1 << 16) || client + 1 == problem.clients().len() {
            radii.sort_unstable_by(f64::total_cmp);
            radii.dedup();
        }
    }
    radii
}

/// Position of the first radius with which every client has a site that may be open.
fn lowest(problem: &Problem, radii: &[f64]) -> usize {
    let mut farthest = 0.0_f64;
    for client in 0..problem.clients().len() {
        let mut closest = f64::INFINITY;
        problem.distances().for_each(client, |site, distance| {
            if problem.sites()[site].status != Status::Closed {
                closest = closest.min(distance);
            }
        });
        farthest = farthest.max(closest);
    }
    radii.partition_point(|radius| *radius < farthest)
}

fn farthest_client(problem: &Problem, open: &[u32]) -> f64 {
    let closest = |client: usize| {
        let distances = open.iter().map(|site| problem.distances().of(client, *site as usize));
        distances.fold(f64::INFINITY, f64::min)
    };
    (0..problem.clients().len()).map(closest).fold(0.0, f64::max)
}
