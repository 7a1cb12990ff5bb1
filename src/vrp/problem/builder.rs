//! Puts a problem together from parts that refer to each other, and says everything that is wrong with it at once.

use super::client::{Backhauls, Client, Group};
use super::data::Problem;
use super::error::ProblemError;
use super::fleet::{Depot, Profile, TimePrices, VehicleType};
use super::limits::MAX_SHARE_PPM;
use super::limits::{MAX_AMOUNT, MAX_DIMENSIONS, MAX_FADING, MAX_FADING_AMOUNT, MAX_LEG, MAX_PRICE};
use super::relations;
use coldmile_units::{Idx, Table, Travel};
use std::sync::Arc;

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

    /// Adds a travel profile. All profiles must have the same locations.
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
        if self.dimensions > MAX_DIMENSIONS {
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
            let longest = row.travel.max_leg();
            if longest > MAX_LEG {
                errors.push(ProblemError::LegTooLong { profile, longest });
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
            in_range("depot", index, "loading", depot.loading.0, MAX_AMOUNT, errors);
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
                in_range(what, index, field, amount, MAX_AMOUNT, errors);
            }
        }
        in_range(what, index, "service", client.service.0, MAX_AMOUNT, errors);
        let late_price = client.soft_end.map_or(0, |soft| soft.price);
        in_range(what, index, "price of tardiness", late_price, MAX_PRICE, errors);
        for ride in client.longest_ride.iter().flatten() {
            in_range(what, index, "longest ride", ride.0, MAX_AMOUNT, errors);
        }
        for &exposure in &client.exposure {
            in_range(what, index, "exposure", exposure, MAX_AMOUNT, errors);
        }
        for &limit in client.exposure_limit.iter().flatten() {
            in_range(what, index, "exposure limit", limit, MAX_AMOUNT, errors);
        }
        for stop in client.fading.iter().flatten() {
            in_range(what, index, "fading dose", stop.dose, MAX_FADING_AMOUNT, errors);
            in_range(what, index, "fading residue", stop.residue, MAX_FADING_AMOUNT, errors);
            let limit = stop.limit.map_or(0, i64::saturating_abs);
            in_range(what, index, "fading limit", limit, MAX_FADING_AMOUNT, errors);
        }
        for &price in &client.price_by_type {
            in_range(what, index, "price by vehicle type", price, MAX_AMOUNT, errors);
        }
        let len = self.vehicle_types.len();
        let named = client.bound_to.iter().flatten().map(|vehicle_type| vehicle_type.get());
        let what_named = "vehicle type";
        errors.extend((named.filter(|&named| named >= len)).map(|named| ProblemError::UnknownRelation {
            index,
            what: what_named,
            named,
            len,
        }));
        if let Some(prize) = client.prize {
            in_range(what, index, "prize", prize, MAX_AMOUNT, errors);
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
            in_range(what, index, "capacity", amount, MAX_AMOUNT, errors);
        }
        in_range(what, index, "fixed cost", row.fixed_cost, MAX_AMOUNT, errors);
        in_range(what, index, "cost per second", row.cost_per_second, MAX_PRICE, errors);
        in_range(what, index, "cost per metre", row.cost_per_metre, MAX_PRICE, errors);
        let TimePrices { travel, service, waiting, overtime } = row.time_prices;
        let prices = [("travel", travel), ("service", service), ("waiting", waiting), ("overtime", overtime)];
        for (field, price) in prices {
            in_range(what, index, field, price, MAX_PRICE, errors);
        }
        if let Some(rule) = row.break_rule {
            in_range(what, index, "break", rule.duration.0, MAX_AMOUNT, errors);
        }
        in_range(what, index, "max overtime", row.max_overtime.0, MAX_AMOUNT, errors);
        if let Some(limit) = row.max_duration {
            in_range(what, index, "max duration", limit.0, MAX_AMOUNT, errors);
        }
        if let Some(limit) = row.max_distance {
            in_range(what, index, "max distance", limit, MAX_AMOUNT, errors);
        }
        if row.fading.len() > MAX_FADING {
            let (found, dimensions) = (row.fading.len(), MAX_FADING);
            errors.push(ProblemError::Dimensions { what, index, field: "fading", found, dimensions });
        }
        for fading in &row.fading {
            // At least one second: a share of nothing cannot be left.
            in_range(what, index, "time constant less 1 s", fading.time_constant.0 - 1, MAX_AMOUNT, errors);
            in_range(what, index, "fading start", fading.start, MAX_FADING_AMOUNT, errors);
        }
        for (fading, residue) in row.fading.iter().filter_map(|row| Some((row, row.residue?))) {
            let less = fading.time_constant.0.saturating_sub(2).max(0);
            in_range(
                what,
                index,
                "residue's time constant less 1 s",
                residue.time_constant.0 - 1,
                less,
                errors,
            );
            in_range(what, index, "residue kept", residue.kept_ppm, MAX_SHARE_PPM, errors);
            in_range(what, index, "residue's gain", residue.gain_ppm, MAX_SHARE_PPM, errors);
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
    max: i64,
    errors: &mut Vec<ProblemError>,
) {
    if !(0..=max).contains(&value) {
        errors.push(ProblemError::OutOfRange { what, index, field, value, max });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coldmile_units::{Metres, Seconds, TravelMatrix};
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
    fn legs_are_carried_up_to_the_limit_and_refused_above() {
        for (leg, is_refused) in [(1 << 28, false), (MAX_LEG, false), (MAX_LEG + 1, true), (i64::MAX, true)] {
            let mut travel = TravelMatrix::unreachable(2, 2);
            travel.set(1, 0, Seconds(leg), Metres(1));
            let mut builder = ProblemBuilder::new(0);
            builder.profile(travel);
            let codes = builder.build().map_err(|errors| errors[0].code());
            assert_eq!(codes.err(), is_refused.then_some("vrp/leg-too-long"), "{leg}");
        }
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
