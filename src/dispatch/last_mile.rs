//! Couriers from a centre to the doors: one routing problem a centre, all centres in parallel.
//!
//! A client's release is the moment its wave is sorted at the centre, so no courier leaves with goods that no truck has
//! brought. Temperatures reach the solver as longest rides and exposures, see [`cold`](super::cold).

use super::assign::Assigned;
use super::cold::{ColdBounds, Limits, Period, Stay};
use super::crews::{
    Crew, DepotCrews, LoadDimensions, crews_of, longest_loading, shortest_loading, start_problem,
};
use super::draft::{DraftRoute, DraftRoutes, draft_of, start_solution};
use super::effort::{EchelonBudget, SolveBudget};
use super::linehaul::WavesReady;
use super::places::{DayPlaces, PlaceIdx};
use super::refusal::{Refusal, RefusalCause};
use coldmile_geometry::Point;
use coldmile_model::{Day, Order, Site};
use coldmile_plan::{Echelon, Handover};
use coldmile_units::{Idx, Seconds, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The routes of one centre's couriers.
#[derive(Clone)]
pub struct CentreRoutes {
    /// The centre.
    pub centre: Idx<Site>,
    /// Its crews; vehicle type k of the problem is crew k.
    pub crews: Vec<Crew>,
    /// The orders to deliver, and when each is ready; client k of the problem is order k.
    pub orders: Vec<(Idx<Order>, Timestamp)>,
    /// Locations of the problem as places of the day; location 0 is the centre.
    pub places: Vec<PlaceIdx>,
    /// The routing problem.
    pub problem: Arc<coldmile_vrp::Problem>,
    /// Its solution.
    pub solution: coldmile_vrp::Solution,
    /// Whether stops were taken out of the solution, so that it is not that of the problem any more.
    pub is_cut: bool,
}

impl CentreRoutes {
    /// The routes by the orders they serve.
    pub fn draft(&self) -> Vec<DraftRoute<Idx<Order>>> {
        draft_of(&self.solution, |client| self.orders[client.get()].0)
    }

    /// The order that a client stands for.
    pub fn order_of(&self, client: Idx<coldmile_vrp::Client>) -> Idx<Order> {
        self.orders[client.get()].0
    }

    /// Takes the stops of these orders out, then trips and routes without a stop. What remains is served no later than before.
    pub fn take_out(&mut self, gone: &BTreeSet<Idx<Order>>) {
        let orders = &self.orders;
        self.is_cut = true;
        for route in &mut self.solution.routes {
            for trip in &mut route.trips {
                trip.clients.retain(|client| !gone.contains(&orders[client.get()].0));
            }
            route.trips.retain(|trip| !trip.clients.is_empty());
        }
        self.solution.routes.retain(|route| !route.trips.is_empty());
        self.solution.cost = (self.solution.routes.iter())
            .map(|route| coldmile_vrp::schedule(&self.problem, route).cost)
            .sum();
    }
}

/// Routes the couriers of every centre, from the routes of `draft` where it has some. Orders that no courier can deliver
/// are refused.
pub fn solve_last_mile(
    day: &Day,
    places: &DayPlaces,
    assigned: &[Assigned],
    ready: &WavesReady,
    (before, draft): (&[Arc<CentreRoutes>], &DraftRoutes),
    budget: &EchelonBudget<'_>,
) -> (Vec<Arc<CentreRoutes>>, Vec<Refusal>) {
    let mut doors: BTreeMap<Idx<Site>, Vec<(Idx<Order>, Timestamp)>> = BTreeMap::new();
    for row in assigned.iter().filter(|row| row.handover == Handover::Door) {
        let at = ready[&(row.centre, row.wave)];
        doors.entry(row.centre).or_default().push((row.order, at));
    }
    let centres: Vec<_> = doors.into_iter().collect();
    let sizes: Vec<usize> = centres.iter().map(|(_, orders)| orders.len()).collect();
    let solved = budget.solve_all(Echelon::LastMile, &sizes, |at, budget| {
        let (centre, orders) = &centres[at];
        let before = before.binary_search_by_key(centre, |before| before.centre).ok().map(|at| &before[at]);
        let is_same = |before: &&Arc<CentreRoutes>| {
            !before.is_cut
                && before.orders == *orders
                && draft.get(centre).is_none_or(|draft| *draft == before.draft())
        };
        if let Some(same) = before.filter(|before| budget.keeps_solved() && is_same(before)) {
            return Arc::clone(same);
        }
        let is_retimed = before.is_some_and(|before| {
            let order = |row: &(Idx<Order>, Timestamp)| row.0;
            !before.is_cut && before.orders.iter().map(order).eq(orders.iter().map(order))
        });
        let budget = if is_retimed { &budget.of_retimed() } else { budget };
        let solve = |draft: &[_]| Arc::new(solve_centre(day, places, *centre, orders, draft, budget));
        match (draft.get(centre), before) {
            (Some(draft), _) => solve(draft),
            (None, Some(before)) => solve(&before.draft()),
            (None, None) => solve(&[]),
        }
    });
    let mut refusals = Vec::new();
    for routes in &solved {
        let centre = day.network.sites()[routes.centre].id.to_string();
        refusals.extend(routes.solution.unplanned.iter().map(|left_out| Refusal {
            order: routes.order_of(left_out.client),
            cause: RefusalCause::NoCourier { reason: left_out.reason.clone(), centre: centre.clone() },
        }));
    }
    (solved, refusals)
}

fn solve_centre(
    day: &Day,
    places: &DayPlaces,
    centre: Idx<Site>,
    orders: &[(Idx<Order>, Timestamp)],
    draft: &[DraftRoute<Idx<Order>>],
    budget: &SolveBudget<'_>,
) -> CentreRoutes {
    let crews = crews_of(day, centre);
    let stops: Vec<PlaceIdx> = orders.iter().map(|&(order, _)| places.door(order)).collect();
    let depot = DepotCrews { site: centre, crews: &crews, skill_mask: 0 };
    let mut builder = start_problem(day, places, &[depot], &stops);
    let clients = DoorClients::new(day, centre, &crews);
    for (index, &(order, ready)) in orders.iter().enumerate() {
        builder.client(clients.client(&day.orders[order], GoodsReady::at(ready), index + 1));
    }
    let problem = builder.build().expect("every part of the problem was checked when the day was read");
    let clients: BTreeMap<_, _> = orders.iter().map(|&(order, _)| order).zip((0..).map(Idx::new)).collect();
    let vehicle_type = |crew: usize| Idx::new(crew as u32);
    let start = start_solution(draft, vehicle_type, |order| clients.get(&order).copied());
    let solution = budget.solve(&problem, start);
    let places = std::iter::once(DayPlaces::site(centre)).chain(stops).collect();
    CentreRoutes {
        centre,
        crews,
        orders: orders.to_vec(),
        places,
        problem: Arc::new(problem),
        solution,
        is_cut: false,
    }
}

/// When goods are ready at a centre; a span as long as the trucks have no routes.
#[derive(Clone, Copy, Debug)]
pub struct GoodsReady {
    /// Not before this moment.
    pub earliest: Timestamp,
    /// Not after this moment.
    pub latest: Timestamp,
}

impl GoodsReady {
    /// At one known moment.
    pub const fn at(moment: Timestamp) -> Self {
        Self { earliest: moment, latest: moment }
    }
}

/// Makes clients of a routing problem from the orders that a centre serves at the door.
pub struct DoorClients<'a> {
    cold: ColdBounds<'a>,
    /// Where the centre is.
    centre: Point,
    dimensions: LoadDimensions,
    /// Between a truck's arrival and the moment at which its goods are ready.
    handling: Seconds,
    /// For which goods stand on the floor after a truck's arrival.
    transfer: Seconds,
    /// The longest loading duration of the crews, and the shortest.
    loading: Seconds,
    shortest_loading: Seconds,
}

impl<'a> DoorClients<'a> {
    /// For a centre where these crews load.
    pub fn new(day: &'a Day, centre: Idx<Site>, crews: &[Crew]) -> Self {
        Self {
            cold: ColdBounds::new(day, centre, shortest_loading(day, crews)),
            centre: day.network.sites()[centre].point,
            dimensions: LoadDimensions::of(day),
            handling: day.network.sites()[centre].handling,
            transfer: day.cold.transfer,
            loading: longest_loading(day, crews),
            shortest_loading: shortest_loading(day, crews),
        }
    }

    /// The client of an order whose goods are ready at the centre at some moment of `ready` and whose door is `location`
    /// of the problem. Each of its limits is the widest of all those moments.
    pub fn client(&self, order: &Order, ready: GoodsReady, location: usize) -> coldmile_vrp::Client {
        self.client_within(order, ready, location, Limits::OfRoutes)
    }

    /// The same, within these limits of temperature.
    pub fn client_within(
        &self,
        order: &Order,
        ready: GoodsReady,
        location: usize,
        limits: Limits,
    ) -> coldmile_vrp::Client {
        let from = ready.latest;
        let arrivals = [ready.earliest, ready.latest].map(|ready| ready - self.handling);
        let stay = Stay {
            transfer: Period { from: arrivals[0], until: arrivals[1] + self.transfer },
            ride: Period { from, until: order.window.close().max(from) },
            metres: self.centre.distance_m(order.point),
        };
        let mut client = coldmile_vrp::Client {
            location,
            delivery: self.dimensions.load(&order.load),
            window: order.window,
            service: order.service,
            release: ready.earliest + self.loading,
            ..coldmile_vrp::Client::default()
        };
        match limits {
            Limits::OfRoutes => self.cold.limit(&mut client, order.parcels.iter(), stay),
            Limits::AtBest => {
                client.release = ready.earliest + self.shortest_loading;
                self.cold.limit_at_best(&mut client, order.parcels.iter(), stay);
            }
        }
        client
    }
}
