//! From temperature class, carrier and weather to what a routing solver understands: a longest ride, what each stop's
//! open door adds to everything still on board, and how much of that a parcel stands.
//!
//! Every figure errs on the safe side of the picture in [`model::cold`](crate::model::cold), because two limits stand in
//! for one physical law. A parcel leaves the hub at its set-point. On the way it may warm up to `accept`. Of that budget
//! the truck may use [`TRUCK_SHARE`], changing hands at the centre costs what it costs, and the courier has the rest.
//! While cooling lasts, only openings warm a parcel beyond the air that holds it, each by at most its excess of air
//! temperature times its length over the settling time: that adds up, stop by stop, whatever their order. Hold-over is
//! split between time and openings. The audit replays the whole law.

use crate::model::cold::{Carrier, ColdClass, ColdLimits, ColdRules, Keeping};
use crate::model::{Compartment, Day, Parcel};
use crate::units::{Idx, Seconds, Timestamp};

/// Share of the way from set-point to the limit that goods may warm up on the truck.
const TRUCK_SHARE: f64 = 0.3;
/// Share of hold-over kept for the ride itself; openings may use up the rest.
const RIDE_SHARE: f64 = 0.6;
/// Kelvin kept back from every limit.
const RESERVE_K: f64 = 0.3;

/// Where a parcel is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// On a truck from hub to centre.
    Linehaul,
    /// With a courier from centre to door.
    LastMile,
}

/// What a parcel stands on one carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest time from departure to service; `None` is no limit.
    pub ride: Option<Seconds>,
    /// Greatest sum of [`opening_length`] before its own stop; `None` is no limit.
    pub exposure: Option<i64>,
}

impl Limits {
    const FREE: Self = Self { ride: None, exposure: None };
    const NEVER: Self = Self { ride: Some(Seconds::ZERO), exposure: Some(0) };

    /// What stands everything that both stand.
    pub fn and(self, other: Self) -> Self {
        Self { ride: least(self.ride, other.ride), exposure: least(self.exposure, other.exposure) }
    }
}

fn least<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, None) => one,
        (None, other) => other,
    }
}

/// How long an opening counts: the door's own time and the air's recovery, in seconds. This is what a stop adds to the
/// exposure of everything still on board; the slowest compartment of the carrier decides.
pub fn opening_length(carrier: &Carrier) -> i64 {
    let recovery = [&carrier.chilled, &carrier.frozen]
        .into_iter()
        .flatten()
        .map(|keeping| keeping.recovery_min * 60.0)
        .fold(0.0, f64::max);
    carrier.door_open.0 + recovery.ceil() as i64
}

/// What a parcel stands on `carrier` when it may be on the way at any time from `from` until `until`.
pub fn limits(
    day: &Day,
    parcel: &Parcel,
    carrier: Idx<Carrier>,
    stage: Stage,
    (from, until): (Timestamp, Timestamp),
) -> Limits {
    let class = &day.cold.classes[parcel.class];
    // The class's own limit is about freshness at the door; the truck's way is bound by its wave.
    let freshness = (stage == Stage::LastMile).then_some(class.longest_ride).flatten();
    let free = Limits { ride: freshness, exposure: None };
    let Some(cold) = &class.limits else { return free };
    if class.compartment == Compartment::Ambient {
        return free;
    }
    let Some(keeping) = day.cold.carriers[carrier].keeping(class.compartment) else {
        return Limits::NEVER;
    };
    let outdoors = day.weather.warmest(from, until).0;
    let start = start_temperature(&day.cold, class, cold, stage, outdoors);
    free.and(thermal(keeping, cold, stage, start, outdoors))
}

/// Warmest a parcel can be when the stage begins, if earlier stages kept their limits.
fn start_temperature(
    rules: &ColdRules,
    class: &ColdClass,
    cold: &ColdLimits,
    stage: Stage,
    outdoors: f64,
) -> f64 {
    let set_point = cold.set_point_c.0;
    match stage {
        Stage::Linehaul => set_point,
        Stage::LastMile => {
            let store = match class.compartment {
                Compartment::Frozen => rules.freezer_c,
                Compartment::Ambient | Compartment::Chilled => rules.fridge_c,
            };
            let store = store.map_or(outdoors, |air| air.0);
            let after_truck = set_point.max(store) + TRUCK_SHARE * (cold.accept_c.0 - set_point).max(0.0);
            let transfer = rules.transfer.0 as f64 / 60.0;
            after_truck + (outdoors - after_truck).max(0.0) * (1.0 - (-transfer / cold.settling_min).exp())
        }
    }
}

fn thermal(keeping: &Keeping, cold: &ColdLimits, stage: Stage, start: f64, outdoors: f64) -> Limits {
    let hold = keeping.hold_c.0;
    let gradient = outdoors - hold;
    if gradient <= 0.0 {
        return Limits::FREE;
    }
    let budget = match stage {
        Stage::Linehaul => start + TRUCK_SHARE * (cold.accept_c.0 - start) - start.max(hold),
        Stage::LastMile => cold.accept_c.0 - RESERVE_K - start.max(hold),
    };
    if budget < 0.0 {
        return Limits::NEVER;
    }
    let by_warming = budget * cold.settling_min * 60.0 / (keeping.opening_share * gradient).max(1e-9);
    let Some(hold_over_min) = keeping.hold_over_min else {
        return Limits { ride: None, exposure: Some(whole(by_warming)) };
    };
    let hold_over = hold_over_min * 60.0 * (keeping.reference_c.0 - hold).max(0.0) / gradient;
    let by_coolant = (1.0 - RIDE_SHARE) * hold_over / keeping.opening_loss.max(1e-9);
    Limits {
        ride: Some(Seconds(whole(RIDE_SHARE * hold_over))),
        exposure: Some(whole(by_warming.min(by_coolant))),
    }
}

/// Down to a whole number that the solver's sums can take.
fn whole(value: f64) -> i64 {
    value.clamp(0.0, 1e9) as i64
}
