//! What jobs are made from.

use super::planner::{DraftSaver, Planner};
use coldmile_units::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;

/// What jobs need to run.
pub struct JobsConfig {
    /// The SQLite file of the queue and the records, beside the store.
    pub file: PathBuf,
    /// How a day is planned.
    pub planner: Planner,
    /// Where finished plans go.
    pub save_draft: DraftSaver,
    /// The calendar clock.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}
