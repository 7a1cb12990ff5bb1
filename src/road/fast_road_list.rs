//! What trips ask of fast roads, and which OSM ways these are: trunk roads and dual carriageways that are not made for bikes.

use coldmile_units::VehicleSize;

/// Speed of a bike that is pushed, as on footways, in km/h.
pub(super) const PUSHED_KM_H: f64 = 4.0;

/// What bikes do on fast roads. Other vehicles drive on them as on all roads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FastRoadUse {
    /// They ride there.
    #[default]
    Ride,
    /// They keep off: bikes are pushed there.
    Push,
}

/// What a trip asks of the roads of a profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoadUse {
    /// The size of the vehicle, where it is not the profile's.
    pub size: Option<VehicleSize>,
    /// What bikes do on fast roads.
    pub fast_roads: FastRoadUse,
}

/// An OSM way that is a fast road in one direction at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FastRoad {
    pub osm_id: i64,
    /// In the direction that it is drawn in.
    pub forward: bool,
    /// Against it.
    pub backward: bool,
}

/// The fast roads of a map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FastRoadList {
    roads: Vec<FastRoad>,
}

impl FastRoadList {
    /// Sorts them by their OSM ids.
    pub(super) fn new(mut roads: Vec<FastRoad>) -> Self {
        roads.sort_unstable_by_key(|road| road.osm_id);
        roads.dedup_by_key(|road| road.osm_id);
        Self { roads }
    }

    /// The same of a list that is sorted; `None` when they are not.
    pub(super) fn from_sorted(roads: Vec<FastRoad>) -> Option<Self> {
        roads.is_sorted_by(|one, next| one.osm_id < next.osm_id).then_some(Self { roads })
    }

    /// Sorted by their OSM ids.
    pub(super) fn roads(&self) -> &[FastRoad] {
        &self.roads
    }

    /// Whether an OSM way is a fast road in the direction that it is drawn in, and against it.
    pub(super) fn directions(&self, osm_id: i64) -> [bool; 2] {
        let found = self.roads.binary_search_by_key(&osm_id, |road| road.osm_id);
        found.map_or([false; 2], |at| [self.roads[at].forward, self.roads[at].backward])
    }
}
