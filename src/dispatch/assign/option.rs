//! The data of the assignment: what is possible for an order, and what was chosen.

use super::super::refusal::RefusalCause;
use coldmile_model::{Order, Site, WaveSchedule};
use coldmile_plan::Handover;
use coldmile_units::{Idx, Seconds, Timestamp};
use std::sync::Arc;

/// The centre, wave and handover chosen for an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The order.
    pub order: Idx<Order>,
    /// The centre it passes through.
    pub centre: Idx<Site>,
    /// The wave it travels with.
    pub wave: Idx<WaveSchedule>,
    /// Door or pickup.
    pub handover: Handover,
    /// The latest moment at which its wave may be ready there.
    pub ready_by: Timestamp,
    /// The family's walk to the centre and back; zero for doors.
    pub walk: Seconds,
    /// The estimated least ride from the centre to the door; zero for pickups.
    pub ride: Seconds,
}

/// One possible combination of centre, wave and handover for an order.
#[derive(Clone, Copy, Debug)]
pub struct AssignOption {
    /// The centre.
    pub centre: Idx<Site>,
    /// The wave.
    pub wave: Idx<WaveSchedule>,
    /// Door or pickup.
    pub handover: Handover,
    /// Estimated cost in thousandths of a minor unit.
    pub cost: i64,
    /// Estimated courier time, service included; zero for pickup.
    pub work: Seconds,
    /// The latest moment at which the wave may be ready at the centre: later, and even a courier who leaves at once, or a
    /// family that collects in the last minute, is too late.
    pub ready_by: Timestamp,
    /// The family's walk to the centre and back; zero for doors.
    pub walk: Seconds,
    /// The estimated least ride from the centre to the door; zero for pickups.
    pub ride: Seconds,
    /// Whether the goods may come later than another wave would bring them, after the family may want to collect them:
    /// taken only by orders that are not served otherwise.
    pub is_late: bool,
}

impl AssignOption {
    /// This option as the choice for `order`.
    pub const fn assigned(&self, order: Idx<Order>) -> Assigned {
        let Self { centre, wave, handover, ready_by, walk, ride, .. } = *self;
        Assigned { order, centre, wave, handover, ready_by, walk, ride }
    }
}

/// An order with its options.
#[derive(Clone, Debug)]
pub struct OrderOptions {
    /// The order.
    pub order: Idx<Order>,
    /// Its options, at least one: first the best of each centre, by cost, then walk and centre, then all others at these centres, by
    /// cost, then walk, centre and wave; last one at a centre further off that it took because these were full, if it did.
    pub options: Arc<[AssignOption]>,
    /// How many of them are the best of their centre.
    pub best_count: usize,
    /// Why it could not be served at centres that are not among its options, if there are such.
    pub miss: Option<RefusalCause>,
}

impl OrderOptions {
    /// The best options of each centre, from which the first choice is made.
    pub fn best(&self) -> &[AssignOption] {
        &self.options[..self.best_count]
    }

    /// Position of the option with this centre, wave and handover, in time rather than late.
    pub fn find(&self, centre: Idx<Site>, wave: Idx<WaveSchedule>, handover: Handover) -> Option<usize> {
        let is_asked =
            |option: &AssignOption| (option.centre, option.wave, option.handover) == (centre, wave, handover);
        self.options.iter().position(is_asked)
    }
}
