//! One lane: simulated annealing over ruin and recreate on one thread, alternating with recombination where the problem is
//! small ([`schedule`](super::schedule)).

use super::schedule::{AnnealFrom, FirstSolution, ScheduleTraits, SearchSchedule, SearchStage};
use crate::search::arcs::UNREACHABLE;
use crate::search::clock::Clock;
use crate::search::config::{Control, Progress};
use crate::search::genetic::GeneticSearch;
use crate::search::index::{FIRST_TYPE, NONE};
use crate::search::instance::Instance;
use crate::search::params::MAX_RECOMBINED_CLIENTS;
use crate::search::penalty::PenalisedModel;
use crate::search::recreate::{InsertionPolicy, PrizePolicy};
use crate::search::savings::savings;
use crate::search::state::{Plan, Record, State};
use crate::search::workspace::Workspace;
use coldmile_units::Seed;

/// Iterations between looks at the clock.
const CLOCK_INTERVAL: u64 = 128;

/// How good a solution is: first how many clients are missing that must be served, then cost and forgone prizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::search) struct Score {
    pub missing: usize,
    pub cost: i64,
}

impl Score {
    /// Worse than any solution.
    pub const WORST: Self = Self { missing: usize::MAX, cost: i64::MAX };
}

/// What of an instance decides the schedule of its search.
fn traits_of<M: PenalisedModel>(
    model: &M,
    instance: &Instance<'_>,
    client_count: usize,
    can_recombine: bool,
    first_solution: FirstSolution,
) -> ScheduleTraits {
    let has_prizes = instance.prizes.iter().any(Option::is_some);
    let joins_savings = joins_savings(model);
    ScheduleTraits { client_count, can_recombine, joins_savings, has_prizes, first_solution }
}

/// Whether a large problem starts from savings.
fn joins_savings<M: PenalisedModel>(model: &M) -> bool {
    M::REVERSIBLE && model.can_search_locally()
}

/// A search with its own random numbers.
pub(in crate::search) struct Lane<'a, M: PenalisedModel> {
    pub(super) model: &'a M,
    pub(super) instance: &'a Instance<'a>,
    pub(super) state: State<M>,
    pub(super) rng: fastrand::Rng,
    /// Penalties of absence as they have grown.
    pub(super) penalties: Vec<i64>,
    best: Record,
    best_score: Score,
    /// What an arc of the best solution costs on average: the unit of temperatures.
    mean_arc: f64,
    /// The client around which a large problem is searched at the moment.
    pub(super) centre: u32,
    /// Iterations left around it.
    focus_left: u64,
    /// From how many iterations on the mean arc may be measured anew.
    measure_from: u64,
    iterations: u64,
    /// Recombination, where it suits the problem.
    genetic: Option<GeneticSearch<'a, M>>,
    schedule: SearchSchedule,
    stage: SearchStage,
    pub(super) has_prizes: bool,
    /// The best since the present stage began, unless it is the best of all.
    local: Option<Plan>,
    local_score: Score,
}

impl<'a, M: PenalisedModel> Lane<'a, M> {
    /// A lane with a first solution: `start` with what is absent from it inserted, or one that is built; in a hurry once
    /// `is_late`.
    pub fn new(
        model: &'a M,
        instance: &'a Instance<'a>,
        seed: Seed,
        start: Option<&Plan>,
        is_late: impl Fn() -> bool,
    ) -> Self {
        let genetic = GeneticSearch::new(model, instance);
        let first_solution = if start.is_some() { FirstSolution::Given } else { FirstSolution::Built };
        let traits = traits_of(model, instance, model.units().count, genetic.is_some(), first_solution);
        let schedule = SearchSchedule::new(instance.params.annealing, traits);
        let mut lane = Self::blank(model, instance, seed, genetic, schedule);
        match start {
            Some(start) => lane.begin_with(start, is_late),
            None => lane.fill(is_late),
        }
        lane
    }

    /// Takes a feasible solution and inserts what is absent from it, optional clients where they pay.
    fn begin_with(&mut self, start: &Plan, is_late: impl Fn() -> bool) {
        self.state.restore(self.model, start);
        self.keep_best();
        self.insert_all(is_late, InsertionPolicy::CAUTIOUS);
        self.keep_best();
    }

    /// Builds a first solution, in a hurry once `is_late`.
    fn fill(&mut self, is_late: impl Fn() -> bool) {
        let is_large = self.model.client_count() > MAX_RECOMBINED_CLIENTS;
        if is_large && joins_savings(self.model) {
            self.state.restore(self.model, &savings(self.model, self.instance));
        }
        // An optional client that does not pay is easily left out later; a trip that pays with many of them is hard to
        // find.
        self.insert_all(
            is_late,
            InsertionPolicy { prizes: PrizePolicy::Ignored, ..InsertionPolicy::CAUTIOUS },
        );
        self.keep_best();
    }

    /// Inserts all absent clients as far as they fit.
    fn insert_all(&mut self, is_late: impl Fn() -> bool, policy: InsertionPolicy) {
        self.state.begin();
        self.workspace().recreate_until(is_late, policy, 0, 0);
        self.state.commit();
    }

    /// A lane that only anneals, from this solution on, after so many iterations of others before it; an empty one
    /// is filled first.
    pub fn resume(
        model: &'a M,
        instance: &'a Instance<'a>,
        seed: Seed,
        (plan, first_solution): (&Plan, FirstSolution),
        before: u64,
        is_late: impl Fn() -> bool,
    ) -> Self {
        let traits = traits_of(model, instance, model.client_count(), false, first_solution);
        let schedule = SearchSchedule::once(instance.params.annealing, traits);
        let mut lane = Self::blank(model, instance, seed, None, schedule);
        lane.iterations = before;
        if plan.vehicles.is_empty() {
            lane.fill(is_late);
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
        genetic: Option<GeneticSearch<'a, M>>,
        schedule: SearchSchedule,
    ) -> Self {
        Self {
            genetic,
            schedule,
            stage: schedule.at(0.0, 0, false),
            has_prizes: instance.prizes.iter().any(Option::is_some),
            local: None,
            local_score: Score::WORST,
            model,
            instance,
            state: State::empty(model),
            rng: seed.rng(),
            penalties: instance.penalties.clone(),
            best: Record::default(),
            best_score: Score::WORST,
            mean_arc: 0.0,
            centre: 0,
            focus_left: 0,
            measure_from: 0,
            iterations: 0,
        }
    }

    /// The solution and what its operators need.
    pub(super) fn workspace(&mut self) -> Workspace<'_, 'a, M> {
        Workspace { state: &mut self.state, model: self.model, instance: self.instance, rng: &mut self.rng }
    }

    /// The present solution.
    pub fn current(&self) -> Plan {
        self.state.plan()
    }

    /// How good that one is.
    pub fn score(&self) -> Score {
        let mut score = Score { missing: 0, cost: self.state.cost };
        for &client in &self.state.absent {
            if self.is_required(client) {
                let is_pair = M::HAS_UNITS && self.model.units().partner(client) != NONE;
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
        if let Some(genetic) = &mut self.genetic
            && genetic.len() > 0
            && self.best_score.missing == 0
        {
            genetic.add(plan);
        }
    }

    /// Searches until `clock` says that `until` (0 to 1) of its limit is used up.
    pub fn run(&mut self, clock: &Clock, until: f64, control: &Control<'_>, reporting: Reporting) {
        let mut last_report = clock.seconds();
        loop {
            let share = clock.share(self.iterations);
            if share >= until || control.is_cancelled() {
                return;
            }
            if reporting == Reporting::Report && clock.seconds() - last_report > 0.2 {
                last_report = clock.seconds();
                control.report(&self.progress(clock));
            }
            let steps = clock.remaining(self.iterations).min(CLOCK_INTERVAL);
            let stage = self.schedule.at(share, self.iterations, self.best_score.missing == 0);
            if stage.number() != self.stage.number() {
                self.finish_stage(stage);
            }
            self.stage = stage;
            match stage {
                SearchStage::Anneal { temperature, new_trip_period, .. } => {
                    self.measure_arcs();
                    let temperature = temperature * self.mean_arc;
                    self.move_focus(steps);
                    for _ in 0..steps {
                        self.step(temperature, new_trip_period);
                    }
                    self.iterations += steps;
                }
                SearchStage::Recombine { .. } => {
                    let mut done = 0;
                    while done < steps && !control.is_cancelled() {
                        done += self.recombine();
                    }
                    self.iterations += done;
                }
            }
        }
    }

    /// On large problems consecutive iterations stay in one neighbourhood, so that what they read is in the cache.
    fn move_focus(&mut self, steps: u64) {
        if self.focus_left == 0 {
            self.focus_left = self.instance.params.operators.focus_iterations;
            self.centre = self.rng.u32(0..self.model.client_count() as u32);
        }
        self.focus_left = self.focus_left.saturating_sub(steps);
    }

    /// Hands over what the stage that ends has found.
    fn finish_stage(&mut self, next: SearchStage) {
        let has_local = self.local_score.missing < usize::MAX;
        let local = self.local.take().unwrap_or_else(|| self.best.plan());
        self.local_score = Score::WORST;
        match self.stage {
            SearchStage::Anneal { .. } => {
                if let Some(genetic) = &mut self.genetic
                    && has_local
                    && self.best_score.missing == 0
                {
                    genetic.add(&local);
                    let found = genetic.adopt(&local, self.best_score.cost, &mut self.rng);
                    self.keep_if_better(found);
                }
            }
            SearchStage::Recombine { .. } => {
                self.state.restore(self.model, &self.best.plan());
            }
        }
        if matches!(next, SearchStage::Anneal { start: AnnealFrom::Best, .. }) {
            self.state.restore(self.model, &self.best.plan());
        }
    }

    /// Makes one offspring, or a random individual while the population is small. Returns how many iterations of ruin and
    /// recreate that was worth.
    fn recombine(&mut self) -> u64 {
        let Some(size) = self.genetic.as_ref().map(GeneticSearch::len) else {
            return 1;
        };
        let is_initial = size < self.instance.params.genetic.initial_individuals;
        let mut spent = 0;
        if is_initial {
            self.state.restore(self.model, &Plan::default());
            self.insert_all(|| false, InsertionPolicy::CAUTIOUS);
            spent += self.model.client_count() as u64 / 8;
        }
        let Some(genetic) = &mut self.genetic else {
            return 1;
        };
        let found = if is_initial {
            genetic.adopt(&self.state.plan(), self.best_score.cost, &mut self.rng)
        } else {
            genetic.offspring(self.best_score.cost, &mut self.rng)
        };
        spent += genetic.spent();
        self.keep_if_better(found);
        spent
    }

    /// Keeps a feasible solution that is better than the best.
    fn keep_if_better(&mut self, found: Option<(Plan, i64)>) {
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

    pub(super) fn keep_best(&mut self) {
        let score = self.score();
        let is_local = score < self.local_score && self.genetic.is_some();
        if is_local {
            self.local_score = score;
            self.local = None;
        }
        if score < self.best_score {
            self.best_score = score;
            self.state.record_to(&mut self.best);
        } else if is_local {
            self.local = Some(self.state.plan());
        }
    }

    /// Measures what an arc of the best solution costs on average: the unit of temperatures.
    fn measure_arcs(&mut self) {
        let problem = self.instance.problem;
        let client_count = problem.clients().len();
        if self.iterations < self.measure_from {
            return;
        }
        self.measure_from = self.iterations + client_count as u64;
        let best = self.best.plan();
        // Where nothing is planned yet, the arcs from the depots have to do.
        let (mut sum, mut arcs_seen) = (0, 0);
        let single_trips: Vec<_> =
            (0..client_count as u32).map(|client| (FIRST_TYPE, vec![vec![client]])).collect();
        let vehicles = if best.vehicles.is_empty() { &single_trips } else { &best.vehicles };
        for (vehicle_type, trips) in vehicles {
            let vehicle = &problem.vehicle_types()[*vehicle_type];
            let arcs = self.instance.arcs_of(vehicle);
            for trip in trips {
                let mut here = client_count + vehicle.start_depot.get();
                let end = client_count + vehicle.end_depot.get();
                for place in trip.iter().map(|&client| client as usize).chain([end]) {
                    let arc = arcs.at(here, place);
                    here = place;
                    if arc.time == UNREACHABLE {
                        continue;
                    }
                    sum += vehicle.arc_price(i64::from(arc.distance), i64::from(arc.time));
                    arcs_seen += 1;
                }
            }
        }
        self.mean_arc = (sum as f64 / f64::from(arcs_seen.max(1))).max(1e-3);
    }
}

/// Whether a lane reports its progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::search) enum Reporting {
    Report,
    Quiet,
}
