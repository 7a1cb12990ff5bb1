//! Couriers from a centre to the doors: one routing problem a centre, all centres side by side.
//!
//! A client's release is the moment its wave is sorted at the centre, so no courier leaves with goods that the truck has
//! not brought. Temperatures reach the solver as longest rides and exposures, see [`cold`](super::cold).

use super::assign::Assigned;
use super::cold::{ColdBounds, Limits, limit_client};
use super::crews::{Crew, crews_of, dimensions, longest_loading, start_problem};
use super::linehaul::Ready;
use super::pipeline::SolveEffort;
use super::places::{Place, Places};
use super::refusal::{Cause, Refusal};
use crate::model::{Day, Order, Site};
use crate::plan::Handover;
use crate::units::{Idx, Seconds, Timestamp};
use crate::vrp;
use rayon::prelude::*;
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
    pub problem: vrp::Problem,
    /// What was found.
    pub solution: vrp::Solution,
}

/// Solves the couriers of every centre. Orders that no courier can bring are refused.
pub fn solve_last_mile(
    day: &Day,
    places: &Places,
    assigned: &[Assigned],
    ready: &Ready,
    effort: &SolveEffort<'_>,
) -> (Vec<CentreRoutes>, Vec<Refusal>) {
    let mut doors: BTreeMap<Idx<Site>, Vec<(Idx<Order>, Timestamp)>> = BTreeMap::new();
    for row in assigned.iter().filter(|row| row.handover == Handover::Door) {
        let at = ready[&(row.centre, row.wave)];
        doors.entry(row.centre).or_default().push((row.order, at));
    }
    let centres: Vec<_> = doors.into_iter().collect();
    let solved: Vec<_> = centres
        .into_par_iter()
        .map(|(centre, orders)| solve_centre(day, places, centre, &orders, effort))
        .collect();
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
    effort: &SolveEffort<'_>,
) -> CentreRoutes {
    let crews = crews_of(day, centre);
    let stops: Vec<Place> = orders.iter().map(|&(order, _)| places.door(order)).collect();
    let mut builder = start_problem(day, places, centre, &crews, &stops);
    let loading = longest_loading(day, &crews);
    let cold = ColdBounds::new(day);
    // Goods are in the store from the end of the transfer until a courier has loaded.
    let site = &day.network.sites()[centre];
    let shortest = crews.iter().map(|crew| day.vehicle_types[crew.vehicle].loading).min();
    let stored = (site.handling - day.cold.transfer).max(Seconds::ZERO) + shortest.unwrap_or_default();
    for (index, &(position, ready)) in orders.iter().enumerate() {
        let order = &day.orders[position];
        let span = (ready, order.window.close().max(ready));
        let mut client = vrp::Client {
            location: index + 1,
            delivery: dimensions(&order.load),
            window: order.window,
            service: order.service,
            release: ready + loading,
            ..vrp::Client::default()
        };
        limit_client(&mut client, day, |carrier| {
            let parcels = order.parcels.iter();
            Limits::together(parcels.map(|parcel| cold.last_mile(parcel, carrier, span, stored)))
        });
        builder.client(client);
    }
    let problem = builder.build().expect("every part of the problem was checked when the day was read");
    let solution = effort.solve(&problem, orders.len());
    let places = std::iter::once(Places::site(centre)).chain(stops).collect();
    let orders = orders.iter().map(|&(order, _)| order).collect();
    CentreRoutes { centre, crews, orders, places, problem, solution }
}
