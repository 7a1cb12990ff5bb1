//! The acts of one device in order, and which of them it has undone.

use super::record::{EventId, EventKind, StoredEvent};
use std::collections::HashMap;

/// The acts of one actor, by `seq`.
///
/// Acts that follow all known ones cost nothing but themselves; an act that arrives late costs one walk over the log,
/// and so do many of them that are inserted together.
#[derive(Clone, Debug, Default)]
pub(super) struct DeviceLog {
    /// In order of arrival.
    acts: Vec<Act>,
    /// The index of each act.
    index_of: HashMap<EventId, usize>,
    /// The indices of the acts in order of `seq`.
    order: Vec<usize>,
    /// The acts that can still be undone, the last one on top.
    undoable: Vec<usize>,
    /// The latest time of an act so far, in milliseconds since the Unix epoch.
    latest_ms: Option<i64>,
}

/// One act of the log.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub event: StoredEvent,
    /// When it happened, in milliseconds since the Unix epoch; never earlier than the act before it, because `seq` is more
    /// reliable than the clock.
    pub at_ms: i64,
    pub outcome: ActOutcome,
}

/// Whether an act counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ActOutcome {
    /// It counts.
    Effective,
    /// The same actor undid it afterwards.
    Undone,
    /// It was meant to undo an act that was not the last one.
    InvalidUndo,
}

impl DeviceLog {
    /// Inserts `events`, none of them known, by their `seq` and recomputes times and outcomes. Returns the events whose
    /// time or outcome changed, the new ones among them.
    pub fn insert(&mut self, events: Vec<StoredEvent>) -> Vec<EventId> {
        let known = self.acts.len();
        for event in events {
            self.index_of.insert(event.event.id, self.acts.len());
            self.order.push(self.acts.len());
            self.acts.push(Act { at_ms: event.happened_ms(), event, outcome: ActOutcome::Effective });
        }
        let acts = &self.acts;
        let key = |index: usize| {
            let event = &acts[index].event;
            (event.event.seq, event.happened_ms(), event.event.id)
        };
        let last_known = known.checked_sub(1).map(|last| key(self.order[last]));
        self.order[known..].sort_by_key(|index| key(*index));
        let follows =
            self.order.get(known).is_none_or(|first| last_known.is_none_or(|last| last < key(*first)));
        if !follows {
            self.order.sort_by_key(|index| key(*index));
            self.undoable.clear();
            self.latest_ms = None;
        }
        let before: Vec<_> =
            if follows { Vec::new() } else { self.acts.iter().map(Act::judgement).collect() };
        let mut changed = self.walk(if follows { known } else { 0 });
        changed.extend(known..self.acts.len());
        changed.extend(
            (0..before.len().min(known)).filter(|index| before[*index] != self.acts[*index].judgement()),
        );
        changed.into_iter().map(|index| self.acts[index].event.event.id).collect()
    }

    /// The act with this id.
    pub fn get(&self, id: EventId) -> Option<&Act> {
        self.index_of.get(&id).map(|index| &self.acts[*index])
    }

    /// Computes times and outcomes from the act at `position` of the order on, with the stack of the acts before it.
    /// Notes are not acts and stay out of the stack. Returns the acts that were undone.
    fn walk(&mut self, position: usize) -> Vec<usize> {
        let mut undone = Vec::new();
        for index in self.order[position..].iter().copied() {
            let happened_ms = self.acts[index].event.happened_ms();
            let at_ms = self.latest_ms.map_or(happened_ms, |latest| latest.max(happened_ms));
            self.latest_ms = Some(at_ms);
            let mut outcome = ActOutcome::Effective;
            match self.acts[index].event.event.kind {
                EventKind::Undone { event } => {
                    match self.undoable.pop_if(|last| self.acts[*last].event.event.id == event) {
                        Some(last) => {
                            self.acts[last].outcome = ActOutcome::Undone;
                            undone.push(last);
                        }
                        None => outcome = ActOutcome::InvalidUndo,
                    }
                }
                EventKind::Noted => {}
                _ => self.undoable.push(index),
            }
            let act = &mut self.acts[index];
            (act.at_ms, act.outcome) = (at_ms, outcome);
        }
        undone
    }
}

impl Act {
    /// What the rest of the log decides about the act.
    fn judgement(&self) -> (i64, ActOutcome) {
        (self.at_ms, self.outcome)
    }
}
