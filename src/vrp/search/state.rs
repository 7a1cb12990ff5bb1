//! The solution under the search: linked trips, grouped by vehicle, with a journal that undoes an iteration at the
//! cost of what it touched.
//!
//! Nodes are clients (`0..client_count`) and, behind them, one for every trip slot that stands for both of its ends:
//! the next of a trip's node is its first client, the previous one its last.

use super::instance::Instance;
use smallvec::SmallVec;

/// "Nobody", "nowhere".
pub(super) const NONE: u32 = u32::MAX;

/// The rules of a kind of problem: what nodes and trips remember, and what an insertion costs.
pub(super) trait Model: Sync {
    /// What a node remembers so that insertions beside it can be judged in constant time.
    type Node: Copy + Default + Send;
    /// What a trip remembers.
    type Trip: Copy + Default + Send;

    /// Number of clients.
    fn client_count(&self) -> usize;
    /// Number of vehicle types, and how many vehicles there are of each.
    fn fleet(&self) -> &[u32];
    /// Recomputes everything a vehicle's trips and nodes remember, and its cost; `None` when it breaks a rule.
    fn refresh(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64>;
    /// Brings the vehicle up to date after `client` was linked in at a cost of `delta`.
    fn inserted(&self, state: &mut State<Self>, client: u32, delta: i64);
    /// Whether `client` may be on this trip at all as far as load and permission go; a cheap first test.
    fn may_join(&self, state: &State<Self>, client: u32, trip: u32) -> bool;
    /// What inserting `client` after node `after` of `trip` costs; `None` when a rule forbids it or the cost is
    /// not below `limit`.
    fn insertion(&self, state: &State<Self>, client: u32, after: u32, trip: u32, limit: i64) -> Option<i64>;
    /// The cheapest place below `limit` beside the neighbours of `client`: what it costs, behind which node of which
    /// trip. Some places are overlooked at random.
    fn best_gap(
        &self,
        state: &State<Self>,
        instance: &Instance<'_>,
        client: u32,
        mut limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Gap> {
        let mut best = None;
        for &beside in instance.beside(client as usize) {
            let link = state.links[beside as usize];
            if link.trip == NONE || !self.may_join(state, client, link.trip) {
                continue;
            }
            let eyes = Eyes::open(rng);
            for (after, sees) in [(link.prev, eyes.left()), (beside, eyes.right())] {
                if sees && let Some(delta) = self.insertion(state, client, after, link.trip, limit) {
                    limit = delta;
                    best = Some(Gap { delta, after, trip: link.trip });
                }
            }
        }
        best
    }
    /// Called when the client behind `node` was taken out and the vehicle is settled later.
    fn parted(&self, _: &mut State<Self>, _node: u32) {}
    /// As [`refresh`](Self::refresh) for a vehicle that only lost clients since, each of them [`parted`](Self::parted).
    fn shrunk(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64> {
        self.refresh(state, vehicle)
    }
    /// The cheapest way below `limit` to open a trip for `client` alone. Where there is a choice, some are overlooked
    /// at random.
    fn opening(
        &self,
        state: &State<Self>,
        client: u32,
        limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<(i64, Opening)>;
}

/// A place for a client in a trip: behind which node, and what that costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    pub delta: i64,
    pub after: u32,
    pub trip: u32,
}

/// A place is overlooked once in this many looks.
const BLINK: u32 = 100;

/// Which of the two places beside a client are seen.
#[derive(Clone, Copy)]
pub(super) struct Eyes(u32);

impl Eyes {
    /// Both at once, each blinking now and then.
    #[inline]
    pub fn open(rng: &mut fastrand::Rng) -> Self {
        Self(rng.u32(..))
    }

    /// Whether the place before is seen.
    #[inline]
    pub const fn left(self) -> bool {
        self.0 & 0xFFFF >= (1 << 16) / BLINK
    }

    /// Whether the place behind is seen.
    #[inline]
    pub const fn right(self) -> bool {
        self.0 >> 16 >= (1 << 16) / BLINK
    }
}

/// Where a new trip goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opening {
    /// A vehicle of this type that is not used yet.
    Vehicle(u32),
    /// A used vehicle, at this place among its trips.
    Trip(u32, u32),
}

/// A node's neighbours and its trip ([`NONE`] when absent).
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub prev: u32,
    pub next: u32,
    pub trip: u32,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TripSlot<T> {
    pub vehicle: u32,
    pub len: u32,
    pub data: T,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Vehicle {
    pub kind: u32,
    pub cost: i64,
    pub trips: SmallVec<[u32; 4]>,
}

/// Routes as plain lists of client positions, by vehicle type: what is kept of a best solution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub vehicles: Vec<(u32, Vec<Vec<u32>>)>,
}

pub(super) struct State<M: Model + ?Sized> {
    pub links: Vec<Link>,
    pub nodes: Vec<M::Node>,
    pub trips: Vec<TripSlot<M::Trip>>,
    pub vehicles: Vec<Vehicle>,
    /// Clients in no trip.
    pub absent: Vec<u32>,
    /// Cost of all vehicles.
    pub cost: i64,
    /// Vehicles in use, by type.
    pub used: Vec<u32>,
    client_count: usize,
    free_trips: Vec<u32>,
    free_vehicles: Vec<u32>,
    journal: Journal<M>,
    /// Vehicles that changed since the solution was last written down; everything is new when that never was.
    changed: Vec<u32>,
    is_changed: Vec<bool>,
    is_new: bool,
}

/// A solution written down, by vehicle of the state it was written from.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    rows: Vec<(u32, Vec<Vec<u32>>)>,
}

impl Record {
    /// The routes as plain lists.
    pub fn plan(&self) -> Plan {
        Plan { vehicles: self.rows.iter().filter(|(_, trips)| !trips.is_empty()).cloned().collect() }
    }
}

impl From<Plan> for Record {
    fn from(plan: Plan) -> Self {
        Self { rows: plan.vehicles }
    }
}

/// What to put back when an iteration is refused.
struct Journal<M: Model + ?Sized> {
    stamp: u32,
    marks: Vec<u32>,
    vehicles: Vec<(u32, Vehicle)>,
    trips: Vec<(u32, TripSlot<M::Trip>)>,
    nodes: Vec<(u32, M::Node)>,
    absent: Vec<u32>,
    used: Vec<u32>,
    cost: i64,
    new_trips: Vec<u32>,
    old_trips: Vec<u32>,
    new_vehicles: Vec<u32>,
    old_vehicles: Vec<u32>,
}

impl<M: Model> State<M> {
    /// Nobody is planned yet.
    pub fn empty(model: &M) -> Self {
        let client_count = model.client_count();
        Self {
            links: vec![Link { prev: NONE, next: NONE, trip: NONE }; client_count],
            nodes: vec![M::Node::default(); client_count],
            trips: Vec::new(),
            vehicles: Vec::new(),
            absent: (0..client_count as u32).collect(),
            cost: 0,
            used: vec![0; model.fleet().len()],
            client_count,
            free_trips: Vec::new(),
            free_vehicles: Vec::new(),
            journal: Journal {
                stamp: 0,
                marks: Vec::new(),
                vehicles: Vec::new(),
                trips: Vec::new(),
                nodes: Vec::new(),
                absent: Vec::new(),
                used: Vec::new(),
                cost: 0,
                new_trips: Vec::new(),
                old_trips: Vec::new(),
                new_vehicles: Vec::new(),
                old_vehicles: Vec::new(),
            },
            changed: Vec::new(),
            is_changed: Vec::new(),
            is_new: true,
        }
    }

    /// The node that stands for both ends of a trip.
    #[inline]
    pub fn end_of(&self, trip: u32) -> u32 {
        self.client_count as u32 + trip
    }

    /// Trips in use.
    pub fn trip_count(&self) -> usize {
        self.trips.len() - self.free_trips.len()
    }

    /// Whether the node stands for the ends of a trip.
    #[inline]
    pub fn is_end(&self, node: u32) -> bool {
        node as usize >= self.client_count
    }

    /// Starts an iteration that can be undone.
    pub fn begin(&mut self) {
        let journal = &mut self.journal;
        journal.stamp += 1;
        journal.vehicles.clear();
        journal.trips.clear();
        journal.nodes.clear();
        journal.absent.clone_from(&self.absent);
        journal.used.clone_from(&self.used);
        journal.cost = self.cost;
        journal.new_trips.clear();
        journal.old_trips.clear();
        journal.new_vehicles.clear();
        journal.old_vehicles.clear();
    }

    /// Remembers a vehicle as it is, once an iteration. To be called before anything of it changes.
    pub fn touch(&mut self, vehicle: u32) {
        let journal = &mut self.journal;
        if journal.marks[vehicle as usize] == journal.stamp {
            return;
        }
        journal.marks[vehicle as usize] = journal.stamp;
        let row = &self.vehicles[vehicle as usize];
        for &trip in &row.trips {
            let end = self.client_count as u32 + trip;
            journal.trips.push((trip, self.trips[trip as usize]));
            journal.nodes.push((end, self.nodes[end as usize]));
            let mut node = self.links[end as usize].next;
            while node != end {
                journal.nodes.push((node, self.nodes[node as usize]));
                node = self.links[node as usize].next;
            }
        }
        journal.vehicles.push((vehicle, row.clone()));
    }

    /// Keeps what was done since [`begin`](Self::begin).
    pub fn commit(&mut self) {
        self.free_trips.append(&mut self.journal.old_trips);
        self.free_vehicles.append(&mut self.journal.old_vehicles);
        self.is_changed.resize(self.vehicles.len(), false);
        for &(vehicle, _) in &self.journal.vehicles {
            if !std::mem::replace(&mut self.is_changed[vehicle as usize], true) {
                self.changed.push(vehicle);
            }
        }
    }

    /// The next record starts from nothing.
    pub fn begin_record(&mut self) {
        self.is_new = true;
        self.is_changed.clear();
        self.is_changed.resize(self.vehicles.len(), true);
        self.changed = (0..self.vehicles.len() as u32).collect();
    }

    /// Writes the solution down, at the cost of what changed since the last time, always to the same record.
    pub fn write_down(&mut self, record: &mut Record) {
        if std::mem::take(&mut self.is_new) {
            record.rows.clear();
        }
        record.rows.resize_with(self.vehicles.len(), Default::default);
        let mut changed = std::mem::take(&mut self.changed);
        for vehicle in changed.drain(..) {
            self.is_changed[vehicle as usize] = false;
            let row = &self.vehicles[vehicle as usize];
            let (kind, trips) = &mut record.rows[vehicle as usize];
            *kind = row.kind;
            trips.resize_with(row.trips.len(), Vec::new);
            for (list, &trip) in trips.iter_mut().zip(&row.trips) {
                list.clear();
                list.extend(self.clients(trip));
            }
        }
        self.changed = changed;
    }

    /// Puts everything back as it was at [`begin`](Self::begin).
    pub fn undo(&mut self) {
        let journal = &mut self.journal;
        let mut node_at = 0;
        let mut trip_at = 0;
        for (vehicle, row) in &journal.vehicles {
            for &trip in &row.trips {
                debug_assert_eq!(journal.trips[trip_at].0, trip);
                let slot = journal.trips[trip_at].1;
                trip_at += 1;
                self.trips[trip as usize] = slot;
                let stop = node_at + slot.len as usize + 1;
                let saved = &journal.nodes[node_at..stop];
                node_at = stop;
                let mut prev = saved[saved.len() - 1].0;
                for (at, &(node, data)) in saved.iter().enumerate() {
                    let next = saved[if at + 1 == saved.len() { 0 } else { at + 1 }].0;
                    self.nodes[node as usize] = data;
                    self.links[node as usize] = Link { prev, next, trip };
                    prev = node;
                }
            }
            self.vehicles[*vehicle as usize].clone_from(row);
        }
        for &client in &journal.absent {
            self.links[client as usize].trip = NONE;
        }
        std::mem::swap(&mut self.absent, &mut journal.absent);
        std::mem::swap(&mut self.used, &mut journal.used);
        self.cost = journal.cost;
        self.free_trips.append(&mut journal.new_trips);
        self.free_vehicles.append(&mut journal.new_vehicles);
    }

    /// Takes `client` out of its trip, whose vehicle was touched and is refreshed by the caller.
    pub fn unlink(&mut self, client: u32) {
        let Link { prev, next, trip } = self.links[client as usize];
        self.links[prev as usize].next = next;
        self.links[next as usize].prev = prev;
        self.links[client as usize].trip = NONE;
        self.trips[trip as usize].len -= 1;
    }

    /// Puts an absent client behind `after` in `trip`, whose vehicle was touched and is brought up to date after.
    pub fn link(&mut self, client: u32, after: u32, trip: u32) {
        let next = self.links[after as usize].next;
        self.links[client as usize] = Link { prev: after, next, trip };
        self.links[after as usize].next = client;
        self.links[next as usize].prev = client;
        self.trips[trip as usize].len += 1;
    }

    /// Opens an empty trip and returns it.
    pub fn open(&mut self, opening: Opening) -> u32 {
        let (vehicle, place) = match opening {
            Opening::Vehicle(kind) => {
                let vehicle = self.free_vehicles.pop().unwrap_or_else(|| {
                    self.vehicles.push(Vehicle::default());
                    self.journal.marks.push(0);
                    self.vehicles.len() as u32 - 1
                });
                let row = &mut self.vehicles[vehicle as usize];
                row.kind = kind;
                row.cost = 0;
                row.trips.clear();
                self.used[kind as usize] += 1;
                self.journal.new_vehicles.push(vehicle);
                (vehicle, 0)
            }
            Opening::Trip(vehicle, place) => (vehicle, place),
        };
        self.touch(vehicle);
        let trip = self.free_trips.pop().unwrap_or_else(|| {
            self.trips.push(TripSlot::default());
            self.links.push(Link { prev: NONE, next: NONE, trip: NONE });
            self.nodes.push(M::Node::default());
            self.trips.len() as u32 - 1
        });
        self.journal.new_trips.push(trip);
        self.trips[trip as usize] = TripSlot { vehicle, len: 0, data: M::Trip::default() };
        let end = self.end_of(trip);
        self.links[end as usize] = Link { prev: end, next: end, trip };
        self.vehicles[vehicle as usize].trips.insert(place as usize, trip);
        trip
    }

    /// Closes the empty trips of a touched vehicle, and the vehicle with its last one. Whether it is still in use.
    pub fn close_empty_trips(&mut self, vehicle: u32) -> bool {
        let Self { vehicles, trips, journal, .. } = self;
        let row = &mut vehicles[vehicle as usize];
        row.trips.retain(|&mut trip| {
            let keep = trips[trip as usize].len > 0;
            if !keep {
                journal.old_trips.push(trip);
            }
            keep
        });
        if row.trips.is_empty() {
            self.cost -= row.cost;
            row.cost = 0;
            self.used[row.kind as usize] -= 1;
            journal.old_vehicles.push(vehicle);
            return false;
        }
        true
    }

    /// Refreshes a touched vehicle; when it breaks a rule (possible where a detour is shorter than the direct way)
    /// all its clients become absent.
    pub fn settle(&mut self, model: &M, vehicle: u32) {
        if self.close_empty_trips(vehicle) {
            let cost = model.refresh(self, vehicle);
            self.settle_at(vehicle, cost);
        }
    }

    /// The same for a vehicle that only lost clients.
    pub fn settle_shrunk(&mut self, model: &M, vehicle: u32) {
        if self.close_empty_trips(vehicle) {
            let cost = model.shrunk(self, vehicle);
            self.settle_at(vehicle, cost);
        }
    }

    fn settle_at(&mut self, vehicle: u32, cost: Option<i64>) {
        if let Some(cost) = cost {
            let row = &mut self.vehicles[vehicle as usize];
            self.cost += cost - row.cost;
            row.cost = cost;
            return;
        }
        for trip in self.vehicles[vehicle as usize].trips.clone() {
            self.empty_trip(trip);
        }
        self.close_empty_trips(vehicle);
    }

    /// The vehicles touched since [`begin`](Self::begin) that are in use, by position; `None` behind the last one.
    fn touched(&self, at: usize) -> Option<u32> {
        self.journal.vehicles.get(at).map(|(vehicle, _)| *vehicle)
    }

    /// Gives some of the touched vehicles another type at random, where that keeps all rules: room for clients that
    /// would not fit, or less of it.
    pub fn shuffle_types(&mut self, model: &M, rng: &mut fastrand::Rng) {
        let mut at = 0;
        while let Some(vehicle) = self.touched(at) {
            at += 1;
            if rng.bool() {
                let kind = rng.u32(0..self.used.len() as u32);
                self.retype(model, vehicle, kind, i64::MAX);
            }
        }
    }

    /// Gives every touched vehicle the cheapest type that can drive its route.
    pub fn settle_types(&mut self, model: &M) {
        let mut at = 0;
        while let Some(vehicle) = self.touched(at) {
            at += 1;
            for kind in 0..self.used.len() as u32 {
                self.retype(model, vehicle, kind, self.vehicles[vehicle as usize].cost);
            }
        }
    }

    /// Makes a touched vehicle one of another type if there is one left, no rule breaks, and it costs less than `limit`.
    fn retype(&mut self, model: &M, vehicle: u32, kind: u32, limit: i64) {
        let Vehicle { kind: before, ref trips, .. } = self.vehicles[vehicle as usize];
        if trips.is_empty() || kind == before || self.used[kind as usize] >= model.fleet()[kind as usize] {
            return;
        }
        self.vehicles[vehicle as usize].kind = kind;
        if let Some(cost) = model.refresh(self, vehicle).filter(|&cost| cost < limit) {
            self.used[before as usize] -= 1;
            self.used[kind as usize] += 1;
            let row = &mut self.vehicles[vehicle as usize];
            self.cost += cost - row.cost;
            row.cost = cost;
        } else {
            self.vehicles[vehicle as usize].kind = before;
            let cost = model.refresh(self, vehicle);
            debug_assert_eq!(cost, Some(self.vehicles[vehicle as usize].cost));
        }
    }

    /// Makes all clients of a trip of a touched vehicle absent; the caller closes it.
    pub fn empty_trip(&mut self, trip: u32) {
        let end = self.end_of(trip);
        while self.links[end as usize].next != end {
            let client = self.links[end as usize].next;
            self.unlink(client);
            self.absent.push(client);
        }
    }

    /// Clients of a trip in order.
    pub fn clients(&self, trip: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.end_of(trip);
        std::iter::successors(Some(self.links[end as usize].next), |&node| {
            Some(self.links[node as usize].next)
        })
        .take_while(move |&node| node != end)
    }

    /// The routes as plain lists.
    pub fn plan(&self) -> Plan {
        let used = self.vehicles.iter().filter(|row| !row.trips.is_empty());
        let vehicles = used
            .map(|row| (row.kind, row.trips.iter().map(|&trip| self.clients(trip).collect()).collect()))
            .collect();
        Plan { vehicles }
    }

    /// Replaces everything by the routes of `plan`, which break no rule.
    pub fn restore(&mut self, model: &M, plan: &Plan) {
        let stamp = self.journal.stamp;
        *self = Self::empty(model);
        self.journal.stamp = stamp;
        self.begin();
        for (kind, trips) in &plan.vehicles {
            let mut vehicle = NONE;
            for (place, clients) in trips.iter().enumerate() {
                let opening =
                    if place == 0 { Opening::Vehicle(*kind) } else { Opening::Trip(vehicle, place as u32) };
                let trip = self.open(opening);
                vehicle = self.trips[trip as usize].vehicle;
                for &client in clients {
                    let last = self.links[self.end_of(trip) as usize].prev;
                    self.link(client, last, trip);
                }
            }
            self.settle(model, vehicle);
        }
        let links = &self.links;
        self.absent.clear();
        self.absent.extend((0..self.client_count as u32).filter(|&c| links[c as usize].trip == NONE));
        self.commit();
    }
}
