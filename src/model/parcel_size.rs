//! How large a parcel is along its edges.

use serde::{Deserialize, Serialize};

/// The edges of a box in millimetres, the longest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BoxSize([i64; 3]);

impl BoxSize {
    /// A box with these edges in millimetres, in any order.
    pub fn new(mut edges: [i64; 3]) -> Self {
        edges.sort_unstable_by_key(|&edge| std::cmp::Reverse(edge));
        Self(edges)
    }

    /// Its edges in millimetres, the longest first.
    pub const fn edges(&self) -> [i64; 3] {
        self.0
    }

    /// Whether it fits into `space` in one of the orientations along the edges.
    pub fn fits(&self, space: &Self) -> bool {
        self.0.iter().zip(&space.0).all(|(edge, limit)| edge <= limit)
    }

    /// Whether it passes a door of this size in one of these orientations: its two shorter edges through the door's.
    pub fn passes(&self, door: &DoorSize) -> bool {
        self.0[1] <= door.0[0] && self.0[2] <= door.0[1]
    }
}

/// Width and height of a door in millimetres, the longer first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorSize([i64; 2]);

impl DoorSize {
    /// A door with these edges in millimetres, in any order.
    pub fn new(edges: [i64; 2]) -> Self {
        Self([edges[0].max(edges[1]), edges[0].min(edges[1])])
    }

    /// Its edges in millimetres, the longer first.
    pub const fn edges(&self) -> [i64; 2] {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_is_turned_until_it_fits() {
        let parcel = BoxSize::new([200, 400, 300]);
        assert_eq!(parcel.edges(), [400, 300, 200]);
        assert!(parcel.fits(&BoxSize::new([300, 200, 400])));
        // 400 is longer than the longest edge of the first, 300 than the second edge of the other.
        assert!(!parcel.fits(&BoxSize::new([390, 390, 390])));
        assert!(!parcel.fits(&BoxSize::new([500, 290, 290])));
        assert!(parcel.passes(&DoorSize::new([200, 300])));
        assert!(!parcel.passes(&DoorSize::new([190, 900])));
        assert!(!parcel.passes(&DoorSize::new([250, 290])));
    }
}
