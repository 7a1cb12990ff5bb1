//! SWAP*: two clients of two trips are exchanged, each to its best position in the other trip, not just to the position that
//! the other one left (Vidal, Computers & Operations Research 140, 2022). For rules of load and distance only.

use super::insertion_cache::{BestInsertions, InsertionCache};
use super::tables::LocalSearch;
use crate::search::index::NONE;
use crate::search::penalty::{LOAD, Overrun, PenalisedModel};

/// Nearest clients by which trips count as neighbouring.
const MAX_NEIGHBOURS: usize = 8;

/// A client that moves to another trip, and the node behind which it is inserted there.
type Relocation = Option<(u32, u32)>;

impl<M: PenalisedModel> LocalSearch<'_, M> {
    /// Tries the best exchange of every two neighbouring trips once.
    pub fn swap_star(&mut self) {
        let trip_count = self.trips.len();
        self.insertion_cache.resize(self.size(), trip_count);
        let mut nearest: Vec<u32> = Vec::new();
        for a in 0..trip_count as u32 {
            let before = self.trips[a as usize].exchanged.replace(self.moves).unwrap_or(self.optimal_at);
            nearest.clear();
            for client in self.clients(a) {
                let neighbours = self.instance.nearest(client as usize);
                nearest
                    .extend(neighbours.iter().take(MAX_NEIGHBOURS).map(|&other| self.trip[other as usize]));
            }
            nearest.sort_unstable();
            nearest.dedup();
            for &b in &nearest {
                if b == a || b == NONE {
                    continue;
                }
                let changed = self.trips[a as usize].changed.max(self.trips[b as usize].changed);
                if changed > before {
                    self.swap_star_pair(a, b);
                }
            }
        }
    }

    fn load_penalty(&self, trip: u32, load: i64) -> i64 {
        let mut overrun = Overrun::default();
        overrun[LOAD] = (load - self.model.capacity(self.trips[trip as usize].vehicle_type)).max(0);
        self.weights.penalty(&overrun)
    }

    /// Change of the cost of arcs when `client` leaves its trip.
    fn removal_gain(&self, client: u32) -> i64 {
        let [before, after] = self.around(client);
        let vehicle_type = self.trips[self.trip[client as usize] as usize].vehicle_type;
        let arc_cost = |from, to| self.model.arc_cost(vehicle_type, from, to);
        arc_cost(before, after) - arc_cost(before, client) - arc_cost(client, after)
    }

    /// The stops before and after a client.
    fn around(&self, client: u32) -> [u32; 2] {
        let [start, stop] = self.model.ends(self.trips[self.trip[client as usize] as usize].vehicle_type);
        [self.place(self.prev[client as usize], start), self.place(self.next[client as usize], stop)]
    }

    fn best_insertions(&mut self, client: u32, trip: u32) -> BestInsertions {
        let slot = client as usize * self.insertion_cache.width + trip as usize;
        let known = self.insertion_cache.rows[slot];
        if known.when > self.loaded && known.when >= self.trips[trip as usize].changed {
            return known;
        }
        let mut best = BestInsertions { when: self.moves, ..InsertionCache::UNKNOWN };
        let vehicle_type = self.trips[trip as usize].vehicle_type;
        let [start, stop] = self.model.ends(vehicle_type);
        let end = self.end_of(trip);
        let (mut node, mut here) = (end, start);
        loop {
            let next = self.next[node as usize];
            let there = self.place(next, stop);
            let cost = self.model.arc_cost(vehicle_type, here, client)
                + self.model.arc_cost(vehicle_type, client, there)
                - self.model.arc_cost(vehicle_type, here, there);
            let rank = best.cost.iter().position(|&other| cost < other).unwrap_or(3);
            for later in (rank + 1..3).rev() {
                best.cost[later] = best.cost[later - 1];
                best.after[later] = best.after[later - 1];
            }
            if rank < 3 {
                (best.cost[rank], best.after[rank]) = (cost, node);
            }
            if next == end {
                break;
            }
            (node, here) = (next, there);
        }
        self.evaluated += u64::from(self.trips[trip as usize].len) / 4;
        self.insertion_cache.rows[slot] = best;
        best
    }

    /// Cheapest insertion of `client` into the trip of `gone` once that one has left, and the node in front.
    fn cheapest_without(&mut self, client: u32, gone: u32) -> (i64, u32) {
        let trip = self.trip[gone as usize];
        let vehicle_type = self.trips[trip as usize].vehicle_type;
        let before_gone = self.prev[gone as usize];
        let insertion_cache = self.best_insertions(client, trip);
        let [before, after] = self.around(gone);
        let arc_cost = |from, to| self.model.arc_cost(vehicle_type, from, to);
        let mut best =
            (arc_cost(before, client) + arc_cost(client, after) - arc_cost(before, after), before_gone);
        for (&cost, &node) in insertion_cache.cost.iter().zip(&insertion_cache.after) {
            if node != NONE && node != gone && node != before_gone {
                if cost < best.0 {
                    best = (cost, node);
                }
                break;
            }
        }
        best
    }

    fn swap_star_pair(&mut self, a: u32, b: u32) {
        let clients: [Vec<u32>; 2] = [a, b].map(|trip| self.clients(trip).collect());
        let loads = [&clients[0], &clients[1]]
            .map(|list| list.iter().map(|&client| self.model.load(client)).sum::<i64>());
        let before = self.load_penalty(a, loads[0]) + self.load_penalty(b, loads[1]);
        let removals: [Vec<i64>; 2] =
            [0, 1].map(|side| clients[side].iter().map(|&c| self.removal_gain(c)).collect());
        let mut best: (i64, Relocation, Relocation) = (0, None, None);
        for (&u, &removal_u) in clients[0].iter().zip(&removals[0]) {
            let load_u = self.model.load(u);
            for (&v, &removal_v) in clients[1].iter().zip(&removals[1]) {
                let shift = load_u - self.model.load(v);
                let load_change =
                    self.load_penalty(a, loads[0] - shift) + self.load_penalty(b, loads[1] + shift) - before;
                self.evaluated += 1;
                if load_change + removal_u + removal_v >= best.0 {
                    continue;
                }
                let (cost_u, after_u) = self.cheapest_without(u, v);
                let (cost_v, after_v) = self.cheapest_without(v, u);
                let gain = load_change + removal_u + removal_v + cost_u + cost_v;
                if gain < best.0 {
                    best = (gain, Some((u, after_u)), Some((v, after_v)));
                }
            }
            // A relocation without an exchange, unless that closes a trip, which the other moves try.
            let load_change =
                self.load_penalty(a, loads[0] - load_u) + self.load_penalty(b, loads[1] + load_u) - before;
            if clients[0].len() > 1 && load_change + removal_u < best.0 {
                let insertion_cache = self.best_insertions(u, b);
                let gain = load_change + removal_u + insertion_cache.cost[0];
                if gain < best.0 {
                    best = (gain, Some((u, insertion_cache.after[0])), None);
                }
            }
        }
        let (gain, goes_u, goes_v) = best;
        if goes_u.is_none() {
            return;
        }
        let price = self.price_of([a, b]);
        let rebuilt = [self.changed(a, goes_u, goes_v), self.changed(b, goes_v, goes_u)];
        self.replace([a, b], rebuilt);
        debug_assert_eq!(price + gain, self.price_of([a, b]), "the cost is as evaluated");
    }

    /// The clients of a trip after one has left and another was inserted.
    fn changed(&self, trip: u32, gone: Relocation, come: Relocation) -> Vec<u32> {
        let mut sequence = Vec::with_capacity(self.trips[trip as usize].len as usize + 1);
        let mut visit = |node: u32| {
            if !self.is_end(node) && gone.is_none_or(|(client, _)| client != node) {
                sequence.push(node);
            }
            if let Some((client, after)) = come
                && after == node
            {
                sequence.push(client);
            }
        };
        visit(self.end_of(trip));
        self.clients(trip).for_each(visit);
        sequence
    }
}
