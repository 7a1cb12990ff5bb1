//! What the server and its planning process say to each other: lines of JSON over two pipes.
//!
//! The server writes one [`PlanOrder`], the bytes of the day's files, and later perhaps [`STOP`]; the process writes
//! [`PlannerMessage`]s, of which the last is any but `Progress`. Both are the same program, so that the form needs no
//! version.

use coldmile_plan::{DayPlan, PlanReport};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The line that asks for the best plan found so far.
pub const STOP: &str = "stop";

/// What to plan: the first line on standard input, before the bytes of both files.
#[derive(Debug, Serialize, Deserialize)]
pub struct PlanOrder {
    /// The map file.
    pub map: PathBuf,
    /// Its checksum as the server read it.
    pub map_checksum: u32,
    /// The day's folder, for messages.
    pub folder: String,
    /// How many bytes of `network.toml` follow.
    pub network_bytes: usize,
    /// How many bytes of `orders.csv` follow them.
    pub orders_bytes: usize,
    /// How long to search, in seconds.
    pub time_limit_s: u64,
    /// Where randomness starts.
    pub seed: u64,
    /// Bytes of data that the process may have.
    pub memory: u64,
}

/// A line on standard output.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlannerMessage {
    /// How far the plan has come.
    Progress {
        /// What is being done.
        phase: String,
        /// How much of the whole is done, 0 to 1.
        share: f64,
        /// Cost of the best plan so far, in minor units.
        best_cost: Option<i64>,
    },
    /// The plan and what the referee says of it.
    Planned(Box<PlannedMessage>),
    /// There is none, for this reason.
    Refused(String),
    /// There is none, for want of memory.
    OutOfMemory,
}

/// A finished plan.
#[derive(Debug, Serialize, Deserialize)]
pub struct PlannedMessage {
    /// The plan.
    pub plan: DayPlan,
    /// Its audit.
    pub report: PlanReport,
}
