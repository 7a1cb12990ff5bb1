//! What the audit asks of the road: durations and distances from one place to several, and where roads are.

use coldmile_geometry::Point;
use coldmile_road::{FastRoadUse, RoadMap, RoadUse, dijkstra};
use coldmile_units::{Metres, Seconds};

/// How a vehicle type moves: the name of a road profile, a size where the vehicle type states its own, and what bikes do on
/// fast roads by the rules of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VehicleProfile<'a> {
    /// The road profile.
    pub name: &'a str,
    /// The size, where it is not the profile's, and what bikes do on fast roads.
    pub road_use: RoadUse,
}

/// Travel along fastest paths, found without the hierarchy that made the plan.
pub trait Roads: Sync {
    /// Duration and distance of the fastest path from one place to each of `to`, in their order; `None` where there is no
    /// path, where a place is too far from any road, or where the map does not have the profile.
    fn travel(
        &self,
        profile: VehicleProfile<'_>,
        from: Point,
        to: &[Point],
    ) -> Vec<Option<(Seconds, Metres)>>;

    /// Metres from a place to the nearest road on which a trip can begin and end; `None` where the map does not have the
    /// profile.
    fn nearest(&self, profile: VehicleProfile<'_>, place: Point) -> Option<f64>;

    /// The first of some places that lies more than `metres` from every road and ferry of a profile.
    fn first_off_road(&self, profile: VehicleProfile<'_>, places: &[Point], metres: f64) -> Option<Point>;

    /// How many of some places are on roads where bikes of a profile are pushed.
    fn count_pushed(&self, profile: VehicleProfile<'_>, places: &[Point]) -> usize;
}

impl Roads for RoadMap {
    fn travel(
        &self,
        profile: VehicleProfile<'_>,
        from: Point,
        to: &[Point],
    ) -> Vec<Option<(Seconds, Metres)>> {
        let nowhere = || vec![None; to.len()];
        let Some(graph) = self.graph_for(profile.name, profile.road_use) else { return nowhere() };
        let Ok(start) = graph.snap(from) else { return nowhere() };
        let snaps: Vec<_> = to.iter().map(|&point| graph.snap(point).ok()).collect();
        let on_road: Vec<_> = snaps.iter().copied().flatten().collect();
        let mut found = dijkstra::one_to_many(&graph, start, &on_road).into_iter();
        // Each snapped place has its answer, in order; the others have none.
        snaps.iter().map(|snap| snap.and_then(|_| found.next().flatten())).collect()
    }

    fn nearest(&self, profile: VehicleProfile<'_>, place: Point) -> Option<f64> {
        let graph = self.graph_for(profile.name, profile.road_use)?;
        Some(graph.snap(place).map_or_else(|error| error.distance_m(), |snap| snap.distance_m))
    }

    fn first_off_road(&self, profile: VehicleProfile<'_>, places: &[Point], metres: f64) -> Option<Point> {
        let graph = self.graph_for(profile.name, profile.road_use)?;
        places.iter().copied().find(|&place| !graph.is_near_road(place, metres))
    }

    fn count_pushed(&self, profile: VehicleProfile<'_>, places: &[Point]) -> usize {
        let Some(graph) = self.graph_for(profile.name, profile.road_use) else { return 0 };
        places.iter().filter(|&&place| graph.is_pushed_at(place)).count()
    }
}

/// Straight lines at one speed a profile, for tests and for a look at a plan without a map.
#[derive(Clone, Debug)]
pub struct StraightRoads {
    /// Speed by profile in metres a second; other profiles reach nothing.
    pub speeds: Vec<(String, f64)>,
    /// The latitude in degrees north of which there is only water; lines cross it all the same.
    pub coast: f64,
}

/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.0;

impl Roads for StraightRoads {
    fn travel(
        &self,
        profile: VehicleProfile<'_>,
        from: Point,
        to: &[Point],
    ) -> Vec<Option<(Seconds, Metres)>> {
        let speed = self.speeds.iter().find(|(name, _)| name == profile.name).map(|&(_, speed)| speed);
        let travel = |target: &Point| {
            let metres = from.distance_m(*target);
            speed.map(|speed| (Seconds((metres / speed).ceil() as i64), Metres(metres.round() as i64)))
        };
        to.iter().map(travel).collect()
    }

    fn nearest(&self, profile: VehicleProfile<'_>, place: Point) -> Option<f64> {
        let is_known = self.speeds.iter().any(|(name, _)| name == profile.name);
        is_known.then(|| ((place.latitude() - self.coast) * DEGREE_M).max(0.0))
    }

    fn first_off_road(&self, _: VehicleProfile<'_>, places: &[Point], metres: f64) -> Option<Point> {
        places.iter().copied().find(|place| (place.latitude() - self.coast) * DEGREE_M > metres)
    }

    /// All of them: each line is a fast road.
    fn count_pushed(&self, profile: VehicleProfile<'_>, places: &[Point]) -> usize {
        match profile.road_use.fast_roads {
            FastRoadUse::Ride => 0,
            FastRoadUse::Push => places.len(),
        }
    }
}
