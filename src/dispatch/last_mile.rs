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
use super::lateness::soft_end;
use super::linehaul::{WaveArrival, WavesReady};
use super::places::{DayPlaces, PlaceIdx};
use super::priority::Prizes;
use super::refusal::{Refusal, RefusalCause};
use super::rides::{limit, longest_on_vehicles};
use super::sizes::ParcelSizes;
use super::wave::door_closes;
use coldmile_geometry::Point;
use coldmile_model::{Day, Order, Site};
use coldmile_plan::{Echelon, Handover};
use coldmile_units::{Idx, Seconds, TimeWindow, Timestamp};
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
    pub orders: Vec<(Idx<Order>, WaveArrival)>,
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
    let mut doors: BTreeMap<Idx<Site>, Vec<(Idx<Order>, WaveArrival)>> = BTreeMap::new();
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
            let order = |row: &(Idx<Order>, WaveArrival)| row.0;
            !before.is_cut && before.orders.iter().map(order).eq(orders.iter().map(order))
        });
        let budget = if is_retimed { &budget.of_retimed() } else { budget };
        let solve =
            |draft: &[_]| Arc::new(solve_centre(day, places, *centre, orders, (draft, is_retimed), budget));
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
    orders: &[(Idx<Order>, WaveArrival)],
    (draft, may_keep): (&[DraftRoute<Idx<Order>>], bool),
    budget: &SolveBudget<'_>,
) -> CentreRoutes {
    let crews = crews_of(day, centre);
    let stops: Vec<PlaceIdx> = orders.iter().map(|&(order, _)| places.door(order)).collect();
    let depot = DepotCrews { site: centre, crews: &crews, skill_mask: 0 };
    let mut builder = start_problem(day, places, &[depot], &stops);
    let clients = DoorClients::new(day, places, centre, &crews);
    let prizes = Prizes::new(day, crews.iter());
    for (index, &(order, arrival)) in orders.iter().enumerate() {
        let client = clients.client(&day.orders[order], GoodsReady::of(arrival), index + 1);
        builder.client(coldmile_vrp::Client { prize: prizes.of(day, [order]), ..client });
    }
    let problem = builder.build().expect("every part of the problem was checked when the day was read");
    let clients: BTreeMap<_, _> = orders.iter().map(|&(order, _)| order).zip((0..).map(Idx::new)).collect();
    let vehicle_type = |crew: usize| Idx::new(crew as u32);
    let start = start_solution(draft, vehicle_type, |order| clients.get(&order).copied());
    let kept = if may_keep { budget.kept(&problem, &start) } else { None };
    let mut solution = kept.unwrap_or_else(|| budget.solve(&problem, start));
    solution.cost = prizes.cost_without(&problem, &solution);
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
    /// Between the start of unloading and that moment.
    pub sorting: Seconds,
    /// How long the goods were on the truck; the least where that is not known.
    pub ride: Seconds,
}

impl GoodsReady {
    /// Of a wave that trucks have brought.
    pub const fn of(arrival: WaveArrival) -> Self {
        let WaveArrival { ready, sorting, ride } = arrival;
        Self { earliest: ready, latest: ready, sorting, ride }
    }
}

/// Makes clients of a routing problem from the orders that a centre serves at the door.
pub struct DoorClients<'a> {
    day: &'a Day,
    sizes: &'a ParcelSizes,
    cold: ColdBounds<'a>,
    /// Where the centre is.
    centre: Point,
    dimensions: LoadDimensions,
    /// For which goods stand on the floor after a truck's arrival.
    transfer: Seconds,
    /// The longest loading duration of the crews, and the shortest.
    loading: Seconds,
    shortest_loading: Seconds,
}

impl<'a> DoorClients<'a> {
    /// For a centre where these crews load.
    pub fn new(day: &'a Day, places: &'a DayPlaces, centre: Idx<Site>, crews: &[Crew]) -> Self {
        Self {
            day,
            sizes: places.sizes(),
            cold: ColdBounds::new(day, centre, shortest_loading(day, crews)),
            centre: day.network.sites()[centre].point,
            dimensions: LoadDimensions::of(day),
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
        let (from, close) = (ready.latest, door_closes(self.day, order));
        let arrivals = [ready.earliest, ready.latest].map(|moment| moment - ready.sorting);
        let stay = Stay {
            transfer: Period { from: arrivals[0], until: arrivals[1] + self.transfer },
            ride: Period { from, until: close.max(from) },
            metres: self.centre.distance_m(order.point),
        };
        let mut client = coldmile_vrp::Client {
            location,
            delivery: self.dimensions.load(&order.load),
            window: TimeWindow::new(order.window.open().min(close), close)
                .expect("open was cut to the close"),
            soft_end: soft_end(self.day, order),
            service: order.service,
            release: ready.earliest + self.loading,
            skills: self.sizes.of_order(order),
            ..coldmile_vrp::Client::default()
        };
        match limits {
            Limits::OfRoutes => self.cold.limit(&mut client, order.parcels.iter(), stay),
            Limits::AtBest => {
                client.release = ready.earliest + self.shortest_loading;
                self.cold.limit_at_best(&mut client, order.parcels.iter(), stay);
            }
        }
        let on_vehicles = longest_on_vehicles(self.day, order);
        limit(&mut client, on_vehicles.map(|longest| longest - ready.ride));
        client
    }
}
