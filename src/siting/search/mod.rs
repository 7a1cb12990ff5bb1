//! The search: heuristics and bounds for every kind of problem.

mod branch;
mod center;
mod clock;
mod config;
mod incumbent;
mod layout;
mod local;
mod model;
mod relaxation;
mod solve;
mod uncapacitated;

pub use config::{Control, Progress, SolveConfig, Stop};
pub use solve::solve;
