//! Couriers, vehicles, shifts, trips and range.

use super::super::case::Case;
use super::super::violation::{Amount, Subject, Violation};
use coldmile_model::{Courier, SiteKind};
use coldmile_plan::{Echelon, Run};
use coldmile_units::{Id, Metres, Seconds};
use std::collections::BTreeMap;

/// A courier has one run, with the courier's own vehicle type, from the courier's base, in the echelon of that base.
pub fn couriers_and_vehicles(case: &Case, found: &mut Vec<Violation>) {
    let mut runs_of: BTreeMap<&Id<Courier>, Vec<&Run>> = BTreeMap::new();
    let mut times: BTreeMap<&Id<Run>, i64> = BTreeMap::new();
    for run in &case.plan.runs {
        runs_of.entry(&run.courier).or_default().push(run);
        *times.entry(&run.id).or_default() += 1;
        let subject = || Subject::Run(run.id.clone());
        if let Some(courier) = case.courier(&run.courier) {
            let base = &case.day.network.sites()[courier.base].id;
            if *base != run.base {
                let text = format!("starts at {}, courier {} belongs to {base}", run.base, courier.id);
                found.push(Violation::new("audit/wrong-base", subject(), text));
            }
            let vehicle = &case.day.vehicle_types[courier.vehicle].id;
            if *vehicle != run.vehicle {
                let text = format!("uses {}, courier {} has {vehicle}", run.vehicle, courier.id);
                found.push(Violation::new("audit/wrong-vehicle", subject(), text));
            }
        }
        if let Some(base) = case.site(&run.base) {
            let fits = match run.echelon {
                Echelon::Linehaul => base.kind != SiteKind::Centre,
                Echelon::LastMile => base.kind == SiteKind::Centre,
            };
            if !fits {
                let text = format!("a {:?} run cannot start at {}, a {:?}", run.echelon, base.id, base.kind);
                found.push(Violation::new("audit/wrong-echelon", subject(), text.to_lowercase()));
            }
        }
    }
    for (courier, runs) in runs_of.into_iter().filter(|(_, runs)| runs.len() > 1) {
        let names: Vec<&str> = runs.iter().map(|run| run.id.as_str()).collect();
        let text = format!("has {} runs: {}", runs.len(), names.join(", "));
        let violation = Violation::new("audit/courier-twice", Subject::Courier(courier.clone()), text);
        found.push(violation.by(Amount::Count(runs.len() as i64 - 1)));
    }
    for (run, count) in times.into_iter().filter(|&(_, count)| count > 1) {
        let text = format!("stands {count} times");
        let violation = Violation::new("audit/run-twice", Subject::Run(run.clone()), text);
        found.push(violation.by(Amount::Count(count - 1)));
    }
}

/// The run stays inside the shift, but for overtime that its vehicle type allows, and its ends are those of its first and last trip.
pub fn shifts(case: &Case, found: &mut Vec<Violation>) {
    for run in &case.plan.runs {
        let subject = || Subject::Run(run.id.clone());
        let Some((first, last)) = run.trips.first().zip(run.trips.last()) else {
            found.push(Violation::new("audit/empty-run", subject(), "has no trip"));
            continue;
        };
        for (what, stated, wanted) in
            [("start", run.starts_at, first.loads_at), ("end", run.ends_at, last.returns_at)]
        {
            if stated != wanted {
                let text = format!("said to {what} then, its trips {what} at {}", case.clock(wanted));
                let violation = Violation::new("audit/run-times", subject(), text).at(stated);
                found.push(violation.by(Amount::Seconds(stated - wanted)));
            }
        }
        let Some(courier) = case.courier(&run.courier) else { continue };
        let (starts, ends) = (first.loads_at, last.returns_at);
        if starts < courier.shift.open() {
            let text = format!("starts before the shift, {}", case.clock(courier.shift.open()));
            let violation = Violation::new("audit/outside-shift", subject(), text).at(starts);
            found.push(violation.by(Amount::Seconds(courier.shift.open() - starts)));
        }
        let allowed =
            case.day.vehicle_types.get(courier.vehicle).map_or(Seconds::ZERO, |row| row.max_overtime);
        if ends > courier.shift.close() + allowed {
            let more =
                if allowed > Seconds::ZERO { format!(" and {allowed} of overtime") } else { String::new() };
            let text = format!("ends after the shift, {}{more}", case.clock(courier.shift.close()));
            let violation = Violation::new("audit/outside-shift", subject(), text).at(ends);
            found.push(violation.by(Amount::Seconds(ends - courier.shift.close() - allowed)));
        }
    }
}

/// Trips do not overlap, load long enough, start and end at an open base, and stay within the vehicle's trips and range.
pub fn trips(case: &Case, found: &mut Vec<Violation>) {
    for run in &case.plan.runs {
        let subject = || Subject::Run(run.id.clone());
        for (index, pair) in run.trips.windows(2).enumerate() {
            if pair[1].loads_at < pair[0].returns_at {
                let back = case.clock(pair[0].returns_at);
                let text = format!("trip {} loads before trip {} is back, {back}", index + 2, index + 1);
                let violation = Violation::new("audit/trips-overlap", subject(), text).at(pair[1].loads_at);
                found.push(violation.by(Amount::Seconds(pair[0].returns_at - pair[1].loads_at)));
            }
        }
        if let Some(base) = case.site(&run.base) {
            for (index, trip) in run.trips.iter().enumerate() {
                for (what, at) in [("loads", trip.loads_at), ("returns", trip.returns_at)] {
                    if !base.hours.contains(at) {
                        let hours = base.hours;
                        let text = format!(
                            "trip {} {what} while {} is closed (open {} to {})",
                            index + 1,
                            base.id,
                            case.clock(hours.open()),
                            case.clock(hours.close())
                        );
                        let gap = (hours.open() - at).max(at - hours.close());
                        let violation = Violation::new("audit/site-closed", subject(), text).at(at);
                        found.push(violation.by(Amount::Seconds(gap)));
                    }
                }
            }
        }
        let Some(vehicle) = case.vehicle(&run.vehicle) else { continue };
        for (index, trip) in run.trips.iter().enumerate() {
            let loading = trip.departs_at - trip.loads_at;
            if loading < vehicle.loading {
                let text = format!(
                    "trip {} loads in {loading}, {} needs {}",
                    index + 1,
                    vehicle.id,
                    vehicle.loading
                );
                let violation = Violation::new("audit/loading-too-short", subject(), text).at(trip.loads_at);
                found.push(violation.by(Amount::Seconds(vehicle.loading - loading)));
            }
        }
        let extra = run.trips.len() as i64 - i64::from(vehicle.max_trips);
        if extra > 0 {
            let text =
                format!("{} trips, {} makes {} in a shift", run.trips.len(), vehicle.id, vehicle.max_trips);
            found.push(Violation::new("audit/too-many-trips", subject(), text).by(Amount::Count(extra)));
        }
        let distance: Metres = run.trips.iter().flat_map(|trip| &trip.legs).map(|leg| leg.distance).sum();
        if distance != run.distance {
            let text = format!("distance is {}, its legs make {distance}", run.distance);
            let violation = Violation::new("audit/run-distance", subject(), text);
            found.push(violation.by(Amount::Metres(run.distance - distance)));
        }
        if let Some(range) = vehicle.range.filter(|&range| distance > range) {
            let text = format!("goes {distance} in one shift, {} has a range of {range}", vehicle.id);
            let violation = Violation::new("audit/out-of-range", subject(), text);
            found.push(violation.by(Amount::Metres(distance - range)));
        }
    }
}
