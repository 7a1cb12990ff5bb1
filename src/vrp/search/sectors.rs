//! Large problems: every lane anneals a sector of one solution, and after every round the sectors are cut anew
//! elsewhere. Two threads do twice the work on the same solution that way, where two searches side by side only have
//! two tries; and what a lane looks at stays small enough to be near the processor.
//!
//! Sectors share no vehicle and no client, so that the lanes need not know of each other; what they hand back adds up.
//! A problem too large for a table of all its ways is searched in sectors in any case, each of which has a table of its
//! own while it is its turn.

use super::anneal::{Lane, Score, Watch};
use super::clock::{Beginning, Clock};
use super::config::{Control, Progress, SolveConfig};
use super::instance::Instance;
use super::penalty::Rules;
use super::plain::PlainRules;
use super::plane::places;
use super::rich::RichRules;
use super::state::Plan;
use super::{Kind, lanes};
use crate::problem::{MOST_DIMENSIONS, Problem};
use coldmile_units::{Idx, Seed};
use rayon::prelude::*;

/// Times that sectors are cut.
const ROUNDS: u32 = 20;
/// In the last of them lanes hand back their best, before that what they stand at.
const LAST_ROUNDS: u32 = 5;
/// Most clients and depots between which all ways are kept in a table; sectors of a larger problem make their own.
pub(super) const MOST_TABLED: usize = 8000;
/// Most clients of a sector of such a problem.
const WIDEST: usize = 2000;
/// Part of a full turn between the cuts of two rounds: no cut comes back soon.
const GOLDEN: f64 = 0.381_966;

/// Part of the solution, with its own vehicles.
struct Sector {
    /// Ascending: where clients of the sector are in the whole problem.
    clients: Vec<u32>,
    /// Vehicles of each type that it may use.
    vehicle_counts: Vec<usize>,
    /// Routes, on clients of the sector.
    plan: Plan,
}

impl Sector {
    /// What is asked of it.
    fn problem(&self, whole: &Problem) -> Problem {
        let clients: Vec<_> = self.clients.iter().map(|&client| Idx::new(client)).collect();
        whole.part(&clients, &self.vehicle_counts)
    }
}

/// What a lane made of its sector.
struct Outcome {
    current: (Plan, Score),
    best: (Plan, Score),
    /// Iterations of this lane since the search began.
    iterations: u64,
}

/// Runs all rounds on a problem whose ways stand in a table to the end of the limit and returns the best solution.
pub(super) fn run<R: Rules>(
    model: &R::Model<'_>,
    instance: &Instance<'_>,
    lane_count: usize,
    clock: &Clock,
    seed: Seed,
    control: &Control<'_>,
) -> Plan {
    let first = Lane::new(model, instance, seed);
    let first = [(first.current(), first.score()), (first.best(), first.best_score())];
    let rounds = Rounds { instance, places: &places(instance.problem), lane_count, clock, seed, control };
    rounds.run(first, |turn, sector, at| turn.anneal::<R>(instance, sector, at))
}

/// The same for a problem that is too large for that.
pub(super) fn run_without_ways(
    instance: &Instance<'_>,
    began: Beginning,
    config: &SolveConfig,
    control: &Control<'_>,
) -> Plan {
    let client_count = instance.problem.clients().len();
    let places = places(instance.problem);
    let least = lanes::lane_count(config, client_count);
    // A multiple, so that as many threads are all busy.
    let lane_count = least * client_count.div_ceil(WIDEST * least).max(1);
    let clock = Clock::new(began, config.stop, lane_count, client_count);
    let nobody = (Plan::default(), Score { missing: usize::MAX, cost: 0 });
    let rounds = Rounds { instance, places: &places, lane_count, clock: &clock, seed: config.seed, control };
    rounds.run([nobody.clone(), nobody], |turn, sector, at| turn.anneal_by_kind(instance, sector, at))
}

/// What all rounds of a search have in common.
struct Rounds<'r, 'c> {
    instance: &'r Instance<'r>,
    places: &'r [[f64; 2]],
    lane_count: usize,
    clock: &'r Clock,
    seed: Seed,
    control: &'r Control<'c>,
}

impl Rounds<'_, '_> {
    /// All of them, from a first solution and the best so far; `anneal` takes one sector on.
    fn run(
        &self,
        [(mut current, _), (mut best, mut best_score)]: [(Plan, Score); 2],
        anneal: impl Fn(&Turn<'_, '_>, &Sector, usize) -> Outcome + Sync,
    ) -> Plan {
        let Self { instance, places, lane_count, clock, seed, control } = *self;
        let mut before = 0;
        for round in 0..ROUNDS {
            // The first round is never left out: it makes the first solution of a problem without a table of ways.
            if round > 0 && (control.is_cancelled() || clock.share(before) >= 1.0) {
                break;
            }
            let sectors = cut(instance, places, &current, lane_count, round);
            let whole = move |part: &Progress| Progress {
                best_cost: best_score.cost,
                is_complete: best_score.missing == 0,
                iterations: part.iterations * lane_count as u64,
                ..*part
            };
            let control = control.relayed(whole);
            // Lanes that count their iterations do not care when they run; those on a clock share the round's time in waves.
            let wave_len = if clock.counts() { sectors.len() } else { rayon::current_num_threads() };
            let waves = sectors.len().div_ceil(wave_len);
            let mut outcomes: Vec<Outcome> = Vec::with_capacity(sectors.len());
            for (wave, part) in sectors.chunks(wave_len).enumerate() {
                let done = f64::from(round) + (wave + 1) as f64 / waves as f64;
                let turn = Turn {
                    seed: seed.derive(u64::from(round) + 1),
                    before,
                    until: done / f64::from(ROUNDS),
                    clock,
                    control: &control,
                };
                outcomes.par_extend(
                    (part.par_iter().enumerate())
                        .map(|(at, sector)| anneal(&turn, sector, wave * wave_len + at)),
                );
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

/// What all lanes know in one round.
struct Turn<'r, 'c> {
    seed: Seed,
    /// Iterations of every lane before this round.
    before: u64,
    /// Share of the limit at which the round ends.
    until: f64,
    clock: &'r Clock,
    control: &'r Control<'c>,
}

impl Turn<'_, '_> {
    /// Anneals one sector.
    fn anneal<R: Rules>(&self, whole: &Instance<'_>, sector: &Sector, at: usize) -> Outcome {
        let problem = sector.problem(whole.problem);
        self.anneal_on::<R>(&whole.part(&problem, &sector.clients), sector, at)
    }

    /// The same by the rules that suit the sector.
    fn anneal_by_kind(&self, whole: &Instance<'_>, sector: &Sector, at: usize) -> Outcome {
        let problem = sector.problem(whole.problem);
        let instance = whole.part(&problem, &sector.clients);
        match Kind::of(&instance) {
            Kind::Plain { has_windows: true } => self.anneal_on::<PlainRules<true>>(&instance, sector, at),
            Kind::Plain { has_windows: false } => self.anneal_on::<PlainRules<false>>(&instance, sector, at),
            Kind::Rich { dimensions: 0..=1, keeps_cold: false } => {
                self.anneal_on::<RichRules<1, 0>>(&instance, sector, at)
            }
            Kind::Rich { dimensions: 0..=4, .. } => self.anneal_on::<RichRules<4, 1>>(&instance, sector, at),
            Kind::Rich { .. } => self.anneal_on::<RichRules<MOST_DIMENSIONS, 1>>(&instance, sector, at),
        }
    }

    fn anneal_on<R: Rules>(&self, instance: &Instance<'_>, sector: &Sector, at: usize) -> Outcome {
        let model = R::of(instance);
        let seed = self.seed.derive(at as u64);
        let mut lane = Lane::resume(&model, instance, seed, &sector.plan, self.before);
        if !sector.clients.is_empty() && sector.vehicle_counts.iter().any(|&count| count > 0) {
            let watch = if at == 0 { Watch::Report } else { Watch::Quiet };
            lane.run(self.clock, self.until, self.control, watch);
        }
        Outcome {
            current: (lane.current(), lane.score()),
            best: (lane.best(), lane.best_score()),
            iterations: lane.iterations(),
        }
    }
}

/// Cuts a solution into sectors of about the same number of clients, around the depot from a direction that differs
/// from round to round.
fn cut(
    instance: &Instance<'_>,
    places: &[[f64; 2]],
    plan: &Plan,
    lane_count: usize,
    round: u32,
) -> Vec<Sector> {
    let client_count = instance.problem.clients().len();
    let turn = |clients: &mut dyn Iterator<Item = u32>| -> f64 {
        let [x, y] = clients.fold([0.0, 0.0], |[x, y], client| {
            let place = places[client as usize];
            [x + place[0], y + place[1]]
        });
        (y.atan2(x) / std::f64::consts::TAU + 1.0 + f64::from(round) * GOLDEN).fract()
    };
    // Vehicles and, one by one, clients in none of them.
    let mut rows: Vec<(f64, usize, Option<usize>)> = Vec::new();
    let mut is_absent = vec![true; client_count];
    for (at, (_, trips)) in plan.vehicles.iter().enumerate() {
        for &client in trips.iter().flatten() {
            is_absent[client as usize] = false;
        }
        let len = trips.iter().map(Vec::len).sum();
        rows.push((turn(&mut trips.iter().flatten().copied()), len, Some(at)));
    }
    // Units stay together: who is planned, or stands for the others, takes them along.
    let units = &instance.units;
    let mut place_of: Vec<u32> = (0..client_count as u32).map(|client| units.lead(client)).collect();
    for client in (0..client_count as u32).filter(|&client| !is_absent[client as usize]) {
        place_of[units.lead(client) as usize] = client;
    }
    let absent: Vec<u32> = (0..client_count as u32)
        .filter(|&client| units.lead(client) == client && is_absent[place_of[client as usize] as usize])
        .collect();
    rows.extend(absent.iter().map(|&client| (turn(&mut std::iter::once(client)), 1, None)));
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
        .map(|sector| gather(instance.problem, plan, &sector_of, sector, &mut members[sector]))
        .collect()
}

/// The clients of a sector, its vehicles, and its share of those that nobody uses.
fn gather(
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
    for (kind, _) in &plan.vehicles {
        spare[*kind as usize] -= 1;
    }
    let lanes = sector_of.iter().max().map_or(1, |last| last + 1);
    let mut vehicle_counts: Vec<usize> =
        spare.iter().map(|count| count / lanes + usize::from(sector < count % lanes)).collect();
    let vehicles = members.iter().map(|&at| {
        let (kind, trips) = &plan.vehicles[at];
        vehicle_counts[*kind as usize] += 1;
        let trips = trips.iter().map(|trip| trip.iter().map(|&client| local[client as usize]).collect());
        (*kind, trips.collect())
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
        plan.vehicles.extend(part.vehicles.iter().map(|(kind, trips)| {
            let trips =
                trips.iter().map(|trip| trip.iter().map(|&client| sector.clients[client as usize]).collect());
            (*kind, trips.collect())
        }));
    }
    (plan, score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::search::config::Stop;
    use crate::search::model::Model;
    use crate::search::rich::RichRules;
    use crate::search::solution;
    use crate::search::tests::{Fleet, random_town};

    #[test]
    fn sectors_share_nobody_and_together_are_the_whole() {
        for seed in 0..40 {
            let problem = random_town(seed, 60, if seed % 2 == 0 { Fleet::Ample } else { Fleet::Scarce });
            let instance = Instance::new(&problem, None);
            let model = RichRules::<4, 1>::of(&instance);
            let lane = Lane::new(&model, &instance, Seed(seed));
            let places = places(&problem);
            for lanes in 1..6 {
                let sectors = cut(&instance, &places, &lane.current(), lanes, lanes as u32);
                let mut clients: Vec<u32> = sectors.iter().flat_map(|s| s.clients.clone()).collect();
                clients.sort_unstable();
                assert!(clients.into_iter().eq(0..60), "seed {seed}");
                for (kind, &count) in model.fleet().iter().enumerate() {
                    let sum: usize = sectors.iter().map(|sector| sector.vehicle_counts[kind]).sum();
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
    fn without_a_table_of_ways_sectors_still_find_a_sound_plan_and_the_same_again() {
        for seed in 0..12 {
            let problem = random_town(seed, 60, if seed % 2 == 0 { Fleet::Ample } else { Fleet::Scarce });
            let instance = Instance::without_ways(&problem, &places(&problem), None);
            let config = SolveConfig {
                seed: Seed(seed),
                stop: Stop::Iterations(3000),
                lanes: Some(3),
                ..SolveConfig::default()
            };
            let solve = || run_without_ways(&instance, Beginning::now(), &config, &Control::none());
            let plan = solve();
            assert_eq!(plan, solve(), "seed {seed}");
            let order: Vec<_> = problem.clients().indices().collect();
            let solution = solution(&problem, &instance, &order, &plan);
            let report = check(&problem, &solution);
            assert!(report.violations.is_empty(), "seed {seed}: {:?}", report.violations);
            assert_eq!(report.cost, solution.cost, "seed {seed}");
            assert!(seed % 2 == 1 || solution.unplanned.len() < 20, "seed {seed}");
        }
    }
}
