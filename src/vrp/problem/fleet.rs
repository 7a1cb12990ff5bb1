//! What there is to drive with: travel profiles, depots, vehicle types.

use super::load::Load;
use coldmile_units::{Idx, Seconds, TimeWindow, Timestamp, Travel};
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;

/// How something moves between locations.
#[derive(Clone)]
pub struct Profile {
    pub(super) travel: Arc<dyn Travel + Send>,
}

impl Profile {
    /// Travel times and distances of this profile.
    pub fn travel(&self) -> &dyn Travel {
        &*self.travel
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile").field("locations", &self.travel.location_count()).finish_non_exhaustive()
    }
}

/// Where trips start, end and reload.
#[derive(Clone, Debug)]
pub struct Depot {
    /// Location in every profile.
    pub location: usize,
    /// Loading starts no earlier than its opening, vehicles are back no later than its closing.
    pub window: TimeWindow,
    /// Time spent loading at the start of every trip, before it departs.
    pub loading: Seconds,
}

impl Default for Depot {
    fn default() -> Self {
        Self { location: 0, window: TimeWindow::ALWAYS, loading: Seconds::ZERO }
    }
}

/// A dimension in which exposure fades: goods that warm at open doors and cool down again on the road.
///
/// At the start of a trip it has a value, each stop adds its dose ([`FadingStop`](super::FadingStop)), and over service
/// and travel it falls by the factor `exp(-t / time_constant)`. Waiting is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FadingExposure {
    /// After this time 37 % are left; at least one second.
    pub time_constant: Seconds,
    /// The value when a trip departs, at least 0: a value below would be one that waiting makes larger.
    pub start: i64,
    /// What makes doses that follow each other quickly larger, if anything does.
    pub residue: Option<Residue>,
}

/// What the last stops left behind that makes the dose of the next one larger: the air that they warmed, while goods are
/// slow to follow.
///
/// It is 0 at a departure. At a stop the share `gain_ppm` of it is added to the dose, then `kept_ppm` of it are left
/// and [`FadingStop::residue`](super::FadingStop::residue) is added; over service and travel it falls by the factor
/// `exp(-t / time_constant)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Residue {
    /// Of its own; at least one second, and below that of the exposure.
    pub time_constant: Seconds,
    /// Millionths that a stop leaves of what there was; may be above one million.
    pub kept_ppm: i64,
    /// Millionths of it that a stop adds to its dose.
    pub gain_ppm: i64,
}

/// What a second costs more than [`VehicleType::cost_per_second`], by what a vehicle does in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimePrices {
    /// Travelling.
    pub travel: i64,
    /// At a client, from the start of service to its end.
    pub service: i64,
    /// Neither travelling nor serving nor loading: at a client before its window, or at the depot between trips.
    pub waiting: i64,
    /// Of the route after the end of the shift, whatever it does.
    pub overtime: i64,
}

/// A break that a vehicle makes once on its route.
///
/// It begins in `window` at a client, when service there has ended, and the vehicle leaves `duration` later; it counts
/// as waiting, neither as travel nor as service. It is due where the route
/// begins before the window opens and ends after it closes: who begins later or is back by then has it before or after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// When it may begin.
    pub window: TimeWindow,
    /// How long it takes.
    pub duration: Seconds,
}

/// Vehicles that are alike.
#[derive(Clone, Debug)]
pub struct VehicleType {
    /// How many there are.
    pub count: usize,
    /// What fits on board, for every load dimension.
    pub capacity: Load,
    /// How it moves.
    pub profile: Idx<Profile>,
    /// Where it starts and reloads.
    pub start_depot: Idx<Depot>,
    /// Where it ends. Types that reload end where they start.
    pub end_depot: Idx<Depot>,
    /// Earliest start of loading for the first trip and latest end of the last one, but for overtime.
    pub shift: TimeWindow,
    /// Cost of using one at all.
    pub fixed_cost: i64,
    /// Cost of a second from the start of the first loading to the end, waiting and service included.
    pub cost_per_second: i64,
    /// Cost of a metre.
    pub cost_per_metre: i64,
    /// Prices of parts of its time, on top of `cost_per_second`.
    pub time_prices: TimePrices,
    /// How long after its shift it may end at most; time after the shift has a price of its own.
    pub max_overtime: Seconds,
    /// The break on a route, if there is one.
    pub break_rule: Option<Break>,
    /// Maximum time from the start of the first loading to the end.
    pub max_duration: Option<Seconds>,
    /// Maximum distance over all trips, in metres.
    pub max_distance: Option<i64>,
    /// How many trips it may make; 1 is no reload.
    pub max_trips: usize,
    /// Which entry of the clients' ride and exposure limits holds for it: vans may keep cold longer than bikes.
    pub carrier: usize,
    /// In which dimensions exposure fades on it.
    pub fading: SmallVec<[FadingExposure; 4]>,
    /// Bits that clients may ask for.
    pub skills: u64,
}

impl Default for VehicleType {
    fn default() -> Self {
        Self {
            count: 1,
            capacity: Load::new(),
            profile: Idx::new(0),
            start_depot: Idx::new(0),
            end_depot: Idx::new(0),
            shift: TimeWindow::ALWAYS,
            fixed_cost: 0,
            cost_per_second: 0,
            cost_per_metre: 1,
            time_prices: TimePrices::default(),
            max_overtime: Seconds::ZERO,
            break_rule: None,
            max_duration: None,
            max_distance: None,
            max_trips: 1,
            carrier: 0,
            fading: SmallVec::new(),
            skills: 0,
        }
    }
}

impl VehicleType {
    /// The last moment at which a route may end, overtime included.
    pub(crate) const fn latest_end(&self) -> Timestamp {
        Timestamp::from_unix(self.shift.close().unix().saturating_add(self.max_overtime.0))
    }

    /// What an arc of so many metres and seconds costs.
    pub(crate) const fn arc_price(&self, metres: i64, seconds: i64) -> i64 {
        self.cost_per_metre * metres + (self.cost_per_second + self.time_prices.travel) * seconds
    }
}
