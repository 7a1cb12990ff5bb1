//! Long work handed out and taken up again: a day planned while the server keeps answering.
//!
//! [`Jobs`] is the whole of it for callers: start, look, cancel, listen. The queue is apalis in a SQLite file of its
//! own beside the store, so that a job outlives the process that started it: [`service`] says what happens to it then.
//! What a job *does* comes in as a [`Planner`], because planning lives on other floors and is wired by the command
//! line; where its result goes comes in as a [`DraftSaver`]. Knows no HTTP.

mod planner;
mod record;
mod service;

pub use planner::{DraftSaver, JobProgress, PlanRequest, PlannedDay, Planner};
pub use record::{Job, JobStatus};
pub use service::{JobError, Jobs, JobsConfig};

#[cfg(test)]
mod tests;
