//! Every place of a day on the roads: sites first, then doors.

use super::pipeline::DispatchError;
use super::refusal::{Cause, Refusal};
use crate::geometry::Point;
use crate::model::{Day, Order, Site, VehicleType};
use crate::road::{MAX_SNAP, Profile, RoadIndex, RoadMap, Snap, SnapError};
use crate::units::{Idx, Metres, TravelMatrix};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Position of a site or a door among all places of the day.
pub type Place = usize;

/// The places of a day, snapped for every profile that its fleet uses.
pub struct Places<'a> {
    points: Vec<Point>,
    site_count: usize,
    profiles: BTreeMap<Idx<VehicleType>, Profile>,
    roads: BTreeMap<Profile, OnRoads<'a>>,
}

/// The roads of one profile, and where every place touches them.
struct OnRoads<'a> {
    index: &'a RoadIndex,
    snaps: Vec<Result<Snap, SnapError>>,
}

impl<'a> Places<'a> {
    /// Snaps everything. Refuses a map that has no roads for a vehicle of the fleet, that lies elsewhere, or that has no
    /// road near a site.
    pub fn new(day: &Day, map: &'a RoadMap) -> Result<Self, DispatchError> {
        let sites = day.network.sites();
        let points: Vec<Point> =
            sites.iter().map(|site| site.point).chain(day.orders.iter().map(|order| order.point)).collect();
        let mut roads = BTreeMap::new();
        let mut profiles = BTreeMap::new();
        for courier in &day.couriers {
            let name = &day.vehicle_types[courier.vehicle].profile;
            let profile: Profile =
                name.parse().map_err(|_| DispatchError::UnknownProfile { profile: name.clone() })?;
            profiles.insert(courier.vehicle, profile);
            if roads.contains_key(&profile) {
                continue;
            }
            let index = map.index(profile).ok_or(DispatchError::ProfileNotInMap { profile })?;
            let snaps = points.par_iter().map(|&point| index.snap(point)).collect();
            roads.insert(profile, OnRoads { index, snaps });
        }
        let places = Self { points, site_count: sites.len(), profiles, roads };
        places.check_cover()?;
        for courier in &day.couriers {
            let profile = places.profile_of(courier.vehicle);
            if let Err(error) = &places.roads[&profile].snaps[courier.base.get()] {
                let site = sites[courier.base].id.to_string();
                return Err(DispatchError::SiteOffRoad { site, profile, reason: error.to_string() });
            }
        }
        Ok(places)
    }

    /// One sentence instead of a thousand: when most places lie off the map, the map is the wrong one.
    fn check_cover(&self) -> Result<(), DispatchError> {
        let missed = (0..self.points.len())
            .filter(|&place| self.roads.values().all(|roads| roads.snaps[place].is_err()))
            .count();
        if missed * 2 > self.points.len() {
            return Err(DispatchError::MapElsewhere { missed, places: self.points.len() });
        }
        Ok(())
    }

    /// The road profile of a vehicle type that some courier of the day uses.
    pub fn profile_of(&self, vehicle: Idx<VehicleType>) -> Profile {
        self.profiles[&vehicle]
    }

    /// The place of a site.
    pub const fn site(site: Idx<Site>) -> Place {
        site.get()
    }

    /// The place of an order's door.
    pub fn door(&self, order: Idx<Order>) -> Place {
        self.site_count + order.get()
    }

    /// Where a place is.
    pub fn point(&self, place: Place) -> Point {
        self.points[place]
    }

    /// Whether the fleet uses a profile.
    pub fn has(&self, profile: Profile) -> bool {
        self.roads.contains_key(&profile)
    }

    /// The prepared roads of a profile.
    pub fn roads(&self, profile: Profile) -> &'a RoadIndex {
        self.roads[&profile].index
    }

    /// Where a place touches the roads of a profile, if it does.
    pub fn snap(&self, profile: Profile, place: Place) -> Option<&Snap> {
        self.roads[&profile].snaps[place].as_ref().ok()
    }

    /// Travel between places; what does not touch the roads is unreachable.
    pub fn table(&self, profile: Profile, from: &[Place], to: &[Place]) -> TravelMatrix {
        let OnRoads { index, snaps } = &self.roads[&profile];
        let on_road = |places: &[Place]| -> (Vec<usize>, Vec<Snap>) {
            let found = places.iter().enumerate();
            found.filter_map(|(row, &place)| snaps[place].as_ref().ok().map(|snap| (row, *snap))).unzip()
        };
        let ((rows, sources), (columns, targets)) = (on_road(from), on_road(to));
        let dense = index.table(&sources, &targets);
        if rows.len() == from.len() && columns.len() == to.len() {
            return dense;
        }
        let mut table = TravelMatrix::unreachable(from.len(), to.len());
        for (i, &row) in rows.iter().enumerate() {
            for (j, &column) in columns.iter().enumerate() {
                let duration = dense.duration_between(i, j);
                if let (Some(duration), Some(distance)) = (duration, dense.distance_between(i, j)) {
                    table.set(row, column, duration, distance);
                }
            }
        }
        table
    }

    /// The orders whose door no vehicle of the fleet can reach because no road is near.
    pub fn off_road(&self, day: &Day) -> Vec<Refusal> {
        let mut found = Vec::new();
        for order in day.orders.indices() {
            let distances: Option<Vec<f64>> = (self.roads.values())
                .map(|roads| roads.snaps[self.door(order)].as_ref().err().map(SnapError::distance_m))
                .collect();
            if let Some(nearest) = distances.and_then(|all| all.into_iter().min_by(f64::total_cmp)) {
                let distance = Metres(nearest.round() as i64);
                found.push(Refusal {
                    order,
                    cause: Cause::FarFromRoad { distance, limit: Metres(MAX_SNAP as i64) },
                });
            }
        }
        found
    }
}
