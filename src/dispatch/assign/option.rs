//! Where an order can go, and where it goes.

use coldmile_model::{Order, Site, WaveSchedule};
use coldmile_plan::Handover;
use coldmile_units::{Idx, Seconds};

/// Where an order passes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Which.
    pub order: Idx<Order>,
    /// The centre.
    pub centre: Idx<Site>,
    /// The wave it travels with.
    pub wave: Idx<WaveSchedule>,
    /// Door or pickup.
    pub handover: Handover,
}

/// One way to serve an order.
#[derive(Clone, Copy, Debug)]
pub struct AssignOption {
    pub centre: Idx<Site>,
    pub wave: Idx<WaveSchedule>,
    pub handover: Handover,
    /// Estimated cost in thousandths of a minor unit.
    pub cost: i64,
    /// Courier time it takes, service included; zero for pickup.
    pub work: Seconds,
}

impl AssignOption {
    pub fn assigned(&self, order: Idx<Order>) -> Assigned {
        Assigned { order, centre: self.centre, wave: self.wave, handover: self.handover }
    }
}

/// An order with everything that is possible for it, cheapest first, at least one.
#[derive(Clone, Debug)]
pub struct OrderOptions {
    pub order: Idx<Order>,
    pub options: Vec<AssignOption>,
}
