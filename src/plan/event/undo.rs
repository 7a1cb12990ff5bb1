//! The acts of one device in the order it did them, and which of them it took back.

use super::record::{EventId, EventKind, StoredEvent};

/// The acts of one actor, by `seq`.
#[derive(Clone, Debug, Default)]
pub(super) struct Line(Vec<Act>);

/// One act in its line.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub event: StoredEvent,
    /// When it happened, in milliseconds; never before the act before it, because `seq` knows better than the clock.
    pub at_ms: i64,
    pub fate: Fate,
}

/// What became of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It holds.
    Holds,
    /// The same actor took it back.
    TakenBack,
    /// It wanted to take back something that was not the last act.
    UndoesNothing,
}

impl Line {
    /// Adds `event` where its `seq` puts it and works out times and fates anew. Returns the events whose time or
    /// fate is not what it was, the new one among them.
    pub fn insert(&mut self, event: StoredEvent) -> Vec<EventId> {
        let key = |event: &StoredEvent| (event.event.seq, event.happened_ms(), event.event.id);
        let position = self.0.partition_point(|act| key(&act.event) < key(&event));
        let id = event.event.id;
        self.0.insert(position, Act { at_ms: event.happened_ms(), event, fate: Fate::Holds });
        let fates = self.fates();
        let mut changed = vec![id];
        let mut latest = i64::MIN;
        for (act, fate) in self.0.iter_mut().zip(fates) {
            latest = latest.max(act.event.happened_ms());
            if (act.at_ms, act.fate) != (latest, fate) && act.event.event.id != id {
                changed.push(act.event.event.id);
            }
            (act.at_ms, act.fate) = (latest, fate);
        }
        changed
    }

    /// The act with this id.
    pub fn get(&self, id: EventId) -> Option<&Act> {
        self.0.iter().find(|act| act.event.event.id == id)
    }

    /// Walks the line with a stack of what can still be taken back. Remarks do not stand in the way.
    fn fates(&self) -> Vec<Fate> {
        let mut fates = vec![Fate::Holds; self.0.len()];
        let mut standing: Vec<usize> = Vec::new();
        for (position, act) in self.0.iter().enumerate() {
            match act.event.event.kind {
                EventKind::Undone { event } => {
                    match standing.pop_if(|last| self.0[*last].event.event.id == event) {
                        Some(last) => fates[last] = Fate::TakenBack,
                        None => fates[position] = Fate::UndoesNothing,
                    }
                }
                EventKind::Noted => {}
                _ => standing.push(position),
            }
        }
        fates
    }
}
