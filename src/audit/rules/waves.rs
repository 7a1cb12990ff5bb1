//! Trucks, lanes, cut-offs and the moment goods are ready at a centre.

use super::super::case::{Case, Halt};
use super::super::violation::{Amount, Subject, Violation};
use super::stops::least_unloading;
use coldmile_model::{Site, WaveSchedule};
use coldmile_plan::{Echelon, StopPlace, Wave};
use coldmile_units::{Id, Timestamp};
use std::collections::BTreeMap;

/// Each wave is listed once, with exactly the orders that say they travel with it.
pub fn membership(case: &Case, found: &mut Vec<Violation>) {
    let mut listed: BTreeMap<_, Vec<&Wave>> = BTreeMap::new();
    let mut seen: BTreeMap<(&Id<Site>, &Id<WaveSchedule>), i64> = BTreeMap::new();
    for wave in &case.plan.waves {
        *seen.entry((&wave.centre, &wave.schedule)).or_default() += 1;
        for order in &wave.orders {
            listed.entry(order).or_default().push(wave);
        }
    }
    for ((centre, schedule), count) in seen.into_iter().filter(|&(_, count)| count > 1) {
        let text = format!("wave {schedule} stands {count} times");
        let violation = Violation::new("audit/wave-orders", Subject::Site(centre.clone()), text);
        found.push(violation.by(Amount::Count(count - 1)));
    }
    for planned in &case.plan.orders {
        let waves = listed.remove(&planned.order).unwrap_or_default();
        let fits = |wave: &Wave| wave.centre == planned.centre && wave.schedule == planned.wave;
        if waves.len() != 1 || !fits(waves[0]) {
            let names: Vec<String> =
                waves.iter().map(|wave| format!("{} at {}", wave.schedule, wave.centre)).collect();
            let names = if names.is_empty() { "no wave".to_owned() } else { names.join(" and ") };
            let text = format!("travels with {} at {}, listed in {names}", planned.wave, planned.centre);
            found.push(Violation::new("audit/wave-orders", Subject::Order(planned.order.clone()), text));
        }
    }
    for (order, waves) in listed.into_iter().filter(|&(order, _)| case.order(order).is_some()) {
        let text = format!("listed in wave {} at {}, but not planned", waves[0].schedule, waves[0].centre);
        found.push(Violation::new("audit/wave-orders", Subject::Order(order.clone()), text));
    }
}

/// Trucks use lanes, load no wave before it is ready at the hub, and are at the centres when it is due.
pub fn trucks(case: &Case, found: &mut Vec<Violation>) {
    for halt in case.halts().filter(|halt| halt.run.echelon == Echelon::Linehaul) {
        let StopPlace::Centre { site, wave } = &halt.stop.place else { continue };
        let subject = || Subject::Run(halt.run.id.clone());
        let ends = case.site_index(&halt.run.base).zip(case.site_index(site));
        if ends.is_some_and(|(base, centre)| !case.day.network.supplied(base).any(|to| to == centre)) {
            let text = format!("{}: no lane leads from {} to {site}", halt.place(), halt.run.base);
            found.push(Violation::new("audit/no-lane", subject(), text).at(halt.stop.arrives_at));
        }
        let Some(wave) = case.wave(wave) else { continue };
        if halt.trip.loads_at < wave.hub_ready {
            let ready = case.clock(wave.hub_ready);
            let text =
                format!("{}: loads before wave {} is ready at the hub, {ready}", halt.place(), wave.id);
            let violation = Violation::new("audit/before-hub-ready", subject(), text).at(halt.trip.loads_at);
            found.push(violation.by(Amount::Seconds(wave.hub_ready - halt.trip.loads_at)));
        }
        if halt.stop.arrives_at > wave.centre_due {
            let due = case.clock(wave.centre_due);
            let text = format!("{}: at {site} after wave {} was due there, {due}", halt.place(), wave.id);
            let violation =
                Violation::new("audit/after-centre-due", subject(), text).at(halt.stop.arrives_at);
            found.push(violation.by(Amount::Seconds(halt.stop.arrives_at - wave.centre_due)));
        }
    }
}

/// Goods are ready when their truck has been unloaded and sorted, and no courier loads them before.
pub fn readiness(case: &Case, found: &mut Vec<Violation>) {
    let mut wave_sorted: BTreeMap<(&Id<Site>, &Id<WaveSchedule>), Timestamp> = BTreeMap::new();
    let wave_ready: BTreeMap<_, _> =
        case.plan.waves.iter().map(|wave| ((&wave.centre, &wave.schedule), wave.ready_at)).collect();
    for planned in &case.plan.orders {
        let Some((order, centre)) = case.order(&planned.order).zip(case.site(&planned.centre)) else {
            continue;
        };
        let halts = order.parcels.iter().filter_map(|parcel| case.brought(&parcel.id).first());
        let Some(sorted) = halts.map(|halt| sorted_at(halt, centre)).max() else { continue };
        let key = (&planned.centre, &planned.wave);
        let latest = wave_sorted.entry(key).or_insert(sorted);
        *latest = sorted.max(*latest);
        if planned.ready_at < sorted {
            let text =
                format!("said to be ready then, but sorted at {} only at {}", centre.id, case.clock(sorted));
            let violation = Violation::new("audit/ready-too-early", Subject::Order(order.id.clone()), text);
            found.push(violation.at(planned.ready_at).by(Amount::Seconds(sorted - planned.ready_at)));
        }
        let ready = wave_ready.get(&key).map_or(planned.ready_at, |&wave| wave.max(planned.ready_at));
        let trip = planned.delivery.as_ref().and_then(|delivery| {
            let run = case.run(&delivery.run)?;
            Some((run, delivery.trip, run.trips.get(delivery.trip)?))
        });
        if let Some((run, index, trip)) = trip.filter(|(_, _, trip)| trip.loads_at < ready) {
            let text = format!(
                "trip {}: loads order {} before it is ready, {}",
                index + 1,
                order.id,
                case.clock(ready)
            );
            let violation = Violation::new("audit/not-ready", Subject::Run(run.id.clone()), text);
            found.push(violation.at(trip.loads_at).by(Amount::Seconds(ready - trip.loads_at)));
        }
    }
    for wave in &case.plan.waves {
        let Some(&sorted) = wave_sorted.get(&(&wave.centre, &wave.schedule)) else { continue };
        if wave.ready_at < sorted {
            let text = format!(
                "wave {} is said to be ready then, but its last truck is sorted at {}",
                wave.schedule,
                case.clock(sorted)
            );
            let violation = Violation::new("audit/ready-too-early", Subject::Site(wave.centre.clone()), text);
            found.push(violation.at(wave.ready_at).by(Amount::Seconds(sorted - wave.ready_at)));
        }
    }
}

/// When what this truck stop unloads is sorted: handling counts from the moment unloading can start, and is not over before
/// the last parcel is unloaded.
fn sorted_at(halt: &Halt, centre: &Site) -> Timestamp {
    let takes = centre.handling.max(least_unloading(halt, centre));
    halt.stop.arrives_at.max(halt.stop.starts_at) + takes
}
