//! The entry of a plan for each order that is not served: why not, and which changes of the day's files would admit it.

use coldmile_model::{Edit, Order};
use coldmile_units::{Id, Money};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One figure of a reason. Numbers carry their unit in the name of the key, such as `short_l` or `late_min`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Detail {
    /// A whole number.
    Whole(i64),
    /// A number with a part.
    Decimal(f64),
    /// An id, or one word of a list.
    Text(String),
    /// Some ids.
    Ids(Vec<String>),
}

/// The figures of a reason by name. Which names a code has is in [`REASONS`](super::REASONS).
pub type Details = BTreeMap<String, Detail>;

/// A kind of single change that may admit an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelaxationKind {
    /// The order's window opens earlier or closes later.
    Window,
    /// A wave's cut-off is later.
    CutOff,
    /// A wave is ready at the hub earlier.
    HubReady,
    /// A wave is due at the centres later.
    CentreDue,
    /// A centre's shelf, fridge or freezer is larger.
    #[serde(rename = "room")]
    Storage,
    /// A site opens earlier or closes later.
    Hours,
    /// A shift begins earlier or ends later.
    Shift,
    /// One courier more at a centre.
    Courier,
    /// One truck more at a hub.
    Truck,
    /// A vehicle type goes farther in a shift.
    Range,
    /// The order does not insist on its centre.
    Centre,
    /// The order may be collected as well as delivered.
    Mode,
    /// The door's coordinates are moved to a road.
    Pin,
    /// The order is divided into two.
    Split,
}

impl RelaxationKind {
    /// All kinds.
    pub const ALL: [Self; 14] = [
        Self::Window,
        Self::CutOff,
        Self::HubReady,
        Self::CentreDue,
        Self::Storage,
        Self::Hours,
        Self::Shift,
        Self::Courier,
        Self::Truck,
        Self::Range,
        Self::Centre,
        Self::Mode,
        Self::Pin,
        Self::Split,
    ];

    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::CutOff => "cut-off",
            Self::HubReady => "hub-ready",
            Self::CentreDue => "centre-due",
            Self::Storage => "room",
            Self::Hours => "hours",
            Self::Shift => "shift",
            Self::Courier => "courier",
            Self::Truck => "truck",
            Self::Range => "range",
            Self::Centre => "centre",
            Self::Mode => "mode",
            Self::Pin => "pin",
            Self::Split => "split",
        }
    }
}

/// A change of the day's files that was tried, and with which the order was served and no other fell out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relaxation {
    /// Its kind.
    pub kind: RelaxationKind,
    /// By how much [`Totals::objective`](super::Totals::objective) rises when it is made, as far as inserting the order tells;
    /// 0 where it does not rise.
    pub cost: Money,
    /// What to write into the files.
    pub edits: Vec<Edit>,
}

/// An order that will not be served on this day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnplannedOrder {
    /// The order.
    pub order: Id<Order>,
    /// Stable code, such as `unplanned/too-far-from-road`; one of [`REASONS`](super::REASONS).
    pub code: String,
    /// Whether no search could serve it with this network and fleet: no single centre, wave, handover or vehicle could, even with
    /// no other order on the day.
    pub impossible: bool,
    /// The figures of the reason.
    pub details: Details,
    /// The reason in words, made from `code` and `details` by [`sentence`](super::sentence).
    pub reason: String,
    /// The kinds of single change that were tried.
    pub tried: Vec<RelaxationKind>,
    /// Those that admitted it, cheapest first.
    pub relaxations: Vec<Relaxation>,
}
