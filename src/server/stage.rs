//! The published plan under the events so far: where every order stands.

use super::board::Board;
use crate::plan::{Progress, StoredEvent};
use crate::store::PlanHead;
use std::sync::Arc;

/// The published plan and what has happened to it, up to one event.
pub(super) struct Stage {
    /// The plan everybody works by.
    pub head: PlanHead,
    /// The same, with its lookups.
    pub board: Arc<Board>,
    /// Where every order stands.
    pub progress: Progress,
    /// The last event taken in.
    pub number: u64,
}

impl Stage {
    /// The start of the day.
    pub(super) fn new(head: PlanHead, board: Arc<Board>) -> Self {
        let progress = Progress::new(&board.plan);
        Self { head, board, progress, number: 0 }
    }

    /// Takes in events that follow the last one.
    pub(super) fn record(&mut self, events: &[StoredEvent]) {
        for event in events {
            self.progress.record(event);
            self.number = event.number;
        }
    }
}
