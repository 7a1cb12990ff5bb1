//! The kinds of changes of a day that its search tries.

use super::super::echelons::Echelons;
use super::centres::{attract, dissolve, replace};
use super::change::Change;
use super::displace::displace;
use super::few::{gather, single};
use super::handover::change_handover;
use super::serve::{serve, serve_with_others};
use super::waves::merge_waves;
use coldmile_model::Day;

/// A kind of change.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Orders that are not served are offered their other centres, waves and handovers.
    Serve,
    /// Orders of one wave travel with another: of the whole day, of a truck's trip, of a centre.
    MergeWaves,
    /// The orders of a centre, of a consignment or of a truck's trip go wherever it is cheapest without it.
    Dissolve,
    /// Orders whose estimated cost is lower at a centre go there.
    Attract,
    /// A centre that is not in use takes the place of one that is.
    Replace,
    /// Deliveries become pickups, and pickups deliveries.
    Handover,
    /// Orders take the place of others in a full store.
    Displace,
    /// Orders that are not served travel with a wave at a centre, and others with them.
    ServeWithOthers,
    /// On days of few orders: orders gather at a centre or in a wave.
    Gather,
    /// On days of few orders: one of them takes another of its options.
    Single,
}

impl Kind {
    /// All kinds, in the order in which they are tried.
    pub const ALL: [Self; 10] = [
        Self::Serve,
        Self::ServeWithOthers,
        Self::MergeWaves,
        Self::Dissolve,
        Self::Attract,
        Self::Replace,
        Self::Handover,
        Self::Displace,
        Self::Gather,
        Self::Single,
    ];

    /// The changes of this kind, the largest first. None is empty.
    pub fn changes(self, day: &Day, state: &Echelons) -> Vec<Change> {
        let mut changes = match self {
            Self::Serve => serve(day, state),
            Self::MergeWaves => merge_waves(day, state),
            Self::Dissolve => dissolve(state),
            Self::Attract => attract(state),
            Self::Replace => replace(state),
            Self::Handover => change_handover(day, state),
            Self::ServeWithOthers => serve_with_others(day, state),
            Self::Displace => displace(day, state),
            Self::Gather => gather(state),
            Self::Single => single(state),
        };
        changes.retain(|change| !change.is_empty());
        changes.sort_by_key(|change| std::cmp::Reverse(change.len()));
        changes.dedup();
        changes
    }
}
