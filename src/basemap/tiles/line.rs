//! Lines cut to a tile: clipped, simplified, put on the tile's steps.

use super::grid::{Bounds, Window};
use i_overlay::i_float::int::point::IntPoint;

/// Half a pixel, in tile steps: what shallow tiles may bend a line by.
pub(super) const TOLERANCE: i32 = 4;

/// The pieces of `path` inside the window, in tile steps; pieces too short to see are left out.
pub(super) fn cut(path: &[IntPoint], window: &Window) -> Vec<Vec<IntPoint>> {
    let bounds = window.bounds();
    let pieces = if bounds.holds(&Bounds::of(path)) { vec![path.to_vec()] } else { clip(path, &bounds) };
    let simple = |piece: Vec<IntPoint>| {
        if window.shift == 0 { piece } else { simplify(&piece, f64::from(TOLERANCE << window.shift)) }
    };
    let steps = |piece: Vec<IntPoint>| -> Vec<IntPoint> {
        let mut steps: Vec<IntPoint> = piece.into_iter().map(|place| window.step(place)).collect();
        steps.dedup();
        steps
    };
    let seen = |piece: &Vec<IntPoint>| {
        let Bounds { min, max } = Bounds::of(piece);
        piece.len() >= 2 && (window.shift == 0 || (max.x - min.x).max(max.y - min.y) >= 2 * TOLERANCE)
    };
    pieces.into_iter().map(simple).map(steps).filter(seen).collect()
}

/// The pieces of `path` inside `bounds`.
fn clip(path: &[IntPoint], bounds: &Bounds) -> Vec<Vec<IntPoint>> {
    let mut pieces: Vec<Vec<IntPoint>> = Vec::new();
    // Whether the last piece may go on: the path has not left the box since.
    let mut is_open = false;
    for pair in path.windows(2) {
        let Some((from, to)) = clip_segment(pair[0], pair[1], bounds) else {
            is_open = false;
            continue;
        };
        match pieces.last_mut().filter(|_| is_open && from == pair[0]) {
            Some(piece) => piece.push(to),
            None => pieces.push(vec![from, to]),
        }
        is_open = to == pair[1];
    }
    pieces
}

/// The part of a segment inside `bounds` (Liang and Barsky), rounded to the grid.
fn clip_segment(a: IntPoint, b: IntPoint, bounds: &Bounds) -> Option<(IntPoint, IntPoint)> {
    let (dx, dy) = (f64::from(b.x - a.x), f64::from(b.y - a.y));
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (direction, margin) in [
        (-dx, a.x - bounds.min.x),
        (dx, bounds.max.x - a.x),
        (-dy, a.y - bounds.min.y),
        (dy, bounds.max.y - a.y),
    ] {
        if direction == 0.0 {
            if margin < 0 {
                return None;
            }
            continue;
        }
        let share = f64::from(margin) / direction;
        if direction < 0.0 {
            enter = enter.max(share);
        } else {
            leave = leave.min(share);
        }
    }
    if enter > leave {
        return None;
    }
    let at = |share: f64| IntPoint::new(a.x + (dx * share).round() as i32, a.y + (dy * share).round() as i32);
    Some((if enter > 0.0 { at(enter) } else { a }, if leave < 1.0 { at(leave) } else { b }))
}

/// The path with as few of its points as stay within `tolerance` of it (Douglas and Peucker); both ends stay.
pub(super) fn simplify(path: &[IntPoint], tolerance: f64) -> Vec<IntPoint> {
    if path.len() <= 2 {
        return path.to_vec();
    }
    let mut keep = vec![false; path.len()];
    keep[0] = true;
    keep[path.len() - 1] = true;
    let mut spans = vec![(0, path.len() - 1)];
    while let Some((first, last)) = spans.pop() {
        let mut farthest = (tolerance * tolerance, 0);
        for position in first + 1..last {
            let distance = square_distance(path[position], path[first], path[last]);
            if distance > farthest.0 {
                farthest = (distance, position);
            }
        }
        if farthest.1 > 0 {
            keep[farthest.1] = true;
            spans.push((first, farthest.1));
            spans.push((farthest.1, last));
        }
    }
    path.iter().zip(keep).filter(|(_, keep)| *keep).map(|(place, _)| *place).collect()
}

/// From a place to the segment a–b, squared.
fn square_distance(place: IntPoint, a: IntPoint, b: IntPoint) -> f64 {
    let (dx, dy) = (f64::from(b.x - a.x), f64::from(b.y - a.y));
    let (px, py) = (f64::from(place.x - a.x), f64::from(place.y - a.y));
    let length = dx * dx + dy * dy;
    let share = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (px - share * dx).powi(2) + (py - share * dy).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(places: &[(i32, i32)]) -> Vec<IntPoint> {
        places.iter().map(|&(x, y)| IntPoint::new(x, y)).collect()
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two_pieces() {
        let bounds = Bounds { min: IntPoint::new(0, 0), max: IntPoint::new(10, 10) };
        let out_and_back = path(&[(5, 5), (15, 5), (15, 8), (5, 8)]);
        assert_eq!(clip(&out_and_back, &bounds), [path(&[(5, 5), (10, 5)]), path(&[(10, 8), (5, 8)])]);
        assert_eq!(clip(&path(&[(-5, -5), (15, 15)]), &bounds), [path(&[(0, 0), (10, 10)])]);
        assert!(clip(&path(&[(-5, 5), (5, 25)]), &bounds).is_empty());
    }

    #[test]
    fn bends_below_the_tolerance_go_and_others_stay() {
        let bent = path(&[(0, 0), (50, 3), (100, 0), (100, 100)]);
        assert_eq!(simplify(&bent, 4.0), path(&[(0, 0), (100, 0), (100, 100)]));
        assert_eq!(simplify(&bent, 2.0), bent);
    }
}
