//! Descent through penalised solutions: clients and stretches of trips change places as long as that pays.
//!
//! Trips here may break rules at a price ([`Penalised`]). Every node knows its trip until itself (`head`) and from itself
//! on (`tail`), so that a trip put together from a few pieces is judged in constant time ([`Piece`]); `moves` says
//! which pieces are tried. Only trips that changed since a client was last looked at are tried again (after Vidal 2022,
//! Computers & Operations Research 140). One trip a vehicle.

mod draft;
mod pieces;

pub(super) use draft::Trip;
pub(super) use pieces::Piece;

use super::instance::Instance;
use super::penalty::{Overrun, Penalised, Weights, is_sound};
use super::state::{NONE, Plan};
use super::swap_star::PlaceTable;

/// Neighbours of a client with which moves are tried, without and with windows.
const GRANULAR: [usize; 2] = [20, 30];

/// Whether a client may open a trip: not before it has tried all others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Openings {
    Now,
    Later,
}

/// A solution under descent, and the tables it needs; used again and again by one lane.
pub(super) struct Descent<'a, M: Penalised> {
    pub model: &'a M,
    pub instance: &'a Instance<'a>,
    pub weights: Weights,
    pub next: Vec<u32>,
    pub prev: Vec<u32>,
    /// Trip of a node; [`NONE`] for the absent.
    pub trip: Vec<u32>,
    /// Position in the trip, from 1; 0 for a trip's own node.
    pub at: Vec<u32>,
    pub trips: Vec<Trip>,
    /// Moves made so far.
    pub moves: u64,
    /// Moves made when the present solution was loaded.
    pub loaded: u64,
    /// Moves made when it last was at rest: what has not changed since is not tried again.
    pub rested: u64,
    /// Moves judged so far: what descending costs, the same on every machine.
    pub judged: u64,
    head: Vec<M::Part>,
    tail: Vec<M::Part>,
    /// Cost of the way from the departure to a node, and from a node back to the first client.
    pub forth: Vec<i64>,
    pub back: Vec<i64>,
    tested: Vec<u64>,
    order: Vec<u32>,
    /// Cost of the way from a node to the next; 0 from the node of an empty trip.
    pub ahead: Vec<i64>,
    /// By vehicle type what a trip costs at least besides its way.
    pub least: Vec<i64>,
    /// By vehicle type a trip that is empty.
    pub empty: Vec<u32>,
    granular: usize,
    pub places: PlaceTable,
    sequence: [Vec<u32>; 2],
}

impl<'a, M: Penalised> Descent<'a, M> {
    /// Tables for any solution of the problem.
    pub fn new(model: &'a M, instance: &'a Instance<'a>, weights: Weights) -> Self {
        let size = model.client_count();
        let blank = model.departure(0);
        Self {
            model,
            instance,
            weights,
            next: vec![NONE; size],
            prev: vec![NONE; size],
            trip: vec![NONE; size],
            at: vec![0; size],
            trips: Vec::new(),
            moves: 0,
            loaded: 0,
            rested: 0,
            judged: 0,
            head: vec![blank; size],
            tail: vec![blank; size],
            forth: vec![0; size],
            back: vec![0; size],
            ahead: vec![0; size],
            least: (0..model.fleet().len() as u32).map(|kind| model.least_standing(kind)).collect(),
            tested: vec![0; size],
            order: Vec::new(),
            empty: vec![NONE; model.fleet().len()],
            granular: GRANULAR[usize::from(!M::TURNS)],
            places: PlaceTable::default(),
            sequence: [Vec::new(), Vec::new()],
        }
    }

    /// Takes up the routes of `plan`: one trip a vehicle, and no more vehicles of a type than there are; whoever would ride
    /// in the others is left out. Trips that are `settled` have been through a descent before: moves among them are not
    /// tried again.
    pub fn load(&mut self, plan: &Plan, is_settled: impl Fn(&[u32]) -> bool) {
        let size = self.size();
        // What was remembered of the solution before is out of date.
        (self.loaded, self.rested) = (self.moves, self.moves);
        self.moves += 1;
        self.trip[..size].fill(NONE);
        self.trips.clear();
        for nodes in [&mut self.next, &mut self.prev, &mut self.trip, &mut self.at] {
            nodes.truncate(size);
        }
        for parts in [&mut self.head, &mut self.tail] {
            parts.truncate(size);
        }
        for ways in [&mut self.forth, &mut self.back, &mut self.ahead] {
            ways.truncate(size);
        }
        let mut left = self.model.fleet().to_vec();
        for (kind, trips) in &plan.vehicles {
            let Some(others) = left[*kind as usize].checked_sub(1) else {
                continue;
            };
            left[*kind as usize] = others;
            let trip = self.add_trip(*kind);
            for clients in trips {
                self.set(trip, clients);
                if is_settled(clients) {
                    self.trips[trip as usize].changed = self.loaded;
                }
            }
        }
        self.provide_empty();
    }

    /// The routes as they stand.
    pub fn plan(&self) -> Plan {
        let used = (0..self.trips.len() as u32).filter(|&trip| self.trips[trip as usize].len > 0);
        let vehicles = used.map(|trip| (self.trips[trip as usize].kind, vec![self.clients(trip).collect()]));
        Plan { vehicles: vehicles.collect() }
    }

    /// Cost without penalties, and by how much the rules are broken.
    pub fn value(&self) -> (i64, Overrun) {
        let mut overrun = Overrun::default();
        let mut cost = 0;
        for trip in &self.trips {
            cost += trip.price - self.weights.price(&trip.overrun);
            for (sum, over) in overrun.iter_mut().zip(&trip.overrun) {
                *sum += over;
            }
        }
        (cost, overrun)
    }

    /// Prices everything anew under other weights; trips that break a rule are worth another look.
    pub fn reprice(&mut self, weights: Weights) {
        self.moves += 1;
        for trip in &mut self.trips {
            let change = weights.price(&trip.overrun) - self.weights.price(&trip.overrun);
            trip.price += change;
            trip.slack += change;
            if !is_sound(&trip.overrun) {
                trip.changed = self.moves;
            }
        }
        self.weights = weights;
    }

    /// Makes moves that pay until there is none left among those that are tried.
    pub fn descend(&mut self, rng: &mut fastrand::Rng) {
        let size = self.size() as u32;
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        order.extend((0..size).filter(|&client| self.trip[client as usize] != NONE));
        rng.shuffle(&mut order);
        let mut is_first = true;
        loop {
            let before = self.moves;
            for &client in &order {
                let seen = std::mem::replace(&mut self.tested[client as usize], self.moves);
                let (seen, openings) =
                    if is_first { (self.rested, Openings::Later) } else { (seen, Openings::Now) };
                self.improve(client, seen, openings);
            }
            if M::TURNS && self.moves == before {
                self.exchange_freely();
            }
            if self.moves == before && !is_first {
                break;
            }
            is_first = false;
        }
        self.rested = self.moves;
        self.order = order;
    }

    /// Tries all moves of one client with its neighbours; `seen` says as of which move nothing is new.
    fn improve(&mut self, client: u32, seen: u64, openings: Openings) {
        let instance = self.instance;
        let beside = instance.beside(client as usize);
        for &other in &beside[..beside.len().min(self.granular)] {
            if self.trip[other as usize] == NONE {
                continue;
            }
            let changed = |node: u32| self.trips[self.trip[node as usize] as usize].changed;
            if changed(client).max(changed(other)) <= seen {
                continue;
            }
            if self.try_moves(client, other) {
                continue;
            }
            let start = self.end_of(self.trip[other as usize]);
            if self.prev[other as usize] == start {
                self.try_moves(client, start);
            }
        }
        if openings == Openings::Now {
            for kind in 0..self.empty.len() {
                if self.empty[kind] != NONE && self.try_moves(client, self.end_of(self.empty[kind])) {
                    break;
                }
            }
        }
    }

    /// By how much the ways of a trip may grow before it costs more whatever else it gains.
    #[inline]
    pub fn slack(&self, trip: u32) -> i64 {
        self.trips[trip as usize].slack
    }

    /// Rebuilds one trip from pieces, which changes the cost of its way by `change`, if that is cheaper.
    #[inline]
    pub fn try_one<const N: usize>(&mut self, trip: u32, change: i64, pieces: [Piece; N]) -> bool {
        self.judged += 1;
        // Where turning is free the load does not change inside a trip.
        if M::TURNS && change >= 0 || change >= self.slack(trip) {
            return false;
        }
        self.judge_one(trip, change, &pieces)
    }

    #[inline(never)]
    fn judge_one<const N: usize>(&mut self, trip: u32, change: i64, pieces: &[Piece; N]) -> bool {
        let row = self.trips[trip as usize];
        debug_assert_eq!(row.way + change, self.way(row.kind, pieces), "the way as it is");
        let cost = row.way + change + self.beyond(row.kind, pieces);
        if cost >= row.price {
            return false;
        }
        self.rebuild(pieces, 0);
        self.moves += 1;
        self.install(&[trip]);
        debug_assert_eq!(cost, self.trips[trip as usize].price, "judged as it turned out");
        true
    }

    /// Rebuilds two trips from pieces of both, which changes the cost of their ways by `change`, if that is cheaper; it
    /// is not if the change is not below `allowed`.
    #[inline]
    pub fn try_two<const A: usize, const B: usize>(
        &mut self,
        trips: [u32; 2],
        change: i64,
        allowed: i64,
        of_a: [Piece; A],
        of_b: [Piece; B],
    ) -> bool {
        self.judged += 1;
        change < allowed && self.judge_two(trips, change, &of_a, &of_b)
    }

    #[inline(never)]
    fn judge_two<const A: usize, const B: usize>(
        &mut self,
        [a, b]: [u32; 2],
        change: i64,
        of_a: &[Piece; A],
        of_b: &[Piece; B],
    ) -> bool {
        let (row_a, row_b) = (&self.trips[a as usize], &self.trips[b as usize]);
        let (kind_a, kind_b) = (row_a.kind, row_b.kind);
        let price = row_a.price + row_b.price;
        let mut cost = row_a.way + row_b.way + change;
        debug_assert_eq!(
            cost,
            self.whole_way(kind_a, of_a) + self.whole_way(kind_b, of_b),
            "the ways as they are"
        );
        cost += self.beyond(kind_a, of_a);
        if cost >= price {
            return false;
        }
        cost += self.beyond(kind_b, of_b);
        if cost >= price {
            return false;
        }
        self.rebuild(of_a, 0);
        self.rebuild(of_b, 1);
        self.moves += 1;
        self.install(&[a, b]);
        debug_assert_eq!(cost, self.price_of([a, b]), "judged as it turned out");
        true
    }

    /// What two trips cost together, penalties included.
    pub fn price_of(&self, trips: [u32; 2]) -> i64 {
        trips.iter().map(|&trip| self.trips[trip as usize].price).sum()
    }

    /// Puts everybody without a trip into one.
    pub fn insert_all(&mut self) {
        for client in 0..self.size() as u32 {
            if self.trip[client as usize] == NONE {
                self.insert(client);
            }
        }
    }

    /// Puts a client without a trip where it costs least beside its neighbours, or alone; penalties included.
    pub fn insert(&mut self, client: u32) {
        let beside = self.instance.beside(client as usize);
        let mut best: Option<(i64, u32)> = None;
        let mut consider = |this: &mut Self, after: u32| {
            let trip = this.trip[after as usize];
            let row = this.trips[trip as usize];
            let pieces =
                [Piece::Head(after), Piece::Run(client, client), Piece::Tail(this.next[after as usize])];
            this.judged += 1;
            let way = this.way(row.kind, &pieces) - row.price;
            if best.is_none_or(|(cost, _)| way < cost) {
                let cost = way + this.beyond(row.kind, &pieces);
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, after));
                }
            }
        };
        for &other in &beside[..beside.len().min(self.granular)] {
            if self.trip[other as usize] != NONE {
                consider(self, other);
                let before = self.prev[other as usize];
                consider(self, before);
            }
        }
        for kind in 0..self.empty.len() {
            if self.empty[kind] != NONE {
                let end = self.end_of(self.empty[kind]);
                consider(self, end);
            }
        }
        // Neither a neighbour nor a vehicle is left: the end of any trip will do.
        let after = best.map_or_else(|| self.prev[self.size()], |(_, after)| after);
        let trip = self.trip[after as usize];
        let pieces = [Piece::Head(after), Piece::Run(client, client), Piece::Tail(self.next[after as usize])];
        self.rebuild(&pieces, 0);
        self.moves += 1;
        self.install(&[trip]);
    }

    /// Gives two trips these clients.
    pub fn replace(&mut self, [a, b]: [u32; 2], clients: [Vec<u32>; 2]) {
        self.sequence = clients;
        self.moves += 1;
        self.install(&[a, b]);
    }
}
