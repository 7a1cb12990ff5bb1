//! A tiny day and a valid plan of it, made by hand for the tests.
//!
//! ```text
//! hub H ──truck──► C1 ──van──► o1 (dairy, dry), o2 (dry); home; o7 (dry)     pickup at C1: o3 (dairy)
//!            └───► C2 ──bike─► o4 (frozen)                                   pickup at C2: o5 (dry)
//! ```
//!
//! o6 stays out at sea. Roads are straight, and the sums are taken here in floats, unlike the audit's integer arithmetic.

use crate::{Roads, StraightRoads, VehicleProfile};
use coldmile_geometry::Point;
use coldmile_model::cold::{Carrier, ColdClass, ColdLimits, ColdRules, Keeping};
use coldmile_model::{
    Channel, Compartment, Courier, Day, DayRules, Fulfilment, Load, Network, Order, Parcel, Prices, Site,
    SiteKind, Storage, VehicleType, WaveSchedule, Weather,
};
use coldmile_plan::{
    CostShare, DayPlan, Delivery, Detail, Details, Direct, DirectTotals, Echelon, Footprint, FootprintShare,
    Handover, Leg, Manifest, ObjectiveParts, PLAN_VERSION, PlannedOrder, Run, Stop, StopPlace, Totals, Trip,
    UnplannedOrder, Walk, Wave,
};
use coldmile_road::RoadUse;
use coldmile_units::{
    Celsius, Grams, Id, Idx, Metres, Millilitres, Money, Seconds, Table, TimeWindow, Timestamp,
};

/// Positions of the runs in the plan.
pub const TRUCK: usize = 0;
pub const BIKE: usize = 1;
pub const VAN: usize = 2;

/// Midnight of 2026-03-17 in Malta.
const MIDNIGHT: i64 = 1_773_702_000;

/// The instant of this time of day.
pub fn clock(hour: i64, minute: i64) -> Timestamp {
    Timestamp::from_unix(MIDNIGHT + hour * 3600 + minute * 60)
}

pub fn window(open: (i64, i64), close: (i64, i64)) -> TimeWindow {
    TimeWindow::new(clock(open.0, open.1), clock(close.0, close.1)).unwrap()
}

pub fn roads() -> StraightRoads {
    let speed = |name: &str, metres: f64| (name.to_owned(), metres);
    StraightRoads {
        speeds: vec![speed("truck", 10.0), speed("van", 8.0), speed("bike", 5.0), speed("foot", 1.25)],
        coast: 36.2,
    }
}

fn site(id: &str, kind: SiteKind, latitude: f64, longitude: f64) -> Site {
    let litres = |litres: i64| Millilitres(if kind == SiteKind::Hub { 0 } else { litres * 1_000 });
    let is_hub = kind == SiteKind::Hub;
    Site {
        id: id.into(),
        kind,
        name: id.to_owned(),
        point: Point::new(latitude, longitude).unwrap(),
        hours: if is_hub { window((4, 0), (22, 0)) } else { window((6, 30), (20, 0)) },
        storage: Storage { ambient: litres(200), chilled: litres(60), frozen: litres(30) },
        handling: Seconds(if is_hub { 0 } else { 900 }),
        handling_cost: Money(if is_hub { 0 } else { 15 }),
        fixed_cost: Money(if is_hub { 0 } else { 1_000 }),
        per_parcel_unload: None,
        storage_door: None,
    }
}

fn vehicle(id: &str, profile: &str, carrier: u32, litres: [i64; 3], prices: (i64, i64, i64)) -> VehicleType {
    VehicleType {
        id: id.into(),
        profile: profile.to_owned(),
        capacity: Load { mass: Grams(1_000_000), volumes: litres.map(|litres| Millilitres(litres * 1_000)) },
        carrier: Idx::new(carrier),
        prices: Prices {
            per_day: Money(prices.0),
            per_hour: Money(prices.1),
            per_km: Money(prices.2),
            ..Prices::default()
        },
        loading: Seconds(if profile == "truck" { 600 } else { 300 }),
        max_trips: 2,
        range: (profile == "bike").then_some(Metres(30_000)),
        size: None,
        co2e_g_per_km: if profile == "bike" { 5 } else { 333 },
        max_overtime: Seconds::ZERO,
        litres: None,
        movable_walls: false,
        max_parcel: None,
    }
}

fn courier(id: &str, base: u32, vehicle: u32) -> Courier {
    let shift = if base == 0 { window((5, 0), (12, 0)) } else { window((7, 30), (16, 0)) };
    Courier {
        id: id.into(),
        name: id.to_owned(),
        base: Idx::new(base),
        vehicle: Idx::new(vehicle),
        shift,
        break_rule: None,
    }
}

fn class(id: &str, compartment: Compartment, limits: Option<[f64; 4]>) -> ColdClass {
    let limits = limits.map(|[set, accept, reject, settling_min]| ColdLimits {
        set_point_c: Celsius(set),
        accept_c: Celsius(accept),
        reject_c: Celsius(reject),
        settling_min,
    });
    let longest_ride = (compartment == Compartment::Chilled).then_some(Seconds(7_200));
    ColdClass { id: id.into(), compartment, limits, longest_ride }
}

fn keeping(hold: f64, hold_over_min: Option<f64>) -> Keeping {
    Keeping {
        hold_c: Celsius(hold),
        hold_over_min,
        reference_c: Celsius(30.0),
        opening_share: 0.3,
        recovery_min: 4.0,
        opening_loss: 1.0,
        warm_up_min: 60.0,
    }
}

fn order(id: &str, fulfilment: Fulfilment, at: (f64, f64), parcels: &[(&str, u32)]) -> Order {
    let parcel = |&(id, class): &(&str, u32)| Parcel {
        id: id.into(),
        class: Idx::new(class),
        mass: Grams(2_000),
        volume: Millilitres(10_000),
    };
    let mut load = Load::default();
    for &(_, class) in parcels {
        load.mass += Grams(2_000);
        load.volumes[class as usize] += Millilitres(10_000);
    }
    Order {
        id: id.into(),
        point: Point::new(at.0, at.1).unwrap(),
        address: None,
        recipient: None,
        phone: None,
        channel: Channel::App,
        fulfilment,
        placed_at: clock(4, 30),
        window: window((8, 0), (13, 0)),
        service: Seconds(180),
        centre: None,
        group: None,
        parcels: parcels.iter().map(parcel).collect(),
        load,
        priority: Order::USUAL_PRIORITY,
        parcel_size: None,
        shelf_life: None,
        pin: coldmile_model::Pin::Exact,
    }
}

/// A network like `network`, with one site changed and the lanes that `keeps` lets through.
pub fn rebuilt(network: &Network, change: impl Fn(&mut Site), keeps: impl Fn(&str) -> bool) -> Network {
    let mut new = Network::default();
    for site in network.sites() {
        let mut site = site.clone();
        change(&mut site);
        new.add_site(site);
    }
    for (from, _) in network.sites().enumerate() {
        for to in network.supplied(from).filter(|&to| keeps(network.sites()[to].id.as_str())) {
            new.add_lane(from, to);
        }
    }
    new.waves = network.waves.clone();
    new
}

pub fn day() -> Day {
    let mut network = Network::default();
    let hub = network.add_site(site("H", SiteKind::Hub, 35.90, 14.45));
    for (id, latitude, longitude) in [("C1", 35.90, 14.50), ("C2", 35.88, 14.47)] {
        let centre = network.add_site(site(id, SiteKind::Centre, latitude, longitude));
        network.add_lane(hub, centre);
    }
    network.waves.push(WaveSchedule {
        id: "morning".into(),
        cut_off: clock(5, 0),
        hub_ready: clock(6, 0),
        centre_due: clock(8, 0),
    });
    let carrier = |id: &str, chilled, frozen, door_open| Carrier {
        id: id.into(),
        chilled: Some(chilled),
        frozen: Some(frozen),
        door_open: Seconds(door_open),
    };
    Day {
        name: "Tiny".to_owned(),
        date: jiff::civil::date(2026, 3, 17),
        timezone: "Europe/Malta".to_owned(),
        currency: "EUR".to_owned(),
        network,
        vehicle_types: Table::from(vec![
            vehicle("truck", "truck", 0, [1000, 500, 200], (10_000, 2_400, 55)),
            vehicle("van", "van", 1, [500, 100, 0], (4_000, 1_800, 27)),
            vehicle("bike", "bike", 1, [80, 40, 20], (1_000, 1_500, 3)),
        ]),
        couriers: Table::from(vec![
            courier("truck", 0, 0),
            courier("van", 1, 1),
            courier("bike", 2, 2),
            courier("spare-van", 2, 1),
            courier("spare-bike", 1, 2),
        ]),
        orders: Table::from(vec![
            order("o1", Fulfilment::Door, (35.905, 14.505), &[("p1", 1), ("p1b", 0)]),
            order("o2", Fulfilment::Door, (35.908, 14.501), &[("p2", 0)]),
            order("o3", Fulfilment::Pickup, (35.901, 14.501), &[("p3", 1)]),
            order("o4", Fulfilment::Door, (35.878, 14.473), &[("p4", 2)]),
            order("o5", Fulfilment::Either, (35.881, 14.471), &[("p5", 0)]),
            order("o6", Fulfilment::Door, (36.5, 14.9), &[("p6", 0)]),
            order("o7", Fulfilment::Either, (35.897, 14.503), &[("p7", 0)]),
        ]),
        cold: ColdRules {
            classes: Table::from(vec![
                class("dry", Compartment::Ambient, None),
                class("dairy", Compartment::Chilled, Some([3.0, 7.0, 10.0, 30.0])),
                class("frozen", Compartment::Frozen, Some([-20.0, -15.0, -12.0, 20.0])),
            ]),
            carriers: Table::from(vec![
                carrier("reefer", keeping(3.0, None), keeping(-20.0, None), 120),
                carrier("box", keeping(2.0, Some(300.0)), keeping(-20.0, Some(120.0)), 45),
            ]),
            fridge_c: Some(Celsius(4.0)),
            freezer_c: Some(Celsius(-20.0)),
            transfer: Seconds(120),
        },
        weather: Weather { hourly_c: [25.0; 24], midnight: clock(0, 0) },
        family_hour: Money(3_600),
        rules: DayRules::default(),
        late_hour: Money::ZERO,
    }
}

/// A stop to plan: what is visited, where, for how long, and what is handed over.
type Visit = (StopPlace, Point, Seconds, Vec<Id<Parcel>>);

fn door(day: &Day, id: &str) -> Visit {
    let order = day.orders.iter().find(|order| order.id.as_str() == id).unwrap();
    let parcels = order.parcels.iter().map(|parcel| parcel.id.clone()).collect();
    (StopPlace::Door { order: id.into() }, order.point, order.service, parcels)
}

fn supply(day: &Day, id: &str, parcels: &[&str]) -> Visit {
    let site = &day.network.sites()[day.network.site_by_id(id).unwrap()];
    let place = StopPlace::Centre { site: id.into(), wave: "morning".into() };
    (place, site.point, Seconds(240), parcels.iter().map(|&parcel| parcel.into()).collect())
}

fn leg(profile: &str, from: Point, to: Point) -> Leg {
    let (duration, distance) =
        roads().travel(VehicleProfile { name: profile, road_use: RoadUse::default() }, from, &[to])[0]
            .unwrap();
    let ends = [from, to].map(|at| geo::Coord { x: at.longitude(), y: at.latitude() });
    Leg { duration, distance, line: polyline::encode_coordinates(ends, 5).unwrap() }
}

/// Lists the parcels of a trip in loading order and adds up their load.
pub fn relist(day: &Day, trip: &mut Trip) {
    let stops = trip.stops.iter().rev();
    trip.manifest.parcels = stops.flat_map(|stop| stop.parcels.iter().cloned()).collect();
    trip.manifest.load = Load::default();
    for id in &trip.manifest.parcels {
        let parcel =
            day.orders.iter().flat_map(|order| &order.parcels).find(|parcel| parcel.id == *id).unwrap();
        trip.manifest.load.mass += parcel.mass;
        trip.manifest.load.volumes[parcel.class.get()] += parcel.volume;
    }
}

fn trip(day: &Day, base: &Site, vehicle: &VehicleType, loads_at: Timestamp, visits: &[Visit]) -> Trip {
    let departs_at = loads_at + vehicle.loading;
    let (mut now, mut here) = (departs_at, base.point);
    let (mut stops, mut legs) = (Vec::new(), Vec::new());
    for (place, point, service, parcels) in visits {
        legs.push(leg(&vehicle.profile, here, *point));
        now += legs[legs.len() - 1].duration;
        here = *point;
        let (place, parcels) = (place.clone(), parcels.clone());
        let departs_at = now + *service;
        stops.push(Stop {
            place,
            point: here,
            arrives_at: now,
            starts_at: now,
            departs_at,
            parcels,
            walk: None,
        });
        now = departs_at;
    }
    legs.push(leg(&vehicle.profile, here, base.point));
    let returns_at = now + legs[legs.len() - 1].duration;
    let mut trip = Trip { loads_at, departs_at, returns_at, manifest: Manifest::default(), stops, legs };
    relist(day, &mut trip);
    trip
}

fn run(day: &Day, courier: u32, echelon: Echelon, trips: &[(Timestamp, Vec<Visit>)]) -> Run {
    let courier = &day.couriers[Idx::new(courier)];
    let vehicle = &day.vehicle_types[courier.vehicle];
    let base = &day.network.sites()[courier.base];
    let trips: Vec<Trip> =
        trips.iter().map(|(loads_at, visits)| trip(day, base, vehicle, *loads_at, visits)).collect();
    let (starts_at, ends_at) = (trips[0].loads_at, trips[trips.len() - 1].returns_at);
    let distance: Metres = trips.iter().flat_map(|trip| &trip.legs).map(|leg| leg.distance).sum();
    let hours = (ends_at - starts_at).0 as f64 / 3600.0;
    let cost = vehicle.prices.per_day.0 as f64
        + vehicle.prices.per_hour.0 as f64 * hours
        + vehicle.prices.per_km.0 as f64 * distance.0 as f64 / 1000.0;
    Run {
        id: Id::new(format!("R-{}", courier.id)),
        echelon,
        courier: courier.id.clone(),
        vehicle: vehicle.id.clone(),
        base: base.id.clone(),
        trips,
        breaks: Vec::new(),
        starts_at,
        ends_at,
        distance,
        cost: Money(cost.round() as i64),
        footprint: None,
    }
}

/// The plan of [`day`], valid in every respect.
pub fn plan(day: &Day) -> DayPlan {
    let truck_visits =
        vec![supply(day, "C1", &["p1", "p1b", "p2", "p3", "p7"]), supply(day, "C2", &["p4", "p5"])];
    let mut runs = vec![
        run(day, 0, Echelon::Linehaul, &[(clock(6, 30), truck_visits)]),
        run(day, 2, Echelon::LastMile, &[(clock(8, 0), vec![door(day, "o4")])]),
        run(
            day,
            1,
            Echelon::LastMile,
            &[(clock(8, 0), vec![door(day, "o1"), door(day, "o2")]), (clock(9, 0), vec![door(day, "o7")])],
        ),
    ];
    cool(day, &mut runs);
    let ready = |stop: usize| runs[TRUCK].trips[0].stops[stop].starts_at + Seconds(900);
    let visit = |run: usize, trip: usize, stop: usize| Delivery {
        run: runs[run].id.clone(),
        trip,
        stop,
        at: runs[run].trips[trip].stops[stop].starts_at,
    };
    let planned = |id: &str, centre: usize, delivery: Option<Delivery>, parcels: i64| PlannedOrder {
        order: id.into(),
        centre: ["C1", "C2"][centre].into(),
        wave: "morning".into(),
        handover: if delivery.is_some() { Handover::Door } else { Handover::Pickup },
        linehaul: "R-truck".into(),
        ready_at: ready(centre),
        leaves_at: delivery.as_ref().map_or(clock(13, 0), |visit| {
            runs.iter().find(|run| run.id == visit.run).unwrap().trips[visit.trip].loads_at
        }),
        walk: delivery.is_none().then(|| {
            let door = day.orders.iter().find(|order| order.id.as_str() == id).unwrap().point;
            let base = &day.network.sites()[day.network.site_by_id(["C1", "C2"][centre]).unwrap()];
            let there = leg("foot", base.point, door);
            Walk { duration: there.duration + there.duration, distance: there.distance + there.distance }
        }),
        delivery,
        cost: CostShare { handling: Money(15 * parcels), ..CostShare::default() },
        footprint: Some(FootprintShare::default()),
        direct: None,
    };
    let mut orders = vec![
        planned("o1", 0, Some(visit(VAN, 0, 0)), 2),
        planned("o2", 0, Some(visit(VAN, 0, 1)), 1),
        planned("o3", 0, None, 1),
        planned("o4", 1, Some(visit(BIKE, 0, 0)), 1),
        planned("o5", 1, None, 1),
        planned("o7", 0, Some(visit(VAN, 1, 0)), 1),
    ];
    // By litres: two parcels of o1, one of each other order; in the order in which the truck unloads them. The chilled parcels of
    // o1 and o3 ride equally long; o4 has the only frozen one, as on the bike.
    let truck = [(0, 20.0), (1, 10.0), (2, 10.0), (5, 10.0), (3, 10.0), (4, 10.0)];
    let cold = |run: usize| runs[run].footprint.unwrap();
    let halves = split(cold(TRUCK).chilled_j, &[1.0, 1.0]);
    share(
        &mut orders,
        day,
        &runs[TRUCK],
        &truck,
        &[(0, halves[0]), (2, halves[1]), (3, cold(TRUCK).frozen_j)],
    );
    let far = |order: usize, base: usize| {
        let door =
            day.orders.iter().find(|row| row.id == ["o1", "o2", "", "o4", "", "o7"][order].into()).unwrap();
        let base = &day.network.sites()[day.network.site_by_id(["C1", "C2"][base]).unwrap()];
        (order, 180.0 + base.point.distance_m(door.point).floor())
    };
    let van = [far(0, 0), far(1, 0), far(5, 0)];
    share(&mut orders, day, &runs[VAN], &van, &[(0, cold(VAN).chilled_j)]);
    share(&mut orders, day, &runs[BIKE], &[far(3, 1)], &[(3, cold(BIKE).frozen_j)]);
    for members in [&[0, 1, 2, 5][..], &[3, 4]] {
        for (&at, part) in members.iter().zip(split(1_000, &vec![1.0; members.len()])) {
            orders[at].cost.centre = Money(part);
        }
    }
    straight(day, &mut orders);
    let wave = |centre: usize, orders: &[&str]| Wave {
        centre: ["C1", "C2"][centre].into(),
        schedule: "morning".into(),
        ready_at: ready(centre),
        orders: orders.iter().map(|&order| order.into()).collect(),
    };
    DayPlan {
        version: PLAN_VERSION,
        name: day.name.clone(),
        date: "2026-03-17".to_owned(),
        timezone: day.timezone.clone(),
        currency: day.currency.clone(),
        attribution: "straight lines".to_owned(),
        totals: totals(day, &runs, &orders),
        waves: vec![wave(0, &["o1", "o2", "o3", "o7"]), wave(1, &["o4", "o5"])],
        runs,
        orders,
        unplanned: vec![UnplannedOrder {
            order: "o6".into(),
            code: "unplanned/too-far-from-road".to_owned(),
            impossible: true,
            // 0.3 degrees of latitude north of the coast.
            details: Details::from([
                ("distance_m".to_owned(), Detail::Whole(33_358)),
                ("limit_m".to_owned(), Detail::Whole(300)),
            ]),
            reason: "the door is 33358 m from the nearest usable road; 300 m is the limit".to_owned(),
            tried: Vec::new(),
            relaxations: Vec::new(),
        }],
    }
}

/// What the runs emit and take, by hand. It is 25 °C all day.
fn cool(day: &Day, runs: &mut [Run]) {
    let seconds =
        |run: &Run, stop: usize| (run.trips[0].stops[stop].starts_at - run.trips[0].departs_at).0 as f64;
    // W/(m² K) × the surface of a cube × kelvin × seconds.
    let walls = |watts: f64, cubic_metres: f64, kelvin: f64, seconds: f64| {
        watts * 6.0 * cubic_metres.powf(2.0 / 3.0) * kelvin * seconds
    };
    // The door opens once with frozen goods on board, at C1: 1.5 changes of 0.16 m³ of air at 1.3944 kg/m³ that gain 73.8 kJ/kg.
    let opening = 24_694.2;
    let truck = (
        walls(0.4, 0.5, 22.0, seconds(&runs[TRUCK], 0)),
        walls(0.4, 0.2, 45.0, seconds(&runs[TRUCK], 1)) + opening,
    );
    let bike = (0.0, walls(0.55, 0.02, 45.0, seconds(&runs[BIKE], 0)));
    let van = (walls(1.48, 0.1, 23.0, seconds(&runs[VAN], 0)), 0.0);
    for (run, (chilled, frozen), has_machine) in
        [(TRUCK, truck, true), (BIKE, bike, false), (VAN, van, false)]
    {
        let run = &mut runs[run];
        let vehicle = day.vehicle_types.iter().find(|vehicle| vehicle.id == run.vehicle).unwrap();
        // 4.0 and 3.0 kWh of heat a litre of diesel; 2.0 and 1.3 a kWh of electricity.
        let by = |a: f64, b: f64| (chilled / 3_600.0 / a).round() + (frozen / 3_600.0 / b).round();
        let (diesel, electricity) = if has_machine { (by(4.0, 3.0), 0.0) } else { (0.0, by(2.0, 1.3)) };
        run.footprint = Some(Footprint {
            driving_g: (vehicle.co2e_g_per_km as f64 * run.distance.0 as f64 / 1000.0).round() as i64,
            cooling_g: (diesel * 3.24 + electricity * 0.4).round() as i64,
            chilled_j: chilled.round() as i64,
            frozen_j: frozen.round() as i64,
            diesel_ml: diesel as i64,
            electricity_wh: electricity as i64,
        });
    }
}

/// What the orders would cost straight from the hub, by hand: all six on one trip of a bike, which keeps all of them.
fn straight(day: &Day, orders: &mut [PlannedOrder]) {
    let hub = day.network.sites()[Idx::new(0)].point;
    let row = |planned: &PlannedOrder| day.orders.iter().find(|order| order.id == planned.order).unwrap();
    let doors: Vec<Point> = orders.iter().map(|planned| row(planned).point).collect();
    let legs: Vec<Leg> = doors.iter().map(|&door| leg("bike", hub, door)).collect();
    let roads: f64 = legs.iter().map(|leg| leg.distance.0 as f64).sum();
    let bends = roads / doors.iter().map(|&door| hub.distance_m(door)).sum::<f64>();
    let pace = legs.iter().map(|leg| leg.duration.0 as f64).sum::<f64>() / roads;
    for (at, planned) in orders.iter_mut().enumerate() {
        let others = doors.iter().enumerate().filter(|(other, _)| *other != at);
        let nearest = others.map(|(_, &door)| doors[at].distance_m(door)).fold(f64::INFINITY, f64::min);
        // Of six stops: 1 - 1/6 - 1/(2 × 2.4495).
        let hop = 1.4248 * nearest * bends * 0.629_209;
        let metres = hop + legs[at].distance.0 as f64 / 3.0;
        // 10.00 a day, 300 s of loading and the road there and back for six; 180 s at the door. 15.00 an hour, 0.03 a kilometre.
        let seconds = hop * pace + legs[at].duration.0 as f64 / 3.0 + 50.0 + 180.0;
        let cost = 1_000.0 / 6.0 + 1_500.0 * seconds / 3_600.0 + 3.0 * metres / 1_000.0;
        planned.direct = Some(Direct {
            vehicle: "bike".into(),
            cost: Money(cost.round() as i64),
            distance: Metres(metres.round() as i64),
            co2e_g: (5.0 * metres / 1_000.0).round() as i64,
        });
    }
}

/// Shares what a run costs and emits among orders: by weight, what cooling takes by joules.
fn share(
    orders: &mut [PlannedOrder],
    day: &Day,
    run: &Run,
    weights: &[(usize, f64)],
    joules: &[(usize, i64)],
) {
    let Footprint { driving_g, cooling_g, .. } = run.footprint.unwrap();
    let vehicle = day.vehicle_types.iter().find(|vehicle| vehicle.id == run.vehicle).unwrap();
    let price = vehicle.prices.per_km.0 as f64 * run.distance.0 as f64 / 1000.0;
    let cold = (price * cooling_g as f64 / (cooling_g + driving_g) as f64).round() as i64;
    let by_weight: Vec<f64> = weights.iter().map(|&(_, weight)| weight).collect();
    let (paid, driving) = (split(run.cost.0 - cold, &by_weight), split(driving_g, &by_weight));
    for (at, &(order, _)) in weights.iter().enumerate() {
        let order = &mut orders[order];
        match run.echelon {
            Echelon::Linehaul => order.cost.linehaul = Money(paid[at]),
            Echelon::LastMile => order.cost.last_mile = Money(paid[at]),
        }
        order.footprint.as_mut().unwrap().driving_g += driving[at];
    }
    let by_joules: Vec<f64> = joules.iter().map(|&(_, joules)| joules as f64).collect();
    let (surcharges, emitted) = (split(cold, &by_joules), split(cooling_g, &by_joules));
    for (at, &(order, joules)) in joules.iter().enumerate() {
        let footprint = FootprintShare { driving_g: 0, cooling_g: emitted[at], cooling_j: joules };
        *orders[order].footprint.as_mut().unwrap() += footprint;
        orders[order].cost.cold += Money(surcharges[at]);
    }
}

/// Whole parts of an amount by weight, what is left of rounding down by the largest fractions.
fn split(amount: i64, weights: &[f64]) -> Vec<i64> {
    let all: f64 = weights.iter().sum();
    let exact: Vec<f64> = weights.iter().map(|weight| amount as f64 * weight / all).collect();
    let mut parts: Vec<i64> = exact.iter().map(|exact| exact.floor() as i64).collect();
    let left = amount - parts.iter().sum::<i64>();
    let mut by_fraction: Vec<usize> = (0..weights.len()).collect();
    by_fraction.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()));
    by_fraction.iter().take(left.max(0) as usize).for_each(|&at| parts[at] += 1);
    parts
}

/// Sums over these runs; the orders are those of [`plan`].
fn totals(day: &Day, runs: &[Run], orders: &[PlannedOrder]) -> Totals {
    let couriers = [&runs[BIKE], &runs[VAN]];
    let emissions = runs.iter().map(|run| {
        let vehicle = day.vehicle_types.iter().find(|vehicle| vehicle.id == run.vehicle).unwrap();
        (vehicle.co2e_g_per_km as f64 * run.distance.0 as f64 / 1000.0).round() as i64
    });
    let last_mile_cost = couriers.iter().map(|run| run.cost).sum::<Money>();
    let centre_cost = Money(2 * 1_000 + 7 * 15);
    // A second on foot costs a cent.
    let walks = Money(orders.iter().filter_map(|order| order.walk).map(|walk| walk.duration.0).sum());
    Totals {
        orders: 7,
        planned: 6,
        unplanned: 1,
        doors: 4,
        pickups: 2,
        runs: 3,
        trips: 4,
        linehaul_distance: runs[TRUCK].distance,
        last_mile_distance: couriers.iter().map(|run| run.distance).sum(),
        travel_time: runs
            .iter()
            .flat_map(|run| &run.trips)
            .flat_map(|trip| &trip.legs)
            .map(|leg| leg.duration)
            .sum(),
        working_time: runs.iter().map(|run| run.ends_at - run.starts_at).sum(),
        linehaul_cost: runs[TRUCK].cost,
        last_mile_cost,
        centre_cost,
        cost: runs[TRUCK].cost + last_mile_cost + centre_cost,
        objective: runs[TRUCK].cost + last_mile_cost + centre_cost + walks,
        objective_parts: ObjectiveParts {
            linehaul: runs[TRUCK].cost,
            last_mile: last_mile_cost,
            centres: centre_cost,
            walks,
            ..ObjectiveParts::default()
        },
        co2e_g: emissions.sum(),
        footprint: Some(runs.iter().map(|run| run.footprint.unwrap()).sum()),
        direct: Some(DirectTotals {
            orders: 6,
            cost: orders.iter().map(|order| order.direct.as_ref().unwrap().cost).sum(),
            distance: orders.iter().map(|order| order.direct.as_ref().unwrap().distance).sum(),
            co2e_g: orders.iter().map(|order| order.direct.as_ref().unwrap().co2e_g).sum(),
            via_cost: runs[TRUCK].cost + last_mile_cost + centre_cost,
            via_co2e_g: runs.iter().map(|run| run.footprint.unwrap().driving_g).sum(),
        }),
    }
}
