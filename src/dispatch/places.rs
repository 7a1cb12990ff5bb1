//! Every place of a day on the roads: sites first, then doors.

use super::error::DispatchError;
use super::refusal::{Cause, Refusal};
use coldmile_geometry::Point;
use coldmile_model::{Day, Order, Site, VehicleType};
use coldmile_road::{MAX_SNAP, Profile, RoadIndex, RoadMap, Snap, SnapError};
use coldmile_units::{Idx, Metres, TravelMatrix, VehicleSize};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Position of a site or a door among all places of the day.
pub type Place = usize;

/// What moves on the roads: a profile, and a size where the vehicle has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Means {
    /// The road profile.
    pub profile: Profile,
    /// The size, where it is not the profile's.
    pub size: Option<VehicleSize>,
}

/// The places of a day, snapped for every means that its fleet uses.
pub struct Places {
    points: Vec<Point>,
    site_count: usize,
    means: BTreeMap<Idx<VehicleType>, Means>,
    roads: BTreeMap<Means, OnRoads>,
}

/// The roads of one means, and where every place touches them.
struct OnRoads {
    index: Arc<RoadIndex>,
    snaps: Vec<Result<Snap, SnapError>>,
}

impl Places {
    /// Snaps everything. Refuses a map that has no roads for a vehicle of the fleet, that lies elsewhere, or that has no
    /// road near a site.
    pub fn new(day: &Day, map: &RoadMap) -> Result<Self, DispatchError> {
        let sites = day.network.sites();
        let points: Vec<Point> =
            sites.iter().map(|site| site.point).chain(day.orders.iter().map(|order| order.point)).collect();
        let mut roads = BTreeMap::new();
        let mut means_of = BTreeMap::new();
        for courier in &day.couriers {
            let vehicle = &day.vehicle_types[courier.vehicle];
            let name = &vehicle.profile;
            let profile: Profile =
                name.parse().map_err(|_| DispatchError::UnknownProfile { profile: name.clone() })?;
            let means = Means { profile, size: vehicle.size };
            means_of.insert(courier.vehicle, means);
            if roads.contains_key(&means) {
                continue;
            }
            let index =
                map.metric(name, None, means.size).ok_or(DispatchError::ProfileNotInMap { profile })?;
            let snaps = points.par_iter().map(|&point| index.snap(point)).collect();
            roads.insert(means, OnRoads { index, snaps });
        }
        let places = Self { points, site_count: sites.len(), means: means_of, roads };
        places.check_cover()?;
        for courier in &day.couriers {
            let means = places.means_of(courier.vehicle);
            if let Err(error) = &places.roads[&means].snaps[courier.base.get()] {
                let site = sites[courier.base].id.to_string();
                return Err(DispatchError::SiteOffRoad {
                    site,
                    profile: means.profile,
                    reason: error.to_string(),
                });
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

    /// How a vehicle type that some courier of the day uses moves.
    pub fn means_of(&self, vehicle: Idx<VehicleType>) -> Means {
        self.means[&vehicle]
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

    /// Whether the fleet moves like this.
    pub fn has(&self, means: Means) -> bool {
        self.roads.contains_key(&means)
    }

    /// The prepared roads of a means.
    pub fn roads(&self, means: Means) -> &RoadIndex {
        &self.roads[&means].index
    }

    /// Where a place touches the roads of a means, if it does.
    pub fn snap(&self, means: Means, place: Place) -> Option<&Snap> {
        self.roads[&means].snaps[place].as_ref().ok()
    }

    /// Travel between places; what does not touch the roads is unreachable.
    pub fn table(&self, means: Means, from: &[Place], to: &[Place]) -> TravelMatrix {
        let OnRoads { index, snaps } = &self.roads[&means];
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
