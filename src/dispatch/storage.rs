//! What stands in the stores of the centres from moment to moment, by the routes.
//!
//! A parcel is in its centre's store from the moment its truck's unloading starts until it leaves: with the courier, at the
//! start of loading; or, for a pickup, at the latest moment the family may collect it. The start is included, the end is
//! not.

use super::assign::Assigned;
use super::last_mile::CentreRoutes;
use super::linehaul::HubRoutes;
use super::refusal::{Refusal, RefusalCause};
use super::wave::leaves_by;
use coldmile_model::{Compartment, Day, Order, Site};
use coldmile_plan::Handover;
use coldmile_units::{Idx, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Orders that have to go so that no store ever holds more than its capacity, with the compartment that is full: at the first
/// moment at which one is overfull the smallest order that makes enough space, or else the largest, and so on.
pub fn overflow(
    day: &Day,
    assigned: &[Assigned],
    hubs: &[Arc<HubRoutes>],
    centres: &[Arc<CentreRoutes>],
) -> Vec<Refusal> {
    let (arrivals, departures) = (arrivals(hubs), departures(centres));
    let mut stays: BTreeMap<Idx<Site>, Vec<Stay>> = BTreeMap::new();
    for row in assigned {
        let order = &day.orders[row.order];
        let Some(&from) = arrivals.get(&row.order) else { continue };
        let until = match row.handover {
            Handover::Pickup => leaves_by(day, order, row.centre, Handover::Pickup),
            Handover::Door => departures.get(&row.order).copied().unwrap_or(from),
        };
        stays.entry(row.centre).or_default().push(Stay { order: row.order, from, until });
    }
    let mut gone = Vec::new();
    for (centre, stays) in stays {
        let store = &day.network.sites()[centre].storage;
        for compartment in Compartment::ALL {
            let capacity = store.of(compartment).0;
            let litres = |order: Idx<Order>| day.orders[order].load[compartment].0;
            let mut held: Vec<&Stay> = stays.iter().filter(|stay| litres(stay.order) > 0).collect();
            if held.iter().map(|stay| litres(stay.order)).sum::<i64>() <= capacity {
                continue;
            }
            held.sort_by_key(|stay| (stay.from, stay.order));
            for out in exceeding(&held, capacity, litres) {
                gone.push(Refusal { order: out, cause: RefusalCause::StorageFull { compartment } });
            }
        }
    }
    gone.sort_by_key(|refusal| refusal.order);
    gone.dedup_by_key(|refusal| refusal.order);
    gone
}

/// An order in its centre's store.
struct Stay {
    order: Idx<Order>,
    from: Timestamp,
    until: Timestamp,
}

/// The orders to take out of a store that holds these, by arrival, one after another.
fn exceeding(held: &[&Stay], capacity: i64, litres: impl Fn(Idx<Order>) -> i64) -> Vec<Idx<Order>> {
    let mut out = Vec::new();
    let mut inside: Vec<&Stay> = Vec::new();
    for (at, stay) in held.iter().enumerate() {
        inside.push(stay);
        // All that arrive in the same second arrive together.
        if held.get(at + 1).is_some_and(|next| next.from == stay.from) {
            continue;
        }
        inside.retain(|other| other.until > stay.from);
        loop {
            let excess = inside.iter().map(|other| litres(other.order)).sum::<i64>() - capacity;
            if excess <= 0 {
                break;
            }
            let size = |at: &usize| litres(inside[*at].order);
            let enough = (0..inside.len()).filter(|at| size(at) >= excess).min_by_key(size);
            let Some(at) = enough.or_else(|| (0..inside.len()).max_by_key(size)) else { break };
            out.push(inside.remove(at).order);
        }
    }
    out
}

/// When each order's truck starts to unload at its centre.
fn arrivals(hubs: &[Arc<HubRoutes>]) -> BTreeMap<Idx<Order>, Timestamp> {
    let mut arrivals = BTreeMap::new();
    for hub in hubs {
        for route in &hub.solution.routes {
            let trips = coldmile_vrp::schedule(&hub.problem, route).trips;
            for stop in trips.iter().flat_map(|trip| &trip.stops) {
                let orders = &hub.consignments[stop.client.get()].orders;
                arrivals.extend(orders.iter().map(|&order| (order, stop.start)));
            }
        }
    }
    arrivals
}

/// When each order's courier starts to load it.
fn departures(centres: &[Arc<CentreRoutes>]) -> BTreeMap<Idx<Order>, Timestamp> {
    let mut departures = BTreeMap::new();
    for centre in centres {
        for route in &centre.solution.routes {
            for trip in coldmile_vrp::schedule(&centre.problem, route).trips {
                let orders = trip.stops.iter().map(|stop| centre.order_of(stop.client));
                departures.extend(orders.map(|order| (order, trip.loading)));
            }
        }
    }
    departures
}

/// The orders of these refusals.
pub fn orders_of(refusals: &[Refusal]) -> BTreeSet<Idx<Order>> {
    refusals.iter().map(|refusal| refusal.order).collect()
}
