//! From temperature class, carrier and weather to what a routing solver understands: a longest ride, what each stop's
//! open door adds to everything still on board, and how much of that a parcel stands.
//!
//! Every figure errs on the safe side of the picture in [`model::cold`](coldmile_model::cold), because two limits stand in
//! for one physical law. On the truck a parcel may use [`TRUCK_SHARE`] of the kelvin between the truck's air and what a
//! family accepts; changing hands at the centre costs what it costs; the centre's fridge takes some of it back while the
//! parcel waits; the courier has the rest. While cooling lasts, only openings warm a parcel beyond the air that holds it,
//! each by at most its excess of air temperature times its length over the settling time: that adds up, stop by stop,
//! whatever their order. Hold-over is split between time and openings. The audit replays the whole law.

use coldmile_model::cold::{Carrier, ColdClass, ColdLimits, Keeping};
use coldmile_model::{Compartment, Day, Parcel, SiteKind};
use coldmile_units::{Idx, Seconds, Timestamp};

/// Share of the kelvin between the truck's air and the limit that goods may use up on the truck.
const TRUCK_SHARE: f64 = 0.3;
/// Share of hold-over kept for the ride itself; openings may use up the rest.
const RIDE_SHARE: f64 = 0.6;
/// Kelvin kept back from every limit.
const RESERVE_K: f64 = 0.2;

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

    /// What holds when all of these do: the least of each.
    pub fn together(limits: impl Iterator<Item = Self>) -> Self {
        let both = |one: Self, other: Self| Self {
            ride: least(one.ride, other.ride),
            exposure: least(one.exposure, other.exposure),
        };
        limits.fold(Self::FREE, both)
    }
}

/// Gives a client its limits on every carrier, and what its own stop adds to what is still on board.
pub fn limit_client(client: &mut coldmile_vrp::Client, day: &Day, stands: impl Fn(Idx<Carrier>) -> Limits) {
    for (carrier, row) in day.cold.carriers.enumerate() {
        let Limits { ride, exposure } = stands(carrier);
        client.longest_ride.push(ride);
        client.exposure_limit.push(exposure);
        client.exposure.push(opening_length(row));
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

/// Temperatures of a day that every parcel's limits rest on.
pub struct ColdBounds<'a> {
    day: &'a Day,
    /// Warmest air of any truck, by compartment.
    truck_air: [f64; 3],
}

/// A span of time in which goods may be on the way.
pub type Span = (Timestamp, Timestamp);

impl<'a> ColdBounds<'a> {
    /// Looks up what trucks the day has.
    pub fn new(day: &'a Day) -> Self {
        let sites = day.network.sites();
        let trucks = day.couriers.iter().filter(|courier| sites[courier.base].kind != SiteKind::Centre);
        let mut truck_air = [f64::NEG_INFINITY; 3];
        for truck in trucks {
            let carrier = &day.cold.carriers[day.vehicle_types[truck.vehicle].carrier];
            for part in Compartment::ALL {
                if let Some(keeping) = carrier.keeping(part) {
                    truck_air[part as usize] = truck_air[part as usize].max(keeping.hold_c.0);
                }
            }
        }
        Self { day, truck_air }
    }

    /// What a parcel stands on a truck. Freshness at the door is not the truck's business: its way is bound by the wave.
    pub fn linehaul(&self, parcel: &Parcel, carrier: Idx<Carrier>, span: Span) -> Limits {
        let class = &self.day.cold.classes[parcel.class];
        let Some(cold) = limits_of(class) else { return Limits::FREE };
        let Some(keeping) = self.day.cold.carriers[carrier].keeping(class.compartment) else {
            return Limits::NEVER;
        };
        let base = cold.set_point_c.0.max(keeping.hold_c.0);
        let budget = TRUCK_SHARE * (cold.accept_c.0 - base);
        thermal(keeping, cold, budget, self.day.weather.warmest(span.0, span.1).0)
    }

    /// What a parcel stands with a courier after it has been in the centre's store for at least `stored`.
    pub fn last_mile(&self, parcel: &Parcel, carrier: Idx<Carrier>, span: Span, stored: Seconds) -> Limits {
        let class = &self.day.cold.classes[parcel.class];
        let free = Limits { ride: class.longest_ride, exposure: None };
        let Some(cold) = limits_of(class) else { return free };
        let Some(keeping) = self.day.cold.carriers[carrier].keeping(class.compartment) else {
            return Limits::NEVER;
        };
        let outdoors = self.day.weather.warmest(span.0, span.1).0;
        let start = self.after_store(class, cold, outdoors, stored);
        let budget = cold.accept_c.0 - RESERVE_K - start.max(keeping.hold_c.0);
        Limits::together([free, thermal(keeping, cold, budget, outdoors)].into_iter())
    }

    /// Warmest a parcel can be when it leaves the centre, if the truck kept its limits.
    fn after_store(&self, class: &ColdClass, cold: &ColdLimits, outdoors: f64, stored: Seconds) -> f64 {
        let rules = &self.day.cold;
        let follow = |from: f64, air: f64, time: Seconds| {
            air + (from - air) * (-(time.0 as f64) / 60.0 / cold.settling_min).exp()
        };
        let base = cold.set_point_c.0.max(self.truck_air[class.compartment as usize]);
        let after_truck = base + TRUCK_SHARE * (cold.accept_c.0 - base).max(0.0);
        let on_floor = follow(after_truck, outdoors.max(after_truck), rules.transfer);
        let store = match class.compartment {
            Compartment::Frozen => rules.freezer_c,
            Compartment::Ambient | Compartment::Chilled => rules.fridge_c,
        };
        let air = store.map_or(outdoors, |air| air.0);
        // A store warmer than the goods may warm them for as long as they stand there.
        if air > on_floor { air } else { follow(on_floor, air, stored) }
    }
}

/// The limits of goods that stand in a cooled compartment.
fn limits_of(class: &ColdClass) -> Option<&ColdLimits> {
    class.limits.as_ref().filter(|_| class.compartment != Compartment::Ambient)
}

/// What a budget of kelvin above the holding air allows.
fn thermal(keeping: &Keeping, cold: &ColdLimits, budget: f64, outdoors: f64) -> Limits {
    if budget < 0.0 {
        return Limits::NEVER;
    }
    let hold = keeping.hold_c.0;
    let gradient = outdoors - hold;
    if gradient <= 0.0 {
        return Limits::FREE;
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
