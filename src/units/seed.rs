//! Where randomness comes from.

use serde::{Deserialize, Serialize};

/// The start of a sequence of random numbers. The same seed gives the same sequence on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(pub u64);

impl Seed {
    /// A generator that starts here.
    pub fn rng(self) -> fastrand::Rng {
        fastrand::Rng::with_seed(self.0)
    }

    /// An independent seed for the part of the work called `part`: work split over threads draws from its own
    /// sequence, so the order in which threads run changes nothing.
    ///
    /// The mixer is `SplitMix64` (Steele, Lea, Flood 2014).
    #[must_use]
    pub fn derive(self, part: u64) -> Self {
        let mut z = self.0 ^ part.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Self(z ^ (z >> 31))
    }
}
