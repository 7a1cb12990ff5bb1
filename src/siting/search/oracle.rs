//! What branch and bound asks of the kind of problem: what a set of open sites costs.

use super::incumbent::Incumbent;
use super::relaxation::Multipliers;

/// See the top of the file.
pub(super) trait Oracle {
    /// Offers a promising set of sites, and perhaps better ones like it, to the incumbent.
    fn offer(&mut self, incumbent: &mut Incumbent, open: &[u32]);

    /// The same for the choice of the root's bound, which is worth more effort.
    fn offer_root(&mut self, incumbent: &mut Incumbent, open: &[u32]) {
        self.offer(incumbent, open);
    }

    /// Offers exactly these sites, where all others are closed. Returns a cost that no such solution is below, and whether the
    /// best of them was offered.
    fn leaf(&mut self, incumbent: &mut Incumbent, open: &[u32], prices: &Multipliers) -> (f64, Leaf);
}

/// Whether a leaf is done with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    /// Its best solution is known.
    Closed,
    /// There may be better ones.
    Open,
}
