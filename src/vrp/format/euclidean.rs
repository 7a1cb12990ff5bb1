//! Travel between points of the plane, by the rounding of an instance family.

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
pub(super) struct Euclidean {
    pub points: Vec<(f64, f64)>,
    pub scale: f64,
    pub rounding: Rounding,
}

impl Euclidean {
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
}
