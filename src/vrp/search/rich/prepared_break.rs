//! A vehicle type's break, prepared for the search.

use crate::problem::Break;
use crate::schedule::{break_segment, without_break};
use crate::segment::{DurationSegment, OPEN};

/// A break, prepared.
#[derive(Clone, Copy)]
pub(super) struct PreparedBreak {
    rule: Break,
    /// When it may begin.
    pub segment: DurationSegment,
    pub duration: i64,
}

impl PreparedBreak {
    pub fn new(rule: &Break) -> Self {
        Self { rule: *rule, segment: break_segment(rule), duration: rule.duration.0 }
    }

    /// The earliest departure of a route with these times and without this break; no matter what, where it is back by then.
    pub fn earliest_without(&self, whole: DurationSegment, loading: i64) -> i64 {
        let window = self.rule.window;
        if whole.earliest_end <= window.close().unix() {
            return -OPEN;
        }
        window.open().unix().saturating_add(loading)
    }

    /// The times of a route without this break, `None` where it is due whatever the departure.
    pub fn without(&self, whole: DurationSegment, loading: i64) -> Option<DurationSegment> {
        without_break(&self.rule, whole, loading)
    }
}
