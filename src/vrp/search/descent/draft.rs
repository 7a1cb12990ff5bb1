//! The trips of a descent as they stand: linked clients that know their trip until themselves and from themselves on.

use super::Descent;
use crate::search::penalty::{Overrun, Penalised};
use crate::search::state::NONE;

/// A trip under descent.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) struct Trip {
    pub kind: u32,
    pub len: u32,
    /// Cost of its way.
    pub way: i64,
    /// All it costs, penalties included; 0 when empty.
    pub price: i64,
    pub overrun: Overrun,
    /// What it costs beyond its way and the least that every trip costs beyond it.
    pub slack: i64,
    /// When it changed last, in moves made.
    pub changed: u64,
    /// When exchanges with its neighbours were tried last.
    pub exchanged: Option<u64>,
}

impl<M: Penalised> Descent<'_, M> {
    /// The node that stands for both ends of a trip.
    #[inline]
    pub fn end_of(&self, trip: u32) -> u32 {
        self.tested.len() as u32 + trip
    }

    #[inline]
    pub fn is_end(&self, node: u32) -> bool {
        node as usize >= self.tested.len()
    }

    /// Number of clients of the problem.
    #[inline]
    pub fn size(&self) -> usize {
        self.tested.len()
    }

    /// Clients of a trip in order.
    pub fn clients(&self, trip: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.end_of(trip);
        std::iter::successors(Some(self.next[end as usize]), |&node| Some(self.next[node as usize]))
            .take_while(move |&node| node != end)
    }

    pub(super) fn add_trip(&mut self, kind: u32) -> u32 {
        let trip = self.trips.len() as u32;
        let row = Trip {
            kind,
            len: 0,
            way: 0,
            price: 0,
            overrun: Overrun::default(),
            slack: -self.least[kind as usize],
            changed: self.moves,
            exchanged: None,
        };
        self.trips.push(row);
        let end = self.end_of(trip);
        self.next.push(end);
        self.prev.push(end);
        self.trip.push(trip);
        self.at.push(0);
        self.head.push(self.model.departure(kind));
        self.tail.push(self.model.arrival(kind));
        for ways in [&mut self.forth, &mut self.back, &mut self.ahead] {
            ways.push(0);
        }
        trip
    }

    /// Keeps one empty trip of every type that has a vehicle left.
    pub(super) fn provide_empty(&mut self) {
        self.empty.fill(NONE);
        let mut used = vec![0; self.empty.len()];
        for (at, trip) in self.trips.iter().enumerate() {
            if trip.len == 0 {
                self.empty[trip.kind as usize] = at as u32;
            } else {
                used[trip.kind as usize] += 1;
            }
        }
        for (kind, used) in used.into_iter().enumerate() {
            if used >= self.model.fleet()[kind] {
                self.empty[kind] = NONE;
            } else if self.empty[kind] == NONE {
                self.empty[kind] = self.add_trip(kind as u32);
            }
        }
    }

    /// Makes these the clients of a trip.
    pub(super) fn set(&mut self, trip: u32, clients: &[u32]) {
        let end = self.end_of(trip);
        let model = self.model;
        let kind = self.trips[trip as usize].kind;
        let [start, stop] = model.ends(kind);
        let (mut node, mut place, mut head) = (end, start, self.head[end as usize]);
        let (mut forth, mut back) = (0, 0);
        for (at, &client) in clients.iter().enumerate() {
            let c = client as usize;
            self.next[node as usize] = client;
            self.prev[c] = node;
            self.trip[c] = trip;
            self.at[c] = at as u32 + 1;
            head = model.join(kind, &head, &model.single(kind, client));
            let way = model.way(kind, place, client);
            self.ahead[node as usize] = way;
            forth += way;
            if at > 0 {
                back += model.way(kind, client, place);
            }
            self.head[c] = head;
            self.forth[c] = forth;
            self.back[c] = back;
            (node, place) = (client, client);
        }
        self.next[node as usize] = end;
        self.prev[end as usize] = node;
        let row = &mut self.trips[trip as usize];
        row.changed = self.moves;
        row.len = clients.len() as u32;
        if clients.is_empty() {
            (row.way, row.price, row.overrun) = (0, 0, Overrun::default());
            row.slack = -self.least[kind as usize];
            self.ahead[end as usize] = 0;
            return;
        }
        let mut tail = self.tail[end as usize];
        let whole = model.join(kind, &head, &tail);
        let last_way = model.way(kind, place, stop);
        self.ahead[node as usize] = last_way;
        row.way = forth + last_way;
        row.overrun = model.overrun(kind, &whole);
        row.price = row.way + model.standing(kind, &whole) + self.weights.price(&row.overrun);
        row.slack = row.price - row.way - self.least[kind as usize];
        for &client in clients.iter().rev() {
            tail = model.join(kind, &model.single(kind, client), &tail);
            self.tail[client as usize] = tail;
        }
    }

    pub(super) fn install(&mut self, trips: &[u32]) {
        for (slot, &trip) in trips.iter().enumerate() {
            let sequence = std::mem::take(&mut self.sequence[slot]);
            self.set(trip, &sequence);
            self.sequence[slot] = sequence;
        }
        if trips.iter().any(|&trip| {
            let row = &self.trips[trip as usize];
            row.len == 0 || self.empty[row.kind as usize] == trip
        }) {
            self.provide_empty();
        }
    }
}
