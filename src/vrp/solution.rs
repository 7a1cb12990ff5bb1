//! What the solver answers: routes of trips, and clients left out with a reason.

use super::problem::{Client, Problem, VehicleType};
use coldmile_units::{Idx, Seconds};
use serde::Serialize;

/// The part of a route between depot visits: everything delivered on it is loaded at its start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Trip {
    /// Clients in the order they are visited.
    pub clients: Vec<Idx<Client>>,
}

/// One vehicle's whole sequence. A used vehicle has at least one trip, and no trip is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Route {
    /// What drives it.
    pub vehicle_type: Idx<VehicleType>,
    /// The trips in order; the vehicle reloads between them.
    pub trips: Vec<Trip>,
}

/// A client left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unplanned {
    /// The client.
    pub client: Idx<Client>,
    /// Why.
    pub reason: Reason,
}

/// Why a client was left out. All but the last two hold for every vehicle, even one that serves no other client; the
/// amounts are those of the vehicle type that comes closest: the smallest relaxation that would admit the client alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Reason {
    /// No vehicle type has the skills it asks for, or there is no vehicle at all.
    NoVehicle,
    /// It is larger than every vehicle.
    LoadTooLarge {
        /// Load dimension that overflows.
        dimension: usize,
        /// By how much.
        over_by: i64,
    },
    /// It cannot be reached from a depot, or no depot from it.
    Unreachable,
    /// Windows, shift, release and travel do not fit together.
    WindowTooTight {
        /// How many seconds are missing.
        short_by: Seconds,
    },
    /// Even the direct arc takes longer than its goods may ride.
    RideTooLong {
        /// By how much.
        over_by: Seconds,
    },
    /// Its goods have too much exposure of the kind that fades when a vehicle reaches it directly.
    ExposureTooHigh {
        /// By how much.
        over_by: i64,
    },
    /// Serving it alone takes longer than the duration of every vehicle allows.
    DurationTooLong {
        /// By how much.
        over_by: Seconds,
    },
    /// Serving it alone is farther than every vehicle may go.
    DistanceTooLong {
        /// By how many metres.
        over_by: i64,
    },
    /// It may be left out, and serving it would cost more than its prize.
    NotWorthIt,
    /// It fits a vehicle alone, but not with the others in the best plan found.
    NotPlaced,
}

impl Reason {
    /// Of two reasons the one that is closer to fitting: the rule that is checked later, then the smaller amount, then
    /// `self`.
    #[must_use]
    pub fn closer(self, other: Self) -> Self {
        let ((stage, amount), (other_stage, other_amount)) = (self.rank(), other.rank());
        if (other_stage, -other_amount) > (stage, -amount) { other } else { self }
    }

    /// How late the rule is checked, and by how much it is broken.
    const fn rank(&self) -> (u8, i64) {
        match self {
            Self::NoVehicle => (0, 0),
            Self::LoadTooLarge { over_by, .. } => (1, *over_by),
            Self::Unreachable => (2, 0),
            Self::WindowTooTight { short_by } => (3, short_by.0),
            Self::RideTooLong { over_by } => (4, over_by.0),
            Self::ExposureTooHigh { over_by } => (5, *over_by),
            Self::DurationTooLong { over_by } => (6, over_by.0),
            Self::DistanceTooLong { over_by } => (7, *over_by),
            Self::NotWorthIt | Self::NotPlaced => (8, 0),
        }
    }
}

/// A plan for the whole problem. Its routes break no rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Solution {
    /// One per used vehicle, ordered by vehicle type.
    pub routes: Vec<Route>,
    /// All clients that are in no route, in order, but for those with an alternative in one.
    pub unplanned: Vec<Unplanned>,
    /// Cost of the routes plus the prizes of clients left out, in the problem's cost unit.
    pub cost: i64,
}

impl Solution {
    /// Whether all clients that must be served are.
    pub fn is_complete(&self, problem: &Problem) -> bool {
        self.unplanned.iter().all(|unplanned| problem.price_of_absence(unplanned.client).is_some())
    }

    /// Number of clients in routes.
    pub fn planned_count(&self) -> usize {
        self.routes.iter().flat_map(|route| &route.trips).map(|trip| trip.clients.len()).sum()
    }
}
