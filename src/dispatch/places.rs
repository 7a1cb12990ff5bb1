//! The places of a day (sites first, then doors), snapped to the roads of every profile that the fleet and the families use.

use super::error::DispatchError;
use super::refusal::{Refusal, RefusalCause};
use coldmile_geometry::Point;
use coldmile_model::{Day, Fulfilment, Order, Site, SiteKind, VehicleType};
use coldmile_road::{Approach, MAX_SNAP, Profile, RoadIndex, RoadMap, Snap, SnapError};
use coldmile_units::{Idx, Metres, TravelMatrix, VehicleSize};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A site or an order's door. Has no value; it only types [`PlaceIdx`].
pub enum DayPlace {}

/// Position of a site or a door among all places of the day. Not a location of a routing problem: those are numbered
/// anew in each problem, and their order there is kept beside it.
pub type PlaceIdx = Idx<DayPlace>;

/// How a vehicle type moves on the roads: a road profile, and a size where the vehicle type states its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SizedProfile {
    /// The road profile.
    pub profile: Profile,
    /// The size, where it is not the profile's.
    pub size: Option<VehicleSize>,
}

/// How families move where the map has no roads for people on foot: by the first of these that it has.
const FAMILY_PROFILES: [Profile; 4] = [Profile::Foot, Profile::Bike, Profile::Van, Profile::Truck];

/// The places of a day, snapped for every profile that its fleet and its families use.
#[derive(Clone)]
pub struct DayPlaces {
    points: Vec<Point>,
    site_count: usize,
    profiles: BTreeMap<Idx<VehicleType>, SizedProfile>,
    /// Profiles of the couriers who are based at centres.
    to_doors: BTreeSet<SizedProfile>,
    family: Option<SizedProfile>,
    roads: BTreeMap<SizedProfile, ProfileRoads>,
}

/// The roads of one profile, and the snap of every place to them.
#[derive(Clone)]
struct ProfileRoads {
    index: Arc<RoadIndex>,
    snaps: Vec<Result<Snap, SnapError>>,
}

impl DayPlaces {
    /// Snaps every place for every profile of the couriers' vehicles, and for the walk of a family.
    ///
    /// Refuses a map without roads for one of them, a map of another region, and a map without a road near a courier's
    /// base.
    pub fn new(day: &Day, map: &RoadMap) -> Result<Self, DispatchError> {
        let sites = day.network.sites();
        let points: Vec<Point> =
            sites.iter().map(|site| site.point).chain(day.orders.iter().map(|order| order.point)).collect();
        let mut profiles = BTreeMap::new();
        let mut to_doors = BTreeSet::new();
        for courier in &day.couriers {
            let vehicle = &day.vehicle_types[courier.vehicle];
            let name = &vehicle.profile;
            let profile: Profile =
                name.parse().map_err(|_| DispatchError::UnknownProfile { profile: name.clone() })?;
            let sized = SizedProfile { profile, size: vehicle.size };
            profiles.insert(courier.vehicle, sized);
            if sites[courier.base].kind == SiteKind::Centre {
                to_doors.insert(sized);
            }
        }
        let family = FAMILY_PROFILES.into_iter().find(|&profile| map.index(profile).is_some());
        let family = family.map(|profile| SizedProfile { profile, size: None });
        let used: BTreeSet<SizedProfile> = profiles.values().copied().chain(family).collect();
        let mut roads = BTreeMap::new();
        for sized in used {
            let SizedProfile { profile, size } = sized;
            let index =
                map.metric(profile.name(), None, size).ok_or(DispatchError::ProfileNotInMap { profile })?;
            let snaps = points.par_iter().map(|&point| index.snap(point)).collect();
            roads.insert(sized, ProfileRoads { index, snaps });
        }
        let places = Self { points, site_count: sites.len(), profiles, to_doors, family, roads };
        places.check_cover()?;
        for courier in &day.couriers {
            let sized = places.profile_of(courier.vehicle);
            if let Err(error) = &places.roads[&sized].snaps[courier.base.get()] {
                let site = sites[courier.base].id.to_string();
                return Err(DispatchError::SiteOffRoad {
                    site,
                    profile: sized.profile,
                    reason: error.to_string(),
                });
            }
        }
        Ok(places)
    }

    /// When most places are far from all roads, the map is of another region: one error instead of a refusal an order.
    fn check_cover(&self) -> Result<(), DispatchError> {
        let missed = (0..self.points.len())
            .filter(|&place| self.roads.values().all(|roads| roads.snaps[place].is_err()))
            .count();
        if missed * 2 > self.points.len() {
            return Err(DispatchError::MapElsewhere { missed, places: self.points.len() });
        }
        Ok(())
    }

    /// The profile of a vehicle type. Panics for a type that no courier of the day uses.
    pub fn profile_of(&self, vehicle: Idx<VehicleType>) -> SizedProfile {
        self.profiles[&vehicle]
    }

    /// The place of a site.
    pub const fn site(site: Idx<Site>) -> PlaceIdx {
        Idx::new(site.get() as u32)
    }

    /// The place of an order's door.
    pub const fn door(&self, order: Idx<Order>) -> PlaceIdx {
        Idx::new((self.site_count + order.get()) as u32)
    }

    /// The coordinates of a place.
    pub fn point(&self, place: PlaceIdx) -> Point {
        self.points[place.get()]
    }

    /// The profile of a family's walk to a centre: on foot, or the nearest to it that the map has.
    pub const fn family_profile(&self) -> Option<SizedProfile> {
        self.family
    }

    /// The prepared roads of a profile of the fleet or of a family's walk.
    pub fn roads(&self, profile: SizedProfile) -> &RoadIndex {
        &self.roads[&profile].index
    }

    /// The snap of a place to the roads of a profile; `None` where no road is near enough.
    pub fn snap(&self, profile: SizedProfile, place: PlaceIdx) -> Option<&Snap> {
        self.roads[&profile].snaps[place.get()].as_ref().ok()
    }

    /// Durations and distances between places; a place without a snap is unreachable.
    pub fn matrix(&self, profile: SizedProfile, from: &[PlaceIdx], to: &[PlaceIdx]) -> TravelMatrix {
        let ProfileRoads { index, snaps } = &self.roads[&profile];
        let on_road = |places: &[PlaceIdx]| -> (Vec<usize>, Vec<Snap>) {
            let found = places.iter().enumerate();
            found
                .filter_map(|(row, &place)| snaps[place.get()].as_ref().ok().map(|snap| (row, *snap)))
                .unzip()
        };
        let ((rows, sources), (columns, targets)) = (on_road(from), on_road(to));
        let dense = index.table(&sources, &targets);
        if rows.len() == from.len() && columns.len() == to.len() {
            return dense;
        }
        let mut matrix = TravelMatrix::unreachable(from.len(), to.len());
        for (i, &row) in rows.iter().enumerate() {
            for (j, &column) in columns.iter().enumerate() {
                let duration = dense.duration_between(i, j);
                if let (Some(duration), Some(distance)) = (duration, dense.distance_between(i, j)) {
                    matrix.set(row, column, duration, distance);
                }
            }
        }
        matrix
    }

    /// The orders whose door has no road near it: for a delivery a road for some courier of a centre, for a pickup a path
    /// for its family, for an order that accepts both either of them.
    pub fn off_road(&self, day: &Day) -> Vec<Refusal> {
        let mut found = Vec::new();
        for (order, row) in day.orders.enumerate() {
            let distances: Option<Vec<f64>> = (self.means_of(row.fulfilment).into_iter())
                .map(|profile| &self.roads[&profile].snaps[self.door(order).get()])
                .map(|snap| snap.as_ref().err().map(SnapError::distance_m))
                .collect();
            if let Some(nearest) = distances.and_then(|all| all.into_iter().min_by(f64::total_cmp)) {
                let distance = Metres(nearest.round() as i64);
                found.push(Refusal {
                    order,
                    cause: RefusalCause::FarFromRoad { distance, limit: Metres(MAX_SNAP as i64) },
                });
            }
        }
        found
    }

    /// The same places but for one door, which is where `day` has it.
    pub fn with_door(&self, day: &Day, order: Idx<Order>) -> Self {
        let (mut moved, place) = (self.clone(), self.door(order).get());
        let point = day.orders[order].point;
        moved.points[place] = point;
        for roads in moved.roads.values_mut() {
            roads.snaps[place] = roads.index.snap(point);
        }
        moved
    }

    /// For each profile by which an order may get from a centre to its family the place on a road that is nearest to its door,
    /// however far; the nearest first.
    pub fn nearest_on_road(&self, day: &Day, order: Idx<Order>) -> Vec<Point> {
        let door = day.orders[order].point;
        let nearest = self.means_of(day.orders[order].fulfilment).into_iter().filter_map(|profile| {
            let graph = self.roads[&profile].index.graph();
            graph.snap_within(door, Approach::ByRoad, f64::INFINITY).ok().map(|snap| snap.point)
        });
        let mut points: Vec<Point> = nearest.collect();
        points.sort_by_key(|point| (point.distance_m(door) as i64, *point));
        points.dedup();
        points
    }

    /// The profiles by which an order may get from a centre to its family. Without couriers at the centres a delivery is
    /// judged by the family's.
    fn means_of(&self, fulfilment: Fulfilment) -> BTreeSet<SizedProfile> {
        let couriers = || self.to_doors.iter().copied();
        match fulfilment {
            Fulfilment::Door if !self.to_doors.is_empty() => couriers().collect(),
            Fulfilment::Door | Fulfilment::Pickup => self.family.into_iter().collect(),
            Fulfilment::Either => couriers().chain(self.family).collect(),
        }
    }
}
