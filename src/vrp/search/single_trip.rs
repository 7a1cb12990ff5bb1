//! Whether a vehicle type could serve a client, or a pair, on a trip of its own, and if not, what is missing.

use super::arcs::{Arc, UNREACHABLE};
use crate::fading::fade;
use crate::problem::{Client, Depot, VehicleType};
use crate::schedule::break_segment;
use crate::segment::{DurationSegment, OPEN, RideSegment};
use crate::solution::Reason;
use coldmile_units::{Idx, Seconds, Timestamp};

/// Exposure above a limit by no more than this is rounding.
const ROUNDING: f64 = 1e-4;

/// A trip that serves one client or pair only: departure to return.
#[derive(Clone, Copy, Debug)]
pub(super) struct SingleTrip {
    /// Without a break.
    pub time: DurationSegment,
    /// With the vehicle's break after the last client, where it has one and that keeps all rules of a trip.
    pub time_with_break: Option<DurationSegment>,
    pub distance: i64,
    /// The earliest departure that keeps the longest rides.
    pub ride_start: i64,
}

/// When trips of a vehicle type may depart: after loading, in the depot's window and the shift.
pub(super) fn departure(vehicle: &VehicleType, depot: &Depot) -> DurationSegment {
    let open = clamp(depot.window.open().max(vehicle.shift.open())) + depot.loading.0;
    DurationSegment::stop(open, clamp(depot.window.close().min(vehicle.latest_end())))
}

/// When trips of a vehicle type may end.
pub(super) fn arrival(vehicle: &VehicleType, depot: &Depot) -> DurationSegment {
    DurationSegment::stop(-OPEN, clamp(depot.window.close().min(vehicle.latest_end())))
}

/// When service at a client may start.
pub(super) fn service(client: &Client) -> DurationSegment {
    DurationSegment::stop(clamp(client.window.open()), clamp(client.window.close()))
}

/// What the goods of a client allow on a carrier.
pub(super) fn ride(client: &Client, carrier: usize) -> RideSegment {
    client
        .longest_ride_on(carrier)
        .map_or(RideSegment::FREE, |limit| RideSegment::stop(clamp(client.window.open()), limit.0))
}

/// An instant as a plain number, with open ends where sums stay small.
pub(super) fn clamp(at: Timestamp) -> i64 {
    at.unix().clamp(-OPEN, OPEN)
}

/// By how much the exposure that fades exceeds a limit in one dimension.
fn excess_fading(vehicle: &VehicleType, dimension: usize, stops: &[&Client], arcs: &[Arc]) -> f64 {
    let row = vehicle.fading[dimension];
    let left = |span: i64, constant: Seconds| fade(span as f64 / constant.0 as f64);
    let (mut value, mut left_over, mut excess) = (row.start as f64, 0.0, 0.0_f64);
    for (at, (client, arc)) in stops.iter().zip(arcs).enumerate() {
        let stop = client.fading_on(vehicle.carrier, dimension);
        let stay = if at == 0 { 0 } else { stops[at - 1].service.0 };
        let arc_duration = stay + i64::from(arc.time);
        value *= left(arc_duration, row.time_constant);
        excess = stop.limit.map_or(excess, |limit| excess.max(value - limit as f64));
        value += stop.dose as f64;
        if let Some(residue) = row.residue.filter(|_| at + 1 < stops.len()) {
            left_over *= left(arc_duration, residue.time_constant);
            value += left_over * residue.gain_ppm as f64 / 1e6;
            left_over = left_over * residue.kept_ppm as f64 / 1e6 + stop.residue as f64;
        }
    }
    excess
}

/// The trip of `vehicle` for `stops` only, over the `arcs` before, between and after them, or the first rule it breaks.
pub(super) fn single_trip(
    (vehicle_type, vehicle): (Idx<VehicleType>, &VehicleType),
    [start, end]: [&Depot; 2],
    stops: &[&Client],
    arcs: &[Arc],
) -> Result<SingleTrip, Reason> {
    let is_refused =
        |client: &&Client| client.skills & !vehicle.skills != 0 || client.is_kept_from(vehicle_type);
    if vehicle.count == 0 || stops.iter().any(is_refused) {
        return Err(Reason::NoVehicle);
    }
    for (dimension, &capacity) in vehicle.capacity.iter().enumerate() {
        // The goods of a pair are all that is ever on board.
        let over_by =
            stops.iter().map(|client| client.delivery[dimension].max(client.pickup[dimension]) - capacity);
        if let Some(over_by) = over_by.max().filter(|&over_by| over_by > 0) {
            return Err(Reason::LoadTooLarge { dimension, over_by });
        }
    }
    if arcs.iter().any(|arc| arc.time == UNREACHABLE) {
        return Err(Reason::Unreachable);
    }
    let mut departure_time = departure(vehicle, start);
    departure_time.earliest_end =
        stops.iter().map(|client| clamp(client.release)).fold(departure_time.earliest_end, i64::max);
    // A release after the latest departure is a window that is too tight, too.
    let late_release = (departure_time.earliest_end - departure_time.latest_start).max(0);
    let (mut until, mut ride, mut stay) = (departure_time, RideSegment::FREE, 0);
    for (client, arc) in stops.iter().zip(arcs) {
        let arc_duration = stay + i64::from(arc.time);
        ride = ride.join(until, arc_duration, self::ride(client, vehicle.carrier));
        until = until.join(arc_duration, service(client));
        stay = client.service.0;
    }
    let back = arcs.last().map_or(0, |arc| i64::from(arc.time));
    let time_with_break = vehicle.break_rule.map(|rule| {
        until.join(stay, break_segment(&rule)).join(rule.duration.0 + back, arrival(vehicle, end))
    });
    let time = until.join(stay + back, arrival(vehicle, end));
    let short_by = time.time_warp.max(late_release);
    if short_by > 0 {
        return Err(Reason::WindowTooTight { short_by: Seconds(short_by) });
    }
    let over_by = ride.excess.max(ride.earliest_start - time.latest_start);
    if over_by > 0 {
        return Err(Reason::RideTooLong { over_by: Seconds(over_by) });
    }
    let over_by =
        (0..vehicle.fading.len()).map(|at| excess_fading(vehicle, at, stops, arcs)).fold(0.0, f64::max);
    if over_by > ROUNDING {
        return Err(Reason::ExposureTooHigh { over_by: over_by.ceil() as i64 });
    }
    if let Some(limit) = vehicle.max_duration {
        let over_by = time.duration() + start.loading.0 - limit.0;
        if over_by > 0 {
            return Err(Reason::DurationTooLong { over_by: Seconds(over_by) });
        }
    }
    let distance = arcs.iter().map(|arc| i64::from(arc.distance)).sum();
    if let Some(limit) = vehicle.max_distance.filter(|&limit| distance > limit) {
        return Err(Reason::DistanceTooLong { over_by: distance - limit });
    }
    let time_with_break = time_with_break.filter(|time| {
        time.is_feasible()
            && departure_time.earliest_end <= time.latest_start
            && ride.earliest_start <= time.latest_start
    });
    Ok(SingleTrip { time, time_with_break, distance, ride_start: ride.earliest_start })
}
