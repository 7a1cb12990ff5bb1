//! Prices of parts of the time, and breaks, on a street where the sums can be done by hand; and that the search prefers what
//! they make cheaper.

use super::{Control, SolveConfig, StoppingCriterion, solve};
use crate::check::{Rule, check};
use crate::problem::{Break, Client, Depot, Problem, ProblemBuilder, SoftEnd, TimePrices, VehicleType};
use crate::schedule::schedule;
use crate::solution::{Route, Solution, Trip};
use coldmile_units::{Idx, Metres, Seconds, Seed, TimeWindow, Timestamp, TravelMatrix};

fn window(open: i64, close: i64) -> TimeWindow {
    TimeWindow::new(Timestamp::from_unix(open), Timestamp::from_unix(close)).unwrap()
}

/// A depot at 0 and clients every 600 s along a street, each served for 100 s.
fn street(windows: &[TimeWindow], types: &[VehicleType], change: impl Fn(usize, &mut Client)) -> Problem {
    let size = windows.len() + 1;
    let mut travel = TravelMatrix::unreachable(size, size);
    for (from, to) in (0..size * size).map(|cell| (cell / size, cell % size)) {
        let steps = from.abs_diff(to) as i64;
        travel.set(from, to, Seconds(600 * steps), Metres(steps));
    }
    let mut builder = ProblemBuilder::new(0);
    builder.profile(travel);
    builder.depot(Depot::default());
    for (at, &window) in windows.iter().enumerate() {
        let mut client = Client { location: at + 1, window, service: Seconds(100), ..Client::default() };
        change(at, &mut client);
        builder.client(client);
    }
    for row in types {
        builder.vehicle_type(VehicleType { cost_per_metre: 0, ..row.clone() });
    }
    builder.build().unwrap()
}

fn route(clients: &[u32]) -> Route {
    let trip = Trip { clients: clients.iter().map(|&client| Idx::new(client)).collect() };
    Route { vehicle_type: Idx::new(0), trips: vec![trip] }
}

/// What a route costs by its times, where the referee says the same and nothing is broken.
fn cost(problem: &Problem, clients: &[u32]) -> i64 {
    let solution = Solution { routes: vec![route(clients)], ..Solution::default() };
    let report = check(problem, &solution);
    assert_eq!(report.violations, []);
    assert_eq!(report.cost, schedule(problem, &solution.routes[0]).cost);
    report.cost
}

fn config() -> SolveConfig {
    SolveConfig { seed: Seed(1), stop: StoppingCriterion::Iterations(2000), ..SolveConfig::default() }
}

#[test]
fn travel_service_waiting_and_overtime_have_prices_of_their_own() {
    let priced = |shift_end, max_overtime| VehicleType {
        shift: window(0, shift_end),
        cost_per_second: 1,
        time_prices: TimePrices { travel: 2, service: 3, waiting: 5, overtime: 7 },
        max_overtime: Seconds(max_overtime),
        ..VehicleType::default()
    };
    // The first client opens at 1000, the second closes at 1900. From 400: at the first 1000 to 1100, at the second 1700 to
    // 1800, back at 3000. 2600 s in all, 2400 of them travel, 200 service: 2600 + 4800 + 600.
    let windows = [window(1000, 9000), window(0, 1900)];
    assert_eq!(cost(&street(&windows, &[priced(3000, 0)], |_, _| ()), &[0, 1]), 8000);
    // With a shift until 2500 the last 500 s are overtime: 3500 more.
    assert_eq!(cost(&street(&windows, &[priced(2500, 500)], |_, _| ()), &[0, 1]), 11_500);
    let short = street(&windows, &[priced(2500, 499)], |_, _| ());
    let report = check(&short, &Solution { routes: vec![route(&[0, 1])], ..Solution::default() });
    assert_eq!(report.violations[0].rule, Rule::Late { by: Seconds(1) });
    // Where the first closes at 700 and the second opens at 3000, the route
    // leaves at 100, waits from 1400 until 3000, is back at 4300: 4200 + 4800 + 600 + 5 * 1600, and 1300 s of overtime.
    let apart = [window(0, 700), window(3000, 9000)];
    assert_eq!(cost(&street(&apart, &[priced(3000, 2000)], |_, _| ()), &[0, 1]), 17_600 + 7 * 1300);
}

#[test]
fn who_begins_after_the_shift_is_paid_overtime_for_the_route_alone() {
    let row = VehicleType {
        shift: window(0, 1000),
        time_prices: TimePrices { overtime: 7, ..TimePrices::default() },
        max_overtime: Seconds(9000),
        ..VehicleType::default()
    };
    // There and back from 4400 to 5700.
    assert_eq!(cost(&street(&[window(5000, 6000)], &[row], |_, _| ()), &[0]), 7 * 1300);
}

#[test]
fn clients_go_to_the_vehicle_that_is_allowed_and_cheaper_for_them() {
    let types = [VehicleType::default(), VehicleType::default()];
    let anywhere = [window(0, 90_000); 2];
    let problem = street(&anywhere, &types, |at, client| match at {
        0 => client.bound_to = Some(vec![Idx::new(1)]),
        _ => client.price_by_type = [30, 50].into_iter().collect(),
    });
    let solution = solve(&problem, &config(), &Control::none());
    // Driving is free: the first client on the second vehicle, the second client for 30 on the first one.
    assert_eq!(solution.cost, 30);
    let solution_of = |vehicle_type: u32, clients: &[u32]| Solution {
        routes: vec![Route { vehicle_type: Idx::new(vehicle_type), ..route(clients) }],
        ..Solution::default()
    };
    let broken = check(&problem, &solution_of(0, &[0, 1]));
    assert_eq!((broken.violations[0].rule, broken.violations.len()), (Rule::Bound, 1));
    assert_eq!(check(&problem, &solution_of(1, &[0, 1])).cost, 50);
}

#[test]
fn a_break_is_made_at_a_stop_where_the_route_covers_it() {
    let with_break = |from, to| VehicleType {
        shift: window(0, 9000),
        cost_per_second: 1,
        break_rule: Some(Break { window: window(from, to), duration: Seconds(300) }),
        ..VehicleType::default()
    };
    let windows = [window(600, 700), window(0, 9000), window(3000, 9000)];
    // 0 to 700 at the first client, 1300 to 1400 at the second, 2000 until 3100 at the third, back at 4900: 4900 s from the
    // latest departure at 0 or, as the first closes at 700, at 100 with as much waiting less: 4800 s.
    let plain = VehicleType { break_rule: None, ..with_break(0, 1) };
    assert_eq!(cost(&street(&windows, &[plain], |_, _| ()), &[0, 1, 2]), 4800);
    // A break from 1400 to 1700 at the first client, where service ends at 800, replaces waiting at the third.
    let problem = street(&windows, &[with_break(1400, 1500)], |_, _| ());
    assert_eq!(cost(&problem, &[0, 1, 2]), 4800);
    let stops = &schedule(&problem, &route(&[0, 1, 2])).trips[0].stops;
    let begun: Vec<Option<i64>> = stops.iter().map(|stop| stop.break_start.map(Timestamp::unix)).collect();
    assert_eq!(begun, [Some(1400), None, None]);
    assert_eq!(stops[0].departure, Timestamp::from_unix(1700));
    // One that begins at 3100 or later comes after the third client and makes the route 300 s longer.
    assert_eq!(cost(&street(&windows, &[with_break(3050, 3200)], |_, _| ()), &[0, 1, 2]), 5100);
    // Who is back by 4900 needs none that may begin as late as that.
    assert_eq!(cost(&street(&windows, &[with_break(3050, 4900)], |_, _| ()), &[0, 1, 2]), 4800);
    // Between 1600 and 1650 it can begin at the second client only, by waiting there.
    assert_eq!(cost(&street(&windows, &[with_break(1600, 1650)], |_, _| ()), &[0, 1, 2]), 4800);
    // From 2500 on it can begin at the second client, by waiting there: 2800 leave, 3400 third, 3500 leave, 5300 back, less 100.
    assert_eq!(
        cost(&street(&windows, &[with_break(2500, 2600)], |_, _| ()), &[0, 1, 2]),
        3400 + 100 + 1800 - 100
    );
    // No stop of a single client before 700 leaves time for a break before 650.
    let early = street(&windows[..1], &[with_break(300, 500)], |_, _| ());
    let report = check(&early, &Solution { routes: vec![route(&[0])], ..Solution::default() });
    assert_eq!(report.violations.iter().map(|row| row.rule).collect::<Vec<_>>(), [Rule::NoBreak]);
    let solution = solve(&early, &config(), &Control::none());
    assert!(solution.routes.is_empty());
}

#[test]
fn service_after_a_soft_end_is_weighed_against_waiting() {
    // The second client opens at 3000 and is served for 100 s, so that the route is back at 4300 wherever it departs until
    // 1700. The first is reached 600 s after the departure, and late from 700 on.
    let cost_of = |cost_per_second, shift_start, close| {
        let row = VehicleType { cost_per_second, shift: window(shift_start, 9000), ..VehicleType::default() };
        let windows = [window(0, close), window(3000, 9000)];
        let soft = SoftEnd { at: Timestamp::from_unix(700), price: 2 };
        let problem = street(&windows, &[row], |at, client| client.soft_end = (at == 0).then_some(soft));
        let cost = cost(&problem, &[0, 1]);
        assert_eq!(solve(&problem, &config(), &Control::none()).cost, cost);
        cost
    };
    // A second of waiting costs 1, one of tardiness 2: from 100, in time, 4200 s.
    assert_eq!(cost_of(1, 0, 9000), 4200);
    // Not before 500: 3800 s, and 400 s late.
    assert_eq!(cost_of(1, 500, 9000), 3800 + 2 * 400);
    // Waiting costs 3: as late as there is no waiting, at 1700, 1600 s late.
    assert_eq!(cost_of(3, 0, 9000), 3 * 2600 + 2 * 1600);
    // Where service has to begin by 1000 all the same, at 400.
    assert_eq!(cost_of(3, 0, 1000), 3 * 3900 + 2 * 300);
}
