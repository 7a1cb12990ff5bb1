//! The search over the whole day: which centre, wave and handover each order has, decided by the price of both echelons.
//!
//! A change moves many orders at once: what an echelon's own search cannot do, because trucks and couriers have to change
//! together. Every change is judged by routing the problems that it touches, from their present routes and for some
//! iterations, on both echelons; the best of a batch is kept when the day becomes better by it. A batch is judged in
//! parallel, and which of it is kept does not depend on the number of threads.

use super::assign::Move;
use super::changes::{Change, Kind};
use super::control::Phase;
use super::draft::DraftRoutes;
use super::echelons::{EchelonBudget, Echelons};
use super::effort::{BudgetShare, DayBudget};
use super::places::DayPlaces;
use coldmile_model::Day;
use rayon::prelude::*;
use std::collections::VecDeque;

/// Iterations for each routing problem that a change touches. A few hundred repair what the change has broken; what they
/// leave unsaid is small beside what such changes are worth. Set by judgement, not tuned.
const ITERATIONS_PER_PROBLEM: u64 = 300;
/// Changes that are judged side by side from the same day.
const BATCH: usize = 8;
/// How often all kinds of changes are gone through at most under a limit of iterations.
const MAX_PASSES: usize = 3;

/// What a search over the day needs to know.
pub struct DaySearch<'a> {
    /// The day.
    pub day: &'a Day,
    /// Its places on the roads.
    pub places: &'a DayPlaces,
    /// The limit of all searches.
    pub budget: DayBudget<'a>,
}

impl DaySearch<'_> {
    /// A day no worse than `state`, found by changes of every kind until none helps or this part of the limit is used up.
    pub fn improve(&self, state: Echelons, share: BudgetShare) -> Echelons {
        let mut state = state;
        for _ in 0..MAX_PASSES {
            let before = state.score;
            for kind in Kind::ALL {
                state = self.try_all(state, kind, share);
            }
            if state.score == before || self.budget.is_over(share.end()) {
                break;
            }
        }
        state
    }

    /// The day after the changes of this kind that make it better.
    fn try_all(&self, state: Echelons, kind: Kind, share: BudgetShare) -> Echelons {
        let mut state = state;
        let mut waiting: VecDeque<Change> = kind.changes(self.day, &state).into();
        while !waiting.is_empty() && !self.budget.is_over(share.end()) {
            let batch: Vec<Change> = waiting.drain(..waiting.len().min(BATCH)).collect();
            let mut better: Vec<(usize, Echelons)> = (batch.par_iter().enumerate())
                .map(|(at, moves)| (at, self.changed(&state, moves)))
                .filter(|(_, changed)| changed.score < state.score)
                .collect();
            better.sort_by_key(|(at, changed)| (changed.score, *at));
            let mut better = better.into_iter();
            if let Some((_, best)) = better.next() {
                state = best;
            }
            // What would have helped alone may still help beside the best.
            for (at, _) in better.rev() {
                waiting.push_front(batch[at].clone());
            }
            self.budget.report(Phase::Exchange, share.end());
        }
        state
    }

    /// The day after these moves.
    fn changed(&self, state: &Echelons, moves: &[Move]) -> Echelons {
        let budget = EchelonBudget::Changed(self.budget.quick(ITERATIONS_PER_PROBLEM));
        let assignment = state.assignment.moved(moves);
        Echelons::solve(self.day, self.places, assignment, (Some(state), &DraftRoutes::new()), &budget)
    }
}
