//! Clock times of a route: when to load, leave, arrive, serve and be back.

use super::problem::{Break, Client, Problem, TimePrices, VehicleType};
use super::segment::{DurationSegment, OPEN, RideSegment};
use super::solution::{Route, Trip};
use super::tardiness::{BestDeparture, SoftRoute, TimeCost};
use coldmile_units::{Idx, Metres, Seconds, Timestamp, Travel};
use serde::Serialize;

/// When a client is reached and served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StopSchedule {
    /// The client.
    pub client: Idx<Client>,
    /// The vehicle arrives; it waits until `start`.
    pub arrival: Timestamp,
    /// Service starts.
    pub start: Timestamp,
    /// The vehicle leaves, after its break if it has it here.
    pub departure: Timestamp,
    /// The break begins.
    pub break_start: Option<Timestamp>,
}

/// One trip on the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TripSchedule {
    /// Loading starts.
    pub loading: Timestamp,
    /// The vehicle leaves the depot: rides are counted from here.
    pub departure: Timestamp,
    /// The clients in order.
    pub stops: Vec<StopSchedule>,
    /// Back at the depot.
    pub end: Timestamp,
}

/// One route on the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RouteSchedule {
    /// The trips in order.
    pub trips: Vec<TripSchedule>,
    /// Distance over all trips.
    pub distance: Metres,
    /// From the first loading to the end.
    pub duration: Seconds,
    /// Cost of the vehicle, its distance, its duration and its tardiness.
    pub cost: i64,
}

impl RouteSchedule {
    /// Start of the first loading; `None` for an empty route.
    pub fn start(&self) -> Option<Timestamp> {
        self.trips.first().map(|trip| trip.loading)
    }

    /// Back for good; `None` for an empty route.
    pub fn end(&self) -> Option<Timestamp> {
        self.trips.last().map(|trip| trip.end)
    }
}

/// The times of `route`: the shortest duration, and among those the earliest start; every trip then leaves as late as
/// it can without coming back later, so that waiting happens at the depot and not with goods on board. Where windows have soft
/// ends, the cheapest start, waiting and tardiness at their prices; and no trip leaves so late that anything is later for it.
///
/// For routes of a [`Solution`](super::Solution) every rule holds at these times. A route that breaks rules gets times too,
/// late where windows are missed.
pub fn schedule(problem: &Problem, route: &Route) -> RouteSchedule {
    let vehicle = &problem.vehicle_types()[route.vehicle_type];
    let travel = problem.travel_of(route.vehicle_type);
    let loading = problem.depots()[vehicle.start_depot].loading.0;
    let times_with = |at: Option<(usize, usize)>| -> Vec<DurationSegment> {
        let rows = route.trips.iter().enumerate();
        let of_trip = |place: usize| at.filter(|(trip, _)| *trip == place).map(|(_, stop)| stop);
        rows.map(|(place, trip)| trip_times(problem, vehicle, travel, trip, of_trip(place))).collect()
    };
    let whole_of = |times: &[DurationSegment]| -> Option<DurationSegment> {
        let (first, rest) = times.split_first()?;
        Some(rest.iter().fold(*first, |sum, next| sum.join(loading, *next)))
    };
    let soft = SoftWindows { problem, vehicle, travel, route, loading };
    let mut times = times_with(None);
    let Some(mut whole) = whole_of(&times) else {
        return RouteSchedule { trips: Vec::new(), distance: Metres::ZERO, duration: Seconds::ZERO, cost: 0 };
    };
    let (mut break_at, mut unbroken) = (None, None);
    if let Some(rule) = &vehicle.break_rule {
        let max_duration = vehicle.max_duration.map_or(i64::MAX, |limit| limit.0);
        let is_short_enough = |whole: &DurationSegment| whole.duration() + loading <= max_duration;
        let without = without_break(rule, whole, loading).filter(is_short_enough);
        let cost = |whole: DurationSegment, at| {
            time_cost(vehicle, whole, loading) + soft.best(whole, at, None).map_or(0, |best| best.cost)
        };
        let mut best = without.map(|ruled| {
            let tardiness = soft.best(ruled, None, Some((rule, whole))).map_or(0, |best| best.cost);
            (time_cost(vehicle, ruled, loading) + tardiness, None, ruled)
        });
        let stops = route.trips.iter().enumerate();
        for at in stops.flat_map(|(trip, row)| (0..row.clients.len()).map(move |stop| (trip, stop))) {
            let keeps_rules = |whole: &DurationSegment| whole.is_feasible() && is_short_enough(whole);
            let Some(whole) = whole_of(&times_with(Some(at))).filter(keeps_rules) else {
                continue;
            };
            if !keeps_rides(problem, vehicle, travel, &route.trips[at.0], at.1) {
                continue;
            }
            let cost = cost(whole, Some(at));
            if best.is_none_or(|(least, ..)| cost < least) {
                best = Some((cost, Some(at), whole));
            }
        }
        if let Some((_, at, chosen)) = best {
            break_at = at;
            unbroken = at.is_none().then_some((rule, whole));
            whole = chosen;
            if at.is_some() {
                times = times_with(at);
            }
        }
    }
    let best = soft.best(whole, break_at, unbroken);
    let latest = (whole.earliest_end - whole.min_duration).min(whole.latest_start);
    let mut available = best.map_or(latest, |best| best.departure) - loading;
    if available < -OPEN / 2 {
        // Nothing limits the start: the clock's zero is as good as any that leaves no overtime.
        available = (whole.latest_start - loading - vehicle.max_overtime.0).min(0);
        if let Some(rule) = vehicle.break_rule.filter(|_| break_at.is_none()) {
            available = available.min(rule.window.close().unix() - whole.min_duration - loading);
        }
        if best.is_some() {
            available = available.min(soft.follow(break_at).first_onset() - loading);
        }
    }
    let mut trips = Vec::with_capacity(times.len());
    let mut distance = Metres::ZERO;
    for (place, (trip, time)) in route.trips.iter().zip(&times).enumerate() {
        let at = break_at.filter(|(trip, _)| *trip == place).map(|(_, stop)| stop);
        let mut latest = (time.earliest_end - time.min_duration).min(time.latest_start);
        let mut earliest = available + loading;
        if best.is_some() {
            let mut alone = SoftRoute::depart(soft.first_departure(trip, at));
            soft.follow_trip(trip, at, &mut alone);
            earliest = earliest.max(soft.first_departure(trip, at));
            latest = latest.min(alone.first_onset());
        }
        let departure = earliest.max(latest);
        let row = run_trip(problem, vehicle, travel, (trip, at), departure, loading, &mut distance);
        available = row.end.unix();
        trips.push(row);
    }
    let duration = trips[trips.len() - 1].end - trips[0].loading;
    let cost = vehicle.fixed_cost
        + vehicle.cost_per_metre * distance.0
        + vehicle.cost_per_second * duration.0.clamp(0, 1 << 40)
        + extra_cost(problem, route, &trips, duration)
        + tardiness_cost(problem, &trips);
    RouteSchedule { trips, distance, duration, cost }
}

/// A route whose clients' windows may have soft ends.
struct SoftWindows<'a> {
    problem: &'a Problem,
    vehicle: &'a VehicleType,
    travel: &'a dyn Travel,
    route: &'a Route,
    loading: i64,
}

impl SoftWindows<'_> {
    /// The best departure of the route with these times and its break there; `None` where no window has a soft end. Of a route that
    /// has no break though there is a rule, that and its times as if there were none are told.
    fn best(
        &self,
        whole: DurationSegment,
        break_at: Option<(usize, usize)>,
        unbroken: Option<(&Break, DurationSegment)>,
    ) -> Option<BestDeparture> {
        let mut clients = self.route.trips.iter().flat_map(|trip| &trip.clients);
        if clients.all(|&client| self.problem.clients()[client].soft_end.is_none()) {
            return None;
        }
        let mut followed = self.follow(break_at);
        if let Some((rule, _)) =
            unbroken.filter(|(rule, whole)| whole.earliest_end > rule.window.close().unix())
        {
            followed.not_before(rule.window.open().unix().saturating_add(self.loading));
        }
        let prices = TimeCost {
            per_second: self.vehicle.cost_per_second + self.vehicle.time_prices.waiting,
            overtime: self.vehicle.time_prices.overtime,
            shift_end: self.vehicle.shift.close().unix().clamp(-OPEN, OPEN),
            max_duration: self.vehicle.max_duration.map_or(i64::MAX, |limit| limit.0),
        };
        Some(followed.best(whole, self.loading, &prices))
    }

    /// The whole route, its trips as early as can be.
    fn follow(&self, break_at: Option<(usize, usize)>) -> SoftRoute {
        let mut followed: Option<SoftRoute> = None;
        for (place, trip) in self.route.trips.iter().enumerate() {
            let at = break_at.filter(|(trip, _)| *trip == place).map(|(_, stop)| stop);
            let first = self.first_departure(trip, at);
            match &mut followed {
                Some(route) => route.go_on(self.loading, first),
                None => followed = Some(SoftRoute::depart(first)),
            }
            if let Some(route) = &mut followed {
                self.follow_trip(trip, at, route);
            }
        }
        followed.unwrap_or_else(|| SoftRoute::depart(-OPEN))
    }

    /// The earliest departure of a trip: the depot and the vehicle are there, its goods too, and those ride no longer than they
    /// may.
    fn first_departure(&self, trip: &Trip, break_at: Option<usize>) -> i64 {
        let mut time = first_segment(self.problem, self.vehicle, trip);
        let first = time.earliest_end;
        let (mut ride, mut stay) = (RideSegment::FREE, 0);
        let mut here = self.problem.depots()[self.vehicle.start_depot].location;
        for (place, &client) in trip.clients.iter().enumerate() {
            let client = &self.problem.clients()[client];
            let open = client.window.open().unix().clamp(-OPEN, OPEN);
            let arc_duration = stay + travel_time(self.travel, here, client.location);
            let limit = client.longest_ride_on(self.vehicle.carrier);
            let own = limit.map_or(RideSegment::FREE, |limit| RideSegment::stop(open, limit.0));
            ride = ride.join(time, arc_duration, own);
            time = time.join(arc_duration, DurationSegment::stop(open, OPEN));
            (here, stay) = (client.location, client.service.0);
            if let Some(rule) = self.vehicle.break_rule.filter(|_| break_at == Some(place)) {
                time = time.join(stay, break_segment(&rule));
                stay = rule.duration.0;
            }
        }
        first.max(ride.earliest_start)
    }

    /// Follows one trip from its departure to its return.
    fn follow_trip(&self, trip: &Trip, break_at: Option<usize>, followed: &mut SoftRoute) {
        let (mut here, mut stay) = (self.problem.depots()[self.vehicle.start_depot].location, 0);
        for (place, &client) in trip.clients.iter().enumerate() {
            let client = &self.problem.clients()[client];
            let open = client.window.open().unix().clamp(-OPEN, OPEN);
            followed.go_on(stay + travel_time(self.travel, here, client.location), open);
            followed.begin_by(client.soft_end);
            (here, stay) = (client.location, client.service.0);
            if let Some(rule) = self.vehicle.break_rule.filter(|_| break_at == Some(place)) {
                followed.go_on(stay, break_segment(&rule).earliest_end);
                stay = rule.duration.0;
            }
        }
        let end = self.problem.depots()[self.vehicle.end_depot].location;
        followed.go_on(stay + travel_time(self.travel, here, end), -OPEN);
    }
}

/// What service costs that begins after soft ends of windows.
fn tardiness_cost(problem: &Problem, trips: &[TripSchedule]) -> i64 {
    let stops = trips.iter().flat_map(|trip| &trip.stops);
    stops.map(|stop| problem.clients()[stop.client].tardiness(stop.start)).sum()
}

/// The times of a route without its break, `None` where that is due whatever the departure.
pub(crate) fn without_break(
    rule: &Break,
    mut whole: DurationSegment,
    loading: i64,
) -> Option<DurationSegment> {
    let (open, close) = (rule.window.open().unix(), rule.window.close().unix());
    if whole.earliest_end <= close {
        return Some(whole);
    }
    // The route may begin later, when the break may begin.
    let first = open.saturating_add(loading);
    if first > whole.latest_start {
        return None;
    }
    whole.earliest_end = whole.earliest_end.max(first.saturating_add(whole.min_duration));
    Some(whole)
}

/// What a route with these times costs as far as breaks change it.
fn time_cost(vehicle: &VehicleType, whole: DurationSegment, loading: i64) -> i64 {
    let duration = whole.duration() + loading;
    let late = whole.earliest_end.saturating_sub(vehicle.shift.close().unix()).min(duration).max(0);
    // A break is counted as waiting, so that it costs what the duration does.
    (vehicle.cost_per_second + vehicle.time_prices.waiting) * duration + vehicle.time_prices.overtime * late
}

/// What parts of the time cost on top of the price of a second, and what clients cost on this vehicle type.
fn extra_cost(problem: &Problem, route: &Route, trips: &[TripSchedule], duration: Seconds) -> i64 {
    let vehicle = &problem.vehicle_types()[route.vehicle_type];
    let stops = || trips.iter().flat_map(|trip| &trip.stops);
    let clients: i64 = stops().map(|stop| problem.clients()[stop.client].price_on(route.vehicle_type)).sum();
    let TimePrices { travel, service, waiting, overtime } = vehicle.time_prices;
    if vehicle.time_prices == TimePrices::default() {
        return clients;
    }
    let serving: Seconds = stops().map(|stop| problem.clients()[stop.client].service).sum();
    let in_trips: Seconds = trips.iter().map(|trip| trip.end - trip.departure).sum();
    // Breaks, and waiting for them, are counted as waiting.
    let at_doors: Seconds = stops().map(|stop| stop.departure - stop.arrival).sum::<Seconds>() - serving;
    let loading: Seconds = trips.iter().map(|trip| trip.departure - trip.loading).sum();
    let at_depot = duration - in_trips - loading;
    let late = trips.last().map_or(0, |trip| trip.end.unix().saturating_sub(vehicle.shift.close().unix()));
    clients
        + travel * (in_trips - serving - at_doors).0
        + service * serving.0
        + waiting * (at_doors + at_depot).0.clamp(0, 1 << 40)
        + overtime * late.min(duration.0).clamp(0, 1 << 40)
}

/// When a trip may depart: after loading, in the depot's window and the shift, and after its clients' releases.
fn first_segment(problem: &Problem, vehicle: &VehicleType, trip: &Trip) -> DurationSegment {
    let depot = &problem.depots()[vehicle.start_depot];
    let release = trip.clients.iter().map(|&client| problem.clients()[client].release.unix()).max();
    let open = depot.window.open().max(vehicle.shift.open()).unix().max(-OPEN) + depot.loading.0;
    let close = depot.window.close().min(vehicle.latest_end()).unix().min(OPEN);
    DurationSegment::stop(open.max(release.unwrap_or(-OPEN)), close)
}

/// Departure-to-return times of a trip, its clients' releases and a break after one of its stops included.
fn trip_times(
    problem: &Problem,
    vehicle: &VehicleType,
    travel: &dyn Travel,
    trip: &Trip,
    break_at: Option<usize>,
) -> DurationSegment {
    let depot = &problem.depots()[vehicle.start_depot];
    let mut time = first_segment(problem, vehicle, trip);
    let mut here = (depot.location, 0);
    for (place, &client) in trip.clients.iter().enumerate() {
        let client = &problem.clients()[client];
        let (open, close) = (client.window.open().unix().max(-OPEN), client.window.close().unix().min(OPEN));
        let arc_duration = here.1 + travel_time(travel, here.0, client.location);
        time = time.join(arc_duration, DurationSegment::stop(open, close));
        here = (client.location, client.service.0);
        if let Some(rule) = vehicle.break_rule.filter(|_| break_at == Some(place)) {
            time = time.join(client.service.0, break_segment(&rule));
            here.1 = rule.duration.0;
        }
    }
    let end = &problem.depots()[vehicle.end_depot];
    let close = end.window.close().min(vehicle.latest_end()).unix().min(OPEN);
    let arc_duration = here.1 + travel_time(travel, here.0, end.location);
    time.join(arc_duration, DurationSegment::stop(-OPEN, close))
}

/// Whether the goods of a trip keep their longest rides with a break after one of its stops.
fn keeps_rides(
    problem: &Problem,
    vehicle: &VehicleType,
    travel: &dyn Travel,
    trip: &Trip,
    break_at: usize,
) -> bool {
    let limit = |client: &Idx<Client>| problem.clients()[*client].longest_ride_on(vehicle.carrier);
    let mut limited = (0..trip.clients.len()).filter(|&place| limit(&trip.clients[place]).is_some());
    let Some(last) = limited.next_back() else { return true };
    let time = trip_times(problem, vehicle, travel, trip, Some(break_at));
    // The latest departure that neither delays the return nor misses a window makes all rides shortest.
    let departure = (time.earliest_end - time.min_duration).min(time.latest_start);
    let mut distance = Metres::ZERO;
    let trip_at = (trip, Some(break_at));
    let stops = run_trip(problem, vehicle, travel, trip_at, departure, 0, &mut distance).stops;
    stops[..=last].iter().all(|stop| {
        limit(&stop.client).is_none_or(|limit| stop.start - Timestamp::from_unix(departure) <= limit)
    })
}

/// When a break may begin.
pub(crate) fn break_segment(rule: &Break) -> DurationSegment {
    let (open, close) = (rule.window.open().unix().max(-OPEN), rule.window.close().unix().min(OPEN));
    DurationSegment::stop(open, close)
}

fn run_trip(
    problem: &Problem,
    vehicle: &VehicleType,
    travel: &dyn Travel,
    (trip, break_at): (&Trip, Option<usize>),
    departure: i64,
    loading: i64,
    distance: &mut Metres,
) -> TripSchedule {
    let mut here = problem.depots()[vehicle.start_depot].location;
    let mut clock = Timestamp::from_unix(departure);
    let mut stops = Vec::with_capacity(trip.clients.len());
    for (place, &position) in trip.clients.iter().enumerate() {
        let client = &problem.clients()[position];
        let arrival = clock + Seconds(travel_time(travel, here, client.location));
        let start = arrival.max(client.window.open());
        clock = start + client.service;
        let rule = vehicle.break_rule.filter(|_| break_at == Some(place));
        let break_start = rule.map(|rule| clock.max(rule.window.open()));
        if let Some((rule, begun)) = rule.zip(break_start) {
            clock = begun + rule.duration;
        }
        *distance += travel.distance(here, client.location).unwrap_or_default();
        here = client.location;
        stops.push(StopSchedule { client: position, arrival, start, departure: clock, break_start });
    }
    let end = problem.depots()[vehicle.end_depot].location;
    *distance += travel.distance(here, end).unwrap_or_default();
    TripSchedule {
        loading: Timestamp::from_unix(departure - loading),
        departure: Timestamp::from_unix(departure),
        stops,
        end: clock + Seconds(travel_time(travel, here, end)),
    }
}

fn travel_time(travel: &dyn Travel, from: usize, to: usize) -> i64 {
    travel.duration(from, to).unwrap_or_default().0
}
