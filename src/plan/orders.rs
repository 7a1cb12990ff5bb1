//! What a plan says of each order.

use super::runs::Run;
use coldmile_model::{Order, Site, WaveSchedule};
use coldmile_units::{Id, Money, Timestamp};
use serde::{Deserialize, Serialize};

/// How an order changes hands with the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Handover {
    /// A courier brings it to the door.
    Door,
    /// The family collects it at the centre.
    Pickup,
}

/// The courier's visit, for orders brought to the door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The run that serves it.
    pub run: Id<Run>,
    /// Trip of the run, counted from 0.
    pub trip: usize,
    /// Stop of the trip, counted from 0.
    pub stop: usize,
    /// When the handing over starts: the promise.
    pub at: Timestamp,
}

/// What an order costs to serve. Each part, summed over all orders, is what the plan spends on it, to the last minor
/// unit: linehaul runs, last-mile runs, handling, fixed cost of the centres used. No part is negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostShare {
    /// Its share of the trucks.
    pub linehaul: Money,
    /// Its share of the courier's run; nothing for pickups.
    pub last_mile: Money,
    /// Handling at the centre: its `handling_cost` for each parcel.
    pub handling: Money,
    /// Its share of the centre's fixed cost.
    pub centre: Money,
}

impl CostShare {
    /// All parts together.
    pub fn total(&self) -> Money {
        self.linehaul + self.last_mile + self.handling + self.centre
    }
}

/// An order that will be served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedOrder {
    /// Which.
    pub order: Id<Order>,
    /// The centre it passes through.
    pub centre: Id<Site>,
    /// The wave it travels with.
    pub wave: Id<WaveSchedule>,
    /// Door or pickup.
    pub handover: Handover,
    /// The truck run that brings it to the centre.
    pub linehaul: Id<Run>,
    /// When it is sorted at the centre: not before its truck's stop starts plus the centre's `handling`.
    pub ready_at: Timestamp,
    /// When it leaves the centre's store. Door: the courier's trip starts loading. Pickup: the latest moment the family
    /// may collect it, when its window or the centre closes.
    pub leaves_at: Timestamp,
    /// The courier's visit; `None` for pickup.
    pub delivery: Option<Delivery>,
    /// What it costs.
    pub cost: CostShare,
}

/// The smallest change that would let an unplanned order in, as far as the planner can tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relaxation {
    /// What to change, in plain words: `window +12 min`, `30 l more fridge at C07`.
    pub text: String,
}

/// An order that will not be served today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnplannedOrder {
    /// Which.
    pub order: Id<Order>,
    /// Stable code, such as `unplanned/too-far-from-road`.
    pub code: String,
    /// Whether no search, however long, could have placed it with this network and fleet.
    pub impossible: bool,
    /// The reason in plain words, with figures.
    pub reason: String,
    /// What would let it in.
    pub relaxation: Option<Relaxation>,
}
