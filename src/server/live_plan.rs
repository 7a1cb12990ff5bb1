//! The published plan with all events applied: where every order stands.

use super::indexed_plan::IndexedPlan;
use coldmile_plan::{Progress, StoredEvent};
use coldmile_store::{PlanHead, PlanId};
use std::sync::Arc;

/// The published plan and what has happened to it, up to one event.
pub(super) struct LivePlan {
    /// Head of the published plan.
    pub head: PlanHead,
    /// Its content with lookups.
    pub indexed: Arc<IndexedPlan>,
    /// Where every order stands.
    pub progress: Progress,
    /// The last event taken in.
    pub number: u64,
    /// The store's [`event_mark`](coldmile_store::Store::event_mark) when they were read; `None` before the first time.
    pub mark: Option<u64>,
}

impl LivePlan {
    /// The start of the day.
    pub(super) fn new(head: PlanHead, indexed: Arc<IndexedPlan>) -> Self {
        let progress = Progress::new(&indexed.plan);
        Self { head, indexed, progress, number: 0, mark: None }
    }

    /// Whether this is `plan` with all that was known at `mark`.
    pub(super) fn is_current(&self, plan: PlanId, mark: u64) -> bool {
        self.head.id == plan && self.mark.is_some_and(|known| known >= mark)
    }

    /// Takes in events that follow the last one.
    pub(super) fn record(&mut self, events: &[StoredEvent]) {
        self.progress.record_all(events);
        self.number = events.last().map_or(self.number, |last| last.number);
    }
}
