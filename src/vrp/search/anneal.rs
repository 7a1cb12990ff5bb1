//! One lane: simulated annealing over ruin and recreate, by itself on one thread, in turns with recombination where the
//! problem is small (`stages`).

use super::breed::Breeder;
use super::clock::Clock;
use super::company::gather;
use super::config::{Control, Progress};
use super::instance::{FAR, Instance};
use super::penalty::Penalised;
use super::recreate::{Manner, NewTrips, Prizes, recreate, venture};
use super::ruin::{RuinSize, ruin};
use super::savings::savings;
use super::stages::{MOST, Stage, Stages, Start};
use super::state::{NONE, Plan, Record, State};
use crate::units::{Idx, Seed};

/// Solutions before the first child.
const FRESH: usize = 24;
/// Iterations between looks at the clock.
const BREATH: u64 = 128;
/// One iteration in this many inserts optional clients whatever their prize.
const FREE_PRIZES: u32 = 8;
/// With prizes, one iteration in this many opens a trip for a few optional clients at once.
const VENTURES: u32 = 3;
/// With prizes, one iteration in this many opens trips whenever that is cheaper: nobody must be served, so that trips
/// come into being only where they pay.
const PAYING_TRIPS: u32 = 2;
/// With several vehicle types, one iteration in this many lets touched vehicles change theirs.
const TYPE_CHANGE: u32 = 3;
/// With several vehicle types, one iteration in this many lets two neighbouring vehicles exchange theirs.
const TYPE_EXCHANGE: u32 = 24;
/// One iteration in two puts several clients on a trip at once, where some fit nowhere alone and where there are at most
/// so many clients: what is greedy is easily trapped there. With more clients fewer iterations do.
const GATHERED: u32 = 16;
/// An absent client's penalty doubles after this many iterations.
const PATIENCE: i64 = 64;
/// How often its own size a penalty may become.
const MOST_PRESSING: i64 = 8;

/// Clients from which on iterations stay in one neighbourhood for a while; with windows, where routes reach farther.
const LARGE: [usize; 2] = [700, 4000];
/// How many of them.
const FOCUSED: u64 = 512;

/// How good a solution is: first how many are missing who must be served, then cost and forgone prizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score {
    pub missing: usize,
    pub cost: i64,
}

/// Whether somebody may be left out at a price.
fn has_prizes(instance: &Instance<'_>) -> bool {
    instance.prizes.iter().any(Option::is_some)
}

/// A search with its own random numbers.
pub(super) struct Lane<'a, M: Penalised> {
    model: &'a M,
    instance: &'a Instance<'a>,
    state: State<M>,
    rng: fastrand::Rng,
    /// Penalties of absence as they have grown.
    penalties: Vec<i64>,
    best: Record,
    best_score: Score,
    mean_arc: f64,
    /// Around whom a large problem is searched at the moment.
    centre: u32,
    /// Iterations left around it.
    focused: u64,
    /// From how many iterations on the mean arc may be measured anew.
    measure_from: u64,
    iterations: u64,
    /// Recombination, where it suits the problem.
    breeder: Option<Breeder<'a, M>>,
    stages: Stages,
    stage: Stage,
    has_prizes: bool,
    /// The best since the present stage began, unless it is the best of all.
    local: Option<Plan>,
    local_score: Score,
}

impl<'a, M: Penalised> Lane<'a, M> {
    /// A lane with a first solution.
    pub fn new(model: &'a M, instance: &'a Instance<'a>, seed: Seed) -> Self {
        let breeder = Breeder::new(model, instance);
        let stages =
            Stages::new(model.units().count, breeder.is_some(), instance.has_windows, has_prizes(instance));
        let mut lane = Self::blank(model, instance, seed, breeder, stages);
        lane.fill();
        lane
    }

    /// A first solution.
    fn fill(&mut self) {
        if M::TURNS && self.model.client_count() > MOST && self.model.can_descend() {
            self.state.restore(self.model, &savings(self.model, self.instance));
        }
        self.state.begin();
        // Who does not pay his way is easily left out later; a trip for many who pay together is hard to find.
        let manner = Manner { new_trips: NewTrips::WhenNothingElseFits, prizes: Prizes::Ignored };
        recreate(&mut self.state, self.model, self.instance, manner, 0, 0, &mut self.rng);
        self.state.commit();
        self.keep_best();
    }

    /// A lane that only anneals, from this solution on, after so many iterations of others before it; an empty one
    /// is filled first.
    pub fn resume(model: &'a M, instance: &'a Instance<'a>, seed: Seed, plan: &Plan, before: u64) -> Self {
        let stages = Stages::once(model.client_count(), instance.has_windows, has_prizes(instance));
        let mut lane = Self::blank(model, instance, seed, None, stages);
        lane.iterations = before;
        if plan.vehicles.is_empty() {
            lane.fill();
        } else {
            lane.state.restore(model, plan);
            lane.keep_best();
        }
        lane
    }

    fn blank(
        model: &'a M,
        instance: &'a Instance<'a>,
        seed: Seed,
        breeder: Option<Breeder<'a, M>>,
        stages: Stages,
    ) -> Self {
        Self {
            stages,
            breeder,
            stage: stages.at(0.0, 0, false),
            has_prizes: has_prizes(instance),
            local: None,
            local_score: Score { missing: usize::MAX, cost: i64::MAX },
            model,
            instance,
            state: State::empty(model),
            rng: seed.rng(),
            penalties: instance.penalties.clone(),
            best: Record::default(),
            best_score: Score { missing: usize::MAX, cost: i64::MAX },
            mean_arc: 0.0,
            centre: 0,
            focused: 0,
            measure_from: 0,
            iterations: 0,
        }
    }

    /// The solution it stands at.
    pub fn current(&self) -> Plan {
        self.state.plan()
    }

    /// How good that one is.
    pub fn score(&self) -> Score {
        let mut score = Score { missing: 0, cost: self.state.cost };
        for &client in &self.state.absent {
            if self.is_required(client) {
                let is_pair = M::UNITS && self.model.units().partner(client) != NONE;
                score.missing += if is_pair { 2 } else { 1 };
            } else {
                score.cost += self.instance.penalties[client as usize];
            }
        }
        score
    }

    /// How good the best solution so far is.
    pub fn best_score(&self) -> Score {
        self.best_score
    }

    /// The best solution so far.
    pub fn best(&self) -> Plan {
        self.best.plan()
    }

    /// Iterations done.
    pub fn iterations(&self) -> u64 {
        self.iterations
    }

    /// Goes on from another lane's solution.
    pub fn adopt(&mut self, plan: &Plan) {
        self.state.restore(self.model, plan);
        self.keep_best();
        if let Some(breeder) = &mut self.breeder
            && breeder.len() > 0
            && self.best_score.missing == 0
        {
            breeder.remember(plan);
        }
    }

    /// Searches until `clock` says that `until` (0 to 1) of its limit is used up.
    pub fn run(&mut self, clock: &Clock, until: f64, control: &Control<'_>, watch: Watch) {
        let mut last_report = clock.seconds();
        loop {
            let share = clock.share(self.iterations);
            if share >= until || control.is_cancelled() {
                return;
            }
            if watch == Watch::Report && clock.seconds() - last_report > 0.2 {
                last_report = clock.seconds();
                control.report(&self.progress(clock));
            }
            let steps = clock.left(self.iterations).min(BREATH);
            let stage = self.stages.at(share, self.iterations, self.best_score.missing == 0);
            if stage.turn() != self.stage.turn() {
                self.leave_stage(stage);
            }
            self.stage = stage;
            match stage {
                Stage::Anneal { heat, openings, .. } => {
                    self.measure_arcs();
                    let temperature = heat * self.mean_arc;
                    self.look_elsewhere(steps);
                    for _ in 0..steps {
                        self.step(temperature, openings);
                    }
                    self.iterations += steps;
                }
                Stage::Breed { .. } => {
                    let mut done = 0;
                    while done < steps && !control.is_cancelled() {
                        done += self.breed();
                    }
                    self.iterations += done;
                }
            }
        }
    }

    /// On large problems the next iterations stay among neighbours for a while: what they look at is near the processor
    /// then.
    fn look_elsewhere(&mut self, steps: u64) {
        if self.focused == 0 {
            self.focused = FOCUSED;
            self.centre = self.rng.u32(0..self.model.client_count() as u32);
        }
        self.focused = self.focused.saturating_sub(steps);
    }

    /// Hands on what the stage that ends has found.
    fn leave_stage(&mut self, next: Stage) {
        let has_local = self.local_score.missing < usize::MAX;
        let local = self.local.take().unwrap_or_else(|| self.best.plan());
        self.local_score = Score { missing: usize::MAX, cost: i64::MAX };
        match self.stage {
            Stage::Anneal { .. } => {
                if let Some(breeder) = &mut self.breeder
                    && has_local
                    && self.best_score.missing == 0
                {
                    breeder.remember(&local);
                    let found = breeder.adopt(&local, self.best_score.cost, &mut self.rng);
                    self.take_up(found);
                }
            }
            Stage::Breed { .. } => {
                self.state.restore(self.model, &self.best.plan());
            }
        }
        if matches!(next, Stage::Anneal { start: Start::Best, .. }) {
            self.state.restore(self.model, &self.best.plan());
        }
    }

    /// One child, or while there are few solutions to choose from, a fresh one. Returns how many iterations it was worth.
    fn breed(&mut self) -> u64 {
        let Some(breeder) = &mut self.breeder else {
            return 1;
        };
        let mut spent = 0;
        let found = if breeder.len() < FRESH {
            self.state.restore(self.model, &Plan::default());
            self.state.begin();
            let manner = Manner { new_trips: NewTrips::WhenNothingElseFits, prizes: Prizes::Weighed };
            recreate(&mut self.state, self.model, self.instance, manner, 0, 0, &mut self.rng);
            self.state.commit();
            spent += self.model.client_count() as u64 / 8;
            breeder.adopt(&self.state.plan(), self.best_score.cost, &mut self.rng)
        } else {
            breeder.child(self.best_score.cost, &mut self.rng)
        };
        spent += breeder.spent();
        self.take_up(found);
        spent
    }

    /// Keeps a sound solution that is better than the best.
    fn take_up(&mut self, found: Option<(Plan, i64)>) {
        if let Some((plan, cost)) = found
            && (Score { missing: 0, cost }) < self.best_score
        {
            self.best = plan.into();
            self.state.begin_record();
            self.best_score = Score { missing: 0, cost };
        }
    }

    /// What a watcher is told.
    pub fn progress(&self, clock: &Clock) -> Progress {
        Progress {
            best_cost: self.best_score.cost,
            is_complete: self.best_score.missing == 0,
            iterations: self.iterations,
            seconds: clock.seconds(),
            share: clock.share(self.iterations).min(1.0),
        }
    }

    fn step(&mut self, temperature: f64, openings: u32) {
        let current = self.objective();
        let left_before = self.state.absent.len();
        self.state.begin();
        if let Some(keeps_rules) = self.step_aside() {
            if keeps_rules {
                self.accept(current, temperature);
            } else {
                self.state.undo();
            }
            return;
        }
        let state = &mut self.state;
        let size = RuinSize { clients: 10.0, string: 10.0 };
        let client_count = self.model.client_count() as u32;
        let around = if client_count as usize > LARGE[usize::from(self.instance.has_windows)] {
            let near = self.instance.near(self.centre as usize);
            *self.rng.choice(near).unwrap_or(&self.centre)
        } else {
            self.rng.u32(0..client_count)
        };
        ruin(state, self.model, self.instance, size, around, &mut self.rng);
        let mixes = self.model.fleet().len() > 1 && self.rng.u32(0..TYPE_CHANGE) == 0;
        if mixes {
            state.shuffle_types(self.model, &mut self.rng);
        }
        let openings = if self.has_prizes { PAYING_TRIPS } else { openings };
        let new_trips = if self.rng.u32(0..openings) == 0 {
            NewTrips::WhenCheaper
        } else {
            NewTrips::WhenNothingElseFits
        };
        let prizes = if self.rng.u32(0..FREE_PRIZES) == 0 { Prizes::Ignored } else { Prizes::Weighed };
        let manner = Manner { new_trips, prizes };
        recreate(state, self.model, self.instance, manner, around, left_before, &mut self.rng);
        if mixes {
            state.settle_types(self.model);
        }
        self.accept(current, temperature);
    }

    /// Vehicles of two types that serve neighbours, if a random look finds such.
    fn neighbouring_types(&mut self) -> Option<[u32; 2]> {
        let vehicle_of = |state: &State<M>, client: u32| {
            let trip = state.links[client as usize].trip;
            (trip != NONE).then(|| state.trips[trip as usize].vehicle)
        };
        let client = self.rng.u32(0..self.model.client_count() as u32);
        let other = *self.rng.choice(self.instance.near(client as usize))?;
        let pair = [vehicle_of(&self.state, client)?, vehicle_of(&self.state, other)?];
        let [one, other] = pair.map(|vehicle| self.state.vehicles[vehicle as usize].kind);
        (one != other).then_some(pair)
    }

    /// Now and then something else than ruin and recreate: whether that keeps all rules, if it was done.
    fn step_aside(&mut self) -> Option<bool> {
        let Self { state, model, instance, rng, .. } = self;
        let left_before = state.absent.len();
        if self.has_prizes && left_before > 0 && rng.u32(0..VENTURES) == 0 {
            let around = state.absent[rng.usize(0..left_before)];
            if venture(state, *model, instance, around, rng) {
                return Some(true);
            }
        }
        let client_count = model.client_count() as u32;
        let gathers = M::UNITS && (instance.needs_company || client_count <= GATHERED);
        if gathers && rng.u32(0..2 * client_count.max(GATHERED) / GATHERED) == 0 {
            let keeps_rules = gather(state, *model, instance, rng);
            if keeps_rules {
                let manner = Manner { new_trips: NewTrips::WhenNothingElseFits, prizes: Prizes::Weighed };
                recreate(state, *model, instance, manner, rng.u32(0..client_count), 0, rng);
            }
            return Some(keeps_rules);
        }
        if model.fleet().len() > 1 && rng.u32(0..TYPE_EXCHANGE) == 0 {
            let pair = self.neighbouring_types()?;
            return Some(self.state.exchange_types(self.model, pair));
        }
        None
    }

    /// Keeps what was done since the iteration began if it is hardly worse than `current`, else undoes it.
    fn accept(&mut self, current: i64, temperature: f64) {
        let found = self.objective();
        self.raise_penalties();
        let slack = -temperature * (1.0 - self.rng.f64()).ln();
        if ((found - current) as f64) < slack {
            self.state.commit();
            if found < current {
                self.keep_best();
            }
        } else {
            self.state.undo();
        }
    }

    /// What annealing minimises: cost, and a penalty for everybody who is absent.
    fn objective(&self) -> i64 {
        let absent = self.state.absent.iter();
        self.state.cost + absent.map(|&client| self.penalties[client as usize]).sum::<i64>()
    }

    /// Who must be served and still found no place becomes more pressing; when somebody has waited long in vain, all
    /// start again alike.
    fn raise_penalties(&mut self) {
        let mut is_overdue = false;
        for &client in &self.state.absent {
            if self.instance.is_pressing[client as usize] {
                let base = self.instance.penalties[client as usize];
                let penalty = &mut self.penalties[client as usize];
                *penalty += base / PATIENCE + 1;
                is_overdue |= *penalty > base * MOST_PRESSING;
            }
        }
        if is_overdue {
            self.penalties.clone_from(&self.instance.penalties);
        }
    }

    fn is_required(&self, client: u32) -> bool {
        self.instance.prizes[client as usize].is_none()
    }

    fn keep_best(&mut self) {
        let score = self.score();
        let is_local = score < self.local_score && self.breeder.is_some();
        if is_local {
            self.local_score = score;
            self.local = None;
        }
        if score < self.best_score {
            self.best_score = score;
            self.state.write_down(&mut self.best);
        } else if is_local {
            self.local = Some(self.state.plan());
        }
    }

    /// What one arc of the best solution costs on average: the scale of temperature.
    fn measure_arcs(&mut self) {
        let problem = self.instance.problem;
        let client_count = problem.clients().len();
        if self.iterations < self.measure_from {
            return;
        }
        self.measure_from = self.iterations + client_count as u64;
        let best = self.best.plan();
        // Where nothing is planned yet, the ways from the depots are all there is to go by.
        let (mut sum, mut arcs_seen) = (0, 0);
        let lonely: Vec<_> = (0..client_count as u32).map(|client| (0, vec![vec![client]])).collect();
        let vehicles = if best.vehicles.is_empty() { &lonely } else { &best.vehicles };
        for (kind, trips) in vehicles {
            let vehicle = &problem.vehicle_types()[Idx::new(*kind)];
            let arcs = self.instance.arcs_of(vehicle);
            for trip in trips {
                let mut here = client_count + vehicle.start_depot.get();
                let end = client_count + vehicle.end_depot.get();
                for place in trip.iter().map(|&client| client as usize).chain([end]) {
                    let arc = arcs.at(here, place);
                    here = place;
                    if arc.time == FAR {
                        continue;
                    }
                    sum += vehicle.cost_per_metre * i64::from(arc.distance)
                        + vehicle.cost_per_second * i64::from(arc.time);
                    arcs_seen += 1;
                }
            }
        }
        self.mean_arc = (sum as f64 / f64::from(arcs_seen.max(1))).max(1e-3);
    }
}

/// Whether a lane tells the watcher how it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Watch {
    Report,
    Quiet,
}
