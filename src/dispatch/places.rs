//! The places of a day (sites first, then doors), snapped to the roads of every profile that the fleet and the families use.

use super::error::DispatchError;
use super::refusal::{Refusal, RefusalCause};
use super::sizes::ParcelSizes;
use coldmile_geometry::Point;
use coldmile_model::{Day, DayRules, Fulfilment, Order, Site, SiteKind, VehicleType};
use coldmile_plan::Walk;
use coldmile_road::{Approach, FastRoadUse, MAX_SNAP, Profile, RoadIndex, RoadMap, RoadUse, Snap, SnapError};
use coldmile_units::{Idx, Metres, Seconds, TravelMatrix};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A site or an order's door. Has no value; it only types [`PlaceIdx`].
pub enum DayPlace {}

/// Position of a site or a door among all places of the day. Not a location of a routing problem: those are numbered
/// anew in each problem, and their order there is kept beside it.
pub type PlaceIdx = Idx<DayPlace>;

/// How a vehicle type moves on the roads: a road profile, a size where the vehicle type states its own, and what bikes do on
/// fast roads by the rules of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SizedProfile {
    /// The road profile.
    pub profile: Profile,
    /// The size, where it is not the profile's, and what bikes do on fast roads.
    pub road_use: RoadUse,
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
    /// Whether couriers walk from the road to the door.
    walks_to_doors: bool,
    sizes: ParcelSizes,
}

/// The roads of one profile, and the snap of every place to them.
#[derive(Clone)]
struct ProfileRoads {
    index: Arc<RoadIndex>,
    snaps: Vec<Result<Snap, SnapError>>,
    /// Between the first places, where so many problems ask for it that it is worth keeping.
    kept: Option<Arc<TravelMatrix>>,
}

/// How many pairs of places are kept for all profiles together at most, 8 bytes each. Days with more doors make a matrix for
/// each problem.
const MAX_KEPT_PAIRS: usize = 32 << 20;

/// What vehicles of a profile do on fast roads by the rules of a day. Families walk where they like.
fn fast_road_use(day: &Day, profile: Profile) -> FastRoadUse {
    let keeps_off = day.rules.bikes_keep_off_fast_roads && profile == Profile::Bike;
    if keeps_off { FastRoadUse::Push } else { FastRoadUse::Ride }
}

impl DayPlaces {
    /// Snaps every place for every profile of the couriers' vehicles, and for the walk of a family.
    ///
    /// Refuses a map without roads for one of them, and a map of another region. Couriers whose base has no road near it have no
    /// path to anywhere, see [`off_road_bases`](Self::off_road_bases).
    pub fn new(day: &Day, map: &RoadMap) -> Result<Self, DispatchError> {
        let mut places = Self::without_matrices(day, map)?;
        places.keep_travel();
        Ok(places)
    }

    /// The same, where few problems will be solved: the travel between places is found when it is asked for.
    pub fn without_matrices(day: &Day, map: &RoadMap) -> Result<Self, DispatchError> {
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
            let road_use = RoadUse { size: vehicle.size, fast_roads: fast_road_use(day, profile) };
            let sized = SizedProfile { profile, road_use };
            profiles.insert(courier.vehicle, sized);
            if sites[courier.base].kind == SiteKind::Centre {
                to_doors.insert(sized);
            }
        }
        let family = FAMILY_PROFILES.into_iter().find(|&profile| map.index(profile).is_some());
        let family = family.map(|profile| SizedProfile { profile, road_use: RoadUse::default() });
        let used: BTreeSet<SizedProfile> = profiles.values().copied().chain(family).collect();
        let mut roads = BTreeMap::new();
        for sized in used {
            let SizedProfile { profile, road_use } = sized;
            let index = map.metric_for(profile.name(), None, road_use);
            let index = index.ok_or(DispatchError::ProfileNotInMap { profile })?;
            if road_use.fast_roads == FastRoadUse::Push && !index.graph().knows_fast_roads() {
                return Err(DispatchError::FastRoadsUnknown { profile });
            }
            let snaps = points.par_iter().map(|&point| index.snap(point)).collect();
            roads.insert(sized, ProfileRoads { index, snaps, kept: None });
        }
        let walks_to_doors = day.rules.walk_to_door;
        let site_count = sites.len();
        let sizes = ParcelSizes::new(day);
        let places = Self { points, site_count, profiles, to_doors, family, roads, walks_to_doors, sizes };
        places.check_cover()?;
        Ok(places)
    }

    /// Keeps travel between the places that problems have: sites for every vehicle, doors for those based at centres.
    fn keep_travel(&mut self) {
        let mut left = MAX_KEPT_PAIRS;
        for sized in self.profiles.values().copied().collect::<BTreeSet<_>>() {
            let count = if self.to_doors.contains(&sized) { self.points.len() } else { self.site_count };
            if count * count <= left {
                left -= count * count;
                let all: Vec<PlaceIdx> = (0..count as u32).map(Idx::new).collect();
                let kept = self.table(sized, &all, &all);
                if let Some(roads) = self.roads.get_mut(&sized) {
                    roads.kept = Some(Arc::new(kept));
                }
            }
        }
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

    /// The day's parcels that are too large for some vehicles.
    pub const fn sizes(&self) -> &ParcelSizes {
        &self.sizes
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

    /// The walk between the road and a door, in one direction; `None` for a site, for a door without a road near it, and where the
    /// day does not count walks.
    pub fn walk(&self, profile: SizedProfile, place: PlaceIdx) -> Option<Walk> {
        let is_counted = self.walks_to_doors && place.get() >= self.site_count;
        let snap = self.snap(profile, place).filter(|_| is_counted)?;
        let metres = snap.distance_m.round() as i64;
        let seconds = (metres * 3600 + DayRules::WALK_M_PER_HOUR - 1) / DayRules::WALK_M_PER_HOUR;
        Some(Walk { distance: Metres(metres), duration: Seconds(seconds) })
    }

    /// Durations and distances between places for couriers and trucks: the [`matrix`](Self::matrix) and the walks at both
    /// ends. Two places at the same coordinates have none between them.
    pub fn travel(&self, profile: SizedProfile, from: &[PlaceIdx], to: &[PlaceIdx]) -> TravelMatrix {
        let mut matrix = self.matrix(profile, from, to);
        if !self.walks_to_doors {
            return matrix;
        }
        let walks = |places: &[PlaceIdx]| -> Vec<Walk> {
            places.iter().map(|&place| self.walk(profile, place).unwrap_or_default()).collect()
        };
        let (outset, end) = (walks(from), walks(to));
        for (row, &start) in from.iter().enumerate() {
            for (column, &target) in to.iter().enumerate() {
                let road = matrix.duration_between(row, column).zip(matrix.distance_between(row, column));
                let Some((duration, distance)) = road.filter(|_| self.point(start) != self.point(target))
                else {
                    continue;
                };
                let (back, out) = (outset[row], end[column]);
                let duration = duration + back.duration + out.duration;
                matrix.set(row, column, duration, distance + back.distance + out.distance);
            }
        }
        matrix
    }

    /// Durations and distances between places on the roads; a place without a snap is unreachable.
    pub fn matrix(&self, profile: SizedProfile, from: &[PlaceIdx], to: &[PlaceIdx]) -> TravelMatrix {
        let rows = |places: &[PlaceIdx]| places.iter().map(|place| place.get()).collect::<Vec<usize>>();
        match &self.roads[&profile].kept {
            Some(kept) if from.iter().chain(to).all(|place| place.get() < kept.row_count()) => {
                kept.part(&rows(from), &rows(to))
            }
            _ => self.table(profile, from, to),
        }
    }

    /// The same, by the roads.
    fn table(&self, profile: SizedProfile, from: &[PlaceIdx], to: &[PlaceIdx]) -> TravelMatrix {
        let ProfileRoads { index, snaps, .. } = &self.roads[&profile];
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

    /// The sites without a road near them for vehicles that are based there, one sentence each.
    pub fn off_road_bases(&self, day: &Day) -> BTreeSet<String> {
        let sites = day.network.sites();
        let off_road = day.couriers.iter().filter_map(|courier| {
            let sized = self.profile_of(courier.vehicle);
            let error = self.roads[&sized].snaps[courier.base.get()].as_ref().err()?;
            let (site, profile) = (&sites[courier.base].id, sized.profile);
            Some(format!(
                "site {site} cannot be reached by {profile}: {error}; nobody who starts there is used"
            ))
        });
        off_road.collect()
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
            roads.kept = None;
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
