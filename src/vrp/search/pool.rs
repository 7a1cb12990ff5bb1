//! Solutions that are worth remembering: good ones that differ from one another, sound and broken apart.
//!
//! Who stays follows the rank in cost and the rank in distance to the nearest others (Vidal, Crainic, Gendreau,
//! Lahrichi and Rei, 2012; sizes for short searches are ours).

use super::penalty::{Overrun, Weights, is_sound};
use super::state::{NONE, Plan};
use std::cmp::Reverse;

/// Members that survive.
const KEPT: usize = 16;
/// Members that may come before some have to leave.
const BORN: usize = 24;
/// Members whose cost alone keeps them.
const ELITE: usize = 4;
/// Nearest others that count for diversity.
const CLOSE: usize = 4;

/// A solution in the pool.
pub(super) struct Member {
    pub plan: Plan,
    /// Without penalties.
    pub cost: i64,
    pub overrun: Overrun,
    /// By client the one before and the one behind; [`NONE`] is the depot.
    links: Vec<[u32; 2]>,
}

impl Member {
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

    /// Clients whose successor here is no neighbour there.
    fn distance(&self, other: &Self) -> usize {
        let differs = |(mine, theirs): &(&[u32; 2], &[u32; 2])| {
            !theirs.contains(&mine[1]) || mine[0] == NONE && !theirs.contains(&NONE)
        };
        self.links.iter().zip(&other.links).filter(differs).count()
    }
}

/// Members of one kind, and how far apart they are.
#[derive(Default)]
struct Group {
    members: Vec<Member>,
    apart: Vec<Vec<usize>>,
}

impl Group {
    fn add(&mut self, member: Member) {
        let row: Vec<usize> = self.members.iter().map(|other| member.distance(other)).collect();
        for (other, &distance) in self.apart.iter_mut().zip(&row) {
            other.push(distance);
        }
        self.apart.push(row);
        let last = self.members.len();
        self.apart[last].push(usize::MAX);
        self.members.push(member);
    }

    fn remove(&mut self, at: usize) {
        self.members.remove(at);
        self.apart.remove(at);
        for row in &mut self.apart {
            row.remove(at);
        }
    }

    /// Sum of distances to the nearest others.
    fn loneliness(&self, at: usize) -> usize {
        let row = &self.apart[at];
        let mut nearest = [usize::MAX; CLOSE];
        for &distance in row {
            if distance < nearest[CLOSE - 1] {
                let place = nearest.partition_point(|&other| other <= distance);
                nearest.copy_within(place..CLOSE - 1, place + 1);
                nearest[place] = distance;
            }
        }
        // Itself is in the row, at an endless distance.
        let others = row.len() - 1;
        nearest.iter().take(others).sum::<usize>() * CLOSE / others.clamp(1, CLOSE)
    }

    /// Rank sums by member: the smaller the better.
    fn ranks(&self, weights: &Weights) -> Vec<f64> {
        let len = self.members.len();
        let price = |at: usize| self.members[at].cost + weights.price(&self.members[at].overrun);
        let mut by_price: Vec<usize> = (0..len).collect();
        by_price.sort_by_key(|&at| (price(at), at));
        let mut by_distance: Vec<usize> = (0..len).collect();
        by_distance.sort_by_cached_key(|&at| (Reverse(self.loneliness(at)), at));
        let share = 1.0 - (ELITE.min(len) as f64 / len.max(1) as f64);
        let mut ranks = vec![0.0; len];
        for (rank, &at) in by_price.iter().enumerate() {
            ranks[at] += rank as f64;
        }
        for (rank, &at) in by_distance.iter().enumerate() {
            ranks[at] += share * rank as f64;
        }
        ranks
    }

    /// Dismisses doubles, then the worst, until few enough are left.
    fn select(&mut self, weights: &Weights) {
        while self.members.len() > KEPT {
            let ranks = self.ranks(weights);
            let is_double = |at: usize| self.apart[at].contains(&0);
            let worst = (0..ranks.len())
                .max_by(|&a, &b| {
                    (is_double(a), ranks[a])
                        .partial_cmp(&(is_double(b), ranks[b]))
                        .unwrap_or(std::cmp::Ordering::Equal)
                })
                .unwrap_or(0);
            self.remove(worst);
        }
    }
}

/// Sound and broken solutions.
#[derive(Default)]
pub(super) struct Pool {
    sound: Group,
    broken: Group,
}

impl Pool {
    pub fn len(&self) -> usize {
        self.sound.members.len() + self.broken.members.len()
    }

    /// Takes a solution in, and dismisses others when there are too many.
    pub fn add(&mut self, member: Member, weights: &Weights) {
        let group = if is_sound(&member.overrun) { &mut self.sound } else { &mut self.broken };
        group.add(member);
        if group.members.len() > KEPT + BORN {
            group.select(weights);
        }
    }

    /// Two different parents, each the better of two drawn at random.
    pub fn parents(&self, weights: &Weights, rng: &mut fastrand::Rng) -> [&Member; 2] {
        let ranks = [self.sound.ranks(weights), self.broken.ranks(weights)].concat();
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
            self.sound.members.get(at).unwrap_or_else(|| &self.broken.members[at - self.sound.members.len()])
        })
    }
}
