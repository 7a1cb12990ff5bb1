#![doc = include_str!("README.md")]

mod config;
mod error;
mod planner;
mod record;
mod service;

pub use config::JobsConfig;
pub use error::JobError;
pub use planner::{DraftSaver, JobProgress, PlanFailure, PlanRequest, PlannedDay, Planner, Retry};
pub use record::{Job, JobStatus};
pub use service::Jobs;

#[cfg(test)]
mod tests;
