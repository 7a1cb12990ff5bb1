//! Routes of several trips. Each trip stands between what its vehicle drives before and after it, so that a changed trip is
//! evaluated on its route in constant time (the concatenation of Vidal, Crainic, Gendreau and Prins, 2013, one level up).
//!
//! Only where a vehicle may make several trips ([`PenalisedModel::may_reload`]): elsewhere a trip is priced by itself, and
//! there are no routes here. One empty trip of every vehicle type is kept apart, and is put wherever a trip might be opened.

use super::pieces::Piece;
use super::tables::{LocalRoute, LocalSearch, LocalTrip, TripOnRoute};
use crate::problem::VehicleType;
use crate::search::index::NONE;
use crate::search::penalty::{Overrun, PenalisedModel};
use coldmile_units::Idx;
use smallvec::SmallVec;

/// Where a trip may be opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Opening {
    pub vehicle_type: Idx<VehicleType>,
    /// The route, [`NONE`] for a vehicle that is not used yet, and before which of its trips.
    pub route: u32,
    pub place: u32,
}

/// What follows two trips of different vehicles that are changed together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LaterTrips {
    /// Each vehicle keeps its later trips.
    Kept,
    /// They exchange them.
    Exchanged,
}

impl<M: PenalisedModel> LocalSearch<'_, M> {
    /// Adds a vehicle without trips.
    pub(super) fn add_route(&mut self, vehicle_type: Idx<VehicleType>) -> u32 {
        let unused = (self.routes.iter())
            .position(|route| route.trips.is_empty() && route.vehicle_type == vehicle_type);
        let route = unused.unwrap_or(self.routes.len());
        if unused.is_none() {
            let trips = SmallVec::new();
            let overrun = Overrun::default();
            self.routes.push(LocalRoute { vehicle_type, trips, travel_cost: 0, price: 0, overrun });
        }
        route as u32
    }

    /// Cost of the arcs of the route of a trip, and its price; nothing for a vehicle that is not used yet.
    pub(super) fn costs_of_route(&self, trip: u32) -> [i64; 2] {
        match self.routes.get(self.trips[trip as usize].route as usize) {
            Some(route) => [route.travel_cost, route.price],
            None => [0, 0],
        }
    }

    /// One after another.
    #[inline]
    pub(super) fn joined<const N: usize>(
        &self,
        vehicle_type: Idx<VehicleType>,
        parts: [Option<M::Route>; N],
    ) -> Option<M::Route> {
        parts.into_iter().fold(None, |sum, part| match (sum, part) {
            (Some(sum), Some(part)) => Some(self.model.join_routes(vehicle_type, &sum, &part)),
            (sum, part) => sum.or(part),
        })
    }

    /// What a whole route costs besides its arcs, penalties included; 0 without trips.
    #[inline]
    pub(super) fn other_cost_of_route(&self, vehicle_type: Idx<VehicleType>, route: Option<M::Route>) -> i64 {
        route.map_or(0, |route| {
            self.model.route_fixed_and_duration_cost(vehicle_type, &route)
                + self.weights.penalty(&self.model.route_overrun(vehicle_type, &route))
        })
    }

    /// The route of a trip put together from pieces; `None` when it is empty.
    #[inline]
    pub(super) fn own_route<const N: usize>(
        &self,
        vehicle_type: Idx<VehicleType>,
        pieces: &[Piece; N],
    ) -> Option<M::Route> {
        (!self.is_empty(pieces)).then(|| self.model.route(vehicle_type, &self.segment(vehicle_type, pieces)))
    }

    /// Price of the route of a trip that is put together from pieces, besides arcs.
    pub(super) fn other_cost_with<const N: usize>(&self, trip: u32, pieces: &[Piece; N]) -> i64 {
        let vehicle_type = self.trips[trip as usize].vehicle_type;
        let TripOnRoute { before, after, .. } = self.on_route[trip as usize];
        let whole = self.joined(vehicle_type, [before, self.own_route(vehicle_type, pieces), after]);
        self.other_cost_of_route(vehicle_type, whole)
    }

    /// Rebuilds a trip if that makes its route cheaper.
    #[inline(never)]
    pub(super) fn evaluate_one_on_route<const N: usize>(
        &mut self,
        trip: u32,
        change: i64,
        pieces: &[Piece; N],
    ) -> bool {
        let [travel_cost, price] = self.costs_of_route(trip);
        let cost = travel_cost + change + self.other_cost_with(trip, pieces);
        if cost >= price {
            return false;
        }
        self.rebuild(pieces, 0);
        self.moves += 1;
        self.install(&[trip]);
        debug_assert_eq!(cost, self.costs_of_route(trip)[1], "the cost is as evaluated");
        true
    }

    /// Rebuilds two trips if that makes their routes cheaper.
    #[inline(never)]
    pub(super) fn evaluate_two_on_routes<const A: usize, const B: usize>(
        &mut self,
        trips: [u32; 2],
        change: i64,
        of_a: &[Piece; A],
        of_b: &[Piece; B],
        later: LaterTrips,
    ) -> bool {
        let [row_a, row_b] = trips.map(|trip| self.trips[trip as usize]);
        let [type_a, type_b] = [row_a.vehicle_type, row_b.vehicle_type];
        let is_same = row_a.route == row_b.route && row_a.route != NONE;
        let [travel_a, price_a] = self.costs_of_route(trips[0]);
        let [travel_b, price_b] = if is_same { [0, 0] } else { self.costs_of_route(trips[1]) };
        let price = price_a + price_b;
        let mut cost = travel_a + travel_b + change;
        let own_a = self.own_route(type_a, of_a);
        if is_same {
            let whole = self.with_two(trips, [own_a, self.own_route(type_b, of_b)]);
            cost += self.other_cost_of_route(type_a, whole);
        } else {
            let mut around = trips.map(|trip| self.on_route[trip as usize]);
            if later == LaterTrips::Exchanged {
                (around[0].after, around[1].after) = (around[1].after, around[0].after);
            }
            let whole = self.joined(type_a, [around[0].before, own_a, around[0].after]);
            cost += self.other_cost_of_route(type_a, whole);
            if cost >= price {
                return false;
            }
            let own_b = self.own_route(type_b, of_b);
            let whole = self.joined(type_b, [around[1].before, own_b, around[1].after]);
            cost += self.other_cost_of_route(type_b, whole);
        }
        if cost >= price {
            return false;
        }
        let before = self.price();
        self.rebuild(of_a, 0);
        self.rebuild(of_b, 1);
        self.moves += 1;
        if later == LaterTrips::Exchanged {
            self.exchange_later_trips([row_a, row_b]);
        }
        self.install(&trips);
        debug_assert_eq!(before + cost - price, self.price(), "the cost is as evaluated");
        true
    }

    /// The route of two of its trips, which are replaced.
    fn with_two(&self, [a, b]: [u32; 2], [own_a, own_b]: [Option<M::Route>; 2]) -> Option<M::Route> {
        // The trip that is kept apart comes before the one at its place.
        let rank = |trip: u32| {
            let row = self.trips[trip as usize];
            2 * row.place + u32::from(self.empty[row.vehicle_type.get()] != trip)
        };
        let ((first, own_first), (second, own_second)) =
            if rank(a) < rank(b) { ((a, own_a), (b, own_b)) } else { ((b, own_b), (a, own_a)) };
        let row = self.trips[first as usize];
        let [from, to] = [rank(first).div_ceil(2), rank(second) / 2];
        let until = self.joined(row.vehicle_type, [self.on_route[first as usize].before, own_first]);
        let between = &self.routes[row.route as usize].trips[from as usize..to as usize];
        let until = between
            .iter()
            .fold(until, |sum, &trip| self.joined(row.vehicle_type, [sum, self.on_route[trip as usize].own]));
        self.joined(row.vehicle_type, [until, own_second, self.on_route[second as usize].after])
    }

    /// Two vehicles of a type exchange what follows these trips of theirs.
    pub(super) fn exchange_later_trips(&mut self, [a, b]: [LocalTrip; 2]) {
        let later = [a, b].map(|row| -> SmallVec<[u32; 4]> {
            self.routes[row.route as usize].trips.drain(row.place as usize + 1..).collect()
        });
        for (row, trips) in [a, b].iter().zip([&later[1], &later[0]]) {
            self.routes[row.route as usize].trips.extend_from_slice(trips);
        }
        for row in [a, b] {
            for &trip in &self.routes[row.route as usize].trips {
                self.trips[trip as usize].route = row.route;
            }
        }
    }

    /// Brings the routes of rebuilt trips up to date: opened trips are added to them, empty ones taken out.
    pub(super) fn update_routes(&mut self, trips: &[u32]) {
        let mut routes: SmallVec<[u32; 2]> = SmallVec::new();
        for &trip in trips {
            let LocalTrip { vehicle_type, route, place, len, .. } = self.trips[trip as usize];
            let is_apart = self.empty[vehicle_type.get()] == trip;
            if is_apart && len == 0 {
                continue;
            }
            let route = if route == NONE { self.add_route(vehicle_type) } else { route };
            if is_apart {
                self.empty[vehicle_type.get()] = NONE;
                self.routes[route as usize].trips.insert(place as usize, trip);
            }
            if !routes.contains(&route) {
                routes.push(route);
            }
        }
        for &route in &routes {
            self.connect(route);
        }
        self.provide_apart();
    }

    /// Keeps one empty trip of every vehicle type apart.
    pub(super) fn provide_apart(&mut self) {
        for at in 0..self.empty.len() {
            if self.empty[at] == NONE {
                let vehicle_type = Idx::new(at as u32);
                let free = (self.free_trips.iter())
                    .position(|&trip| self.trips[trip as usize].vehicle_type == vehicle_type);
                self.empty[at] = match free {
                    Some(free) => self.free_trips.swap_remove(free),
                    None => self.add_trip(vehicle_type),
                };
            }
        }
    }

    /// Takes the empty trips out of a route, and stores in the others what comes before and after them.
    pub(super) fn connect(&mut self, route: u32) {
        let Self { routes, trips, free_trips, .. } = self;
        let row = &mut routes[route as usize];
        row.trips.retain(|&mut trip| {
            let keep = trips[trip as usize].len > 0;
            if !keep {
                free_trips.push(trip);
                trips[trip as usize].route = NONE;
            }
            keep
        });
        let vehicle_type = row.vehicle_type;
        let list = row.trips.clone();
        let mut whole = None;
        for &trip in &list {
            self.on_route[trip as usize].before = whole;
            whole = self.joined(vehicle_type, [whole, self.on_route[trip as usize].own]);
        }
        let mut after = None;
        for &trip in list.iter().rev() {
            self.on_route[trip as usize].after = after;
            after = self.joined(vehicle_type, [self.on_route[trip as usize].own, after]);
        }
        let travel_cost = list.iter().map(|&trip| self.trips[trip as usize].travel_cost).sum();
        let price = travel_cost + self.other_cost_of_route(vehicle_type, whole);
        let row = &mut self.routes[route as usize];
        (row.travel_cost, row.price) = (travel_cost, price);
        row.overrun =
            whole.map_or(Overrun::default(), |whole| self.model.route_overrun(vehicle_type, &whole));
        for (place, &trip) in list.iter().enumerate() {
            let row = &mut self.trips[trip as usize];
            (row.route, row.place, row.changed) = (route, place as u32, self.moves);
            row.slack = price - travel_cost - self.min_trip_cost[vehicle_type.get()];
        }
    }

    /// Where trips may be opened: before and after each trip of the vehicles that may make another one, and on one vehicle of
    /// every type that is not used yet.
    pub(super) fn openings(&self) -> Vec<Opening> {
        let mut openings = Vec::new();
        let mut left = self.model.fleet().to_vec();
        for (at, row) in self.routes.iter().enumerate() {
            let vehicle_type = row.vehicle_type;
            if row.trips.is_empty() {
                continue;
            }
            left[vehicle_type.get()] = left[vehicle_type.get()].saturating_sub(1);
            if row.trips.len() < self.model.max_trips(vehicle_type) {
                let places = 0..=row.trips.len() as u32;
                openings.extend(places.map(|place| Opening { vehicle_type, route: at as u32, place }));
            }
        }
        let unused = (left.iter().enumerate()).filter(|(_, left)| **left > 0);
        openings.extend(unused.map(|(at, _)| Opening {
            vehicle_type: Idx::new(at as u32),
            route: NONE,
            place: 0,
        }));
        openings
    }

    /// Puts the empty trip of a vehicle type where it may be opened; returns it.
    pub(super) fn put_apart(&mut self, opening: Opening) -> u32 {
        let Opening { vehicle_type, route, place } = opening;
        let trip = self.empty[vehicle_type.get()];
        let (mut before, mut after) = (None, None);
        let mut slack = -self.min_trip_cost[vehicle_type.get()];
        if let Some(row) = self.routes.get(route as usize) {
            slack += row.price - row.travel_cost;
            if let Some(&prev) = place.checked_sub(1).and_then(|at| row.trips.get(at as usize)) {
                let TripOnRoute { before: until, own, .. } = self.on_route[prev as usize];
                before = self.joined(vehicle_type, [until, own]);
            }
            if let Some(&next) = row.trips.get(place as usize) {
                let TripOnRoute { own, after: rest, .. } = self.on_route[next as usize];
                after = self.joined(vehicle_type, [own, rest]);
            }
        }
        let on_route = &mut self.on_route[trip as usize];
        (on_route.before, on_route.after) = (before, after);
        let row = &mut self.trips[trip as usize];
        (row.route, row.place, row.slack) = (route, place, slack);
        trip
    }

    /// Tries to open a trip with a client, where its own route or the other one changed after the move `seen`.
    pub(super) fn try_openings(&mut self, client: u32, seen: u64) -> bool {
        let own = self.trips[self.trip[client as usize] as usize];
        for opening in self.openings() {
            let slack = own.slack
                + match self.routes.get(opening.route as usize) {
                    Some(row) => self.trips[row.trips[0] as usize].slack,
                    None => -self.min_trip_cost[opening.vehicle_type.get()],
                };
            let changed = match self.routes.get(opening.route as usize) {
                Some(row) => self.trips[row.trips[0] as usize].changed.max(own.changed),
                None => own.changed,
            };
            // Another trip means more arcs: without anything to save besides arcs it hardly pays.
            if changed <= seen || slack <= 0 {
                continue;
            }
            let trip = self.put_apart(opening);
            if self.try_moves(client, self.end_of(trip)) {
                return true;
            }
        }
        false
    }

    /// Adds a trip of these clients, who are absent, where that costs least; if there is no place, they stay absent.
    pub(super) fn add_cheapest_trip(&mut self, clients: &[u32]) {
        self.moves += 1;
        let mut best: Option<(i64, Opening)> = None;
        let openings = self.openings();
        for at in 0..self.empty.len() {
            let (vehicle_type, trip) = (Idx::new(at as u32), self.empty[at]);
            self.set(trip, clients);
            let own = self.on_route[trip as usize].own;
            for &opening in openings.iter().filter(|opening| opening.vehicle_type == vehicle_type) {
                self.put_apart(opening);
                let TripOnRoute { before, after, .. } = self.on_route[trip as usize];
                let [travel_cost, price] = self.costs_of_route(trip);
                let whole = self.joined(vehicle_type, [before, own, after]);
                let cost = travel_cost
                    + self.trips[trip as usize].travel_cost
                    + self.other_cost_of_route(vehicle_type, whole)
                    - price;
                self.evaluated += 1;
                if best.is_none_or(|(min_cost, _)| cost < min_cost) {
                    best = Some((cost, opening));
                }
            }
            self.set(trip, &[]);
        }
        if let Some((_, opening)) = best {
            let trip = self.put_apart(opening);
            self.set(trip, clients);
            self.update_routes(&[trip]);
        } else {
            for &client in clients {
                self.trip[client as usize] = NONE;
            }
        }
    }
}
