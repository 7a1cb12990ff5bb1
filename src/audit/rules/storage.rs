//! Shelf, fridge and freezer of the centres over time.
//!
//! A parcel is in its centre's store from the moment its truck's unloading starts (`starts_at` of the truck's stop) until it
//! leaves: with the courier, at the start of loading; or, for a pickup, at the latest moment the family may collect
//! it. The start is included, the end is not: goods that leave free their volume for goods that arrive in the same second.

use super::super::case::{Case, collect_by};
use super::super::violation::{Amount, Subject, Violation};
use coldmile_model::{Compartment, Site, SiteKind};
use coldmile_plan::Handover;
use coldmile_units::{Id, Millilitres, Timestamp};
use std::collections::BTreeMap;

/// No compartment of a centre ever holds more than its capacity. One violation for each that does, at its fullest moment.
pub fn capacities(case: &Case, found: &mut Vec<Violation>) {
    for ((centre, compartment), mut changes) in changes(case) {
        let Some(site) = case.site(centre).filter(|site| site.kind == SiteKind::Centre) else { continue };
        let capacity = site.storage.of(compartment);
        // At the same instant what leaves (negative) comes first.
        changes.sort_unstable();
        let mut held = Millilitres::ZERO;
        let mut fullest = (Millilitres::ZERO, Timestamp::MIN);
        let mut first_over = None;
        for (at, change) in changes {
            held += change;
            if held > fullest.0 {
                fullest = (held, at);
            }
            if held > capacity {
                first_over.get_or_insert(at);
            }
        }
        if let Some(since) = first_over {
            let text = format!(
                "{} capacity is {capacity}, holds {} then (too full since {})",
                compartment.name(),
                fullest.0,
                case.clock(since)
            );
            let violation = Violation::new("audit/storage-overfull", Subject::Site(site.id.clone()), text);
            found.push(violation.at(fullest.1).by(Amount::Millilitres(fullest.0 - capacity)));
        }
    }
}

/// What each compartment of each centre holds at its fullest moment. One that holds nothing is not among them.
pub type Fullest<'a> = BTreeMap<(&'a Id<Site>, Compartment), Millilitres>;

/// The largest volume that every store holds at any moment.
pub fn fullest<'a>(case: &Case<'a>) -> Fullest<'a> {
    let peak = |mut changes: Vec<(Timestamp, Millilitres)>| {
        changes.sort_unstable();
        let mut held = Millilitres::ZERO;
        let levels = changes.into_iter().map(|(_, change)| {
            held += change;
            held
        });
        levels.max().unwrap_or(Millilitres::ZERO)
    };
    changes(case).into_iter().map(|(store, changes)| (store, peak(changes))).collect()
}

type Changes<'a> = BTreeMap<(&'a Id<Site>, Compartment), Vec<(Timestamp, Millilitres)>>;

/// Volumes that arrive (positive) and leave (negative), by centre and compartment.
fn changes<'a>(case: &Case<'a>) -> Changes<'a> {
    let mut changes = Changes::new();
    for planned in &case.plan.orders {
        let Some((order, centre)) = case.order(&planned.order).zip(case.site(&planned.centre)) else {
            continue;
        };
        for parcel in &order.parcels {
            let Some(truck) = case.brought(&parcel.id).first() else { continue };
            let leaves = match planned.handover {
                Handover::Pickup => Some(collect_by(order, centre)),
                Handover::Door => case.handed(&parcel.id).first().map(|halt| halt.trip.loads_at),
            };
            let arrives = truck.stop.starts_at;
            // Goods that leave before they arrive are reported by other rules.
            let Some(leaves) = leaves.filter(|&leaves| leaves > arrives) else { continue };
            let Some(class) = case.day.cold.classes.get(parcel.class) else { continue };
            let store = changes.entry((&centre.id, class.compartment)).or_default();
            store.push((arrives, parcel.volume));
            store.push((leaves, -parcel.volume));
        }
    }
    changes
}
