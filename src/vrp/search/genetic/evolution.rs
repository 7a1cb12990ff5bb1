//! Recombination (hybrid genetic search; Vidal, Crainic, Gendreau, Lahrichi and Rei, 2012): offspring of two parents are
//! improved to a local optimum and added to the population.
//!
//! Pays on small problems, where annealing alone ends in one local optimum; the schedule decides when it is done.

use super::crossover::{Inherited, PolarAngles, order_crossover, selective_route_exchange};
use super::population::{Individual, Population};
use crate::search::index::FIRST_TYPE;
use crate::search::instance::Instance;
use crate::search::local_search::LocalSearch;
use crate::search::params::GeneticParams;
use crate::search::penalty::{PenalisedModel, PenaltyManager, is_feasible};
use crate::search::state::Plan;

/// A population and what its offspring need.
pub(in crate::search) struct GeneticSearch<'a, M: PenalisedModel> {
    local_search: LocalSearch<'a, M>,
    params: GeneticParams,
    penalties: PenaltyManager,
    population: Population,
    /// Cost of the best feasible solution since the population was empty, and offspring since it was found.
    best: i64,
    idle: u64,
    polar_angles: PolarAngles,
}

impl<'a, M: PenalisedModel> GeneticSearch<'a, M> {
    /// `None` for problems that it does not suit: those where clients may be left out, or cannot be served.
    pub fn new(model: &'a M, instance: &'a Instance<'a>) -> Option<Self> {
        let clients = instance.problem.clients();
        let all_required = instance.units.is_trivial() && clients.iter().all(|client| client.prize.is_none());
        let params = instance.params.genetic;
        if clients.len() < params.min_clients || !all_required || !model.can_search_locally() {
            return None;
        }
        let [start, _] = model.ends(FIRST_TYPE);
        let arc_costs = (0..clients.len() as u32).map(|client| model.arc_cost(FIRST_TYPE, start, client));
        let long_arc = arc_costs.max().unwrap_or(0) as f64;
        let penalties = PenaltyManager::new(instance.params.penalties, model.scales(), long_arc);
        let local_search = LocalSearch::new(model, instance, penalties.weights());
        Some(Self {
            local_search,
            params,
            penalties,
            population: Population::new(params),
            best: i64::MAX,
            idle: 0,
            polar_angles: PolarAngles::new(instance),
        })
    }

    /// Size of the population.
    pub fn len(&self) -> usize {
        self.population.len()
    }

    /// Adds a solution; clients that it leaves out are inserted first.
    pub fn add(&mut self, plan: &Plan) {
        self.load_complete(plan);
        self.add_current();
    }

    /// Improves a solution to a local optimum and adds it; returns it if it is feasible and costs less than `limit`.
    pub fn adopt(&mut self, plan: &Plan, limit: i64, rng: &mut fastrand::Rng) -> Option<(Plan, i64)> {
        self.load_complete(plan);
        self.improve_and_add(limit, rng)
    }

    /// Loads a solution and completes it: individuals serve all clients, or serving none would be the cheapest of all.
    fn load_complete(&mut self, plan: &Plan) {
        self.local_search.reprice(self.penalties.weights());
        self.local_search.load(plan, |_| false);
        self.local_search.insert_all();
    }

    /// Makes an offspring of two parents, improves it to a local optimum and adds it; returns it if it is feasible and costs
    /// less than `limit`.
    pub fn offspring(&mut self, limit: i64, rng: &mut fastrand::Rng) -> Option<(Plan, i64)> {
        let weights = self.penalties.weights();
        self.local_search.reprice(weights);
        let parents = self.population.parents(&weights, rng).map(|member| &member.plan);
        let crossed = if M::REVERSIBLE && rng.u32(0..self.params.route_exchange_period) > 0 {
            order_crossover(&self.local_search, &self.polar_angles, parents, rng)
        } else {
            None
        };
        let trips = Inherited::new(parents, self.local_search.size());
        if let Some(plan) = crossed {
            self.local_search.load(&plan, |clients| trips.contains(clients));
        } else {
            selective_route_exchange(&mut self.local_search, parents, &trips, rng);
        }
        self.improve_and_add(limit, rng)
    }

    /// The work since the last call, in iterations of ruin and recreate.
    pub fn spent(&mut self) -> u64 {
        let evaluated = std::mem::take(&mut self.local_search.evaluated);
        self.params.offspring_overhead
            + (self.local_search.size() as u64) / 8
            + evaluated / M::EVALUATED_AN_ITERATION
    }

    fn improve_and_add(&mut self, limit: i64, rng: &mut fastrand::Rng) -> Option<(Plan, i64)> {
        self.local_search.descend(rng);
        let (mut cost, mut overrun) = self.local_search.value();
        self.penalties.observe(&overrun);
        self.add_current();
        if !is_feasible(&overrun) && rng.u32(0..self.params.repair_period) == 0 {
            let weights = self.local_search.weights;
            self.local_search.reprice(self.penalties.repair_weights(weights));
            self.local_search.descend(rng);
            self.local_search.reprice(weights);
            (cost, overrun) = self.local_search.value();
            if is_feasible(&overrun) {
                self.add_current();
            }
        }
        self.idle += 1;
        if is_feasible(&overrun) && cost < self.best {
            (self.best, self.idle) = (cost, 0);
        }
        if self.idle > self.params.max_idle + self.params.max_idle_a_client * self.local_search.size() as u64
        {
            // All are alike by now: another population may converge elsewhere.
            self.population = Population::new(self.params);
            (self.best, self.idle) = (i64::MAX, 0);
        }
        (is_feasible(&overrun) && cost < limit).then(|| (self.local_search.plan(), cost))
    }

    fn add_current(&mut self) {
        let (cost, overrun) = self.local_search.value();
        let member = Individual::new(self.local_search.plan(), cost, overrun, self.local_search.size());
        self.population.add(member, &self.penalties.weights());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::search::plain::{PlainModel, is_plain};
    use crate::search::rich::RichModel;
    use crate::search::tests::{Fleet, random_plain_town, random_town};
    use crate::solution::{Route, Solution, Trip};
    use coldmile_units::{Idx, Seed};

    /// Makes offspring of random solutions; how many were feasible. Moves are checked by the assertions of the local search.
    fn recombine<M: PenalisedModel>(model: &M, instance: &Instance<'_>, seed: u64) -> usize {
        let mut rng = Seed(seed).rng();
        let Some(mut genetic) = GeneticSearch::new(model, instance) else {
            return 0;
        };
        let mut feasible_count = 0;
        for round in 0..60 {
            let found = if round < 6 {
                genetic.adopt(&Plan::default(), i64::MAX, &mut rng)
            } else {
                genetic.offspring(i64::MAX, &mut rng)
            };
            assert!(genetic.spent() > 0);
            let Some((plan, cost)) = found else {
                continue;
            };
            feasible_count += 1;
            let trip = |clients: &Vec<u32>| Trip { clients: clients.iter().copied().map(Idx::new).collect() };
            let routes = plan.vehicles.iter().map(|(vehicle_type, trips)| Route {
                vehicle_type: *vehicle_type,
                trips: trips.iter().map(trip).collect(),
            });
            let solution = Solution { routes: routes.collect(), unplanned: vec![], cost };
            let report = check(instance.problem, &solution);
            assert!(report.violations.is_empty(), "seed {seed}: {:?}", report.violations);
            assert_eq!(report.cost, cost, "seed {seed}");
        }
        feasible_count
    }

    #[test]
    fn feasible_offspring_pass_the_referee_at_their_cost() {
        let [mut plain, mut rich, mut few, mut reloading] = [0; 4];
        for seed in 0..120 {
            let problem = random_town(seed, 16, Fleet::Ample);
            let instance = Instance::new(&problem, None);
            rich += recombine(
                &RichModel::<4, 1, { crate::problem::MAX_FADING }>::new(&instance),
                &instance,
                seed,
            );
            let problem = random_town(seed, 16, Fleet::Few);
            let instance = Instance::new(&problem, None);
            few += recombine(
                &RichModel::<4, 1, { crate::problem::MAX_FADING }>::new(&instance),
                &instance,
                seed,
            );
            let problem = random_town(seed, 16, Fleet::Reloading);
            let instance = Instance::new(&problem, None);
            reloading += recombine(
                &RichModel::<4, 1, { crate::problem::MAX_FADING }>::new(&instance),
                &instance,
                seed,
            );
            let problem = random_plain_town(seed, 16, Fleet::Ample);
            let instance = Instance::new(&problem, None);
            if is_plain(&instance) {
                plain += recombine(&PlainModel::<true>::new(&instance), &instance, seed);
                if !instance.has_windows {
                    plain += recombine(&PlainModel::<false>::new(&instance), &instance, seed);
                }
            }
        }
        let counts = [plain, rich, few, reloading];
        assert!(counts.iter().all(|&count| count > 200), "hardly anything is tested: {counts:?}");
    }

    #[test]
    fn individuals_serve_all_clients() {
        let problem = random_plain_town(3, 16, Fleet::Ample);
        let instance = Instance::new(&problem, None);
        let rules = PlainModel::<true>::new(&instance);
        let mut genetic = GeneticSearch::new(&rules, &instance).unwrap();
        genetic.add(&Plan::default());
        genetic.add(&Plan { vehicles: vec![(FIRST_TYPE, vec![vec![4, 7]])] });
        let mut rng = Seed(3).rng();
        for _ in 0..20 {
            if let Some((plan, _)) = genetic.offspring(i64::MAX, &mut rng) {
                assert_eq!(plan.vehicles.iter().flat_map(|(_, trips)| &trips[0]).count(), 16);
            }
        }
    }
}
