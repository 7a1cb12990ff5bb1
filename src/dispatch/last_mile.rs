//! Couriers from a centre to the doors: one routing problem a centre, all centres side by side.
//!
//! A client's release is the moment its wave is sorted at the centre, so no courier leaves with goods that the truck has
//! not brought. Temperatures reach the solver as longest rides and exposures, see [`cold`](super::cold).

use super::assign::Assigned;
use super::cold::{ColdBounds, Limits, limit_client};
use super::crews::{Base, Crew, crews_of, dimensions, longest_loading, start_problem};
use super::effort::{PhaseSearch, Turn};
use super::linehaul::Ready;
use super::places::{Place, Places};
use super::refusal::{Cause, Refusal};
use coldmile_model::{Day, Order, Site};
use coldmile_plan::Handover;
use coldmile_units::{Idx, Seconds, Timestamp};
use std::collections::BTreeMap;

/// The solved couriers of one centre.
pub struct CentreRoutes {
    /// Where they start.
    pub centre: Idx<Site>,
    /// Who delivers; vehicle type k of the problem is crew k.
    pub crews: Vec<Crew>,
    /// What is delivered; client k of the problem is order k.
    pub orders: Vec<Idx<Order>>,
    /// Locations of the problem as places of the day; location 0 is the centre.
    pub places: Vec<Place>,
    /// What was asked.
    pub problem: coldmile_vrp::Problem,
    /// What was found.
    pub solution: coldmile_vrp::Solution,
}

/// Solves the couriers of every centre. Orders that no courier can bring are refused.
pub fn solve_last_mile(
    day: &Day,
    places: &Places,
    assigned: &[Assigned],
    ready: &Ready,
    search: &PhaseSearch<'_>,
) -> (Vec<CentreRoutes>, Vec<Refusal>) {
    let mut doors: BTreeMap<Idx<Site>, Vec<(Idx<Order>, Timestamp)>> = BTreeMap::new();
    for row in assigned.iter().filter(|row| row.handover == Handover::Door) {
        let at = ready[&(row.centre, row.wave)];
        doors.entry(row.centre).or_default().push((row.order, at));
    }
    let centres: Vec<_> = doors.into_iter().collect();
    let sizes: Vec<usize> = centres.iter().map(|(_, orders)| orders.len()).collect();
    let solved = search.solve_all(&sizes, |at, turn| {
        let (centre, orders) = &centres[at];
        solve_centre(day, places, *centre, orders, turn)
    });
    let mut refusals = Vec::new();
    for routes in &solved {
        let centre = &day.network.sites()[routes.centre].name;
        refusals.extend(routes.solution.unplanned.iter().map(|left_out| Refusal {
            order: routes.orders[left_out.client.get()],
            cause: Cause::NoCourier { reason: left_out.reason.clone(), centre: centre.clone() },
        }));
    }
    (solved, refusals)
}

fn solve_centre(
    day: &Day,
    places: &Places,
    centre: Idx<Site>,
    orders: &[(Idx<Order>, Timestamp)],
    turn: &Turn<'_>,
) -> CentreRoutes {
    let crews = crews_of(day, centre);
    let stops: Vec<Place> = orders.iter().map(|&(order, _)| places.door(order)).collect();
    let mut builder = start_problem(day, places, &[Base { site: centre, crews: &crews, skills: 0 }], &stops);
    let doors = Doors::new(day, centre, &crews);
    for (index, &(order, ready)) in orders.iter().enumerate() {
        builder.client(doors.client(&day.orders[order], ready, index + 1));
    }
    let problem = builder.build().expect("every part of the problem was checked when the day was read");
    let solution = turn.solve(&problem);
    let places = std::iter::once(Places::site(centre)).chain(stops).collect();
    let orders = orders.iter().map(|&(order, _)| order).collect();
    CentreRoutes { centre, crews, orders, places, problem, solution }
}

/// Makes clients of a routing problem of the doors that a centre serves.
pub struct Doors<'a> {
    day: &'a Day,
    cold: ColdBounds<'a>,
    /// How long before a courier leaves loading begins at the latest.
    loading: Seconds,
    /// How long goods are in the store at least: from the end of the transfer until a courier has loaded.
    stored: Seconds,
}

impl<'a> Doors<'a> {
    /// The doors of a centre where these crews load.
    pub fn new(day: &'a Day, centre: Idx<Site>, crews: &[Crew]) -> Self {
        let site = &day.network.sites()[centre];
        let shortest = crews.iter().map(|crew| day.vehicle_types[crew.vehicle].loading).min();
        Self {
            day,
            cold: ColdBounds::new(day),
            loading: longest_loading(day, crews),
            stored: (site.handling - day.cold.transfer).max(Seconds::ZERO) + shortest.unwrap_or_default(),
        }
    }

    /// The client that stands for an order whose goods are ready at the centre at this moment, with its door at this
    /// location.
    pub fn client(&self, order: &Order, ready: Timestamp, location: usize) -> coldmile_vrp::Client {
        let span = (ready, order.window.close().max(ready));
        let mut client = coldmile_vrp::Client {
            location,
            delivery: dimensions(&order.load),
            window: order.window,
            service: order.service,
            release: ready + self.loading,
            ..coldmile_vrp::Client::default()
        };
        limit_client(&mut client, self.day, |carrier| {
            let parcels = order.parcels.iter();
            Limits::together(parcels.map(|parcel| self.cold.last_mile(parcel, carrier, span, self.stored)))
        });
        client
    }
}
