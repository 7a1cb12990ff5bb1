//! Which rules a problem needs: the fewest that it can be solved with, so that what it does not have costs nothing.

use super::instance::Instance;
use super::penalty::RuleFamily;
use super::plain::{PlainRules, is_plain};
use super::rich::{RichRules, fading_dimensions, limits_goods};
use crate::problem::{MAX_DIMENSIONS, MAX_FADING};

/// The rules that fit a problem.
pub(super) enum RuleSet {
    /// One vehicle type, one trip a vehicle, one load dimension, cost by distance.
    Plain { has_windows: bool },
    /// Everything else.
    Rich { dimensions: usize, limits_goods: bool, fading: usize },
}

/// Something to do under rules that are chosen at run time.
pub(super) trait WithRules {
    type Output;

    /// Does it under the rules `R`.
    fn call<R: RuleFamily>(self) -> Self::Output;
}

impl RuleSet {
    /// The rules that fit this instance.
    pub fn of(instance: &Instance<'_>) -> Self {
        if is_plain(instance) {
            Self::Plain { has_windows: instance.has_windows }
        } else {
            let problem = instance.problem;
            Self::Rich {
                dimensions: problem.dimensions(),
                limits_goods: limits_goods(problem),
                fading: fading_dimensions(problem),
            }
        }
    }

    /// Calls `with` for these rules.
    pub fn apply<W: WithRules>(self, with: W) -> W::Output {
        match self {
            Self::Plain { has_windows: true } => with.call::<PlainRules<true>>(),
            Self::Plain { has_windows: false } => with.call::<PlainRules<false>>(),
            Self::Rich { dimensions: 0..=1, limits_goods: false, fading: 0 } => {
                with.call::<RichRules<1, 0, 0>>()
            }
            Self::Rich { dimensions: 0..=4, fading: 0, .. } => with.call::<RichRules<4, 1, 0>>(),
            Self::Rich { fading: 0, .. } => with.call::<RichRules<MAX_DIMENSIONS, 1, 0>>(),
            Self::Rich { dimensions: 0..=4, fading: 1..=4, .. } => with.call::<RichRules<4, 1, 4>>(),
            Self::Rich { dimensions: 0..=4, .. } => with.call::<RichRules<4, 1, MAX_FADING>>(),
            Self::Rich { .. } => with.call::<RichRules<MAX_DIMENSIONS, 1, MAX_FADING>>(),
        }
    }
}
