//! SWAP*: two clients of two trips change over, each to the best place the other trip has for it, not just to the
//! place the other one left (Vidal, Computers & Operations Research 140, 2022). Three best places a client and trip are
//! remembered while the trip stays as it is. Where load is the only rule beside the way.

use super::descent::Descent;
use super::penalty::{LOAD, Overrun, Penalised};
use super::state::NONE;

/// Neighbours by which trips count as near each other.
const NEAR: usize = 8;

/// The three cheapest places of a client in a trip.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    /// As of which move they were found.
    when: u64,
    cost: [i64; 3],
    after: [u32; 3],
}

/// Places of all clients in all trips.
#[derive(Debug, Default)]
pub(super) struct PlaceTable {
    width: usize,
    rows: Vec<Places>,
}

impl PlaceTable {
    const UNKNOWN: Places = Places { when: 0, cost: [i64::MAX; 3], after: [NONE; 3] };

    fn fit(&mut self, size: usize, width: usize) {
        if self.width < width || self.rows.len() != size * self.width {
            self.width = width + width / 4;
            self.rows.clear();
            self.rows.resize(size * self.width, Self::UNKNOWN);
        }
    }
}

/// A client on its way to another trip: behind which node it goes there.
type Goes = Option<(u32, u32)>;

impl<M: Penalised> Descent<'_, M> {
    /// Tries the best exchange of every two near trips once.
    pub fn exchange_freely(&mut self) {
        let trip_count = self.trips.len();
        self.places.fit(self.size(), trip_count);
        let mut near: Vec<u32> = Vec::new();
        for a in 0..trip_count as u32 {
            let before = self.trips[a as usize].exchanged.replace(self.moves).unwrap_or(self.rested);
            near.clear();
            for client in self.clients(a) {
                let beside = self.instance.near(client as usize);
                near.extend(beside.iter().take(NEAR).map(|&other| self.trip[other as usize]));
            }
            near.sort_unstable();
            near.dedup();
            for &b in &near {
                if b == a || b == NONE {
                    continue;
                }
                let changed = self.trips[a as usize].changed.max(self.trips[b as usize].changed);
                if changed > before {
                    self.exchange_pair(a, b);
                }
            }
        }
    }

    fn load_price(&self, trip: u32, load: i64) -> i64 {
        let mut overrun = Overrun::default();
        overrun[LOAD] = (load - self.model.room(self.trips[trip as usize].kind)).max(0);
        self.weights.price(&overrun)
    }

    /// What leaving out `client` does to the way of its trip.
    fn removal(&self, client: u32) -> i64 {
        let [before, after] = self.around(client);
        let kind = self.trips[self.trip[client as usize] as usize].kind;
        let way = |from, to| self.model.way(kind, from, to);
        way(before, after) - way(before, client) - way(client, after)
    }

    /// Places before and behind a client.
    fn around(&self, client: u32) -> [u32; 2] {
        let [start, stop] = self.model.ends(self.trips[self.trip[client as usize] as usize].kind);
        [self.place(self.prev[client as usize], start), self.place(self.next[client as usize], stop)]
    }

    fn places_of(&mut self, client: u32, trip: u32) -> Places {
        let slot = client as usize * self.places.width + trip as usize;
        let known = self.places.rows[slot];
        if known.when > self.loaded && known.when >= self.trips[trip as usize].changed {
            return known;
        }
        let mut best = Places { when: self.moves, ..PlaceTable::UNKNOWN };
        let kind = self.trips[trip as usize].kind;
        let [start, stop] = self.model.ends(kind);
        let end = self.end_of(trip);
        let (mut node, mut here) = (end, start);
        loop {
            let next = self.next[node as usize];
            let there = self.place(next, stop);
            let cost = self.model.way(kind, here, client) + self.model.way(kind, client, there)
                - self.model.way(kind, here, there);
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
        self.judged += u64::from(self.trips[trip as usize].len) / 4;
        self.places.rows[slot] = best;
        best
    }

    /// Cheapest insertion of `client` into the trip of `gone` once that one has left, and behind which node.
    fn cheapest_without(&mut self, client: u32, gone: u32) -> (i64, u32) {
        let trip = self.trip[gone as usize];
        let kind = self.trips[trip as usize].kind;
        let before_gone = self.prev[gone as usize];
        let places = self.places_of(client, trip);
        let [before, after] = self.around(gone);
        let way = |from, to| self.model.way(kind, from, to);
        let mut best = (way(before, client) + way(client, after) - way(before, after), before_gone);
        for (&cost, &node) in places.cost.iter().zip(&places.after) {
            if node != NONE && node != gone && node != before_gone {
                if cost < best.0 {
                    best = (cost, node);
                }
                break;
            }
        }
        best
    }

    fn exchange_pair(&mut self, a: u32, b: u32) {
        let clients: [Vec<u32>; 2] = [a, b].map(|trip| self.clients(trip).collect());
        let loads = [&clients[0], &clients[1]]
            .map(|list| list.iter().map(|&client| self.model.load(client)).sum::<i64>());
        let before = self.load_price(a, loads[0]) + self.load_price(b, loads[1]);
        let leaves: [Vec<i64>; 2] =
            [0, 1].map(|side| clients[side].iter().map(|&c| self.removal(c)).collect());
        let mut best: (i64, Goes, Goes) = (0, None, None);
        for (&u, &leave_u) in clients[0].iter().zip(&leaves[0]) {
            let load_u = self.model.load(u);
            for (&v, &leave_v) in clients[1].iter().zip(&leaves[1]) {
                let shift = load_u - self.model.load(v);
                let pressed =
                    self.load_price(a, loads[0] - shift) + self.load_price(b, loads[1] + shift) - before;
                self.judged += 1;
                if pressed + leave_u + leave_v >= best.0 {
                    continue;
                }
                let (cost_u, after_u) = self.cheapest_without(u, v);
                let (cost_v, after_v) = self.cheapest_without(v, u);
                let gain = pressed + leave_u + leave_v + cost_u + cost_v;
                if gain < best.0 {
                    best = (gain, Some((u, after_u)), Some((v, after_v)));
                }
            }
            // Alone to the other trip, unless that closes a trip: the moves see to that.
            let pressed =
                self.load_price(a, loads[0] - load_u) + self.load_price(b, loads[1] + load_u) - before;
            if clients[0].len() > 1 && pressed + leave_u < best.0 {
                let places = self.places_of(u, b);
                let gain = pressed + leave_u + places.cost[0];
                if gain < best.0 {
                    best = (gain, Some((u, places.after[0])), None);
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
        debug_assert_eq!(price + gain, self.price_of([a, b]), "judged as it turned out");
    }

    /// The clients of a trip when one has left and another has come.
    fn changed(&self, trip: u32, gone: Goes, come: Goes) -> Vec<u32> {
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
