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

/// What stands in every store by the routes.
pub struct Stores<'a> {
    day: &'a Day,
    stays: BTreeMap<Idx<Site>, Vec<Stay>>,
    /// The store in which each order stands.
    store_of: Vec<Option<Idx<Site>>>,
}

impl<'a> Stores<'a> {
    /// Of the orders that are served by these routes.
    pub fn new(
        day: &'a Day,
        assigned: &[Assigned],
        hubs: &[Arc<HubRoutes>],
        centres: &[Arc<CentreRoutes>],
    ) -> Self {
        let (arrivals, departures) = (arrivals(day, hubs), departures(day, centres));
        let mut stores = Self { day, stays: BTreeMap::new(), store_of: vec![None; day.orders.len()] };
        for row in assigned {
            let Some(from) = arrivals[row.order.get()] else { continue };
            let until = match row.handover {
                Handover::Pickup => leaves_by(day, &day.orders[row.order], row.centre, row.handover),
                Handover::Door => departures[row.order.get()].unwrap_or(from),
            };
            stores.put(row.centre, Stay { order: row.order, from, until });
        }
        stores
    }

    /// Orders that have to go so that no store ever holds more than its capacity, with the compartment that is full: at the
    /// first moment at which one is overfull the smallest order that makes enough space, or else the largest, and so on; of lower
    /// priority first.
    pub fn overflow(&self) -> Vec<Refusal> {
        let mut gone = Vec::new();
        for (&centre, stays) in &self.stays {
            for compartment in Compartment::ALL {
                let capacity = self.day.network.sites()[centre].storage.of(compartment).0;
                let litres = |order: Idx<Order>| self.day.orders[order].load[compartment].0;
                let mut held: Vec<&Stay> = stays.iter().filter(|stay| litres(stay.order) > 0).collect();
                if held.iter().map(|stay| litres(stay.order)).sum::<i64>() <= capacity {
                    continue;
                }
                held.sort_by_key(|stay| (stay.from, stay.order));
                let priority = |order: Idx<Order>| self.day.orders[order].priority;
                for order in exceeding(&held, capacity, litres, priority) {
                    gone.push(Refusal { order, cause: RefusalCause::StorageFull { compartment } });
                }
            }
        }
        gone.sort_by_key(|refusal| refusal.order);
        gone.dedup_by_key(|refusal| refusal.order);
        gone
    }

    /// Whether a store has space for an order all the time from one moment until another.
    pub fn fits(&self, order: Idx<Order>, centre: Idx<Site>, from: Timestamp, until: Timestamp) -> bool {
        self.fits_without(&BTreeSet::new(), order, centre, (from, until))
    }

    /// The same, once some orders are gone.
    pub fn fits_without(
        &self,
        gone: &BTreeSet<Idx<Order>>,
        order: Idx<Order>,
        centre: Idx<Site>,
        (from, until): (Timestamp, Timestamp),
    ) -> bool {
        let short =
            |compartment| self.short_without(gone, self.day, order, centre, compartment, (from, until));
        Compartment::ALL.into_iter().all(|compartment| short(compartment) <= 0)
    }

    /// How much larger a compartment of a store would have to be for an order that stands there from one moment until another, in
    /// millilitres; not positive where it is large enough. The store is that of `day`, which may differ from the routed day in its
    /// sites.
    pub fn short(
        &self,
        day: &Day,
        order: Idx<Order>,
        centre: Idx<Site>,
        compartment: Compartment,
        stay: (Timestamp, Timestamp),
    ) -> i64 {
        self.short_without(&BTreeSet::new(), day, order, centre, compartment, stay)
    }

    fn short_without(
        &self,
        gone: &BTreeSet<Idx<Order>>,
        day: &Day,
        order: Idx<Order>,
        centre: Idx<Site>,
        compartment: Compartment,
        (from, until): (Timestamp, Timestamp),
    ) -> i64 {
        let stays = self.stays.get(&centre).map_or(&[][..], Vec::as_slice);
        let litres = |order: Idx<Order>| day.orders[order].load[compartment].0;
        let own = litres(order);
        if own == 0 {
            return 0;
        }
        let held_at = |moment: Timestamp| -> i64 {
            let inside = stays.iter().filter(|stay| stay.from <= moment && moment < stay.until);
            inside.filter(|stay| !gone.contains(&stay.order)).map(|stay| litres(stay.order)).sum()
        };
        // What is held only grows when something arrives.
        let arrivals = stays.iter().map(|stay| stay.from).filter(|&at| from < at && at < until);
        // What comes together on one truck arrives at one moment.
        let moments: BTreeSet<Timestamp> = std::iter::once(from).chain(arrivals).collect();
        let held = moments.into_iter().map(held_at).max().unwrap_or(0);
        held + own - day.network.sites()[centre].storage.of(compartment).0
    }

    /// Puts an order into a store from one moment until another if it [fits](Self::fits), and says whether it did.
    pub fn take(&mut self, order: Idx<Order>, centre: Idx<Site>, from: Timestamp, until: Timestamp) -> bool {
        let fits = self.fits(order, centre, from, until);
        if fits {
            self.put(centre, Stay { order, from, until });
        }
        fits
    }

    fn put(&mut self, centre: Idx<Site>, stay: Stay) {
        if let Some(store) = self.store_of.get_mut(stay.order.get()) {
            *store = Some(centre);
        }
        self.stays.entry(centre).or_default().push(stay);
    }

    /// Puts an order into a store from one moment until another in place of wherever it stands now, if there is space for
    /// it all the time, and says whether there is.
    pub fn change(&mut self, order: Idx<Order>, centre: Idx<Site>, stay: (Timestamp, Timestamp)) -> bool {
        let store = self.store_of.get(order.get()).copied().flatten();
        let before = store.and_then(|site| {
            let stays = self.stays.get_mut(&site)?;
            let at = stays.iter().position(|stay| stay.order == order)?;
            Some((site, stays.swap_remove(at)))
        });
        let fits = self.take(order, centre, stay.0, stay.1);
        if let (false, Some((site, stay))) = (fits, before) {
            self.put(site, stay);
        }
        fits
    }
}

/// An order in its centre's store.
struct Stay {
    order: Idx<Order>,
    from: Timestamp,
    until: Timestamp,
}

/// The orders to take out of a store that holds these, by arrival, one after another.
fn exceeding(
    held: &[&Stay],
    capacity: i64,
    litres: impl Fn(Idx<Order>) -> i64,
    priority: impl Fn(Idx<Order>) -> u8,
) -> Vec<Idx<Order>> {
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
            let least = |at: &usize| priority(inside[*at].order);
            let enough = (0..inside.len()).filter(|at| size(at) >= excess);
            let enough = enough.min_by_key(|at| (least(at), size(at)));
            let largest = || (0..inside.len()).max_by_key(|at| (std::cmp::Reverse(least(at)), size(at)));
            let Some(at) = enough.or_else(largest) else { break };
            out.push(inside.remove(at).order);
        }
    }
    out
}

/// When each order's truck starts to unload at its centre, by order.
fn arrivals(day: &Day, hubs: &[Arc<HubRoutes>]) -> Vec<Option<Timestamp>> {
    let mut arrivals = vec![None; day.orders.len()];
    for hub in hubs {
        for route in &hub.solution.routes {
            let trips = coldmile_vrp::schedule(&hub.problem, route).trips;
            for stop in trips.iter().flat_map(|trip| &trip.stops) {
                let consignment = &hub.consignments[stop.client.get()];
                let from = consignment.unloading_starts(day, stop.start);
                for order in &consignment.orders {
                    arrivals[order.get()] = Some(from);
                }
            }
        }
    }
    arrivals
}

/// When each order's courier starts to load it, by order.
fn departures(day: &Day, centres: &[Arc<CentreRoutes>]) -> Vec<Option<Timestamp>> {
    let mut departures = vec![None; day.orders.len()];
    for centre in centres {
        for route in &centre.solution.routes {
            for trip in coldmile_vrp::schedule(&centre.problem, route).trips {
                for stop in &trip.stops {
                    departures[centre.order_of(stop.client).get()] = Some(trip.loading);
                }
            }
        }
    }
    departures
}

/// The orders of these refusals.
pub fn orders_of(refusals: &[Refusal]) -> BTreeSet<Idx<Order>> {
    refusals.iter().map(|refusal| refusal.order).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stays(rng: &mut fastrand::Rng) -> (Vec<Stay>, Vec<i64>) {
        let count = rng.usize(1..12);
        let stay = |order: usize, rng: &mut fastrand::Rng| {
            let from = rng.i64(0..20);
            let until = from + rng.i64(0..15);
            let at = Timestamp::from_unix;
            Stay { order: Idx::new(order as u32), from: at(from), until: at(until) }
        };
        let stays = (0..count).map(|order| stay(order, rng)).collect();
        (stays, (0..count).map(|_| rng.i64(1..10)).collect())
    }

    /// The fullest second, looked at one by one.
    fn fullest(stays: &[&Stay], litres: &[i64]) -> i64 {
        let held = |second: i64| {
            let at = Timestamp::from_unix(second);
            let inside = stays.iter().filter(|stay| stay.from <= at && at < stay.until);
            inside.map(|stay| litres[stay.order.get()]).sum()
        };
        (0..40).map(held).max().unwrap_or(0)
    }

    #[test]
    fn what_goes_leaves_no_store_overfull_and_nothing_goes_without_need() {
        for seed in 0..2_000 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let (stays, litres) = stays(&mut rng);
            let capacity = rng.i64(0..30);
            let mut held: Vec<&Stay> = stays.iter().collect();
            held.sort_by_key(|stay| (stay.from, stay.order));
            let gone = exceeding(&held, capacity, |order| litres[order.get()], |_| 5);
            let kept: Vec<&Stay> = held.iter().copied().filter(|stay| !gone.contains(&stay.order)).collect();
            assert!(fullest(&kept, &litres) <= capacity, "seed {seed}");
            assert_eq!(gone.is_empty(), fullest(&held, &litres) <= capacity, "seed {seed}");
        }
    }
}
