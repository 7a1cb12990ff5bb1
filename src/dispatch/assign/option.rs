//! The data of the assignment: what is possible for an order, and what was chosen.

use coldmile_model::{Order, Site, WaveSchedule};
use coldmile_plan::Handover;
use coldmile_units::{Idx, Seconds};

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
}

impl AssignOption {
    /// This option as the choice for `order`.
    pub fn assigned(&self, order: Idx<Order>) -> Assigned {
        Assigned { order, centre: self.centre, wave: self.wave, handover: self.handover }
    }
}

/// An order with its options, cheapest first, at least one.
#[derive(Clone, Debug)]
pub struct OrderOptions {
    /// The order.
    pub order: Idx<Order>,
    /// Its options, by cost, then centre.
    pub options: Vec<AssignOption>,
}
