//! From coastlines to land.
//!
//! A coastline has land on its left. Closed ones are islands (or seas inside land). Where the file is cut, open ones are
//! led to the nearest edge of the map's box and closed along it, land still on the left.

use super::kinds::Land;
use coldmile_geometry::Point;

/// Land from joined coastlines: closed ones repeat their first point. `around` is the box that open ones are closed
/// along, south-west and north-east corner.
pub(super) fn land(coastlines: Vec<Vec<Point>>, around: Option<[Point; 2]>) -> Land {
    if coastlines.is_empty() {
        return Land::Everywhere;
    }
    let (closed, open): (Vec<_>, Vec<_>) =
        coastlines.into_iter().partition(|line| line.len() >= 4 && line.first() == line.last());
    let has_open = !open.is_empty();
    let mut rings: Vec<Vec<Point>> = closed;
    for ring in &mut rings {
        ring.pop();
    }
    let Some(map_box) = around.map(MapBox::new) else { return Land::Rings(rings) };
    if !has_open && rings.iter().all(|ring| signed_area(ring) < 0.0) {
        // Seas only: the land around them ends where the map does.
        rings.push(map_box.corners().to_vec());
    }
    rings.extend(map_box.close(open));
    Land::Rings(rings)
}

/// Twice the area in square e-7 degrees; positive when the ring runs anticlockwise, land inside.
fn signed_area(ring: &[Point]) -> f64 {
    let place = |point: Point| (f64::from(point.lon_e7()), f64::from(point.lat_e7()));
    let next = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(next)
        .map(|(&a, &b)| (place(a), place(b)))
        .map(|((ax, ay), (bx, by))| ax * by - bx * ay)
        .sum()
}

/// The box of the map. A place on its rim is given by its walk: the distance along the rim from the south-west corner,
/// anticlockwise, in 1e-7 degrees.
struct MapBox {
    south_west: Point,
    north_east: Point,
    width: i64,
    height: i64,
}

impl MapBox {
    fn new([south_west, north_east]: [Point; 2]) -> Self {
        let width = i64::from(north_east.lon_e7()) - i64::from(south_west.lon_e7());
        let height = i64::from(north_east.lat_e7()) - i64::from(south_west.lat_e7());
        Self { south_west, north_east, width: width.max(1), height: height.max(1) }
    }

    /// South-west, south-east, north-east, north-west.
    fn corners(&self) -> [Point; 4] {
        let (south, west) = (self.south_west.lat_e7(), self.south_west.lon_e7());
        let (north, east) = (self.north_east.lat_e7(), self.north_east.lon_e7());
        [(south, west), (south, east), (north, east), (north, west)]
            .map(|(lat, lon)| Point::from_e7(lat, lon))
    }

    fn corner_walks(&self) -> [i64; 4] {
        [0, self.width, self.width + self.height, 2 * self.width + self.height]
    }

    /// The walk to the rim's place nearest to `point`, and that place.
    fn nearest(&self, point: Point) -> (i64, Point) {
        let east = (i64::from(point.lon_e7()) - i64::from(self.south_west.lon_e7())).clamp(0, self.width);
        let north = (i64::from(point.lat_e7()) - i64::from(self.south_west.lat_e7())).clamp(0, self.height);
        let [_, south_east, north_east, north_west] = self.corner_walks();
        let (_, walk, east, north) = [
            (north, east, east, 0),
            (self.width - east, south_east + north, self.width, north),
            (self.height - north, north_east + self.width - east, east, self.height),
            (east, north_west + self.height - north, 0, north),
        ]
        .into_iter()
        .min()
        .expect("four edges");
        let lat_e7 = i64::from(self.south_west.lat_e7()) + north;
        let lon_e7 = i64::from(self.south_west.lon_e7()) + east;
        (walk, Point::from_e7(lat_e7 as i32, lon_e7 as i32))
    }

    /// Rings from open coastlines: from the end of each along the rim, anticlockwise, to the next start.
    fn close(&self, open: Vec<Vec<Point>>) -> Vec<Vec<Point>> {
        let rim = 2 * (self.width + self.height);
        let mut coasts: Vec<(i64, i64, Vec<Point>)> = Vec::new();
        for mut line in open {
            let (Some(&first), Some(&last)) = (line.first(), line.last()) else { continue };
            let ((start, at_start), (end, at_end)) = (self.nearest(first), self.nearest(last));
            line.insert(0, at_start);
            line.push(at_end);
            coasts.push((start, end, line));
        }
        coasts.sort_by_key(|(start, end, _)| (*start, *end));
        let mut used = vec![false; coasts.len()];
        let mut rings = Vec::new();
        for first in 0..coasts.len() {
            let mut ring = Vec::new();
            let mut current = first;
            while !used[current] {
                used[current] = true;
                let (_, end, line) = &coasts[current];
                ring.extend(line);
                let ahead = |walk: i64| (walk - end).rem_euclid(rim);
                // The next start, the coast that began this ring included: it closes it.
                let next = (0..coasts.len())
                    .filter(|&other| !used[other] || other == first)
                    .min_by_key(|&other| (ahead(coasts[other].0), other))
                    .expect("the first coast is among them");
                let mut corners: Vec<(i64, Point)> =
                    self.corner_walks().into_iter().map(ahead).zip(self.corners()).collect();
                corners.sort_by_key(|(walk, _)| *walk);
                let until = ahead(coasts[next].0);
                ring.extend(corners.into_iter().filter(|(walk, _)| *walk < until).map(|(_, corner)| corner));
                current = next;
            }
            if ring.len() >= 3 {
                rings.push(ring);
            }
        }
        rings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points by (east, north) in a box of 100 by 100.
    fn line(points: &[(i32, i32)]) -> Vec<Point> {
        points.iter().map(|&(east, north)| Point::from_e7(north, east)).collect()
    }

    fn is_land(land: &Land, east: f64, north: f64) -> bool {
        let Land::Rings(rings) = land else { return true };
        let mut inside = false;
        for ring in rings {
            for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                let (ax, ay) = (f64::from(a.lon_e7()), f64::from(a.lat_e7()));
                let (bx, by) = (f64::from(b.lon_e7()), f64::from(b.lat_e7()));
                if (ay > north) != (by > north) && east < ax + (north - ay) / (by - ay) * (bx - ax) {
                    inside = !inside;
                }
            }
        }
        inside
    }

    const BOX: Option<[Point; 2]> = Some([Point::from_e7(0, 0), Point::from_e7(100, 100)]);

    #[test]
    fn without_a_coast_all_is_land() {
        assert_eq!(land(Vec::new(), BOX), Land::Everywhere);
    }

    #[test]
    fn an_island_is_land_and_a_sea_inside_land_is_not() {
        let island = line(&[(20, 20), (80, 20), (80, 80), (20, 80), (20, 20)]);
        let lagoon = line(&[(40, 40), (40, 60), (60, 60), (60, 40), (40, 40)]);
        let both = land(vec![island, lagoon.clone()], BOX);
        assert!(is_land(&both, 30.5, 30.5) && !is_land(&both, 50.5, 50.5) && !is_land(&both, 10.5, 10.5));
        let sea = land(vec![lagoon], BOX);
        assert!(is_land(&sea, 10.5, 10.5) && !is_land(&sea, 50.5, 50.5));
    }

    #[test]
    fn a_cut_coast_is_closed_along_the_box_with_land_on_its_left() {
        // Eastward: land to the north. It stops short of both edges.
        let north = land(vec![line(&[(5, 50), (95, 40)])], BOX);
        assert!(is_land(&north, 50.5, 80.5) && !is_land(&north, 50.5, 20.5));
        // Westward: land to the south.
        let south = land(vec![line(&[(95, 40), (5, 50)])], BOX);
        assert!(!is_land(&south, 50.5, 80.5) && is_land(&south, 50.5, 20.5));
        // A strait: land on both sides of it.
        let strait = land(vec![line(&[(0, 60), (100, 60)]), line(&[(100, 40), (0, 40)])], BOX);
        assert!(
            is_land(&strait, 50.5, 80.5) && !is_land(&strait, 50.5, 50.5) && is_land(&strait, 50.5, 20.5)
        );
    }
}
