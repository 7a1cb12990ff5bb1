//! What the operators of one iteration work on.

use super::instance::Instance;
use super::model::SearchModel;
use super::state::State;

/// A solution that is being changed, with its rules, its instance and the random numbers of its lane.
pub(super) struct Workspace<'w, 'i, M: SearchModel> {
    pub state: &'w mut State<M>,
    pub model: &'w M,
    pub instance: &'w Instance<'i>,
    pub rng: &'w mut fastrand::Rng,
}
