//! The states of an order, and which steps lead from one to the next.

use crate::orders::Handover;
use serde::{Deserialize, Serialize};

/// The state of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderState {
    /// Nothing has happened yet.
    #[default]
    Planned,
    /// Unloaded at its centre.
    AtCentre,
    /// On a courier's vehicle.
    Out,
    /// Handed over at the door.
    Delivered,
    /// The courier was at the door but could not hand it over.
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

/// The step that an event is for one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderStep {
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

/// Why an event contradicts other events or the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConflictCause {
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
    /// The act to undo is not the actor's last one, or not its own.
    NotTheLastAct,
}

impl ConflictCause {
    /// The stable code, the same in the console, the log and the documentation.
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

    /// The cause as a sentence.
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
    /// The state after `step` of an order with this `handover`, or why the step contradicts the state.
    ///
    /// A missing step is no conflict: people forget to tap, and a later step proves that it took place. A step that is
    /// reported late (the truck's receipt after the courier has left) changes nothing. Only a contradiction is a conflict.
    pub const fn after(self, step: OrderStep, handover: Handover) -> Result<Self, ConflictCause> {
        use OrderState as S;
        match (step, self, handover) {
            (OrderStep::Received, S::Planned, _) => Ok(S::AtCentre),
            (OrderStep::Departed, S::Planned | S::AtCentre, _) => Ok(S::Out),
            (OrderStep::Received | OrderStep::Departed, late, _) => Ok(late),
            (_, S::Delivered, _) => Err(ConflictCause::AlreadyDelivered),
            (_, S::Collected, _) => Err(ConflictCause::AlreadyCollected),
            (OrderStep::Delivered | OrderStep::Failed, _, Handover::Pickup) => {
                Err(ConflictCause::NotForTheDoor)
            }
            (OrderStep::Delivered, ..) => Ok(S::Delivered),
            (OrderStep::Failed, ..) => Ok(S::Failed),
            (OrderStep::Collected, S::Out, _) => Err(ConflictCause::OutWithCourier),
            // An order that the courier brought back may be collected.
            (OrderStep::Collected, ..) => Ok(S::Collected),
        }
    }
}
