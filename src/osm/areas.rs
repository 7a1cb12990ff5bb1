//! Ways across squares: straight lines inside the outline, between the places where one enters it.
//!
//! The shortest way inside a polygon bends only at corners that point inwards, so lines between those and the entrances
//! are enough (the visibility graph; Lozano-Pérez, Wesley 1979). Areas with holes are relations, which are not read.

use coldmile_geometry::Point;

/// Corners between which lines are drawn at most: each more costs turns at all others. Larger squares are walked along
/// their outline.
const MAX_CORNERS: usize = 24;
/// Nodes of an outline at most.
const MAX_OUTLINE: usize = 2_000;

/// A corner of the outline in whole units, doubled so that the middle between two is whole too.
type Corner = (i128, i128);

/// The lines across an area, as pairs of nodes. `ring` is closed: its last node is its first.
pub(super) fn crossings(ring: &[u32], points: &[Point], is_entrance: impl Fn(u32) -> bool) -> Vec<[u32; 2]> {
    let Some((last, nodes)) = ring.split_last() else { return Vec::new() };
    if nodes.len() < 4 || nodes.len() > MAX_OUTLINE || nodes[0] != *last {
        return Vec::new();
    }
    let origin = points[nodes[0] as usize];
    let corner = |&node: &u32| -> Corner {
        let point = points[node as usize];
        let north = i128::from(point.lat_e7()) - i128::from(origin.lat_e7());
        (2 * i128::from(origin.east_e7(point)), 2 * north)
    };
    let outline: Vec<Corner> = nodes.iter().map(corner).collect();
    let count = outline.len();
    let area: i128 = (0..count).map(|at| cross((0, 0), outline[at], outline[(at + 1) % count])).sum();
    let points_inwards = |at: usize| {
        let turn = cross(outline[(at + count - 1) % count], outline[at], outline[(at + 1) % count]);
        turn.signum() * area.signum() < 0
    };
    let entrances: Vec<usize> = (0..count).filter(|&at| is_entrance(nodes[at])).collect();
    let mut corners: Vec<usize> =
        (0..count).filter(|&at| is_entrance(nodes[at]) || points_inwards(at)).collect();
    if corners.len() > MAX_CORNERS {
        corners = entrances;
    }
    if corners.len() > MAX_CORNERS {
        return Vec::new();
    }
    let pairs = corners.iter().enumerate().flat_map(|(number, &a)| {
        corners[number + 1..]
            .iter()
            .map(move |&b| (a, b))
            .filter(|&(a, b)| b - a > 1 && (a, b) != (0, count - 1))
    });
    pairs.filter(|&(a, b)| lies_inside(&outline, a, b)).map(|(a, b)| [nodes[a], nodes[b]]).collect()
}

/// Twice the area of a triangle; positive when it turns left.
fn cross(a: Corner, b: Corner, c: Corner) -> i128 {
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
}

/// Whether the line between two corners touches the outline nowhere else and runs inside.
fn lies_inside(outline: &[Corner], a: usize, b: usize) -> bool {
    let count = outline.len();
    let (start, end) = (outline[a], outline[b]);
    let within = |value: i128, one: i128, other: i128| (one.min(other)..=one.max(other)).contains(&value);
    let touches = (0..count).any(|at| {
        let next = (at + 1) % count;
        let (from, to) = (outline[at], outline[next]);
        let is_own = |at: usize| at == a || at == b;
        let on_line = |corner: Corner| {
            cross(start, end, corner) == 0
                && within(corner.0, start.0, end.0)
                && within(corner.1, start.1, end.1)
        };
        if !is_own(at) && on_line(from) {
            return true;
        }
        if is_own(at) || is_own(next) {
            return false;
        }
        let sides = (cross(start, end, from).signum(), cross(start, end, to).signum());
        let other_sides = (cross(from, to, start).signum(), cross(from, to, end).signum());
        sides.0 * sides.1 < 0 && other_sides.0 * other_sides.1 < 0
    });
    !touches && contains(outline, ((start.0 + end.0) / 2, (start.1 + end.1) / 2))
}

/// Whether a place lies inside: a ray to the east crosses the outline an odd number of times.
fn contains(outline: &[Corner], place: Corner) -> bool {
    let mut is_inside = false;
    for (at, &from) in outline.iter().enumerate() {
        let to = outline[(at + 1) % outline.len()];
        if (from.1 > place.1) != (to.1 > place.1) {
            let side = cross(from, to, place);
            is_inside ^= if to.1 > from.1 { side > 0 } else { side < 0 };
        }
    }
    is_inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn across(outline: &[(i32, i32)], entrances: &[u32]) -> Vec<[u32; 2]> {
        let points: Vec<Point> = outline.iter().map(|&(x, y)| Point::from_e7(y, x)).collect();
        let mut ring: Vec<u32> = (0..points.len() as u32).collect();
        ring.push(0);
        crossings(&ring, &points, |node| entrances.contains(&node))
    }

    #[test]
    fn a_square_is_crossed_from_entrance_to_entrance() {
        let square = [(0, 0), (100, 0), (100, 100), (0, 100)];
        assert_eq!(across(&square, &[0, 2]), [[0, 2]]);
        assert_eq!(across(&square, &[0, 1]), [[0; 2]; 0], "along the outline");
        assert_eq!(across(&square, &[0, 1, 2, 3]), [[0, 2], [1, 3]]);
        assert_eq!(across(&square, &[1]), [[0; 2]; 0]);
        // The other way round the same.
        let reversed: Vec<(i32, i32)> = square.iter().rev().copied().collect();
        assert_eq!(across(&reversed, &[0, 2]), [[0, 2]]);
    }

    #[test]
    fn no_line_leaves_the_outline_and_ways_bend_at_corners_that_point_inwards() {
        // An L: the corner (50, 50) points inwards.
        let angle = [(0, 0), (100, 0), (100, 50), (50, 50), (50, 100), (0, 100)];
        assert_eq!(across(&angle, &[2, 4]), [[0; 2]; 0], "by the corner, along the outline");
        assert_eq!(across(&angle, &[1, 5]), [[1, 3], [3, 5]]);
        // A U: between its arms nothing is inside.
        let bay = [(0, 0), (90, 0), (90, 90), (60, 90), (60, 30), (30, 30), (30, 90), (0, 90)];
        let found = across(&bay, &[2, 7]);
        assert!(!found.contains(&[2, 7]) && found.contains(&[5, 7]) && found.contains(&[2, 4]), "{found:?}");
        // An outline that is no ring, or has too many entrances, has none.
        assert!(crossings(&[0, 1, 2], &[Point::from_e7(0, 0); 3], |_| true).is_empty());
    }
}
