//! Several searches in parallel that exchange their best solutions at fixed shares of the limit; on large problems each
//! takes a sector of one solution instead ([`decomposition`](super::decomposition)).
//!
//! How many lanes there are is part of the config, threads only say how many run at once: with an iteration limit
//! the same lanes do the same work on any number of threads.

use super::annealing::{Lane, Reporting, Score};
use super::clock::{Clock, StartTime, is_time_up};
use super::config::{Control, Progress, SolveConfig};
use super::decomposition;
use super::instance::Instance;
use super::params::MAX_RECOMBINED_CLIENTS;
use super::penalty::{PenalisedModel, RuleFamily};
use super::state::Plan;
use coldmile_units::Seed;
use rayon::prelude::*;

/// Exchanges in a search of several lanes.
const EPOCHS: u32 = 8;

/// Runs all lanes to the end of the limit, from `start` where there is one, and returns the best solution.
pub(super) fn run<R: RuleFamily>(
    instance: &Instance<'_>,
    start: Option<&Plan>,
    started_at: StartTime,
    config: &SolveConfig,
    control: &Control<'_>,
) -> Plan {
    let client_count = instance.units.count;
    let lane_count = config.lane_count(client_count);
    // Members of a group count each: which of them is served matters, too.
    let size = instance.problem.clients().len();
    let clock = Clock::new(started_at, config.stop, lane_count, size);
    let model = R::model(instance);
    if lane_count > 1 && client_count > MAX_RECOMBINED_CLIENTS {
        return decomposition::run::<R>(&model, instance, start, lane_count, &clock, config.seed, control);
    }
    in_parallel(&model, instance, start, lane_count, &clock, config.seed, control)
}

fn in_parallel<M: PenalisedModel>(
    model: &M,
    instance: &Instance<'_>,
    start: Option<&Plan>,
    lane_count: usize,
    clock: &Clock,
    seed: Seed,
    control: &Control<'_>,
) -> Plan {
    let mut lanes: Vec<Lane<'_, M>> = (0..lane_count as u64)
        .into_par_iter()
        .map(|lane| Lane::new(model, instance, seed.derive(lane), start, || is_time_up(clock, control)))
        .collect();
    for epoch in 1..=EPOCHS {
        let until = f64::from(epoch) / f64::from(EPOCHS);
        lanes.par_iter_mut().enumerate().for_each(|(at, lane)| {
            let reporting = if at == 0 { Reporting::Report } else { Reporting::Quiet };
            lane.run(clock, until, control, reporting);
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

/// The lane with the worst best solution goes on from the best of all.
fn exchange<M: PenalisedModel>(lanes: &mut [Lane<'_, M>]) {
    let best = best_of(lanes);
    let worst = (0..lanes.len()).rev().max_by_key(|&at| (lanes[at].best_score(), at)).unwrap_or(best);
    let score = lanes[best].best_score();
    if worst != best && lanes[worst].best_score() > score {
        let plan = lanes[best].best();
        lanes[worst].adopt(&plan);
    }
}

fn best_of<M: PenalisedModel>(lanes: &[Lane<'_, M>]) -> usize {
    let scores: Vec<Score> = lanes.iter().map(Lane::best_score).collect();
    (0..scores.len()).min_by_key(|&at| (scores[at], at)).expect("there is at least one lane")
}
