//! Decomposition of large problems: every lane anneals a sector of one solution, and after every round the sectors are cut
//! anew elsewhere. Two threads then do twice the work on the same solution, where two independent searches only make
//! two attempts; and what a lane reads stays small enough for the cache.
//!
//! Sectors share no vehicle and no client, so that lanes need no synchronisation and their outcomes add up. A problem too
//! large for a table of all its arcs is always searched in sectors, each of which has a table of its own while it is
//! annealed.

use super::annealing::{FirstSolution, Lane, Reporting, Score};
use super::client_units::{ClientUnits, unit_prizes};
use super::clock::{Clock, StartTime, is_time_up};
use super::config::{Control, Progress, SolveConfig};
use super::embedding::planar_positions;
use super::index::NONE;
use super::instance::Instance;
use super::neighbourhoods::Neighbourhoods;
use super::penalty::RuleFamily;
use super::rule_set::{RuleSet, WithRules};
use super::state::Plan;
use crate::problem::Problem;
use crate::schedule::schedule;
use crate::solution::{Route, Trip};
use coldmile_units::{Idx, Seed};
use rayon::prelude::*;

/// Rounds, each with its own sectors.
const ROUNDS: u32 = 20;
/// In the last of them lanes hand back their best solutions, before that the present ones.
const LAST_ROUNDS: u32 = 5;
/// Clients and depots up to which all arcs are kept in one table; sectors of a larger problem make their own.
pub(super) const MAX_TABLED: usize = 8000;
/// Clients of a sector of such a problem at most.
const MAX_SECTOR_CLIENTS: usize = 2000;
/// Share of a time limit that preparation may take before the first solution is built in a hurry, …
pub(super) const MAX_PREPARED_SHARE: f64 = 0.4;
/// … in sectors of so many clients at most.
const MAX_HURRIED_CLIENTS: usize = 250;
/// Share of a full turn (the golden angle) between the cuts of two rounds, so that no cut comes back soon.
const GOLDEN: f64 = 0.381_966;

/// Part of the solution, with its own vehicles.
struct Sector {
    /// Ascending: the positions of its clients in the whole problem.
    clients: Vec<u32>,
    /// Vehicles of each type that it may use.
    vehicle_counts: Vec<usize>,
    /// Routes, on clients of the sector.
    plan: Plan,
}

impl Sector {
    /// The problem of this sector.
    fn problem(&self, whole: &Problem) -> Problem {
        let clients: Vec<_> = self.clients.iter().map(|&client| Idx::new(client)).collect();
        whole.part(&clients, &self.vehicle_counts)
    }
}

/// What a lane made of its sector.
struct Outcome {
    current: (Plan, Score),
    best: (Plan, Score),
    /// Iterations of this lane since the search started.
    iterations: u64,
}

/// Runs all rounds on a problem with a table of arcs, from `start` where there is one, and returns the best solution.
pub(super) fn run<R: RuleFamily>(
    model: &R::Model<'_>,
    instance: &Instance<'_>,
    start: Option<&Plan>,
    lane_count: usize,
    clock: &Clock,
    seed: Seed,
    control: &Control<'_>,
) -> Plan {
    let first = Lane::new(model, instance, seed, start, || is_time_up(clock, control));
    let first = [(first.current(), first.score()), (first.best(), first.best_score())];
    let positions = planar_positions(instance.problem);
    let solution = Partition { problem: instance.problem, units: &instance.units, positions: &positions };
    let rounds = Rounds {
        partition: &solution,
        first_solution: if start.is_some() { FirstSolution::Given } else { FirstSolution::Built },
        lane_count,
        first_sectors: lane_count,
        clock,
        seed,
        control,
    };
    rounds.run(first, |round, sector, at| {
        let problem = sector.problem(instance.problem);
        round.anneal::<R>(&instance.part(&problem, &sector.clients), sector, at)
    })
}

/// A problem too large for a table of all its arcs.
pub(super) struct LargeProblem<'p> {
    pub problem: &'p Problem,
    pub units: &'p ClientUnits,
    /// Of its clients on a plane.
    pub positions: &'p [[f64; 2]],
    pub neighbourhoods: &'p Neighbourhoods,
}

impl LargeProblem<'_> {
    /// Runs all rounds, from `start` where there is one, and returns the best solution.
    pub fn search(
        &self,
        start: Option<&Plan>,
        started_at: StartTime,
        config: &SolveConfig,
        control: &Control<'_>,
    ) -> Plan {
        let client_count = self.problem.clients().len();
        let min_lanes = config.lane_count(client_count);
        // A multiple, so that as many threads are all busy.
        let lane_count = min_lanes * client_count.div_ceil(MAX_SECTOR_CLIENTS * min_lanes).max(1);
        let clock = Clock::new(started_at, config.stop, lane_count, client_count);
        let partition = Partition { problem: self.problem, units: self.units, positions: self.positions };
        let first_solution = if start.is_some() { FirstSolution::Given } else { FirstSolution::Built };
        let first = match start {
            Some(start) => (start.clone(), partition.score(start)),
            None => (Plan::default(), Score { missing: usize::MAX, cost: 0 }),
        };
        // Small sectors take far less time to prepare: the square of their clients counts.
        let first_sectors = if clock.timed_share() > MAX_PREPARED_SHARE || control.is_cancelled() {
            lane_count.max(client_count.div_ceil(MAX_HURRIED_CLIENTS))
        } else {
            lane_count
        };
        let seed = config.seed;
        let rounds = Rounds {
            partition: &partition,
            first_solution,
            lane_count,
            first_sectors,
            clock: &clock,
            seed,
            control,
        };
        rounds.run([first.clone(), first], |round, sector, at| {
            let problem = sector.problem(self.problem);
            let instance = Instance::of_part(&problem, self.neighbourhoods.part(&sector.clients));
            RuleSet::of(&instance).apply(OneSector { round, instance: &instance, sector, at })
        })
    }
}

/// The annealing of one sector, under rules still to be chosen.
struct OneSector<'s, 'r, 'c> {
    round: &'s Round<'r, 'c>,
    instance: &'s Instance<'s>,
    sector: &'s Sector,
    at: usize,
}

impl WithRules for OneSector<'_, '_, '_> {
    type Output = Outcome;

    fn call<R: RuleFamily>(self) -> Outcome {
        self.round.anneal::<R>(self.instance, self.sector, self.at)
    }
}

/// What all rounds of a search have in common.
struct Rounds<'r, 'c> {
    partition: &'r Partition<'r>,
    first_solution: FirstSolution,
    lane_count: usize,
    /// Sectors of the first round.
    first_sectors: usize,
    clock: &'r Clock,
    seed: Seed,
    control: &'r Control<'c>,
}

impl Rounds<'_, '_> {
    /// Runs all of them, from a first solution and the best so far; `anneal` goes on with one sector.
    fn run(
        &self,
        [(mut current, _), (mut best, mut best_score)]: [(Plan, Score); 2],
        anneal: impl Fn(&Round<'_, '_>, &Sector, usize) -> Outcome + Sync,
    ) -> Plan {
        let Self { partition, first_solution, lane_count, first_sectors, clock, seed, control } = *self;
        let mut before = 0;
        for round in 0..ROUNDS {
            // The first round is never skipped: it builds the first solution of a problem without a table of arcs.
            if round > 0 && (control.is_cancelled() || clock.share(before) >= 1.0) {
                break;
            }
            let sectors = partition.cut(&current, if round == 0 { first_sectors } else { lane_count }, round);
            let whole = move |part: &Progress| Progress {
                best_cost: best_score.cost,
                is_complete: best_score.missing == 0,
                iterations: part.iterations * lane_count as u64,
                ..*part
            };
            let control = control.relayed(whole);
            // With a limit of iterations it does not matter when a lane runs; with one of time, lanes share the round's time in
            // waves of as many as there are threads.
            let wave_len =
                if clock.is_iteration_limit() { sectors.len() } else { rayon::current_num_threads() };
            let waves = sectors.len().div_ceil(wave_len);
            let mut outcomes: Vec<Outcome> = Vec::with_capacity(sectors.len());
            for (wave, part) in sectors.chunks(wave_len).enumerate() {
                let done = f64::from(round) + (wave + 1) as f64 / waves as f64;
                let context = Round {
                    seed: seed.derive(u64::from(round) + 1),
                    first_solution,
                    before,
                    until: done / f64::from(ROUNDS),
                    clock,
                    control: &control,
                };
                outcomes.par_extend((part.par_iter().enumerate()).map(|(at, sector)| {
                    // There is a whole solution already: what is left of the round is left as it stands.
                    if round > 0 && is_time_up(clock, &control) {
                        partition.as_it_stands(sector, before)
                    } else {
                        anneal(&context, sector, wave * wave_len + at)
                    }
                }));
            }
            before = outcomes.iter().map(|outcome| outcome.iterations).fold(before, u64::max);
            let (found, found_score) = join(&sectors, outcomes.iter().map(|outcome| &outcome.best));
            let (stands, _) = join(&sectors, outcomes.iter().map(|outcome| &outcome.current));
            current = if round + LAST_ROUNDS >= ROUNDS { found.clone() } else { stands };
            if found_score < best_score {
                (best, best_score) = (found, found_score);
            }
        }
        control.report(&Progress {
            best_cost: best_score.cost,
            is_complete: best_score.missing == 0,
            iterations: before * lane_count as u64,
            seconds: clock.seconds(),
            share: 1.0,
        });
        best
    }
}

/// What all lanes share in one round.
struct Round<'r, 'c> {
    seed: Seed,
    first_solution: FirstSolution,
    /// Iterations of every lane before this round.
    before: u64,
    /// Share of the limit at which the round ends.
    until: f64,
    clock: &'r Clock,
    control: &'r Control<'c>,
}

impl Round<'_, '_> {
    /// Anneals one sector, whose instance this is.
    fn anneal<R: RuleFamily>(&self, instance: &Instance<'_>, sector: &Sector, at: usize) -> Outcome {
        let model = R::model(instance);
        let seed = self.seed.derive(at as u64);
        let is_late = || is_time_up(self.clock, self.control);
        let present = (&sector.plan, self.first_solution);
        let mut lane = Lane::resume(&model, instance, seed, present, self.before, is_late);
        if !sector.clients.is_empty() && sector.vehicle_counts.iter().any(|&count| count > 0) {
            let reporting = if at == 0 { Reporting::Report } else { Reporting::Quiet };
            lane.run(self.clock, self.until, self.control, reporting);
        }
        Outcome {
            current: (lane.current(), lane.score()),
            best: (lane.best(), lane.best_score()),
            iterations: lane.iterations(),
        }
    }
}

/// What decides the sectors of a solution.
struct Partition<'p> {
    problem: &'p Problem,
    units: &'p ClientUnits,
    positions: &'p [[f64; 2]],
}

impl Partition<'_> {
    /// A sector that no lane has worked on.
    fn as_it_stands(&self, sector: &Sector, before: u64) -> Outcome {
        let problem = sector.problem(self.problem);
        let standing = (sector.plan.clone(), score(&problem, &ClientUnits::new(&problem), &sector.plan));
        Outcome { current: standing.clone(), best: standing, iterations: before }
    }

    /// How good a whole solution is.
    fn score(&self, plan: &Plan) -> Score {
        score(self.problem, self.units, plan)
    }

    /// Cuts a solution into sectors of about the same number of clients, around the depot from a direction that differs
    /// from round to round.
    fn cut(&self, plan: &Plan, lane_count: usize, round: u32) -> Vec<Sector> {
        let Self { problem, positions, .. } = *self;
        let client_count = problem.clients().len();
        let angle = |clients: &mut dyn Iterator<Item = u32>| -> f64 {
            let [x, y] = clients.fold([0.0, 0.0], |[x, y], client| {
                let place = positions[client as usize];
                [x + place[0], y + place[1]]
            });
            (y.atan2(x) / std::f64::consts::TAU + 1.0 + f64::from(round) * GOLDEN).fract()
        };
        // Vehicles, and absent clients one by one.
        let mut rows: Vec<(f64, usize, Option<usize>)> = Vec::new();
        let mut is_absent = vec![true; client_count];
        for (at, (_, trips)) in plan.vehicles.iter().enumerate() {
            for &client in trips.iter().flatten() {
                is_absent[client as usize] = false;
            }
            let len = trips.iter().map(Vec::len).sum();
            rows.push((angle(&mut trips.iter().flatten().copied()), len, Some(at)));
        }
        // Units stay together, where the planned member is, or else the lead.
        let units = self.units;
        let mut place_of: Vec<u32> = (0..client_count as u32).map(|client| units.lead(client)).collect();
        for client in (0..client_count as u32).filter(|&client| !is_absent[client as usize]) {
            place_of[units.lead(client) as usize] = client;
        }
        let absent: Vec<u32> = (0..client_count as u32)
            .filter(|&client| units.lead(client) == client && is_absent[place_of[client as usize] as usize])
            .collect();
        rows.extend(absent.iter().map(|&client| (angle(&mut std::iter::once(client)), 1, None)));
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|&a, &b| rows[a].0.total_cmp(&rows[b].0).then(a.cmp(&b)));
        let row_count = rows.iter().map(|(_, len, _)| len).sum::<usize>().max(1);
        let mut sector_of = vec![0; client_count];
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); lane_count];
        let mut passed = 0;
        for at in order {
            let (_, len, vehicle) = rows[at];
            let sector = ((passed + len / 2) * lane_count / row_count).min(lane_count - 1);
            passed += len;
            if let Some(vehicle) = vehicle {
                members[sector].push(vehicle);
                for &client in plan.vehicles[vehicle].1.iter().flatten() {
                    sector_of[client as usize] = sector;
                }
            } else {
                sector_of[absent[at - plan.vehicles.len()] as usize] = sector;
            }
        }
        if !units.is_trivial() {
            for client in 0..client_count as u32 {
                sector_of[client as usize] = sector_of[place_of[units.lead(client) as usize] as usize];
            }
        }
        (0..lane_count)
            .map(|sector| build_sector(problem, plan, &sector_of, sector, &mut members[sector]))
            .collect()
    }
}

/// How good a solution is, from its routes alone.
fn score(problem: &Problem, units: &ClientUnits, plan: &Plan) -> Score {
    let prizes = unit_prizes(problem, units);
    let mut score = Score { missing: 0, cost: 0 };
    let mut is_absent = vec![true; problem.clients().len()];
    for (vehicle_type, trips) in &plan.vehicles {
        for &client in trips.iter().flatten() {
            is_absent[units.lead(client) as usize] = false;
        }
        let trips = trips
            .iter()
            .map(|trip| Trip { clients: trip.iter().map(|&client| Idx::new(client)).collect() })
            .collect();
        score.cost += schedule(problem, &Route { vehicle_type: *vehicle_type, trips }).cost;
    }
    for client in (0..problem.clients().len() as u32).filter(|&client| units.lead(client) == client) {
        match prizes[client as usize] {
            _ if !is_absent[client as usize] => {}
            Some(prize) => score.cost += prize,
            None => score.missing += if units.partner(client) == NONE { 1 } else { 2 },
        }
    }
    score
}

/// The clients of a sector, its vehicles, and its share of the unused vehicles.
fn build_sector(
    problem: &Problem,
    plan: &Plan,
    sector_of: &[usize],
    sector: usize,
    members: &mut [usize],
) -> Sector {
    members.sort_unstable();
    let mut local = vec![0; sector_of.len()];
    let mut clients = Vec::new();
    for (client, _) in sector_of.iter().enumerate().filter(|(_, other)| **other == sector) {
        local[client] = clients.len() as u32;
        clients.push(client as u32);
    }
    let mut spare: Vec<usize> = problem.vehicle_types().iter().map(|row| row.count).collect();
    for (vehicle_type, _) in &plan.vehicles {
        spare[vehicle_type.get()] -= 1;
    }
    let lanes = sector_of.iter().max().map_or(1, |last| last + 1);
    let mut vehicle_counts: Vec<usize> =
        spare.iter().map(|count| count / lanes + usize::from(sector < count % lanes)).collect();
    let vehicles = members.iter().map(|&at| {
        let (vehicle_type, trips) = &plan.vehicles[at];
        vehicle_counts[vehicle_type.get()] += 1;
        let trips = trips.iter().map(|trip| trip.iter().map(|&client| local[client as usize]).collect());
        (*vehicle_type, trips.collect())
    });
    let plan = Plan { vehicles: vehicles.collect() };
    Sector { clients, vehicle_counts, plan }
}

/// One solution from those of all sectors.
fn join<'b>(sectors: &[Sector], parts: impl Iterator<Item = &'b (Plan, Score)>) -> (Plan, Score) {
    let mut plan = Plan::default();
    let mut score = Score { missing: 0, cost: 0 };
    for (sector, (part, value)) in sectors.iter().zip(parts) {
        score.missing += value.missing;
        score.cost += value.cost;
        plan.vehicles.extend(part.vehicles.iter().map(|(vehicle_type, trips)| {
            let trips =
                trips.iter().map(|trip| trip.iter().map(|&client| sector.clients[client as usize]).collect());
            (*vehicle_type, trips.collect())
        }));
    }
    (plan, score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::search::config::StoppingCriterion;
    use crate::search::model::SearchModel;
    use crate::search::obstacles::{JointInsertions, Obstacles};
    use crate::search::rich::RichRules;
    use crate::search::solve::answer;
    use crate::search::state::State;
    use crate::search::tests::{Fleet, random_town};
    use std::time::Duration;

    #[test]
    fn sectors_are_disjoint_and_together_are_the_whole() {
        for seed in 0..40 {
            let problem = random_town(seed, 60, if seed % 2 == 0 { Fleet::Ample } else { Fleet::Scarce });
            let instance = Instance::new(&problem, None);
            let model = RichRules::<4, 1, { crate::problem::MAX_FADING }>::model(&instance);
            let lane = Lane::new(&model, &instance, Seed(seed), None, || false);
            let positions = planar_positions(&problem);
            let partition = Partition { problem: &problem, units: &instance.units, positions: &positions };
            for lanes in 1..6 {
                let sectors = partition.cut(&lane.current(), lanes, lanes as u32);
                let mut clients: Vec<u32> = sectors.iter().flat_map(|s| s.clients.clone()).collect();
                clients.sort_unstable();
                assert!(clients.into_iter().eq(0..60), "seed {seed}");
                for (vehicle_type, &count) in model.fleet().iter().enumerate() {
                    let sum: usize = sectors.iter().map(|sector| sector.vehicle_counts[vehicle_type]).sum();
                    assert!(sum <= count as usize, "seed {seed}");
                }
                let parts: Vec<_> = sectors
                    .iter()
                    .map(|sector| (sector.plan.clone(), Score { missing: 0, cost: 0 }))
                    .collect();
                let (mut whole, _) = join(&sectors, parts.iter());
                let mut before = lane.current();
                whole.vehicles.sort();
                before.vehicles.sort();
                assert_eq!(whole, before, "seed {seed}");
            }
        }
    }

    #[test]
    fn a_sector_that_no_lane_works_on_has_the_score_of_its_plan() {
        for seed in 0..40 {
            let problem = random_town(seed, 60, if seed % 2 == 0 { Fleet::Ample } else { Fleet::Scarce });
            let instance = Instance::new(&problem, None);
            let model = RichRules::<4, 1, { crate::problem::MAX_FADING }>::model(&instance);
            let lane = Lane::new(&model, &instance, Seed(seed), None, || false);
            let positions = planar_positions(&problem);
            let partition = Partition { problem: &problem, units: &instance.units, positions: &positions };
            for sector in partition.cut(&lane.current(), 3, 1) {
                let outcome = partition.as_it_stands(&sector, 7);
                let part = sector.problem(&problem);
                let of_part = instance.part(&part, &sector.clients);
                let model = RichRules::<4, 1, { crate::problem::MAX_FADING }>::model(&of_part);
                let mut state = State::empty(&model);
                state.restore(&model, &sector.plan);
                let missing = state.absent.iter().filter(|&&lead| of_part.prizes[lead as usize].is_none());
                let stops = |lead: &u32| if of_part.units.partner(*lead) == NONE { 1 } else { 2 };
                let left_out = state.absent.iter().filter_map(|&lead| of_part.prizes[lead as usize]);
                let score =
                    Score { missing: missing.map(stops).sum(), cost: state.cost + left_out.sum::<i64>() };
                assert_eq!((outcome.best.1, outcome.iterations), (score, 7), "seed {seed}");
            }
        }
    }

    #[test]
    fn without_a_table_of_arcs_sectors_find_a_feasible_plan_and_the_same_again() {
        for seed in 0..12 {
            let problem = random_town(seed, 60, if seed % 2 == 0 { Fleet::Ample } else { Fleet::Scarce });
            let units = ClientUnits::new(&problem);
            let prizes = unit_prizes(&problem, &units);
            let positions = planar_positions(&problem);
            let neighbourhoods = Neighbourhoods::on_plane(&problem, &positions, None, &|| false);
            let large = LargeProblem {
                problem: &problem,
                units: &units,
                positions: &positions,
                neighbourhoods: &neighbourhoods,
            };
            let config = SolveConfig {
                seed: Seed(seed),
                stop: StoppingCriterion::Iterations(3000),
                lanes: Some(3),
                ..SolveConfig::default()
            };
            let solve = || large.search(None, StartTime::now(), &config, &Control::none());
            let plan = solve();
            assert_eq!(plan, solve(), "seed {seed}");
            let at_once = SolveConfig { stop: StoppingCriterion::Elapsed(Duration::ZERO), ..config };
            let hurried = large.search(None, StartTime::now(), &at_once, &Control::none());
            for plan in [plan, hurried] {
                let order: Vec<_> = problem.clients().indices().collect();
                let obstacles = Obstacles::new(&problem, &units, &prizes, JointInsertions::NotTried);
                let solution = answer(&problem, &order, &obstacles, &plan);
                let report = check(&problem, &solution);
                assert!(report.violations.is_empty(), "seed {seed}: {:?}", report.violations);
                assert_eq!(report.cost, solution.cost, "seed {seed}");
                assert!(seed % 2 == 1 || solution.unplanned.len() < 20, "seed {seed}");
            }
        }
    }
}
