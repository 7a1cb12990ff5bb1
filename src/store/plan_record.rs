//! A plan as it is given to the store and read from it.

use super::ids::{DayId, PlanId};
use coldmile_plan::{Actor, DayPlan};
use coldmile_units::{Id, Seed, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a plan is to the people who work by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlanStatus {
    /// Made, not promised yet.
    Draft,
    /// What all devices work by.
    Published,
    /// Was published before another.
    Superseded,
}

impl PlanStatus {
    /// The word in files and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Superseded => "superseded",
        }
    }
}

/// A plan to keep.
#[derive(Clone, Debug)]
pub struct NewPlan {
    /// The day it is for.
    pub day: DayId,
    /// The plan it was made from, if any.
    pub base: Option<PlanId>,
    /// Where it comes from, in a word: `solver`, `import`, `hand`.
    pub source: String,
    /// The seed it can be made again with.
    pub seed: Option<Seed>,
    /// The plan.
    pub plan: DayPlan,
    /// What the referee found, as the server shows it.
    pub report: Value,
    /// The figures in lists, as the server shows them.
    pub figures: Value,
}

/// What lists show of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanHead {
    /// Its number.
    pub id: PlanId,
    /// The day it is for.
    pub day: DayId,
    /// Draft, published or superseded.
    pub status: PlanStatus,
    /// Grows with every change of the head; the content never changes.
    pub version: u64,
    /// The plan it was made from.
    pub base: Option<PlanId>,
    /// Where it comes from.
    pub source: String,
    /// The seed it can be made again with.
    pub seed: Option<Seed>,
    /// When it was kept.
    pub created_at: Timestamp,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// Who published it.
    pub published_by: Option<Id<Actor>>,
    /// What the publisher gave as reasons.
    pub reasons: Vec<String>,
    /// The figures in lists.
    pub figures: Value,
}

/// A plan with its content.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRecord {
    /// The head.
    pub head: PlanHead,
    /// The plan.
    pub plan: DayPlan,
    /// What the referee found.
    pub report: Value,
}

/// Which plan a publication may replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaces {
    /// Whichever is published.
    Whichever,
    /// Only this one; `None`: only if nothing is published yet.
    Only(Option<PlanId>),
}

/// The act of publishing.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The draft.
    pub plan: PlanId,
    /// The version of its head that the publisher saw.
    pub version: u64,
    /// What the publisher believes to be published.
    pub replaces: Replaces,
    /// Who publishes.
    pub by: Id<Actor>,
    /// Why, in words for the record.
    pub reasons: Vec<String>,
}
