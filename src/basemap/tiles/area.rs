//! Filled shapes: cleaned once for storage, cut for each tile.
//!
//! A clean shape is one outer ring and its holes, which touch in points at most; the outer ring has positive area with
//! y running south, as vector tiles want it. `i_overlay` works on whole numbers, so what it cleans stays clean.

use super::grid::{Bounds, Window};
use super::line::{TOLERANCE, simplify};
use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{Coord, Polygon};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay};
use i_overlay::core::solver::Solver;
use i_overlay::i_float::int::point::IntPoint;

/// How often a shape is cleaned again at most.
const MAX_ROUNDS: usize = 5;

/// An outer ring and its holes.
pub(super) type Shape = Vec<Vec<IntPoint>>;

/// Clean shapes from any rings: what lies in an odd number of them is inside.
pub(super) fn clean(rings: Vec<Vec<IntPoint>>) -> Vec<Shape> {
    let mut shapes = overlay(rings);
    // A crossing is rounded to the grid, and its lines may cross others then: go on until nothing moves any more.
    for _ in 0..MAX_ROUNDS {
        let again = overlay(shapes.iter().flatten().cloned().collect());
        if again == shapes {
            break;
        }
        shapes = again;
    }
    shapes.into_iter().flat_map(untangle).collect()
}

fn overlay(rings: Vec<Vec<IntPoint>>) -> Vec<Shape> {
    // The point where a ring touches the middle of its own line must stay, or `untangle` would not see it.
    let (length, options) = (rings.iter().map(Vec::len).sum(), IntOverlayOptions::keep_output_points());
    let mut overlay = Overlay::new_custom(length, options, Solver::default());
    overlay.simplify_shape(&rings, FillRule::EvenOdd).unwrap_or_else(|| vec![rings])
}

/// The overlay lets a ring touch itself. Here it is split where it does: into shapes side by side, or a shape and a hole
/// that touches its rim.
fn untangle(shape: Shape) -> Vec<Shape> {
    let touches = |ring: &Vec<IntPoint>| {
        let mut sorted = ring.clone();
        sorted.sort_unstable();
        sorted.windows(2).any(|pair| pair[0] == pair[1])
    };
    if !shape.iter().any(touches) {
        return vec![shape];
    }
    let (outers, holes): (Vec<_>, Vec<_>) =
        shape.into_iter().flat_map(split).partition(|ring| area(ring) > 0.0);
    let mut shapes: Vec<Shape> = outers.into_iter().map(|outer| vec![outer]).collect();
    for hole in holes {
        let around = shapes.iter().position(|shape| surrounds(&shape[0], &hole));
        // A hole that no ring surrounds is a sliver that rounding has inverted.
        if let Some(around) = around {
            shapes[around].push(hole);
        }
    }
    shapes
}

/// A ring cut where it comes back to a point; what has no area is gone.
fn split(ring: Vec<IntPoint>) -> Vec<Vec<IntPoint>> {
    let mut rings = Vec::new();
    let mut walk: Vec<IntPoint> = Vec::with_capacity(ring.len());
    for place in ring {
        if let Some(first) = walk.iter().position(|&before| before == place) {
            rings.push(walk.split_off(first));
        }
        walk.push(place);
    }
    rings.push(walk);
    rings.retain(|ring| area(ring) != 0.0);
    rings
}

/// Whether `inner`, which crosses `outer` nowhere, lies inside it.
fn surrounds(outer: &[IntPoint], inner: &[IntPoint]) -> bool {
    let coordinate = |place: &IntPoint| Coord { x: f64::from(place.x), y: f64::from(place.y) };
    let outer = Polygon::new(outer.iter().map(coordinate).collect(), Vec::new());
    let middles = inner.iter().zip(inner.iter().cycle().skip(1));
    let middles = middles.map(|(a, b)| (coordinate(a) + coordinate(b)) / 2.0);
    let mut positions = inner.iter().map(coordinate).chain(middles).map(|at| outer.coordinate_position(&at));
    positions.find(|position| *position != CoordPos::OnBoundary) == Some(CoordPos::Inside)
}

/// Area of a ring in square steps; negative for holes.
pub(super) fn area(ring: &[IntPoint]) -> f64 {
    let Some(last) = ring.last() else { return 0.0 };
    let mut doubled = 0_i64;
    let mut a = last;
    for b in ring {
        doubled += i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y);
        a = b;
    }
    doubled as f64 / 2.0
}

/// The part of a clean shape inside the window, in tile steps. Rings under `min_area` square tile steps are left out.
pub(super) fn cut(shape: &Shape, window: &Window, min_area: f64) -> Vec<Shape> {
    let bounds = window.bounds();
    let is_whole = shape.first().is_some_and(|outer| bounds.holds(&Bounds::of(outer)));
    let mut rings = Vec::with_capacity(shape.len());
    for ring in shape {
        let mut ring = if is_whole { ring.clone() } else { clip(ring, &bounds) };
        if window.shift > 0 {
            ring = simplify_ring(&ring, f64::from(TOLERANCE << window.shift));
        }
        let mut ring: Vec<IntPoint> = ring.into_iter().map(|place| window.step(place)).collect();
        ring.dedup();
        if ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        if ring.len() >= 3 {
            rings.push(ring);
        }
    }
    let touched = !is_whole || window.shift > 0;
    let shapes = match rings.is_empty() {
        true => Vec::new(),
        false if touched => clean(rings),
        false => vec![rings],
    };
    let large_enough = |mut shape: Shape| {
        let mut is_outer = true;
        shape.retain(|ring| std::mem::take(&mut is_outer) || area(ring).abs() >= min_area);
        shape.first().is_some_and(|outer| area(outer) >= min_area.max(0.5)).then_some(shape)
    };
    shapes.into_iter().filter_map(large_enough).collect()
}

/// A ring cut to a box (Sutherland and Hodgman): parts that the box separates stay joined along its rim, and come
/// apart in [`clean`].
fn clip(ring: &[IntPoint], bounds: &Bounds) -> Vec<IntPoint> {
    type InsideBy = fn(IntPoint, &Bounds) -> i64;
    // How far inside each of the four sides a place lies.
    let sides: [InsideBy; 4] = [
        |place, bounds| i64::from(place.x) - i64::from(bounds.min.x),
        |place, bounds| i64::from(bounds.max.x) - i64::from(place.x),
        |place, bounds| i64::from(place.y) - i64::from(bounds.min.y),
        |place, bounds| i64::from(bounds.max.y) - i64::from(place.y),
    ];
    let mut ring = ring.to_vec();
    for side in sides {
        let Some(&last) = ring.last() else { return ring };
        let mut inside = Vec::with_capacity(ring.len() + 8);
        let mut a = last;
        for &b in &ring {
            let (from, to) = (side(a, bounds), side(b, bounds));
            if (from >= 0) != (to >= 0) {
                let share = from as f64 / (from - to) as f64;
                let between = |a: i32, b: i32| a + (f64::from(b - a) * share).round() as i32;
                inside.push(IntPoint::new(between(a.x, b.x), between(a.y, b.y)));
            }
            if to >= 0 {
                inside.push(b);
            }
            a = b;
        }
        ring = inside;
    }
    ring
}

/// A ring with fewer points; empty when nothing of it is wider than the tolerance.
fn simplify_ring(ring: &[IntPoint], tolerance: f64) -> Vec<IntPoint> {
    let Some(&first) = ring.first() else { return Vec::new() };
    let square =
        |place: IntPoint| f64::from(place.x - first.x).powi(2) + f64::from(place.y - first.y).powi(2);
    // The place farthest from the first splits the ring into two lines.
    let Some((far, _)) = ring.iter().enumerate().max_by(|(_, a), (_, b)| square(**a).total_cmp(&square(**b)))
    else {
        return Vec::new();
    };
    let mut there = simplify(&ring[..=far], tolerance);
    let back: Vec<IntPoint> = ring[far..].iter().copied().chain([first]).collect();
    let back = simplify(&back, tolerance);
    there.pop();
    there.extend(&back[..back.len() - 1]);
    there
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(places: &[(i32, i32)]) -> Vec<IntPoint> {
        places.iter().map(|&(x, y)| IntPoint::new(x, y)).collect()
    }

    #[test]
    fn a_hole_and_a_bow_tie_come_out_clean() {
        let outer = ring(&[(0, 0), (0, 100), (100, 100), (100, 0)]);
        let hole = ring(&[(20, 20), (60, 20), (60, 60), (20, 60)]);
        let shapes = clean(vec![outer, hole]);
        assert_eq!((shapes.len(), shapes[0].len()), (1, 2));
        assert!(area(&shapes[0][0]) > 0.0 && area(&shapes[0][1]) < 0.0);
        let bow_tie = clean(vec![ring(&[(0, 0), (100, 100), (100, 0), (0, 100)])]);
        assert_eq!(bow_tie.len(), 2);
        assert!(bow_tie.iter().all(|shape| (area(&shape[0]) - 2500.0).abs() < 1.0));
    }

    #[test]
    fn a_horseshoe_cut_through_its_arms_is_two_shapes() {
        // Two arms of width 500 reach into the tile from the south.
        let corner = 4096;
        let horseshoe = [
            (500, 3000),
            (1000, 3000),
            (1000, 6000),
            (2000, 6000),
            (2000, 3000),
            (2500, 3000),
            (2500, 7000),
            (500, 7000),
        ];
        let shape: Shape =
            vec![horseshoe.iter().map(|&(x, y)| IntPoint::new(x + corner, y + corner)).collect()];
        let cut = cut(&shape, &Window::new(14, 1, 1).unwrap(), 0.0);
        assert_eq!(cut.len(), 2);
        // Each arm runs from 3000 to the buffer's end at 4096 + 64.
        assert!(cut.iter().all(|arm| (area(&arm[0]) - 500.0 * 1160.0).abs() < 1.0), "{cut:?}");
    }

    #[test]
    fn any_rings_come_out_clean() {
        use geo::algorithm::validation::Validation;
        for seed in (0..3000).map(coldmile_units::Seed) {
            let mut random = seed.rng();
            let rings: Vec<Vec<IntPoint>> = (0..random.usize(1..4))
                .map(|_| {
                    (0..random.usize(3..12))
                        .map(|_| IntPoint::new(random.i32(0..24), random.i32(0..24)))
                        .collect()
                })
                .collect();
            for shape in clean(rings.clone()) {
                assert!(area(&shape[0]) > 0.0, "{seed:?} {rings:?}: {shape:?}");
                assert!(shape[1..].iter().all(|hole| area(hole) < 0.0), "{seed:?} {rings:?}: {shape:?}");
                let mut lines = shape.iter().map(|ring| {
                    ring.iter()
                        .map(|place| (f64::from(place.x), f64::from(place.y)))
                        .collect::<geo::LineString>()
                });
                let outer = lines.next().unwrap();
                let polygon = Polygon::new(outer, lines.collect());
                assert!(polygon.is_valid(), "{seed:?} {rings:?}: {polygon:?}");
            }
        }
    }
}
