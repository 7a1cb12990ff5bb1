//! Every order once, as the family wants it, through a centre and wave it may use.

use super::super::case::{Case, collect_by};
use super::super::violation::{Amount, Subject, Violation};
use coldmile_model::{Fulfilment, Order, SiteKind};
use coldmile_plan::{Echelon, Handover, PlannedOrder, StopPlace};
use coldmile_units::Id;
use std::collections::BTreeMap;

/// Each order of the day is planned or unplanned exactly once, and left out only with a reason.
pub fn every_order_once(case: &Case, found: &mut Vec<Violation>) {
    let mut times: BTreeMap<&Id<Order>, i64> = case.day.orders.iter().map(|order| (&order.id, 0)).collect();
    let named = case.plan.orders.iter().map(|planned| &planned.order);
    for id in named.chain(case.plan.unplanned.iter().map(|unplanned| &unplanned.order)) {
        // An id the day does not have is reported by `names`.
        if let Some(count) = times.get_mut(id) {
            *count += 1;
        }
    }
    for (id, count) in times {
        let subject = Subject::Order(id.clone());
        if count == 0 {
            found.push(Violation::new("audit/order-missing", subject, "neither planned nor unplanned"));
        } else if count > 1 {
            let text = format!("planned or unplanned {count} times");
            found.push(Violation::new("audit/order-twice", subject, text).by(Amount::Count(count - 1)));
        }
    }
    for unplanned in &case.plan.unplanned {
        let has_code = unplanned.code.strip_prefix("unplanned/").is_some_and(|rest| !rest.is_empty());
        if !has_code || unplanned.reason.trim().is_empty() {
            let text = format!("left out with code \"{}\", reason \"{}\"", unplanned.code, unplanned.reason);
            found.push(Violation::new("audit/no-reason", Subject::Order(unplanned.order.clone()), text));
        }
    }
}

/// Door or pickup as asked, the centre that the family insists on, a wave whose cut-off it met, ready while the family may
/// still collect.
pub fn what_the_family_wants(case: &Case, found: &mut Vec<Violation>) {
    for planned in &case.plan.orders {
        let Some(order) = case.order(&planned.order) else { continue };
        let subject = || Subject::Order(order.id.clone());
        match (order.fulfilment, planned.handover) {
            (Fulfilment::Pickup, Handover::Door) => {
                found.push(Violation::new(
                    "audit/door-for-pickup",
                    subject(),
                    "the family wants to collect it",
                ));
            }
            (Fulfilment::Door, Handover::Pickup) => {
                let text = "the family wants it at the door";
                found.push(Violation::new("audit/pickup-for-door", subject(), text));
            }
            _ => {}
        }
        let Some(centre) = case.site(&planned.centre) else { continue };
        if centre.kind != SiteKind::Centre {
            let text = format!("{} is not a community centre", centre.id);
            found.push(Violation::new("audit/not-a-centre", subject(), text));
        }
        let wanted = order.centre.and_then(|position| case.day.network.sites().get(position));
        if let Some(wanted) = wanted.filter(|wanted| wanted.id != centre.id) {
            let text = format!("planned through {}, the family insists on {}", centre.id, wanted.id);
            found.push(Violation::new("audit/wrong-centre", subject(), text));
        }
        if let Some(wave) = case.wave(&planned.wave).filter(|wave| order.placed_at > wave.cut_off) {
            let late = order.placed_at - wave.cut_off;
            let text = format!("placed after the cut-off of wave {}, {}", wave.id, case.clock(wave.cut_off));
            let violation = Violation::new("audit/after-cut-off", subject(), text);
            found.push(violation.at(order.placed_at).by(Amount::Seconds(late)));
        }
        if planned.handover == Handover::Pickup {
            let latest = collect_by(order, centre);
            if planned.ready_at > latest {
                let text =
                    format!("ready for pickup only after {}, the last moment to collect", case.clock(latest));
                let violation = Violation::new("audit/pickup-too-late", subject(), text).at(planned.ready_at);
                found.push(violation.by(Amount::Seconds(planned.ready_at - latest)));
            }
        }
    }
}

/// The truck, the visit and the departure from the store that an order states are those of the runs.
pub fn references(case: &Case, found: &mut Vec<Violation>) {
    for planned in &case.plan.orders {
        linehaul_reference(case, planned, found);
        let subject = || Subject::Order(planned.order.clone());
        let leaves_at = match (planned.handover, &planned.delivery) {
            (Handover::Pickup, None) => case
                .order(&planned.order)
                .zip(case.site(&planned.centre))
                .map(|(order, centre)| collect_by(order, centre)),
            (Handover::Door, Some(delivery)) => {
                let trip = case.run(&delivery.run).and_then(|run| run.trips.get(delivery.trip));
                delivery_reference(case, planned, found);
                trip.map(|trip| trip.loads_at)
            }
            (handover, _) => {
                let text = format!("{handover:?} with a courier's visit that does not suit it");
                found.push(Violation::new("audit/delivery-reference", subject(), text.to_lowercase()));
                None
            }
        };
        if let Some(leaves_at) = leaves_at.filter(|&leaves_at| leaves_at != planned.leaves_at) {
            let text = format!("said to leave the store then, but leaves at {}", case.clock(leaves_at));
            let gap = Amount::Seconds(planned.leaves_at - leaves_at);
            found.push(Violation::new("audit/leaves-at", subject(), text).at(planned.leaves_at).by(gap));
        }
    }
}

fn linehaul_reference(case: &Case, planned: &PlannedOrder, found: &mut Vec<Violation>) {
    let Some((run, order)) = case.run(&planned.linehaul).zip(case.order(&planned.order)) else { return };
    let subject = Subject::Order(planned.order.clone());
    if run.echelon != Echelon::Linehaul {
        let text = format!("run {} is named as its truck but is not linehaul", run.id);
        found.push(Violation::new("audit/linehaul-reference", subject, text));
        return;
    }
    let elsewhere = order
        .parcels
        .iter()
        .flat_map(|parcel| case.brought(&parcel.id).iter().map(move |halt| (parcel, halt)))
        .find(|(_, halt)| halt.run.id != run.id);
    if let Some((parcel, halt)) = elsewhere {
        let text =
            format!("said to come with run {}, parcel {} comes with {}", run.id, parcel.id, halt.run.id);
        found.push(Violation::new("audit/linehaul-reference", subject, text).at(halt.stop.arrives_at));
    }
}

/// The visit that an order names exists, is at its door, and starts when promised.
fn delivery_reference(case: &Case, planned: &PlannedOrder, found: &mut Vec<Violation>) {
    let Some((delivery, run)) =
        planned.delivery.as_ref().and_then(|delivery| Some((delivery, case.run(&delivery.run)?)))
    else {
        return;
    };
    let stop = run.trips.get(delivery.trip).and_then(|trip| trip.stops.get(delivery.stop));
    let place = format!(
        "run {}, trip {}, stop {}",
        run.id,
        delivery.trip.saturating_add(1),
        delivery.stop.saturating_add(1)
    );
    let text = match stop {
        None => format!("{place} does not exist"),
        Some(_) if run.echelon != Echelon::LastMile => format!("{place} is not of a courier's run"),
        Some(stop) if stop.place != (StopPlace::Door { order: planned.order.clone() }) => {
            format!("{place} is not at its door")
        }
        Some(stop) if stop.starts_at != delivery.at => {
            let gap = Amount::Seconds(delivery.at - stop.starts_at);
            let text = format!("promised then, {place} starts at {}", case.clock(stop.starts_at));
            let violation =
                Violation::new("audit/delivery-reference", Subject::Order(planned.order.clone()), text);
            found.push(violation.at(delivery.at).by(gap));
            return;
        }
        Some(_) => return,
    };
    let violation = Violation::new("audit/delivery-reference", Subject::Order(planned.order.clone()), text);
    found.push(violation.at(delivery.at));
}
