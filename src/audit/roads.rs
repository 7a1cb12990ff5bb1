//! What the referee asks of the road: how long and how far, from one place to several.

use crate::geometry::Point;
use crate::units::{Metres, Seconds};

/// Travel along the fastest way, found without any of the shortcuts that made the plan.
pub trait Roads: Sync {
    /// Duration and length of the fastest way with `profile` from one place to each of `to`, in their order; `None`
    /// where there is no way, where a place is too far from any road, or where nothing is known of the profile.
    fn travel(&self, profile: &str, from: Point, to: &[Point]) -> Vec<Option<(Seconds, Metres)>>;
}

/// Roads as the crow flies at one speed, for tests and for a look at a plan without a map.
#[derive(Clone, Debug)]
pub struct StraightRoads {
    /// Speed by profile in metres a second; other profiles have no way anywhere.
    pub speeds: Vec<(String, f64)>,
}

impl Roads for StraightRoads {
    fn travel(&self, profile: &str, from: Point, to: &[Point]) -> Vec<Option<(Seconds, Metres)>> {
        let speed = self.speeds.iter().find(|(name, _)| name == profile).map(|&(_, speed)| speed);
        let way = |target: &Point| {
            let metres = from.distance_m(*target);
            speed.map(|speed| (Seconds((metres / speed).ceil() as i64), Metres(metres.round() as i64)))
        };
        to.iter().map(way).collect()
    }
}
