//! Greenhouse gas and the energy of cooling, recomputed from what is handed over where.
//!
//! A run emits grams a kilometre × metres / 1,000 by driving, rounded half up. Of each cooled part of its vehicle, on each trip, the
//! time from departure to the service of the last stop with goods of it counts. Heat through walls: W/(m² K) × 6 V^⅔ ×
//! kelvin × seconds, hour by hour. Each stop before the last opens the door: Gosney and Olama's flow, at most one and a half changes of the
//! free air; of a box with ice instead a multiple of its length of hold-over, all in all no more than the ice takes up. The figures stand in
//! `coldmile_model::cooling`. A plan that tells no footprint at all, as older programs made them, has no cold surcharges either.

use super::super::case::Case;
use super::super::violation::{Amount, Subject, Violation};
use coldmile_model::cold::Keeping;
use coldmile_model::{Compartment, Parcel, VehicleType, cooling};
use coldmile_plan::{Echelon, Footprint, FootprintShare, Run, Trip};
use coldmile_units::{Money, Seconds, Timestamp};

/// Joules that a run may differ by for each joule, beyond one: two sums of the same terms are rounded differently.
const TOLERANCE: f64 = 1e-6;
/// The cooled parts.
pub const COOLED: [Compartment; 2] = [Compartment::Chilled, Compartment::Frozen];

/// Whether the plan tells what it emits.
pub fn is_told(case: &Case) -> bool {
    case.plan.totals.footprint.is_some()
}

/// Every run's footprint, the plan's sums of them, and the sums of the orders' parts.
pub fn footprints(case: &Case, found: &mut Vec<Violation>) {
    let plan = case.plan;
    let Some(totals) = plan.totals.footprint else {
        let is_bare = plan.runs.iter().all(|run| run.footprint.is_none())
            && plan.orders.iter().all(|order| order.footprint.is_none() && order.cost.cold == Money::ZERO);
        if !is_bare {
            report(Subject::Plan, "the plan tells the greenhouse gas of parts, but no sum", found);
        }
        return;
    };
    let mut sum = [0; 6];
    for run in &plan.runs {
        let subject = || Subject::Run(run.id.clone());
        let Some(stated) = run.footprint else {
            report(subject(), "its greenhouse gas and cooling are missing", found);
            continue;
        };
        for (sum, (_, figure)) in sum.iter_mut().zip(stated.by_name()) {
            *sum += figure;
        }
        let Some(vehicle) = case.vehicle(&run.vehicle) else { continue };
        compare(&subject, &stated, &own(case, run, vehicle, &stated), found);
    }
    for ((name, stated), own) in totals.by_name().into_iter().zip(sum) {
        if stated != own {
            differs(Subject::Plan, name, (stated, own), found);
        }
    }
    let mut shared = FootprintShare::default();
    for order in &plan.orders {
        match order.footprint {
            Some(share) => shared += share,
            None => {
                report(Subject::Order(order.order.clone()), "its part of greenhouse gas is missing", found);
            }
        }
    }
    for (name, stated, own) in [
        ("driving_g of all orders", shared.driving_g, totals.driving_g),
        ("cooling_g of all orders", shared.cooling_g, totals.cooling_g),
        ("cooling_j of all orders", shared.cooling_j, totals.chilled_j + totals.frozen_j),
    ] {
        if stated != own {
            differs(Subject::Plan, name, (stated, own), found);
        }
    }
}

fn compare(subject: &impl Fn() -> Subject, stated: &Footprint, own: &Footprint, found: &mut Vec<Violation>) {
    for ((name, stated), (_, own)) in stated.by_name().into_iter().zip(own.by_name()) {
        let is_heat = name.ends_with("_j");
        let allowed = if is_heat { 1.0 + own as f64 * TOLERANCE } else { 0.0 };
        if (stated - own).abs() as f64 > allowed {
            differs(subject(), name, (stated, own), found);
        }
    }
}

fn differs(subject: Subject, name: &str, (stated, own): (i64, i64), found: &mut Vec<Violation>) {
    let text = format!("{name} is {stated}, recomputed {own}");
    let violation = Violation::new("audit/footprint", subject, text);
    found.push(violation.by(Amount::Count(stated - own)));
}

fn report(subject: Subject, text: &str, found: &mut Vec<Violation>) {
    found.push(Violation::new("audit/footprint", subject, text.to_owned()));
}

/// What a run emits and takes: the joules from the day, what follows from joules from those that are stated.
fn own(case: &Case, run: &Run, vehicle: &VehicleType, stated: &Footprint) -> Footprint {
    let mut own = Footprint {
        driving_g: rounded(i128::from(vehicle.co2e_g_per_km) * i128::from(run.distance.0), 1_000),
        ..Footprint::default()
    };
    let Some(carrier) = case.day.cold.carriers.get(vehicle.carrier) else { return own };
    for part in COOLED {
        let Some(keeping) = carrier.keeping(part) else { continue };
        let let_in = |trip: &Trip| joules(case, vehicle, (part, keeping, carrier.door_open), trip);
        let sum = run.trips.iter().map(let_in).sum::<f64>().round() as i64;
        let (told, ml, wh) = if part == Compartment::Chilled {
            own.chilled_j = sum;
            (stated.chilled_j, cooling::JOULES_PER_ML_DIESEL.0, cooling::JOULES_PER_WH.0)
        } else {
            own.frozen_j = sum;
            (stated.frozen_j, cooling::JOULES_PER_ML_DIESEL.1, cooling::JOULES_PER_WH.1)
        };
        if keeping.hold_over_min.is_some() {
            own.electricity_wh += rounded(i128::from(told), i128::from(wh));
        } else {
            own.diesel_ml += rounded(i128::from(told), i128::from(ml));
        }
    }
    let milligrams = i128::from(own.diesel_ml) * i128::from(cooling::MG_PER_ML_DIESEL)
        + i128::from(own.electricity_wh) * i128::from(cooling::MG_PER_WH);
    own.cooling_g = rounded(milligrams, 1_000);
    own
}

/// `amount / divisor`, a half rounded up.
fn rounded(amount: i128, divisor: i128) -> i64 {
    (amount.div_euclid(divisor) + i128::from(2 * amount.rem_euclid(divisor) >= divisor)) as i64
}

/// Millilitres of a parcel if it rides in this part.
pub fn volume_in(case: &Case, part: Compartment, parcel: &Parcel) -> i64 {
    let is_there = case.day.cold.classes.get(parcel.class).is_some_and(|class| class.compartment == part);
    if is_there { parcel.volume.0 } else { 0 }
}

/// Joules that get into a part of the vehicle on a trip.
fn joules(
    case: &Case,
    vehicle: &VehicleType,
    (part, keeping, door): (Compartment, &Keeping, Seconds),
    trip: &Trip,
) -> f64 {
    let volumes: Vec<i64> = (trip.stops.iter())
        .map(|stop| {
            let parcels = stop.parcels.iter().filter_map(|id| case.parcel(id));
            parcels.map(|(_, parcel)| volume_in(case, part, parcel)).sum()
        })
        .collect();
    let Some(last) = volumes.iter().rposition(|&volume| volume > 0) else { return 0.0 };
    let litres = volumes.iter().sum::<i64>().max(vehicle.capacity[part].0) as f64 / 1_000.0;
    let side = (litres / 1_000.0).cbrt();
    let degree_seconds = degree_seconds(case, trip.departs_at, trip.stops[last].starts_at, keeping.hold_c.0);
    let stops = &trip.stops[..last];
    let Some(minutes) = keeping.hold_over_min else {
        let through_walls = cooling::BODY_W_PER_M2_K * 6.0 * side * side * degree_seconds;
        let opened = stops
            .iter()
            .map(|stop| through_door(side, door, case.day.weather.at(stop.starts_at).0, keeping.hold_c.0));
        return through_walls + opened.sum::<f64>();
    };
    let per_kelvin =
        if part == Compartment::Chilled { cooling::BOX_W_PER_M2_K.0 } else { cooling::BOX_W_PER_M2_K.1 };
    let conductance = per_kelvin * 6.0 * side * side;
    let power = conductance * (keeping.reference_c.0 - keeping.hold_c.0).max(0.0);
    let opened = stops.len() as f64 * (door.0 as f64 + 60.0 * keeping.recovery_min);
    let through_walls = conductance * degree_seconds;
    (through_walls + power * keeping.opening_loss * opened).min(power * 60.0 * minutes)
}

/// Kelvin above `hold` × seconds outdoors, summed over the hours of the day that a span touches.
fn degree_seconds(case: &Case, from: Timestamp, until: Timestamp, hold: f64) -> f64 {
    let weather = &case.day.weather;
    let (from, until) = ((from - weather.midnight).0, (until - weather.midnight).0);
    let hours = weather.hourly_c.iter().enumerate().map(|(hour, &celsius)| {
        // The first and the last hour stand for all before and after the day.
        let begin = if hour == 0 { i64::MIN } else { hour as i64 * 3_600 };
        let end = if hour == 23 { i64::MAX } else { (hour as i64 + 1) * 3_600 };
        let seconds = (until.min(end) - from.max(begin).min(until.min(end))).max(0);
        seconds as f64 * (celsius - hold).max(0.0)
    });
    hours.sum()
}

/// Joules by one opening of the door of a part whose side is so many metres.
fn through_door(side: f64, open: Seconds, outdoors: f64, inside: f64) -> f64 {
    if outdoors <= inside {
        return 0.0;
    }
    let (width, high) = cooling::DOOR_M;
    let (area, high) = ((side * side).min(width * high), side.min(high));
    // Air weighs 353 kg a cubic metre at 1 K, and less in proportion.
    let (light, heavy) = (353.0 / (273.15 + outdoors), 353.0 / (273.15 + inside));
    let kj = (kj_per_kg(outdoors, cooling::HUMIDITY.0) - kj_per_kg(inside, cooling::HUMIDITY.1)).max(0.0);
    let form = (2.0_f64 / ((heavy / light).powf(1.0 / 3.0) + 1.0)).powf(1.5);
    let kilowatts = 0.221 * area * kj * heavy * (9.81 * high * (1.0 - light / heavy)).sqrt() * form;
    let by_flow = kilowatts * open.0 as f64 * cooling::DOORWAY_FLOW * (1.0 - cooling::CURTAIN);
    let by_air = cooling::AIR_CHANGES * cooling::FREE_AIR * side.powi(3) * heavy * kj;
    1_000.0 * by_flow.min(by_air)
}

/// Enthalpy of moist air above dry air at 0 °C.
fn kj_per_kg(celsius: f64, humidity: f64) -> f64 {
    let saturated = 0.61094 * f64::exp(17.625 * celsius / (243.04 + celsius));
    let vapour = saturated * humidity;
    let water = 0.622 * vapour / (101.325 - vapour);
    1.006 * celsius + water * (1.86 * celsius + 2_501.0)
}

/// What a run spends on cooling, by what it says of itself: as much of the price of its distance as cooling makes of its gas.
pub fn surcharge(case: &Case, run: &Run) -> Money {
    let told = run.footprint.filter(|_| is_told(case));
    let Some((footprint, vehicle)) = told.zip(case.vehicle(&run.vehicle)) else { return Money::ZERO };
    let gas = i128::from(footprint.driving_g) + i128::from(footprint.cooling_g);
    if footprint.cooling_g <= 0 || gas <= 0 {
        return Money::ZERO;
    }
    let by_distance = i128::from(vehicle.prices.per_km.0) * i128::from(run.distance.0);
    Money(rounded(by_distance * i128::from(footprint.cooling_g), gas * 1_000)).min(run.cost)
}

/// What the runs of an echelon spend on cooling.
pub fn surcharges(case: &Case, echelon: Echelon) -> Money {
    let runs = case.plan.runs.iter().filter(|run| run.echelon == echelon);
    runs.map(|run| surcharge(case, run)).sum()
}
