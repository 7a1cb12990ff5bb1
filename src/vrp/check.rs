//! The referee: replays a solution stop by stop and says which rules it breaks, by how much.
//!
//! Shares no arithmetic with the search or with [`segment`](super::segment): it drives every trip on a plain clock and
//! finds the best departures by bisection, so that a mistake there does not hide here.

use super::problem::{Backhauls, is_backhaul};
use super::problem::{Client, Depot, FadingExposure, Problem, VehicleType};
use super::solution::{Route, Solution, Trip};
use coldmile_units::{Idx, Seconds, Timestamp, Travel};
use std::fmt;

/// Exposure above a limit by no more than this is rounding: doses and limits are whole numbers.
const ROUNDING: f64 = 1e-3;

/// What a replay found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Cost of the routes at their shortest durations, or where windows have soft ends at their cheapest departures, plus the prizes of clients left out.
    pub cost: i64,
    /// Every broken rule.
    pub violations: Vec<Violation>,
}

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Position of the route, where one is concerned.
    pub route: Option<usize>,
    /// The client, where one is concerned.
    pub client: Option<Idx<Client>>,
    /// What is broken.
    pub rule: Rule,
}

/// A rule of a problem, and by how much it is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// A position does not exist in the problem.
    #[error("does not exist")]
    Unknown,
    /// Visited more than once.
    #[error("visited {times} times")]
    Repeated {
        /// How often.
        times: usize,
    },
    /// Must be served, is not, and is not listed as unplanned either.
    #[error("not served")]
    NotServed,
    /// Served although an alternative is served, too.
    #[error("served beside {others} of its alternatives")]
    Alternatives {
        /// How many of the others.
        others: usize,
    },
    /// What it should be brought is not fetched before on the same trip.
    #[error("its goods are not fetched before on this trip")]
    NotFetched,
    /// What it gives is not brought to where it should be on the same trip.
    #[error("its goods are not brought to their destination on this trip")]
    NotBrought,
    /// A backhaul before a delivery, or on a trip without one.
    #[error("a backhaul is not behind deliveries")]
    Backhaul,
    /// More vehicles of a type are used than there are.
    #[error("{over_by} more vehicles of type {vehicle_type:?} than there are")]
    Fleet {
        /// Which type.
        vehicle_type: Idx<VehicleType>,
        /// How many too many.
        over_by: usize,
    },
    /// More trips than the vehicle may make.
    #[error("{over_by} trips too many")]
    Trips {
        /// How many too many.
        over_by: usize,
    },
    /// A trip without clients, or a route without trips.
    #[error("an empty trip")]
    EmptyTrip,
    /// More on board than fits.
    #[error("overloaded by {over_by} in dimension {dimension}")]
    Load {
        /// Which dimension.
        dimension: usize,
        /// By how much at the worst moment.
        over_by: i64,
    },
    /// The vehicle lacks skills.
    #[error("the vehicle lacks skills {missing:#x}")]
    Skills {
        /// Their bits.
        missing: u64,
    },
    /// It is bound to other vehicle types.
    #[error("it is bound to other vehicle types")]
    Bound,
    /// The route needs a break and has no place for one.
    #[error("there is no break")]
    NoBreak,
    /// It cannot be reached.
    #[error("it cannot be reached")]
    Unreachable,
    /// Service starts after the window, or the vehicle is back after the shift or the depot's window.
    #[error("{by} late")]
    Late {
        /// By how much, at the earliest departures.
        by: Seconds,
    },
    /// Goods ride too long whatever the departure.
    #[error("goods ride {by} too long")]
    Ride {
        /// By how much.
        by: Seconds,
    },
    /// Goods collect too much exposure.
    #[error("exposure is {by} too high")]
    Exposure {
        /// By how much.
        by: i64,
    },
    /// The route takes too long.
    #[error("takes {by} too long")]
    Duration {
        /// By how much.
        by: Seconds,
    },
    /// The route is too far.
    #[error("{by} m too far")]
    Distance {
        /// By how much.
        by: i64,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(route) = self.route {
            write!(f, "route {}: ", route + 1)?;
        }
        if let Some(client) = self.client {
            write!(f, "client {client:?}: ")?;
        }
        write!(f, "{}", self.rule)
    }
}

/// Replays `solution` against `problem`.
pub fn check(problem: &Problem, solution: &Solution) -> Report {
    let mut report = Report::default();
    let mut visits = vec![0_usize; problem.clients().len()];
    let mut used = vec![0_usize; problem.vehicle_types().len()];
    let destinations = problem.destinations();
    for (at, route) in solution.routes.iter().enumerate() {
        let clients = route.trips.iter().flat_map(|trip| &trip.clients);
        let mut is_known = route.vehicle_type.get() < used.len();
        for &client in clients {
            match visits.get_mut(client.get()) {
                Some(count) => *count += 1,
                None => is_known = false,
            }
        }
        if !is_known {
            report.add(Some(at), None, Rule::Unknown);
            continue;
        }
        used[route.vehicle_type.get()] += 1;
        Replay::new(problem, route, &destinations).check(at, &mut report);
    }
    for (vehicle_type, row) in problem.vehicle_types().enumerate() {
        if let Some(over_by) = used[vehicle_type.get()].checked_sub(row.count + 1) {
            report.add(None, None, Rule::Fleet { vehicle_type, over_by: over_by + 1 });
        }
    }
    let is_listed = |client: Idx<Client>| solution.unplanned.iter().any(|left| left.client == client);
    for (client, row) in problem.clients().enumerate() {
        match (visits[client.get()], row.prize) {
            (2.., _) => report.add(None, Some(client), Rule::Repeated { times: visits[client.get()] }),
            (0, _) if row.group.is_some() => {}
            (0, Some(prize)) => report.cost += prize,
            (0, None) if !is_listed(client) => report.add(None, Some(client), Rule::NotServed),
            _ => {}
        }
    }
    for (members, group) in problem.members().iter().zip(problem.groups()) {
        let mut served = members.iter().filter(|client| visits[client.get()] > 0);
        let (first, others) = (served.next(), served.count());
        match (first, group.prize) {
            (None, Some(prize)) if !members.is_empty() => report.cost += prize,
            (None, None) if !members.iter().all(|&client| is_listed(client)) => {
                report.add(None, members.first().copied(), Rule::NotServed);
            }
            (Some(&client), _) if others > 0 => {
                report.add(None, Some(client), Rule::Alternatives { others });
            }
            _ => {}
        }
    }
    report
}

/// What a route breaks by itself, and what it costs. All it names must exist in the problem.
pub(crate) fn check_route(problem: &Problem, route: &Route, destinations: &[Option<Idx<Client>>]) -> Report {
    let mut report = Report::default();
    Replay::new(problem, route, destinations).check(0, &mut report);
    report
}

impl Report {
    fn add(&mut self, route: Option<usize>, client: Option<Idx<Client>>, rule: Rule) {
        self.violations.push(Violation { route, client, rule });
    }
}

/// One route on a plain clock.
#[derive(Clone, Copy)]
struct Replay<'a> {
    problem: &'a Problem,
    route: &'a Route,
    vehicle: &'a VehicleType,
    travel: &'a dyn Travel,
    start: &'a Depot,
    end: &'a Depot,
    /// By client where its goods are brought.
    destinations: &'a [Option<Idx<Client>>],
    /// The trip and the stop after which the break is made.
    break_at: Option<(usize, usize)>,
}

/// A trip driven from one departure.
struct Drive {
    end: Timestamp,
    /// Total waiting.
    waiting: Seconds,
    /// The stops that are late, and by how much; `None` is the return.
    late: Vec<(Option<Idx<Client>>, Seconds)>,
    /// Start of service at each client.
    starts: Vec<Timestamp>,
    /// What service after soft ends of windows costs.
    tardiness: i64,
}

impl Drive {
    fn late_total(&self) -> Seconds {
        self.late.iter().map(|(_, by)| *by).sum()
    }
}

impl<'a> Replay<'a> {
    fn new(problem: &'a Problem, route: &'a Route, destinations: &'a [Option<Idx<Client>>]) -> Self {
        let vehicle = &problem.vehicle_types()[route.vehicle_type];
        Self {
            problem,
            route,
            vehicle,
            travel: problem.travel_of(route.vehicle_type),
            start: &problem.depots()[vehicle.start_depot],
            end: &problem.depots()[vehicle.end_depot],
            destinations,
            break_at: None,
        }
    }

    fn client(&self, client: Idx<Client>) -> &'a Client {
        &self.problem.clients()[client]
    }

    fn check(&self, at: usize, report: &mut Report) {
        let trips = &self.route.trips;
        if trips.is_empty() || trips.iter().any(|trip| trip.clients.is_empty()) {
            report.add(Some(at), None, Rule::EmptyTrip);
        }
        if trips.len() > self.vehicle.max_trips {
            report.add(Some(at), None, Rule::Trips { over_by: trips.len() - self.vehicle.max_trips });
        }
        for trip in trips {
            self.check_order(at, trip, report);
            self.check_loads(at, trip, report);
            self.check_exposure(at, trip, report);
            for dimension in 0..self.vehicle.fading.len() {
                self.check_fading(at, trip, dimension, report);
            }
        }
        let distance = self.distance(at, report);
        report.cost += self.vehicle.fixed_cost + self.vehicle.cost_per_metre * distance;
        let open = self.start.window.open().max(self.vehicle.shift.open());
        let earliest = if open == Timestamp::MIN { self.long_before() } else { open };
        let timed = self.best_timed(at, earliest);
        report.cost += timed.cost;
        report.violations.extend(timed.violations);
        if let Some(by) = self.vehicle.max_distance.map(|limit| distance - limit).filter(|&by| by > 0) {
            report.add(Some(at), None, Rule::Distance { by });
        }
    }

    /// The route on the clock with its break wherever that breaks fewest rules and costs least, or without one.
    fn best_timed(&self, at: usize, earliest: Timestamp) -> Report {
        let mut best = Report::default();
        self.check_times(at, earliest, &mut best);
        let Some(rule) = &self.vehicle.break_rule else { return best };
        let back = self.drive_all(earliest).last().map(|(_, drive)| drive.end);
        if back.is_some_and(|back| back > rule.window.close()) {
            best.add(Some(at), None, Rule::NoBreak);
        }
        let stops = self.route.trips.iter().enumerate();
        let stops = stops.flat_map(|(trip, row)| (0..row.clients.len()).map(move |stop| Some((trip, stop))));
        // Begun when the break might have begun, the route needs none either.
        let others = std::iter::once((None, earliest.max(rule.window.open())));
        for (break_at, earliest) in others.chain(stops.map(|stop| (stop, earliest))) {
            let mut report = Report::default();
            Self { break_at, ..*self }.check_times(at, earliest, &mut report);
            if (report.violations.len(), report.cost) < (best.violations.len(), best.cost) {
                best = report;
            }
        }
        best
    }

    /// Checks all that hangs on the clock, begun no sooner than `earliest`, and adds what the time costs.
    fn check_times(&self, at: usize, earliest: Timestamp, report: &mut Report) {
        let drives = self.drive_all(earliest);
        for (place, (departure, drive)) in drives.iter().enumerate() {
            for &(client, by) in &drive.late {
                report.add(Some(at), client, Rule::Late { by });
            }
            self.check_rides(at, place, *departure, drive, report);
        }
        let duration = self.shortest_duration(earliest, &drives);
        if let Some(by) = self.vehicle.max_duration.map(|limit| duration - limit).filter(|by| by.0 > 0) {
            report.add(Some(at), None, Rule::Duration { by });
        }
        let end = drives.last().map(|(_, drive)| drive.end);
        let of_time =
            |duration: Seconds| self.vehicle.cost_per_second * duration.0 + self.cost_of_parts(duration, end);
        report.cost += match end {
            Some(end) if self.is_soft() => {
                let costs = self.waits(earliest, end, duration).into_iter().map(|wait| {
                    let late =
                        self.drive_all(earliest + wait).iter().map(|(_, drive)| drive.tardiness).sum::<i64>();
                    of_time(end - earliest - wait) + late
                });
                costs.min().unwrap_or_default()
            }
            _ => of_time(duration),
        };
    }

    /// Whether the window of some client has a soft end.
    fn is_soft(&self) -> bool {
        let mut clients = self.route.trips.iter().flat_map(|trip| &trip.clients);
        clients.any(|&client| self.client(client).soft_end.is_some())
    }

    /// How much later than `earliest` the route may begin, with the end and the shortest duration that it has: each wait at which
    /// the cost of a later beginning can turn. From one to the next it changes in proportion.
    fn waits(&self, earliest: Timestamp, end: Timestamp, shortest: Seconds) -> Vec<Seconds> {
        let longest_wait = end - earliest - shortest;
        let mut waits = vec![Seconds::ZERO, longest_wait, self.vehicle.shift.close() - earliest];
        let tardiness = |wait: Seconds, trip: usize, stop: usize| {
            let start = self.drive_all(earliest + wait)[trip].1.starts[stop];
            let soft = self.client(self.route.trips[trip].clients[stop]).soft_end;
            soft.map_or(Seconds::ZERO, |soft| (start - soft.at).max(Seconds::ZERO))
        };
        for (trip, row) in self.route.trips.iter().enumerate() {
            for stop in 0..row.clients.len() {
                let least = tardiness(Seconds::ZERO, trip, stop);
                waits.push(bisect(longest_wait, |wait| tardiness(wait, trip, stop) <= least));
            }
        }
        let least = self.vehicle.max_duration.map_or(Seconds::ZERO, |limit| end - earliest - limit);
        let least = least.clamp(Seconds::ZERO, longest_wait);
        waits.into_iter().map(|wait| wait.clamp(least, longest_wait)).collect()
    }

    /// How much later than `departure` a trip has to leave so that its goods keep their longest rides, where that is possible
    /// by waiting less on the trip.
    fn wait_for_rides(&self, place: usize, departure: Timestamp) -> Seconds {
        let clients = &self.route.trips[place].clients;
        let is_broken = |wait: Seconds| {
            let starts = self.drive(place, departure + wait).starts;
            clients.iter().zip(starts).any(|(&client, start)| {
                let limit = self.client(client).longest_ride_on(self.vehicle.carrier);
                limit.is_some_and(|limit| start - (departure + wait) > limit)
            })
        };
        let limit = self.drive(place, departure).waiting;
        if !is_broken(Seconds::ZERO) || is_broken(limit) {
            return Seconds::ZERO;
        }
        bisect(limit, is_broken) + Seconds(1)
    }

    /// What travel, service, waiting, overtime and the clients themselves cost on top, by adding up leg by leg.
    fn cost_of_parts(&self, duration: Seconds, end: Option<Timestamp>) -> i64 {
        let prices = &self.vehicle.time_prices;
        let mut cost = 0;
        let mut waiting = duration;
        for trip in &self.route.trips {
            waiting -= self.start.loading;
            let mut here = self.start.location;
            for &client in &trip.clients {
                let row = self.client(client);
                let leg = self.travel.duration(here, row.location).unwrap_or_default();
                cost += prices.travel * leg.0 + prices.service * row.service.0;
                cost += row.price_by_type.get(self.route.vehicle_type.get()).unwrap_or(&0);
                waiting -= leg + row.service;
                here = row.location;
            }
            let leg = self.travel.duration(here, self.end.location).unwrap_or_default();
            cost += prices.travel * leg.0;
            waiting -= leg;
        }
        if let Some(end) = end.filter(|&end| end > self.vehicle.shift.close()) {
            let begun = (end - duration).max(self.vehicle.shift.close());
            cost += prices.overtime * (end - begun).0;
        }
        cost + prices.waiting * waiting.0
    }

    /// An instant from which everything on the route can be reached in time, where no depot and shift say when
    /// to begin.
    fn long_before(&self) -> Timestamp {
        let clients = self.route.trips.iter().flat_map(|trip| &trip.clients);
        let closes = clients.map(|&client| self.client(client).due());
        closes.fold(Timestamp::default(), Timestamp::min) - Seconds(1 << 42)
    }

    /// Checks precedence on a trip: origins before destinations, deliveries before backhauls.
    fn check_order(&self, at: usize, trip: &Trip, report: &mut Report) {
        for (place, &client) in trip.clients.iter().enumerate() {
            let (before, after) = trip.clients.split_at(place);
            if self.client(client).origin.is_some_and(|origin| !before.contains(&origin)) {
                report.add(Some(at), Some(client), Rule::NotFetched);
            }
            if self.destinations[client.get()].is_some_and(|there| !after.contains(&there)) {
                report.add(Some(at), Some(client), Rule::NotBrought);
            }
            let is_other = |client: &Idx<Client>| !is_backhaul(self.client(*client));
            if self.problem.backhauls() == Backhauls::Last
                && !is_other(&client)
                && (before.is_empty() || after.iter().any(is_other))
            {
                report.add(Some(at), Some(client), Rule::Backhaul);
            }
        }
    }

    fn check_loads(&self, at: usize, trip: &Trip, report: &mut Report) {
        for (dimension, &capacity) in self.vehicle.capacity.iter().enumerate() {
            let mut on_board: i64 = trip.clients.iter().map(|&c| self.client(c).delivery[dimension]).sum();
            let mut max_load = on_board;
            for &client in &trip.clients {
                let row = self.client(client);
                let brought = row.origin.map_or(0, |origin| self.client(origin).pickup[dimension]);
                on_board += row.pickup[dimension] - row.delivery[dimension] - brought;
                max_load = max_load.max(on_board);
            }
            if max_load > capacity {
                report.add(Some(at), None, Rule::Load { dimension, over_by: max_load - capacity });
            }
        }
    }

    fn check_exposure(&self, at: usize, trip: &Trip, report: &mut Report) {
        let carrier = self.vehicle.carrier;
        let mut collected = 0;
        for &client in &trip.clients {
            let row = self.client(client);
            if let Some(limit) = row.exposure_limit_on(carrier).filter(|&limit| collected > limit) {
                report.add(Some(at), Some(client), Rule::Exposure { by: collected - limit });
            }
            let missing = row.skills & !self.vehicle.skills;
            if missing != 0 {
                report.add(Some(at), Some(client), Rule::Skills { missing });
            }
            if let Some(allowed) = &row.bound_to
                && !allowed.contains(&self.route.vehicle_type)
            {
                report.add(Some(at), Some(client), Rule::Bound);
            }
            collected += row.exposure_on(carrier);
        }
    }

    /// Carries exposure that fades from stop to stop. Service and travel count as time, waiting does not.
    fn check_fading(&self, at: usize, trip: &Trip, dimension: usize, report: &mut Report) {
        let FadingExposure { time_constant, start, residue } = self.vehicle.fading[dimension];
        let (mut collected, mut left_over) = (start as f64, 0.0);
        let mut here = self.start.location;
        for &client in &trip.clients {
            let row = self.client(client);
            let stop = row.fading_on(self.vehicle.carrier, dimension);
            let travel = self.travel.duration(here, row.location).unwrap_or_default();
            collected *= remaining(travel, time_constant);
            if let Some(limit) = stop.limit.filter(|&limit| collected > limit as f64 + ROUNDING) {
                let by = (collected - limit as f64).ceil() as i64;
                report.add(Some(at), Some(client), Rule::Exposure { by });
            }
            collected += stop.dose as f64;
            if let Some(residue) = residue {
                left_over *= remaining(travel, residue.time_constant);
                collected += left_over * residue.gain_ppm as f64 / 1e6;
                left_over = left_over * residue.kept_ppm as f64 / 1e6 + stop.residue as f64;
                left_over *= remaining(row.service, residue.time_constant);
            }
            collected *= remaining(row.service, time_constant);
            here = row.location;
        }
    }

    /// The distance of the whole route; a missing arc is a violation.
    fn distance(&self, at: usize, report: &mut Report) -> i64 {
        let mut sum = 0;
        for trip in &self.route.trips {
            let mut here = self.start.location;
            let stops = trip.clients.iter().map(|&client| (Some(client), self.client(client).location));
            for (client, location) in stops.chain([(None, self.end.location)]) {
                match self.travel.distance(here, location) {
                    Some(metres) => sum += metres.0,
                    None => report.add(Some(at), client, Rule::Unreachable),
                }
                here = location;
            }
        }
        sum
    }

    /// Drives one trip from `departure`.
    fn drive(&self, place: usize, departure: Timestamp) -> Drive {
        let trip = &self.route.trips[place];
        let mut clock = departure;
        let mut here = self.start.location;
        let mut drive = Drive {
            end: departure,
            waiting: Seconds::ZERO,
            late: Vec::new(),
            starts: Vec::new(),
            tardiness: 0,
        };
        for (stop, &client) in trip.clients.iter().enumerate() {
            let row = self.client(client);
            clock += self.travel.duration(here, row.location).unwrap_or_default();
            if clock < row.window.open() {
                drive.waiting += row.window.open() - clock;
                clock = row.window.open();
            }
            if clock > row.window.close() {
                drive.late.push((Some(client), clock - row.window.close()));
            }
            if let Some(soft) = row.soft_end.filter(|soft| clock > soft.at) {
                drive.tardiness += soft.price * (clock - soft.at).0;
            }
            drive.starts.push(clock);
            clock += row.service;
            here = row.location;
            if let Some(rule) = self.vehicle.break_rule.filter(|_| self.break_at == Some((place, stop))) {
                if clock < rule.window.open() {
                    drive.waiting += rule.window.open() - clock;
                    clock = rule.window.open();
                }
                if clock > rule.window.close() {
                    drive.late.push((Some(client), clock - rule.window.close()));
                }
                clock += rule.duration;
            }
        }
        clock += self.travel.duration(here, self.end.location).unwrap_or_default();
        let shift_end = self.vehicle.shift.close();
        let out_by =
            if shift_end < Timestamp::MAX { shift_end + self.vehicle.max_overtime } else { shift_end };
        let back_by = self.end.window.close().min(out_by);
        if clock > back_by {
            drive.late.push((None, clock - back_by));
        }
        drive.end = clock;
        drive
    }

    /// Drives all trips, each as early as it can after `start`; loading for the first one begins then.
    fn drive_all(&self, start: Timestamp) -> Vec<(Timestamp, Drive)> {
        let mut available = start;
        let mut drives = Vec::new();
        for (place, trip) in self.route.trips.iter().enumerate() {
            let releases = trip.clients.iter().map(|&client| self.client(client).release);
            let mut departure = releases.fold(available + self.start.loading, Timestamp::max);
            if self.is_soft() {
                departure += self.wait_for_rides(place, departure);
            }
            let drive = self.drive(place, departure);
            available = drive.end;
            drives.push((departure, drive));
        }
        drives
    }

    /// Goods ride shortest when the trip leaves as late as it can without coming back later or being late.
    fn check_rides(&self, at: usize, place: usize, earliest: Timestamp, drive: &Drive, report: &mut Report) {
        let trip = &self.route.trips[place];
        let limits = |client: Idx<Client>| self.client(client).longest_ride_on(self.vehicle.carrier);
        if trip.clients.iter().all(|&client| limits(client).is_none()) {
            return;
        }
        let wait = bisect(drive.waiting, |wait| {
            let later = self.drive(place, earliest + wait);
            later.end == drive.end && later.late_total() <= drive.late_total()
        });
        let departure = earliest + wait;
        for (&client, start) in trip.clients.iter().zip(self.drive(place, departure).starts) {
            let ride = start - departure;
            if let Some(limit) = limits(client).filter(|&limit| ride > limit) {
                report.add(Some(at), Some(client), Rule::Ride { by: ride - limit });
            }
        }
    }

    /// The route's duration when it begins as late as it can without ending later or being late.
    fn shortest_duration(&self, earliest: Timestamp, drives: &[(Timestamp, Drive)]) -> Seconds {
        let Some((_, last)) = drives.last() else {
            return Seconds::ZERO;
        };
        let late_total = |drives: &[(Timestamp, Drive)]| -> Seconds {
            drives.iter().map(|(_, drive)| drive.late_total()).sum()
        };
        let (end, before) = (last.end, late_total(drives));
        let start = bisect(end - earliest, |wait| {
            let later = self.drive_all(earliest + wait);
            later.last().is_some_and(|(_, drive)| drive.end == end) && late_total(&later) <= before
        });
        end - (earliest + start)
    }
}

/// Of one unit of fading exposure what remains after `span`: `exp(-span / time_constant)`, without the library of the machine.
fn remaining(span: Seconds, time_constant: Seconds) -> f64 {
    let exponent = span.0 as f64 / time_constant.0 as f64;
    // The exponential of the 256th part, from the last term of its series inwards, then the 256th power.
    let part = exponent / 256.0;
    let growth = (1..=16).rev().fold(1.0, |inner, degree| 1.0 + part / f64::from(degree) * inner);
    (0..8).fold(1.0 / growth, |value, _| value * value)
}

/// The largest span from 0 to `limit` that `holds`, where it holds up to some span and never after.
fn bisect(limit: Seconds, holds: impl Fn(Seconds) -> bool) -> Seconds {
    let (mut low, mut high) = (0, limit.0.max(0));
    while low < high {
        let middle = low + (high - low + 1) / 2;
        if holds(Seconds(middle)) { low = middle } else { high = middle - 1 }
    }
    Seconds(low)
}
