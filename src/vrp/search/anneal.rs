//! One lane: simulated annealing over ruin and recreate, by itself on one thread, in turns with recombination where the
//! problem is small (`stages`).

mod step;

use super::breed::Breeder;
use super::clock::Clock;
use super::config::{Control, Progress};
use super::instance::{FAR, Instance};
use super::penalty::Penalised;
use super::recreate::{Manner, NewTrips, Prizes, recreate};
use super::savings::savings;
use super::stages::{MOST, Stage, Stages, Start};
use super::state::{NONE, Plan, Record, State};
use coldmile_units::{Idx, Seed};

/// Solutions before the first child.
const FRESH: usize = 24;
/// Iterations between looks at the clock.
const BREATH: u64 = 128;
/// Iterations that a large problem spends in one neighbourhood.
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
