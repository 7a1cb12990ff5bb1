//! Valid plans with one thing wrong, for every code of the audit.

use super::fixture::{BIKE, TRUCK, VAN, clock, rebuilt, relist, window};
use coldmile_geometry::Point;
use coldmile_model::cold::{Carrier, ColdClass};
use coldmile_model::{
    BoxSize, Break, Day, DoorSize, Edit, EditFile, EditTable, Fulfilment, Order, RideRule, ShelfLife, Site,
    SiteKind, VehicleType, WaveSchedule,
};
use coldmile_plan::{
    DayPlan, Leg, Manifest, Relaxation, RelaxationKind, Run, RunBreak, StopPlace, Trip, UnplannedOrder, Walk,
    Wave,
};
use coldmile_units::{Celsius, Grams, Idx, Metres, Millilitres, Money, Seconds, Timestamp};
use serde_json::json;

/// What is planted, the codes it must give, and how it is done.
pub type Plant = (&'static str, &'static [&'static str], fn(&mut Day, &mut DayPlan));

/// An order of the day, to be changed.
pub fn order<'a>(day: &'a mut Day, id: &str) -> &'a mut Order {
    let position = day.orders.enumerate().find(|(_, order)| order.id.as_str() == id).unwrap().0;
    &mut day.orders[position]
}

fn vehicle<'a>(day: &'a mut Day, id: &str) -> &'a mut VehicleType {
    let position = day.vehicle_types.enumerate().find(|(_, vehicle)| vehicle.id.as_str() == id).unwrap().0;
    &mut day.vehicle_types[position]
}

fn change_site(day: &mut Day, id: &str, change: impl Fn(&mut Site)) {
    day.network = rebuilt(
        &day.network,
        |site| {
            if site.id.as_str() == id {
                change(site);
            }
        },
        |_| true,
    );
}

/// The line with a place in its middle that lies so many degrees farther north.
fn bent(line: &str, degrees: f64) -> String {
    let line = polyline::decode_polyline(line, 5).unwrap().0;
    let (start, end) = (line[0], line[line.len() - 1]);
    let middle = geo::Coord { x: f64::midpoint(start.x, end.x), y: f64::midpoint(start.y, end.y) + degrees };
    polyline::encode_coordinates([start, middle, end], 5).unwrap()
}

/// The van is at o1 90 s after its window, at 36.00 an hour: a plan that says so breaks no rule.
pub fn late_at_a_price(day: &mut Day, plan: &mut DayPlan) {
    order(day, "o1").window = window((7, 0), (8, 5));
    day.late_hour = Money(3_600);
    plan.totals.objective_parts.lateness = Money(90);
    plan.totals.objective += Money(90);
}

fn empty_wave(centre: &str, schedule: &str) -> Wave {
    Wave { centre: centre.into(), schedule: schedule.into(), ready_at: clock(8, 0), orders: vec![] }
}

const MORNING: Idx<WaveSchedule> = Idx::new(0);
const DAIRY: Idx<ColdClass> = Idx::new(1);
/// A box without cooling of its own.
pub const BOX: Idx<Carrier> = Idx::new(1);

/// One or more faults for every code of the audit.
pub const PLANTS: &[Plant] = &[
    ("a plan in another currency", &["audit/header"], |_, plan| plan.currency = "GBP".to_owned()),
    ("a plan of another network", &["audit/header"], |_, plan| plan.name = "Gozo".to_owned()),
    ("a plan of another day", &["audit/header"], |_, plan| plan.date = "2026-03-18".to_owned()),
    ("a plan in milliseconds", &["audit/absurd-figure"], |_, plan| {
        plan.runs[VAN].ends_at = Timestamp::from_unix(plan.runs[VAN].ends_at.unix() * 1_000);
    }),
    ("a plan of another year", &["audit/absurd-figure"], |_, plan| {
        plan.runs[VAN].trips[0].stops[0].starts_at += Seconds(-365 * 86_400);
    }),
    ("a cost that overflows", &["audit/absurd-figure"], |_, plan| {
        plan.orders[0].cost.centre = Money(i64::MIN);
    }),
    ("an order forgotten", &["audit/order-missing"], |_, plan| {
        plan.unplanned.clear();
        plan.totals.unplanned = 0;
    }),
    ("an order planned and left out", &["audit/false-reason", "audit/order-twice"], |_, plan| {
        plan.unplanned.push(UnplannedOrder { order: "o2".into(), ..plan.unplanned[0].clone() });
        plan.totals.unplanned = 2;
    }),
    ("an order left out for no reason", &["audit/no-reason"], |_, plan| plan.unplanned[0].reason.clear()),
    ("an order left out without a code", &["audit/no-reason"], |_, plan| plan.unplanned[0].code.clear()),
    ("an order that was never placed", &["audit/unknown-order"], |_, plan| {
        plan.unplanned.push(UnplannedOrder { order: "ghost".into(), ..plan.unplanned[0].clone() });
        plan.totals.unplanned = 2;
    }),
    ("a site that does not exist", &["audit/unknown-site"], |_, plan| {
        plan.waves.push(empty_wave("ghost", "morning"));
    }),
    ("a wave that is not scheduled", &["audit/unknown-wave"], |_, plan| {
        plan.waves.push(empty_wave("C1", "ghost"));
    }),
    ("a courier who does not exist", &["audit/unknown-courier"], |_, plan| {
        plan.runs[VAN].courier = "ghost".into();
    }),
    (
        "a vehicle that does not exist",
        &["audit/totals", "audit/unknown-vehicle", "audit/wrong-vehicle"],
        |_, plan| plan.runs[VAN].vehicle = "ghost".into(),
    ),
    ("a parcel that does not exist", &["audit/unknown-parcel"], |_, plan| {
        let trip = &mut plan.runs[VAN].trips[1];
        trip.stops[0].parcels.push("ghost".into());
        trip.manifest.parcels.push("ghost".into());
    }),
    ("a truck that does not exist", &["audit/direct-differs", "audit/unknown-run"], |_, plan| {
        plan.orders[0].linehaul = "ghost".into();
    }),
    ("a visit to a family that wants to collect", &["audit/door-for-pickup"], |day, _| {
        order(day, "o1").fulfilment = Fulfilment::Pickup;
    }),
    ("a pickup for a family that wants a visit", &["audit/pickup-for-door"], |day, _| {
        order(day, "o3").fulfilment = Fulfilment::Door;
    }),
    ("orders through a district warehouse", &["audit/not-a-centre", "audit/wrong-echelon"], |day, _| {
        change_site(day, "C2", |site| site.kind = SiteKind::Branch);
    }),
    ("another centre than the family insists on", &["audit/wrong-centre"], |day, _| {
        order(day, "o2").centre = day.network.site_by_id("C2");
    }),
    ("an order placed too late for its wave", &["audit/after-cut-off"], |day, _| {
        order(day, "o2").placed_at = clock(5, 1);
    }),
    ("a pickup ready after the family came", &["audit/pickup-too-late"], |day, plan| {
        order(day, "o3").window = window((6, 0), (7, 0));
        plan.orders[2].leaves_at = clock(7, 0);
    }),
    ("a promise the courier does not keep", &["audit/delivery-reference"], |_, plan| {
        plan.orders[0].delivery.as_mut().unwrap().at += Seconds(60);
    }),
    ("a visit that does not exist", &["audit/delivery-reference", "audit/unasked-visit"], |_, plan| {
        plan.orders[0].delivery.as_mut().unwrap().stop = 9;
    }),
    ("a door without a visit", &["audit/delivery-reference", "audit/unasked-visit"], |_, plan| {
        plan.orders[0].delivery = None;
    }),
    ("goods said to stay in the store", &["audit/leaves-at"], |_, plan| {
        plan.orders[0].leaves_at += Seconds(60);
    }),
    ("a courier named as truck", &["audit/direct-differs", "audit/linehaul-reference"], |_, plan| {
        plan.orders[0].linehaul = "R-van".into();
    }),
    ("an order its wave does not list", &["audit/wave-orders"], |_, plan| {
        plan.waves[0].orders.pop();
    }),
    ("a wave that lists an order left out", &["audit/wave-orders"], |_, plan| {
        plan.waves[0].orders.push("o6".into());
    }),
    ("a wave that stands twice", &["audit/wave-orders"], |_, plan| {
        plan.waves.push(empty_wave("C1", "morning"));
    }),
    ("a truck where no lane leads", &["audit/no-lane"], |day, _| {
        day.network = rebuilt(&day.network, |_| (), |to| to != "C2");
    }),
    ("a truck before the goods are sorted at the hub", &["audit/before-hub-ready"], |day, _| {
        day.network.waves[MORNING].hub_ready = clock(6, 31);
    }),
    ("a truck after its wave was due", &["audit/after-centre-due"], |day, _| {
        day.network.waves[MORNING].centre_due = clock(6, 45);
    }),
    ("an order ready before it can be sorted", &["audit/ready-too-early"], |_, plan| {
        plan.orders[1].ready_at = plan.orders[1].ready_at - Seconds(10);
    }),
    ("a wave ready before it can be sorted", &["audit/ready-too-early"], |_, plan| {
        plan.waves[0].ready_at = plan.waves[0].ready_at - Seconds(10);
    }),
    ("a courier who loads goods not sorted yet", &["audit/not-ready"], |_, plan| {
        plan.waves[1].ready_at = clock(8, 10);
    }),
    ("a courier from elsewhere", &["audit/wrong-base"], |_, plan| {
        plan.runs[VAN].courier = "spare-van".into();
    }),
    ("a courier with another's vehicle", &["audit/wrong-vehicle"], |_, plan| {
        plan.runs[VAN].courier = "spare-bike".into();
    }),
    (
        "a courier in two places",
        &["audit/courier-twice", "audit/wrong-base", "audit/wrong-vehicle"],
        |_, plan| plan.runs[BIKE].courier = "van".into(),
    ),
    ("two runs of one name", &["audit/run-twice", "audit/unasked-visit", "audit/unknown-run"], |_, plan| {
        plan.runs[BIKE].id = "R-truck".into();
    }),
    (
        "a run that goes nowhere",
        &["audit/direct-differs", "audit/empty-run", "audit/footprint"],
        |day, plan| {
            vehicle(day, "bike").prices.per_day = Money(0);
            let cost = plan.runs[BIKE].cost - Money(1_000);
            plan.runs[BIKE].cost = cost;
            plan.orders[3].cost.last_mile = cost;
            plan.totals.last_mile_cost -= Money(1_000);
            plan.totals.cost -= Money(1_000);
            plan.totals.objective -= Money(1_000);
            plan.totals.objective_parts.last_mile -= Money(1_000);
            plan.totals.runs += 1;
            let idle = Run {
                id: "R-spare-bike".into(),
                courier: "spare-bike".into(),
                base: "C1".into(),
                trips: vec![],
                ends_at: plan.runs[BIKE].starts_at,
                distance: Metres::ZERO,
                cost: Money::ZERO,
                ..plan.runs[BIKE].clone()
            };
            plan.runs.push(idle);
        },
    ),
    (
        "a run that ends later than its trips",
        &["audit/run-cost", "audit/run-times", "audit/totals"],
        |_, plan| {
            plan.runs[VAN].ends_at += Seconds(60);
        },
    ),
    ("work after the shift", &["audit/outside-shift"], |day, _| {
        day.couriers[Idx::new(1)].shift = window((7, 30), (9, 0));
    }),
    ("overtime longer than allowed", &["audit/outside-shift"], |day, _| {
        day.couriers[Idx::new(1)].shift = window((7, 30), (9, 0));
        vehicle(day, "van").max_overtime = Seconds(60);
    }),
    ("overtime that is not paid", &["audit/run-cost"], |day, _| {
        day.couriers[Idx::new(1)].shift = window((7, 30), (9, 0));
        vehicle(day, "van").max_overtime = Seconds(7_200);
        vehicle(day, "van").prices.per_overtime_hour = Money(2_000);
    }),
    ("driving that is not paid", &["audit/run-cost"], |day, _| {
        vehicle(day, "van").prices.per_driving_hour = Money(600);
    }),
    ("no break where the shift asks for one", &["audit/no-break"], |day, _| {
        // The van is on the road from 8:00 until after 9:00.
        let window = window((8, 10), (8, 20));
        day.couriers[Idx::new(1)].break_rule = Some(Break { window, duration: Seconds(600) });
    }),
    ("a break that is too short", &["audit/wrong-break"], |day, plan| {
        let window = window((8, 0), (8, 50));
        day.couriers[Idx::new(1)].break_rule = Some(Break { window, duration: Seconds(600) });
        let starts_at = plan.runs[VAN].trips[0].stops[0].departs_at;
        plan.runs[VAN].breaks.push(RunBreak { trip: 0, stop: 0, starts_at, ends_at: starts_at });
    }),
    ("a break that nobody asked for", &["audit/wrong-break"], |_, plan| {
        let starts_at = plan.runs[VAN].trips[0].stops[0].departs_at;
        plan.runs[VAN].breaks.push(RunBreak { trip: 0, stop: 0, starts_at, ends_at: starts_at });
    }),
    ("a break in place of service", &["audit/service-too-short"], |day, plan| {
        let window = window((8, 0), (8, 50));
        day.couriers[Idx::new(1)].break_rule = Some(Break { window, duration: Seconds(60) });
        let ends_at = plan.runs[VAN].trips[0].stops[0].departs_at;
        let starts_at = ends_at - Seconds(60);
        plan.runs[VAN].breaks.push(RunBreak { trip: 0, stop: 0, starts_at, ends_at });
    }),
    ("work before the shift", &["audit/outside-shift"], |day, _| {
        day.couriers[Idx::new(1)].shift = window((8, 1), (16, 0));
    }),
    ("loading before the trip before is back", &["audit/trips-overlap"], |_, plan| {
        let [first, second] = &mut plan.runs[VAN].trips[..] else { unreachable!() };
        second.loads_at = first.returns_at - Seconds(30);
        plan.orders[5].leaves_at = second.loads_at;
    }),
    ("a truck at a closed centre", &["audit/site-closed"], |day, _| {
        change_site(day, "C1", |site| site.hours = window((7, 0), (20, 0)));
    }),
    ("a courier back after the centre closed", &["audit/leaves-at", "audit/site-closed"], |day, _| {
        change_site(day, "C2", |site| site.hours = window((6, 30), (8, 6)));
    }),
    ("a van loaded too fast", &["audit/loading-too-short"], |day, _| {
        vehicle(day, "van").loading = Seconds(301);
    }),
    ("one trip too many", &["audit/too-many-trips"], |day, _| vehicle(day, "van").max_trips = 1),
    (
        "a distance that is not that of the legs",
        &["audit/footprint", "audit/run-cost", "audit/run-distance", "audit/totals"],
        |_, plan| {
            plan.runs[VAN].distance += Metres(1_000);
        },
    ),
    ("a battery that does not last", &["audit/direct-differs", "audit/out-of-range"], |day, _| {
        vehicle(day, "bike").range = Some(Metres(500));
    }),
    ("a trip without stops", &["audit/empty-trip", "audit/run-times"], |_, plan| {
        let at = plan.runs[BIKE].ends_at;
        plan.runs[BIKE].trips.push(Trip {
            loads_at: at,
            departs_at: at + Seconds(300),
            returns_at: at + Seconds(300),
            manifest: Manifest::default(),
            stops: vec![],
            legs: vec![Leg { duration: Seconds(0), distance: Metres(0), line: String::new() }],
        });
        plan.totals.trips += 1;
    }),
    ("service before arrival", &["audit/footprint", "audit/time-backwards"], |_, plan| {
        let stop = &mut plan.runs[VAN].trips[0].stops[0];
        stop.starts_at = stop.arrives_at - Seconds(5);
        plan.orders[0].delivery.as_mut().unwrap().at = stop.starts_at;
    }),
    ("departure before loading", &["audit/loading-too-short", "audit/time-backwards"], |_, plan| {
        let trip = &mut plan.runs[VAN].trips[1];
        trip.loads_at = trip.departs_at + Seconds(1);
        plan.orders[5].leaves_at = trip.loads_at;
    }),
    ("a return leg forgotten", &["audit/leg-count", "audit/run-distance", "audit/totals"], |_, plan| {
        plan.runs[VAN].trips[1].legs.pop();
    }),
    ("an arrival before the leg is driven", &["audit/arrival-differs"], |_, plan| {
        plan.runs[VAN].trips[0].stops[1].arrives_at += Seconds(-1);
    }),
    (
        "a stop where nothing is handed over",
        &[
            "audit/empty-stop",
            "audit/footprint",
            "audit/manifest-parcels",
            "audit/not-delivered",
            "audit/share-differs",
        ],
        |_, plan| plan.runs[VAN].trips[1].stops[0].parcels.clear(),
    ),
    (
        "a courier who calls at a centre",
        &["audit/delivery-reference", "audit/stop-elsewhere", "audit/wrong-place"],
        |_, plan| {
            plan.runs[BIKE].trips[0].stops[0].place =
                StopPlace::Centre { site: "C2".into(), wave: "morning".into() };
        },
    ),
    ("a stop beside the door", &["audit/stop-elsewhere"], |day, plan| {
        let point = order(day, "o7").point;
        plan.runs[VAN].trips[1].stops[0].point = Point::from_e7(point.lat_e7() + 10, point.lon_e7());
    }),
    ("a hasty courier", &["audit/service-too-short", "audit/share-differs"], |day, _| {
        order(day, "o2").service = Seconds(181);
    }),
    ("a visit after the family left", &["audit/outside-window"], |day, _| {
        order(day, "o1").window = window((7, 0), (8, 5));
    }),
    ("lateness at a price that is not counted", &["audit/objective"], |day, _| {
        order(day, "o1").window = window((7, 0), (8, 5));
        day.late_hour = Money(3_600);
    }),
    ("less lateness than there is", &["audit/objective"], |day, plan| {
        late_at_a_price(day, plan);
        plan.totals.objective_parts.lateness -= Money(1);
        plan.totals.objective -= Money(1);
    }),
    ("a visit before the family is home", &["audit/outside-window"], |day, _| {
        order(day, "o1").window = window((10, 0), (12, 0));
    }),
    (
        "a courier of another centre",
        &["audit/not-from-its-centre", "audit/share-differs", "audit/wave-orders", "audit/wrong-stop"],
        |_, plan| plan.orders[1].centre = "C2".into(),
    ),
    ("milk that rides too long", &["audit/ride-too-long"], |day, _| {
        day.cold.classes[DAIRY].longest_ride = Some(Seconds(60));
    }),
    ("milk that rides too long on truck and van together", &["audit/ride-too-long"], |day, _| {
        day.rules.ride = RideRule::Whole;
        day.cold.classes[DAIRY].longest_ride = Some(Seconds(600));
    }),
    ("milk that is too old at the door", &["audit/too-old"], |day, _| {
        order(day, "o1").shelf_life = Some(ShelfLife { best_before: clock(8, 5), min_left_ppm: 0 });
    }),
    ("milk of which too little life is left", &["audit/too-old"], |day, _| {
        // Of the 24 hours from 4:30 on 90 % are left until 6:54.
        let best_before = clock(28, 30);
        order(day, "o1").shelf_life = Some(ShelfLife { best_before, min_left_ppm: 900_000 });
    }),
    ("a box that does not go into the van", &["audit/parcel-too-large"], |day, _| {
        vehicle(day, "van").max_parcel = Some(BoxSize::new([400, 300, 200]));
        order(day, "o2").parcel_size = Some(BoxSize::new([310, 310, 100]));
        order(day, "o1").parcel_size = Some(BoxSize::new([200, 400, 300]));
    }),
    ("a box that does not pass the door of the fridge", &["audit/store-door"], |day, _| {
        change_site(day, "C1", |site| site.storage_door = Some(DoorSize::new([500, 600])));
        order(day, "o3").parcel_size = Some(BoxSize::new([800, 510, 510]));
        // One that passes, and one for the shelf.
        order(day, "o1").parcel_size = Some(BoxSize::new([800, 600, 500]));
        order(day, "o2").parcel_size = Some(BoxSize::new([800, 700, 700]));
    }),
    ("a walk to the door that is kept quiet", &["audit/walk-differs"], |day, _| {
        day.rules.walk_to_door = true;
    }),
    ("a walk to the door that no rule counts", &["audit/walk-differs"], |_, plan| {
        plan.runs[VAN].trips[0].stops[0].walk = Some(Walk { distance: Metres(0), duration: Seconds(0) });
    }),
    (
        "a parcel left at the hub",
        &["audit/footprint", "audit/not-brought", "audit/share-differs"],
        |day, plan| {
            let trip = &mut plan.runs[TRUCK].trips[0];
            trip.stops[1].parcels.pop();
            relist(day, trip);
        },
    ),
    ("a parcel brought twice", &["audit/brought-twice"], |day, plan| {
        let trip = &mut plan.runs[TRUCK].trips[0];
        trip.stops[1].parcels.push("p5".into());
        relist(day, trip);
    }),
    ("a parcel delivered twice", &["audit/delivered-twice"], |day, plan| {
        let trip = &mut plan.runs[VAN].trips[1];
        trip.stops[0].parcels.push("p7".into());
        relist(day, trip);
    }),
    ("parcels at each other's doors", &["audit/wrong-stop"], |day, plan| {
        let trip = &mut plan.runs[VAN].trips[0];
        trip.stops[0].parcels[1] = "p2".into();
        trip.stops[1].parcels[0] = "p1b".into();
        relist(day, trip);
    }),
    (
        "a pickup that is carried about",
        &["audit/footprint", "audit/share-differs", "audit/wrong-stop"],
        |day, plan| {
            let trip = &mut plan.runs[VAN].trips[1];
            trip.stops[0].parcels.push("p3".into());
            relist(day, trip);
        },
    ),
    (
        "a parcel of an order left out",
        &["audit/footprint", "audit/share-differs", "audit/wrong-stop"],
        |day, plan| {
            let trip = &mut plan.runs[TRUCK].trips[0];
            trip.stops[0].parcels.push("p6".into());
            relist(day, trip);
        },
    ),
    ("a parcel the manifest forgot", &["audit/manifest-load", "audit/manifest-parcels"], |_, plan| {
        plan.runs[VAN].trips[0].manifest.parcels.pop();
    }),
    ("a manifest in reverse order", &["audit/manifest-order"], |_, plan| {
        plan.runs[VAN].trips[0].manifest.parcels.reverse();
    }),
    ("a manifest that cannot add", &["audit/manifest-load"], |_, plan| {
        plan.runs[VAN].trips[0].manifest.load.mass += Grams(1);
    }),
    ("a van too heavy", &["audit/over-capacity"], |day, _| vehicle(day, "van").capacity.mass = Grams(5_999)),
    ("a van too full", &["audit/footprint", "audit/over-capacity"], |day, _| {
        vehicle(day, "van").capacity.volumes[1] = Millilitres(9_999);
    }),
    ("a van too full in all", &["audit/over-capacity"], |day, _| {
        vehicle(day, "van").litres = Some(Millilitres(19_999));
    }),
    ("a van too full whatever its walls", &["audit/footprint", "audit/over-capacity"], |day, _| {
        vehicle(day, "van").capacity.volumes = [19_999, 0, 0].map(Millilitres);
        vehicle(day, "van").movable_walls = true;
    }),
    (
        "ice in a box that cannot keep it",
        &[
            "audit/cannot-keep",
            "audit/direct-differs",
            "audit/footprint",
            "audit/too-warm",
            "audit/too-warm-at-handover",
        ],
        |day, _| {
            day.cold.carriers[BOX].frozen = None;
            day.cold.classes[Idx::new(2)].limits.as_mut().unwrap().settling_min = 5.0;
        },
    ),
    ("a fridge too full", &["audit/storage-overfull"], |day, _| {
        change_site(day, "C1", |site| site.storage.chilled = Millilitres(19_999));
    }),
    (
        "a run a cent too dear",
        &["audit/cost-shares", "audit/objective", "audit/run-cost", "audit/share-differs", "audit/totals"],
        |_, plan| {
            plan.runs[VAN].cost += Money(1);
            plan.totals.last_mile_cost += Money(1);
        },
    ),
    (
        "handling a cent too dear",
        &["audit/cost-shares", "audit/direct-differs", "audit/order-cost"],
        |_, plan| {
            plan.orders[0].cost.handling += Money(1);
        },
    ),
    ("a pickup that pays for the courier", &["audit/order-cost", "audit/share-differs"], |_, plan| {
        plan.orders[1].cost.last_mile -= Money(10);
        plan.orders[2].cost.last_mile += Money(10);
    }),
    (
        "shares that do not add up",
        &["audit/cost-shares", "audit/direct-differs", "audit/share-differs"],
        |_, plan| {
            plan.orders[0].cost.linehaul += Money(1);
        },
    ),
    ("cold surcharge on goods that need no cold", &["audit/share-differs"], |_, plan| {
        let moved = plan.orders[3].cost.cold;
        assert!(moved > Money::ZERO);
        plan.orders[3].cost.cold = Money::ZERO;
        plan.orders[1].cost.cold += moved;
    }),
    ("a surcharge hidden in the truck's share", &["audit/cost-shares", "audit/share-differs"], |_, plan| {
        let cost = &mut plan.orders[3].cost;
        cost.linehaul += std::mem::take(&mut cost.cold);
    }),
    ("a machine that cools for nothing", &["audit/footprint"], |_, plan| {
        plan.runs[TRUCK].footprint.as_mut().unwrap().diesel_ml -= 1;
        plan.totals.footprint.as_mut().unwrap().diesel_ml -= 1;
    }),
    ("heat that walls do not let in", &["audit/footprint"], |_, plan| {
        // One joule is rounding.
        plan.runs[BIKE].footprint.as_mut().unwrap().frozen_j -= 2;
        plan.totals.footprint.as_mut().unwrap().frozen_j -= 2;
        plan.orders[3].footprint.as_mut().unwrap().cooling_j -= 2;
    }),
    ("gas of one order on another's account", &["audit/footprint"], |_, plan| {
        plan.orders[0].footprint.as_mut().unwrap().driving_g += 1;
        plan.orders[1].footprint.as_mut().unwrap().driving_g -= 1;
    }),
    (
        "a footprint of parts without a sum",
        &["audit/footprint", "audit/share-differs", "audit/cost-shares"],
        |_, plan| {
            plan.totals.footprint = None;
        },
    ),
    ("a run that keeps its footprint to itself", &["audit/footprint"], |_, plan| {
        // The bike's cold part is less than half a cent.
        plan.runs[BIKE].footprint = None;
    }),
    ("an order that would be dear straight from the hub", &["audit/direct-differs"], |_, plan| {
        let cost = &mut plan.orders[0].direct.as_mut().unwrap().cost;
        let more = Money(cost.0 / 50 + 10);
        *cost += more;
        plan.totals.direct.as_mut().unwrap().cost += more;
    }),
    ("an order that could not come straight from the hub", &["audit/direct-differs"], |_, plan| {
        let direct = plan.orders[0].direct.take().unwrap();
        let totals = plan.totals.direct.as_mut().unwrap();
        totals.orders -= 1;
        totals.cost -= direct.cost;
        totals.distance -= direct.distance;
        totals.co2e_g -= direct.co2e_g;
        totals.via_cost -= plan.orders[0].cost.total();
        totals.via_co2e_g -= plan.orders[0].footprint.unwrap().driving_g;
    }),
    ("a saving that the orders do not make", &["audit/direct-differs"], |_, plan| {
        plan.totals.direct.as_mut().unwrap().via_cost -= Money(1);
    }),
    ("straight from the hub in the dearest vehicle", &["audit/direct-differs"], |_, plan| {
        for planned in &mut plan.orders {
            planned.direct.as_mut().unwrap().vehicle = "truck".into();
        }
    }),
    ("orders straight from the hub without a sum", &["audit/direct-differs"], |_, plan| {
        plan.totals.direct = None;
    }),
    ("a sum that is wrong", &["audit/totals"], |_, plan| plan.totals.co2e_g += 1),
    ("a price of the day that is not its parts'", &["audit/objective"], |_, plan| {
        plan.totals.objective -= Money(1);
    }),
    ("walks that cost nothing", &["audit/objective"], |_, plan| {
        plan.totals.objective -= plan.totals.objective_parts.walks;
        plan.totals.objective_parts.walks = Money::ZERO;
    }),
    ("a family that walks faster than people do", &["audit/objective", "audit/walk-differs"], |_, plan| {
        plan.orders[2].walk.as_mut().unwrap().duration -= Seconds(3);
    }),
    ("a walk that is longer than the road", &["audit/walk-differs"], |_, plan| {
        plan.orders[2].walk.as_mut().unwrap().distance += Metres(21);
    }),
    ("a family that walks for what comes to its door", &["audit/walk-differs"], |_, plan| {
        plan.orders[0].walk = Some(Walk { duration: Seconds(0), distance: Metres(0) });
    }),
    ("an edit of a value that is another one", &["audit/false-relaxation"], |_, plan| {
        let edit = |field: &str, from: &str, to: &str| Edit {
            file: EditFile::Orders,
            table: EditTable::Order,
            id: "o6".to_owned(),
            field: Some(field.to_owned()),
            from: json!(from),
            to: json!(to),
        };
        plan.unplanned[0].tried = vec![RelaxationKind::Pin];
        plan.unplanned[0].relaxations = vec![Relaxation {
            kind: RelaxationKind::Pin,
            cost: Money(0),
            edits: vec![edit("lat", "36.5", "36.2"), edit("lon", "14.8", "14.5")],
        }];
    }),
    ("a reason in other words than its figures'", &["audit/false-reason"], |_, plan| {
        plan.unplanned[0].reason.push_str(", as the crow flies");
    }),
    ("a reason without its figures", &["audit/false-reason"], |_, plan| plan.unplanned[0].details.clear()),
    ("a leg faster than the road", &["audit/leg-too-fast"], |_, plan| {
        let trip = &mut plan.runs[VAN].trips[1];
        trip.legs[0].duration -= Seconds(2);
        trip.stops[0].arrives_at += Seconds(-2);
        plan.totals.travel_time -= Seconds(2);
    }),
    ("a leg slower than the road", &["audit/leg-too-slow"], |_, plan| {
        let trip = &mut plan.runs[VAN].trips[0];
        trip.legs[2].duration += Seconds(600);
        trip.returns_at += Seconds(600);
        plan.totals.travel_time += Seconds(600);
    }),
    ("a line that makes a detour", &["audit/line-length"], |_, plan| {
        let line = &mut plan.runs[VAN].trips[0].legs[0].line;
        *line = bent(line, 0.002);
    }),
    ("a line over the sea", &["audit/line-length", "audit/line-off-road"], |_, plan| {
        let line = &mut plan.runs[VAN].trips[0].legs[0].line;
        *line = bent(line, 0.5);
    }),
    ("a bike on a trunk road that the day keeps it off", &["audit/leg-on-trunk-road"], |day, _| {
        day.rules.bikes_keep_off_fast_roads = true;
    }),
    ("a cent of one order on another's bill", &["audit/share-differs"], |_, plan| {
        plan.orders[0].cost.linehaul += Money(1);
        plan.orders[1].cost.linehaul -= Money(1);
    }),
    ("a family by the road said to live at sea", &["audit/false-reason"], |day, _| {
        order(day, "o6").point = order(day, "o7").point;
    }),
    ("an order placed in time said to be late", &["audit/false-reason"], |_, plan| {
        plan.unplanned[0].code = "unplanned/after-cut-off".to_owned();
    }),
    ("a reason that there is not", &["audit/false-reason"], |_, plan| {
        plan.unplanned[0].code = ["unplanned", "bad-luck"].join("/");
    }),
    ("a pin at sea that could be served", &["audit/false-reason"], |_, plan| {
        plan.unplanned[0].impossible = false;
    }),
    ("a leg shorter than the road", &["audit/leg-distance", "audit/run-distance"], |_, plan| {
        plan.runs[VAN].trips[1].legs[0].distance -= Metres(11);
    }),
    ("a boat on land", &["audit/leg-without-way"], |day, _| vehicle(day, "van").profile = "boat".to_owned()),
    ("a line that cannot be decoded", &["audit/line-broken"], |_, plan| {
        plan.runs[VAN].trips[0].legs[0].line = "~".to_owned();
    }),
    ("a line that is missing", &["audit/line-broken"], |_, plan| {
        plan.runs[VAN].trips[0].legs[0].line.clear();
    }),
    ("a line that leads elsewhere", &["audit/line-elsewhere", "audit/line-length"], |_, plan| {
        plan.runs[VAN].trips[0].legs[0].line = plan.runs[BIKE].trips[0].legs[0].line.clone();
    }),
    ("milk refused", &["audit/too-warm"], |day, _| {
        let limits = day.cold.classes[DAIRY].limits.as_mut().unwrap();
        limits.reject_c = Celsius(3.9);
    }),
    ("milk the family should not accept", &["audit/too-warm-at-handover"], |day, _| {
        let limits = day.cold.classes[DAIRY].limits.as_mut().unwrap();
        limits.accept_c = Celsius(3.2);
    }),
];
