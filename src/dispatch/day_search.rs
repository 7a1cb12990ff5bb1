//! The search over the whole day: which centre, wave and handover each order has, decided by the price of both echelons.
//!
//! A change moves many orders at once: what an echelon's own search cannot do, because trucks and couriers have to change
//! together. Every change is judged by routing the problems that it touches, from their present routes and for some
//! iterations, on both echelons; the best of several is kept when the day becomes better by it. They are judged in parallel,
//! and which of them is kept does not depend on the number of threads.

use super::assign::Move;
use super::changes::{Change, Kind};
use super::control::Phase;
use super::draft::DraftRoutes;
use super::echelons::Echelons;
use super::effort::{BudgetShare, DayBudget, EchelonBudget};
use super::places::DayPlaces;
use coldmile_model::Day;
use rayon::prelude::*;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Iterations for each routing problem that a change touches, one entry for each time that all kinds of changes are gone
/// through. Few are enough to tell most good changes from bad ones, and more changes are tried in the time; when those are
/// used up, the next are judged with more care. The figures come from days of 800 and 1,000 orders.
const ITERATIONS_PER_PROBLEM: [u64; 3] = [30, 100, 300];
/// Changes that are judged side by side from the same day.
const SIDE_BY_SIDE: usize = 8;

/// What a search over the day needs to know.
pub struct DaySearch<'a> {
    /// The day.
    pub day: &'a Day,
    /// Its places on the roads.
    pub places: &'a DayPlaces,
    /// The limit of all searches.
    pub budget: DayBudget<'a>,
    /// The longest time that it took to judge some changes side by side.
    longest: Duration,
}

impl<'a> DaySearch<'a> {
    /// Over this day.
    pub const fn new(day: &'a Day, places: &'a DayPlaces, budget: DayBudget<'a>) -> Self {
        Self { day, places, budget, longest: Duration::ZERO }
    }

    /// A day no worse than `state`, found by changes of every kind until none helps or this part of the limit is used up.
    pub fn improve(&mut self, state: Echelons, share: BudgetShare) -> Echelons {
        let mut state = state;
        for iterations in ITERATIONS_PER_PROBLEM {
            for kind in Kind::ALL {
                state = self.try_all(state, kind, iterations, share);
            }
        }
        state
    }

    /// The day after orders that are not served were offered all their other options.
    pub fn serve(&mut self, state: Echelons, share: BudgetShare) -> Echelons {
        self.try_all(state, Kind::Serve, ITERATIONS_PER_PROBLEM[1], share)
    }

    /// The day after the changes of this kind that make it better, each judged with so many iterations a problem.
    fn try_all(&mut self, state: Echelons, kind: Kind, iterations: u64, share: BudgetShare) -> Echelons {
        let mut state = state;
        let mut waiting: VecDeque<Change> = kind.changes(self.day, &state).into();
        // None begins that would not end in time.
        while !waiting.is_empty() && !self.budget.is_over(share.end(), self.longest) {
            let started = Instant::now();
            let changes: Vec<Change> = waiting.drain(..waiting.len().min(SIDE_BY_SIDE)).collect();
            let search = &*self;
            let mut better: Vec<(usize, Echelons)> = (changes.par_iter().enumerate())
                .map(|(at, moves)| (at, search.changed(&state, moves, iterations)))
                .filter(|(_, changed)| changed.score < state.score)
                .collect();
            better.sort_by_key(|(at, changed)| (changed.score, *at));
            let mut better = better.into_iter();
            if let Some((_, best)) = better.next() {
                state = best;
            }
            // What would have helped alone may still help beside the best.
            for (at, _) in better.rev() {
                waiting.push_front(changes[at].clone());
            }
            self.longest = self.longest.max(started.elapsed());
            self.budget.report(Phase::Exchange, share.end());
        }
        state
    }

    /// The day after these moves.
    fn changed(&self, state: &Echelons, moves: &[Move], iterations: u64) -> Echelons {
        let budget = EchelonBudget::Changed(self.budget.quick(iterations));
        let assignment = state.assignment.moved(moves);
        Echelons::solve(self.day, self.places, assignment, (Some(state), &DraftRoutes::new()), &budget)
    }
}
