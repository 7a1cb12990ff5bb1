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
use super::echelons::{Echelons, Score};
use super::effort::{BudgetShare, DayBudget, EchelonBudget};
use super::exchange::{clusters, exchange_in_turn};
use super::places::DayPlaces;
use coldmile_model::Day;
use rayon::prelude::*;
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

/// Iterations for each routing problem that a change touches, when it is judged for the first time. Few are enough to see
/// which changes come close to making the day better, and all of them are tried in the time.
const FIRST_ITERATIONS: u64 = 30;
/// Iterations for each routing problem when orders that are not served are offered their other options.
const SERVE_ITERATIONS: u64 = 100;
/// Iterations with which the centres around a change exchange doors when it is first judged with care. Set by judgement on days of 800 and 1,000 orders.
const CAREFUL_ITERATIONS: u64 = 300;
/// How many times as many iterations follow when none of the changes has helped.
const MORE_CARE: u64 = 4;
/// Where so many have not helped, more will not.
const MAX_ITERATIONS: u64 = 1_000_000;
/// Most changes that are judged with care, those that came closest first.
const MAX_CAREFUL: usize = 32;
/// How many doors the centres around a change may have together that exchange doors when it is judged with care.
const MAX_DOORS_AROUND: usize = 250;
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
    /// The most of the limit that it took to judge some changes side by side.
    longest: Duration,
}

impl<'a> DaySearch<'a> {
    /// Over this day.
    pub const fn new(day: &'a Day, places: &'a DayPlaces, budget: DayBudget<'a>) -> Self {
        Self { day, places, budget, longest: Duration::ZERO }
    }

    /// A day no worse than `state`, found by changes of every kind: each is judged by few iterations, then those that came
    /// closest with more and more care, until none helps or this part of the limit is used up.
    pub fn improve(&mut self, state: Echelons, share: BudgetShare) -> Echelons {
        let mut state = state;
        let mut iterations = CAREFUL_ITERATIONS;
        loop {
            let mut close = Vec::new();
            for kind in Kind::ALL {
                state = self.try_all(state, kind, FIRST_ITERATIONS, share, &mut close);
            }
            close.sort();
            close.dedup();
            close.truncate(MAX_CAREFUL);
            let before = state.score;
            while state.score == before {
                if close.is_empty() || self.budget.is_over(share.end(), self.longest) {
                    return state;
                }
                state = self.try_with_care(state, &close, iterations, share);
                if state.score == before {
                    iterations *= MORE_CARE;
                    if iterations > MAX_ITERATIONS || !self.budget.allows(iterations) {
                        return state;
                    }
                }
            }
        }
    }

    /// The day after orders that are not served were offered all their other options.
    pub fn serve(&mut self, state: Echelons, share: BudgetShare) -> Echelons {
        self.try_all(state, Kind::Serve, SERVE_ITERATIONS, share, &mut Vec::new())
    }

    /// The day after the changes of this kind that make it better, each judged with so many iterations a problem. What
    /// does not help joins `close`, with the score that the day would have.
    fn try_all(
        &mut self,
        state: Echelons,
        kind: Kind,
        iterations: u64,
        share: BudgetShare,
        close: &mut Vec<(Score, Change)>,
    ) -> Echelons {
        let changes = kind.changes(self.day, &state);
        self.try_changes(state, changes, share, close, |search, state, change| {
            search.changed(state, change, iterations)
        })
    }

    /// The day after those of these changes that make it better when centres around them exchange doors as well.
    fn try_with_care(
        &mut self,
        state: Echelons,
        close: &[(Score, Change)],
        iterations: u64,
        share: BudgetShare,
    ) -> Echelons {
        let changes = close.iter().map(|(_, change)| change.clone()).collect();
        self.try_changes(state, changes, share, &mut Vec::new(), |search, state, change| {
            search.exchanged_around(&search.changed(state, change, FIRST_ITERATIONS), change, iterations)
        })
    }

    /// The day after those of these changes that make it better by the word of `judge`.
    fn try_changes(
        &mut self,
        state: Echelons,
        changes: Vec<Change>,
        share: BudgetShare,
        close: &mut Vec<(Score, Change)>,
        judge: impl Fn(&Self, &Echelons, &Change) -> Echelons + Sync,
    ) -> Echelons {
        let mut state = state;
        let mut waiting: VecDeque<Change> = changes.into();
        // None begins that would not end in time.
        while !waiting.is_empty() && !self.budget.is_over(share.end(), self.longest) {
            let before = self.budget.used();
            let changes: Vec<Change> = waiting.drain(..waiting.len().min(SIDE_BY_SIDE)).collect();
            let search = &*self;
            let judged: Vec<Echelons> =
                changes.par_iter().map(|change| judge(search, &state, change)).collect();
            let mut better = Vec::new();
            for (at, changed) in judged.into_iter().enumerate() {
                if changed.score < state.score {
                    better.push((at, changed));
                } else {
                    close.push((changed.score, changes[at].clone()));
                }
            }
            better.sort_by_key(|(at, changed)| (changed.score, *at));
            let mut better = better.into_iter();
            if let Some((_, best)) = better.next() {
                state = best;
            }
            // What would have helped alone may still help beside the best.
            for (at, _) in better.rev() {
                waiting.push_front(changes[at].clone());
            }
            self.longest = self.longest.max(self.budget.used().saturating_sub(before));
            self.budget.report(Phase::Exchange, share.end());
        }
        state
    }

    /// The day after the centres around a change that was made have exchanged doors.
    fn exchanged_around(&self, changed: &Echelons, change: &Change, iterations: u64) -> Echelons {
        let around: BTreeSet<_> = (change.iter())
            .filter_map(|step| changed.assignment.chosen(step.order))
            .map(|chosen| chosen.centre)
            .collect();
        let clusters = clusters(changed, Some(&around), (MAX_DOORS_AROUND, self.places.sizes().len()));
        let budget = self.budget.quick(iterations);
        let (assignment, draft) = exchange_in_turn(self.day, self.places, changed, &clusters, &budget);
        let budget = EchelonBudget::Changed(self.budget.quick(iterations / 3));
        let exchanged = Echelons::solve(self.day, self.places, assignment, (Some(changed), &draft), &budget);
        if exchanged.score < changed.score { exchanged } else { changed.clone() }
    }

    /// The day after these moves.
    fn changed(&self, state: &Echelons, moves: &[Move], iterations: u64) -> Echelons {
        let budget = EchelonBudget::Changed(self.budget.quick(iterations));
        let assignment = state.assignment.moved(moves);
        Echelons::solve(self.day, self.places, assignment, (Some(state), &DraftRoutes::new()), &budget)
    }
}
