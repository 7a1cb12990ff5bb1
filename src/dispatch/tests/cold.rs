//! The limits of machine-cooled carriers against the replay of the audit, on random trips.
//!
//! A courier takes the goods out of a store where they have stood so long that they have its temperature, and drives from
//! door to door. Where the audit finds the goods too warm the limit must refuse the trip; where legs last six minutes
//! or more, and the audit leaves 0.2 K, it must admit it.

use crate::cold::{ColdBounds, Period, Stay};
use coldmile_audit::{StraightRoads, audit};
use coldmile_model::cold::{ColdClass, ColdLimits, Keeping};
use coldmile_model::{Compartment, Day, Located, Order, Site};
use coldmile_plan::{
    CostShare, DayPlan, Delivery, Echelon, Handover, Manifest, PLAN_VERSION, PlannedOrder, Run, Stop,
    StopPlace, Totals, Trip,
};
use coldmile_units::{Celsius, Idx, Metres, Money, Seconds, Seed, Timestamp, TravelMatrix};
use coldmile_vrp::{Client, Depot, ProblemBuilder, Route, Rule, Solution, VehicleType};
use rayon::prelude::*;

/// Doors of the longest trip.
const DOORS: usize = 20;

const NETWORK: &str = r#"
version = 1
name = "Doors"
date = "2026-12-01"
timezone = "UTC"
currency = "EUR"
cold = "default"

[weather]
min_c = 20.0
max_c = 20.0

[[site]]
id = "HUB"
kind = "hub"
name = "Hub"
lat = 35.90
lon = 14.45
open = "00:00"
close = "23:59"
handling_min = 0

[[site]]
id = "C"
kind = "centre"
name = "Centre"
lat = 35.90
lon = 14.45
open = "00:00"
close = "23:59"
storage = { ambient_l = 900, chilled_l = 900, frozen_l = 900 }
handling_min = 1200

[[lane]]
from = "HUB"
to = ["C"]

[[wave]]
id = "morning"
cut_off = "-1 22:00"
hub_ready = "00:10"
centre_due = "02:00"

[[vehicle_type]]
id = "van"
profile = "van"
kg = 700
chilled_l = 900
frozen_l = 900
carrier = "reefer-van"
per_day = 25
per_hour = 17
per_km = 0.28
loading_min = 10
co2e_g_per_km = 240

[[courier]]
id = "T"
name = "T"
base = "HUB"
vehicle = "van"
start = "00:00"
end = "23:00"

[[courier]]
id = "V"
name = "V"
base = "C"
vehicle = "van"
start = "00:00"
end = "23:00"
"#;

fn day_of_doors() -> Day {
    let mut day = coldmile_model::read_network(NETWORK.as_bytes(), "network.toml", &["van"]).unwrap();
    let head = "order_id,lon,lat,placed_at,channel,mode,temp_class,kg,litres,tw_start,tw_end,service_min";
    let rows: Vec<String> = std::iter::once(head.to_owned())
        .chain(
            (0..DOORS)
                .map(|door| format!("D{door},14.45,35.90,2026-11-30T12:00,app,door,dairy,1,1,08:00,23:30,2")),
        )
        .collect();
    let rows = rows.join("\n");
    let orders = coldmile_model::read_orders(rows.as_bytes(), "orders.csv", &day, &|_| Located::Unknown);
    day.orders = orders.into_result().unwrap();
    day
}

/// A trip: legs, services and waiting times before service.
struct RandomTrip {
    day: Day,
    stops: Vec<[Seconds; 3]>,
    /// Whether the limit has to be close: default carriers and time constants, goods no colder than the air, one
    /// temperature of up to 31 °C all day, no waiting, doors closed before a leg, legs of six minutes or more.
    is_plain: bool,
    /// How far away the doors are taken to be.
    metres: f64,
}

/// The same with ice instead of a machine: longer legs, and goods that may have been out of the cold.
fn random_trip_with_ice(day: &Day, seed: u64) -> RandomTrip {
    let mut trip = random_trip(day, seed);
    let mut rng = Seed(seed).derive(1).rng();
    let van = trip.day.vehicle_types[Idx::new(0)].carrier;
    let carrier = &mut trip.day.cold.carriers[van];
    for keeping in [&mut carrier.chilled, &mut carrier.frozen].into_iter().flatten() {
        keeping.hold_over_min = Some(10.0 + 240.0 * rng.f64());
        keeping.opening_loss = 5.0 * rng.f64();
        keeping.warm_up_min = 10.0 + 200.0 * rng.f64();
        keeping.recovery_min = keeping.recovery_min.max(0.5);
    }
    trip.stops.truncate(rng.usize(1..8));
    let longest = [900, 3_600, 7_200][rng.usize(..3)];
    for [leg, ..] in &mut trip.stops {
        *leg = Seconds(rng.i64(0..longest));
    }
    trip.is_plain = false;
    trip.metres = 20_000.0 * rng.f64();
    trip
}

fn random_trip(day: &Day, seed: u64) -> RandomTrip {
    let mut rng = Seed(seed).rng();
    let mut day = day.clone();
    let is_plain = rng.bool();
    let compartment = if rng.bool() { Compartment::Chilled } else { Compartment::Frozen };
    let carrier = if is_plain {
        let id = if rng.bool() { "reefer-van" } else { "reefer-truck" };
        day.cold.carriers[day.cold.carrier_by_id(id).unwrap()].clone()
    } else {
        let keeping = Keeping {
            hold_c: Celsius(-25.0 + 30.0 * rng.f64()),
            hold_over_min: None,
            reference_c: Celsius(30.0),
            opening_share: 0.5 * rng.f64(),
            recovery_min: 12.0 * rng.f64(),
            opening_loss: 0.0,
            warm_up_min: 60.0,
        };
        let of_default = day.cold.carriers[Idx::new(0)].clone();
        coldmile_model::cold::Carrier {
            chilled: Some(keeping.clone()),
            frozen: Some(keeping),
            door_open: Seconds(rng.i64(0..400)),
            ..of_default
        }
    };
    let hold = carrier.keeping(compartment).unwrap().hold_c.0;
    let van = day.cold.carrier_by_id("reefer-van").unwrap();
    day.cold.carriers[van] = carrier;
    let store = Celsius(hold + if is_plain { 6.0 * rng.f64() } else { 12.0 * rng.f64() - 6.0 });
    (day.cold.fridge_c, day.cold.freezer_c) = (Some(store), Some(store));
    let class = day.orders[Idx::new(0)].parcels[0].class;
    day.cold.classes[class] = ColdClass {
        compartment,
        limits: Some(ColdLimits {
            set_point_c: store,
            accept_c: Celsius(200.0),
            reject_c: Celsius(200.0),
            settling_min: if is_plain { 60.0 } else { 25.0 } + 180.0 * rng.f64(),
        }),
        longest_ride: None,
        ..day.cold.classes[class].clone()
    };
    let warmest = -5.0 + if is_plain { 36.0 } else { 50.0 } * rng.f64();
    for celsius in &mut day.weather.hourly_c {
        *celsius = if is_plain { warmest } else { warmest - 10.0 * rng.f64() };
    }
    let doors = rng.usize(1..=DOORS);
    let legs = if is_plain { 360..1200 } else { 0..1200 };
    let services = if is_plain { day.cold.carriers[van].door_open.0..500 } else { 0..500 };
    let stops = (0..doors)
        .map(|_| {
            let wait = if is_plain || rng.u8(..) < 200 { 0 } else { rng.i64(0..900) };
            [rng.i64(legs.clone()), rng.i64(services.clone()), wait].map(Seconds)
        })
        .collect();
    RandomTrip { day, stops, is_plain, metres: 0.0 }
}

/// When the truck is there, and when its goods are ready.
fn arrival(day: &Day) -> [Timestamp; 2] {
    let arrival = day.network.waves[Idx::new(0)].hub_ready;
    [arrival, arrival + day.network.sites()[centre(day)].handling]
}

fn centre(day: &Day) -> Idx<Site> {
    day.network.site_by_id("C").unwrap()
}

fn plan_of(trip: &RandomTrip) -> DayPlan {
    let day = &trip.day;
    let orders: Vec<&Order> = day.orders.iter().take(trip.stops.len()).collect();
    let [arrival, ready] = arrival(day);
    let parcels = |order: &Order| order.parcels.iter().map(|parcel| parcel.id.clone()).collect::<Vec<_>>();
    let point = day.network.sites()[centre(day)].point;
    let stop = |place, [arrives_at, starts_at, departs_at]: [Timestamp; 3], parcels| Stop {
        place,
        point,
        arrives_at,
        starts_at,
        departs_at,
        parcels,
        walk: None,
    };
    let brought = stop(
        StopPlace::Centre { site: "C".into(), wave: "morning".into() },
        [arrival; 3],
        orders.iter().flat_map(|order| parcels(order)).collect(),
    );
    let mut now = ready + Seconds(600);
    let departs_at = now;
    let mut stops = Vec::new();
    for (order, &[leg, service, wait]) in orders.iter().zip(&trip.stops) {
        let arrives_at = now + leg;
        now = arrives_at + wait + service;
        let place = StopPlace::Door { order: order.id.clone() };
        stops.push(stop(place, [arrives_at, arrives_at + wait, now], parcels(order)));
    }
    let run = |id: &str, echelon, base: &str, departs_at, returns_at, stops: Vec<Stop>| Run {
        id: coldmile_units::Id::new(format!("R-{id}")),
        echelon,
        courier: id.into(),
        vehicle: "van".into(),
        base: base.into(),
        trips: vec![Trip {
            loads_at: departs_at,
            departs_at,
            returns_at,
            manifest: Manifest::default(),
            stops,
            legs: Vec::new(),
        }],
        breaks: Vec::new(),
        starts_at: departs_at,
        ends_at: returns_at,
        distance: Metres::ZERO,
        cost: Money(0),
        footprint: None,
    };
    let planned = (orders.iter().zip(&stops).enumerate())
        .map(|(at, (order, stop))| PlannedOrder {
            order: order.id.clone(),
            centre: "C".into(),
            wave: "morning".into(),
            handover: Handover::Door,
            linehaul: "R-T".into(),
            ready_at: ready,
            leaves_at: departs_at,
            delivery: Some(Delivery { run: "R-V".into(), trip: 0, stop: at, at: stop.starts_at }),
            walk: None,
            cost: CostShare::default(),
            footprint: None,
            direct: None,
        })
        .collect();
    DayPlan {
        version: PLAN_VERSION,
        name: day.name.clone(),
        date: day.date.to_string(),
        timezone: day.timezone.clone(),
        currency: day.currency.clone(),
        attribution: String::new(),
        totals: Totals::default(),
        waves: Vec::new(),
        runs: vec![
            run("T", Echelon::Linehaul, "HUB", arrival, arrival, vec![brought]),
            run("V", Echelon::LastMile, "C", departs_at, now, stops),
        ],
        orders: planned,
        unplanned: Vec::new(),
    }
}

/// Whether the limits admit the trip when goods may reach `accept` at their doors.
fn is_admitted(trip: &RandomTrip, accept: f64) -> bool {
    let mut day = trip.day.clone();
    let class = day.orders[Idx::new(0)].parcels[0].class;
    let limits = day.cold.classes[class].limits.as_mut().unwrap();
    limits.accept_c = Celsius(accept);
    let bounds = ColdBounds::new(&day, centre(&day), Seconds(600));
    let count = trip.stops.len();
    let mut travel = TravelMatrix::unreachable(count + 1, count + 1);
    for (at, &[leg, ..]) in trip.stops.iter().enumerate() {
        travel.set(at, at + 1, leg, Metres(1));
    }
    travel.set(count, 0, Seconds(60), Metres(1));
    let mut builder = ProblemBuilder::new(0);
    builder.profile(travel);
    builder.depot(Depot::default());
    let [arrival, ready] = arrival(&day);
    let last = trip.stops.iter().flatten().fold(ready + Seconds(600), |sum, &span| sum + span);
    let stay = Stay {
        transfer: Period { from: arrival, until: arrival + day.cold.transfer },
        ride: Period { from: ready, until: last },
        metres: trip.metres,
    };
    for (at, (order, &[_, service, _])) in day.orders.iter().zip(&trip.stops).enumerate() {
        let mut client = Client { location: at + 1, service, ..Client::default() };
        bounds.limit(&mut client, order.parcels.iter(), stay);
        builder.client(client);
    }
    let carrier = day.vehicle_types[Idx::new(0)].carrier;
    builder.vehicle_type(VehicleType {
        carrier: carrier.get(),
        fading: bounds.fading(carrier),
        ..VehicleType::default()
    });
    let problem = builder.build().unwrap();
    let clients = problem.clients().indices().collect();
    let routes = vec![Route { vehicle_type: Idx::new(0), trips: vec![coldmile_vrp::Trip { clients }] }];
    let report = coldmile_vrp::check(&problem, &Solution { routes, ..Solution::default() });
    !report
        .violations
        .iter()
        .any(|violation| matches!(violation.rule, Rule::Exposure { .. } | Rule::Ride { .. }))
}

/// Tries so many trips; how many of them had to be admitted.
fn try_trips(count: u64, random_trip: impl Fn(&Day, u64) -> RandomTrip + Sync) -> usize {
    let day = day_of_doors();
    let roads = StraightRoads { speeds: vec![("van".to_owned(), 10.0)], coast: -90.0 };
    let tried: Vec<Result<bool, String>> = (0..count)
        .into_par_iter()
        .map(|seed| {
            let trip = random_trip(&day, seed);
            let report = audit(&trip.day, &plan_of(&trip), &roads);
            if report.parcels.len() != trip.stops.len() {
                return Err(format!("seed {seed}: {} parcels replayed", report.parcels.len()));
            }
            let warmest = report.parcels.iter().map(|parcel| parcel.handover_c).fold(f64::MIN, f64::max);
            if is_admitted(&trip, warmest - 1e-4) {
                return Err(format!("seed {seed}: admitted, though the audit finds {warmest} °C"));
            }
            if trip.is_plain && !is_admitted(&trip, warmest + 0.2) {
                return Err(format!("seed {seed}: refused, though the audit leaves 0.2 K to {warmest} °C"));
            }
            Ok(trip.is_plain)
        })
        .collect();
    let wrong: Vec<&String> = tried.iter().filter_map(|tried| tried.as_ref().err()).collect();
    assert!(wrong.is_empty(), "{} of {count}: {:#?}", wrong.len(), &wrong[..wrong.len().min(9)]);
    tried.into_iter().flatten().filter(|is_plain| *is_plain).count()
}

#[test]
fn no_trip_is_admitted_that_the_audit_refuses_and_few_are_refused_that_it_admits() {
    assert!(try_trips(1_500, random_trip) > 600);
    try_trips(1_500, random_trip_with_ice);
}

#[test]
fn trips_with_ice_are_admitted_that_have_some_kelvin_to_spare() {
    let day = day_of_doors();
    let roads = StraightRoads { speeds: vec![("van".to_owned(), 10.0)], coast: -90.0 };
    let is_admitted = |seed: u64| {
        let trip = random_trip_with_ice(&day, seed);
        let report = audit(&trip.day, &plan_of(&trip), &roads);
        let warmest = report.parcels.iter().map(|parcel| parcel.handover_c).fold(f64::MIN, f64::max);
        is_admitted(&trip, warmest + 5.0)
    };
    let admitted = (0..500).filter(|&seed| is_admitted(seed)).count();
    assert!(admitted > 150, "{admitted} of 500");
}

/// `cargo test --release -p coldmile-dispatch -- --ignored a_million_trips`
#[test]
#[ignore = "minutes of replays; some of the same kind run by default"]
fn a_million_trips_agree_with_the_audit() {
    try_trips(1_000_000, random_trip);
    try_trips(1_000_000, random_trip_with_ice);
}
