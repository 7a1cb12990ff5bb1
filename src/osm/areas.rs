//! Ways across squares: straight lines inside the outline, between the places where one enters it.
//!
//! The shortest way inside a polygon bends only at corners that point inwards, so lines between those and the entrances
//! are enough (the visibility graph; Lozano-Pérez, Wesley 1979); of these the ones that shorten a walk are drawn. Lines do
//! not touch holes; corners of holes are no corners of lines, so that a walk may go round a hole along the outline.

use coldmile_geometry::Point;

/// Corners between which lines are drawn at most: each more costs turns at all others. Larger squares are walked along
/// their outline.
const MAX_CORNERS: usize = 24;
/// Nodes of an outline at most.
const MAX_OUTLINE: usize = 2_000;

/// Up to so many corners all lines are drawn that shorten a walk.
const MAX_EXACT: usize = 6;
/// Among more corners a line is drawn only where the walk over others is longer by this factor, so that their number
/// stays small (a greedy spanner; Althöfer and others 1993).
const STRETCH: f64 = 1.1;
/// Metres that do not matter.
const MARGIN: f64 = 0.1;

/// A corner of the outline in whole units, doubled so that the middle between two is whole too.
type Corner = (i128, i128);

/// The lines across an area, as pairs of nodes. `ring` and the outlines of `holes` are closed: the last node is the first.
pub(super) fn crossings(
    ring: &[u32],
    holes: &[Vec<u32>],
    points: &[Point],
    is_entrance: impl Fn(u32) -> bool,
) -> Vec<[u32; 2]> {
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
    let holes: Vec<Vec<Corner>> = holes.iter().map(|hole| hole.iter().map(corner).collect()).collect();
    let count = outline.len();
    let area: i128 = (0..count).map(|at| cross((0, 0), outline[at], outline[(at + 1) % count])).sum();
    let points_inwards = |at: usize| {
        let turn = cross(outline[(at + count - 1) % count], outline[at], outline[(at + 1) % count]);
        turn.signum() * area.signum() < 0
    };
    let is_entrance = |at: usize| is_entrance(nodes[at]);
    let mut corners: Vec<usize> = (0..count).filter(|&at| is_entrance(at) || points_inwards(at)).collect();
    if corners.len() > MAX_CORNERS {
        corners.retain(|&at| is_entrance(at));
    }
    let entrances: Vec<usize> = (0..corners.len()).filter(|&number| is_entrance(corners[number])).collect();
    if corners.len() > MAX_CORNERS || entrances.len() < 2 {
        return Vec::new();
    }
    let place = |at: usize| points[nodes[at % count] as usize];
    let mut walks = Walks::along_outline(&corners, count, place);
    let pairs = (0..corners.len()).flat_map(|one| (one + 1..corners.len()).map(move |other| (one, other)));
    let is_apart = |(one, other): &(usize, usize)| {
        let (a, b) = (corners[*one], corners[*other]);
        b - a > 1 && (a, b) != (0, count - 1)
    };
    let mut lines: Vec<(f64, usize, usize)> = pairs
        .filter(is_apart)
        .map(|(one, other)| (place(corners[one]).distance_m(place(corners[other])), one, other))
        .collect();
    lines.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let stretch = if corners.len() <= MAX_EXACT { 1.0 } else { STRETCH };
    lines.retain(|&(metres, one, other)| {
        let is_shorter = walks.between(one, other) > metres * stretch + MARGIN;
        let ends = (outline[corners[one]], outline[corners[other]]);
        let is_kept = is_shorter
            && lies_inside(&outline, corners[one], corners[other])
            && !holes.iter().any(|hole| meets(hole, ends));
        if is_kept {
            walks.shorten(one, other, metres);
        }
        is_kept
    });
    let is_walked = |&&(metres, one, other): &&(f64, usize, usize)| {
        entrances.iter().any(|&from| {
            entrances.iter().any(|&to| {
                let over = walks.between(from, one) + metres + walks.between(other, to);
                from != to && over <= walks.between(from, to) + MARGIN
            })
        })
    };
    let walked = lines.iter().filter(is_walked).map(|line| (line.1, line.2));
    let mut walked: Vec<(usize, usize)> = walked.collect();
    walked.sort_unstable();
    walked.into_iter().map(|(one, other)| [nodes[corners[one]], nodes[corners[other]]]).collect()
}

/// Distances between corners, over the lines that have been drawn so far.
struct Walks {
    count: usize,
    metres: Vec<f64>,
}

impl Walks {
    /// Along an outline of `count` nodes.
    fn along_outline(corners: &[usize], count: usize, place: impl Fn(usize) -> Point) -> Self {
        let mut before = vec![0.0];
        before.extend((0..count).scan(0.0, |sum, at| {
            *sum += place(at).distance_m(place(at + 1));
            Some(*sum)
        }));
        let round = before[count];
        let between = |one: usize, other: usize| {
            let along = (before[one] - before[other]).abs();
            along.min(round - along)
        };
        let metres = corners.iter().flat_map(|&one| corners.iter().map(move |&other| (one, other)));
        Self { count: corners.len(), metres: metres.map(|(one, other)| between(one, other)).collect() }
    }

    fn between(&self, one: usize, other: usize) -> f64 {
        self.metres[one * self.count + other]
    }

    /// Takes a new line into account.
    fn shorten(&mut self, one: usize, other: usize, metres: f64) {
        let old = Self { count: self.count, metres: self.metres.clone() };
        for from in 0..self.count {
            for to in 0..self.count {
                let there = old.between(from, one) + metres + old.between(other, to);
                let back = old.between(from, other) + metres + old.between(one, to);
                let walk = &mut self.metres[from * self.count + to];
                *walk = walk.min(there).min(back);
            }
        }
    }
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
    !touches && contains(outline, (i128::midpoint(start.0, end.0), i128::midpoint(start.1, end.1)))
}

/// Whether a line between two corners of the outline touches a hole or runs inside it. A hole may begin at an end of the
/// line.
fn meets(hole: &[Corner], (start, end): (Corner, Corner)) -> bool {
    let within = |value: i128, one: i128, other: i128| (one.min(other)..=one.max(other)).contains(&value);
    let touches = hole.windows(2).any(|edge| {
        let (from, to) = (edge[0], edge[1]);
        let is_on_line = from != start
            && from != end
            && cross(start, end, from) == 0
            && within(from.0, start.0, end.0)
            && within(from.1, start.1, end.1);
        let sides = (cross(start, end, from).signum(), cross(start, end, to).signum());
        let other_sides = (cross(from, to, start).signum(), cross(from, to, end).signum());
        is_on_line || sides.0 * sides.1 < 0 && other_sides.0 * other_sides.1 < 0
    });
    touches || contains(hole, (i128::midpoint(start.0, end.0), i128::midpoint(start.1, end.1)))
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
        let points: Vec<Point> = outline.iter().map(|&(x, y)| Point::from_e7(y * 90, x * 90)).collect();
        let mut ring: Vec<u32> = (0..points.len() as u32).collect();
        ring.push(0);
        crossings(&ring, &[], &points, |node| entrances.contains(&node))
    }

    #[test]
    fn a_square_is_crossed_from_entrance_to_entrance() {
        let square = [(0, 0), (100, 0), (100, 100), (0, 100)];
        assert_eq!(across(&square, &[0, 2]), [[0, 2]]);
        assert_eq!(across(&square, &[0, 1]), [[0; 2]; 0], "along the outline");
        assert_eq!(across(&square, &[0, 1, 2, 3]).len(), 2);
        assert_eq!(across(&square, &[1]), [[0; 2]; 0]);
        // The other way round the same.
        let reversed: Vec<(i32, i32)> = square.iter().rev().copied().collect();
        assert_eq!(across(&reversed, &[0, 2]), [[0, 2]]);
    }

    #[test]
    fn no_line_leads_over_a_hole() {
        let points: Vec<Point> = [
            (0, 0),
            (100, 0),
            (100, 100),
            (0, 100), // the square
            (40, 40),
            (60, 40),
            (50, 60), // a fountain in the middle
            (80, 10),
            (90, 10),
            (90, 20),
            (80, 20), // another one beside the diagonal
        ]
        .iter()
        .map(|&(x, y)| Point::from_e7(y * 90, x * 90))
        .collect();
        let across = |holes: &[Vec<u32>]| crossings(&[0, 1, 2, 3, 0], holes, &points, |node| node % 2 == 0);
        assert_eq!(across(&[]), [[0, 2]]);
        assert_eq!(across(&[vec![7, 8, 9, 10, 7]]), [[0, 2]]);
        assert_eq!(across(&[vec![7, 8, 9, 10, 7], vec![4, 5, 6, 4]]), [[0; 2]; 0]);
        // A hole that begins at an entrance.
        assert_eq!(across(&[vec![0, 5, 6, 0]]), [[0; 2]; 0]);
    }

    #[test]
    fn many_entrances_are_joined_by_few_lines_without_long_detours() {
        let circle: Vec<(i32, i32)> = (0..20)
            .map(|at| {
                let angle = f64::from(at) * std::f64::consts::TAU / 20.0;
                ((angle.cos() * 100.0) as i32, (angle.sin() * 100.0) as i32)
            })
            .collect();
        let found = across(&circle, &(0..20).collect::<Vec<_>>());
        assert!((10..90).contains(&found.len()), "{} of 170", found.len());
    }

    #[test]
    fn no_line_leaves_the_outline_and_ways_bend_at_corners_that_point_inwards() {
        // An L: the corner (50, 50) points inwards.
        let angle = [(0, 0), (100, 0), (100, 50), (50, 50), (50, 100), (0, 100)];
        assert_eq!(across(&angle, &[2, 4]), [[0; 2]; 0], "by the corner, along the outline");
        assert_eq!(across(&angle, &[1, 5]), [[1, 3], [3, 5]]);
        assert_eq!(
            across(&angle, &[0, 1]),
            [[0; 2]; 0],
            "no walk between the entrances leads over the corner"
        );
        // A U: between its arms nothing is inside.
        let bay = [(0, 0), (90, 0), (90, 90), (60, 90), (60, 30), (30, 30), (30, 90), (0, 90)];
        let found = across(&bay, &[2, 7]);
        assert!(!found.contains(&[2, 7]) && found.contains(&[2, 4]), "{found:?}");
        assert!(found.contains(&[5, 7]), "{found:?}");
        // An outline that is no ring, or has too many entrances, has none.
        assert!(crossings(&[0, 1, 2], &[], &[Point::from_e7(0, 0); 3], |_| true).is_empty());
    }
}
