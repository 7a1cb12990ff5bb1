//! Travel between points of the plane, by the rounding of an instance family.

use super::error::{Cause, FormatError};
use crate::problem::MAX_LEG;
use coldmile_units::{Metres, Seconds, Travel};

/// How a Euclidean distance becomes an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rounding {
    /// Towards zero.
    Floor,
    /// To the nearest; halves go up.
    Nearest,
}

/// Points, and how far they are from each other. A unit of distance takes a unit of time.
#[derive(Debug)]
pub(super) struct Euclidean {
    points: Vec<(f64, f64)>,
    scale: f64,
    rounding: Rounding,
    max_leg: i64,
}

/// Largest extent of the points in any direction that is tried. Twice the inverse cosine of half the angle between two
/// directions away from [`MAX_LEG`], so that no distance exceeds that.
const MAX_EXTENT: i64 = 1_073_000_000;
/// Directions in which the extent of the points is measured.
const DIRECTIONS: u32 = 64;

impl Euclidean {
    /// Travel between these points, `scale` units of the problem for one of the file. Refused where points are too far
    /// apart for the search; `lines` are those of the points.
    pub fn new(
        points: Vec<(f64, f64)>,
        lines: &[usize],
        scale: i64,
        rounding: Rounding,
    ) -> Result<Self, FormatError> {
        let mut plane = Self { points, scale: scale as f64, rounding, max_leg: 0 };
        let extent = |direction: u32| {
            let angle = f64::from(direction) * std::f64::consts::PI / f64::from(DIRECTIONS);
            plane.extremes(angle).map_or((0, 0, 0), |[low, high]| (plane.between(low, high), low, high))
        };
        // Both axes first: mostly they tell.
        let width = extent(0).0.saturating_add(extent(DIRECTIONS / 2).0);
        if width <= MAX_EXTENT {
            plane.max_leg = width + 2;
            return Ok(plane);
        }
        let (distance, one, other) = (0..DIRECTIONS).map(extent).max().unwrap_or_default();
        if distance > MAX_EXTENT {
            let [one, other] = [one, other].map(|point| lines[point]);
            let [distance, max] = [distance, MAX_EXTENT].map(|distance| plane.unscaled(distance));
            return Err(Cause::TooFar { other: one.min(other), distance, max }.at(one.max(other)));
        }
        plane.max_leg = MAX_LEG;
        Ok(plane)
    }

    /// In units of the file.
    fn unscaled(&self, distance: i64) -> i64 {
        (distance as f64 / self.scale) as i64
    }

    /// The points farthest apart in the direction of an angle.
    fn extremes(&self, angle: f64) -> Option<[usize; 2]> {
        let (sin, cos) = angle.sin_cos();
        let along = |at: &usize| self.points[*at].0 * cos + self.points[*at].1 * sin;
        let by = |a: &usize, b: &usize| along(a).total_cmp(&along(b));
        let places = 0..self.points.len();
        Some([places.clone().min_by(by)?, places.max_by(by)?])
    }

    fn between(&self, from: usize, to: usize) -> i64 {
        let ((x1, y1), (x2, y2)) = (self.points[from], self.points[to]);
        let exact = self.scale * ((x1 - x2).powi(2) + (y1 - y2).powi(2)).sqrt();
        match self.rounding {
            // Distances are not negative: towards zero is down.
            Rounding::Floor => exact as i64,
            Rounding::Nearest => (exact + 0.5) as i64,
        }
    }
}

impl Travel for Euclidean {
    fn location_count(&self) -> usize {
        self.points.len()
    }
    fn duration(&self, from: usize, to: usize) -> Option<Seconds> {
        Some(Seconds(self.between(from, to)))
    }
    fn distance(&self, from: usize, to: usize) -> Option<Metres> {
        Some(Metres(self.between(from, to)))
    }
    fn leg(&self, from: usize, to: usize) -> Option<(Seconds, Metres)> {
        let between = self.between(from, to);
        Some((Seconds(between), Metres(between)))
    }
    fn max_leg(&self) -> i64 {
        self.max_leg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_distance_exceeds_what_the_search_carries_and_only_such_are_refused() {
        let mut refused = 0;
        for seed in 0..400 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let side = rng.f64() * 2e6;
            let points: Vec<(f64, f64)> = (0..rng.usize(1..30))
                .map(|_| match seed % 3 {
                    0 => (rng.f64() * side, rng.f64() * side),
                    1 => (rng.f64() * side, 0.0),
                    // On a circle, where the extent is the same in all directions.
                    _ => {
                        let (sin, cos) = (rng.f64() * std::f64::consts::TAU).sin_cos();
                        (5e6 + cos * side / 2.0, sin * side / 2.0)
                    }
                })
                .collect();
            let lines: Vec<usize> = (7..).take(points.len()).collect();
            let plain =
                Euclidean { points: points.clone(), scale: 1e3, rounding: Rounding::Nearest, max_leg: 0 };
            let places = 0..points.len();
            let longest = places
                .clone()
                .flat_map(|a| places.clone().map(move |b| (a, b)))
                .map(|(a, b)| plain.between(a, b));
            let longest = longest.max().unwrap();
            match Euclidean::new(points, &lines, 1000, Rounding::Nearest) {
                Ok(plane) => {
                    assert!(
                        longest <= plane.max_leg() && plane.max_leg() <= MAX_LEG,
                        "seed {seed}: {longest}"
                    );
                }
                Err(FormatError { line, cause: Cause::TooFar { other, distance, max } }) => {
                    assert!(other < line && longest > MAX_EXTENT, "seed {seed}: {longest}");
                    assert_eq!((plain.between(line - 7, other - 7) / 1000, max), (distance, 1_073_000));
                    refused += 1;
                }
                Err(error) => panic!("seed {seed}: {error}"),
            }
        }
        assert!((50..350).contains(&refused), "{refused}");
    }
}
