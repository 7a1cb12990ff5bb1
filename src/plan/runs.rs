//! What every vehicle does: runs, trips, legs, stops and manifests.

use coldmile_geometry::Point;
use coldmile_model::{Courier, Load, Order, Parcel, Site, VehicleType, WaveSchedule};
use coldmile_units::{Id, Metres, Money, Seconds, Timestamp};
use serde::{Deserialize, Serialize};

/// Which half of the way: hub to centre, or centre to door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Echelon {
    /// Trucks from a hub to the centres.
    Linehaul,
    /// Couriers from a centre to the doors.
    LastMile,
}

/// A route made real: what one courier does in a shift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The name on screens: `R-` and the courier's id.
    pub id: Id<Run>,
    /// Linehaul or last mile.
    pub echelon: Echelon,
    /// Who.
    pub courier: Id<Courier>,
    /// With what.
    pub vehicle: Id<VehicleType>,
    /// Where it starts and ends.
    pub base: Id<Site>,
    /// Trips in order of time.
    pub trips: Vec<Trip>,
    /// Start of loading of the first trip.
    pub starts_at: Timestamp,
    /// Back at the base after the last trip.
    pub ends_at: Timestamp,
    /// Way of all legs together.
    pub distance: Metres,
    /// What the run costs: price a day, plus price an hour × (`ends_at` - `starts_at`), plus price a kilometre × distance,
    /// exact and rounded half up once.
    pub cost: Money,
}

/// The part of a run between two visits to the base.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trip {
    /// Start of loading: what is loaded is ready by then.
    pub loads_at: Timestamp,
    /// Wheels turn: loading is over.
    pub departs_at: Timestamp,
    /// Back at the base.
    pub returns_at: Timestamp,
    /// What is loaded.
    pub manifest: Manifest,
    /// Stops in order of time.
    pub stops: Vec<Stop>,
    /// Movements: one to each stop, and one back to the base.
    pub legs: Vec<Leg>,
}

/// Parcels of one trip in loading order: what is delivered last is loaded first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The parcels, first loaded first.
    pub parcels: Vec<Id<Parcel>>,
    /// What they weigh and take up together.
    pub load: Load,
}

/// A physical halt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// What is visited.
    pub place: StopPlace,
    /// Where it is.
    pub point: Point,
    /// Wheels stop: the departure before it plus the leg's duration.
    pub arrives_at: Timestamp,
    /// Service starts; waiting lies between.
    pub starts_at: Timestamp,
    /// Wheels turn again.
    pub departs_at: Timestamp,
    /// What is handed over.
    pub parcels: Vec<Id<Parcel>>,
}

/// What a stop visits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopPlace {
    /// A truck supplies a centre with (a part of) a wave.
    Centre {
        /// The centre.
        site: Id<Site>,
        /// The wave.
        wave: Id<WaveSchedule>,
    },
    /// A courier serves a family.
    Door {
        /// The order.
        order: Id<Order>,
    },
}

/// Movement between two halts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Travel time.
    pub duration: Seconds,
    /// Length of the way.
    pub distance: Metres,
    /// The way as an encoded polyline (precision 5), latitude first. Empty when nothing moves.
    pub line: String,
}
