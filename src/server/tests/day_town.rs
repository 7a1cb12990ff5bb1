//! The town: its day, its plan and the plan's report.

use super::MORNING;
use crate::DaySource;
use coldmile_geometry::Point;
use coldmile_jobs::Planner;
use coldmile_model::cold::{Carrier, ColdClass, ColdLimits, ColdRules, Keeping};
use coldmile_model::{
    Channel, Compartment, Courier, Day, DayRules, Edit, EditFile, EditTable, Fulfilment, InputProblem, Load,
    Located, Network, Order, Parcel, Prices, Site, SiteKind, Storage, VehicleType, WaveSchedule, Weather,
    read_network,
};
use coldmile_plan::{
    CostShare, DayPlan, Delivery, Detail, Details, Direct, Echelon, FootprintShare, Handover, Leg, Manifest,
    PLAN_VERSION, PlanReport, PlannedOrder, Relaxation, RelaxationKind, Run, Stop, StopPlace, TightestParcel,
    Totals, Trip, UnplannedOrder, Wave,
};
use coldmile_units::{
    Celsius, Grams, Id, Idx, Metres, Millilitres, Money, Seconds, Table, TimeWindow, Timestamp,
};
use serde_json::json;
use std::sync::Arc;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_unix(MORNING + minutes * 60)
}

fn window(open: i64, close: i64) -> TimeWindow {
    TimeWindow::new(at(open), at(close)).unwrap()
}

fn point(north: i32) -> Point {
    Point::from_e7(359_000_000 + north, 145_000_000)
}

fn site(id: &str, kind: SiteKind, north: i32) -> Site {
    let litres = Millilitres(100_000);
    Site {
        id: Id::from(id),
        kind,
        name: format!("{id} street"),
        point: point(north),
        hours: window(-60, 600),
        storage: Storage { ambient: litres, chilled: litres, frozen: litres },
        handling: Seconds::minutes(10),
        handling_cost: Money(10),
        fixed_cost: Money(100),
        per_parcel_unload: None,
        storage_door: None,
    }
}

fn load() -> Load {
    Load { mass: Grams(2_000), volumes: [Millilitres(0), Millilitres(5_000), Millilitres(0)] }
}

fn order(id: &str, name: &str, phone: &str, fulfilment: Fulfilment, north: i32) -> Order {
    let load = load();
    let parcel =
        Parcel { id: Id::new(format!("{id}-1")), class: Idx::new(0), mass: load.mass, volume: load.volume() };
    Order {
        id: Id::from(id),
        point: point(north),
        address: Some(format!("{} Cold Lane", north / 10)),
        recipient: Some(name.to_owned()),
        phone: Some(phone.to_owned()),
        channel: Channel::App,
        fulfilment,
        placed_at: at(-600),
        window: window(60, 300),
        service: Seconds(120),
        centre: None,
        group: None,
        parcels: vec![parcel],
        load,
        priority: Order::USUAL_PRIORITY,
        parcel_size: None,
        shelf_life: None,
        pin: coldmile_model::Pin::Exact,
    }
}

/// Reads files of days; knows no address.
pub(super) struct Files;

impl DaySource for Files {
    fn network(&self, bytes: &[u8]) -> Result<Day, Vec<InputProblem>> {
        read_network(bytes, "network.toml", &["truck", "van", "bike", "foot"])
    }

    fn locate(&self, _: &str) -> Located {
        Located::Unknown
    }
}

pub(super) fn day() -> Day {
    let mut network = Network::default();
    let hub = network.add_site(site("H", SiteKind::Hub, 0));
    let first = network.add_site(site("C1", SiteKind::Centre, 1_000));
    let second = network.add_site(site("C2", SiteKind::Centre, 2_000));
    network.add_lane(hub, first);
    network.add_lane(hub, second);
    network.waves = Table::from(vec![WaveSchedule {
        id: Id::from("morning"),
        cut_off: at(-300),
        hub_ready: at(-30),
        centre_due: at(60),
    }]);
    let vehicle = VehicleType {
        id: Id::from("bike"),
        profile: "bike".to_owned(),
        capacity: Load { mass: Grams(50_000), volumes: [Millilitres(50_000); 3] },
        carrier: Idx::new(0),
        prices: Prices::default(),
        loading: Seconds::minutes(5),
        max_trips: 2,
        range: None,
        size: None,
        co2e_g_per_km: 5,
        max_overtime: Seconds::ZERO,
        litres: None,
        movable_walls: false,
        max_parcel: None,
    };
    let courier = |id: &str, base| Courier {
        id: Id::from(id),
        name: format!("{id} Rider"),
        base,
        vehicle: Idx::new(0),
        shift: window(-60, 480),
        break_rule: None,
    };
    let limits = ColdLimits {
        set_point_c: Celsius(0.0),
        accept_c: Celsius(4.0),
        reject_c: Celsius(8.0),
        settling_min: 90.0,
    };
    let class = ColdClass {
        id: Id::from("dairy"),
        compartment: Compartment::Chilled,
        limits: Some(limits),
        longest_ride: None,
    };
    let keeping = |hold: f64| Keeping {
        hold_c: Celsius(hold),
        hold_over_min: None,
        reference_c: Celsius(30.0),
        opening_share: 0.2,
        recovery_min: 5.0,
        opening_loss: 0.0,
        warm_up_min: 60.0,
    };
    let carrier = Carrier {
        id: Id::from("box"),
        chilled: Some(keeping(2.0)),
        frozen: Some(keeping(-20.0)),
        door_open: Seconds(30),
    };
    Day {
        name: "Town".to_owned(),
        date: jiff::civil::date(2026, 3, 17),
        timezone: "Europe/Malta".to_owned(),
        currency: "EUR".to_owned(),
        network,
        vehicle_types: Table::from(vec![vehicle]),
        couriers: Table::from(vec![courier("T1", hub), courier("K1", first), courier("K2", second)]),
        orders: Table::from(vec![
            order("O1", "Maria Borg", "+356 9911 1111", Fulfilment::Door, 1_010),
            order("O2", "Carmen Vella", "+356 9922 2222", Fulfilment::Pickup, 1_020),
            order("O3", "Ġorġ Zammit", "+356 9933 3333", Fulfilment::Door, 2_010),
            order("O4", "Rita Camilleri", "+356 9944 4444", Fulfilment::Door, 9_000),
            order("O5", "王小明", "+356 9955 5555", Fulfilment::Pickup, 1_030),
        ]),
        cold: ColdRules {
            classes: Table::from(vec![class]),
            carriers: Table::from(vec![carrier]),
            ..ColdRules::default()
        },
        weather: Weather { hourly_c: [20.0; 24], midnight: at(-480) },
        family_hour: Money(1_000),
        late_hour: Money::ZERO,
        rules: DayRules::default(),
    }
}

fn stop(place: StopPlace, north: i32, minute: i64, orders: &[&str]) -> Stop {
    Stop {
        place,
        point: point(north),
        arrives_at: at(minute),
        starts_at: at(minute),
        departs_at: at(minute + 2),
        parcels: orders.iter().map(|order| Id::new(format!("{order}-1"))).collect(),
        walk: None,
    }
}

fn run(courier: &str, base: &str, echelon: Echelon, start: i64, stops: Vec<Stop>) -> Run {
    let leg = Leg { duration: Seconds(600), distance: Metres(1_500), line: "_p~iF~ps|U".to_owned() };
    let mut parcels: Vec<_> = stops.iter().flat_map(|stop| stop.parcels.clone()).collect();
    parcels.reverse();
    let mass = Grams(2_000 * parcels.len() as i64);
    let chilled = Millilitres(5_000 * parcels.len() as i64);
    let trip = Trip {
        loads_at: at(start),
        departs_at: at(start + 5),
        returns_at: at(start + 60),
        manifest: Manifest {
            parcels,
            load: Load { mass, volumes: [Millilitres(0), chilled, Millilitres(0)] },
        },
        legs: vec![leg; stops.len() + 1],
        stops,
    };
    Run {
        id: Id::new(format!("R-{courier}")),
        echelon,
        courier: Id::from(courier),
        vehicle: Id::from("bike"),
        base: Id::from(base),
        trips: vec![trip],
        breaks: Vec::new(),
        starts_at: at(start),
        ends_at: at(start + 60),
        distance: Metres(3_000),
        cost: Money(500),
        footprint: None,
    }
}

fn planned(order: &str, centre: &str, run: Option<&str>) -> PlannedOrder {
    PlannedOrder {
        order: Id::from(order),
        centre: Id::from(centre),
        wave: Id::from("morning"),
        handover: if run.is_some() { Handover::Door } else { Handover::Pickup },
        linehaul: Id::from("R-T1"),
        ready_at: at(40),
        leaves_at: at(if run.is_some() { 65 } else { 300 }),
        delivery: run.map(|run| Delivery { run: Id::from(run), trip: 0, stop: 0, at: at(80) }),
        walk: None,
        cost: CostShare {
            linehaul: Money(1),
            last_mile: Money(2),
            handling: Money(3),
            centre: Money(4),
            cold: Money(5),
        },
        footprint: Some(FootprintShare { driving_g: 60, cooling_g: 7, cooling_j: 9_000 }),
        direct: Some(Direct {
            vehicle: Id::from("bike"),
            cost: Money(25),
            distance: Metres(1_200),
            co2e_g: 6,
        }),
    }
}

pub(super) fn plan() -> DayPlan {
    let centre = |site: &str| StopPlace::Centre { site: Id::from(site), wave: Id::from("morning") };
    let door = |order: &str| StopPlace::Door { order: Id::from(order) };
    let truck =
        vec![stop(centre("C1"), 1_000, 20, &["O1", "O2", "O5"]), stop(centre("C2"), 2_000, 30, &["O3"])];
    DayPlan {
        version: PLAN_VERSION,
        name: "Town".to_owned(),
        date: "2026-03-17".to_owned(),
        timezone: "Europe/Malta".to_owned(),
        currency: "EUR".to_owned(),
        attribution: "© OpenStreetMap contributors".to_owned(),
        totals: Totals {
            orders: 5,
            planned: 4,
            unplanned: 1,
            doors: 2,
            pickups: 2,
            runs: 3,
            ..Totals::default()
        },
        waves: vec![Wave {
            centre: Id::from("C1"),
            schedule: Id::from("morning"),
            ready_at: at(40),
            orders: ["O1", "O2", "O5"].map(Id::from).to_vec(),
        }],
        runs: vec![
            run("T1", "H", Echelon::Linehaul, 0, truck),
            run("K1", "C1", Echelon::LastMile, 60, vec![stop(door("O1"), 1_010, 80, &["O1"])]),
            run("K2", "C2", Echelon::LastMile, 60, vec![stop(door("O3"), 2_010, 80, &["O3"])]),
        ],
        orders: vec![
            planned("O1", "C1", Some("R-K1")),
            planned("O2", "C1", None),
            planned("O3", "C2", Some("R-K2")),
            planned("O5", "C1", None),
        ],
        unplanned: vec![UnplannedOrder {
            order: Id::from("O4"),
            code: "unplanned/too-far-from-road".to_owned(),
            impossible: true,
            details: Details::from([("distance_m".to_owned(), Detail::Whole(900))]),
            reason: "the door is 900 m from any road".to_owned(),
            tried: vec![RelaxationKind::Pin],
            relaxations: vec![Relaxation {
                kind: RelaxationKind::Pin,
                cost: Money(120),
                edits: vec![Edit {
                    file: EditFile::Orders,
                    table: EditTable::Order,
                    id: "O4".to_owned(),
                    field: Some("lat".to_owned()),
                    from: json!("35.9"),
                    to: json!("35.91"),
                }],
            }],
        }],
    }
}

/// The plan after K1 fell ill: K2 brings O1 too, ten minutes later; O5 is gone.
pub(super) fn other_plan() -> DayPlan {
    let mut plan = plan();
    plan.runs.retain(|run| run.id.as_str() != "R-K1");
    plan.orders.retain(|planned| planned.order.as_str() != "O5");
    plan.orders[0].delivery = Some(Delivery { run: Id::from("R-K2"), trip: 0, stop: 1, at: at(90) });
    let door = StopPlace::Door { order: Id::from("O1") };
    plan.runs[1].trips[0].stops.push(stop(door, 1_010, 90, &["O1"]));
    plan
}

/// A day on which K1 drives to `stops` more doors, one parcel each, over streets of fifty bends.
pub(super) fn long_round(stops: usize) -> (Day, DayPlan) {
    let (mut day, mut plan) = (day(), plan());
    let mut random = fastrand::Rng::with_seed(150);
    let names = ["Marija Farrugia", "Ċensu Cassar", "Ġorġ Zammit", "Carmen Micallef", "Saviour Attard"];
    let streets =
        ["Triq San Piju X", "Triq Dawret in-Nawfraġju", "Triq il-Kbira", "Sqaq l-Għolja", "Triq il-Palma"];
    let towns = ["San Pawl il-Baħar", "Ħaż-Żabbar", "Bormla", "Birkirkara", "L-Għarb"];
    let mut orders: Vec<Order> = day.orders.iter().cloned().collect();
    let round = &mut plan.runs[1].trips[0];
    for number in 0..stops {
        let id = format!("A{:04}", 1_000 + number);
        let phone = format!("+356 {} {}", random.u32(2_000..10_000), random.u32(1_000..10_000));
        let mut door =
            order(&id, random.choice(names).unwrap(), &phone, Fulfilment::Door, random.i32(0..90_000));
        let (house, street, town) = (random.u8(1..200), random.choice(streets), random.choice(towns));
        door.address = Some(format!("{house} {}, {}", street.unwrap(), town.unwrap()));
        plan.orders.push(planned(&id, "C1", Some("R-K1")));
        round.stops.push(stop(
            StopPlace::Door { order: door.id.clone() },
            door.point.lat_e7() - 359_000_000,
            90,
            &[&id],
        ));
        round.manifest.parcels.push(door.parcels[0].id.clone());
        let mut bend = (35.9 + random.f64() / 10.0, 14.4 + random.f64() / 10.0);
        let bends = std::iter::repeat_with(|| {
            bend = (bend.0 + (random.f64() - 0.5) / 1_000.0, bend.1 + (random.f64() - 0.5) / 1_000.0);
            geo::coord! { x: bend.1, y: bend.0 }
        });
        let line = polyline::encode_coordinates(bends.take(50), 5).unwrap();
        round.legs.push(Leg { duration: Seconds(60), distance: Metres(400), line });
        orders.push(door);
    }
    day.orders = Table::from(orders);
    (day, plan)
}

pub(super) fn report() -> PlanReport {
    let tightest = TightestParcel { minutes: 12, kelvin: 0.8, order: Id::from("O1") };
    PlanReport {
        on_time: 4,
        tightest: Some(tightest),
        margins: [("O1-1", 12), ("O2-1", 90), ("O3-1", 30), ("O5-1", 90)]
            .map(|(parcel, minutes)| (Id::from(parcel), minutes))
            .into(),
        ..PlanReport::default()
    }
}

/// A planner that comes back with [`other_plan`] at once.
pub(super) fn replanned() -> Planner {
    Arc::new(|_, _, _| Ok(super::planned(other_plan())))
}

/// Tells the same of every order but O5, which it cannot price.
pub(super) fn pricer() -> crate::OrderPricer {
    Arc::new(|_, _, order| {
        if order.as_str() == "O5" {
            return Err("order O5 cannot be served on this day as the plan does it".to_owned());
        }
        let price = |cost, objective| crate::DayPrice { cost: Money(cost), objective: Money(objective) };
        Ok((price(900, 950), price(700, 690)))
    })
}
