//! Custody of every parcel, manifests, and vehicle capacities.

use super::super::case::{Case, Halt};
use super::super::violation::{Amount, Subject, Violation};
use coldmile_model::{Compartment, Load, Order, Parcel};
use coldmile_plan::{Handover, PlannedOrder, Run, StopPlace, Trip};
use coldmile_units::{Grams, Id, Millilitres};
use std::collections::BTreeSet;

/// A parcel of a planned order rides one truck to its centre, and one courier to its door or none for a pickup.
pub fn custody(case: &Case, found: &mut Vec<Violation>) {
    for planned in &case.plan.orders {
        let Some(order) = case.order(&planned.order) else { continue };
        for parcel in &order.parcels {
            count(
                order,
                parcel,
                case.brought(&parcel.id),
                ("audit/not-brought", "audit/brought-twice"),
                found,
            );
            if planned.handover == Handover::Door {
                let codes = ("audit/not-delivered", "audit/delivered-twice");
                count(order, parcel, case.handed(&parcel.id), codes, found);
            }
        }
    }
    for halt in case.halts() {
        for (order, parcel) in halt.stop.parcels.iter().filter_map(|id| case.parcel(id)) {
            let wrong = match case.planned(&order.id) {
                None => Some("which is not planned".to_owned()),
                Some(planned) => misplaced(&halt, order, planned),
            };
            if let Some(why) = wrong {
                let text =
                    format!("{}: hands over parcel {} of order {}, {why}", halt.place(), parcel.id, order.id);
                let violation = Violation::new("audit/wrong-stop", Subject::Run(halt.run.id.clone()), text);
                found.push(violation.at(halt.stop.arrives_at));
            }
        }
    }
}

/// Why a parcel of this order must not be handed over at this stop; `None` when it may.
fn misplaced(halt: &Halt, order: &Order, planned: &PlannedOrder) -> Option<String> {
    match &halt.stop.place {
        StopPlace::Centre { site, .. } if *site != planned.centre => {
            Some(format!("which passes through {}", planned.centre))
        }
        StopPlace::Centre { wave, .. } if *wave != planned.wave => {
            Some(format!("which travels with wave {}", planned.wave))
        }
        StopPlace::Door { order: door } if *door != order.id => Some(format!("at the door of order {door}")),
        StopPlace::Door { .. } if planned.handover == Handover::Pickup => {
            Some("which the family collects".to_owned())
        }
        _ => None,
    }
}

fn count(
    order: &Order,
    parcel: &Parcel,
    halts: &[Halt],
    (never, twice): (&'static str, &'static str),
    found: &mut Vec<Violation>,
) {
    let subject = Subject::Order(order.id.clone());
    match halts {
        [] => found.push(Violation::new(never, subject, format!("parcel {} is on no run", parcel.id))),
        [_] => {}
        [.., last] => {
            let places: Vec<String> =
                halts.iter().map(|halt| format!("run {}, {}", halt.run.id, halt.place())).collect();
            let text = format!("parcel {}: {}", parcel.id, places.join("; "));
            let violation = Violation::new(twice, subject, text).at(last.stop.arrives_at);
            found.push(violation.by(Amount::Count(halts.len() as i64 - 1)));
        }
    }
}

/// A manifest lists what the stops hand over, last delivered first, and adds up its load.
pub fn manifests(case: &Case, found: &mut Vec<Violation>) {
    for (run, trip_index, trip) in case.trips() {
        let report = |code, text: String| {
            let text = format!("trip {}: {text}", trip_index + 1);
            Violation::new(code, Subject::Run(run.id.clone()), text).at(trip.loads_at)
        };
        let mut listed: Vec<&Id<Parcel>> = trip.manifest.parcels.iter().collect();
        let mut handed: Vec<&Id<Parcel>> = trip.stops.iter().flat_map(|stop| &stop.parcels).collect();
        listed.sort_unstable();
        handed.sort_unstable();
        if listed == handed {
            if let Some(parcel) = first_out_of_order(trip) {
                let text = format!("parcel {parcel} is not in loading order: last delivered, first loaded");
                found.push(report("audit/manifest-order", text));
            }
        } else {
            let (left, right): (BTreeSet<_>, BTreeSet<_>) =
                (listed.iter().copied().collect(), handed.iter().copied().collect());
            let differing: Vec<&str> =
                left.symmetric_difference(&right).map(|parcel| parcel.as_str()).collect();
            let names = if differing.is_empty() { "some twice".to_owned() } else { differing.join(", ") };
            let text = format!("lists {} parcels, stops hand over {} ({names})", listed.len(), handed.len());
            let differ = differing.len().max(listed.len().abs_diff(handed.len())) as i64;
            found.push(report("audit/manifest-parcels", text).by(Amount::Count(differ)));
        }
        let load = load_of(case, &trip.manifest.parcels);
        if load.mass != trip.manifest.load.mass {
            let text = format!("manifest says {}, parcels weigh {}", trip.manifest.load.mass, load.mass);
            let gap = Amount::Grams(trip.manifest.load.mass - load.mass);
            found.push(report("audit/manifest-load", text).by(gap));
        }
        for compartment in Compartment::ALL {
            let (stated, real) = (trip.manifest.load[compartment], load[compartment]);
            if stated != real {
                let text = format!("manifest says {stated} {}, parcels take {real}", compartment.name());
                let gap = Amount::Millilitres(stated - real);
                found.push(report("audit/manifest-load", text).by(gap));
            }
        }
    }
}

/// The first parcel that is not in loading order: the one loaded before it belongs to an earlier stop. Parcels of one
/// stop may be in any order.
fn first_out_of_order(trip: &Trip) -> Option<&Id<Parcel>> {
    let stop_of = |parcel: &Id<Parcel>| trip.stops.iter().position(|stop| stop.parcels.contains(parcel));
    trip.manifest.parcels.windows(2).find(|pair| stop_of(&pair[0]) < stop_of(&pair[1])).map(|pair| &pair[1])
}

/// Mass and volumes of parcels, from the orders; unknown parcels count nothing.
fn load_of(case: &Case, parcels: &[Id<Parcel>]) -> Load {
    let mut load = Load::default();
    for (_, parcel) in parcels.iter().filter_map(|id| case.parcel(id)) {
        load.mass += parcel.mass;
        if let Some(class) = case.day.cold.classes.get(parcel.class) {
            load[class.compartment] += parcel.volume;
        }
    }
    load
}

/// The load of a trip fits the vehicle, and its carrier cools what needs cooling.
pub fn capacities(case: &Case, found: &mut Vec<Violation>) {
    for (run, trip_index, trip) in case.trips() {
        let Some(vehicle) = case.vehicle(&run.vehicle) else { continue };
        let handed: Vec<Id<Parcel>> =
            trip.stops.iter().flat_map(|stop| stop.parcels.iter().cloned()).collect();
        let load = load_of(case, &handed);
        let report = |code, text: String| {
            let text = format!("trip {}: {text}", trip_index + 1);
            Violation::new(code, Subject::Run(run.id.clone()), text).at(trip.departs_at)
        };
        let extra = load.mass - vehicle.capacity.mass;
        if extra > Grams::ZERO {
            let text = format!("carries {}, {} takes {}", load.mass, vehicle.id, vehicle.capacity.mass);
            found.push(report("audit/over-capacity", text).by(Amount::Grams(extra)));
        }
        // Walls that can be moved leave nothing but what all compartments hold together.
        let own: i64 = vehicle.capacity.volumes.iter().map(|volume| volume.0).sum();
        let shared = vehicle.litres.map(|litres| litres.0).or(vehicle.movable_walls.then_some(own));
        let carried: i64 = load.volumes.iter().map(|volume| volume.0).sum();
        if let Some(shared) = shared.filter(|&shared| carried > shared) {
            let [carried, shared] = [carried, shared].map(Millilitres);
            let text = format!("carries {carried} in all, {} takes {shared}", vehicle.id);
            found.push(report("audit/over-capacity", text).by(Amount::Millilitres(carried - shared)));
        }
        for compartment in Compartment::ALL {
            let (carried, capacity) = (load[compartment], vehicle.capacity[compartment]);
            if carried > capacity && !vehicle.movable_walls {
                let text =
                    format!("carries {carried} {}, {} takes {capacity}", compartment.name(), vehicle.id);
                found.push(report("audit/over-capacity", text).by(Amount::Millilitres(carried - capacity)));
            }
            if let Some((count, volume)) = uncooled(case, run, trip, compartment) {
                let text = format!(
                    "{count} parcels ({volume}) are {}, which {} cannot keep",
                    compartment.name(),
                    vehicle.id
                );
                found.push(report("audit/cannot-keep", text).by(Amount::Count(count)));
            }
        }
    }
}

/// Number and volume of the parcels with limits in a compartment that the vehicle's carrier does not cool.
fn uncooled(case: &Case, run: &Run, trip: &Trip, compartment: Compartment) -> Option<(i64, Millilitres)> {
    let vehicle = case.vehicle(&run.vehicle)?;
    let keeps = case
        .day
        .cold
        .carriers
        .get(vehicle.carrier)
        .is_some_and(|carrier| carrier.keeping(compartment).is_some());
    // Goods with limits in the ambient compartment are judged by the replay of their temperature.
    if keeps || compartment == Compartment::Ambient {
        return None;
    }
    let parcels = trip.stops.iter().flat_map(|stop| &stop.parcels).filter_map(|id| case.parcel(id));
    let volumes: Vec<Millilitres> = parcels
        .filter(|(_, parcel)| {
            let class = case.day.cold.classes.get(parcel.class);
            class.is_some_and(|class| class.compartment == compartment && class.limits.is_some())
        })
        .map(|(_, parcel)| parcel.volume)
        .collect();
    (!volumes.is_empty()).then(|| (volumes.len() as i64, volumes.iter().copied().sum()))
}
