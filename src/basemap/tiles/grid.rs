//! The grid that shapes are kept on, and the window a tile opens on it.
//!
//! It is the grid of the deepest tiles (web Mercator, 2^26 steps around the world, 0.6 m at the equator): what no tile
//! can show is not stored. x runs east, y runs south.

use coldmile_geometry::Point;
use i_overlay::i_float::int::point::IntPoint;
use std::f64::consts::PI;

/// Shallowest zoom that has tiles.
pub const MIN_ZOOM: u8 = 5;
/// Deepest zoom that has tiles; pages draw deeper ones from it.
pub const MAX_ZOOM: u8 = 14;

/// Steps along the side of a tile.
pub(super) const EXTENT: i32 = 1 << EXTENT_BITS;
/// Steps a tile reaches over its rim, so that thick lines are whole there.
pub(super) const BUFFER: i32 = 64;
/// Grid steps around the world.
pub(super) const WORLD: i32 = 1 << (MAX_ZOOM as u32 + EXTENT_BITS);

const EXTENT_BITS: u32 = 12;

/// A tile that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// There are no tiles at this zoom.
    #[error("zoom {0} is not between {MIN_ZOOM} and {MAX_ZOOM}")]
    Zoom(u8),
    /// Column or row lies beyond the last tile of this zoom.
    #[error("tile {zoom}/{x}/{y} is off the world: both numbers stay below {}", 1_u32 << zoom)]
    OffTheWorld {
        /// The requested zoom.
        zoom: u8,
        /// The requested column, from the antimeridian eastwards.
        x: u32,
        /// The requested row, from the north.
        y: u32,
    },
}

/// The grid place of a point. Poles come to the rims of the Mercator square.
pub(super) fn place(point: Point) -> IntPoint {
    let east = (point.longitude() + 180.0) / 360.0;
    let latitude = point.latitude().to_radians();
    let south = (1.0 - latitude.tan().asinh() / PI) / 2.0;
    let step = |share: f64| ((share * f64::from(WORLD)).round() as i32).clamp(0, WORLD);
    IntPoint::new(step(east), step(south))
}

/// A box on the grid, all rims included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) min: IntPoint,
    pub(super) max: IntPoint,
}

impl Bounds {
    /// Holds nothing.
    pub(super) const EMPTY: Self =
        Self { min: IntPoint { x: i32::MAX, y: i32::MAX }, max: IntPoint { x: i32::MIN, y: i32::MIN } };

    pub(super) fn of<'a>(points: impl IntoIterator<Item = &'a IntPoint>) -> Self {
        points.into_iter().fold(Self::EMPTY, |bounds, &point| bounds.with(&Self { min: point, max: point }))
    }

    pub(super) fn with(&self, other: &Self) -> Self {
        Self {
            min: IntPoint::new(self.min.x.min(other.min.x), self.min.y.min(other.min.y)),
            max: IntPoint::new(self.max.x.max(other.max.x), self.max.y.max(other.max.y)),
        }
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.min.x <= other.max.x
            && other.min.x <= self.max.x
            && self.min.y <= other.max.y
            && other.min.y <= self.max.y
    }

    pub(super) fn holds(&self, other: &Self) -> bool {
        self.min.x <= other.min.x
            && other.max.x <= self.max.x
            && self.min.y <= other.min.y
            && other.max.y <= self.max.y
    }
}

/// The part of the grid that one tile shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) zoom: u8,
    corner: IntPoint,
    /// Grid steps to a tile step, as a power of two.
    pub(super) shift: u32,
}

impl Window {
    pub(super) fn new(zoom: u8, x: u32, y: u32) -> Result<Self, TileError> {
        if !(MIN_ZOOM..=MAX_ZOOM).contains(&zoom) {
            return Err(TileError::Zoom(zoom));
        }
        if x.max(y) >= 1 << zoom {
            return Err(TileError::OffTheWorld { zoom, x, y });
        }
        let shift = u32::from(MAX_ZOOM - zoom);
        let corner = IntPoint::new((x as i32) << (EXTENT_BITS + shift), (y as i32) << (EXTENT_BITS + shift));
        Ok(Self { zoom, corner, shift })
    }

    /// What it shows, with the buffer.
    pub(super) fn bounds(&self) -> Bounds {
        let (buffer, side) = (BUFFER << self.shift, EXTENT << self.shift);
        let min = IntPoint::new(self.corner.x - buffer, self.corner.y - buffer);
        let max = IntPoint::new(self.corner.x + side + buffer, self.corner.y + side + buffer);
        Bounds { min, max }
    }

    /// Whether a place lies in the tile itself; of two neighbours exactly one has it.
    pub(super) fn owns(&self, place: IntPoint) -> bool {
        let side = EXTENT << self.shift;
        let within = |at: i32, from: i32| (from..from + side).contains(&at);
        within(place.x, self.corner.x) && within(place.y, self.corner.y)
    }

    /// A grid place in tile steps, rounded.
    pub(super) fn step(&self, place: IntPoint) -> IntPoint {
        let half = (1 << self.shift) >> 1;
        let step = |at: i32, from: i32| (at - from + half) >> self.shift;
        IntPoint::new(step(place.x, self.corner.x), step(place.y, self.corner.y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_valletta_lies_in_the_tile_it_should() {
        // 14.514 E, 35.899 N is in tile 14/8852/6445: x = (14.514 + 180) / 360 · 2^14 = 8852.5.
        let valletta = place(Point::new(35.899, 14.514).unwrap());
        let window = Window::new(14, 8852, (valletta.y >> 12) as u32).unwrap();
        assert!(window.owns(valletta));
        let step = window.step(valletta);
        assert!((0..EXTENT).contains(&step.x) && (0..EXTENT).contains(&step.y));
    }

    #[test]
    fn the_ends_of_the_world_are_on_the_grid() {
        for (latitude, longitude) in [(90.0, 180.0), (-90.0, -180.0), (0.0, 0.0)] {
            let at = place(Point::new(latitude, longitude).unwrap());
            assert!((0..=WORLD).contains(&at.x) && (0..=WORLD).contains(&at.y), "{at:?}");
        }
    }

    #[test]
    fn a_tile_off_the_world_is_refused() {
        assert_eq!(Window::new(4, 0, 0).unwrap_err(), TileError::Zoom(4));
        assert_eq!(Window::new(15, 0, 0).unwrap_err(), TileError::Zoom(15));
        assert_eq!(Window::new(5, 32, 0).unwrap_err(), TileError::OffTheWorld { zoom: 5, x: 32, y: 0 });
        assert!(Window::new(14, 16_383, 16_383).is_ok());
    }
}
