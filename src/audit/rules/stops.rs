//! The times within a trip, the places it visits, doors and their windows, and how long goods ride.

use super::super::case::{Case, Halt, fresh_until};
use super::super::violation::{Amount, Subject, Violation};
use super::breaks;
use coldmile_model::{Order, RideRule, Site};
use coldmile_plan::{Echelon, Run, StopPlace, Trip};
use coldmile_units::{Id, Metres, Money, Seconds, Timestamp};
use std::collections::BTreeMap;

/// Within a trip each moment follows from the one before it: loading, departure, leg, waiting, service, departure.
pub fn clocks(case: &Case, found: &mut Vec<Violation>) {
    for (run, trip_index, trip) in case.trips() {
        let subject = || Subject::Run(run.id.clone());
        if trip.stops.is_empty() {
            let text = format!("trip {} has no stop", trip_index + 1);
            found.push(Violation::new("audit/empty-trip", subject(), text).at(trip.departs_at));
        }
        if trip.departs_at < trip.loads_at {
            backwards(
                case,
                run,
                trip_index,
                ("departure", trip.departs_at),
                ("loading", trip.loads_at),
                found,
            );
        }
        for (index, stop) in trip.stops.iter().enumerate() {
            let start = format!("start of service at stop {}", index + 1);
            if stop.starts_at < stop.arrives_at {
                backwards(
                    case,
                    run,
                    trip_index,
                    (&start, stop.starts_at),
                    ("arrival", stop.arrives_at),
                    found,
                );
            }
            if stop.departs_at < stop.starts_at {
                let departure = format!("departure from stop {}", index + 1);
                backwards(
                    case,
                    run,
                    trip_index,
                    (&departure, stop.departs_at),
                    (&start, stop.starts_at),
                    found,
                );
            }
        }
        arrivals(case, run, trip_index, trip, found);
    }
}

/// Arrival is departure plus the leg, to the second.
fn arrivals(case: &Case, run: &Run, trip_index: usize, trip: &Trip, found: &mut Vec<Violation>) {
    let expected = trip.stops.len() + 1;
    if trip.legs.len() != expected {
        let text =
            format!("trip {} has {} legs for {} stops", trip_index + 1, trip.legs.len(), trip.stops.len());
        let violation = Violation::new("audit/leg-count", Subject::Run(run.id.clone()), text);
        found.push(violation.by(Amount::Count(trip.legs.len() as i64 - expected as i64)));
        return;
    }
    let departures = std::iter::once(trip.departs_at).chain(trip.stops.iter().map(|stop| stop.departs_at));
    let arrivals = trip.stops.iter().map(|stop| stop.arrives_at).chain(std::iter::once(trip.returns_at));
    for (index, ((departs, arrives), leg)) in departures.zip(arrivals).zip(&trip.legs).enumerate() {
        let driven = departs + leg.duration;
        if driven != arrives {
            let text = format!(
                "trip {}, leg {}: leaves {}, drives {}, so arrives at {}",
                trip_index + 1,
                index + 1,
                case.clock(departs),
                leg.duration,
                case.clock(driven)
            );
            let violation = Violation::new("audit/arrival-differs", Subject::Run(run.id.clone()), text);
            found.push(violation.at(arrives).by(Amount::Seconds(arrives - driven)));
        }
    }
}

fn backwards(
    case: &Case,
    run: &Run,
    trip_index: usize,
    (what, at): (&str, Timestamp),
    (earlier, wanted): (&str, Timestamp),
    found: &mut Vec<Violation>,
) {
    let text = format!("trip {}: {what} lies before {earlier}, {}", trip_index + 1, case.clock(wanted));
    let violation = Violation::new("audit/time-backwards", Subject::Run(run.id.clone()), text).at(at);
    found.push(violation.by(Amount::Seconds(wanted - at)));
}

/// Stops are at the place they visit, of the kind that the run's echelon visits, at open centres, inside the order's window.
pub fn doors(case: &Case, found: &mut Vec<Violation>) {
    let mut visits: BTreeMap<&Id<Order>, Vec<Halt>> = BTreeMap::new();
    for halt in case.halts() {
        let subject = || Subject::Run(halt.run.id.clone());
        let (place, stop) = (halt.place(), halt.stop);
        if stop.parcels.is_empty() {
            let text = format!("{place}: nothing is handed over");
            found.push(Violation::new("audit/empty-stop", subject(), text).at(stop.arrives_at));
        }
        let (point, fits) = match &stop.place {
            StopPlace::Centre { site, .. } => {
                (case.site(site).map(|site| site.point), halt.run.echelon == Echelon::Linehaul)
            }
            StopPlace::Door { order } => {
                visits.entry(order).or_default().push(halt);
                (case.order(order).map(|order| order.point), halt.run.echelon == Echelon::LastMile)
            }
        };
        if !fits {
            let text = format!("{place}: trucks visit centres, couriers visit doors");
            found.push(Violation::new("audit/wrong-place", subject(), text).at(stop.arrives_at));
        }
        if let Some(point) = point.filter(|&point| point != stop.point) {
            let text = format!("{place}: stands at {}, should be {point}", stop.point);
            let away = Amount::Metres(Metres(point.distance_m(stop.point).round() as i64));
            found.push(Violation::new("audit/stop-elsewhere", subject(), text).at(stop.arrives_at).by(away));
        }
        match &stop.place {
            StopPlace::Centre { site, .. } => open_centre(case, &halt, site, found),
            StopPlace::Door { order } => {
                if let Some(order) = case.order(order) {
                    door(case, &halt, order, found);
                }
            }
        }
    }
    for (order, halts) in visits {
        let named = case.planned(order).and_then(|planned| planned.delivery.as_ref());
        for halt in halts {
            let is_named = named.is_some_and(|delivery| {
                delivery.run == halt.run.id
                    && delivery.trip == halt.trip_index
                    && delivery.stop == halt.stop_index
            });
            if !is_named && case.order(order).is_some() {
                let text = format!("{}: visits order {order}, which does not name this visit", halt.place());
                let violation =
                    Violation::new("audit/unasked-visit", Subject::Run(halt.run.id.clone()), text);
                found.push(violation.at(halt.stop.arrives_at));
            }
        }
    }
}

fn open_centre(case: &Case, halt: &Halt, site: &Id<Site>, found: &mut Vec<Violation>) {
    let Some(site) = case.site(site) else { return };
    let at = halt.stop.starts_at;
    if !site.hours.contains(at) {
        let (open, close) = (site.hours.open(), site.hours.close());
        let text = format!(
            "{}: calls at {} while it is closed (open {} to {})",
            halt.place(),
            site.id,
            case.clock(open),
            case.clock(close)
        );
        let violation = Violation::new("audit/site-closed", Subject::Run(halt.run.id.clone()), text);
        found.push(violation.at(at).by(Amount::Seconds((open - at).max(at - close))));
    }
    unloading(halt, site, found);
}

/// Seconds that a truck's stop takes at the least, and for each parcel that it unloads.
const UNLOADING: (i64, i64) = (120, 15);

/// How long a truck's stop lasts at the least: as long as unloading its parcels one by one. Where the centre does not say how
/// long one takes, its handling is enough.
pub fn least_unloading(halt: &Halt, centre: &Site) -> Seconds {
    let parcels = halt.stop.parcels.len() as i64;
    let each = centre.per_parcel_unload.map_or(UNLOADING.1, |each| each.0);
    let one_by_one = Seconds(UNLOADING.0 + each * parcels);
    if centre.per_parcel_unload.is_some() { one_by_one } else { one_by_one.min(centre.handling) }
}

/// A truck's stop lasts long enough.
fn unloading(halt: &Halt, centre: &Site, found: &mut Vec<Violation>) {
    let spent = spent(halt);
    let parcels = halt.stop.parcels.len() as i64;
    let needed = least_unloading(halt, centre);
    if spent < needed && spent >= Seconds::ZERO {
        let text = format!("{}: {spent} to unload {parcels} parcels, which takes {needed}", halt.place());
        let violation = Violation::new("audit/service-too-short", Subject::Run(halt.run.id.clone()), text);
        found.push(violation.at(halt.stop.starts_at).by(Amount::Seconds(needed - spent)));
    }
}

/// How long the vehicle stands at a stop after the start of service, without breaks.
fn spent(halt: &Halt) -> Seconds {
    let on_break = breaks::at_stop(halt.run, halt.trip_index, halt.stop_index);
    halt.stop.departs_at - halt.stop.starts_at - on_break
}

fn door(case: &Case, halt: &Halt, order: &Order, found: &mut Vec<Violation>) {
    let (stop, place) = (halt.stop, halt.place());
    let spent = spent(halt);
    if spent < order.service && spent >= Seconds::ZERO {
        let text =
            format!("{place}: {spent} at the door of order {}, which takes {}", order.id, order.service);
        let violation = Violation::new("audit/service-too-short", Subject::Run(halt.run.id.clone()), text);
        found.push(violation.at(stop.starts_at).by(Amount::Seconds(order.service - spent)));
    }
    let (open, close) = (order.window.open(), order.window.close());
    // Where lateness has a price it is part of the objective and breaks no rule.
    let is_late_at_a_price = stop.starts_at > close && case.day.late_hour > Money::ZERO;
    if !order.window.contains(stop.starts_at) && !is_late_at_a_price {
        let text = format!(
            "run {}, {place}: served outside {} to {}",
            halt.run.id,
            case.clock(open),
            case.clock(close)
        );
        let gap = (open - stop.starts_at).max(stop.starts_at - close);
        let violation = Violation::new("audit/outside-window", Subject::Order(order.id.clone()), text);
        found.push(violation.at(stop.starts_at).by(Amount::Seconds(gap)));
    }
    let fresh = fresh_until(order);
    if stop.starts_at > fresh {
        let text = format!(
            "run {}, {place}: too little is left of its goods' life after {}",
            halt.run.id,
            case.clock(fresh)
        );
        let violation = Violation::new("audit/too-old", Subject::Order(order.id.clone()), text);
        found.push(violation.at(stop.starts_at).by(Amount::Seconds(stop.starts_at - fresh)));
    }
    let centre = case.planned(&order.id).map(|planned| &planned.centre);
    if let Some(centre) = centre.filter(|&centre| *centre != halt.run.base) {
        let text = format!("{place}: order {} passes through {centre}, not {}", order.id, halt.run.base);
        let violation = Violation::new("audit/not-from-its-centre", Subject::Run(halt.run.id.clone()), text);
        found.push(violation.at(stop.arrives_at));
    }
}

/// No parcel rides longer than its class may, from the courier's departure to the start of service; where the day counts
/// the whole journey, the truck's ride and the transfer at the centre are part of it.
pub fn rides(case: &Case, found: &mut Vec<Violation>) {
    if case.day.rules.ride == RideRule::Whole {
        whole_rides(case, found);
        return;
    }
    for halt in case.halts().filter(|halt| halt.run.echelon == Echelon::LastMile) {
        let ride = halt.stop.starts_at - halt.trip.departs_at;
        for (order, parcel) in halt.stop.parcels.iter().filter_map(|id| case.parcel(id)) {
            let Some(class) = case.day.cold.classes.get(parcel.class) else { continue };
            if let Some(longest) = class.longest_ride.filter(|&longest| ride > longest) {
                let text = format!(
                    "parcel {} ({}) rides {ride} on run {}, {}; at most {longest}",
                    parcel.id,
                    class.id,
                    halt.run.id,
                    halt.place()
                );
                let violation = Violation::new("audit/ride-too-long", Subject::Order(order.id.clone()), text);
                found.push(violation.at(halt.stop.starts_at).by(Amount::Seconds(ride - longest)));
            }
        }
    }
}

/// The same for every parcel on a truck: until it is unloaded, or until the courier is at the door.
fn whole_rides(case: &Case, found: &mut Vec<Violation>) {
    let ride = |halt: &Halt| halt.stop.starts_at - halt.trip.departs_at;
    for truck in case.halts().filter(|halt| halt.run.echelon == Echelon::Linehaul) {
        for (order, parcel) in truck.stop.parcels.iter().filter_map(|id| case.parcel(id)) {
            let Some(class) = case.day.cold.classes.get(parcel.class) else { continue };
            let Some(longest) = class.longest_ride else { continue };
            let courier = case.handed(&parcel.id).first();
            let parts = [ride(&truck), case.day.cold.transfer, courier.map_or(Seconds::ZERO, ride)];
            let whole: Seconds = parts.into_iter().sum();
            if whole > longest {
                let text = format!(
                    "parcel {} ({}) rides {} on run {}, {}, is transferred in {} and rides {} with its courier; at most {longest}",
                    parcel.id,
                    class.id,
                    parts[0],
                    truck.run.id,
                    truck.place(),
                    parts[1],
                    parts[2]
                );
                let at = courier.map_or(truck.stop.starts_at, |halt| halt.stop.starts_at);
                let violation = Violation::new("audit/ride-too-long", Subject::Order(order.id.clone()), text);
                found.push(violation.at(at).by(Amount::Seconds(whole - longest)));
            }
        }
    }
}
