//! What keeps a client from being served, and whether it may still fit together with others.

use super::arcs::{Arc, has_shortcuts};
use super::client_units::ClientUnits;
use super::index::NONE;
use super::single_trip::{SingleTrip, single_trip};
use crate::problem::{Backhauls, Client, Problem, VehicleType};
use crate::solution::Reason;
use coldmile_units::{Idx, Travel};
use smallvec::{SmallVec, smallvec};

/// Why clients of a problem cannot be served.
pub(super) struct Obstacles<'a> {
    problem: &'a Problem,
    units: &'a ClientUnits,
    prizes: &'a [Option<i64>],
    joint_insertions: JointInsertions,
}

/// Whether clients that fit nowhere alone are inserted together with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JointInsertions {
    Tried,
    NotTried,
}

impl<'a> Obstacles<'a> {
    /// Of a problem with these units and what leaving each of them out costs.
    pub fn new(
        problem: &'a Problem,
        units: &'a ClientUnits,
        prizes: &'a [Option<i64>],
        joint_insertions: JointInsertions,
    ) -> Self {
        Self { problem, units, prizes, joint_insertions }
    }

    /// Whether a client may be left out at a price.
    pub fn is_optional(&self, client: Idx<Client>) -> bool {
        self.prizes[client.get()].is_some()
    }

    /// What keeps `client`, or the pair to which it belongs, from being served on any trip; `None` when some vehicle can
    /// serve it, alone or perhaps together with others. The reason is that of the vehicle type that comes closest.
    pub fn of(&self, client: Idx<Client>) -> Option<Reason> {
        let closest = obstacle_alone(self.problem, self.units, client)?;
        (!self.may_fit_jointly(client, &closest)).then_some(closest)
    }

    /// Whether this obstacle to serving `client` alone may vanish when others are served before it on the trip.
    fn may_fit_jointly(&self, client: Idx<Client>, obstacle: &Reason) -> bool {
        let location = self.problem.clients()[client].location;
        let is_connected = |travel: &dyn Travel| {
            let mut others = (0..travel.location_count()).filter(|&other| other != location);
            others.clone().any(|other| travel.duration(other, location).is_some())
                && others.any(|other| travel.duration(location, other).is_some())
        };
        self.joint_insertions == JointInsertions::Tried
            && !is_intrinsic(obstacle)
            && self.problem.profiles().iter().any(|profile| is_connected(profile.travel()))
    }
}

/// What keeps `client`, or the pair to which it belongs, from being served on a trip of its own: the reason of the vehicle
/// type that comes closest, `None` when some vehicle type can serve it. No search is made.
pub fn obstacle(problem: &Problem, client: Idx<Client>) -> Option<Reason> {
    obstacle_alone(problem, &ClientUnits::new(problem), client)
}

fn obstacle_alone(problem: &Problem, units: &ClientUnits, client: Idx<Client>) -> Option<Reason> {
    let mut closest = Reason::NoVehicle;
    for vehicle_type in problem.vehicle_types().indices() {
        match trip_for(problem, units, client, vehicle_type) {
            Ok(_) => return None,
            Err(reason) => closest = closest.closer(reason),
        }
    }
    Some(closest)
}

/// The trip of a vehicle of this type for nothing but `client`, or the pair to which it belongs.
fn trip_for(
    problem: &Problem,
    units: &ClientUnits,
    client: Idx<Client>,
    vehicle_type: Idx<VehicleType>,
) -> Result<SingleTrip, Reason> {
    let first = units.lead(client.get() as u32);
    let stops: SmallVec<[&Client; 2]> = match units.partner(first) {
        NONE => smallvec![&problem.clients()[client]],
        second => [first, second].iter().map(|&stop| &problem.clients()[Idx::new(stop)]).collect(),
    };
    let vehicle = &problem.vehicle_types()[vehicle_type];
    let depots = [vehicle.start_depot, vehicle.end_depot].map(|depot| &problem.depots()[depot]);
    // Arcs as travel states them, without those that backhauls close: what a backhaul lacks is a client before it.
    let travel = problem.travel_of(vehicle_type);
    let mut arcs: SmallVec<[Arc; 3]> = SmallVec::new();
    let mut here = depots[0].location;
    for there in stops.iter().map(|stop| stop.location).chain([depots[1].location]) {
        arcs.push(Arc::between(travel, here, there).unwrap_or(Arc::UNREACHABLE));
        here = there;
    }
    single_trip((vehicle_type, vehicle), depots, &stops, &arcs)
}

impl JointInsertions {
    /// Whether they are worth trying: a client that a vehicle type cannot serve alone may still fit on it because some
    /// detour is quicker than the direct arc, or because an optional client that would not pay alone has to come first.
    pub fn for_problem(problem: &Problem, units: &ClientUnits, prizes: &[Option<i64>]) -> Self {
        let has_prizes = prizes.iter().any(Option::is_some);
        if problem.backhauls() == Backhauls::Last && has_prizes {
            return Self::Tried;
        }
        let has_unserved = |vehicle_type| {
            problem.clients().indices().any(|client| {
                trip_for(problem, units, client, vehicle_type).is_err_and(|reason| !is_intrinsic(&reason))
            })
        };
        let is_needed = (problem.vehicle_types().indices())
            .any(|vehicle_type| has_unserved(vehicle_type) && has_shortcuts(problem.travel_of(vehicle_type)));
        if is_needed { Self::Tried } else { Self::NotTried }
    }
}

/// Whether an obstacle lies in the client and the vehicle, whatever the path.
const fn is_intrinsic(obstacle: &Reason) -> bool {
    matches!(obstacle, Reason::NoVehicle | Reason::LoadTooLarge { .. })
}
