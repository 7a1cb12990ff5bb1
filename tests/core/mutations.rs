//! Faults planted in a plan that audits clean: each kind is found, under the code that is meant for it.

use super::day::{day, golden, read, roads};
use coldmile::audit::audit;
use coldmile::geometry::Point;
use coldmile::plan::{DayPlan, Detail, Echelon, Handover, StopPlace, Walk, reason_code, sentence};
use coldmile::units::{Grams, Metres, Millilitres, Money, Seconds, Timestamp};
use std::collections::BTreeSet;
use std::fs;

/// A kind of fault, a code that must be reported, and how it is planted in the plan of river town.
type Mutation = (&'static str, &'static str, fn(&mut DayPlan));

const TRUCK: usize = 0;
const BIKE: usize = 1;
const WALK: usize = 2;
const LATER: Seconds = Seconds(1_800);

/// Position of a planned order.
fn at(plan: &DayPlan, id: &str) -> usize {
    plan.orders.iter().position(|order| order.order.as_str() == id).unwrap()
}

/// Moves all moments of a run and of what its orders say of it.
fn shift(plan: &mut DayPlan, run: usize, by: Seconds) {
    let run = &mut plan.runs[run];
    let moments = run.trips.iter_mut().flat_map(|trip| {
        let stops = trip.stops.iter_mut();
        stops
            .flat_map(|stop| [&mut stop.arrives_at, &mut stop.starts_at, &mut stop.departs_at])
            .chain([&mut trip.loads_at, &mut trip.departs_at, &mut trip.returns_at])
            .collect::<Vec<_>>()
    });
    moments.for_each(|moment: &mut Timestamp| *moment += by);
    run.starts_at += by;
    run.ends_at += by;
    for order in &mut plan.orders {
        if let Some(delivery) = order.delivery.as_mut().filter(|delivery| delivery.run == run.id) {
            delivery.at += by;
            order.leaves_at += by;
        }
    }
}

/// Drives one leg of a run's first trip half an hour longer; everything after it is later, and paid.
fn dawdle(plan: &mut DayPlan, run: usize, leg: usize) {
    let run = &mut plan.runs[run];
    let trip = &mut run.trips[0];
    trip.legs[leg].duration += LATER;
    for stop in &mut trip.stops[leg..] {
        stop.arrives_at += LATER;
        stop.starts_at += LATER;
        stop.departs_at += LATER;
    }
    trip.returns_at += LATER;
    run.ends_at += LATER;
    let paid = Money(750);
    run.cost += paid;
    let id = run.id.clone();
    plan.totals.travel_time += LATER;
    plan.totals.working_time += LATER;
    plan.totals.last_mile_cost += paid;
    plan.totals.cost += paid;
    plan.totals.objective += paid;
    plan.totals.objective_parts.last_mile += paid;
    let mut last = None;
    for (position, order) in plan.orders.iter_mut().enumerate() {
        if let Some(delivery) = order.delivery.as_mut().filter(|delivery| delivery.run == id) {
            if delivery.stop >= leg {
                delivery.at += LATER;
            }
            last = Some(position);
        }
    }
    plan.orders[last.unwrap()].cost.last_mile += paid;
}

/// Takes a planned order out of all lists and leaves it out for a reason.
fn leave_out(plan: &mut DayPlan, id: &str, code: &str, is_impossible: bool) {
    let order = plan.orders.remove(at(plan, id));
    for wave in &mut plan.waves {
        wave.orders.retain(|listed| *listed != order.order);
    }
    let parcel = format!("{id}-1");
    for trip in plan.runs.iter_mut().flat_map(|run| &mut run.trips) {
        trip.manifest.parcels.retain(|other| other.as_str() != parcel);
        trip.stops.iter_mut().for_each(|stop| stop.parcels.retain(|other| other.as_str() != parcel));
    }
    let mut unplanned = plan.unplanned[0].clone();
    unplanned.order = order.order;
    unplanned.impossible = is_impossible;
    plan.unplanned.insert(0, unplanned);
    claim(plan, 0, code);
    plan.totals.planned -= 1;
    plan.totals.unplanned += 1;
    plan.totals.pickups -= 1;
}

/// What the plan says of the order that was placed too late (0) or lives off the roads (1).
fn claim(plan: &mut DayPlan, row: usize, code: &str) {
    let unplanned = &mut plan.unplanned[row];
    unplanned.code = format!("unplanned/{code}");
    // Figures and words that go with the code.
    let names = reason_code(&unplanned.code).map_or(&[][..], |reason| reason.details[0]);
    let figure = |name: &str| match name {
        "carrier" => Detail::Text("courier".to_owned()),
        "centre" => Detail::Text("NORTH".to_owned()),
        "compartment" => Detail::Text("chilled".to_owned()),
        "hubs" => Detail::Ids(vec!["HUB".to_owned()]),
        _ => Detail::Whole(75),
    };
    unplanned.details = names.iter().map(|&name| (name.to_owned(), figure(name))).collect();
    unplanned.reason = sentence(&unplanned.code, &unplanned.details);
}

fn points(line: &str) -> Vec<geo::Coord> {
    polyline::decode_polyline(line, 5).unwrap().0
}

fn encoded(line: Vec<geo::Coord>) -> String {
    polyline::encode_coordinates(line, 5).unwrap()
}

/// The line of a leg of the walker, to be drawn anew.
fn redraw(plan: &mut DayPlan, leg: usize, draw: impl Fn(Vec<geo::Coord>) -> Vec<geo::Coord>) {
    let line = &mut plan.runs[WALK].trips[0].legs[leg].line;
    *line = encoded(draw(points(line)));
}

const MUTATIONS: &[Mutation] = &[
    // The first page.
    ("a version of the form that there is not", "audit/header", |plan| plan.version = 0),
    ("another network's name", "audit/header", |plan| "Hill town".clone_into(&mut plan.name)),
    ("another day's date", "audit/header", |plan| "2026-05-13".clone_into(&mut plan.date)),
    ("another time zone", "audit/header", |plan| "Asia/Tokyo".clone_into(&mut plan.timezone)),
    ("another currency", "audit/header", |plan| "EUR".clone_into(&mut plan.currency)),
    ("a total that is a cent lower", "audit/totals", |plan| plan.totals.cost -= Money(1)),
    ("a day that is a cent cheaper than its parts", "audit/objective", |plan| {
        plan.totals.objective -= Money(1);
    }),
    ("walks that nobody counts", "audit/objective", |plan| {
        plan.totals.objective -= plan.totals.objective_parts.walks;
        plan.totals.objective_parts.walks = Money(0);
    }),
    ("lateness that there is not", "audit/objective", |plan| {
        plan.totals.objective += Money(100);
        plan.totals.objective_parts.lateness = Money(100);
    }),
    ("a family that walks faster than people do", "audit/walk-differs", |plan| {
        let order = at(plan, "R05");
        plan.orders[order].walk.as_mut().unwrap().duration -= Seconds(30);
    }),
    ("a family that walks on another path", "audit/walk-differs", |plan| {
        let order = at(plan, "R05");
        plan.orders[order].walk.as_mut().unwrap().distance += Metres(200);
    }),
    ("a pickup to which nobody walks", "audit/walk-differs", |plan| {
        let order = at(plan, "R05");
        plan.orders[order].walk = None;
    }),
    ("a family that walks for what comes to its door", "audit/walk-differs", |plan| {
        let order = at(plan, "R02");
        plan.orders[order].walk = Some(Walk { duration: Seconds(60), distance: Metres(80) });
    }),
    ("a reason in other words than its figures'", "audit/false-reason", |plan| {
        plan.unplanned[0].reason.push_str(" or so");
    }),
    ("a reason without its figures", "audit/false-reason", |plan| plan.unplanned[0].details.clear()),
    ("minutes that are not those of the day", "audit/false-reason", |plan| {
        let unplanned = &mut plan.unplanned[0];
        unplanned.details.insert("late_min".to_owned(), Detail::Whole(74));
        unplanned.reason = sentence(&unplanned.code, &unplanned.details);
    }),
    ("a kilometre that nobody drives", "audit/totals", |plan| {
        plan.totals.last_mile_distance += Metres(1_000);
    }),
    ("an hour that nobody works", "audit/totals", |plan| plan.totals.working_time += Seconds(3_600)),
    ("an order planned on paper", "audit/totals", |plan| plan.totals.planned += 1),
    ("emissions that vanish", "audit/totals", |plan| plan.totals.co2e_g = 0),
    // Orders and their references.
    ("an order that vanishes", "audit/order-missing", |plan| {
        plan.orders.remove(at(plan, "R05"));
    }),
    ("an order left out that vanishes", "audit/order-missing", |plan| {
        plan.unplanned.pop();
    }),
    ("an order planned twice", "audit/order-twice", |plan| plan.orders.push(plan.orders[3].clone())),
    ("an order planned and left out", "audit/order-twice", |plan| {
        plan.unplanned[0].order = plan.orders[0].order.clone();
    }),
    ("an order that nobody placed", "audit/unknown-order", |plan| plan.orders[0].order = "R99".into()),
    ("an order through another centre", "audit/not-from-its-centre", |plan| {
        plan.orders[0].centre = "SOUTH".into();
    }),
    ("an order in a wave that it missed", "audit/after-cut-off", |plan| {
        let order = at(plan, "R12");
        plan.orders[order].wave = "morning".into();
    }),
    ("an order in a wave that does not list it", "audit/wave-orders", |plan| {
        plan.orders[0].wave = "afternoon".into();
    }),
    ("a wave that does not list its order", "audit/wave-orders", |plan| {
        plan.waves[0].orders.pop();
    }),
    ("a wave that stands twice", "audit/wave-orders", |plan| plan.waves.push(plan.waves[1].clone())),
    ("a wave that is not scheduled", "audit/unknown-wave", |plan| plan.waves[1].schedule = "night".into()),
    ("a door turned into a pickup", "audit/pickup-for-door", |plan| {
        plan.orders[0].handover = Handover::Pickup;
        plan.orders[0].delivery = None;
    }),
    ("a pickup turned into a door", "audit/door-for-pickup", |plan| {
        let order = at(plan, "R05");
        plan.orders[order].handover = Handover::Door;
    }),
    ("a pickup with a courier's visit", "audit/delivery-reference", |plan| {
        let order = at(plan, "R06");
        plan.orders[order].delivery = plan.orders[0].delivery.clone();
    }),
    ("a courier named as the truck", "audit/linehaul-reference", |plan| {
        plan.orders[0].linehaul = plan.runs[BIKE].id.clone();
    }),
    ("a truck that there is not", "audit/unknown-run", |plan| plan.orders[0].linehaul = "R-truck-9".into()),
    ("a promise ten minutes early", "audit/delivery-reference", |plan| {
        plan.orders[0].delivery.as_mut().unwrap().at += Seconds(-600);
    }),
    ("a visit at another family's door", "audit/delivery-reference", |plan| {
        plan.orders[0].delivery.as_mut().unwrap().stop = 3;
    }),
    ("a visit after the last stop", "audit/delivery-reference", |plan| {
        plan.orders[0].delivery.as_mut().unwrap().stop = 99;
    }),
    ("two families who exchange their visits", "audit/delivery-reference", |plan| {
        let (one, other) = (at(plan, "R01"), at(plan, "R02"));
        let visit = plan.orders[one].delivery.take();
        plan.orders[one].delivery = std::mem::replace(&mut plan.orders[other].delivery, visit);
    }),
    ("goods that stay in the store for longer than said", "audit/leaves-at", |plan| {
        plan.orders[0].leaves_at += Seconds(-3_600);
    }),
    ("an order ready before its truck is there", "audit/ready-too-early", |plan| {
        plan.orders[0].ready_at += Seconds(-1_200);
    }),
    ("a wave ready before its truck is there", "audit/ready-too-early", |plan| {
        plan.waves[0].ready_at += Seconds(-1_200);
    }),
    // Money.
    ("a cent of a truck moved to another order", "audit/share-differs", |plan| {
        plan.orders[0].cost.linehaul += Money(1);
        plan.orders[1].cost.linehaul -= Money(1);
    }),
    ("a cent of a courier moved to another order", "audit/share-differs", |plan| {
        let (one, other) = (at(plan, "R01"), at(plan, "R02"));
        plan.orders[one].cost.last_mile += Money(1);
        plan.orders[other].cost.last_mile -= Money(1);
    }),
    ("a cent of a centre moved to another order", "audit/share-differs", |plan| {
        plan.orders[0].cost.centre += Money(1);
        plan.orders[1].cost.centre -= Money(1);
    }),
    ("one order that pays a whole truck", "audit/share-differs", |plan| {
        let all = plan.totals.linehaul_cost;
        plan.orders.iter_mut().for_each(|order| order.cost.linehaul = Money(0));
        plan.orders[0].cost.linehaul = all;
    }),
    ("handling moved to another order", "audit/order-cost", |plan| {
        plan.orders[0].cost.handling += Money(150);
        plan.orders[1].cost.handling -= Money(150);
    }),
    ("a pickup that pays for a courier", "audit/order-cost", |plan| {
        let (pickup, door) = (at(plan, "R05"), at(plan, "R01"));
        plan.orders[pickup].cost.last_mile += Money(100);
        plan.orders[door].cost.last_mile -= Money(100);
    }),
    ("a cold surcharge that nobody pays", "audit/cost-shares", |plan| {
        let dear = plan.orders.iter().map(|order| order.cost.cold).enumerate().max_by_key(|(_, cold)| *cold);
        let (order, cold) = dear.unwrap();
        assert!(cold > Money(0));
        plan.orders[order].cost.cold = Money(0);
    }),
    ("a cooling machine that needs no diesel", "audit/footprint", |plan| {
        let machine = plan.runs.iter().position(|run| run.footprint.unwrap().diesel_ml > 0).unwrap();
        plan.runs[machine].footprint.as_mut().unwrap().diesel_ml = 0;
    }),
    ("heat that gets in and is not told", "audit/footprint", |plan| {
        let warm = plan.runs.iter().position(|run| run.footprint.unwrap().chilled_j > 10).unwrap();
        plan.runs[warm].footprint.as_mut().unwrap().chilled_j -= 10;
        plan.totals.footprint.as_mut().unwrap().chilled_j -= 10;
    }),
    ("gas of a plan that its orders do not have", "audit/footprint", |plan| {
        plan.orders[0].footprint.as_mut().unwrap().driving_g += 1;
    }),
    ("a centre that saves a fortune", "audit/direct-differs", |plan| {
        plan.orders[0].direct.as_mut().unwrap().cost += Money(1_000);
        plan.totals.direct.as_mut().unwrap().cost += Money(1_000);
    }),
    ("a saving of orders that are not in it", "audit/direct-differs", |plan| {
        plan.totals.direct.as_mut().unwrap().orders += 1;
    }),
    ("shares that do not add up", "audit/cost-shares", |plan| plan.orders[0].cost.centre -= Money(1)),
    ("a run a cent too dear, everywhere", "audit/run-cost", |plan| {
        plan.runs[WALK].cost += Money(1);
        plan.totals.last_mile_cost += Money(1);
        plan.totals.cost += Money(1);
        let order = at(plan, "R14");
        plan.orders[order].cost.last_mile += Money(1);
    }),
    // Runs.
    ("two runs of one name", "audit/run-twice", |plan| plan.runs[WALK].id = plan.runs[BIKE].id.clone()),
    ("a courier with two runs", "audit/courier-twice", |plan| plan.runs[WALK].courier = "north-bike".into()),
    ("a courier whom the day does not have", "audit/unknown-courier", |plan| {
        plan.runs[WALK].courier = "nobody".into();
    }),
    ("another vehicle than the courier's", "audit/wrong-vehicle", |plan| {
        plan.runs[WALK].vehicle = "van".into();
    }),
    ("another base than the courier's", "audit/wrong-base", |plan| plan.runs[WALK].base = "NORTH".into()),
    ("a courier said to be a truck", "audit/wrong-echelon", |plan| {
        plan.runs[WALK].echelon = Echelon::Linehaul;
    }),
    ("a run that starts before it loads", "audit/run-times", |plan| {
        plan.runs[WALK].starts_at += Seconds(-600);
    }),
    ("a run that ends before it is back", "audit/run-times", |plan| plan.runs[WALK].ends_at += Seconds(-600)),
    ("a run longer than its legs", "audit/run-distance", |plan| plan.runs[WALK].distance += Metres(500)),
    ("a run without trips", "audit/empty-run", |plan| plan.runs[WALK].trips.clear()),
    ("a run two hours earlier", "audit/not-ready", |plan| shift(plan, BIKE, Seconds(-7_200))),
    ("a run five hours later", "audit/outside-shift", |plan| shift(plan, WALK, Seconds(5 * 3_600))),
    ("a run two hours later", "audit/outside-window", |plan| shift(plan, BIKE, Seconds(7_200))),
    ("a truck before its wave is sorted", "audit/before-hub-ready", |plan| {
        shift(plan, TRUCK, Seconds(-3_600));
    }),
    ("a truck after its wave is due", "audit/after-centre-due", |plan| {
        shift(plan, TRUCK, Seconds(3 * 3_600));
    }),
    ("more trips than the vehicle makes", "audit/too-many-trips", |plan| {
        let trip = plan.runs[TRUCK].trips[1].clone();
        plan.runs[TRUCK].trips.extend([trip.clone(), trip]);
    }),
    ("a trip before the one before it is back", "audit/trips-overlap", |plan| {
        let back = plan.runs[TRUCK].trips[0].returns_at;
        plan.runs[TRUCK].trips[1].loads_at = back - Seconds(60);
    }),
    ("a truck loaded in two minutes", "audit/loading-too-short", |plan| {
        let trip = &mut plan.runs[TRUCK].trips[1];
        trip.loads_at = trip.departs_at - Seconds(120);
    }),
    ("a trip without stops", "audit/empty-trip", |plan| {
        let trip = &mut plan.runs[TRUCK].trips[1];
        trip.stops.clear();
        trip.legs.truncate(1);
    }),
    // Stops.
    ("a door dropped with its visit left", "audit/not-delivered", |plan| {
        plan.runs[WALK].trips[0].stops[1].parcels.clear();
    }),
    ("a stop that vanishes", "audit/leg-count", |plan| {
        plan.runs[WALK].trips[0].stops.remove(1);
    }),
    ("two stops in the wrong order", "audit/arrival-differs", |plan| {
        plan.runs[WALK].trips[0].stops.swap(1, 2);
    }),
    ("a stop 200 m beside the door", "audit/stop-elsewhere", |plan| {
        let stop = &mut plan.runs[WALK].trips[0].stops[1];
        stop.point = Point::from_e7(stop.point.lat_e7() + 18_000, stop.point.lon_e7());
    }),
    ("a stop that is reached before the leg is driven", "audit/arrival-differs", |plan| {
        plan.runs[WALK].trips[0].stops[1].arrives_at += Seconds(-120);
    }),
    ("service before the arrival", "audit/time-backwards", |plan| {
        plan.runs[WALK].trips[0].stops[1].starts_at += Seconds(-120);
    }),
    ("thirty seconds at a door", "audit/service-too-short", |plan| {
        let stop = &mut plan.runs[WALK].trips[0].stops[3];
        stop.departs_at = stop.starts_at + Seconds(30);
    }),
    ("a truck that unloads in no time", "audit/service-too-short", |plan| {
        let stop = &mut plan.runs[TRUCK].trips[0].stops[1];
        stop.departs_at = stop.starts_at;
    }),
    ("a courier who calls at a centre", "audit/wrong-place", |plan| {
        plan.runs[WALK].trips[0].stops[1].place =
            StopPlace::Centre { site: "SOUTH".into(), wave: "morning".into() };
    }),
    ("a truck that calls at a door", "audit/wrong-place", |plan| {
        plan.runs[TRUCK].trips[0].stops[1].place = StopPlace::Door { order: "R01".into() };
    }),
    ("a visit that nobody asked for", "audit/unasked-visit", |plan| plan.orders[0].delivery = None),
    ("a walk to the door that the day does not count", "audit/walk-differs", |plan| {
        plan.runs[WALK].trips[0].stops[1].walk = Some(Walk { distance: Metres(5), duration: Seconds(4) });
    }),
    // Parcels and manifests.
    ("parcels at each other's doors", "audit/wrong-stop", |plan| {
        let stops = &mut plan.runs[WALK].trips[0].stops;
        let parcels = std::mem::take(&mut stops[1].parcels);
        stops[1].parcels = std::mem::replace(&mut stops[2].parcels, parcels);
    }),
    ("a parcel that no truck brings", "audit/not-brought", |plan| {
        plan.runs[TRUCK].trips[0].stops[1].parcels.pop();
    }),
    ("a parcel brought twice", "audit/brought-twice", |plan| {
        let parcel = plan.runs[TRUCK].trips[0].stops[1].parcels[0].clone();
        plan.runs[TRUCK].trips[1].stops[0].parcels.push(parcel);
    }),
    ("a parcel delivered twice", "audit/delivered-twice", |plan| {
        let parcel = plan.runs[WALK].trips[0].stops[1].parcels[0].clone();
        plan.runs[WALK].trips[0].stops[2].parcels.push(parcel);
    }),
    ("a parcel that there is not", "audit/unknown-parcel", |plan| {
        plan.runs[WALK].trips[0].stops[1].parcels.push("R13-2".into());
    }),
    ("a pickup that is carried about", "audit/wrong-stop", |plan| {
        plan.runs[BIKE].trips[0].stops[0].parcels.push("R05-1".into());
    }),
    ("a parcel of an order left out", "audit/wrong-stop", |plan| {
        plan.runs[TRUCK].trips[0].stops[0].parcels.push("R17-1".into());
    }),
    ("a manifest in the order of the stops", "audit/manifest-order", |plan| {
        plan.runs[WALK].trips[0].manifest.parcels.reverse();
    }),
    ("a manifest that forgets a parcel", "audit/manifest-parcels", |plan| {
        plan.runs[WALK].trips[0].manifest.parcels.pop();
    }),
    ("a manifest a gram too light", "audit/manifest-load", |plan| {
        plan.runs[WALK].trips[0].manifest.load.mass -= Grams(1);
    }),
    ("a manifest a millilitre too small", "audit/manifest-load", |plan| {
        plan.runs[WALK].trips[0].manifest.load.volumes[0] -= Millilitres(1);
    }),
    // Legs.
    ("a leg that is missing", "audit/leg-count", |plan| {
        plan.runs[WALK].trips[0].legs.pop();
    }),
    ("a leg a minute faster than the road", "audit/leg-too-fast", |plan| {
        plan.runs[WALK].trips[0].legs[1].duration -= Seconds(60);
    }),
    ("a leg half an hour longer, paid in full", "audit/leg-too-slow", |plan| dawdle(plan, WALK, 2)),
    ("a way home half an hour longer, paid in full", "audit/leg-too-slow", |plan| dawdle(plan, WALK, 4)),
    ("a leg 300 m shorter", "audit/leg-distance", |plan| {
        plan.runs[WALK].trips[0].legs[2].distance -= Metres(300);
    }),
    ("a leg 300 m longer", "audit/leg-distance", |plan| {
        plan.runs[WALK].trips[0].legs[2].distance += Metres(300);
    }),
    ("a line straight through the houses", "audit/line-off-road", |plan| {
        redraw(plan, 2, |line| vec![line[0], line[line.len() - 1]]);
    }),
    ("a line with a spur that nobody drives", "audit/line-length", |plan| {
        redraw(plan, 2, |line| {
            let back: Vec<geo::Coord> = line.iter().rev().copied().collect();
            [line.clone(), back, line].concat()
        });
    }),
    ("a line 100 m beside the road", "audit/line-off-road", |plan| {
        redraw(plan, 2, |line| line.into_iter().map(|at| geo::Coord { x: at.x, y: at.y + 0.0009 }).collect());
    }),
    ("a line of another leg", "audit/line-elsewhere", |plan| {
        plan.runs[WALK].trips[0].legs[2].line = plan.runs[BIKE].trips[0].legs[1].line.clone();
    }),
    ("a line the wrong way round", "audit/line-elsewhere", |plan| {
        redraw(plan, 2, |line| line.into_iter().rev().collect());
    }),
    ("a line that is cut short", "audit/line-elsewhere", |plan| {
        redraw(plan, 2, |line| line[..2].to_vec());
    }),
    ("a line that is missing", "audit/line-broken", |plan| plan.runs[WALK].trips[0].legs[2].line.clear()),
    ("a line that cannot be read", "audit/line-broken", |plan| {
        "~~".clone_into(&mut plan.runs[WALK].trips[0].legs[2].line);
    }),
    // What is said of orders left out.
    ("no code", "audit/no-reason", |plan| plan.unplanned[0].code.clear()),
    ("no words", "audit/no-reason", |plan| plan.unplanned[0].reason.clear()),
    ("a code that there is not", "audit/false-reason", |plan| claim(plan, 0, "bad-luck")),
    ("late, said to be far from a road", "audit/false-reason", |plan| claim(plan, 0, "too-far-from-road")),
    ("far from a road, said to be late", "audit/false-reason", |plan| claim(plan, 1, "after-cut-off")),
    ("a day with couriers, said to have none", "audit/false-reason", |plan| claim(plan, 0, "nobody-on-duty")),
    ("a hub with a truck, said to have none", "audit/false-reason", |plan| {
        claim(plan, 0, "no-truck-on-duty");
    }),
    ("centres with couriers, said to have none", "audit/false-reason", |plan| {
        claim(plan, 0, "no-courier-on-duty");
    }),
    ("a door on the road, said to be cut off", "audit/false-reason", |plan| {
        claim(plan, 0, "no-centre-reachable");
    }),
    ("a parcel of a kilo, said to be too large", "audit/false-reason", |plan| {
        claim(plan, 0, "load-too-large");
    }),
    ("an order not placed, said to be impossible", "audit/false-reason", |plan| claim(plan, 0, "not-placed")),
    ("an order placed too late, said to be possible", "audit/false-reason", |plan| {
        plan.unplanned[0].impossible = false;
    }),
    ("a pickup left out as far from a road", "audit/false-reason", |plan| {
        leave_out(plan, "R05", "too-far-from-road", true);
    }),
    ("a pickup left out as placed too late", "audit/false-reason", |plan| {
        leave_out(plan, "R05", "after-cut-off", true);
    }),
    ("a pickup left out as too late for its window", "audit/false-reason", |plan| {
        leave_out(plan, "R05", "wave-too-late", true);
    }),
];

fn plan() -> DayPlan {
    DayPlan::from_json(&fs::read(golden("river_town").join("plan.json")).unwrap()).unwrap()
}

#[test]
fn every_kind_of_planted_fault_is_found() {
    let (day, roads) = (day("river_town"), roads("river_town"));
    let sound = plan();
    let report = audit(&day, &sound, &roads);
    assert!(report.is_clean(), "{report}");
    let names: BTreeSet<&str> = MUTATIONS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names.len(), MUTATIONS.len(), "each kind once");
    assert!(MUTATIONS.len() >= 60, "{}", MUTATIONS.len());
    let mut missed = Vec::new();
    for (name, code, plant) in MUTATIONS {
        let mut mutated = sound.clone();
        plant(&mut mutated);
        assert_ne!(mutated, sound, "{name}");
        let report = audit(&day, &mutated, &roads);
        if !report.violations.iter().any(|violation| violation.code == *code) {
            missed.push(format!("{name}: {code} is not among\n{report}"));
        }
    }
    assert!(missed.is_empty(), "{} of {} missed\n{}", missed.len(), MUTATIONS.len(), missed.join("\n"));
}

/// A rule that the day's files get and the plan does not know: text that stands in `network.toml` and what takes its place,
/// a column of one order, and the code.
type NewRule = (&'static str, [&'static str; 2], Option<[&'static str; 3]>);

const NEW_RULES: &[NewRule] = &[
    ("audit/walk-differs", ["[weather]", "[rules]\nwalk_to_door = true\n[weather]"], None),
    // R09 is collected: only the truck carries it, for more than a second.
    ("audit/ride-too-long", ["cold = \"default\"\n\n[weather]", CHILLED_FOR_A_SECOND], None),
    (
        "audit/service-too-short",
        ["name = \"North bank\"", "name = \"North bank\"\nper_parcel_unload_s = 600"],
        None,
    ),
    (
        "audit/ready-too-early",
        ["name = \"North bank\"", "name = \"North bank\"\nper_parcel_unload_s = 600"],
        None,
    ),
    (
        "audit/parcel-too-large",
        ["id = \"e-bike\"", "id = \"e-bike\"\nmax_parcel_cm = [40, 30, 19]"],
        Some(["R01", "parcel_cm", "40x20x30"]),
    ),
    (
        "audit/store-door",
        ["name = \"North bank\"", "name = \"North bank\"\nstorage_door_cm = [50, 30]"],
        Some(["R05", "parcel_cm", "31x60x31"]),
    ),
    ("audit/too-old", ["", ""], Some(["R01", "best_before", "2026-05-12T09:00"])),
    ("audit/leaves-at", ["", ""], Some(["R05", "best_before", "2026-05-12T11:00"])),
];

const CHILLED_FOR_A_SECOND: &str = "\n[rules]\nride = \"whole\"\n[cold]\nbase = \"default\"\n[[cold.class]]\n\
     id = \"chilled\"\ncompartment = \"chilled\"\nset_point_c = 2\naccept_c = 8\nreject_c = 12\nsettling_min = 60\n\
     longest_ride_min = 2.1\n[weather]";

#[test]
fn a_plan_that_does_not_know_a_rule_of_its_day_breaks_it() {
    let (roads, sound) = (roads("river_town"), plan());
    let file = |name: &str| fs::read_to_string(golden("river_town").join(name)).unwrap();
    for (code, [from, to], column) in NEW_RULES {
        let network = file("network.toml");
        let (network, head) =
            if from.is_empty() { (network, "") } else { (network.replacen(from, to, 1), *to) };
        assert!(network.contains(head));
        let mut orders = file("orders.csv");
        if let Some([id, name, value]) = column {
            let line = |line: &str| match line.split(',').next().unwrap() {
                "order_id" => format!("{line},{name}"),
                other if other == *id => format!("{line},{value}"),
                other if other.starts_with('#') => line.to_owned(),
                _ => format!("{line},"),
            };
            orders = orders.lines().map(line).collect::<Vec<_>>().join("\n");
        }
        let report = audit(&read(network.as_bytes(), orders.as_bytes()), &sound, &roads);
        assert!(report.violations.iter().any(|violation| violation.code == *code), "{code}\n{report}");
    }
}
