//! Durations and distances between the places of a day, as the audit has them: a plain Dijkstra search for each place.
//!
//! The table is asked instead of the road for every candidate of the enumeration.

use super::draw::TinyTown;
use coldmile_audit::{Roads, VehicleProfile};
use coldmile_geometry::Point;
use coldmile_model::Day;
use coldmile_road::RoadUse;
use coldmile_units::{Metres, Seconds};
use std::collections::HashMap;

const PROFILES: [&str; 4] = ["truck", "van", "bike", "foot"];

/// Travel between all places of a day, by profile.
pub struct TravelTable {
    /// Position of each profile's first entry.
    legs: Vec<Option<(i64, i64)>>,
    places: usize,
    position: HashMap<Point, usize>,
    /// The road itself, for what is not asked often.
    roads: &'static TinyTown,
}

impl TravelTable {
    /// Of a day's sites, then its doors.
    pub fn new(day: &Day, town: &'static TinyTown) -> Self {
        let sites = day.network.sites().iter().map(|site| site.point);
        let points: Vec<Point> = sites.chain(day.orders.iter().map(|order| order.point)).collect();
        let mut legs = Vec::new();
        for name in PROFILES {
            for &from in &points {
                let row =
                    town.roads.travel(VehicleProfile { name, road_use: RoadUse::default() }, from, &points);
                let leg = |(to, leg): (&Point, Option<(Seconds, Metres)>)| {
                    if *to == from {
                        Some((0, 0))
                    } else {
                        leg.map(|(duration, distance)| (duration.0, distance.0))
                    }
                };
                legs.extend(points.iter().zip(row).map(leg));
            }
        }
        let position = points.iter().enumerate().map(|(at, &point)| (point, at)).collect();
        Self { legs, places: points.len(), position, roads: town }
    }

    /// Position of a profile.
    pub fn profile(name: &str) -> usize {
        PROFILES.iter().position(|known| *known == name).unwrap()
    }

    /// Seconds and metres from one place to another; sites come first, then doors.
    pub fn leg(&self, profile: usize, from: usize, to: usize) -> Option<(i64, i64)> {
        self.legs[(profile * self.places + from) * self.places + to]
    }
}

impl Roads for TravelTable {
    fn travel(
        &self,
        profile: VehicleProfile<'_>,
        from: Point,
        to: &[Point],
    ) -> Vec<Option<(Seconds, Metres)>> {
        let (row, from) = (Self::profile(profile.name), self.position[&from]);
        let leg = |to: &Point| self.leg(row, from, self.position[to]);
        to.iter()
            .map(|to| leg(to).map(|(duration, distance)| (Seconds(duration), Metres(distance))))
            .collect()
    }

    fn nearest(&self, profile: VehicleProfile<'_>, place: Point) -> Option<f64> {
        self.roads.roads.nearest(profile, place)
    }

    fn count_pushed(&self, profile: VehicleProfile<'_>, places: &[Point]) -> usize {
        self.roads.roads.count_pushed(profile, places)
    }

    fn first_off_road(&self, profile: VehicleProfile<'_>, places: &[Point], metres: f64) -> Option<Point> {
        self.roads.roads.first_off_road(profile, places, metres)
    }
}
