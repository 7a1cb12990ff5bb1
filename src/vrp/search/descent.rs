//! Descent through penalised solutions: clients and stretches of trips change places as long as that pays.
//!
//! Trips here may break rules at a price ([`Penalised`]). Every node knows its trip until itself (`head`) and from itself
//! on (`tail`), so that a trip put together from a few pieces is judged in constant time ([`Piece`]); `moves` says
//! which pieces are tried. Only trips that changed since a client was last looked at are tried again (after Vidal 2022,
//! Computers & Operations Research 140). One trip a vehicle.

use super::instance::Instance;
use super::penalty::{Overrun, Penalised, Weights, is_sound};
use super::state::{NONE, Plan};
use super::swap_star::PlaceTable;

/// Neighbours of a client with which moves are tried, without and with windows.
const GRANULAR: [usize; 2] = [20, 30];

/// A part of a trip as it stands. A trip's own node stands for both of its ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece {
    /// From the departure to this node.
    Head(u32),
    /// From this node to the arrival.
    Tail(u32),
    /// From one client forward to another.
    Run(u32, u32),
    /// The same stretch the other way round: it begins at the second and ends at the first.
    Back(u32, u32),
}

/// A trip under descent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trip {
    pub kind: u32,
    pub len: u32,
    /// Cost of its way.
    pub way: i64,
    /// All it costs, penalties included; 0 when empty.
    pub price: i64,
    pub overrun: Overrun,
    /// When it changed last, in moves made.
    pub changed: u64,
    /// When exchanges with its neighbours were tried last.
    pub exchanged: Option<u64>,
}

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
    forth: Vec<i64>,
    back: Vec<i64>,
    tested: Vec<u64>,
    order: Vec<u32>,
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
            tested: vec![0; size],
            order: Vec::new(),
            empty: vec![NONE; model.fleet().len()],
            granular: GRANULAR[usize::from(!M::TURNS)],
            places: PlaceTable::default(),
            sequence: [Vec::new(), Vec::new()],
        }
    }

    /// Takes up the routes of `plan`: one trip a vehicle. Trips that are `settled` have been through a descent before:
    /// moves among them are not tried again.
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
        self.forth.truncate(size);
        self.back.truncate(size);
        for (kind, trips) in &plan.vehicles {
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
            trip.price += weights.price(&trip.overrun) - self.weights.price(&trip.overrun);
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

    /// Number of clients of the problem.
    #[inline]
    pub fn size(&self) -> usize {
        self.tested.len()
    }

    /// The node that stands for both ends of a trip.
    #[inline]
    pub fn end_of(&self, trip: u32) -> u32 {
        self.tested.len() as u32 + trip
    }

    #[inline]
    pub fn is_end(&self, node: u32) -> bool {
        node as usize >= self.tested.len()
    }

    /// Clients of a trip in order.
    pub fn clients(&self, trip: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.end_of(trip);
        std::iter::successors(Some(self.next[end as usize]), |&node| Some(self.next[node as usize]))
            .take_while(move |&node| node != end)
    }

    fn add_trip(&mut self, kind: u32) -> u32 {
        let trip = self.trips.len() as u32;
        let row = Trip {
            kind,
            len: 0,
            way: 0,
            price: 0,
            overrun: Overrun::default(),
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
        self.forth.push(0);
        self.back.push(0);
        trip
    }

    /// Keeps one empty trip of every type that has a vehicle left.
    fn provide_empty(&mut self) {
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
    fn set(&mut self, trip: u32, clients: &[u32]) {
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
            forth += model.way(kind, place, client);
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
            return;
        }
        let mut tail = self.tail[end as usize];
        let whole = model.join(kind, &head, &tail);
        row.way = forth + model.way(kind, place, stop);
        row.overrun = model.overrun(kind, &whole);
        row.price = row.way + model.standing(kind, &whole) + self.weights.price(&row.overrun);
        for &client in clients.iter().rev() {
            tail = model.join(kind, &model.single(kind, client), &tail);
            self.tail[client as usize] = tail;
        }
    }

    #[inline]
    pub fn place(&self, node: u32, depot: u32) -> u32 {
        if self.is_end(node) { depot } else { node }
    }

    /// Cost of the way of a trip of this type put together from pieces.
    #[inline]
    fn way<const N: usize>(&self, kind: u32, pieces: &[Piece; N]) -> i64 {
        let [start, stop] = self.model.ends(kind);
        let (mut sum, mut last) = (0, start);
        for (at, &piece) in pieces.iter().enumerate() {
            let (first, end, inner) = match piece {
                Piece::Head(node) => (start, self.place(node, start), self.forth_of(node)),
                Piece::Tail(node) if self.is_end(node) => (stop, stop, 0),
                Piece::Tail(node) => {
                    let whole = self.trips[self.trip[node as usize] as usize].way;
                    (node, stop, whole - self.forth[node as usize])
                }
                Piece::Run(from, to) => (from, to, self.run_way(kind, from, to)),
                Piece::Back(from, to) => (to, from, self.back_way(kind, from, to)),
            };
            if at > 0 {
                sum += self.model.way(kind, last, first);
            }
            sum += inner;
            last = end;
        }
        sum
    }

    #[inline]
    fn forth_of(&self, node: u32) -> i64 {
        if self.is_end(node) { 0 } else { self.forth[node as usize] }
    }

    #[inline]
    fn run_way(&self, kind: u32, from: u32, to: u32) -> i64 {
        if from == to {
            return 0;
        }
        if self.trips[self.trip[from as usize] as usize].kind == kind {
            return self.forth[to as usize] - self.forth[from as usize];
        }
        self.along(from, to).map(|[a, b]| self.model.way(kind, a, b)).sum()
    }

    #[inline]
    fn back_way(&self, kind: u32, from: u32, to: u32) -> i64 {
        if from == to {
            return 0;
        }
        if self.trips[self.trip[from as usize] as usize].kind == kind {
            return self.back[to as usize] - self.back[from as usize];
        }
        self.along(from, to).map(|[a, b]| self.model.way(kind, b, a)).sum()
    }

    /// The arcs of a run.
    fn along(&self, from: u32, to: u32) -> impl Iterator<Item = [u32; 2]> + '_ {
        let mut node = from;
        std::iter::from_fn(move || {
            (node != to).then(|| {
                let before = node;
                node = self.next[node as usize];
                [before, node]
            })
        })
    }

    /// All that a trip of this type put together from pieces is besides its way.
    #[inline]
    fn part<const N: usize>(&self, kind: u32, pieces: &[Piece; N]) -> M::Part {
        let model = self.model;
        let Piece::Head(node) = pieces[0] else {
            unreachable!("every trip begins with its departure");
        };
        let mut sum = self.head[node as usize];
        for &piece in &pieces[1..] {
            match piece {
                Piece::Head(_) => unreachable!("a trip departs once"),
                Piece::Tail(node) => sum = model.join(kind, &sum, &self.tail[node as usize]),
                Piece::Run(from, to) if from == to => {
                    sum = model.join(kind, &sum, &model.single(kind, from));
                }
                Piece::Run(from, to) | Piece::Back(from, to) if M::TURNS => {
                    let alone = model.single(kind, from);
                    let run = model.between(&self.head[from as usize], &alone, &self.head[to as usize]);
                    sum = model.join(kind, &sum, &run);
                }
                Piece::Run(from, to) => {
                    let mut node = from;
                    loop {
                        sum = model.join(kind, &sum, &model.single(kind, node));
                        if node == to {
                            break;
                        }
                        node = self.next[node as usize];
                    }
                }
                Piece::Back(from, to) => {
                    let mut node = to;
                    loop {
                        sum = model.join(kind, &sum, &model.single(kind, node));
                        if node == from {
                            break;
                        }
                        node = self.prev[node as usize];
                    }
                }
            }
        }
        sum
    }

    fn is_empty<const N: usize>(&self, pieces: &[Piece; N]) -> bool {
        pieces.iter().all(|piece| match *piece {
            Piece::Head(node) | Piece::Tail(node) => self.is_end(node),
            Piece::Run(..) | Piece::Back(..) => false,
        })
    }

    /// Penalised price of a trip put together from pieces, beyond its way.
    fn beyond<const N: usize>(&self, kind: u32, pieces: &[Piece; N]) -> i64 {
        if self.is_empty(pieces) {
            return 0;
        }
        let whole = self.part(kind, pieces);
        self.model.standing(kind, &whole) + self.weights.price(&self.model.overrun(kind, &whole))
    }

    /// Rebuilds one trip from pieces if that is cheaper.
    #[inline]
    pub fn try_one<const N: usize>(&mut self, trip: u32, pieces: [Piece; N]) -> bool {
        self.judged += 1;
        let row = self.trips[trip as usize];
        let way = self.way(row.kind, &pieces);
        // Where turning is free the load does not change inside a trip.
        if M::TURNS && way >= row.way || way >= row.price {
            return false;
        }
        let cost = way + self.beyond(row.kind, &pieces);
        if cost >= row.price {
            return false;
        }
        self.rebuild(&pieces, 0);
        self.moves += 1;
        self.install(&[trip]);
        debug_assert_eq!(cost, self.trips[trip as usize].price, "judged as it turned out");
        true
    }

    /// Rebuilds two trips from pieces of both if that is cheaper.
    #[inline]
    pub fn try_two<const A: usize, const B: usize>(
        &mut self,
        [a, b]: [u32; 2],
        of_a: [Piece; A],
        of_b: [Piece; B],
    ) -> bool {
        self.judged += 1;
        let (row_a, row_b) = (&self.trips[a as usize], &self.trips[b as usize]);
        let (kind_a, kind_b) = (row_a.kind, row_b.kind);
        let price = row_a.price + row_b.price;
        let mut cost = if self.is_empty(&of_a) { 0 } else { self.way(kind_a, &of_a) };
        cost += if self.is_empty(&of_b) { 0 } else { self.way(kind_b, &of_b) };
        if cost >= price {
            return false;
        }
        cost += self.beyond(kind_a, &of_a);
        if cost >= price {
            return false;
        }
        cost += self.beyond(kind_b, &of_b);
        if cost >= price {
            return false;
        }
        self.rebuild(&of_a, 0);
        self.rebuild(&of_b, 1);
        self.moves += 1;
        self.install(&[a, b]);
        debug_assert_eq!(cost, self.price_of([a, b]), "judged as it turned out");
        true
    }

    /// What two trips cost together, penalties included.
    pub fn price_of(&self, trips: [u32; 2]) -> i64 {
        trips.iter().map(|&trip| self.trips[trip as usize].price).sum()
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

    /// Writes down the clients of a trip put together from pieces.
    fn rebuild<const N: usize>(&mut self, pieces: &[Piece; N], slot: usize) {
        let mut sequence = std::mem::take(&mut self.sequence[slot]);
        sequence.clear();
        for &piece in pieces {
            match piece {
                Piece::Head(node) if self.is_end(node) => {}
                Piece::Head(node) => {
                    let trip = self.trip[node as usize];
                    sequence.extend(self.clients(trip).take(self.at[node as usize] as usize));
                }
                Piece::Tail(node) if self.is_end(node) => {}
                Piece::Tail(node) => {
                    let end = self.end_of(self.trip[node as usize]);
                    sequence.push(node);
                    sequence.extend(self.along(node, end).map(|[_, next]| next).filter(|&next| next != end));
                }
                Piece::Run(from, to) => {
                    sequence.push(from);
                    sequence.extend(self.along(from, to).map(|[_, next]| next));
                }
                Piece::Back(from, to) => {
                    let start = sequence.len();
                    sequence.push(from);
                    sequence.extend(self.along(from, to).map(|[_, next]| next));
                    sequence[start..].reverse();
                }
            }
        }
        self.sequence[slot] = sequence;
    }

    fn install(&mut self, trips: &[u32]) {
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
