//! The entry of a plan for each order that is served.

use super::direct::Direct;
use super::footprint::FootprintShare;
use super::runs::Run;
use super::walk::Walk;
use coldmile_model::{Order, Site, WaveSchedule};
use coldmile_units::{Id, Money, Timestamp};
use serde::{Deserialize, Serialize};
use std::iter::Sum;

/// How a family gets its order.
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
    /// When service at the door starts: the promised time.
    pub at: Timestamp,
}

/// The cost of serving an order. The parts, summed over all orders, are exactly what the plan spends: `linehaul`, `last_mile` and
/// `cold` on its runs, `handling` on handling, `centre` on the fixed cost of the centres used. No part is negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostShare {
    /// Its share of the trucks' runs, but for what they spend on cooling.
    pub linehaul: Money,
    /// Its share of the courier's run, but for what that spends on cooling; zero for pickups.
    pub last_mile: Money,
    /// Handling at the centre: its `handling_cost` for each parcel.
    pub handling: Money,
    /// Opening: its share of the centre's fixed cost.
    pub centre: Money,
    /// Cold surcharge: its share of what its truck and its courier spend on cooling. The price of a run's distance pays for the
    /// energy of driving and of cooling, in proportion to their greenhouse gas.
    #[serde(default)]
    pub cold: Money,
}

impl CostShare {
    /// The sum of all parts.
    pub fn total(&self) -> Money {
        self.linehaul + self.last_mile + self.handling + self.centre + self.cold
    }
}

impl Sum for CostShare {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, share| Self {
            linehaul: sum.linehaul + share.linehaul,
            last_mile: sum.last_mile + share.last_mile,
            handling: sum.handling + share.handling,
            centre: sum.centre + share.centre,
            cold: sum.cold + share.cold,
        })
    }
}

/// An order that will be served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedOrder {
    /// The order.
    pub order: Id<Order>,
    /// The centre it passes through.
    pub centre: Id<Site>,
    /// The wave it travels with.
    pub wave: Id<WaveSchedule>,
    /// Door or pickup.
    pub handover: Handover,
    /// The truck run that brings it to the centre.
    pub linehaul: Id<Run>,
    /// When it is unloaded and sorted at the centre: not before its truck's stop starts plus the centre's `handling`.
    pub ready_at: Timestamp,
    /// When it leaves the centre's store. Door: the courier's trip starts loading. Pickup: the latest moment the family
    /// may collect it, when its window or the centre closes.
    pub leaves_at: Timestamp,
    /// The courier's visit; `None` for pickup.
    pub delivery: Option<Delivery>,
    /// The family's walk to the centre and back; `None` for doors.
    pub walk: Option<Walk>,
    /// What it costs to serve.
    pub cost: CostShare,
    /// Its part of greenhouse gas and cooling; missing in plans of older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footprint: Option<FootprintShare>,
    /// What it would cost straight from its hub; missing where no vehicle of the day could bring it so, and in plans of older
    /// programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<Direct>,
}
