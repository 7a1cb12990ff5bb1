//! From temperature class, carrier and weather to what a routing solver understands: a longest ride, and how much exposure
//! to open doors a parcel tolerates.
//!
//! On carriers with a cooling machine exposure fades as goods cool down again between two stops: [`warming`](super::warming)
//! carries the physical model, in [`model::cold`](coldmile_model::cold), along the route, on its safe side by what the
//! last opening's warm air has still to give. Boxes with ice have two linear limits instead: hold-over is split between
//! ride time and openings, and openings add up for ever.
//!
//! The kelvin between a class's temperatures are split, too: on the truck a parcel may use [`TRUCK_SHARE`] of those between
//! the truck's air and what a family accepts; the transfer at the centre warms it as the model says; the centre's fridge
//! cools it again while it is stored; the courier has the rest. The audit replays the whole model.

use super::warming::{Dimension, Warming, dimensions, limits_of};
use coldmile_model::cold::{Carrier, ColdClass, ColdLimits, Keeping};
use coldmile_model::{Compartment, Day, Parcel, Site, SiteKind};
use coldmile_units::{Idx, Seconds, Timestamp};
use coldmile_vrp::{FadingExposure, FadingStop};
use smallvec::SmallVec;

/// Share of the kelvin between the truck's air and the accepted temperature that goods may use up on the truck, 0 to 1;
/// the courier's ride has what is left after the centre. Set by judgement, not tuned.
const TRUCK_SHARE: f64 = 0.3;
/// Share of a carrier's hold-over time that is kept for the ride itself; 0 to 1; openings may use up the
/// rest. Set by judgement, not tuned.
const RIDE_SHARE: f64 = 0.6;
/// Kelvin below the accepted temperature that a courier's ride with ice is planned with, as a margin between these bounds
/// and the audit's replay. Set by judgement.
const RESERVE_K: f64 = 0.2;
/// The same with a machine, where the bound follows the replay closely: for what its steps round.
const ROUNDING_K: f64 = 0.01;

/// Metres in a straight line that couriers cover in a second, by the profile of their vehicle: estimates, from which only
/// follows how the hold-over of ice is divided between the ride and openings. Those of other profiles are as quick as vans.
const SPEEDS: [(&str, f64); 3] = [("foot", 0.85), ("bike", 2.2), ("van", 4.0)];
/// Steps in which goods are followed after the ice is used up, in seconds.
const MELTED_STEP_S: f64 = 60.0;
/// Steps of the longest ride at best: the air at the start of each counts, which is on the side of the replay.
const AT_BEST_STEP_S: f64 = 60.0;
/// No ride is longer than a day.
const MAX_RIDE_S: f64 = 86_400.0;

/// Limits of what adds up along a trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct RideLimits {
    /// Longest time from departure to service; `None` is unlimited.
    ride: Option<Seconds>,
    /// Largest sum of [`opening_length`] over the stops before its own; `None` is unlimited.
    exposure: Option<i64>,
}

impl RideLimits {
    const UNLIMITED: Self = Self { ride: None, exposure: None };
    /// The carrier cannot take the parcel at all.
    const FORBIDDEN: Self = Self { ride: Some(Seconds::ZERO), exposure: Some(0) };

    /// The limits of several parcels that ride together: the smallest of each kind.
    fn together(limits: impl Iterator<Item = Self>) -> Self {
        let both = |one: Self, other: Self| Self {
            ride: tighter(one.ride, other.ride),
            exposure: tighter(one.exposure, other.exposure),
        };
        limits.fold(Self::UNLIMITED, both)
    }
}

/// The tighter of two limits; `None` is unlimited.
pub fn tighter<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, None) => one,
        (None, other) => other,
    }
}

/// The length of one opening in seconds: the time the door is open and the air's recovery afterwards, that of the slowest
/// compartment of the carrier. A stop adds this to the exposure of everything still on board.
fn opening_length(carrier: &Carrier) -> i64 {
    let recovery = [&carrier.chilled, &carrier.frozen]
        .into_iter()
        .flatten()
        .map(|keeping| keeping.recovery_min * 60.0)
        .fold(0.0, f64::max);
    carrier.door_open.0 + recovery.ceil() as i64
}

/// The temperatures from which the limits of every parcel follow that leaves one site: a hub's on trucks, a centre's with
/// couriers.
pub struct ColdBounds<'a> {
    day: &'a Day,
    dimensions: Vec<Dimension>,
    /// By carrier and dimension: how goods warm, where exposure fades.
    warming: Vec<Vec<Option<Warming>>>,
    /// Warmest air of any truck, by compartment.
    truck_air: [f64; 3],
    /// By carrier: metres a second in a straight line of the slowest that leave the site with it.
    speeds: Vec<f64>,
    leg: Leg,
}

/// Which of a parcel's two rides the limits are for.
enum Leg {
    Linehaul,
    LastMile {
        /// The least time for which goods are in the store: from the end of the transfer until a courier has loaded.
        stored: Seconds,
        /// When trucks may arrive on this day.
        arrivals: Period,
    },
}

/// From one moment to another, both included.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    /// Not before this moment.
    pub from: Timestamp,
    /// Not after this moment.
    pub until: Timestamp,
}

/// When the parcels of a client are where.
#[derive(Clone, Copy, Debug)]
pub struct Stay {
    /// On the floor of the centre while they change hands; of no meaning for trucks.
    pub transfer: Period,
    /// On board.
    pub ride: Period,
    /// In a straight line from the centre to their door; 0 for trucks.
    pub metres: f64,
}

impl<'a> ColdBounds<'a> {
    /// For what leaves `site`, where loading takes at least so long.
    pub fn new(day: &'a Day, site: Idx<Site>, loading: Seconds) -> Self {
        let dimensions = dimensions(&day.cold);
        let of_carrier = |carrier: &Carrier| {
            dimensions.iter().map(|dimension| Warming::of(carrier, dimension, &day.cold)).collect()
        };
        let warming = day.cold.carriers.iter().map(of_carrier).collect();
        let leg = if day.network.sites()[site].kind == SiteKind::Centre {
            let handling = (day.network.sites()[site].handling - day.cold.transfer).max(Seconds::ZERO);
            let waves = || day.network.waves.iter();
            let from = waves().map(|wave| wave.hub_ready).min().unwrap_or_default();
            let until = waves().map(|wave| wave.centre_due + day.cold.transfer).max().unwrap_or_default();
            Leg::LastMile { stored: handling + loading, arrivals: Period { from, until: until.max(from) } }
        } else {
            Leg::Linehaul
        };
        Self { day, dimensions, warming, truck_air: truck_air(day), speeds: speeds(day, site), leg }
    }

    /// How exposure fades on a carrier, by dimension; empty where none of its parts has a machine.
    pub fn fading(&self, carrier: Idx<Carrier>) -> SmallVec<[FadingExposure; 4]> {
        let rows = &self.warming[carrier.get()];
        if rows.iter().all(Option::is_none) {
            return SmallVec::new();
        }
        let unused = FadingExposure { time_constant: Seconds(1), start: 0, residue: None };
        let exposure = |(dimension, row): (&Dimension, &Option<Warming>)| {
            row.as_ref().map_or(unused, |row| row.exposure(self.warmest_start(dimension)))
        };
        self.dimensions.iter().zip(rows).map(exposure).collect()
    }

    /// Gives a client with these parcels its limits on every carrier, and the exposure that its own stop adds to what is
    /// still on board.
    pub fn limit<'p>(
        &self,
        client: &mut coldmile_vrp::Client,
        parcels: impl Iterator<Item = &'p Parcel> + Clone,
        stay: Stay,
    ) {
        let outdoors = self.day.weather.warmest(stay.ride.from, stay.ride.until).0;
        for (carrier, row) in self.day.cold.carriers.enumerate() {
            let rows = &self.warming[carrier.get()];
            let opening = |row: &Option<Warming>| row.as_ref().map(|row| row.opening(outdoors));
            let mut fading: Vec<FadingStop> =
                rows.iter().map(|row| opening(row).unwrap_or_default()).collect();
            let mut together = RideLimits::UNLIMITED;
            for parcel in parcels.clone() {
                let limits = self.tolerated(parcel, carrier, stay);
                together = RideLimits::together([together, limits.sums].into_iter());
                if let Some((dimension, limit)) = limits.fading {
                    fading[dimension].limit = tighter(fading[dimension].limit, Some(limit));
                }
            }
            client.longest_ride.push(together.ride);
            client.exposure_limit.push(together.exposure);
            client.exposure.push(opening_length(row));
            client.fading.push(if rows.iter().any(Option::is_some) { fading } else { Vec::new() });
        }
    }

    /// Gives a client with these parcels the limits that no courier could exceed, even on a trip for it alone: the longest ride
    /// of its classes, and the time after which goods are too warm that left at their coldest and rode through the coldest
    /// hour.
    pub fn limit_at_best<'p>(
        &self,
        client: &mut coldmile_vrp::Client,
        parcels: impl Iterator<Item = &'p Parcel> + Clone,
        stay: Stay,
    ) {
        let outdoors = self.day.weather.coldest(stay.ride.from, stay.ride.until).0;
        for carrier in self.day.cold.carriers.indices() {
            let longest = |parcel: &Parcel| {
                let class = &self.day.cold.classes[parcel.class];
                let Some(cold) = limits_of(class) else { return class.longest_ride };
                match self.day.cold.carriers[carrier].keeping(class.compartment) {
                    Some(keeping) => tighter(class.longest_ride, at_best(keeping, cold, outdoors)),
                    None => RideLimits::FORBIDDEN.ride,
                }
            };
            client.longest_ride.push(parcels.clone().map(longest).fold(None, tighter));
        }
    }

    /// What a parcel tolerates. The class's longest ride counts only from the centre on: the truck's ride is bounded by the
    /// wave's due time.
    fn tolerated(&self, parcel: &Parcel, carrier: Idx<Carrier>, stay: Stay) -> Tolerated {
        let class = &self.day.cold.classes[parcel.class];
        let ride = match self.leg {
            Leg::Linehaul => None,
            Leg::LastMile { .. } => class.longest_ride,
        };
        let free = RideLimits { ride, exposure: None };
        let Some(cold) = limits_of(class) else { return Tolerated { sums: free, fading: None } };
        let Some(keeping) = self.day.cold.carriers[carrier].keeping(class.compartment) else {
            return Tolerated { sums: RideLimits::FORBIDDEN, fading: None };
        };
        let start = self.leaves_at(class, cold, stay.transfer);
        let accepted = match self.leg {
            Leg::Linehaul => self.after_truck(class, cold).min(cold.accept_c.0),
            Leg::LastMile { .. } => cold.accept_c.0,
        };
        let dimension = self.dimensions.iter().position(|row| row.classes.contains(&parcel.class));
        let warming = dimension.and_then(|at| Some((at, self.warming[carrier.get()][at].as_ref()?)));
        if let Some((at, warming)) = warming {
            let from = self.warmest_start(&self.dimensions[at]);
            let longest = ride.unwrap_or(stay.ride.until - stay.ride.from);
            let limit = warming.limit(accepted - ROUNDING_K, start, from, longest);
            // Goods that leave too warm may be cold enough at the door, unless they are refused for having been so warm.
            let sums = if start > cold.reject_c.0 { RideLimits::FORBIDDEN } else { free };
            return Tolerated { sums, fading: Some((at, limit)) };
        }
        let base = start.max(keeping.hold_c.0);
        let budget = match self.leg {
            Leg::Linehaul => TRUCK_SHARE * (cold.accept_c.0 - base),
            Leg::LastMile { .. } => cold.accept_c.0 - RESERVE_K - base,
        };
        let outdoors = self.day.weather.warmest(stay.ride.from, stay.ride.until).0;
        let around = Surroundings {
            outdoors,
            direct: stay.metres / self.speeds[carrier.get()],
            opening: opening_length(&self.day.cold.carriers[carrier]) as f64,
        };
        let sums = RideLimits::together([free, thermal(keeping, cold, (base, budget), around)].into_iter());
        Tolerated { sums, fading: None }
    }

    /// The warmest that goods of a dimension can be when they leave the site on this day.
    fn warmest_start(&self, dimension: &Dimension) -> f64 {
        let classes = dimension.classes.iter().map(|&class| &self.day.cold.classes[class]);
        let start = |class: &ColdClass| {
            let transfer = match self.leg {
                Leg::Linehaul => Period { from: Timestamp::default(), until: Timestamp::default() },
                Leg::LastMile { arrivals, .. } => arrivals,
            };
            limits_of(class).map(|cold| self.leaves_at(class, cold, transfer))
        };
        classes.filter_map(start).fold(f64::NEG_INFINITY, f64::max)
    }

    /// The warmest that a parcel can be when it leaves the site, if the truck kept its limits.
    fn leaves_at(&self, class: &ColdClass, cold: &ColdLimits, transfer: Period) -> f64 {
        let Leg::LastMile { stored, .. } = self.leg else { return cold.set_point_c.0 };
        let rules = &self.day.cold;
        let follow = |from: f64, air: f64, time: Seconds| {
            air + (from - air) * (-(time.0 as f64) / 60.0 / cold.settling_min).exp()
        };
        let outdoors = self.day.weather.warmest(transfer.from, transfer.until).0;
        let after_truck = self.after_truck(class, cold);
        let on_floor = follow(after_truck, outdoors.max(after_truck), rules.transfer);
        let store = match class.compartment {
            Compartment::Frozen => rules.freezer_c,
            Compartment::Ambient | Compartment::Chilled => rules.fridge_c,
        };
        let air = store.map_or(outdoors, |air| air.0);
        // A store warmer than the goods warms them for as long as they are in it: its air is the bound.
        if air > on_floor { air } else { follow(on_floor, air, stored) }
    }

    /// The warmest that a parcel may be when a truck hands it over.
    fn after_truck(&self, class: &ColdClass, cold: &ColdLimits) -> f64 {
        let base = cold.set_point_c.0.max(self.truck_air[class.compartment as usize]);
        base + TRUCK_SHARE * (cold.accept_c.0 - base).max(0.0)
    }
}

/// What a parcel tolerates on one carrier: sums along the trip, and a limit in one dimension in which exposure fades.
struct Tolerated {
    sums: RideLimits,
    fading: Option<(usize, i64)>,
}

/// The speed of the slowest courier of a site with each carrier.
fn speeds(day: &Day, site: Idx<Site>) -> Vec<f64> {
    let van = SPEEDS[2].1;
    let mut speeds = vec![van; day.cold.carriers.len()];
    for courier in day.couriers.iter().filter(|courier| courier.base == site) {
        let vehicle = &day.vehicle_types[courier.vehicle];
        let known = SPEEDS.iter().find(|(profile, _)| *profile == vehicle.profile);
        let speed = &mut speeds[vehicle.carrier.get()];
        *speed = speed.min(known.map_or(van, |(_, speed)| *speed));
    }
    speeds
}

/// The warmest air of the day's trucks, by compartment.
fn truck_air(day: &Day) -> [f64; 3] {
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
    truck_air
}

/// How closely the limits of a client follow its goods.
#[derive(Clone, Copy, Debug)]
pub enum Limits {
    /// On the safe side of the audit's replay, on trips with other stops and with any courier.
    OfRoutes,
    /// What the audit could admit at best.
    AtBest,
}

/// The longest ride after which goods are accepted that were as cold as the carrier's air when its ice was used up; `None`
/// with a machine, or where it is no warmer outdoors than inside.
fn at_best(keeping: &Keeping, cold: &ColdLimits, outdoors: f64) -> Option<Seconds> {
    let (gradient, bearable) = (outdoors - keeping.hold_c.0, cold.accept_c.0 - keeping.hold_c.0);
    let hold_over = keeping.hold_over_min.filter(|_| gradient > bearable)? * 60.0;
    let stated = keeping.reference_c.0 - keeping.hold_c.0;
    let leak = if stated > 0.0 { gradient / stated } else { 1.0 };
    // Goods follow the air, the air follows outdoors.
    let follow = |span: f64, minutes: f64| 1.0 - (-span / (minutes * 60.0).max(1.0)).exp();
    let (mut ride, mut excess) = (hold_over / leak, 0.0);
    let melted = ride;
    while excess <= bearable && ride < MAX_RIDE_S {
        let air = gradient * follow(ride - melted, keeping.warm_up_min);
        excess += (air - excess) * follow(AT_BEST_STEP_S, cold.settling_min);
        ride += AT_BEST_STEP_S;
    }
    Some(Seconds(ride as i64))
}

/// The limits that follow from a budget of kelvin above `base`, the temperature of goods as they leave or of the air where
/// that is warmer; with ice so that a ride of `direct` seconds is within them, if it can be.
fn thermal(
    keeping: &Keeping,
    cold: &ColdLimits,
    (base, budget): (f64, f64),
    around: Surroundings,
) -> RideLimits {
    if budget < 0.0 {
        return RideLimits::FORBIDDEN;
    }
    let hold = keeping.hold_c.0;
    let gradient = around.outdoors - hold;
    if gradient <= 0.0 {
        return RideLimits::UNLIMITED;
    }
    let warming = (keeping.opening_share * gradient).max(1e-9) / (cold.settling_min * 60.0);
    let by_warming = budget / warming;
    let Some(hold_over_min) = keeping.hold_over_min else {
        return RideLimits { ride: None, exposure: Some(bounded(by_warming)) };
    };
    let stated = keeping.reference_c.0 - hold;
    let hold_over = if stated > 0.0 { hold_over_min * 60.0 * stated / gradient } else { 0.0 };
    let share = (around.direct / hold_over.max(1.0)).clamp(RIDE_SHARE, 1.0);
    // An opening uses up as much in mild weather as in hot.
    let by_coolant = (1.0 - share) * hold_over.min(hold_over_min * 60.0) / keeping.opening_loss.max(1e-9);
    let exposure = by_warming.min(by_coolant);
    // Once the ice is used up the air follows outdoors, from what all openings together can have lifted it to; goods follow
    // the air, from what they have taken up by then.
    let openings = (exposure / around.opening.max(1.0)).floor();
    let mut melted = Melted {
        air: gradient * (1.0 - (1.0 - keeping.opening_share).powf(openings)),
        goods: base - hold + exposure * warming,
    };
    let rest = melted.time_until(base - hold + budget, gradient, (keeping.warm_up_min, cold.settling_min));
    RideLimits { ride: Some(Seconds(bounded(share * hold_over + rest))), exposure: Some(bounded(exposure)) }
}

/// What surrounds goods with ice on their ride.
#[derive(Clone, Copy)]
struct Surroundings {
    /// The warmest hour, in degrees Celsius.
    outdoors: f64,
    /// Seconds of the direct ride to their door, estimated.
    direct: f64,
    /// The length of one opening in seconds.
    opening: f64,
}

/// Kelvin above the air that the ice kept, after it is used up.
struct Melted {
    air: f64,
    goods: f64,
}

impl Melted {
    /// Seconds until the goods may be warmer than `bearable`, where outdoors is warmer by `gradient` and air and goods follow with
    /// these time constants in minutes.
    fn time_until(&mut self, bearable: f64, gradient: f64, (air_min, goods_min): (f64, f64)) -> f64 {
        let follow = |minutes: f64| 1.0 - (-MELTED_STEP_S / (minutes * 60.0).max(1.0)).exp();
        let (air_follows, goods_follow) = (follow(air_min), follow(goods_min));
        let mut time = 0.0;
        loop {
            // The air at the end of each step counts, which is on the safe side.
            self.air += (gradient - self.air) * air_follows;
            self.goods += (self.air - self.goods).max(0.0) * goods_follow;
            if self.goods > bearable || time >= MAX_RIDE_S {
                return time;
            }
            time += MELTED_STEP_S;
        }
    }
}

/// Rounded down, at most 10⁹ so that the solver's sums cannot overflow.
fn bounded(value: f64) -> i64 {
    value.clamp(0.0, 1e9) as i64
}
