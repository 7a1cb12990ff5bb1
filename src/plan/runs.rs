//! What every vehicle does: runs, trips, legs, stops and manifests.

use super::footprint::Footprint;
use super::walk::Walk;
use coldmile_geometry::Point;
use coldmile_model::{Courier, Load, Order, Parcel, Site, VehicleType, WaveSchedule};
use coldmile_units::{Id, Metres, Money, Seconds, Timestamp};
use serde::{Deserialize, Serialize};

/// The two levels of transport: hub to centre, and centre to door.
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
    /// The courier who drives it.
    pub courier: Id<Courier>,
    /// Type of the vehicle.
    pub vehicle: Id<VehicleType>,
    /// The site where it starts and ends.
    pub base: Id<Site>,
    /// Trips in order of time.
    pub trips: Vec<Trip>,
    /// The breaks of the courier, in order of time; missing in files where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<RunBreak>,
    /// Start of loading of the first trip.
    pub starts_at: Timestamp,
    /// Return to the base after the last trip.
    pub ends_at: Timestamp,
    /// Sum over all legs.
    pub distance: Metres,
    /// Price a day, plus price an hour × (`ends_at` - `starts_at`), plus price an hour of driving × the legs' durations, plus
    /// price an hour of overtime × what of the run is after the courier's shift, plus price a kilometre × distance, summed
    /// exactly and rounded half up once.
    pub cost: Money,
    /// Its greenhouse gas and what its cooling takes; missing in plans of older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footprint: Option<Footprint>,
}

/// A break at a stop, after its service and before its departure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunBreak {
    /// Position of the trip in the run.
    pub trip: usize,
    /// Position of the stop in the trip.
    pub stop: usize,
    /// It begins.
    pub starts_at: Timestamp,
    /// The courier works again.
    pub ends_at: Timestamp,
}

/// The part of a run between two visits to the base.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trip {
    /// Start of loading. All goods loaded are ready by then.
    pub loads_at: Timestamp,
    /// Departure from the base, when loading is finished.
    pub departs_at: Timestamp,
    /// Return to the base.
    pub returns_at: Timestamp,
    /// The parcels loaded.
    pub manifest: Manifest,
    /// Stops in order of time.
    pub stops: Vec<Stop>,
    /// One to each stop, and one back to the base.
    pub legs: Vec<Leg>,
}

/// The parcels of one trip in loading order: what is delivered last is loaded first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The parcels, first loaded first.
    pub parcels: Vec<Id<Parcel>>,
    /// Their mass and volumes together.
    pub load: Load,
}

/// A physical halt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// The centre or door visited.
    pub place: StopPlace,
    /// Its coordinates.
    pub point: Point,
    /// The departure before it plus the leg's duration.
    pub arrives_at: Timestamp,
    /// Start of service. Not before `arrives_at`; the difference is waiting.
    pub starts_at: Timestamp,
    /// End of service, and of the break where there is one here.
    pub departs_at: Timestamp,
    /// The parcels handed over.
    pub parcels: Vec<Id<Parcel>>,
    /// The walk from the road to the door, and the same back, where the day's rules count it. It is part of the legs to and
    /// from this stop, but for one between two stops at the same coordinates. `None` at centres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub walk: Option<Walk>,
}

/// The place that a stop visits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopPlace {
    /// A truck supplies a centre with (a part of) a wave.
    Centre {
        /// The centre.
        site: Id<Site>,
        /// The wave it brings.
        wave: Id<WaveSchedule>,
    },
    /// A courier serves a family.
    Door {
        /// The order.
        order: Id<Order>,
    },
}

/// Movement between two stops, or between the base and a stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Travel time without waiting; the walks to and from doors included where the day's rules count them.
    pub duration: Seconds,
    /// Length of the path on the road, and of these walks.
    pub distance: Metres,
    /// The path as an encoded polyline (precision 5), latitude first. Empty when the two ends are the same place.
    pub line: String,
}
