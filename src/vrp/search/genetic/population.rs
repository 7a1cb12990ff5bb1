//! The population: good solutions that differ from one another, feasible and infeasible apart.
//!
//! Survival follows the biased fitness: the rank in penalised cost and the rank in distance to the closest others (Vidal,
//! Crainic, Gendreau, Lahrichi and Rei, 2012).

use crate::search::index::NONE;
use crate::search::params::GeneticParams;
use crate::search::penalty::{Overrun, PenaltyWeights, is_feasible};
use crate::search::state::Plan;
use std::cmp::Reverse;

/// Closest others that count for diversity, n^close of HGS.
const CLOSEST: usize = 4;

/// A solution of the population.
pub(super) struct Individual {
    pub plan: Plan,
    /// Without penalties.
    pub cost: i64,
    pub overrun: Overrun,
    /// By client the one before and the one after; [`NONE`] is the depot.
    links: Vec<[u32; 2]>,
}

impl Individual {
    pub fn new(plan: Plan, cost: i64, overrun: Overrun, client_count: usize) -> Self {
        let mut links = vec![[NONE; 2]; client_count];
        for clients in plan.vehicles.iter().flat_map(|(_, trips)| trips) {
            for pair in clients.windows(2) {
                links[pair[0] as usize][1] = pair[1];
                links[pair[1] as usize][0] = pair[0];
            }
        }
        Self { plan, cost, overrun, links }
    }

    /// The broken pairs distance: clients whose successor here is not next to them there.
    fn distance(&self, other: &Self) -> usize {
        let differs = |(mine, theirs): &(&[u32; 2], &[u32; 2])| {
            !theirs.contains(&mine[1]) || mine[0] == NONE && !theirs.contains(&NONE)
        };
        self.links.iter().zip(&other.links).filter(differs).count()
    }
}

/// Feasible or infeasible individuals, and the distances between them.
#[derive(Default)]
struct Subpopulation {
    members: Vec<Individual>,
    distances: Vec<Vec<usize>>,
}

impl Subpopulation {
    fn add(&mut self, member: Individual) {
        let row: Vec<usize> = self.members.iter().map(|other| member.distance(other)).collect();
        for (other, &distance) in self.distances.iter_mut().zip(&row) {
            other.push(distance);
        }
        self.distances.push(row);
        let last = self.members.len();
        self.distances[last].push(usize::MAX);
        self.members.push(member);
    }

    fn remove(&mut self, at: usize) {
        self.members.remove(at);
        self.distances.remove(at);
        for row in &mut self.distances {
            row.remove(at);
        }
    }

    /// Diversity contribution: the sum of distances to the closest others.
    fn diversity(&self, at: usize) -> usize {
        let row = &self.distances[at];
        let mut nearest = [usize::MAX; CLOSEST];
        for &distance in row {
            if distance < nearest[CLOSEST - 1] {
                let place = nearest.partition_point(|&other| other <= distance);
                nearest.copy_within(place..CLOSEST - 1, place + 1);
                nearest[place] = distance;
            }
        }
        // Itself is in the row, at an endless distance.
        let others = row.len() - 1;
        nearest.iter().take(others).sum::<usize>() * CLOSEST / others.clamp(1, CLOSEST)
    }

    /// The biased fitness of each individual: the smaller the better.
    fn biased_fitness(&self, weights: &PenaltyWeights, elite: usize) -> Vec<f64> {
        let len = self.members.len();
        let penalised_cost = |at: usize| self.members[at].cost + weights.penalty(&self.members[at].overrun);
        let mut by_cost: Vec<usize> = (0..len).collect();
        by_cost.sort_by_key(|&at| (penalised_cost(at), at));
        let mut by_distance: Vec<usize> = (0..len).collect();
        by_distance.sort_by_cached_key(|&at| (Reverse(self.diversity(at)), at));
        let share = 1.0 - (elite.min(len) as f64 / len.max(1) as f64);
        let mut ranks = vec![0.0; len];
        for (rank, &at) in by_cost.iter().enumerate() {
            ranks[at] += rank as f64;
        }
        for (rank, &at) in by_distance.iter().enumerate() {
            ranks[at] += share * rank as f64;
        }
        ranks
    }

    /// Removes duplicates, then the worst, until few enough are left.
    fn select_survivors(&mut self, weights: &PenaltyWeights, params: &GeneticParams) {
        while self.members.len() > params.min_population {
            let ranks = self.biased_fitness(weights, params.elite);
            let is_duplicate = |at: usize| self.distances[at].contains(&0);
            let worst = (0..ranks.len())
                .max_by(|&a, &b| {
                    (is_duplicate(a), ranks[a])
                        .partial_cmp(&(is_duplicate(b), ranks[b]))
                        .unwrap_or(std::cmp::Ordering::Equal)
                })
                .unwrap_or(0);
            self.remove(worst);
        }
    }
}

/// Feasible and infeasible solutions.
pub(super) struct Population {
    params: GeneticParams,
    feasible: Subpopulation,
    infeasible: Subpopulation,
}

impl Population {
    /// An empty one.
    pub fn new(params: GeneticParams) -> Self {
        Self { params, feasible: Subpopulation::default(), infeasible: Subpopulation::default() }
    }

    /// Number of individuals.
    pub fn len(&self) -> usize {
        self.feasible.members.len() + self.infeasible.members.len()
    }

    /// Adds an individual, and selects the survivors when there are too many.
    pub fn add(&mut self, member: Individual, weights: &PenaltyWeights) {
        let group = if is_feasible(&member.overrun) { &mut self.feasible } else { &mut self.infeasible };
        group.add(member);
        if group.members.len() > self.params.min_population + self.params.generation_size {
            group.select_survivors(weights, &self.params);
        }
    }

    /// Two different parents, each by a binary tournament.
    pub fn parents(&self, weights: &PenaltyWeights, rng: &mut fastrand::Rng) -> [&Individual; 2] {
        let elite = self.params.elite;
        let ranks =
            [&self.feasible, &self.infeasible].map(|group| group.biased_fitness(weights, elite)).concat();
        let mut draw = || {
            let (a, b) = (rng.usize(0..ranks.len()), rng.usize(0..ranks.len()));
            if ranks[a] <= ranks[b] { a } else { b }
        };
        let first = draw();
        let mut second = draw();
        for _ in 0..8 {
            if second != first {
                break;
            }
            second = draw();
        }
        [first, second].map(|at| {
            self.feasible
                .members
                .get(at)
                .unwrap_or_else(|| &self.infeasible.members[at - self.feasible.members.len()])
        })
    }
}
