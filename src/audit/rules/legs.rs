//! Legs against the road: no leg is faster than the road allows, and its line leads from stop to stop.

use super::super::case::Case;
use super::super::roads::{Roads, VehicleProfile};
use super::super::violation::{Amount, Subject, Violation};
use coldmile_geometry::Point;
use coldmile_plan::{Echelon, Leg, Run, Trip};
use coldmile_units::{Metres, Seconds};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// Seconds that a leg may be faster than the road: planner and audit may round differently.
const DURATION_TOLERANCE: Seconds = Seconds(1);
/// Metres that a leg's length may differ from the road's: two paths of the same duration may differ a little in length.
const DISTANCE_TOLERANCE: Metres = Metres(10);
/// Metres that an end of a line may lie from its stop: a line ends on the road, and the planner accepts doors up to 300 m
/// from it.
const LINE_TOLERANCE_M: f64 = 350.0;

/// The distance of all legs, recomputed on the road.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoadDistance {
    /// Of the trucks.
    pub linehaul: Metres,
    /// Of the couriers.
    pub last_mile: Metres,
}

struct LegCase<'a> {
    run: &'a Run,
    trip: &'a Trip,
    place: String,
    leg: &'a Leg,
    from: Point,
    to: Point,
}

/// Compares every leg with the road. Legs with the same origin and profile share one search.
pub fn legs(case: &Case, roads: &dyn Roads, found: &mut Vec<Violation>) -> RoadDistance {
    let legs = all_legs(case);
    let travel = road_travel(case, roads, &legs);
    let mut sum = RoadDistance::default();
    for leg in &legs {
        line(leg, found);
        let Some(profile) = profile_of(case, leg.run) else { continue };
        let subject = Subject::Run(leg.run.id.clone());
        let answer = if leg.from == leg.to {
            Some((Seconds::ZERO, Metres::ZERO))
        } else {
            travel.get(&(profile, leg.from, leg.to)).copied().flatten()
        };
        let Some((duration, distance)) = answer else {
            let text = format!("{}: no path for {} from {} to {}", leg.place, profile.name, leg.from, leg.to);
            found.push(Violation::new("audit/leg-without-way", subject, text).at(leg.trip.departs_at));
            continue;
        };
        match leg.run.echelon {
            Echelon::Linehaul => sum.linehaul += distance,
            Echelon::LastMile => sum.last_mile += distance,
        }
        if leg.leg.duration + DURATION_TOLERANCE < duration {
            let text = format!("{}: takes {}, the road needs {duration}", leg.place, leg.leg.duration);
            let violation = Violation::new("audit/leg-too-fast", subject.clone(), text);
            let gap = Amount::Seconds(duration - leg.leg.duration);
            found.push(violation.at(leg.trip.departs_at).by(gap));
        }
        let gap = leg.leg.distance - distance;
        if gap > DISTANCE_TOLERANCE || -gap > DISTANCE_TOLERANCE {
            let text = format!("{}: {} long, the fastest path has {distance}", leg.place, leg.leg.distance);
            let violation = Violation::new("audit/leg-distance", subject, text);
            found.push(violation.at(leg.trip.departs_at).by(Amount::Metres(gap)));
        }
    }
    sum
}

/// Legs whose ends are known; a trip with too many or too few legs is reported by `stops` and left out.
fn all_legs<'a>(case: &Case<'a>) -> Vec<LegCase<'a>> {
    let mut legs = Vec::new();
    for (run, trip_index, trip) in case.trips() {
        let Some(points) = case.trip_points(run, trip) else { continue };
        if trip.legs.len() + 1 != points.len() {
            continue;
        }
        for (index, (leg, ends)) in trip.legs.iter().zip(points.windows(2)).enumerate() {
            let place = format!("trip {}, leg {}", trip_index + 1, index + 1);
            legs.push(LegCase { run, trip, place, leg, from: ends[0], to: ends[1] });
        }
    }
    legs
}

/// Duration and distance from one point to another with a profile, as the road has them.
type RoadTravel<'a> = HashMap<(VehicleProfile<'a>, Point, Point), Option<(Seconds, Metres)>>;

fn road_travel<'a>(case: &Case<'a>, roads: &dyn Roads, legs: &[LegCase<'a>]) -> RoadTravel<'a> {
    let mut targets: BTreeMap<(VehicleProfile<'a>, Point), Vec<Point>> = BTreeMap::new();
    for leg in legs.iter().filter(|leg| leg.from != leg.to) {
        if let Some(profile) = profile_of(case, leg.run) {
            targets.entry((profile, leg.from)).or_default().push(leg.to);
        }
    }
    let ask = |((profile, from), mut to): ((VehicleProfile<'a>, Point), Vec<Point>)| {
        to.sort_unstable();
        to.dedup();
        let answers = roads.travel(profile, from, &to);
        to.into_iter().zip(answers).map(move |(to, answer)| ((profile, from, to), answer)).collect::<Vec<_>>()
    };
    targets.into_iter().collect::<Vec<_>>().into_par_iter().flat_map_iter(ask).collect()
}

fn profile_of<'a>(case: &Case<'a>, run: &Run) -> Option<VehicleProfile<'a>> {
    case.vehicle(&run.vehicle).map(|vehicle| VehicleProfile { name: &vehicle.profile, size: vehicle.size })
}

/// The encoded line can be read and starts and ends near the stops; it is empty only when nothing moves.
fn line(case: &LegCase, found: &mut Vec<Violation>) {
    let subject = || Subject::Run(case.run.id.clone());
    if case.leg.line.is_empty() {
        if case.leg.distance > Metres::ZERO {
            let text = format!("{}: {} long, but has no line", case.place, case.leg.distance);
            found.push(Violation::new("audit/line-broken", subject(), text).at(case.trip.departs_at));
        }
        return;
    }
    let ends = polyline::decode_polyline(&case.leg.line, 5).ok().and_then(|line| {
        let end = |at: &geo::Coord| Point::new(at.y, at.x).ok();
        Some([end(line.0.first()?)?, end(line.0.last()?)?])
    });
    let Some(ends) = ends else {
        let text = format!("{}: its line cannot be decoded", case.place);
        found.push(Violation::new("audit/line-broken", subject(), text).at(case.trip.departs_at));
        return;
    };
    for (what, end, place) in [("starts", ends[0], case.from), ("ends", ends[1], case.to)] {
        let away = end.distance_m(place);
        if away > LINE_TOLERANCE_M {
            let text = format!("{}: its line {what} at {end}, the stop is at {place}", case.place);
            let violation = Violation::new("audit/line-elsewhere", subject(), text).at(case.trip.departs_at);
            found.push(violation.by(Amount::Metres(Metres(away.round() as i64))));
        }
    }
}
