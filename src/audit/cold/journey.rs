//! The temperature of each parcel from the hub to the family, and its margin to the limits.

use super::super::case::{Case, Halt, collect_by};
use super::super::violation::{Amount, Subject, Violation};
use super::air::{Air, AirStep, AirTrace, STEP, approach};
use coldmile_model::cold::{ColdClass, ColdLimits};
use coldmile_model::{Compartment, Order, Parcel, Site};
use coldmile_plan::{Handover, PlannedOrder};
use coldmile_units::{Id, Seconds, Timestamp};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Largest margin in minutes: a day. A product that keeps longer where it is has no limit that matters for this plan.
pub const MAX_MARGIN_MIN: i64 = 24 * 60;
/// A pickup is followed in the store for a day at most, for centres that never close.
const MAX_STAY: Seconds = Seconds(24 * 3600);
/// Kelvin above a limit that are not a violation but rounding.
const TOLERANCE_K: f64 = 1e-6;

/// The temperatures of one parcel with limits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParcelCold {
    /// The parcel.
    pub parcel: Id<Parcel>,
    /// Its order.
    pub order: Id<Order>,
    /// Its temperature class.
    pub class: Id<ColdClass>,
    /// Highest temperature of the product itself, in degrees Celsius.
    pub warmest_c: f64,
    /// When that was.
    pub warmest_at: Timestamp,
    /// Where that was: `on run R-4`, `on the floor of C1`, `in store at C1`.
    pub warmest_where: String,
    /// Temperature of the product at handover, in degrees Celsius.
    pub handover_c: f64,
    /// The handover: start of service at the door, or the last moment to collect it.
    pub handover_at: Timestamp,
    /// Rejection temperature minus the warmest, over the whole journey; negative when it was too warm.
    pub margin_k: f64,
    /// Whole minutes that it could still have stayed in its last carrier (a pickup: in the store) before rejection; at most
    /// [`MAX_MARGIN_MIN`].
    pub margin_min: i64,
}

/// The smallest margins of all parcels.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColdMargin {
    /// The parcel with the smallest margin in kelvin.
    pub parcel: Id<Parcel>,
    /// Its order.
    pub order: Id<Order>,
    /// Where it was warmest.
    pub place: String,
    /// When it was warmest.
    pub at: Timestamp,
    /// Its rejection temperature minus its highest temperature.
    pub kelvin: f64,
    /// The smallest margin in minutes of any parcel, which may be another one.
    pub minutes: i64,
}

impl ColdMargin {
    /// The smallest margins of these parcels; `None` without parcels.
    pub(in super::super) fn smallest(parcels: &[ParcelCold]) -> Option<Self> {
        let worst = parcels
            .iter()
            .min_by(|a, b| a.margin_k.total_cmp(&b.margin_k).then_with(|| a.parcel.cmp(&b.parcel)))?;
        Some(Self {
            parcel: worst.parcel.clone(),
            order: worst.order.clone(),
            place: worst.warmest_where.clone(),
            at: worst.warmest_at,
            kelvin: worst.margin_k,
            minutes: parcels.iter().map(|parcel| parcel.margin_min).min()?,
        })
    }
}

/// Replays every parcel that has limits and is carried by the plan, in the plan's order, and reports those that got too
/// warm.
pub fn replay(case: &Case, found: &mut Vec<Violation>) -> Vec<ParcelCold> {
    let traces = traces(case);
    let parcels: Vec<ParcelCold> = case
        .plan
        .orders
        .par_iter()
        .flat_map_iter(|planned| {
            let order = case.order(&planned.order);
            let parcels =
                order.into_iter().flat_map(|order| order.parcels.iter().map(move |parcel| (order, parcel)));
            parcels
                .filter_map(|(order, parcel)| journey(case, &traces, planned, order, parcel))
                .collect::<Vec<_>>()
        })
        .collect();
    for parcel in &parcels {
        compare_with_limits(case, parcel, found);
    }
    parcels
}

fn compare_with_limits(case: &Case, parcel: &ParcelCold, found: &mut Vec<Violation>) {
    let Some(limits) = case.parcel(&parcel.parcel).and_then(|(_, inside)| limits_of(case, inside)) else {
        return;
    };
    let subject = || Subject::Order(parcel.order.clone());
    let over = parcel.warmest_c - limits.reject_c.0;
    if over > TOLERANCE_K {
        let text = format!(
            "parcel {} ({}) is {:.1} °C {}, refused above {} °C",
            parcel.parcel, parcel.class, parcel.warmest_c, parcel.warmest_where, limits.reject_c.0
        );
        let violation = Violation::new("audit/too-warm", subject(), text).at(parcel.warmest_at);
        found.push(violation.by(Amount::Kelvin(over)));
    }
    let over = parcel.handover_c - limits.accept_c.0;
    if over > TOLERANCE_K {
        let text = format!(
            "parcel {} ({}) is handed over at {:.1} °C, accepted up to {} °C",
            parcel.parcel, parcel.class, parcel.handover_c, limits.accept_c.0
        );
        let violation = Violation::new("audit/too-warm-at-handover", subject(), text).at(parcel.handover_at);
        found.push(violation.by(Amount::Kelvin(over)));
    }
}

fn limits_of<'a>(case: &Case<'a>, parcel: &Parcel) -> Option<&'a ColdLimits> {
    case.day.cold.classes.get(parcel.class)?.limits.as_ref()
}

/// A compartment of one trip.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct TraceKey {
    /// Position of the run in the plan.
    run: usize,
    /// Position of the trip in the run.
    trip: usize,
    compartment: Compartment,
}

fn key(case: &Case, halt: &Halt, parcel: &Parcel) -> Option<TraceKey> {
    let class = case.day.cold.classes.get(parcel.class)?;
    Some(TraceKey { run: halt.run_index, trip: halt.trip_index, compartment: class.compartment })
}

/// The air of every trip and compartment that carries a parcel with limits.
fn traces<'a>(case: &Case<'a>) -> BTreeMap<TraceKey, AirTrace<'a>> {
    let mut wanted = BTreeSet::new();
    for halt in case.halts() {
        for (_, parcel) in halt.stop.parcels.iter().filter_map(|id| case.parcel(id)) {
            wanted.extend(limits_of(case, parcel).and_then(|_| key(case, &halt, parcel)));
        }
    }
    let trace = |key: TraceKey| {
        let run = &case.plan.runs[key.run];
        (key, AirTrace::of(case, run, &run.trips[key.trip], key.compartment))
    };
    wanted.into_iter().collect::<Vec<_>>().into_par_iter().map(trace).collect()
}

/// A product during the replay.
struct Product {
    celsius: f64,
    settling_s: f64,
    now: Timestamp,
    warmest_c: f64,
    warmest_at: Timestamp,
    warmest_where: String,
}

impl Product {
    /// Spends one step in air of this temperature.
    fn expose(&mut self, step: AirStep, place: impl Fn() -> String) {
        self.celsius = approach(self.celsius, step.celsius, step.span.0 as f64, self.settling_s);
        self.now = step.until;
        if self.celsius > self.warmest_c {
            self.warmest_c = self.celsius;
            self.warmest_at = self.now;
            self.warmest_where = place();
        }
    }

    /// Waits until `until` in air of one temperature (one exact step), or outdoors when `celsius` is `None`.
    fn wait(&mut self, case: &Case, celsius: Option<f64>, until: Timestamp, place: impl Fn() -> String) {
        while self.now < until {
            let span = if celsius.is_some() { until - self.now } else { STEP.min(until - self.now) };
            let celsius = celsius.unwrap_or_else(|| case.day.weather.at(self.now).0);
            self.expose(AirStep { until: self.now + span, span, celsius }, &place);
        }
    }

    /// Rides through a trip until service starts at a stop.
    fn ride(&mut self, trace: &AirTrace, halt: &Halt) {
        self.now = halt.trip.departs_at;
        for &step in trace.steps.iter().take_while(|step| step.until <= halt.stop.starts_at) {
            self.expose(step, || format!("on run {}", halt.run.id));
        }
    }
}

fn journey(
    case: &Case,
    traces: &BTreeMap<TraceKey, AirTrace>,
    planned: &PlannedOrder,
    order: &Order,
    parcel: &Parcel,
) -> Option<ParcelCold> {
    let class = case.day.cold.classes.get(parcel.class)?;
    let limits = class.limits.as_ref()?;
    let centre = case.site(&planned.centre)?;
    let truck = case.brought(&parcel.id).first()?;
    // A ride in an unknown vehicle cannot be replayed; the rule `names` reports it.
    case.vehicle(&truck.run.vehicle)?;
    let mut product = Product {
        celsius: limits.set_point_c.0,
        settling_s: limits.settling_min * 60.0,
        now: truck.trip.departs_at,
        warmest_c: limits.set_point_c.0,
        warmest_at: truck.trip.departs_at,
        warmest_where: format!("on run {}", truck.run.id),
    };
    product.ride(traces.get(&key(case, truck, parcel)?)?, truck);
    // A courier who leaves before the truck arrives is reported by another rule; no time passes at the centre then.
    product.now = truck.stop.starts_at;
    let last_moment = product.now + MAX_STAY;
    let courier = match planned.handover {
        Handover::Door => {
            let halt = case.handed(&parcel.id).first()?;
            case.vehicle(&halt.run.vehicle)?;
            Some(halt)
        }
        Handover::Pickup => None,
    };
    let leaves =
        courier.map_or_else(|| collect_by(order, centre).min(last_moment), |halt| halt.trip.departs_at);
    at_centre(case, &mut product, class.compartment, centre, leaves);
    let last = match courier {
        Some(halt) => {
            let trace = traces.get(&key(case, halt, parcel)?)?;
            product.ride(trace, halt);
            Surroundings::Carrier(trace.at_stop.get(halt.stop_index)?.clone())
        }
        None => Surroundings::Store(store_air(case, class.compartment)),
    };
    let handover_at = courier.map_or(leaves, |halt| halt.stop.starts_at);
    Some(ParcelCold {
        parcel: parcel.id.clone(),
        order: order.id.clone(),
        class: class.id.clone(),
        warmest_c: product.warmest_c,
        warmest_at: product.warmest_at,
        warmest_where: product.warmest_where.clone(),
        handover_c: product.celsius,
        handover_at,
        margin_k: limits.reject_c.0 - product.warmest_c,
        margin_min: minutes_left(case, product, last, limits.reject_c.0),
    })
}

/// Outdoors for the transfer, then in store until `leaves`.
fn at_centre(case: &Case, product: &mut Product, compartment: Compartment, centre: &Site, leaves: Timestamp) {
    let sorted = product.now + case.day.cold.transfer;
    product.wait(case, None, sorted.min(leaves), || format!("on the floor of {}", centre.id));
    product.wait(case, store_air(case, compartment), leaves, || format!("in store at {}", centre.id));
}

/// Temperature of a centre's store; `None` for outdoor air.
fn store_air(case: &Case, compartment: Compartment) -> Option<f64> {
    match compartment {
        Compartment::Ambient => None,
        Compartment::Chilled => case.day.cold.fridge_c.map(|air| air.0),
        Compartment::Frozen => case.day.cold.freezer_c.map(|air| air.0),
    }
}

/// The surroundings of a parcel at its handover.
enum Surroundings<'a> {
    Carrier(Air<'a>),
    Store(Option<f64>),
}

/// Whole minutes the product could stay where it is, without further openings, before it is warmer than `reject`.
fn minutes_left(case: &Case, mut product: Product, mut surroundings: Surroundings, reject: f64) -> i64 {
    if product.warmest_c > reject + TOLERANCE_K {
        return 0;
    }
    for minute in 0..MAX_MARGIN_MIN {
        let span = Seconds(60);
        match &mut surroundings {
            Surroundings::Carrier(air) => {
                let end = product.now + span;
                while product.now < end {
                    let step = air.step(end - product.now);
                    product.expose(step, String::new);
                }
            }
            Surroundings::Store(air) => {
                let end = product.now + span;
                product.wait(case, *air, end, String::new);
            }
        }
        if product.celsius > reject + TOLERANCE_K {
            return minute;
        }
    }
    MAX_MARGIN_MIN
}
