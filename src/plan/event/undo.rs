//! The acts of one device in order, and which of them it has undone.

use super::record::{EventId, EventKind, StoredEvent};

/// The acts of one actor, by `seq`.
#[derive(Clone, Debug, Default)]
pub(super) struct DeviceLog(Vec<Act>);

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
    /// Inserts `event` by its `seq` and recomputes times and outcomes. Returns the events whose time or outcome changed,
    /// the new one among them.
    pub fn insert(&mut self, event: StoredEvent) -> Vec<EventId> {
        let key = |event: &StoredEvent| (event.event.seq, event.happened_ms(), event.event.id);
        let position = self.0.partition_point(|act| key(&act.event) < key(&event));
        let id = event.event.id;
        self.0.insert(position, Act { at_ms: event.happened_ms(), event, outcome: ActOutcome::Effective });
        let outcomes = self.outcomes();
        let mut changed = vec![id];
        let mut latest = i64::MIN;
        for (act, outcome) in self.0.iter_mut().zip(outcomes) {
            latest = latest.max(act.event.happened_ms());
            if (act.at_ms, act.outcome) != (latest, outcome) && act.event.event.id != id {
                changed.push(act.event.event.id);
            }
            (act.at_ms, act.outcome) = (latest, outcome);
        }
        changed
    }

    /// The act with this id.
    pub fn get(&self, id: EventId) -> Option<&Act> {
        self.0.iter().find(|act| act.event.event.id == id)
    }

    /// Walks the log with a stack of the acts that can still be undone. Notes are not acts and stay out of the stack.
    fn outcomes(&self) -> Vec<ActOutcome> {
        let mut outcomes = vec![ActOutcome::Effective; self.0.len()];
        let mut undoable: Vec<usize> = Vec::new();
        for (position, act) in self.0.iter().enumerate() {
            match act.event.event.kind {
                EventKind::Undone { event } => {
                    match undoable.pop_if(|last| self.0[*last].event.event.id == event) {
                        Some(last) => outcomes[last] = ActOutcome::Undone,
                        None => outcomes[position] = ActOutcome::InvalidUndo,
                    }
                }
                EventKind::Noted => {}
                _ => undoable.push(position),
            }
        }
        outcomes
    }
}
