//! The plan of a day and its file form.

use super::orders::PlannedOrder;
use super::runs::Run;
use super::totals::Totals;
use super::unplanned::UnplannedOrder;
use super::version_1;
use coldmile_model::{Order, Site, WaveSchedule};
use coldmile_units::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

/// Version of the file form. A reader refuses newer ones, and converts older ones.
pub const PLAN_VERSION: u32 = 2;

/// Orders of one centre released and cut off together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wave {
    /// The centre that they pass through.
    pub centre: Id<Site>,
    /// The schedule that they follow.
    pub schedule: Id<WaveSchedule>,
    /// When the goods of its last truck are unloaded and sorted: couriers may load, families may collect.
    pub ready_at: Timestamp,
    /// The orders, by id.
    pub orders: Vec<Id<Order>>,
}

/// The plan of a day: every order of the day is in `orders` or in `unplanned`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DayPlan {
    /// Version of this form, [`PLAN_VERSION`].
    pub version: u32,
    /// The name of the network.
    pub name: String,
    /// Local date, `2026-03-17`.
    pub date: String,
    /// IANA time zone in which the times are shown.
    pub timezone: String,
    /// ISO 4217 code of all amounts.
    pub currency: String,
    /// Attribution of the data that the paths were made from.
    pub attribution: String,
    /// Sums over the plan.
    pub totals: Totals,
    /// Waves by centre and schedule.
    pub waves: Vec<Wave>,
    /// Runs of all vehicles: linehaul first, then last mile, by id.
    pub runs: Vec<Run>,
    /// Orders that will be served, by id.
    pub orders: Vec<PlannedOrder>,
    /// Orders that will not be served, each with a reason, by id.
    pub unplanned: Vec<UnplannedOrder>,
}

/// A plan file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Not JSON, or not of this form.
    #[error("this is not a plan: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Written by a newer program.
    #[error("the plan has version {found}; this program reads versions up to {PLAN_VERSION}")]
    TooNew {
        /// The version in the file.
        found: u32,
    },
}

impl DayPlan {
    /// The plan as JSON text, the same bytes for the same plan.
    pub fn to_json(&self) -> String {
        let mut bytes = Vec::new();
        self.write_json(&mut bytes).expect("a plan has only text keys, and memory can be written to");
        String::from_utf8(bytes).expect("JSON is written as UTF-8")
    }

    /// Writes the plan as JSON, piece by piece: the text is never whole in memory. `out` should be buffered.
    pub fn write_json(&self, mut out: impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut out, self)?;
        out.write_all(b"\n")
    }

    /// Reads what [`to_json`](Self::to_json) wrote. A plan of version 1 becomes one of this version: its objective is its cost,
    /// it tells no walks, and its unplanned orders have no figures and no relaxations.
    pub fn from_json(text: &[u8]) -> Result<Self, PlanError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let Versioned { version } = serde_json::from_slice(text)?;
        if version > PLAN_VERSION {
            return Err(PlanError::TooNew { found: version });
        }
        if version == 1 {
            let mut plan = serde_json::from_slice(text)?;
            version_1::convert(&mut plan);
            return Ok(serde_json::from_value(plan)?);
        }
        Ok(serde_json::from_slice(text)?)
    }
}
