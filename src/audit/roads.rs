//! What the referee asks of the road: how long and how far, from one place to several.

use coldmile_geometry::Point;
use coldmile_road::{RoadMap, dijkstra};
use coldmile_units::{Metres, Seconds, VehicleSize};

/// What moves: the name of a road profile, and a size where the vehicle has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Means<'a> {
    /// The road profile.
    pub profile: &'a str,
    /// The size, where it is not the profile's.
    pub size: Option<VehicleSize>,
}

/// Travel along the fastest way, found without any of the shortcuts that made the plan.
pub trait Roads: Sync {
    /// Duration and length of the fastest way with `profile`, in a vehicle of its own size if it has one, from one place to each of `to`, in their order; `None`
    /// where there is no way, where a place is too far from any road, or where nothing is known of the profile.
    fn travel(&self, means: Means<'_>, from: Point, to: &[Point]) -> Vec<Option<(Seconds, Metres)>>;
}

impl Roads for RoadMap {
    fn travel(&self, means: Means<'_>, from: Point, to: &[Point]) -> Vec<Option<(Seconds, Metres)>> {
        let nowhere = || vec![None; to.len()];
        let Some(graph) = self.graph_for(means.profile, means.size) else { return nowhere() };
        let Ok(start) = graph.snap(from) else { return nowhere() };
        let snaps: Vec<_> = to.iter().map(|&point| graph.snap(point).ok()).collect();
        let on_road: Vec<_> = snaps.iter().copied().flatten().collect();
        let mut found = dijkstra::one_to_many(&graph, start, &on_road).into_iter();
        // Every snap has its answer, in order; a place on no road has none.
        snaps.iter().map(|snap| snap.and_then(|_| found.next().flatten())).collect()
    }
}

/// Roads as the crow flies at one speed, for tests and for a look at a plan without a map.
#[derive(Clone, Debug)]
pub struct StraightRoads {
    /// Speed by profile in metres a second; other profiles have no way anywhere.
    pub speeds: Vec<(String, f64)>,
}

impl Roads for StraightRoads {
    fn travel(&self, means: Means<'_>, from: Point, to: &[Point]) -> Vec<Option<(Seconds, Metres)>> {
        let speed = self.speeds.iter().find(|(name, _)| name == means.profile).map(|&(_, speed)| speed);
        let way = |target: &Point| {
            let metres = from.distance_m(*target);
            speed.map(|speed| (Seconds((metres / speed).ceil() as i64), Metres(metres.round() as i64)))
        };
        to.iter().map(way).collect()
    }
}
