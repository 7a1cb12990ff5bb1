//! Several searches side by side that exchange their best at fixed shares of the limit; on large problems each takes a
//! sector of one solution instead (`sectors`).
//!
//! How many lanes there are is part of the config, threads only say how many run at once: with an iteration limit
//! the same lanes do the same work on any number of threads.

use super::anneal::{Lane, Score, Watch};
use super::clock::{Beginning, Clock};
use super::config::{Control, Progress, SolveConfig, Stop};
use super::instance::Instance;
use super::penalty::{Penalised, Rules};
use super::sectors;
use super::stages::MOST;
use super::state::Plan;
use coldmile_units::Seed;
use rayon::prelude::*;

/// Exchanges in a search of several lanes.
const EPOCHS: u32 = 8;

/// Runs all lanes to the end of the limit and returns the best solution.
pub(super) fn run<R: Rules>(
    instance: &Instance<'_>,
    began: Beginning,
    config: &SolveConfig,
    control: &Control<'_>,
) -> Plan {
    let client_count = instance.units.count;
    let lane_count = lane_count(config, client_count);
    let clock = Clock::new(began, config.stop, lane_count, client_count);
    let model = R::of(instance);
    if lane_count > 1 && client_count > MOST {
        return sectors::run::<R>(&model, instance, lane_count, &clock, config.seed, control);
    }
    side_by_side(&model, instance, lane_count, &clock, config.seed, control)
}

fn side_by_side<M: Penalised>(
    model: &M,
    instance: &Instance<'_>,
    lane_count: usize,
    clock: &Clock,
    seed: Seed,
    control: &Control<'_>,
) -> Plan {
    let mut lanes: Vec<Lane<'_, M>> = (0..lane_count as u64)
        .into_par_iter()
        .map(|lane| Lane::new(model, instance, seed.derive(lane)))
        .collect();
    for epoch in 1..=EPOCHS {
        let until = f64::from(epoch) / f64::from(EPOCHS);
        lanes.par_iter_mut().enumerate().for_each(|(at, lane)| {
            let watch = if at == 0 { Watch::Report } else { Watch::Quiet };
            lane.run(clock, until, control, watch);
        });
        if epoch < EPOCHS {
            exchange(&mut lanes);
        }
    }
    let best = best_of(&lanes);
    let iterations = lanes.iter().map(Lane::iterations).sum();
    let last = lanes[best].progress(clock);
    control.report(&Progress { iterations, share: 1.0, ..last });
    lanes[best].best()
}

/// How many searches there are at once.
pub(super) fn lane_count(config: &SolveConfig, client_count: usize) -> usize {
    let by_default = match config.stop {
        Stop::Iterations(_) => 1 + client_count / if client_count > MOST { 400 } else { 200 },
        Stop::Elapsed(_) | Stop::Cpu(_) => rayon::current_num_threads(),
    };
    config.lanes.unwrap_or(by_default.min(8)).max(1)
}

/// The lane that is furthest behind goes on from the best solution of all.
fn exchange<M: Penalised>(lanes: &mut [Lane<'_, M>]) {
    let best = best_of(lanes);
    let worst = (0..lanes.len()).rev().max_by_key(|&at| (lanes[at].best_score(), at)).unwrap_or(best);
    let score = lanes[best].best_score();
    if worst != best && lanes[worst].best_score() > score {
        let plan = lanes[best].best();
        lanes[worst].adopt(&plan);
    }
}

fn best_of<M: Penalised>(lanes: &[Lane<'_, M>]) -> usize {
    let scores: Vec<Score> = lanes.iter().map(Lane::best_score).collect();
    (0..scores.len()).min_by_key(|&at| (scores[at], at)).expect("there is at least one lane")
}
