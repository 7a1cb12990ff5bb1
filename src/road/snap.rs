//! A coordinate's place on the road network.
//!
//! The [grid](super::grid) holds every straight piece of every segment that one can stop on. Ferries are not in it, and
//! what cannot be reached is not in the graph, so a snap is always a place that a trip can come to and leave.

use super::elements::NO_ARC;
use super::graph::RoadGraph;
use super::grid::GridHit;
use coldmile_geometry::Point;

/// A coordinate farther than this many metres from every road is refused, not moved.
pub const MAX_SNAP: f64 = 300.0;

/// Metres from south to north in 1e-7 degrees.
const METRES_PER_E7: f64 = 0.011_119_508;
/// Half the circumference of the globe, in metres: no place is farther.
const HALF_ROUND: f64 = 20_015_114.0;
/// A place nearer than this many metres to the line of a road is on neither side of it.
const MIDDLE: f64 = 1.0;
/// So many metres farther than the best is far enough not to be as near as the best after rounding.
const TIE: f64 = 0.1;

/// A coordinate's place on the road.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snap {
    pub(super) segment: u32,
    /// Centimetres from the start of the segment's line.
    pub(super) offset_cm: u32,
    /// Whether stops are made here when driving along the line, and against it.
    pub(super) directions: [bool; 2],
    /// The place on the road.
    pub point: Point,
    /// How far it is from the coordinate, in metres.
    pub distance_m: f64,
}

/// On which side of the road a stop is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Approach {
    /// At the kerb on main roads, on either side elsewhere.
    #[default]
    ByRoad,
    /// At the kerb: the vehicle stands on the side where the place is.
    Kerb,
    /// On either side.
    Either,
}

/// A coordinate that is on no road.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum SnapError {
    /// The nearest road is too far.
    #[error(
        "{point} is {distance_m:.0} m from the nearest road that can be reached; the limit is {limit_m} m"
    )]
    TooFar {
        /// The coordinate.
        point: Point,
        /// The distance to the nearest road.
        distance_m: f64,
        /// The largest distance that is accepted.
        limit_m: f64,
    },
    /// There is no road.
    #[error("{point} is far from every road that can be reached")]
    NoRoad {
        /// The coordinate.
        point: Point,
    },
}

impl SnapError {
    /// To the nearest road that can be reached, in metres; half the circumference of the globe when there is none at all.
    pub const fn distance_m(&self) -> f64 {
        match self {
            Self::TooFar { distance_m, .. } => *distance_m,
            Self::NoRoad { .. } => HALF_ROUND,
        }
    }
}

impl RoadGraph {
    /// The nearest place on a road, at most [`MAX_SNAP`] metres away, to be approached as the road asks for.
    pub fn snap(&self, point: Point) -> Result<Snap, SnapError> {
        self.snap_with(point, Approach::ByRoad)
    }

    /// The same with a word on the side of the road.
    pub fn snap_with(&self, point: Point, approach: Approach) -> Result<Snap, SnapError> {
        self.snap_within(point, approach, MAX_SNAP)
    }

    /// The nearest place on a road, at most `limit_m` metres away.
    pub fn snap_within(&self, point: Point, approach: Approach, limit_m: f64) -> Result<Snap, SnapError> {
        // How far the nearest road is, is worth telling but not worth looking for when it is near enough.
        for reach in [limit_m, f64::INFINITY] {
            let Some(hit) = self.nearest(point, reach) else { continue };
            let found = self.snap_at(point, hit, approach);
            if found.distance_m <= limit_m {
                return Ok(found);
            }
            // Far away the plane on which pieces are compared is no measure any more.
            let distance_m = point.distance_m(found.point);
            return Err(SnapError::TooFar { point, distance_m, limit_m });
        }
        Err(SnapError::NoRoad { point })
    }

    /// Whether a road or ferry of this profile leads past a place, at most so many metres away.
    pub fn is_near_road(&self, place: Point, metres: f64) -> bool {
        let is_near = |hit: GridHit| hit.square.sqrt() <= metres;
        self.nearest(place, metres).is_some_and(is_near) || self.is_near_ferry(place, metres)
    }

    /// The same for ferries, which the grid does not have. They are few.
    fn is_near_ferry(&self, place: Point, metres: f64) -> bool {
        let ferries = (0..self.segment_count() as u32)
            .filter(|&segment| self.layout.segments[segment as usize].is_ferry);
        ferries.flat_map(|segment| self.line(segment).windows(2)).any(|ends| {
            let east_west = place.latitude().to_radians().cos();
            // In 1e-7 degrees of latitude, seen from the place.
            let [(ax, ay), (bx, by)] = [ends[0], ends[1]].map(|end| {
                let north = f64::from(end.lat_e7()) - f64::from(place.lat_e7());
                (place.east_e7(end) as f64 * east_west, north)
            });
            let (dx, dy) = (bx - ax, by - ay);
            let length = dx * dx + dy * dy;
            let share = if length > 0.0 { (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
            (ax + share * dx).hypot(ay + share * dy) * METRES_PER_E7 <= metres
        })
    }

    /// The street of a place on the road; empty where it has no name.
    pub fn street(&self, snap: &Snap) -> &str {
        &self.layout.names[self.layout.segments[snap.segment as usize].name as usize]
    }

    /// The nearest place on each road within so many metres, the nearest first.
    pub(super) fn snaps_within(&self, point: Point, approach: Approach, metres: f64) -> Vec<Snap> {
        let mut hits: Vec<GridHit> = Vec::new();
        self.layout.grid.near(&self.layout.points, point, metres, |hit| {
            if self.is_open_road(hit.segment) {
                hits.push(hit);
            }
            metres
        });
        hits.sort_by_key(|hit| (hit.segment, hit.near, hit.at));
        hits.dedup_by_key(|hit| hit.segment);
        hits.sort_by_key(|hit| (hit.near, self.rank_at(hit.segment, hit.at)));
        hits.into_iter().map(|hit| self.snap_at(point, hit, approach)).collect()
    }

    /// The nearest piece at most `limit` metres away.
    fn nearest(&self, point: Point, limit: f64) -> Option<GridHit> {
        let mut best: Option<GridHit> = None;
        self.layout.grid.near(&self.layout.points, point, limit, |hit| {
            let is_better = best.is_none_or(|best| {
                hit.near < best.near
                    || hit.near == best.near
                        && self.rank_at(hit.segment, hit.at) < self.rank_at(best.segment, best.at)
            });
            if is_better && self.is_open_road(hit.segment) {
                best = Some(hit);
            }
            best.map_or(limit, |best| limit.min(best.square.sqrt() + TIE))
        });
        best
    }

    /// Whether one can stop on a segment.
    fn is_open_road(&self, segment: u32) -> bool {
        let arcs = self.layout.segments[segment as usize].arcs;
        self.open.is_none() || arcs.into_iter().any(|arc| arc != NO_ARC && self.is_open(arc))
    }

    /// Of pieces equally near, as at a corner, one on an open road is better than one on a private road.
    fn rank_at(&self, segment: u32, at: u32) -> (bool, u32, u32) {
        let arcs = self.layout.segments[segment as usize].arcs.into_iter();
        let is_private = arcs.filter(|&arc| arc != NO_ARC).all(|arc| self.is_restricted(arc));
        (is_private, segment, at)
    }

    fn snap_at(&self, point: Point, hit: GridHit, approach: Approach) -> Snap {
        let segment = &self.layout.segments[hit.segment as usize];
        let line = self.line(hit.segment);
        let piece = (hit.at - segment.first_point) as usize;
        let east_west = line[0].latitude().to_radians().cos();
        let (mut before, mut total) = (0.0, 0.0);
        for (number, pair) in line.windows(2).enumerate() {
            let north = f64::from(pair[1].lat_e7() - pair[0].lat_e7());
            let east = pair[0].east_e7(pair[1]) as f64 * east_west;
            let length = (north * north + east * east).sqrt();
            total += length;
            if number < piece {
                before += length;
            } else if number == piece {
                before += length * hit.share;
            }
        }
        let share = if total > 0.0 { before / total } else { 0.0 };
        let (a, b) = (line[piece], line[piece + 1]);
        let between = |a: i32, b: i32| (f64::from(a) + f64::from(b - a) * hit.share).round() as i32;
        Snap {
            segment: hit.segment,
            offset_cm: (f64::from(segment.cm) * share).round() as u32,
            point: Point::from_e7(between(a.lat_e7(), b.lat_e7()), between(a.lon_e7(), b.lon_e7())),
            distance_m: hit.square.sqrt(),
            directions: self.directions(point, hit, approach),
        }
    }

    /// Whether a stop is made when driving along the line of a segment, and against it.
    fn directions(&self, point: Point, hit: GridHit, approach: Approach) -> [bool; 2] {
        let segment = &self.layout.segments[hit.segment as usize];
        let at_kerb = match approach {
            Approach::ByRoad => segment.is_wide,
            Approach::Kerb => true,
            Approach::Either => false,
        };
        let is_oneway = !segment.arcs.iter().all(|&arc| arc != NO_ARC && self.is_open(arc));
        if !at_kerb || is_oneway || hit.square.sqrt() < MIDDLE {
            return [true; 2];
        }
        let (a, b) = (self.layout.points[hit.at as usize], self.layout.points[hit.at as usize + 1]);
        let flat = |end: Point| {
            let east = a.east_e7(end) as f64 * a.latitude().to_radians().cos();
            (east, f64::from(end.lat_e7()) - f64::from(a.lat_e7()))
        };
        let ((along_x, along_y), (x, y)) = (flat(b), flat(point));
        let is_left_of_line = along_x * y - along_y * x > 0.0;
        [is_left_of_line == segment.keeps_left, is_left_of_line != segment.keeps_left]
    }

    /// The arcs one can be on at a snap.
    pub(super) fn arcs_at(&self, snap: &Snap) -> impl Iterator<Item = u32> {
        let arcs = self.layout.segments[snap.segment as usize].arcs.into_iter().zip(snap.directions);
        arcs.filter(|&(arc, stops)| arc != NO_ARC && stops && self.is_open(arc)).map(|(arc, _)| arc)
    }

    /// The arcs one can be on when one arrives at a snap: those at the snap and their copies.
    pub(super) fn ends_at(&self, snap: &Snap) -> impl Iterator<Item = u32> {
        self.arcs_at(snap).flat_map(|arc| std::iter::once(arc).chain(self.copies_of(arc)))
    }

    /// Milliseconds and centimetres from the tail of an arc to a snap on it.
    pub(super) fn until(&self, arc: u32, snap: &Snap) -> (u32, u32) {
        let total = self.cm(arc);
        let is_backward = self.layout.arcs[arc as usize].is_backward;
        let cm = if is_backward { total - snap.offset_cm } else { snap.offset_cm };
        let ms = self.pushed_until(arc, cm);
        (ms.unwrap_or_else(|| (u64::from(self.ms(arc)) * u64::from(cm) / u64::from(total)) as u32), cm)
    }
}
