//! From temperature class, carrier and weather to what a routing solver understands: a longest ride, the exposure that
//! each stop's open door adds to everything still on board, and how much exposure a parcel tolerates.
//!
//! Two linear limits replace one physical law, the model in [`model::cold`](coldmile_model::cold), so every figure errs on
//! the safe side of it. On the truck a parcel may use [`TRUCK_SHARE`] of the kelvin between the truck's air and what a
//! family accepts; the transfer at the centre warms it as the model says; the centre's fridge cools it again while it is
//! stored; the courier has the rest. While cooling lasts, only openings warm a parcel beyond the air that holds it, each
//! by at most its excess of air temperature times its length over the settling time: these sums do not depend on the order
//! of the stops. Hold-over is split between ride time and openings. The audit replays the whole model.

use coldmile_model::cold::{Carrier, ColdClass, ColdLimits, Keeping};
use coldmile_model::{Compartment, Day, Parcel, SiteKind};
use coldmile_units::{Idx, Seconds, Timestamp};

/// Share of the kelvin between the truck's air and the accepted temperature that goods may use up on the truck, 0 to 1;
/// the courier's ride has what is left after the centre. Set by judgement, not tuned.
const TRUCK_SHARE: f64 = 0.3;
/// Share of a carrier's hold-over time that is kept for the ride itself; 0 to 1; openings may use up the
/// rest. Set by judgement, not tuned.
const RIDE_SHARE: f64 = 0.6;
/// Kelvin below the accepted temperature that a courier's ride is planned with, as a margin between these bounds and the
/// audit's replay. Set by judgement.
const RESERVE_K: f64 = 0.2;

/// What a parcel tolerates on one carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RideLimits {
    /// Longest time from departure to service; `None` is unlimited.
    pub ride: Option<Seconds>,
    /// Largest sum of [`opening_length`] over the stops before its own; `None` is unlimited.
    pub exposure: Option<i64>,
}

impl RideLimits {
    const UNLIMITED: Self = Self { ride: None, exposure: None };
    /// The carrier cannot take the parcel at all.
    const FORBIDDEN: Self = Self { ride: Some(Seconds::ZERO), exposure: Some(0) };

    /// The limits of several parcels that ride together: the smallest of each kind.
    pub fn together(limits: impl Iterator<Item = Self>) -> Self {
        let both = |one: Self, other: Self| Self {
            ride: tighter(one.ride, other.ride),
            exposure: tighter(one.exposure, other.exposure),
        };
        limits.fold(Self::UNLIMITED, both)
    }
}

/// Gives a client its limits on every carrier, and the exposure that its own stop adds to what is still on board.
pub fn limit_client(
    client: &mut coldmile_vrp::Client,
    day: &Day,
    limits_for: impl Fn(Idx<Carrier>) -> RideLimits,
) {
    for (carrier, row) in day.cold.carriers.enumerate() {
        let RideLimits { ride, exposure } = limits_for(carrier);
        client.longest_ride.push(ride);
        client.exposure_limit.push(exposure);
        client.exposure.push(opening_length(row));
    }
}

/// The tighter of two limits; `None` is unlimited.
fn tighter<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, None) => one,
        (None, other) => other,
    }
}

/// The length of one opening in seconds: the time the door is open and the air's recovery afterwards, that of the slowest
/// compartment of the carrier. A stop adds this to the exposure of everything still on board.
pub fn opening_length(carrier: &Carrier) -> i64 {
    let recovery = [&carrier.chilled, &carrier.frozen]
        .into_iter()
        .flatten()
        .map(|keeping| keeping.recovery_min * 60.0)
        .fold(0.0, f64::max);
    carrier.door_open.0 + recovery.ceil() as i64
}

/// The temperatures of a day from which every parcel's limits follow.
pub struct ColdBounds<'a> {
    day: &'a Day,
    /// Warmest air of any truck, by compartment.
    truck_air: [f64; 3],
}

/// The time within which goods may be on board.
#[derive(Clone, Copy, Debug)]
pub struct RidePeriod {
    /// Earliest departure.
    pub from: Timestamp,
    /// Latest arrival.
    pub until: Timestamp,
}

impl<'a> ColdBounds<'a> {
    /// Looks up the warmest air of the day's trucks.
    pub fn new(day: &'a Day) -> Self {
        let sites = day.network.sites();
        let trucks = day.couriers.iter().filter(|courier| sites[courier.base].kind != SiteKind::Centre);
        let mut truck_air = [f64::NEG_INFINITY; 3];
        for truck in trucks {
            let carrier = &day.cold.carriers[day.vehicle_types[truck.vehicle].carrier];
            for compartment in Compartment::ALL {
                if let Some(keeping) = carrier.keeping(compartment) {
                    let air = &mut truck_air[compartment as usize];
                    *air = air.max(keeping.hold_c.0);
                }
            }
        }
        Self { day, truck_air }
    }

    /// What a parcel tolerates on a truck. The class's longest ride counts only from the centre on: the truck's ride is
    /// bounded by the wave's due time.
    pub fn linehaul(&self, parcel: &Parcel, carrier: Idx<Carrier>, period: RidePeriod) -> RideLimits {
        let class = &self.day.cold.classes[parcel.class];
        let Some(cold) = limits_of(class) else { return RideLimits::UNLIMITED };
        let Some(keeping) = self.day.cold.carriers[carrier].keeping(class.compartment) else {
            return RideLimits::FORBIDDEN;
        };
        let base = cold.set_point_c.0.max(keeping.hold_c.0);
        let budget = TRUCK_SHARE * (cold.accept_c.0 - base);
        thermal(keeping, cold, budget, self.day.weather.warmest(period.from, period.until).0)
    }

    /// What a parcel tolerates with a courier after at least `stored` in the centre's store.
    pub fn last_mile(
        &self,
        parcel: &Parcel,
        carrier: Idx<Carrier>,
        period: RidePeriod,
        stored: Seconds,
    ) -> RideLimits {
        let class = &self.day.cold.classes[parcel.class];
        let free = RideLimits { ride: class.longest_ride, exposure: None };
        let Some(cold) = limits_of(class) else { return free };
        let Some(keeping) = self.day.cold.carriers[carrier].keeping(class.compartment) else {
            return RideLimits::FORBIDDEN;
        };
        let outdoors = self.day.weather.warmest(period.from, period.until).0;
        let start = self.after_store(class, cold, outdoors, stored);
        let budget = cold.accept_c.0 - RESERVE_K - start.max(keeping.hold_c.0);
        RideLimits::together([free, thermal(keeping, cold, budget, outdoors)].into_iter())
    }

    /// The warmest that a parcel can be when it leaves the centre, if the truck kept its limits.
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
        // A store warmer than the goods warms them for as long as they are in it: its air is the bound.
        if air > on_floor { air } else { follow(on_floor, air, stored) }
    }
}

/// The temperature limits of a class that rides in a cooled compartment.
fn limits_of(class: &ColdClass) -> Option<&ColdLimits> {
    class.limits.as_ref().filter(|_| class.compartment != Compartment::Ambient)
}

/// The limits that follow from a budget of kelvin above the hold temperature.
fn thermal(keeping: &Keeping, cold: &ColdLimits, budget: f64, outdoors: f64) -> RideLimits {
    if budget < 0.0 {
        return RideLimits::FORBIDDEN;
    }
    let hold = keeping.hold_c.0;
    let gradient = outdoors - hold;
    if gradient <= 0.0 {
        return RideLimits::UNLIMITED;
    }
    let by_warming = budget * cold.settling_min * 60.0 / (keeping.opening_share * gradient).max(1e-9);
    let Some(hold_over_min) = keeping.hold_over_min else {
        return RideLimits { ride: None, exposure: Some(bounded(by_warming)) };
    };
    let hold_over = hold_over_min * 60.0 * (keeping.reference_c.0 - hold).max(0.0) / gradient;
    let by_coolant = (1.0 - RIDE_SHARE) * hold_over / keeping.opening_loss.max(1e-9);
    RideLimits {
        ride: Some(Seconds(bounded(RIDE_SHARE * hold_over))),
        exposure: Some(bounded(by_warming.min(by_coolant))),
    }
}

/// Rounded down, at most 10⁹ so that the solver's sums cannot overflow.
fn bounded(value: f64) -> i64 {
    value.clamp(0.0, 1e9) as i64
}
