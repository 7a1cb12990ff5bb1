//! Orders and the parcels they consist of.

use super::cold::ColdClass;
use super::load::Load;
use super::network::Site;
use super::parcel_size::BoxSize;
use coldmile_geometry::Point;
use coldmile_units::{Grams, Id, Idx, Millilitres, Seconds, TimeWindow, Timestamp};
use serde::{Deserialize, Serialize};

/// How an order came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// The family's own app.
    App,
    /// A `WeChat` mini programme.
    Wechat,
    /// A telephone call.
    Call,
    /// Staff of a centre ordered for a person without a phone.
    Assisted,
    /// A partner shop.
    Partner,
}

/// How the family wants to receive the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fulfilment {
    /// A courier brings it up the stairs.
    Door,
    /// The family collects it at the centre.
    Pickup,
    /// Either is fine; the planner chooses.
    Either,
}

/// How well it is known where a door is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pin {
    /// Coordinates were given or confirmed, or the map has the house.
    #[default]
    Exact,
    /// The street is known, the door is somewhere along it.
    Approximate,
    /// Only the town or the part of it is known.
    Coarse,
    /// The address may mean several places; this is the first of them.
    Unsure,
}

impl Pin {
    /// The word for it in files and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Approximate => "approximate",
            Self::Coarse => "coarse",
            Self::Unsure => "unsure",
        }
    }
}

/// One physical piece with a temperature class.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// The name on the label.
    pub id: Id<Parcel>,
    /// Its temperature class, a position in [`ColdRules::classes`](super::cold::ColdRules::classes).
    pub class: Idx<ColdClass>,
    /// Mass.
    pub mass: Grams,
    /// Volume.
    pub volume: Millilitres,
}

/// What a family asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// The name in files.
    pub id: Id<Order>,
    /// The family's door.
    pub point: Point,
    /// The address as it was given, for people to read.
    pub address: Option<String>,
    /// Who receives it.
    pub recipient: Option<String>,
    /// How to reach them.
    pub phone: Option<String>,
    /// How the order came in.
    pub channel: Channel,
    /// Door, pickup, or either.
    pub fulfilment: Fulfilment,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Door: when service may start. Pickup: when the family comes; it must be ready by the window's start, or as
    /// soon after as the waves allow, and at the latest by its end.
    pub window: TimeWindow,
    /// Time at the door.
    pub service: Seconds,
    /// The centre the family insists on, if any.
    pub centre: Option<Idx<Site>>,
    /// The group purchase it belongs to, if any.
    pub group: Option<String>,
    /// The pieces, at least one.
    pub parcels: Vec<Parcel>,
    /// What the pieces weigh and take up together.
    pub load: Load,
    /// How important it is that the order is served, 1 to 9, the most important 9.
    pub priority: u8,
    /// The edges of each piece, where they are known.
    pub parcel_size: Option<BoxSize>,
    /// Until when the goods are good, and what of their life must be left when they are handed over.
    pub shelf_life: Option<ShelfLife>,
    /// How well [`point`](Self::point) is known to be the door.
    pub pin: Pin,
}

impl Order {
    /// [`priority`](Self::priority) where the file does not say.
    pub const USUAL_PRIORITY: u8 = 5;
}

/// How long goods are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelfLife {
    /// The end of their life.
    pub best_before: Timestamp,
    /// The share of their life, from when the order was placed to `best_before`, that must be left when they are handed
    /// over, in millionths.
    pub min_left_ppm: i64,
}
