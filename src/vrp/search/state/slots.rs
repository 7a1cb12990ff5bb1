//! The rows of a solution under the search: links, trip slots, vehicles; and routes as plain lists.

use crate::problem::VehicleType;
use coldmile_units::Idx;
use smallvec::SmallVec;

/// A node's neighbours and its trip (`NONE` when absent).
#[derive(Clone, Copy, Debug)]
pub(in crate::search) struct Link {
    pub prev: u32,
    pub next: u32,
    pub trip: u32,
}

#[derive(Clone, Copy, Debug, Default)]
pub(in crate::search) struct TripSlot<T> {
    pub vehicle: u32,
    pub len: u32,
    pub data: T,
}

#[derive(Clone, Debug)]
pub(in crate::search) struct UsedVehicle {
    pub vehicle_type: Idx<VehicleType>,
    pub cost: i64,
    pub trips: SmallVec<[u32; 4]>,
}

/// Routes as plain lists of client positions, by vehicle type: what is kept of a best solution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::search) struct Plan {
    pub vehicles: Vec<(Idx<VehicleType>, Vec<Vec<u32>>)>,
}

/// Where a new trip goes.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) enum NewTripPosition {
    /// A vehicle of this type that is not used yet.
    Vehicle(Idx<VehicleType>),
    /// A used vehicle, at this position among its trips.
    Trip(u32, u32),
}

/// A recorded solution, by vehicle of the state it was recorded from.
#[derive(Clone, Debug, Default)]
pub(in crate::search) struct Record {
    pub(super) rows: Vec<(Idx<VehicleType>, Vec<Vec<u32>>)>,
}

impl Record {
    /// The routes as plain lists.
    pub fn plan(&self) -> Plan {
        Plan { vehicles: self.rows.iter().filter(|(_, trips)| !trips.is_empty()).cloned().collect() }
    }
}

impl From<Plan> for Record {
    fn from(plan: Plan) -> Self {
        Self { rows: plan.vehicles }
    }
}
