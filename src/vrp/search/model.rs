//! What the search must know of a kind of problem: its rules, and what an insertion costs under them.

use super::instance::Instance;
use super::state::{NONE, State};
use super::units::Units;

/// The rules of a kind of problem: what nodes and trips remember, and what an insertion costs.
pub(super) trait Model: Sync {
    /// Whether clients may be pairs or alternatives.
    const UNITS: bool = false;

    /// What a node remembers so that insertions beside it can be judged in constant time.
    type Node: Copy + Default + Send;
    /// What a trip remembers.
    type Trip: Copy + Default + Send;

    /// Number of clients.
    fn client_count(&self) -> usize;
    /// Who belongs to whom.
    fn units(&self) -> &Units;
    /// Number of vehicle types, and how many vehicles there are of each.
    fn fleet(&self) -> &[u32];
    /// Recomputes everything a vehicle's trips and nodes remember, and its cost; `None` when it breaks a rule.
    fn refresh(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64>;
    /// Brings the vehicle up to date after `client` was linked in at a cost of `delta`.
    fn inserted(&self, state: &mut State<Self>, client: u32, delta: i64);
    /// Whether `client` may be on this trip at all as far as load and permission go; a cheap first test.
    fn may_join(&self, state: &State<Self>, client: u32, trip: u32) -> bool;
    /// What inserting `client` after node `after` of `trip` costs; `None` when a rule forbids it or the cost is
    /// not below `limit`.
    fn insertion(&self, state: &State<Self>, client: u32, after: u32, trip: u32, limit: i64) -> Option<i64>;
    /// The cheapest place below `limit` for `client` and whoever comes with it, or for an alternative to it. Some places
    /// are overlooked at random.
    fn best_gap(
        &self,
        state: &State<Self>,
        instance: &Instance<'_>,
        client: u32,
        limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Gap> {
        self.gap_beside(state, instance, client, limit, rng)
    }
    /// The cheapest place below `limit` for `client` beside its neighbours.
    fn gap_beside(
        &self,
        state: &State<Self>,
        instance: &Instance<'_>,
        client: u32,
        mut limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Gap> {
        let mut best = None;
        for (seen, &beside) in instance.beside(client as usize).iter().enumerate() {
            if seen >= ENOUGH && best.is_some() {
                break;
            }
            let link = state.links[beside as usize];
            if link.trip == NONE || !self.may_join(state, client, link.trip) {
                continue;
            }
            let eyes = Eyes::open(rng);
            for (after, sees) in [(link.prev, eyes.left()), (beside, eyes.right())] {
                if sees && let Some(delta) = self.insertion(state, client, after, link.trip, limit) {
                    limit = delta;
                    best = Some(Gap { delta, client, after, trip: link.trip, partner_after: NONE });
                }
            }
        }
        best
    }
    /// Called when the client behind `node` was taken out and the vehicle is settled later.
    fn parted(&self, _: &mut State<Self>, _node: u32) {}
    /// As [`refresh`](Self::refresh) for a vehicle that only lost clients since, each of them [`parted`](Self::parted).
    fn shrunk(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64> {
        self.refresh(state, vehicle)
    }
    /// The cheapest way below `limit` to open a trip for `client` alone, or for an alternative to it. Where there is a
    /// choice, some are overlooked at random.
    fn opening(
        &self,
        state: &State<Self>,
        client: u32,
        limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Opened>;
}

/// A place for a client in a trip: behind which node, and what that costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    pub delta: i64,
    pub client: u32,
    pub after: u32,
    pub trip: u32,
    /// Node behind which the other half of its pair goes, once `client` is there; [`NONE`] when it has none.
    pub partner_after: u32,
}

/// A new trip for a client: which, and what that costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opened {
    pub delta: i64,
    pub client: u32,
    pub opening: Opening,
}

/// A place is overlooked once in this many looks.
const BLINK: u32 = 100;

/// Neighbours after which nobody looks further once a place is found.
pub(super) const ENOUGH: usize = 40;

/// Neighbours that are looked at together.
pub(super) const BUNCH: usize = 20;

/// Which of the two places beside a client are seen.
#[derive(Clone, Copy)]
pub(super) struct Eyes(u32);

impl Eyes {
    /// Both at once, each blinking now and then.
    #[inline]
    pub fn open(rng: &mut fastrand::Rng) -> Self {
        Self(rng.u32(..))
    }

    /// Whether the place before is seen.
    #[inline]
    pub const fn left(self) -> bool {
        self.0 & 0xFFFF >= (1 << 16) / BLINK
    }

    /// Whether the place behind is seen.
    #[inline]
    pub const fn right(self) -> bool {
        self.0 >> 16 >= (1 << 16) / BLINK
    }
}

/// Where a new trip goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opening {
    /// A vehicle of this type that is not used yet.
    Vehicle(u32),
    /// A used vehicle, at this place among its trips.
    Trip(u32, u32),
}
