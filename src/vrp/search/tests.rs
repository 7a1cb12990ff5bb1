//! The whole solver against brute force and the referee, on small random problems with every feature. Longer than most files:
//! the generator of problems, the brute force and what they compare are one idea.

use super::clock::StartTime;
use super::instance::Instance;
use super::rich::{RichRules, fading_dimensions, limits_goods};
use super::{Control, SolveConfig, StoppingCriterion, lanes, solve};
use crate::check::check;
use crate::problem::{
    Backhauls, Break, Client, Depot, FadingExposure, FadingStop, Group, Load, Problem, ProblemBuilder,
    Residue, SoftEnd, TimePrices, VehicleType,
};
use crate::schedule::{RouteSchedule, schedule};
use crate::solution::{Reason, Route, Solution, Trip, Unplanned};
use coldmile_units::{Idx, Metres, Seconds, Seed, TimeWindow, Timestamp, TravelMatrix};
use rayon::prelude::*;
use smallvec::{SmallVec, smallvec};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds)
}

fn window(open: i64, close: i64) -> TimeWindow {
    TimeWindow::new(at(open), at(close)).unwrap()
}

/// How far the vehicles of a random problem go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fleet {
    /// Not always far enough, and some clients are optional.
    Scarce,
    /// As many vehicles as clients, one trip each, and all clients must be served.
    Ample,
    /// The same with few vehicles of each type.
    Few,
    /// Few vehicles of each type that may make several trips, and all clients must be served.
    Reloading,
}

fn random_problem(seed: u64, size: usize) -> Problem {
    random_town(seed, size, Fleet::Scarce)
}

fn random_plain_problem(seed: u64, size: usize) -> Problem {
    random_plain_town(seed, size, Fleet::Scarce)
}

/// A town of random points; `size` clients; each feature is there or not by a coin.
pub(super) fn random_town(seed: u64, size: usize, fleet: Fleet) -> Problem {
    let mut rng = Seed(seed).rng();
    let dimensions = rng.usize(0..4);
    let depots = rng.usize(1..3);
    let mut builder = ProblemBuilder::new(dimensions);
    let points: Vec<(f64, f64)> =
        (0..size + depots).map(|_| (rng.f64() * 100.0, rng.f64() * 100.0)).collect();
    for pace in [1.0, 1.7] {
        let count = points.len();
        let mut matrix = TravelMatrix::unreachable(count, count);
        for (a, p) in points.iter().enumerate() {
            for (b, q) in points.iter().enumerate() {
                let metres = ((p.0 - q.0).powi(2) + (p.1 - q.1).powi(2)).sqrt();
                let bend = rng.f64() * 8.0;
                if a == b || rng.u8(..) > 2 {
                    matrix.set(a, b, Seconds((metres * pace + bend) as i64), Metres((metres * 10.0) as i64));
                }
            }
        }
        builder.profile(matrix);
    }
    for location in 0..depots {
        let window = if rng.bool() { window(rng.i64(0..50), 2000) } else { window(0, 5000) };
        builder.depot(Depot { location, window, loading: Seconds(rng.i64(0..20)) });
    }
    let coins: Vec<bool> = (0..8).map(|_| rng.bool()).collect();
    let load = |rng: &mut fastrand::Rng| -> Load { (0..dimensions).map(|_| rng.i64(0..10)).collect() };
    let mut clients = Vec::new();
    for client in 0..size {
        let open = rng.i64(0..300);
        clients.push(Client {
            location: depots + client,
            delivery: load(&mut rng),
            pickup: if coins[0] { load(&mut rng) } else { Load::new() },
            window: if coins[1] { window(open, open + rng.i64(20..250)) } else { TimeWindow::ALWAYS },
            service: Seconds(rng.i64(0..15)),
            release: if coins[2] { at(rng.i64(0..200)) } else { Timestamp::MIN },
            longest_ride: if coins[3] {
                smallvec![Some(Seconds(rng.i64(40..200))), rng.bool().then(|| Seconds(rng.i64(20..200)))]
            } else {
                smallvec![]
            },
            exposure: if coins[4] { smallvec![rng.i64(0..10), 3] } else { smallvec![] },
            exposure_limit: if coins[4] { smallvec![Some(rng.i64(0..25)), None] } else { smallvec![] },
            skills: if coins[5] { u64::from(rng.u8(..) < 60) } else { 0 },
            prize: (fleet == Fleet::Scarce && coins[6] && rng.bool()).then(|| rng.i64(0..4000)),
            ..Client::default()
        });
    }
    relate(&mut builder, &mut clients, fleet, &mut Seed(seed).derive(1).rng());
    let fading = fade(&mut clients, &mut Seed(seed).derive(2).rng());
    let type_count = rng.usize(1..3);
    let extra = price_parts(&mut clients, type_count, &mut Seed(seed).derive(3).rng());
    let breaks = breaks(&clients, type_count, &mut Seed(seed).derive(4).rng());
    soften(&mut clients, &mut Seed(seed).derive(5).rng());
    for client in clients {
        builder.client(client);
    }
    for (vehicle_type, (time_prices, max_overtime)) in extra.into_iter().enumerate() {
        let start = Idx::new(rng.u32(0..depots as u32));
        let max_trips = match fleet {
            Fleet::Scarce => rng.usize(1..4),
            Fleet::Reloading => rng.usize(2..6),
            Fleet::Ample | Fleet::Few => 1,
        };
        builder.vehicle_type(VehicleType {
            count: match fleet {
                Fleet::Scarce => rng.usize(1..3),
                Fleet::Ample => size,
                Fleet::Few | Fleet::Reloading => rng.usize(1..6),
            },
            capacity: (0..dimensions).map(|_| rng.i64(8..30)).collect(),
            profile: Idx::new(vehicle_type as u32),
            start_depot: start,
            end_depot: if max_trips > 1 { start } else { Idx::new(rng.u32(0..depots as u32)) },
            shift: if coins[7] { window(rng.i64(0..100), rng.i64(300..900)) } else { TimeWindow::ALWAYS },
            fixed_cost: rng.i64(0..1000),
            cost_per_second: if rng.bool() { rng.i64(0..20) } else { 0 },
            cost_per_metre: rng.i64(0..3),
            time_prices,
            max_overtime,
            break_rule: breaks[vehicle_type],
            max_duration: (rng.u8(..) < 60).then(|| Seconds(rng.i64(100..500))),
            max_distance: (rng.u8(..) < 60).then(|| rng.i64(1000..5000)),
            max_trips,
            carrier: vehicle_type,
            fading: fading.get(vehicle_type).cloned().unwrap_or_default(),
            skills: u64::from(rng.bool()),
        });
    }
    builder.build().unwrap()
}

/// Exposure that fades, by a coin: how it does on both carriers, and doses and limits of the clients.
fn fade(clients: &mut [Client], rng: &mut fastrand::Rng) -> [SmallVec<[FadingExposure; 4]>; 2] {
    let mut carriers = [SmallVec::new(), SmallVec::new()];
    if rng.u8(..) < 128 {
        return carriers;
    }
    for carrier in &mut carriers {
        for _ in 0..rng.usize(0..6) {
            let time_constant = Seconds(rng.i64(10..200));
            let residue = (rng.u8(..) < 40).then(|| Residue {
                time_constant: Seconds(rng.i64(1..time_constant.0)),
                kept_ppm: rng.i64(0..1_200_000),
                gain_ppm: rng.i64(0..300_000),
            });
            carrier.push(FadingExposure { time_constant, start: rng.i64(0..20), residue });
        }
    }
    for client in clients {
        let is_destination = client.origin.is_some();
        for carrier in &carriers {
            let stop = |row: &FadingExposure| FadingStop {
                dose: rng.i64(0..50),
                residue: rng.i64(0..30),
                limit: (rng.bool() && !is_destination).then(|| row.start + rng.i64(0..80)),
            };
            client.fading.push(carrier.iter().map(stop).collect());
        }
    }
    carriers
}

/// A break for some vehicle types, by a coin and where no clients are pairs.
fn breaks(clients: &[Client], type_count: usize, rng: &mut fastrand::Rng) -> Vec<Option<Break>> {
    let are_there = rng.u8(..) < 80 && clients.iter().all(|client| client.origin.is_none());
    let rule = |rng: &mut fastrand::Rng| {
        let open = rng.i64(0..400);
        Break { window: window(open, open + rng.i64(0..150)), duration: Seconds(rng.i64(0..60)) }
    };
    (0..type_count).map(|_| (are_there && rng.u8(..) < 200).then(|| rule(rng))).collect()
}

/// By a coin, soft ends of some windows.
fn soften(clients: &mut [Client], rng: &mut fastrand::Rng) {
    if rng.u8(..) < 80 {
        let max_price = [5, 30, 200][rng.usize(0..3)];
        for client in clients {
            let soft = SoftEnd { at: client.window.close(), price: rng.i64(0..max_price) };
            let (is_soft, is_bounded) = (rng.u8(..) < 200, rng.u8(..) < 60);
            if is_soft && client.window != TimeWindow::ALWAYS {
                let close = if is_bounded { soft.at + Seconds(rng.i64(0..100)) } else { Timestamp::MAX };
                client.window = TimeWindow::new(client.window.open(), close).unwrap();
                client.soft_end = Some(soft);
            }
        }
    }
}

/// By a coin each: prices of parts of the time, overtime, bonds to a vehicle type, and prices of clients on them.
fn price_parts(
    clients: &mut [Client],
    type_count: usize,
    rng: &mut fastrand::Rng,
) -> Vec<(TimePrices, Seconds)> {
    let [has_prices, has_overtime, has_bonds, has_client_prices] = [(); 4].map(|()| rng.u8(..) < 90);
    let types = (0..type_count).map(|_| {
        let price = |rng: &mut fastrand::Rng| if has_prices && rng.bool() { rng.i64(0..20) } else { 0 };
        let (travel, service, waiting) = (price(rng), price(rng), price(rng));
        let overtime = if has_overtime { rng.i64(0..50) } else { 0 };
        let max_overtime = Seconds(if has_overtime { rng.i64(0..300) } else { 0 });
        (TimePrices { travel, service, waiting, overtime }, max_overtime)
    });
    let types = types.collect();
    for client in clients {
        if has_bonds && rng.u8(..) < 100 {
            let allowed = (0..type_count as u32).filter(|_| rng.u8(..) < 170).map(Idx::new);
            client.bound_to = Some(allowed.collect());
        }
        if has_client_prices {
            client.price_by_type = (0..rng.usize(0..=type_count)).map(|_| rng.i64(0..2000)).collect();
        }
    }
    types
}

/// Makes some clients pairs, some alternatives, and perhaps backhauls last; each by a coin.
fn relate(builder: &mut ProblemBuilder, clients: &mut [Client], fleet: Fleet, rng: &mut fastrand::Rng) {
    if fleet != Fleet::Scarce {
        return;
    }
    let [has_pairs, has_groups, has_backhauls] = [90, 90, 40].map(|chance| rng.u8(..) < chance);
    if has_pairs {
        for at in 0..clients.len() / 2 {
            let [first, second] = [2 * at, 2 * at + 1];
            if rng.bool() {
                let goods = std::mem::take(&mut clients[first].delivery);
                clients[first].pickup = goods;
                clients[second].origin = Some(Idx::new(first as u32));
                clients[second].prize = clients[first].prize.map(|_| rng.i64(0..4000));
                let Client { delivery, pickup, longest_ride, exposure_limit, .. } = &mut clients[second];
                delivery.clear();
                pickup.clear();
                longest_ride.clear();
                exposure_limit.clear();
            }
        }
    }
    if has_groups {
        let groups = [None, Some(rng.i64(0..6000))].map(|prize| builder.group(Group { prize }));
        for at in 0..clients.len() {
            let is_origin = clients.get(at + 1).is_some_and(|next| next.origin == Some(Idx::new(at as u32)));
            if clients[at].origin.is_none() && !is_origin && rng.u8(..) < 180 {
                clients[at].group = Some(groups[rng.usize(0..2)]);
                clients[at].prize = None;
            }
        }
    }
    if has_backhauls {
        builder.backhauls(Backhauls::Last);
        for client in clients.iter_mut().filter(|client| client.origin.is_none()) {
            if rng.bool() {
                client.delivery.clear();
            } else {
                client.pickup.clear();
            }
        }
    }
}

/// A problem for the plain rules: one vehicle type, one depot, one load dimension, perhaps windows and a shift.
pub(super) fn random_plain_town(seed: u64, size: usize, fleet: Fleet) -> Problem {
    let mut rng = Seed(seed).rng();
    let mut builder = ProblemBuilder::new(1);
    let points: Vec<(i64, i64)> = (0..=size).map(|_| (rng.i64(0..100), rng.i64(0..100))).collect();
    let mut matrix = TravelMatrix::unreachable(size + 1, size + 1);
    for (a, p) in points.iter().enumerate() {
        for (b, q) in points.iter().enumerate() {
            let metres = (p.0 - q.0).abs() + (p.1 - q.1).abs();
            matrix.set(a, b, Seconds(metres + rng.i64(0..9)), Metres(metres * 3));
        }
    }
    builder.profile(matrix);
    let [in_windows, in_shift, in_day] = [(); 3].map(|()| rng.bool());
    let depot_window = if in_day { window(-50, 400) } else { TimeWindow::ALWAYS };
    builder.depot(Depot { location: 0, window: depot_window, loading: Seconds(rng.i64(0..20)) });
    for client in 1..=size {
        let open = rng.i64(-100..250);
        builder.client(Client {
            location: client,
            delivery: smallvec![rng.i64(0..10)],
            window: if in_windows { window(open, open + rng.i64(20..250)) } else { TimeWindow::ALWAYS },
            service: Seconds(rng.i64(0..15)),
            prize: (fleet == Fleet::Scarce && rng.u8(..) < 60).then(|| rng.i64(0..900)),
            ..Client::default()
        });
    }
    builder.vehicle_type(VehicleType {
        count: if fleet == Fleet::Scarce { rng.usize(1..4) } else { size },
        capacity: smallvec![rng.i64(8..30)],
        shift: if in_shift { window(rng.i64(-100..100), rng.i64(200..500)) } else { TimeWindow::ALWAYS },
        fixed_cost: rng.i64(0..300),
        ..VehicleType::default()
    });
    builder.build().unwrap()
}

pub(super) fn config(seed: u64, iterations: u64) -> SolveConfig {
    SolveConfig {
        seed: Seed(seed),
        stop: StoppingCriterion::Iterations(iterations),
        ..SolveConfig::default()
    }
}

/// How many required clients and groups are missing, then cost.
pub(super) type Value = (usize, i64);

pub(super) fn value(problem: &Problem, solution: &Solution) -> Value {
    let is_served: Vec<Idx<Client>> =
        solution.routes.iter().flat_map(|route| &route.trips).flat_map(|trip| trip.clients.clone()).collect();
    let members = problem.members();
    let missing = problem.clients().enumerate().filter(|(index, client)| {
        let alone = [*index];
        let unit = client.group.map_or(&alone[..], |group| &members[group.get()]);
        problem.price_of_absence(*index).is_none()
            && unit[0] == *index
            && !unit.iter().any(|other| is_served.contains(other))
    });
    (missing.count(), solution.cost)
}

/// The best solution by enumeration: every subset and order of clients, every split into trips and routes, every vehicle type.
pub(super) fn brute_force(problem: &Problem) -> (Value, Solution) {
    let mut best = ((usize::MAX, i64::MAX), Solution::default());
    extend(problem, &mut Vec::new(), &mut best);
    best
}

fn extend(problem: &Problem, routes: &mut Vec<Route>, best: &mut (Value, Solution)) {
    let planned: Vec<Idx<Client>> =
        routes.iter().flat_map(|r| &r.trips).flat_map(|t| t.clients.clone()).collect();
    let left: Vec<_> = problem.clients().indices().filter(|client| !planned.contains(client)).collect();
    let unplanned =
        left.iter().map(|&client| Unplanned { client, reason: Reason::NotPlaced }).collect::<Vec<_>>();
    let mut solution = Solution { routes: routes.clone(), unplanned, cost: 0 };
    let report = check(problem, &solution);
    if report.violations.is_empty() {
        solution.cost = report.cost;
        let value = value(problem, &solution);
        if value < best.0 {
            *best = (value, solution);
        }
    }
    for client in left {
        let trip = Trip { clients: vec![client] };
        // Routes are symmetric: their first clients ascend.
        let first = routes.last().map(|route| route.trips[0].clients[0]);
        if first.is_none_or(|first| first < client) {
            for vehicle_type in problem.vehicle_types().indices() {
                routes.push(Route { vehicle_type, trips: vec![trip.clone()] });
                extend(problem, routes, best);
                routes.pop();
            }
        }
        let Some(last) = routes.len().checked_sub(1) else {
            continue;
        };
        if routes[last].trips.len() < problem.vehicle_types()[routes[last].vehicle_type].max_trips {
            routes[last].trips.push(trip);
            extend(problem, routes, best);
            routes[last].trips.pop();
        }
        let trip_at = routes[last].trips.len() - 1;
        routes[last].trips[trip_at].clients.push(client);
        extend(problem, routes, best);
        routes[last].trips[trip_at].clients.pop();
    }
}

/// Solves so many problems of up to four clients, every third of them plain; the referee and brute force agree.
fn solve_tiny_problems(count: u64) {
    let served: Vec<Result<u64, String>> = (0..count).into_par_iter().map(solve_tiny_problem).collect();
    let wrong: Vec<&String> = served.iter().filter_map(|served| served.as_ref().err()).collect();
    assert!(wrong.is_empty(), "{} of {count}: {wrong:#?}", wrong.len());
    let is_served: u64 = served.iter().flatten().sum();
    assert!(is_served > count / 2, "the problems are so hard that little is tested: {is_served}");
}

/// How many clients of the problem of this seed are served, or what is wrong with that.
fn solve_tiny_problem(seed: u64) -> Result<u64, String> {
    let size = 1 + (seed / 3) as usize % 4;
    let problem = if seed % 3 < 2 { random_problem(seed, size) } else { random_plain_problem(seed, size) };
    let solution = solve(&problem, &config(seed, 3000), &Control::none());
    let report = check(&problem, &solution);
    let (least, optimum) = brute_force(&problem);
    if !report.violations.is_empty() {
        Err(format!("seed {seed}: {:?}", report.violations))
    } else if report.cost != solution.cost {
        Err(format!("seed {seed}: {} is said to be {}", report.cost, solution.cost))
    } else if value(&problem, &solution) != least {
        Err(format!("seed {seed}: {solution:?} for {optimum:?}"))
    } else {
        Ok(solution.planned_count() as u64)
    }
}

#[test]
fn tiny_problems_with_any_features_are_solved_to_the_optimum() {
    solve_tiny_problems(2_000);
}

/// `cargo test --release -p coldmile-vrp -- --ignored a_hundred_thousand`
#[test]
#[ignore = "minutes of brute force; two thousand problems of the same kind run by default"]
fn a_hundred_thousand_tiny_problems_are_solved_to_the_optimum() {
    solve_tiny_problems(100_000);
}

/// A depot, and three clients in a oneway street: from the depot only to the first, on to the second and the third, and
/// back to the depot only from there. No client can be served alone.
fn oneway_street(third_is_connected: bool) -> Problem {
    let mut builder = ProblemBuilder::new(0);
    let mut matrix = TravelMatrix::unreachable(4, 4);
    let last = if third_is_connected { 3 } else { 2 };
    for (from, to) in (0..last).map(|from| (from, from + 1)).chain([(last, 0)]) {
        matrix.set(from, to, Seconds(60), Metres(100));
    }
    builder.profile(matrix);
    builder.depot(Depot::default());
    for location in 1..4 {
        builder.client(Client { location, ..Client::default() });
    }
    builder.vehicle_type(VehicleType { count: 3, ..VehicleType::default() });
    builder.build().unwrap()
}

#[test]
fn clients_that_fit_only_jointly_are_served_and_others_have_a_reason() {
    let reached = solve(&oneway_street(true), &config(1, 2000), &Control::none());
    let in_order: Vec<Idx<Client>> = (0..3).map(Idx::new).collect();
    assert_eq!(reached.routes.len(), 1);
    assert_eq!(reached.routes[0].trips[0].clients, in_order);
    let cut_off = solve(&oneway_street(false), &config(1, 2000), &Control::none());
    assert_eq!(cut_off.routes[0].trips[0].clients, in_order[..2]);
    assert_eq!(cut_off.unplanned, [Unplanned { client: in_order[2], reason: Reason::Unreachable }]);
}

#[test]
fn larger_problems_with_any_features_pass_the_referee() {
    for seed in 0..200 {
        let problem = if seed < 150 { random_problem(seed, 30) } else { random_plain_problem(seed, 30) };
        let solution = solve(&problem, &config(seed, 400), &Control::none());
        let report = check(&problem, &solution);
        assert!(report.violations.is_empty(), "seed {seed}: {:?}", report.violations);
        assert_eq!(report.cost, solution.cost, "seed {seed}");
        let scheduled: i64 = solution.routes.iter().map(|route| schedule(&problem, route).cost).sum();
        let is_counted = |client: Idx<Client>| {
            problem.clients()[client].group.is_none_or(|group| problem.members()[group.get()][0] == client)
        };
        let missed = solution.unplanned.iter().filter(|left| is_counted(left.client));
        let missed = missed.filter_map(|left| problem.price_of_absence(left.client));
        assert_eq!(scheduled + missed.sum::<i64>(), report.cost, "seed {seed}");
    }
}

#[test]
fn large_problems_in_sectors_pass_the_referee() {
    for seed in 0..6 {
        let problem = if seed % 2 == 0 {
            random_problem(seed, 480)
        } else {
            random_plain_town(seed, 480, Fleet::Ample)
        };
        let solution = solve(&problem, &config(seed, 6000), &Control::none());
        let report = check(&problem, &solution);
        assert!(report.violations.is_empty(), "seed {seed}: {:?}", report.violations);
        assert_eq!(report.cost, solution.cost, "seed {seed}");
    }
}

#[test]
fn published_times_keep_every_rule() {
    let mut break_count = 0;
    for seed in 0..100 {
        let problem = random_problem(seed, 20);
        let solution = solve(&problem, &config(seed, 300), &Control::none());
        for route in &solution.routes {
            let vehicle = &problem.vehicle_types()[route.vehicle_type];
            let depot = &problem.depots()[vehicle.start_depot];
            let mut available = depot.window.open().max(vehicle.shift.open());
            for trip in &schedule(&problem, route).trips {
                assert!(available <= trip.loading, "seed {seed}");
                assert_eq!(trip.loading + depot.loading, trip.departure, "seed {seed}");
                for stop in &trip.stops {
                    let client = &problem.clients()[stop.client];
                    assert!(stop.arrival <= stop.start && client.window.contains(stop.start), "seed {seed}");
                    assert!(client.release <= trip.departure, "seed {seed}");
                    let limit = client.longest_ride_on(vehicle.carrier);
                    assert!(limit.is_none_or(|limit| stop.start - trip.departure <= limit), "seed {seed}");
                }
                available = trip.end;
            }
            assert!(available <= vehicle.latest_end(), "seed {seed}");
            break_count += count_breaks(vehicle, &schedule(&problem, route), seed);
        }
    }
    assert!(break_count > 5, "{break_count}");
}

/// How many breaks there are on a route; none is missing, and each begins when it may.
fn count_breaks(vehicle: &VehicleType, times: &RouteSchedule, seed: u64) -> usize {
    let stops = times.trips.iter().flat_map(|trip| &trip.stops);
    let begun: Vec<Timestamp> = stops.filter_map(|stop| stop.break_start).collect();
    let Some(rule) = vehicle.break_rule else {
        assert_eq!(begun, [], "seed {seed}");
        return 0;
    };
    let covers = times.start() < Some(rule.window.open()) && times.end() > Some(rule.window.close());
    assert!(begun.len() <= 1 && begun.iter().all(|&at| rule.window.contains(at)), "seed {seed}: {begun:?}");
    assert!(begun.len() == 1 || !covers, "seed {seed}");
    begun.len()
}

#[test]
fn the_number_of_threads_changes_nothing() {
    // Few enough clients for recombination, many enough iterations for it to begin.
    let recombining = random_plain_town(8, 40, Fleet::Ample);
    let in_sectors = random_plain_town(9, 500, Fleet::Ample);
    for (problem, iterations) in [(random_problem(5, 60), 4000), (recombining, 80_000), (in_sectors, 8000)] {
        let config = SolveConfig { lanes: Some(4), ..config(11, iterations) };
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            serde_json::to_string(&pool.install(|| solve(&problem, &config, &Control::none()))).unwrap()
        };
        let alone = on(1);
        for threads in [2, 4, 8] {
            assert_eq!(alone, on(threads), "{threads} threads");
        }
    }
}

#[test]
fn a_cancelled_search_keeps_its_best_and_ends_at_once() {
    let problem = random_problem(3, 80);
    let flag = AtomicBool::new(false);
    let control = Control::none().cancelled_by(&flag).watched_by(|_| flag.store(true, Ordering::Relaxed));
    let config = SolveConfig { stop: StoppingCriterion::Elapsed(Duration::from_mins(1)), ..config(1, 0) };
    let started = Instant::now();
    let solution = solve(&problem, &config, &control);
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(solution.planned_count() > 0 && check(&problem, &solution).violations.is_empty());
}

#[test]
fn clients_that_fit_no_vehicle_have_a_reason_with_what_is_missing() {
    let mut builder = ProblemBuilder::new(1);
    let mut matrix = TravelMatrix::unreachable(3, 3);
    for (from, to) in [(0, 1), (1, 0), (0, 0), (1, 1)] {
        matrix.set(from, to, Seconds(100), Metres(1000));
    }
    builder.profile(matrix);
    builder.depot(Depot { window: window(0, 1000), ..Depot::default() });
    let near = Client { location: 1, delivery: smallvec![5], ..Client::default() };
    builder.client(Client { delivery: smallvec![12], ..near.clone() });
    builder.client(Client { window: window(0, 80), ..near.clone() });
    builder.client(Client { longest_ride: smallvec![Some(Seconds(70))], ..near.clone() });
    builder.client(Client { skills: 2, ..near.clone() });
    builder.client(Client { location: 2, ..near.clone() });
    builder.client(Client { release: at(850), ..near.clone() });
    builder.client(Client { prize: Some(3), ..near });
    builder.vehicle_type(VehicleType { count: 9, capacity: smallvec![10], ..VehicleType::default() });
    let problem = builder.build().unwrap();
    let solution = solve(&problem, &config(0, 500), &Control::none());
    let reasons: Vec<Reason> = solution.unplanned.into_iter().map(|left| left.reason).collect();
    assert_eq!(
        reasons,
        [
            Reason::LoadTooLarge { dimension: 0, over_by: 2 },
            Reason::WindowTooTight { short_by: Seconds(20) },
            Reason::RideTooLong { over_by: Seconds(30) },
            Reason::NoVehicle,
            Reason::Unreachable,
            Reason::WindowTooTight { short_by: Seconds(50) },
            Reason::NotWorthIt,
        ]
    );
}

#[test]
fn a_problem_without_clients_or_vehicles_has_an_empty_solution() {
    for (clients, vehicles) in [(0, 1), (3, 0), (0, 0)] {
        let mut builder = ProblemBuilder::new(0);
        let mut matrix = TravelMatrix::unreachable(1, 1);
        matrix.set(0, 0, Seconds(0), Metres(0));
        builder.profile(matrix);
        builder.depot(Depot::default());
        for _ in 0..clients {
            builder.client(Client::default());
        }
        for _ in 0..vehicles {
            builder.vehicle_type(VehicleType::default());
        }
        let solution = solve(&builder.build().unwrap(), &config(0, 100), &Control::none());
        assert_eq!((solution.routes.len(), solution.unplanned.len()), (0, clients));
    }
}

#[test]
fn what_a_problem_does_not_have_changes_nothing() {
    let config = SolveConfig { stop: StoppingCriterion::Iterations(300), ..SolveConfig::default() };
    let mut count = 0;
    for seed in 0..200 {
        let problem = random_problem(seed, 12);
        if problem.dimensions() > 1 || limits_goods(&problem) || fading_dimensions(&problem) > 0 {
            continue;
        }
        count += 1;
        let instance = Instance::new(&problem, None);
        let lean =
            lanes::run::<RichRules<1, 0, 0>>(&instance, None, StartTime::now(), &config, &Control::none());
        let full = lanes::run::<RichRules<4, 1, { crate::problem::MAX_FADING }>>(
            &instance,
            None,
            StartTime::now(),
            &config,
            &Control::none(),
        );
        assert_eq!(lean.vehicles, full.vehicles, "seed {seed}");
    }
    assert!(count >= 5, "{count}");
}
