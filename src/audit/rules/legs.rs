//! Legs against the road: no leg is faster or slower than the road, and its line leads from stop to stop along roads. Where the
//! day counts the walk between road and door, it is part of the legs on both sides of the door.

use super::super::case::Case;
use super::super::roads::{Roads, VehicleProfile};
use super::super::violation::{Amount, Subject, Violation};
use coldmile_geometry::Point;
use coldmile_model::DayRules;
use coldmile_plan::{Echelon, Leg, Run, Stop, StopPlace, Trip, Walk};
use coldmile_road::FastRoadUse;
use coldmile_units::{Metres, Seconds};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// Seconds that a leg may be faster or slower than the road: planner and audit may round differently.
const DURATION_TOLERANCE: Seconds = Seconds(1);
/// Metres that a leg's length may differ from the road's: two paths of the same duration may differ a little in length.
const DISTANCE_TOLERANCE: Metres = Metres(10);
/// Metres that an end of a line may lie from its stop: a line ends on the road, and the planner accepts doors up to 300 m
/// from it.
const LINE_TOLERANCE_M: f64 = 350.0;

/// Metres that a line's length may differ from its leg's, and the share of the leg that it may differ by beside: its places
/// are rounded to a metre, and of two paths of the same duration the line may follow the other one.
const LENGTH_TOLERANCE: (f64, f64) = (15.0, 0.005);
/// Metres between the places of a line that are looked at for whether they are on a road.
const STEP_M: f64 = 50.0;
/// Metres between those that are looked at for whether a bike is pushed there.
const PUSHED_STEP_M: f64 = 20.0;
/// Seconds a metre for a bike that is pushed at 4 km/h, and for one that is ridden at most at 17 km/h.
const PUSHED_S_PER_M: f64 = 3.6 / 4.0;
const RIDDEN_S_PER_M: f64 = 3.6 / 17.0;
/// Seconds, and the share of the leg, by which a leg may be faster than its line where bikes are pushed: places at crossings
/// count for either road.
const PUSHED_TOLERANCE: (f64, f64) = (60.0, 0.1);
/// Metres that a line may lie from a road.
const OFF_ROAD_M: f64 = 20.0;

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
    /// On foot, at both ends together.
    walks: Walk,
}

/// Compares every leg with the road. Legs with the same origin and profile share one search.
pub fn legs(case: &Case, roads: &dyn Roads, found: &mut Vec<Violation>) -> RoadDistance {
    let legs = all_legs(case, roads, found);
    let travel = road_travel(case, roads, &legs);
    let mut sum = RoadDistance::default();
    for leg in &legs {
        let Some(profile) = profile_of(case, leg.run) else {
            line(leg, None, roads, found);
            continue;
        };
        line(leg, Some(profile), roads, found);
        let subject = Subject::Run(leg.run.id.clone());
        let answer = if leg.from == leg.to {
            Some((Seconds::ZERO, Metres::ZERO))
        } else {
            travel.get(&(profile, leg.from, leg.to)).copied().flatten()
        };
        let answer =
            answer.map(|(duration, distance)| (duration + leg.walks.duration, distance + leg.walks.distance));
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
        if leg.leg.duration > duration + DURATION_TOLERANCE {
            let text = format!("{}: takes {}, the road needs {duration}", leg.place, leg.leg.duration);
            let violation = Violation::new("audit/leg-too-slow", subject.clone(), text);
            let gap = Amount::Seconds(leg.leg.duration - duration);
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
fn all_legs<'a>(case: &Case<'a>, roads: &dyn Roads, found: &mut Vec<Violation>) -> Vec<LegCase<'a>> {
    let mut legs = Vec::new();
    let mut walks = Walks { case, roads, known: HashMap::new() };
    for (run, trip_index, trip) in case.trips() {
        let on_foot: Vec<Walk> =
            trip.stops.iter().enumerate().map(|at| walks.of(run, trip_index, at, found)).collect();
        let Some(points) = case.trip_points(run, trip) else { continue };
        if trip.legs.len() + 1 != points.len() {
            continue;
        }
        for (index, (leg, ends)) in trip.legs.iter().zip(points.windows(2)).enumerate() {
            let place = format!("trip {}, leg {}", trip_index + 1, index + 1);
            let is_still = ends[0] == ends[1];
            let at_ends = [index.checked_sub(1).and_then(|before| on_foot.get(before)), on_foot.get(index)];
            let mut walks = Walk::default();
            for walk in at_ends.into_iter().flatten().filter(|_| !is_still) {
                walks.duration += walk.duration;
                walks.distance += walk.distance;
            }
            legs.push(LegCase { run, trip, place, leg, from: ends[0], to: ends[1], walks });
        }
    }
    legs
}

/// The walks between road and door by the day's rule.
struct Walks<'c, 'a> {
    case: &'c Case<'a>,
    roads: &'c dyn Roads,
    /// Metres to the nearest road of a profile.
    known: HashMap<(VehicleProfile<'a>, Point), Option<f64>>,
}

impl Walks<'_, '_> {
    /// The walk at a stop, in one direction; nothing where none is counted. One that the plan states otherwise is reported.
    fn of(
        &mut self,
        run: &Run,
        trip_index: usize,
        (index, stop): (usize, &Stop),
        found: &mut Vec<Violation>,
    ) -> Walk {
        let expected = self.expected(run, stop);
        if stop.walk != expected {
            let show = |walk: Option<Walk>| {
                walk.map_or_else(
                    || "none".to_owned(),
                    |walk| format!("{} in {}", walk.distance, walk.duration),
                )
            };
            let place = format!("trip {}, stop {}", trip_index + 1, index + 1);
            let text = format!(
                "{place}: the walk from the road is said to be {}, the day's rules make it {}",
                show(stop.walk),
                show(expected)
            );
            let violation = Violation::new("audit/walk-differs", Subject::Run(run.id.clone()), text);
            let metres = |walk: Option<Walk>| walk.map_or(Metres::ZERO, |walk| walk.distance);
            let gap = metres(stop.walk) - metres(expected);
            found.push(violation.at(stop.arrives_at).by(Amount::Metres(gap)));
        }
        expected.unwrap_or_default()
    }

    /// Straight from the road to the door, to the metre, at the speed of the profile on foot, rounded up to a second.
    fn expected(&mut self, run: &Run, stop: &Stop) -> Option<Walk> {
        if !self.case.day.rules.walk_to_door || !matches!(stop.place, StopPlace::Door { .. }) {
            return None;
        }
        let profile = profile_of(self.case, run)?;
        let roads = self.roads;
        let away =
            *(self.known.entry((profile, stop.point))).or_insert_with(|| roads.nearest(profile, stop.point));
        let metres = away.filter(|away| away.is_finite())?.round();
        let seconds = (metres * 3600.0 / DayRules::WALK_M_PER_HOUR as f64).ceil();
        Some(Walk { distance: Metres(metres as i64), duration: Seconds(seconds as i64) })
    }
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
    case.vehicle(&run.vehicle).map(|vehicle| case.profile_of(vehicle))
}

/// The encoded line can be read, starts and ends near the stops, is as long as the leg and keeps to the roads; it is empty
/// only when nothing moves.
fn line(case: &LegCase, profile: Option<VehicleProfile<'_>>, roads: &dyn Roads, found: &mut Vec<Violation>) {
    let subject = || Subject::Run(case.run.id.clone());
    if case.leg.line.is_empty() {
        if case.leg.distance > case.walks.distance {
            let text = format!("{}: {} long, but has no line", case.place, case.leg.distance);
            found.push(Violation::new("audit/line-broken", subject(), text).at(case.trip.departs_at));
        }
        return;
    }
    let places: Option<Vec<Point>> = polyline::decode_polyline(&case.leg.line, 5)
        .ok()
        .and_then(|line| line.0.iter().map(|at| Point::new(at.y, at.x).ok()).collect());
    let Some(places) = places.filter(|places| !places.is_empty()) else {
        let text = format!("{}: its line cannot be decoded", case.place);
        found.push(Violation::new("audit/line-broken", subject(), text).at(case.trip.departs_at));
        return;
    };
    for (what, end, place) in [("starts", places[0], case.from), ("ends", places[places.len() - 1], case.to)]
    {
        let away = end.distance_m(place);
        if away > LINE_TOLERANCE_M {
            let text = format!("{}: its line {what} at {end}, the stop is at {place}", case.place);
            let violation = Violation::new("audit/line-elsewhere", subject(), text).at(case.trip.departs_at);
            found.push(violation.by(Amount::Metres(Metres(away.round() as i64))));
        }
    }
    course(case, profile, roads, &places, found);
}

/// A line is as long as its leg and leaves the roads nowhere.
fn course(
    case: &LegCase,
    profile: Option<VehicleProfile<'_>>,
    roads: &dyn Roads,
    places: &[Point],
    found: &mut Vec<Violation>,
) {
    let subject = || Subject::Run(case.run.id.clone());
    let length: f64 = places.windows(2).map(|pair| pair[0].distance_m(pair[1])).sum();
    let stated = (case.leg.distance - case.walks.distance).0 as f64;
    let gap = length - stated;
    if gap.abs() > LENGTH_TOLERANCE.0 + LENGTH_TOLERANCE.1 * stated {
        let text = format!("{}: {stated:.0} m on the road, its line {length:.0} m", case.place);
        let violation = Violation::new("audit/line-length", subject(), text).at(case.trip.departs_at);
        found.push(violation.by(Amount::Metres(Metres(gap.round() as i64))));
    }
    if let Some(profile) = profile.filter(|profile| profile.road_use.fast_roads == FastRoadUse::Push) {
        pushed(case, profile, roads, (places, length), found);
    }
    let off = profile.and_then(|profile| roads.first_off_road(profile, &sampled(places, STEP_M), OFF_ROAD_M));
    if let Some(place) = off {
        let text = format!("{}: its line leads over {place}, where no road is", case.place);
        found.push(Violation::new("audit/line-off-road", subject(), text).at(case.trip.departs_at));
    }
}

/// A leg is not faster than a bike that is ridden at its greatest speed, and pushed where its line follows a road that the
/// day keeps it off.
fn pushed(
    case: &LegCase,
    profile: VehicleProfile<'_>,
    roads: &dyn Roads,
    (places, length): (&[Point], f64),
    found: &mut Vec<Violation>,
) {
    let count = roads.count_pushed(profile, &sampled(places, PUSHED_STEP_M));
    let metres = (count as f64 * PUSHED_STEP_M).min(length);
    let least = metres * PUSHED_S_PER_M + (length - metres) * RIDDEN_S_PER_M;
    let stated = (case.leg.duration - case.walks.duration).0 as f64;
    if least > stated * (1.0 + PUSHED_TOLERANCE.1) + PUSHED_TOLERANCE.0 {
        let text = format!(
            "{}: its line leads {metres:.0} m along trunk roads or dual carriageways, where the bike is pushed; it takes {}",
            case.place, case.leg.duration
        );
        let subject = Subject::Run(case.run.id.clone());
        let violation = Violation::new("audit/leg-on-trunk-road", subject, text).at(case.trip.departs_at);
        found.push(violation.by(Amount::Metres(Metres(metres.round() as i64))));
    }
}

/// Places along a line, so many metres from one to the next.
fn sampled(places: &[Point], step: f64) -> Vec<Point> {
    let mut found = Vec::new();
    let mut rest = step / 2.0;
    for pair in places.windows(2) {
        let length = pair[0].distance_m(pair[1]);
        while rest <= length && length > 0.0 {
            let share = rest / length;
            let between =
                |a: i32, b: i32| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as i32;
            let latitude = between(pair[0].lat_e7(), pair[1].lat_e7());
            found.push(Point::from_e7(latitude, between(pair[0].lon_e7(), pair[1].lon_e7())));
            rest += step;
        }
        rest -= length;
    }
    found
}
