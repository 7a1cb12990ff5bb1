//! What is asked of the solver: locations, depots, clients, vehicle types.
//!
//! A [`Problem`] comes only out of [`ProblemBuilder::build`], which reports every inconsistency at once; nobody below
//! checks again. All costs are integers in one fine unit that the caller chooses: [`COST_SCALE`] of them to a minor
//! unit of money is the convention of the product, so that a price of 120 minor units a kilometre is
//! `cost_per_metre: 120`.

mod builder;

pub use super::problem_error::{PairError, ProblemError};
use super::relations::{Backhauls, Group};
pub use builder::ProblemBuilder;
use coldmile_units::{Idx, Seconds, Table, TimeWindow, Timestamp, Travel};
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;

/// Cost units in one minor unit of money (a cent, a fen) wherever costs stand for money: a minor unit a kilometre is
/// a cost unit a metre.
pub const COST_SCALE: i64 = 1000;

/// An amount in each load dimension, in the caller's units (grams, millilitres, pieces). Missing dimensions are zero.
pub type Load = SmallVec<[i64; 4]>;

/// How something moves between locations.
#[derive(Clone)]
pub struct Profile {
    travel: Arc<dyn Travel + Send>,
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

/// Something to visit once.
#[derive(Clone, Debug)]
pub struct Client {
    /// Location in every profile.
    pub location: usize,
    /// What is brought from the depot: on board from the trip's start until here.
    pub delivery: Load,
    /// What is taken along: on board from here until the trip's end.
    pub pickup: Load,
    /// When service may start; waiting before it is allowed.
    pub window: TimeWindow,
    /// Time spent here.
    pub service: Seconds,
    /// The trip that serves this client departs no earlier.
    pub release: Timestamp,
    /// Longest time from the trip's departure to the start of service here, waiting included, by
    /// [`VehicleType::carrier`]; `None` or a missing entry is no limit.
    pub longest_ride: SmallVec<[Option<Seconds>; 2]>,
    /// What serving this client adds to the exposure of everything still on board, by carrier; missing is zero.
    pub exposure: SmallVec<[i64; 2]>,
    /// How much exposure the goods of this client may have collected on the trip before service starts here, by
    /// carrier; `None` or a missing entry is no limit.
    pub exposure_limit: SmallVec<[Option<i64>; 2]>,
    /// Bits that a vehicle type must all have.
    pub skills: u64,
    /// What leaving this client out costs; `None` when it must be served, or when its group says.
    pub prize: Option<i64>,
    /// The group of alternatives it belongs to, of which at most one is served.
    pub group: Option<Idx<Group>>,
    /// The client whose `pickup` is brought here and not to the trip's end: both are served on the same trip, that one
    /// first, or neither of them. Has no goods of its own and no limits on rides then.
    pub origin: Option<Idx<Client>>,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            location: 0,
            delivery: Load::new(),
            pickup: Load::new(),
            window: TimeWindow::ALWAYS,
            service: Seconds::ZERO,
            release: Timestamp::MIN,
            longest_ride: SmallVec::new(),
            exposure: SmallVec::new(),
            exposure_limit: SmallVec::new(),
            skills: 0,
            prize: None,
            group: None,
            origin: None,
        }
    }
}

impl Client {
    /// Longest ride on this carrier, if it is limited.
    pub fn longest_ride_on(&self, carrier: usize) -> Option<Seconds> {
        self.longest_ride.get(carrier).copied().flatten()
    }

    /// What a stop here adds to the exposure of goods on this carrier.
    pub fn exposure_on(&self, carrier: usize) -> i64 {
        self.exposure.get(carrier).copied().unwrap_or(0)
    }

    /// Exposure the goods of this client may have before service, if it is limited.
    pub fn exposure_limit_on(&self, carrier: usize) -> Option<i64> {
        self.exposure_limit.get(carrier).copied().flatten()
    }
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
    /// Earliest start of loading for the first trip and latest end of the last one.
    pub shift: TimeWindow,
    /// Cost of using one at all.
    pub fixed_cost: i64,
    /// Cost of a second from the start of the first loading to the end, waiting and service included.
    pub cost_per_second: i64,
    /// Cost of a metre.
    pub cost_per_metre: i64,
    /// Longest time from the start of the first loading to the end.
    pub max_duration: Option<Seconds>,
    /// Longest way over all trips, in metres.
    pub max_distance: Option<i64>,
    /// How many trips it may make; 1 is no reload.
    pub max_trips: usize,
    /// Which entry of the clients' ride and exposure limits holds for it: vans may keep cold longer than bikes.
    pub carrier: usize,
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
            max_duration: None,
            max_distance: None,
            max_trips: 1,
            carrier: 0,
            skills: 0,
        }
    }
}

/// Largest magnitude of a load, a span of time or an exposure in a problem.
///
/// Sums over a whole route of such values stay far inside 64 bits.
pub const LARGEST_AMOUNT: i64 = 1 << 40;
/// Largest price of a second or a metre.
pub const LARGEST_PRICE: i64 = 1 << 24;
/// Most load dimensions.
pub const MOST_DIMENSIONS: usize = 16;

/// A consistent routing problem.
#[derive(Debug)]
pub struct Problem {
    dimensions: usize,
    location_count: usize,
    profiles: Table<Profile>,
    depots: Table<Depot>,
    clients: Table<Client>,
    vehicle_types: Table<VehicleType>,
    groups: Table<Group>,
    backhauls: Backhauls,
}

impl Problem {
    /// Number of load dimensions.
    pub const fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Number of locations in every profile.
    pub const fn location_count(&self) -> usize {
        self.location_count
    }

    /// How things move.
    pub const fn profiles(&self) -> &Table<Profile> {
        &self.profiles
    }

    /// Where trips start and end.
    pub const fn depots(&self) -> &Table<Depot> {
        &self.depots
    }

    /// What is to be visited; their loads have all dimensions.
    pub const fn clients(&self) -> &Table<Client> {
        &self.clients
    }

    /// What there is to drive.
    pub const fn vehicle_types(&self) -> &Table<VehicleType> {
        &self.vehicle_types
    }

    /// Alternatives.
    pub const fn groups(&self) -> &Table<Group> {
        &self.groups
    }

    /// When clients that only give goods are visited.
    pub const fn backhauls(&self) -> Backhauls {
        self.backhauls
    }

    /// The problem of serving these clients, in this order, with so many vehicles of each type. Whole pairs are among
    /// them; a group's members outside stay out.
    pub(super) fn part(&self, clients: &[Idx<Client>], vehicle_counts: &[usize]) -> Self {
        let vehicle_types = self.vehicle_types.iter().zip(vehicle_counts);
        let mut place = vec![None; self.clients.len()];
        for (at, client) in clients.iter().enumerate() {
            place[client.get()] = Some(Idx::new(at as u32));
        }
        let moved = |client: &Client| Client {
            origin: client.origin.and_then(|origin| place[origin.get()]),
            ..client.clone()
        };
        Self {
            dimensions: self.dimensions,
            location_count: self.location_count,
            profiles: self.profiles.iter().cloned().collect(),
            depots: self.depots.clone(),
            clients: clients.iter().map(|&client| moved(&self.clients[client])).collect(),
            vehicle_types: vehicle_types.map(|(row, &count)| VehicleType { count, ..row.clone() }).collect(),
            groups: self.groups.clone(),
            backhauls: self.backhauls,
        }
    }

    /// Travel of a vehicle type.
    pub fn travel_of(&self, vehicle_type: Idx<VehicleType>) -> &dyn Travel {
        self.profiles[self.vehicle_types[vehicle_type].profile].travel()
    }
}
