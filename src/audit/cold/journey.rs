//! A parcel's temperature from the hub to the family, and how close it came to its limits.

use super::super::case::{Case, Halt, collect_by};
use super::super::violation::{Amount, Subject, Violation};
use super::air::{Air, STEP, Spell, Trace, approach};
use coldmile_model::cold::{ColdClass, ColdLimits};
use coldmile_model::{Compartment, Order, Parcel, Site};
use coldmile_plan::{Handover, PlannedOrder};
use coldmile_units::{Id, Seconds, Timestamp};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Margins in minutes end here: a product that would keep so long where it is has no limit that matters.
pub const LONGEST_MARGIN_MIN: i64 = 24 * 60;
/// A pickup at a centre that never closes is followed this long.
const LONGEST_STAY: Seconds = Seconds(24 * 3600);
/// What counts as warmer: less is rounding.
const TOLERANCE_K: f64 = 1e-6;

/// How one parcel with limits fared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParcelCold {
    /// Which.
    pub parcel: Id<Parcel>,
    /// Whose.
    pub order: Id<Order>,
    /// Its class.
    pub class: Id<ColdClass>,
    /// Warmest the product itself ever was, in degrees Celsius.
    pub warmest_c: f64,
    /// When that was.
    pub warmest_at: Timestamp,
    /// Where that was: `on run R-4`, `on the floor of C1`, `in store at C1`.
    pub warmest_where: String,
    /// The product as it reaches the family.
    pub handover_c: f64,
    /// When it does: service at the door starts, or the last moment to collect it.
    pub handover_at: Timestamp,
    /// Rejection temperature minus the warmest, over the whole journey; negative when it was too warm.
    pub margin_k: f64,
    /// How many more minutes it could have stayed in its last carrier (a pickup: in the store) before rejection; whole
    /// minutes, at most 1,440.
    pub margin_min: i64,
}

/// The parcel that came closest to rejection.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColdMargin {
    /// Which parcel.
    pub parcel: Id<Parcel>,
    /// Whose.
    pub order: Id<Order>,
    /// Where it was warmest.
    pub place: String,
    /// When.
    pub at: Timestamp,
    /// Least distance to rejection in kelvin.
    pub kelvin: f64,
    /// Least time any parcel had left in its last carrier, in minutes: not always the same parcel's.
    pub minutes: i64,
}

impl ColdMargin {
    /// The least margin of all; `None` without parcels.
    pub(in super::super) fn least(parcels: &[ParcelCold]) -> Option<Self> {
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

/// Replays every parcel that has limits and a way, in the plan's order, and reports those that got too warm.
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
        judge(case, parcel, found);
    }
    parcels
}

fn judge(case: &Case, parcel: &ParcelCold, found: &mut Vec<Violation>) {
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

/// A trip's compartment: position of the run in the plan, of the trip in the run.
type TraceKey = (usize, usize, Compartment);

fn key(case: &Case, halt: &Halt, parcel: &Parcel) -> Option<TraceKey> {
    let class = case.day.cold.classes.get(parcel.class)?;
    Some((halt.run_index, halt.trip_index, class.compartment))
}

/// The air of every trip and compartment that carries a parcel with limits.
fn traces<'a>(case: &Case<'a>) -> BTreeMap<TraceKey, Trace<'a>> {
    let mut wanted = BTreeSet::new();
    for halt in case.halts() {
        for (_, parcel) in halt.stop.parcels.iter().filter_map(|id| case.parcel(id)) {
            wanted.extend(limits_of(case, parcel).and_then(|_| key(case, &halt, parcel)));
        }
    }
    let trace = |key: TraceKey| {
        let run = &case.plan.runs[key.0];
        (key, Trace::of(case, run, &run.trips[key.1], key.2))
    };
    wanted.into_iter().collect::<Vec<_>>().into_par_iter().map(trace).collect()
}

/// The product on its way.
struct Product {
    celsius: f64,
    settling_s: f64,
    now: Timestamp,
    warmest_c: f64,
    warmest_at: Timestamp,
    warmest_where: String,
}

impl Product {
    /// Stands in this air for this spell.
    fn stand(&mut self, spell: Spell, place: impl Fn() -> String) {
        self.celsius = approach(self.celsius, spell.celsius, spell.span.0 as f64, self.settling_s);
        self.now = spell.until;
        if self.celsius > self.warmest_c {
            self.warmest_c = self.celsius;
            self.warmest_at = self.now;
            self.warmest_where = place();
        }
    }

    /// Stands in air of one temperature (one exact step), or outdoors when `celsius` is `None`, until `until`.
    fn wait(&mut self, case: &Case, celsius: Option<f64>, until: Timestamp, place: impl Fn() -> String) {
        while self.now < until {
            let span = if celsius.is_some() { until - self.now } else { STEP.min(until - self.now) };
            let celsius = celsius.unwrap_or_else(|| case.day.weather.at(self.now).0);
            self.stand(Spell { until: self.now + span, span, celsius }, &place);
        }
    }

    /// Rides through a trip until service starts at a stop.
    fn ride(&mut self, trace: &Trace, halt: &Halt) {
        self.now = halt.trip.departs_at;
        for &spell in trace.spells.iter().take_while(|spell| spell.until <= halt.stop.starts_at) {
            self.stand(spell, || format!("on run {}", halt.run.id));
        }
    }
}

fn journey(
    case: &Case,
    traces: &BTreeMap<TraceKey, Trace>,
    planned: &PlannedOrder,
    order: &Order,
    parcel: &Parcel,
) -> Option<ParcelCold> {
    let class = case.day.cold.classes.get(parcel.class)?;
    let limits = class.limits.as_ref()?;
    let centre = case.site(&planned.centre)?;
    let truck = case.brought(&parcel.id).first()?;
    // A ride in an unknown vehicle cannot be judged; `names` reports it.
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
    // A plan whose courier leaves before the truck comes is reported elsewhere; no time passes at the centre then.
    product.now = truck.stop.starts_at;
    let last_moment = product.now + LONGEST_STAY;
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
            Last::Carrier(trace.at_stop.get(halt.stop_index)?.clone())
        }
        None => Last::Store(store_air(case, class.compartment)),
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
fn at_centre(case: &Case, product: &mut Product, part: Compartment, centre: &Site, leaves: Timestamp) {
    let sorted = product.now + case.day.cold.transfer;
    product.wait(case, None, sorted.min(leaves), || format!("on the floor of {}", centre.id));
    product.wait(case, store_air(case, part), leaves, || format!("in store at {}", centre.id));
}

/// Air of a centre's store; `None` when it is outdoors'.
fn store_air(case: &Case, part: Compartment) -> Option<f64> {
    match part {
        Compartment::Ambient => None,
        Compartment::Chilled => case.day.cold.fridge_c.map(|air| air.0),
        Compartment::Frozen => case.day.cold.freezer_c.map(|air| air.0),
    }
}

/// Where a parcel is when the family takes it.
enum Last<'a> {
    Carrier(Air<'a>),
    Store(Option<f64>),
}

/// Whole minutes the product could stay where it is, without further openings, before it is warmer than `reject`.
fn minutes_left(case: &Case, mut product: Product, mut last: Last, reject: f64) -> i64 {
    if product.warmest_c > reject + TOLERANCE_K {
        return 0;
    }
    for minute in 0..LONGEST_MARGIN_MIN {
        let span = Seconds(60);
        match &mut last {
            Last::Carrier(air) => {
                let end = product.now + span;
                while product.now < end {
                    let spell = air.step(end - product.now);
                    product.stand(spell, String::new);
                }
            }
            Last::Store(air) => {
                let end = product.now + span;
                product.wait(case, *air, end, String::new);
            }
        }
        if product.celsius > reject + TOLERANCE_K {
            return minute;
        }
    }
    LONGEST_MARGIN_MIN
}
