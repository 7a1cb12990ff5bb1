//! What subscribers are told of commits.

use super::ids::DayId;
use super::plan_record::PlanHead;
use coldmile_plan::StoredEvent;

/// What subscribers hear, after it is durable.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// A new event.
    Event {
        /// The day it belongs to.
        day: DayId,
        /// The event.
        event: StoredEvent,
    },
    /// A plan was added or its status changed.
    Plan(PlanHead),
    /// The files of a day were changed by a person.
    Day {
        /// The day.
        day: DayId,
    },
}
