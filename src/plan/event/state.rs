//! Where an order stands, and which acts may move it.

use crate::orders::Handover;
use serde::{Deserialize, Serialize};

/// Where an order stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderState {
    /// Promised; nothing has happened yet.
    #[default]
    Planned,
    /// Unloaded at its centre.
    AtCentre,
    /// With the courier.
    Out,
    /// Handed over at the door.
    Delivered,
    /// Brought to the door in vain.
    Failed,
    /// Handed over at the centre.
    Collected,
}

impl OrderState {
    /// The word in files and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::AtCentre => "at-centre",
            Self::Out => "out",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Collected => "collected",
        }
    }

    /// Whether the family has it.
    pub const fn is_handed_over(self) -> bool {
        matches!(self, Self::Delivered | Self::Collected)
    }
}

/// What an event means for one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Happening {
    /// The truck that carries it was unloaded at its centre.
    Received,
    /// The trip that carries it left.
    Departed,
    /// It was handed over at the door.
    Delivered,
    /// It could not be handed over.
    Failed,
    /// The family took it at the centre.
    Collected,
}

/// Why an event cannot be true beside the others, or beside the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The plan has no such order, run, trip, stop or centre.
    NotInPlan,
    /// The order had already been delivered.
    AlreadyDelivered,
    /// The order had already been collected.
    AlreadyCollected,
    /// The order is for pickup: no courier carries it.
    NotForTheDoor,
    /// The order is on a courier's vehicle.
    OutWithCourier,
    /// The order passes through another centre.
    OtherCentre,
    /// Taken back was not the actor's last act, or not its own.
    NotTheLastAct,
}

impl Cause {
    /// The stable code that console, log and README share.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotInPlan => "event/not-in-plan",
            Self::AlreadyDelivered => "event/already-delivered",
            Self::AlreadyCollected => "event/already-collected",
            Self::NotForTheDoor => "event/not-for-the-door",
            Self::OutWithCourier => "event/out-with-courier",
            Self::OtherCentre => "event/other-centre",
            Self::NotTheLastAct => "event/not-the-last-act",
        }
    }

    /// The cause in plain words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NotInPlan => "the plan does not have it",
            Self::AlreadyDelivered => "the order had already been delivered",
            Self::AlreadyCollected => "the order had already been collected",
            Self::NotForTheDoor => "the order is for pickup at the centre",
            Self::OutWithCourier => "the order is out with the courier",
            Self::OtherCentre => "the order passes through another centre",
            Self::NotTheLastAct => "it is not the last act of this device",
        }
    }
}

impl OrderState {
    /// Where `happening` moves an order of this `handover`; or why it cannot have happened.
    ///
    /// A missing step is no conflict: people forget to tap, and what came after proves that it took place. A step that
    /// comes late (the truck's receipt after the courier has left) changes nothing. Only what contradicts is one.
    pub const fn after(self, happening: Happening, handover: Handover) -> Result<Self, Cause> {
        use OrderState as S;
        match (happening, self, handover) {
            (Happening::Received, S::Planned, _) => Ok(S::AtCentre),
            (Happening::Departed, S::Planned | S::AtCentre, _) => Ok(S::Out),
            (Happening::Received | Happening::Departed, late, _) => Ok(late),
            (_, S::Delivered, _) => Err(Cause::AlreadyDelivered),
            (_, S::Collected, _) => Err(Cause::AlreadyCollected),
            (Happening::Delivered | Happening::Failed, _, Handover::Pickup) => Err(Cause::NotForTheDoor),
            (Happening::Delivered, ..) => Ok(S::Delivered),
            (Happening::Failed, ..) => Ok(S::Failed),
            (Happening::Collected, S::Out, _) => Err(Cause::OutWithCourier),
            // What the courier brought back, the family may fetch.
            (Happening::Collected, ..) => Ok(S::Collected),
        }
    }
}
