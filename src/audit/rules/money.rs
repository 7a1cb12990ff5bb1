//! Run costs, cost shares and totals, recomputed.
//!
//! A run costs `per_day` once, `per_hour` for its working time (`starts_at` to `ends_at`), `per_driving_hour` for the durations
//! of its legs, `per_overtime_hour` for what of its working time is after the courier's shift, and `per_km` for its distance:
//! in minor units (`per_day` × 3,600,000 + (`per_hour` × seconds + `per_driving_hour` × seconds + `per_overtime_hour` ×
//! seconds) × 1,000 + `per_km` × metres × 3,600) / 3,600,000, rounded half up once. A centre that any planned order passes through costs its fixed cost, and `handling_cost` for each
//! parcel. Greenhouse gas is grams a kilometre × metres / 1,000, rounded half up once a run.

use super::super::case::Case;
use super::super::violation::{Amount, Subject, Violation};
use super::energy::surcharges;
use super::walks::objective;
use coldmile_plan::{CostShare, Echelon, Handover, Run, Totals};
use coldmile_units::{Metres, Money, Seconds};
use std::collections::BTreeSet;

/// Milliseconds in an hour, and metre-seconds in a kilometre-hour: the common denominator of the prices an hour and a
/// kilometre.
const DENOMINATOR: i128 = 3_600_000;

/// `amount / divisor`, a half rounded up.
fn half_up(amount: i128, divisor: i128) -> i64 {
    (2 * amount + divisor).div_euclid(2 * divisor) as i64
}

fn working_time(run: &Run) -> Seconds {
    run.ends_at - run.starts_at
}

/// How long of a run is after the shift of its courier.
fn overtime(case: &Case, run: &Run) -> Seconds {
    match case.courier(&run.courier) {
        Some(courier) if run.ends_at > courier.shift.close() => {
            let begun = run.starts_at.max(courier.shift.close());
            run.ends_at - begun
        }
        _ => Seconds::ZERO,
    }
}

/// The cost of a run by the prices of its vehicle type; `None` when that is unknown.
fn run_cost(case: &Case, run: &Run) -> Option<Money> {
    let prices = &case.vehicle(&run.vehicle)?.prices;
    let driving: i64 = run.trips.iter().flat_map(|trip| &trip.legs).map(|leg| leg.duration.0).sum();
    let time = (i128::from(prices.per_hour.0) * i128::from(working_time(run).0)
        + i128::from(prices.per_driving_hour.0) * i128::from(driving)
        + i128::from(prices.per_overtime_hour.0) * i128::from(overtime(case, run).0))
        * 1_000;
    let distance = i128::from(prices.per_km.0) * i128::from(run.distance.0) * 3_600;
    Some(Money(half_up(i128::from(prices.per_day.0) * DENOMINATOR + time + distance, DENOMINATOR)))
}

/// The cost of each run is that of its vehicle type, working time and distance.
pub fn run_costs(case: &Case, found: &mut Vec<Violation>) {
    for run in &case.plan.runs {
        let Some(cost) = run_cost(case, run).filter(|&cost| cost != run.cost) else { continue };
        let late = overtime(case, run);
        let of_that = if late > Seconds::ZERO { format!(", {late} of it overtime,") } else { String::new() };
        let text = format!(
            "costs {}, but {}{of_that} and {} make {cost}",
            run.cost,
            working_time(run),
            run.distance
        );
        let violation = Violation::new("audit/run-cost", Subject::Run(run.id.clone()), text);
        found.push(violation.by(Amount::Money(run.cost - cost)));
    }
}

/// Shares are not negative, handling is at the centre's price, and each part adds up to what the plan spends on it.
pub fn order_costs(case: &Case, found: &mut Vec<Violation>) {
    let mut sum = CostShare::default();
    for planned in &case.plan.orders {
        let share = &planned.cost;
        let subject = || Subject::Order(planned.order.clone());
        sum.linehaul += share.linehaul;
        sum.last_mile += share.last_mile;
        sum.handling += share.handling;
        sum.centre += share.centre;
        sum.cold += share.cold;
        let parts = [share.linehaul, share.last_mile, share.handling, share.centre, share.cold];
        let is_negative = parts.iter().any(|&part| part < Money::ZERO);
        let is_courier_paid = planned.handover == Handover::Pickup && share.last_mile != Money::ZERO;
        if is_negative || is_courier_paid {
            let text =
                if is_negative { "a part of its cost is negative" } else { "a pickup pays for a courier" };
            let worst = parts.into_iter().min().unwrap_or_default().min(-share.last_mile);
            found.push(Violation::new("audit/order-cost", subject(), text).by(Amount::Money(worst)));
        }
        let Some((order, centre)) = case.order(&planned.order).zip(case.site(&planned.centre)) else {
            continue;
        };
        let handling = centre.handling_cost * order.parcels.len() as i64;
        if share.handling != handling {
            let text = format!("handling costs {}, {} asks {handling}", share.handling, centre.id);
            let gap = Amount::Money(share.handling - handling);
            found.push(Violation::new("audit/order-cost", subject(), text).by(gap));
        }
    }
    let (handling, fixed) = centre_costs(case);
    let totals = &case.plan.totals;
    let (trucks, couriers) = (surcharges(case, Echelon::Linehaul), surcharges(case, Echelon::LastMile));
    let parts = [
        ("linehaul", sum.linehaul, totals.linehaul_cost - trucks),
        ("last mile", sum.last_mile, totals.last_mile_cost - couriers),
        ("cold", sum.cold, trucks + couriers),
        ("centre", sum.handling + sum.centre, totals.centre_cost),
        ("fixed cost", sum.centre, fixed),
        ("handling", sum.handling, handling),
    ];
    for (what, shares, cost) in parts {
        if shares != cost {
            let text = format!("{what} shares of the orders make {shares}, it costs {cost}");
            found.push(
                Violation::new("audit/cost-shares", Subject::Plan, text).by(Amount::Money(shares - cost)),
            );
        }
    }
}

/// Handling and fixed cost of the centres that planned orders pass through.
fn centre_costs(case: &Case) -> (Money, Money) {
    let mut handling = Money::ZERO;
    let mut used = BTreeSet::new();
    for planned in &case.plan.orders {
        let Some((order, centre)) = case.order(&planned.order).zip(case.site_index(&planned.centre)) else {
            continue;
        };
        handling += case.day.network.sites()[centre].handling_cost * order.parcels.len() as i64;
        used.insert(centre);
    }
    (handling, used.into_iter().map(|centre| case.day.network.sites()[centre].fixed_cost).sum())
}

/// The plan's totals, recomputed. One violation for each that differs.
pub fn totals(case: &Case, found: &mut Vec<Violation>) {
    let (stated, own) = (fields(&case.plan.totals), fields(&recount(case)));
    for ((name, stated), (_, own)) in stated.into_iter().zip(own) {
        if stated != own {
            let text = format!("{name} is {stated}, recounted {own}");
            let gap = Amount::Count(stated - own);
            found.push(Violation::new("audit/totals", Subject::Plan, text).by(gap));
        }
    }
    let (handling, fixed) = centre_costs(case);
    let cost = |echelon| {
        let runs = case.plan.runs.iter().filter(move |run| run.echelon == echelon);
        runs.map(|run| run.cost).sum::<Money>()
    };
    objective(case, [cost(Echelon::Linehaul), cost(Echelon::LastMile), handling + fixed], found);
}

fn recount(case: &Case) -> Totals {
    let plan = case.plan;
    let runs_of = |echelon: Echelon| plan.runs.iter().filter(move |run| run.echelon == echelon);
    let distance = |echelon| runs_of(echelon).map(|run| run.distance).sum::<Metres>();
    let cost = |echelon| runs_of(echelon).map(|run| run.cost).sum::<Money>();
    let doors = plan.orders.iter().filter(|planned| planned.handover == Handover::Door).count();
    let (handling, fixed) = centre_costs(case);
    let emissions = plan.runs.iter().filter_map(|run| {
        let grams = i128::from(case.vehicle(&run.vehicle)?.co2e_g_per_km);
        Some(half_up(grams * i128::from(run.distance.0), 1_000))
    });
    Totals {
        orders: case.day.orders.len(),
        planned: plan.orders.len(),
        unplanned: plan.unplanned.len(),
        doors,
        pickups: plan.orders.len() - doors,
        runs: plan.runs.len(),
        trips: case.trips().count(),
        linehaul_distance: distance(Echelon::Linehaul),
        last_mile_distance: distance(Echelon::LastMile),
        travel_time: case.trips().flat_map(|(_, _, trip)| &trip.legs).map(|leg| leg.duration).sum(),
        working_time: plan.runs.iter().map(working_time).sum(),
        linehaul_cost: cost(Echelon::Linehaul),
        last_mile_cost: cost(Echelon::LastMile),
        centre_cost: handling + fixed,
        cost: cost(Echelon::Linehaul) + cost(Echelon::LastMile) + handling + fixed,
        co2e_g: emissions.sum(),
        // The price of the day is the matter of `walks`.
        ..case.plan.totals
    }
}

/// The totals by their name in the file.
pub fn fields(totals: &Totals) -> [(&'static str, i64); 16] {
    [
        ("orders", totals.orders as i64),
        ("planned", totals.planned as i64),
        ("unplanned", totals.unplanned as i64),
        ("doors", totals.doors as i64),
        ("pickups", totals.pickups as i64),
        ("runs", totals.runs as i64),
        ("trips", totals.trips as i64),
        ("linehaul_distance", totals.linehaul_distance.0),
        ("last_mile_distance", totals.last_mile_distance.0),
        ("travel_time", totals.travel_time.0),
        ("working_time", totals.working_time.0),
        ("linehaul_cost", totals.linehaul_cost.0),
        ("last_mile_cost", totals.last_mile_cost.0),
        ("centre_cost", totals.centre_cost.0),
        ("cost", totals.cost.0),
        ("co2e_g", totals.co2e_g),
    ]
}
