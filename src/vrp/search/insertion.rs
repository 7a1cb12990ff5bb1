//! What an insertion costs under a rule set, and which positions are looked at.

use super::instance::Instance;
use super::model::SearchModel;
use super::state::{NewTripPosition, State};
use crate::problem::VehicleType;
use coldmile_units::Idx;

/// The rules of a problem: what insertions cost, and how a solution's stored values follow its changes.
pub(super) trait InsertionModel: SearchModel {
    /// Recomputes everything that a vehicle's trips and nodes store, and its cost; `None` when it breaks a rule.
    fn refresh(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64>;
    /// Brings the vehicle up to date after `client` was inserted at a cost of `delta`.
    fn after_insertion(&self, state: &mut State<Self>, client: u32, delta: i64);
    /// No more than what a vehicle of this type would cost on the route of `vehicle`, without looking at each stop; `None` where
    /// it surely breaks a rule.
    fn least_cost_as(&self, _: &State<Self>, _vehicle: u32, _: Idx<VehicleType>) -> Option<i64> {
        Some(i64::MIN)
    }
    /// The cheapest insertion below `limit` of `client`, with the other half of its pair, or of an alternative to it. Some
    /// positions are skipped at random.
    fn best_insertion(
        &self,
        state: &State<Self>,
        instance: &Instance<'_>,
        client: u32,
        limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Insertion> {
        self.best_among_neighbours(state, instance, client, limit, rng)
    }
    /// The cheapest insertion of `client` below `limit` next to one of its granular neighbours. Some positions are
    /// skipped at random ([`BlinkMask`]).
    fn best_among_neighbours(
        &self,
        state: &State<Self>,
        instance: &Instance<'_>,
        client: u32,
        limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Insertion>;
    /// Called when the client behind `node` was taken out and the vehicle is brought up to date later.
    fn after_removal(&self, _: &mut State<Self>, _node: u32) {}
    /// As [`refresh`](Self::refresh) for a vehicle that only lost clients since, with
    /// [`after_removal`](Self::after_removal) called for each of them.
    fn refresh_shrunk(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64> {
        self.refresh(state, vehicle)
    }
    /// The cheapest new trip below `limit` for `client` alone, or for an alternative to it. Where there is a choice, some are
    /// skipped at random.
    fn best_opening(
        &self,
        state: &State<Self>,
        client: u32,
        limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<TripOpening>;
}

/// A position for a client in a trip, and what inserting it there costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Insertion {
    pub delta: i64,
    pub client: u32,
    /// The node in front.
    pub after: u32,
    pub trip: u32,
    /// Node behind which the other half of its pair goes, once `client` is there; `NONE` when it has none.
    pub partner_after: u32,
}

/// A new trip for a client: where, and what that costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct TripOpening {
    pub delta: i64,
    pub client: u32,
    pub position: NewTripPosition,
}

/// Each position is skipped with probability one in this many: the blink rate β of SISR.
pub(super) const BLINK_PERIOD: u32 = 100;

/// Neighbours after which the scan ends once a position is found.
pub(super) const SUFFICIENT_NEIGHBOURS: usize = 40;

/// Neighbours that are screened together, without an unpredictable branch, before the promising ones are evaluated.
pub(super) const CHUNK: usize = 20;

/// Which of the two positions next to a neighbour are looked at: each is skipped with probability 1/100 ("blinks" of SISR,
/// Christiaens and Vanden Berghe 2020).
#[derive(Clone, Copy)]
pub(super) struct BlinkMask(u32);

impl BlinkMask {
    /// Both at once, from one random number.
    #[inline]
    pub fn draw(rng: &mut fastrand::Rng) -> Self {
        Self(rng.u32(..))
    }

    /// Whether the position before the neighbour is looked at.
    #[inline]
    pub const fn before(self) -> bool {
        self.0 & 0xFFFF >= (1 << 16) / BLINK_PERIOD
    }

    /// Whether the position after the neighbour is looked at.
    #[inline]
    pub const fn after(self) -> bool {
        self.0 >> 16 >= (1 << 16) / BLINK_PERIOD
    }
}
