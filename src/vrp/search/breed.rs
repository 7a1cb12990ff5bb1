//! Recombination: children of two remembered solutions go down to the next valley and join the pool.
//!
//! Worth its time on small problems, where annealing alone ends in one valley; `anneal` decides when it is its turn.

use super::crossover::{Bearings, Inherited, cross_orders, exchange_routes};
use super::descent::Descent;
use super::instance::Instance;
use super::penalty::{Penalised, Prices, is_sound};
use super::pool::{Member, Pool};
use super::state::Plan;

/// What a child costs besides its descent, in iterations of ruin and recreate.
const SELECTION: u64 = 16;
/// One broken child in this many is repaired at once.
const REPAIRED: u32 = 2;
/// Where turning is free, one child in this many comes from exchanged routes and not from crossed orders.
const EXCHANGED: u32 = 2;
/// Children without a better one before the pool starts anew, and more of them for every client.
const PATIENCE: u64 = 500;
const PATIENCE_A_CLIENT: u64 = 8;
/// Fewest clients for which it is worth it.
const FEWEST: usize = 8;

/// A pool and what its children need.
pub(super) struct Breeder<'a, M: Penalised> {
    descent: Descent<'a, M>,
    prices: Prices,
    pool: Pool,
    /// Cost of the best sound solution since the pool was empty, and children since it was found.
    best: i64,
    idle: u64,
    bearings: Bearings,
}

impl<'a, M: Penalised> Breeder<'a, M> {
    /// `None` for problems that it does not suit: someone may be left out, or cannot be served.
    pub fn new(model: &'a M, instance: &'a Instance<'a>) -> Option<Self> {
        let clients = instance.problem.clients();
        let all_required = instance.units.is_trivial() && clients.iter().all(|client| client.prize.is_none());
        if clients.len() < FEWEST || !all_required || !model.can_descend() {
            return None;
        }
        let [start, _] = model.ends(0);
        let ways = (0..clients.len() as u32).map(|client| model.way(0, start, client));
        let prices = Prices::new(model.scales(), ways.max().unwrap_or(0) as f64);
        let descent = Descent::new(model, instance, prices.weights());
        Some(Self {
            descent,
            prices,
            pool: Pool::default(),
            best: i64::MAX,
            idle: 0,
            bearings: Bearings::new(instance),
        })
    }

    /// Solutions remembered.
    pub fn len(&self) -> usize {
        self.pool.len()
    }

    /// Remembers a solution; whoever it leaves out is put in first.
    pub fn remember(&mut self, plan: &Plan) {
        self.take_in(plan);
        self.keep();
    }

    /// Takes a solution down to its valley and remembers it; returns it if it is sound and costs less than `limit`.
    pub fn adopt(&mut self, plan: &Plan, limit: i64, rng: &mut fastrand::Rng) -> Option<(Plan, i64)> {
        self.take_in(plan);
        self.settle(limit, rng)
    }

    /// Loads a solution and completes it: nobody is ever left out of a remembered solution, or leaving everybody out
    /// would be the cheapest of all.
    fn take_in(&mut self, plan: &Plan) {
        self.descent.reprice(self.prices.weights());
        self.descent.load(plan, |_| false);
        self.descent.insert_all();
    }

    /// Makes a child of two remembered solutions, takes it down and remembers it; returns it if it is sound and costs
    /// less than `limit`.
    pub fn child(&mut self, limit: i64, rng: &mut fastrand::Rng) -> Option<(Plan, i64)> {
        let weights = self.prices.weights();
        self.descent.reprice(weights);
        let parents = self.pool.parents(&weights, rng).map(|member| &member.plan);
        let crossed = if M::TURNS && rng.u32(0..EXCHANGED) > 0 {
            cross_orders(&self.descent, &self.bearings, parents, rng)
        } else {
            None
        };
        let trips = Inherited::new(parents, self.descent.size());
        if let Some(plan) = crossed {
            self.descent.load(&plan, |clients| trips.contains(clients));
        } else {
            exchange_routes(&mut self.descent, parents, &trips, rng);
        }
        self.settle(limit, rng)
    }

    /// What was done since the last call, in iterations of ruin and recreate.
    pub fn spent(&mut self) -> u64 {
        let judged = std::mem::take(&mut self.descent.judged);
        SELECTION + (self.descent.size() as u64) / 8 + judged / M::JUDGED_AN_ITERATION
    }

    fn settle(&mut self, limit: i64, rng: &mut fastrand::Rng) -> Option<(Plan, i64)> {
        self.descent.descend(rng);
        let (mut cost, mut overrun) = self.descent.value();
        self.prices.observe(&overrun);
        self.keep();
        if !is_sound(&overrun) && rng.u32(0..REPAIRED) == 0 {
            let weights = self.descent.weights;
            self.descent.reprice(weights.raised());
            self.descent.descend(rng);
            self.descent.reprice(weights);
            (cost, overrun) = self.descent.value();
            if is_sound(&overrun) {
                self.keep();
            }
        }
        self.idle += 1;
        if is_sound(&overrun) && cost < self.best {
            (self.best, self.idle) = (cost, 0);
        }
        if self.idle > PATIENCE + PATIENCE_A_CLIENT * self.descent.size() as u64 {
            // All are alike by now: another pool may end elsewhere.
            self.pool = Pool::default();
            (self.best, self.idle) = (i64::MAX, 0);
        }
        (is_sound(&overrun) && cost < limit).then(|| (self.descent.plan(), cost))
    }

    fn keep(&mut self) {
        let (cost, overrun) = self.descent.value();
        let member = Member::new(self.descent.plan(), cost, overrun, self.descent.size());
        self.pool.add(member, &self.prices.weights());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::search::plain::{Plain, is_plain};
    use crate::search::rich::Rich;
    use crate::search::tests::{Fleet, random_plain_town, random_town};
    use crate::solution::{Route, Solution, Trip};
    use coldmile_units::{Idx, Seed};

    /// Children of random solutions; how many were sound. Moves are checked by the assertions of the descent.
    fn breed<M: Penalised>(model: &M, instance: &Instance<'_>, seed: u64) -> usize {
        let mut rng = Seed(seed).rng();
        let Some(mut breeder) = Breeder::new(model, instance) else {
            return 0;
        };
        let mut sound_count = 0;
        for round in 0..60 {
            let found = if round < 6 {
                breeder.adopt(&Plan::default(), i64::MAX, &mut rng)
            } else {
                breeder.child(i64::MAX, &mut rng)
            };
            assert!(breeder.spent() > 0);
            let Some((plan, cost)) = found else {
                continue;
            };
            sound_count += 1;
            let routes = plan.vehicles.iter().map(|(kind, trips)| Route {
                vehicle_type: Idx::new(*kind),
                trips: vec![Trip { clients: trips[0].iter().map(|&client| Idx::new(client)).collect() }],
            });
            let solution = Solution { routes: routes.collect(), unplanned: vec![], cost };
            let report = check(instance.problem, &solution);
            assert!(report.violations.is_empty(), "seed {seed}: {:?}", report.violations);
            assert_eq!(report.cost, cost, "seed {seed}");
        }
        sound_count
    }

    #[test]
    fn sound_children_pass_the_referee_at_their_cost() {
        let [mut plain, mut rich, mut few] = [0, 0, 0];
        for seed in 0..120 {
            let problem = random_town(seed, 16, Fleet::Ample);
            let instance = Instance::new(&problem, None);
            rich += breed(&Rich::<4, 1>::new(&instance), &instance, seed);
            let problem = random_town(seed, 16, Fleet::Few);
            let instance = Instance::new(&problem, None);
            few += breed(&Rich::<4, 1>::new(&instance), &instance, seed);
            let problem = random_plain_town(seed, 16, Fleet::Ample);
            let instance = Instance::new(&problem, None);
            if is_plain(&instance) {
                plain += breed(&Plain::<true>::new(&instance), &instance, seed);
                if !instance.has_windows {
                    plain += breed(&Plain::<false>::new(&instance), &instance, seed);
                }
            }
        }
        assert!(plain > 200 && rich > 200 && few > 200, "hardly anything is tested: {plain}, {rich}, {few}");
    }

    #[test]
    fn a_remembered_solution_leaves_nobody_out() {
        let problem = random_plain_town(3, 16, Fleet::Ample);
        let instance = Instance::new(&problem, None);
        let rules = Plain::<true>::new(&instance);
        let mut breeder = Breeder::new(&rules, &instance).unwrap();
        breeder.remember(&Plan::default());
        breeder.remember(&Plan { vehicles: vec![(0, vec![vec![4, 7]])] });
        let mut rng = Seed(3).rng();
        for _ in 0..20 {
            if let Some((plan, _)) = breeder.child(i64::MAX, &mut rng) {
                assert_eq!(plan.vehicles.iter().flat_map(|(_, trips)| &trips[0]).count(), 16);
            }
        }
    }
}
