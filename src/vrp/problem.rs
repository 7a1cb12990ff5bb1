//! What is asked of the solver: locations, depots, clients, vehicle types.
//!
//! A [`Problem`] comes only out of [`ProblemBuilder::build`], which reports every inconsistency at once; nobody below
//! checks again. All costs are integers in one fine unit that the caller chooses: [`COST_SCALE`] of them to a minor
//! unit of money is the convention of the product, so that a price of 120 minor units a kilometre is
//! `cost_per_metre: 120`.

pub use super::problem_error::{PairError, ProblemError};
use super::relations::{self, Backhauls, Group};
use crate::units::{Idx, Seconds, Table, TimeWindow, Timestamp, Travel};
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

/// Collects the parts of a [`Problem`] that refer to each other.
#[derive(Debug, Default)]
pub struct ProblemBuilder {
    dimensions: usize,
    profiles: Table<Profile>,
    depots: Table<Depot>,
    clients: Table<Client>,
    vehicle_types: Table<VehicleType>,
    groups: Table<Group>,
    backhauls: Backhauls,
}

impl ProblemBuilder {
    /// A problem with this many load dimensions.
    pub fn new(dimensions: usize) -> Self {
        Self { dimensions, ..Self::default() }
    }

    /// Adds a way to move. All profiles must have the same locations.
    pub fn profile(&mut self, travel: impl Travel + Send + 'static) -> Idx<Profile> {
        self.profiles.push(Profile { travel: Arc::new(travel) })
    }

    /// Adds a depot.
    pub fn depot(&mut self, depot: Depot) -> Idx<Depot> {
        self.depots.push(depot)
    }

    /// Adds a client.
    pub fn client(&mut self, client: Client) -> Idx<Client> {
        self.clients.push(client)
    }

    /// Adds a vehicle type.
    pub fn vehicle_type(&mut self, vehicle_type: VehicleType) -> Idx<VehicleType> {
        self.vehicle_types.push(vehicle_type)
    }

    /// Adds a group, to which clients then belong by [`Client::group`].
    pub fn group(&mut self, group: Group) -> Idx<Group> {
        self.groups.push(group)
    }

    /// Says when clients that only give goods are visited; without a call, among the others.
    pub fn backhauls(&mut self, backhauls: Backhauls) {
        self.backhauls = backhauls;
    }

    /// The problem, or everything that is wrong with it.
    pub fn build(mut self) -> Result<Problem, Vec<ProblemError>> {
        let mut errors = Vec::new();
        let location_count = self.check_locations(&mut errors);
        for index in 0..self.clients.len() {
            self.check_client(index, &mut errors);
        }
        for index in 0..self.vehicle_types.len() {
            self.check_vehicle_type(index, &mut errors);
        }
        relations::check(&self.clients, &self.groups, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let dimensions = self.dimensions;
        for index in self.clients.indices() {
            self.clients[index].delivery.resize(dimensions, 0);
            self.clients[index].pickup.resize(dimensions, 0);
        }
        let Self { profiles, depots, clients, vehicle_types, groups, backhauls, .. } = self;
        Ok(Problem {
            dimensions,
            location_count,
            profiles,
            depots,
            clients,
            vehicle_types,
            groups,
            backhauls,
        })
    }

    fn check_locations(&self, errors: &mut Vec<ProblemError>) -> usize {
        if self.dimensions > MOST_DIMENSIONS {
            errors.push(ProblemError::TooManyDimensions { dimensions: self.dimensions });
        }
        let Some(first) = self.profiles.iter().next() else {
            errors.push(ProblemError::NoProfile);
            return 0;
        };
        let locations = first.travel.location_count();
        for (profile, row) in self.profiles.iter().enumerate() {
            let found = row.travel.location_count();
            if found != locations {
                errors.push(ProblemError::LocationCount { profile, found, expected: locations });
            }
        }
        let places = (self.depots.iter().map(|depot| depot.location).enumerate())
            .map(|(index, location)| ("depot", index, location))
            .chain(
                (self.clients.iter().map(|client| client.location).enumerate())
                    .map(|(index, location)| ("client", index, location)),
            );
        for (what, index, location) in places {
            if location >= locations {
                errors.push(ProblemError::UnknownLocation { what, index, location, locations });
            }
        }
        for (index, depot) in self.depots.iter().enumerate() {
            in_range("depot", index, "loading", depot.loading.0, LARGEST_AMOUNT, errors);
        }
        locations
    }

    fn check_client(&self, index: usize, errors: &mut Vec<ProblemError>) {
        let client = &self.clients[Idx::new(index as u32)];
        let what = "client";
        for (field, load) in [("delivery", &client.delivery), ("pickup", &client.pickup)] {
            if load.len() > self.dimensions {
                let (found, dimensions) = (load.len(), self.dimensions);
                errors.push(ProblemError::Dimensions { what, index, field, found, dimensions });
            }
            for &amount in load {
                in_range(what, index, field, amount, LARGEST_AMOUNT, errors);
            }
        }
        in_range(what, index, "service", client.service.0, LARGEST_AMOUNT, errors);
        for ride in client.longest_ride.iter().flatten() {
            in_range(what, index, "longest ride", ride.0, LARGEST_AMOUNT, errors);
        }
        for &exposure in &client.exposure {
            in_range(what, index, "exposure", exposure, LARGEST_AMOUNT, errors);
        }
        for &limit in client.exposure_limit.iter().flatten() {
            in_range(what, index, "exposure limit", limit, LARGEST_AMOUNT, errors);
        }
        if let Some(prize) = client.prize {
            in_range(what, index, "prize", prize, LARGEST_AMOUNT, errors);
        }
    }

    fn check_vehicle_type(&self, index: usize, errors: &mut Vec<ProblemError>) {
        let row = &self.vehicle_types[Idx::new(index as u32)];
        let what = "vehicle type";
        for (what, named, len) in [
            ("profile", row.profile.get(), self.profiles.len()),
            ("start depot", row.start_depot.get(), self.depots.len()),
            ("end depot", row.end_depot.get(), self.depots.len()),
        ] {
            if named >= len {
                errors.push(ProblemError::UnknownReference { index, what, named, len });
            }
        }
        if row.capacity.len() != self.dimensions {
            let (found, dimensions) = (row.capacity.len(), self.dimensions);
            errors.push(ProblemError::Dimensions { what, index, field: "capacity", found, dimensions });
        }
        for &amount in &row.capacity {
            in_range(what, index, "capacity", amount, LARGEST_AMOUNT, errors);
        }
        in_range(what, index, "fixed cost", row.fixed_cost, LARGEST_AMOUNT, errors);
        in_range(what, index, "cost per second", row.cost_per_second, LARGEST_PRICE, errors);
        in_range(what, index, "cost per metre", row.cost_per_metre, LARGEST_PRICE, errors);
        if let Some(limit) = row.max_duration {
            in_range(what, index, "max duration", limit.0, LARGEST_AMOUNT, errors);
        }
        if let Some(limit) = row.max_distance {
            in_range(what, index, "max distance", limit, LARGEST_AMOUNT, errors);
        }
        if row.max_trips == 0 {
            errors.push(ProblemError::NoTrips { index });
        }
        if row.max_trips > 1 && row.start_depot != row.end_depot {
            errors.push(ProblemError::ReloadElsewhere { index });
        }
    }
}

fn in_range(
    what: &'static str,
    index: usize,
    field: &'static str,
    value: i64,
    largest: i64,
    errors: &mut Vec<ProblemError>,
) {
    if !(0..=largest).contains(&value) {
        errors.push(ProblemError::OutOfRange { what, index, field, value, largest });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::TravelMatrix;
    use smallvec::smallvec;

    #[test]
    fn every_inconsistency_is_reported_at_once() {
        let mut builder = ProblemBuilder::new(1);
        builder.profile(TravelMatrix::unreachable(2, 2));
        builder.profile(TravelMatrix::unreachable(3, 3));
        builder.depot(Depot { location: 9, loading: Seconds(-1), ..Depot::default() });
        builder.client(Client { location: 5, delivery: smallvec![1, 2], ..Client::default() });
        builder.vehicle_type(VehicleType {
            profile: Idx::new(7),
            fixed_cost: -3,
            max_trips: 0,
            ..VehicleType::default()
        });
        let errors = builder.build().unwrap_err();
        let codes: Vec<_> = errors.iter().map(ProblemError::code).collect();
        assert_eq!(
            codes,
            [
                "vrp/location-count",
                "vrp/unknown-location",
                "vrp/unknown-location",
                "vrp/out-of-range",
                "vrp/dimensions",
                "vrp/unknown-reference",
                "vrp/dimensions",
                "vrp/out-of-range",
                "vrp/no-trips",
            ]
        );
    }

    #[test]
    fn missing_load_dimensions_are_zero() {
        let mut builder = ProblemBuilder::new(3);
        builder.profile(TravelMatrix::unreachable(1, 1));
        let client = builder.client(Client { delivery: smallvec![4], ..Client::default() });
        let problem = builder.build().unwrap();
        assert_eq!(problem.clients()[client].delivery.as_slice(), [4, 0, 0]);
    }
}
