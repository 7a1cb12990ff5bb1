//! Filled shapes: cleaned once for storage, cut for each tile.
//!
//! A clean shape is one outer ring and its holes, which touch in points at most; the outer ring has positive area with
//! y running south, as vector tiles want it. `i_overlay` works on whole numbers, so what it cleans stays clean.

use super::grid::{Bounds, Window};
use super::line::{TOLERANCE, simplify};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay};
use i_overlay::i_float::int::point::IntPoint;

/// An outer ring and its holes.
pub(super) type Shape = Vec<Vec<IntPoint>>;

/// Clean shapes from any rings: what lies in an odd number of them is inside.
pub(super) fn clean(rings: Vec<Vec<IntPoint>>) -> Vec<Shape> {
    let mut overlay = Overlay::new_custom(
        rings.iter().map(Vec::len).sum(),
        IntOverlayOptions::ogc(),
        i_overlay::core::solver::Solver::default(),
    );
    overlay.simplify_shape(&rings, FillRule::EvenOdd).unwrap_or_else(|| vec![rings])
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

/// The part of a clean shape inside the window, in tile steps. Rings under `least` square tile steps are left out.
pub(super) fn cut(shape: &Shape, window: &Window, least: f64) -> Vec<Shape> {
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
        shape.retain(|ring| std::mem::take(&mut is_outer) || area(ring).abs() >= least);
        shape.first().is_some_and(|outer| area(outer) >= least.max(0.5)).then_some(shape)
    };
    shapes.into_iter().filter_map(large_enough).collect()
}

/// A ring cut to a box (Sutherland and Hodgman): parts that the box separates stay joined along its rim, and come
/// apart in [`clean`].
fn clip(ring: &[IntPoint], bounds: &Bounds) -> Vec<IntPoint> {
    type Side = fn(IntPoint, &Bounds) -> i64;
    // How far inside each of the four sides a place lies.
    let sides: [Side; 4] = [
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
}
