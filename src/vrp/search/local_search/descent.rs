//! Local search through penalised solutions: improving moves of clients and runs of clients, to a local optimum.
//!
//! Trips here may break rules at a penalty ([`PenalisedModel`]). A trip put together from a few pieces is evaluated in constant
//! time ([`Piece`]); [`moves`](super::moves) says which pieces are tried. Only trips that changed since a client was last
//! tried are tried again (after HGS-CVRP; Vidal, Computers & Operations Research 140, 2022). Where a vehicle
//! makes several trips, each is evaluated on its route ([`routes`](super::routes)).

use super::pieces::Piece;
use super::routes::{LaterTrips, Opening};
use super::tables::{LocalSearch, LocalTrip};
use crate::problem::VehicleType;
use crate::search::index::NONE;
use crate::search::penalty::{Overrun, PenalisedModel, PenaltyWeights, is_feasible};
use crate::search::state::Plan;
use coldmile_units::Idx;

/// Whether a client may open a trip: not before it was tried in all others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Openings {
    Now,
    Later,
}

impl<M: PenalisedModel> LocalSearch<'_, M> {
    /// Loads the routes of `plan`, no more vehicles of a type than there are; clients of the others are left out. Trips that are unchanged since they were at a local optimum are not tried with each other again.
    pub fn load(&mut self, plan: &Plan, is_unchanged: impl Fn(&[u32]) -> bool) {
        let size = self.size();
        // What was stored of the solution before is out of date.
        (self.loaded, self.optimal_at) = (self.moves, self.moves);
        self.moves += 1;
        self.trip[..size].fill(NONE);
        self.trips.clear();
        for nodes in [&mut self.next, &mut self.prev, &mut self.trip, &mut self.at] {
            nodes.truncate(size);
        }
        for parts in [&mut self.head, &mut self.tail] {
            parts.truncate(size);
        }
        for costs in [&mut self.cost_to, &mut self.reversed_cost_to, &mut self.next_arc_cost] {
            costs.truncate(size);
        }
        self.routes.clear();
        self.on_route.clear();
        self.free_trips.clear();
        self.routes_tried = self.loaded;
        let mut left = self.model.fleet().to_vec();
        for (vehicle_type, trips) in &plan.vehicles {
            let Some(others) = left[vehicle_type.get()].checked_sub(1) else {
                continue;
            };
            left[vehicle_type.get()] = others;
            if self.model.may_reload() {
                self.load_route(*vehicle_type, trips, &is_unchanged);
                continue;
            }
            let trip = self.add_trip(*vehicle_type);
            for clients in trips {
                self.set(trip, clients);
                if is_unchanged(clients) {
                    self.trips[trip as usize].changed = self.loaded;
                }
            }
        }
        if self.model.may_reload() {
            self.empty.fill(NONE);
        }
        self.provide_empty();
    }

    /// Loads the routes of `plan`, and the trips of `others`: on vehicles of their own where vehicles make one trip, else on
    /// whatever vehicle drives them at the least cost.
    pub fn load_with(&mut self, plan: &Plan, others: &Plan, is_unchanged: impl Fn(&[u32]) -> bool) {
        if self.model.may_reload() {
            self.load(plan, is_unchanged);
            for clients in others.vehicles.iter().flat_map(|(_, trips)| trips) {
                self.add_cheapest_trip(clients);
            }
        } else {
            let vehicles = plan.vehicles.iter().chain(&others.vehicles).cloned().collect();
            self.load(&Plan { vehicles }, is_unchanged);
        }
    }

    /// Loads a vehicle that may make several trips.
    fn load_route(
        &mut self,
        vehicle_type: Idx<VehicleType>,
        trips: &[Vec<u32>],
        is_unchanged: impl Fn(&[u32]) -> bool,
    ) {
        let route = self.add_route(vehicle_type);
        let max_trips = self.model.max_trips(vehicle_type);
        for clients in trips.iter().filter(|clients| !clients.is_empty()).take(max_trips) {
            let trip = self.add_trip(vehicle_type);
            self.set(trip, clients);
            self.routes[route as usize].trips.push(trip);
        }
        self.connect(route);
        if trips.iter().all(|clients| !clients.is_empty() && is_unchanged(clients)) {
            for &trip in &self.routes[route as usize].trips {
                self.trips[trip as usize].changed = self.loaded;
            }
        }
    }

    /// The routes as they stand.
    pub fn plan(&self) -> Plan {
        if self.model.may_reload() {
            let used = self.routes.iter().filter(|route| !route.trips.is_empty());
            let vehicles = used.map(|route| {
                let trips = route.trips.iter().map(|&trip| self.clients(trip).collect());
                (route.vehicle_type, trips.collect())
            });
            return Plan { vehicles: vehicles.collect() };
        }
        let used = (0..self.trips.len() as u32).filter(|&trip| self.trips[trip as usize].len > 0);
        let vehicles =
            used.map(|trip| (self.trips[trip as usize].vehicle_type, vec![self.clients(trip).collect()]));
        Plan { vehicles: vehicles.collect() }
    }

    /// Cost without penalties, and by how much the rules are broken.
    pub fn value(&self) -> (i64, Overrun) {
        let mut overrun = Overrun::default();
        let mut cost = 0;
        for (price, broken) in self.priced() {
            cost += price - self.weights.penalty(broken);
            for (sum, over) in overrun.iter_mut().zip(broken) {
                *sum += over;
            }
        }
        (cost, overrun)
    }

    /// Prices and overruns of all that is priced by itself: of routes where vehicles may make several trips, else of trips.
    fn priced(&self) -> impl Iterator<Item = (i64, &Overrun)> {
        let trips: &[LocalTrip] = if self.model.may_reload() { &[] } else { &self.trips };
        let trips = trips.iter().map(|trip| (trip.price, &trip.overrun));
        trips.chain(self.routes.iter().map(|route| (route.price, &route.overrun)))
    }

    /// Cost and penalties of all.
    pub fn price(&self) -> i64 {
        self.priced().map(|(price, _)| price).sum()
    }

    /// Reprices all trips under other penalties; trips that break a rule are to be tried again.
    pub fn reprice(&mut self, weights: PenaltyWeights) {
        self.moves += 1;
        if self.model.may_reload() {
            self.weights = weights;
            for route in 0..self.routes.len() as u32 {
                let row = &self.routes[route as usize];
                let Some(&first) = row.trips.first() else {
                    continue;
                };
                let changed = self.trips[first as usize].changed;
                let is_kept = is_feasible(&row.overrun);
                self.connect(route);
                if is_kept {
                    for &trip in &self.routes[route as usize].trips {
                        self.trips[trip as usize].changed = changed;
                    }
                }
            }
            return;
        }
        for trip in &mut self.trips {
            let change = weights.penalty(&trip.overrun) - self.weights.penalty(&trip.overrun);
            trip.price += change;
            trip.slack += change;
            if !is_feasible(&trip.overrun) {
                trip.changed = self.moves;
            }
        }
        self.weights = weights;
    }

    /// Makes improving moves until there are none left among those that are tried: a local optimum.
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
                    if is_first { (self.optimal_at, Openings::Later) } else { (seen, Openings::Now) };
                self.improve(client, seen, openings);
            }
            if M::REVERSIBLE && self.moves == before {
                self.swap_star();
            }
            if self.model.may_reload() && self.moves == before {
                self.improve_routes();
            }
            if self.moves == before && !is_first {
                break;
            }
            is_first = false;
        }
        self.optimal_at = self.moves;
        self.order = order;
    }

    /// Tries all moves of one client with its granular neighbours, as far as their trips changed after the move `seen`.
    fn improve(&mut self, client: u32, seen: u64, openings: Openings) {
        let instance = self.instance;
        let neighbours = instance.granular_neighbours(client as usize);
        for &other in &neighbours[..neighbours.len().min(self.neighbour_count)] {
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
        if openings == Openings::Now && self.model.may_reload() {
            self.try_openings(client, seen);
        } else if openings == Openings::Now {
            for vehicle_type in 0..self.empty.len() {
                if self.empty[vehicle_type] != NONE
                    && self.try_moves(client, self.end_of(self.empty[vehicle_type]))
                {
                    break;
                }
            }
        }
    }

    /// By how much the cost of a trip's arcs may grow before it is more expensive whatever else it gains.
    #[inline]
    pub fn slack(&self, trip: u32) -> i64 {
        self.trips[trip as usize].slack
    }

    /// Rebuilds one trip from pieces, which changes the cost of its arcs by `change`, if that is cheaper.
    #[inline]
    pub(super) fn try_one<const N: usize>(&mut self, trip: u32, change: i64, pieces: [Piece; N]) -> bool {
        self.evaluated += 1;
        // Where trips are reversible the order of clients decides nothing but the cost of arcs.
        if M::REVERSIBLE && change >= 0 || change >= self.slack(trip) {
            return false;
        }
        if self.model.may_reload() {
            return self.evaluate_one_on_route(trip, change, &pieces);
        }
        self.evaluate_one(trip, change, &pieces)
    }

    #[inline(never)]
    fn evaluate_one<const N: usize>(&mut self, trip: u32, change: i64, pieces: &[Piece; N]) -> bool {
        let row = self.trips[trip as usize];
        debug_assert_eq!(
            row.travel_cost + change,
            self.travel_cost(row.vehicle_type, pieces),
            "the cost of arcs as it is"
        );
        let cost = row.travel_cost + change + self.other_cost(row.vehicle_type, pieces);
        if cost >= row.price {
            return false;
        }
        self.rebuild(pieces, 0);
        self.moves += 1;
        self.install(&[trip]);
        debug_assert_eq!(cost, self.trips[trip as usize].price, "the cost is as evaluated");
        true
    }

    /// Rebuilds two trips from pieces of both, which changes the cost of their arcs by `change`, if that is cheaper; it
    /// is not if the change is not below `allowed`.
    #[inline]
    pub(super) fn try_two<const A: usize, const B: usize>(
        &mut self,
        trips: [u32; 2],
        change: i64,
        allowed: i64,
        of_a: [Piece; A],
        of_b: [Piece; B],
    ) -> bool {
        self.evaluated += 1;
        if change >= allowed {
            return false;
        }
        if self.model.may_reload() {
            return self.evaluate_two_on_routes(trips, change, &of_a, &of_b, LaterTrips::Kept);
        }
        self.evaluate_two(trips, change, &of_a, &of_b)
    }

    #[inline(never)]
    fn evaluate_two<const A: usize, const B: usize>(
        &mut self,
        [a, b]: [u32; 2],
        change: i64,
        of_a: &[Piece; A],
        of_b: &[Piece; B],
    ) -> bool {
        let (row_a, row_b) = (&self.trips[a as usize], &self.trips[b as usize]);
        let (type_a, type_b) = (row_a.vehicle_type, row_b.vehicle_type);
        let price = row_a.price + row_b.price;
        let mut cost = row_a.travel_cost + row_b.travel_cost + change;
        debug_assert_eq!(
            cost,
            self.route_cost_or_zero(type_a, of_a) + self.route_cost_or_zero(type_b, of_b),
            "the costs of arcs as they are"
        );
        cost += self.other_cost(type_a, of_a);
        if cost >= price {
            return false;
        }
        cost += self.other_cost(type_b, of_b);
        if cost >= price {
            return false;
        }
        self.rebuild(of_a, 0);
        self.rebuild(of_b, 1);
        self.moves += 1;
        self.install(&[a, b]);
        debug_assert_eq!(cost, self.price_of([a, b]), "the cost is as evaluated");
        true
    }

    /// Penalised cost of two trips together.
    pub fn price_of(&self, trips: [u32; 2]) -> i64 {
        trips.iter().map(|&trip| self.trips[trip as usize].price).sum()
    }

    /// Inserts all clients without a trip.
    pub fn insert_all(&mut self) {
        for client in 0..self.size() as u32 {
            if self.trip[client as usize] == NONE {
                self.insert(client);
            }
        }
    }

    /// Inserts a client without a trip where that costs least next to its granular neighbours, or alone; penalties included.
    pub fn insert(&mut self, client: u32) {
        let neighbours = self.instance.granular_neighbours(client as usize);
        let mut best: Option<(i64, u32, Option<Opening>)> = None;
        let mut consider = |this: &mut Self, after: u32, opening: Option<Opening>| {
            let trip = this.trip[after as usize];
            let row = this.trips[trip as usize];
            let pieces =
                [Piece::Head(after), Piece::Run(client, client), Piece::Tail(this.next[after as usize])];
            this.evaluated += 1;
            let on_route = this.model.may_reload();
            let price = if on_route {
                let [travel_cost, price] = this.costs_of_route(trip);
                price - travel_cost + row.travel_cost
            } else {
                row.price
            };
            let cost_so_far = this.travel_cost(row.vehicle_type, &pieces) - price;
            if best.is_none_or(|(cost, ..)| cost_so_far < cost) {
                let other_cost = if on_route {
                    this.other_cost_with(trip, &pieces)
                } else {
                    this.other_cost(row.vehicle_type, &pieces)
                };
                let cost = cost_so_far + other_cost;
                if best.is_none_or(|(min_trip_cost, ..)| cost < min_trip_cost) {
                    best = Some((cost, after, opening));
                }
            }
        };
        for &other in &neighbours[..neighbours.len().min(self.neighbour_count)] {
            if self.trip[other as usize] != NONE {
                consider(self, other, None);
                let before = self.prev[other as usize];
                consider(self, before, None);
            }
        }
        if self.model.may_reload() {
            for opening in self.openings() {
                let trip = self.put_apart(opening);
                consider(self, self.end_of(trip), Some(opening));
            }
        } else {
            for vehicle_type in 0..self.empty.len() {
                if self.empty[vehicle_type] != NONE {
                    let end = self.end_of(self.empty[vehicle_type]);
                    consider(self, end, None);
                }
            }
        }
        let after = match best {
            Some((_, after, opening)) => {
                if let Some(opening) = opening {
                    self.put_apart(opening);
                }
                after
            }
            // Neither a neighbour nor a vehicle is left: the end of any trip has to do.
            None => self.prev[self.any_end() as usize],
        };
        let trip = self.trip[after as usize];
        let pieces = [Piece::Head(after), Piece::Run(client, client), Piece::Tail(self.next[after as usize])];
        self.rebuild(&pieces, 0);
        self.moves += 1;
        self.install(&[trip]);
    }

    /// The node of a trip that clients may be added to.
    fn any_end(&self) -> u32 {
        let used = self.routes.iter().find_map(|route| route.trips.first());
        self.end_of(used.copied().unwrap_or(0))
    }

    /// Gives two trips these clients.
    pub fn replace(&mut self, [a, b]: [u32; 2], clients: [Vec<u32>; 2]) {
        self.sequence = clients;
        self.moves += 1;
        self.install(&[a, b]);
    }
}
